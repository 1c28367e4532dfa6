#include "tasks/induction/reader.h"

namespace trm::tasks::induction {
namespace {

constexpr unsigned deepest = 16;  ///< nested parentheses, so that no text exhausts the stack
constexpr std::size_t most_digits = 18;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_name(char c) {
  return c == 'S' || c == 'D' || c == 'R';
}

Form variable(const Monomial& monomial) {
  return {{monomial, Rational{1, 1}}};
}

}  // namespace

bool Reader::eat(std::string_view literal) {
  if (text_.substr(at_, literal.size()) != literal) return false;
  at_ += literal.size();
  return true;
}

std::optional<std::int64_t> Reader::number() {
  const std::size_t begin = at_;
  std::int64_t value = 0;
  while (is_digit(next()) && at_ - begin < most_digits) value = value * 10 + (text_[at_++] - '0');
  if (at_ == begin || is_digit(next()) || (at_ - begin > 1 && text_[begin] == '0')) return std::nullopt;
  return value;
}

MaybeForm Reader::expression() {
  const bool negative = eat("-");
  MaybeForm out = term();
  if (out && negative) out = difference({}, *out);
  while (out) {
    const bool minus = eat(" - ");
    if (!minus && !eat(" + ")) break;
    const MaybeForm right = term();
    if (!right) return std::nullopt;
    out = minus ? difference(*out, *right) : sum(*out, *right);
  }
  return out;
}

MaybeForm Reader::term() {
  MaybeForm out = factor();
  while (out) {
    const bool divided = eat("/");
    const char c = next();
    const bool implicit = c == '(' || c == 'k' || c == 'n' || c == 'm' || c == 'g' || is_name(c);
    if (!divided && !eat("*") && !implicit) break;
    const MaybeForm right = factor();
    if (!right) return std::nullopt;
    out = divided ? quotient(*out, *right) : product(*out, *right);
  }
  return out;
}

MaybeForm Reader::factor() {
  MaybeForm base = atom();
  if (!base || !eat("^")) return base;
  const MaybeForm exponent = atom();
  if (!exponent) return std::nullopt;
  return power(*base, *exponent);
}

MaybeForm Reader::atom() {
  if (eat("k") || eat("n")) return variable({1, 0, 0, 1});
  if (eat("m")) return variable({0, 1, 0, 1});
  if (eat("g")) return variable({0, 0, 1, 1});
  const char name = next();
  if (is_name(name)) ++at_;
  if (!eat("(")) {
    const std::optional<std::int64_t> value = is_name(name) ? std::nullopt : number();
    if (!value) return std::nullopt;
    return constant(*value);
  }
  if (++depth_ > deepest) return std::nullopt;
  MaybeForm inside = expression();
  --depth_;
  if (!inside || !eat(")")) return std::nullopt;
  if (!is_name(name)) return inside;
  if (*inside == variable({1, 0, 0, 1})) {
    const auto found = names_->of_k.find(name);
    return found == names_->of_k.end() ? std::nullopt : MaybeForm(found->second);
  }
  const std::optional<std::int64_t> index = integer_of(*inside);
  if (!index) return std::nullopt;
  const auto found = names_->of_number.find({name, *index});
  return found == names_->of_number.end() ? std::nullopt : MaybeForm(found->second);
}

}  // namespace trm::tasks::induction
