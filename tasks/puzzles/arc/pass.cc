#include "tasks/puzzles/arc/pass.h"

#include <algorithm>
#include <limits>

namespace trm::tasks::arc {
namespace {

constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

/// Candidates before the right answer.
std::size_t rank_of(const std::vector<Candidate>& candidates, const Grid& answer) {
  const auto found = std::find_if(candidates.begin(), candidates.end(),
                                  [&](const Candidate& candidate) { return candidate.grid == answer; });
  return found == candidates.end() ? kNever : static_cast<std::size_t>(found - candidates.begin());
}

std::size_t right_within(std::size_t k, const std::vector<std::size_t>& ranks) {
  return static_cast<std::size_t>(std::count_if(ranks.begin(), ranks.end(), [k](std::size_t r) { return r < k; }));
}

}  // namespace

PassScore score(const Poll& poll) {
  PassScore out;
  for (const std::size_t k : {1, 2, 5, 10, 100, 1000}) out.trm.push_back({k, 0, {}, {}});
  for (const std::size_t k : {1, 2, 10, 100, 1000}) out.hrm.push_back({k, {}, {}});
  for (std::size_t task = 0; task < poll.tasks().size(); ++task) {
    const std::vector<Pair>& pairs = poll.tasks()[task].test;
    if (std::any_of(pairs.begin(), pairs.end(), [](const Pair& pair) { return pair.output.empty(); })) {
      ++out.tasks_left_out;
      continue;
    }
    ++out.tasks;
    out.pairs += pairs.size();
    std::vector<std::size_t> ranks;
    for (std::size_t pair = 0; pair < pairs.size(); ++pair) {
      const std::vector<Candidate> candidates = poll.candidates(task, pair);
      if (candidates.empty()) ++out.pairs_without_votes;
      ranks.push_back(rank_of(candidates, pairs[pair].output));
    }
    for (PairPass& pass : out.trm) {
      const std::size_t right = right_within(pass.k, ranks);
      const double share = static_cast<double>(right) / static_cast<double>(pairs.size());
      pass.rate += share;
      pass.tasks.push_back(share);
      pass.pairs.right += right;
    }
    for (TaskPass& pass : out.hrm) {
      const bool solved = right_within(pass.k, ranks) == pairs.size();
      pass.tasks.right += solved ? 1 : 0;
      pass.solved.push_back(solved ? 1 : 0);
    }
  }
  for (PairPass& pass : out.trm) {
    if (out.tasks > 0) pass.rate /= static_cast<double>(out.tasks);
    pass.pairs.total = out.pairs;
  }
  for (TaskPass& pass : out.hrm) pass.tasks.total = out.tasks;
  return out;
}

}  // namespace trm::tasks::arc
