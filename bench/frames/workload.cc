#include "bench/frames/workload.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "tasks/registry.h"
#include "tasks/task/choose.h"
#include "tasks/task/item.h"

namespace trm::bench {

namespace {

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Status check_names(const char* flag, const std::vector<std::string>& names, const std::vector<std::string>& known) {
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (!has(known, name)) {
      return Error{ErrorCode::usage, "", flag, fmt::format("unknown name \"{}\"", name),
                   fmt::format("use one of {}", fmt::join(known, ", "))};
    }
    if (!seen.insert(name).second) {
      return Error{ErrorCode::usage, "", flag, fmt::format("\"{}\" is there twice", name), "name it once"};
    }
  }
  return {};
}

/// `asked`: prompts of the run so far.
Result<Workload> make_workload(const tasks::Task& task, const std::string& slice, std::size_t items, std::uint64_t seed,
                               std::set<std::string>& asked) {
  Workload out;
  out.task = &task;
  out.slice = slice;
  const std::size_t cost = task.info().cost(slice);
  items = (items + cost - 1) / cost;
  std::set<std::string> forms;
  std::uint64_t idle = 0;
  for (std::uint64_t index = 0; out.items.size() < items && idle < tasks::kPatience; ++index, ++idle) {
    Result<std::optional<tasks::Item>> next = tasks::item_if_any(task, slice, seed, index);
    if (!next.ok()) return next.error();
    if (!*next) break;
    tasks::Item& item = **next;
    if (tasks::is_stream(slice) && !forms.insert(item.canonical).second) continue;
    if (!asked.insert(item.prompt).second) {
      ++out.asked_elsewhere;
      continue;
    }
    idle = 0;
    out.items.push_back(std::move(item));
  }
  return out;
}

}  // namespace

std::vector<std::string> known_tasks() {
  std::vector<std::string> out;
  for (const tasks::Task* task : tasks::all_tasks()) out.emplace_back(task->name());
  return out;
}

std::vector<std::string> known_slices(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  for (const std::string& name : names) {
    const tasks::Task* task = tasks::find_task(name);
    if (task == nullptr) continue;
    for (const std::string_view slice : task->info().slices) {
      if (!has(out, std::string(slice))) out.emplace_back(slice);
    }
  }
  return out;
}

Result<std::vector<Workload>> make_workloads(const WorkloadOptions& options) {
  const std::vector<std::string> all = known_tasks();
  const std::vector<std::string>& names = options.tasks.empty() ? all : options.tasks;
  if (Status s = check_names("task", names, all); !s.ok()) return s.error();
  std::vector<std::string> slices = options.slices.empty() ? known_slices(names) : options.slices;
  if (options.slices.empty()) {
    std::erase_if(slices, [](const std::string& slice) { return slice == "train" || slice == "validation"; });
  } else if (Status s = check_names("slice", slices, known_slices(names)); !s.ok()) {
    return s.error();
  }
  if (options.items == 0) return Error{ErrorCode::usage, "", "items", "is 0", "ask at least one item of each slice"};

  std::vector<Workload> out;
  for (const std::string& name : names) {
    const tasks::Task& task = *tasks::find_task(name);
    std::set<std::string> asked;
    std::map<std::string, Workload> made;
    // In the task's own order: a whole table comes last.
    for (const std::string& slice : known_slices({name})) {
      if (!has(slices, slice)) continue;
      Result<Workload> workload = make_workload(task, slice, options.items, options.seed, asked);
      if (!workload.ok()) return workload.error();
      made.emplace(slice, *std::move(workload));
    }
    for (const std::string& slice : slices) {
      const auto workload = made.find(slice);
      if (workload != made.end() && !workload->second.items.empty()) out.push_back(std::move(workload->second));
    }
  }
  return out;
}

}  // namespace trm::bench
