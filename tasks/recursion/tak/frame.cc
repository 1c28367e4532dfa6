#include <array>

#include "tasks/frames/draw.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/tak/tak.h"

namespace trm::tasks::tak {
namespace {

using enum Argument;
constexpr std::array kArguments = {counter, counter, counter};

void write(FrameWriter& f) {
  const std::span<const Token> x = f.number(0), y = f.number(1), z = f.number(2);
  if (!f.less(y, x)) return f.ret(z);
  if (is_zero(y) || is_zero(z)) f.fail("an argument would fall below 0");
  if (f.failed()) return;
  const auto call = [&f](std::span<const Token> a, std::span<const Token> b, std::span<const Token> c) {
    return f.call_number(token::tak, a, token::comma, b, token::comma, c);
  };
  const Digits a = call(predecessor(x), y, z), b = call(predecessor(y), z, x), c = call(predecessor(z), x, y);
  f.ret(call(a, b, c));
}

Question draw(Rng& rng, const DrawRange& range) {
  for (;;) {
    std::array<std::uint32_t, 3> of{};
    for (std::size_t i = 0; i < of.size(); ++i) of[i] = counter_of(random_counter(rng, kRanges[i].most));
    // Neighbours decide the comparison.
    if (rng.below(3) == 0) of[1] = of[0] - (of[0] > 0 ? rng.below(2) : 0);
    const bool falls = of[0] > of[1] && (of[1] == 0 || of[2] == 0);
    if (falls || !belongs(of[0], of[1], of[2], range.split)) continue;
    return {tokens_of(token::tak, digits_of(of[0]), token::comma, digits_of(of[1]), token::comma, digits_of(of[2])),
            {}};
  }
}

Tokens value(Rng& rng, std::span<const Token>) {
  return random_counter(rng, kRanges[0].most);
}

}  // namespace

const Function kFunction = {token::tak, kArguments, write, draw, value, kRanges, kRanges[0]};

}  // namespace trm::tasks::tak
