#include <algorithm>
#include <numeric>
#include <span>

#include "tasks/recursion/multi_step_qa/story.h"
#include "tasks/recursion/multi_step_qa/words.h"

namespace trm::tasks::multi_step_qa {
namespace {

std::span<const std::string_view> words_of(Sort sort) {
  switch (sort) {
    case Sort::woman:
      return kWomen;
    case Sort::man:
      return kMen;
    case Sort::object:
      return kObjects;
    case Sort::container:
      return kContainers;
    case Sort::room:
      return kRooms;
    case Sort::piece:
      return kPieces;
    case Sort::assembly:
      return kAssemblies;
    case Sort::machine:
      return kMachines;
  }
  return {};
}

template <class T>
void shuffle(std::vector<T>& values, Rng& rng) {
  for (std::size_t i = values.size(); i > 1; --i)
    std::swap(values[i - 1], values[rng.below(static_cast<std::uint32_t>(i))]);
}

std::string more(Relation relation) {
  return relation == Relation::older ? "older" : relation == Relation::taller ? "taller" : "heavier";
}
std::string less(Relation relation) {
  return relation == Relation::older ? "younger" : relation == Relation::taller ? "shorter" : "lighter";
}
std::string parent(Relation relation) {
  return relation == Relation::mother ? "mother" : "father";
}

std::string sentence(const Fact& fact, const std::string& a, const std::string& b) {
  switch (fact.relation) {
    case Relation::mother:
    case Relation::father:
      if (fact.turned) return "The " + parent(fact.relation) + " of " + b + " is " + a + ".";
      return a + " is the " + parent(fact.relation) + " of " + b + ".";
    case Relation::in:
      return fact.turned ? "The " + b + " holds the " + a + "." : "The " + a + " is in the " + b + ".";
    case Relation::part:
      return fact.turned ? "The " + b + " includes the " + a + "." : "The " + a + " is part of the " + b + ".";
    default:
      if (fact.turned) return b + " is " + less(fact.relation) + " than " + a + ".";
      return a + " is " + more(fact.relation) + " than " + b + ".";
  }
}

/// " the mother of the great-grandfather of"
std::string steps(const std::vector<Relation>& path) {
  std::string out;
  for (std::size_t at = 0; at < path.size();) {
    const Relation last = path[at];
    std::string grand;
    for (++at; at < path.size() && path[at] == Relation::parent; ++at)
      grand = grand.empty() ? "grand" : "great-" + grand;
    out += " the " + grand + parent(last) + " of";
  }
  return out;
}

std::string sentence(const StoryQuestion& question, const std::string& a, const std::string& b) {
  switch (question.form) {
    case SentenceForm::person:
      return "Who is" + steps(question.path) + " " + a + "?";
    case SentenceForm::room:
      return "Which room is the " + a + " in?";
    case SentenceForm::part:
      return "Is the " + a + " part of the " + b + "?";
    case SentenceForm::order:
      break;
  }
  if (question.turned) return "Is " + b + " " + less(question.path[0]) + " than " + a + "?";
  return "Is " + a + " " + more(question.path[0]) + " than " + b + "?";
}

}  // namespace

void draw_words(Story& story, Rng& rng) {
  for (const Sort sort : {Sort::woman, Sort::man, Sort::object, Sort::container, Sort::room, Sort::piece,
                          Sort::assembly, Sort::machine}) {
    std::vector<std::size_t> nodes;
    for (std::size_t i = 0; i < story.nodes.size(); ++i)
      if (story.nodes[i].sort == sort) nodes.push_back(i);
    if (nodes.empty()) continue;
    const std::span<const std::string_view> words = words_of(sort);
    std::vector<std::size_t> chosen(words.size());
    std::iota(chosen.begin(), chosen.end(), std::size_t{0});
    shuffle(chosen, rng);
    if (sort == Sort::container || sort == Sort::assembly) {
      const auto by_size = [&](std::size_t x, std::size_t y) { return story.nodes[x].size < story.nodes[y].size; };
      std::sort(chosen.begin(), chosen.begin() + static_cast<std::ptrdiff_t>(nodes.size()));
      std::stable_sort(nodes.begin(), nodes.end(), by_size);
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) story.nodes[nodes[i]].word = words[chosen[i]];
  }
  shuffle(story.facts, rng);
}

std::string text_of(const Story& story) {
  std::string out;
  for (const Fact& fact : story.facts) out += sentence(fact, story.nodes[fact.a].word, story.nodes[fact.b].word) + " ";
  return out + sentence(story.question, story.nodes[story.question.a].word, story.nodes[story.question.b].word);
}

}  // namespace trm::tasks::multi_step_qa
