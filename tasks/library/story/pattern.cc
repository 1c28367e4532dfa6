#include "tasks/library/story/pattern.h"

#include <algorithm>
#include <array>
#include <utility>

namespace trm::tasks::library::story {
namespace {

constexpr std::size_t kMostPhraseWords = 5;

struct Macro {
  std::string_view name, words;
};
constexpr std::array kMacros = {
    Macro{"@be", "is|are|was|were"},
    Macro{"@the", "the|a|an"},
    Macro{"@in", "in|inside|inside_of|within|on|on_top_of|at|in_the_middle_of"},
    Macro{"@stay",
          "is|are|was|were|lies|lie|sits|sit|stands|stand|stays|stay|lives|live|sleeps|sleep|hides|hide|rests|remains|"
          "waits|works|is_located|are_located|is_kept|are_kept|is_stored|are_stored|is_hidden|are_hidden|is_situated|"
          "is_found|lay|sat|stood|stayed|lived|is_lying|is_sitting|is_standing|is_back"},
    Macro{"@go",
          "went|goes|go|moved|moves|travelled|traveled|travels|journeyed|walked|walks|ran|runs|returned|returns|came|"
          "comes|drove|drives|flew|hurried|headed|heads|rushed|went_back|goes_back|came_back|moved_back|is_going"},
    Macro{"@take",
          "took|takes|got|gets|grabbed|grabs|picked_up|picks_up|pick_up|carried|carries|is_carrying|are_carrying|"
          "is_holding|are_holding|collected|collects|fetched|fetches|took_with_her|took_with_him|has_taken|lifted"},
    Macro{"@drop",
          "dropped|drops|discarded|discards|put_down|puts_down|set_down|sets_down|left_behind|let_go_of|released|laid_"
          "down"},
    Macro{"@put",
          "put|puts|placed|places|laid|lays|moved|moves|hid|hides|threw|dropped|left|stored|stores|took|takes|carried|"
          "brought"},
    Macro{"@give", "gave|gives|handed|hands|passed|passes|sent|sends|lent|lends|brought|brings|sold|sells"},
    Macro{"@more", "more|less"},
    Macro{"@all", "every|each|any|all"},
    Macro{"@thing", "thing|things|object|objects|item|items"},
};

std::vector<std::string> split(std::string_view text, char mark) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    if (c == mark) {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

constexpr std::string_view kGrammar =
    "is are was were be been being am not no than and or of in on at to from by with as who whom whose what where "
    "which how does do did has have had the a an , 's every each all any if then more less most before after into "
    "inside onto that this there here he she it they him them his her its their part why when because so but "
    "while either neither both would could should might must never always often sometimes seldom nobody "
    "nothing noone everyone everybody everything anyone anybody anything someone somebody something only few many "
    "several almost maybe perhaps nor over under above below behind between among through during since until "
    "without near beside against up down off out about can cannot according except unless whether though although "
    "myself himself herself itself themselves another";
/// Verbs whose form does not tell that they are verbs.
constexpr std::string_view kVerbs =
    "like love hate fear eat need want know see own chase help met saw ate knew bought taught won found sold made "
    "wrote "
    "has have had likes eats owns visit visits beat lead leads drink drinks keep keeps read reads play plays hunt "
    "hunts";
/// Words on -ly that are no adverbs.
constexpr std::string_view kNamesOnLy =
    "family fly lily jelly belly italy july butterfly bully ugly holly emily silly friendly lonely lovely sally molly "
    "kelly "
    "polly billy willy elderly ally reply supply assembly monopoly anomaly lively deadly costly smelly early hilly "
    "curly "
    "jolly chilly daily weekly";
constexpr std::string_view kArticles = "the a an my our your this that these those some his her their its";

bool is_article(const std::string& low) {
  return is_one_of(low, kArticles);
}

bool fits(const std::string& slot, const Words& words, Span span) {
  const std::size_t size = span.end - span.begin;
  const std::string& low = words[span.begin].low;
  if (slot.size() == 1) return is_phrase(words, span);
  if (slot.ends_with("+")) return !listed(words, span).empty();
  if (slot == "side" || slot == "to") {
    std::string text;
    for (std::size_t i = span.begin; i < span.end; ++i) text += (text.empty() ? "" : " ") + words[i].low;
    if (side_of(text).word.empty()) return false;
    for (std::size_t i = span.begin; i < span.end; ++i) {
      if (!is_one_of(words[i].low,
                     "to the on in of directly immediately just side hand right-hand left-hand earlier later than "
                     "prior before after ahead") &&
          side_of(words[i].low).word.empty())
        return false;
    }
    return slot == "to" || is_one_of(words[span.end - 1].low,
                                     "of above over below beneath underneath under behind before after to than");
  }
  if (slot == "noun") {
    for (std::size_t i = span.begin; i < span.end; ++i) {
      if (is_grammar(words[i].low)) return false;
    }
    return size <= 3;
  }
  if (slot == "path") return !path_of(words, span).nouns.empty();
  if (size != 1) return false;
  if (slot == "prep") return is_one_of(low, "of to with by about for from at in on");
  if (slot == "er") return !comparative(low, false).word.empty();
  if (slot == "est") return !superlative(low, false).word.empty();
  if (slot == "kin") return !kin_steps(low).empty();
  if (slot == "num") return number_of(low) >= 0;
  if (low == "have" && slot == "inf") return true;
  if (is_one_of(low, "has have had") && slot == "verb") return true;
  if (is_grammar(low)) return false;
  if (slot == "verb") {
    const bool third = low.size() > 3 && low.ends_with("s") && !low.ends_with("ss");
    return third || (low.size() > 4 && low.ends_with("ed")) || is_one_of(low, kVerbs);
  }
  return true;  // adj, inf
}

}  // namespace

bool is_grammar(const std::string& low) {
  constexpr std::string_view kSigns = "()[]{}%$&*/+=<>#@^~|\\";
  return low.empty() || is_one_of(low, kGrammar) ||
         (low.size() == 1 && kSigns.find(low[0]) != std::string_view::npos) ||
         (low.size() > 4 && low.ends_with("ly") && !is_one_of(low, kNamesOnLy));
}

bool is_phrase(const Words& words, Span span) {
  if (span.begin == 0 && span.end > 0 && words[0].low == "some") return false;  // "Some cats are black" is about no cat
  if (span.begin + 1 < span.end && is_article(words[span.begin].low)) ++span.begin;
  if (span.begin >= span.end || span.end - span.begin > kMostPhraseWords) return false;
  for (std::size_t i = span.begin; i < span.end; ++i) {
    // "Anna's cat", but "Anna's mother" says more than a name
    if (words[i].low == "'s" && i > span.begin && i + 1 < span.end && kin_steps(words[i + 1].low).empty()) continue;
    if (is_one_of(words[i].text, "will may")) return false;  // but Will and May are names
    if (is_grammar(words[i].low)) {
      // A letter that is a name, as in "A is older than B".
      if (span.end - span.begin == 1 && words[i].text == "A") continue;
      return false;
    }
  }
  return true;
}

std::vector<Span> listed(const Words& words, Span span) {
  std::vector<Span> out;
  std::size_t begin = span.begin;
  for (std::size_t i = span.begin; i <= span.end; ++i) {
    const bool mark = i < span.end && is_one_of(words[i].low, ", and &");
    if (i < span.end && !mark) continue;
    if (begin == i && mark && words[i].low == "and" && i > span.begin && words[i - 1].low == ",") {
      begin = i + 1;  // "a, b, and c"
      continue;
    }
    if (!is_phrase(words, {begin, i})) return {};
    out.push_back({begin, i});
    begin = i + 1;
  }
  return out;
}

Path path_of(const Words& words, Span span) {
  Path out;
  std::size_t at = span.begin;
  // "the mother of the father of Ann"
  while (at + 2 < span.end) {
    std::size_t noun = at;
    if (is_article(words[noun].low)) ++noun;
    std::size_t end = noun;
    while (end < span.end && !is_grammar(words[end].low)) ++end;
    if (end == noun || end >= span.end || words[end].low != "of" || end - noun > 2) break;
    out.nouns.push_back({noun, end});
    at = end + 1;
  }
  // "Ann's father's mother", whose last noun is the nearest to the question's answer
  std::vector<Span> owned;
  std::size_t end = span.end;
  while (true) {
    std::size_t noun = end;
    while (noun > at && !is_grammar(words[noun - 1].low)) --noun;
    if (noun == end || noun <= at || words[noun - 1].low != "'s" || end - noun > 2) break;
    owned.push_back({noun, end});
    end = noun - 1;
  }
  out.nouns.insert(out.nouns.end(), owned.begin(), owned.end());
  out.of = {at, end};
  if (at >= end || !is_phrase(words, out.of)) out.nouns.clear();
  return out;
}

Pattern::Pattern(std::string_view text) {
  for (std::string& token : split(text, ' ')) {
    Part part;
    if (token.ends_with("?")) {
      part.optional = true;
      token.pop_back();
    }
    if (token.front() == '<') {
      part.slot = token.substr(1, token.size() - 2);
    } else if (token.front() >= 'A' && token.front() <= 'Z') {
      part.slot = token;
    } else {
      for (const std::string& option : split(token, '|')) {
        const auto* const macro =
            std::find_if(kMacros.begin(), kMacros.end(), [&](const Macro& m) { return m.name == option; });
        for (const std::string& words : split(macro == kMacros.end() ? option : macro->words, '|'))
          part.options.push_back(split(words, '_'));
      }
    }
    parts_.push_back(std::move(part));
  }
}

bool Pattern::match(const Words& words, std::map<std::string, Span>& slots) const {
  slots.clear();
  return match_from(words, 0, 0, slots);
}

bool Pattern::match_from(const Words& words, std::size_t at, std::size_t number,
                         std::map<std::string, Span>& slots) const {
  if (number == parts_.size()) return at == words.size();
  const Part& part = parts_[number];
  if (!part.slot.empty()) {
    const bool list = part.slot.ends_with("+") || part.slot == "path";
    const std::size_t most = list ? words.size() : std::min(words.size(), at + kMostPhraseWords + 1);
    for (std::size_t end = at + 1; end <= most; ++end) {
      if (!fits(part.slot, words, {at, end})) continue;
      const std::string name = part.slot.substr(0, part.slot.find('+'));
      slots[name] = {at, end};
      if (match_from(words, end, number + 1, slots)) return true;
      slots.erase(name);
    }
  } else {
    for (const std::vector<std::string>& option : part.options) {
      if (at + option.size() > words.size()) continue;
      bool same = true;
      for (std::size_t i = 0; i < option.size(); ++i) same = same && words[at + i].low == option[i];
      if (same && match_from(words, at + option.size(), number + 1, slots)) return true;
    }
  }
  return part.optional && match_from(words, at, number + 1, slots);
}

std::size_t Pattern::shared(const Words& words) const {
  std::size_t out = 0;
  for (const Part& part : parts_) {
    for (const Word& word : words) {
      bool known = part.slot.size() > 1 && part.slot[1] != '+' && !is_one_of(part.slot, "adj inf noun verb path") &&
                   fits(part.slot, {word}, {0, 1});
      for (const std::vector<std::string>& option : part.options) {
        known = known || std::find(option.begin(), option.end(), word.low) != option.end();
      }
      if (!known) continue;
      ++out;
      break;
    }
  }
  return out;
}

}  // namespace trm::tasks::library::story
