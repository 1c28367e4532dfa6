#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tasks/recursion/multi_step_qa/reader.h"

namespace trm::tasks::multi_step_qa {
namespace {

Error unknown_name() {
  return question_error("asks about what no fact mentions", "ask about a name of the story");
}

/// "younger" is "older" the other way round.
struct Comparison {
  std::string_view word;
  Relation relation;
  bool turned;
};
constexpr std::array<Comparison, 6> kComparisons = {{{"older", Relation::older, false},
                                                     {"younger", Relation::older, true},
                                                     {"taller", Relation::taller, false},
                                                     {"shorter", Relation::taller, true},
                                                     {"heavier", Relation::heavier, false},
                                                     {"lighter", Relation::heavier, true}}};

class Asked {
 public:
  Asked(const std::vector<std::string>& words, const std::vector<Node>& nodes) : words_(words), nodes_(nodes) {}

  [[nodiscard]] Result<StoryQuestion> question() const {
    const std::size_t count = words_.size();
    if (is(0, "Who") && is(1, "is") && count >= 6 && count % 3 == 0) return person();
    if (is(0, "Which") && is(1, "room") && is(2, "is") && is(3, "the") && is(5, "in") && count == 6) {
      return about(SentenceForm::room, 4, 4);
    }
    if (is(0, "Is") && is(1, "the") && is(3, "part") && is(4, "of") && is(5, "the") && count == 7) {
      return about(SentenceForm::part, 2, 6);
    }
    if (is(0, "Is") && is(3, "than") && count == 5) return order();
    return question_error("is of no known kind", "ask as in \"Which room is the key in?\"");
  }

 private:
  [[nodiscard]] bool is(std::size_t place, std::string_view word) const {
    return place < words_.size() && words_[place] == word;
  }

  [[nodiscard]] Result<StoryQuestion> about(SentenceForm form, std::size_t a, std::size_t b) const {
    StoryQuestion out;
    out.form = form;
    out.a = find_node(nodes_, words_[a]);
    out.b = find_node(nodes_, words_[b]);
    if (out.a == nodes_.size() || out.b == nodes_.size()) return unknown_name();
    return out;
  }

  /// "Who is the mother of the grandfather of Ann"
  [[nodiscard]] Result<StoryQuestion> person() const {
    const std::size_t last = words_.size() - 1;
    Result<StoryQuestion> out = about(SentenceForm::person, last, last);
    for (std::size_t at = 2; out && at < last; at += 3) {
      if (!is(at, "the") || !is(at + 2, "of"))
        return question_error("is of no known kind", "ask as in \"Who is the mother of Ann?\"");
      if (!add_steps(words_[at + 1], out->path))
        return question_error("asks for a relation that is not known", "ask for a mother or father");
      if (out->path.size() > kMostSteps) {
        return question_error("goes up more than " + std::to_string(kMostSteps) + " steps", "ask for somebody nearer");
      }
    }
    return out;
  }

  /// "great-grandmother": mother, parent, parent.
  static bool add_steps(std::string_view word, std::vector<Relation>& path) {
    std::size_t parents = 0;
    for (; word.starts_with("great-"); word.remove_prefix(6)) ++parents;
    const bool grand = word.starts_with("grand");
    if (parents > 0 && !grand) return false;
    if (grand) {
      word.remove_prefix(5);
      ++parents;
    }
    if (word != "mother" && word != "father") return false;
    path.push_back(word == "mother" ? Relation::mother : Relation::father);
    path.insert(path.end(), parents, Relation::parent);
    return true;
  }

  [[nodiscard]] Result<StoryQuestion> order() const {
    for (const Comparison& comparison : kComparisons) {
      if (comparison.word != words_[2]) continue;
      Result<StoryQuestion> out = about(SentenceForm::order, comparison.turned ? 4 : 1, comparison.turned ? 1 : 4);
      if (!out) return out;
      out->path = {comparison.relation};
      out->turned = comparison.turned;
      return out;
    }
    return question_error("asks for an order that is not known", "ask who is older");
  }

  const std::vector<std::string>& words_;
  const std::vector<Node>& nodes_;
};

}  // namespace

Error question_error(std::string message, std::string fix) {
  return Error{ErrorCode::bad_input, "", "question", std::move(message), std::move(fix)};
}

Result<StoryQuestion> read_question(const std::vector<std::string>& words, const std::vector<Node>& nodes) {
  return Asked(words, nodes).question();
}

}  // namespace trm::tasks::multi_step_qa
