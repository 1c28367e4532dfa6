// What a model's answer says to people.
#pragma once

#include <string>

#include "engine/base/status.h"
#include "engine/machine/machine.h"
#include "tasks/task/task.h"

namespace trm::tasks {

/// What the machine's value, or the loop that it found, says. Error: the machine did not answer, or the value is no
/// answer of the task.
Result<std::string> answer_text(const Item& item, const Answer& answer);

/// What a complete frame gave back: "= " and the tokens between its RET and END, a number or a stream's letter; "emits
/// " and the tokens that it emitted, if it returned none.
std::string outcome_text(const FrameRecord& frame);

}  // namespace trm::tasks
