// Scores predictions: exact match per task, per slice and per depth, with 95 % intervals.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/interval.h"
#include "engine/base/status.h"
#include "tasks/exchange/jsonl.h"
#include "tasks/task/task.h"

namespace trm::tasks {

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
