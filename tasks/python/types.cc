// Tuples. Here a tuple is a list, which nothing can tell from one as long as no place of the program holds both. So
// places get types by unification, over the whole program: where a tuple and a list could meet, the program is refused.
// What is shown gets marks where Python writes round brackets.
#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "tasks/base/words.h"
#include "tasks/python/cells.h"
#include "tasks/python/desugar.h"
#include "tasks/python/refusals.h"

namespace trm::tasks::python {
namespace {

class Typing : private Cells {
 public:
  Typing(Module& module, const std::string& file) : module_(module), file_(file) {}

  Status run() {
    for (const Definition& d : module_.definitions) {
      Function& f = functions_[d.name];
      for (std::size_t i = 0; i < d.parameters.size(); ++i) f.parameters.push_back(cell());
      f.result = cell();
      f.definition = &d;
    }
    for (Definition& d : module_.definitions) {
      const std::size_t plain = d.parameters.size() - d.defaults.size();
      for (std::size_t i = 0; i < d.defaults.size(); ++i) {
        unify(functions_[d.name].parameters[plain + i], type(d.defaults[i], globals_));
      }
    }
    enter(globals_, nullptr);
    statements(module_.statements);
    statements(module_.before);
    if (module_.question) type(*module_.question, globals_);
    for (Definition& d : module_.definitions) {
      Scope scope;
      scope.outer = &globals_;
      for (std::size_t i = 0; i < d.parameters.size(); ++i)
        scope.names[d.parameters[i]] = functions_[d.name].parameters[i];
      for (const std::string& name : local_names(d)) {
        if (!scope.names.contains(name)) scope.names[name] = cell();
      }
      enter(scope, &functions_[d.name]);
      statements(d.body);
      scopes_[d.name] = std::move(scope);
    }
    return check();
  }

  Status rewrite() {
    for (Definition& d : module_.definitions) d.kinds = kinds_of(scopes_[d.name]);
    module_.kinds = kinds_of(globals_);
    for (Definition& d : module_.definitions) {
      enter(scopes_[d.name], &functions_[d.name]);
      change(d.body);
      for (Expression& value : d.defaults) change(value);
      if (error_) return *error_;
    }
    enter(globals_, nullptr);
    change(module_.statements);
    if (!module_.statements.empty()) {
      Statement& last = module_.statements.back();
      const bool prints = last.value.kind == ExpressionKind::call && last.value.text == "print";
      if (last.kind == StatementKind::evaluate && !prints && last.value.kind != ExpressionKind::constant) {
        last.value = shown(std::move(last.value), last_type_);
      }
    }
    change(module_.before);
    if (module_.question) {
      const std::size_t t = type(*module_.question, globals_);
      change(*module_.question);
      module_.question = shown(*std::move(module_.question), t);
    }
    if (error_) return *error_;
    for (Definition& d : made_) module_.definitions.push_back(std::move(d));
    return {};
  }

 private:
  struct Function {
    std::vector<std::size_t> parameters;
    std::size_t result = 0;
    const Definition* definition = nullptr;
  };
  struct Scope {
    std::map<std::string, std::size_t> names;
    Scope* outer = nullptr;
  };

  void enter(Scope& scope, Function* function) {
    scope_ = &scope;
    function_ = function;
  }

  std::size_t variable(const std::string& name, Scope& scope) {
    if (const auto found = scope.names.find(name); found != scope.names.end()) return found->second;
    if (scope.outer != nullptr && name.find('@') == std::string::npos) return variable(name, *scope.outer);
    return scope.names[name] = cell();
  }

  void bind(Expression& target, std::size_t value, Scope& scope) {
    switch (target.kind) {
      case ExpressionKind::name:
        unify(variable(target.text, scope), value);
        return;
      case ExpressionKind::index:
        unify(item_of(type(target.parts[0], scope)), value);
        type(target.parts[1], scope);
        stored_.emplace_back(type(target.parts[0], scope), target.place);
        return;
      default:
        break;
    }
    for (Expression& part : target.parts) {
      if (part.kind == ExpressionKind::star) {
        bind(part.parts[0], list_of(item_of(value)), scope);
      } else {
        bind(part, item_of(value), scope);
      }
    }
  }

