// Functions that change what their callers have: a list that they get, a variable further out. Nothing changes in the
// language that is lowered, so such a function gives [value, xs] instead of its value, and a call of it,
// y = f(xs), becomes
//
//   call = f(xs)
//   y = call[0]
//   xs = call[1]
//
// Calls within expressions move in front of the statement, and with them what Python evaluates before them. Whether
// somebody else still has the list is looked at afterwards, for these assignments as for every other change (share.cc).
#include <algorithm>
#include <map>
#include <utility>

#include "tasks/python/desugar.h"
#include "tasks/python/flow.h"

namespace trm::tasks::python {
namespace {

using Body = std::vector<Statement>;

Expression natural(std::size_t n, Place place) {
  return constant_expression(Value::integer(std::to_string(n)), place);
}

Expression none(Place place) {
  return constant_expression(Value{}, place);
}

/// Writes the functions and their calls anew.
class Threader {
 public:
  Threader(Module& module, const std::string& file) : module_(module), file_(file) {
    for (Definition& d : module.definitions) {
      definitions_.emplace(d.name, &d);
      rebound_.insert(d.outer.begin(), d.outer.end());
    }
  }

  Status run() {
    for (Definition& d : module_.definitions) {
      own_ = module_.effects.contains(d.name) ? &d : nullptr;
      if (own_ != nullptr && d.memo) {
        return refused_at(file_, d.place, "a def that remembers its calls and changes what its caller has",
                          "return a new list instead");
      }
      d.body = written(d.body);
      if (own_ != nullptr) {
        note_absent(d);
        d.body.push_back(give(none(d.place), d.place));
      }
      if (error_) return *error_;
    }
    own_ = nullptr;
    in_module_ = true;
    module_.statements = written(module_.statements);
    module_.before = written(module_.before);
    if (module_.question) module_.question = moved(*module_.question, module_.before);
    if (error_) return *error_;
    return {};
  }

 private:
  [[nodiscard]] bool changes(const Expression& e) const {
    if (e.kind == ExpressionKind::call && module_.effects.contains(e.text)) return true;
    return std::any_of(e.parts.begin(), e.parts.end(), [&](const Expression& part) { return changes(part); });
  }

  std::string made(const char* name) { return std::string(name) + "@e" + std::to_string(++made_); }

  static Statement assignment(Expression target, Expression value) {
    Statement out;
    out.kind = StatementKind::assign;
    out.place = value.place;
    out.targets.push_back(std::move(target));
    out.value = std::move(value);
    return out;
  }

  static Statement tested(Expression test, Body then, Body otherwise) {
    Statement out;
    out.kind = StatementKind::if_;
    out.place = test.place;
    out.value = std::move(test);
    out.body = std::move(then);
    out.otherwise = std::move(otherwise);
    return out;
  }

  static Expression negated(Expression e) {
    const Place place = e.place;
    return make_expression(ExpressionKind::not_, parts_of(std::move(e)), place);
  }

  static std::string absent(const std::string& parameter) { return "no_" + parameter + "@e"; }

  /// Parameters that were None are None for the caller, whatever they become.
  void note_absent(Definition& d) const {
    for (const Output& o : module_.effects.at(d.name).outputs) {
      const std::string& name = d.parameters[o.parameter];
      if (!d.optional.contains(name)) continue;
      Expression test =
          make_expression(ExpressionKind::compare, parts_of(name_expression(name, d.place), none(d.place)), d.place);
      test.words.emplace_back("==");
      d.body.insert(d.body.begin(), assignment(name_expression(absent(name), d.place), std::move(test)));
    }
  }

  /// What the function gives: its value, and then what it changed.
  Statement give(Expression value, Place place) const {
    Statement out;
    out.kind = StatementKind::give;
    out.place = place;
    const Effects& effects = module_.effects.at(own_->name);
    std::vector<Expression> all;
    if (effects.value) {
      if (value.kind == ExpressionKind::absent) value = none(place);
      all.push_back(std::move(value));
    }
    for (const Output& o : effects.outputs) {
      const std::string& name = own_->parameters[o.parameter];
      Expression changed = name_expression(name, place);
      if (own_->optional.contains(name)) {
        changed =
            make_expression(ExpressionKind::conditional,
                            parts_of(name_expression(absent(name), place), none(place), std::move(changed)), place);
      }
      all.push_back(std::move(changed));
    }
    out.value = all.size() == 1 ? std::move(all[0]) : make_expression(ExpressionKind::list, std::move(all), place);
    return out;
  }

