// Which functions change what their callers have, and whose lists their values and the changed lists may hold then.
#include <algorithm>
#include <map>
#include <utility>

#include "tasks/python/desugar.h"
#include "tasks/python/flow.h"

namespace trm::tasks::python {
namespace {

using Body = std::vector<Statement>;

std::size_t depth_of(const Expression& e) {
  return e.kind == ExpressionKind::index ? 1 + depth_of(e.parts[0]) : 0;
}

/// Which parameters the functions of a module change.
class Changes {
 public:
  explicit Changes(Module& module) : module_(module) {
    for (Definition& d : module.definitions) definitions_.emplace(d.name, &d);
  }

  void find() {
    for (Definition& d : module_.definitions) {
      for (Statement& s : d.body) find_start(d, s);
      Names assigned = assigned_as_a_whole(d.body);
      for (const std::string& name : d.outer) assigned.erase(name);
      for (std::size_t i = 0; i < d.parameters.size(); ++i) {
        if (!assigned.contains(d.parameters[i])) numbers_[d.name].emplace(d.parameters[i], i);
      }
      for (const std::string& name : d.outer) change(d, name, 0);
    }
    for (more_ = true; more_;) {
      more_ = false;
      for (Definition& d : module_.definitions) look_through(d);
    }
    for (auto& [name, effects] : module_.effects) {
      each_statement(definitions_.at(name)->body, [&e = effects](Statement& s) {
        const bool none = s.value.kind == ExpressionKind::absent ||
                          (s.value.kind == ExpressionKind::constant && s.value.value.kind == Value::Kind::none);
        if (s.kind == StatementKind::give && !none) e.value = true;
      });
    }
  }

 private:
  using Names = std::set<std::string>;

  static void add_names(const Expression& target, Names& out) {
    if (target.kind == ExpressionKind::name) out.insert(target.text);
    if (target.kind == ExpressionKind::index) return;
    for (const Expression& part : target.parts) add_names(part, out);
  }

  static Names assigned_as_a_whole(Body& body) {
    Names out;
    each_statement(body, [&](Statement& s) {
      if ((s.in_place && !s.mixed) || s.starts) return;
      for (const Expression& target : s.targets) add_names(target, out);
    });
    return out;
  }

  /// if xs is None: xs = []. A caller that gave None has None afterwards.
  static void find_start(Definition& d, Statement& s) {
    if (s.kind != StatementKind::if_ || s.body.size() != 1 || !s.otherwise.empty()) return;
    const Expression& test = s.value;
    Statement& set = s.body[0];
    if (test.kind != ExpressionKind::compare || test.words.size() != 1 || test.words[0] != "==" ||
        test.parts[0].kind != ExpressionKind::name || test.parts[1].kind != ExpressionKind::constant ||
        test.parts[1].value.kind != Value::Kind::none) {
      return;
    }
    const std::string& name = test.parts[0].text;
    const bool sets = set.kind == StatementKind::assign && set.targets.size() == 1 && !set.augmented &&
                      set.targets[0].kind == ExpressionKind::name && set.targets[0].text == name &&
                      set.value.kind == ExpressionKind::list && set.value.parts.empty();
    const bool parameter = std::find(d.parameters.begin(), d.parameters.end(), name) != d.parameters.end();
    if (!sets || !parameter || &s != &d.body[first_use(d, name)]) return;
    set.starts = true;
    d.optional.insert(name);
  }

  /// The first statement in which the name stands.
  static std::size_t first_use(Definition& d, const std::string& name) {
    for (std::size_t i = 0; i < d.body.size(); ++i) {
      bool used = false;
      Body one = {d.body[i]};
      each_expression(one, [&](Expression& e) { used = used || (e.kind == ExpressionKind::name && e.text == name); });
      if (used) return i;
    }
    return 0;
  }

  void change(const Definition& d, const std::optional<std::string>& name, std::size_t depth) {
    if (!name) return;
    const auto found = numbers_[d.name].find(*name);
    if (found == numbers_[d.name].end()) return;
    std::vector<Output>& outputs = module_.effects[d.name].outputs;
    const auto at =
        std::find_if(outputs.begin(), outputs.end(), [&](const Output& o) { return o.parameter >= found->second; });
    if (at == outputs.end() || at->parameter != found->second) {
      outputs.insert(at, Output{found->second, depth, d.outer.contains(*name), {}});
      more_ = true;
    } else if (at->depth < depth) {
      at->depth = depth;
      more_ = true;
    }
  }

