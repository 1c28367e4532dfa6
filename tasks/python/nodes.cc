#include "tasks/python/nodes.h"

#include <algorithm>
#include <cstddef>

namespace trm::tasks::python {
namespace {

std::size_t uses(const Node& node, std::size_t slot) {
  std::size_t out = node.kind == NodeKind::variable && node.index == slot ? 1 : 0;
  for (const Node& part : node.parts) out += uses(part, slot);
  return out;
}

bool has_arguments(NodeKind kind) {
  return kind == NodeKind::call || kind == NodeKind::list || kind == NodeKind::print;
}

/// Arguments of the node: its parts, but for the body of a print.
std::size_t arguments_of(const Node& node) {
  return node.parts.size() - (node.kind == NodeKind::print ? 1 : 0);
}

std::size_t complex_arguments(const Node& node) {
  return static_cast<std::size_t>(std::count_if(
      node.parts.begin(), node.parts.begin() + static_cast<std::ptrdiff_t>(arguments_of(node)), is_complex));
}

/// The way from the body of a let to the only use of its slot.
class UseFinder {
 public:
  explicit UseFinder(std::size_t slot) : slot_(slot) {}

  enum class Found : unsigned char { no, yes, blocked };

  /// `size`: slots of the node's environment.
  Found find(Node& node, std::size_t size, const Node* parent) {
    if (node.kind == NodeKind::variable) {
      if (node.index != slot_) return Found::no;
      const bool full = parent != nullptr && has_arguments(parent->kind) &&
                        &node < parent->parts.data() + arguments_of(*parent) &&
                        complex_arguments(*parent) >= kMaxComplexArguments;
      use = &node;
      slots = size;
      return full ? Found::blocked : Found::yes;
    }
    const bool conditional = node.kind == NodeKind::if_ || node.kind == NodeKind::and_ || node.kind == NodeKind::or_;
    for (std::size_t i = 0; i < node.parts.size(); ++i) {
      if (conditional && i > 0) {  // may not be evaluated at all
        if (uses(node.parts[i], slot_) > 0) return Found::blocked;
        crossed = std::max(crossed, effect_of(node.parts[i]));
        continue;
      }
      const bool body = (node.kind == NodeKind::let || node.kind == NodeKind::print) && i + 1 == node.parts.size();
      if (body && node.kind == NodeKind::print) crossed = Effect::any;
      const Found found = find(node.parts[i], size + (body && node.kind == NodeKind::let ? 1 : 0), &node);
      if (found != Found::no) return found;
    }
    crossed = std::max(crossed, own_effect(node));
    return Found::no;
  }

  static Effect own_effect(const Node& node) {
    switch (node.kind) {
      case NodeKind::call:
      case NodeKind::print:
      case NodeKind::raise:
      case NodeKind::floor_divide:
      case NodeKind::modulo:
      case NodeKind::to_int:
      case NodeKind::to_text:
      case NodeKind::first:
      case NodeKind::index:
        return Effect::any;
      case NodeKind::less:
      case NodeKind::above:
      case NodeKind::add:
      case NodeKind::subtract:
      case NodeKind::multiply:
      case NodeKind::negate:
      case NodeKind::absolute:
      case NodeKind::length:
      case NodeKind::later:
      case NodeKind::after:
      case NodeKind::up_to:
        return Effect::type_error;
      default:
        return Effect::nothing;
    }
  }

  Effect crossed = Effect::nothing;  ///< by what is evaluated before the use
  Node* use = nullptr;
  std::size_t slots = 0;  ///< of the environment of the use

