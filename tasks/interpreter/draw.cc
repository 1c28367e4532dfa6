#include "tasks/interpreter/draw.h"

#include <algorithm>
#include <array>
#include <utility>

#include "tasks/frames/arithmetic/operands.h"
#include "tasks/frames/draw.h"

namespace trm::tasks::interpreter {
namespace draw {
namespace {

std::uint32_t count_of(std::size_t number) {
  return static_cast<std::uint32_t>(number);
}

Token sign(Rng& rng) {
  return rng.below(3) == 0 ? token::minus : token::plus;
}

Token truth(Rng& rng) {
  return rng.below(2) == 0 ? token::yes : token::no;
}

/// A canonical number of these digits.
Tokens signed_digits(Token sign, Tokens digits) {
  while (digits.size() > 1 && digits.back() == 0) digits.pop_back();
  if (digits.empty()) digits = {0};
  if (sign == token::minus && digits.size() == 1 && digits[0] == 0) digits[0] = 1;
  return tokens_of(sign, digits);
}

/// Lengths around the last column of a frame are as frequent as all others together.
std::size_t length(Rng& rng, std::size_t max) {
  const std::uint32_t kind = rng.below(6);
  std::size_t out = rng.between(1, count_of(std::min<std::size_t>(max, 4)));
  if (kind == 0) out = rng.between(1, count_of(max));
  if (kind == 1) out = rng.between(kWideColumns - 1, kWideColumns + 1);
  if (kind == 2) out = rng.between(kColumns - 1, kColumns + 1);
  return std::min(out, max);
}

Tokens digits(Rng& rng, std::size_t max) {
  return random_value(rng, length(rng, max));
}

/// Any digits, perhaps none.
Tokens raw_digits(Rng& rng, std::size_t max) {
  if (rng.below(8) == 0) return {};
  Tokens out = digits(rng, max);
  if (rng.below(6) == 0) out.resize(out.size() + rng.between(1, 3), 0);
  return out;
}

}  // namespace

Tokens number(Rng& rng, Token sign, std::size_t max_digits) {
  return signed_digits(sign, digits(rng, max_digits));
}

Tokens number(Rng& rng, std::size_t max_digits) {
  return number(rng, sign(rng), max_digits);
}

Tokens sequence(Rng& rng, std::size_t most) {
  Tokens out(rng.below(count_of(most + 1)) + 1, kPart);
  out[0] = rng.below(3) == 0 ? token::text : token::list;
  return out;
}

Tokens no_number(Rng& rng) {
  if (rng.below(3) == 0) return {token::none};
  return sequence(rng, 3);
}

Tokens value(Rng& rng, std::size_t max_digits) {
  const std::uint32_t kind = rng.below(10);
  if (kind < 6) return number(rng, max_digits);
  if (kind < 8) return {truth(rng)};
  return no_number(rng);
}

namespace {

constexpr std::array kFewStreams = {token::x, token::y, token::z};

Scene of(Tokens prompt, std::vector<Tokens> streams, double yes = 0.5) {
  for (std::size_t i = 0; i < streams.size(); ++i) prompt.push_back(kFewStreams[i]);
  return {std::move(prompt), std::move(streams), yes};
}

// Expressions.

Token variable(Rng& rng) {
  return token::first_variable + static_cast<Token>(rng.below(rng.below(2) == 0 ? 4 : count_of(kVariables)));
}

Tokens operand(Rng& rng) {
  const std::uint32_t kind = rng.below(4) % 3;
  if (kind == 0) return {variable(rng)};
  if (kind == 1) return {token::quote, kPart};
  return {kPart};
}

/// Operands of which at most `parts` are expressions.
Tokens operands(Rng& rng, std::size_t count, std::size_t parts) {
  Tokens out;
  for (std::size_t i = 0; i < count; ++i) {
    Tokens next = operand(rng);
    // The same variable again, and the next one, are easily confused.
    if (i > 0 && rng.below(3) == 0) {
      const Token last = out.back();
      if (token::is_variable(last)) next = {rng.below(2) == 0 || last == token::last_variable ? last : last + 1};
    }
    if (next == Tokens{kPart} && parts == 0)
      next = rng.below(2) == 0 ? Tokens{variable(rng)} : Tokens{token::quote, kPart};
    if (next == Tokens{kPart}) --parts;
    out.insert(out.end(), next.begin(), next.end());
  }
  return out;
}

Tokens expression(Rng& rng) {
  constexpr std::array one = {token::truth, token::neg,   token::abs,   token::to_int,
                              token::len,   token::first, token::later, token::to_text};
  constexpr std::array two = {token::same, token::less, token::above, token::add,   token::sub,  token::mul,
                              token::div,  token::mod,  token::index, token::after, token::up_to};
  const std::uint32_t kind = rng.below(30);
  if (kind == 0) return {variable(rng)};
  if (kind == 1) return {token::quote, kPart};
  if (kind < 7) return tokens_of(token::if_, kPart, operand(rng), operand(rng));
  if (kind < 9) return tokens_of(token::let, operand(rng), kPart);
  if (kind < 15) {
    const std::size_t count = rng.below(2) == 0 ? rng.below(9) : rng.below(4);
    return tokens_of(token::apply, kPart, operands(rng, count, 3));
  }
  if (kind < 17) return tokens_of(token::items_of, operands(rng, rng.below(6), 6));
  if (kind == 17) return tokens_of(token::print, operand(rng), kPart);
  if (kind < 20) return {rng.below(2) == 0 ? token::and_ : token::or_, kPart, kPart};
  if (kind == 20) return {token::not_, kPart};
  if (kind == 21) {
    return {token::fail,
            token::first_error + static_cast<Token>(rng.below(token::last_error - token::first_error + 1))};
  }
  if (kind < 24) return tokens_of(one[rng.below(one.size())], operand(rng));
  return tokens_of(two[rng.below(two.size())], operand(rng), operand(rng));
}

// Pairs of values.

/// Digits to be compared, without leading zeros where they are those of numbers.
arithmetic::Operands alike_digits(Rng& rng, const DrawRange& range) {
  arithmetic::Operands out = arithmetic::alike(rng, range.max_digits);
  out.a = arithmetic::short_form(std::move(out.a));
  out.b = arithmetic::short_form(std::move(out.b));
  return out;
}

/// Two values where not both are numbers of the same sign.
std::vector<Tokens> mixed(Rng& rng, const DrawRange& range) {
  const std::uint32_t kind = rng.below(4);
  if (kind == 0) return {number(rng, range.max_digits), number(rng, range.max_digits)};
  if (kind == 1) return {value(rng, 3), value(rng, 3)};
  std::vector<Tokens> out = {{truth(rng)}, rng.below(3) == 0 ? Tokens{truth(rng)} : value(rng, 3)};
  if (rng.below(2) == 0) std::swap(out[0], out[1]);
  return out;
}

std::vector<Tokens> two_sequences(Rng& rng) {
  std::vector<Tokens> out = {sequence(rng, 4), sequence(rng, 4)};
  if (rng.below(8) != 0) out[1][0] = out[0][0];
  if (rng.below(2) == 0) out[1].resize(out[0].size(), kPart);
  return out;
}

Scene compare(Token head, Rng& rng, const DrawRange& range) {
  const std::uint32_t kind = rng.below(10);
  if (kind < 6) {
    const auto [a, b] = alike_digits(rng, range);
    const Token of_both = sign(rng);
    return of({head}, {signed_digits(of_both, a), signed_digits(of_both, b)});
  }
  if (kind < 8) return of({head}, mixed(rng, range));
  if (kind == 8 && head == token::same) {
    const Tokens any = value(rng, 6);
    return of({head}, {any, any});
  }
  return of({head}, two_sequences(rng));
}

Scene agree(Rng& rng, const DrawRange& range) {
  if (rng.below(2) == 0) {
    arithmetic::Operands digits = arithmetic::alike(rng, range.max_digits);
    return of({token::agree}, {std::move(digits.a), std::move(digits.b)});
  }
  std::vector<Tokens> rests(2, Tokens(rng.below(6), kPart));
  if (rng.below(2) == 0) rests[1].resize(rng.below(6), kPart);
  return of({token::agree}, std::move(rests), 0.8);
}

Scene order(Rng& rng) {
  std::vector<Tokens> rests = {Tokens(rng.below(5), kPart), Tokens(rng.below(5), kPart)};
  return of({token::order}, std::move(rests), 0.75);
}

Scene below(Rng& rng, const DrawRange& range) {
  arithmetic::Operands digits = arithmetic::alike(rng, range.max_digits);
  if (rng.below(4) == 0) digits.b = raw_digits(rng, range.max_digits);
  return of({token::below, truth(rng)}, {std::move(digits.a), std::move(digits.b)});
}

// Sums.

arithmetic::Operands summands(Rng& rng, const DrawRange& range, bool carry) {
  if (rng.below(2) == 0) return arithmetic::carrying(rng, range.max_digits, carry);
  return {digits(rng, range.max_digits), digits(rng, range.max_digits)};
}

Scene add(Rng& rng, const DrawRange& range) {
  const std::uint32_t kind = rng.below(10);
  if (kind < 7) {
    const auto [a, b] = summands(rng, range, false);
    const Token of_both = sign(rng);
    return of({token::add}, {signed_digits(of_both, a), signed_digits(of_both, b)});
  }
  if (kind == 9) return of({token::add}, two_sequences(rng));
  return of({token::add}, mixed(rng, range));
}

Scene add_on(Rng& rng, const DrawRange& range) {
  const auto carry = static_cast<Token>(rng.below(2));
  arithmetic::Operands rests = summands(rng, range, carry != 0);
  if (rng.below(4) == 0) rests = {raw_digits(rng, range.max_digits), raw_digits(rng, range.max_digits)};
  return of({token::add_on, carry}, {std::move(rests.a), std::move(rests.b)});
}

/// a and b to subtract; half of the differences are short.
arithmetic::Operands subtrahends(Rng& rng, std::size_t max) {
  const std::uint32_t kind = rng.below(8);
  arithmetic::Operands out;
  if (kind < 3) {
    out = arithmetic::borrowing(rng, max, false);
  } else if (kind < 5) {
    out = arithmetic::alike(rng, max);
  } else {
    out = {digits(rng, max), digits(rng, max)};
    // A counter that goes down.
    if (kind == 7) out.b = {static_cast<Token>(rng.between(1, 2))};
  }
  out.a = arithmetic::short_form(std::move(out.a));
  out.b = arithmetic::short_form(std::move(out.b));
  if (out.a.size() < out.b.size() && rng.below(2) == 0) std::swap(out.a, out.b);
  return out;
}

Scene sub(Rng& rng, const DrawRange& range) {
  if (rng.below(10) > 6) return of({token::sub}, mixed(rng, range));
  const auto [a, b] = subtrahends(rng, rng.below(4) == 0 ? range.max_digits : kWideColumns);
  const Token of_both = rng.below(8) == 0 ? token::minus : token::plus;
  return of({token::sub}, {signed_digits(of_both, a), signed_digits(of_both, b)});
}

Scene far(Rng& rng, const DrawRange& range) {
  const auto [a, b] = subtrahends(rng, range.max_digits);
  return of({token::far}, {signed_digits(token::plus, a), signed_digits(token::plus, b)});
}

Scene sub_on(Rng& rng, const DrawRange& range) {
  auto borrow = static_cast<Token>(rng.below(2));
  arithmetic::Operands rests;
  const std::uint32_t kind = rng.below(8);
  if (kind < 3) {
    rests = arithmetic::borrowing(rng, range.max_digits, borrow != 0);
  } else if (kind < 5) {
    rests = arithmetic::alike(rng, range.max_digits);
  } else {
    rests = {raw_digits(rng, range.max_digits), raw_digits(rng, range.max_digits)};
  }
  // The smaller number is subtracted, and from an equal one no borrow.
  const auto digit = [](const Tokens& tokens, std::size_t i) { return i < tokens.size() ? tokens[i] : 0; };
  std::size_t highest = std::max(rests.a.size(), rests.b.size());
  while (highest > 0 && digit(rests.a, highest - 1) == digit(rests.b, highest - 1)) --highest;
  if (highest == 0) {
    borrow = 0;
  } else if (digit(rests.a, highest - 1) < digit(rests.b, highest - 1)) {
    std::swap(rests.a, rests.b);
  }
  return of({token::sub_on, borrow}, {std::move(rests.a), std::move(rests.b)});
}

/// Digits with the highest first, often behind zeros.
Tokens top_first(Rng& rng, const DrawRange& range) {
  Tokens out = rng.below(10) == 0 ? Tokens{} : digits(rng, range.max_digits);
  std::reverse(out.begin(), out.end());
  if (rng.below(2) == 0) out.insert(out.begin(), rng.between(1, kColumns + 2), 0);
  return out;
}

Scene reverse(Rng& rng, const DrawRange& range) {
  Tokens from = raw_digits(rng, range.max_digits);
  if (rng.below(4) == 0) {
    for (Token& digit : from) digit = rng.below(2) == 0 ? 0 : digit;
  }
  Scene out = of({token::rev}, {std::move(from)});
  if (rng.below(2) == 0) out.prompt.push_back(token::out);
  return out;
}

/// A value for a function of one number.
Scene one_number(Token head, Rng& rng, const DrawRange& range) {
  const std::uint32_t kind = rng.below(8);
  if (kind == 0) return of({head}, {{truth(rng)}});
  if (kind == 1) return of({head}, {no_number(rng)});
  Tokens value = number(rng, range.max_digits);
  if (kind < 4) value = {token::plus, 0};
  if (kind == 3) value = tokens_of(token::plus, 0, digits(rng, 3));
  if (value.size() > 2 && value.back() == 0) value.back() = 1;
  return of({head}, {std::move(value)});
}

// Products and quotients.

Tokens short_number(Rng& rng, Token sign) {
  return rng.below(2) == 0 ? signed_digits(sign, {static_cast<Token>(rng.below(10))}) : number(rng, sign, 3);
}

Scene mul(Rng& rng, const DrawRange& range) {
  if (rng.below(4) == 0) return of({token::mul}, mixed(rng, range));
  const Token of_both = sign(rng);
  return of({token::mul}, {short_number(rng, of_both), short_number(rng, of_both)});
}

Scene repeat(Rng& rng) {
  Tokens times = rng.below(4) == 0 ? Tokens{truth(rng)} : number(rng, 2);
  return of({token::repeat}, {sequence(rng, 2), std::move(times)});
}

Scene scale(Rng& rng, const DrawRange& range) {
  const std::uint32_t d = rng.below(10);
  return of({token::scale, static_cast<Token>(d), static_cast<Token>(d == 0 ? 0 : rng.below(d))},
            {raw_digits(rng, range.max_digits)});
}

Scene mac(Rng& rng, const DrawRange& range) {
  const std::uint32_t d = rng.below(10);
  return of({token::mac, static_cast<Token>(d), static_cast<Token>(rng.below(d + 1))},
            {raw_digits(rng, range.max_digits), raw_digits(rng, range.max_digits)});
}

Scene times(Rng& rng, const DrawRange& range) {
  std::vector<Tokens> streams = {raw_digits(rng, 3), digits(rng, 3)};
  if (rng.below(4) != 0) {
    streams.push_back(digits(rng, range.max_digits));
  } else if (streams[0].empty()) {
    streams[0] = digits(rng, 3);
  }
  return of({token::times}, std::move(streams));
}

Scene divide(Token head, Rng& rng, const DrawRange& range) {
  if (rng.below(4) == 0) {
    std::vector<Tokens> streams = mixed(rng, range);
    if (rng.below(6) == 0) streams[1] = {token::plus, 0};
    return of({head}, std::move(streams));
  }
  const Token of_both = sign(rng);
  return of({head}, {short_number(rng, of_both), short_number(rng, of_both)});
}

Scene by_digit(Token head, Rng& rng, const DrawRange& range) {
  const std::uint32_t by = rng.between(1, 9);
  Tokens digits = raw_digits(rng, range.max_digits);
  return of({head, static_cast<Token>(rng.below(by)), static_cast<Token>(by)}, {std::move(digits)});
}

Scene divide_long(Rng& rng) {
  Tokens left = raw_digits(rng, 3);
  if (rng.below(4) == 0) left.clear();
  return of({token::long_, static_cast<Token>(rng.below(2))}, {std::move(left), number(rng, 2), number(rng, 2)});
}

Scene fit(Rng& rng) {
  const std::uint32_t c = rng.below(10);
  return of({token::fit, static_cast<Token>(c)}, {number(rng, 2), number(rng, 2)}, c == 9 ? 1.0 : 0.5);
}

Scene cons(Rng& rng, const DrawRange& range) {
  const auto d = static_cast<Token>(rng.below(10));
  if (rng.below(3) == 0) return of({token::cons, d}, {});
  return of({token::cons, d},
            {rng.below(4) == 0 ? Tokens{token::plus, 0} : number(rng, token::plus, range.max_digits)});
}

// Sequences.

Scene walk(Rng& rng) {
  const std::uint32_t p = rng.below(3) == 0 ? rng.below(10) : rng.below(2);
  Tokens counts = rng.below(6) == 0 ? Tokens{} : digits(rng, 2);
  Tokens items(rng.below(12), kPart);
  Scene out = of({token::walk, static_cast<Token>(p)}, {std::move(items), std::move(counts)}, 0.9);
  if (rng.below(2) == 0) out.prompt.push_back(token::out);
  return out;
}

Scene pass(Rng& rng) {
  const std::uint32_t p = rng.below(3) == 0 ? rng.between(1, 9) : 1;
  Tokens items(rng.below(2) == 0 ? 10 : rng.below(13), kPart);
  Scene out = of({token::pass, static_cast<Token>(p)}, {std::move(items)}, 0.9);
  if (rng.below(2) == 0) out.prompt.push_back(token::out);
  return out;
}

Scene at_place(Token head, Rng& rng) {
  Tokens items = rng.below(8) == 0 ? value(rng, 2) : sequence(rng, 3);
  Tokens place = rng.below(8) == 0 ? value(rng, 2) : number(rng, 2);
  return of({head}, {std::move(items), std::move(place)}, 0.7);
}

Scene one_sequence(Token head, Rng& rng) {
  return of({head}, {rng.below(4) == 0 ? value(rng, 2) : sequence(rng, 3)});
}

/// The number of a character: mostly that of a digit or a sign, or one that is easily taken for it.
Tokens character(Rng& rng) {
  const std::uint32_t kind = rng.below(10);
  if (kind < 6) return tokens_of(token::plus, digits_of(48 + rng.below(10)));
  if (kind < 8) return tokens_of(token::plus, digits_of(40 + rng.below(20)));
  if (kind == 8) return tokens_of(token::plus, digits_of(rng.below(130)));
  return tokens_of(token::plus, digits_of(rng.below(1000)));
}

Scene of_text(Tokens prompt, bool tagged, Rng& rng) {
  Tokens items(rng.below(4), kPart);
  if (tagged) items.insert(items.begin(), token::text);
  Scene out = of(std::move(prompt), {std::move(items)});
  out.part = character;
  return out;
}

Scene count(Rng& rng) {
  Tokens items(rng.below(2) == 0 ? rng.below(11) : rng.between(8, 13), kPart);
  return of({token::count}, {std::move(items), number(rng, token::plus, 3)});
}

}  // namespace
}  // namespace draw

Scene draw_scene(Token head, Rng& rng, const DrawRange& range) {
  using namespace draw;
  switch (head) {
    case token::eval:
      return of({head}, {expression(rng)});
    case token::items:
      return of({head}, {operands(rng, rng.below(6), 6)});
    case token::truth:
    case token::neg:
    case token::abs:
      return one_number(head, rng, range);
    case token::to_int:
      return rng.below(2) == 0 ? of_text({head}, true, rng) : one_number(head, rng, range);
    case token::to_text:
      return one_number(head, rng, range);
    case token::spell:
      return of({head}, {digits_or_nothing(rng, 5)});
    case token::parse:
      return of_text({head, truth(rng)}, false, rng);
    case token::same:
    case token::less:
      return compare(head, rng, range);
    case token::agree:
      return agree(rng, range);
    case token::below:
      return below(rng, range);
    case token::order:
      return order(rng);
    case token::add:
      return add(rng, range);
    case token::add_on:
      return add_on(rng, range);
    case token::sub:
      return sub(rng, range);
    case token::sub_on:
      return sub_on(rng, range);
    case token::far:
      return far(rng, range);
    case token::digits:
      return of({head}, {value(rng, 3)});
    case token::strip:
      return of({head, sign(rng)}, {top_first(rng, range)});
    case token::rev:
      return reverse(rng, range);
    case token::mul:
      return mul(rng, range);
    case token::scale:
      return scale(rng, range);
    case token::times:
      return times(rng, range);
    case token::mac:
      return mac(rng, range);
    case token::repeat:
      return repeat(rng);
    case token::tile:
      return of({head}, {Tokens(rng.below(3), kPart), number(rng, token::plus, 2)});
    case token::div:
    case token::mod:
      return divide(head, rng, range);
    case token::quo:
    case token::res:
      return by_digit(head, rng, range);
    case token::long_:
      return divide_long(rng);
    case token::fit:
      return fit(rng);
    case token::cons:
      return cons(rng, range);
    case token::index:
    case token::after:
    case token::up_to:
      return at_place(head, rng);
    case token::walk:
      return walk(rng);
    case token::pass:
      return pass(rng);
    case token::count:
      return count(rng);
    default:
      return one_sequence(head, rng);
  }
}

}  // namespace trm::tasks::interpreter