  void assign(Expression& target, Expression& value, Scope& scope) {
    const bool literal = value.kind == ExpressionKind::tuple || value.kind == ExpressionKind::list;
    const bool plain = std::none_of(value.parts.begin(), value.parts.end(),
                                    [](const Expression& e) { return e.kind == ExpressionKind::star; }) &&
                       std::none_of(target.parts.begin(), target.parts.end(),
                                    [](const Expression& e) { return e.kind == ExpressionKind::star; });
    if (target.kind == ExpressionKind::tuple && literal && plain && target.parts.size() == value.parts.size()) {
      for (std::size_t i = 0; i < target.parts.size(); ++i) assign(target.parts[i], value.parts[i], scope);
      return;
    }
    bind(target, type(value, scope), scope);
  }

  /// enumerate() and zip() that a loop takes apart make no tuples.
  void loop(Expression& target, Expression& iterable, Scope& scope) {
    const bool pairs = iterable.kind == ExpressionKind::call && target.kind == ExpressionKind::tuple &&
                       !functions_.contains(iterable.text);
    if (pairs && iterable.text == "enumerate" && iterable.parts.size() == 1 && target.parts.size() == 2) {
      bind(target.parts[0], number(), scope);
      return loop(target.parts[1], iterable.parts[0], scope);
    }
    if (pairs && iterable.text == "zip" && iterable.parts.size() == target.parts.size() && iterable.parts.size() == 2) {
      for (std::size_t i = 0; i < target.parts.size(); ++i) loop(target.parts[i], iterable.parts[i], scope);
      return;
    }
    bind(target, item_of(type(iterable, scope)), scope);
  }

  void statements(std::vector<Statement>& body) {
    for (Statement& s : body) {
      switch (s.kind) {
        case StatementKind::assign:
          if (s.targets.size() == 1) {
            assign(s.targets[0], s.value, *scope_);
          } else {
            const std::size_t value = type(s.value, *scope_);
            for (Expression& target : s.targets) bind(target, value, *scope_);
          }
          break;
        case StatementKind::for_:
          loop(s.targets[0], s.value, *scope_);
          break;
        case StatementKind::give:
          if (function_ != nullptr) unify(function_->result, type(s.value, *scope_));
          break;
        case StatementKind::if_:
        case StatementKind::while_:
          test(s.value, *scope_);
          break;
        default:
          if (s.kind == StatementKind::evaluate) last_type_ = type(s.value, *scope_);
          break;
      }
      statements(s.body);
      statements(s.otherwise);
    }
  }

  void test(Expression& e, Scope& scope) {
    if (e.kind == ExpressionKind::and_ || e.kind == ExpressionKind::or_ || e.kind == ExpressionKind::not_) {
      for (Expression& part : e.parts) test(part, scope);
      return;
    }
    type(e, scope);
  }

