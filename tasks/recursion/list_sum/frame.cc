#include <array>

#include "tasks/frames/draw.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/list_sum/list_sum.h"

namespace trm::tasks::list_sum {
namespace {

constexpr std::array kArguments = {Argument::stream};

void write(FrameWriter& f) {
  Digits head;
  Token token = f.read();
  if (token == token::eos) return f.ret(Token{0});
  for (; token::is_digit(token); token = f.read()) head.push_back(token);
  if (token != token::stop || !is_number(head)) f.fail("the list holds something that is not a number");
  if (f.failed()) return;
  const Digits rest = f.call_number(token::list, token::x);
  f.ret(f.call_number(token::plus, head, token::comma, rest));
}

Question draw(Rng& rng, const DrawRange&) {
  Tokens list;
  if (rng.below(5) != 0) list = tokens_of(random_counter(rng, kElements.most), token::stop);
  return {{token::list, token::x}, {std::move(list)}};
}

}  // namespace

const Function kFunction = {token::list, kArguments, write, draw, short_number, {}, {}, kElements};

}  // namespace trm::tasks::list_sum
