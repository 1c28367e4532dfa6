#include <algorithm>
#include <cstddef>
#include <iterator>
#include <numeric>
#include <utility>

#include "tasks/base/words.h"
#include "tasks/library/story/read.h"
#include "tasks/library/story/story.h"
#include "tasks/recursion/multi_step_qa/words.h"

namespace trm::tasks::library::story {
namespace {

constexpr std::size_t kMostSentenceWords = 60;
constexpr std::string_view kPronouns = "he she it they him her them his its their";
constexpr const char* kExample = "The key is in the box. The box is in the hall. Which room is the key in?";

Error story_error(const std::string& place, std::string message, std::string fix) {
  return {ErrorCode::bad_input, place, "story", std::move(message), std::move(fix)};
}

bool is_small(const Word& word) {
  return word.text == word.low && !word.low.empty() && word.low[0] >= 'a' && word.low[0] <= 'z';
}

void erase_at(Words& words, std::size_t at, std::size_t count = 1) {
  const auto begin = words.begin() + static_cast<std::ptrdiff_t>(at);
  words.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
}

bool begins_with(const Words& words, std::size_t at, std::string_view first, std::string_view second) {
  return at + 1 < words.size() && is_one_of(words[at].low, first) && is_one_of(words[at + 1].low, second);
}

/// Which part of two days the words speak of, and how many words that takes; 0 words: none.
std::pair<int, std::size_t> day_at(const Words& words, std::size_t at) {
  if (at >= words.size()) return {0, 0};
  if (words[at].low == "yesterday") return {0, 1};
  if (words[at].low == "today") return {1, 1};
  if (begins_with(words, at, "last", "night")) return {0, 2};
  if (begins_with(words, at, "this", "morning")) return {1, 2};
  if (begins_with(words, at, "this", "afternoon")) return {2, 2};
  if (begins_with(words, at, "this", "evening")) return {3, 2};
  return {0, 0};
}

char sex_of_name(const std::string& text) {
  using multi_step_qa::kMen;
  using multi_step_qa::kWomen;
  if (std::find(kWomen.begin(), kWomen.end(), text) != kWomen.end() || is_one_of(text, "Sandra Julie Sarah Lily Emily"))
    return 'f';
  if (std::find(kMen.begin(), kMen.end(), text) != kMen.end() || is_one_of(text, "Daniel Bill Jeff Brian Greg Max"))
    return 'm';
  return 0;
}

void mention(std::vector<std::string>& list, const std::string& key) {
  list.erase(std::remove(list.begin(), list.end(), key), list.end());
  list.push_back(key);
}

}  // namespace

const Name& name_of(const std::vector<Name>& names, const std::string& key) {
  static const Name nobody;
  const auto at = std::find_if(names.begin(), names.end(), [&key](const Name& name) { return name.key == key; });
  return at == names.end() ? nobody : *at;
}

Reader::Reader(const std::vector<Sentence>& sentences) : sentences_(sentences) {
  for (const Sentence& sentence : sentences_) {
    for (const Word& word : sentence.words) {
      if (is_small(word)) small_.insert(word.low);
      long_ = long_ || is_one_of(word.low, "long longer longest");
    }
  }
}

std::string Reader::low(const char* slot) const {
  const auto at = slots_.find(slot);
  std::string out;
  if (at == slots_.end()) return out;
  for (std::size_t i = at->second.begin; i < at->second.end; ++i) out += (out.empty() ? "" : " ") + words_[i].low;
  return out;
}

std::string Reader::verb(const char* slot) {
  const std::string word = low(slot);
  std::string out = stem(word);
  story_.verbs.emplace(out, word);
  return out;
}

bool Reader::article(const char* slot, const char* word) const {
  const auto at = slots_.find(slot);
  return at != slots_.end() && words_[at->second.begin].low == word;
}

bool Reader::bare(const char* slot) const {
  const std::size_t begin = slots_.at(slot).begin;
  return !is_one_of(words_[begin].low, "the a an") && (begin == 0 || !is_one_of(words_[begin - 1].low, "the a an"));
}

bool Reader::proper(const std::string& key) const {
  return name_of(story_.names, key).proper;
}

bool Reader::said(Fact::Kind kind) const {
  return std::any_of(story_.facts.begin(), story_.facts.end(), [kind](const Fact& fact) { return fact.kind == kind; });
}

bool Reader::said_kind(const std::string& kind) const {
  return std::any_of(story_.facts.begin(), story_.facts.end(),
                     [&kind](const Fact& fact) { return fact.kind == Fact::Kind::is && fact.b == kind; });
}

bool Reader::said_role(const std::string& word) const {
  return std::any_of(story_.facts.begin(), story_.facts.end(),
                     [&word](const Fact& fact) { return fact.kind == Fact::Kind::role && fact.word == word; });
}

std::vector<std::string> Reader::called(const std::string& noun) const {
  std::vector<std::string> out;
  for (const Name& name : story_.names) {
    const std::size_t blank = name.key.rfind(' ');
    const std::string last = blank == std::string::npos ? name.key : name.key.substr(blank + 1);
    if (last == noun || singular(last) == noun) out.push_back(name.key);
  }
  return out;
}

std::string Reader::key_of(Span span, bool kind) {
  const bool initial = span.begin == 0;
  const bool article =
      span.end - span.begin > 1 &&
      is_one_of(words_[span.begin].low, "the a an my our your this that these those some his her their its");
  if (article) ++span.begin;
  // "All green things are rough" is about what is green.
  if (kind && span.end - span.begin > 1 && is_one_of(words_[span.end - 1].low, "things people")) --span.end;
  const Word& last = words_[span.end - 1];
  const bool many =
      span.end < words_.size() && is_one_of(words_[span.end].low, "are were have do eat like love fear hate need can");
  const bool alone = span.end - span.begin == 1;
  bool small_first = article || !initial || is_small(words_[span.begin]) || small_.count(words_[span.begin].low) > 0;
  const bool small_last = is_small(last) || (alone && initial && small_first);
  std::string ending = last.low, shown = last.text;
  if ((!article || kind) && number_of(words_[span.begin].low) < 0) {
    const std::string one = singular(last.low);
    // "Cats are animals" begins with no name.
    const bool common = small_last || kind || (alone && initial && (many || small_.count(one) > 0));
    if (common && one != last.low) {
      ending = shown = one;
      small_first = small_first || alone;
    }
  }
  if (!alone && small_last) small_first = true;
  if (alone && initial && small_first && !article) shown = ending;
  Name name;
  for (std::size_t i = span.begin; i + 1 < span.end; ++i) {
    const char* blank = words_[i + 1].low == "'s" ? "" : " ";
    name.key += words_[i].low + blank;
    name.text += (i == span.begin && initial && small_first && !article ? words_[i].low : words_[i].text) + blank;
  }
  name.key += ending;
  name.text += shown;
  const char c = name.text[0];
  name.proper = !article && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9');
  if (name_of(story_.names, name.key).key.empty()) story_.names.push_back(name);
  return name.key;
}

std::string Reader::name(const char* slot, bool kind) {
  return key_of(slots_.at(slot), kind);
}

std::vector<std::string> Reader::names(const char* slot, bool kind) {
  const std::vector<Span> spans = listed(words_, slots_.at(slot));
  std::vector<std::string> out;
  out.reserve(spans.size());
  for (const Span span : spans) out.push_back(key_of(span, kind));
  return out;
}

std::vector<std::string> Reader::path(const char* slot, std::string& of) {
  const Path path = path_of(words_, slots_.at(slot));
  std::vector<std::string> out;
  out.reserve(path.nouns.size());
  for (const Span noun : path.nouns) {
    std::string text;
    for (std::size_t i = noun.begin; i < noun.end; ++i) text += (text.empty() ? "" : " ") + words_[i].low;
    out.push_back(std::move(text));
  }
  of = key_of(path.of, false);
  return out;
}

void Reader::part_by_names(const char* first, const char* second) {
  const std::size_t begin = slots_.at(first).begin, end = slots_.at(second).end;
  if (slots_.at(first).end != slots_.at(second).begin) return;
  for (std::size_t at = end - 1; at > begin; --at) {
    const std::vector<Name> names = story_.names;
    const bool known = is_phrase(words_, {begin, at}) && is_phrase(words_, {at, end}) &&
                       !name_of(names, key_of({begin, at}, false)).key.empty();
    story_.names = names;
    if (!known) continue;
    slots_[first] = {begin, at};
    slots_[second] = {at, end};
    return;
  }
}

std::string Reader::person_like(char sex) const {
  for (auto at = people_.rbegin(); at != people_.rend(); ++at) {
    const auto known = sexes_.find(*at);
    if (known == sexes_.end() || known->second == sex) return *at;
  }
  return things_.empty() ? "" : things_.back();
}

void Reader::without_pronouns(Words& words) {
  if (words.empty() || words[0].low == "if") return;
  Words out;
  out.reserve(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& low = words[i].low;
    std::vector<std::string> who;
    const bool noun_follows = i + 1 < words.size() && !is_grammar(words[i + 1].low);
    const bool owner = is_one_of(low, "his her its their") && noun_follows;
    const bool kin_follows = i + 1 < words.size() && !kin_steps(words[i + 1].low).empty();
    if (is_one_of(low, kPronouns) && !(owner && !kin_follows)) {
      if (is_one_of(low, "they them their")) {
        who = group_;
      } else {
        const bool thing = low == "it" || low == "its";
        const std::string one = thing ? (things_.empty() ? "" : things_.back())
                                      : person_like(low[0] == 'h' && low[1] == 'i' ? 'm'
                                                    : low == "he"                  ? 'm'
                                                                                   : 'f');
        if (!one.empty()) who.push_back(one);
      }
    }
    if (who.empty()) {
      out.push_back(words[i]);
      continue;
    }
    for (std::size_t k = 0; k < who.size(); ++k) {
      if (k > 0) out.push_back({"and", "and"});
      const Name& name = name_of(story_.names, who[k]);
      if (!name.proper) out.push_back({"the", "the"});
      for (const Sentence& sentence : sentences_of(name.text))
        out.insert(out.end(), sentence.words.begin(), sentence.words.end());
    }
    if (owner) out.push_back({"'s", "'s"});
  }
  words = std::move(out);
}

void Reader::prepare(Sentence& sentence) {
  Words& words = sentence.words;
  const auto is_capital = [](const Word& word) { return word.text != word.low; };
  if (words.size() > 2 && is_decimal(words[0].low) && is_capital(words[1])) erase_at(words, 0);  // a line's number
  for (bool more = true; more && words.size() > 2;) {
    more = false;
    const auto [day, length] = day_at(words, 0);
    if (length > 0 && words.size() > length + 1) {
      day_ = day;
      erase_at(words, 0, length);
      more = true;
    } else if (begins_with(words, 0, "after following", "that this")) {
      erase_at(words, 0, 2);
      more = true;
    } else if (is_one_of(words[0].low,
                         ", then next later afterwards afterward finally also and but so meanwhile now suddenly "
                         "however therefore hence")) {
      erase_at(words, 0);
      more = true;
    }
  }
  for (std::size_t i = 0; i < words.size();) {
    const bool how = i > 0 && words[i - 1].low == "how";
    if (!how && is_one_of(words[i].text,
                          "now currently still also really very much already again indeed quite too even just "
                          "both afterwards away twice")) {
      erase_at(words, i);
    } else if (begins_with(words, i, "a", "lot bit little") && i + 2 < words.size() &&
               (!comparative(words[i + 2].low, false).word.empty() || words[i + 2].low == "more")) {
      erase_at(words, i, 2);
    } else {
      ++i;
    }
  }
  // "The key's in the box", "Tom's older"
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i].low == "'s" && (is_grammar(words[i + 1].low) || (i + 2 < words.size() && words[i + 2].low == "than")))
      words[i] = {"is", "is"};
  }
  // "a chest of drawers" is one thing
  for (std::size_t i = 0; i + 2 < words.size(); ++i) {
    if (!is_one_of(words[i].low, "chest box cup glass bottle bag piece pair bunch basket bar jar") ||
        words[i + 1].low != "of" || is_grammar(words[i + 2].low) || is_capital(words[i + 2]))
      continue;
    words[i] = {words[i].text + " of " + words[i + 2].text, words[i].low + " of " + words[i + 2].low};
    erase_at(words, i + 1, 2);
  }
  for (std::size_t length = 1; length <= 2 && words.size() > length + 2; ++length) {
    const auto [day, found] = day_at(words, words.size() - length);
    if (found != length) continue;
    day_ = day;
    words.resize(words.size() - length);
  }
  while (words.size() > 2 && ((!sentence.question && words.back().low == "there") || words.back().low == ","))
    words.pop_back();
  without_pronouns(words);
}

