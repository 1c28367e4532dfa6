// What holds of claims, base cases and hypotheses, and what names and sums are worth. step.cc has the rest.
#include "tasks/library/proof/checker.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace trm::tasks::library::proof {
namespace {

using Tree = Expr::Kind;

constexpr std::int64_t kMostStart = 40;
constexpr std::int64_t kMostFirst = 20;  ///< terms of a sum before its claim begins
constexpr const char* kHowToDecide =
    "write polynomials of degree 12 at most, powers b^(a k + c), k! and F(k + c), as tasks/README.md says";

Expr next_k() {
  return plus_expr(variable_expr(), number_expr(1));
}

Expr without_symbol(const Expr& tree, const std::string& symbol, const Expr& by) {
  if (tree.is(Tree::symbol) && tree.name == symbol) return by;
  Expr out = tree;
  for (Expr& part : out.parts) part = without_symbol(part, symbol, by);
  return out;
}

std::size_t count_symbol(const Expr& tree, const std::string& symbol) {
  if (tree.is(Tree::symbol)) return tree.name == symbol ? 1 : 0;
  std::size_t out = 0;
  for (const Expr& part : tree.parts) out += count_symbol(part, symbol);
  return out;
}

}  // namespace

Checker::Checker(Claim claim, bool strict, std::string place)
    : claim_(std::move(claim)), strict_(strict), place_(std::move(place)) {
  start_ = claim_.start.value_or(1);
  writer_.start = start_;
  writer_.meaning.fibonacci = writer_.values.fibonacci = claim_.fibonacci;
  writer_.meaning.numbers_of_symbol = claim_.numbers;
  row_ = start_;
}

Error Checker::error(const Said& said) {
  return line_error(place_, said.line, said.text, writer_.why(), kHowToDecide);
}

void Checker::fault(std::string why) {
  writer_.fault();
  note_ = std::move(why);
}

Expr Checker::left_at(const Expr& k) const {
  const bool alone = claim_.kind == Kind::series || claim_.kind == Kind::sequence;
  return with_k(alone ? claim_.right : claim_.left, k);
}

Expr Checker::right_at(const Expr& k) const {
  return with_k(claim_.right, k);
}

std::string Checker::unknown_letter(const Expr& tree) const {
  std::vector<std::string> letters;
  collect_symbols(tree, letters);
  for (const std::string& letter : letters)
    if (!writer_.meaning.growths.contains(letter) && !claim_.numbers.contains(letter) && letter != writer_.free_letter)
      return letter;
  return "";
}

bool Checker::is_at_k(const Expr& tree) const {
  if (tree.is(Tree::name)) return linear_of(tree.parts[0]) == Linear{1, 0};
  return tree.is(Tree::series) && writer_.values.letters.empty() &&
         shape_text(tree.parts.back()) == shape_text(claim_.term);
}

// Names, sums and sides.

std::optional<Expr> Checker::resolve(const Expr& tree, const Place& place) {
  switch (tree.kind) {
    case Tree::side: {
      const Expr k = place.number        ? number_expr(*place.number)
                     : place.offset == 0 ? variable_expr()
                                         : plus_expr(variable_expr(), number_expr(place.offset));
      Expr side = tree.name == "L" ? left_at(k) : right_at(k);
      if (claim_.kind == Kind::divisibility) {
        refuse("names a side of a claim that has no sides");
        return std::nullopt;
      }
      return side;
    }
    case Tree::name:
      return resolve_name(tree, place);
    case Tree::series:
      return resolve_series(tree, place);
    default:
      break;
  }
  Expr out = tree;
  for (Expr& part : out.parts) {
    std::optional<Expr> resolved = resolve(part, place);
    if (!resolved) return std::nullopt;
    part = *std::move(resolved);
  }
  return out;
}

