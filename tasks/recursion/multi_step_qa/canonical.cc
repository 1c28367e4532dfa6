#include <array>

#include "tasks/recursion/multi_step_qa/story.h"

namespace trm::tasks::multi_step_qa {
namespace {

std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/// A chain of 8 facts and what hangs on its ends.
constexpr int kRounds = 10;

}  // namespace

/// Colour refinement (Weisfeiler and Leman 1968): a node's colour is made of its own and its neighbours', and the form
/// is the sum over all nodes. Graphs that differ may share a form by accident, which only puts them in one split.
std::string canonical(const Story& story) {
  const StoryQuestion& question = story.question;
  std::vector<std::uint64_t> colours(story.nodes.size(), 1);
  colours[question.a] += 1;
  colours[question.b] += 2;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::uint64_t> next(colours.size());
    for (std::size_t i = 0; i < colours.size(); ++i) next[i] = mixed(colours[i]);
    for (const Fact& fact : story.facts) {
      const auto edge = 2 * static_cast<std::uint64_t>(fact.relation);
      next[fact.a] += mixed(colours[fact.b] * 0x9e3779b97f4a7c15u + edge + 1);
      next[fact.b] += mixed(colours[fact.a] * 0x9e3779b97f4a7c15u + edge + 2);
    }
    colours = std::move(next);
  }
  std::uint64_t graph = 0;
  for (const std::uint64_t colour : colours) graph += mixed(colour);
  std::string out = "multi_step_qa form " + std::to_string(static_cast<int>(question.form)) + " relations";
  for (const Relation relation : question.path) out += " " + std::to_string(static_cast<int>(relation));
  return out + " graph " + std::to_string(graph);
}

}  // namespace trm::tasks::multi_step_qa
