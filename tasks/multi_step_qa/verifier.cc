#include <algorithm>

#include "tasks/multi_step_qa/multi_step_qa.h"
#include "tasks/multi_step_qa/reader.h"

namespace trm::tasks::multi_step_qa {
namespace {

using Row = std::vector<bool>;

/// Whatever follows in any number of steps (Warshall 1962).
Matrix closure(Matrix m) {
  for (std::size_t via = 0; via < m.size(); ++via) {
    for (Row& row : m) {
      if (!row[via]) continue;
      for (std::size_t to = 0; to < row.size(); ++to)
        if (m[via][to]) row[to] = true;
    }
  }
  return m;
}

/// Who stands in the relation to anybody of the set.
Row image(const Matrix& relation, const Row& set) {
  Row out(set.size());
  for (std::size_t a = 0; a < out.size(); ++a)
    for (std::size_t b = 0; b < set.size(); ++b)
      if (relation[a][b] && set[b]) out[a] = true;
  return out;
}

Row either(Row a, const Row& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (b[i]) a[i] = true;
  return a;
}

Error question_error(std::string message, std::string fix) {
  return Error{ErrorCode::bad_input, "", "question", std::move(message), std::move(fix)};
}

class Asked {
 public:
  explicit Asked(const ReadStory& story) : story_(story), words_(story.question) {}

  [[nodiscard]] Result<std::string> answer() const {
    const std::size_t count = words_.size();
    if (is(0, "Who") && is(1, "is") && count >= 6 && count % 3 == 0) return person();
    if (is(0, "Which") && is(1, "room") && is(2, "is") && is(3, "the") && is(5, "in") && count == 6) return room();
    if (is(0, "Is") && is(1, "the") && is(3, "part") && is(4, "of") && is(5, "the") && count == 7) return part();
    if (is(0, "Is") && is(3, "than") && count == 5) return order();
    return question_error("is of no known kind", "ask as in \"Which room is the key in?\"");
  }

 private:
  [[nodiscard]] bool is(std::size_t place, std::string_view word) const {
    return place < words_.size() && words_[place] == word;
  }
  [[nodiscard]] const Matrix& relation(std::string_view name) const {
    return story_.relations.find(std::string(name))->second;
  }
  [[nodiscard]] std::size_t number(std::size_t place) const { return find_word(story_, words_[place]); }
  [[nodiscard]] bool known(std::size_t place) const { return number(place) < story_.words.size(); }

  [[nodiscard]] Result<std::string> only(const Row& set) const {
    const auto count = std::count(set.begin(), set.end(), true);
    if (count != 1)
      return question_error("has " + std::to_string(count) + " answers", "change the facts so that it has one");
    return story_.words[static_cast<std::size_t>(std::find(set.begin(), set.end(), true) - set.begin())];
  }
  [[nodiscard]] static Error unknown() {
    return question_error("asks about what no fact mentions", "ask about a name of the story");
  }

  /// "Who is the mother of the grandfather of Ann": from the last word to the first.
  [[nodiscard]] Result<std::string> person() const {
    const std::size_t last = words_.size() - 1;
    if (!known(last)) return unknown();
    Row people(relation("mother").size());
    people[number(last)] = true;
    for (std::size_t at = last; at > 2; at -= 3) {
      if (!is(at - 1, "of") || !is(at - 3, "the"))
        return question_error("is of no known kind", "ask as in \"Who is the mother of Ann?\"");
      std::string_view word = words_[at - 2];
      const auto up = [&] { people = either(image(relation("mother"), people), image(relation("father"), people)); };
      const bool great = word.starts_with("great-");
      for (; word.starts_with("great-"); word.remove_prefix(6)) up();
      if (word.starts_with("grand")) {
        word.remove_prefix(5);
        up();
      } else if (great) {
        word = "";
      }
      if (word != "mother" && word != "father")
        return question_error("asks for a relation that is not known", "ask for a mother or father");
      people = image(relation(word), people);
    }
    return only(people);
  }

  /// The room is what the thing is in and what is in nothing.
  [[nodiscard]] Result<std::string> room() const {
    if (!known(4)) return unknown();
    const Matrix all = closure(relation("in"));
    Row out = all[number(4)];
    for (std::size_t i = 0; i < out.size(); ++i)
      if (std::find(all[i].begin(), all[i].end(), true) != all[i].end()) out[i] = false;
    return only(out);
  }

  [[nodiscard]] Result<std::string> part() const {
    if (!known(2) || !known(6)) return unknown();
    return std::string(closure(relation("part"))[number(2)][number(6)] ? "yes" : "no");
  }

  [[nodiscard]] Result<std::string> order() const {
    const Comparison compared = comparison(words_[2]);
    if (compared.relation.empty()) return question_error("asks for an order that is not known", "ask who is older");
    if (!known(1) || !known(4)) return unknown();
    const Matrix all = closure(relation(compared.relation));
    const std::size_t a = number(compared.turned ? 4 : 1), b = number(compared.turned ? 1 : 4);
    if (all[a][b] == all[b][a]) return question_error("has no answer", "compare people whom the facts compare");
    return std::string(all[a][b] ? "yes" : "no");
  }

  const ReadStory& story_;
  const std::vector<std::string>& words_;
};

}  // namespace

Result<std::string> answer_of(std::string_view text) {
  const Result<ReadStory> story = read_story(text);
  if (!story) return story.error();
  return Asked(*story).answer();
}

}  // namespace trm::tasks::multi_step_qa
