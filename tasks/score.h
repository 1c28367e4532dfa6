// Scores predictions: exact match per task, per slice and per depth, with 95 % intervals.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/jsonl.h"
#include "tasks/task.h"

namespace trm::tasks {

struct Interval {
  double low = 0, high = 1;
};
/// Wilson score interval at 95 % for `right` of `total` (E. B. Wilson 1927); [0, 1] if total is 0. right <= total.
Interval wilson(std::size_t right, std::size_t total);

/// A share of right answers.
struct Rate {
  std::size_t right = 0;
  std::size_t total = 0;
  [[nodiscard]] double value() const;  ///< 0..1; 0 if total is 0
  [[nodiscard]] Interval interval() const { return wilson(right, total); }
};

struct DepthRate {
  std::size_t depth = 0;
  Rate exact;
};

struct GroupScore {
  std::string task;                 ///< empty: all tasks
  std::string slice;                ///< empty: all slices
  Rate exact;                       ///< an item without a prediction counts as wrong
  std::size_t missing = 0;          ///< items without a prediction
  std::vector<DepthRate> by_depth;  ///< ascending; depths that occur
};

/// Of different questions: in each group the first item of several with one prompt counts.
struct Score {
  GroupScore all;
  std::vector<GroupScore> tasks;   ///< in order of first appearance
  std::vector<GroupScore> slices;  ///< in order of first appearance
  std::size_t repeated = 0;        ///< items that do not count in `all`, because one before them asks the same
};

/// Is this the exact answer of the item, by the verifier of its task? False for an unknown task.
bool is_right(const Item& item, std::string_view answer);

/// What of a prediction is judged.
enum class Reading {
  strict,  ///< all of its answer
  lenient  ///< what the reply, or else the answer, says at its end: final_answer() in the form of the item's answer
};
bool is_right(const Item& item, const Prediction& prediction, Reading reading);

/// Error: two items or two predictions with one id; a prediction for an id that no item has.
Result<Score> score(std::span<const Item> items, std::span<const Prediction> predictions,
                    Reading reading = Reading::strict);

}  // namespace trm::tasks
