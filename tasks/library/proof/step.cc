// What holds of steps and of what comes behind them, and whether a proof gets where it has to.
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "tasks/library/proof/checker.h"

namespace trm::tasks::library::proof {
namespace {

using Tree = Expr::Kind;

Expr one_more() {
  return plus_expr(variable_expr(), number_expr(1));
}

bool is_plain(const Expr& tree) {
  return !has_kind(tree, Tree::name) && !has_kind(tree, Tree::series) && !has_kind(tree, Tree::side);
}

/// Names that stand for what is proved: all but Fibonacci numbers.
bool is_plain_but(const Expr& tree, const std::string& fibonacci) {
  const bool left = tree.is(Tree::side) && tree.name == "L";
  if (tree.is(Tree::series) || left || (tree.is(Tree::name) && tree.name != fibonacci)) return false;
  return std::all_of(tree.parts.begin(), tree.parts.end(), [&](const Expr& it) { return is_plain_but(it, fibonacci); });
}

/// Terms of a sum, with one factor or sign taken apart.
std::vector<Expr> terms_of(const Expr& tree) {
  if (tree.is(Tree::sum)) {
    std::vector<Expr> out;
    for (const Expr& part : tree.parts) {
      std::vector<Expr> inner = part.is(Tree::sum) ? std::vector<Expr>{part} : terms_of(part);
      out.insert(out.end(), std::make_move_iterator(inner.begin()), std::make_move_iterator(inner.end()));
    }
    return out;
  }
  return {tree};
}

}  // namespace

bool Checker::step(const Said& said) {
  if (!base_ && !misses_) {
    fault("there is no base case before it");
    misses_ = true;
  }
  if (!assumed_ && said.names_hypothesis) assumed_ = true;
  if (!assumed_ && said.role == Role::step &&
      std::any_of(said.formulas.begin(), said.formulas.end(), [](const Formula& it) { return it.is_chain; })) {
    fault("nothing is assumed before it");
    assumed_ = true;
  }
  for (const Formula& formula : said.formulas) {
    if (formula.condition) range(said, *formula.condition);
    if (formula.is_chain) {
      if (!step_chain(said, formula.chain)) return false;
    } else if (!formula.condition && said.role == Role::step) {
      // An expression alone: the next line goes on from it.
      const Expr& only = formula.chain.parts[0];
      if (linear_of(only) || only.is(Tree::symbol)) continue;
      if (only.is(Tree::name) && only.name != claim_.name && only.name != claim_.fibonacci) continue;  // "P(k + 1)"
      const std::optional<Expr> head = resolve(only, {Place::Names::all, 1, {}});
      if (!head) return false;
      last_ = *head;
      runs_.push_back({*head, *head, !is_plain(only) && !is_at_k(only), false, 0, false, false, said.line});
    }
  }
  return true;
}

/// What is to be shown is the claim at k + 1.
bool Checker::is_goal(const std::vector<Expr>& parts, const std::vector<std::string>& relations) {
  if (is_equation()) return writer_.equal(parts.front(), right_at(one_more()));
  const bool in_front = relations[0] == "|";
  if (claim_.kind == Kind::divisibility) return writer_.equal(parts[in_front ? 1 : 0], left_at(one_more()));
  const auto has = [&](char c) {
    return std::any_of(relations.begin(), relations.end(), [c](const std::string& it) { return it[0] == c; });
  };
  const bool less = has('<');
  if (!less && !has('>')) return true;
  return writer_.equal(less ? parts.back() : parts.front(), left_at(one_more())) &&
         writer_.equal(less ? parts.front() : parts.back(), right_at(one_more()));
}

/// "since k >= 7" says too much where the claim begins at 5, and "for all n >= 4" concludes too much.
void Checker::range(const Said& said, const Condition& condition) {
  const std::optional<Linear> value = linear_of(condition.value);
  if (!condition.letter.empty() || condition.relation[0] != '>' || !value || value->slope != 0) return;
  const std::int64_t least = value->offset + (condition.relation == ">" ? 1 : 0);
  if (said.for_all) {
    if (least < start_ && said.role == Role::conclusion)
      writer_.test(std::to_string(least) + " >= " + std::to_string(start_));
  } else if (const std::int64_t last = start_ + std::max<std::int64_t>(bases_, 1) - 1; least > last) {
    writer_.test(std::to_string(least) + " <= " + std::to_string(last));
  }
}

bool Checker::step_chain(const Said& said, const Chain& chain) {
  const bool for_k = said.role == Role::conclusion && said.for_all;
  const bool steps = said.role == Role::step || (said.role == Role::conclusion && !for_k);
  const Place first_place = {Place::Names::all, for_k ? 0 : 1, {}};
  const Expr goal = right_at(one_more());
  std::vector<Expr> parts;
  parts.reserve(chain.parts.size() + 1);
  Run run;
  run.line = said.line;
  if (chain.goes_on) {
    if (!last_ || !stepped_) last_ = left_at(one_more());
    parts.push_back(*last_);
    if (!runs_.empty()) {
      run = runs_.back();
    } else {
      run.head = *last_;
      run.head_is_left = true;
    }
    run.line = said.line;
  }
  for (std::size_t i = 0; i < chain.parts.size(); ++i) {
    const bool first = i == 0 && !chain.goes_on;
    const Place later = {
        said.role == Role::step && is_equation() ? Place::Names::up_to_k : Place::Names::all, for_k ? 0 : 1, {}};
    std::optional<Expr> part = resolve(chain.parts[i], first ? first_place : later);
    if (!part) return false;
    const std::string letter = unknown_letter(*part);
    if (!letter.empty()) return refuse("names \"" + letter + "\", of which nothing is said: write out what it is");
    if (first) {
      run.head = *part;
      run.head_is_left = claim_.kind == Kind::identity ||
                         (!is_plain_but(chain.parts[0], claim_.fibonacci) && !is_at_k(chain.parts[0]));
    }
    const bool number = !has_kind(*part, Tree::k) && !has_kind(*part, Tree::symbol);
    const bool restates = number || (first && !is_plain(chain.parts[i])) || shape_text(*part) == shape_text(goal) ||
                          shape_text(*part) == shape_text(left_at(one_more()));
    if (steps && !restates) works_ = true;
    parts.push_back(*std::move(part));
  }
  if (said.role == Role::goal && said.says_goal && !chain.goes_on && !is_goal(parts, chain.relations)) return false;
  if (said.role == Role::step) {
    stepped_ = true;
    step_line_ = said.line;
  }
  // In a step, the first expression of a new chain is the claim's left side at k + 1, if it looks like it.
  if (steps && !chain.goes_on && is_equation() && run.head_is_left && claim_.kind != Kind::identity &&
      !chain.parts[0].is(Tree::name) && !writer_.equal(parts[0], goal))
    return false;
  if (strict_ && claim_.kind == Kind::inequality && !chain.goes_on && !writer_.equal(parts[0], left_at(one_more())))
    return false;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    const std::string& relation = chain.relations[i];
    if (!link(parts[i], relation, parts[i + 1], {})) return false;
    const int direction = relation[0] == '>' ? 1 : relation[0] == '<' ? -1 : 0;
    if (direction != 0) run.direction = run.direction == 0 || run.direction == direction ? direction : 2;
    run.strict = run.strict || relation == ">" || relation == "<";
    if (relation == "|" || relation == "%") {
      const Expr& by = relation == "|" ? parts[i] : parts[i + 1];
      const Expr& of = relation == "|" ? parts[i + 1] : parts[i];
      const std::optional<Linear> number = linear_of(by);
      if (number && number->offset % claim_.divisor == 0 && claim_.kind == Kind::divisibility &&
          writer_.looks_equal(of, left_at(one_more())))
        run.divides = true;
    }
  }
  if (strict_ && claim_.kind == Kind::inequality && said.role == Role::conclusion && !writer_.equal(parts.back(), goal))
    return false;
  const bool divided = chain.relations.back() == "%";
  run.last = divided ? parts[parts.size() - 2] : parts.back();
  run.last_is_plain = chain.parts.empty() || is_plain_but(chain.parts.back(), claim_.fibonacci);
  if (!for_k) last_ = run.last;
  if (steps) {
    if (chain.goes_on && !runs_.empty()) {
      runs_.back() = run;
    } else {
      runs_.push_back(run);
    }
    if (said.role == Role::conclusion && step_line_ == 0) step_line_ = said.line;
  }
  return true;
}

