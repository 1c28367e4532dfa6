#include <array>

#include "tasks/frames/draw.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/ackermann/ackermann.h"

namespace trm::tasks::ackermann {
namespace {

constexpr std::array kArguments = {Argument::digit, Argument::counter};

void write(FrameWriter& f) {
  const Token m = f.symbol(0);
  const std::span<const Token> n = f.number(1);
  if (m == 0) return f.ret(digits_of(counter_of(n) + 1));
  if (is_zero(n)) return f.ret(f.call_number(token::ack, m - 1, token::comma, Token{1}));
  const Digits inner = f.call_number(token::ack, m, token::comma, predecessor(n));
  f.ret(f.call_number(token::ack, m - 1, token::comma, inner));
}

Question draw(Rng& rng, const DrawRange& range) {
  for (;;) {
    const std::uint32_t m = rng.below(kRanges[0].most + 1), n = counter_of(random_counter(rng, kRanges[1].most));
    if (belongs(m, n, range.split)) {
      return {tokens_of(token::ack, static_cast<Token>(m), token::comma, digits_of(n)), {}};
    }
  }
}

Tokens value(Rng& rng, std::span<const Token>) {
  return random_counter(rng, kRanges[1].most);
}

}  // namespace

const Function kFunction = {token::ack, kArguments, write, draw, value, kRanges, kRanges[1]};

}  // namespace trm::tasks::ackermann
