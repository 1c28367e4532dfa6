#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>

#include "tasks/draw.h"
#include "tasks/fibonacci/fibonacci.h"
#include "tasks/item.h"
#include "tasks/vocabulary.h"
#include "tasks/words.h"

namespace trm::tasks::fibonacci {
namespace {

constexpr std::uint32_t trained_n = 45;  ///< train, validation and test: 1..45
constexpr std::uint32_t widest_n = 90;

constexpr std::array<std::string_view, 6> slice_names = {"train", "validation", "test", "plain", "lucas", "depth_2x"};
constexpr std::array<std::string_view, 2> start_names = {"A", "B"};
constexpr PromptForm form = {"fib", start_names, "fib 12 3 8"};

/// Does the pair follow in the sequence that starts with (first, second)?
bool occurs_in(Natural first, Natural second, const Natural& a, const Natural& b) {
  const std::size_t width = std::max(a.digit_count(), b.digit_count());
  while (first.digit_count() <= width) {
    if (first == a && second == b) return true;
    first.add(second);
    std::swap(first, second);
  }
  return false;
}

/// n in 46..90 and start values of the test split, small enough for the value.
void draw_deep(Rng& rng, std::uint32_t& n, Start& start) {
  n = rng.between(trained_n + 1, widest_n);
  // Each start value may have as many digits as are left beside F(n); one more digit sometimes fits.
  const std::size_t room = max_value_digits - solve(n, Natural(0), Natural(1)).digit_count() + 1;
  do {
    start = draw_start(rng, "test", std::min(room, max_start_digits));
  } while ((start.a == "0" && start.b == "0") ||
           solve(n, Natural::from_decimal(start.a), Natural::from_decimal(start.b)).digit_count() > max_value_digits);
}

/// (F(n-1), F(n)) of the plain sequence by doubling; F(-1) = 1. Exact for n <= 99.
std::pair<Wide, Wide> plain_pair(std::uint32_t n) {
  if (n == 0) return {1, 0};
  const auto [before, here] = plain_pair(n / 2);           // with m = n/2: F(m-1), F(m)
  const Wide even_before = before * before + here * here;  // F(2m-1)
  const Wide even = here * (2 * before + here);            // F(2m)
  if (n % 2 == 0) return {even_before, even};
  return {even, even_before + even};
}

class Fibonacci final : public Task {
 public:
  [[nodiscard]] std::string_view name() const override { return "fibonacci"; }
  [[nodiscard]] std::string_view summary() const override {
    return "tree recursion: F(0) = a, F(1) = b, F(k) = F(k-1) + F(k-2); prompt: fib N [A B]";
  }
  [[nodiscard]] std::size_t version() const override { return 1; }
  [[nodiscard]] std::span<const std::string_view> slices() const override { return slice_names; }

  [[nodiscard]] std::size_t size(std::string_view slice) const override {
    if (std::find(slice_names.begin(), slice_names.end(), slice) == slice_names.end()) return 0;
    return slice == "plain" || slice == "lucas" ? widest_n + 1 : std::numeric_limits<std::size_t>::max();
  }

  [[nodiscard]] Result<Item> item(std::string_view slice, std::uint64_t seed, std::uint64_t index) const override {
    Result<Item> item = blank_item(*this, slice, seed, index);
    if (!item) return item;
    std::uint32_t n = 0;
    Start start;
    Rng rng = item_rng(*item);
    if (slice == "plain" || slice == "lucas") {
      n = static_cast<std::uint32_t>(index);
      start = slice == "plain" ? Start{"0", "1"} : Start{"2", "1"};
    } else if (slice == "depth_2x") {
      draw_deep(rng, n, start);
    } else {
      n = rng.between(1, trained_n);
      start = draw_start(rng, slice, max_start_digits);
    }
    fill(*item, n, start);
    return item;
  }

  [[nodiscard]] Result<Item> parse(std::string_view prompt) const override {
    const Result<TypedPrompt> typed = read_typed_prompt(prompt, form);
    if (!typed) return typed.error();
    const Start start = start_of(*typed);
    const Natural value = solve(typed->n, Natural::from_decimal(start.a), Natural::from_decimal(start.b));
    if (Status status = check_width(prompt, value); !status) return status.error();
    Item item;
    item.task = name();
    item.version = version();
    item.slice = "prompt";
    fill(item, typed->n, start);
    item.id = item.prompt;
    return item;
  }

  /// In closed form: a F(n-1) + b F(n), with the plain terms made by doubling.
  [[nodiscard]] bool verify(const Item& item, std::string_view answer) const override {
    const Result<TypedPrompt> typed = read_typed_prompt(item.prompt, form);
    const std::optional<Wide> value = wide_of(answer);
    if (!typed || !value) return false;
    const Start start = start_of(*typed);
    const std::optional<Wide> a = wide_of(start.a), b = wide_of(start.b);
    if (!a || !b) return false;
    const auto [before, here] = plain_pair(typed->n);
    Wide left = 0, right = 0, sum = 0;
    if (__builtin_mul_overflow(*a, before, &left) || __builtin_mul_overflow(*b, here, &right) ||
        __builtin_add_overflow(left, right, &sum))
      return false;
    return sum == *value;
  }

  [[nodiscard]] std::vector<Token> encode(const Item& item) const override {
    const Result<TypedPrompt> typed = read_typed_prompt(item.prompt, form);
    if (!typed) return {};
    const Start start = start_of(*typed);
    std::vector<Token> out = {token::fib};
    const auto append = [&](const std::vector<Token>& digits) { out.insert(out.end(), digits.begin(), digits.end()); };
    append(Natural(typed->n).tokens());
    out.push_back(token::comma);
    append(Natural::from_decimal(start.a).tokens());
    out.push_back(token::comma);
    append(Natural::from_decimal(start.b).tokens());
    return out;
  }

 private:
  static Start start_of(const TypedPrompt& typed) {
    if (typed.starts.empty()) return {"0", "1"};
    return {typed.starts[0], typed.starts[1]};
  }

  static void fill(Item& item, std::uint32_t n, const Start& start) {
    const bool plain = start.a == "0" && start.b == "1";
    item.prompt = "fib " + std::to_string(n) + (plain ? "" : " " + start.a + " " + start.b);
    item.answer = solve(n, Natural::from_decimal(start.a), Natural::from_decimal(start.b)).decimal();
    item.canonical = canonical(start.a, start.b);
    item.depth = n;
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

std::string canonical(std::string_view a, std::string_view b) {
  return "fibonacci a=" + std::string(a) + " b=" + std::string(b);
}

bool reserved(std::string_view a, std::string_view b) {
  const Natural first = Natural::from_decimal(a), second = Natural::from_decimal(b);
  return occurs_in(Natural(1), Natural(0), first, second) || occurs_in(Natural(2), Natural(1), first, second);
}

Start draw_start(Rng& rng, std::string_view split, std::size_t max_digits) {
  const auto widest = static_cast<std::uint32_t>(max_digits);
  for (;;) {
    Start start;
    start.a = random_decimal(rng, rng.between(1, widest));
    start.b = random_decimal(rng, rng.between(1, widest));
    if (split_of(canonical(start.a, start.b)) == split && !reserved(start.a, start.b)) return start;
  }
}

const Task& task() {
  static const Fibonacci instance;
  return instance;
}

}  // namespace trm::tasks::fibonacci
