// Programs about where things are, who has them, and how that changes.
#include <algorithm>

#include "tasks/library/story/write.h"

namespace trm::tasks::library::story {
namespace {

void add_once(std::vector<std::string>& list, const std::string& key) {
  if (std::find(list.begin(), list.end(), key) == list.end()) list.push_back(key);
}

}  // namespace

/// moves(x): what happened to x, the latest first: how, with whom or what, when. spot(x, time): what x is in or who has
/// it.
std::string Writer::spots() {
  if (wrote("moves")) return "spot";
  using K = Fact::Kind;
  using F = Asked::Form;
  std::vector<std::string> order;
  std::vector<std::pair<std::string, std::string>> moves;  // x, what happened
  bool drops = false, outs = false, eithers = false;
  for (std::size_t i = 0; i < story_.facts.size(); ++i) {
    const Fact& fact = story_.facts[i];
    std::string x = fact.a, how, other = quoted(fact.b);
    switch (fact.kind) {
      case K::place:
        how = "in";
        break;
      case K::absent:
        how = "out", outs = true;
        break;
      case K::either:
        how = "either", eithers = true, other = quoted(std::vector<std::string>{fact.b, fact.c});
        break;
      case K::hold:
        how = "with", x = fact.b, other = quoted(fact.a);
        break;
      case K::drop:
        how = "left", x = fact.b, other = quoted(fact.a), drops = true;
        break;
      case K::give:
        how = "with", x = fact.b, other = quoted(fact.c);
        break;
      default:
        continue;
    }
    add_once(order, x);
    moves.emplace_back(x, "['" + how + "', " + other + ", " + std::to_string(i + 1) + "]");
  }
  tables_ += "# the story says: what happened to x, the latest first\ndef moves(x):\n";
  for (const std::string& x : order) {
    std::string row;
    for (auto at = moves.rbegin(); at != moves.rend(); ++at) {
      if (at->first == x) row += (row.empty() ? "" : ", ") + at->second;
    }
    tables_ += "    if x == " + quoted(x) + ":\n        return [" + row + "]\n";
  }
  tables_ += "    return []\n\n\n";
  if (story_.asked.form < F::where || story_.asked.form > F::after) return "spot";
  rule("def spot(x, time):\n    return latest(moves(x), time)\n\n");
  std::string text = "def latest(ms, time):\n    if not ms:\n        return 'unknown'\n";
  if (drops || story_.asked.form == F::before || story_.asked.form == F::after)
    text += "    if ms[0][2] > time:\n        return latest(ms[1:], time)\n";
  if (drops) text += "    if ms[0][0] == 'left':\n        return spot(ms[0][1], ms[0][2] - 1)\n";
  if (outs) text += "    if ms[0][0] == 'out':\n        return unless(latest(ms[1:], time), ms[0][1])\n";
  if (eithers) text += "    if ms[0][0] == 'either':\n        return 'unknown'\n";
  rule(text + "    return ms[0][1]\n\n");
  if (outs) rule("def unless(place, other):\n    return 'unknown' if place == other else place\n\n");
  return "spot";
}

std::string Writer::places() {
  using F = Asked::Form;
  using K = Fact::Kind;
  const Asked& asked = story_.asked;
  spots();
  std::vector<std::string> holders;
  bool outs = false, eithers = false;
  for (const Fact& fact : story_.facts) {
    if (fact.kind == K::hold) add_once(holders, fact.a);
    if (fact.kind == K::give) add_once(holders, fact.a), add_once(holders, fact.c);
    outs = outs || fact.kind == K::absent;
    eithers = eithers || fact.kind == K::either;
  }
  const std::string now = std::to_string(story_.facts.size()), most = std::to_string(story_.facts.size());
  const std::string a = quoted(asked.a), b = quoted(asked.b);
  std::string where = "spot";
  const bool walks = asked.form != F::outermost && asked.form != F::inside && !asked.turned;
  if (!holders.empty() && walks) {
    // A thing is where its holder is, as far as that is known.
    rule("def where(x, time, steps):\n    place = spot(x, time)\n    if steps == 0 or place not in " + quoted(holders) +
         ":\n        return place\n    return known(where(place, time, steps - 1), place)\n\n");
    rule("def known(place, holder):\n    return holder if place == 'unknown' else place\n\n");
    where = "where";
  }
  const auto at = [&](const std::string& x, const std::string& time) {
    return where == "spot" ? "spot(" + x + ", " + time + ")" : "where(" + x + ", " + time + ", " + most + ")";
  };
  // Which of them may be the answer?
  std::string fits;
  if (!asked.noun.empty()) {
    const bool kind = std::any_of(story_.facts.begin(), story_.facts.end(), [&](const Fact& fact) {
      return fact.kind == K::is && fact.yes && fact.b == asked.noun;
    });
    if (kind) {
      reach("kind_of", said(K::is, "", false), pairs(K::is, ""));
      fits = "kind_of(X, " + quoted(asked.noun) + ")";
    }
    if (!asked.among.empty() || (!kind && asked.form == F::contents))
      fits += (fits.empty() ? "" : " or ") + std::string("X in ") + quoted(asked.among);
  }
  switch (asked.form) {
    case F::where:
      if (!asked.turned) return at(a, now);
      rule("def holder(place):\n    return place if place in " + quoted(holders) + " else 'nobody'\n");
      return "holder(spot(" + a + ", " + now + "))";
    case F::outermost:
      if (fits.empty()) {
        rule("def around(x, steps):\n    return outer(x, spot(x, " + now + "), steps)\n\n");
        rule(
            "def outer(x, place, steps):\n    if place == 'unknown':\n        return x\n"
            "    return around(place, steps - 1) if steps > 0 else 'unknown'\n\n");
        rule("def answer(x):\n    place = around(x, " + most + ")\n    return 'unknown' if place == x else place\n");
        return "answer(" + a + ")";
      }
      fits.replace(fits.find('X'), 1, "place");
      if (fits.find('X') != std::string::npos) fits.replace(fits.find('X'), 1, "place");
      rule("def around(x, steps):\n    place = spot(x, " + now +
           ")\n    if place == 'unknown' or steps == 0:\n        return 'unknown'\n    if " + fits +
           ":\n        return place\n    return around(place, steps - 1)\n");
      return "around(" + a + ", " + most + ")";
    case F::inside: {
      rule("def inside(x, goal, steps):\n    place = spot(x, " + now +
           ")\n    if place == goal:\n        return True\n"
           "    if place == 'unknown':\n        return False\n    return inside(place, goal, steps - 1) if steps > 0 "
           "else 'unknown'\n\n");
      std::string body = "def answer(x, goal):\n    if spot(x, " + now +
                         ") != 'unknown':\n        return inside(x, goal, " + most + ")\n";
      if (outs || eithers) {
        body +=
            "    return denied(moves(x), goal)\n\n\ndef denied(ms, goal):\n    if not ms:\n        return 'unknown'\n";
        if (outs)
          body += "    if ms[0][0] == 'out':\n        return False if ms[0][1] == goal else denied(ms[1:], goal)\n";
        if (eithers) body += "    if ms[0][0] == 'either':\n        return 'unknown' if goal in ms[0][1] else False\n";
      }
      rule(body + "    return 'unknown'\n");
      return "answer(" + a + ", " + b + ")";
    }
    case F::contents: {
      std::vector<std::string> names, goers = holders;
      for (const Fact& fact : story_.facts) {
        if (fact.kind == K::place || fact.kind == K::absent || fact.kind == K::either) add_once(names, fact.a);
        if (fact.kind == K::hold || fact.kind == K::drop || fact.kind == K::give) add_once(names, fact.b);
        if (fact.kind == K::drop) add_once(goers, fact.a);
      }
      const bool held = std::find(holders.begin(), holders.end(), asked.b) != holders.end();
      names.erase(std::remove_if(names.begin(), names.end(),
                                 [&](const std::string& key) {
                                   if (key == asked.b) return true;
                                   if (asked.people) return !name_of(story_.names, key).proper;
                                   return std::find(goers.begin(), goers.end(), key) != goers.end();
                                 }),
                  names.end());
      std::string test = (held ? "spot(x, " + now + ")" : at("x", now)) + " == y";
      if (!fits.empty()) {
        for (std::size_t i = fits.find('X'); i != std::string::npos; i = fits.find('X')) fits.replace(i, 1, "x");
        test += " and (" + fits + ")";
      }
      rule("def contents(xs, y):\n    return [x for x in xs if " + test + "]\n\n");
      return result("contents(" + quoted(names) + ", " + b + ")", asked.people ? "'nobody'" : "'nothing'");
    }
    case F::before:
      rule("def before(x, goal, time, been):\n    if time == 0:\n        return 'unknown'\n    place = " +
           at("x", "time") +
           "\n    if place == goal:\n        return before(x, goal, time - 1, True)\n    if been:\n        return "
           "place\n"
           "    return before(x, goal, time - 1, False)\n");
      return "before(" + a + ", " + b + ", " + now + ", False)";
    default:
      rule("def after(x, goal, time, last):\n    if time == 0:\n        return 'unknown'\n    place = " +
           at("x", "time") +
           "\n    if place == goal:\n        return last\n    return after(x, goal, time - 1, place)\n");
      return "after(" + a + ", " + b + ", " + now + ", 'unknown')";
  }
}

std::string Writer::gift() {
  const Asked& asked = story_.asked;
  std::string gifts;
  for (auto at = story_.facts.rbegin(); at != story_.facts.rend(); ++at) {
    if (at->kind == Fact::Kind::give)
      gifts += (gifts.empty() ? "" : ", ") + quoted(std::vector<std::string>{at->a, at->b, at->c});
  }
  tables_ +=
      "# the story says: who gave what to whom, the latest first\ndef gifts():\n    return [" + gifts + "]\n\n\n";
  const std::string* known[] = {&asked.a, &asked.b, &asked.c};
  std::string test, arguments, parameters;
  for (int i = 0; i < 3; ++i) {
    if (known[i]->empty() || i == asked.number) continue;
    const std::string parameter(1, static_cast<char>('a' + i));
    test += (test.empty() ? "" : " and ") + std::string("gs[0][") + std::to_string(i) + "] == " + parameter;
    parameters += ", " + parameter;
    arguments += ", " + quoted(*known[i]);
  }
  rule("def gift(gs" + parameters + "):\n    if not gs:\n        return 'unknown'\n    if " +
       (test.empty() ? "True" : test) + ":\n        return gs[0][" + std::to_string(asked.number) +
       "]\n    return gift(gs[1:]" + parameters + ")\n");
  return "gift(gifts()" + arguments + ")";
}

}  // namespace trm::tasks::library::story
