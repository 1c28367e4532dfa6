#include "tasks/library/proof/expression.h"

#include <algorithm>
#include <utility>

namespace trm::tasks::library::proof {
namespace {

using Kind = Expr::Kind;

constexpr unsigned kDeepestExpr = 30;
constexpr std::int64_t kLargestLinear = 1'000'000'000;
constexpr std::size_t kMostNumberDigits = 15;
constexpr std::size_t kMostNodes = 400;  ///< of a formula

Expr made_expr(Kind kind, std::vector<Expr> parts, std::vector<bool> flipped = {}) {
  Expr out;
  out.kind = kind;
  out.parts = std::move(parts);
  out.flipped = std::move(flipped);
  return out;
}

Expr joined_expr(Kind kind, std::vector<Expr> parts, std::vector<bool> flipped) {
  if (parts.size() == 1 && !flipped[0]) return std::move(parts[0]);
  return made_expr(kind, std::move(parts), std::move(flipped));
}

/// A recursive descent over the tokens of one formula.
class FormulaReader {
 public:
  FormulaReader(std::span<const Token> tokens, const Letters& letters, std::string& why)
      : tokens_(tokens), letters_(letters), why_(why) {}

  std::optional<Chain> chain() {
    Chain out;
    out.goes_on = at_relation();
    if (!out.goes_on) {
      std::optional<Expr> first = expression();
      if (!first) return std::nullopt;
      out.parts.push_back(*std::move(first));
    }
    while (at_relation()) {
      out.relations.push_back(tokens_[at_++].text);
      std::optional<Expr> next = expression();
      if (!next) return std::nullopt;
      out.parts.push_back(*std::move(next));
    }
    if (at_ < tokens_.size()) return fail("\"" + tokens_[at_].text + "\" does not fit there"), std::nullopt;
    return out;
  }

 private:
  std::nullopt_t fail(std::string why) {
    if (why_.empty()) why_ = std::move(why);
    return std::nullopt;
  }
  [[nodiscard]] bool at_relation() const { return at_ < tokens_.size() && tokens_[at_].kind == Token::Kind::relation; }
  [[nodiscard]] bool next_is(std::string_view sign) const {
    return at_ < tokens_.size() && tokens_[at_].is(Token::Kind::sign, sign);
  }
  bool eat(std::string_view sign) {
    if (!next_is(sign)) return false;
    ++at_;
    return true;
  }

  std::optional<Expr> expression() {
    std::vector<Expr> parts;
    std::vector<bool> flipped;
    std::optional<std::size_t> dots;
    bool minus = eat("-");
    if (!minus) eat("+");
    for (;;) {
      if (next_is("...") && !parts.empty() && !minus && !dots) {
        ++at_;
        dots = parts.size();
        if (!eat("+")) return fail("behind \"...\" the last term is missing, as in 1 + 2 + ... + n");
        continue;
      }
      std::optional<Expr> part = term();
      if (!part) return std::nullopt;
      parts.push_back(*std::move(part));
      flipped.push_back(minus);
      minus = next_is("-");
      if (!minus && !next_is("+")) break;
      ++at_;
    }
    if (!dots) return joined_expr(Kind::sum, std::move(parts), std::move(flipped));
    if (*dots >= parts.size()) return fail("behind \"...\" the last term is missing, as in 1 + 2 + ... + n");
    if (std::any_of(flipped.begin(), flipped.begin() + static_cast<std::ptrdiff_t>(*dots) + 1,
                    [](bool f) { return f; }))
      return fail("a sum with \"...\" whose terms are subtracted is not read: write (-1)^n in its term");
    Expr series = made_expr(Kind::series, {parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(*dots) + 1});
    series.name = "+";
    std::vector<Expr> rest = {std::move(series)};
    rest.insert(rest.end(), parts.begin() + static_cast<std::ptrdiff_t>(*dots) + 1, parts.end());
    std::vector<bool> signs = {false};
    signs.insert(signs.end(), flipped.begin() + static_cast<std::ptrdiff_t>(*dots) + 1, flipped.end());
    return joined_expr(Kind::sum, std::move(rest), std::move(signs));
  }

  [[nodiscard]] bool begins_factor() const {
    if (at_ >= tokens_.size()) return false;
    const Token& token = tokens_[at_];
    return token.kind == Token::Kind::letter || token.is(Token::Kind::sign, "(") ||
           (token.kind == Token::Kind::number && at_ > 0 && tokens_[at_ - 1].is(Token::Kind::sign, ")"));
  }

