#include <algorithm>
#include <iterator>

#include "tasks/base/words.h"
#include "tasks/python/parser.h"

namespace trm::tasks::python {
namespace {

constexpr std::size_t kMaxBlocks = 60;    ///< of statements within each other
constexpr std::size_t kMaxBranches = 60;  ///< elif of one if

/// What a program may import: it changes no value, or the front end knows it.
constexpr std::string_view kModules[] = {"functools", "typing", "__future__", "sys", "math"};

bool may_import(std::string_view name) {
  return std::find(std::begin(kModules), std::end(kModules), name) != std::end(kModules);
}

}  // namespace

Result<Module> parse_module(std::string_view source, const std::string& file) {
  Result<std::vector<Lexeme>> lexemes = lex(source, file);
  if (!lexemes) return lexemes.error();
  return Parser(*std::move(lexemes), file).module();
}

Result<Expression> parse_expression(std::string_view source, const std::string& file) {
  Result<std::vector<Lexeme>> lexemes = lex(source, file);
  if (!lexemes) return lexemes.error();
  return Parser(*std::move(lexemes), file).only_expression();
}

Result<Module> Parser::module() {
  Module out;
  if (at(LexemeKind::indent)) fail(now().place, "the first line is indented", "begin it at the left");
  while (!failed() && !at(LexemeKind::end)) top_level(out);
  if (failed()) return *error_;
  return out;
}

void Parser::top_level(Module& out) {
  if (take(LexemeKind::newline) || take(";")) return;
  if (at("def") || at("@")) return definition(out);
  if (at("if") && is(ahead(1), "__name__")) return main_guard(out);
  if (at_compound()) {
    out.statements.push_back(compound(false));
    return;
  }
  out.statements.push_back(simple());
  if (failed() || at(LexemeKind::newline)) return;
  if (!at(";")) unexpected("the end of the line");
}

/// Python's way to say what a file does when it is started: it belongs to the statements of the module.
void Parser::main_guard(Module& out) {
  while (!at(LexemeKind::newline) && !at(LexemeKind::end) && !at(":")) next();
  expect(":", "behind the head of a block");
  // Who asks a program something else does not start it, so what is outside the language there is no error yet.
  const std::size_t start = at_;
  std::vector<Statement> body = suite();
  if (failed()) {
    out.guard_error = std::move(error_);
    error_.reset();
    at_ = start;
    skip_suite();
    return;
  }
  for (Statement& statement : body) out.guard.push_back(std::move(statement));
}

/// Goes past what stands behind the colon of a block.
void Parser::skip_suite() {
  while (!at(LexemeKind::newline) && !at(LexemeKind::end)) next();
  take(LexemeKind::newline);
  std::size_t depth = 0;
  if (!at(LexemeKind::indent)) return;
  do {
    if (at(LexemeKind::indent)) ++depth;
    if (at(LexemeKind::dedent)) --depth;
    next();
  } while (depth > 0 && !at(LexemeKind::end));
}

bool Parser::decorators() {
  bool memo = false;
  while (at("@")) {
    const Place place = next().place;
    std::string word(next().text);
    while (take(".")) word = std::string(next().text);
    if (word != "cache" && word != "lru_cache") {
      refuse(place, {"the decorator @" + word, "call the function that you mean; @cache and @lru_cache are possible"});
    }
    if (at("(")) {
      std::size_t depth = 0;
      do {
        if (at("(")) ++depth;
        if (at(")")) --depth;
        next();
      } while (depth > 0 && !at(LexemeKind::end));
    }
    memo = true;
    if (!take(LexemeKind::newline)) unexpected("the end of the line");
  }
  return memo;
}

void Parser::definition(Module& out) {
  Definition definition = one_definition();
  if (failed()) return;
  for (const Definition& other : out.definitions) {
    if (other.name == definition.name) {
      fail(definition.place,
           in_quotes(definition.name) + " is defined twice; the first one is on line " +
               std::to_string(other.place.line),
           "give it another name");
    }
  }
  if (!failed()) out.definitions.push_back(std::move(definition));
}

Definition Parser::one_definition() {
  Definition definition;
  definition.memo = decorators();
  if (at("async")) refuse_here();
  definition.place = now().place;
  if (at("class")) refuse_here();
  expect("def", "behind a decorator");
  definition.place = now().place;
  definition.name = name("the name of a function");
  expect("(", "behind the name of a function");
  parameters(definition);
  expect(")", "behind the parameters");
  if (take("->")) annotation(":");
  expect(":", "behind the head of a function");
  if (++functions_ > kMaxBlocks) fail(definition.place, "definitions are nested too deep", "write them at the left");
  if (failed()) return definition;
  definition.body = function_body();
  --functions_;
  return definition;
}

void Parser::parameters(Definition& out) {
  while (!at(")") && !failed()) {
    const Place place = now().place;
    if (at("*") || at("**") || at("/")) {
      refuse(place, {"the parameter sign " + std::string(now().text), "name each parameter, or pass a list"});
      return;
    }
    std::string parameter = name("the name of a parameter");
    if (std::find(out.parameters.begin(), out.parameters.end(), parameter) != out.parameters.end()) {
      fail(place, "the parameter " + in_quotes(parameter) + " is there twice", "give it another name");
    }
    out.parameters.push_back(std::move(parameter));
    if (out.parameters.size() > kMaxParameters) {
      refuse(place, {"a function of more than " + std::to_string(kMaxParameters) + " parameters",
                     "put several of them into a list"});
    }
    if (take(":")) annotation(",)=");
    if (take("=")) {
      out.defaults.push_back(expression());
    } else if (!out.defaults.empty()) {
      fail(place, "a parameter without a default stands behind one with a default", "put it before");
    }
    if (!take(",")) break;
  }
}

/// Goes past a type hint, up to one of these signs outside of brackets.
void Parser::annotation(std::string_view enders) {
  const std::size_t start = at_;
  std::size_t depth = 0;
  while (!at(LexemeKind::end) && !at(LexemeKind::newline)) {
    const bool sign = at(LexemeKind::sign) && now().text.size() == 1;
    const char c = sign ? now().text[0] : ' ';
    if (depth == 0 && sign && enders.find(c) != std::string_view::npos) break;
    if (c == '(' || c == '[' || c == '{') ++depth;
    if ((c == ')' || c == ']' || c == '}') && depth > 0) --depth;
    next();
  }
  if (at_ == start) unexpected("a type");
}

std::vector<Statement> Parser::function_body() {
  if (at(LexemeKind::newline)) return block();
  std::vector<Statement> out;
  while (!failed()) {
    out.push_back(one_line());
    if (take(LexemeKind::newline) || at(LexemeKind::end)) break;
    if (!take(";")) {
      unexpected("the end of the line");
      break;
    }
    if (take(LexemeKind::newline) || at("def") || at("@")) break;
  }
  return out;
}

/// Lines with one more indentation.
std::vector<Statement> Parser::block() {
  std::vector<Statement> out;
  take(LexemeKind::newline);
  if (!at(LexemeKind::indent)) {
    fail(now().place, "a block has no lines", "indent its lines, or write `pass`");
    return out;
  }
  if (++blocks_ > kMaxBlocks) {
    fail(now().place, "blocks are nested more than " + std::to_string(kMaxBlocks) + " deep",
         "move a part of it into a function");
  }
  next();
  while (!at(LexemeKind::dedent) && !at(LexemeKind::end)) line(out);
  take(LexemeKind::dedent);
  --blocks_;
  return out;
}

void Parser::line(std::vector<Statement>& out) {
  if (take(LexemeKind::newline)) return;
  if (at(LexemeKind::indent))
    return fail(now().place, "a line is indented for no reason", "begin it where the line before it begins");
  if ((at("def") || at("@")) && functions_ > 0) {
    Statement inner;
    inner.kind = StatementKind::define;
    inner.place = now().place;
    inner.nested = std::make_shared<Definition>(one_definition());
    out.push_back(std::move(inner));
    return;
  }
  if (at_compound()) {
    out.push_back(compound(false));
    return;
  }
  do {
    if (at(LexemeKind::newline)) break;
    if (at_compound())
      return fail(now().place, "`" + std::string(now().text) + "` stands behind a ;", "begin a new line");
    out.push_back(simple());
  } while (take(";"));
  if (!failed() && !take(LexemeKind::newline) && !at(LexemeKind::end)) unexpected("the end of the line");
}

/// What stands behind the colon of a compound statement.
std::vector<Statement> Parser::suite() {
  if (at(LexemeKind::newline)) return block();
  std::vector<Statement> out;
  if (at_compound()) fail(now().place, "`" + std::string(now().text) + "` stands behind a colon", "begin a new line");
  line(out);
  return out;
}

std::vector<Statement> Parser::governed(bool one_line) {
  if (!one_line) return suite();
  if (++blocks_ > kMaxBlocks) fail(now().place, "statements are nested too deep", "use several lines");
  std::vector<Statement> out;
  if (!failed()) out.push_back(this->one_line());
  --blocks_;
  return out;
}

Statement Parser::one_line() {
  return at_compound() ? compound(true) : simple();
}

bool Parser::at_compound() const {
  return at("if") || at("while") || at("for");
}

Statement Parser::compound(bool one_line) {
  Statement out;
  out.place = now().place;
  const std::string_view word = next().text;
  if (word == "for") {
    out.kind = StatementKind::for_;
    std::vector<Expression> targets;
    const Place first = now().place;
    do {
      if (at("in")) break;
      targets.push_back(target(primary()));
    } while (take(","));
    if (targets.size() == 1) {
      out.targets = std::move(targets);
    } else {
      out.targets.push_back(made(ExpressionKind::tuple, std::move(targets), first));
    }
    expect("in", "in a for");
    out.value = expressions();
    if (out.value.kind == ExpressionKind::tuple) out.value.kind = ExpressionKind::list;
  } else {
    out.kind = word == "if" ? StatementKind::if_ : StatementKind::while_;
    out.value = expression();
  }
  expect(":", "behind the head of a block");
  out.body = governed(one_line);
  if (out.kind == StatementKind::if_) {
    // Each elif lies within the one before it.
    Statement* last = &out;
    std::size_t branches = 0;
    for (; !failed();) {
      if (one_line && at(";") && (is(ahead(1), "elif") || is(ahead(1), "else"))) next();
      if (!at("elif")) break;
      if (++branches > kMaxBranches) {
        fail(now().place, "an if has more than " + std::to_string(kMaxBranches) + " elif", "search a list instead");
        break;
      }
      Statement branch;
      branch.kind = StatementKind::if_;
      branch.place = next().place;
      branch.value = expression();
      expect(":", "behind the head of a block");
      branch.body = governed(one_line);
      last->otherwise.push_back(std::move(branch));
      last = &last->otherwise.back();
    }
    otherwise(*last, one_line);
  } else {
    otherwise(out, one_line);
  }
  return out;
}

void Parser::otherwise(Statement& out, bool one_line) {
  if (one_line && at(";") && is(ahead(1), "else")) next();
  if (!take("else")) return;
  expect(":", "behind else");
  out.otherwise = governed(one_line);
}

Statement Parser::simple() {
  Statement out;
  out.place = now().place;
  if (take("return")) {
    out.kind = StatementKind::give;
    if (functions_ == 0) fail(out.place, "a return stands outside of a function", "indent it, or write print(...)");
    const bool over = at(LexemeKind::newline) || at(LexemeKind::end) || at(";");
    if (!over) out.value = expressions();
    return out;
  }
  if (take("pass")) return out;
  if (at("nonlocal") || at("global")) {
    if (functions_ == 0) {
      fail(out.place, std::string(now().text) + " stands outside of a function", "remove it");
      return out;
    }
    out.value.text = next().text;
    out.kind = StatementKind::outer;
    do {
      out.value.words.push_back(name("a variable"));
    } while (take(","));
    return out;
  }
  if (at("break") || at("continue")) {
    out.kind = next().text == "break" ? StatementKind::break_ : StatementKind::continue_;
    return out;
  }
  if (take("raise")) return raise(out.place);
  if (take("assert")) return assertion(out.place);
  if (at("import") || at("from")) return import(out.place);
  if (at("elif") || at("else")) {
    fail(out.place, "`" + std::string(now().text) + "` has no `if` before it", "indent it as its if");
    return out;
  }
  // A def within a function on one line, or behind a ; within a block.
  if (at("def") || at("@")) {
    refuse(out.place, {"a def within a def on one line", "write it on lines of its own"});
    return out;
  }
  if (take("del")) {
    Expression item = primary();
    if (item.kind != ExpressionKind::index) {
      refuse(out.place, {"del of other than an item", "write del xs[i], or assign a list without the items"});
      return out;
    }
    out.kind = StatementKind::evaluate;
    out.value = made(ExpressionKind::call, std::move(item.parts), out.place);
    out.value.text = ".del";
    out.value.words.assign(2, "");
    return out;
  }
  if (refuse_here() || ignored_call()) return out;
  return assignment(out.place);
}

Statement Parser::assignment(Place place) {
  Statement out;
  out.place = place;
  std::vector<Expression> parts;
  parts.push_back(expressions());
  if (failed()) return out;
  if (at(":") && parts[0].kind == ExpressionKind::name) {
    next();
    annotation("=;");
    if (!at("=")) return out;  // a type alone says nothing
  }
  const bool sign = at(LexemeKind::sign) && now().text.size() > 1 && now().text.back() == '=';
  if (sign && !at("==") && !at("!=") && !at("<=") && !at(">=") && !at(":=")) {
    if (refuse_here()) return out;
    const std::string_view word = next().text;
    out.kind = StatementKind::assign;
    out.augmented = true;
    out.targets.push_back(target(parts[0]));
    if (!failed() && out.targets[0].kind == ExpressionKind::tuple) {
      fail(place, "several names stand before " + std::string(word), "write one line for each");
    }
    parts.push_back(expressions());
    out.value = made(ExpressionKind::binary, std::move(parts), place);
    out.value.text = word.substr(0, word.size() - 1);
    return out;
  }
  while (take("=")) parts.push_back(expressions());
  out.value = std::move(parts.back());
  parts.pop_back();
  out.kind = parts.empty() ? StatementKind::evaluate : StatementKind::assign;
  for (Expression& part : parts) out.targets.push_back(target(std::move(part)));
  if (out.kind == StatementKind::evaluate && !failed() && at(LexemeKind::name)) {
    unexpected("the end of the line");
  }
  return out;
}

/// What stands on the left of = or behind for.
Expression Parser::target(Expression expression) {
  if (failed()) return expression;
  const std::string of = !expression.parts.empty() && expression.parts[0].kind == ExpressionKind::name
                             ? expression.parts[0].text
                             : std::string("xs");
  switch (expression.kind) {
    case ExpressionKind::name:
      return expression;
    case ExpressionKind::tuple:
    case ExpressionKind::list: {
      expression.kind = ExpressionKind::tuple;
      std::vector<Expression> parts = std::move(expression.parts);
      expression.parts.clear();
      std::size_t stars = 0;
      for (Expression& part : parts) {
        stars += part.kind == ExpressionKind::star ? 1 : 0;
        if (stars > 1) fail(part.place, "two * stand before the =", "write one");
        if (part.kind == ExpressionKind::star) {
          part.parts[0] = target(std::move(part.parts[0]));
          expression.parts.push_back(std::move(part));
        } else {
          expression.parts.push_back(target(std::move(part)));
        }
      }
      return expression;
    }
    case ExpressionKind::index:
      return expression;
    case ExpressionKind::slice:
      refuse(expression.place,
             {"the assignment to a slice", "write " + of + " = " + of + "[:i] + part + " + of + "[j:]"});
      return expression;
    default:
      fail(expression.place, "what stands here can have no value", "assign to a name");
      return expression;
  }
}

Statement Parser::raise(Place place) {
  Statement out;
  out.kind = StatementKind::raise;
  out.place = place;
  const Lexeme word = next();
  if (word.kind != LexemeKind::name || !is_error_name(word.text)) {
    refuse(word.place, {"raise with " + (word.text.empty() ? "nothing" : in_quotes(word.text)),
                        "raise an error of Python's, such as ValueError(\"...\")"});
  }
  out.value.text = word.text;
  // Nobody sees the message.
  if (take("(")) {
    while (!at(")") && !failed()) {
      expression();
      if (!take(",")) break;
    }
    expect(")", "behind the message");
  }
  if (at("from")) refuse(now().place, {"raise ... from", "leave `from` out"});
  return out;
}

Statement Parser::assertion(Place place) {
  Statement out;
  out.kind = StatementKind::if_;
  out.place = place;
  out.value = expression();
  if (take(",")) expression();  // nobody sees the message
  Statement error;
  error.kind = StatementKind::raise;
  error.place = place;
  error.value.text = "AssertionError";
  out.body.emplace_back();
  out.body.back().place = place;
  out.otherwise.push_back(std::move(error));
  return out;
}

Statement Parser::import(Place place) {
  Statement out;
  out.place = place;
  const bool from = next().text == "from";
  const std::string module(next().text);
  if (!may_import(module)) {
    refuse(place, {"import of " + in_quotes(module), "write what you need of it as functions of your own"});
  }
  while (!at(LexemeKind::newline) && !at(LexemeKind::end) && !at(";")) {
    const Lexeme word = next();
    if (from && module == "math" && word.kind == LexemeKind::name && word.text != "import") {
      if (!is_math_function(word.text) || at("as")) {
        refuse(word.place, {"import of " + in_quotes(word.text), "write what you need of it as functions of your own"});
      }
      from_math_.emplace_back(word.text);
      continue;
    }
    const bool foreign = (!from && word.kind == LexemeKind::name && word.text != "as" && !may_import(word.text)) ||
                         (from && module == "functools" && word.text == "reduce");
    if (foreign) {
      refuse(word.place, {"import of " + in_quotes(word.text), "write what you need of it as functions of your own"});
    }
  }
  return out;
}

/// sys.setrecursionlimit(...) changes no value.
bool Parser::ignored_call() {
  if (!at("sys") || !is(ahead(1), ".") || !is(ahead(2), "setrecursionlimit")) return false;
  while (!at(LexemeKind::newline) && !at(LexemeKind::end) && !at(";")) next();
  return true;
}

bool Parser::take(std::string_view word) {
  if (!at(word)) return false;
  next();
  return true;
}

bool Parser::take(LexemeKind kind) {
  if (!at(kind)) return false;
  next();
  return true;
}

void Parser::expect(std::string_view word, std::string_view where) {
  if (failed() || take(word)) return;
  if (refuse_here()) return;
  unexpected("\"" + std::string(word) + "\" " + std::string(where));
}

std::string Parser::name(std::string_view what) {
  if (!at(LexemeKind::name) || is_keyword(now().text)) {
    unexpected(what);
    return "";
  }
  return std::string(next().text);
}

void Parser::fail(Place place, std::string message, std::string fix) {
  if (failed()) return;
  error_ = error_at(file_, place, std::move(message), std::move(fix));
  at_ = lexemes_.size() - 1;
}

void Parser::refuse(Place place, const Refusal& refusal) {
  fail(place, refusal.construct + " is outside the language", refusal.instead);
}

bool Parser::refuse_here() {
  if (failed()) return true;
  const Lexeme& word = now();
  std::optional<Refusal> refusal;
  if (word.kind == LexemeKind::name && is_keyword(word.text)) refusal = refused_keyword(word.text);
  if (word.kind == LexemeKind::name && word.text == "match" && ahead(1).kind == LexemeKind::name) {
    refusal = refused_keyword(word.text);
  }
  if (word.kind == LexemeKind::sign) refusal = refused_operator(word.text);
  if (!refusal) return false;
  refuse(word.place, *refusal);
  return true;
}

void Parser::unexpected(std::string_view wanted) {
  if (failed()) return;
  const Lexeme& lexeme = now();
  std::string what = in_quotes(lexeme.text) + " stands";
  if (lexeme.kind == LexemeKind::newline) what = "the line ends";
  if (lexeme.kind == LexemeKind::end) what = "the source ends";
  if (lexeme.kind == LexemeKind::indent) what = "the line is indented";
  if (lexeme.kind == LexemeKind::dedent) what = "the block ends";
  fail(lexeme.place, what + " where " + std::string(wanted) + " is due", "write Python of this form");
}

}  // namespace trm::tasks::python
