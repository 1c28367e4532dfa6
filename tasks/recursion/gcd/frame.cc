#include <array>

#include "tasks/frames/draw.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/gcd/gcd.h"

namespace trm::tasks::gcd {
namespace {

constexpr std::array kArguments = {Argument::counter, Argument::counter};
constexpr std::size_t kMostDigits = 3;  // of the numbers in range

void write(FrameWriter& f) {
  const std::span<const Token> a = f.number(0), b = f.number(1);
  if (is_zero(b)) return f.ret(a);
  if (f.less(a, b)) return f.ret(f.call_number(token::gcd, b, token::comma, a));
  const Digits less = f.call_number(token::minus, a, token::comma, b);
  f.ret(f.call_number(token::gcd, less, token::comma, b));
}

Question draw(Rng& rng, const DrawRange& range) {
  for (;;) {
    const std::size_t length = random_length(rng, kMostDigits);
    const Digits a = random_value(rng, length);
    // 0 and equal numbers end the recursion or nearly so.
    const std::uint32_t kind = rng.below(12);
    const Digits b = kind < 2 ? a : kind == 2 ? Digits{0} : random_value(rng, length_beside(rng, length, kMostDigits));
    if (belongs(counter_of(a), counter_of(b), range.split)) return {tokens_of(token::gcd, a, token::comma, b), {}};
  }
}

Tokens value(Rng& rng, std::span<const Token>) {
  return random_value(rng, random_length(rng, kMostDigits));
}

}  // namespace

const Function kFunction = {token::gcd, kArguments, write, draw, value, kRanges, kRanges[0]};

}  // namespace trm::tasks::gcd