  std::optional<Expr> term() {
    std::vector<Expr> parts;
    std::vector<bool> flipped;
    std::optional<std::size_t> dots;
    for (bool divided = false;;) {
      std::optional<Expr> part = factor();
      if (!part) return std::nullopt;
      parts.push_back(*std::move(part));
      flipped.push_back(divided);
      // "1 * 2 * ... * n" and "(1 + 1/1)(1 + 1/2)...(1 + 1/n)", but not "... + 3 ... + n".
      const bool times_dots = next_is("*") && at_ + 1 < tokens_.size() && tokens_[at_ + 1].is(Token::Kind::sign, "...");
      const bool tight_dots =
          next_is("...") && at_ + 1 < tokens_.size() &&
          (tokens_[at_ + 1].is(Token::Kind::sign, "(") || tokens_[at_ + 1].is(Token::Kind::sign, "*"));
      if ((times_dots || tight_dots) && !dots) {
        at_ += times_dots ? 2 : 1;
        dots = parts.size();
        eat("*");
        divided = false;
        continue;
      }
      divided = eat("/");
      if (!divided && !eat("*") && !begins_factor()) break;
    }
    if (!dots) return joined_expr(Kind::product, std::move(parts), std::move(flipped));
    const auto end = static_cast<std::ptrdiff_t>(*dots) + 1;
    if (std::any_of(flipped.begin(), flipped.begin() + end, [](bool f) { return f; }))
      return fail("a product with \"...\" needs its factors in parentheses, as in (1 + 1/1)(1 + 1/2)...(1 + 1/n)");
    Expr series = made_expr(Kind::series, {parts.begin(), parts.begin() + end});
    series.name = "*";
    std::vector<Expr> rest = {std::move(series)};
    rest.insert(rest.end(), parts.begin() + end, parts.end());
    std::vector<bool> signs = {false};
    signs.insert(signs.end(), flipped.begin() + end, flipped.end());
    return joined_expr(Kind::product, std::move(rest), std::move(signs));
  }

  std::optional<Expr> factor() {
    std::optional<Expr> base = atom();
    while (base && eat("!")) base = made_expr(Kind::factorial, {*std::move(base)});
    if (!base || !eat("^")) return base;
    if (++depth_ > kDeepestExpr) return fail("powers stand too deep in one another");
    const bool minus = eat("-");
    std::optional<Expr> exponent = factor();
    --depth_;
    if (!exponent) return std::nullopt;
    if (minus) exponent = made_expr(Kind::sum, {*std::move(exponent)}, {true});
    return made_expr(Kind::power, {*std::move(base), *std::move(exponent)});
  }

  /// Behind "(".
  std::optional<Expr> inside() {
    if (++depth_ > kDeepestExpr) return fail("parentheses stand too deep in one another");
    std::optional<Expr> out = expression();
    --depth_;
    if (!out) return std::nullopt;
    if (!eat(")")) return fail("a parenthesis is not closed");
    return out;
  }

  std::optional<Expr> series_sign(bool product) {
    // "sum_{i=1}^{n} i^2"
    std::string variable;
    if (!eat("_") || !eat("(") || at_ + 1 >= tokens_.size() || tokens_[at_].kind != Token::Kind::letter)
      return fail("write sums as sum_{i=1}^{n} i^2");
    variable = tokens_[at_++].text;
    if (!tokens_[at_].is(Token::Kind::relation, "=")) return fail("write sums as sum_{i=1}^{n} i^2");
    ++at_;
    std::optional<Expr> lower = inside();
    if (!lower || !eat("^")) return fail("write sums as sum_{i=1}^{n} i^2");
    std::optional<Expr> upper = atom();
    if (!upper) return std::nullopt;
    const std::optional<Linear> from = linear_of(*lower);
    if (!from || from->slope != 0) return fail("a sum begins at a number, as in sum_{i=1}^{n} i^2");
    bound_.push_back(variable);
    std::optional<Expr> last = term();
    bound_.pop_back();
    if (!last) return std::nullopt;
    Expr out = made_expr(Kind::series, {with_symbol(*last, "#" + variable, *upper)});
    out.name = product ? "*" : "+";
    out.lower = from->offset;
    return out;
  }

  static Expr with_symbol(const Expr& tree, const std::string& symbol, const Expr& by) {
    if (tree.is(Kind::symbol) && tree.name == symbol) return by;
    Expr out = tree;
    for (Expr& part : out.parts) part = with_symbol(part, symbol, by);
    return out;
  }

  std::optional<Expr> atom() {
    if (++nodes_ > kMostNodes) return fail("the formula is too long");
    if (at_ >= tokens_.size()) return fail("something is missing at the end");
    const Token& token = tokens_[at_];
    if (eat("(")) return inside();
    if (token.kind == Token::Kind::number) {
      ++at_;
      if (token.text.size() > kMostNumberDigits)
        return fail("a number has more than " + std::to_string(kMostNumberDigits) + " digits");
      return number_expr(std::stoll(token.text));
    }
    if (token.kind != Token::Kind::letter) return fail("\"" + token.text + "\" does not fit there");
    ++at_;
    if (token.text == "sum" || token.text == "prod") return series_sign(token.text == "prod");
    if (token.text == "LHS" || token.text == "RHS") {
      Expr out = made_expr(Kind::side, {});
      out.name = token.text.substr(0, 1);
      return out;
    }
    const bool variable =
        std::find(letters_.variables.begin(), letters_.variables.end(), token.text) != letters_.variables.end();
    const bool bound = std::find(bound_.begin(), bound_.end(), token.text) != bound_.end();
    if (bound) {
      Expr out = made_expr(Kind::symbol, {});
      out.name = "#" + token.text;
      return out;
    }
    const bool named = !variable && at_ < tokens_.size() &&
                       (next_is("_") || (next_is("(") && tokens_[at_].tight && is_name_letter(token.text)));
    if (named) {
      std::optional<Expr> index = eat("_") ? atom() : (eat("("), inside());
      if (!index) return std::nullopt;
      Expr out = made_expr(Kind::name, {*std::move(index)});
      out.name = token.text;
      return out;
    }
    if (variable) return variable_expr();
    Expr out = made_expr(Kind::symbol, {});
    out.name = token.text;
    return out;
  }

