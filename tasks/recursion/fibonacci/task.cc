#include <array>
#include <utility>

#include "tasks/base/split.h"
#include "tasks/base/words.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/fibonacci/fibonacci.h"
#include "tasks/task/item.h"

namespace trm::tasks::fibonacci {
namespace {

constexpr std::uint32_t kTrainedN = 12;
constexpr std::uint32_t kBeyondN = 2 * kRanges[0].most;
constexpr std::uint64_t kMaxStart = 9999;
constexpr std::uint64_t kMaxTypedStart = 999'999'999'999;

constexpr std::array<std::string_view, 1> kWords = {"fib"};
constexpr std::array<std::string_view, 8> kSlices = {"train", "validation", "test",     "plain",
                                                     "lucas", "depth_2x",   "depth_8x", "beyond_counters"};
constexpr std::array kFields = {field_of(kRanges[0], kBeyondN), NumberField{"A", 0, kMaxTypedStart},
                                NumberField{"B", 0, kMaxTypedStart}};
constexpr PromptForm kForm = {"fib", kFields, 2, "fib 12 3 8"};

struct Parameters {
  std::uint32_t n = 0;
  std::uint64_t a = 0, b = 1;
};

std::string canonical(std::uint64_t a, std::uint64_t b) {
  return "fibonacci a=" + std::to_string(a) + " b=" + std::to_string(b);
}

/// Does the pair follow in the sequence that starts with (first, second)?
bool occurs_in(std::uint64_t first, std::uint64_t second, std::uint64_t a, std::uint64_t b) {
  while (first <= std::max(a, b)) {
    if (first == a && second == b) return true;
    first = std::exchange(second, first + second);
  }
  return false;
}

/// Consecutive terms of the Fibonacci or Lucas sequence (1, 0 included: Fibonacci one step earlier) would replay the
/// held-out sequences from another place, so they are for the plain and lucas slices alone.
bool reserved(std::uint64_t a, std::uint64_t b) {
  return occurs_in(1, 0, a, b) || occurs_in(2, 1, a, b);
}

/// (F(n-1), F(n)) of the plain sequence by doubling; F(-1) = 1.
std::pair<Natural, Natural> plain_pair(std::uint32_t n) {
  if (n == 0) return {Natural(1), Natural(0)};
  const auto [before, here] = plain_pair(n / 2);  // with m = n/2: F(m-1), F(m)
  Natural even_before = before, square = here;    // F(2m-1) = F(m-1)^2 + F(m)^2
  even_before.multiply(before);
  square.multiply(here);
  even_before.add(square);
  Natural even = before;  // F(2m) = F(m) (2 F(m-1) + F(m))
  even.add(before);
  even.add(here);
  even.multiply(here);
  if (n % 2 == 0) return {even_before, even};
  Natural odd = even;
  odd.add(even_before);
  return {even, odd};
}

class Fibonacci final : public ParametricTask<Parameters> {
 public:
  using ParametricTask::ParametricTask;

 private:
  [[nodiscard]] std::vector<Parameters> enumerate(std::string_view slice) const override {
    std::vector<Parameters> out;
    if (slice != "plain" && slice != "lucas") return out;  // ten million pairs of start values
    for (std::uint32_t n = 0; n <= 2 * kTrainedN; ++n) out.push_back({n, slice == "plain" ? 0U : 2U, 1});
    return out;
  }

  [[nodiscard]] std::optional<Parameters> draw(Rng& rng, std::string_view slice) const override {
    Parameters p;
    p.n = rng.between(1, kTrainedN);
    if (slice == "depth_2x") p.n = rng.between(kTrainedN + 1, 2 * kTrainedN);
    if (slice == "depth_8x") p.n = rng.between(6 * kTrainedN, 8 * kTrainedN);
    if (slice == "beyond_counters") p.n = rng.between(kRanges[0].most + 1, kBeyondN);
    do {
      p.a = rng.below(kMaxStart + 1);
      p.b = rng.below(kMaxStart + 1);
    } while (reserved(p.a, p.b) || split_of(canonical(p.a, p.b)) != split_behind(slice));
    return p;
  }

  [[nodiscard]] Result<Parameters> read(std::string_view prompt) const override {
    const auto numbers = read_numbers(prompt, kForm);
    if (!numbers) return numbers.error();
    const auto& n = *numbers;
    Parameters p{static_cast<std::uint32_t>(n[0])};
    if (n.size() > 1) p.a = n[1], p.b = n[2];
    return p;
  }

  void fill(Item& item, const Parameters& p) const override {
    const bool plain = p.a == 0 && p.b == 1;
    item.prompt = "fib " + std::to_string(p.n) + (plain ? "" : " " + std::to_string(p.a) + " " + std::to_string(p.b));
    item.answer = solve(p.n, Natural(p.a), Natural(p.b)).decimal();
    item.canonical = canonical(p.a, p.b);
    item.depth = p.n;
  }

  /// In closed form: a F(n-1) + b F(n), with the plain terms made by doubling.
  [[nodiscard]] bool is_answer(const Parameters& p, std::string_view answer) const override {
    if (!is_decimal(answer)) return false;
    auto [left, right] = plain_pair(p.n);
    left.multiply(Natural(p.a));
    right.multiply(Natural(p.b));
    left.add(right);
    return left == Natural::from_decimal(answer);
  }

  [[nodiscard]] English describe(const Parameters& p) const override {
    return ask("A function of whole numbers is defined by f(0) = " + std::to_string(p.a) +
                   ", f(1) = " + std::to_string(p.b) + ", and f(k) = f(k - 1) + f(k - 2) for k > 1.",
               "What is f(" + std::to_string(p.n) + ")?", AnswerForm::number);
  }

  [[nodiscard]] Question question(const Parameters& p) const override {
    return {tokens_of(token::fib, Natural(p.n).tokens(), token::comma, token::x, token::comma, token::y),
            {Natural(p.a).tokens(), Natural(p.b).tokens()}};
  }
};

}  // namespace

Natural solve(std::uint32_t n, const Natural& a, const Natural& b) {
  Natural here = a, next = b;
  for (std::uint32_t k = 0; k < n; ++k) {
    here.add(next);
    std::swap(here, next);
  }
  return here;
}

const Task& task() {
  static const Fibonacci instance({"fibonacci", "F(0) = A, F(1) = B, F(k) = F(k-1) + F(k-2); prompt: fib N [A B]",
                                   "tree", 3, 2, kWords, kSlices, kBeyondCosts});
  return instance;
}

}  // namespace trm::tasks::fibonacci
