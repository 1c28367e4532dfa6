#include <array>

#include "tasks/frames/draw.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/fibonacci/fibonacci.h"

namespace trm::tasks::fibonacci {
namespace {

constexpr std::array kArguments = {Argument::counter, Argument::stream, Argument::stream};

void write(FrameWriter& f) {
  const std::span<const Token> n = f.number(0);
  if (is_zero(n)) return f.ret(token::x);
  const Digits one_less = predecessor(n);
  if (is_zero(one_less)) return f.ret(token::y);
  const auto term = [&](const Digits& k) {
    return f.spawn(token::fib, k, token::comma, token::x, token::comma, token::y);
  };
  const Token last = term(one_less), before = term(predecessor(one_less));
  f.ret(f.spawn(token::add, last, token::comma, before));
}

Question draw(Rng& rng, const DrawRange& range) {
  return {tokens_of(token::fib, random_counter(rng, kRanges[0].most), token::comma, token::x, token::comma, token::y),
          {random_value(rng, random_length(rng, range.max_digits)),
           random_value(rng, random_length(rng, range.max_digits))}};
}

}  // namespace

const Function kFunction = {token::fib, kArguments, write, draw, nullptr, kRanges};

}  // namespace trm::tasks::fibonacci
