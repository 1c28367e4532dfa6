#include <algorithm>
#include <iterator>

#include "tasks/base/words.h"
#include "tasks/python/library.h"
#include "tasks/python/lower.h"
#include "tasks/python/refusals.h"

namespace trm::tasks::python {
namespace {

struct NativeName {
  std::string_view name;
  NodeKind kind;
};
constexpr NativeName kNatives[] = {{"__later", NodeKind::later},
                                   {"__after", NodeKind::after},
                                   {"__up_to", NodeKind::up_to},
                                   {"__text", NodeKind::to_text}};

struct OneArgument {
  std::string_view name;
  NodeKind kind;
};
constexpr OneArgument kOneArgument[] = {
    {"len", NodeKind::length}, {"abs", NodeKind::absolute}, {"int", NodeKind::to_int}};

/// Methods, and functions of modules and of Python, that the library has under a name of its own.
struct LibraryName {
  std::string_view name;
  const char* function;
  std::size_t values;
};
constexpr LibraryName kLibrary[] = {
    {".upper", "upper", 1},
    {".lower", "lower", 1},
    {".isdigit", "isdigit", 1},
    {".isalpha", "isalpha", 1},
    {".isalnum", "isalnum", 1},
    {".isspace", "isspace", 1},
    {".isupper", "isupper", 1},
    {".islower", "islower", 1},
    {".startswith", "startswith", 2},
    {".endswith", "endswith", 2},
    {".find", "find", 2},
    {".index", "index_of", 2},
    {".count", "count_of", 2},
    {".join", "join", 2},
    {".split", "split", 1},
    {".split", "split_at", 2},
    {".strip", "strip", 1},
    {".replace", "replace", 3},
    {".items", "items_of", 1},
    {".reversed", "reverse", 1},
    {".sorted", "sorted_of", 1},
    {".sorted_down", "sorted_down", 1},
    {".sorted_by", "sorted_by", 1},
    {".best_max", "best_max", 1},
    {".best_min", "best_min", 1},
    {".max_or", "max_or", 2},
    {".min_or", "min_or", 2},
    {".set_item", "set_item", 3},
    {".added", "added", 2},
    {".without_item", "without_item", 2},
    {".insert_item", "insert_item", 3},
    {".remove_item", "remove_item", 2},
    {".pair_value", "pair_value", 2},
    {".pair_or", "pair_or", 3},
    {".has_pair", "has_pair", 2},
    {".is_list", "is_list", 1},
    {".is_text", "is_text", 1},
    {".is_number", "is_number", 1},
    {"ord", "ord_of", 1},
    {"chr", "chr_of", 1},
    {"bin", "bin_of", 1},
    {"oct", "oct_of", 1},
    {"hex", "hex_of", 1},
    {"divmod", "divided", 2},
    {"enumerate", "enumerated", 1},
    {"zip", "zip_of", 2},
    {"math.gcd", "gcd_of", 2},
    {"math.lcm", "lcm_of", 2},
    {"math.factorial", "factorial_of", 1},
    {"math.isqrt", "isqrt_of", 1},
    {"math.comb", "comb_of", 2},
};

/// A number or a text, whatever the program does: str() of it needs no look at what it is.
bool is_plain(const Expression& e) {
  switch (e.kind) {
    case ExpressionKind::constant:
      return e.value.kind == Value::Kind::integer || e.value.kind == Value::Kind::text;
    case ExpressionKind::negate:
      return true;
    case ExpressionKind::binary:
      return e.text != "+" && e.text != "*" ? true : is_plain(e.parts[0]) || (e.text == "+" && is_plain(e.parts[1]));
    case ExpressionKind::call:
      return e.text == "len" || e.text == "abs" || e.text == "int" || e.text == "ord" || e.text == "str" ||
             e.text == ".text";
    default:
      return false;
  }
}

constexpr std::size_t kMaxExtremes = 100;  ///< arguments of max() and min()

/// A list that nobody else has, whose copy would be the same.
bool is_fresh_list(const Expression& e) {
  return e.kind == ExpressionKind::comprehension || e.kind == ExpressionKind::list ||
         (e.kind == ExpressionKind::call && (e.text == ".sorted" || e.text == ".sorted_by" || e.text == "zip" ||
                                             e.text == "enumerate" || e.text == ".split"));
}

std::string count_text(std::size_t count) {
  return count == 1 ? "one value" : std::to_string(count) + " values";
}

std::vector<Node> one(Node node) {
  std::vector<Node> out;
  out.push_back(std::move(node));
  return out;
}

}  // namespace

Node Lowering::call(const Call& e, Here here) {
  const Scope& scope = here.scope;
  if (e.text == ".output") {
    if (e.parts[1].value.kind == Value::Kind::none) return value(e.parts[0], here);
    std::vector<Expression> both = {e.parts[0], e.parts[1]};
    return value(native_expression(NodeKind::index, std::move(both), e.place), here);
  }
  if (scope.library) {
    const auto* native =
        std::find_if(std::begin(kNatives), std::end(kNatives), [&](const NativeName& n) { return n.name == e.text; });
    if (native != std::end(kNatives)) return operation(native->kind, values(e.parts, here), e.place);
    if (e.text == "__float_result") return raise_node("float result", e.place);
    if (e.text == "__outside") return raise_node("outside the language", e.place);
    const std::optional<std::size_t> function = library_function(e.text);
    if (function) return user_call(e, *function, here);
  } else if (scope.find(e.text)) {
    refuse(scope, e.place, "a call of the variable " + in_quotes(e.text),
           "call functions by the names that def gives them");
    return {};
  } else if (const auto found = scope.names->functions.find(e.text); found != scope.names->functions.end()) {
    return user_call(e, found->second, here);
  }
  if (std::optional<Node> node = builtin(e, here)) return *std::move(node);
  if (error_) return {};
  if (const std::optional<Refusal> refusal = refused_function(e.text)) {
    refuse(scope, e.place, refusal->construct, refusal->instead);
    return {};
  }
  if (is_error_name(e.text)) {
    refuse(scope, e.place, "an error as a value", "write raise " + e.text);
    return {};
  }
  if (scope.names->constants.contains(e.text) || scope.names->variables.contains(e.text)) {
    refuse(scope, e.place, "a call of the variable " + in_quotes(e.text),
           "call functions by the names that def gives them");
    return {};
  }
  return raise_node("NameError", e.place);
}

Node Lowering::user_call(const Call& e, std::size_t function, Here here) {
  const std::vector<std::string>& parameters = program_.functions[function].parameters;
  std::vector<std::optional<std::size_t>> given(parameters.size());  // argument of each parameter
  std::vector<std::size_t> parameter_of(e.parts.size());
  bool fits = e.parts.size() <= parameters.size();
  for (std::size_t i = 0; i < e.parts.size() && fits; ++i) {
    std::size_t at = i;
    if (!e.words[i].empty()) {
      at = static_cast<std::size_t>(std::find(parameters.begin(), parameters.end(), e.words[i]) - parameters.begin());
    }
    fits = at < parameters.size() && !given[at];
    if (fits) given[at] = i, parameter_of[i] = at;
  }
  const std::size_t required = parameters.size() - program_.functions[function].defaults.size();
  for (std::size_t at = 0; at < required && fits; ++at) fits = given[at].has_value();
  std::vector<Node> arguments = values(e.parts, here);
  if (!fits) {
    // Python evaluates the arguments before it sees that they do not fit.
    Node out = raise_node("TypeError", e.place);
    for (std::size_t i = arguments.size(); i-- > 0;) {
      if (effect_of(arguments[i]) == Effect::nothing) continue;
      shift(out, here.size, 1);
      out = let_node(std::move(arguments[i]), std::move(out), e.place);
    }
    return out;
  }
  // Arguments by name may come in another order than the parameters: then each gets its value in a let before.
  const bool ordered = std::is_sorted(parameter_of.begin(), parameter_of.end());
  const auto build = [&](std::vector<Node> parts) {
    Node out = operation(NodeKind::call, std::vector<Node>{}, e.place);
    out.index = function;
    for (std::size_t at = 0; at < given.size(); ++at) {
      const std::vector<Value>& defaults = program_.functions[function].defaults;
      out.parts.push_back(given[at] ? std::move(parts[*given[at]]) : constant(defaults[at - required], e.place));
    }
    return out;
  };
  return with_lets(std::move(arguments), here, e.place, build, !ordered);
}

Node Lowering::library_call(const char* name, std::vector<Node> arguments, Here here, Place place) {
  const std::optional<std::size_t> function = library_function(name);
  if (!function) {
    fail(here.scope, place, "the library has no function " + std::string(name), "");
    return {};
  }
  return with_lets(std::move(arguments), here, place, [&](std::vector<Node> parts) {
    Node out = operation(NodeKind::call, std::move(parts), place);
    out.index = *function;
    return out;
  });
}

bool Lowering::arguments(const Call& e, std::size_t least, std::size_t most, const Scope& scope) {
  const auto word = std::find_if(e.words.begin(), e.words.end(), [](const std::string& w) { return !w.empty(); });
  if (word != e.words.end()) {
    refuse(scope, e.place, "the argument " + *word + "= of " + e.text + "()", "leave it out");
    return false;
  }
  if (e.parts.size() >= least && e.parts.size() <= most) return true;
  fail(scope, e.place,
       e.text + "() takes " + (least == most ? count_text(least) : std::to_string(least) + " to " + count_text(most)) +
           ", not " + std::to_string(e.parts.size()),
       "give it as many");
  return false;
}

bool Lowering::print_fits(const Call& e, const Scope& scope) {
  return arguments(e, 0, kMaxArguments, scope);
}

std::optional<Node> Lowering::builtin(const Call& e, Here here) {
  const Scope& scope = here.scope;
  const auto is = [&](const char* name) { return scope.is_builtin(e, name); };
  const auto* simple = std::find_if(std::begin(kOneArgument), std::end(kOneArgument),
                                    [&](const OneArgument& o) { return o.name == e.text; });
  if (simple != std::end(kOneArgument)) {
    if (!arguments(e, 1, 1, scope)) return {};
    return operation(simple->kind, value(e.parts[0], here), e.place);
  }
  if (is("str") || e.text == ".text") {
    if (e.parts.empty() && !is(".text")) return constant(Value::string(""), e.place);
    if (!arguments(e, 1, 1, scope)) return {};
    if (is_plain(e.parts[0])) return operation(NodeKind::to_text, value(e.parts[0], here), e.place);
    return library_call("text_of", one(value(e.parts[0], here)), here, e.place);
  }
  if (e.text == ".copy") {
    if (!arguments(e, 1, 1, scope)) return {};
    return operation(NodeKind::add, value(e.parts[0], here), constant(Value::list({}), e.place), e.place);
  }
  if (is("zip") && e.parts.size() == 1 && e.parts[0].kind == ExpressionKind::star) {
    return library_call("columns_of", one(value(e.parts[0].parts[0], here)), here, e.place);
  }
  bool named = false;
  for (const LibraryName& row : kLibrary) {
    if (row.name != e.text) continue;
    named = true;
    const bool plain = std::all_of(e.words.begin(), e.words.end(), [](const std::string& w) { return w.empty(); });
    if (plain && e.parts.size() == row.values) return library_call(row.function, values(e.parts, here), here, e.place);
  }
  if (named) {
    const std::string what = e.text[0] == '.' ? "the method " + e.text : e.text + "()";
    refuse(scope, e.place, what + " with so many or other values",
           "give it what a text or list of it needs, as Python's plain form does");
    return {};
  }
  if (e.text.starts_with(".")) {
    refuse(scope, e.place, "the method " + e.text + " here",
           "write it as a statement of its own: x = xs" + e.text + "(...)");
    return {};
  }
  if (is("sorted") || is("map") || is("filter")) {
    refuse(
        scope, e.place, e.text + "() with these values",
        "write sorted(xs), sorted(xs, key=f), map(f, xs) or filter(f, xs), where f is a def or a lambda of one value");
    return {};
  }
  const bool generator = e.parts.size() == 1 && e.parts[0].kind == ExpressionKind::generator;
  if (is("bool")) {
    if (!arguments(e, 1, 1, scope)) return {};
    return test(e.parts[0], here);
  }
  if (is("print")) {
    if (!print_fits(e, scope)) return {};
    return with_lets(values(e.parts, here), here, e.place, [&](std::vector<Node> parts) {
      parts.push_back(constant_node({}, e.place));
      return operation(NodeKind::print, std::move(parts), e.place);
    });
  }
  if (is("max") || is("min")) return extreme(e, is("max"), here);
  if (is("range")) return range(e, here);
  if (is("sum")) {
    if (!arguments(e, 1, 2, scope)) return {};
    if (generator) return collected(e.parts[0], Use::sum, here);
    if (e.parts.size() == 1) return library_call("sum_of", one(value(e.parts[0], here)), here, e.place);
    Node items =
        operation(NodeKind::after, value(e.parts[0], here), constant_node(Value::integer("0"), e.place), e.place);
    std::vector<Node> both = one(std::move(items));
    both.push_back(value(e.parts[1], here));
    // The list is evaluated first, and the library wants the start first.
    return with_lets(
        std::move(both), here, e.place,
        [&](std::vector<Node> parts) {
          std::swap(parts[0], parts[1]);
          return library_call("sum_from", std::move(parts), here, e.place);
        },
        true);
  }
  if (is("any") || is("all")) {
    if (!arguments(e, 1, 1, scope)) return {};
    if (generator) return collected(e.parts[0], is("any") ? Use::any : Use::all, here);
    return library_call(is("any") ? "any_of" : "all_of", one(value(e.parts[0], here)), here, e.place);
  }
  if (is("list")) {
    if (!arguments(e, 0, 1, scope)) return {};
    if (e.parts.empty()) return constant(Value::list({}), e.place);
    if (generator) return collected(e.parts[0], Use::list, here);
    if (scope.is_builtin(e.parts[0], "range")) return value(e.parts[0], here);
    if (is_fresh_list(e.parts[0])) return value(e.parts[0], here);
    return library_call("items_of", one(value(e.parts[0], here)), here, e.place);
  }
  if (is("reversed")) {
    if (!arguments(e, 1, 1, scope)) return {};
    std::vector<Node> items = one(library_call("items_of", one(value(e.parts[0], here)), here, e.place));
    return library_call("reverse", std::move(items), here, e.place);
  }
  if (is("pow")) {
    if (!arguments(e, 2, 3, scope)) return {};
    return library_call(e.parts.size() == 2 ? "power" : "power_modulo", values(e.parts, here), here, e.place);
  }
  return {};
}

Node Lowering::extreme(const Call& e, bool largest, Here here) {
  if (!arguments(e, 1, kMaxExtremes, here.scope)) return {};
  const std::string prefix = largest ? "max_of_" : "min_of_";
  if (e.parts.size() == 1) {
    const Expression& only = e.parts[0];
    Node items = only.kind == ExpressionKind::generator ? collected(only, Use::list, here) : value(only, here);
    return library_call((prefix + "list").c_str(), one(std::move(items)), here, e.place);
  }
  if (e.parts.size() <= 3) {
    return library_call((prefix + (e.parts.size() == 2 ? "two" : "three")).c_str(), values(e.parts, here), here,
                        e.place);
  }
  return library_call((prefix + "list").c_str(), one(list(e, here)), here, e.place);
}

Node Lowering::range(const Call& e, Here here) {
  if (!arguments(e, 1, 3, here.scope)) return {};
  constexpr const char* kForms[] = {"numbers_to", "numbers_between", "numbers_by"};
  return library_call(kForms[e.parts.size() - 1], values(e.parts, here), here, e.place);
}

Node Lowering::collected(const Expression& generator, Use use, Here here) {
  Scope& scope = here.scope;
  std::unique_ptr<Flow>& flow = scope.comprehensions[&generator];
  if (!flow) {
    const Place place = generator.place;
    const std::string result = scope.make("result");
    const auto statement = [&](StatementKind kind) {
      Statement out;
      out.kind = kind;
      out.place = place;
      return out;
    };
    const auto give = [&](bool truth) {
      Statement out = statement(StatementKind::give);
      out.value = constant_expression(Value::boolean(truth), place);
      return out;
    };
    const auto assign = [&](Expression value) {
      Statement out = statement(StatementKind::assign);
      out.targets.push_back(name_expression(result, place));
      out.value = std::move(value);
      return out;
    };
    Statement inner;
    const Expression& element = generator.parts[0];
    if (use == Use::list || use == Use::sum) {
      std::vector<Expression> sum;
      sum.push_back(name_expression(result, place));
      std::vector<Expression> item = {element};
      sum.push_back(use == Use::sum ? element : make_expression(ExpressionKind::list, std::move(item), place));
      Expression value = make_expression(ExpressionKind::binary, std::move(sum), place);
      value.text = "+";
      inner = assign(std::move(value));
    } else {
      inner = statement(StatementKind::if_);
      inner.value = element;
      inner.body.push_back(use == Use::any ? give(true) : statement(StatementKind::pass));
      if (use == Use::all) inner.otherwise.push_back(give(false));
    }
    for (std::size_t i = generator.parts.size(); i-- > 1;) {
      const Expression& clause = generator.parts[i];
      for (std::size_t k = clause.parts.size(); k-- > 2;) {
        Statement condition = statement(StatementKind::if_);
        condition.value = clause.parts[k];
        condition.body.push_back(std::move(inner));
        inner = std::move(condition);
      }
      Statement loop = statement(StatementKind::for_);
      loop.targets.push_back(clause.parts[0]);
      loop.value = clause.parts[1];
      if (loop.value.kind == ExpressionKind::tuple) loop.value.kind = ExpressionKind::list;
      loop.body.push_back(std::move(inner));
      inner = std::move(loop);
    }
    std::vector<Statement> body;
    if (use == Use::list) body.push_back(assign(constant_expression(Value::list({}), place)));
    if (use == Use::sum) body.push_back(assign(constant_expression(Value::integer("0"), place)));
    body.push_back(std::move(inner));
    Statement last = give(use == Use::all);
    if (use == Use::list || use == Use::sum) last.value = name_expression(result, place);
    body.push_back(std::move(last));
    Result<Flow> made = flow_of(body, scope);
    if (!made) {
      if (!error_) error_ = made.error();
      return {};
    }
    flow = std::make_unique<Flow>(*std::move(made));
  }
  Environment environment = here.environment;
  environment.size = here.size;
  return run(*flow, 0, 0, std::move(environment), scope, 0);
}

}  // namespace trm::tasks::python
