#include <array>

#include "tasks/frames/draw.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/mccarthy91/mccarthy91.h"

namespace trm::tasks::mccarthy91 {
namespace {

constexpr std::array kArguments = {Argument::counter};

void write(FrameWriter& f) {
  const std::uint32_t n = counter_of(f.number(0));
  if (n > 100) return f.ret(digits_of(n - 10));
  const Digits inner = f.call_number(token::m91, digits_of(n + 11));
  f.ret(f.call_number(token::m91, inner));
}

/// Half of them where the rule changes; below it the next call is for more.
Digits random_n(Rng& rng) {
  const std::uint32_t kind = rng.below(4);
  if (kind < 2) return digits_of(rng.between(85, 115));
  return random_counter(rng, kind == 2 ? 120 : kRanges[0].most);
}

Question draw(Rng& rng, const DrawRange& range) {
  for (;;) {
    const Digits n = random_n(rng);
    if (belongs(counter_of(n), range.split)) return {tokens_of(token::m91, n), {}};
  }
}

Tokens value(Rng& rng, std::span<const Token>) {
  return random_n(rng);
}

}  // namespace

const Function kFunction = {token::m91, kArguments, write, draw, value, kRanges, kRanges[0]};

}  // namespace trm::tasks::mccarthy91