  /// A call that gives just what the function around it has to give.
  [[nodiscard]] bool gives_the_same(const Expression& e) const {
    if (own_ == nullptr || e.kind != ExpressionKind::call) return false;
    const auto other = module_.effects.find(e.text);
    if (other == module_.effects.end()) return false;
    if (!own_->optional.empty()) return false;
    const Effects& own = module_.effects.at(own_->name);
    if (own.value != other->second.value || own.outputs.size() != other->second.outputs.size()) return false;
    const auto arguments = arguments_of(e, *definitions_.at(e.text));
    if (!arguments || std::any_of(e.parts.begin(), e.parts.end(), [&](const Expression& p) { return changes(p); })) {
      return false;
    }
    for (std::size_t i = 0; i < own.outputs.size(); ++i) {
      const Expression& given = (*arguments)[other->second.outputs[i].parameter];
      if (given.kind != ExpressionKind::name || given.text != own_->parameters[own.outputs[i].parameter]) return false;
    }
    return true;
  }

  Body written(const Body& body) {
    Body out;
    out.reserve(body.size());
    for (const Statement& s : body) write(s, out);
    return out;
  }

  void write(Statement s, Body& out) {
    if (error_) return;
    s.body = written(s.body);
    s.otherwise = written(s.otherwise);
    const bool moves = changes(s.value);
    for (const Expression& target : s.targets) {
      if (changes(target)) fail(s.place, "a call that changes a list, within the target of an assignment");
    }
    switch (s.kind) {
      case StatementKind::give:
        if (gives_the_same(s.value)) break;
        if (moves) s.value = moved(s.value, out);
        if (own_ != nullptr) s = give(std::move(s.value), s.place);
        break;
      case StatementKind::evaluate:
        if (!moves) break;
        s.value = moved(s.value, out);
        // The value of the module's last statement may be the answer.
        if (s.value.kind == ExpressionKind::constant || (s.value.kind == ExpressionKind::name && !in_module_)) return;
        break;
      case StatementKind::while_: {
        if (!moves) break;
        if (!s.otherwise.empty()) fail(s.place, "a while with else whose test changes a list");
        Body inner;
        const Expression test = moved(s.value, inner);
        Statement leave;
        leave.kind = StatementKind::break_;
        leave.place = s.place;
        inner.push_back(tested(negated(test), Body{leave}, {}));
        for (Statement& each : s.body) inner.push_back(std::move(each));
        s.body = std::move(inner);
        s.value = constant_expression(Value::boolean(true), s.place);
        break;
      }
      default:
        if (moves) s.value = moved(s.value, out);
        break;
    }
    out.push_back(std::move(s));
  }

  /// The expression without calls that change something: they, and what Python evaluates before them, go to `out`.
  Expression moved(const Expression& e, Body& out) {
    if (!changes(e) || error_) return e;
    switch (e.kind) {
      case ExpressionKind::call:
        if (module_.effects.contains(e.text)) return called(e, out);
        if (e.parts.size() == 1 && e.parts[0].kind == ExpressionKind::generator) {
          if (e.text == "any" || e.text == "all") return any_or_all(e, out);
          if (e.text == "sum") return summed(e.parts[0], out);
        }
        break;
      case ExpressionKind::and_:
      case ExpressionKind::or_:
        return chosen(e, out);
      case ExpressionKind::conditional: {
        const std::string value = made("value");
        const Expression test = moved(e.parts[0], out);
        Body then, otherwise;
        const Expression first = moved(e.parts[1], then), second = moved(e.parts[2], otherwise);
        then.push_back(assignment(name_expression(value, e.place), first));
        otherwise.push_back(assignment(name_expression(value, e.place), second));
        out.push_back(tested(test, std::move(then), std::move(otherwise)));
        return name_expression(value, e.place);
      }
      case ExpressionKind::comprehension:
      case ExpressionKind::generator:
        return listed(e, out);
      case ExpressionKind::lambda:
        fail(e.place, "a call that changes a list, within a lambda");
        return e;
      case ExpressionKind::compare:
        if (e.parts.size() > 2) fail(e.place, "a call that changes a list, within a chain of comparisons");
        break;
      default:
        break;
    }
    Expression all = e;
    all.parts = moved_parts(e, out);
    return all;
  }

