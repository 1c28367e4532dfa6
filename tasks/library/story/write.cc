#include "tasks/library/story/write.h"

#include <algorithm>
#include <map>

#include "tasks/library/story/words.h"
#include "tasks/python/value.h"

namespace trm::tasks::library::story {
namespace {

std::string identifier(const std::string& words) {
  std::string out;
  for (const char c : words) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (static_cast<unsigned char>(c) < 0x80) out += plain ? c : '_';
  }
  return out;
}

/// Has a name two followers, and another two forerunners?
bool is_net(const Pairs& pairs) {
  std::map<std::string, int> followers, forerunners;
  bool forks = false, meets = false;
  for (const auto& [a, b] : pairs) {
    forks = ++followers[a] > 1 || forks;
    meets = ++forerunners[b] > 1 || meets;
  }
  return forks && meets;
}

}  // namespace

std::string Writer::quoted(const std::string& key) const {
  const Name& name = name_of(story_.names, key);
  return python::repr(python::Value::string(name.key.empty() ? key : name.text));
}

std::string Writer::quoted(const std::vector<std::string>& keys) const {
  std::string out = "[";
  for (const std::string& key : keys) out += (out.size() > 1 ? ", " : "") + quoted(key);
  return out + "]";
}

bool Writer::wrote(const std::string& name) {
  if (std::find(functions_.begin(), functions_.end(), name) != functions_.end()) return true;
  functions_.push_back(name);
  return false;
}

Pairs Writer::pairs(Fact::Kind kind, const std::string& word, bool yes) const {
  Pairs out;
  for (const Fact& fact : story_.facts) {
    if (fact.kind != kind || fact.word != word || fact.yes != yes) continue;
    const std::pair<std::string, std::string> pair(fact.a, fact.b);
    if (std::find(out.begin(), out.end(), pair) == out.end()) out.push_back(pair);
  }
  return out;
}

std::string Writer::table(const std::string& word, const Pairs& pairs, const std::string& says) {
  std::string name = "told_" + identifier(word);
  while (wrote(name)) name += "_";
  std::vector<std::string> order;
  std::map<std::string, std::vector<std::string>> rows;
  for (const auto& [a, b] : pairs) {
    if (rows.count(a) == 0) order.push_back(a);
    rows[a].push_back(b);
  }
  tables_ += "# " + says + "\ndef " + name + "(x):\n";
  for (const std::string& a : order)
    tables_ += "    if x == " + quoted(a) + ":\n        return " + quoted(rows[a]) + "\n";
  tables_ += "    return []\n\n\n";
  return name;
}

std::string Writer::said(Fact::Kind kind, const std::string& word, bool turned, bool yes) {
  const std::string shown = kind == Fact::Kind::is ? "is" : kind == Fact::Kind::part ? "part of" : word;
  std::string what = (yes ? "" : "not ") + shown + (kind == Fact::Kind::level ? " as" : "");
  std::string says = "the story says: " + std::string(yes ? "" : "not ") + shown +
                     (kind == Fact::Kind::level ? " alike" : "") + (turned ? "(?, x)" : "(x, ?)");
  if (turned) what += " by";
  const std::string key = std::to_string(static_cast<int>(kind)) + " " + what;
  for (const auto& [known, name] : written_) {
    if (known == key) return name;
  }
  Pairs found = pairs(kind, word, yes);
  if (kind == Fact::Kind::level) {  // holds both ways
    const std::size_t count = found.size();
    found.reserve(2 * count);
    for (std::size_t i = 0; i < count; ++i) found.emplace_back(found[i].second, found[i].first);
    if (const std::string other = across(word); !other.empty()) {
      for (const auto& [a, b] : pairs(Fact::Kind::more, other)) {
        found.emplace_back(a, b);
        found.emplace_back(b, a);
      }
    }
  }
  if (turned) {
    for (auto& [a, b] : found) std::swap(a, b);
  }
  std::string name = table(what, found, says);
  written_.emplace_back(key, name);
  return name;
}

