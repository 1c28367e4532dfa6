#include "bench/frames/transcript.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "bench/frames/workload.h"
#include "tasks/ask/answer_text.h"
#include "tasks/ask/answerer.h"
#include "tasks/ask/item_question.h"
#include "tasks/exchange/score.h"
#include "tasks/frames/frame.h"
#include "tasks/registry.h"

namespace trm::bench {
namespace {

/// The frames that a model wrote into its sequence: a line when one opens, a line when it ends.
class TraceLines {
 public:
  explicit TraceLines(std::size_t limit) : limit_(limit) {}

  [[nodiscard]] MachineObserver observer() {
    MachineObserver out;
    out.opened = [this](const OpenedFrame& frame) { add(frame.depth, tasks::readable(frame.prompt)); };
    out.closed = [this](const FrameRecord& frame) {
      add(frame.depth, frame.complete ? tasks::outcome_text(frame)
                                      : "cut off after: " + tasks::to_text(frame.tokens.subspan(frame.prompt)));
    };
    return out;
  }
  [[nodiscard]] std::string text() const {
    return count_ > limit_ ? lines_ + fmt::format("({} more lines)\n", count_ - limit_) : lines_;
  }

 private:
  void add(std::size_t depth, const std::string& line) {
    if (++count_ <= limit_) lines_ += std::string(2 * depth, ' ') + line + "\n";
  }

  std::size_t limit_;
  std::size_t count_ = 0;
  std::string lines_;
};

/// Where the sequence leaves the right one; "" if nowhere, or if that would be longer than any model may write.
std::string first_difference(const tasks::Task& task, const tasks::Item& item, tasks::Encoding encoding,
                             std::span<const std::int32_t> own) {
  const auto right = tasks::right_sequence(encoding, task, item, machine_options(task, encoding, 1).max_frame_tokens);
  if (!right.ok() || !*right) return "";
  const auto expected = std::span<const std::int32_t>((*right)->tokens).subspan((*right)->prompt);
  const auto at = std::mismatch(own.begin(), own.end(), expected.begin(), expected.end());
  if (at.first == own.end() && at.second == expected.end()) return "";
  const auto name = [](auto from, auto end) {
    return from == end ? std::string("nothing") : tasks::to_text({&*from, 1});
  };
  return fmt::format("first wrong token: wrote {} as token {}, where {} is right\n", name(at.first, own.end()),
                     at.first - own.begin() + 1, name(at.second, expected.end()));
}

/// The answer to `item` in words, and whether it is right.
void judge(const tasks::Item& item, const Result<std::string>& said, const Answer& answer, Transcript& out) {
  out.right = said.ok() && tasks::is_right(item, *said);
  if (said.ok()) {
    out.answer = *said;
  } else if (answer.verdict == Verdict::answered) {
    out.answer = "no answer: " + tasks::to_text(answer.value);
  } else {
    out.answer = verdict_text(answer.verdict);
  }
}

}  // namespace

Result<Transcript> transcribe(const tasks::CausalModel& model, const tasks::Item& item, std::size_t max_frames) {
  const tasks::Task& task = *tasks::find_task(item.task);
  const MachineOptions options = machine_options(task, model.use().encoding, 1);
  Result<tasks::Answerer> answerer = tasks::Answerer::create(model.network(), model.model(), options);
  if (!answerer.ok()) return answerer.error();
  const tasks::Encoding encoding = answerer->encoding();
  const bool on_machine = encoding == tasks::Encoding::frames;
  const bool runs_program = encoding == tasks::Encoding::programs;
  FrameTree tree;
  TraceLines lines(2 * max_frames);
  Result<tasks::ItemQuestion> asked = tasks::ItemQuestion::create(item, encoding);
  if (!asked.ok()) return asked.error();
  const Question& question = asked->question();
  Answer answer;
  std::vector<tasks::Tokens> written;
  const Status status = answerer->run(std::span(&question, 1), std::span(&answer, 1),
                                      on_machine     ? tree.observer()
                                      : runs_program ? asked->observer()
                                                     : lines.observer(),
                                      &written);
  if (!status.ok()) return status.error();

  Transcript out;
  judge(item, asked->text(item, answer, options), answer, out);
  if (on_machine) {
    out.frames = tree.shortened(max_frames);
    return out;
  }
  if (runs_program) return out;
  out.text = encoding == tasks::Encoding::answer
                 ? fmt::format("{}: {}\n", tasks::readable(question.prompt), tasks::readable(written[0]))
                 : lines.text();
  out.text += first_difference(task, item, encoding, written[0]);
  return out;
}

}  // namespace trm::bench
