#include "tasks/python/desugar.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

namespace trm::tasks::python {
namespace {

void add_target(const Expression& target, std::set<std::string>& out) {
  if (target.kind == ExpressionKind::name) out.insert(target.text);
  if (target.kind == ExpressionKind::index) return;
  for (const Expression& part : target.parts) add_target(part, out);
}

/// map, filter and key functions, as loops over their items.
class FunctionReplacer {
 public:
  explicit FunctionReplacer(Module& module) : module_(module) {
    for (const Definition& definition : module.definitions) taken_.insert(definition.name);
  }

  void run() {
    each_expression(module_, [&](Expression& e) {
      if (e.kind == ExpressionKind::compare) type_test(e);
      if (e.kind != ExpressionKind::call) return;
      if (is_call(e, "map") && e.parts.size() == 2) mapped(e);
      if (is_call(e, "filter") && e.parts.size() == 2) filtered(e);
      if (is_call(e, "sorted")) sorted(e, 0);
      if (is_call(e, "max") || is_call(e, "min")) best(e);
      if (e.text == ".sort") sorted(e, 1);
      lists_for_generators(e);
    });
    // A map that nobody takes apart item by item is a list.
    each_expression(module_, [&](Expression& e) {
      if (e.kind == ExpressionKind::generator && e.text == "map" && !taken_apart_.contains(place_of(e)))
        e.kind = ExpressionKind::comprehension;
    });
  }

 private:
  static std::pair<std::size_t, std::size_t> place_of(const Expression& e) { return {e.place.line, e.place.column}; }

  [[nodiscard]] bool is_call(const Expression& e, const char* name) const {
    return e.kind == ExpressionKind::call && e.text == name && !taken_.contains(name) &&
           std::all_of(e.words.begin(), e.words.end(), [](const std::string& w) {
             return w.empty() || w == "key" || w == "reverse" || w == "default";
           });
  }

  /// type(x) == list is isinstance(x, list). A truth value is an instance of int, but its type is another one.
  void type_test(Expression& e) {
    if (e.words.size() != 1 || (e.words[0] != "==" && e.words[0] != "!=") || !is_call(e.parts[0], "type")) return;
    if (e.parts[0].parts.size() != 1 || e.parts[1].kind != ExpressionKind::name) return;
    const bool negated = e.words[0] == "!=";
    std::vector<Expression> both = {e.parts[0].parts[0], e.parts[1]};
    if (both[1].text == "int") both[1].text = "int alone";
    Expression out = call_expression("isinstance", std::move(both), e.place);
    if (negated) {
      std::vector<Expression> one = {std::move(out)};
      out = make_expression(ExpressionKind::not_, std::move(one), e.place);
    }
    e = std::move(out);
  }

  Expression fresh(Place place) {
    Expression out = name_expression("item@f" + std::to_string(++made_), place);
    out.comprehension = true;
    return out;
  }

  /// What the function says of the item. Nothing: it is no function that is known here.
  bool apply(const Expression& function, const Expression& item, Expression& out) {
    if (function.kind == ExpressionKind::lambda && function.words.size() == 1) {
      out = function.parts[0];
      const std::string parameter = function.words[0];
      each_expression(out, [&](Expression& e) {
        if (e.kind == ExpressionKind::name && e.text == parameter) e = item;
      });
      return true;
    }
    if (function.kind != ExpressionKind::name) return false;
    std::vector<Expression> parts = {item};
    out = call_expression(function.text, std::move(parts), function.place);
    return true;
  }

  static Expression loop(ExpressionKind kind, Expression element, std::vector<Expression> clause, Place place) {
    std::vector<Expression> parts;
    parts.push_back(std::move(element));
    parts.push_back(make_expression(ExpressionKind::clause, std::move(clause), place));
    return make_expression(kind, std::move(parts), place);
  }

  void mapped(Expression& e) {
    const Expression item = fresh(e.place);
    Expression element;
    if (!apply(e.parts[0], item, element)) return;
    std::vector<Expression> clause = {item, std::move(e.parts[1])};
    Expression out = loop(ExpressionKind::generator, std::move(element), std::move(clause), e.place);
    out.text = "map";
    e = std::move(out);
  }

  void filtered(Expression& e) {
    const Expression item = fresh(e.place);
    Expression test = item;
    const bool none = e.parts[0].kind == ExpressionKind::constant && e.parts[0].value.kind == Value::Kind::none;
    if (!none && !apply(e.parts[0], item, test)) return;
    std::vector<Expression> clause = {item, std::move(e.parts[1]), std::move(test)};
    Expression out = loop(ExpressionKind::generator, item, std::move(clause), e.place);
    out.text = "map";
    e = std::move(out);
  }