/// "Bound: 3k + 2 >= 3*5 + 2 = 17 for k >= 5" of generated proofs: b R(k) - R(k + 1), for the claim b^n > R(n).
bool Checker::bound(const Said& said) {
  for (const Formula& formula : said.formulas) {
    if (formula.condition) {
      const std::optional<Linear> value = linear_of(formula.condition->value);
      writer_.test(std::to_string(value ? value->offset : -1) + " == " + std::to_string(start_));
      continue;
    }
    const Chain& chain = formula.chain;
    const bool form = formula.is_chain && !chain.goes_on && chain.relations[0] == ">=" && claim_.left.is(Tree::power) &&
                      claim_.left.parts[0].is(Tree::number);
    if (!form) return refuse("is not read as a bound");
    const Expr more = plus_expr(times_expr(claim_.left.parts[0], claim_.right), right_at(one_more()), true);
    const Expr at_start = with_k(chain.parts[0], number_expr(start_));
    if (!writer_.equal(more, chain.parts[0]) || !writer_.above_at(at_start, number_expr(0), false, start_))
      return false;
    const Expr* before = &at_start;
    for (std::size_t i = 1; i < chain.parts.size(); ++i) {
      if (i > 1 && chain.relations[i - 1] != "=") return refuse("is not read as a bound");
      if (!writer_.equal_at(*before, chain.parts[i], start_)) return false;
      before = &chain.parts[i];
    }
  }
  return true;
}

