#include <algorithm>
#include <set>
#include <utility>

#include "tasks/recursion/multi_step_qa/story.h"

namespace trm::tasks::multi_step_qa {
namespace {

bool names_parent(Relation relation) {
  return relation == Relation::mother || relation == Relation::father;
}

/// One step at a time up the family; the answer is who is left at the end.
std::optional<std::size_t> ancestor(const Story& story) {
  const StoryQuestion& question = story.question;
  std::set<std::size_t> here = {question.a};
  for (std::size_t step = question.path.size(); step-- > 0;) {
    const Relation wanted = question.path[step];
    std::set<std::size_t> parents;
    for (const Fact& fact : story.facts) {
      const bool fits = wanted == Relation::parent ? names_parent(fact.relation) : fact.relation == wanted;
      if (fits && here.count(fact.b) > 0) parents.insert(fact.a);
    }
    here = std::move(parents);
  }
  if (here.size() != 1) return std::nullopt;
  return *here.begin();
}

constexpr std::size_t kUnreached = static_cast<std::size_t>(-1);

/// Steps of one relation to every node, breadth first.
std::vector<std::size_t> steps_from(const Story& story, std::size_t from, Relation relation) {
  std::vector<std::size_t> steps(story.nodes.size(), kUnreached), queue = {from};
  steps[from] = 0;
  for (std::size_t head = 0; head < queue.size(); ++head) {
    for (const Fact& fact : story.facts) {
      if (fact.relation != relation || fact.a != queue[head] || steps[fact.b] != kUnreached) continue;
      steps[fact.b] = steps[fact.a] + 1;
      queue.push_back(fact.b);
    }
  }
  return steps;
}

}  // namespace

std::optional<Solved> solve(const Story& story) {
  const StoryQuestion& question = story.question;
  switch (question.form) {
    case SentenceForm::person: {
      const std::optional<std::size_t> person = ancestor(story);
      if (!person) return std::nullopt;
      return Solved{story.nodes[*person].word, question.path.size()};
    }
    case SentenceForm::room: {
      // The room is in nothing.
      const std::vector<std::size_t> steps = steps_from(story, question.a, Relation::in);
      std::optional<Solved> out;
      for (std::size_t i = 0; i < steps.size(); ++i) {
        const bool inner = std::any_of(story.facts.begin(), story.facts.end(),
                                       [i](const Fact& fact) { return fact.relation == Relation::in && fact.a == i; });
        if (steps[i] == kUnreached || inner || i == question.a) continue;
        if (out) return std::nullopt;
        out = Solved{story.nodes[i].word, steps[i]};
      }
      return out;
    }
    case SentenceForm::part: {
      // "No" takes as many facts: those up to what has the part.
      const std::vector<std::size_t> steps = steps_from(story, question.a, Relation::part);
      if (question.a != question.b && steps[question.b] != kUnreached) return Solved{"yes", steps[question.b]};
      std::size_t furthest = 0;
      for (const std::size_t s : steps)
        if (s != kUnreached && s > furthest) furthest = s;
      return Solved{"no", furthest};
    }
    case SentenceForm::order: {
      const std::size_t there = steps_from(story, question.a, question.path[0])[question.b];
      const std::size_t back = steps_from(story, question.b, question.path[0])[question.a];
      if ((there == kUnreached) == (back == kUnreached)) return std::nullopt;
      return there != kUnreached ? Solved{"yes", there} : Solved{"no", back};
    }
  }
  return std::nullopt;
}

}  // namespace trm::tasks::multi_step_qa
