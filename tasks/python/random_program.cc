#include "tasks/python/random_program.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace trm::tasks::python {
namespace {

enum class Type : unsigned char { integer, list, text };

struct Variable {
  std::string name;
  Type type;
};

/// What the first argument of a function is, which gets smaller with every call.
enum class Measure : unsigned char { counter, list };

struct Signature {
  std::string name;
  Measure measure = Measure::counter;
  std::vector<Variable> parameters;
  Type result = Type::integer;
};

constexpr std::size_t kMostParameters = 3, kMostFunctions = 3;

class Maker {
 public:
  Maker(Rng& rng, std::uint32_t size) : rng_(rng), size_(size) {}

  RandomProgram make() {
    const std::size_t count = 1 + rng_.below(kMostFunctions);
    for (std::size_t i = 0; i < count; ++i) functions_.push_back(signature(i));
    RandomProgram out;
    for (std::size_t i = 0; i < count; ++i) out.source += function(i);
    out.call = functions_[0].name + "(";
    for (std::size_t i = 0; i < functions_[0].parameters.size(); ++i) {
      if (i > 0) out.call += ", ";
      out.call += i == 0 ? first_argument() : constant(functions_[0].parameters[i].type);
    }
    out.call += ")";
    return out;
  }

 private:
  bool chance(std::uint32_t percent) { return rng_.below(100) < percent; }
  template <std::size_t N>
  std::string pick(const std::array<const char*, N>& words) {
    return words[rng_.below(N)];
  }

  Signature signature(std::size_t index) {
    constexpr std::array names = {"f", "g", "h", "step", "fold", "walk", "value", "pairs", "go", "count"};
    constexpr std::array counters = {"n", "k", "x", "m", "depth", "left"};
    constexpr std::array lists = {"xs", "items", "row", "rest"};
    constexpr std::array others = {"a", "b", "c", "acc", "t", "total", "y"};
    Signature out;
    do {
      out.name = pick(names);
    } while (std::any_of(functions_.begin(), functions_.end(), [&](const Signature& f) { return f.name == out.name; }));
    out.measure = chance(35) ? Measure::list : Measure::counter;
    const bool list = out.measure == Measure::list;
    out.parameters.push_back({list ? pick(lists) : pick(counters), list ? Type::list : Type::integer});
    const std::size_t more = rng_.below(kMostParameters);
    while (out.parameters.size() <= more) {
      const std::string name = pick(others);
      const bool taken =
          std::any_of(out.parameters.begin(), out.parameters.end(), [&](const Variable& p) { return p.name == name; });
      if (!taken) out.parameters.push_back({name, chance(25) ? Type::list : Type::integer});
    }
    out.result = chance(25) ? Type::list : Type::integer;
    if (index > 0 && chance(15)) out.result = Type::text;
    return out;
  }

  std::string first_argument() {
    if (functions_[0].measure == Measure::counter) return std::to_string(size_ / 2 + rng_.below(size_ - size_ / 2 + 1));
    std::string out = "[";
    const std::uint32_t length = size_ / 2 + rng_.below(size_ - size_ / 2 + 1);
    for (std::uint32_t i = 0; i < length; ++i) out += (i > 0 ? ", " : "") + std::to_string(rng_.below(40));
    return out + "]";
  }

  std::string number() {
    const std::uint32_t kind = rng_.below(12);
    if (kind < 8) return std::to_string(rng_.below(10));
    if (kind < 10) return std::to_string(rng_.below(100));
    if (kind == 10) return "-" + std::to_string(1 + rng_.below(9));
    return std::to_string(rng_.below(1'000'000));
  }

  std::string constant(Type type) {
    if (type == Type::integer) return number();
    if (type == Type::text) return pick(std::array{"'a'", "'ab'", "''", "'xyz'"});
    std::string out = "[";
    const std::uint32_t length = rng_.below(4);
    for (std::uint32_t i = 0; i < length; ++i) out += (i > 0 ? ", " : "") + number();
    return out + "]";
  }

  std::optional<std::string> variable(Type type) {
    std::vector<std::string> fitting;
    for (const Variable& each : scope_) {
      if (each.type == type) fitting.push_back(each.name);
    }
    if (fitting.empty()) return std::nullopt;
    return fitting[rng_.below(static_cast<std::uint32_t>(fitting.size()))];
  }

  std::string leaf(Type type) {
    if (const auto name = variable(type); name && chance(75)) return *name;
    return constant(type);
  }

  std::string smaller_measure(const Signature& caller) {
    const std::string& name = caller.parameters[0].name;
    if (caller.measure == Measure::list) return chance(80) ? name + "[1:]" : name + "[2:]";
    return chance(70) ? name + " - 1" : chance(50) ? name + " - 2" : name + " // 2";
  }