void Writer::tell_the_rest() {
  for (const Fact& fact : story_.facts) {
    switch (fact.kind) {
      case Fact::Kind::more:
      case Fact::Kind::level:
      case Fact::Kind::kin:
      case Fact::Kind::part:
      case Fact::Kind::is:
      case Fact::Kind::tie:
      case Fact::Kind::role:
        said(fact.kind, fact.word, false, fact.yes);
        break;
      default:
        spots();
        break;
    }
  }
}

void Writer::reach(const std::string& name, const std::string& step, const Pairs& pairs) {
  if (wrote(name)) return;
  if (is_net(pairs)) {
    rule("def " + name + "(a, b):\n    return " + name + "_from(" + step + "(a), [], b)\n\n");
    rule("def " + name +
         "_from(todo, seen, b):\n    if not todo:\n        return False\n    if todo[0] == b:\n        return True\n" +
         "    if todo[0] in seen:\n        return " + name + "_from(todo[1:], seen, b)\n    return " + name + "_from(" +
         step + "(todo[0]) + todo[1:], seen + [todo[0]], b)\n\n");
    return;
  }
  rule("def " + name + "(a, b):\n    return " + name + "_from(" + step + "(a), b, " + std::to_string(pairs.size()) +
       ")\n\n");
  rule("def " + name +
       "_from(xs, b, steps):\n    if not xs:\n        return False\n    if xs[0] == b:\n        return True\n" +
       "    if steps > 0 and " + name + "_from(" + step + "(xs[0]), b, steps - 1):\n        return True\n    return " +
       name + "_from(xs[1:], b, steps)\n\n");
}

void Writer::gather(const std::string& name, const std::string& step) {
  if (wrote(name)) return;
  rule("def " + name +
       "(todo, found):\n    if not todo:\n        return found\n    if todo[0] in found:\n        return " + name +
       "(todo[1:], found)\n    return " + name + "(todo[1:] + " + step + "(todo[0]), found + [todo[0]])\n\n");
}

std::string Writer::result(const std::string& list, const std::string& none) {
  if (story_.asked.count) {
    // "two dogs" are two.
    std::string sizes;
    for (const Name& name : story_.names) {
      const std::size_t blank = name.key.find(' ');
      const int number = blank == std::string::npos ? -1 : number_of(name.key.substr(0, blank));
      if (number >= 0)
        sizes += "    if x == " + quoted(name.key) + ":\n        return " + std::to_string(number) + "\n";
    }
    if (sizes.empty()) return "len(" + list + ")";
    tables_ += "# the story says: how many x are\ndef number(x):\n" + sizes + "    return 1\n\n\n";
    rule("def total(xs):\n    return number(xs[0]) + total(xs[1:]) if xs else 0\n\n");
    return "total(" + list + ")";
  }
  if (!wrote("result")) {
    rule("def result(xs, none):\n    if not xs:\n        return none\n    return xs if xs[1:] else xs[0]\n\n");
  }
  return "result(" + list + ", " + none + ")";
}

std::string Writer::without(const std::string& list, const std::string& name) {
  if (!wrote("without")) rule("def without(xs, x):\n    return [y for y in xs if y != x]\n\n");
  return "without(" + list + ", " + name + ")";
}

ShortForm Writer::form() {
  ShortForm out;
  using F = Asked::Form;
  switch (story_.asked.form) {
    case F::none:
      break;
    case F::is_more:
    case F::is_level:
    case F::which_more:
    case F::all_more:
    case F::next_more:
    case F::most:
      out.call = order();
      break;
    case F::route:
      out.call = route();
      break;
    case F::where:
    case F::outermost:
    case F::inside:
    case F::contents:
    case F::before:
    case F::after:
      out.call = places();
      break;
    case F::gift:
      out.call = gift();
      break;
    case F::kin:
      out.call = kin();
      break;
    case F::is:
    case F::kinds:
    case F::members:
      out.call = kinds();
      break;
    case F::part:
    case F::wholes:
    case F::parts:
      out.call = parts();
      break;
    case F::tied:
    case F::tied_to:
    case F::is_tied:
      out.call = ties();
      break;
  }
  tell_the_rest();
  out.source = tables_ + rules_;
  while (out.source.ends_with("\n\n")) out.source.pop_back();
  out.reading = story_.reading;
  return out;
}

}  // namespace trm::tasks::library::story