  /// sorted(xs, key=f, reverse=True) and xs.sort(...): key, number and item of each are sorted.
  void sorted(Expression& e, std::size_t plain) {
    Expression key, items = e.parts.empty() ? Expression{} : e.parts[0];
    bool down = false;
    for (std::size_t i = 1; i < e.parts.size(); ++i) {
      if (e.words[i] == "key") {
        key = e.parts[i];
      } else if (e.words[i] == "reverse" && e.parts[i].kind == ExpressionKind::constant) {
        down = truth_of(e.parts[i].value);
      } else {
        return;
      }
    }
    if (e.parts.empty() || !e.words[0].empty()) return;
    if (plain == 1 && items.kind != ExpressionKind::name) return;
    if (items.kind == ExpressionKind::generator) items.kind = ExpressionKind::comprehension;
    Expression out;
    if (key.kind == ExpressionKind::absent) {
      std::vector<Expression> one = {items};
      out = call_expression(down ? ".sorted_down" : ".sorted", std::move(one), e.place);
    } else if (!by_key(items, key, down, e.place, out)) {
      return;
    }
    if (plain == 1) {
      std::vector<Expression> both = {items, std::move(out)};
      out = call_expression(".set", std::move(both), e.place);
    }
    e = std::move(out);
  }

  /// Those that are equal keep their order, so the numbers count down where the order is turned round.
  bool by_key(const Expression& items, const Expression& key, bool down, Place place, Expression& out) {
    const Expression item = fresh(place), number = fresh(place);
    Expression value;
    if (!apply(key, item, value)) return false;
    Expression count = number;
    if (down) {
      std::vector<Expression> one = {number};
      count = make_expression(ExpressionKind::negate, std::move(one), place);
    }
    std::vector<Expression> three = {std::move(value), std::move(count), item};
    std::vector<Expression> one = {items};
    std::vector<Expression> names = {number, item};
    std::vector<Expression> clause = {make_expression(ExpressionKind::tuple, std::move(names), place),
                                      call_expression("enumerate", std::move(one), place)};
    std::vector<Expression> decorated = {loop(ExpressionKind::comprehension,
                                              make_expression(ExpressionKind::list, std::move(three), place),
                                              std::move(clause), place)};
    out = call_expression(".sorted_by", std::move(decorated), place);
    if (down) {
      std::vector<Expression> sorted = {std::move(out)};
      out = call_expression(".reversed", std::move(sorted), place);
    }
    return true;
  }

  void best(Expression& e) {
    if (e.parts.size() != 2 || !e.words[0].empty()) return;
    if (e.words[1] == "default") {
      if (e.parts[0].kind == ExpressionKind::generator) e.parts[0].kind = ExpressionKind::comprehension;
      std::vector<Expression> both = {std::move(e.parts[0]), std::move(e.parts[1])};
      e = call_expression(e.text == "max" ? ".max_or" : ".min_or", std::move(both), e.place);
      return;
    }
    if (e.words[1] != "key") return;
    const Expression item = fresh(e.place);
    Expression value;
    if (!apply(e.parts[1], item, value)) return;
    std::vector<Expression> two = {std::move(value), item};
    std::vector<Expression> clause = {item, std::move(e.parts[0])};
    std::vector<Expression> decorated = {loop(ExpressionKind::comprehension,
                                              make_expression(ExpressionKind::list, std::move(two), e.place),
                                              std::move(clause), e.place)};
    e = call_expression(e.text == "max" ? ".best_max" : ".best_min", std::move(decorated), e.place);
  }

  /// Only a few calls take a generator item by item; the others get a list.
  void lists_for_generators(Expression& e) {
    if (e.kind != ExpressionKind::call) return;
    const bool lazy = is_call(e, "sum") || is_call(e, "any") || is_call(e, "all") || is_call(e, "list") ||
                      is_call(e, "max") || is_call(e, "min");
    for (Expression& part : e.parts) {
      if (part.kind != ExpressionKind::generator) continue;
      if (lazy && e.parts.size() == 1) {
        taken_apart_.insert(place_of(part));
      } else if (part.text == "map" || (!e.text.empty() && e.text[0] == '.') || is_call(e, "tuple") ||
                 (lazy && e.parts.size() == 2)) {
        part.kind = ExpressionKind::comprehension;
      }
    }
  }

