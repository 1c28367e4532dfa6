// Programs about what is more than something else: older, to the left, before.
#include <algorithm>

#include "tasks/library/story/words.h"
#include "tasks/library/story/write.h"

namespace trm::tasks::library::story {

std::string Writer::order() {
  using F = Asked::Form;
  const Asked& asked = story_.asked;
  const std::string& word = asked.word;
  const Pairs more = pairs(Fact::Kind::more, word);
  Pairs level = pairs(Fact::Kind::level, word);
  if (const std::string other = across(word); !other.empty()) {
    const Pairs beside = pairs(Fact::Kind::more, other);
    level.insert(level.end(), beside.begin(), beside.end());
  }
  const bool levels = !level.empty();
  const std::string a = quoted(asked.a), b = quoted(asked.b);

  if (asked.form == F::next_more) {
    const std::string told = said(Fact::Kind::more, word, !asked.turned);
    return result(told + "(" + b + ")");
  }
  // Who is level with whom stands as high as they do.
  std::string same;
  if (levels) {
    same = said(Fact::Kind::level, word, false);
    gather("same", same);
  }
  const auto steps = [&](bool turned) {
    std::string told = said(Fact::Kind::more, word, turned);
    if (!levels) return told;
    std::string name = turned ? "up" : "down";
    if (!wrote(name)) {
      rule("def " + name + "(x):\n    return " + told + "(x) + " + same + "(x)\n\n");
      rule("def all_" + name + "(xs):\n    return " + told + "(xs[0]) + all_" + name + "(xs[1:]) if xs else []\n\n");
    }
    return name;
  };
  if (asked.form == F::most) {
    const std::string above = said(Fact::Kind::more, word, !asked.turned);
    return most(above, same);
  }
  if (asked.form == F::all_more) {
    const std::string step = steps(!asked.turned);
    gather("all_beyond", step);
    const std::string first = levels ? "all_" + step + "(same([" + b + "], []))" : step + "(" + b + ")";
    return result("all_beyond(" + first + ", [])");
  }
  const std::string step = steps(false);
  if (levels) {
    gather("all_below", step);
    rule("def above(a, b):\n    return b in all_below(all_down(same([a], [])), [])\n\n");
  } else {
    reach("above", step, more);
  }
  const std::string alike = levels ? "    if b in same([a], []):\n        return " : "";
  if (asked.form == F::which_more) {
    const std::string first = asked.turned ? "b" : "a", second = asked.turned ? "a" : "b";
    rule("def answer(a, b):\n    if above(a, b):\n        return 'unknown' if above(b, a) else " + first +
         "\n    return " + second + " if above(b, a) else 'unknown'\n");
    return "answer(" + a + ", " + b + ")";
  }
  std::string body = "def answer(a, b):\n";
  if (asked.form == F::is_level) {
    body += levels ? alike + "True\n" : "";
    body += "    if a == b:\n        return True\n    return False if above(a, b) or above(b, a) else 'unknown'\n";
  } else {
    body += levels ? alike + "False\n" : "";
    if (!pairs(Fact::Kind::more, word, false).empty())
      body += "    if b in " + said(Fact::Kind::more, word, false, false) +
              "(a):\n        return 'unknown' if above(a, b) else False\n";
    body +=
        "    if above(a, b):\n        return 'unknown' if above(b, a) else True\n    return False if above(b, a) else "
        "'unknown'\n";
  }
  rule(body);
  return "answer(" + a + ", " + b + ")";
}

/// Whoever has nobody above is first, if there is no other; then the first of the rest.
std::string Writer::most(const std::string& above, const std::string& level) {
  std::vector<std::string> names;
  for (const Fact& fact : story_.facts) {
    if ((fact.kind != Fact::Kind::more && fact.kind != Fact::Kind::level) || fact.word != story_.asked.word ||
        !fact.yes)
      continue;
    for (const std::string& key : {fact.a, fact.b}) {
      if (std::find(names.begin(), names.end(), key) == names.end()) names.push_back(key);
    }
  }
  std::string higher = above;
  if (!level.empty()) {
    rule("def all_higher(xs):\n    return " + above + "(xs[0]) + all_higher(xs[1:]) if xs else []\n\n");
    rule("def higher(x):\n    return all_higher(same([x], []))\n\n");
    higher = "higher";
  }
  rule("def highest(names):\n    return [x for x in names if not " + higher + "(x)]\n\n");
  if (story_.asked.number == 1) {
    const std::string several =
        level.empty() ? "'unknown'" : "tops if len(same([tops[0]], [])) == len(tops) else 'unknown'";
    rule(
        "def answer(names):\n    tops = highest(names)\n    if not tops:\n        return 'unknown'\n"
        "    return tops[0] if len(tops) == 1 else " +
        several + "\n");
    return "answer(" + quoted(names) + ")";
  }
  rule("def left(xs, gone):\n    return [x for x in xs if x not in gone]\n\n");
  rule("def next_highest(names, gone):\n    return [x for x in names if not left(" + higher + "(x), gone)]\n\n");
  // Who follows stands right below the last one, or is level with somebody who does.
  const std::string below = said(Fact::Kind::more, story_.asked.word, story_.asked.turned);
  const std::string rest = level.empty() ? below + "(tops[0])" : "left(" + quoted(names) + ", gone + tops)";
  rule(
      "def answer(tops, gone, number):\n    if len(tops) != 1:\n        return 'unknown'\n    if number == 1:\n"
      "        return tops[0]\n    return answer(next_highest(" +
      rest + ", gone + tops), gone + tops, number - 1)\n");
  return "answer(highest(" + quoted(names) + "), [], " + std::to_string(story_.asked.number) + ")";
}

/// Breadth first, so the way is a shortest one.
std::string Writer::route() {
  const std::pair<const char*, const char*> directions[] = {
      {"north", "south"}, {"east", "west"}, {"left", "right"}, {"above", "below"}};
  std::string all;
  for (const auto& [word, back] : directions) {
    if (pairs(Fact::Kind::more, word).empty()) continue;
    // Whoever goes from y to what is north of it goes north.
    const std::string there = said(Fact::Kind::more, word, true), here = said(Fact::Kind::more, word, false);
    all += (all.empty() ? "" : " + ") + std::string("ways(") + there + "(x), path, '" + word + "') + ways(" + here +
           "(x), path, '" + back + "')";
  }
  rule("def ways(xs, path, word):\n    return [[x, path + [word]] for x in xs]\n\n");
  rule("def next_to(x, path):\n    return " + (all.empty() ? "[]" : all) + "\n\n");
  rule(
      "def route(todo, seen, goal):\n    if not todo:\n        return 'unknown'\n    if todo[0][0] == goal:\n        "
      "return todo[0][1]\n"
      "    if todo[0][0] in seen:\n        return route(todo[1:], seen, goal)\n"
      "    return route(todo[1:] + next_to(todo[0][0], todo[0][1]), seen + [todo[0][0]], goal)\n");
  return "route([[" + quoted(story_.asked.a) + ", []]], [], " + quoted(story_.asked.b) + ")";
}

}  // namespace trm::tasks::library::story
