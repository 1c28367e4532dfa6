// Finds records by key, and the rows and columns that the tables and plots share.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "reports/record.h"

namespace trm::reports {

/// One column: a model driven in one way.
struct ModelColumn {
  std::string model, mode;
};

/// One row: a task and a slice of it.
struct TaskSlice {
  std::string task, slice;
};

/// A share of right answers, pooled over records.
struct PooledRatio {
  std::uint64_t successes = 0;
  std::uint64_t n = 0;
};

/// A view of results, which must outlive it.
class RecordIndex {
 public:
  explicit RecordIndex(const RunResults& results);

  [[nodiscard]] const RunResults& results() const { return results_; }
  /// In the order of RunResults::models, then of first appearance in records and samples.
  [[nodiscard]] const std::vector<ModelColumn>& columns() const { return columns_; }
  /// Columns that have at least one record of the metric, as positions in columns(): a position is also the series
  /// style.
  [[nodiscard]] std::vector<std::size_t> columns_with(const std::string& metric) const;
  /// Rows that have the metric, each task's slices together, in the order of first appearance.
  [[nodiscard]] std::vector<TaskSlice> rows_with(const std::string& metric) const;
  [[nodiscard]] std::vector<std::string> tasks_with(const std::string& metric) const;
  /// All metrics, in the order of first appearance.
  [[nodiscard]] const std::vector<std::string>& metrics() const { return metrics_; }
  /// True if some record of the metric belongs to one depth.
  [[nodiscard]] bool has_depths(const std::string& metric) const;

  /// nullptr if there is no such record.
  [[nodiscard]] const Record* find(const TaskSlice& row, const ModelColumn& column, const std::string& metric,
                                   int depth = -1) const;
  /// The raw samples under that key; nullptr if there are none.
  [[nodiscard]] const SampleSet* samples(const TaskSlice& row, const ModelColumn& column,
                                         const std::string& metric) const;
  /// The largest value of a metric over all tasks and slices.
  [[nodiscard]] const Record* largest(const ModelColumn& column, const std::string& metric) const;
  /// A ratio metric by depth, all slices of the task pooled; records without n count for nothing.
  [[nodiscard]] std::map<int, PooledRatio> by_depth(const std::string& task, const ModelColumn& column,
                                                    const std::string& metric) const;
  /// exact_answer pooled over the rows that every column with this metric has; one element for each of
  /// columns_with("exact_answer"). Empty if they share no row, or a record lacks n.
  [[nodiscard]] std::vector<PooledRatio> pooled_answers() const;
  /// The rows that pooled_answers() uses.
  [[nodiscard]] std::vector<TaskSlice> shared_rows() const;
  /// Value of an environment entry; empty if absent.
  [[nodiscard]] std::string environment(const std::string& key) const;

 private:
  using Key = std::tuple<std::string, std::string, std::string, std::string, std::string, int>;
  const RunResults& results_;
  std::vector<ModelColumn> columns_;
  std::vector<std::string> metrics_;
  std::map<Key, const Record*> records_;
  std::map<Key, const SampleSet*> samples_;
};

/// Successes behind a ratio record.
std::uint64_t successes_of(const Record& record);

}  // namespace trm::reports
