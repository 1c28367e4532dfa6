#include "tasks/python/flow.h"

#include <algorithm>
#include <utility>

#include "tasks/python/desugar.h"

namespace trm::tasks::python {
namespace {

constexpr std::size_t kMaxFlowBlocks = 20'000;

Expression binary(std::string sign, Expression left, Expression right, Place place) {
  Expression out = make_expression(ExpressionKind::binary, parts_of(std::move(left), std::move(right)), place);
  out.text = std::move(sign);
  return out;
}

Expression compared(Expression left, std::string sign, Expression right, Place place) {
  Expression out = make_expression(ExpressionKind::compare, parts_of(std::move(left), std::move(right)), place);
  out.words.push_back(std::move(sign));
  return out;
}

Expression number(int n, Place place) {
  return constant_expression(Value::integer(std::to_string(n)), place);
}

bool contains_call(const Expression& e, const char* text) {
  if (e.kind == ExpressionKind::call && (text == nullptr || e.text == text)) return true;
  return std::any_of(e.parts.begin(), e.parts.end(), [&](const Expression& p) { return contains_call(p, text); });
}

std::size_t name_uses(const Expression& e, const std::string& name) {
  std::size_t out = e.kind == ExpressionKind::name && e.text == name ? 1 : 0;
  for (const Expression& part : e.parts) out += name_uses(part, name);
  return out;
}

bool is_simple(const Expression& e) {
  return e.kind == ExpressionKind::name || e.kind == ExpressionKind::constant;
}

bool assigns(const Expression& target, const std::string& name) {
  if (target.kind == ExpressionKind::name) return target.text == name;
  if (target.kind == ExpressionKind::index) return assigns(target.parts[0], name);
  return std::any_of(target.parts.begin(), target.parts.end(), [&](const Expression& p) { return assigns(p, name); });
}
bool assigns(const Statement& s, const std::string& name) {
  const auto in = [&](const std::vector<Statement>& body) {
    return std::any_of(body.begin(), body.end(), [&](const Statement& inner) { return assigns(inner, name); });
  };
  return std::any_of(s.targets.begin(), s.targets.end(), [&](const Expression& t) { return assigns(t, name); }) ||
         in(s.body) || in(s.otherwise);
}

class FlowBuilder {
 public:
  explicit FlowBuilder(Scope& scope) : scope_(scope) {}

  Result<Flow> run(const std::vector<Statement>& body) {
    open(block());
    statements(body);
    if (open_) end(Block::End::give, {});
    if (scope_.variables.size() > kMaxVariables) {
      fail({body.empty() ? 1 : body[0].place.line, 1},
           "a function has more than " + std::to_string(kMaxVariables) + " variables", "make several functions of it");
    }
    if (error_) return *error_;
    return std::move(flow_);
  }

 private:
  struct Loop {
    std::size_t next, after;
  };
  struct Assignment {
    std::string name;
    Expression value;
  };
  /// How a loop goes through an iterable.
  struct Source {
    std::vector<Assignment> before;
    Expression test;  ///< absent: it never ends
    Expression value;
    std::vector<Assignment> steps;
    std::vector<Expression> values;  ///< of enumerate and zip, instead of `value`
  };

  void statements(const std::vector<Statement>& body) {
    for (const Statement& statement : body) {
      if (error_ || !open_) return;  // what stands behind return is never run
      this->statement(statement);
    }
  }

  void statement(const Statement& s) {
    place_ = s.place;
    switch (s.kind) {
      case StatementKind::pass:
      case StatementKind::outer:
      case StatementKind::define:
        return;
      case StatementKind::evaluate:
        if (s.value.kind == ExpressionKind::constant) return;  // a docstring
        if (is_change(s.value)) return change(s.value);
        return step({}, hoisted(s.value));
      case StatementKind::assign:
        return assign(s);
      case StatementKind::give:
        return give(hoisted(s.value));
      case StatementKind::raise:
        return end(Block::End::raise, s.value);
      case StatementKind::if_:
        return branch(s);
      case StatementKind::while_:
        return while_loop(s);
      case StatementKind::for_:
        return for_loop(s);
      case StatementKind::break_:
      case StatementKind::continue_: {
        const bool leaves = s.kind == StatementKind::break_;
        if (loops_.empty()) {
          return fail(s.place, leaves ? "a break stands outside of a loop" : "a continue stands outside of a loop",
                      "remove it");
        }
        return jump(leaves ? loops_.back().after : loops_.back().next);
      }
    }
  }

