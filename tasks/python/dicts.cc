// Two uses of dicts are common in recursive programs and change no meaning here: a dict in which a function keeps what
// it has answered, which is what @cache says, and a dict that is written down once and looked up. Others are refused.
#include <algorithm>
#include <map>
#include <utility>

#include "tasks/base/words.h"
#include "tasks/python/desugar.h"

namespace trm::tasks::python {
namespace {

bool is_name(const Expression& e, const std::string& name) {
  return e.kind == ExpressionKind::name && e.text == name;
}

bool is_empty_dict(const Expression& e) {
  return (e.kind == ExpressionKind::dict && e.parts.empty()) ||
         (e.kind == ExpressionKind::call && e.text == "dict" && e.parts.empty());
}

bool is_none(const Expression& e) {
  return e.kind == ExpressionKind::constant && e.value.kind == Value::Kind::none;
}

std::size_t uses_of(std::vector<Statement>& body, const std::string& name) {
  std::size_t out = 0;
  each_expression(body, [&](Expression& e) { out += is_name(e, name) ? 1 : 0; });
  return out;
}

/// A dict in which one function keeps its answers.
class Memory {
 public:
  Memory(Definition& function, std::string name, std::optional<std::size_t> parameter)
      : function_(function), name_(std::move(name)), parameter_(parameter) {}

  /// Does what stands in the module keep answers and nothing else? Then that is written as the decorator does.
  bool replace() {
    if (parameter_ && *parameter_ + 1 != function_.parameters.size()) {
      // Arguments behind it would change their places.
      for (std::size_t i = *parameter_ + 1; i < function_.parameters.size(); ++i) behind_ = true;
    }
    std::vector<Statement> body = function_.body;
    drop_check(body);
    if (!find_key(body) || !is_pure(body) || !gives_what_it_keeps(body)) return false;
    std::size_t left = uses_of(body, name_), matched = 0;
    // Every use is a test, a lookup, a store or an argument of a call of the function itself.
    each_statement(body, [&](Statement& s) {
      for (Expression& target : s.targets)
        each_expression(target, [&](Expression& e) { matched += lookup(e) ? 1 : 0; });
      each_expression(s.value, [&](Expression& e) {
        if (lookup(e) || test(e)) ++matched;
        if (e.kind == ExpressionKind::call && e.text == function_.name && argument(e)) ++matched;
      });
    });
    if (left != matched || stores_ == 0) return false;
    if (!calls_fit(body)) return false;
    rewrite(body);
    function_.body = std::move(body);
    function_.memo = true;
    if (parameter_) {
      const std::size_t at = *parameter_, count = function_.parameters.size();
      const std::size_t plain = count - function_.defaults.size();
      if (at >= plain) function_.defaults.erase(function_.defaults.begin() + static_cast<std::ptrdiff_t>(at - plain));
      function_.parameters.erase(function_.parameters.begin() + static_cast<std::ptrdiff_t>(at));
    }
    return true;
  }

 private:
  /// if memo is None: memo = {}
  void drop_check(std::vector<Statement>& body) {
    if (!parameter_ || body.empty()) return;
    for (Statement& s : body) {
      if (s.kind != StatementKind::if_ || s.body.size() != 1 || !s.otherwise.empty()) continue;
      const Expression& test = s.value;
      const Statement& set = s.body[0];
      const bool missing = (test.kind == ExpressionKind::compare && test.words.size() == 1 && test.words[0] == "==" &&
                            is_name(test.parts[0], name_) && is_none(test.parts[1]));
      const bool sets = set.kind == StatementKind::assign && set.targets.size() == 1 &&
                        is_name(set.targets[0], name_) && is_empty_dict(set.value) && !set.augmented;
      if (missing && sets) {
        s = Statement{};
        return;
      }
    }
  }

  /// The key of all lookups: parameters that are never assigned.
  bool find_key(std::vector<Statement>& body) {
    bool equal = true;
    each_expression(body, [&](Expression& e) {
      const Expression* key = nullptr;
      if (e.kind == ExpressionKind::index && is_name(e.parts[0], name_)) key = &e.parts[1];
      if (e.kind == ExpressionKind::compare && e.words.size() == 1 && is_name(e.parts[1], name_)) key = &e.parts[0];
      if (key == nullptr) return;
      if (key_.kind == ExpressionKind::absent) key_ = *key;
      equal = equal && same_expression(key_, *key);
    });
    if (!equal || key_.kind == ExpressionKind::absent) return false;
    std::set<std::string> assigned;
    add_assigned(body, assigned);
    const auto parameter = [&](const Expression& e) {
      const auto& all = function_.parameters;
      if (e.kind != ExpressionKind::name || assigned.contains(e.text)) return false;
      names_.insert(e.text);
      return std::find(all.begin(), all.end(), e.text) != all.end() && e.text != name_;
    };
    if (assigned.contains(name_)) return false;
    if (key_.kind == ExpressionKind::tuple ? !std::all_of(key_.parts.begin(), key_.parts.end(), parameter)
                                           : !parameter(key_))
      return false;
    // The other parameters stay as they are while the dict lives.
    for (const std::string& name : function_.parameters) {
      if (assigned.contains(name) && !names_.contains(name) && name != name_) return false;
    }
    return true;
  }

