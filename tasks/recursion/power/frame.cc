#include <array>

#include "tasks/frames/draw.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/power/power.h"

namespace trm::tasks::power {
namespace {

constexpr std::array kArguments = {Argument::counter, Argument::digit, Argument::stream};

void write(FrameWriter& f) {
  const std::span<const Token> n = f.number(0);
  const Token b = f.symbol(1);
  if (is_zero(n)) return f.ret(token::x);
  const Token before = f.spawn(token::pow, predecessor(n), token::comma, b, token::comma, token::x);
  f.ret(f.spawn(token::mul, b, token::comma, before));
}

Question draw(Rng& rng, const DrawRange& range) {
  const auto b = static_cast<Token>(rng.between(kRanges[1].least, kRanges[1].most));
  const Digits n = random_counter(rng, kRanges[0].most);
  return {tokens_of(token::pow, n, token::comma, b, token::comma, token::x),
          {random_value(rng, random_length(rng, range.max_digits))}};
}

}  // namespace

const Function kFunction = {token::pow, kArguments, write, draw, nullptr, kRanges};

}  // namespace trm::tasks::power
