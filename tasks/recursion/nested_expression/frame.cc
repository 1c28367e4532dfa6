#include <array>

#include "tasks/frames/draw.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/nested_expression/expression.h"
#include "tasks/recursion/nested_expression/nested_expression.h"

namespace trm::tasks::nested_expression {
namespace {

using enum Argument;
constexpr std::array kExpressionAlone = {stream};
constexpr std::array kThreeNumbers = {counter, counter, counter};
constexpr std::array kRestOfList = {operation, counter, stream};

constexpr Range kValues = {"value", 0, kMaxValue};
constexpr std::array<Range, 1> kOneValue = {kValues};
constexpr std::array<Range, 3> kThreeValues = {kValues, kValues, kValues};

bool is_close(const Tokens& value) {
  return value.size() == 1 && value[0] == token::close;
}

void check_close(FrameWriter& f, const Tokens& value) {
  if (!is_close(value)) f.fail("\"" + to_text(value) + "\" where a list must close");
}

/// EXPR X: the value of the next expression; ) if the list that it would stand in is at its end.
void write_expression(FrameWriter& f) {
  Token token = f.read();
  if (token == token::close) return f.ret(token::close);
  if (token == token::max || token == token::min || token == token::sum) {
    const Digits first = f.call_number(token::expr, token::x);
    return f.ret(f.call_number(token::rest, token, token::comma, first, token::comma, token::x));
  }
  if (token == token::median) {
    std::array<Digits, 3> of;
    for (Digits& value : of) value = f.call_number(token::expr, token::x);
    check_close(f, f.call(token::expr, token::x));
    return f.ret(f.call_number(token::median, of[0], token::comma, of[1], token::comma, of[2]));
  }
  Digits number;
  for (; token::is_digit(token); token = f.read()) number.push_back(token);
  if (token != token::stop || !is_number(number)) f.fail("an expression holds something that is not a number");
  f.ret(number);
}

/// In a frame of its own, where the comparisons stand close to the numbers.
void write_median(FrameWriter& f) {
  const std::span<const Token> a = f.number(0), b = f.number(1), c = f.number(2);
  const bool ab = f.less(a, b), bc = f.less(b, c), ac = f.less(a, c);
  f.ret(ab == bc ? b : ab == ac ? c : a);
}

/// REST op , a , X: op of a and what is left of the list.
void write_rest(FrameWriter& f) {
  const Token operation = f.symbol(0);
  const std::span<const Token> before = f.number(1);
  const Tokens next = f.call(token::expr, token::x);
  if (is_close(next)) return f.ret(before);
  if (!is_number(next)) f.fail("\"" + to_text(next) + "\" is not a number");
  if (f.failed()) return;
  Digits now;
  if (operation == token::sum) {
    now = f.call_number(token::plus, before, token::comma, next);
  } else {
    const bool keep = f.less(before, next) == (operation == token::min);
    now = keep ? Digits(before.begin(), before.end()) : next;
  }
  f.ret(f.call_number(token::rest, operation, token::comma, now, token::comma, token::x));
}

Question draw_expression(Rng& rng, const DrawRange&) {
  constexpr std::array openings = {token::max, token::min, token::sum, token::median, token::median, token::close};
  const std::uint32_t kind = rng.below(10);
  Tokens text =
      kind < openings.size() ? Tokens{openings[kind]} : tokens_of(random_counter(rng, kMaxNumber), token::stop);
  return {{token::expr, token::x}, {std::move(text)}};
}

Question draw_median(Rng& rng, const DrawRange&) {
  const std::size_t length = random_length(rng, 4);
  const auto another = [&](const Digits& beside) {
    return rng.below(3) == 0 ? number_beside(rng, beside, 4) : random_value(rng, length_beside(rng, length, 4));
  };
  const Digits a = random_value(rng, length), b = another(a), c = another(rng.below(2) == 0 ? a : b);
  return {tokens_of(token::median, a, token::comma, b, token::comma, c), {}};
}

Question draw_rest(Rng& rng, const DrawRange&) {
  constexpr std::array operations = {token::max, token::min, token::sum};
  const Digits value = random_value(rng, random_length(rng, 4));
  const Token operation = operations[rng.below(3)];
  return {tokens_of(token::rest, operation, token::comma, value, token::comma, token::x), {{}}};
}

Tokens number_or_close(Rng& rng, std::span<const Token> args) {
  if (rng.below(4) == 0) return {token::close};
  return short_number(rng, args);
}

}  // namespace

const Function kExpression = {token::expr, kExpressionAlone, write_expression,   draw_expression, number_or_close,
                              {},          kValues,          {"", 0, kMaxNumber}};
const Function kMedian = {token::median, kThreeNumbers, write_median, draw_median, short_number, kThreeValues, kValues};
const Function kRest = {token::rest, kRestOfList, write_rest, draw_rest, short_number, kOneValue, kValues};

}  // namespace trm::tasks::nested_expression
