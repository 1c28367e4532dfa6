#include "reports/seeds.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "engine/base/interval.h"
#include "reports/cells.h"
#include "reports/format.h"
#include "reports/stats.h"

namespace trm::reports {
namespace {

using Group = std::vector<std::size_t>;

/// Of one slice, or pooled; one element for each seed. Empty: not all of them were asked.
std::vector<PooledRatio> answers_of(const RecordIndex& index, const Group& group, const TaskSlice& row) {
  std::vector<PooledRatio> out;
  for (const std::size_t position : group) {
    const Record* record = index.find(row, index.columns()[position], "exact_answer");
    if (record == nullptr || record->n == 0) return {};
    out.push_back({successes_of(*record), record->n});
  }
  return out;
}

std::vector<Cell> row_of(std::string name, std::string slice, const std::vector<PooledRatio>& seeds) {
  double sum = 0, low = 1, high = 0;
  for (const PooledRatio& seed : seeds) {
    const double share = share_of(seed);
    sum += share;
    low = std::min(low, share);
    high = std::max(high, share);
  }
  const double mean = sum / static_cast<double>(seeds.size());
  // The interval of a run that had the mean.
  const auto n = seeds.front().n;
  const Interval one = wilson_interval(static_cast<std::uint64_t>(std::lround(mean * static_cast<double>(n))), n);
  return {
      {std::move(name), {}}, {std::move(slice), {}},         {std::to_string(seeds.size()), {}},
      {percent(mean), {}},   {percent_range(low, high), {}}, {percent_range(one.low, one.high), {"n " + grouped(n)}}};
}

}  // namespace

std::vector<Group> repeated_trainings(const RecordIndex& index) {
  std::vector<Group> out;
  for (const std::size_t position : index.columns_with("exact_answer")) {
    const ModelColumn& column = index.columns()[position];
    const ModelInfo* model = index.model(column.model);
    if (model == nullptr || model->training.empty()) continue;
    const auto same = std::find_if(out.begin(), out.end(), [&](const Group& group) {
      const ModelColumn& first = index.columns()[group.front()];
      return first.mode == column.mode && index.model(first.model)->training == model->training;
    });
    if (same == out.end()) {
      out.push_back({position});
    } else if (std::none_of(same->begin(), same->end(), [&](std::size_t other) {
                 return index.model(index.columns()[other].model)->seed == model->seed;
               })) {
      same->push_back(position);
    }
  }
  std::erase_if(out, [](const Group& group) { return group.size() < 2; });
  return out;
}

Table seeds_table(const RecordIndex& index) {
  Table table;
  table.id = "seeds";
  table.title = "The same training with other seeds";
  table.caption =
      "Exact answers of models whose trainings differ in the seed alone. The spread between them says what a "
      "repetition "
      "of the training would change; the 95 % interval says what other questions would change for one of them. A "
      "difference between two models that is no larger than either means nothing.";
  table.header_columns = 2;
  table.columns = {{"Training", "", false},  {"Slice", "", false},        {"Seeds", ""}, {"Mean", ""},
                   {"Smallest–largest", ""}, {"95 % interval of one", ""}};
  for (const Group& group : repeated_trainings(index)) {
    const std::vector<PooledRatio> pooled = index.pooled_answers(group);
    if (pooled.empty()) continue;
    const std::string name = column_label(index.columns()[group.front()]);
    std::string names;
    for (const std::size_t position : group) names += (names.empty() ? "" : ", ") + index.columns()[position].model;
    table.groups.push_back({table.rows.size(), names});
    table.rows.push_back(row_of(name, "all that were asked", pooled));
    for (const TaskSlice& row : index.shared_rows(group)) {
      const std::vector<PooledRatio> seeds = answers_of(index, group, row);
      if (seeds.empty() || std::all_of(seeds.begin(), seeds.end(), [&](const PooledRatio& seed) {
            return seed.successes == seeds.front().successes;
          })) {
        continue;
      }
      table.rows.push_back(row_of(name, task_label(row.task) + ", " + slice_label(row.slice), seeds));
    }
  }
  return table;
}

}  // namespace trm::reports
