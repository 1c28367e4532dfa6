#include <array>

#include "tasks/frames/draw.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/mutual/mutual.h"

namespace trm::tasks::mutual {
namespace {

constexpr std::array kArguments = {Argument::counter};

/// EVEN n asks ODD n-1, and ODD n asks EVEN n-1; 0 is even.
template <Token other, Token at_zero>
void write(FrameWriter& f) {
  const std::span<const Token> n = f.number(0);
  if (is_zero(n)) return f.ret(at_zero);
  f.ret(f.call_flag(other, predecessor(n)) ? token::yes : token::no);
}

template <Token head>
Question draw(Rng& rng, const DrawRange& range) {
  for (;;) {
    const Digits n = random_counter(rng, kRanges[0].most);
    if (belongs(head == token::even, counter_of(n), range.split)) return {tokens_of(head, n), {}};
  }
}

}  // namespace

const Function kEven = {token::even, kArguments, write<token::odd, token::yes>, draw<token::even>, yes_or_no, kRanges};
const Function kOdd = {token::odd, kArguments, write<token::even, token::no>, draw<token::odd>, yes_or_no, kRanges};

}  // namespace trm::tasks::mutual