  Module& module_;
  std::set<std::string> taken_;
  std::set<std::pair<std::size_t, std::size_t>> taken_apart_;
  std::size_t made_ = 0;
};

}  // namespace

bool is_sequence_literal(const Expression& e) {
  return e.kind == ExpressionKind::list || e.kind == ExpressionKind::tuple || e.kind == ExpressionKind::comprehension ||
         e.kind == ExpressionKind::slice || (e.kind == ExpressionKind::constant && e.value.kind == Value::Kind::text);
}

Error refused_at(const std::string& file, Place place, const std::string& construct, const std::string& instead) {
  return error_at(file, place, construct + " is outside the language", instead);
}

bool same_expression(const Expression& a, const Expression& b) {
  return a.kind == b.kind && a.text == b.text && a.value == b.value && a.words == b.words &&
         std::equal(a.parts.begin(), a.parts.end(), b.parts.begin(), b.parts.end(), same_expression);
}

void each_expression(Expression& e, const std::function<void(Expression&)>& use) {
  for (Expression& part : e.parts) each_expression(part, use);
  use(e);
}

void each_statement(std::vector<Statement>& body, const std::function<void(Statement&)>& use) {
  for (Statement& statement : body) {
    use(statement);
    if (statement.nested) each_statement(statement.nested->body, use);
    each_statement(statement.body, use);
    each_statement(statement.otherwise, use);
  }
}

void each_expression(std::vector<Statement>& body, const std::function<void(Expression&)>& use) {
  each_statement(body, [&](Statement& statement) {
    for (Expression& target : statement.targets) each_expression(target, use);
    each_expression(statement.value, use);
  });
}

void each_expression(Module& module, const std::function<void(Expression&)>& use) {
  for (Definition& definition : module.definitions) each_expression(definition.body, use);
  each_expression(module.statements, use);
  if (module.question) each_expression(*module.question, use);
}

void add_assigned(const std::vector<Statement>& body, std::set<std::string>& out) {
  for (const Statement& statement : body) {
    for (const Expression& target : statement.targets) add_target(target, out);
    if (statement.nested) out.insert(statement.nested->name);
    add_assigned(statement.body, out);
    add_assigned(statement.otherwise, out);
  }
}

void take_outer(const std::vector<Statement>& body, std::set<std::string>& out) {
  for (const Statement& s : body) {
    if (s.kind == StatementKind::outer) {
      for (const std::string& name : s.value.words) out.erase(name);
    }
    take_outer(s.body, out);
    take_outer(s.otherwise, out);
  }
}

std::set<std::string> local_names(const Definition& definition) {
  std::set<std::string> out(definition.parameters.begin(), definition.parameters.end());
  add_assigned(definition.body, out);
  take_outer(definition.body, out);
  out.insert(definition.parameters.begin(), definition.parameters.end());
  return out;
}

bool is_change(const Expression& e) {
  constexpr std::string_view changes[] = {".append", ".extend", ".insert",  ".pop",   ".remove",
                                          ".del",    ".set",    ".reverse", ".clear", ".sort"};
  return e.kind == ExpressionKind::call && !e.parts.empty() &&
         std::find(std::begin(changes), std::end(changes), e.text) != std::end(changes);
}

std::optional<std::string> root_of(const Expression& e) {
  if (e.kind == ExpressionKind::name) return e.text;
  if (e.kind == ExpressionKind::index) return root_of(e.parts[0]);
  return std::nullopt;
}

std::optional<std::vector<Expression>> arguments_of(const Expression& call, const Definition& definition) {
  const std::vector<std::string>& names = definition.parameters;
  std::vector<Expression> out(names.size());
  for (std::size_t i = 0; i < call.parts.size(); ++i) {
    std::size_t at = i;
    if (!call.words[i].empty()) {
      at = static_cast<std::size_t>(std::find(names.begin(), names.end(), call.words[i]) - names.begin());
    }
    if (at >= names.size() || call.parts[i].kind == ExpressionKind::star) return std::nullopt;
    out[at] = call.parts[i];
  }
  return out;
}

void replace_functions(Module& module) {
  FunctionReplacer(module).run();
}

/// The source is kept for further questions, so what is changed has to be a copy.
static void own_nested(std::vector<Statement>& body) {
  each_statement(body, [](Statement& s) {
    if (s.nested) s.nested = std::make_shared<Definition>(*s.nested);
  });
}

Status desugar(Module& module, const std::string& file) {
  for (Definition& definition : module.definitions) own_nested(definition.body);
  std::optional<Error> error;
  each_expression(module, [&](Expression& e) {
    if (e.kind == ExpressionKind::constant && e.value.text == kTupleMark && !error) {
      error = refused_at(file, e.place, "the text of the character U+F0000 alone", "write another character");
    }
  });
  if (error) return *error;
  replace_functions(module);
  if (Status s = lift_definitions(module, file); !s) return s;
  if (Status s = lift_globals(module, file); !s) return s;
  if (Status s = replace_dicts(module, file); !s) return s;
  if (Status s = replace_tuples(module, file); !s) return s;
  return thread_changes(module, file);
}

}  // namespace trm::tasks::python