void Reader::note(std::size_t first) {
  std::vector<std::string> subjects;
  const auto proper_name = [this](const std::string& key) { return !key.empty() && proper(key); };
  for (std::size_t i = first; i < story_.facts.size(); ++i) {
    const Fact& fact = story_.facts[i];
    if (fact.kind == Fact::Kind::sex) {
      sexes_[fact.a] = fact.word[0];
      continue;
    }
    const bool handled =
        fact.kind == Fact::Kind::hold || fact.kind == Fact::Kind::drop || fact.kind == Fact::Kind::give;
    for (const std::string* key : {&fact.c, &fact.b, &fact.a}) {
      if (!proper_name(*key)) continue;
      mention(people_, *key);
      if (const char sex = sex_of_name(name_of(story_.names, *key).text); sex != 0) sexes_.emplace(*key, sex);
    }
    if (handled || !proper_name(fact.a)) {
      mention(things_, handled ? fact.b : fact.a);
    } else if (fact.kind == Fact::Kind::tie && !fact.b.empty() && !proper_name(fact.b)) {
      mention(things_, fact.b);
    }
    if (std::find(subjects.begin(), subjects.end(), fact.a) == subjects.end()) subjects.push_back(fact.a);
  }
  if (subjects.size() > 1 || group_.empty()) group_ = subjects;
}