  /// "m(k + 1)" is a product, "S(k + 1)" and "a(k + 1)" are not.
  static bool is_name_letter(const std::string& text) {
    const char c = text[0];
    return (c >= 'A' && c <= 'Z') || c == 'a' || c == 'b' || c == 'c' || c == 'f' || c == 's' || c == 'u' || c == 't';
  }

  std::span<const Token> tokens_;
  const Letters& letters_;
  std::string& why_;
  std::vector<std::string> bound_;
  std::size_t at_ = 0, nodes_ = 0;
  unsigned depth_ = 0;
};

}  // namespace

Expr number_expr(std::int64_t value) {
  Expr out;
  out.value = value;
  return out;
}

Expr variable_expr() {
  return made_expr(Kind::k, {});
}

Expr plus_expr(Expr left, Expr right, bool minus) {
  std::vector<Expr> parts;
  parts.reserve(2);
  parts.push_back(std::move(left));
  parts.push_back(std::move(right));
  return made_expr(Kind::sum, std::move(parts), {false, minus});
}

Expr times_expr(Expr left, Expr right) {
  if (left.is(Kind::number) && left.value == 1) return right;
  if (right.is(Kind::number) && right.value == 1) return left;
  std::vector<Expr> parts;
  parts.reserve(2);
  parts.push_back(std::move(left));
  parts.push_back(std::move(right));
  return made_expr(Kind::product, std::move(parts), {false, false});
}

std::optional<Linear> linear_of(const Expr& tree) {
  const auto small = [](const Linear& it) {
    return std::abs(it.slope) <= kLargestLinear && std::abs(it.offset) <= kLargestLinear;
  };
  Linear out;
  if (tree.is(Kind::number)) {
    out = {0, tree.value};
  } else if (tree.is(Kind::k)) {
    out = {1, 0};
  } else if (tree.is(Kind::sum)) {
    for (std::size_t i = 0; i < tree.parts.size(); ++i) {
      const std::optional<Linear> part = linear_of(tree.parts[i]);
      if (!part) return std::nullopt;
      out.slope += tree.flipped[i] ? -part->slope : part->slope;
      out.offset += tree.flipped[i] ? -part->offset : part->offset;
      if (!small(out)) return std::nullopt;
    }
  } else if (tree.is(Kind::product)) {
    out = {0, 1};
    for (std::size_t i = 0; i < tree.parts.size(); ++i) {
      const std::optional<Linear> part = linear_of(tree.parts[i]);
      if (!part || tree.flipped[i] || (part->slope != 0 && out.slope != 0)) return std::nullopt;
      out = {out.slope * part->offset + out.offset * part->slope, out.offset * part->offset};
      if (!small(out)) return std::nullopt;
    }
  } else {
    return std::nullopt;
  }
  return small(out) ? std::optional(out) : std::nullopt;
}

bool has_kind(const Expr& tree, Kind kind) {
  return tree.is(kind) ||
         std::any_of(tree.parts.begin(), tree.parts.end(), [kind](const Expr& part) { return has_kind(part, kind); });
}

Expr with_k(const Expr& tree, const Expr& by) {
  if (tree.is(Kind::k)) return by;
  Expr out = tree;
  for (Expr& part : out.parts) part = with_k(part, by);
  return out;
}

void collect_symbols(const Expr& tree, std::vector<std::string>& out) {
  if (tree.is(Kind::symbol) && std::find(out.begin(), out.end(), tree.name) == out.end()) out.push_back(tree.name);
  for (const Expr& part : tree.parts) collect_symbols(part, out);
}

std::string shape_text(const Expr& tree) {
  if (const std::optional<Linear> linear = linear_of(tree))
    return "[" + std::to_string(linear->slope) + " " + std::to_string(linear->offset) + "]";
  std::vector<std::string> parts;
  parts.reserve(tree.parts.size());
  for (std::size_t i = 0; i < tree.parts.size(); ++i)
    parts.push_back((i < tree.flipped.size() && tree.flipped[i] ? "~" : "") + shape_text(tree.parts[i]));
  if (tree.is(Kind::product) || tree.is(Kind::sum)) std::sort(parts.begin(), parts.end());
  std::string out = std::to_string(static_cast<int>(tree.kind)) + tree.name + "(";
  for (const std::string& part : parts) out += part + ",";
  return out + ")";
}

std::optional<Chain> read_chain(std::span<const Token> tokens, const Letters& letters, std::string& why) {
  return FormulaReader(tokens, letters, why).chain();
}

}  // namespace trm::tasks::library::proof