  std::size_t type(Expression& e, Scope& scope) {
    switch (e.kind) {
      case ExpressionKind::constant: {
        const Value::Kind kind = e.value.kind;
        if (kind == Value::Kind::text) return text();
        if (kind == Value::Kind::integer) return number();
        if (kind == Value::Kind::boolean) return boolean();
        const std::size_t out = cell();
        of(out).none = kind == Value::Kind::none;
        of(out).list = kind == Value::Kind::list;
        return out;
      }
      case ExpressionKind::absent: {  // return without a value
        const std::size_t out = cell();
        of(out).none = true;
        return out;
      }
      case ExpressionKind::name:
        return variable(e.text, scope);
      case ExpressionKind::list:
      case ExpressionKind::tuple: {
        const std::size_t item = cell();
        for (Expression& part : e.parts) {
          if (part.kind == ExpressionKind::star) {
            unify(item, item_of(type(part.parts[0], scope)));
          } else {
            unify(item, type(part, scope));
          }
        }
        return e.kind == ExpressionKind::list ? list_of(item) : tuple_of(item, e.place);
      }
      case ExpressionKind::call:
        return call(e, scope);
      case ExpressionKind::binary: {
        const std::size_t left = type(e.parts[0], scope), right = type(e.parts[1], scope);
        if (e.text == "+") return unify(left, right);
        if (e.text == "*") return product(e, left, right);
        const std::size_t out = number();
        if (e.text == "&" || e.text == "|" || e.text == "^") bits_.push_back({left, right, e.place});
        return out;
      }
      case ExpressionKind::negate:
      case ExpressionKind::plus:
        type(e.parts[0], scope);
        return number();
      case ExpressionKind::not_:
        test(e.parts[0], scope);
        return boolean();
      case ExpressionKind::and_:
      case ExpressionKind::or_: {
        const std::size_t out = type(e.parts[0], scope);
        for (std::size_t i = 1; i < e.parts.size(); ++i) unify(out, type(e.parts[i], scope));
        return out;
      }
      case ExpressionKind::compare: {
        std::vector<std::size_t> parts;
        parts.reserve(e.parts.size());
        for (Expression& part : e.parts) parts.push_back(type(part, scope));
        for (std::size_t i = 0; i < e.words.size(); ++i) {
          const bool member = e.words[i] == "in" || e.words[i] == "not in";
          unify(parts[i], member ? item_of(parts[i + 1]) : parts[i + 1]);
        }
        return boolean();
      }
      case ExpressionKind::conditional: {
        test(e.parts[0], scope);
        const std::size_t then = type(e.parts[1], scope);
        return unify(then, type(e.parts[2], scope));
      }
      case ExpressionKind::index:
        type(e.parts[1], scope);
        return item_of(type(e.parts[0], scope));
      case ExpressionKind::slice:
        for (std::size_t i = 1; i < e.parts.size(); ++i) type(e.parts[i], scope);
        return type(e.parts[0], scope);
      case ExpressionKind::comprehension:
      case ExpressionKind::generator:
        for (std::size_t i = 1; i < e.parts.size(); ++i) {
          Expression& clause = e.parts[i];
          loop(clause.parts[0], clause.parts[1], scope);
          for (std::size_t k = 2; k < clause.parts.size(); ++k) test(clause.parts[k], scope);
        }
        return list_of(type(e.parts[0], scope));
      default:
        for (Expression& part : e.parts) type(part, scope);
        return cell();
    }
  }

  std::size_t product(const Expression& e, std::size_t left, std::size_t right) {
    if (is_sequence_literal(e.parts[0])) return left;
    if (is_sequence_literal(e.parts[1])) return right;
    if (of(left).tuple || of(left).list || of(left).text) return left;
    if (of(right).tuple || of(right).list || of(right).text) return right;
    const std::size_t out = cell();
    of(out).number = true;
    products_.push_back({left, right, out});
    return out;
  }

