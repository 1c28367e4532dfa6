#include <algorithm>
#include <array>

#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/program/program_task.h"
#include "tasks/recursion/program/random.h"
#include "tasks/recursion/recursive_flow/recursive_flow.h"

namespace trm::tasks::recursive_flow {
namespace {

using program::Ending;
using program::Run;

constexpr std::size_t kTrainedCalls = 12;
constexpr std::array<std::string_view, 3> kWords = {"value", "calls", "order"};
constexpr std::array<std::string_view, 5> kSlices = {"train", "validation", "test", "calls_2x", "calls_8x"};

struct Range {
  std::size_t low, high;
};
Range calls_of(std::string_view slice) {
  if (slice == "calls_2x") return {kTrainedCalls + 1, 2 * kTrainedCalls};
  if (slice == "calls_8x") return {6 * kTrainedCalls, 8 * kTrainedCalls};
  return {2, kTrainedCalls};
}

/// f 7 ; g 2 1 ; -> "f(7) g(12)"
Result<std::string> decode_calls(std::span<const Token> value) {
  std::string out;
  for (auto at = value.begin(); at != value.end();) {
    const auto stop = std::find(at, value.end(), token::stop);
    const bool named = *at == token::f || *at == token::g;
    const Result<std::string> number = decode_number({at + 1, std::max(at + 1, stop)});
    if (!named || stop == value.end() || !number.ok()) {
      return Error{ErrorCode::bad_input, "", "answer", "\"" + to_text(value) + "\" is no list of calls", "give f 7 ;"};
    }
    out += (out.empty() ? "" : " ") + std::string(*at == token::f ? "f(" : "g(") + *number + ")";
    at = stop + 1;
  }
  return out;
}

class RecursiveFlow final : public program::ProgramTask {
 public:
  using ProgramTask::ProgramTask;

  [[nodiscard]] Result<std::string> decode(const Item& item, std::span<const Token> value) const override {
    return item.prompt.starts_with("order") ? decode_calls(value) : decode_number(value);
  }

 private:
  using P = program::AboutProgram;

  [[nodiscard]] std::optional<P> draw(Rng& rng, std::string_view slice) const override {
    const Range range = calls_of(slice);
    // Few programs make many calls from a small start.
    const std::uint32_t most_start = slice == "calls_8x" ? 99 : slice == "calls_2x" ? 40 : 25;
    const auto calls = rng.between(static_cast<std::uint32_t>(range.low), static_cast<std::uint32_t>(range.high));
    std::string_view word;
    const program::Asked asked = program::draw_program(slice, Ending::value, calls, [&] {
      word = kWords[rng.below(kWords.size())];
      return program::random_descent(rng, most_start);
    });
    return P{word, asked};
  }

  [[nodiscard]] bool answers(Ending ending) const override { return ending == Ending::value; }

  [[nodiscard]] std::string answer_of(std::string_view word, const Run& run) const override {
    if (word == "value") return std::to_string(run.value);
    if (word == "calls") return std::to_string(run.calls.size());
    std::string out;
    for (const program::State& call : run.calls) out += (out.empty() ? "" : " ") + text_of(call);
    return out;
  }

  [[nodiscard]] English describe(const P& about) const override {
    const std::string call = text_of(about.asked.start);
    if (about.word == "value") {
      return in_english(about, "What is the value of " + call + "?", AnswerForm::number);
    }
    if (about.word == "calls") {
      return in_english(about, "How often are its functions called to compute " + call + ", this first call included?",
                        AnswerForm::number);
    }
    return in_english(about,
                      "Which calls are made to compute " + call +
                          ", in the order in which they begin? Write each as in " + call +
                          ", the first one included, on one line with blanks between them.",
                      AnswerForm::line);
  }

  [[nodiscard]] Question question(const P& about) const override {
    const Token head = about.word == "value" ? token::run : about.word == "calls" ? token::calls : token::order;
    return program::encode_program(head, about.asked);
  }
};

}  // namespace

const Task& task() {
  static const RecursiveFlow instance(
      {"recursive_flow",
       "value, number or order of the calls of a program; prompt: value f(7); def f(n): return 2 if n < 3 else "
       "f(n - 1) + n, also calls f(7); ... and order f(7); ...",
       "applied", 2, 1, kWords, kSlices, program::kDeepCosts});
  return instance;
}

}  // namespace trm::tasks::recursive_flow