  void assign(const Statement& s) {
    if (s.augmented && s.targets[0].kind == ExpressionKind::index && contains_call(s.targets[0], nullptr)) {
      return fail(s.place, "a call in the index of an assignment with an operator is outside the language",
                  "give the index a name first");
    }
    const Expression value = hoisted(s.value);
    if (!s.changed_by.empty()) return take(s);
    if (s.in_place) {
      step(s.targets[0].text, value, 1, "+=");
      if (open_) now().steps.back().mixed = s.mixed && value.kind == ExpressionKind::binary;
      return;
    }
    if (s.targets.size() == 1) return assign(s.targets[0], value);
    const std::string kept = scope_.make("value");
    step(kept, value);
    for (const Expression& target : s.targets) assign(target, name_expression(kept, s.place));
  }

  /// What a function has changed comes back.
  void take(const Statement& s) {
    const std::string how = "the change by " + s.changed_by + "()";
    const auto make = [&](const Expression&) { return s.value; };
    const Expression& target = s.targets[0];
    if (target.kind == ExpressionKind::name) return step(target.text, s.value, s.changes, how);
    renew(target, make, s.place, how);
  }

  void give(const Expression& value) {
    if (open_) end(Block::End::give, value);
  }

  /// The value, with xs.pop() in it made steps of their own, which come before it.
  Expression hoisted(const Expression& e) {
    if (!contains_call(e, ".pop")) return e;
    return hoist(e, e);
  }

  Expression hoist(const Expression& e, const Expression& whole) {
    if (e.kind == ExpressionKind::call && e.text == ".pop" && !e.parts.empty() &&
        e.parts[0].kind == ExpressionKind::name) {
      const Expression& list = e.parts[0];
      // Whatever else reads the list would read it too late.
      std::size_t popped = 0;
      count_pops(whole, list.text, popped);
      if (e.parts.size() <= 2 && name_uses(whole, list.text) == popped) {
        const Expression at = e.parts.size() == 2 ? kept(e.parts[1]) : number(-1, e.place);
        const std::string value = scope_.make("value");
        step(value, native_expression(NodeKind::index, parts_of(list, at), e.place));
        step(list.text, call_expression(".without_item", parts_of(list, at), e.place), 1, ".pop");
        return name_expression(value, e.place);
      }
    }
    const bool later = e.kind == ExpressionKind::conditional || e.kind == ExpressionKind::and_ ||
                       e.kind == ExpressionKind::or_ || e.kind == ExpressionKind::comprehension ||
                       e.kind == ExpressionKind::generator;
    if (later) return e;
    Expression out = e;
    for (Expression& part : out.parts) part = hoist(part, whole);
    return out;
  }

  static void count_pops(const Expression& e, const std::string& list, std::size_t& out) {
    if (e.kind == ExpressionKind::call && e.text == ".pop" && !e.parts.empty() && e.parts[0].text == list) ++out;
    for (const Expression& part : e.parts) count_pops(part, list, out);
  }

  /// A name or a constant for it.
  Expression kept(const Expression& e) {
    if (is_simple(e)) return e;
    const std::string name = scope_.make("value");
    step(name, e);
    return name_expression(name, e.place);
  }

  /// xs[i] = value, xs[i][j] = value. What is on the right is evaluated first.
  void store(const Expression& target, const Expression& value) {
    const Expression now = kept(value);
    const Expression& of = target.parts[0];
    const auto set = [&](const Expression& list) {
      return call_expression(".set_item", parts_of(list, kept(target.parts[1]), now), target.place);
    };
    renew(of, set, target.place, "the change of an item");
  }

  /// Gives a list, or a list in a list, the value that `make` makes of it.
  template <class Make>
  void renew(const Expression& of, Make make, Place place, const std::string& how) {
    if (of.kind == ExpressionKind::name) return step(of.text, make(of), 1, how);
    if (of.kind != ExpressionKind::index || of.parts[0].kind != ExpressionKind::name) {
      return fail(place, how + " of what is no variable is outside the language",
                  "give the list a name, and change it there");
    }
    const Expression& outer = of.parts[0];
    const Expression at = kept(of.parts[1]);
    const Expression inner = make(make_expression(ExpressionKind::index, parts_of(outer, at), place));
    step(outer.text, call_expression(".set_item", parts_of(outer, at, inner), place), 2, how);
  }