std::optional<Expr> Checker::resolve_name(const Expr& tree, const Place& place) {
  std::optional<Expr> index = resolve(tree.parts[0], place);
  if (!index) return std::nullopt;
  if (!claim_.fibonacci.empty() && tree.name == claim_.fibonacci) {
    Expr out = tree;
    out.parts[0] = *std::move(index);
    return out;
  }
  if (tree.name != claim_.name || claim_.name.empty()) {
    refuse("names " + tree.name + "(...), of which nothing is said");
    return std::nullopt;
  }
  const std::optional<Linear> where = linear_of(*index);
  // So that no text makes long expressions of short ones.
  if (!where) {
    refuse("names " + tree.name + "(...) with something else than a k + b in it");
    return std::nullopt;
  }
  const auto wrong = [&](const Expr& wanted) {
    return place.number ? writer_.equal_at(*index, wanted, 0) : writer_.equal(*index, wanted);
  };
  switch (place.names) {
    case Place::Names::none:
      fault(tree.name + "(...) is not known here");
      break;
    case Place::Names::up_to_k: {
      const std::int64_t deepest = claim_.kind == Kind::sequence ? depth_of_rule(claim_) - 1 : 0;
      const bool before = where->slope == 1 && where->offset <= 0 && where->offset >= -deepest;
      if (!before && !wrong(variable_expr())) return std::nullopt;
      if (!assumed_) fault(tree.name + "(k) is used before anything is assumed of it");
      break;
    }
    case Place::Names::before_row:
      if (!wrong(number_expr(row_ - 1))) return std::nullopt;
      if (row_value_) return *row_value_;
      break;
    case Place::Names::all:
      break;
  }
  return left_at(*index);
}

std::optional<Expr> Checker::resolve_series(const Expr& tree, const Place& place) {
  if (claim_.kind != Kind::series || tree.name != claim_.series.name) {
    refuse("holds \"...\", and the claim is about no such sum");
    return std::nullopt;
  }
  // What is written of it has to be so.
  if (tree.lower && !writer_.equal_at(number_expr(*tree.lower), number_expr(lower_), 0)) return std::nullopt;
  for (std::size_t i = 0; i + 1 < tree.parts.size(); ++i) {
    const auto n = lower_ + static_cast<std::int64_t>(i);
    if (!writer_.equal_at(tree.parts[i], with_k(claim_.term, number_expr(n)), n)) return std::nullopt;
  }
  const Expr& last = tree.parts.back();
  const bool constant = !has_kind(last, Tree::k);
  std::optional<Expr> upper;
  if (constant) {
    for (std::int64_t n = lower_; !upper && n <= lower_ + kMostFirst; ++n)
      if (writer_.looks_equal(last, with_k(claim_.term, number_expr(n)))) upper = number_expr(n);
    if (!upper) upper = number_expr(place.number.value_or(start_));
    if (!writer_.equal_at(last, with_k(claim_.term, *upper), upper->value)) return std::nullopt;
  } else {
    for (const std::int64_t offset : {0, 1, -1, 2, -2}) {
      Expr n = offset == 0 ? variable_expr() : plus_expr(variable_expr(), number_expr(std::abs(offset)), offset < 0);
      if (!upper && writer_.looks_equal(last, with_k(claim_.term, n))) upper = std::move(n);
    }
    if (!upper) upper = place.offset == 0 ? variable_expr() : next_k();
    if (!writer_.equal(last, with_k(claim_.term, *upper))) return std::nullopt;
  }
  return right_at(*upper);
}

// Links.

bool Checker::divides(const Expr& divisor, const Expr& of, std::optional<std::int64_t> at) {
  const std::optional<Linear> number = linear_of(divisor);
  if (!number || number->slope != 0) return refuse("has a divisor that is no number");
  return at ? writer_.divides_at(number->offset, of, *at) : writer_.divides(number->offset, of);
}

bool Checker::link(const Expr& a, const std::string& relation, const Expr& b, std::optional<std::int64_t> at) {
  if (relation == "=") return at ? writer_.equal_at(a, b, *at) : writer_.equal(a, b);
  if (relation == "|") return divides(a, b, at);
  if (relation == "%") return divides(b, a, at);
  const bool strict = relation.size() == 1, less = relation[0] == '<';
  const Expr &more = less ? b : a, &other = less ? a : b;
  return at ? writer_.above_at(more, other, strict, *at) : writer_.above(more, other, strict);
}

// The claim.

bool Checker::claim() {
  if (start_ < 0 || start_ > kMostStart)
    return refuse("starts at a number that is not from 0 to " + std::to_string(kMostStart));
  switch (claim_.kind) {
    case Kind::series:
      return claim_of_series();
    case Kind::sequence:
      return claim_of_sequence();
    default:
      break;
  }
  const std::optional<Expr> left = resolve(claim_.left, {});
  if (!left) return false;
  claim_.left = *left;
  const std::string letter = unknown_letter(claim_.left) + unknown_letter(claim_.right);
  if (!letter.empty()) return refuse("is about \"" + letter + "\": say what it is, as in \"for x = 2\"");
  if (claim_.kind == Kind::divisibility) return writer_.divides(claim_.divisor, claim_.left);
  return claim_.kind == Kind::identity ? writer_.equal(claim_.left, claim_.right)
                                       : writer_.above(claim_.left, claim_.right, claim_.strict);
}

