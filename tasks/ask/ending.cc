#include "tasks/ask/ending.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <utility>

namespace trm::tasks {
namespace {

using python::Node;
using python::NodeKind;
using python::Role;
using python::Value;

/// Calls of a chain before anything is said about it.
constexpr std::size_t kChain = 250;
/// Digits of constants that are understood.
constexpr std::size_t kMostDigits = 30;
constexpr std::size_t kMostNodes = 20'000;

std::optional<Wide> number_of(const Value& value) {
  if (value.kind == Value::Kind::list) return static_cast<Wide>(value.items.size());
  if (value.kind == Value::Kind::text) return static_cast<Wide>(value.text.size());
  if (value.kind != Value::Kind::integer || value.digits.size() > kMostDigits) return {};
  Wide out = 0;
  for (const char c : value.digits) {
    if (c != '-') out = out * 10 + (c - '0');
  }
  return value.digits[0] == '-' ? -out : out;
}

/// Calls anywhere in a node.
void add_calls(const Node& node, std::set<std::size_t>& out) {
  if (node.kind == NodeKind::call) out.insert(node.index);
  for (const Node& part : node.parts) add_calls(part, out);
}

}  // namespace

/// Reads the tests of a function, and of the functions that hold the rest of it.
class Ending::Reader {
 public:
  Reader(const python::Program& program, Tests& out) : program_(program), out_(out) {}

  void read(std::size_t function) {
    std::vector<Origin> origins;
    for (std::size_t i = 0; i < program_.functions[function].parameters.size(); ++i) {
      Origin own;
      own.reads = {i};
      own.parameter = i;
      origins.push_back(std::move(own));
    }
    seen_.insert(function);
    walk(program_.functions[function].body, origins);
  }

 private:
  /// Where the value of a slot comes from.
  struct Origin {
    std::set<std::size_t> reads;
    std::optional<std::size_t> parameter;
    Wide offset = 0;
    std::int64_t modulus = 0;
    std::optional<Wide> constant;
  };
  using Origins = std::vector<Origin>;

  Origin origin(const Node& node, const Origins& slots) {
    Origin out;
    if (node.kind == NodeKind::variable) return node.index < slots.size() ? slots[node.index] : out;
    if (node.kind == NodeKind::constant) {
      out.constant = number_of(node.value);
      return out;
    }
    std::vector<Origin> parts;
    Origins inner = slots;
    for (const Node& part : node.parts) {
      parts.push_back(origin(part, inner));
      if (node.kind == NodeKind::let && parts.size() == 1) inner.push_back(parts[0]);
      out.reads.insert(parts.back().reads.begin(), parts.back().reads.end());
    }
    const auto linear = [&](int sign) {
      if (parts[0].parameter && parts[1].constant && parts[0].modulus == 0) {
        out.parameter = parts[0].parameter;
        out.offset = parts[0].offset + sign * *parts[1].constant;
      } else if (sign > 0 && parts[1].parameter && parts[0].constant && parts[1].modulus == 0) {
        out.parameter = parts[1].parameter;
        out.offset = parts[1].offset + *parts[0].constant;
      }
    };
    if (node.kind == NodeKind::add) linear(1);
    if (node.kind == NodeKind::subtract) linear(-1);
    if (node.kind == NodeKind::length && parts[0].parameter && parts[0].offset == 0) out.parameter = parts[0].parameter;
    if (node.kind == NodeKind::modulo && parts[0].parameter && parts[1].constant && *parts[1].constant != 0 &&
        parts[0].modulus == 0 && *parts[1].constant < 1000 && *parts[1].constant > -1000) {
      out.parameter = parts[0].parameter;
      out.modulus = std::abs(static_cast<std::int64_t>(*parts[1].constant));
    }
    return out;
  }

