// Which blocks lead where, and which variables are read from where on.
#include <algorithm>

#include "tasks/python/flow.h"

namespace trm::tasks::python {
namespace {

constexpr std::size_t kMaxCopiedSteps = 2;  ///< of a block that is copied to those who come to it
constexpr std::size_t kMaxCopies = 4;

std::size_t successors(const Block& block) {
  return block.end == Block::End::jump ? 1 : block.end == Block::End::branch ? 2 : 0;
}

Variables live_before(const Step& step, Variables after) {
  if (step.target) after.reset(*step.target);
  return after | step.reads;
}

Variables live_at_end(const Flow& flow, const Block& block) {
  Variables out = block.reads;
  for (std::size_t i = 0; i < successors(block); ++i) out |= flow.blocks[block.next[i]].live;
  return out;
}

/// An expression such as n + 1.
bool is_small(const Expression& e) {
  if (e.kind == ExpressionKind::name || e.kind == ExpressionKind::constant) return e.height == 1;
  return e.kind == ExpressionKind::binary && e.height == 2 && e.text != "**";
}

}  // namespace

Variables Flow::live(std::size_t block, std::size_t step) const {
  Variables out = live_at_end(*this, blocks[block]);
  for (std::size_t i = blocks[block].steps.size(); i-- > step;) out = live_before(blocks[block].steps[i], out);
  return out;
}

void analyse(Flow& flow) {
  std::vector<std::size_t> order = {0};
  flow.blocks[0].ways = 1;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Block& block = flow.blocks[order[i]];
    for (std::size_t k = 0; k < successors(block); ++k) {
      if (flow.blocks[block.next[k]].ways++ == 0) order.push_back(block.next[k]);
    }
  }
  for (Block& block : flow.blocks) {
    const bool simple = block.value.kind == ExpressionKind::constant || block.value.kind == ExpressionKind::name ||
                        block.value.kind == ExpressionKind::absent;
    const bool gives = block.end == Block::End::give && simple;
    const bool passes = block.end == Block::End::jump || block.end == Block::End::raise;
    const bool few =
        block.steps.size() <= kMaxCopiedSteps && block.ways <= kMaxCopies &&
        std::all_of(block.steps.begin(), block.steps.end(), [](const Step& s) { return is_small(s.value); });
    block.tiny = !block.loop && ((block.steps.empty() && (gives || passes)) || ((block.tiny || few) && passes));
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = order.size(); i-- > 0;) {
      const Variables live = flow.live(order[i], 0);
      changed |= live != flow.blocks[order[i]].live;
      flow.blocks[order[i]].live = live;
    }
  }
}

}  // namespace trm::tasks::python