/// One letter of an equation may be any number above 1.
void Checker::free_letter(const Expr& equation) {
  writer_.free_letter = unknown_letter(equation);
  if (!writer_.free_letter.empty()) writer_.meaning.numbers_of_symbol[writer_.free_letter] = number_expr(2);
}

bool Checker::claim_of_series() {
  free_letter(plus_expr(claim_.term, claim_.right));
  const std::string letter = unknown_letter(claim_.term) + unknown_letter(claim_.right);
  if (!letter.empty()) return refuse("is about \"" + letter + "\": say what it is, as in \"for x = 2\"");
  // Where the sum begins: where its term is the first that is written.
  if (claim_.series.lower) {
    lower_ = *claim_.series.lower;
  } else {
    std::optional<std::int64_t> found;
    for (std::int64_t n = std::max<std::int64_t>(0, start_ - kMostFirst); !found && n <= start_ + 1; ++n) {
      bool fits = !claim_.first_terms.empty();
      for (std::size_t i = 0; fits && i < claim_.first_terms.size(); ++i)
        fits = writer_.looks_equal(claim_.first_terms[i],
                                   with_k(claim_.term, number_expr(n + static_cast<std::int64_t>(i))));
      if (fits) found = n;
    }
    lower_ = found.value_or(start_);
  }
  for (std::size_t i = 0; i < claim_.first_terms.size(); ++i) {
    const auto n = lower_ + static_cast<std::int64_t>(i);
    if (!writer_.equal_at(claim_.first_terms[i], with_k(claim_.term, number_expr(n)), n)) return false;
  }
  if (claim_.before_last &&
      !writer_.equal(*claim_.before_last, with_k(claim_.term, plus_expr(variable_expr(), number_expr(1), true))))
    return false;
  const bool adds = claim_.series.name == "+";
  if (start_ < lower_ - 1 || start_ > lower_ + kMostFirst)
    return refuse("is claimed from an n on at which the sum has not begun");
  Expr first = number_expr(adds ? 0 : 1);
  for (std::int64_t n = lower_; n <= start_; ++n) {
    Expr term = with_k(claim_.term, number_expr(n));
    first = n == lower_ ? std::move(term)
            : adds      ? plus_expr(std::move(first), std::move(term))
                        : times_expr(std::move(first), std::move(term));
  }
  if (!writer_.equal_at(first, right_at(number_expr(start_)), start_)) return false;
  const Expr next = with_k(claim_.term, next_k());
  return writer_.equal(adds ? plus_expr(claim_.right, next) : times_expr(claim_.right, next), right_at(next_k()));
}

bool Checker::claim_of_sequence() {
  for (const auto& [index, value] : claim_.given)
    if (index >= start_ && !writer_.equal_at(value, right_at(number_expr(index)), index)) return false;
  const auto count =
      std::count_if(claim_.given.begin(), claim_.given.end(), [this](const auto& it) { return it.first >= start_; });
  if (count < depth_of_rule(claim_))
    return refuse("is claimed from an n on from which not enough first values are given");
  const std::optional<Expr> rule = resolve(claim_.rule, {});
  return rule && writer_.equal(*rule, right_at(plus_expr(variable_expr(), number_expr(claim_.rule_offset))));
}

// The base case.

bool Checker::base(const Said& said) {
  std::optional<std::int64_t> k;
  for (const Formula& formula : said.formulas) {
    std::optional<Linear> index;
    if (formula.condition) {
      if (formula.condition->letter.empty() && formula.condition->relation == "=")
        index = linear_of(formula.condition->value);
    } else if (!formula.chain.goes_on && formula.chain.parts[0].is(Tree::name) &&
               (claim_.kind != Kind::identity || !formula.is_chain) &&
               formula.chain.parts[0].name != claim_.fibonacci) {
      index = linear_of(formula.chain.parts[0].parts[0]);
    }
    if (index && index->slope == 0) {
      k = index->offset;
      if (!base_ || *base_ != *k) {
        const std::int64_t wanted = start_ + bases_;
        writer_.test(std::to_string(*k) + " == " + std::to_string(wanted));
        ++bases_;
        base_ = k;
        // More than one base case: the claim holds of each.
        if (*k != wanted) note_ = "the base case is n = " + std::to_string(wanted);
      }
    }
    if (!formula.is_chain) continue;
    if (!base_) {
      base_ = start_;
      ++bases_;
    }
    if (!base_chain(formula.chain, *base_)) return false;
  }
  if (!base_) {
    base_ = start_;
    ++bases_;
  }
  return true;
}

