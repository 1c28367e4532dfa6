#include <array>

#include "tasks/base/split.h"
#include "tasks/base/words.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/power/power.h"
#include "tasks/task/item.h"

namespace trm::tasks::power {
namespace {

constexpr std::uint32_t kTrainedN = 12;
constexpr std::uint32_t kBeyondN = 2 * kRanges[0].most;
constexpr std::uint64_t kMaxStart = 9999;
constexpr std::uint64_t kMaxTypedStart = 999'999'999'999;

constexpr std::array<std::string_view, 1> kWords = {"pow"};
constexpr std::array<std::string_view, 7> kSlices = {"train",    "validation", "test",           "plain",
                                                     "depth_2x", "depth_8x",   "beyond_counters"};
constexpr std::array kFields = {field_of(kRanges[1]), field_of(kRanges[0], kBeyondN),
                                NumberField{"C", 1, kMaxTypedStart}};
constexpr PromptForm kForm = {"pow", kFields, 1, "pow 3 7 5"};

struct Parameters {
  std::uint32_t b = 2, n = 0;
  std::uint64_t c = 1;
};

std::string canonical(std::uint64_t c) {
  return "power c=" + std::to_string(c);
}

/// Base and exponent.
void draw_power(Rng& rng, std::string_view slice, Parameters& p) {
  p.b = rng.between(2, 9);
  p.n = rng.between(1, kTrainedN);
  if (slice == "depth_2x") p.n = rng.between(kTrainedN + 1, 2 * kTrainedN);
  if (slice == "depth_8x") p.n = rng.between(6 * kTrainedN, 8 * kTrainedN);
  if (slice == "beyond_counters") p.n = rng.between(kRanges[0].most + 1, kBeyondN);
}

class Power final : public ParametricTask<Parameters> {
 public:
  using ParametricTask::ParametricTask;

 private:
  /// Start values: what one of them makes of several powers is near-copies.
  [[nodiscard]] std::vector<Parameters> enumerate(std::string_view slice) const override {
    std::vector<Parameters> out;
    if (is_stream(slice)) return out;
    if (slice == "plain") {
      for (std::uint32_t b = 2; b <= 9; ++b) {
        for (std::uint32_t n = 0; n <= 2 * kTrainedN; ++n) out.push_back({b, n, 1});
      }
      return out;
    }
    for (std::uint64_t c = 2; c <= kMaxStart; ++c) {
      if (split_of(canonical(c)) == split_behind(slice)) out.push_back({2, 0, c});
    }
    return out;
  }

  void complete(Rng& rng, std::string_view slice, Parameters& p) const override {
    if (slice != "plain") draw_power(rng, slice, p);
  }

  [[nodiscard]] std::optional<Parameters> draw(Rng& rng, std::string_view slice) const override {
    Parameters p;
    draw_power(rng, slice, p);
    do {
      p.c = rng.between(2, kMaxStart);
    } while (split_of(canonical(p.c)) != split_behind(slice));
    return p;
  }

  [[nodiscard]] Result<Parameters> read(std::string_view prompt) const override {
    const auto numbers = read_numbers(prompt, kForm);
    if (!numbers) return numbers.error();
    const auto& n = *numbers;
    return Parameters{static_cast<std::uint32_t>(n[0]), static_cast<std::uint32_t>(n[1]), n.size() > 2 ? n[2] : 1};
  }

  void fill(Item& item, const Parameters& p) const override {
    item.prompt =
        "pow " + std::to_string(p.b) + " " + std::to_string(p.n) + (p.c == 1 ? "" : " " + std::to_string(p.c));
    item.answer = solve(p.n, p.b, Natural(p.c)).decimal();
    item.canonical = canonical(p.c);
    item.depth = p.n;
  }

  /// By division: b divides the answer n times, and c is left.
  [[nodiscard]] bool is_answer(const Parameters& p, std::string_view answer) const override {
    if (!is_decimal(answer)) return false;
    Natural value = Natural::from_decimal(answer);
    for (std::uint32_t k = 0; k < p.n; ++k) {
      if (value.divide(p.b) != 0) return false;
    }
    return value == Natural(p.c);
  }

  [[nodiscard]] English describe(const Parameters& p) const override {
    return ask("A function of whole numbers is defined by f(0) = " + std::to_string(p.c) +
                   ", and f(k) = " + std::to_string(p.b) + " * f(k - 1) for k > 0.",
               "What is f(" + std::to_string(p.n) + ")?", AnswerForm::number);
  }

  [[nodiscard]] Question question(const Parameters& p) const override {
    return {tokens_of(token::pow, Natural(p.n).tokens(), token::comma, static_cast<Token>(p.b), token::comma, token::x),
            {Natural(p.c).tokens()}};
  }
};

}  // namespace

/// By squaring.
Natural solve(std::uint32_t n, std::uint32_t b, const Natural& c) {
  Natural value = c, square(b);
  for (; n > 0; n /= 2) {
    if (n % 2 != 0) value.multiply(square);
    square.multiply(square);
  }
  return value;
}

const Task& task() {
  static const Power instance(
      {"power", "p(0) = C, p(k) = B p(k-1); prompt: pow B N [C]", "linear", 2, 1, kWords, kSlices, kBeyondCosts});
  return instance;
}

}  // namespace trm::tasks::power
