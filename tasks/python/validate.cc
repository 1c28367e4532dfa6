#include <algorithm>
#include <set>

#include "tasks/base/words.h"
#include "tasks/python/nodes.h"
#include "tasks/python/program.h"

namespace trm::tasks::python {
namespace {

constexpr std::size_t kAny = static_cast<std::size_t>(-1);

/// Parts of a node of this kind; kAny: it depends.
std::size_t parts_of(NodeKind kind) {
  switch (kind) {
    case NodeKind::constant:
    case NodeKind::variable:
    case NodeKind::raise:
      return 0;
    case NodeKind::if_:
      return 3;
    case NodeKind::call:
    case NodeKind::list:
    case NodeKind::print:
      return kAny;
    case NodeKind::not_:
    case NodeKind::truth:
    case NodeKind::negate:
    case NodeKind::absolute:
    case NodeKind::to_int:
    case NodeKind::to_text:
    case NodeKind::length:
    case NodeKind::first:
    case NodeKind::later:
      return 1;
    default:
      return 2;
  }
}

bool is_whole(const Value& value) {
  for (const Value& item : value.items) {
    if (!is_whole(item)) return false;
  }
  if (value.kind != Value::Kind::integer) return value.digits.empty();
  const bool negative = value.digits.starts_with('-');
  return is_decimal(std::string_view(value.digits).substr(negative ? 1 : 0)) && value.digits != "-0";
}

class Validator {
 public:
  explicit Validator(const Program& program) : program_(program) {}

  Status run() {
    std::set<std::string> names;
    bool helpers = false;
    for (std::size_t i = 0; i < program_.functions.size() && broken_.empty(); ++i) {
      const Function& function = program_.functions[i];
      name_ = function.name;
      want(!function.name.empty() && names.insert(function.name).second, "has a name of its own");
      want(function.parameters.size() <= kMaxArguments, "has at most 8 parameters");
      want(function.role != Role::written || function.parameters.size() <= kMaxParameters, "has at most 8 parameters");
      want(function.defaults.size() <= function.parameters.size(), "has a parameter for each default");
      helpers |= function.role != Role::written;
      want(!helpers || function.role != Role::written || program_.question == i,
           "stands before what the front end made");
      node(function.body, function.parameters.size());
    }
    if (program_.question) {
      name_ = "the question";
      want(*program_.question < program_.functions.size() && program_.functions[*program_.question].parameters.empty(),
           "is a function without parameters");
    }
    if (broken_.empty()) return {};
    return bad_text("program", name_ + " breaks the promise that it " + broken_, "report it with the source");
  }

 private:
  void want(bool holds, const char* promise) {
    if (!holds && broken_.empty()) broken_ = promise;
  }

  void node(const Node& node, std::size_t size) {
    if (!broken_.empty()) return;
    want(size <= kMaxSlots, "has at most 12 slots");
    const std::size_t parts = parts_of(node.kind);
    want(parts == kAny || node.parts.size() == parts, "gives each node its parts");
    if (!broken_.empty()) return;
    std::size_t arguments = 0;
    switch (node.kind) {
      case NodeKind::constant:
        want(is_whole(node.value), "writes numbers as Python does");
        break;
      case NodeKind::variable:
        want(node.index < size, "reads slots that there are");
        break;
      case NodeKind::raise:
        want(!node.value.text.empty(), "names its errors");
        break;
      case NodeKind::call:
        want(node.index < program_.functions.size(), "calls functions that there are");
        want(!broken_.empty() || program_.functions[node.index].parameters.size() == node.parts.size(),
             "gives each parameter an argument");
        arguments = node.parts.size();
        break;
      case NodeKind::list:
        arguments = node.parts.size();
        break;
      case NodeKind::print:
        want(!node.parts.empty(), "gives a print its body");
        arguments = node.parts.empty() ? 0 : node.parts.size() - 1;
        break;
      case NodeKind::if_:
        want(is_boolean(node.parts[0]), "tests boolean nodes");
        break;
      case NodeKind::and_:
      case NodeKind::or_:
      case NodeKind::not_:
        want(std::all_of(node.parts.begin(), node.parts.end(), is_boolean), "tests boolean nodes");
        break;
      default:
        break;
    }
    const auto complex =
        std::count_if(node.parts.begin(), node.parts.begin() + static_cast<std::ptrdiff_t>(arguments), is_complex);
    want(arguments <= kMaxArguments, "has at most 8 arguments in a node");
    want(static_cast<std::size_t>(complex) <= kMaxComplexArguments, "has at most 3 complex arguments in a node");
    for (std::size_t i = 0; i < node.parts.size(); ++i) {
      this->node(node.parts[i], size + (node.kind == NodeKind::let && i == 1 ? 1 : 0));
    }
  }

  const Program& program_;
  std::string name_, broken_;
};

}  // namespace

Status validate(const Program& program) {
  return Validator(program).run();
}

}  // namespace trm::tasks::python