  /// xs.append(x) and its kind, as a statement.
  void change(const Expression& e) {
    const Place place = e.place;
    const Expression& of = e.parts[0];
    const std::size_t count = e.parts.size() - 1;
    const std::string& how = e.text;
    const std::size_t wanted = how == ".insert"                                         ? 2
                               : how == ".reverse" || how == ".clear" || how == ".sort" ? 0
                               : how == ".pop" && count == 0                            ? 0
                                                                                        : 1;
    if (count != wanted) {
      return fail(place, how.substr(1) + "() takes " + std::to_string(wanted) + " values here", "give it as many");
    }
    if (how == ".sort" && (of.kind != ExpressionKind::name)) {
      return fail(place, "the method .sort with these words, or of what is no variable, is outside the language",
                  "write xs = sorted(xs)");
    }
    std::vector<Expression> given;
    for (std::size_t i = 1; i < e.parts.size(); ++i) given.push_back(hoist(e.parts[i], e.parts[i]));
    if (how == ".set") return step(of.text, given[0], 1, ".sort");
    const auto make = [&](const Expression& list) {
      if (how == ".append") {
        return binary("+", list, make_expression(ExpressionKind::list, parts_of(given[0]), place), place);
      }
      if (how == ".extend") {
        const bool is_list = given[0].kind == ExpressionKind::list || given[0].kind == ExpressionKind::comprehension;
        return binary("+", list, is_list ? given[0] : call_expression(".items", parts_of(given[0]), place), place);
      }
      if (how == ".insert") return call_expression(".insert_item", parts_of(list, given[0], given[1]), place);
      if (how == ".remove") return call_expression(".remove_item", parts_of(list, given[0]), place);
      if (how == ".reverse") return call_expression(".reversed", parts_of(list), place);
      if (how == ".clear") return make_expression(ExpressionKind::list, {}, place);
      return call_expression(".without_item", parts_of(list, given.empty() ? number(-1, place) : given[0]), place);
    };
    renew(of, make, place, how == ".del" ? "del" : "the method " + how);
  }

  void assign(const Expression& target, const Expression& value) {
    if (target.kind == ExpressionKind::name) return step(target.text, value);
    if (target.kind == ExpressionKind::index) return store(target, value);
    if (std::any_of(target.parts.begin(), target.parts.end(),
                    [](const Expression& e) { return e.kind == ExpressionKind::star; })) {
      return unpack(target, value);
    }
    const std::size_t count = target.parts.size();
    const Place place = value.place;
    const bool literal = (value.kind == ExpressionKind::tuple || value.kind == ExpressionKind::list) &&
                         std::none_of(value.parts.begin(), value.parts.end(),
                                      [](const Expression& e) { return e.kind == ExpressionKind::star; });
    if (literal && value.parts.size() == count) {
      std::vector<std::string> values;
      for (const Expression& part : value.parts) {
        values.push_back(scope_.make("value"));
        step(values.back(), part);
      }
      for (std::size_t i = 0; i < count; ++i) assign(target.parts[i], name_expression(values[i], place));
      return;
    }
    if (scope_.is_builtin(value, "divmod") && value.parts.size() == 2 && count == 2) {
      const std::string left = scope_.make("value"), right = scope_.make("by");
      step(left, value.parts[0]);
      step(right, value.parts[1]);
      const std::string quotient = scope_.make("value");
      const auto both = [&](const char* sign) {
        return binary(sign, name_expression(left, place), name_expression(right, place), place);
      };
      step(quotient, both("//"));
      const std::string remainder = scope_.make("value");
      step(remainder, both("%"));
      assign(target.parts[0], name_expression(quotient, place));
      assign(target.parts[1], name_expression(remainder, place));
      return;
    }
    const std::string whole = scope_.make("value");
    Expression list = value;
    if (list.kind == ExpressionKind::tuple) list.kind = ExpressionKind::list;
    step(whole, list);
    const auto item = [&] { return name_expression(whole, place); };
    const Expression fits = compared(native_expression(NodeKind::length, parts_of(item()), place),
                                     "==", number(static_cast<int>(count), place), place);
    const std::size_t wrong = block(), right = block();
    branch(fits, right, wrong);
    open(wrong);
    Expression error;
    error.text = "ValueError";
    end(Block::End::raise, error);
    open(right);
    for (std::size_t i = 0; i < count; ++i) {
      assign(target.parts[i],
             i == 0 ? native_expression(NodeKind::first, parts_of(item()), place)
                    : native_expression(NodeKind::index, parts_of(item(), number(static_cast<int>(i), place)), place));
    }
  }