 private:
  std::size_t slot_;
};

/// May two things that are evaluated in this order be evaluated in the other?
bool may_swap(Effect a, Effect b) {
  return a == Effect::nothing || b == Effect::nothing || (a == Effect::type_error && b == Effect::type_error);
}

/// Puts the value of a let, whose environment has `size` slots, in the place of its only use.
bool move_to_use(Node& let, std::size_t size) {
  Node& value = let.parts[0];
  Node& body = let.parts[1];
  const std::size_t count = uses(body, size);
  if (count == 0 && effect_of(value) == Effect::nothing) {
    shift(body, size + 1, -1);
    Node out = std::move(body);
    let = std::move(out);
    return true;
  }
  if (count != 1) return false;
  UseFinder finder(size);
  if (finder.find(body, size + 1, &let) != UseFinder::Found::yes) return false;
  if (!may_swap(effect_of(value), finder.crossed)) return false;
  const std::size_t slots = finder.slots - 1;  // without the let
  if (most_slots(value, size) - size + slots > kMaxSlots) return false;
  shift(value, size, static_cast<std::ptrdiff_t>(slots - size));
  // The slot goes first, while no slot of the value can be taken for one of the body.
  *finder.use = Node{};
  shift(body, size + 1, -1);
  *finder.use = std::move(value);
  Node out = std::move(body);
  let = std::move(out);
  return true;
}

/// From the inside to the outside, so that a value can move on with the value that it is part of.
void inline_all(Node& node, std::size_t size) {
  for (std::size_t i = 0; i < node.parts.size(); ++i) {
    inline_all(node.parts[i], size + (node.kind == NodeKind::let && i == 1 ? 1 : 0));
  }
  if (node.kind == NodeKind::let) move_to_use(node, size);
}

/// Values that came to a truth() may be boolean.
void tidy(Node& node) {
  for (Node& part : node.parts) tidy(part);
  if (node.kind == NodeKind::truth && is_boolean(node.parts[0])) {
    Node only = std::move(node.parts[0]);
    node = std::move(only);
  }
}

}  // namespace

bool is_boolean(const Node& node) {
  switch (node.kind) {
    case NodeKind::constant:
      return node.value.kind == Value::Kind::boolean;
    case NodeKind::same:
    case NodeKind::less:
    case NodeKind::above:
    case NodeKind::and_:
    case NodeKind::or_:
    case NodeKind::not_:
    case NodeKind::truth:
      return true;
    case NodeKind::if_:
      return is_boolean(node.parts[1]) && is_boolean(node.parts[2]);
    case NodeKind::let:
      return is_boolean(node.parts[1]);
    default:
      return false;
  }
}

bool is_complex(const Node& node) {
  return node.kind != NodeKind::constant && node.kind != NodeKind::variable;
}

Node constant_node(Value value, Place place) {
  Node out;
  out.value = std::move(value);
  out.place = place;
  return out;
}

Node variable_node(std::size_t slot, Place place) {
  Node out;
  out.kind = NodeKind::variable;
  out.index = slot;
  out.place = place;
  return out;
}

Node raise_node(std::string error, Place place) {
  Node out;
  out.kind = NodeKind::raise;
  out.value = Value::string(std::move(error));
  out.place = place;
  return out;
}

Node operation(NodeKind kind, std::vector<Node> parts, Place place) {
  Node out;
  out.kind = kind;
  out.parts = std::move(parts);
  out.place = place;
  return out;
}

Node operation(NodeKind kind, Node only, Place place) {
  std::vector<Node> parts;
  parts.push_back(std::move(only));
  return operation(kind, std::move(parts), place);
}

Node operation(NodeKind kind, Node left, Node right, Place place) {
  std::vector<Node> parts;
  parts.push_back(std::move(left));
  parts.push_back(std::move(right));
  return operation(kind, std::move(parts), place);
}

Node let_node(Node value, Node body, Place place) {
  return operation(NodeKind::let, std::move(value), std::move(body), place);
}

Node if_node(Node test, Node then, Node otherwise, Place place) {
  if (test.kind == NodeKind::constant) return test.value.truth ? std::move(then) : std::move(otherwise);
  Node out = operation(NodeKind::if_, std::move(test), std::move(then), place);
  out.parts.push_back(std::move(otherwise));
  return out;
}

Node opposite(Node node) {
  if (node.kind == NodeKind::constant) {
    node.value.truth = !node.value.truth;
    return node;
  }
  if (node.kind == NodeKind::not_) {
    Node inner = std::move(node.parts[0]);
    return inner;
  }
  const Place place = node.place;
  return operation(NodeKind::not_, std::move(node), place);
}

Node truth_node(Node node) {
  if (node.kind == NodeKind::constant) return constant_node(Value::boolean(truth_of(node.value)), node.place);
  if (is_boolean(node)) return node;
  const Place place = node.place;
  return operation(NodeKind::truth, std::move(node), place);
}

Effect effect_of(const Node& node) {
  Effect out = UseFinder::own_effect(node);
  for (const Node& part : node.parts) {
    if (out == Effect::any) break;
    out = std::max(out, effect_of(part));
  }
  return out;
}

void shift(Node& node, std::size_t from, std::ptrdiff_t by) {
  if (by == 0) return;
  if (node.kind == NodeKind::variable && node.index >= from) {
    node.index = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(node.index) + by);
  }
  for (Node& part : node.parts) shift(part, from, by);
}

std::size_t most_slots(const Node& node, std::size_t size) {
  std::size_t out = size;
  for (std::size_t i = 0; i < node.parts.size(); ++i) {
    out = std::max(out, most_slots(node.parts[i], size + (node.kind == NodeKind::let && i == 1 ? 1 : 0)));
  }
  return out;
}

std::size_t size_of(const Node& node) {
  std::size_t out = count_of(node.value);
  for (const Node& part : node.parts) out += size_of(part);
  return out;
}

void inline_lets(Node& node, std::size_t size) {
  inline_all(node, size);
  tidy(node);
}

}  // namespace trm::tasks::python
