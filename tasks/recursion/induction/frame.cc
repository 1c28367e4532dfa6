// The frames that check proofs. Values of expressions are streams, so no number is too long for a frame.
#include <algorithm>
#include <array>

#include "tasks/frames/arithmetic/functions.h"
#include "tasks/frames/arithmetic/operands.h"
#include "tasks/frames/draw.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/induction/functions.h"

namespace trm::tasks::induction {
namespace {

using enum Argument;
constexpr std::array kProofArguments = {counter, counter, counter, stream};  // line, k, the other symbol, assertions
constexpr std::array kValueArguments = {counter, counter, stream};           // k, the other symbol
constexpr std::array kNumberToOutput = {stream, output};

constexpr std::uint32_t kMostK = 99;
constexpr std::array<Range, 3> kProofRanges = {{{"line", 0, kMostK}, {"k", 0, kMostK}, {"m"}}};
constexpr std::array<Range, 2> kValueRanges = {{{"k", 0, kMostK}, {"m"}}};

void unreadable(FrameWriter& f, Token token) {
  f.fail("a proof holds " + to_text(std::span(&token, 1)));
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

constexpr std::array kAssertions = {token::equals, token::above, token::divides, token::same, token::less};

void write_check(FrameWriter& f) {
  const Token token = f.read();
  if (token == token::empty) return f.ret(token::yes);
  if (std::find(kAssertions.begin(), kAssertions.end(), token) == kAssertions.end()) return unreadable(f, token);
  if (!holds(f, token)) return f.ret(token::no);
  const bool rest = f.call_flag(token::check, f.number(0), token::comma, f.number(1), token::comma, token::x);
  f.ret(rest ? token::yes : token::no);
}

/// Emits what is left of a number, of which `columns` digits were read in this frame.
void emit_number(FrameWriter& f, std::size_t columns) {
  for (; columns < kColumnsPerFrame; ++columns) {
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

// Streams hold what the frame itself reads: its callees read nothing in training.

Digits random_k(Rng& rng) {
  return random_counter(rng, kMostK);
}

Digits random_other(Rng& rng) {
  return random_value(rng, random_length(rng, 4));
}

/// What stands behind the beginning of a number.
Tokens rest_of_number(Rng& rng) {
  const std::size_t length = rng.below(3) == 0 ? arithmetic::operand_length(rng, 12) : rng.below(5);
  return tokens_of(length == 0 ? Tokens{} : random_value(rng, length), token::stop);
}

Tokens random_base(Rng& rng) {
  if (rng.below(3) == 0) return {token::n};
  return tokens_of(random_counter(rng, kMostK), token::stop);
}

Question draw_proof_frame(Rng& rng, const DrawRange&) {
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
          {{end ? token::empty : kAssertions[rng.below(kAssertions.size())]}}};
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

}  // namespace

const Function kProve = {token::proof, kProofArguments, write_proof,    draw_proof_frame,
                         verdict,      kProofRanges,    kProofRanges[0]};
const Function kCheck = {token::check, kValueArguments, write_check, draw_check, yes_or_no, kValueRanges};
const Function kValueOf = {token::value, kValueArguments, write_value, draw_value, nullptr, kValueRanges};
const Function kNumber = {token::num, kNumberToOutput, write_number, draw_number, nothing};

}  // namespace trm::tasks::induction