  /// first, *middle, last = values
  void unpack(const Expression& target, const Expression& value) {
    const Place place = value.place;
    const std::size_t count = target.parts.size() - 1;
    std::size_t star = 0;
    while (target.parts[star].kind != ExpressionKind::star) ++star;
    const std::string whole = scope_.make("value");
    step(whole, call_expression("list", parts_of(value), place));
    const auto item = [&] { return name_expression(whole, place); };
    const auto at = [&](std::size_t i, bool from_end) {
      const int index = from_end ? static_cast<int>(i) - static_cast<int>(target.parts.size()) : static_cast<int>(i);
      return native_expression(NodeKind::index, parts_of(item(), number(index, place)), place);
    };
    const std::size_t wrong = block(), right = block();
    branch(compared(native_expression(NodeKind::length, parts_of(item()), place),
                    ">=", number(static_cast<int>(count), place), place),
           right, wrong);
    open(wrong);
    Expression error;
    error.text = "ValueError";
    end(Block::End::raise, error);
    open(right);
    for (std::size_t i = 0; i < target.parts.size(); ++i) {
      if (i != star) {
        assign(target.parts[i], at(i, i > star));
        continue;
      }
      const std::size_t behind = target.parts.size() - 1 - star;
      Expression to = behind == 0 ? Expression{} : number(-static_cast<int>(behind), place);
      assign(
          target.parts[i].parts[0],
          make_expression(ExpressionKind::slice,
                          parts_of(item(), number(static_cast<int>(star), place), std::move(to), Expression{}), place));
    }
  }

  /// As branch(), where the test may take items from lists: the parts of `and` and `or` are tests of their own then.
  void condition(const Expression& test, std::size_t then, std::size_t otherwise) {
    if (!contains_call(test, ".pop")) return branch(test, then, otherwise);
    if (test.kind == ExpressionKind::not_) return condition(test.parts[0], otherwise, then);
    if (test.kind != ExpressionKind::and_ && test.kind != ExpressionKind::or_)
      return branch(hoisted(test), then, otherwise);
    const bool both = test.kind == ExpressionKind::and_;
    for (std::size_t i = 0; i < test.parts.size(); ++i) {
      if (i + 1 == test.parts.size()) return condition(test.parts[i], then, otherwise);
      const std::size_t next = block();
      condition(test.parts[i], both ? next : then, both ? otherwise : next);
      open(next);
    }
  }

  void branch(const Statement& s) {
    const std::size_t then = block(), otherwise = block(), after = block();
    condition(s.value, then, otherwise);
    open(then);
    statements(s.body);
    jump(after);
    open(otherwise);
    statements(s.otherwise);
    jump(after);
    open(after);
  }

  void while_loop(const Statement& s) {
    const std::size_t head = block(), body = block(), over = block(), after = block();
    jump(head);
    open(head);
    now().loop = true;
    now().place = s.place;
    condition(s.value, body, over);
    open(body);
    loops_.push_back({head, after});
    statements(s.body);
    loops_.pop_back();
    jump(head);
    open(over);
    statements(s.otherwise);
    jump(after);
    open(after);
  }

  void for_loop(const Statement& s) {
    const std::string of = s.targets[0].kind == ExpressionKind::name ? s.targets[0].text : "items";
    Source source = source_of(s.value, of, s);
    if (error_) return;
    const std::size_t head = block(), body = block(), next = block(), over = block(), after = block();
    for (const Assignment& a : source.before) step(a.name, a.value);
    jump(head);
    open(head);
    now().loop = true;
    now().place = s.place;
    if (source.test.kind == ExpressionKind::absent) source.test = constant_expression(Value::boolean(true), s.place);
    branch(source.test, body, over);
    open(body);
    if (source.values.empty()) {
      assign(s.targets[0], source.value);
    } else if (s.targets[0].kind != ExpressionKind::tuple || s.targets[0].parts.size() != source.values.size()) {
      return fail(s.targets[0].place, "one name for all parts of enumerate() or zip() is outside the language",
                  "write a name for each, as in for i, x in enumerate(xs)");
    } else {
      for (std::size_t i = 0; i < source.values.size(); ++i) assign(s.targets[0].parts[i], source.values[i]);
    }
    loops_.push_back({next, after});
    statements(s.body);
    loops_.pop_back();
    jump(next);
    open(next);
    for (const Assignment& a : source.steps) step(a.name, a.value);
    if (open_) now().tiny = source.steps.size() <= 2;
    jump(head);
    open(over);
    statements(s.otherwise);
    jump(after);
    open(after);
  }