bool Checker::base_chain(const Chain& chain, std::int64_t k) {
  const Expr number = number_expr(k);
  std::vector<Expr> parts;
  parts.reserve(chain.parts.size() + 1);
  if (chain.goes_on) {
    if (!last_) return refuse("begins with a relation, and nothing stands before it");
    parts.push_back(*last_);
  }
  for (std::size_t i = 0; i < chain.parts.size(); ++i) {
    const Place place = {i == 0 ? Place::Names::all : Place::Names::none, 0, k};
    std::optional<Expr> part = resolve(with_k(chain.parts[i], number), place);
    if (!part) return false;
    if (!unknown_letter(*part).empty())
      return refuse("names \"" + unknown_letter(*part) + "\", of which nothing is said");
    parts.push_back(*std::move(part));
  }
  const bool divides_first = chain.relations[0] == "|" && !chain.goes_on;
  const bool compares = std::any_of(chain.relations.begin(), chain.relations.end(),
                                    [](const std::string& it) { return it[0] == '<' || it[0] == '>'; });
  if (!chain.goes_on) {
    // What the line is about is the claim at that number.
    if (is_equation() && !writer_.equal_at(right_at(number), parts[0], k)) return false;
    if (claim_.kind == Kind::divisibility && !writer_.equal_at(left_at(number), parts[divides_first ? 1 : 0], k))
      return false;
    if (claim_.kind == Kind::inequality && compares) {
      const bool less = std::any_of(chain.relations.begin(), chain.relations.end(),
                                    [](const std::string& it) { return it[0] == '<'; });
      if (!writer_.equal_at(left_at(number), less ? parts.back() : parts.front(), k) ||
          !writer_.equal_at(right_at(number), less ? parts.front() : parts.back(), k))
        return false;
    }
  }
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    const std::string& relation = chain.relations[i];
    if (relation == "|" || relation == "%") {
      const Expr& by = relation == "|" ? parts[i] : parts[i + 1];
      if (!writer_.equal_at(by, number_expr(claim_.divisor), 0)) return false;
    }
    if (!link(parts[i], relation, parts[i + 1], k)) return false;
  }
  if (strict_ && claim_.kind == Kind::divisibility) {
    const Expr& last = chain.parts.back();
    const bool form = last.is(Tree::product) && last.parts.size() == 2 && !last.flipped[1] &&
                      last.parts[0].is(Tree::number) && last.parts[1].is(Tree::number);
    if (!form) fault("it does not end with the divisor times a number");
    if (form) writer_.test(std::to_string(last.parts[0].value) + " == " + std::to_string(claim_.divisor));
  }
  last_ = chain.relations.back() == "%" ? parts[parts.size() - 2] : parts.back();
  const auto written = std::find_if(parts.begin(), parts.end(), [](const Expr& it) { return it.is(Tree::number); });
  if (claim_.kind == Kind::series && k == start_ && written != parts.end() && !row_value_) row_value_ = *written;
  return true;
}

// The hypothesis.

bool Checker::hypothesis_index(const Said& said) {
  for (const Formula& formula : said.formulas) {
    std::optional<Linear> index;
    if (formula.condition) {
      const Condition& it = *formula.condition;
      const std::optional<Linear> value = linear_of(it.value);
      if (!it.letter.empty() || !value) continue;
      if (it.relation == "=") index = value;
      if (value->slope == 0 && it.relation[0] == '>') {
        const std::int64_t least = value->offset + (it.relation == ">" ? 1 : 0),
                           last = start_ + std::max<std::int64_t>(bases_, 1) - 1;
        if (least > last) {
          writer_.test(std::to_string(least) + " <= " + std::to_string(last));
          note_ = "the step from " + std::to_string(last) + " on is not covered";
        }
      }
    } else if (!formula.is_chain) {
      const Expr& only = formula.chain.parts[0];
      index = linear_of(only.is(Tree::name) ? only.parts[0] : only);
      if (index && index->slope == 0 && !only.is(Tree::name)) index.reset();
    }
    if (!index) continue;
    if (index->slope == 0) {
      fault("it assumes the claim for a number and not for k");
    } else if (index->slope != 1 || index->offset < 0) {
      return refuse("assumes the claim before k: assume it for n = k, and show it for n = k + 1");
    } else if (index->offset > 0) {
      // Circular: what is to be shown is assumed.
      writer_.test(std::to_string(start_ + index->offset) + " == " + std::to_string(start_));
      note_ = "it assumes the claim for k + " + std::to_string(index->offset) + ", and not for k";
    }
  }
  return true;
}

