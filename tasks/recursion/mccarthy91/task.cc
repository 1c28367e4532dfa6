#include <algorithm>
#include <array>

#include "tasks/base/split.h"
#include "tasks/base/words.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/mccarthy91/mccarthy91.h"
#include "tasks/task/item.h"

namespace trm::tasks::mccarthy91 {
namespace {

constexpr std::uint32_t kUsualN = 120;

constexpr std::array<std::string_view, 1> kWords = {"mccarthy"};
constexpr std::array<std::string_view, 4> kSlices = {"train", "validation", "test", "plain"};
constexpr std::array kFields = {field_of(kRanges[0])};
constexpr PromptForm kForm = {"mccarthy", kFields, 0, "mccarthy 87"};

struct Parameters {
  std::uint32_t n = 0;
};

std::uint32_t solve(std::uint32_t n) {
  return n > 100 ? n - 10 : solve(solve(n + 11));
}

/// Frames on the deepest stack.
std::size_t depth_of(std::uint32_t n) {
  return n > 100 ? 1 : 1 + std::max(depth_of(n + 11), depth_of(solve(n + 11)));
}

class McCarthy91 final : public ParametricTask<Parameters> {
 public:
  using ParametricTask::ParametricTask;

 private:
  [[nodiscard]] std::vector<Parameters> enumerate(std::string_view slice) const override {
    std::vector<Parameters> out;
    for (std::uint32_t n = 0; n <= kUsualN; ++n) {
      if (slice == "plain" || belongs(n, slice)) out.push_back({n});
    }
    return out;
  }

  [[nodiscard]] Result<Parameters> read(std::string_view prompt) const override {
    const auto numbers = read_numbers(prompt, kForm);
    if (!numbers) return numbers.error();
    return Parameters{static_cast<std::uint32_t>((*numbers)[0])};
  }

  void fill(Item& item, const Parameters& p) const override {
    item.prompt = item.canonical = "mccarthy " + std::to_string(p.n);
    item.answer = std::to_string(solve(p.n));
    item.depth = depth_of(p.n);
  }

  /// In closed form.
  [[nodiscard]] bool is_answer(const Parameters& p, std::string_view answer) const override {
    return answer == std::to_string(p.n > 100 ? p.n - 10 : 91);
  }

  [[nodiscard]] English describe(const Parameters& p) const override {
    return ask(
        "A function of whole numbers is defined by M(n) = n - 10 for n > 100, and M(n) = M(M(n + 11)) otherwise.",
        "What is M(" + std::to_string(p.n) + ")?", AnswerForm::number);
  }

  [[nodiscard]] Question question(const Parameters& p) const override {
    return {tokens_of(token::m91, digits_of(p.n)), {}};
  }
};

}  // namespace

bool belongs(std::uint32_t n, std::string_view split) {
  return split_of("mccarthy " + std::to_string(n)) == split;
}

const Task& task() {
  static const McCarthy91 instance({"mccarthy91", "M(n) = n - 10 above 100, otherwise M(M(n + 11)); prompt: mccarthy N",
                                    "nested", 2, 1, kWords, kSlices});
  return instance;
}

}  // namespace trm::tasks::mccarthy91
