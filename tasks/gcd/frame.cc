#include <array>

#include "tasks/draw.h"
#include "tasks/gcd/gcd.h"
#include "tasks/vocabulary.h"

namespace trm::tasks::gcd {
namespace {

constexpr std::array arguments = {Argument::counter, Argument::counter};

void write(FrameWriter& f) {
  const std::span<const Token> a = f.number(0), b = f.number(1);
  if (is_zero(b)) return f.ret(a);
  if (f.less(a, b)) return f.ret(f.call_number(token::gcd, b, token::comma, a));
  const Digits less = f.call_number(token::minus, a, token::comma, b);
  f.ret(f.call_number(token::gcd, less, token::comma, b));
}

Question draw(Rng& rng, const DrawRange& range) {
  for (;;) {
    const std::size_t length = random_length(rng, 3);
    const Digits a = random_value(rng, length);
    const Digits b = rng.below(6) == 0 ? a : random_value(rng, length_beside(rng, length, 3));
    if (belongs(counter_of(a), counter_of(b), range.split)) return {tokens_of(token::gcd, a, token::comma, b), {}};
  }
}

Tokens value(Rng& rng, std::span<const Token>) {
  return random_value(rng, random_length(rng, 3));
}

}  // namespace

const Function function = {token::gcd, arguments, write, draw, value};

}  // namespace trm::tasks::gcd
