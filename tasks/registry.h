// All tasks, and with frames/function.h all functions of the frame language. A new one adds a line here.
#pragma once

#include <span>
#include <string_view>

#include "engine/base/status.h"
#include "tasks/task/task.h"

namespace trm::tasks {

/// All tasks, in curriculum order.
std::span<const Task* const> all_tasks();
/// null: no such task.
const Task* find_task(std::string_view name);
/// The task whose prompt this is, by its first word ("fact 20"); a byte order mark in front is skipped. Error:
/// unknown word, with the known ones; as parse() and admit().
Result<Item> parse_prompt(std::string_view prompt);
}  // namespace trm::tasks