  std::size_t call(Expression& e, Scope& scope) {
    std::vector<std::size_t> parts;
    parts.reserve(e.parts.size());
    const auto known = functions_.find(e.text);
    if (e.text == "bool" && known == functions_.end() && e.parts.size() == 1) {
      test(e.parts[0], scope);
      return boolean();
    }
    for (Expression& part : e.parts) {
      if (part.kind == ExpressionKind::star) {
        parts.push_back(type(part.parts[0], scope));
      } else {
        parts.push_back(type(part, scope));
      }
    }
    if (known != functions_.end()) {
      Function& f = known->second;
      const auto& names = f.definition->parameters;
      for (std::size_t i = 0; i < parts.size(); ++i) {
        std::size_t at = i;
        if (!e.words[i].empty())
          at = static_cast<std::size_t>(std::find(names.begin(), names.end(), e.words[i]) - names.begin());
        if (at < f.parameters.size()) unify(f.parameters[at], parts[i]);
      }
      return f.result;
    }
    const auto is = [&](std::initializer_list<std::string_view> names) {
      return std::find(names.begin(), names.end(), e.text) != names.end();
    };
    const std::size_t first = parts.empty() ? cell() : parts[0];
    if (is({"str", "chr", ".text", "bin", "hex", "oct", ".upper", ".lower", ".strip", ".replace", ".join"}))
      return text();
    if (is({"bool", "any", "all", "isinstance", ".startswith", ".endswith", ".isdigit", ".isalpha", ".isalnum",
            ".isupper", ".islower", ".isspace", ".has_pair"})) {
      if (e.text == ".has_pair" && parts.size() == 2) unify(item_of(item_of(parts[1])), first);
      return boolean();
    }
    if (is({"max", "min"})) {
      if (parts.size() == 1) return item_of(first);
      for (const std::size_t part : parts) unify(first, part);
      return first;
    }
    if (is({".max_or", ".min_or"}) && parts.size() == 2) return unify(item_of(first), parts[1]);
    if (is({".best_max", ".best_min"})) return item_of(item_of(first));
    if (e.text == "sum") {
      if (parts.size() == 2) return unify(item_of(first), parts[1]);
      return number();
    }
    if (is({"list", "sorted", ".sorted", ".sorted_down", "reversed"})) {
      if (parts.empty()) return list_of(cell());
      return list_of(item_of(first));
    }
    if (is({".reversed", ".copy"})) return first;
    if (e.text == ".sorted_by") return list_of(item_of(item_of(first)));
    if (e.text == "tuple") return tuple_of(parts.empty() ? cell() : item_of(first), e.place);
    if (e.text == "range") return list_of(number());
    if (e.text == "divmod") return tuple_of(number(), e.place);
    if (e.text == "enumerate") {
      const std::size_t item = item_of(first);
      const std::size_t pair = cell();
      unify(pair, number());
      unify(pair, item);
      return list_of(tuple_of(pair, e.place));
    }
    if (e.text == "zip") {
      const std::size_t item = cell();
      const bool star = !e.parts.empty() && e.parts[0].kind == ExpressionKind::star;
      if (star) {
        unify(item, item_of(item_of(first)));
      } else {
        for (const std::size_t part : parts) unify(item, item_of(part));
      }
      return list_of(tuple_of(item, e.place));
    }
    if (is({".append", ".insert", ".remove", ".count", ".index"})) {
      if (parts.size() > 1) unify(item_of(first), parts.back());
      if (is({".count", ".index"})) return number();
      stored_.emplace_back(first, e.place);
    }
    if (e.text == ".extend" && parts.size() == 2) {
      unify(item_of(first), item_of(parts[1]));
      stored_.emplace_back(first, e.place);
    }
    if (e.text == ".set" && parts.size() == 2) return unify(first, parts[1]);
    if (is({".pop", ".del", ".reverse", ".clear", ".sort"})) {
      stored_.emplace_back(first, e.place);
      return item_of(first);
    }
    if (e.text == ".split") return list_of(text());
    if (e.text == ".pair_value") {
      if (parts.size() == 2) unify(item_of(item_of(first)), parts[1]);
      return item_of(item_of(first));
    }
    if (e.text == ".pair_or" && parts.size() == 3) {
      unify(item_of(item_of(first)), parts[1]);
      return unify(item_of(item_of(first)), parts[2]);
    }
    if (is({"len", "abs", "int", "pow", "ord", ".find"}) || e.text.starts_with("math.")) return number();
    const std::size_t out = cell();
    of(out).none = e.text == "print";
    return out;
  }

  Status check() {
    // A product is what its sides are.
    for (bool changed = true; changed;) {
      changed = false;
      for (const auto& p : products_) {
        for (const std::size_t side : {p[0], p[1]}) {
          const bool sequence = of(side).tuple || of(side).list || of(side).text;
          if (sequence && find(side) != find(p[2])) {
            unify(side, p[2]);
            changed = true;
          }
        }
      }
    }
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      const Cell& c = cells_[i];
      if (c.parent == i && c.tuple && c.list) {
        return refused_at(file_, c.place, "a tuple where the program may also have a list",
                          "write [a, b] in both places, or (a, b) in both");
      }
    }
    for (const auto& [at, place] : stored_) {
      if (of(at).tuple) return refused_at(file_, place, "a change of a tuple", "write [a, b]: a list can change");
    }
    for (const auto& bit : bits_) {
      if (of(bit.left).boolean && of(bit.right).boolean) {
        return refused_at(file_, bit.place, "& | ^ between truth values", "write `and`, `or` and `!=`");
      }
    }
    return {};
  }

