// Programs about kinds and qualities, about parts, and about who likes whom.
#include <algorithm>

#include "tasks/library/story/write.h"

namespace trm::tasks::library::story {
namespace {

using KindOf = Fact::Kind;

}  // namespace

/// Names that sentences speak of as of one thing; kinds where there are no others.
std::vector<std::string> Writer::individuals() const {
  std::vector<std::string> all, named;
  for (const Fact& fact : story_.facts) {
    if (fact.kind != KindOf::is && (fact.kind != KindOf::tie || fact.word != story_.asked.word)) continue;
    if (std::find(all.begin(), all.end(), fact.a) != all.end()) continue;
    all.push_back(fact.a);
    if (name_of(story_.names, fact.a).proper) named.push_back(fact.a);
  }
  return named.empty() ? all : named;
}

std::string Writer::kinds() {
  using F = Asked::Form;
  const Asked& asked = story_.asked;
  const std::string is = said(KindOf::is, "", false);
  const std::string a = quoted(asked.a), b = quoted(asked.b);
  if (asked.form == F::members) {
    const std::string members = said(KindOf::is, "", true);
    gather("all_members", members);
    rule("def members(xs, names):\n    return [x for x in xs if x in names]\n\n");
    return result("members(all_members(" + members + "(" + b + "), []), " + quoted(individuals()) + ")");
  }
  if (asked.form == F::kinds) {
    if (asked.among.empty()) return result(is + "(" + a + ")");
    const std::string members = said(KindOf::is, "", true);
    gather("all_kinds", is);
    rule("def colours(xs):\n    return [x for x in all_kinds(xs, []) if x in " + quoted(asked.among) + "]\n\n");
    // What is not told of x is told of another of its kind.
    rule("def alike(xs, x):\n    return " + without(members + "(xs[0])", "x") +
         " + alike(xs[1:], x) if xs else []\n\n");
    rule("def answer(x):\n    own = colours([x])\n    return own if own else colours(alike(" + is + "(x), x))\n\n");
    return result("answer(" + a + ")");
  }
  if (pairs(KindOf::is, "", false).empty()) {
    reach("kind_of", is, pairs(KindOf::is, ""));
    rule("def answer(a, b):\n    return True if a == b or kind_of(a, b) else 'unknown'\n");
    return "answer(" + a + ", " + b + ")";
  }
  // The nearest statement counts: penguins do not fly, although birds do.
  const std::string not_is = said(KindOf::is, "", false, false);
  gather("all_kinds", is);
  rule("def meets(xs, ys):\n    return bool(xs) and (xs[0] in ys or meets(xs[1:], ys))\n\n");
  rule(
      "def kind_of(todo, seen, b, above):\n    if not todo:\n        return 'unknown'\n    if todo[0] == b:\n        "
      "return True\n"
      "    if todo[0] in seen:\n        return kind_of(todo[1:], seen, b, above)\n    if meets(" +
      not_is + "(todo[0]), above):\n        return 'unknown' if b in " + is +
      "(todo[0]) else False\n"
      "    return kind_of(todo[1:] + " +
      is + "(todo[0]), seen + [todo[0]], b, above)\n\n");
  rule("def answer(a, b):\n    return kind_of([a], [], b, all_kinds([b], []))\n");
  return "answer(" + a + ", " + b + ")";
}

std::string Writer::parts() {
  using F = Asked::Form;
  const Asked& asked = story_.asked;
  const std::string whole = said(KindOf::part, "", false), part = said(KindOf::part, "", true);
  if (asked.form != F::part) {
    gather("all_of", asked.form == F::wholes ? whole : part);
    return result("all_of(" + (asked.form == F::wholes ? whole : part) + "(" + quoted(asked.a) + "), [])");
  }
  reach("part_of", whole, pairs(KindOf::part, ""));
  // What no sentence makes a part is none, if the story knows of it.
  rule("def known(x):\n    return bool(" + whole + "(x)) or bool(" + part + "(x))\n\n");
  rule(
      "def answer(a, b):\n    if part_of(a, b):\n        return True\n    return False if known(a) and known(b) else "
      "'unknown'\n");
  return "answer(" + quoted(asked.a) + ", " + quoted(asked.b) + ")";
}

std::string Writer::ties() {
  using F = Asked::Form;
  const Asked& asked = story_.asked;
  const bool kinds = !pairs(KindOf::is, "").empty();
  const std::string a = quoted(asked.a), b = quoted(asked.b);
  if (asked.form == F::tied_to && !kinds) return result(said(KindOf::tie, asked.word, true) + "(" + b + ")");
  const std::string told = said(KindOf::tie, asked.word, false);
  std::string ties = told;
  if (kinds) {
    // What is so of a kind is so of each of its kind.
    const std::string is = said(KindOf::is, "", false);
    gather("all_kinds", is);
    rule("def each_told(xs):\n    return " + told + "(xs[0]) + each_told(xs[1:]) if xs else []\n\n");
    rule("def ties(x):\n    return each_told(all_kinds([x], []))\n\n");
    rule("def meets(xs, ys):\n    return bool(xs) and (xs[0] in ys or meets(xs[1:], ys))\n\n");
    ties = "ties";
  }
  if (asked.form == F::tied) {
    std::string list = ties + "(" + a + ")";
    if (!asked.noun.empty()) {
      std::string fits;
      if (kinds) fits = quoted(asked.noun) + " in all_kinds([x], [])";
      if (!asked.among.empty() || fits.empty())
        fits += (fits.empty() ? "" : " or ") + std::string("x in ") + quoted(asked.among);
      rule("def fitting(xs):\n    return [x for x in xs if " + fits + "]\n\n");
      list = "fitting(" + list + ")";
    }
    return result(list);
  }
  if (asked.form == F::tied_to) {
    rule("def those(xs, ys):\n    return [x for x in xs if meets(ties(x), ys)]\n\n");
    return result("those(" + quoted(individuals()) + ", all_kinds([" + b + "], []))");
  }
  std::string body = "def answer(a, b):\n";
  if (!pairs(KindOf::tie, asked.word, false).empty())
    body += "    if b in " + said(KindOf::tie, asked.word, false, false) + "(a):\n        return 'unknown' if b in " +
            told + "(a) else False\n";
  body += kinds ? "    return True if meets(ties(a), all_kinds([b], [])) else 'unknown'\n"
                : "    return True if b in " + ties + "(a) else 'unknown'\n";
  rule(body);
  return "answer(" + a + ", " + b + ")";
}

}  // namespace trm::tasks::library::story