  /// Parts from left to right. What stands before a call that changes something is evaluated before it.
  std::vector<Expression> moved_parts(const Expression& e, Body& out) {
    std::size_t last = e.parts.size();
    while (last > 0 && !changes(e.parts[last - 1])) --last;
    std::vector<Expression> parts;
    parts.reserve(e.parts.size());
    for (std::size_t i = 0; i < e.parts.size(); ++i) {
      Expression part = moved(e.parts[i], out);
      const bool list = i == 0 && is_change(e);  // xs.append(f(x)) changes xs and no copy
      const bool stays = list || part.kind == ExpressionKind::constant || part.kind == ExpressionKind::absent ||
                         (part.kind == ExpressionKind::name && !rebound_.contains(part.text));
      if (i + 1 < last && !stays) {
        const Expression value = name_expression(made("value"), part.place);
        out.push_back(assignment(value, std::move(part)));
        part = value;
      }
      parts.push_back(std::move(part));
    }
    return parts;
  }

  Expression called(const Expression& e, Body& out) {
    const Effects& effects = module_.effects.at(e.text);
    const Definition& callee = *definitions_.at(e.text);
    Expression call = e;
    call.parts = moved_parts(e, out);
    const auto arguments = arguments_of(call, callee);
    if (!arguments) {
      fail(e.place, "a call of a function that changes a list, with * or a name that it lacks,");
      return e;
    }
    const Place place = e.place;
    const std::string whole = made("call");
    out.push_back(assignment(name_expression(whole, place), call));
    const bool alone = !effects.value && effects.outputs.size() == 1;
    // .output(call, which one; function, its number, arguments): the rest says what it may have to do with them.
    const auto output = [&](std::size_t item, std::size_t which) {
      std::vector<Expression> parts =
          parts_of(name_expression(whole, place), natural(item, place),
                   constant_expression(Value::string(e.text), place), natural(which, place));
      if (alone) parts[1] = none(place);
      parts.insert(parts.end(), arguments->begin(), arguments->end());
      return call_expression(".output", std::move(parts), place);
    };
    const std::size_t count = effects.outputs.size();
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t parameter = effects.outputs[i].parameter;
      const Expression& given = (*arguments)[parameter];
      if (given.kind == ExpressionKind::absent) check_default(callee, parameter, place);
      if (!root_of(given)) continue;  // nobody else has it
      Statement back = assignment(given, output(i + (effects.value ? 1 : 0), i));
      back.changed_by = e.text;
      back.changes = effects.outputs[i].depth;
      out.push_back(std::move(back));
    }
    if (!effects.value) return none(place);
    // Behind the changes: it may be one of the changed lists.
    Expression value = name_expression(made("value"), place);
    out.push_back(assignment(value, output(0, count)));
    return value;
  }

  /// All calls without the argument would have the same list.
  void check_default(const Definition& callee, std::size_t parameter, Place place) {
    const std::size_t plain = callee.parameters.size() - callee.defaults.size();
    if (parameter < plain || callee.defaults[parameter - plain].kind != ExpressionKind::list || error_) return;
    error_ = refused_at(file_, place, "a call that changes the list of a default",
                        "write " + callee.parameters[parameter] + "=None, and in the def if " +
                            callee.parameters[parameter] + " is None: " + callee.parameters[parameter] + " = []");
  }

  Expression chosen(const Expression& e, Body& out) {
    const std::string value = made("value");
    const bool both = e.kind == ExpressionKind::and_;
    std::vector<Body> bodies(e.parts.size());
    for (std::size_t i = 0; i < e.parts.size(); ++i) {
      Expression part = moved(e.parts[i], bodies[i]);
      bodies[i].push_back(assignment(name_expression(value, e.place), std::move(part)));
    }
    for (std::size_t i = e.parts.size(); i-- > 1;) {
      Expression test = name_expression(value, e.place);
      if (!both) test = negated(std::move(test));
      bodies[i - 1].push_back(tested(std::move(test), std::move(bodies[i]), {}));
    }
    append(std::move(bodies[0]), out);
    return name_expression(value, e.place);
  }

