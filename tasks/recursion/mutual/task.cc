#include <array>

#include "tasks/base/split.h"
#include "tasks/base/words.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/mutual/mutual.h"
#include "tasks/task/item.h"

namespace trm::tasks::mutual {
namespace {

constexpr std::uint32_t kTrainedN = 99;
constexpr std::uint32_t kBeyondN = kRanges[0].most + 100;  // the stack is as deep

constexpr std::array<std::string_view, 2> kWords = {"even", "odd"};
constexpr std::array<std::string_view, 7> kSlices = {"train",    "validation", "test",           "plain",
                                                     "depth_2x", "depth_8x",   "beyond_counters"};

struct Parameters {
  bool even = true;
  std::uint32_t n = 0;
};

std::string text_of(const Parameters& p) {
  return (p.even ? "even " : "odd ") + std::to_string(p.n);
}

class Mutual final : public ParametricTask<Parameters> {
 public:
  using ParametricTask::ParametricTask;

  [[nodiscard]] Result<std::string> decode(const Item&, std::span<const Token> value) const override {
    return decode_flag(value);
  }

 private:
  [[nodiscard]] std::vector<Parameters> enumerate(std::string_view slice) const override {
    std::uint32_t least = 0, most = kTrainedN;
    if (slice == "depth_2x") least = kTrainedN + 1, most = 2 * kTrainedN;
    if (slice == "depth_8x") least = 6 * kTrainedN, most = 8 * kTrainedN;
    if (slice == "beyond_counters") least = kRanges[0].most + 1, most = kBeyondN;
    std::vector<Parameters> out;
    for (std::uint32_t n = least; n <= most; ++n) {
      for (const bool even : {true, false}) {
        if (slice == "plain" || belongs(even, n, split_behind(slice))) out.push_back({even, n});
      }
    }
    return out;
  }

  [[nodiscard]] Result<Parameters> read(std::string_view prompt) const override {
    constexpr std::array fields = {field_of(kRanges[0], kBeyondN)};
    const auto parts = prompt_words(prompt);
    if (!parts) return parts.error();
    const bool odd = (*parts)[0] == "odd";
    const auto numbers = read_numbers(prompt, {odd ? "odd" : "even", fields, 0, odd ? "odd 17" : "even 17"});
    if (!numbers) return numbers.error();
    return Parameters{!odd, static_cast<std::uint32_t>((*numbers)[0])};
  }

  /// By the recursion itself.
  static bool solve(bool even, std::uint32_t n) { return n == 0 ? even : solve(!even, n - 1); }

  void fill(Item& item, const Parameters& p) const override {
    item.prompt = item.canonical = text_of(p);
    item.answer = solve(p.even, p.n) ? "yes" : "no";
    item.depth = p.n + 1;
  }

  /// By the remainder.
  [[nodiscard]] bool is_answer(const Parameters& p, std::string_view answer) const override {
    return answer == ((p.n % 2 == 0) == p.even ? "yes" : "no");
  }

  [[nodiscard]] English describe(const Parameters& p) const override {
    return ask(
        "Two functions of whole numbers are defined by even(0) = yes, odd(0) = no, and even(n) = odd(n - 1) and odd(n) "
        "= "
        "even(n - 1) for n > 0.",
        std::string("What is ") + (p.even ? "even(" : "odd(") + std::to_string(p.n) + ")?", AnswerForm::yes_no);
  }

  [[nodiscard]] Question question(const Parameters& p) const override {
    return {tokens_of(p.even ? token::even : token::odd, digits_of(p.n)), {}};
  }
};

}  // namespace

bool belongs(bool asks_even, std::uint32_t n, std::string_view split) {
  return split_of(text_of({asks_even, n})) == split;
}

const Task& task() {
  static const Mutual instance({"mutual", "even(n) = odd(n-1), odd(n) = even(n-1); prompt: even N, odd N", "nested", 2,
                                1, kWords, kSlices, kBeyondCosts});
  return instance;
}

}  // namespace trm::tasks::mutual