  void test(const Node& node, const Origins& slots) {
    switch (node.kind) {
      case NodeKind::and_:
      case NodeKind::or_:
      case NodeKind::not_:
        for (const Node& part : node.parts) test(part, slots);
        return;
      case NodeKind::constant:
        return;
      default:
        break;
    }
    Test out;
    const Origin all = origin(node, slots);
    out.reads.assign(all.reads.begin(), all.reads.end());
    const auto side = [&](const Origin& a, const Origin& b) {
      if (!a.parameter || out.moving) return;
      if (!b.constant && !(b.parameter && b.offset == 0 && b.modulus == 0)) return;
      out.moving = a.parameter;
      out.offset = a.offset;
      out.modulus = a.modulus;
      out.constant = b.constant;
      out.other = b.constant ? std::nullopt : b.parameter;
    };
    if (node.kind == NodeKind::same || node.kind == NodeKind::less || node.kind == NodeKind::above) {
      const Origin left = origin(node.parts[0], slots), right = origin(node.parts[1], slots);
      side(left, right);
      if (!out.moving) side(right, left);
    } else if (node.kind == NodeKind::truth) {
      Origin zero;
      zero.constant = 0;
      side(origin(node.parts[0], slots), zero);
    } else if (node.kind == NodeKind::variable) {
      Origin zero;
      zero.constant = 0;
      side(all, zero);
    }
    out_.all.push_back(std::move(out));
  }

  void walk(const Node& node, Origins slots) {
    if (++nodes_ > kMostNodes) return;
    if (node.kind == NodeKind::if_) test(node.parts[0], slots);
    if ((node.kind == NodeKind::and_ || node.kind == NodeKind::or_)) test(node, slots);
    if (node.kind == NodeKind::call) {
      const python::Function& to = program_.functions[node.index];
      if (to.role == Role::rest && seen_.insert(node.index).second) {
        Origins arguments;
        arguments.reserve(node.parts.size());
        for (const Node& part : node.parts) arguments.push_back(origin(part, slots));
        walk(to.body, std::move(arguments));
      }
    }
    for (const Node& part : node.parts) {
      walk(part, slots);
      if (node.kind == NodeKind::let && &part == node.parts.data()) slots.push_back(origin(part, slots));
    }
  }

