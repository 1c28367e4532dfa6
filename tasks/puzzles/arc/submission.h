// submission.json of the ARC Prize: two attempts at each test pair.
//   {"00576224": [{"attempt_1": grid, "attempt_2": grid}, ...], ...}
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/puzzles/arc/poll.h"

namespace trm::tasks::arc {

using Attempts = std::array<Grid, 2>;

struct TaskAttempts {
  std::string id;
  std::vector<Attempts> pairs;
  bool operator==(const TaskAttempts&) const = default;
};

/// The first two candidates for each test pair; of a single candidate both attempts, and two empty grids where there is
/// none, so that every pair keeps its place.
std::vector<TaskAttempts> submission(const Poll& poll);

std::string write_submission(const std::vector<TaskAttempts>& tasks);
/// Error: not of this form. A grid may be empty: [].
Result<std::vector<TaskAttempts>> read_submission(std::string_view text, const std::string& file);

}  // namespace trm::tasks::arc
