#include <algorithm>
#include <array>
#include <memory>

#include "tasks/base/split.h"
#include "tasks/base/words.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/nested_expression/expression.h"
#include "tasks/recursion/nested_expression/nested_expression.h"
#include "tasks/task/item.h"

namespace trm::tasks::nested_expression {
namespace {

constexpr std::uint32_t kTrainedDepth = 3;
constexpr std::size_t kTrainedWidth = 4;

constexpr std::array<std::string_view, 1> kWords = {"calc"};
constexpr std::array<std::string_view, 6> kSlices = {"train", "validation", "test", "depth_2x", "depth_8x", "width_4x"};

/// Takes the innermost list off the text and puts its value there, until a number is left.
std::string reduced(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  for (std::size_t close = text.find(')'); close != std::string::npos; close = text.find(')')) {
    const std::size_t open = text.rfind('(', close);
    const std::string name = text.substr(open - 3, 3);
    std::vector<std::uint64_t> values = {0};
    for (std::size_t i = open + 1; i < close; ++i) {
      if (text[i] == ',') {
        values.push_back(0);
      } else {
        values.back() = values.back() * 10 + static_cast<std::uint64_t>(text[i] - '0');
      }
    }
    std::uint64_t value = values[0];
    for (std::size_t i = 1; i < values.size(); ++i) {
      if (name == "sum") value += values[i];
      if (name == "max" && values[i] > value) value = values[i];
      if (name == "min" && values[i] < value) value = values[i];
    }
    if (name == "med") {
      const std::uint64_t a = values[0], b = values[1], c = values[2];
      value = std::max(std::min(a, b), std::min(std::max(a, b), c));
    }
    text.replace(open - 3, close + 4 - open, std::to_string(value));
  }
  return text;
}

class NestedExpression final : public ParametricTask<Expression> {
 public:
  using ParametricTask::ParametricTask;

 private:
  [[nodiscard]] std::optional<Expression> draw(Rng& rng, std::string_view slice) const override {
    std::uint32_t depth = rng.between(1, kTrainedDepth);
    std::size_t width = kTrainedWidth;
    if (slice == "depth_2x") depth = rng.between(kTrainedDepth + 1, 2 * kTrainedDepth);
    if (slice == "depth_8x") depth = rng.between(6 * kTrainedDepth, 8 * kTrainedDepth);
    if (slice == "width_4x") width = 4 * kTrainedWidth;
    for (;;) {
      Expression out = random_expression(rng, depth, width);
      if (split_of(text_of(out)) == split_behind(slice)) return out;
    }
  }

  [[nodiscard]] Result<Expression> read(std::string_view prompt) const override {
    const auto parts = prompt_words(prompt);
    if (!parts) return parts.error();
    if ((*parts)[0] != kWords[0]) {
      return prompt_error(prompt, "first word", in_quotes((*parts)[0]) + " is another function",
                          as_in("start with \"calc\"", "calc max(3, min(4, 15))"));
    }
    return parse_expression(prompt, prompt.find(kWords[0]) + kWords[0].size());
  }

  void fill(Item& item, const Expression& e) const override {
    item.canonical = text_of(e);
    item.prompt = "calc " + item.canonical;
    item.answer = std::to_string(value_of(e));
    item.depth = e.depth();
  }

  /// On the text, from the inside out; the solver walks the tree.
  [[nodiscard]] bool is_answer(const Expression& e, std::string_view answer) const override {
    return reduced(text_of(e)) == answer;
  }

  [[nodiscard]] English describe(const Expression& e) const override {
    return ask(
        "max(...), min(...) and sum(...) are the largest one, the smallest one and the sum of the values in the "
        "parentheses; med(...) is the middle one of three values in order of size. A value is a number or another such "
        "expression.",
        "What is the value of " + text_of(e) + "?", AnswerForm::number);
  }

  [[nodiscard]] Question question(const Expression& e) const override {
    return {{token::expr, token::x}, {stream_of(e)}};
  }
};

}  // namespace

const Task& task() {
  static const NestedExpression instance(
      {"nested_expression", "max, min, sum, med of numbers and of one another; prompt: calc max(3, min(4, 15))",
       "nested", 2, 1, kWords, kSlices, kDeepCosts});
  return instance;
}

}  // namespace trm::tasks::nested_expression
