// Binary trees with a digit at each node.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "tasks/base/rng.h"
#include "tasks/frames/frame.h"

namespace trm::tasks::tree_traversal {

struct Node;
using Tree = std::unique_ptr<Node>;  ///< null: the empty tree
struct Node {
  Token label = 0;
  Tree left, right;
};

/// A random shape: every split of the nodes over the two subtrees is as likely as any other.
Tree random_tree(Rng& rng, std::size_t nodes);

/// "(5 (3 . 1) 8)": a leaf is its label, . the empty tree.
std::string text_of(const Tree& tree);
/// The tree that is all of the prompt from a byte on. Error: names the prompt, the place in it and the fix; more than
/// max_nodes nodes.
Result<Tree> parse_tree(std::string_view prompt, std::size_t from);
inline constexpr std::size_t kMaxNodes = 255;

/// Labels in preorder with . for every empty tree: the stream that frames read.
Tokens stream_of(const Tree& tree);

std::size_t height_of(const Tree& tree);

}  // namespace trm::tasks::tree_traversal
