#include <algorithm>

#include "tasks/recursion/multi_step_qa/story.h"

namespace trm::tasks::multi_step_qa {
namespace {

std::uint32_t count_of(std::size_t number) {
  return static_cast<std::uint32_t>(number);
}

Sort draw_person(Rng& rng) {
  return rng.below(2) == 0 ? Sort::woman : Sort::man;
}

class Writer {
 public:
  Writer(Rng& rng, Kind kind, std::size_t hops) : rng_(rng), hops_(hops) { story_.kind = kind; }

  Story story(std::size_t extra) {
    switch (story_.kind) {
      case Kind::family:
        family(extra);
        break;
      case Kind::order:
        order(extra);
        break;
      default:
        nested(extra);
    }
    for (Fact& fact : story_.facts) fact.turned = rng_.below(2) == 0;
    return std::move(story_);
  }

 private:
  std::size_t add(Sort sort, std::uint32_t size = 0) {
    story_.nodes.push_back({sort, size, {}});
    return story_.nodes.size() - 1;
  }
  void tell(Relation relation, std::size_t a, std::size_t b) { story_.facts.push_back({relation, a, b, false}); }
  std::size_t any_node() { return rng_.below(count_of(story_.nodes.size())); }

  // Families. Everybody has at most one mother and one father.

  std::size_t add_parent(std::size_t child, Relation relation) {
    const std::size_t parent = add(relation == Relation::mother ? Sort::woman : Sort::man);
    tell(relation, parent, child);
    return parent;
  }
  [[nodiscard]] bool has_parent(std::size_t child, Relation relation) const {
    return std::any_of(story_.facts.begin(), story_.facts.end(),
                       [&](const Fact& fact) { return fact.b == child && fact.relation == relation; });
  }
  Relation draw_parent() { return rng_.below(2) == 0 ? Relation::mother : Relation::father; }

  void family(std::size_t extra) {
    StoryQuestion& question = story_.question;
    for (int line = 0; line < 2; ++line) {  // the second one is beside the point
      std::size_t person = add(draw_person(rng_));
      for (std::size_t i = 0; i < hops_; ++i) {
        const Relation relation = draw_parent();
        person = add_parent(person, relation);
        if (line == 0) question.path.insert(question.path.begin(), relation);
      }
    }
    const bool ancestor = rng_.below(2) != 0;  // "grandmother"
    if (ancestor) std::fill(question.path.begin() + 1, question.path.end(), Relation::parent);
    while (extra > 0) {
      const std::size_t person = any_node();
      const Relation relation = draw_parent();
      if (rng_.below(2) == 0) {
        const Sort sort = story_.nodes[person].sort;
        tell(sort == Sort::woman ? Relation::mother : Relation::father, person, add(draw_person(rng_)));
      } else if (!has_parent(person, relation)) {
        add_parent(person, relation);
        if (ancestor && !solve(story_)) {  // a second grandmother
          story_.nodes.pop_back();
          story_.facts.pop_back();
          continue;
        }
      } else {
        continue;
      }
      --extra;
    }
  }

  // Things in things, and parts of parts. Everything is in one other thing.

  void nested(std::size_t extra) {
    const bool place = story_.kind == Kind::place;
    const Relation relation = place ? Relation::in : Relation::part;
    const Sort small = place ? Sort::object : Sort::piece;
    const Sort middle = place ? Sort::container : Sort::assembly;
    const Sort large = place ? Sort::room : Sort::machine;
    std::size_t first[2], last[2];
    for (int line = 0; line < 2; ++line) {  // the second one is beside the point
      std::vector<std::uint32_t> sizes;
      for (std::size_t i = 1; i < hops_; ++i) sizes.push_back(rng_.next());
      std::sort(sizes.begin(), sizes.end());
      std::size_t at = first[line] = add(small);
      for (const std::uint32_t size : sizes) {
        const std::size_t next = add(middle, size);
        tell(relation, at, next);
        at = next;
      }
      last[line] = add(large);
      tell(relation, at, last[line]);
    }
    const bool yes = rng_.below(2) == 0;
    story_.question.form = place ? SentenceForm::room : SentenceForm::part;
    story_.question.a = first[0];
    story_.question.b = place ? first[0] : last[yes ? 0 : 1];
    while (extra > 0) {
      const std::size_t whole = any_node();
      const Node node = story_.nodes[whole];
      if (node.sort == small) continue;
      const bool inner = rng_.below(2) == 0 && (node.sort == large || node.size > 0);
      const std::uint32_t size = node.sort == large ? rng_.next() : rng_.below(std::max(node.size, 1u));
      tell(relation, inner ? add(middle, size) : add(small), whole);
      --extra;
    }
  }

  // People in order. Each comparison joins somebody new to the rest, so there is one chain between any two at most.

  void order(std::size_t extra) {
    const auto relation = static_cast<Relation>(static_cast<unsigned>(Relation::older) + rng_.below(3));
    const auto other = static_cast<Relation>(static_cast<unsigned>(Relation::older) + rng_.below(3));
    std::size_t first = 0, last = 0;
    for (int line = 0; line < 2; ++line) {
      std::size_t person = add(draw_person(rng_));
      if (line == 0) first = person;
      for (std::size_t i = 0; i < hops_; ++i) {
        const std::size_t next = add(draw_person(rng_));
        tell(relation, person, next);
        person = next;
      }
      if (line == 0) last = person;
    }
    StoryQuestion& question = story_.question;
    question.form = SentenceForm::order;
    question.path = {relation};
    question.turned = rng_.below(2) == 0;
    const bool yes = rng_.below(2) == 0;
    question.a = yes ? first : last;
    question.b = yes ? last : first;
    const bool reversed = rng_.below(2) == 0;
    while (extra > 0) {
      std::size_t a = any_node(), b = any_node();
      if (rng_.below(2) == 0) {
        b = add(draw_person(rng_));
        if (rng_.below(2) == 0) std::swap(a, b);
        tell(relation, a, b);
      } else {  // being taller says nothing about being older
        if (a == b || other == relation) continue;
        if ((a < b) == reversed) std::swap(a, b);
        const bool known = std::any_of(story_.facts.begin(), story_.facts.end(), [&](const Fact& fact) {
          return fact.relation == other && fact.a == a && fact.b == b;
        });
        if (known) continue;
        tell(other, a, b);
      }
      --extra;
    }
  }

  Rng& rng_;
  std::size_t hops_;
  Story story_;
};

}  // namespace

Story draw_story(Rng& rng, Kind kind, std::size_t hops, std::size_t extra) {
  return Writer(rng, kind, hops).story(extra);
}

}  // namespace trm::tasks::multi_step_qa