// Rows.

bool Checker::row(const Said& said) {
  std::optional<std::int64_t> k;
  std::vector<const Chain*> chains;
  for (const Formula& formula : said.formulas) {
    std::optional<Linear> index;
    if (formula.condition && formula.condition->letter.empty() && formula.condition->relation == "=") {
      index = linear_of(formula.condition->value);
    } else if (formula.is_chain && !formula.chain.goes_on && formula.chain.parts[0].is(Tree::name)) {
      index = linear_of(formula.chain.parts[0].parts[0]);
    }
    if (index && index->slope == 0 && !k) k = index->offset;
    if (formula.is_chain) chains.push_back(&formula.chain);
  }
  if (!k || chains.empty()) return refuse("is not read as a row: begin it with S(3) = or n = 3:");
  const bool remainders = claim_.kind == Kind::divisibility && chains[0]->parts[0].is(Tree::name) &&
                          chains[0]->parts[0].name == "R" && claim_.name != "R";
  if (remainders && row_ == start_ && !rows_begun_) row_ = 0;
  if (strict_ || remainders) writer_.test(std::to_string(*k) + " == " + std::to_string(row_ + 1));
  rows_begun_ = true;
  // A sum goes on from the row before.
  if (*k != row_ + 1 || claim_.kind != Kind::series) row_value_.reset();
  row_ = *k;
  if (remainders) {
    if (chains.size() != 2) return refuse("is not read as a row: write R(2) = 2, as 11*R(1) = 44 = 7*6 + 2");
    return remainder_row(*chains[0], *chains[1]);
  }
  for (const Chain* chain : chains) {
    if (chain->goes_on) return refuse("begins with a relation");
    std::vector<Expr> parts;
    parts.reserve(chain->parts.size());
    for (std::size_t i = 0; i < chain->parts.size(); ++i) {
      const Place place = {i == 0 ? Place::Names::all : Place::Names::before_row, 0, *k};
      const bool sum = i == 0 && row_value_ && chain->parts[0].is(Tree::name) && chain->parts[0].name == claim_.name &&
                       linear_of(chain->parts[0].parts[0]) == Linear{0, *k};
      if (sum) {
        const Expr term = with_k(claim_.term, number_expr(*k));
        parts.push_back(claim_.series.name == "+" ? plus_expr(*row_value_, term) : times_expr(*row_value_, term));
        continue;
      }
      std::optional<Expr> part = resolve(with_k(chain->parts[i], number_expr(*k)), place);
      if (!part) return false;
      parts.push_back(*std::move(part));
    }
    if (claim_.kind == Kind::inequality && strict_ &&
        (!writer_.equal_at(left_at(number_expr(*k)), parts.front(), *k) ||
         !writer_.equal_at(right_at(number_expr(*k)), parts.back(), *k)))
      return false;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i)
      if (!link(parts[i], chain->relations[i], parts[i + 1], *k)) return false;
    const bool says_sum =
        claim_.kind == Kind::series && chain->parts[0].is(Tree::name) && chain->parts[0].name == claim_.name;
    const auto written = std::find_if(parts.rbegin(), parts.rend(), [](const Expr& it) { return it.is(Tree::number); });
    row_value_.reset();
    if (says_sum && written != parts.rend()) row_value_ = *written;
  }
  return true;
}

