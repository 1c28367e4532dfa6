// Where a series of numbers changes its level.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace trm::reports::compare {

/// The first value of a new level.
struct ChangePoint {
  std::size_t at = 0;
  double p = 1;  ///< of the permutation test
};

struct ChangePointRules {
  std::size_t least = 3;           ///< values of a level
  std::size_t permutations = 199;  ///< so that p is 0.005 or more
  double significance = 0.01;
  std::uint64_t seed = 0;
};

/// E-divisive means (Matteson and James 2014, alpha = 1): the split of a stretch with the largest energy statistic
///   Q = k (n - k) / n (2 mean|x - y| - mean|x - x'| - mean|y - y'|)
/// is a change point if at most `significance` of the permuted stretches reach it; then both parts are searched. Works
/// on any finite values; give logarithms to weigh relative changes. In order. Seeded: same input, same points.
std::vector<ChangePoint> change_points(const std::vector<double>& values, const ChangePointRules& rules = {});

/// The statistic of the split before `at`, for tests. Both parts have at least two values.
double split_statistic(const std::vector<double>& values, std::size_t at);

}  // namespace trm::reports::compare
