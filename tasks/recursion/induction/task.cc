#include <array>

#include "tasks/base/words.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/induction/functions.h"
#include "tasks/recursion/induction/generator.h"
#include "tasks/recursion/induction/induction.h"
#include "tasks/task/item.h"

namespace trm::tasks::induction {
namespace {

constexpr std::array<std::string_view, 1> kWords = {"proof"};
constexpr std::array<std::string_view, 4> kSlices = {"train", "validation", "test", "steps_2x"};
constexpr std::array kCosts = {SliceCost{"steps_2x", 2}};
constexpr const char* kExample =
    "proof Claim: S(n) = 1 + 3 + ... + (2n - 1) = n^2 for all n >= 1; Base: S(1) = 1 = 1; ...";

std::string answer_of(std::size_t wrong) {
  return wrong == 0 ? "valid" : std::to_string(wrong);
}

class Induction final : public ParametricTask<std::vector<std::string>> {
 public:
  using ParametricTask::ParametricTask;

  [[nodiscard]] Result<std::string> decode(const Item&, std::span<const Token> value) const override {
    if (value.size() == 1 && value[0] == token::yes) return std::string("valid");
    return decode_number(value);
  }

  /// The frame behind the last line counts on.
  [[nodiscard]] Status admit(const Item& item) const override {
    const Range& lines = kProve.ranges[0];
    if (item.depth < lines.most) return Task::admit(item);
    return prompt_error(
        item.prompt, "proof",
        "has " + std::to_string(item.depth) + " lines: frames are trained on less than " + std::to_string(lines.most),
        "write fewer lines");
  }

 private:
  using Proof = std::vector<std::string>;

  [[nodiscard]] std::optional<Proof> draw(Rng& rng, std::string_view slice) const override {
    return draw_proof(rng, slice);
  }

  [[nodiscard]] Result<Proof> read(std::string_view prompt) const override {
    const auto parts = prompt_words(prompt);
    if (!parts) return parts.error();
    if ((*parts)[0] != kWords[0]) {
      return prompt_error(prompt, "first word", in_quotes((*parts)[0]) + " is another function",
                          as_in("start with \"proof\"", kExample));
    }
    const std::size_t begin = static_cast<std::size_t>((*parts)[0].data() - prompt.data()) + kWords[0].size();
    Result<Proof> proof = read_proof(prompt.substr(begin));
    const Result<Question> asked = proof ? encode_proof(*proof) : proof.error();
    const Result<std::size_t> judged = asked ? first_wrong_line(*proof) : asked.error();
    const Result<std::size_t> found = judged ? first_wrong_line_by_numbers(*proof) : judged.error();
    if (found) return proof;
    const Error& error = found.error();
    return prompt_error(prompt, error.field, error.message, error.fix);
  }

  void fill(Item& item, const Proof& proof) const override {
    item.prompt = "proof ";
    for (std::size_t i = 0; i < proof.size(); ++i) item.prompt += (i > 0 ? "; " : "") + proof[i];
    item.answer = answer_of(*first_wrong_line_by_numbers(proof));  // draw_proof() and read() give proofs that are whole
    item.canonical = canonical(proof);
    item.depth = proof.size();
  }

  /// By algebra: neither by the numbers that fill() finds the answer with, nor by what frames are asked.
  [[nodiscard]] bool is_answer(const Proof& proof, std::string_view answer) const override {
    const Result<std::size_t> wrong = first_wrong_line(proof);
    return wrong && answer == answer_of(*wrong);
  }

  [[nodiscard]] English describe(const Proof& proof) const override {
    std::string text = "A proof by induction, each line of which has to follow from the claim and the lines before it:";
    for (std::size_t i = 0; i < proof.size(); ++i) text += "\n" + std::to_string(i + 1) + ". " + proof[i];
    return ask(text, "Is this proof valid? Answer \"valid\" or the number of the first wrong line.", AnswerForm::line);
  }

  [[nodiscard]] Question question(const Proof& proof) const override { return *encode_proof(proof); }
};

}  // namespace

const Task& task() {
  static const Induction instance(
      {"induction",
       "valid, or the first wrong line of a proof by induction; prompt: proof Claim: S(n) = 1 + 3 + ... + (2n - 1) = "
       "n^2 "
       "for all n >= 1; Base: S(1) = 1 = 1; Hypothesis: S(k) = k^2; Step: S(k + 1) = S(k) + (2k + 1); = (k + 1)^2",
       "applied", 2, 1, kWords, kSlices, kCosts});
  return instance;
}

}  // namespace trm::tasks::induction
