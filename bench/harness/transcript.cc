#include "bench/harness/transcript.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "tasks/frame.h"
#include "tasks/score.h"

namespace trm::bench {

namespace {

class Lines {
 public:
  explicit Lines(std::size_t limit) : limit_(limit) {}
  void add(std::size_t depth, const std::string& line) {
    if (++count_ <= limit_) text_ += std::string(2 * depth, ' ') + line + "\n";
  }
  [[nodiscard]] std::string text() const {
    return count_ > limit_ ? text_ + fmt::format("({} more lines)\n", count_ - limit_) : text_;
  }

 private:
  std::size_t limit_;
  std::size_t count_ = 0;
  std::string text_;
};

/// What a complete frame returned: the tokens between its RET and END.
std::span<const std::int32_t> value_of(const FrameRecord& frame) {
  const std::int32_t ret = tasks::token_of("RET");
  std::size_t after = frame.tokens.size();
  while (after > frame.prompt && (frame.tokens[after - 1] != ret || frame.own[after - 1] == 0)) --after;
  return frame.tokens.subspan(after, frame.tokens.size() - 1 - after);
}

/// ", wrong from ..." for a frame with a wrong token of its own.
std::string fault(const FrameRecord& frame) {
  const Result<std::optional<std::size_t>> wrong = tasks::first_wrong_token(frame.tokens);
  if (!wrong.ok()) return "   (no right answer exists: " + wrong.error().message + ")";
  if (!*wrong || **wrong >= frame.tokens.size()) return "";
  const std::size_t at = **wrong;
  return fmt::format("   <- wrong: wrote {} as token {} of the frame", tasks::to_text(frame.tokens.subspan(at, 1)),
                     at + 1);
}

}  // namespace

Result<Transcript> transcribe(const LoadedModel& model, const tasks::Item& item, const TokenText& text,
                              std::size_t max_lines) {
  Result<Machine> machine = Machine::create(model.network(), model.model().vocabulary, machine_options(1));
  if (!machine.ok()) return machine.error();
  Lines lines(max_lines);
  MachineObserver observer;
  observer.opened = [&](std::size_t, std::size_t, std::size_t, std::size_t depth,
                        std::span<const std::int32_t> prompt) { lines.add(depth, text(prompt)); };
  observer.memo_hit = [&](std::size_t, std::size_t, std::size_t depth, std::span<const std::int32_t> prompt,
                          std::span<const std::int32_t> value) {
    lines.add(depth, fmt::format("{} = {}   (seen before)", text(prompt), text(value)));
  };
  observer.closed = [&](const FrameRecord& frame) {
    const std::string line = frame.complete ? "= " + text(value_of(frame))
                                            : "cut off after: " + tasks::to_text(frame.tokens.subspan(frame.prompt));
    lines.add(frame.depth, line + fault(frame));
  };
  const Question question{tasks::find_task(item.task)->encode(item), {}};
  Answer answer;
  if (Status s = machine->run(std::span(&question, 1), std::span(&answer, 1), observer); !s.ok()) return s.error();

  Transcript out;
  out.text = lines.text();
  out.answer = verdict_text(answer.verdict);
  if (answer.verdict == Verdict::answered) {
    const Result<std::string> number = tasks::decode_number(answer.value);
    out.answer = number.ok() ? *number : "no number: " + tasks::to_text(answer.value);
    out.right = number.ok() && tasks::is_right(item, *number);
  }
  return out;
}

}  // namespace trm::bench
