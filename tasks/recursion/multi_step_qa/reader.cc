#include "tasks/recursion/multi_step_qa/reader.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "tasks/base/words.h"

namespace trm::tasks::multi_step_qa {
namespace {

constexpr std::size_t kMostBytes = 8192;
constexpr std::size_t kMostNames = 64;

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

/// A pattern is words to be found as they are; A and B stand for names.
struct Pattern {
  const char* words;
  Relation relation;
  bool turned;
};
constexpr std::array<Pattern, 14> kPatterns = {{{"A is the mother of B", Relation::mother, false},
                                                {"A is the father of B", Relation::father, false},
                                                {"The mother of B is A", Relation::mother, true},
                                                {"The father of B is A", Relation::father, true},
                                                {"The A is in the B", Relation::in, false},
                                                {"The B holds the A", Relation::in, true},
                                                {"The A is part of the B", Relation::part, false},
                                                {"The B includes the A", Relation::part, true},
                                                {"A is older than B", Relation::older, false},
                                                {"B is younger than A", Relation::older, true},
                                                {"A is taller than B", Relation::taller, false},
                                                {"B is shorter than A", Relation::taller, true},
                                                {"A is heavier than B", Relation::heavier, false},
                                                {"B is lighter than A", Relation::heavier, true}}};

/// A fact between places of words.
std::optional<Fact> read_fact(const std::vector<std::string>& words) {
  for (const Pattern& pattern : kPatterns) {
    const std::vector<std::string> wanted = split(pattern.words);
    if (wanted.size() != words.size()) continue;
    Fact fact{pattern.relation, 0, 0, pattern.turned};
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
  return std::nullopt;
}

std::size_t number_of(const std::string& word, std::vector<Node>& nodes) {
  const std::size_t number = find_node(nodes, word);
  if (number == nodes.size()) nodes.push_back({{}, 0, word});
  return number;
}

}  // namespace

std::size_t find_node(const std::vector<Node>& nodes, std::string_view word) {
  const auto at = std::find_if(nodes.begin(), nodes.end(), [&](const Node& node) { return node.word == word; });
  return static_cast<std::size_t>(at - nodes.begin());
}

Result<Story> read_story(std::string_view text) {
  if (text.size() > kMostBytes)
    return story_error(text, "is too long", "write at most " + std::to_string(kMostBytes) + " bytes");
  Story out;
  for (std::size_t end = text.find(". "); end != std::string_view::npos; end = text.find(". ")) {
    const std::string_view sentence = text.substr(0, end);
    text.remove_prefix(end + 2);
    const std::vector<std::string> words = split(sentence);
    std::optional<Fact> fact = read_fact(words);
    if (!fact) return story_error(sentence, "is no fact", "write as in \"The key is in the box.\"");
    const std::size_t first = std::min(fact->a, fact->b), second = std::max(fact->a, fact->b);
    number_of(words[first], out.nodes);
    number_of(words[second], out.nodes);
    fact->a = find_node(out.nodes, words[fact->a]);
    fact->b = find_node(out.nodes, words[fact->b]);
    if (out.nodes.size() > kMostNames)
      return story_error(out.nodes[kMostNames].word, "is one name too many",
                         "use at most " + std::to_string(kMostNames));
    out.facts.push_back(*fact);
  }
  if (text.empty() || text.back() != '?')
    return story_error(text, "is no question", "end with one, as in \"Which room is the key in?\"");
  text.remove_suffix(1);
  Result<StoryQuestion> question = read_question(split(text), out.nodes);
  if (!question) return question.error();
  out.question = *std::move(question);
  return out;
}

}  // namespace trm::tasks::multi_step_qa