  /// A call of this function or of a later one that ends, since its measure gets smaller.
  std::optional<std::string> call(Type type, int depth) {
    const Signature& caller = functions_[current_];
    std::vector<std::size_t> fitting;
    for (std::size_t i = 0; i < functions_.size(); ++i) {
      if (functions_[i].result == type && functions_[i].measure == caller.measure) fitting.push_back(i);
    }
    if (fitting.empty() || calls_left_ == 0) return std::nullopt;
    --calls_left_;
    const Signature& callee = functions_[fitting[rng_.below(static_cast<std::uint32_t>(fitting.size()))]];
    std::string out = callee.name + "(" + smaller_measure(caller);
    for (std::size_t i = 1; i < callee.parameters.size(); ++i) {
      out += ", " + expression(callee.parameters[i].type, std::min(depth - 1, 1));
    }
    return out + ")";
  }

  std::string test(int depth) {
    const std::uint32_t kind = rng_.below(depth > 0 ? 12 : 8);
    constexpr std::array orders = {" < ", " > ", " <= ", " >= ", " == ", " != "};
    if (kind < 5) return integer(depth - 1) + pick(orders) + integer(depth - 1);
    if (kind == 5)
      return integer(depth - 1) + " % " + std::to_string(2 + rng_.below(4)) + " == " + std::to_string(rng_.below(3));
    if (kind == 6) return leaf(Type::integer) + (chance(50) ? " in " : " not in ") + leaf(Type::list);
    if (kind == 7) return leaf(chance(50) ? Type::list : Type::integer);
    if (kind == 8)
      return std::to_string(rng_.below(5)) + " < " + leaf(Type::integer) + " <= " + std::to_string(5 + rng_.below(20));
    if (kind == 9) return "not " + leaf(chance(50) ? Type::list : Type::integer);
    return test(depth - 1) + (chance(50) ? " and " : " or ") + test(depth - 1);
  }

  std::string integer(int depth) {
    if (depth <= 0) return leaf(Type::integer);
    const std::uint32_t kind = rng_.below(22);
    if (kind < 5) {
      if (const auto out = call(Type::integer, depth)) return *out;
    }
    if (kind < 8) return integer(depth - 1) + " + " + integer(depth - 1);
    if (kind < 10) return integer(depth - 1) + " - " + parenthesised(integer(depth - 1));
    if (kind < 12) return parenthesised(integer(depth - 1)) + " * " + parenthesised(integer(depth - 1));
    if (kind == 12)
      return parenthesised(integer(depth - 1)) + " % " +
             (chance(90) ? std::to_string(2 + rng_.below(50)) : parenthesised(integer(0)));
    if (kind == 13)
      return parenthesised(integer(depth - 1)) + " // " +
             (chance(90) ? std::to_string(1 + rng_.below(9)) : parenthesised(integer(0)));
    if (kind == 14) return (chance(50) ? "max(" : "min(") + integer(depth - 1) + ", " + integer(depth - 1) + ")";
    if (kind == 15) return (chance(50) ? "abs(" : "-(") + integer(depth - 1) + ")";
    if (kind == 16) return "len(" + list(depth - 1) + ")";
    if (kind == 17) return "sum(" + leaf(Type::list) + ")";
    if (kind == 18) {
      if (const auto name = variable(Type::list)) return "(" + *name + "[0] if " + *name + " else " + number() + ")";
    }
    if (kind == 19) {
      if (const auto name = variable(Type::list); name && chance(40))
        return *name + "[" + (chance(50) ? "-1" : leaf(Type::integer)) + "]";
    }
    if (kind == 20) return parenthesised(leaf(Type::integer)) + " ** " + std::to_string(rng_.below(4));
    return "(" + integer(depth - 1) + " if " + test(depth - 1) + " else " + integer(depth - 1) + ")";
  }

  static std::string parenthesised(std::string text) {
    const bool simple =
        std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
    return simple ? text : "(" + text + ")";
  }

  std::string list(int depth) {
    if (depth <= 0) return leaf(Type::list);
    const std::uint32_t kind = rng_.below(10);
    if (kind < 3) {
      if (const auto out = call(Type::list, depth)) return *out;
    }
    if (kind < 5) return list(depth - 1) + " + [" + integer(depth - 1) + "]";
    if (kind == 5) return "[" + integer(depth - 1) + ", " + integer(depth - 1) + "]";
    if (kind == 6) return "[" + integer(depth - 1) + "] + " + list(depth - 1);
    if (kind == 7) {
      if (const auto name = variable(Type::list)) {
        return *name + pick(std::array{"[1:]", "[:1]", "[:-1]", "[1:3]", "[-2:]", "[::-1]"});
      }
    }
    if (kind == 8) return "[" + leaf(Type::integer) + "] * " + std::to_string(rng_.below(4));
    return "(" + list(depth - 1) + " if " + test(depth - 1) + " else " + list(depth - 1) + ")";
  }

