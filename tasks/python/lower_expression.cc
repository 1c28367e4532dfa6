#include <algorithm>

#include "tasks/base/words.h"
#include "tasks/python/desugar.h"
#include "tasks/python/lower.h"
#include "tasks/python/refusals.h"

namespace trm::tasks::python {
namespace {

constexpr std::size_t kMaxConstants = 100'000;  ///< values of the long constants of a program

constexpr std::string_view kKnownFunctions[] = {
    "len",      "abs",       "int", "bool",  "print", "max", "min",    "sum",       "range", "list",
    "reversed", "any",       "all", "pow",   "str",   "ord", "divmod", "sorted",    "map",   "zip",
    "filter",   "enumerate", "chr", "tuple", "bin",   "oct", "hex",    "isinstance"};

bool is_known_function(std::string_view name) {
  return std::find(std::begin(kKnownFunctions), std::end(kKnownFunctions), name) != std::end(kKnownFunctions);
}

/// The number that an index or a bound is, if it is written down.
std::optional<std::string> number_of(const Expression& e) {
  if (e.kind == ExpressionKind::constant && e.value.kind == Value::Kind::integer) return e.value.digits;
  return {};
}

bool is_absent(const Expression& e) {
  return e.kind == ExpressionKind::absent || (e.kind == ExpressionKind::constant && e.value.kind == Value::Kind::none);
}

}  // namespace

Node Lowering::value(const Expression& e, Here here) {
  if (error_) return {};
  return fit(any_value(e, here), e, here);
}

Node Lowering::fit(Node node, const Expression& e, Here here) {
  if (error_ || most_slots(node, here.size) <= kMaxSlots) return node;
  if (root_ == &e) {
    fail(here.scope, e.place, "the expression needs more than " + std::to_string(kMaxSlots) + " values at once",
         "give parts of it names in a function of their own");
    return {};
  }
  // A new function has what the expression reads in its first slots.
  Job job;
  job.expression = &e;
  job.scope = &here.scope;
  std::vector<std::string> parameters;
  std::vector<Node> arguments;
  std::set<std::size_t> read;
  std::vector<const Expression*> open = {&e};
  while (!open.empty()) {
    const Expression& part = *open.back();
    open.pop_back();
    for (const Expression& inner : part.parts) open.push_back(&inner);
    const std::optional<std::size_t> id = part.kind == ExpressionKind::name ? here.scope.find(part.text) : std::nullopt;
    if (id) read.insert(*id);
  }
  for (const std::size_t id : read) {
    const Binding* binding = here.environment.find(id);
    if (binding == nullptr) continue;
    if (binding->state == Binding::State::constant) {
      job.environment.bind(id, *binding);
      continue;
    }
    job.environment.bind(id, {Binding::State::slot, job.environment.size++, {}});
    const std::string& name = here.scope.variables[id];
    parameters.push_back(name.substr(0, name.find('@')));
    arguments.push_back(variable_node(binding->slot, e.place));
  }
  if (arguments.size() > kMaxArguments || program_.functions.size() >= kMaxFunctions) {
    fail(here.scope, e.place, "the expression reads more than " + std::to_string(kMaxArguments) + " variables",
         "give parts of it names in a function of their own");
    return {};
  }
  const Role role = here.scope.library ? Role::library : Role::rest;
  job.function = define(unique(here.scope.function + "_rest"), std::move(parameters), role, e.place.line);
  Node out = operation(NodeKind::call, std::move(arguments), e.place);
  out.index = job.function;
  jobs_.push_back(std::move(job));
  return out;
}

Node Lowering::constant(Value value, Place place) {
  const std::size_t count = count_of(value);
  if (count > 1) nodes_ += count;
  if (nodes_ > kMaxConstants && !error_) {
    error_ = error_at(file_, place, "the constants of the program have too many values", "write shorter lists");
  }
  return constant_node(std::move(value), place);
}

Node Lowering::any_value(const Expression& e, Here here) {
  switch (e.kind) {
    case ExpressionKind::constant:
      return constant(e.value, e.place);
    case ExpressionKind::name:
      return name(e, here);
    case ExpressionKind::list:
      return list(e, here);
    case ExpressionKind::tuple:
      refuse(here.scope, e.place, "a tuple as a value", "write a list: [a, b]");
      return {};
    case ExpressionKind::call:
      return call(e, here);
    case ExpressionKind::binary:
      return binary(e, here);
    case ExpressionKind::negate:
      return operation(NodeKind::negate, value(e.parts[0], here), e.place);
    case ExpressionKind::plus: {
      // +x is a number, and an error where -x is one.
      Node inner = operation(NodeKind::negate, value(e.parts[0], here), e.place);
      return operation(NodeKind::negate, std::move(inner), e.place);
    }
    case ExpressionKind::not_:
      return test(e, here);
    case ExpressionKind::and_:
    case ExpressionKind::or_:
      return is_boolean_text(e, here.scope) ? test(e, here) : chosen(e, 0, here);
    case ExpressionKind::compare:
      return comparison(e, here, false);
    case ExpressionKind::conditional: {
      Node test = this->test(e.parts[0], here);
      Node then = value(e.parts[1], here);
      Node otherwise = value(e.parts[2], here);
      return if_node(std::move(test), std::move(then), std::move(otherwise), e.place);
    }
    case ExpressionKind::index:
      return index(e, here);
    case ExpressionKind::slice:
      return slice(e, here);
    case ExpressionKind::comprehension:
      return collected(e, Use::list, here);
    case ExpressionKind::generator:
      refuse(here.scope, e.place, "a generator as a value", "put square brackets around it");
      return {};
    case ExpressionKind::native:
      return native(e, here);
    case ExpressionKind::star:
      refuse(here.scope, e.place, "unpacking with * here", "write each value on its own");
      return {};
    case ExpressionKind::dict:
      refuse(here.scope, e.place, "a dict", "use a list of [key, value] pairs, and search it with a loop");
      return {};
    case ExpressionKind::lambda:
      refuse(here.scope, e.place, "a lambda as a value", "write a def with a name, and call it");
      return {};
    case ExpressionKind::clause:
    case ExpressionKind::absent:
      break;
  }
  return {};
}

std::vector<Node> Lowering::values(const std::vector<Expression>& parts, Here here) {
  std::vector<Node> out;
  out.reserve(parts.size());
  for (const Expression& part : parts) out.push_back(value(part, here));
  return out;
}

Node Lowering::test(const Expression& e, Here here) {
  if (error_) return constant_node(Value::boolean(false), e.place);
  switch (e.kind) {
    case ExpressionKind::not_:
      return opposite(test(e.parts[0], here));
    case ExpressionKind::and_:
    case ExpressionKind::or_: {
      const NodeKind kind = e.kind == ExpressionKind::and_ ? NodeKind::and_ : NodeKind::or_;
      Node out = test(e.parts.back(), here);
      for (std::size_t i = e.parts.size() - 1; i-- > 0;) {
        Node left = test(e.parts[i], here);
        out = operation(kind, std::move(left), std::move(out), e.parts[i].place);
      }
      return out;
    }
    case ExpressionKind::conditional: {
      Node test = this->test(e.parts[0], here);
      Node then = this->test(e.parts[1], here);
      Node otherwise = this->test(e.parts[2], here);
      return if_node(std::move(test), std::move(then), std::move(otherwise), e.place);
    }
    case ExpressionKind::compare: {
      Node out = comparison(e, here, true);
      if (most_slots(out, here.size) <= kMaxSlots) return out;
      return truth_node(value(e, here));
    }
    case ExpressionKind::call:
      if (here.scope.is_builtin(e, "bool") && e.parts.size() == 1 && e.words[0].empty()) return test(e.parts[0], here);
      break;
    default:
      break;
  }
  return truth_node(value(e, here));
}

Node Lowering::name(const Expression& e, Here here) {
  if (const std::optional<std::size_t> id = here.scope.find(e.text)) {
    const Binding* binding = here.environment.find(*id);
    if (binding == nullptr)
      return raise_node(here.scope.module || e.comprehension ? "NameError" : "UnboundLocalError", e.place);
    if (binding->state == Binding::State::slot) return variable_node(binding->slot, e.place);
    return constant(binding->value, e.place);
  }
  const Names& names = *here.scope.names;
  if (const auto found = names.constants.find(e.text); found != names.constants.end())
    return constant(found->second, e.place);
  if (names.functions.contains(e.text) || is_known_function(e.text) || refused_function(e.text)) {
    refuse(here.scope, e.place, "the function " + e.text + " as a value", "call it: " + e.text + "(...)");
    return {};
  }
  if (names.variables.contains(e.text)) {
    refuse(here.scope, e.place, "the variable " + e.text + " of the module in a function",
           "pass it as a parameter, or assign it once to a constant");
    return {};
  }
  return raise_node("NameError", e.place);
}

/// [a, *xs, b]: lists that are put together.
Node Lowering::starred(const Expression& e, Here here) {
  std::vector<Expression> pieces;
  for (const Expression& part : e.parts) {
    if (part.kind == ExpressionKind::star) {
      pieces.push_back(call_expression("list", {part.parts[0]}, e.place));
    } else if (!pieces.empty() && pieces.back().kind == ExpressionKind::list) {
      pieces.back().parts.push_back(part);
    } else {
      pieces.push_back(make_expression(ExpressionKind::list, {part}, e.place));
    }
  }
  std::vector<Node> nodes = values(pieces, here);
  Node out = std::move(nodes[0]);
  for (std::size_t i = 1; i < nodes.size(); ++i)
    out = operation(NodeKind::add, std::move(out), std::move(nodes[i]), e.place);
  return out;
}

Node Lowering::list(const Expression& e, Here here) {
  if (std::any_of(e.parts.begin(), e.parts.end(), [](const Expression& p) { return p.kind == ExpressionKind::star; })) {
    return starred(e, here);
  }
  std::vector<Node> items = values(e.parts, here);
  const bool known =
      std::all_of(items.begin(), items.end(), [](const Node& n) { return n.kind == NodeKind::constant; });
  if (known) {
    std::vector<Value> constants;
    constants.reserve(items.size());
    for (Node& item : items) constants.push_back(std::move(item.value));
    return constant(Value::list(std::move(constants)), e.place);
  }
  // Lists of few items are put together, in order.
  std::vector<Node> pieces;
  std::size_t complex = 0;
  for (Node& item : items) {
    const std::size_t one = is_complex(item) ? 1 : 0;
    const bool full =
        pieces.empty() || pieces.back().parts.size() == kMaxArguments || complex + one > kMaxComplexArguments;
    if (full) {
      pieces.push_back(operation(NodeKind::list, std::vector<Node>{}, e.place));
      complex = 0;
    }
    complex += one;
    pieces.back().parts.push_back(std::move(item));
  }
  // In halves, so that a long list makes no deep tree.
  for (; pieces.size() > 1;) {
    std::vector<Node> joined;
    for (std::size_t i = 0; i + 1 < pieces.size(); i += 2) {
      joined.push_back(operation(NodeKind::add, std::move(pieces[i]), std::move(pieces[i + 1]), e.place));
    }
    if (pieces.size() % 2 == 1) joined.push_back(std::move(pieces.back()));
    pieces = std::move(joined);
  }
  return std::move(pieces[0]);
}

Node Lowering::binary(const Expression& e, Here here) {
  const Expression& left_text = e.parts[0];
  const Expression& right_text = e.parts[1];
  if (e.text == "%" && left_text.kind == ExpressionKind::constant && left_text.value.kind == Value::Kind::text) {
    refuse(here.scope, e.place, "the % that formats a text", "print(a, b) shows several values");
    return {};
  }
  Node left = value(left_text, here);
  if (e.text == "**" && number_of(right_text) == "2" && !is_complex(left)) {
    Node copy = left;
    return operation(NodeKind::multiply, std::move(left), std::move(copy), e.place);
  }
  Node right = value(right_text, here);
  const auto library = [&](const char* name) {
    std::vector<Node> arguments;
    arguments.push_back(std::move(left));
    arguments.push_back(std::move(right));
    return library_call(name, std::move(arguments), here, e.place);
  };
  if (e.text == "**") return library("power");
  if (e.text == "&" && (number_of(right_text) == "1" || number_of(left_text) == "1")) {
    Node two = constant_node(Value::integer("2"), e.place);
    Node number = number_of(right_text) == "1" ? std::move(left) : std::move(right);
    return operation(NodeKind::modulo, std::move(number), std::move(two), e.place);
  }
  if (e.text == ">>" && number_of(right_text) == "1") {
    Node two = constant_node(Value::integer("2"), e.place);
    return operation(NodeKind::floor_divide, std::move(left), std::move(two), e.place);
  }
  if (e.text == "&") return library("bits_of_both");
  if (e.text == "|") return library("bits_of_any");
  if (e.text == "^") return library("bits_of_one");
  if (e.text == "<<") return library("shift_left");
  if (e.text == ">>") return library("shift_right");
  if (e.text == "*" && is_sequence(left_text, here.scope)) return library("repeat");
  if (e.text == "*" && is_sequence(right_text, here.scope)) return library("times_repeat");
  const NodeKind kind = e.text == "+"    ? NodeKind::add
                        : e.text == "-"  ? NodeKind::subtract
                        : e.text == "*"  ? NodeKind::multiply
                        : e.text == "//" ? NodeKind::floor_divide
                                         : NodeKind::modulo;
  return operation(kind, std::move(left), std::move(right), e.place);
}

bool Lowering::is_boolean_text(const Expression& e, const Scope& scope) {
  switch (e.kind) {
    case ExpressionKind::constant:
      return e.value.kind == Value::Kind::boolean;
    case ExpressionKind::not_:
    case ExpressionKind::compare:
      return true;
    case ExpressionKind::and_:
    case ExpressionKind::or_:
      return std::all_of(e.parts.begin(), e.parts.end(),
                         [&](const Expression& p) { return is_boolean_text(p, scope); });
    case ExpressionKind::conditional:
      return is_boolean_text(e.parts[1], scope) && is_boolean_text(e.parts[2], scope);
    case ExpressionKind::call:
      return scope.is_builtin(e, "bool");
    default:
      return false;
  }
}

/// `a and b`, `a or b` as values: the first operand that decides, or the last one.
Node Lowering::chosen(const Expression& e, std::size_t from, Here here) {
  Node left = value(e.parts[from], here);
  if (from + 1 == e.parts.size()) return left;
  const bool both = e.kind == ExpressionKind::and_;
  const auto choose = [&](Node first, Node copy, std::size_t size) {
    Node rest = chosen(e, from + 1, {here.environment, size, here.scope});
    Node test = truth_node(std::move(copy));
    return both ? if_node(std::move(test), std::move(rest), std::move(first), e.place)
                : if_node(std::move(test), std::move(first), std::move(rest), e.place);
  };
  if (!is_complex(left)) {
    Node copy = left;
    return choose(std::move(left), std::move(copy), here.size);
  }
  Node body = choose(variable_node(here.size, left.place), variable_node(here.size, left.place), here.size + 1);
  return let_node(std::move(left), std::move(body), e.place);
}

Node Lowering::compared(const std::string& sign, bool in_list, Node left, Node right, Here here, Place place) {
  const auto two = [&](NodeKind kind) { return operation(kind, std::move(left), std::move(right), place); };
  if (sign == "==") return two(NodeKind::same);
  if (sign == "!=") return opposite(two(NodeKind::same));
  if (sign == "<") return two(NodeKind::less);
  if (sign == ">") return two(NodeKind::above);
  if (sign == "<=") return opposite(two(NodeKind::above));
  if (sign == ">=") return opposite(two(NodeKind::less));
  std::vector<Node> arguments;
  arguments.push_back(std::move(left));
  arguments.push_back(std::move(right));
  Node found = library_call(in_list ? "contains_item" : "contains", std::move(arguments), here, place);
  return sign == "in" ? std::move(found) : opposite(truth_node(std::move(found)));
}

Node Lowering::comparison(const Expression& e, Here here, bool as_test) {
  const std::size_t count = e.words.size();
  const auto in_list = [&](std::size_t i) {
    const Expression& right = e.parts[i + 1];
    return right.kind == ExpressionKind::list || right.kind == ExpressionKind::comprehension;
  };
  std::vector<Node> lets;
  // Operands between two signs are evaluated once; what stands before them is evaluated first.
  Node left = value(e.parts[0], here);
  if (count == 1) {
    Node right = value(e.parts[1], here);
    Node out = compared(e.words[0], in_list(0), std::move(left), std::move(right), here, e.place);
    return as_test ? truth_node(std::move(out)) : std::move(out);
  }
  std::vector<Node> tests;
  std::vector<std::size_t> before;  // lets that stand before each test
  std::size_t size = here.size;
  const auto keep = [&](Node node) {
    if (!is_complex(node)) return node;
    Node out = variable_node(size++, node.place);
    lets.push_back(std::move(node));
    return out;
  };
  for (std::size_t i = 0; i < count; ++i) {
    Node right = value(e.parts[i + 1], {here.environment, size, here.scope});
    if (i + 1 < count && is_complex(right)) {
      if (is_complex(left)) {
        // The left operand of the first test gets its slot before the one in the middle.
        shift(right, size, 1);
        left = keep(std::move(left));
      }
      right = keep(std::move(right));
    }
    const Here now{here.environment, size, here.scope};
    Node copy = right;
    before.push_back(lets.size());
    tests.push_back(truth_node(compared(e.words[i], in_list(i), std::move(left), std::move(right), now, e.place)));
    left = std::move(copy);
  }
  Node out = std::move(tests.back());
  for (std::size_t i = count - 1;; --i) {
    // The lets that came with test i stand around it and all that follows.
    for (std::size_t k = before[i]; k-- > (i == 0 ? 0 : before[i - 1]);) {
      out = let_node(std::move(lets[k]), std::move(out), e.place);
    }
    if (i == 0) break;
    out = operation(NodeKind::and_, std::move(tests[i - 1]), std::move(out), e.place);
  }
  return out;
}

Node Lowering::index(const Expression& e, Here here) {
  if (e.parts[1].kind == ExpressionKind::tuple) {
    refuse(here.scope, e.place, "an index of several parts", "index one after another: xs[i][j]");
    return {};
  }
  Node sequence = value(e.parts[0], here);
  if (number_of(e.parts[1]) == "0") return operation(NodeKind::first, std::move(sequence), e.place);
  Node index = value(e.parts[1], here);
  return operation(NodeKind::index, std::move(sequence), std::move(index), e.place);
}

Node Lowering::slice(const Expression& e, Here here) {
  const bool from = !is_absent(e.parts[1]), to = !is_absent(e.parts[2]);
  std::string step = "1";
  if (!is_absent(e.parts[3])) {
    const std::optional<std::string> number = number_of(e.parts[3]);
    if (!number || *number == "0") {
      refuse(here.scope, e.place, "a slice with a step that is no number but 0",
             "write the number itself, as in xs[::2]");
      return {};
    }
    step = *number;
  }
  const bool backwards = step[0] == '-';
  const auto bound = [&](std::size_t part) {
    const std::optional<std::string> number = number_of(e.parts[part]);
    return number && (*number)[0] != '-' ? number : std::nullopt;
  };
  Node out = value(e.parts[0], here);
  std::vector<Node> arguments;
  const auto library = [&](const char* name) {
    arguments.insert(arguments.begin(), std::move(out));
    out = library_call(name, std::move(arguments), here, e.place);
    arguments.clear();
  };
  const auto plain = [&](NodeKind kind, std::size_t part) {
    out = operation(kind, std::move(out), value(e.parts[part], here), e.place);
  };
  if (backwards && (from || to)) {
    if (from) arguments.push_back(value(e.parts[1], here));
    if (to) arguments.push_back(value(e.parts[2], here));
    library(from && to ? "slice_down" : from ? "slice_down_from" : "slice_down_to");
  } else if (from && to && !(bound(1) && bound(2))) {
    arguments.push_back(value(e.parts[1], here));
    arguments.push_back(value(e.parts[2], here));
    library("slice_between");
  } else {
    if (to && bound(2)) {
      plain(NodeKind::up_to, 2);
    } else if (to) {
      arguments.push_back(value(e.parts[2], here));
      library("slice_to");
    }
    if (from && bound(1) == "1") {
      out = operation(NodeKind::later, std::move(out), e.place);
    } else if (from && bound(1) && bound(1) != "0") {
      plain(NodeKind::after, 1);
    } else if (from && !bound(1)) {
      arguments.push_back(value(e.parts[1], here));
      library("slice_from");
    } else if (!to && !backwards) {
      out = operation(NodeKind::after, std::move(out), constant_node(Value::integer("0"), e.place), e.place);
    }
  }
  if (backwards && !from && !to) library("reverse");
  if (backwards) step.erase(0, 1);
  if (step != "1") {
    arguments.push_back(constant_node(Value::integer(step), e.place));
    library("every");
  }
  return out;
}

Node Lowering::native(const Expression& e, Here here) {
  if (e.native == NodeKind::raise) return raise_node(e.text, e.place);
  if (e.native == NodeKind::truth) return truth_node(value(e.parts[0], here));
  return operation(e.native, values(e.parts, here), e.place);
}

}  // namespace trm::tasks::python