Error Reader::unread(const Sentence& sentence, const std::string& place) const {
  const std::vector<Form>& forms = sentence.question ? question_forms() : fact_forms();
  std::string strange;
  for (const Word& word : words_) {
    const auto at = static_cast<std::size_t>(&word - words_.data());
    bool known = word.low == "," || word.text != word.low || name_of(story_.names, word.low).key == word.low ||
                 (at > 0 && is_one_of(words_[at - 1].low, "the a an"));
    for (const Form& form : forms) known = known || form.pattern.shared({word}) > 0;
    known = known && !is_one_of(word.low, kPronouns);
    const std::string quoted = in_quotes(word.text);
    if (!known && strange.find(quoted) == std::string::npos) strange += (strange.empty() ? "" : ", ") + quoted;
  }
  const Form* nearest = &forms[0];
  for (const Form& form : forms) {
    if (*form.example != '\0' && form.pattern.nearness(words_) > nearest->pattern.nearness(words_)) nearest = &form;
  }
  std::string message =
      in_quotes(sentence.text) + (sentence.question ? " is a question" : " is a sentence") + " of no known form";
  message += strange.empty() ? "; its words are known, but not in this order" : "; not understood: " + strange;
  std::string fix = "write as in \"" + std::string(nearest->example) + "\"";
  if (sentence.words.size() > 12) fix += ", and end each sentence with a full stop";
  return story_error(place, std::move(message), std::move(fix));
}