  std::string text(int depth) {
    if (depth <= 0) return leaf(Type::text);
    if (chance(40)) {
      if (const auto out = call(Type::text, depth)) return *out;
    }
    if (chance(60)) return text(depth - 1) + " + " + text(depth - 1);
    return "(" + text(depth - 1) + " if " + test(depth - 1) + " else " + text(depth - 1) + ")";
  }

  std::string expression(Type type, int depth) {
    return type == Type::integer ? integer(depth) : type == Type::list ? list(depth) : text(depth);
  }

  /// A loop of few rounds that gathers something in a local name.
  std::string loop(const std::string& indent, const Variable& into) {
    const std::string index = "i";
    std::string out;
    scope_.push_back({index, Type::integer});
    const bool over_list = chance(30) && variable(Type::list).has_value();
    const std::string over =
        over_list ? *variable(Type::list)
                  : "range(" + std::string(chance(40) ? "1, " : "") + std::to_string(2 + rng_.below(4)) + ")";
    out += indent + "for " + index + " in " + over + ":\n";
    if (chance(30))
      out += indent + "    if " + test(1) + ":\n" + indent + "        " + pick(std::array{"continue", "break"}) + "\n";
    const int depth = 1;
    calls_left_ = 0;
    if (into.type == Type::integer) {
      out += indent + "    " + into.name + (chance(60) ? " += " : " = ") + integer(depth) + "\n";
    } else {
      out += indent + "    " + into.name + " = " + into.name + " + [" + integer(depth) + "]\n";
    }
    scope_.pop_back();
    return out;
  }

  std::string while_loop(const std::string& indent, const Variable& into) {
    std::string out = indent + "j = " + std::to_string(1 + rng_.below(4)) + "\n" + indent + "while j > 0:\n";
    calls_left_ = 0;
    scope_.push_back({"j", Type::integer});
    out += indent + "    " + into.name + ", j = " + (into.type == Type::integer ? integer(1) : into.name + " + [j]") +
           ", j - 1\n";
    return out;
  }

  std::string function(std::size_t index) {
    current_ = index;
    const Signature& self = functions_[index];
    scope_ = self.parameters;
    std::string out = "def " + self.name + "(";
    for (std::size_t i = 0; i < self.parameters.size(); ++i) out += (i > 0 ? ", " : "") + self.parameters[i].name;
    out += "):\n";
    const std::string indent = "    ";
    const std::string& measure = self.parameters[0].name;
    calls_left_ = 0;
    const std::string ends = self.measure == Measure::list
                                 ? "not " + measure
                                 : measure + (chance(50) ? " <= " + std::to_string(rng_.below(3)) : " < 1");
    out += indent + "if " + ends + ":\n" + indent + "    return " + expression(self.result, 1) + "\n";
    if (chance(25)) {
      calls_left_ = 1;
      out += indent + "elif " + test(1) + ":\n" + indent + "    return " + expression(self.result, 2) + "\n";
    }
    if (chance(40)) {
      constexpr std::array locals = {"u", "v", "w", "s"};
      const Variable local = {pick(locals), chance(25) ? Type::list : Type::integer};
      calls_left_ = chance(30) ? 1 : 0;
      out += indent + local.name + " = " + expression(local.type, 1) + "\n";
      scope_.push_back(local);
      if (chance(35))
        out += loop(indent, local);
      else if (chance(25))
        out += while_loop(indent, local);
      if (chance(25))
        out +=
            indent + "if " + test(1) + ":\n" + indent + "    " + local.name + " = " + expression(local.type, 1) + "\n";
    }
    calls_left_ = chance(25) ? 2 : 1;
    std::string result;
    for (int tries = 0; tries < 8; ++tries) {
      const std::uint32_t before = calls_left_;
      result = expression(self.result, 3);
      if (calls_left_ < before) break;
    }
    return out + indent + "return " + result + "\n\n";
  }

  Rng& rng_;
  std::uint32_t size_;
  std::vector<Signature> functions_;
  std::size_t current_ = 0;
  std::vector<Variable> scope_;
  std::uint32_t calls_left_ = 0;
};

}  // namespace

RandomProgram random_program(Rng& rng, std::uint32_t size) {
  return Maker(rng, size).make();
}

}  // namespace trm::tasks::python
