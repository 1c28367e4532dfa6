// A story as a graph: what is generated, solved and written down.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tasks/base/rng.h"

namespace trm::tasks::multi_step_qa {

enum class Kind { family, place, part, order };

/// Of a to b: "a is the mother of b", "a is in b", "a is part of b", "a is older than b". parent: mother or father, in
/// questions alone.
enum class Relation { mother, father, in, part, older, taller, heavier, parent };

/// What a node may be called; stories that were read do not know it.
enum class Sort { woman, man, object, container, room, piece, assembly, machine };

struct Node {
  Sort sort = Sort::woman;
  std::uint32_t size = 0;  ///< containers and assemblies are in larger ones
  std::string word;
};

struct Fact {
  Relation relation;
  std::size_t a, b;
  bool turned = false;  ///< said the other way round: "b is younger than a"
};

enum class SentenceForm {
  person,  ///< who is the mother of the grandfather of a?
  room,    ///< which room is a in?
  part,    ///< is a part of b?
  order,   ///< is a older than b?
};

struct StoryQuestion {
  SentenceForm form = SentenceForm::person;
  std::size_t a = 0, b = 0;
  std::vector<Relation> path;  ///< person: as it is read, "grandmother" is mother, parent. order: the one relation
  bool turned = false;         ///< order: "is b younger than a?"
};

struct Story {
  Kind kind = Kind::family;
  std::vector<Node> nodes;
  std::vector<Fact> facts;
  StoryQuestion question;
};

/// A story whose question takes `hops` facts, without words, facts not yet in random order. extra: facts beside those
/// and as many again.
Story draw_story(Rng& rng, Kind kind, std::size_t hops, std::size_t extra);
/// Gives names to nodes, and puts facts in random order.
void draw_words(Story& story, Rng& rng);

/// Graph and question without names, the same for any order of nodes and facts.
std::string canonical(const Story& story);

struct Solved {
  std::string answer;
  std::size_t hops = 0;  ///< facts that it takes
};
/// By search through the graph. Nothing: no answer or more than one.
std::optional<Solved> solve(const Story& story);

/// Facts, then the question.
std::string text_of(const Story& story);

}  // namespace trm::tasks::multi_step_qa
