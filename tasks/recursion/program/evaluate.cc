// The frames that read expressions.
#include <array>

#include "tasks/frames/draw.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/program/functions.h"
#include "tasks/recursion/program/prefix.h"
#include "tasks/recursion/program/program.h"

namespace trm::tasks::program {
namespace {

using enum Argument;
constexpr std::array kCallOf = {letter, counter, stream};
constexpr std::array kCallToOutput = {letter, counter, stream, output};
constexpr std::array kExpressionOf = {counter, stream};
constexpr std::array kExpressionToOutput = {counter, stream, output};
constexpr std::array kExpressionAlone = {stream};

/// Programs have no constants above max_constant; what else is evaluated has.
constexpr Range kConstants = {"constant", 0, kMaxValue};

void unreadable(FrameWriter& f, Token token) {
  f.fail("a program holds " + to_text(std::span(&token, 1)));
}

/// The number that begins with a digit which was read already; READs up to its ;.
Digits read_constant(FrameWriter& f, Token token) {
  Digits number;
  for (; token::is_digit(token); token = f.read()) number.push_back(token);
  if (token != token::stop || !is_number(number)) f.fail("a program holds something that is not a number");
  return f.failed() ? Digits{0} : number;
}

/// CALL head args { , O } END: with the output where calls are written down.
template <bool writes_calls, class... Parts>
Digits value_of(FrameWriter& f, const Parts&... parts) {
  if constexpr (writes_calls) {
    return f.call_number(parts..., token::comma, token::out);
  } else {
    return f.call_number(parts...);
  }
}

template <bool writes_calls>
Digits part_value(FrameWriter& f) {
  return value_of<writes_calls>(f, writes_calls ? token::walk : token::eval, f.number(0), token::comma, token::x);
}

/// IF test constant value rest
template <bool writes_calls>
void write_if(FrameWriter& f) {
  const std::span<const Token> n = f.number(0);
  const Token test = f.read();
  if (test != token::less && test != token::same) unreadable(f, test);
  const Digits with = read_constant(f, f.read());
  if (!f.call_flag(test, n, token::comma, with)) f.call_nothing(token::over, token::x);
  f.ret(part_value<writes_calls>(f));
}

template <bool writes_calls>
void write_operation(FrameWriter& f, Token operation) {
  if (takes_constant(operation)) {
    const Digits constant = read_constant(f, f.read());
    const Digits a = part_value<writes_calls>(f);
    if (operation == token::times) return f.ret(f.call_number(operation, constant, token::comma, a));
    return f.ret(f.call_number(operation, a, token::comma, constant));
  }
  const Digits a = part_value<writes_calls>(f), b = part_value<writes_calls>(f);
  if (operation == token::plus) return f.ret(f.call_number(token::plus, a, token::comma, b));
  f.ret(f.less(a, b) == (operation == token::max) ? b : a);
}

template <bool writes_calls>
void write_expression(FrameWriter& f) {
  const Token token = f.read();
  if (token::is_digit(token)) return f.ret(read_constant(f, token));
  if (token == token::n) return f.ret(f.number(0));
  if (token == token::if_) return write_if<writes_calls>(f);
  if (takes_constant(token) || takes_two(token)) return write_operation<writes_calls>(f, token);
  if (!is_name(token)) return unreadable(f, token);
  const Digits argument = part_value<writes_calls>(f);
  f.ret(value_of<writes_calls>(f, writes_calls ? token::trace : token::run, token, token::comma, argument, token::comma,
                               token::fresh, token::x));
}

template <bool writes_calls>
void write_call(FrameWriter& f) {
  const Token name = f.symbol(0);
  const std::span<const Token> n = f.number(1);
  if constexpr (writes_calls) {
    f.emit(name);
    for (const Token digit : n) f.emit(digit);
    f.emit(token::stop);
  }
  if (f.read() != name) {
    f.call_nothing(token::over, token::x);
    const Token second = f.read();
    if (second != name) unreadable(f, second);
  }
  f.ret(value_of<writes_calls>(f, writes_calls ? token::walk : token::eval, n, token::comma, token::x));
}

void write_over(FrameWriter& f) {
  const Token token = f.read();
  int parts = 0;
  if (token::is_digit(token)) {
    read_constant(f, token);
  } else if (token == token::if_) {
    f.read();
    read_constant(f, f.read());
    parts = 2;
  } else if (takes_constant(token)) {
    read_constant(f, f.read());
    parts = 1;
  } else if (takes_two(token)) {
    parts = 2;
  } else if (is_name(token)) {
    parts = 1;
  } else if (token != token::n) {
    unreadable(f, token);
  }
  for (; parts > 0; --parts) f.call_nothing(token::over, token::x);
  f.ret();
}

// Streams hold what the frame itself reads: its callees read nothing in training.

Tokens constant_tokens(std::uint32_t value) {
  return tokens_of(digits_of(value), token::stop);
}

/// The beginning of an expression. n: what a test is close to.
Tokens beginning(Rng& rng, std::uint32_t n) {
  constexpr std::array operations = {token::plus, token::max, token::min, token::minus, token::times, token::mod};
  const std::uint32_t kind = rng.below(8);
  const std::uint32_t number =
      kind == 0 ? counter_of(random_counter(rng, kConstants.most)) : rng.below(kind < 4 ? 10 : kMaxConstant + 1);
  switch (rng.below(8)) {
    case 0:
      return constant_tokens(number);
    case 1:
      return {token::n};
    case 2:
      return {name_of(rng.below(kMaxFunctions))};
    case 3:
    case 4: {
      const bool close = rng.below(2) == 0 && n + 1 < kMaxConstant;
      const std::uint32_t with = close ? n + rng.below(3) - (n > 0 ? 1 : 0) : number;
      return tokens_of(token::if_, rng.below(2) == 0 ? token::less : token::same, constant_tokens(with));
    }
    default:
      break;
  }
  const Token operation = operations[rng.below(operations.size())];
  if (operation == token::times) return tokens_of(operation, constant_tokens(rng.between(1, kMaxFactor)));
  if (operation == token::mod) return tokens_of(operation, constant_tokens(std::max(number, 1u)));
  return operation == token::minus ? tokens_of(operation, constant_tokens(number)) : Tokens{operation};
}

/// Most calls are of small numbers.
Digits random_n(Rng& rng) {
  return random_counter(rng, rng.below(2) == 0 ? kMaxConstant : kArguments[0].most);
}

template <bool writes_calls>
Question draw_expression(Rng& rng, const DrawRange&) {
  const Digits n = random_n(rng);
  Tokens prompt = tokens_of(writes_calls ? token::walk : token::eval, n, token::comma, token::x);
  if (writes_calls) prompt = tokens_of(prompt, token::comma, token::out);
  return {std::move(prompt), {beginning(rng, counter_of(n))}};
}

template <bool writes_calls>
Question draw_call(Rng& rng, const DrawRange&) {
  const Token name = name_of(rng.below(kMaxFunctions));
  Tokens prompt =
      tokens_of(writes_calls ? token::trace : token::run, name, token::comma, random_n(rng), token::comma, token::x);
  if (writes_calls) prompt = tokens_of(prompt, token::comma, token::out);
  const bool first = rng.below(2) == 0;
  return {std::move(prompt), {first ? Tokens{name} : Tokens{name == token::f ? token::g : token::f, name}}};
}

Question draw_over(Rng& rng, const DrawRange&) {
  return {{token::over, token::x}, {beginning(rng, rng.below(kMaxConstant))}};
}

}  // namespace

const Function kRun = {token::run, kCallOf, write_call<false>, draw_call<false>, short_number, kArguments, kValues};
const Function kEvaluate = {
    token::eval, kExpressionOf, write_expression<false>, draw_expression<false>, short_number, kArguments,
    kValues,     kConstants};
const Function kTrace = {token::trace, kCallToOutput, write_call<true>, draw_call<true>,
                         short_number, kArguments,    kValues};
const Function kWalk = {
    token::walk, kExpressionToOutput, write_expression<true>, draw_expression<true>, short_number, kArguments,
    kValues,     kConstants};
const Function kOver = {token::over, kExpressionAlone, write_over, draw_over, nothing, {}, {}, kConstants};

}  // namespace trm::tasks::program
