#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "tasks/gcd/gcd.h"
#include "tasks/item.h"
#include "tasks/natural.h"
#include "tasks/vocabulary.h"
#include "tasks/words.h"

namespace trm::tasks::gcd {
namespace {

constexpr std::uint32_t trained_calls = 14;
constexpr std::uint32_t max_number = ranges[0].most;

constexpr std::array<std::string_view, 1> words = {"gcd"};
constexpr std::array<std::string_view, 5> slices = {"train", "validation", "test", "depth_2x", "depth_8x"};
constexpr std::array fields = {field_of(ranges[0]), field_of(ranges[1])};
constexpr PromptForm form = {"gcd", fields, 0, "gcd 48 36"};

struct Parameters {
  std::uint32_t a = 0, b = 0;
};

class Gcd final : public ParametricTask<Parameters> {
 public:
  using ParametricTask::ParametricTask;

 private:
  [[nodiscard]] Parameters draw(Rng& rng, std::string_view slice) const override {
    std::uint32_t least = 2, most = trained_calls;
    if (slice == "depth_2x") least = most + 1, most = 2 * trained_calls;
    if (slice == "depth_8x") least = 6 * trained_calls, most = 8 * trained_calls;
    const std::string_view split = slice.starts_with("depth") ? "test" : slice;
    for (;;) {
      Parameters p;
      p.a = rng.between(1, max_number);
      // Deep recursions need one number that is much smaller than the other.
      p.b = rng.between(1, slice == "depth_8x" ? 16 : max_number);
      if (rng.below(2) == 0) std::swap(p.a, p.b);
      const std::uint32_t depth = calls(p.a, p.b);
      if (depth >= least && depth <= most && belongs(p.a, p.b, split)) return p;
    }
  }

  [[nodiscard]] Result<Parameters> read(std::string_view prompt) const override {
    const auto numbers = read_numbers(prompt, form);
    if (!numbers) return numbers.error();
    return Parameters{static_cast<std::uint32_t>((*numbers)[0]), static_cast<std::uint32_t>((*numbers)[1])};
  }

  void fill(Item& item, const Parameters& p) const override {
    item.prompt = "gcd " + std::to_string(p.a) + " " + std::to_string(p.b);
    item.answer = std::to_string(std::gcd(p.a, p.b));
    item.canonical = "gcd " + std::to_string(std::max(p.a, p.b)) + " " + std::to_string(std::min(p.a, p.b));
    item.depth = calls(p.a, p.b);
  }

  /// It divides both, and nothing greater does.
  [[nodiscard]] bool is_answer(const Parameters& p, std::string_view answer) const override {
    if (!is_decimal(answer) || answer.size() > 3) return false;
    std::uint32_t value = 0;
    for (const char c : answer) value = value * 10 + static_cast<std::uint32_t>(c - '0');
    const auto divides = [&](std::uint32_t d) { return d > 0 && p.a % d == 0 && p.b % d == 0; };
    if (p.a == 0 && p.b == 0) return value == 0;
    if (!divides(value)) return false;
    for (std::uint32_t d = value + 1; d <= std::max(p.a, p.b); ++d) {
      if (divides(d)) return false;
    }
    return true;
  }

  [[nodiscard]] English describe(const Parameters& p) const override {
    return ask(
        "A function of whole numbers is defined by g(a, 0) = a; otherwise g(a, b) = g(b, a) if a < b, and g(a, b) = "
        "g(a - b, b) if a >= b.",
        "What is g(" + std::to_string(p.a) + ", " + std::to_string(p.b) + ")?", AnswerForm::number);
  }

  [[nodiscard]] Question question(const Parameters& p) const override {
    return {tokens_of(token::gcd, digits_of(p.a), token::comma, digits_of(p.b)), {}};
  }
};

}  // namespace

std::uint32_t calls(std::uint32_t a, std::uint32_t b) {
  std::uint32_t count = 1;
  for (; b != 0; ++count) {
    if (a < b) {
      std::swap(a, b);
    } else {
      a -= b;
    }
  }
  return count;
}

bool belongs(std::uint32_t a, std::uint32_t b, std::string_view split) {
  return split_of("gcd " + std::to_string(std::max(a, b)) + " " + std::to_string(std::min(a, b))) == split;
}

const Task& task() {
  static const Gcd instance(
      {"gcd", "gcd(a, 0) = a, otherwise by subtraction; prompt: gcd A B", "linear", 1, words, slices, deep_costs});
  return instance;
}

}  // namespace trm::tasks::gcd
