#include "reports/index.h"

#include <algorithm>
#include <cmath>

namespace trm::reports {
namespace {

template <class List, class Value>
void add_once(List& list, const Value& value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
}

}  // namespace

bool same_column(const ModelColumn& a, const ModelColumn& b) {
  return a.model == b.model && a.mode == b.mode;
}

std::uint64_t successes_of(const Record& record) {
  return static_cast<std::uint64_t>(std::llround(record.value * static_cast<double>(record.n)));
}

double share_of(const PooledRatio& ratio) {
  return ratio.n == 0 ? 0 : static_cast<double>(ratio.successes) / static_cast<double>(ratio.n);
}

RecordIndex::RecordIndex(const RunResults& results) : results_(results) {
  const auto add_column = [&](const std::string& model, const std::string& mode) {
    const ModelColumn column{model, mode};
    const auto equal = [&](const ModelColumn& other) { return same_column(column, other); };
    if (std::none_of(columns_.begin(), columns_.end(), equal)) columns_.push_back(column);
  };
  const auto add_columns_of = [&](const std::string* model) {
    for (const Record& r : results.records) {
      if (model == nullptr || r.model == *model) add_column(r.model, r.mode);
    }
    for (const SampleSet& s : results.samples) {
      if (model == nullptr || s.model == *model) add_column(s.model, s.mode);
    }
  };
  for (const ModelInfo& model : results.models) add_columns_of(&model.name);
  add_columns_of(nullptr);
  const auto is_contestant = [&](const ModelColumn& column) {
    const ModelInfo* info = model(column.model);
    return !column.model.starts_with("ablation-") && (info == nullptr || info->group != "ablation");
  };
  const auto variants = std::stable_partition(columns_.begin(), columns_.end(), is_contestant);
  if (variants != columns_.begin()) {
    ablations_.assign(variants, columns_.end());
    columns_.erase(variants, columns_.end());
  }
  for (const Record& r : results.records) {
    add_once(metrics_, r.metric);
    records_.emplace(Key{r.task, r.slice, r.model, r.mode, r.metric, r.depth}, &r);
  }
  for (const SampleSet& s : results.samples) samples_.emplace(Key{s.task, s.slice, s.model, s.mode, s.metric, -1}, &s);
}

const ModelInfo* RecordIndex::model(const std::string& name) const {
  for (const ModelInfo& model : results_.models) {
    if (model.name == name) return &model;
  }
  return nullptr;
}

bool RecordIndex::is_symbolic(const ModelColumn& column) const {
  const ModelInfo* info = model(column.model);
  return info != nullptr && info->family == "symbolic";
}

std::optional<std::size_t> RecordIndex::main_column() const {
  for (const std::size_t i : columns_with("exact_answer")) {
    if (!is_symbolic(columns_[i])) return i;
  }
  return std::nullopt;
}

std::string RecordIndex::stage_of(const std::string& task) const {
  for (const TaskEntry& info : results_.tasks) {
    if (info.name == task) return info.stage;
  }
  return {};
}

bool RecordIndex::is_listed(const std::string& task) const {
  return std::any_of(results_.tasks.begin(), results_.tasks.end(), [&](const TaskEntry& t) { return t.name == task; });
}

std::vector<std::size_t> RecordIndex::columns_with(const std::string& metric) const {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto fits = [&](const auto& x) { return x.metric == metric && same_column(columns_[i], {x.model, x.mode}); };
    if (std::any_of(results_.records.begin(), results_.records.end(), fits) ||
        std::any_of(results_.samples.begin(), results_.samples.end(), fits)) {
      out.push_back(i);
    }
  }
  return out;
}

std::vector<std::size_t> RecordIndex::widely_asked() const {
  const std::vector<TaskSlice> all = rows_with("exact_answer");
  const auto rows = [&](std::size_t i) {
    return std::count_if(all.begin(), all.end(),
                         [&](const TaskSlice& row) { return find(row, columns_[i], "exact_answer") != nullptr; });
  };
  std::vector<std::size_t> out = columns_with("exact_answer");
  std::ptrdiff_t most = 0;
  for (const std::size_t i : out) most = std::max(most, rows(i));
  std::erase_if(out, [&](std::size_t i) { return 2 * rows(i) < most; });
  return out;
}

