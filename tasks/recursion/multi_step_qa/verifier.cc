#include <algorithm>

#include "tasks/recursion/multi_step_qa/multi_step_qa.h"
#include "tasks/recursion/multi_step_qa/reader.h"

namespace trm::tasks::multi_step_qa {
namespace {

using Row = std::vector<bool>;
/// One relation over the nodes of a story; row: who or what it is said of.
using Matrix = std::vector<Row>;

Matrix matrix_of(const Story& story, Relation relation) {
  Matrix out(story.nodes.size(), Row(story.nodes.size()));
  for (const Fact& fact : story.facts) {
    const bool parent = fact.relation == Relation::mother || fact.relation == Relation::father;
    if (fact.relation == relation || (relation == Relation::parent && parent)) out[fact.a][fact.b] = true;
  }
  return out;
}

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

Result<std::string> only(const Story& story, const Row& set) {
  const auto count = std::count(set.begin(), set.end(), true);
  if (count != 1)
    return question_error("has " + std::to_string(count) + " answers", "change the facts so that it has one");
  return story.nodes[static_cast<std::size_t>(std::find(set.begin(), set.end(), true) - set.begin())].word;
}

/// From the last word to the first.
Result<std::string> only_person(const Story& story) {
  const StoryQuestion& question = story.question;
  Row people(story.nodes.size());
  people[question.a] = true;
  for (std::size_t step = question.path.size(); step-- > 0;) {
    people = image(matrix_of(story, question.path[step]), people);
  }
  return only(story, people);
}

/// The room is what the thing is in and what is in nothing.
Result<std::string> only_room(const Story& story, const Matrix& all) {
  Row out = all[story.question.a];
  for (std::size_t i = 0; i < out.size(); ++i)
    if (std::find(all[i].begin(), all[i].end(), true) != all[i].end()) out[i] = false;
  return only(story, out);
}

}  // namespace

Result<std::string> deduce(const Story& story) {
  const StoryQuestion& question = story.question;
  if (question.form == SentenceForm::person) return only_person(story);
  const Relation relation = question.form == SentenceForm::room   ? Relation::in
                            : question.form == SentenceForm::part ? Relation::part
                                                                  : question.path[0];
  const Matrix all = closure(matrix_of(story, relation));
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i][i]) continue;
    return question_error("has no answer: facts about \"" + story.nodes[i].word + "\" go in a circle",
                          "leave one of them out");
  }
  if (question.form == SentenceForm::room) return only_room(story, all);
  const bool there = all[question.a][question.b], back = all[question.b][question.a];
  if (question.form == SentenceForm::order && there == back)
    return question_error("has no answer", "compare people whom the facts compare");
  return std::string(there ? "yes" : "no");
}

Result<std::string> answer_of(std::string_view text) {
  const Result<Story> story = read_story(text);
  if (!story) return story.error();
  return deduce(*story);
}

}  // namespace trm::tasks::multi_step_qa
