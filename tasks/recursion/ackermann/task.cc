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
constexpr std::array<std::uint32_t, 4> max_n = [] {
  std::array<std::uint32_t, 4> out{};
  for (std::uint32_t m = 0; m < out.size(); ++m) {
    while (ranges[1].holds(value_of(m, out[m] + 1))) ++out[m];
  }
  return out;
}();
/// The same for slices: (m, n) with at most 1,500 calls, and beyond.
constexpr std::array<std::uint32_t, 4> usual_n = {99, 60, 25, 3};
constexpr std::array<std::uint32_t, 4> deep_n = {198, 120, 50, 4};

constexpr std::array<std::string_view, 1> words = {"ack"};
constexpr std::array<std::string_view, 5> slices = {"train", "validation", "test", "plain", "depth_2x"};
constexpr std::array fields = {field_of(ranges[0]), NumberField{ranges[1].name, 0, max_n[0]}};
constexpr PromptForm form = {"ack", fields, 0, "ack 2 3"};

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
    for (std::uint32_t m = 1; m < usual_n.size(); ++m) {
      for (std::uint32_t n = deep ? usual_n[m] + 1 : 0; n <= (deep ? deep_n : usual_n)[m]; ++n) {
        if (slice == "plain" || belongs(m, n, split_behind(slice))) out.push_back({m, n});
      }
    }
    return out;
  }

  [[nodiscard]] Result<Parameters> read(std::string_view prompt) const override {
    const auto numbers = read_numbers(prompt, form);
    if (!numbers) return numbers.error();
    const Parameters p{static_cast<std::uint32_t>((*numbers)[0]), static_cast<std::uint32_t>((*numbers)[1])};
    if (p.n > max_n[p.m]) {
      return prompt_error(
          prompt, "N",
          "makes a value above " + std::to_string(ranges[1].most) + ", the largest that frames are trained on",
          "write at most " + std::to_string(max_n[p.m]) + " for M = " + std::to_string(p.m));
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
      {"ackermann", "A(0, n) = n + 1, A(m, n) = A(m-1, A(m, n-1)); prompt: ack M N", "nested", 2, 1, words, slices});
  return instance;
}

}  // namespace trm::tasks::ackermann
