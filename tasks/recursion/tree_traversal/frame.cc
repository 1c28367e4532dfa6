#include <array>

#include "tasks/frames/draw.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/tree_traversal/tree.h"
#include "tasks/recursion/tree_traversal/tree_traversal.h"

namespace trm::tasks::tree_traversal {
namespace {

using enum Argument;
constexpr std::array kTreeToOutput = {stream, output};
constexpr std::array kTreeAlone = {stream};
constexpr std::array kLevelOfTree = {counter, stream, output};

/// A tree may be a single chain.
constexpr Range kHeights = {"height", 0, kMaxNodes};
constexpr std::array<Range, 1> kLevels = {{{"level", 0, kMaxNodes}}};

/// READ the root's label; nothing for an empty tree.
std::optional<Token> read_root(FrameWriter& f) {
  const Token token = f.read();
  if (token == token::empty) return std::nullopt;
  if (!token::is_digit(token)) f.fail("a tree holds " + to_text(std::span(&token, 1)));
  return token;
}

/// Pre-, in- and postorder: the root before, between or behind its subtrees.
template <Token head, std::size_t subtrees_before>
void write_order(FrameWriter& f) {
  const std::optional<Token> root = read_root(f);
  for (std::size_t i = 0; root && i < 3; ++i) {
    if (i == subtrees_before) {
      f.emit(*root);
    } else {
      f.call_nothing(head, token::x, token::comma, token::out);
    }
  }
  f.ret();
}

void write_height(FrameWriter& f) {
  if (!read_root(f)) return f.ret(Token{0});
  const Digits left = f.call_number(token::height, token::x), right = f.call_number(token::height, token::x);
  f.ret(digits_of(1 + counter_of(f.less(left, right) ? right : left)));
}

void write_total(FrameWriter& f) {
  const std::optional<Token> root = read_root(f);
  if (!root) return f.ret(Token{0});
  const Digits left = f.call_number(token::total, token::x), right = f.call_number(token::total, token::x);
  const Digits both = f.call_number(token::plus, left, token::comma, right);
  f.ret(f.call_number(token::plus, *root, token::comma, both));
}

void write_skip(FrameWriter& f) {
  if (read_root(f)) {
    for (int side = 0; side < 2; ++side) f.call_nothing(token::skip, token::x);
  }
  f.ret();
}

/// AT k , X , O: emits the labels k steps below the root; YES if there are any.
void write_at(FrameWriter& f) {
  const std::span<const Token> k = f.number(0);
  const std::optional<Token> root = read_root(f);
  if (!root) return f.ret(token::no);
  if (is_zero(k)) {
    f.emit(*root);
    for (int side = 0; side < 2; ++side) f.call_nothing(token::skip, token::x);
    return f.ret(token::yes);
  }
  bool any = false;
  const Digits below = predecessor(k);
  for (int side = 0; side < 2; ++side) {
    any |= f.call_flag(token::at, below, token::comma, token::x, token::comma, token::out);
  }
  f.ret(any ? token::yes : token::no);
}

/// LEVEL k , X , O: emits the labels from level k on.
void write_level(FrameWriter& f) {
  const std::span<const Token> k = f.number(0);
  const Digits next = digits_of(counter_of(k) + 1);
  if (f.call_flag(token::at, k, token::comma, token::fresh, token::x, token::comma, token::out)) {
    f.call_nothing(token::level, next, token::comma, token::x, token::comma, token::out);
  }
  f.ret();
}

/// A root or an empty tree: frames read no further themselves.
Tokens random_root(Rng& rng) {
  return {rng.below(3) == 0 ? token::empty : static_cast<Token>(rng.below(10))};
}

template <Token head>
Question draw_order(Rng& rng, const DrawRange&) {
  return {{head, token::x, token::comma, token::out}, {random_root(rng)}};
}

template <Token head>
Question draw_alone(Rng& rng, const DrawRange&) {
  return {{head, token::x}, {random_root(rng)}};
}

template <Token head>
Question draw_level(Rng& rng, const DrawRange&) {
  return {tokens_of(head, random_counter(rng, kLevels[0].most), token::comma, token::x, token::comma, token::out),
          {random_root(rng)}};
}

Tokens height_value(Rng& rng, std::span<const Token>) {
  return random_counter(rng, kHeights.most);
}

}  // namespace

const Function kPreorder = {token::pre, kTreeToOutput, write_order<token::pre, 0>, draw_order<token::pre>, nothing};
const Function kInorder = {token::in, kTreeToOutput, write_order<token::in, 1>, draw_order<token::in>, nothing};
const Function kPostorder = {token::post, kTreeToOutput, write_order<token::post, 2>, draw_order<token::post>, nothing};
const Function kLevelOrder = {token::level, kLevelOfTree, write_level, draw_level<token::level>, nothing, kLevels};
const Function kAtLevel = {token::at, kLevelOfTree, write_at, draw_level<token::at>, yes_or_no, kLevels};
const Function kSkip = {token::skip, kTreeAlone, write_skip, draw_alone<token::skip>, nothing};
const Function kHeight = {token::height, kTreeAlone, write_height, draw_alone<token::height>,
                          height_value,  {},         kHeights};
const Function kTotal = {token::total, kTreeAlone, write_total, draw_alone<token::total>, short_number};

}  // namespace trm::tasks::tree_traversal