Result<Story> Reader::story(const std::string& place) {
  if (sentences_.empty())
    return story_error(place, "is empty", std::string("write facts and a question, as in \"") + kExample + "\"");
  if (sentences_.size() > kMostSentences)
    return story_error(place, "has " + std::to_string(sentences_.size()) + " sentences",
                       "write at most " + std::to_string(kMostSentences));
  const auto questions =
      std::count_if(sentences_.begin(), sentences_.end(), [](const Sentence& s) { return s.question; });
  if (questions == 0)
    return story_error(place, "asks nothing", "end with a question, as in \"Which room is the key in?\"");
  if (questions > 1)
    return story_error(place, "asks " + std::to_string(questions) + " questions",
                       "ask one at a time, behind all facts");
  if (!sentences_.back().question)
    return story_error(place, in_quotes(sentences_.back().text) + " stands behind the question",
                       "put the question last");
  if (sentences_.size() == 1)
    return story_error(
        place, "tells no fact",
        std::string("write facts before the question, each with a full stop, as in \"") + kExample + "\"");
  std::vector<std::size_t> begins;
  begins.reserve(sentences_.size() + 1);
  for (Sentence& sentence : sentences_) {
    if (sentence.words.size() > kMostSentenceWords)
      return story_error(
          place, in_quotes(sentence.text) + " has " + std::to_string(sentence.words.size()) + " words",
          "write at most " + std::to_string(kMostSentenceWords) + ", and a full stop behind each sentence");
    prepare(sentence);
    words_ = sentence.words;
    const std::size_t first = story_.facts.size();
    const std::vector<Name> names = story_.names;
    begins.push_back(first);
    bool read = false;
    for (const Form& form : sentence.question ? question_forms() : fact_forms()) {
      if (!form.pattern.match(words_, slots_)) continue;
      read = form.read(*this);
      if (read) break;
      story_.facts.resize(first);
      story_.names = names;
      story_.asked = {};
    }
    if (!read) return unread(sentence, place);
    if (story_.facts.size() > kMostFacts)
      return story_error(place, "says more than " + std::to_string(kMostFacts) + " things", "tell fewer facts");
    days_.resize(story_.facts.size(), day_);
    note(first);
  }
  begins.push_back(story_.facts.size());
  for (std::size_t i = 0; i < sentences_.size(); ++i) {
    std::string line = "\"" + sentences_[i].text + "\" -> ";
    if (sentences_[i].question) line += to_text(story_.asked, story_.names);
    for (std::size_t k = begins[i]; k < begins[i + 1]; ++k)
      line += (k > begins[i] ? ", " : "") + shown(story_.facts[k]);
    story_.reading.push_back(std::move(line));
  }
  // "Yesterday" may be told behind "this morning".
  std::vector<std::size_t> order(story_.facts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [this](std::size_t x, std::size_t y) { return days_[x] < days_[y]; });
  std::vector<Fact> facts;
  facts.reserve(order.size());
  for (const std::size_t at : order) facts.push_back(story_.facts[at]);
  story_.facts = std::move(facts);
  return std::move(story_);
}