  /// Of what no value ever gets to, nothing says that it is a list.
  Kinds kinds_of(const Scope& scope) {
    Kinds out;
    const auto plain = [&](std::size_t at) {
      return !of(at).list && !of(at).tuple && (of(at).text || of(at).item == kNone);
    };
    for (const auto& [name, at] : scope.names) {
      if (plain(at)) {
        out.plain.insert(name);
      } else if (of(at).item == kNone || plain(of(at).item)) {
        out.flat.insert(name);
      } else if (of(of(at).item).item == kNone || plain(of(of(at).item).item)) {
        out.grids.insert(name);
      }
    }
    return out;
  }

  bool holds_tuple(std::size_t at) {
    std::set<std::size_t> seen;
    for (at = find(at); seen.insert(at).second; at = find(cells_[at].item)) {
      if (cells_[at].tuple) return true;
      if (cells_[at].item == kNone) return false;
    }
    return false;
  }

  /// The value with marks in front of its tuples.
  Expression shown(Expression e, std::size_t at) {
    if (!any_tuple_ || !holds_tuple(at)) return e;
    const Place place = e.place;
    std::vector<Expression> one;
    one.push_back(std::move(e));
    return call_expression(shower(at), std::move(one), place);
  }

  const std::string& shower(std::size_t at) {
    at = find(at);
    const auto [found, is_new] = showers_.try_emplace(at);
    if (!is_new) return found->second;
    std::string name;
    do {
      name = "shown_" + std::to_string(++shown_);
    } while (functions_.contains(name));
    found->second = name;
    const Place place = cells_[at].place;
    const Expression whole = name_expression("x", place);
    Expression inner = whole;
    if (cells_[at].item != kNone && holds_tuple(cells_[at].item)) {
      Expression item = name_expression("item@" + name, place);
      item.comprehension = true;
      std::vector<Expression> one = {item};
      std::vector<Expression> clause = {item, whole};
      std::vector<Expression> parts = {call_expression(shower(cells_[at].item), std::move(one), place),
                                       make_expression(ExpressionKind::clause, std::move(clause), place)};
      inner = make_expression(ExpressionKind::comprehension, std::move(parts), place);
    }
    if (cells_[at].tuple) {
      std::vector<Expression> mark = {constant_expression(Value::string(kTupleMark), place)};
      std::vector<Expression> both = {make_expression(ExpressionKind::list, std::move(mark), place), std::move(inner)};
      inner = make_expression(ExpressionKind::binary, std::move(both), place);
      inner.text = "+";
    }
    std::vector<Expression> tested = {whole};
    std::vector<Expression> three = {call_expression(".is_list", std::move(tested), place), std::move(inner), whole};
    Definition made;
    made.name = name;
    made.place = place;
    made.parameters = {"x"};
    made.made = true;
    Statement give;
    give.kind = StatementKind::give;
    give.place = place;
    give.value = make_expression(ExpressionKind::conditional, std::move(three), place);
    made.body.push_back(std::move(give));
    made_.push_back(std::move(made));
    return showers_[at];
  }

  void change(std::vector<Statement>& body) {
    for (Statement& s : body) {
      for (Expression& target : s.targets) {
        if (target.kind != ExpressionKind::tuple) {
          change(target);
          continue;
        }
        for (Expression& part : target.parts) change(part);
      }
      if (s.augmented && s.targets[0].kind == ExpressionKind::name) {
        // Where numbers may stand as well, only what is added says what it is.
        const Cell& target = of(type(s.targets[0], *scope_));
        const ExpressionKind added = s.value.parts[1].kind;
        const bool list = added == ExpressionKind::list || added == ExpressionKind::comprehension;
        s.in_place = list || target.list;
        s.mixed = !list && target.number && s.value.text == "+";
      }
      change(s.value);
      change(s.body);
      change(s.otherwise);
    }
  }

