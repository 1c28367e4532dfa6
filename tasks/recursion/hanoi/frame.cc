#include <array>
#include <utility>

#include "tasks/frames/draw.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/hanoi/hanoi.h"

namespace trm::tasks::hanoi {
namespace {

using enum Argument;
constexpr std::array kArguments = {counter, letter, letter, letter, output};

void write(FrameWriter& f) {
  const std::span<const Token> n = f.number(0);
  const Token from = f.symbol(1), over = f.symbol(2), to = f.symbol(3);
  if (is_zero(n)) return f.ret();
  const Digits less = predecessor(n);
  const auto move = [&](Token a, Token b, Token c) {
    f.call_nothing(token::hanoi, less, token::comma, a, token::comma, b, token::comma, c, token::comma, token::out);
  };
  move(from, to, over);
  f.emit(from);
  f.emit(to);
  move(over, from, to);
  f.ret();
}

Question draw(Rng& rng, const DrawRange& range) {
  for (;;) {
    const std::uint32_t n = rng.below(kRanges[0].most + 1);
    const Pegs pegs = random_pegs(rng);
    if (!belongs(n, pegs, range.split)) continue;
    return {tokens_of(token::hanoi, digits_of(n), token::comma, pegs[0], token::comma, pegs[1], token::comma, pegs[2],
                      token::comma, token::out),
            {}};
  }
}

}  // namespace

const Function kFunction = {token::hanoi, kArguments, write, draw, nothing, kRanges};

}  // namespace trm::tasks::hanoi