/// "R(2) = 2, as 11*R(1) = 11*4 = 44 = 7*6 + 2": remainders of the powers of 11.
bool Checker::remainder_row(const Chain& first, const Chain& second) {
  const Expr& power = claim_.left.is(Tree::sum) ? claim_.left.parts[0] : claim_.left;
  const bool form = first.parts.size() == 2 && first.parts[1].is(Tree::number) && power.is(Tree::power) &&
                    power.parts[0].is(Tree::number);
  if (!form || second.goes_on) return refuse("is not read as a row: write R(2) = 2, as 11*R(1) = 44 = 7*6 + 2");
  const std::int64_t base = power.parts[0].value, remainder = first.parts[1].value;
  if (row_ < 1 || row_ > static_cast<std::int64_t>(kMostLines)) return refuse("is a row that is not from 1 to 99");
  if (!has_remainders_) writer_.define_remainders(base, claim_.divisor);
  has_remainders_ = true;
  writer_.test("R(" + std::to_string(row_) + ") == " + std::to_string(remainder));
  // Its last expression is the divisor times a number, and the remainder.
  const Expr& last = second.parts.back();
  const bool sum = last.is(Tree::sum) && last.parts.size() == 2 && !last.flipped[1] && last.parts[1].is(Tree::number) &&
                   last.parts[0].is(Tree::product) && last.parts[0].parts.size() == 2 &&
                   last.parts[0].parts[0].is(Tree::number);
  if (!sum) {
    fault("it does not end with the divisor times a number, and the remainder");
    return true;
  }
  writer_.test(std::to_string(last.parts[1].value) + " == " + std::to_string(remainder));
  writer_.test(std::to_string(last.parts[0].parts[0].value) + " == " + std::to_string(claim_.divisor));
  // R(i - 1) is a number of the row before.
  std::vector<Expr> parts = {row_ == 1 ? number_expr(base) : times_expr(number_expr(base), number_expr(remainder_))};
  for (const Expr& part : second.parts) {
    std::optional<Expr> resolved = with_remainder(part);
    if (!resolved) return false;
    parts.push_back(*std::move(resolved));
  }
  for (std::size_t i = 0; i + 1 < parts.size(); ++i)
    if (!writer_.equal_at(parts[i], parts[i + 1], row_)) return false;
  remainder_ = remainder;
  return true;
}

std::optional<Expr> Checker::with_remainder(const Expr& tree) {
  if (tree.is(Tree::name) && tree.name == "R") {
    const std::optional<Linear> index = linear_of(tree.parts[0]);
    if (!index || index->slope != 0) return refuse("names a remainder of no number"), std::nullopt;
    writer_.test(std::to_string(index->offset) + " == " + std::to_string(row_ - 1));
    return number_expr(remainder_);
  }
  Expr out = tree;
  for (Expr& part : out.parts) {
    std::optional<Expr> resolved = with_remainder(part);
    if (!resolved) return std::nullopt;
    part = *std::move(resolved);
  }
  return out;
}

// Does it get there?

bool Checker::finish_step() {
  if (std::exchange(finished_, true) || step_line_ == 0) return true;
  writer_.begin_line(step_line_);
  if (!works_ && !strict_) {
    fault("it repeats the claim for k + 1 and shows nothing");
    return true;
  }
  if (claim_.kind == Kind::inequality) return finish_inequality();
  return claim_.kind == Kind::divisibility ? finish_divisibility() : finish_equation();
}

bool Checker::finish_equation() {
  const Expr goal = right_at(one_more());
  const bool reaches =
      std::any_of(runs_.begin(), runs_.end(), [&](const Run& it) { return it.head_is_left && it.last_is_plain; });
  if (!reaches) {
    fault("the step does not reach the claim for k + 1");
    return true;
  }
  // All of a chain is equal, so its last expression is the claim.
  const auto run =
      std::find_if(runs_.rbegin(), runs_.rend(), [&](const Run& it) { return it.head_is_left && it.last_is_plain; });
  return claim_.kind != Kind::identity || writer_.equal(run->last, goal);
}

