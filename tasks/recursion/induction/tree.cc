#include "tasks/recursion/induction/tree.h"

#include <utility>

namespace trm::tasks::induction {
namespace {

constexpr unsigned kDeepest = 16;  ///< nested parentheses, so that no text exhausts the stack
constexpr std::size_t kMostDigits = 18;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_name(char c) {
  return c == 'S' || c == 'D' || c == 'R';
}

Tree variable(Tree::Kind kind) {
  Tree out;
  out.kind = kind;
  return out;
}

/// What is alone in a sum or product is itself.
Tree joined(Tree::Kind kind, std::vector<Tree> parts, std::vector<bool> flipped) {
  if (parts.size() == 1 && !flipped[0]) return std::move(parts[0]);
  Tree out;
  out.kind = kind;
  out.parts = std::move(parts);
  out.flipped = std::move(flipped);
  return out;
}

}  // namespace

Tree number_tree(std::int64_t value) {
  Tree out;
  out.number = value;
  return out;
}

bool Reader::eat(std::string_view literal) {
  if (text_.substr(at_, literal.size()) != literal) return false;
  at_ += literal.size();
  return true;
}

std::optional<std::int64_t> Reader::number() {
  const std::size_t begin = at_;
  std::int64_t value = 0;
  while (is_digit(next()) && at_ - begin < kMostDigits) value = value * 10 + (text_[at_++] - '0');
  if (at_ == begin || is_digit(next()) || (at_ - begin > 1 && text_[begin] == '0')) return std::nullopt;
  return value;
}

std::optional<Tree> Reader::expression() {
  std::vector<Tree> parts;
  std::vector<bool> flipped;
  bool minus = eat("-");
  do {
    std::optional<Tree> part = term();
    if (!part) return std::nullopt;
    parts.push_back(*std::move(part));
    flipped.push_back(minus);
    minus = eat(" - ");
  } while (minus || eat(" + "));
  return joined(Tree::Kind::sum, std::move(parts), std::move(flipped));
}

std::optional<Tree> Reader::term() {
  std::vector<Tree> parts;
  std::vector<bool> flipped;
  for (bool divided = false;;) {
    std::optional<Tree> part = factor();
    if (!part) return std::nullopt;
    parts.push_back(*std::move(part));
    flipped.push_back(divided);
    divided = eat("/");
    const char c = next();
    const bool implicit = c == '(' || c == 'k' || c == 'n' || c == 'm' || c == 'g' || is_name(c);
    if (!divided && !eat("*") && !implicit) break;
  }
  return joined(Tree::Kind::product, std::move(parts), std::move(flipped));
}

std::optional<Tree> Reader::factor() {
  std::optional<Tree> base = atom();
  if (!base || !eat("^")) return base;
  std::optional<Tree> exponent = atom();
  if (!exponent) return std::nullopt;
  Tree out = variable(Tree::Kind::power);
  out.parts.push_back(*std::move(base));
  out.parts.push_back(*std::move(exponent));
  return out;
}

std::optional<Tree> Reader::atom() {
  if (eat("k") || eat("n")) return variable(Tree::Kind::k);
  if (eat("m")) return variable(Tree::Kind::m);
  if (eat("g")) return variable(Tree::Kind::g);
  const char name = next();
  if (is_name(name)) ++at_;
  if (!eat("(")) {
    const std::optional<std::int64_t> value = is_name(name) ? std::nullopt : number();
    if (!value) return std::nullopt;
    return number_tree(*value);
  }
  if (++depth_ > kDeepest) return std::nullopt;
  std::optional<Tree> inside = expression();
  --depth_;
  if (!inside || !eat(")")) return std::nullopt;
  if (!is_name(name)) return inside;
  Tree out = variable(Tree::Kind::name);
  out.name = name;
  out.parts.push_back(*std::move(inside));
  return out;
}

}  // namespace trm::tasks::induction
