#include <array>

#include "tasks/frames/function.h"
#include "tasks/frames/prompt.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/infinite_loop/infinite_loop.h"
#include "tasks/recursion/program/program_task.h"
#include "tasks/recursion/program/random.h"

namespace trm::tasks::infinite_loop {
namespace {

using program::Ending;
using program::Run;

constexpr std::uint32_t kTrainedCalls = 8;
constexpr std::array<std::string_view, 2> kWords = {"ends", "repeats"};
constexpr std::array<std::string_view, 5> kSlices = {"train", "validation", "test", "calls_2x", "calls_8x"};

class InfiniteLoop final : public program::ProgramTask {
 public:
  using ProgramTask::ProgramTask;

  [[nodiscard]] Result<std::string> decode(const Item& item, std::span<const Token> value) const override {
    if (value.size() != 1 || value[0] != token::yes) {
      return Error{ErrorCode::bad_input, "", "answer", "\"" + to_text(value) + "\" is not YES", "give YES or nothing"};
    }
    return std::string(item.prompt.starts_with("repeats") ? "never" : "yes");
  }

  [[nodiscard]] Result<std::string> decode_loop(const Item& item, std::span<const Token> repeated) const override {
    const Result<FramePrompt> frame = read_frame_prompt(repeated);
    if (!frame.ok() || frame->function->head != token::run) {
      return Error{ErrorCode::bad_input, "", "answer", "\"" + to_text(repeated) + "\" is no call of the program",
                   "use a model that was trained for this task"};
    }
    if (item.prompt.starts_with("ends")) return std::string("no");
    return text_of(program::State{frame->arguments[0][0] == token::f ? std::size_t{0} : std::size_t{1},
                                  counter_of(frame->arguments[1])});
  }

 private:
  using P = program::AboutProgram;

  [[nodiscard]] std::optional<P> draw(Rng& rng, std::string_view slice) const override {
    std::uint32_t low = 2, high = kTrainedCalls;
    if (slice == "calls_2x") low = kTrainedCalls + 1, high = 2 * kTrainedCalls;
    if (slice == "calls_8x") low = 6 * kTrainedCalls, high = 8 * kTrainedCalls;
    const Ending wanted = rng.below(2) == 0 ? Ending::value : Ending::repeats;
    const std::uint32_t calls = rng.between(low, high);
    std::string_view word;
    const program::Asked asked = program::draw_program(slice, wanted, calls, [&] {
      word = kWords[rng.below(kWords.size())];
      return program::random_walk(rng, calls);
    });
    return P{word, asked};
  }

  [[nodiscard]] bool answers(Ending ending) const override {
    return ending == Ending::value || ending == Ending::repeats;
  }

  [[nodiscard]] std::string answer_of(std::string_view word, const Run& run) const override {
    const bool repeats = run.ending == Ending::repeats;
    if (word == "ends") return repeats ? "no" : "yes";
    return repeats ? text_of(run.calls.back()) : "never";
  }

  [[nodiscard]] English describe(const P& about) const override {
    const std::string call = text_of(about.asked.start);
    if (about.word == "ends") {
      return in_english(about, "Given enough memory and time, does the computation of " + call + " ever end?",
                        AnswerForm::yes_no);
    }
    return in_english(about,
                      "While " + call +
                          " is computed, which call is the first that begins while the same call, of the same function "
                          "with the same argument, is still running? Write it as in " +
                          call + ", or never if there is none.",
                      AnswerForm::line);
  }

  [[nodiscard]] Question question(const P& about) const override {
    return program::encode_program(token::ends, about.asked);
  }
};

}  // namespace

const Task& task() {
  static const InfiniteLoop instance(
      {"infinite_loop",
       "does a program end, which call is the first that repeats; prompt: ends f(3); def f(n): return 1 if n == 0 else "
       "f((2 * n + 1) % 7), also repeats f(3); ...",
       "applied", 2, 1, kWords, kSlices, program::kDeepCosts});
  return instance;
}

}  // namespace trm::tasks::infinite_loop
