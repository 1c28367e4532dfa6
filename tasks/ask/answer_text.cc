#include "tasks/ask/answer_text.h"

#include <algorithm>
#include <vector>

#include "tasks/frames/frame.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/registry.h"

namespace trm::tasks {

Result<std::string> answer_text(const Item& item, const Answer& answer) {
  const Task& task = *find_task(item.task);
  if (answer.verdict == Verdict::endless_loop) return task.decode_loop(item, answer.repeated);
  if (answer.verdict != Verdict::answered) {
    return Error{ErrorCode::bad_input, "", "answer", std::string(verdict_text(answer.verdict)), ""};
  }
  return task.decode(item, answer.value);
}

std::string outcome_text(const FrameRecord& frame) {
  const std::int32_t ret = token_of("RET"), emit = token_of("EMIT");
  const std::size_t last = frame.tokens.size() - 1;  // END
  std::vector<std::int32_t> value, emitted;
  for (std::size_t i = frame.prompt; i < last; ++i) {
    if (frame.own[i] == 0) continue;
    if (frame.tokens[i] == emit) emitted.push_back(frame.tokens[i + 1]);
    if (frame.tokens[i] != ret) continue;
    value.assign(frame.tokens.begin() + static_cast<std::ptrdiff_t>(i + 1), frame.tokens.end() - 1);
    break;
  }
  return value.empty() && !emitted.empty() ? "emits " + readable(emitted) : "= " + readable(value);
}

}  // namespace trm::tasks
