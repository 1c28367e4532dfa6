// Is a picture the next iteration of a fractal?
#pragma once

#include "tasks/puzzles/fractal/picture.h"

namespace trm::tasks::fractal {

/// Does `answer` keep what `question` shows, and is the whole of it drawn by one rule? Infers nothing from the question
/// but its layout: in the answer equal causes must have equal effects. Knows nothing of the solver.
bool is_solution(const Picture& question, const Picture& answer);

}  // namespace trm::tasks::fractal
