// pass@K of a poll, by the two definitions in use. An answer is right if it is among the first K candidates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/interval.h"
#include "tasks/puzzles/arc/poll.h"

namespace trm::tasks::arc {

/// TinyRecursiveModels: mean over tasks of the fraction of its test pairs that are right.
struct PairPass {
  std::size_t k = 0;
  double rate = 0;            ///< 0..1; 0 without tasks
  Rate pairs;                 ///< the same without regard to tasks
  std::vector<double> tasks;  ///< share of the right test pairs of each task, in the order of the poll
};

/// HRM: share of the tasks all of whose test pairs are right.
struct TaskPass {
  std::size_t k = 0;
  Rate tasks;
  std::vector<std::uint8_t> solved;  ///< 1: all test pairs of the task are right; in the order of the poll
};

/// A test pair without votes counts as wrong. A task with a solution that is not known is left out.
struct PassScore {
  std::vector<PairPass> trm;  ///< K = 1, 2, 5, 10, 100, 1000; the headline is K = 2
  std::vector<TaskPass> hrm;  ///< K = 1, 2, 10, 100, 1000
  std::size_t tasks = 0, pairs = 0;
  std::size_t pairs_without_votes = 0;
  std::size_t tasks_left_out = 0;
};

PassScore score(const Poll& poll);

}  // namespace trm::tasks::arc
