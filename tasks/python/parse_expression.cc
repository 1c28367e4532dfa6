#include <algorithm>
#include <iterator>
#include <map>

#include "tasks/base/words.h"
#include "tasks/python/parser.h"

namespace trm::tasks::python {
namespace {

constexpr std::size_t kMaxExpressionNesting = 100;  ///< of brackets and signs before each other, while they are read
constexpr std::size_t kMaxHeight = 150;             ///< of a tree

struct Operator {
  std::string_view sign;
  int rank;
};
/// The higher binds tighter.
constexpr Operator kOperators[] = {{"|", 1}, {"^", 2}, {"&", 3}, {"<<", 4}, {">>", 4},
                                   {"+", 5}, {"-", 5}, {"*", 6}, {"//", 6}, {"%", 6}};

/// Gives names that a comprehension binds a mark, since they are not those around it.
void rename(Expression& in, const std::map<std::string, std::string>& names) {
  if (in.kind == ExpressionKind::name) {
    in.comprehension = true;
    if (const auto found = names.find(in.text); found != names.end()) in.text = found->second;
  }
  for (Expression& part : in.parts) rename(part, names);
}

void collect(const Expression& target, std::map<std::string, std::string>& names, const std::string& mark) {
  if (target.kind == ExpressionKind::name) names.emplace(target.text, target.text + mark);
  for (const Expression& part : target.parts) collect(part, names, mark);
}

}  // namespace

Expression make_expression(ExpressionKind kind, std::vector<Expression> parts, Place place) {
  Expression out;
  out.kind = kind;
  out.place = place;
  for (const Expression& part : parts) out.height = std::max(out.height, part.height + 1);
  out.parts = std::move(parts);
  return out;
}

Expression call_expression(std::string function, std::vector<Expression> arguments, Place place) {
  const std::size_t count = arguments.size();
  Expression out = make_expression(ExpressionKind::call, std::move(arguments), place);
  out.text = std::move(function);
  out.words.assign(count, "");
  return out;
}

Expression name_expression(std::string name, Place place) {
  Expression out = make_expression(ExpressionKind::name, {}, place);
  out.text = std::move(name);
  return out;
}

Expression constant_expression(Value value, Place place) {
  Expression out = make_expression(ExpressionKind::constant, {}, place);
  out.value = std::move(value);
  return out;
}

Expression native_expression(NodeKind kind, std::vector<Expression> parts, Place place) {
  Expression out = make_expression(ExpressionKind::native, std::move(parts), place);
  out.native = kind;
  return out;
}

Expression Parser::made(ExpressionKind kind, std::vector<Expression> parts, Place place) {
  Expression out = make_expression(kind, std::move(parts), place);
  if (out.height > kMaxHeight) {
    fail(place, "an expression has more than " + std::to_string(kMaxHeight) + " levels",
         "give parts of it names first");
  }
  return out;
}

Expression Parser::expressions() {
  const Place place = now().place;
  Expression first = at("*") ? starred() : expression();
  if (!at(",")) return first;
  std::vector<Expression> parts;
  parts.push_back(std::move(first));
  while (take(",")) {
    const bool over = at(LexemeKind::newline) || at(LexemeKind::end) || at("=") || at(")") || at(";") || at(":");
    if (over) break;
    parts.push_back(at("*") ? starred() : expression());
  }
  return made(ExpressionKind::tuple, std::move(parts), place);
}

Expression Parser::expression() {
  if (++depth_ > kMaxExpressionNesting) {
    fail(now().place, "an expression has more than " + std::to_string(kMaxExpressionNesting) + " levels",
         "give parts of it names first");
  }
  if (failed()) return {};
  if (at("lambda")) {
    Expression out = lambda();
    --depth_;
    return out;
  }
  const Place place = now().place;
  Expression out = disjunction();
  if (take("if")) {
    Expression test = disjunction();
    expect("else", "in a conditional expression");
    Expression otherwise = expression();
    std::vector<Expression> parts;
    parts.push_back(std::move(test));
    parts.push_back(std::move(out));
    parts.push_back(std::move(otherwise));
    out = made(ExpressionKind::conditional, std::move(parts), place);
  }
  if (at(":=")) refuse(now().place, {"the assignment expression :=", "assign on a line of its own"});
  --depth_;
  return out;
}

Expression Parser::disjunction() {
  const Place place = now().place;
  Expression first = conjunction();
  if (!at("or")) return first;
  std::vector<Expression> parts;
  parts.push_back(std::move(first));
  while (take("or")) parts.push_back(conjunction());
  return made(ExpressionKind::or_, std::move(parts), place);
}

Expression Parser::conjunction() {
  const Place place = now().place;
  Expression first = inversion();
  if (!at("and")) return first;
  std::vector<Expression> parts;
  parts.push_back(std::move(first));
  while (take("and")) parts.push_back(inversion());
  return made(ExpressionKind::and_, std::move(parts), place);
}

Expression Parser::inversion() {
  const Place place = now().place;
  std::vector<Place> places;
  while (at("not")) places.push_back(next().place);
  if (places.size() > kMaxExpressionNesting) fail(place, "`not` stands here too often", "write it once or not at all");
  Expression out = comparison();
  for (; !places.empty(); places.pop_back()) {
    std::vector<Expression> parts;
    parts.push_back(std::move(out));
    out = made(ExpressionKind::not_, std::move(parts), places.back());
  }
  return out;
}

std::string Parser::comparison_sign() {
  for (const std::string_view sign : {"==", "!=", "<=", ">=", "<", ">", "in"}) {
    if (take(sign)) return std::string(sign);
  }
  if (at("not") && is(ahead(1), "in")) {
    next(), next();
    return "not in";
  }
  if (!at("is")) return "";
  const Place place = next().place;
  const bool negated = take("not");
  if (!at("None") && !at("list") && !at("str") && !at("int") && !at("tuple")) {
    refuse(place, {negated ? "`is not` with anything but None" : "`is` with anything but None",
                   negated ? "write != to compare values" : "write == to compare values"});
  }
  return negated ? "!=" : "==";
}

Expression Parser::comparison() {
  const Place place = now().place;
  Expression first = arithmetic(0);
  std::string sign = comparison_sign();
  if (sign.empty()) return first;
  std::vector<Expression> operands;
  std::vector<std::string> signs;
  operands.push_back(std::move(first));
  for (; !sign.empty() && !failed(); sign = comparison_sign()) {
    Expression operand = arithmetic(0);
    const bool member = sign == "in" || sign == "not in";
    if (member && operand.kind == ExpressionKind::tuple) operand.kind = ExpressionKind::list;
    operands.push_back(std::move(operand));
    signs.push_back(std::move(sign));
  }
  Expression out = made(ExpressionKind::compare, std::move(operands), place);
  out.words = std::move(signs);
  return out;
}

Expression Parser::arithmetic(int least) {
  const Place place = now().place;
  Expression left = factor();
  for (;;) {
    const Operator* found = std::find_if(std::begin(kOperators), std::end(kOperators),
                                         [&](const Operator& o) { return at(o.sign) && o.rank > least; });
    if (found == std::end(kOperators)) break;
    next();
    Expression right = arithmetic(found->rank);
    std::vector<Expression> parts;
    parts.push_back(std::move(left));
    parts.push_back(std::move(right));
    left = made(ExpressionKind::binary, std::move(parts), place);
    left.text = found->sign;
  }
  if (at(LexemeKind::sign) && refused_operator(now().text) && now().text.back() != '=') refuse_here();
  return left;
}

Expression Parser::factor() {
  if (!at("-") && !at("+") && !at("~")) return power();
  const Lexeme sign = next();
  if (++depth_ > kMaxExpressionNesting) fail(sign.place, "signs stand here too often", "write one");
  if (failed()) return {};
  std::vector<Expression> parts;
  parts.push_back(factor());
  --depth_;
  if (sign.text == "-" && parts[0].kind == ExpressionKind::constant && parts[0].value.kind == Value::Kind::integer &&
      parts[0].value.digits[0] != '-') {
    if (parts[0].value.digits != "0") parts[0].value.digits.insert(0, 1, '-');
    parts[0].place = sign.place;
    return std::move(parts[0]);
  }
  if (sign.text == "~") {  // -x - 1
    Expression minus = made(ExpressionKind::negate, std::move(parts), sign.place);
    std::vector<Expression> both;
    both.push_back(std::move(minus));
    both.push_back(constant_expression(Value::integer("1"), sign.place));
    Expression out = made(ExpressionKind::binary, std::move(both), sign.place);
    out.text = "-";
    return out;
  }
  return made(sign.text == "-" ? ExpressionKind::negate : ExpressionKind::plus, std::move(parts), sign.place);
}

Expression Parser::power() {
  const Place place = now().place;
  Expression base = primary();
  if (!take("**")) return base;
  if (++depth_ > kMaxExpressionNesting) fail(place, "powers are nested too deep", "give parts of it names first");
  if (failed()) return {};
  std::vector<Expression> parts;
  parts.push_back(std::move(base));
  parts.push_back(factor());
  --depth_;
  Expression out = made(ExpressionKind::binary, std::move(parts), place);
  out.text = "**";
  return out;
}

Expression Parser::primary() {
  const std::size_t start = at_;
  Expression out = atom();
  for (;;) {
    if (failed()) return out;
    if (at("(")) {
      if (out.kind == ExpressionKind::name && at_ == start + 1) {
        out = called(lexemes_[start]);
        continue;
      }
      refuse(now().place, {"a call of what is no name", "give the function a name with def, and call that name"});
    } else if (at("[")) {
      out = subscript(std::move(out));
    } else if (at(".")) {
      out = method(std::move(out));
    } else {
      return out;
    }
  }
}

Expression Parser::atom() {
  const Lexeme word = now();
  switch (word.kind) {
    case LexemeKind::number:
      next();
      return constant_expression(word.value, word.place);
    case LexemeKind::text:
    case LexemeKind::format_text:
    case LexemeKind::bytes:
      return texts();
    case LexemeKind::real:
      refuse(word.place, {"the float " + std::string(word.text), "use whole numbers, // and %"});
      return {};
    case LexemeKind::name:
      break;
    case LexemeKind::sign:
      if (word.text == "(") return group();
      if (word.text == "[") return list();
      if (word.text == "{") return dict();
      if (word.text == "...") {
        refuse(word.place, {"...", "write `pass` for an empty body"});
      } else if (word.text == "*" || word.text == "**") {
        refuse(word.place, {"unpacking with " + std::string(word.text), "write each value on its own"});
      }
      unexpected("an expression");
      return {};
    default:
      unexpected("an expression");
      return {};
  }
  if (word.text == "True" || word.text == "False") {
    next();
    return constant_expression(Value::boolean(word.text == "True"), word.place);
  }
  if (word.text == "None") {
    next();
    return constant_expression({}, word.place);
  }
  if (is_keyword(word.text)) {
    if (!refuse_here()) unexpected("an expression");
    return {};
  }
  next();
  return name_expression(std::string(word.text), word.place);
}

Expression Parser::group() {
  const Place place = next().place;
  if (take(")")) return made(ExpressionKind::tuple, {}, place);
  if (at("yield")) refuse_here();
  Expression inner = at("*") ? starred() : expression();
  if (at("for") || at("async")) {
    inner = clauses(ExpressionKind::generator, std::move(inner), place);
  } else if (at(",")) {
    std::vector<Expression> parts;
    parts.push_back(std::move(inner));
    while (take(",") && !at(")")) parts.push_back(at("*") ? starred() : expression());
    inner = made(ExpressionKind::tuple, std::move(parts), place);
  }
  expect(")", "to close the bracket");
  return inner;
}

Expression Parser::list() {
  const Place place = next().place;
  std::vector<Expression> items;
  while (!at("]") && !failed()) {
    items.push_back(at("*") ? starred() : expression());
    if (items.size() == 1 && (at("for") || at("async"))) {
      Expression out = clauses(ExpressionKind::comprehension, std::move(items[0]), place);
      expect("]", "to close the comprehension");
      return out;
    }
    if (!take(",")) break;
  }
  expect("]", "to close the list");
  return made(ExpressionKind::list, std::move(items), place);
}

Expression Parser::texts() {
  const Place place = now().place;
  std::optional<Expression> out;
  std::string text;
  const auto join = [&](Expression piece) {
    if (!out) {
      out = std::move(piece);
      return;
    }
    std::vector<Expression> both;
    both.push_back(*std::move(out));
    both.push_back(std::move(piece));
    out = made(ExpressionKind::binary, std::move(both), place);
    out->text = "+";
  };
  while (!failed() && (at(LexemeKind::text) || at(LexemeKind::format_text) || at(LexemeKind::bytes))) {
    if (at(LexemeKind::bytes)) refuse(now().place, {"a bytes literal", "write a text without b before it"});
    if (at(LexemeKind::format_text)) {
      if (!text.empty()) join(constant_expression(Value::string(std::move(text)), place));
      text.clear();
      join(format_text(next()));
    } else {
      text += next().value.text;
    }
  }
  if (!text.empty() || !out) join(constant_expression(Value::string(std::move(text)), place));
  return *std::move(out);
}

/// f"a{b}": "a" and the text of b. The value of the lexeme is what stands between the quotes.
Expression Parser::format_text(const Lexeme& lexeme) {
  const std::string_view text = lexeme.value.text;
  const Place place = lexeme.place;
  Expression out = constant_expression(Value::string(""), place);
  std::string plain;
  const auto join = [&](Expression piece) {
    if (failed()) return;
    if (out.kind == ExpressionKind::constant && out.value.text.empty()) {
      out = std::move(piece);
      return;
    }
    std::vector<Expression> both;
    both.push_back(std::move(out));
    both.push_back(std::move(piece));
    out = made(ExpressionKind::binary, std::move(both), place);
    out.text = "+";
  };
  for (std::size_t at = 0; at < text.size() && !failed(); ++at) {
    const char c = text[at];
    if (c != '{' && c != '}') {
      plain += c;
      continue;
    }
    if (at + 1 < text.size() && text[at + 1] == c) {
      plain += c;
      ++at;
      continue;
    }
    if (c == '}') {
      fail(place, "a } stands alone in an f-string", "write }}");
      break;
    }
    std::size_t end = at + 1, depth = 0;
    char quote = 0;
    for (; end < text.size(); ++end) {
      const char d = text[end];
      if (quote != 0) {
        quote = d == quote ? '\0' : quote;
        continue;
      }
      if (d == '\'' || d == '"') quote = d;
      if (d == '(' || d == '[' || d == '{') ++depth;
      if (depth > 0 && (d == ')' || d == ']' || d == '}')) {
        --depth;
        continue;
      }
      const bool compared = d == '!' && end + 1 < text.size() && text[end + 1] == '=';
      if (depth == 0 && (d == '}' || d == ':' || (d == '!' && !compared))) break;
    }
    if (end >= text.size()) {
      fail(place, "a { is never closed in an f-string", "write } behind the value, or {{ for the sign");
      break;
    }
    if (text[end] != '}') {
      refuse(place, {"a format behind a value of an f-string", "write {value} alone"});
      break;
    }
    if (++renamed_texts_ > kMaxExpressionNesting) {
      fail(place, "f-strings stand within each other too often", "give parts of it names first");
      break;
    }
    if (!plain.empty()) join(constant_expression(Value::string(std::move(plain)), place));
    plain.clear();
    Result<Expression> inner = parse_expression(text.substr(at + 1, end - at - 1), file_);
    --renamed_texts_;
    if (!inner) {
      fail(place, "in an f-string: " + inner.error().message, inner.error().fix);
      break;
    }
    std::vector<Expression> one;
    one.push_back(*std::move(inner));
    one[0].place = place;
    Expression piece = made(ExpressionKind::call, std::move(one), place);
    piece.text = ".text";
    piece.words.emplace_back();
    join(std::move(piece));
    at = end;
  }
  if (!plain.empty()) join(constant_expression(Value::string(std::move(plain)), place));
  return out;
}

Expression Parser::starred() {
  const Place place = next().place;
  std::vector<Expression> one;
  one.push_back(disjunction());
  return made(ExpressionKind::star, std::move(one), place);
}

Expression Parser::lambda() {
  const Place place = next().place;
  std::vector<std::string> words;
  while (!at(":") && !failed()) {
    if (at("*") || at("**")) refuse(now().place, {"* in a lambda", "name each parameter"});
    words.push_back(name("the name of a parameter"));
    if (at("=")) refuse(now().place, {"a default in a lambda", "write a def with a name"});
    if (!take(",")) break;
  }
  expect(":", "behind the parameters");
  std::vector<Expression> parts;
  parts.push_back(expression());
  Expression out = made(ExpressionKind::lambda, std::move(parts), place);
  out.words = std::move(words);
  return out;
}

Expression Parser::dict() {
  const Place place = next().place;
  std::vector<Expression> parts;
  while (!at("}") && !failed()) {
    parts.push_back(expression());
    if (!take(":")) {
      refuse(place, {"a set", "use a list, and test `x not in xs` before adding"});
      break;
    }
    parts.push_back(expression());
    if (at("for")) refuse(place, {"a comprehension of a dict", "make a list of [key, value] pairs"});
    if (!take(",")) break;
  }
  expect("}", "to close the dict");
  return made(ExpressionKind::dict, std::move(parts), place);
}

/// object.name(...): a call whose first argument is the object. math.name is a function of the library.
Expression Parser::method(Expression object) {
  next();
  const Lexeme word = now();
  const std::string of = object.kind == ExpressionKind::name ? object.text : "";
  const std::string attribute(word.kind == LexemeKind::name ? word.text : "");
  const bool module = of == "math" && is_math_function(attribute);
  if (failed() || !is(ahead(1), "(") || !(module || is_method(attribute))) {
    refuse(word.place, refused_attribute(of, attribute));
    return object;
  }
  next();
  Expression out = called(word);
  if (module) {
    out.text = "math." + attribute;
    return out;
  }
  out.text = "." + attribute;
  out.parts.insert(out.parts.begin(), std::move(object));
  out.words.insert(out.words.begin(), "");
  return made_again(std::move(out));
}

/// The same, with the height that it has now.
Expression Parser::made_again(Expression changed) {
  Expression out = made(changed.kind, std::move(changed.parts), changed.place);
  out.text = std::move(changed.text);
  out.words = std::move(changed.words);
  return out;
}

Expression Parser::called(const Lexeme& function) {
  next();
  std::vector<Expression> arguments;
  std::vector<std::string> words;
  bool keywords = false;
  while (!at(")") && !failed()) {
    std::string word;
    const Place place = now().place;
    if (at(LexemeKind::name) && is(ahead(1), "=")) {
      word = name("the name of an argument");
      next();
      keywords = true;
      if (std::find(words.begin(), words.end(), word) != words.end()) {
        fail(place, "the argument " + in_quotes(word) + " is given twice", "give it once");
      }
    } else if (keywords) {
      fail(place, "an argument without a name stands behind one with a name", "put it before");
    }
    const bool columns = at("*") && arguments.empty() && function.text == "zip";
    arguments.push_back(columns ? starred() : expression());
    if (word.empty() && (at("for") || at("async"))) {
      arguments.back() = clauses(ExpressionKind::generator, std::move(arguments.back()), place);
      if (arguments.size() > 1 || !at(")")) {
        fail(place, "a generator stands beside other arguments", "put square brackets around it");
      }
    }
    words.push_back(std::move(word));
    if (!take(",")) break;
  }
  expect(")", "to close the call");
  Expression out = made(ExpressionKind::call, std::move(arguments), function.place);
  out.text = function.text;
  const bool from_math = std::find(from_math_.begin(), from_math_.end(), out.text) != from_math_.end();
  if (from_math) out.text = "math." + out.text;
  out.words = std::move(words);
  return out;
}

Expression Parser::subscript(Expression sequence) {
  const Place place = next().place;
  const auto bound = [&] { return at(":") || at("]") ? Expression{} : expression(); };
  std::vector<Expression> parts;
  parts.push_back(std::move(sequence));
  parts.push_back(bound());
  const bool slice = take(":");
  if (slice) {
    parts.push_back(bound());
    parts.push_back(take(":") ? bound() : Expression{});
  } else if (!failed() && parts[1].kind == ExpressionKind::absent) {
    unexpected("an index");
  }
  if (at(",")) refuse(now().place, {"an index of several parts", "index one after another: xs[i][j]"});
  expect("]", "to close the index");
  return made(slice ? ExpressionKind::slice : ExpressionKind::index, std::move(parts), place);
}

Expression Parser::clauses(ExpressionKind kind, Expression element, Place place) {
  std::vector<Expression> parts;
  std::map<std::string, std::string> names;
  const std::string mark = "@" + std::to_string(++renamed_);
  parts.push_back(std::move(element));
  while (at("for") || at("async")) {
    if (at("async")) refuse_here();
    const Place start = next().place;
    std::vector<Expression> clause;
    // Targets end at `in`, which is also an operator.
    std::vector<Expression> targets;
    const Place first = now().place;
    do {
      if (at("in")) break;
      targets.push_back(target(primary()));
    } while (take(","));
    clause.push_back(targets.size() == 1 ? std::move(targets[0])
                                         : made(ExpressionKind::tuple, std::move(targets), first));
    collect(clause[0], names, mark);
    expect("in", "in a comprehension");
    clause.push_back(disjunction());
    while (take("if")) clause.push_back(disjunction());
    parts.push_back(made(ExpressionKind::clause, std::move(clause), start));
  }
  // The first iterable is evaluated outside.
  Expression outside;
  if (parts.size() > 1 && parts[1].parts.size() > 1) outside = std::move(parts[1].parts[1]);
  for (Expression& part : parts) rename(part, names);
  if (parts.size() > 1 && parts[1].parts.size() > 1) parts[1].parts[1] = std::move(outside);
  return made(kind, std::move(parts), place);
}

Result<Expression> Parser::only_expression() {
  if (at(LexemeKind::indent)) next();
  Expression out = expression();
  take(LexemeKind::newline);
  take(LexemeKind::dedent);
  if (!failed() && !at(LexemeKind::end)) unexpected("the end of the question");
  if (failed()) return *error_;
  return out;
}

}  // namespace trm::tasks::python
