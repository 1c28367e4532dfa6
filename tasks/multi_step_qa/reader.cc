#include "tasks/multi_step_qa/reader.h"

#include <algorithm>
#include <array>

#include "tasks/words.h"

namespace trm::tasks::multi_step_qa {
namespace {

constexpr std::size_t most_bytes = 8192;
constexpr std::size_t most_names = 64;
constexpr std::array<const char*, 7> relations = {"mother", "father", "in", "part", "older", "taller", "heavier"};

Error story_error(std::string_view sentence, std::string message, std::string fix) {
  return Error{ErrorCode::bad_input, "", "story", in_quotes(sentence) + " " + std::move(message), std::move(fix)};
}

std::vector<std::string> split(std::string_view sentence) {
  std::vector<std::string> out(1);
  for (const char c : sentence) {
    if (c == ' ') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

struct ReadFact {
  std::string_view relation;  ///< "": no fact
  std::size_t a = 0, b = 0;   ///< places of the words it joins
};

/// A pattern is words to be found as they are; A and B stand for names.
struct Pattern {
  const char* words;
  const char* relation;
};
constexpr std::array<Pattern, 14> patterns = {{{"A is the mother of B", "mother"},
                                               {"A is the father of B", "father"},
                                               {"The mother of B is A", "mother"},
                                               {"The father of B is A", "father"},
                                               {"The A is in the B", "in"},
                                               {"The B holds the A", "in"},
                                               {"The A is part of the B", "part"},
                                               {"The B includes the A", "part"},
                                               {"A is older than B", "older"},
                                               {"B is younger than A", "older"},
                                               {"A is taller than B", "taller"},
                                               {"B is shorter than A", "taller"},
                                               {"A is heavier than B", "heavier"},
                                               {"B is lighter than A", "heavier"}}};

ReadFact read_fact(const std::vector<std::string>& words) {
  for (const Pattern& pattern : patterns) {
    const std::vector<std::string> wanted = split(pattern.words);
    if (wanted.size() != words.size()) continue;
    ReadFact fact{pattern.relation, 0, 0};
    bool same = true;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (wanted[i] == "A") {
        fact.a = i;
      } else if (wanted[i] == "B") {
        fact.b = i;
      } else {
        same = same && wanted[i] == words[i];
      }
    }
    if (same && !words[fact.a].empty() && !words[fact.b].empty()) return fact;
  }
  return {};
}

}  // namespace

std::size_t find_word(const ReadStory& story, std::string_view word) {
  return static_cast<std::size_t>(std::find(story.words.begin(), story.words.end(), word) - story.words.begin());
}

Comparison comparison(std::string_view word) {
  if (word == "older" || word == "taller" || word == "heavier") return {word, false};
  if (word == "younger") return {"older", true};
  if (word == "shorter") return {"taller", true};
  if (word == "lighter") return {"heavier", true};
  return {};
}

Result<ReadStory> read_story(std::string_view text) {
  if (text.size() > most_bytes)
    return story_error(text, "is too long", "write at most " + std::to_string(most_bytes) + " bytes");
  ReadStory out;
  for (const char* relation : relations) out.relations[relation].assign(most_names, std::vector<bool>(most_names));
  for (std::size_t end = text.find(". "); end != std::string_view::npos; end = text.find(". ")) {
    const std::string_view sentence = text.substr(0, end);
    text.remove_prefix(end + 2);
    const std::vector<std::string> words = split(sentence);
    const ReadFact fact = read_fact(words);
    if (fact.relation.empty()) return story_error(sentence, "is no fact", "write as in \"The key is in the box.\"");
    std::size_t numbers[2];
    for (const std::size_t i : {0u, 1u}) {
      const std::string& word = words[i == 0 ? fact.a : fact.b];
      numbers[i] = find_word(out, word);
      if (numbers[i] == out.words.size()) out.words.push_back(word);
      if (out.words.size() > most_names)
        return story_error(word, "is one name too many", "use at most " + std::to_string(most_names));
    }
    out.relations[std::string(fact.relation)][numbers[0]][numbers[1]] = true;
  }
  if (text.empty() || text.back() != '?')
    return story_error(text, "is no question", "end with one, as in \"Which room is the key in?\"");
  text.remove_suffix(1);
  out.question = split(text);
  return out;
}

}  // namespace trm::tasks::multi_step_qa
