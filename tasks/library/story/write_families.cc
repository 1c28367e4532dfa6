// Programs about families, and about who is what to whom.
#include <algorithm>

#include "tasks/library/story/words.h"
#include "tasks/library/story/write.h"

namespace trm::tasks::library::story {
namespace {

using FamilyKind = Fact::Kind;

std::string joined(const std::vector<std::string>& terms) {
  std::string out;
  for (const std::string& term : terms) out += (out.empty() ? "" : " + ") + term + "(x)";
  return out.empty() ? "[]" : out;
}

}  // namespace

/// The function that takes one step: from x to the list of those who are that to x.
std::string Writer::step(const std::string& word) {
  if (word[0] == '=') return said(FamilyKind::role, word.substr(1), true);
  const auto told = [&](std::initializer_list<const char*> words, bool turned) {
    std::vector<std::string> out;
    out.reserve(words.size());
    for (const char* each : words) {
      if (!pairs(FamilyKind::kin, each).empty()) out.push_back(said(FamilyKind::kin, each, turned));
    }
    return out;
  };
  const auto sexed = [&](const char* sex) {
    std::string name = *sex == 'f' ? "female" : "male";
    if (wrote(name)) return name;
    std::vector<std::string> names;
    tables_ += "# the story says: " + name + "(x)\ndef " + name + "(x):\n";
    for (const Fact& fact : story_.facts) {
      if (fact.kind != FamilyKind::sex || fact.word != sex ||
          std::find(names.begin(), names.end(), fact.a) != names.end())
        continue;
      names.push_back(fact.a);
      tables_ += "    if x == " + quoted(fact.a) + ":\n        return True\n";
    }
    tables_ += "    return False\n\n\n";
    return name;
  };
  const auto append = [](std::vector<std::string>& to, const std::vector<std::string>& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  std::string name = word + "s";
  if (std::find(functions_.begin(), functions_.end(), name) != functions_.end()) return name;
  const std::vector<std::string> siblings_told = told({"brother", "sister", "sibling"}, true);
  if (is_one_of(word, "parent mother father")) {
    std::vector<std::string> exact, any = told({"parent"}, true);
    append(any, told({"son", "daughter", "child"}, false));
    if (word != "father") append(exact, told({"mother"}, true));
    if (word != "mother") append(exact, told({"father"}, true));
    if (word == "parent") append(exact, any), any.clear();
    if (any.empty() && siblings_told.empty() && exact.size() == 1) return exact[0];
    wrote(name);
    std::string body = joined(exact);
    if (!any.empty())
      body = (exact.empty() ? "" : body + " + ") + "[y for y in " + joined(any) + " if " +
             sexed(word == "mother" ? "f" : "m") + "(y)]";
    if (siblings_told.empty()) {
      rule("def " + name + "(x):\n    return " + body + "\n\n");
      return name;
    }
    // Brothers and sisters have the same parents.
    rule("def own_" + name + "(x):\n    return " + body + "\n\n");
    rule("def each_own_" + name + "(xs):\n    return own_" + name + "(xs[0]) + each_own_" + name +
         "(xs[1:]) if xs else []\n\n");
    rule("def " + name + "(x):\n    ys = own_" + name + "(x)\n    return ys if ys else each_own_" + name + "(" +
         step("near") + "(x))\n\n");
    return name;
  }
  wrote(name);
  if (word == "near") {  // brothers and sisters as they are told
    std::vector<std::string> all = siblings_told;
    append(all, told({"brother", "sister", "sibling"}, false));
    rule("def told_nears(x):\n    return " + joined(all) + "\n\n");
    gather("all_near", "told_nears");
    rule("def nears(x):\n    return " + without("all_near([x], [])", "x") + "\n\n");
  } else if (word == "sibling") {
    std::string body;
    if (!siblings_told.empty()) body = step("near") + "(x)";
    const std::string up = step("parent"), down = step("child");
    rule("def each_sibling(xs):\n    return " + down + "(xs[0]) + each_sibling(xs[1:]) if xs else []\n\n");
    body += (body.empty() ? "" : " + ") + without("each_sibling(" + up + "(x))", "x");
    rule("def siblings(x):\n    return " + body + "\n\n");
  } else if (word == "child") {
    std::vector<std::string> all = told({"mother", "father", "parent"}, false);
    append(all, told({"son", "daughter", "child"}, true));
    rule("def childs(x):\n    return " + joined(all) + "\n\n");
  } else if (word == "spouse") {
    std::vector<std::string> all = told({"husband", "wife", "spouse"}, true);
    append(all, told({"husband", "wife", "spouse"}, false));
    rule("def spouses(x):\n    return " + joined(all) + "\n\n");
  } else if (word == "ancestor" || word == "descendant") {
    const std::string next = step(word == "ancestor" ? "parent" : "child");
    gather("all_" + name, next);
    rule("def " + name + "(x):\n    return all_" + name + "(" + next + "(x), [])\n\n");
  } else {
    const std::string base = step(is_one_of(word, "son daughter")     ? "child"
                                  : is_one_of(word, "brother sister") ? "sibling"
                                                                      : "spouse");
    const bool woman = is_one_of(word, "daughter sister wife");
    // A husband's wife is a woman, even if the story does not call her one.
    if (is_one_of(word, "husband wife")) {
      rule("def " + name + "(x):\n    return [y for y in " + base + "(x) if not " + sexed(woman ? "m" : "f") +
           "(y)]\n\n");
    } else {
      rule("def " + name + "(x):\n    return [y for y in " + base + "(x) if " + sexed(woman ? "f" : "m") + "(y)]\n\n");
    }
  }
  return name;
}

std::string Writer::kin() {
  const Asked& asked = story_.asked;
  std::string list = quoted(asked.a);
  bool first = true;
  for (const std::string& word : asked.path) {
    const std::string name = step(word);
    if (!first && !wrote("each_" + name))
      rule("def each_" + name + "(xs):\n    return " + name + "(xs[0]) + each_" + name + "(xs[1:]) if xs else []\n\n");
    list = (first ? "" : "each_") + name + "(" + list + ")";
    first = false;
  }
  if (!wrote("distinct"))
    rule(
        "def distinct(xs, found):\n    if not xs:\n        return found\n    return distinct(xs[1:], found if xs[0] in "
        "found else found + [xs[0]])\n\n");
  list = "distinct(" + list + ", [])";
  if (asked.b.empty()) return result(list);
  // Of some there is only one.
  const std::string& last = asked.path.back();
  const bool one = last[0] == '=' || is_one_of(last, "mother father husband wife spouse");
  const std::size_t most = one ? 1 : last == "parent" ? 2 : 0;
  const bool sole = most > 0 && std::all_of(asked.path.begin(), asked.path.end() - 1, [](const std::string& word) {
                      return word[0] == '=' || is_one_of(word, "mother father husband wife spouse");
                    });
  rule("def answer(xs, b):\n    if b in xs:\n        return True\n    return " +
       (sole ? "False if len(xs) >= " + std::to_string(most) + " else 'unknown'" : std::string("'unknown'")) + "\n");
  return "answer(" + list + ", " + quoted(asked.b) + ")";
}

}  // namespace trm::tasks::library::story
