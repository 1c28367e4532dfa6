#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "tasks/frames/draw.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/multi_step_qa/multi_step_qa.h"
#include "tasks/recursion/multi_step_qa/reader.h"

namespace trm::tasks::multi_step_qa {
namespace {

using enum Argument;
constexpr std::array kRelationNumberStory = {relation, counter, stream};
constexpr std::array kPathNumberStory = {path, counter, stream};
constexpr std::array kNumberStory = {counter, stream};
constexpr std::array kRelationNumbersStory = {relation, counter, counter, stream};

/// Stories have no more names than a number of two digits tells.
constexpr std::size_t kMostDigits = 2;
constexpr Range kNames = {"name", 0, 99};
constexpr std::array<Range, 1> kOneName = {kNames};
constexpr std::array<Range, 2> kTwoNames = {kNames, kNames};

bool is_name(std::span<const Token> tokens) {
  return is_number(tokens) && tokens.size() <= kMostDigits;
}

/// READs a number of the story up to its ;
Digits read_name(FrameWriter& f) {
  Digits out;
  Token token = f.read();
  for (; token::is_digit(token); token = f.read()) out.push_back(token);
  if (token != token::stop || !is_name(out)) f.fail("a fact holds something that is not a number");
  return out;
}

/// Which number of a fact the relation is said of: 0, 1, or nothing if the fact says something else.
std::optional<std::size_t> said_of(Token wanted, Token form) {
  if (wanted == token::parent_of) {
    if (form == token::mother_of || form == token::father_of) return 0;
    if (form == token::turned(token::mother_of) || form == token::turned(token::father_of)) return 1;
    return std::nullopt;
  }
  if (form == wanted) return 0;
  if (form == token::turned(wanted)) return 1;
  return std::nullopt;
}

void write_find(FrameWriter& f) {
  const Token wanted = f.symbol(0);
  const std::span<const Token> a = f.number(1);
  const Token form = f.read();
  if (form == token::eos) return f.ret(token::empty);
  if (!token::is_form(form)) f.fail("a story holds " + to_text(std::span(&form, 1)));
  if (f.failed()) return;
  const std::optional<std::size_t> place = said_of(wanted, form);
  f.note(place ? static_cast<Token>(*place + 1) : token::empty);
  const std::array both = {read_name(f), read_name(f)};
  if (f.failed()) return;
  if (place && f.call_flag(token::same, both[*place], token::comma, a)) return f.ret(both[1 - *place]);
  f.ret(f.call(token::find, wanted, token::comma, a, token::comma, token::x));
}

/// A call that returns a number, or . for nobody.
template <class... Parts>
std::optional<Digits> call_name(FrameWriter& f, const Parts&... parts) {
  Tokens value = f.call(parts...);
  if (value.size() == 1 && value[0] == token::empty) return std::nullopt;
  if (!is_name(value)) f.fail("\"" + to_text(value) + "\" is no number of a name");
  if (f.failed()) return Digits{0};
  return value;
}

void write_who(FrameWriter& f) {
  constexpr std::array steps = {token::parent_of, token::mother_of, token::father_of};
  const std::span<const Token> path = f.number(0), a = f.number(1);
  const Token step = steps[static_cast<std::size_t>(path[0])];
  const std::optional<Digits> above = call_name(f, token::find, step, token::comma, a, token::comma, token::x);
  if (!above) return f.ret(token::empty);
  if (path.size() == 1) return f.ret(*above);
  const std::optional<Digits> found =
      call_name(f, token::who, path.subspan(1), token::comma, *above, token::comma, token::fresh, token::x);
  if (found) return f.ret(*found);
  f.ret(f.call(token::who, path, token::comma, a, token::comma, token::x));  // the other parent
}

void write_room(FrameWriter& f) {
  const std::span<const Token> a = f.number(0);
  const std::optional<Digits> around =
      call_name(f, token::find, token::inside, token::comma, a, token::comma, token::x);
  if (!around) return f.ret(a);
  f.ret(f.call(token::room, *around, token::comma, token::fresh, token::x));
}

void write_link(FrameWriter& f) {
  const Token r = f.symbol(0);
  const std::span<const Token> a = f.number(1), b = f.number(2);
  const std::optional<Digits> next = call_name(f, token::find, r, token::comma, a, token::comma, token::x);
  if (!next) return f.ret(token::no);
  if (f.call_flag(token::same, *next, token::comma, b)) return f.ret(token::yes);
  if (f.call_flag(token::link, r, token::comma, *next, token::comma, b, token::comma, token::fresh, token::x)) {
    return f.ret(token::yes);
  }
  const bool other = f.call_flag(token::link, r, token::comma, a, token::comma, b, token::comma, token::x);
  f.ret(other ? token::yes : token::no);
}

// No frame holds a story, which makes the canonical form of an item: nothing has to be kept out of training.

Digits random_name(Rng& rng) {
  return digits_of(rng.below(rng.below(2) == 0 ? 10 : kNames.most + 1));
}

Token random_relation(Rng& rng) {
  return token::first_form + static_cast<Token>(rng.below(token::last_form - token::first_form + 2));
}

/// A fact that says the relation, one way or the other, or anything else.
Token random_form(Rng& rng, Token wanted) {
  if (rng.below(4) == 0)
    return token::first_form + static_cast<Token>(rng.below(token::last_form - token::first_form + 1));
  if (wanted == token::parent_of) wanted = rng.below(2) == 0 ? token::mother_of : token::father_of;
  return rng.below(2) == 0 ? wanted : token::turned(wanted);
}

Question draw_find(Rng& rng, const DrawRange&) {
  const Token wanted = random_relation(rng);
  const Digits a = random_name(rng);
  Tokens story;
  if (rng.below(12) != 0) {
    std::array numbers = {number_beside(rng, a, kMostDigits), random_name(rng)};
    if (rng.below(2) == 0) std::swap(numbers[0], numbers[1]);
    story = tokens_of(random_form(rng, wanted), numbers[0], token::stop, numbers[1], token::stop);
  }
  return {tokens_of(token::find, wanted, token::comma, a, token::comma, token::x), {std::move(story)}};
}

/// "great-grandmother", mothers and fathers, or any mixture.
Tokens random_path(Rng& rng) {
  Tokens out(random_length(rng, kMostSteps));
  const std::uint32_t kind = rng.below(5);
  for (Token& step : out) step = static_cast<Token>(kind < 2 ? 0 : kind < 4 ? rng.between(1, 2) : rng.below(3));
  if (kind < 2) out.back() = static_cast<Token>(rng.between(1, 2));
  return out;
}

Question draw_who(Rng& rng, const DrawRange&) {
  const Digits a = random_name(rng);
  return {tokens_of(token::who, random_path(rng), token::comma, a, token::comma, token::x), {{}}};
}

Question draw_room(Rng& rng, const DrawRange&) {
  return {tokens_of(token::room, random_name(rng), token::comma, token::x), {{}}};
}

Question draw_link(Rng& rng, const DrawRange&) {
  const Digits a = random_name(rng), b = random_name(rng);
  return {tokens_of(token::link, random_relation(rng), token::comma, a, token::comma, b, token::comma, token::x), {{}}};
}

Tokens name(Rng& rng, std::span<const Token>) {
  return random_name(rng);
}

Tokens name_or_nobody(Rng& rng, std::span<const Token>) {
  return rng.below(3) == 0 ? Tokens{token::empty} : random_name(rng);
}

}  // namespace

const Function kFind = {token::find, kRelationNumberStory, write_find, draw_find, name_or_nobody, kOneName, kNames,
                        kNames};
const Function kWho = {token::who, kPathNumberStory, write_who, draw_who, name_or_nobody, kOneName, kNames};
const Function kRoomOf = {token::room, kNumberStory, write_room, draw_room, name, kOneName, kNames};
const Function kLink = {token::link, kRelationNumbersStory, write_link, draw_link, yes_or_no, kTwoNames};

}  // namespace trm::tasks::multi_step_qa