  Source source_of(const Expression& iterable, const std::string& of, const Statement& loop) {
    const Place place = iterable.place;
    const auto one_argument = [&](const char* name) {
      if (!scope_.is_builtin(iterable, name)) return false;
      if (iterable.parts.size() == 1 && iterable.words[0].empty()) return true;
      fail(place, std::string(name) + "() of other than one list is outside the language", "give it one list");
      return false;
    };
    if (scope_.is_builtin(iterable, "range")) return range_source(iterable, of, loop, false);
    if (scope_.is_builtin(iterable, "reversed") && one_argument("reversed")) {
      const Expression& inner = iterable.parts[0];
      if (scope_.is_builtin(inner, "range") && inner.parts.size() <= 2) return range_source(inner, of, loop, true);
    }
    if (scope_.is_builtin(iterable, "enumerate") && one_argument("enumerate")) {
      Source out = source_of(iterable.parts[0], "items", loop);
      if (!out.values.empty()) {
        fail(place, "enumerate() of zip() is outside the language", "count with a variable of your own");
        return out;
      }
      const std::string counter = scope_.make("count");
      out.before.push_back({counter, number(0, place)});
      out.steps.push_back({counter, binary("+", name_expression(counter, place), number(1, place), place)});
      out.values = parts_of(name_expression(counter, place), std::move(out.value));
      return out;
    }
    if (scope_.is_builtin(iterable, "zip") && iterable.parts.size() == 2) {
      Source out = source_of(iterable.parts[0], "left", loop);
      Source right = source_of(iterable.parts[1], "right", loop);
      if (!out.values.empty() || !right.values.empty()) {
        fail(place, "zip() of zip() or enumerate() is outside the language", "count with a variable of your own");
        return out;
      }
      for (Assignment& a : right.before) out.before.push_back(std::move(a));
      for (Assignment& a : right.steps) out.steps.push_back(std::move(a));
      out.test = make_expression(ExpressionKind::and_, parts_of(std::move(out.test), std::move(right.test)), place);
      out.values = parts_of(std::move(out.value), std::move(right.value));
      return out;
    }
    Source out;
    const std::string rest = scope_.make("rest_" + of);
    const auto items = [&] { return name_expression(rest, place); };
    // xs[0:] is xs, and an error where Python's for has one.
    const bool sequence = is_sequence(iterable, scope_);
    out.before.push_back(
        {rest, sequence ? iterable : native_expression(NodeKind::after, parts_of(iterable, number(0, place)), place)});
    out.test = native_expression(NodeKind::truth, parts_of(items()), place);
    out.value = native_expression(NodeKind::first, parts_of(items()), place);
    out.steps.push_back({rest, native_expression(NodeKind::later, parts_of(items()), place)});
    return out;
  }