std::vector<std::string> RecordIndex::tasks_with(const std::string& metric) const {
  std::vector<std::string> tasks;
  for (const TaskEntry& task : results_.tasks) {
    const auto fits = [&](const auto& x) { return x.metric == metric && x.task == task.name; };
    if (std::any_of(results_.records.begin(), results_.records.end(), fits) ||
        std::any_of(results_.samples.begin(), results_.samples.end(), fits)) {
      tasks.push_back(task.name);
    }
  }
  for (const Record& r : results_.records) {
    if (r.metric == metric) add_once(tasks, r.task);
  }
  for (const SampleSet& s : results_.samples) {
    if (s.metric == metric) add_once(tasks, s.task);
  }
  return tasks;
}

std::vector<TaskSlice> RecordIndex::rows_with(const std::string& metric) const {
  std::vector<TaskSlice> rows;
  for (const std::string& task : tasks_with(metric)) {
    std::vector<std::string> slices;
    for (const Record& r : results_.records) {
      if (r.metric == metric && r.task == task) add_once(slices, r.slice);
    }
    for (const SampleSet& s : results_.samples) {
      if (s.metric == metric && s.task == task) add_once(slices, s.slice);
    }
    for (const std::string& slice : slices) rows.push_back({task, slice});
  }
  return rows;
}

std::vector<TaskSlice> RecordIndex::main_rows(const std::string& metric) const {
  std::vector<TaskSlice> out;
  for (const TaskSlice& row : rows_with(metric)) {
    if (out.empty() || out.back().task != row.task) {
      out.push_back(row);
    } else if (row.slice == kMainSlice) {
      out.back() = row;
    }
  }
  return out;
}

bool RecordIndex::has_depths(const std::string& metric) const {
  return std::any_of(results_.records.begin(), results_.records.end(),
                     [&](const Record& r) { return r.metric == metric && r.depth >= 0; });
}

const Record* RecordIndex::find(const TaskSlice& row, const ModelColumn& column, const std::string& metric,
                                int depth) const {
  const auto found = records_.find(Key{row.task, row.slice, column.model, column.mode, metric, depth});
  return found == records_.end() ? nullptr : found->second;
}

const SampleSet* RecordIndex::samples(const TaskSlice& row, const ModelColumn& column,
                                      const std::string& metric) const {
  const auto found = samples_.find(Key{row.task, row.slice, column.model, column.mode, metric, -1});
  return found == samples_.end() ? nullptr : found->second;
}

const Record* RecordIndex::largest(const ModelColumn& column, const std::string& metric) const {
  const Record* best = nullptr;
  for (const Record& r : results_.records) {
    if (r.metric != metric || r.depth >= 0 || !same_column(column, {r.model, r.mode})) continue;
    if (best == nullptr || r.value > best->value) best = &r;
  }
  return best;
}

std::map<int, PooledRatio> RecordIndex::by_depth(const std::string& task, const ModelColumn& column,
                                                 const std::string& metric) const {
  std::map<int, PooledRatio> out;
  for (const Record& r : results_.records) {
    if (r.metric != metric || r.depth < 0 || r.n == 0 || r.task != task || !same_column(column, {r.model, r.mode}))
      continue;
    out[r.depth].successes += successes_of(r);
    out[r.depth].n += r.n;
    if (!r.ci_low) out[r.depth].independent = false;
  }
  return out;
}

std::vector<TaskSlice> RecordIndex::shared_rows(const std::vector<std::size_t>& positions) const {
  const std::vector<TaskSlice> all = rows_with("exact_answer");
  std::vector<TaskSlice> rows = all;
  std::erase_if(rows, [&](const TaskSlice& row) {
    // A total would count its parts twice.
    const auto part = [&](const TaskSlice& other) { return other.task == row.task && !other.slice.empty(); };
    if (row.task.empty() || (row.slice.empty() && std::any_of(all.begin(), all.end(), part))) return true;
    return std::any_of(positions.begin(), positions.end(), [&](std::size_t i) {
      const Record* record = find(row, columns_[i], "exact_answer");
      return record == nullptr || record->n == 0 || !record->ci_low;  // copies are no items
    });
  });
  return rows;
}

std::vector<PooledRatio> RecordIndex::pooled_answers(const std::vector<std::size_t>& positions) const {
  const std::vector<TaskSlice> rows = shared_rows(positions);
  std::vector<PooledRatio> out;
  if (rows.empty()) return out;
  for (std::size_t i : positions) {
    PooledRatio sum;
    for (const TaskSlice& row : rows) {
      const Record* record = find(row, columns_[i], "exact_answer");
      sum.successes += successes_of(*record);
      sum.n += record->n;
    }
    out.push_back(sum);
  }
  return out;
}

std::string RecordIndex::environment(const std::string& key) const {
  for (const EnvironmentEntry& entry : results_.environment) {
    if (entry.key == key) return entry.value;
  }
  return {};
}

}  // namespace trm::reports
