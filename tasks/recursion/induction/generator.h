// Random proofs, half of them with one wrong line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tasks/base/rng.h"

namespace trm::tasks::induction {

/// What makes proofs near-copies of each other: their claim.
std::string canonical(const std::vector<std::string>& proof);

/// Half of the proofs are valid; in the others exactly one line is wrong, any line as likely as any other. Lines after
/// a wrong sum may go on from it. 10..18 lines, of slice steps_2x 20..36; the claim is one of the slice's split, as it
/// is and as it would be if it were true.
std::vector<std::string> draw_proof(Rng& rng, std::string_view slice);

}  // namespace trm::tasks::induction