  Source range_source(const Expression& range, const std::string& of, const Statement& loop, bool reversed) {
    Source out;
    const Place place = range.place;
    const std::size_t count = range.parts.size();
    const bool named =
        std::any_of(range.words.begin(), range.words.end(), [](const std::string& w) { return !w.empty(); });
    if (count == 0 || count > 3 || named) {
      fail(place, "range() takes one to three numbers", "write range(n), range(a, b) or range(a, b, step)");
      return out;
    }
    // What does not change while the loop runs needs no variable of its own.
    const auto fixed = [&](const Expression& bound, const char* what) {
      const bool constant = bound.kind == ExpressionKind::constant;
      if (constant || (bound.kind == ExpressionKind::name && !assigns(loop, bound.text))) return bound;
      // Where variables are scarce, n + 1 is calculated again in each round.
      const bool again = scope_.names->scarce && bound.kind == ExpressionKind::binary &&
                         (bound.text == "+" || bound.text == "-") &&
                         std::all_of(bound.parts.begin(), bound.parts.end(), [&](const Expression& part) {
                           return part.kind == ExpressionKind::constant ||
                                  (part.kind == ExpressionKind::name && !assigns(loop, part.text));
                         });
      if (again) return bound;
      const std::string name = scope_.make(std::string(what) + of);
      out.before.push_back({name, bound});
      return name_expression(name, place);
    };
    const std::string counter = scope_.make("next_" + of);
    const auto current = [&] { return name_expression(counter, place); };
    out.value = current();
    // A target that the body leaves alone is the counter itself: the loop carries one variable less.
    const bool kept =
        loop.targets.size() == 1 && loop.targets[0].kind == ExpressionKind::name && loop.targets[0].text == of &&
        std::none_of(loop.body.begin(), loop.body.end(), [&](const Statement& s) { return assigns(s, of); });
    const Expression last = kept ? loop.targets[0] : current();
    if (reversed) {
      const Expression low = count == 1 ? number(0, place) : fixed(range.parts[0], "start_");
      out.before.push_back({counter, binary("-", range.parts[count - 1], number(1, place), place)});
      out.test = compared(current(), ">=", low, place);
      out.steps.push_back({counter, binary("-", last, number(1, place), place)});
      return out;
    }
    out.before.push_back({counter, count == 1 ? number(0, place) : range.parts[0]});
    const Expression stop = fixed(range.parts[count == 1 ? 0 : 1], "stop_");
    const Expression by = count == 3 ? fixed(range.parts[2], "step_") : number(1, place);
    out.steps.push_back({counter, binary("+", last, by, place)});
    if (by.kind == ExpressionKind::constant && by.value.kind == Value::Kind::integer && by.value.digits != "0") {
      out.test = compared(current(), by.value.digits[0] == '-' ? ">" : "<", stop, place);
      return out;
    }
    // Which way a range goes is known when it runs; a step of 0 is Python's error.
    Expression error = native_expression(NodeKind::raise, {}, place);
    error.text = "ValueError";
    Expression checked =
        make_expression(ExpressionKind::conditional,
                        parts_of(compared(by, "==", number(0, place), place), std::move(error), current()), place);
    out.before.push_back({counter, std::move(checked)});
    out.test = make_expression(ExpressionKind::conditional,
                               parts_of(compared(by, ">", number(0, place), place),
                                        compared(current(), "<", stop, place), compared(current(), ">", stop, place)),
                               place);
    return out;
  }

  Variables reads(const Expression& expression) {
    Variables out;
    if (expression.kind == ExpressionKind::name) {
      const std::optional<std::size_t> id = scope_.find(expression.text);
      if (id && *id < kMaxVariables) out.set(*id);
    }
    for (const Expression& part : expression.parts) out |= reads(part);
    return out;
  }

  void step(const std::optional<std::string>& target, const Expression& value, std::size_t changes = 0,
            std::string change = "") {
    if (!open_) return;
    Step out;
    out.changes = changes;
    out.change = std::move(change);
    if (target) out.target = scope_.add(*target);
    if (out.target && *out.target >= kMaxVariables) {
      fail(value.place, "a function has more than " + std::to_string(kMaxVariables) + " variables",
           "make several functions of it");
      return;
    }
    out.reads = reads(value);
    out.value = value;
    out.place = value.place.line > 0 ? value.place : place_;
    now().steps.push_back(std::move(out));
  }

  std::size_t block() {
    if (flow_.blocks.size() >= kMaxFlowBlocks)
      fail(place_, "a function has too many branches", "make several functions of it");
    flow_.blocks.emplace_back();
    return flow_.blocks.size() - 1;
  }
  Block& now() { return flow_.blocks[at_]; }
  void open(std::size_t block) {
    at_ = block;
    now().place = place_;
    open_ = true;
  }
  void jump(std::size_t to) {
    if (!open_) return;
    now().end = Block::End::jump;
    now().next[0] = to;
    open_ = false;
  }
  void branch(const Expression& test, std::size_t then, std::size_t otherwise) {
    const std::optional<bool> known = constant_truth(test);
    if (known) return jump(*known ? then : otherwise);
    now().end = Block::End::branch;
    now().value = test;
    now().reads = reads(test);
    now().next[0] = then;
    now().next[1] = otherwise;
    open_ = false;
  }
  void end(Block::End kind, const Expression& value) {
    now().end = kind;
    now().value = value;
    now().reads = reads(value);
    open_ = false;
  }

  void fail(Place place, std::string message, std::string fix) {
    if (!error_) error_ = error_at(scope_.file, place, std::move(message), std::move(fix));
    open_ = false;
  }

  Scope& scope_;
  Flow flow_;
  std::size_t at_ = 0;
  bool open_ = false;  ///< does a block wait for its end?
  Place place_;
  std::vector<Loop> loops_;
  std::optional<Error> error_;
};

}  // namespace

Result<Flow> flow_of(const std::vector<Statement>& body, Scope& scope) {
  Result<Flow> out = FlowBuilder(scope).run(body);
  if (!out) return out;
  analyse(*out);
  if (Status s = check_sharing(*out, scope); !s) return s.error();
  return out;
}

}  // namespace trm::tasks::python