  const python::Program& program_;
  Tests& out_;
  std::set<std::size_t> seen_;
  std::size_t nodes_ = 0;
};

Ending::Ending(const python::Program& program) : program_(program) {
  const std::size_t count = program.functions.size();
  tests_.resize(count);
  together_.resize(count);
  std::vector<std::set<std::size_t>> calls(count);
  for (std::size_t i = 0; i < count; ++i) add_calls(program.functions[i].body, calls[i]);
  std::vector<std::set<std::size_t>> reach(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::size_t> open(calls[i].begin(), calls[i].end());
    while (!open.empty()) {
      const std::size_t at = open.back();
      open.pop_back();
      if (!reach[i].insert(at).second) continue;
      open.insert(open.end(), calls[at].begin(), calls[at].end());
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const Role role = program.functions[i].role;
    if (role != Role::written && role != Role::loop) continue;
    Reader(program, tests_[i]).read(i);
    for (const std::size_t other : reach[i]) {
      if (reach[other].contains(i)) together_[i].push_back(other);
    }
  }
}

CallChain Ending::next(std::size_t function, const CallChain* before, std::vector<Measure> values,
                       std::vector<std::string> texts) {
  CallChain out;
  const std::size_t count = values.size();
  if (before == nullptr || before->last.size() != count) {
    out.calls = 1;
    out.same.assign(count, 0);
    out.way.assign(count, 0);
    out.run.assign(count, 0);
    out.by.assign(count, 0);
    out.step.assign(count, 0);
  } else {
    out = *before;
    ++out.calls;
    for (std::size_t i = 0; i < count; ++i) {
      out.same[i] = texts[i] == before->texts[i] ? out.same[i] + 1 : 0;
      if (!values[i] || !before->last[i]) {
        out.way[i] = 0;
        out.run[i] = 0;
        continue;
      }
      const Wide step = *values[i] - *before->last[i];
      const int way = step > 0 ? 1 : step < 0 ? -1 : 0;
      if (way == 0 && (*values[i] == kHuge || *values[i] == -kHuge)) {
        // It went that way until it was too large to say more.
        out.run[i] = (*values[i] > 0) == (out.way[i] > 0) ? out.run[i] + 1 : 0;
        continue;
      }
      const bool goes_on = out.run[i] > 0 && way == out.way[i] && (way > 0 ? step >= out.step[i] : step <= out.step[i]);
      constexpr Wide kSmall = Wide{1} << 40;
      const bool small = step < kSmall && step > -kSmall;
      if (!goes_on) {
        out.by[i] = small ? static_cast<std::int64_t>(step) : 0;
      } else if (step != out.step[i]) {
        out.by[i] = 0;
      }
      out.run[i] = goes_on ? out.run[i] + 1 : 1;
      out.way[i] = way;
      out.step[i] = step;
    }
  }
  out.last = std::move(values);
  out.texts = std::move(texts);
  latest_[function] = out;
  return out;
}

/// Does no test of the function look at what is still to come?
bool Ending::quiet(std::size_t function) const {
  const auto found = latest_.find(function);
  if (found == latest_.end()) return true;
  const CallChain& chain = found->second;
  if (chain.calls < kChain) return false;
  return std::all_of(tests_[function].all.begin(), tests_[function].all.end(), [&](const Test& test) {
    const auto fixed = [&](std::size_t i) { return i < chain.same.size() && chain.same[i] + 1 >= kChain; };
    const auto goes = [&](std::size_t i) { return chain.run[i] + 1 >= kChain ? chain.way[i] : 0; };
    if (std::all_of(test.reads.begin(), test.reads.end(), fixed)) return true;
    if (!test.moving || *test.moving >= chain.way.size() || !chain.last[*test.moving]) return false;
    const std::size_t at = *test.moving;
    if (test.modulus > 0) {
      // It has looked at all that it will ever see.
      return goes(at) != 0 && chain.by[at] != 0 && chain.run[at] > static_cast<std::size_t>(test.modulus);
    }
    int way = goes(at);
    if (way == 0 && !fixed(at)) return false;
    Wide distance = *chain.last[at] + test.offset;
    if (test.constant) {
      distance -= *test.constant;
    } else if (test.other && *test.other < chain.last.size() && chain.last[*test.other]) {
      // Both may move, but away from each other.
      const int other = goes(*test.other);
      if (other == 0 && !fixed(*test.other)) return false;
      if (way != 0 && other == way) return false;
      if (way == 0) way = -other;
      distance -= *chain.last[*test.other];
    } else {
      return false;
    }
    return way > 0 ? distance > 0 : way < 0 && distance < 0;
  });
}

std::optional<std::string> Ending::no_sign(std::size_t function) const {
  const auto found = latest_.find(function);
  if (found == latest_.end() || found->second.calls < kChain || !quiet(function)) return {};
  for (const std::size_t other : together_[function]) {
    const Role role = program_.functions[other].role;
    if ((role == Role::written || role == Role::loop) && !quiet(other)) return {};
  }
  const CallChain& chain = found->second;
  const python::Function& f = program_.functions[function];
  std::set<std::size_t> tested;
  for (const Test& test : tests_[function].all) tested.insert(test.reads.begin(), test.reads.end());
  std::optional<std::size_t> moves;
  for (std::size_t i = 0; i < chain.way.size() && i < f.parameters.size(); ++i) {
    if (chain.way[i] == 0 || chain.run[i] + 1 < kChain) continue;
    if (!moves || (tested.contains(i) && !tested.contains(*moves))) moves = i;
  }
  if (!moves) return {};
  const std::string& name = f.parameters[*moves];
  const std::int64_t by = chain.by[*moves];
  const bool number = chain.texts[*moves].starts_with('#');
  std::string change = chain.way[*moves] > 0 ? "a larger " + name : "a smaller " + name;
  if (!number) change = chain.way[*moves] > 0 ? "a longer " + name : "a shorter " + name;
  if (number && by != 0) change = name + (by > 0 ? " + " : " - ") + std::to_string(std::abs(by));
  std::string parameters;
  for (const std::string& parameter : f.parameters) parameters += (parameters.empty() ? "" : ", ") + parameter;
  const std::string who = f.role == Role::loop ? "the loop in line " + std::to_string(f.line) + " goes on"
                                               : f.name + "(" + parameters + ") is called";
  return who + " with " + change + " each time, and no test of " + name + " lies ahead";
}

}  // namespace trm::tasks
