#include <array>

#include "tasks/frames/draw.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/factorial/factorial.h"

namespace trm::tasks::factorial {
namespace {

constexpr std::array kArguments = {Argument::counter, Argument::stream};

void write(FrameWriter& f) {
  const std::span<const Token> n = f.number(0);
  if (is_zero(n)) return f.ret(token::x);
  const Token before = f.spawn(token::fact, predecessor(n), token::comma, token::x);
  if (n.size() > 2) return f.ret(f.spawn(token::scale, n, token::comma, before));
  const Token units = f.spawn(token::mul, n[0], token::comma, before);
  if (n.size() == 1) return f.ret(units);
  const Token tens = f.spawn(token::mul, n[1], token::comma, before);
  const Token shifted = f.spawn(token::shift, tens);
  f.ret(f.spawn(token::add, units, token::comma, shifted));
}

Question draw(Rng& rng, const DrawRange& range) {
  return {tokens_of(token::fact, random_counter(rng, kRanges[0].most), token::comma, token::x),
          {random_value(rng, random_length(rng, range.max_digits))}};
}

}  // namespace

const Function kFunction = {token::fact, kArguments, write, draw, nullptr, kRanges};

}  // namespace trm::tasks::factorial
