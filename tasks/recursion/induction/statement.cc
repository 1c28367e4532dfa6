#include "tasks/recursion/induction/statement.h"

#include <array>
#include <utility>

namespace trm::tasks::induction {
namespace {

using Kind = Statement::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 7> kBeginnings = {{{"Claim: ", Kind::claim},
                                                                           {"Base: ", Kind::base},
                                                                           {"Hypothesis: ", Kind::hypothesis},
                                                                           {"Step: ", Kind::step},
                                                                           {"= ", Kind::next},
                                                                           {"Bound: ", Kind::bound},
                                                                           {"Conclusion: ", Kind::conclusion}}};

Kind kind_of(Reader& reader) {
  for (const auto& [literal, kind] : kBeginnings) {
    if (reader.eat(literal)) return kind;
  }
  return Kind::row;
}

bool number(Reader& reader, Statement& out) {
  const std::optional<std::int64_t> value = reader.number();
  if (value) out.numbers.push_back(*value);
  return value.has_value();
}

bool expression(Reader& reader, std::vector<Tree>& out) {
  std::optional<Tree> tree = reader.expression();
  if (!tree) return false;
  out.push_back(*std::move(tree));
  return true;
}

/// "A = B = C"
bool chain(Reader& reader, std::vector<Tree>& out) {
  do {
    if (!expression(reader, out)) return false;
  } while (reader.eat(" = "));
  return true;
}

/// "A = B > C = D"
bool two_chains(Reader& reader, std::string_view between, Statement& out) {
  return chain(reader, out.equal) && reader.eat(between) && chain(reader, out.than);
}

/// "S(3) = "
bool named(Reader& reader, std::string_view name, Statement& out) {
  if (!reader.eat(name) || !reader.eat("(")) return false;
  out.index = reader.expression();
  return out.index && reader.eat(") = ");
}

bool sum_line(Reader& reader, Statement& out) {
  if (out.kind == Kind::claim) {
    if (!reader.eat("S(n) = ") || !number(reader, out) || !reader.eat(" + ") || !number(reader, out)) return false;
    if (!reader.eat(" + ... + ")) return false;
    std::optional<Tree> term = reader.term();
    if (!term) return false;
    out.equal.push_back(*std::move(term));
    return reader.eat(" = ") && expression(reader, out.equal) && reader.eat(" for all n >= ") && number(reader, out);
  }
  if (out.kind == Kind::bound || out.kind == Kind::conclusion) return false;
  return (out.kind == Kind::next || named(reader, "S", out)) && chain(reader, out.equal);
}

bool divisibility_line(Reader& reader, Statement& out) {
  switch (out.kind) {
    case Kind::claim:
      return number(reader, out) && reader.eat(" divides D(n) = ") && expression(reader, out.equal) &&
             reader.eat(" for all n >= ") && number(reader, out);
    case Kind::row:
      return named(reader, "R", out) && number(reader, out) && reader.eat(", as ") && chain(reader, out.equal);
    case Kind::bound:
    case Kind::conclusion:
      return false;
    default:
      return (out.kind == Kind::next || named(reader, "D", out)) && chain(reader, out.equal);
  }
}

bool inequality_line(Reader& reader, Statement& out) {
  switch (out.kind) {
    case Kind::claim:
      return two_chains(reader, " > ", out) && out.equal.size() == 1 && out.than.size() == 1 &&
             reader.eat(" for all n >= ") && number(reader, out);
    case Kind::hypothesis:
      return chain(reader, out.equal) && out.equal.size() == 2 && reader.eat(" with g > 0");
    case Kind::bound:
      return two_chains(reader, " >= ", out) && out.equal.size() == 1 && reader.eat(" for k >= ") &&
             number(reader, out);
    case Kind::row: {
      const std::optional<std::int64_t> n = reader.eat("n = ") ? reader.number() : std::nullopt;
      if (n) out.index = number_tree(*n);
      return n && reader.eat(": ") && two_chains(reader, " > ", out);
    }
    case Kind::base:
    case Kind::conclusion:
      return two_chains(reader, " > ", out);
    default:
      return chain(reader, out.equal);
  }
}

}  // namespace

Subject subject_of(std::string_view claim) {
  if (claim.starts_with("Claim: S(n)")) return Subject::sum;
  if (claim.find(" divides D(n)") != std::string_view::npos) return Subject::divisibility;
  return Subject::inequality;
}

std::optional<Statement> read_statement(Subject subject, std::string_view line) {
  Reader reader(line);
  Statement out;
  out.kind = kind_of(reader);
  const bool read = subject == Subject::sum            ? sum_line(reader, out)
                    : subject == Subject::divisibility ? divisibility_line(reader, out)
                                                       : inequality_line(reader, out);
  if (!read || !reader.done()) return std::nullopt;
  return out;
}

std::optional<std::int64_t> leading_base(const Tree& tree) {
  const Tree& first = tree.is(Tree::Kind::sum) ? tree.parts[0] : tree;
  const bool form = first.is(Tree::Kind::power) && first.parts[0].is(Tree::Kind::number) &&
                    first.parts[1].is(Tree::Kind::k) && !(tree.is(Tree::Kind::sum) && tree.flipped[0]);
  return form ? std::optional(first.parts[0].number) : std::nullopt;
}

bool may_follow(Subject subject, std::optional<Kind> before, Kind now) {
  const bool in_step = before == Kind::step || before == Kind::next;
  switch (now) {
    case Kind::claim:
      return !before;
    case Kind::base:
      return before == Kind::claim;
    case Kind::hypothesis:
      return before == Kind::base;
    case Kind::step:
      return before == Kind::hypothesis;
    case Kind::next:
      return in_step;
    case Kind::bound:
      return in_step && subject == Subject::inequality;
    case Kind::conclusion:
      return before == Kind::bound;
    case Kind::row:
      return before == Kind::row || (subject == Subject::inequality ? before == Kind::conclusion : in_step);
  }
  return false;
}

bool may_end(Subject subject, Kind last) {
  return may_follow(subject, last, Kind::row);
}

}  // namespace trm::tasks::induction
