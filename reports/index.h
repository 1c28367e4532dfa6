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

/// The slice that stands for its task where there is room for only one.
inline constexpr const char* kMainSlice = "test";

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
  bool independent = true;  ///< false: a record of them has no interval, so the sum has none
};

/// A view of results, which must outlive it.
class RecordIndex {
 public:
  explicit RecordIndex(const RunResults& results);

  [[nodiscard]] const RunResults& results() const { return results_; }
  /// Contestants, in the order of RunResults::models, then of first appearance in records and samples. Ablations count
  /// only if nothing else was run.
  [[nodiscard]] const std::vector<ModelColumn>& columns() const { return columns_; }
  /// Variants of the main model, which have their own table.
  [[nodiscard]] const std::vector<ModelColumn>& ablations() const { return ablations_; }
  /// Is it a symbolic baseline? Those compute the definition, and no model is compared with them.
  [[nodiscard]] bool is_symbolic(const ModelColumn& column) const;
  /// Position of the model that goals and ablations are about: the first with exact answers that is not symbolic.
  [[nodiscard]] std::optional<std::size_t> main_column() const;
  /// nullptr: not listed.
  [[nodiscard]] const ModelInfo* model(const std::string& name) const;
  /// Columns that have at least one record of the metric, as positions in columns(): a position is also the series
  /// style.
  [[nodiscard]] std::vector<std::size_t> columns_with(const std::string& metric) const;
  /// Columns with exact answers, without those that answered less than half as many questions as others: a sentence
  /// about all models would otherwise be about their few tasks alone.
  [[nodiscard]] std::vector<std::size_t> widely_asked() const;
  /// Rows that have the metric, each task's slices together: tasks as RunResults::tasks lists them, then in the order
  /// of first appearance.
  [[nodiscard]] std::vector<TaskSlice> rows_with(const std::string& metric) const;
  /// One of them for each task: its slice main_slice, or its first.
  [[nodiscard]] std::vector<TaskSlice> main_rows(const std::string& metric) const;
  [[nodiscard]] std::vector<std::string> tasks_with(const std::string& metric) const;
  /// The stage of a listed task; empty otherwise.
  [[nodiscard]] std::string stage_of(const std::string& task) const;
  [[nodiscard]] bool is_listed(const std::string& task) const;
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
  /// exact_answer of the columns at `positions`, pooled over the rows that all of them have; one element for each.
  /// Empty if they share no row, or a record lacks n.
  [[nodiscard]] std::vector<PooledRatio> pooled_answers(const std::vector<std::size_t>& positions) const;
  /// The rows that pooled_answers() uses.
  [[nodiscard]] std::vector<TaskSlice> shared_rows(const std::vector<std::size_t>& positions) const;
  /// Value of an environment entry; empty if absent.
  [[nodiscard]] std::string environment(const std::string& key) const;

 private:
  using Key = std::tuple<std::string, std::string, std::string, std::string, std::string, int>;
  const RunResults& results_;
  std::vector<ModelColumn> columns_, ablations_;
  std::vector<std::string> metrics_;
  std::map<Key, const Record*> records_;
  std::map<Key, const SampleSet*> samples_;
};

bool same_column(const ModelColumn& a, const ModelColumn& b);

/// Successes behind a ratio record.
std::uint64_t successes_of(const Record& record);
/// 0 if nothing was counted.
double share_of(const PooledRatio& ratio);

}  // namespace trm::reports
