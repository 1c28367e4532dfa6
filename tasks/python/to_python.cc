#include <algorithm>
#include <iterator>
#include <set>

#include "tasks/python/program.h"
#include "tasks/python/refusals.h"

namespace trm::tasks::python {
namespace {

constexpr std::string_view kUsed[] = {"print",   "len",      "abs",       "int",        "bool",
                                      "getattr", "builtins", "functools", "raise_error"};

/// How tightly what a node is written as binds. The higher binds tighter.
enum Rank : int { kConditional, kOr, kAnd, kNot, kCompared, kSum, kProduct, kSign, kAtom };

Rank rank_of(const Node& node) {
  switch (node.kind) {
    case NodeKind::constant:
      return node.value.kind == Value::Kind::integer && node.value.digits[0] == '-' ? kSign : kAtom;
    case NodeKind::if_:
      return kConditional;
    case NodeKind::or_:
      return kOr;
    case NodeKind::and_:
      return kAnd;
    case NodeKind::not_:
      return kNot;
    case NodeKind::same:
    case NodeKind::less:
    case NodeKind::above:
      return kCompared;
    case NodeKind::add:
    case NodeKind::subtract:
      return kSum;
    case NodeKind::multiply:
    case NodeKind::floor_divide:
    case NodeKind::modulo:
      return kProduct;
    case NodeKind::negate:
      return kSign;
    default:
      return kAtom;
  }
}

class Printer {
 public:
  explicit Printer(const Program& program) {
    std::set<std::string> taken(std::begin(kUsed), std::end(kUsed));
    for (std::size_t i = 0; i < program.functions.size(); ++i) {
      std::string name = program.functions[i].name;
      if (program.question == i) name = "question";
      // A variable of the program is v and its slot.
      while (taken.contains(name) || is_keyword(name) || is_slot(name) ||
             (name == "question" && program.question != i)) {
        name += '_';
      }
      taken.insert(name);
      names_.push_back(name);
    }
  }

  std::string run(const Program& program) {
    std::string out =
        "import builtins\nimport functools\n\n\ndef raise_error(name):\n    raise getattr(builtins, name, "
        "RuntimeError)(name)\n";
    for (std::size_t i = 0; i < program.functions.size(); ++i) {
      const Function& function = program.functions[i];
      out += std::string("\n\n") + (function.memo ? "@functools.cache\n" : "") + "def " + names_[i] + "(";
      for (std::size_t k = 0; k < function.parameters.size(); ++k) {
        out += (k > 0 ? ", " : "") + slot(k);
        const std::size_t required = function.parameters.size() - function.defaults.size();
        if (k >= required) out += "=" + repr(function.defaults[k - required]);
      }
      out += "):\n    return " + text(function.body, function.parameters.size(), kConditional) + "\n";
    }
    return out;
  }

 private:
  static bool is_slot(const std::string& name) {
    return name.size() > 1 && name[0] == 'v' && name.find_first_not_of("0123456789", 1) == std::string::npos;
  }
  static std::string slot(std::size_t index) { return "v" + std::to_string(index); }

  std::string text(const Node& node, std::size_t size, Rank least) {
    const std::string out = plain(node, size);
    return rank_of(node) < least ? "(" + out + ")" : out;
  }

  std::string arguments(const Node& node, std::size_t count, std::size_t size) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += (i > 0 ? ", " : "") + text(node.parts[i], size, kConditional);
    return out;
  }

  std::string plain(const Node& node, std::size_t size) {
    const auto part = [&](std::size_t i, Rank least) { return text(node.parts[i], size, least); };
    const auto infix = [&](const char* sign, Rank left, Rank right) { return part(0, left) + sign + part(1, right); };
    switch (node.kind) {
      case NodeKind::constant:
        // The mark of tuples is written as the list that it is.
        if (node.value.items.size() == 1 && node.value.items[0].text == kTupleMark) return "['\\U000f0000']";
        return repr(node.value);
      case NodeKind::variable:
        return slot(node.index);
      case NodeKind::if_:
        return part(1, kOr) + " if " + part(0, kOr) + " else " + part(2, kConditional);
      case NodeKind::let:
      case NodeKind::print:
        return sequence(node, size);
      case NodeKind::call:
        return names_[node.index] + "(" + arguments(node, node.parts.size(), size) + ")";
      case NodeKind::list:
        return "[" + arguments(node, node.parts.size(), size) + "]";
      case NodeKind::raise:
        return "raise_error(" + repr(node.value) + ")";
      case NodeKind::and_:
        return infix(" and ", kNot, kAnd);
      case NodeKind::or_:
        return infix(" or ", kAnd, kOr);
      case NodeKind::not_:
        return "not " + part(0, kNot);
      case NodeKind::truth:
        return "bool(" + part(0, kConditional) + ")";
      case NodeKind::same:
        return infix(" == ", kSum, kSum);
      case NodeKind::less:
        return infix(" < ", kSum, kSum);
      case NodeKind::above:
        return infix(" > ", kSum, kSum);
      case NodeKind::add:
        return infix(" + ", kSum, kProduct);
      case NodeKind::subtract:
        return infix(" - ", kSum, kProduct);
      case NodeKind::multiply:
        return infix(" * ", kProduct, kSign);
      case NodeKind::floor_divide:
        return infix(" // ", kProduct, kSign);
      case NodeKind::modulo:
        return infix(" % ", kProduct, kSign);
      case NodeKind::negate:
        return "-" + part(0, kSign);
      case NodeKind::absolute:
        return "abs(" + part(0, kConditional) + ")";
      case NodeKind::to_int:
        return "int(" + part(0, kConditional) + ")";
      case NodeKind::to_text:
        return "str(" + part(0, kConditional) + ")";
      case NodeKind::length:
        return "len(" + part(0, kConditional) + ")";
      case NodeKind::first:
        return part(0, kAtom) + "[0]";
      case NodeKind::later:
        return part(0, kAtom) + "[1:]";
      case NodeKind::index:
        return part(0, kAtom) + "[" + part(1, kConditional) + "]";
      case NodeKind::after:
        return part(0, kAtom) + "[" + part(1, kConditional) + ":]";
      case NodeKind::up_to:
        return part(0, kAtom) + "[:" + part(1, kConditional) + "]";
    }
    return "";
  }

  /// Lets and prints in a row are one tuple, whose last item counts.
  std::string sequence(const Node& first, std::size_t size) {
    std::string out = "(";
    const Node* node = &first;
    for (;; node = &node->parts.back()) {
      if (node->kind == NodeKind::let) {
        const std::string value = text(node->parts[0], size, kConditional);
        out += "(" + slot(size++) + " := " + value + "), ";
      } else if (node->kind == NodeKind::print) {
        out += "print(" + arguments(*node, node->parts.size() - 1, size) + "), ";
      } else {
        break;
      }
    }
    return out + text(*node, size, kConditional) + ")[-1]";
  }

  std::vector<std::string> names_;
};

}  // namespace

std::string to_python(const Program& program) {
  return Printer(program).run(program);
}

}  // namespace trm::tasks::python
