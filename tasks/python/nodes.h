// Helpers for the nodes of lowered functions.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "tasks/python/program.h"

namespace trm::tasks::python {

Node constant_node(Value value, Place place);
Node variable_node(std::size_t slot, Place place);
Node raise_node(std::string error, Place place);
Node operation(NodeKind kind, std::vector<Node> parts, Place place);
Node operation(NodeKind kind, Node only, Place place);
Node operation(NodeKind kind, Node left, Node right, Place place);
Node let_node(Node value, Node body, Place place);
Node if_node(Node test, Node then, Node otherwise, Place place);
/// The opposite of a boolean node.
Node opposite(Node node);
/// The node itself if it is boolean, or its truth.
Node truth_node(Node node);

/// What evaluating a node may do besides giving a value.
enum class Effect : unsigned char {
  nothing,
  type_error,  ///< raise a TypeError, which is no other for being raised in another place
  any,         ///< raise another error, print, run for ever
};
Effect effect_of(const Node& node);
/// Moves the slots from `from` on by `by`: the node's own lets, if its environment has `from` slots.
void shift(Node& node, std::size_t from, std::ptrdiff_t by);
/// Most slots that an environment in the node has, if the node's own has `size`.
std::size_t most_slots(const Node& node, std::size_t size);
/// Nodes in it, and the values of its constants.
std::size_t size_of(const Node& node);

/// Puts a value that is used once in the place where it is used, if nothing can tell the difference.
void inline_lets(Node& node, std::size_t size);

}  // namespace trm::tasks::python