bool Checker::finish_inequality() {
  const Expr left = left_at(one_more()), right = right_at(one_more());
  const bool strict = std::any_of(runs_.begin(), runs_.end(), [](const Run& it) { return it.strict; });
  const auto more = [](const Run& it) -> const Expr& { return it.direction < 0 ? it.last : it.head; };
  const auto less = [](const Run& it) -> const Expr& { return it.direction < 0 ? it.head : it.last; };
  // Generated proofs end with a bound and a conclusion, which are lines of their own.
  if (strict_) return true;
  const bool begins =
      std::any_of(runs_.begin(), runs_.end(), [&](const Run& it) { return writer_.looks_equal(more(it), left); });
  const bool ends = std::any_of(runs_.begin(), runs_.end(), [&](const Run& it) {
    return (it.direction == 1 || it.direction == -1) && writer_.looks_equal(less(it), right);
  });
  if (begins && ends && (strict || !claim_.strict)) return true;
  note_ = "the step does not reach the claim for k + 1";
  if (runs_.empty() || (begins && ends)) return fault(note_), true;
  // The program compares what it comes to with where it has to come to.
  const Run& last = runs_.back();
  if (!begins) return writer_.equal(more(last), left);
  if (last.direction != 1 && last.direction != -1) fault(note_);
  return writer_.equal(less(last), right);
}

bool Checker::finish_divisibility() {
  if (std::any_of(runs_.begin(), runs_.end(), [](const Run& it) { return it.divides; })) return true;
  const Expr left = left_at(one_more());
  const auto run =
      std::find_if(runs_.rbegin(), runs_.rend(), [&](const Run& it) { return writer_.looks_equal(it.last, left); });
  if (run == runs_.rend()) {
    note_ = "the step does not reach the claim for k + 1";
    if (runs_.empty()) return fault(note_), true;
    return writer_.equal(runs_.back().last, left);
  }
  // A sum each of whose terms is a multiple shows that it is one.
  for (const Expr& term : terms_of(run->last))
    if (!writer_.divides(claim_.divisor, term)) return false;
  return true;
}

Result<ShortForm> Checker::check(const std::vector<Said>& proof) {
  ShortForm out;
  writer_.begin_line(claim_.line);
  std::string claimed;
  for (const Said& said : proof)
    if (said.line == claim_.line && said.role == Role::claim) claimed = said.text;
  if (!claim()) return line_error(place_, claim_.line, claimed, writer_.why(), "claim what tasks/README.md lists");
  const std::string claim_tried = writer_.tried();
  bool any_step = false;
  for (const Said& said : proof) {
    note_.clear();
    bool read = true;
    if (said.role == Role::row && !finish_step()) return error(said);
    if (said.role != Role::words) writer_.begin_line(said.line);
    std::string note;
    switch (said.role) {
      case Role::base:
        read = base(said);
        break;
      case Role::hypothesis:
        read = hypothesis(said);
        break;
      case Role::goal:
      case Role::step:
      case Role::conclusion:
        read = strict_ && said.says_bound ? bound(said) : step(said);
        any_step = any_step || stepped_ || step_line_ > 0;
        break;
      case Role::row:
        read = row(said);
        break;
      default:
        break;
    }
    if (!read) return error(said);
    const std::string tried = said.role == Role::claim   ? (said.line == claim_.line ? claim_tried : "")
                              : said.role == Role::words ? ""
                                                         : writer_.tried();
    if (!note_.empty()) note = "; at fault: " + note_;
    out.reading.push_back("line " + std::to_string(said.line) + ", " + std::string(role_name(said.role)) + ": " +
                          said.text + (tried.empty() ? "" : ", " + tried) + note);
  }
  if (!any_step)
    return Error{ErrorCode::bad_input, place_, "proof", "ends before the step is done",
                 "write all of it: claim, base case, hypothesis, step"};
  note_.clear();
  if (!finish_step()) return error(proof.back());
  if (!note_.empty()) out.reading.push_back("line " + std::to_string(step_line_) + ": at fault: " + note_);
  out.source = writer_.source();
  out.call = "proof()";
  return out;
}

}  // namespace trm::tasks::library::proof
