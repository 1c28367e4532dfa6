// Tables of English words: plurals, verbs, orders and their opposites, families.
#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "tasks/library/story/words.h"

namespace trm::tasks::library::story {
namespace {

struct Pair {
  std::string_view from, to;
};

constexpr std::array kPlurals = {
    Pair{"mice", "mouse"},
    Pair{"wolves", "wolf"},
    Pair{"sheep", "sheep"},
    Pair{"men", "man"},
    Pair{"women", "woman"},
    Pair{"children", "child"},
    Pair{"people", "person"},
    Pair{"feet", "foot"},
    Pair{"teeth", "tooth"},
    Pair{"geese", "goose"},
    Pair{"knives", "knife"},
    Pair{"wives", "wife"},
    Pair{"leaves", "leaf"},
    Pair{"shelves", "shelf"},
    Pair{"calves", "calf"},
    Pair{"elves", "elf"},
    Pair{"thieves", "thief"},
    Pair{"halves", "half"},
    Pair{"loaves", "loaf"},
    Pair{"oxen", "ox"},
    Pair{"fish", "fish"},
    Pair{"deer", "deer"},
    Pair{"buses", "bus"},
    Pair{"shoes", "shoe"},
    Pair{"policemen", "policeman"},
    Pair{"lives", "life"},
    Pair{"movies", "movie"},
    Pair{"cookies", "cookie"},
    Pair{"pies", "pie"},
    Pair{"dice", "die"},
    Pair{"scarves", "scarf"},
    Pair{"firemen", "fireman"},
};

constexpr std::array kPasts = {
    Pair{"saw", "see"},      Pair{"knew", "know"},   Pair{"ate", "eat"},        Pair{"eaten", "eat"},
    Pair{"bought", "buy"},   Pair{"wrote", "write"}, Pair{"taught", "teach"},   Pair{"met", "meet"},
    Pair{"told", "tell"},    Pair{"made", "make"},   Pair{"built", "build"},    Pair{"won", "win"},
    Pair{"found", "find"},   Pair{"fed", "feed"},    Pair{"led", "lead"},       Pair{"sold", "sell"},
    Pair{"seen", "see"},     Pair{"known", "know"},  Pair{"drove", "drive"},    Pair{"drank", "drink"},
    Pair{"caught", "catch"}, Pair{"beat", "beat"},   Pair{"sees", "see"},       Pair{"ran", "run"},
    Pair{"sang", "sing"},    Pair{"has", "have"},    Pair{"had", "have"},       Pair{"owns", "have"},
    Pair{"own", "have"},     Pair{"owned", "have"},  Pair{"possesses", "have"}, Pair{"possess", "have"},
};

/// Both ends of an order: the first word names it.
struct Ends {
  std::string_view more, less;
};
constexpr std::array kEnds = {
    Ends{"old", "young"},       Ends{"old", "new"},
    Ends{"tall", "short"},      Ends{"heavy", "light"},
    Ends{"big", "small"},       Ends{"big", "little"},
    Ends{"rich", "poor"},       Ends{"fast", "slow"},
    Ends{"strong", "weak"},     Ends{"hot", "cold"},
    Ends{"warm", "cool"},       Ends{"long", "short"},
    Ends{"high", "low"},        Ends{"deep", "shallow"},
    Ends{"wide", "narrow"},     Ends{"thick", "thin"},
    Ends{"happy", "sad"},       Ends{"good", "bad"},
    Ends{"smart", "dumb"},      Ends{"clever", "stupid"},
    Ends{"bright", "dim"},      Ends{"light-coloured", "dark"},
    Ends{"loud", "quiet"},      Ends{"hard", "soft"},
    Ends{"clean", "dirty"},     Ends{"far", "near"},
    Ends{"late", "early"},      Ends{"brave", "cowardly"},
    Ends{"expensive", "cheap"}, Ends{"wet", "dry"},
    Ends{"fat", "slim"},        Ends{"full", "empty"},
    Ends{"rough", "smooth"},    Ends{"sharp", "blunt"},
    Ends{"sweet", "sour"},      Ends{"beautiful", "ugly"},
    Ends{"difficult", "easy"},  Ends{"safe", "dangerous"},
};
/// Words for the same.
constexpr std::array kSame = {
    Pair{"large", "big"},    Pair{"huge", "big"},          Pair{"tiny", "small"},
    Pair{"wealthy", "rich"}, Pair{"quick", "fast"},        Pair{"near", "near"},
    Pair{"close", "near"},   Pair{"intelligent", "smart"}, Pair{"costly", "expensive"},
};
constexpr std::array kIrregular = {
    Pair{"better", "good"},  Pair{"best", "good"},    Pair{"worse", "bad"},   Pair{"worst", "bad"},
    Pair{"elder", "old"},    Pair{"eldest", "old"},   Pair{"farther", "far"}, Pair{"further", "far"},
    Pair{"farthest", "far"}, Pair{"furthest", "far"},
};
/// What ends like a comparative and is none.
constexpr std::string_view kNoComparatives =
    "other another over under after water never ever her number flower mother father sister brother daughter together "
    "rather whether either neither paper letter river winter summer finger dinner silver";

constexpr std::array kSides = {
    Pair{"left", "left"},     Pair{"right", "-left"},    Pair{"north", "north"},       Pair{"south", "-north"},
    Pair{"east", "east"},     Pair{"west", "-east"},     Pair{"above", "above"},       Pair{"over", "above"},
    Pair{"below", "-above"},  Pair{"beneath", "-above"}, Pair{"underneath", "-above"}, Pair{"front", "front"},
    Pair{"behind", "-front"}, Pair{"ahead", "front"},    Pair{"before", "before"},     Pair{"after", "-before"},
    Pair{"prior", "before"},  Pair{"earlier", "before"}, Pair{"later", "-before"},     Pair{"under", "-above"},
};

constexpr std::array kKin = {
    Pair{"mother", "mother"},
    Pair{"father", "father"},
    Pair{"parent", "parent"},
    Pair{"mom", "mother"},
    Pair{"mum", "mother"},
    Pair{"dad", "father"},
    Pair{"son", "son"},
    Pair{"daughter", "daughter"},
    Pair{"child", "child"},
    Pair{"kid", "child"},
    Pair{"brother", "brother"},
    Pair{"sister", "sister"},
    Pair{"sibling", "sibling"},
    Pair{"husband", "husband"},
    Pair{"wife", "wife"},
    Pair{"spouse", "spouse"},
    Pair{"uncle", "parent brother"},
    Pair{"aunt", "parent sister"},
    Pair{"cousin", "parent sibling child"},
    Pair{"nephew", "sibling son"},
    Pair{"niece", "sibling daughter"},
    Pair{"ancestor", "ancestor"},
    Pair{"descendant", "descendant"},
    Pair{"mother-in-law", "spouse mother"},
    Pair{"father-in-law", "spouse father"},
    Pair{"son-in-law", "child husband"},
    Pair{"daughter-in-law", "child wife"},
    Pair{"brother-in-law", "spouse brother"},
    Pair{"sister-in-law", "spouse sister"},
};

template <std::size_t n>
std::string looked_up(const std::array<Pair, n>& table, std::string_view word) {
  for (const Pair& pair : table) {
    if (pair.from == word) return std::string(pair.to);
  }
  return {};
}

bool is_vowel(char c) {
  return std::string_view("aeiou").find(c) != std::string_view::npos;
}

/// "tall" of "taller" and "tallest", "big" of "bigger", "heavy" of "heavier".
std::string adjective_of(std::string word, std::size_t ending) {
  word.resize(word.size() - ending);
  const std::size_t size = word.size();
  if (word.ends_with("i")) {
    word.back() = 'y';
  } else if (size > 3 && word[size - 1] == word[size - 2] && !is_one_of(word.substr(size - 1), "l s f")) {
    word.pop_back();
  }
  return word;
}

bool doubles_its_end(const std::string& word) {
  const std::size_t size = word.size();
  return size > 2 && !is_vowel(word[size - 1]) && is_vowel(word[size - 2]) && !is_vowel(word[size - 3]) &&
         std::count_if(word.begin(), word.end(), is_vowel) == 1 && !is_one_of(word.substr(size - 1), "w x y");
}

std::string comparative_of(std::string adjective) {
  if (adjective == "good") return "better";
  if (adjective == "far") return "farther";
  if (is_one_of(adjective, "expensive beautiful difficult light-coloured")) return "more " + adjective;
  if (adjective.ends_with("y")) {
    adjective.back() = 'i';
  } else if (doubles_its_end(adjective)) {
    adjective += adjective.back();
  } else if (adjective.ends_with("e")) {
    adjective.pop_back();
  }
  return adjective + "er";
}

/// Nothing: no end of an order that is known.
Order known_order(const std::string& adjective, bool long_story) {
  std::string base = looked_up(kSame, adjective);
  if (base.empty()) base = adjective;
  if (base == "short") return {long_story ? "longer" : "taller", true};
  if (base == "late" || base == "early" || base == "soon") return {"before", base == "late"};
  for (const Ends& ends : kEnds) {
    if (base == ends.more) return {comparative_of(base), false};
    if (base == ends.less) return {comparative_of(std::string(ends.more)), true};
  }
  return {};
}

Order any_order(const std::string& adjective, bool long_story) {
  Order out = known_order(adjective, long_story);
  if (out.word.empty()) out = known_order(adjective + "e", long_story);
  if (out.word.empty()) out.word = comparative_of(adjective);
  return out;
}

}  // namespace

std::string singular(const std::string& word) {
  if (std::string known = looked_up(kPlurals, word); !known.empty()) return known;
  const std::size_t size = word.size();
  if (word.ends_with("children")) return word.substr(0, size - 3);
  if (size < 3 || !word.ends_with("s") || word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") ||
      word.ends_with("ics") || word.ends_with("'s"))
    return word;
  if (word.ends_with("ies") && size > 4) return word.substr(0, size - 3) + "y";
  for (const char* ending : {"sses", "xes", "ches", "shes", "oes"}) {
    if (word.ends_with(ending)) return word.substr(0, size - 2);
  }
  return word.substr(0, size - 1);
}

std::string stem(const std::string& verb) {
  std::string out = looked_up(kPasts, verb);
  if (out.empty()) out = verb;
  if (out == "have") return out;
  if (out.ends_with("ing") && out.size() > 5) {
    out.resize(out.size() - 3);
  } else if ((out.ends_with("ed") || out.ends_with("es")) && out.size() > 4) {
    out.resize(out.size() - 2);
  } else if (out.ends_with("s") && !out.ends_with("ss") && out.size() > 3) {
    out.pop_back();
  }
  if (out.ends_with("e") && out.size() > 3) out.pop_back();
  if (out.ends_with("y")) out.back() = 'i';
  if (out.size() > 3 && out[out.size() - 1] == out[out.size() - 2] && !is_one_of(out.substr(out.size() - 1), "l s"))
    out.pop_back();
  return out;
}

Order comparative(const std::string& word, bool long_story) {
  if (const std::string known = looked_up(kIrregular, word); !known.empty() && !word.ends_with("st"))
    return any_order(known, long_story);
  if (word.size() < 4 || !word.ends_with("er") || is_one_of(word, kNoComparatives)) return {};
  return any_order(adjective_of(word, 2), long_story);
}

Order superlative(const std::string& word, bool long_story) {
  if (const std::string known = looked_up(kIrregular, word); !known.empty() && word.ends_with("st"))
    return any_order(known, long_story);
  if (word == "first") return {"before", false};
  if (word == "last") return {"before", true};
  if (word.ends_with("most")) {
    for (const char* end : {"ern", ""}) {
      const std::string side = word.substr(0, word.size() - 4);
      if (!side.ends_with(end)) continue;
      if (Order order = side_of(side.substr(0, side.size() - std::string_view(end).size())); !order.word.empty())
        return order;
    }
  }
  if (word.size() < 5 || !word.ends_with("est")) return {};
  return any_order(adjective_of(word, 3), long_story);
}

Order positive(const std::string& word, bool long_story) {
  return any_order(word, long_story);
}

Order long_order(const std::string& adjective, bool less) {
  Order out = known_order(adjective, false);
  if (out.word.empty()) out.word = "more " + adjective;
  if (less) out.turned = !out.turned;
  return out;
}

Order side_of(std::string_view words) {
  std::string found;
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (std::string side = looked_up(kSides, words.substr(0, end)); !side.empty()) found = side;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  const bool turned = found.starts_with("-");
  return {turned ? found.substr(1) : found, turned};
}

std::string across(const std::string& order) {
  constexpr std::array table = {Pair{"left", "above"}, Pair{"above", "left"}, Pair{"north", "east"},
                                Pair{"east", "north"}};
  return looked_up(table, order);
}

std::vector<std::string> kin_steps(std::string word) {
  word = singular(word);
  std::vector<std::string> out;
  std::size_t greats = 0;
  for (; word.starts_with("great-"); word.erase(0, 6)) ++greats;
  const bool grand = word.starts_with("grand");
  if (grand) word.erase(0, 5);
  if (grand && word == "ma") word = "mother";
  if (grand && word == "pa") word = "father";
  std::string steps = looked_up(kKin, word);
  if (steps.empty() && word.ends_with("-in-law")) steps = looked_up(kKin, word);
  if (steps.empty()) return out;
  const bool up = is_one_of(word, "mother father parent"), down = is_one_of(word, "son daughter child");
  if (grand && !up && !down) return out;
  if (greats > 0 && !grand && !is_one_of(word, "aunt uncle")) return out;
  out.assign(greats + (grand ? 1 : 0), down ? "child" : "parent");
  while (!steps.empty()) {
    const std::size_t end = std::min(steps.find(' '), steps.size());
    out.push_back(steps.substr(0, end));
    steps.erase(0, end + 1);
  }
  return out;
}

char sex_of(const std::string& word) {
  const std::vector<std::string> steps = kin_steps(word);
  const std::string& last = steps.empty() ? word : steps.back();
  if (is_one_of(last, "mother daughter sister wife woman girl female lady queen")) return 'f';
  if (is_one_of(last, "father son brother husband man boy male gentleman king")) return 'm';
  return 0;
}

int number_of(const std::string& word) {
  const bool digits = std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits && !word.empty() && word.size() < 7) return std::stoi(word);
  constexpr std::array<std::string_view, 2> lists = {
      "zero one two three four five six seven eight nine ten",
      "- first second third fourth fifth sixth seventh eighth ninth tenth"};
  for (std::string_view list : lists) {
    int number = 0;
    for (; !list.empty(); ++number) {
      const std::size_t end = std::min(list.find(' '), list.size());
      if (list.substr(0, end) == word) return number;
      list.remove_prefix(std::min(end + 1, list.size()));
    }
  }
  return -1;
}

}  // namespace trm::tasks::library::story