bool Checker::hypothesis(const Said& said) {
  if (!base_ && !misses_) {
    fault("there is no base case before it");
    misses_ = true;
  }
  if (!hypothesis_index(said)) return false;
  for (const Formula& formula : said.formulas) {
    if (formula.condition && !formula.condition->letter.empty() &&
        writer_.values.letters.contains(formula.condition->letter)) {
      // "with g > 0"
      const std::optional<Linear> value = linear_of(formula.condition->value);
      if (claim_.kind == Kind::inequality) {
        const bool form =
            value && formula.condition->relation[0] == '>' && (formula.condition->relation == ">" || !claim_.strict);
        if (!form) fault("it does not say that the letter is above 0");
        if (form) writer_.test(std::to_string(value->offset) + " == 0");
      }
    }
    if (formula.is_chain && !hypothesis_chain(formula.chain)) return false;
  }
  assumed_ = true;
  return true;
}

bool Checker::is_claim_at_k(const Expr& first, const Expr& last, const std::vector<std::string>& relations) {
  if (is_equation()) return writer_.equal(first, right_at(variable_expr()));
  if (claim_.kind == Kind::divisibility) return writer_.equal(first, claim_.left);
  const auto has = [&](char c) {
    return std::any_of(relations.begin(), relations.end(), [c](const std::string& it) { return it[0] == c; });
  };
  if (!has('<') && !has('>')) return true;
  const bool less = has('<');
  return writer_.equal(less ? last : first, claim_.left) && writer_.equal(less ? first : last, claim_.right);
}

bool Checker::hypothesis_chain(const Chain& chain) {
  std::vector<Expr> parts;
  parts.reserve(chain.parts.size() + 1);
  if (chain.goes_on) {
    if (!last_) return refuse("begins with a relation, and nothing stands before it");
    parts.push_back(*last_);
  }
  std::string letter;
  for (std::size_t i = 0; i < chain.parts.size(); ++i) {
    const Place place = {i == 0 && !chain.goes_on ? Place::Names::all : Place::Names::none, 0, {}};
    std::optional<Expr> part = resolve(chain.parts[i], place);
    if (!part) return false;
    const std::string here = unknown_letter(*part);
    if (!here.empty() && (is_equation() || (!letter.empty() && here != letter)))
      return refuse("names \"" + here + "\", of which nothing is said");
    if (!here.empty()) letter = here;
    parts.push_back(*std::move(part));
  }
  const bool divides_first = chain.relations[0] == "|" && !chain.goes_on;
  const bool extends = std::exchange(stated_, true);
  if (letter.empty() && !chain.goes_on && !extends &&
      !is_claim_at_k(parts[divides_first ? 1 : 0], parts.back(), chain.relations))
    return false;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    const std::string& relation = chain.relations[i];
    if (relation == "|" || relation == "%") {
      if (!writer_.equal_at(relation == "|" ? parts[i] : parts[i + 1], number_expr(claim_.divisor), 0)) return false;
    }
    const std::string here = unknown_letter(parts[i]) + unknown_letter(parts[i + 1]);
    if (!here.empty() && relation != "=") return refuse("compares with the letter \"" + here + "\"");
    if (here.empty() ? !link(parts[i], relation, parts[i + 1], {}) : !defines_letter(parts[i], parts[i + 1], letter))
      return false;
  }
  last_ = chain.relations.back() == "%" ? parts[parts.size() - 2] : parts.back();
  return true;
}

/// "k^3 - k = 3m" says what m is. For m = 0 and m = 1 the equation has to be the claim with that m.
bool Checker::defines_letter(const Expr& a, const Expr& b, const std::string& letter) {
  const bool in_front = count_symbol(a, letter) > 0;
  const Expr &with = in_front ? a : b, &without = in_front ? b : a;
  if (count_symbol(with, letter) != 1 || count_symbol(without, letter) != 0)
    return refuse("has \"" + letter + "\" more than once");
  const bool multiple = claim_.kind == Kind::divisibility;
  const Expr whole = multiple ? claim_.left : plus_expr(claim_.left, claim_.right, true);
  const std::int64_t unit = multiple ? claim_.divisor : 1;
  for (const std::int64_t value : {0, 1}) {
    const Expr difference = plus_expr(without, without_symbol(with, letter, number_expr(value)), true);
    const Expr wanted = value == 0 ? whole : plus_expr(whole, number_expr(unit), true);
    if (!writer_.equal(difference, wanted)) return false;
  }
  std::string why;
  const std::optional<Ratio> ratio = ratio_of(whole, writer_.meaning, why);
  if (!ratio || !ratio->factors.empty()) return refuse(why.empty() ? "is about a quotient by k" : why);
  return writer_.define_letter(letter, {ratio->num, number_expr(ratio->constant * unit)});
}

}  // namespace trm::tasks::library::proof