  /// The loop of a comprehension around `inner`.
  Body looped(const Expression& e, Body inner) {
    for (std::size_t i = e.parts.size(); i-- > 1;) {
      const Expression& clause = e.parts[i];
      for (std::size_t k = clause.parts.size(); k-- > 2;) {
        Body before;
        const Expression test = moved(as_variable(clause.parts[k]), before);
        before.push_back(tested(test, std::move(inner), {}));
        inner = std::move(before);
      }
      Body before;
      Statement loop;
      loop.kind = StatementKind::for_;
      loop.place = clause.place;
      loop.targets.push_back(as_variable(clause.parts[0]));
      loop.value = moved(as_variable(clause.parts[1]), before);
      loop.body = std::move(inner);
      before.push_back(std::move(loop));
      inner = std::move(before);
    }
    return inner;
  }

  /// Variables of a comprehension become those of the function: their names are nobody else's.
  static Expression as_variable(Expression e) {
    each_expression(e, [](Expression& part) { part.comprehension = false; });
    return e;
  }

  void append(Body more, Body& out) {
    for (Statement& s : more) out.push_back(std::move(s));
  }

  Expression listed(const Expression& e, Body& out) {
    Expression list = name_expression(made("items"), e.place);
    out.push_back(assignment(list, make_expression(ExpressionKind::list, {}, e.place)));
    Body inner;
    Expression element = moved(as_variable(e.parts[0]), inner);
    Statement put;
    put.kind = StatementKind::evaluate;
    put.place = e.place;
    put.value = call_expression(".append", parts_of(list, std::move(element)), e.place);
    inner.push_back(std::move(put));
    append(looped(e, std::move(inner)), out);
    return list;
  }

  Expression summed(const Expression& e, Body& out) {
    Expression sum = name_expression(made("sum"), e.place);
    out.push_back(assignment(sum, natural(0, e.place)));
    Body inner;
    Expression element = moved(as_variable(e.parts[0]), inner);
    Expression more = make_expression(ExpressionKind::binary, parts_of(sum, std::move(element)), e.place);
    more.text = "+";
    inner.push_back(assignment(sum, std::move(more)));
    append(looped(e, std::move(inner)), out);
    return sum;
  }

  /// Those behind the one that decides are not evaluated.
  Expression any_or_all(const Expression& e, Body& out) {
    const bool any = e.text == "any";
    Expression found = name_expression(made("found"), e.place);
    out.push_back(assignment(found, constant_expression(Value::boolean(!any), e.place)));
    Body inner;
    Expression test = moved(as_variable(e.parts[0].parts[0]), inner);
    if (!any) test = negated(std::move(test));
    inner.push_back(
        tested(std::move(test), {assignment(found, constant_expression(Value::boolean(any), e.place))}, {}));
    // A loop within a loop is left by a test of its own: the outer ones end there, too.
    Body loops = looped(e.parts[0], std::move(inner));
    stop_when(loops, any ? found : negated(found));
    append(std::move(loops), out);
    return found;
  }

  static void stop_when(Body& body, const Expression& over) {
    for (Statement& s : body) {
      stop_when(s.body, over);
      if (s.kind != StatementKind::for_) continue;
      Statement leave;
      leave.kind = StatementKind::break_;
      leave.place = s.place;
      s.body.push_back(tested(over, Body{leave}, {}));
    }
  }

  void fail(Place place, const std::string& construct) {
    if (!error_) error_ = refused_at(file_, place, construct, "give its value a name on a line of its own first");
  }

  Module& module_;
  const std::string& file_;
  std::map<std::string, Definition*> definitions_;
  std::set<std::string> rebound_;    ///< variables that some function assigns for its caller
  const Definition* own_ = nullptr;  ///< the definition at hand, if it changes what its caller has
  bool in_module_ = false;
  std::size_t made_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Status thread_changes(Module& module, const std::string& file) {
  find_effects(module);
  if (module.effects.empty()) return {};
  return Threader(module, file).run();
}

}  // namespace trm::tasks::python
