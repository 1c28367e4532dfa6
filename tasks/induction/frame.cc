// The frames that check proofs. Values of expressions are streams, so no number is too long for a frame.
#include <algorithm>
#include <array>

#include "tasks/draw.h"
#include "tasks/induction/encoder.h"
#include "tasks/induction/functions.h"
#include "tasks/vocabulary.h"

namespace trm::tasks::induction {
namespace {

using enum Argument;
constexpr std::array proof_arguments = {counter, counter, counter, stream};  // line, k, the other symbol, assertions
constexpr std::array value_arguments = {counter, counter, stream};           // k, the other symbol
constexpr std::array number_to_output = {stream, output};
constexpr std::array raise_arguments = {counter, counter, stream};  // exponent, base
constexpr std::array number_and_stream = {counter, stream};
constexpr std::array two_streams = {stream, stream};
constexpr std::array digit_and_streams = {digit, stream, stream};
constexpr std::array borrow_and_streams = {digit, stream, stream, output};

/// READs of one frame: no frame is longer than what a model was trained on.
constexpr std::size_t columns_per_frame = 8;

void unreadable(FrameWriter& f, Token token) {
  f.fail("a proof holds " + to_text(std::span(&token, 1)));
}

Token digit_of(FrameWriter& f, Token token) {
  if (token == token::eos) return 0;
  if (!token::is_digit(token)) f.fail("a stream of digits holds " + to_text(std::span(&token, 1)));
  return f.failed() ? 0 : token;
}

void write_proof(FrameWriter& f) {
  const std::span<const Token> line = f.number(0), k = f.number(1), other = f.number(2);
  const Token token = f.read();
  if (token == token::eos) return f.ret(token::yes);
  if (token != token::line) return unreadable(f, token);
  if (!f.call_flag(token::check, k, token::comma, other, token::comma, token::x)) return f.ret(line);
  const Digits next = add_digits(line, Digits{1});
  const Tokens value = f.call(token::proof, next, token::comma, k, token::comma, other, token::comma, token::x);
  if (!is_number(value) && value != Tokens{token::yes}) f.fail("\"" + to_text(value) + "\" is no verdict");
  f.ret(value);
}

/// VALUE of an expression that the caller READs no further.
Token spawn_value(FrameWriter& f) {
  return f.spawn(token::value, f.number(0), token::comma, f.number(1), token::comma, token::x);
}

Digits small_value(FrameWriter& f) {
  return f.call_number(token::eval, f.number(0), token::comma, token::x);
}

bool holds(FrameWriter& f, Token assertion) {
  if (assertion == token::same || assertion == token::less) {
    const Digits a = small_value(f), b = small_value(f);
    return f.call_flag(assertion, a, token::comma, b);
  }
  if (assertion == token::divides) {
    const Digits divisor = small_value(f);
    return is_zero(f.call_number(token::rem, divisor, token::comma, spawn_value(f)));
  }
  const Token a = spawn_value(f), b = spawn_value(f);
  if (assertion == token::equals) return f.call_flag(token::equal, a, token::comma, b);
  return f.call_flag(token::below, Token{0}, token::comma, b, token::comma, a);
}

constexpr std::array assertions = {token::equals, token::above, token::divides, token::same, token::less};

void write_check(FrameWriter& f) {
  const Token token = f.read();
  if (token == token::empty) return f.ret(token::yes);
  if (std::find(assertions.begin(), assertions.end(), token) == assertions.end()) return unreadable(f, token);
  if (!holds(f, token)) return f.ret(token::no);
  const bool rest = f.call_flag(token::check, f.number(0), token::comma, f.number(1), token::comma, token::x);
  f.ret(rest ? token::yes : token::no);
}

/// Emits what is left of a number, of which `columns` digits were read in this frame.
void emit_number(FrameWriter& f, std::size_t columns) {
  for (; columns < columns_per_frame; ++columns) {
    const Token token = f.read();
    if (token == token::stop) return f.ret();
    if (!token::is_digit(token)) return unreadable(f, token);
    f.emit(token);
  }
  f.call_nothing(token::num, token::x, token::comma, token::out);
  f.ret();
}

void write_number(FrameWriter& f) {
  emit_number(f, 0);
}

/// A number up to its ; or n.
Digits base_or_exponent(FrameWriter& f) {
  Token token = f.read();
  if (token == token::n) return Digits(f.number(0).begin(), f.number(0).end());
  Digits out;
  for (; token::is_digit(token); token = f.read()) out.push_back(token);
  if (token != token::stop || !is_number(out)) unreadable(f, token);
  return f.failed() ? Digits{0} : out;
}

void emit_digits(FrameWriter& f, std::span<const Token> number) {
  for (const Token digit : number) f.emit(digit);
  f.ret();
}

void write_value(FrameWriter& f) {
  const Token token = f.read();
  if (token::is_digit(token)) {
    f.emit(token);
    return emit_number(f, 1);
  }
  if (token == token::n) return emit_digits(f, f.number(0));
  if (token == token::m) return emit_digits(f, f.number(1));
  if (token == token::plus || token == token::minus) {
    const Token a = spawn_value(f), b = spawn_value(f);
    return f.ret(f.spawn(token == token::plus ? token::add : token::sub, a, token::comma, b));
  }
  if (token == token::times) {
    const Digits factor = small_value(f);
    return f.ret(f.spawn(token::scale, factor, token::comma, spawn_value(f)));
  }
  if (token == token::at) {
    const Digits k = small_value(f);
    return f.ret(f.spawn(token::value, k, token::comma, f.number(1), token::comma, token::x));
  }
  if (token != token::pow) return unreadable(f, token);
  const Digits base = base_or_exponent(f), exponent = base_or_exponent(f);
  f.ret(f.spawn(token::raise, exponent, token::comma, base, token::comma, spawn_value(f)));
}

/// By one digit, MUL; by more, SCALE.
Token multiplied(FrameWriter& f, std::span<const Token> factor, Token value) {
  return f.spawn(factor.size() == 1 ? token::mul : token::scale, factor, token::comma, value);
}

void write_raise(FrameWriter& f) {
  const std::span<const Token> exponent = f.number(0), base = f.number(1);
  if (is_zero(exponent)) return f.ret(token::x);
  const Digits less = predecessor(exponent);
  if (is_zero(less)) return f.ret(multiplied(f, base, token::x));
  const Token below = f.spawn(token::raise, less, token::comma, base, token::comma, token::x);
  f.ret(multiplied(f, base, below));
}

void write_scale(FrameWriter& f) {
  const std::span<const Token> factor = f.number(0);
  const Token units = f.spawn(token::mul, factor[0], token::comma, token::x);
  if (factor.size() == 1) return f.ret(units);
  const auto rest = factor.subspan(1);
  const Token tens = f.spawn(rest.size() == 1 ? token::mul : token::scale, rest, token::comma, token::fresh, token::x);
  const Token shifted = f.spawn(token::shift, tens);
  f.ret(f.spawn(token::add, units, token::comma, shifted));
}

/// 0 if the second is larger.
void write_subtract(FrameWriter& f) {
  if (f.call_flag(token::below, Token{0}, token::comma, token::fresh, token::x, token::comma, token::fresh, token::y)) {
    f.emit(0);
  } else {
    f.call_nothing(token::sub_on, Token{0}, token::comma, token::x, token::comma, token::y, token::comma, token::out);
  }
  f.ret();
}

void write_subtract_on(FrameWriter& f) {
  Token borrow = f.symbol(0);
  for (std::size_t i = 0; i < columns_per_frame; ++i) {
    const std::vector<Token> column = f.read_all();
    if (column[0] == token::eos && column[1] == token::eos) return f.ret();
    const Token digit = digit_of(f, column[0]) - digit_of(f, column[1]) - borrow;
    borrow = digit < 0 ? 1 : 0;
    f.emit(digit + 10 * borrow);
    f.note(borrow);
  }
  f.call_nothing(token::sub_on, borrow, token::comma, token::x, token::comma, token::y, token::comma, token::out);
  f.ret();
}

void write_equal(FrameWriter& f) {
  for (std::size_t i = 0; i < columns_per_frame; ++i) {
    const std::vector<Token> column = f.read_all();
    if (column[0] == token::eos && column[1] == token::eos) return f.ret(token::yes);
    if (digit_of(f, column[0]) != digit_of(f, column[1])) return f.ret(token::no);
  }
  f.ret(f.call_flag(token::equal, token::x, token::comma, token::y) ? token::yes : token::no);
}

void write_below(FrameWriter& f) {
  Token below = f.symbol(0);
  for (std::size_t i = 0; i < columns_per_frame; ++i) {
    const std::vector<Token> column = f.read_all();
    if (column[0] == token::eos && column[1] == token::eos) return f.ret(below == 1 ? token::yes : token::no);
    const Token a = digit_of(f, column[0]), b = digit_of(f, column[1]);
    if (a != b) below = a < b ? 1 : 0;
    f.note(below);
  }
  f.ret(f.call_flag(token::below, below, token::comma, token::x, token::comma, token::y) ? token::yes : token::no);
}

void write_remainder(FrameWriter& f) {
  const std::span<const Token> divisor = f.number(0);
  const Token token = f.read();
  if (token == token::eos) return f.ret(Token{0});
  const Token digit = digit_of(f, token);
  const Digits above = f.call_number(token::rem, divisor, token::comma, token::x);
  const Digits left = is_zero(above) ? Digits{digit} : tokens_of(digit, above);
  f.ret(f.call_number(token::mod, left, token::comma, divisor));
}

// Streams hold what the frame itself reads: its callees read nothing in training.

constexpr std::uint32_t most_k = 99;

Digits random_k(Rng& rng) {
  return random_counter(rng, most_k);
}

Digits random_other(Rng& rng) {
  return random_value(rng, random_length(rng, 4));
}

/// What stands behind the beginning of a number.
Tokens rest_of_number(Rng& rng) {
  const std::size_t length = rng.below(rng.below(3) == 0 ? 12 : 5);
  return tokens_of(length == 0 ? Tokens{} : random_value(rng, length), token::stop);
}

Tokens random_base(Rng& rng) {
  if (rng.below(3) == 0) return {token::n};
  return tokens_of(random_counter(rng, most_k), token::stop);
}

Question draw_proof(Rng& rng, const DrawRange&) {
  const Digits line = random_k(rng), k = random_k(rng), other = random_other(rng);
  const bool end = rng.below(12) == 0;
  return {tokens_of(token::proof, line, token::comma, k, token::comma, other, token::comma, token::x),
          {end ? Tokens{} : Tokens{token::line}}};
}

Tokens verdict(Rng& rng, std::span<const Token>) {
  return rng.below(2) == 0 ? Tokens{token::yes} : Tokens(random_k(rng));
}

Question draw_check(Rng& rng, const DrawRange&) {
  const Digits k = random_k(rng), other = random_other(rng);
  const bool end = rng.below(12) == 0;
  return {tokens_of(token::check, k, token::comma, other, token::comma, token::x),
          {{end ? token::empty : assertions[rng.below(assertions.size())]}}};
}

Tokens beginning(Rng& rng) {
  constexpr std::array simple = {token::n, token::m, token::plus, token::minus, token::times, token::at};
  const std::uint32_t kind = rng.below(simple.size() + 4);
  if (kind < simple.size()) return {simple[kind]};
  if (kind < simple.size() + 2) {
    const auto digit = static_cast<Token>(rng.below(10));
    return tokens_of(digit, rest_of_number(rng));
  }
  const Tokens base = random_base(rng), exponent = random_base(rng);
  return tokens_of(token::pow, base, exponent);
}

Question draw_value(Rng& rng, const DrawRange&) {
  const Digits k = random_k(rng), other = random_other(rng);
  return {tokens_of(token::value, k, token::comma, other, token::comma, token::x), {beginning(rng)}};
}

Question draw_number(Rng& rng, const DrawRange&) {
  return {{token::num, token::x, token::comma, token::out}, {rest_of_number(rng)}};
}

Question draw_raise(Rng& rng, const DrawRange&) {
  const Digits exponent = rng.below(3) == 0 ? digits_of(rng.below(4)) : random_k(rng);
  const Digits base = random_k(rng);
  return {tokens_of(token::raise, exponent, token::comma, base, token::comma, token::x), {{}}};
}

Question draw_scale(Rng& rng, const DrawRange&) {
  return {tokens_of(token::scale, random_other(rng), token::comma, token::x), {{}}};
}

Question draw_subtract(Rng&, const DrawRange&) {
  return {{token::sub, token::x, token::comma, token::y}, {{}, {}}};
}

Tokens some_digits(Rng& rng, const DrawRange& range) {
  return rng.below(8) == 0 ? Tokens{} : random_value(rng, random_length(rng, range.max_digits));
}

/// As large as `a`, which it is half of the time, or nearly so; with zeros in front now and then, as differences are.
Tokens digits_beside(Rng& rng, const Tokens& a, const DrawRange& range) {
  Tokens out = rng.below(4) == 0 ? some_digits(rng, range) : a;
  if (!out.empty() && rng.below(3) == 0)
    out[rng.below(static_cast<std::uint32_t>(out.size()))] = static_cast<Token>(rng.below(10));
  if (rng.below(4) == 0) out.resize(out.size() + rng.between(1, 3), 0);
  return out;
}

Question draw_subtract_on(Rng& rng, const DrawRange& range) {
  const auto borrow = static_cast<Token>(rng.below(2));
  Tokens a = some_digits(rng, range);
  Tokens b = rng.below(2) == 0 ? digits_beside(rng, a, range) : some_digits(rng, range);
  // The machine subtracts the smaller one.
  const std::size_t length = std::max(a.size(), b.size());
  const auto digit = [](const Tokens& tokens, std::size_t i) { return i < tokens.size() ? tokens[i] : 0; };
  for (std::size_t i = length; i-- > 0;) {
    if (digit(a, i) == digit(b, i)) continue;
    if (digit(a, i) < digit(b, i)) std::swap(a, b);
    break;
  }
  return {tokens_of(token::sub_on, borrow, token::comma, token::x, token::comma, token::y, token::comma, token::out),
          {std::move(a), std::move(b)}};
}

Question draw_equal(Rng& rng, const DrawRange& range) {
  Tokens a = some_digits(rng, range), b = digits_beside(rng, a, range);
  if (rng.below(2) == 0) std::swap(a, b);
  return {{token::equal, token::x, token::comma, token::y}, {std::move(a), std::move(b)}};
}

Question draw_below(Rng& rng, const DrawRange& range) {
  const auto below = static_cast<Token>(rng.below(2));
  Question out = draw_equal(rng, range);
  if (rng.below(2) == 0) out.streams[1] = some_digits(rng, range);
  out.prompt = tokens_of(token::below, below, token::comma, token::x, token::comma, token::y);
  return out;
}

Question draw_remainder(Rng& rng, const DrawRange&) {
  const Digits divisor = digits_of(rng.between(1, static_cast<std::uint32_t>(most_divisor)));
  const bool end = rng.below(6) == 0;
  const auto digit = static_cast<Token>(rng.below(10));
  return {tokens_of(token::rem, divisor, token::comma, token::x), {end ? Tokens{} : Tokens{digit}}};
}

Tokens remainder_value(Rng& rng, std::span<const Token>) {
  return random_counter(rng, static_cast<std::uint32_t>(most_divisor));
}

}  // namespace

const Function prove = {token::proof, proof_arguments, write_proof, draw_proof, verdict};
const Function check = {token::check, value_arguments, write_check, draw_check, yes_or_no};
const Function value_of = {token::value, value_arguments, write_value, draw_value, nullptr};
const Function number = {token::num, number_to_output, write_number, draw_number, nothing};
const Function raise = {token::raise, raise_arguments, write_raise, draw_raise, nullptr};
const Function scale = {token::scale, number_and_stream, write_scale, draw_scale, nullptr};
const Function subtract = {token::sub, two_streams, write_subtract, draw_subtract, nullptr};
const Function subtract_on = {token::sub_on, borrow_and_streams, write_subtract_on, draw_subtract_on, nothing};
const Function equal = {token::equal, two_streams, write_equal, draw_equal, yes_or_no};
const Function below = {token::below, digit_and_streams, write_below, draw_below, yes_or_no};
const Function remainder = {token::rem, number_and_stream, write_remainder, draw_remainder, remainder_value};

}  // namespace trm::tasks::induction
