// Definitions within definitions become functions of the module, which get what they read as parameters. A variable
// that such a function assigns (nonlocal) is a parameter as well, which effects.cc hands back.
#include <algorithm>
#include <map>
#include <utility>

#include "tasks/base/words.h"
#include "tasks/python/desugar.h"
#include "tasks/python/program.h"

namespace trm::tasks::python {
namespace {

class Lifter {
 public:
  Lifter(Module& module, const std::string& file) : module_(module), file_(file) {}

  Status run() {
    for (Statement& s : module_.statements) {
      if (s.kind != StatementKind::assign || s.targets.size() != 1 || s.targets[0].kind != ExpressionKind::name)
        continue;
      if (s.value.kind != ExpressionKind::lambda) continue;
      module_.definitions.push_back(definition_of(s.targets[0].text, s));
      s = Statement{};
    }
    for (const Definition& definition : module_.definitions) taken_.insert(definition.name);
    std::vector<Definition> made;
    for (Definition& definition : module_.definitions) {
      lift(definition, {}, {}, made);
      if (error_) return *error_;
    }
    for (Definition& definition : made) module_.definitions.push_back(std::move(definition));
    return {};
  }

 private:
  using Names = std::set<std::string>;

  static Definition definition_of(const std::string& name, const Statement& s) {
    Definition out;
    out.name = name;
    out.place = s.place;
    out.parameters = s.value.words;
    Statement give;
    give.kind = StatementKind::give;
    give.place = s.place;
    give.value = s.value.parts[0];
    out.body.push_back(std::move(give));
    return out;
  }

  void fail(Place place, const std::string& construct, const std::string& instead) {
    if (!error_) error_ = refused_at(file_, place, construct, instead);
  }

  /// Moves what is defined within `outer` to `made`. around: variables and functions of the definitions around it.
  void lift(Definition& outer, const Names& around, const Names& functions_around, std::vector<Definition>& made) {
    std::vector<Definition> inner;
    take(outer.body, inner);
    if (inner.empty() || error_) return;
    Names known = around, functions = functions_around, own;
    for (const std::string& name : local_names(outer)) known.insert(name);
    for (const Definition& d : inner) {
      if (!own.insert(d.name).second)
        fail(d.place, "a second definition of " + in_quotes(d.name), "give it another name");
      functions.insert(d.name);
    }
    std::vector<Definition> deeper;
    for (Definition& d : inner) {
      lift(d, known, functions, deeper);
      if (error_) return;
    }
    // What each reads of the variables around it, and what those that it calls read.
    std::map<std::string, Names> captured, locals;
    for (Definition& d : inner) {
      locals[d.name] = local_names(d);
      each_statement(d.body, [&](Statement& s) {
        if (s.kind != StatementKind::outer) return;
        for (const std::string& name : s.value.words) {
          if (!known.contains(name)) continue;  // of the module
          captured[d.name].insert(name);
          d.outer.insert(name);
        }
      });
      each_expression(d.body, [&](Expression& e) {
        if (e.kind != ExpressionKind::name || locals[d.name].contains(e.text)) return;
        if (functions.contains(e.text)) {
          fail(e.place, "the function " + e.text + " as a value", "call it: " + e.text + "(...)");
        } else if (known.contains(e.text)) {
          captured[d.name].insert(e.text);
        }
      });
    }
    for (bool changed = true; changed && !error_;) {
      changed = false;
      for (Definition& d : inner) {
        each_expression(d.body, [&](Expression& e) {
          if (e.kind != ExpressionKind::call || locals[d.name].contains(e.text)) return;
          if (functions_around.contains(e.text) && !own.contains(e.text)) {
            fail(e.place, "a def within a def that calls one further out", "write it at the left");
          }
          if (!own.contains(e.text)) return;
          for (const std::string& name : captured[e.text]) {
            if (locals[d.name].contains(name)) {
              fail(e.place, "a variable " + in_quotes(name) + " of two functions within each other",
                   "give one of them another name");
            }
            changed |= captured[d.name].insert(name).second;
          }
        });
      }
    }
    if (error_) return;
    std::map<std::string, std::string> renamed;
    for (Definition& d : inner) {
      std::string name = d.name;
      for (int i = 2; taken_.contains(name); ++i) name = d.name + "_" + std::to_string(i);
      taken_.insert(name);
      renamed[d.name] = name;
    }
    const auto call = [&](Expression& e, const Names& shadow) {
      if (e.kind == ExpressionKind::name && own.contains(e.text) && !shadow.contains(e.text)) {
        fail(e.place, "the function " + e.text + " as a value", "call it: " + e.text + "(...)");
      }
      // A function that is handed to map or sorted by its name is called there.
      if (e.kind != ExpressionKind::call || !own.contains(e.text) || shadow.contains(e.text)) return;
      std::vector<Expression> before;
      for (const std::string& name : captured[e.text]) before.push_back(name_expression(name, e.place));
      e.words.insert(e.words.begin(), before.size(), "");
      e.parts.insert(e.parts.begin(), before.begin(), before.end());
      e.text = renamed[e.text];
    };
    each_expression(outer.body, [&](Expression& e) { call(e, {}); });
    for (Definition& d : inner) {
      each_expression(d.body, [&](Expression& e) { call(e, locals[d.name]); });
      const Names& names = captured[d.name];
      d.parameters.insert(d.parameters.begin(), names.begin(), names.end());
      if (d.parameters.size() > kMaxArguments) {
        fail(d.place,
             "a def that reads more than " + std::to_string(kMaxArguments) + " variables, with its parameters,",
             "put several of them into a list");
      }
      d.name = renamed[d.name];
      made.push_back(std::move(d));
    }
    for (Definition& d : deeper) made.push_back(std::move(d));
  }

  void take(std::vector<Statement>& body, std::vector<Definition>& out) {
    for (Statement& s : body) {
      if (s.kind == StatementKind::define) {
        out.push_back(std::move(*s.nested));
        const Place place = s.place;
        s = Statement{};
        s.place = place;
      } else if (s.kind == StatementKind::assign && s.value.kind == ExpressionKind::lambda && s.targets.size() == 1 &&
                 s.targets[0].kind == ExpressionKind::name) {
        out.push_back(definition_of(s.targets[0].text, s));
        const Place place = s.place;
        s = Statement{};
        s.place = place;
      }
      take(s.body, out);
      take(s.otherwise, out);
    }
  }

  Module& module_;
  const std::string& file_;
  Names taken_;
  std::optional<Error> error_;
};

}  // namespace

Status lift_definitions(Module& module, const std::string& file) {
  return Lifter(module, file).run();
}

}  // namespace trm::tasks::python