  void look_through(Definition& d) {
    each_statement(d.body, [&](Statement& s) {
      for (const Expression& target : s.targets) {
        each_changed_item(target, [&](const Expression& e) { change(d, root_of(e), depth_of(e)); });
      }
      if (s.in_place && !s.mixed) change(d, root_of(s.targets[0]), 1 + depth_of(s.targets[0]));
    });
    each_expression(d.body, [&](Expression& e) {
      if (is_change(e)) change(d, root_of(e.parts[0]), 1 + depth_of(e.parts[0]));
      const auto callee = definitions_.find(e.text);
      if (e.kind != ExpressionKind::call || callee == definitions_.end()) return;
      const auto effects = module_.effects.find(e.text);
      if (effects == module_.effects.end()) return;
      const auto arguments = arguments_of(e, *callee->second);
      if (!arguments) return;
      for (const Output& output : std::vector<Output>(effects->second.outputs)) {
        const Expression& given = (*arguments)[output.parameter];
        const std::size_t depth = depth_of(given);
        change(d, root_of(given), depth == 0 ? output.depth : output.depth + depth);
      }
    });
  }

  Module& module_;
  std::map<std::string, Definition*> definitions_;
  std::map<std::string, std::map<std::string, std::size_t>> numbers_;  ///< of the parameters that may be outputs
  bool more_ = false;
};

/// Whose lists the values and the changed lists of functions may hold, over all ways through a function at once.
class Holdings {
 public:
  explicit Holdings(Module& module) : module_(module) {
    for (Definition& d : module.definitions) definitions_.emplace(d.name, &d);
  }

  void find() {
    for (bool more = true; more;) {
      more = false;
      for (auto& [name, effects] : module_.effects) more |= look_through(*definitions_.at(name), effects);
    }
  }

 private:
  using Names = std::set<std::string>;
  /// Variables whose lists a value is, holds or stands in, and those with which it has items in common.
  struct Held {
    Names lists, items;
    Held& operator|=(const Held& o) {
      lists.insert(o.lists.begin(), o.lists.end());
      items.insert(o.items.begin(), o.items.end());
      return *this;
    }
    bool operator==(const Held&) const = default;
  };

  bool look_through(Definition& d, Effects& effects) {
    kinds_ = &d.kinds;
    held_.clear();
    std::size_t before = 0, now = 1;
    while (before != now) {
      before = now;
      pass(d);
      now = 1;
      for (const auto& [name, held] : held_) now += held.lists.size() + held.items.size();
    }
    bool more = false;
    const Names locals = local_names(d);
    // held: names of variables. except: a parameter that is no origin of itself.
    const auto add = [&](const Held& held, std::size_t except, Origins& out) {
      const Origins old = out;
      for (std::size_t i = 0; i < d.parameters.size(); ++i) {
        if (i == except) continue;
        if (held.lists.contains(d.parameters[i])) out.holds.insert(i);
        if (held.items.contains(d.parameters[i])) out.shares.insert(i);
      }
      for (const std::string& name : held.lists) {
        // Names with an @ are those of comprehensions and of the front end.
        if (!locals.contains(name) && name.find('@') == std::string::npos) out.foreign = true;
      }
      more |= out != old;
    };
    for (Output& output : effects.outputs) {
      add(reached(Held{{d.parameters[output.parameter]}, {}}), output.parameter, output.origins);
    }
    each_statement(d.body, [&](Statement& s) {
      if (s.kind == StatementKind::give) add(reached(of(s.value)), d.parameters.size(), effects.origins);
    });
    return more;
  }

  void pass(Definition& d) {
    each_statement(d.body, [&](Statement& s) {
      if (s.kind == StatementKind::assign || s.kind == StatementKind::for_) {
        for (const Expression& target : s.targets) assign(target, of(s.value));
      }
    });
    each_expression(d.body, [&](Expression& e) {
      if (e.kind == ExpressionKind::clause) assign(e.parts[0], of(e.parts[1]));
      if (is_change(e)) {
        Held all;
        for (std::size_t i = 1; i < e.parts.size(); ++i)
          all |= e.text == ".extend" ? copied(e.parts[i]) : of(e.parts[i]);
        put(e.parts[0], all);
      }
      const auto effects = module_.effects.find(e.text);
      if (e.kind != ExpressionKind::call || effects == module_.effects.end()) return;
      const auto arguments = arguments_of(e, *definitions_.at(e.text));
      if (!arguments) return;
      for (const Output& output : effects->second.outputs) {
        put((*arguments)[output.parameter], held_by(*arguments, output.origins));
      }
    });
  }

