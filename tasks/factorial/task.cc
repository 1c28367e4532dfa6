#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "tasks/draw.h"
#include "tasks/factorial/factorial.h"
#include "tasks/item.h"
#include "tasks/vocabulary.h"
#include "tasks/words.h"

namespace trm::tasks::factorial {
namespace {

constexpr std::uint32_t trained_n = 10;  ///< train, validation and test: 1..10
constexpr std::uint32_t widest_n = 20;   ///< 20! still fits into max_value_digits

constexpr std::array<std::string_view, 5> slice_names = {"train", "validation", "test", "plain", "depth_2x"};
constexpr std::array<std::string_view, 1> start_names = {"C"};
constexpr PromptForm form = {"fact", start_names, "fact 12 3"};

/// n in 11..20 and a start value of the test split, small enough for the value.
void draw_deep(Rng& rng, std::uint32_t& n, std::string& c) {
  n = rng.between(trained_n + 1, widest_n);
  // c may have as many digits as are left beside n!; one more digit sometimes fits.
  const std::size_t room = max_value_digits - solve(n, Natural(1)).digit_count() + 1;
  do {
    c = draw_start(rng, "test", std::clamp<std::size_t>(room, 2, max_start_digits));
  } while (c == "0" || solve(n, Natural::from_decimal(c)).digit_count() > max_value_digits);
}

class Factorial final : public Task {
 public:
  [[nodiscard]] std::string_view name() const override { return "factorial"; }
  [[nodiscard]] std::string_view summary() const override {
    return "linear recursion: f(0) = c, f(k) = k * f(k-1); prompt: fact N [C]";
  }
  [[nodiscard]] std::size_t version() const override { return 1; }
  [[nodiscard]] std::span<const std::string_view> slices() const override { return slice_names; }

  [[nodiscard]] std::size_t size(std::string_view slice) const override {
    if (std::find(slice_names.begin(), slice_names.end(), slice) == slice_names.end()) return 0;
    return slice == "plain" ? widest_n + 1 : std::numeric_limits<std::size_t>::max();
  }

  [[nodiscard]] Result<Item> item(std::string_view slice, std::uint64_t seed, std::uint64_t index) const override {
    Result<Item> item = blank_item(*this, slice, seed, index);
    if (!item) return item;
    std::uint32_t n = 0;
    std::string c = "1";
    Rng rng = item_rng(*item);
    if (slice == "plain") {
      n = static_cast<std::uint32_t>(index);
    } else if (slice == "depth_2x") {
      draw_deep(rng, n, c);
    } else {
      n = rng.between(1, trained_n);
      c = draw_start(rng, slice, max_start_digits);
    }
    fill(*item, n, c);
    return item;
  }

  [[nodiscard]] Result<Item> parse(std::string_view prompt) const override {
    const Result<TypedPrompt> typed = read_typed_prompt(prompt, form);
    if (!typed) return typed.error();
    const std::string c = typed->starts.empty() ? "1" : typed->starts[0];
    if (Status status = check_width(prompt, solve(typed->n, Natural::from_decimal(c))); !status) return status.error();
    Item item;
    item.task = name();
    item.version = version();
    item.slice = "prompt";
    fill(item, typed->n, c);
    item.id = item.prompt;
    return item;
  }

  /// By division: the answer is c * n! if n, n-1, ..., 1 divide it in turn and c is left.
  [[nodiscard]] bool verify(const Item& item, std::string_view answer) const override {
    const Result<TypedPrompt> typed = read_typed_prompt(item.prompt, form);
    std::optional<Wide> value = wide_of(answer);
    if (!typed || !value) return false;
    for (std::uint32_t k = typed->n; k > 0; --k) {
      if (*value % k != 0) return false;
      *value /= k;
    }
    return value == wide_of(typed->starts.empty() ? "1" : typed->starts[0]);
  }

  [[nodiscard]] std::vector<Token> encode(const Item& item) const override {
    const Result<TypedPrompt> typed = read_typed_prompt(item.prompt, form);
    if (!typed) return {};
    std::vector<Token> out = {token::fact};
    const auto append = [&](const std::vector<Token>& digits) { out.insert(out.end(), digits.begin(), digits.end()); };
    append(Natural(typed->n).tokens());
    out.push_back(token::comma);
    append(Natural::from_decimal(typed->starts.empty() ? "1" : typed->starts[0]).tokens());
    return out;
  }

 private:
  static void fill(Item& item, std::uint32_t n, const std::string& c) {
    item.prompt = "fact " + std::to_string(n) + (c == "1" ? "" : " " + c);
    item.answer = solve(n, Natural::from_decimal(c)).decimal();
    item.canonical = canonical(c);
    item.depth = n;
  }
};

}  // namespace

Natural solve(std::uint32_t n, const Natural& c) {
  Natural value = c;
  for (std::uint32_t k = 1; k <= n; ++k) value.multiply(k);
  return value;
}

std::string canonical(std::string_view c) {
  return "factorial c=" + std::string(c);
}

bool reserved(std::string_view c) {
  return c == "1";
}

std::string draw_start(Rng& rng, std::string_view split, std::size_t max_digits) {
  for (;;) {
    std::string c = random_decimal(rng, rng.between(1, static_cast<std::uint32_t>(max_digits)));
    if (!reserved(c) && split_of(canonical(c)) == split) return c;
  }
}

const Task& task() {
  static const Factorial instance;
  return instance;
}

}  // namespace trm::tasks::factorial
