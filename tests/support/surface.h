// Does a feature of a question tell its answer?
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace trm::test {

/// Share of answers that the best threshold on one feature gets right: 0.5 when two equally frequent answers do not
/// depend on it.
inline double best_threshold(std::vector<std::pair<double, bool>> rows) {
  std::sort(rows.begin(), rows.end());
  const auto yes = static_cast<std::ptrdiff_t>(
      std::count_if(rows.begin(), rows.end(), [](const std::pair<double, bool>& row) { return row.second; }));
  const auto all = static_cast<std::ptrdiff_t>(rows.size());
  std::ptrdiff_t best = std::max(yes, all - yes), right = all - yes;  // "yes" below the threshold, which is lowest
  for (std::size_t i = 0; i < rows.size(); ++i) {
    right += rows[i].second ? 1 : -1;
    if (i + 1 < rows.size() && rows[i].first == rows[i + 1].first) continue;
    best = std::max({best, right, all - right});
  }
  return static_cast<double>(best) / static_cast<double>(all);
}

}  // namespace trm::test