  /// What is returned behind a store is what was stored, so that the first call and later ones agree.
  bool gives_what_it_keeps(std::vector<Statement>& body) {
    std::vector<Expression> stored;
    bool agrees = true;
    each_statement(body, [&](Statement& s) {
      for (const Expression& target : s.targets) {
        if (lookup(target)) stored.push_back(s.value);
        if (lookup(target) && (s.augmented || s.kind == StatementKind::for_)) agrees = false;
      }
      if (s.kind != StatementKind::give || stored.empty() || lookup(s.value)) return;
      const bool simple = s.value.kind == ExpressionKind::name || s.value.kind == ExpressionKind::constant;
      agrees = agrees && simple && std::any_of(stored.begin(), stored.end(), [&](const Expression& e) {
                 return same_expression(e, s.value);
               });
    });
    return agrees;
  }

  bool is_pure(std::vector<Statement>& body) {
    bool pure = true;
    each_expression(body,
                    [&](Expression& e) { pure = pure && !(e.kind == ExpressionKind::call && e.text == "print"); });
    return pure;
  }

  bool lookup(const Expression& e) const {
    return e.kind == ExpressionKind::index && is_name(e.parts[0], name_) && same_expression(e.parts[1], key_);
  }
  bool test(const Expression& e) const {
    return e.kind == ExpressionKind::compare && e.words.size() == 1 && (e.words[0] == "in" || e.words[0] == "not in") &&
           is_name(e.parts[1], name_) && same_expression(e.parts[0], key_);
  }

  /// Which argument of the call is the dict.
  std::optional<std::size_t> argument(const Expression& call) const {
    if (!parameter_) return {};
    for (std::size_t i = 0; i < call.parts.size(); ++i) {
      if (!call.words[i].empty() ? call.words[i] == name_ : i == *parameter_) {
        if (is_name(call.parts[i], name_)) return i;
        return {};
      }
    }
    return {};
  }

  /// Stores are counted. Every call within the function hands on the dict, and what is no part of the key, as it is;
  /// every other call has none, or an empty one.
  bool calls_fit(std::vector<Statement>& body) {
    bool fits = true;
    const bool whole = names_.size() + (parameter_ ? 1 : 0) == function_.parameters.size();
    if (!whole && !parameter_) return false;
    if (!whole && has_default_dict()) return false;
    each_expression(body, [&](Expression& e) {
      if (e.kind != ExpressionKind::call || e.text != function_.name) return;
      if (parameter_ && !argument(e) && !has_default_dict()) fits = false;
      if (behind_ && std::any_of(e.words.begin(), e.words.end(), [](const std::string& w) { return !w.empty(); }))
        fits = false;
      if (whole) return;
      for (std::size_t i = 0; i < e.parts.size() && i < function_.parameters.size(); ++i) {
        const std::string& parameter = e.words[i].empty() ? function_.parameters[i] : e.words[i];
        if (names_.contains(parameter) || parameter == name_) continue;
        fits = fits && is_name(e.parts[i], parameter);
      }
    });
    return fits;
  }

  bool has_default_dict() const {
    if (!parameter_) return false;
    const std::size_t plain = function_.parameters.size() - function_.defaults.size();
    return *parameter_ >= plain && is_empty_dict(function_.defaults[*parameter_ - plain]);
  }

  void rewrite(std::vector<Statement>& body) {
    const std::string kept = name_ + "@kept";
    const auto change = [&](Expression& e) {
      if (lookup(e)) {
        e = name_expression(kept, e.place);
      } else if (test(e)) {
        e = constant_expression(Value::boolean(e.words[0] == "not in"), e.place);
      }
    };
    each_statement(body, [&](Statement& s) {
      for (Expression& target : s.targets) each_expression(target, change);
      each_expression(s.value, change);
    });
    each_expression(body, [&](Expression& e) { drop_argument(e); });
  }

