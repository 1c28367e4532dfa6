// Variables of the module that functions change become parameters of those functions, and of all that call them;
// effects.cc hands them back.
#include <algorithm>
#include <map>
#include <utility>

#include "tasks/base/words.h"
#include "tasks/python/desugar.h"
#include "tasks/python/program.h"

namespace trm::tasks::python {
namespace {

class GlobalLifter {
 public:
  GlobalLifter(Module& module, const std::string& file) : module_(module), file_(file) {}

  Status run() {
    find_variables();
    for (Definition& d : module_.definitions) find_changes(d);
    if (error_) return *error_;
    if (changed_.empty()) return {};
    for (Definition& d : module_.definitions) find_uses(d);
    spread_uses();
    for (Definition& d : module_.definitions) add_parameters(d);
    if (error_) return *error_;
    each_expression(module_.statements, [&](Expression& e) { add_arguments(e, {}); });
    if (module_.question) {
      each_expression(*module_.question, [&](Expression& e) { add_arguments(e, {}); });
      begin_question();
    }
    return {};
  }

 private:
  using Names = std::set<std::string>;

  /// Dicts are looked after elsewhere.
  static bool is_dict(const Expression& e) {
    return e.kind == ExpressionKind::dict || (e.kind == ExpressionKind::call && e.text == "dict");
  }

  void find_variables() {
    Names dicts;
    add_assigned(module_.statements, variables_);
    each_statement(module_.statements, [&](Statement& s) {
      if (s.kind != StatementKind::assign || !is_dict(s.value)) return;
      for (const Expression& target : s.targets) dicts.insert(target.text);
    });
    for (const std::string& name : dicts) variables_.erase(name);
  }

  void find_changes(Definition& d) {
    Names& locals = locals_[d.name];
    locals = local_names(d);
    const auto change = [&](const Expression& e) {
      const std::optional<std::string> name = root_of(e);
      if (name && !locals.contains(*name) && variables_.contains(*name)) changed_.insert(*name);
    };
    each_statement(d.body, [&](Statement& s) {
      if (s.kind == StatementKind::outer) {
        for (const std::string& name : s.value.words) {
          if (d.outer.contains(name)) continue;
          if (s.value.text == "nonlocal") {
            fail(s.place, "nonlocal " + name + ", where no def around it has that variable,",
                 "give it a value in the def around, or write global for one of the module");
          } else if (!variables_.contains(name)) {
            fail(s.place, "the variable " + in_quotes(name) + ", which the module gives no value,",
                 "write " + name + " = ... in the module first");
          }
          changed_.insert(name);
          declared_[d.name].insert(name);
        }
      }
      for (const Expression& target : s.targets) each_changed_item(target, change);
    });
    each_expression(d.body, [&](Expression& e) {
      if (is_change(e)) change(e.parts[0]);
      // A list of the module that is handed on may be changed there.
      if (e.kind != ExpressionKind::call || !has_definition(e.text)) return;
      for (const Expression& part : e.parts) {
        if (part.kind == ExpressionKind::name && is_list_of_module(part.text)) change(part);
      }
    });
  }

  [[nodiscard]] bool has_definition(const std::string& name) const {
    return std::any_of(module_.definitions.begin(), module_.definitions.end(),
                       [&](const Definition& d) { return d.name == name; });
  }

  /// A variable that only ever gets an empty list is one that functions fill.
  [[nodiscard]] bool is_list_of_module(const std::string& name) const {
    return std::any_of(module_.statements.begin(), module_.statements.end(), [&](const Statement& s) {
      return s.kind == StatementKind::assign && s.targets.size() == 1 && s.targets[0].kind == ExpressionKind::name &&
             s.targets[0].text == name && s.value.kind == ExpressionKind::list && s.value.parts.empty();
    });
  }

  void find_uses(Definition& d) {
    each_expression(d.body, [&](Expression& e) {
      if (e.kind == ExpressionKind::name && changed_.contains(e.text) && !locals_[d.name].contains(e.text)) {
        uses_[d.name].insert(e.text);
      }
    });
    for (const std::string& name : declared_[d.name]) uses_[d.name].insert(name);
  }

  void spread_uses() {
    for (bool more = true; more;) {
      more = false;
      for (Definition& d : module_.definitions) {
        each_expression(d.body, [&](Expression& e) {
          if (e.kind != ExpressionKind::call || !uses_.contains(e.text) || locals_[d.name].contains(e.text)) return;
          for (const std::string& name : Names(uses_[e.text])) {
            if (locals_[d.name].contains(name)) {
              fail(e.place, "a variable " + in_quotes(name) + " of the module and of a function that calls another one",
                   "give one of them another name");
            }
            more |= uses_[d.name].insert(name).second;
          }
        });
        if (error_) return;
      }
    }
  }

  void add_parameters(Definition& d) {
    each_expression(d.body, [&](Expression& e) { add_arguments(e, locals_[d.name]); });
    const Names& names = uses_[d.name];
    d.parameters.insert(d.parameters.begin(), names.begin(), names.end());
    d.outer.insert(declared_[d.name].begin(), declared_[d.name].end());
    if (d.parameters.size() > kMaxArguments) {
      fail(d.place, "a def that uses more than " + std::to_string(kMaxArguments) + " variables, with its parameters,",
           "put several of them into a list");
    }
  }

  void add_arguments(Expression& e, const Names& shadow) {
    const auto uses = uses_.find(e.text);
    if (e.kind != ExpressionKind::call || uses == uses_.end() || shadow.contains(e.text)) return;
    std::vector<Expression> before;
    before.reserve(uses->second.size());
    for (const std::string& name : uses->second) before.push_back(name_expression(name, e.place));
    e.words.insert(e.words.begin(), before.size(), "");
    e.parts.insert(e.parts.begin(), before.begin(), before.end());
  }

  /// Who asks from outside finds the variables as the module made them.
  void begin_question() {
    std::vector<Statement> rest;
    for (Statement& s : module_.statements) {
      const bool sets = s.kind == StatementKind::assign && s.targets.size() == 1 && !s.augmented &&
                        s.targets[0].kind == ExpressionKind::name && changed_.contains(s.targets[0].text);
      (sets ? module_.before : rest).push_back(std::move(s));
    }
    module_.statements = std::move(rest);
  }

  void fail(Place place, const std::string& construct, const std::string& instead) {
    if (!error_) error_ = refused_at(file_, place, construct, instead);
  }

  Module& module_;
  const std::string& file_;
  Names variables_;                        ///< of the module
  Names changed_;                          ///< those that functions change
  std::map<std::string, Names> locals_;    ///< of each definition
  std::map<std::string, Names> declared_;  ///< global
  std::map<std::string, Names> uses_;      ///< of `changed_`
  std::optional<Error> error_;
};

}  // namespace

Status lift_globals(Module& module, const std::string& file) {
  return GlobalLifter(module, file).run();
}

}  // namespace trm::tasks::python