  void assign(const Expression& target, const Held& held) {
    if (target.kind == ExpressionKind::name) {
      held_[target.text] |= held;
    } else if (target.kind == ExpressionKind::index) {
      put(target, held);
    } else {
      for (const Expression& part : target.parts) assign(part, held);
    }
  }

  /// A list gets these as items: so do all that have it.
  void put(const Expression& list, const Held& held) {
    const std::optional<std::string> root = root_of(list);
    if (!root) return;
    const Held owners = reached(Held{{*root}, {}});
    for (const std::string& name : owners.lists) {
      held_[name] |= held;
      held_[name].lists.erase(name);
    }
  }

  /// xs[i] or xs.pop() of a list of numbers, rows[i][j] of a list of these.
  [[nodiscard]] bool is_plain_item(const Expression& e) const {
    const bool item = e.parts[0].kind == ExpressionKind::index;
    const Expression& of = item ? e.parts[0].parts[0] : e.parts[0];
    return of.kind == ExpressionKind::name && (item ? kinds_->grids : kinds_->flat).contains(of.text);
  }

  Held reached(const Held& from) const {
    Held out = from;
    std::vector<std::string> open(from.lists.begin(), from.lists.end());
    while (!open.empty()) {
      const auto found = held_.find(open.back());
      open.pop_back();
      if (found == held_.end()) continue;
      out.items.insert(found->second.items.begin(), found->second.items.end());
      for (const std::string& name : found->second.lists) {
        if (out.lists.insert(name).second) open.push_back(name);
      }
    }
    return out;
  }

  Held copied(const Expression& e) const {
    Held out = of(e);
    out.items.insert(out.lists.begin(), out.lists.end());
    if (e.kind != ExpressionKind::name) return out;
    out.lists.erase(e.text);
    if (kinds_->flat.contains(e.text)) out.items.clear();
    return out;
  }

  Held held_by(const std::vector<Expression>& arguments, const Origins& origins) const {
    Held out;
    for (const std::size_t i : origins.holds) out |= of(arguments[i]);
    for (const std::size_t i : origins.shares) {
      const Held held = of(arguments[i]);
      out.items.insert(held.items.begin(), held.items.end());
      out.items.insert(held.lists.begin(), held.lists.end());
    }
    return out;
  }

  Held of(const Expression& e) const {
    Held out;
    if (is_scalar(e) && e.kind != ExpressionKind::binary) return out;
    switch (e.kind) {
      case ExpressionKind::name:
        if (!kinds_->plain.contains(e.text)) out.lists.insert(e.text);
        return out;
      case ExpressionKind::index:
        return is_plain_item(e) ? out : of(e.parts[0]);
      case ExpressionKind::conditional:
        return out |= of(e.parts[1]), out |= of(e.parts[2]);
      case ExpressionKind::slice:
        return copied(e.parts[0]);
      case ExpressionKind::binary:
        if (e.text != "+" && e.text != "*") return out;
        for (const Expression& part : e.parts) out |= copied(part);
        return out;
      case ExpressionKind::comprehension:
      case ExpressionKind::generator:
        return of(e.parts[0]);
      case ExpressionKind::call: {
        const auto effects = module_.effects.find(e.text);
        const auto callee = definitions_.find(e.text);
        if (effects != module_.effects.end() && callee != definitions_.end()) {
          if (const auto arguments = arguments_of(e, *callee->second)) {
            return held_by(*arguments, effects->second.origins);
          }
        }
        if (e.text == ".pop" && is_plain_item(e)) return out;
        const bool copies = callee == definitions_.end() && is_copy(e);
        for (const Expression& part : e.parts) out |= copies ? copied(part) : of(part);
        return out;
      }
      default:
        for (const Expression& part : e.parts) out |= of(part);
        return out;
    }
  }

  Module& module_;
  std::map<std::string, Definition*> definitions_;
  std::map<std::string, Held> held_;  ///< of the function at hand, for each variable
  const Kinds* kinds_ = nullptr;      ///< of the function at hand
};

}  // namespace

void find_effects(Module& module) {
  module.effects.clear();
  Changes(module).find();
  if (!module.effects.empty()) Holdings(module).find();
}

}  // namespace trm::tasks::python
