#include "bench/harness/transcript.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "bench/harness/answerer.h"
#include "bench/harness/workload.h"
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

/// ", wrong from ..." for a frame with a wrong token of its own.
std::string fault(const FrameRecord& frame) {
  const Result<std::optional<std::size_t>> wrong = tasks::first_wrong_token(frame.tokens);
  if (!wrong.ok()) return "   (no right answer exists: " + wrong.error().message + ")";
  if (!*wrong || **wrong >= frame.tokens.size()) return "";
  const std::size_t at = **wrong;
  return fmt::format("   <- wrong: wrote {} as token {} of the frame", tasks::to_text(frame.tokens.subspan(at, 1)),
                     at + 1);
}

/// Where the sequence leaves the right one; "" if nowhere, or if that would be longer than any model may write.
std::string first_difference(const tasks::Task& task, const tasks::Item& item, tasks::Encoding encoding,
                             std::span<const std::int32_t> own) {
  const auto right = tasks::right_sequence(encoding, task, item, machine_options(task, 1).max_frame_tokens);
  if (!right.ok() || !*right) return "";
  const auto expected = std::span<const std::int32_t>((*right)->tokens).subspan((*right)->prompt);
  const auto at = std::mismatch(own.begin(), own.end(), expected.begin(), expected.end());
  if (at.first == own.end() && at.second == expected.end()) return "";
  const auto name = [](auto from, auto end) {
    return from == end ? std::string("nothing") : tasks::to_text({&*from, 1});
  };
  return fmt::format("first wrong token: wrote {} as token {}, where {} is right", name(at.first, own.end()),
                     at.first - own.begin() + 1, name(at.second, expected.end()));
}

}  // namespace

std::string outcome_text(const FrameRecord& frame, const TokenText& text) {
  const std::int32_t ret = tasks::token_of("RET"), emit = tasks::token_of("EMIT");
  const std::size_t last = frame.tokens.size() - 1;  // END
  std::vector<std::int32_t> value, emitted;
  for (std::size_t i = frame.prompt; i < last; ++i) {
    if (frame.own[i] == 0) continue;
    if (frame.tokens[i] == emit) emitted.push_back(frame.tokens[i + 1]);
    if (frame.tokens[i] != ret) continue;
    value.assign(frame.tokens.begin() + static_cast<std::ptrdiff_t>(i + 1), frame.tokens.end() - 1);
    break;
  }
  return value.empty() && !emitted.empty() ? "emits " + text(emitted) : "= " + text(value);
}

Result<Transcript> transcribe(const LoadedModel& model, const tasks::Item& item, const TokenText& text,
                              std::size_t max_lines) {
  const tasks::Task& task = *tasks::find_task(item.task);
  Result<Answerer> answerer = Answerer::create(model.network(), model.model(), machine_options(task, 1));
  if (!answerer.ok()) return answerer.error();
  const tasks::Encoding encoding = answerer->encoding();
  Lines lines(max_lines);
  MachineObserver observer;
  observer.opened = [&](std::size_t, std::size_t, std::size_t, std::size_t depth,
                        std::span<const std::int32_t> prompt) { lines.add(depth, text(prompt)); };
  observer.memo_hit = [&](std::size_t, std::size_t, std::size_t depth, std::span<const std::int32_t> prompt,
                          std::span<const std::int32_t> value) {
    lines.add(depth, fmt::format("{} = {}   (seen before)", text(prompt), text(value)));
  };
  observer.closed = [&](const FrameRecord& frame) {
    const std::string line = frame.complete ? outcome_text(frame, text)
                                            : "cut off after: " + tasks::to_text(frame.tokens.subspan(frame.prompt));
    lines.add(frame.depth, encoding == tasks::Encoding::frames ? line + fault(frame) : line);
  };
  const Question question = question_of(task, item);
  Answer answer;
  std::vector<tasks::Tokens> texts;
  if (Status s = answerer->run(std::span(&question, 1), std::span(&answer, 1), observer, &texts); !s.ok()) {
    return s.error();
  }
  if (encoding != tasks::Encoding::frames) {
    if (encoding == tasks::Encoding::answer) lines.add(0, fmt::format("{}: {}", text(question.prompt), text(texts[0])));
    const std::string wrong = first_difference(task, item, encoding, texts[0]);
    if (!wrong.empty()) lines.add(0, wrong);
  }

  Transcript out;
  out.text = lines.text();
  const Result<std::string> text_of_value = answer_text(item, answer);
  out.right = text_of_value.ok() && tasks::is_right(item, *text_of_value);
  if (text_of_value.ok()) {
    out.answer = *text_of_value;
  } else if (answer.verdict == Verdict::answered) {
    out.answer = "no answer: " + tasks::to_text(answer.value);
  } else {
    out.answer = verdict_text(answer.verdict);
  }
  return out;
}

}  // namespace trm::bench
