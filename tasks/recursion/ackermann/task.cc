#include <algorithm>
#include <array>

#include "tasks/base/split.h"
#include "tasks/base/words.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/ackermann/ackermann.h"
#include "tasks/task/item.h"

namespace trm::tasks::ackermann {
namespace {

/// A(m, n) in closed form; n < 28 for m = 3.
constexpr std::uint64_t value_of(std::uint32_t m, std::uint64_t n) {
  return m == 0 ? n + 1 : m == 1 ? n + 2 : m == 2 ? 2 * n + 3 : (std::uint64_t{8} << n) - 3;
}
/// Largest n for each m whose value frames are trained on.
constexpr std::array<std::uint32_t, 4> kMaxN = [] {
  std::array<std::uint32_t, 4> out{};
  for (std::uint32_t m = 0; m < out.size(); ++m) {
    while (kRanges[1].holds(value_of(m, out[m] + 1))) ++out[m];
  }
  return out;
}();
/// The same for slices: (m, n) with at most 1,500 calls, and beyond.
constexpr std::array<std::uint32_t, 4> kUsualN = {99, 60, 25, 3};
constexpr std::array<std::uint32_t, 4> kDeepN = {198, 120, 50, 4};

constexpr std::array<std::string_view, 1> kWords = {"ack"};
constexpr std::array<std::string_view, 5> kSlices = {"train", "validation", "test", "plain", "depth_2x"};
constexpr std::array kFields = {field_of(kRanges[0]), NumberField{kRanges[1].name, 0, kMaxN[0]}};
constexpr PromptForm kForm = {"ack", kFields, 0, "ack 2 3"};

struct Parameters {
  std::uint32_t m = 0, n = 0;
};

/// By the recursion itself.
std::uint32_t solve(std::uint32_t m, std::uint32_t n) {
  while (m > 0) {
    n = n == 0 ? 1 : solve(m, n - 1);
    --m;
  }
  return n + 1;
}

/// Frames on the deepest stack.
std::size_t depth_of(std::uint32_t m, std::uint32_t n) {
  if (m == 0) return 1;
  if (n == 0) return 1 + depth_of(m - 1, 1);
  return 1 + std::max(depth_of(m, n - 1), depth_of(m - 1, solve(m, n - 1)));
}

class Ackermann final : public ParametricTask<Parameters> {
 public:
  using ParametricTask::ParametricTask;

 private:
  [[nodiscard]] std::vector<Parameters> enumerate(std::string_view slice) const override {
    const bool deep = slice == "depth_2x";
    std::vector<Parameters> out;
    for (std::uint32_t m = 1; m < kUsualN.size(); ++m) {
      for (std::uint32_t n = deep ? kUsualN[m] + 1 : 0; n <= (deep ? kDeepN : kUsualN)[m]; ++n) {
        if (slice == "plain" || belongs(m, n, split_behind(slice))) out.push_back({m, n});
      }
    }
    return out;
  }

  [[nodiscard]] Result<Parameters> read(std::string_view prompt) const override {
    const auto numbers = read_numbers(prompt, kForm);
    if (!numbers) return numbers.error();
    const Parameters p{static_cast<std::uint32_t>((*numbers)[0]), static_cast<std::uint32_t>((*numbers)[1])};
    if (p.n > kMaxN[p.m]) {
      return prompt_error(
          prompt, "N",
          "makes a value above " + std::to_string(kRanges[1].most) + ", the largest that frames are trained on",
          "write at most " + std::to_string(kMaxN[p.m]) + " for M = " + std::to_string(p.m));
    }
    return p;
  }

  void fill(Item& item, const Parameters& p) const override {
    item.prompt = item.canonical = "ack " + std::to_string(p.m) + " " + std::to_string(p.n);
    item.answer = std::to_string(solve(p.m, p.n));
    item.depth = depth_of(p.m, p.n);
  }

  /// In closed form.
  [[nodiscard]] bool is_answer(const Parameters& p, std::string_view answer) const override {
    return answer == std::to_string(value_of(p.m, p.n));
  }

  [[nodiscard]] English describe(const Parameters& p) const override {
    return ask(
        "A function of whole numbers is defined by A(0, n) = n + 1; A(m, 0) = A(m - 1, 1) for m > 0; and A(m, n) = "
        "A(m - 1, A(m, n - 1)) for m > 0 and n > 0.",
        "What is A(" + std::to_string(p.m) + ", " + std::to_string(p.n) + ")?", AnswerForm::number);
  }

  [[nodiscard]] Question question(const Parameters& p) const override {
    return {tokens_of(token::ack, static_cast<Token>(p.m), token::comma, digits_of(p.n)), {}};
  }
};

}  // namespace

bool belongs(std::uint32_t m, std::uint32_t n, std::string_view split) {
  return split_of("ack " + std::to_string(m) + " " + std::to_string(n)) == split;
}

const Task& task() {
  static const Ackermann instance(
      {"ackermann", "A(0, n) = n + 1, A(m, n) = A(m-1, A(m, n-1)); prompt: ack M N", "nested", 2, 1, kWords, kSlices});
  return instance;
}

}  // namespace trm::tasks::ackermann
