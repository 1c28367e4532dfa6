// Items as a task of the language model evaluation harness (lm-evaluation-harness of EleutherAI, 0.4 and later):
// documents as JSON Lines, and the YAML file that says how to ask and to judge them.
#pragma once

#include <span>
#include <string>

#include "engine/base/status.h"
#include "tasks/task/task.h"

namespace trm::tasks {

/// Name of the harness task for items of one task and slice: "trm_factorial_test".
std::string harness_name(const Item& item);

/// One line per item: id, task, slice, depth, prompt (plain English), question (as trm run reads it) and answer.
std::string write_harness_documents(std::span<const Item> items);

/// The answer is what answer_pattern() finds last in a reply, compared exactly except for commas and case. `documents`
/// is the path of the other file, which must be absolute: the harness reads it from wherever it runs. Items are not
/// empty.
std::string write_harness_yaml(std::span<const Item> items, const std::string& name, const std::string& documents);

}  // namespace trm::tasks
