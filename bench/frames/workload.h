// What a benchmark run asks: the items of each chosen slice of each chosen task.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "tasks/task/task.h"

namespace trm::bench {

/// Items of one slice of one task.
struct Workload {
  const tasks::Task* task = nullptr;
  std::string slice;
  std::vector<tasks::Item> items;
  std::size_t asked_elsewhere = 0;  ///< items passed over, because an earlier slice asks the same
};

struct WorkloadOptions {
  std::vector<std::string> tasks;   ///< empty: all
  std::vector<std::string> slices;  ///< empty: all but train and validation; a task without one of them goes without it
  std::size_t items = 100;          ///< of each slice, divided by its cost (TaskInfo); all of them where it is smaller
  std::uint64_t seed = 0;
};

/// Names of all tasks, in their order.
std::vector<std::string> known_tasks();
/// Slices that one of these tasks has, in the order of first appearance. Unknown tasks add nothing.
std::vector<std::string> known_slices(const std::vector<std::string>& tasks);

/// In the order of tasks, then of slices. No question is asked twice, so figures of several slices may be added: what a
/// slice shares with one that the task lists before it, or "train" with itself, is passed over; a slice that has
/// nothing else is left out. Error (usage): an unknown task, a slice that none of the tasks has, the same name twice,
/// no items.
Result<std::vector<Workload>> make_workloads(const WorkloadOptions& options);

}  // namespace trm::bench