  void change(Expression& e) {
    // Tuples on the left of `for` and `=` are no values.
    if (e.kind == ExpressionKind::clause) {
      for (std::size_t i = 1; i < e.parts.size(); ++i) change(e.parts[i]);
      return;
    }
    std::vector<std::size_t> shown_types;
    const bool shows = e.kind == ExpressionKind::call && !functions_.contains(e.text) &&
                       (e.text == "print" || e.text == "str" || e.text == ".text");
    if (shows) {
      for (Expression& part : e.parts) shown_types.push_back(type(part, *scope_));
    }
    if (e.kind == ExpressionKind::call && e.text == "isinstance" && !functions_.contains(e.text)) {
      instance(e);
      return;
    }
    for (Expression& part : e.parts) change(part);
    if (shows) {
      for (std::size_t i = 0; i < e.parts.size(); ++i) e.parts[i] = shown(std::move(e.parts[i]), shown_types[i]);
      const bool one = e.text != "print" && e.parts.size() == 1;
      const Cell& c = of(shown_types.empty() ? cell() : shown_types[0]);
      const bool boolean = c.boolean && !(c.number || c.none || c.text || c.list || c.tuple);
      if (one && boolean) {
        std::vector<Expression> three = {std::move(e.parts[0]), constant_expression(Value::string("True"), e.place),
                                         constant_expression(Value::string("False"), e.place)};
        e = make_expression(ExpressionKind::conditional, std::move(three), e.place);
      }
    }
    if (e.kind == ExpressionKind::tuple) e.kind = ExpressionKind::list;
    if (e.kind == ExpressionKind::call && e.text == "tuple" && !functions_.contains(e.text)) e.text = "list";
  }

  /// The test for a kind of values, as isinstance() names it; empty: nothing here is one. Nothing: that is not known.
  static std::optional<std::string_view> test_of(std::string_view kind, const Cell& cell) {
    const bool number = kind == "int" || (kind == "int alone" && !cell.boolean) || (kind == "bool" && !cell.number);
    if (number) return ".is_number";
    if (kind == "str") return ".is_text";
    if ((kind == "list" && !cell.tuple) || (kind == "tuple" && cell.tuple)) return ".is_list";
    constexpr std::array none = {"list", "tuple", "float", "dict", "set", "complex"};
    if (std::find(none.begin(), none.end(), kind) != none.end()) return "";
    return std::nullopt;
  }

  /// isinstance(x, list): what is left of it when tuples are lists.
  void instance(Expression& e) {
    if (e.parts.size() != 2) return;
    const std::size_t at = type(e.parts[0], *scope_);
    std::vector<Expression> kinds;
    if (e.parts[1].kind == ExpressionKind::tuple) {
      kinds = e.parts[1].parts;
    } else {
      kinds.push_back(e.parts[1]);
    }
    change(e.parts[0]);
    std::set<std::string> calls;
    bool known = !kinds.empty();
    for (const Expression& kind : kinds) {
      const std::optional<std::string_view> test =
          kind.kind == ExpressionKind::name ? test_of(kind.text, of(at)) : std::nullopt;
      known = known && test;
      if (test && !test->empty()) calls.emplace(*test);
    }
    if (!known) {
      if (!error_) {
        error_ = refused_at(file_, e.place, "isinstance() with other than int, str, list or tuple",
                            "name one of these, or several in brackets");
      }
      return;
    }
    std::vector<Expression> tests;
    tests.reserve(calls.size());
    for (const std::string& call : calls) {
      std::vector<Expression> one = {e.parts[0]};
      tests.push_back(call_expression(call, std::move(one), e.place));
    }
    const Place place = e.place;
    if (tests.empty()) {
      e = constant_expression(Value::boolean(false), place);
    } else if (tests.size() == 1) {
      e = std::move(tests[0]);
    } else {
      e = make_expression(ExpressionKind::or_, std::move(tests), place);
    }
  }

  Module& module_;
  const std::string& file_;
  std::map<std::string, Function> functions_;
  std::map<std::string, Scope> scopes_;
  Scope globals_;
  Scope* scope_ = nullptr;
  Function* function_ = nullptr;
  std::size_t last_type_ = 0;
  struct Bits {
    std::size_t left, right;
    Place place;
  };
  std::vector<Bits> bits_;
  std::vector<std::array<std::size_t, 3>> products_;
  std::vector<std::pair<std::size_t, Place>> stored_;  ///< what is changed in place
  std::map<std::size_t, std::string> showers_;
  std::vector<Definition> made_;
  std::size_t shown_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Status replace_tuples(Module& module, const std::string& file) {
  Typing typing(module, file);
  if (Status s = typing.run(); !s) return s;
  return typing.rewrite();
}

}  // namespace trm::tasks::python