 public:
  /// Also for calls elsewhere, which hand over a new dict.
  void drop_argument(Expression& e) {
    if (e.kind != ExpressionKind::call || e.text != function_.name || !parameter_) return;
    for (std::size_t i = 0; i < e.parts.size(); ++i) {
      if (e.words[i].empty() ? i != *parameter_ : e.words[i] != name_) continue;
      if (!is_name(e.parts[i], name_) && !is_empty_dict(e.parts[i]) && !is_none(e.parts[i])) return;
      e.parts.erase(e.parts.begin() + static_cast<std::ptrdiff_t>(i));
      e.words.erase(e.words.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
  }

  /// How often the body stores.
  void count_stores() {
    each_statement(function_.body, [&](Statement& s) {
      for (Expression& target : s.targets) {
        if (target.kind == ExpressionKind::index && is_name(target.parts[0], name_)) ++stores_;
      }
    });
  }

 private:
  Definition& function_;
  std::string name_;
  std::optional<std::size_t> parameter_;
  Expression key_;
  std::set<std::string> names_;  ///< parameters in the key
  std::size_t stores_ = 0;
  bool behind_ = false;
};

/// A dict that is written down once, under a name, and looked up.
bool replace_table(const std::string& name, Expression& dict, const std::vector<std::vector<Statement>*>& scopes,
                   Expression* question) {
  std::set<std::string> keys;
  for (std::size_t i = 0; i < dict.parts.size(); i += 2) {
    const Expression& key = dict.parts[i];
    const bool plain = key.kind == ExpressionKind::constant && key.value.kind != Value::Kind::boolean;
    if (!plain || !keys.insert(repr(key.value)).second) return false;
  }
  if (dict.parts.empty()) return false;
  std::size_t uses = 0, known = 0;
  const auto is_lookup = [&](const Expression& e) {
    return e.kind == ExpressionKind::index && is_name(e.parts[0], name);
  };
  const auto is_test = [&](const Expression& e) {
    return e.kind == ExpressionKind::compare && e.words.size() == 1 && (e.words[0] == "in" || e.words[0] == "not in") &&
           is_name(e.parts[1], name);
  };
  const auto is_method = [&](const Expression& e) {
    if (e.kind != ExpressionKind::call || e.parts.empty() || !is_name(e.parts[0], name)) return false;
    if (e.text == "len") return e.parts.size() == 1;
    if (e.text == ".get") return e.parts.size() == 2 || e.parts.size() == 3;
    return (e.text == ".items" || e.text == ".keys" || e.text == ".values") && e.parts.size() == 1;
  };
  const auto count = [&](Expression& e) {
    uses += is_name(e, name) ? 1 : 0;
    known += is_lookup(e) || is_test(e) || is_method(e) ? 1 : 0;
  };
  bool stored = false;
  for (std::vector<Statement>* body : scopes) {
    each_statement(*body, [&](Statement& s) {
      for (Expression& target : s.targets) {
        each_expression(target, [&](Expression& e) { stored = stored || is_lookup(e); });
      }
    });
    each_expression(*body, count);
  }
  if (question != nullptr) each_expression(*question, count);
  // One use is the assignment.
  if (stored || uses != known + 1) return false;
  const auto change = [&](Expression& e) {
    if (is_lookup(e)) {
      e = call_expression(".pair_value", std::move(e.parts), e.place);
    } else if (is_test(e)) {
      const bool negated = e.words[0] == "not in";
      e = call_expression(".has_pair", std::move(e.parts), e.place);
      if (negated) {
        std::vector<Expression> one = {e};
        e = make_expression(ExpressionKind::not_, std::move(one), e.place);
      }
    } else if (is_method(e) && e.text == ".get") {
      if (e.parts.size() == 2) e.parts.push_back(constant_expression({}, e.place));
      e = call_expression(".pair_or", std::move(e.parts), e.place);
    } else if (is_method(e) && e.text == ".items") {
      e = Expression(e.parts[0]);
    } else if (is_method(e) && e.text != "len") {
      const bool key = e.text == ".keys";
      Expression item = name_expression("pair@" + std::to_string(e.place.line), e.place);
      item.comprehension = true;
      std::vector<Expression> part = {item, constant_expression(Value::integer(key ? "0" : "1"), e.place)};
      std::vector<Expression> clause = {item, e.parts[0]};
      std::vector<Expression> parts = {make_expression(ExpressionKind::index, std::move(part), e.place),
                                       make_expression(ExpressionKind::clause, std::move(clause), e.place)};
      e = make_expression(ExpressionKind::comprehension, std::move(parts), e.place);
    }
  };
  for (std::vector<Statement>* body : scopes) each_expression(*body, change);
  if (question != nullptr) each_expression(*question, change);
  std::vector<Expression> pairs;
  pairs.reserve(dict.parts.size() / 2);
  for (std::size_t i = 0; i + 1 < dict.parts.size(); i += 2) {
    std::vector<Expression> pair = {dict.parts[i], dict.parts[i + 1]};
    pairs.push_back(make_expression(ExpressionKind::tuple, std::move(pair), dict.place));
  }
  dict = make_expression(ExpressionKind::list, std::move(pairs), dict.place);
  return true;
}

/// The dicts that a body assigns to names that nothing else assigns.
std::vector<std::pair<std::string, Expression*>> tables_of(std::vector<Statement>& body) {
  std::map<std::string, std::size_t> assigned;
  std::vector<std::pair<std::string, Expression*>> out;
  each_statement(body, [&](Statement& s) {
    for (Expression& target : s.targets) {
      each_expression(target, [&](Expression& e) {
        if (e.kind == ExpressionKind::name) ++assigned[e.text];
      });
    }
  });
  each_statement(body, [&](Statement& s) {
    const bool one = s.kind == StatementKind::assign && s.targets.size() == 1 && !s.augmented &&
                     s.targets[0].kind == ExpressionKind::name && s.value.kind == ExpressionKind::dict;
    if (one && assigned[s.targets[0].text] == 1) out.emplace_back(s.targets[0].text, &s.value);
  });
  return out;
}

bool has_dict(Module& module) {
  bool out = false;
  const auto look = [&](Expression& e) { out = out || e.kind == ExpressionKind::dict; };
  each_expression(module, look);
  for (Definition& definition : module.definitions) {
    for (Expression& value : definition.defaults) each_expression(value, look);
    for (const std::string& name : definition.parameters) out = out || name == "memo" || name == "cache";
  }
  return out;
}

void replace_memories(Module& module) {
  for (Definition& definition : module.definitions) {
    for (std::size_t i = 0; i < definition.parameters.size(); ++i) {
      const std::size_t plain = definition.parameters.size() - definition.defaults.size();
      const bool may =
          i < plain || is_empty_dict(definition.defaults[i - plain]) || is_none(definition.defaults[i - plain]);
      if (!may) continue;
      Memory memory(definition, definition.parameters[i], i);
      memory.count_stores();
      if (!memory.replace()) continue;
      each_expression(module, [&](Expression& e) { memory.drop_argument(e); });
      break;
    }
  }
  // memo = {} of the module.
  for (Statement& s : module.statements) {
    const bool one = s.kind == StatementKind::assign && s.targets.size() == 1 && !s.augmented &&
                     s.targets[0].kind == ExpressionKind::name && is_empty_dict(s.value);
    if (!one) continue;
    const std::string name = s.targets[0].text;
    std::vector<Definition*> users;
    for (Definition& definition : module.definitions) {
      if (uses_of(definition.body, name) > 0) users.push_back(&definition);
    }
    std::size_t elsewhere = uses_of(module.statements, name);
    if (module.question) {
      each_expression(*module.question, [&](Expression& e) { elsewhere += is_name(e, name) ? 1 : 0; });
    }
    if (users.size() != 1 || elsewhere != 1 || local_names(*users[0]).contains(name)) continue;
    Memory memory(*users[0], name, {});
    memory.count_stores();
    if (memory.replace()) s = Statement{};
  }
}

}  // namespace

Status replace_dicts(Module& module, const std::string& file) {
  if (!has_dict(module)) return {};
  replace_memories(module);
  for (Definition& definition : module.definitions) {
    for (auto& [name, dict] : tables_of(definition.body)) {
      const auto& parameters = definition.parameters;
      if (std::find(parameters.begin(), parameters.end(), name) != parameters.end()) continue;
      replace_table(name, *dict, {&definition.body}, nullptr);
    }
  }
  for (auto& [name, dict] : tables_of(module.statements)) {
    std::vector<std::vector<Statement>*> scopes = {&module.statements};
    bool clear = true;
    for (Definition& definition : module.definitions) {
      if (local_names(definition).contains(name)) {
        clear = clear && uses_of(definition.body, name) == 0;
      } else {
        scopes.push_back(&definition.body);
      }
    }
    if (clear) replace_table(name, *dict, scopes, module.question ? &*module.question : nullptr);
  }
  std::optional<Error> error;
  const auto refuse = [&](Expression& e) {
    if (e.kind == ExpressionKind::dict && !error) {
      error = refused_at(file, e.place, "a dict that does more than to remember or to be looked up",
                         "use a list of [key, value] pairs, and search it with a loop");
    }
  };
  each_expression(module, refuse);
  for (Definition& definition : module.definitions) {
    for (Expression& value : definition.defaults) each_expression(value, refuse);
  }
  if (error) return *error;
  return {};
}

}  // namespace trm::tasks::python