std::string Reader::shown(const Fact& fact) const {
  Fact copy = fact;
  if (fact.kind == Fact::Kind::tie) {
    const std::string first = fact.word.substr(0, fact.word.find(' '));
    if (const auto at = story_.verbs.find(first); at != story_.verbs.end())
      copy.word = at->second + fact.word.substr(first.size());
  }
  return to_text(copy, story_.names);
}

std::string to_text(const Fact& fact, const std::vector<Name>& names) {
  const auto text = [&names](const std::string& key) {
    const Name& name = name_of(names, key);
    return name.key.empty() ? key : name.text;
  };
  std::string word = fact.word;
  switch (fact.kind) {
    case Fact::Kind::more:
    case Fact::Kind::kin:
    case Fact::Kind::tie:
    case Fact::Kind::role:
      break;
    case Fact::Kind::level:
      word = "not " + word + " and not less";
      break;
    case Fact::Kind::place:
      word = "in";
      break;
    case Fact::Kind::absent:
      word = "not in";
      break;
    case Fact::Kind::either:
      word = "in one of";
      break;
    case Fact::Kind::hold:
      word = "has";
      break;
    case Fact::Kind::drop:
      word = "drops";
      break;
    case Fact::Kind::give:
      word = "gives";
      break;
    case Fact::Kind::sex:
      return (word == "f" ? "female(" : "male(") + text(fact.a) + ")";
    case Fact::Kind::part:
      word = "part of";
      break;
    case Fact::Kind::is:
      word = "is";
      break;
  }
  std::string out = (fact.yes ? "" : "not ") + word + "(" + text(fact.a);
  for (const std::string* key : {&fact.b, &fact.c}) {
    if (!key->empty()) out += ", " + text(*key);
  }
  return out + ")";
}

std::string to_text(const Asked& asked, const std::vector<Name>& names) {
  static constexpr const char* kForms[] = {
      "",        "is more", "is level", "which is more", "all more", "next to", "most",   "route", "where",
      "around",  "inside",  "contents", "before",        "after",    "gift",    "kin",    "is",    "what is",
      "members", "part of", "wholes",   "parts",         "ties",     "ties to", "is tied"};
  std::string out = std::string(asked.count ? "how many " : "") + kForms[static_cast<std::size_t>(asked.form)];
  if (!asked.word.empty()) out += " " + asked.word;
  for (const std::string& step : asked.path) out += " " + step;
  std::string inner;
  for (const std::string* key : {&asked.a, &asked.b, &asked.c}) {
    if (key->empty()) continue;
    const Name& name = name_of(names, *key);
    inner += (inner.empty() ? "" : ", ") + (name.key.empty() ? *key : name.text);
  }
  return out + "(" + inner + ")?";
}

}  // namespace trm::tasks::library::story
