#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "tasks/base/split.h"
#include "tasks/base/words.h"
#include "tasks/frames/natural.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/gcd/gcd.h"
#include "tasks/task/item.h"

namespace trm::tasks::gcd {
namespace {

constexpr std::uint32_t kTrainedCalls = 14;
constexpr std::uint32_t kMaxNumber = kRanges[0].most;

constexpr std::array<std::string_view, 1> kWords = {"gcd"};
constexpr std::array<std::string_view, 5> kSlices = {"train", "validation", "test", "depth_2x", "depth_8x"};
constexpr std::array kFields = {field_of(kRanges[0]), field_of(kRanges[1])};
constexpr PromptForm kForm = {"gcd", kFields, 0, "gcd 48 36"};

struct Parameters {
  std::uint32_t a = 0, b = 0;
};

/// Of a slice's items.
struct Limits {
  std::uint32_t least = 2, most = kTrainedCalls;  ///< calls
  std::uint32_t smaller = kMaxNumber;             ///< of the two numbers
  [[nodiscard]] bool hold(const Parameters& p) const {
    const std::uint32_t depth = calls(p.a, p.b);
    return depth >= least && depth <= most;
  }
};

Limits limits_of(std::string_view slice) {
  if (slice == "depth_2x") return {kTrainedCalls + 1, 2 * kTrainedCalls};
  // Deep recursions need one number that is much smaller than the other.
  if (slice == "depth_8x") return {6 * kTrainedCalls, 8 * kTrainedCalls, 16};
  return {};
}

class Gcd final : public ParametricTask<Parameters> {
 public:
  using ParametricTask::ParametricTask;

 private:
  /// Pairs, whose order changes nothing but a call.
  [[nodiscard]] std::vector<Parameters> enumerate(std::string_view slice) const override {
    std::vector<Parameters> out;
    if (is_stream(slice)) return out;
    const Limits limits = limits_of(slice);
    for (std::uint32_t a = 1; a <= kMaxNumber; ++a) {
      for (std::uint32_t b = 1; b <= std::min(a, limits.smaller); ++b) {
        if (belongs(a, b, split_behind(slice)) && (limits.hold({a, b}) || limits.hold({b, a}))) out.push_back({a, b});
      }
    }
    return out;
  }

  void complete(Rng& rng, std::string_view slice, Parameters& p) const override {
    const Limits limits = limits_of(slice);
    const Parameters turned{p.b, p.a};
    if (!limits.hold(p) || (limits.hold(turned) && rng.below(2) == 0)) p = turned;
  }

  [[nodiscard]] std::optional<Parameters> draw(Rng& rng, std::string_view slice) const override {
    const Limits limits = limits_of(slice);
    for (;;) {
      Parameters p;
      p.a = rng.between(1, kMaxNumber);
      p.b = rng.between(1, limits.smaller);
      if (rng.below(2) == 0) std::swap(p.a, p.b);
      if (limits.hold(p) && belongs(p.a, p.b, split_behind(slice))) return p;
    }
  }

  [[nodiscard]] Result<Parameters> read(std::string_view prompt) const override {
    const auto numbers = read_numbers(prompt, kForm);
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
      {"gcd", "gcd(a, 0) = a, otherwise by subtraction; prompt: gcd A B", "linear", 2, 1, kWords, kSlices, kDeepCosts});
  return instance;
}

}  // namespace trm::tasks::gcd
