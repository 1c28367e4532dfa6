#include <array>

#include "tasks/base/split.h"
#include "tasks/base/words.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/factorial/factorial.h"
#include "tasks/task/item.h"

namespace trm::tasks::factorial {
namespace {

constexpr std::uint32_t kTrainedN = 12;                   ///< train, validation and test: 1..12
constexpr std::uint32_t kBeyondN = kRanges[0].most + 21;  // twice the counters would be ten times the frames
constexpr std::uint64_t kMaxStart = 9999;
constexpr std::uint64_t kMaxTypedStart = 999'999'999'999;

constexpr std::array<std::string_view, 1> kWords = {"fact"};
constexpr std::array<std::string_view, 7> kSlices = {"train",    "validation", "test",           "plain",
                                                     "depth_2x", "depth_8x",   "beyond_counters"};
constexpr std::array kFields = {field_of(kRanges[0], kBeyondN), NumberField{"C", 1, kMaxTypedStart}};
constexpr PromptForm kForm = {"fact", kFields, 1, "fact 12 3"};

struct Parameters {
  std::uint32_t n = 0;
  std::uint64_t c = 1;
};

std::string canonical(std::uint64_t c) {
  return "factorial c=" + std::to_string(c);
}

std::uint32_t draw_n(Rng& rng, std::string_view slice) {
  const std::uint32_t usual = rng.between(1, kTrainedN);
  if (slice == "depth_2x") return rng.between(kTrainedN + 1, 2 * kTrainedN);
  if (slice == "depth_8x") return rng.between(6 * kTrainedN, 8 * kTrainedN);
  if (slice == "beyond_counters") return rng.between(kRanges[0].most + 1, kBeyondN);
  return usual;
}

class Factorial final : public ParametricTask<Parameters> {
 public:
  using ParametricTask::ParametricTask;

 private:
  /// Start values: what one of them makes of several n is one chain.
  [[nodiscard]] std::vector<Parameters> enumerate(std::string_view slice) const override {
    std::vector<Parameters> out;
    if (is_stream(slice)) return out;
    if (slice == "plain") {
      for (std::uint32_t n = 0; n <= 2 * kTrainedN; ++n) out.push_back({n, 1});
      return out;
    }
    for (std::uint64_t c = 2; c <= kMaxStart; ++c) {
      if (split_of(canonical(c)) == split_behind(slice)) out.push_back({0, c});
    }
    return out;
  }

  void complete(Rng& rng, std::string_view slice, Parameters& p) const override {
    if (slice != "plain") p.n = draw_n(rng, slice);
  }

  [[nodiscard]] std::optional<Parameters> draw(Rng& rng, std::string_view slice) const override {
    Parameters p;
    p.n = draw_n(rng, slice);
    // 1 makes the classical function, which is for the plain slice alone.
    do {
      p.c = rng.between(2, kMaxStart);
    } while (split_of(canonical(p.c)) != split_behind(slice));
    return p;
  }

  [[nodiscard]] Result<Parameters> read(std::string_view prompt) const override {
    const auto numbers = read_numbers(prompt, kForm);
    if (!numbers) return numbers.error();
    return Parameters{static_cast<std::uint32_t>((*numbers)[0]), numbers->size() > 1 ? (*numbers)[1] : 1};
  }

  void fill(Item& item, const Parameters& p) const override {
    item.prompt = "fact " + std::to_string(p.n) + (p.c == 1 ? "" : " " + std::to_string(p.c));
    item.answer = solve(p.n, Natural(p.c)).decimal();
    item.canonical = canonical(p.c);
    item.depth = p.n;
  }

  /// By division: n, n-1, ..., 1 divide the answer in turn, and c is left.
  [[nodiscard]] bool is_answer(const Parameters& p, std::string_view answer) const override {
    if (!is_decimal(answer)) return false;
    Natural value = Natural::from_decimal(answer);
    for (std::uint32_t k = p.n; k > 0; --k) {
      if (value.divide(k) != 0) return false;
    }
    return value == Natural(p.c);
  }

  [[nodiscard]] English describe(const Parameters& p) const override {
    return ask("A function of whole numbers is defined by f(0) = " + std::to_string(p.c) +
                   ", and f(k) = k * f(k - 1) for k > 0.",
               "What is f(" + std::to_string(p.n) + ")?", AnswerForm::number);
  }

  [[nodiscard]] Question question(const Parameters& p) const override {
    return {tokens_of(token::fact, Natural(p.n).tokens(), token::comma, token::x), {Natural(p.c).tokens()}};
  }
};

}  // namespace

Natural solve(std::uint32_t n, const Natural& c) {
  Natural value = c;
  for (std::uint32_t k = 1; k <= n; ++k) value.multiply(k);
  return value;
}

const Task& task() {
  static const Factorial instance(
      {"factorial", "f(0) = C, f(k) = k f(k-1); prompt: fact N [C]", "linear", 3, 2, kWords, kSlices, kBeyondCosts});
  return instance;
}

}  // namespace trm::tasks::factorial
