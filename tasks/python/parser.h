// Recursive descent over the lexemes of a source. Expressions are in parse_expression.cc, statements in
// parse_module.cc.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tasks/python/lexer.h"
#include "tasks/python/refusals.h"
#include "tasks/python/tree.h"

namespace trm::tasks::python {

/// The first error stays; from there on every lexeme is the end, so that all loops end.
class Parser {
 public:
  Parser(std::vector<Lexeme> lexemes, const std::string& file) : lexemes_(std::move(lexemes)), file_(file) {}

  Result<Module> module();
  Result<Expression> only_expression();

 private:
  // Expressions.
  Expression expression();
  /// Several between commas are a tuple.
  Expression expressions();
  Expression disjunction();
  Expression conjunction();
  Expression inversion();
  Expression comparison();
  Expression arithmetic(int least);
  Expression factor();
  Expression power();
  Expression primary();
  Expression atom();
  Expression group();
  Expression list();
  Expression texts();
  Expression format_text(const Lexeme& lexeme);
  Expression starred();
  Expression made_again(Expression changed);
  Expression lambda();
  Expression dict();
  Expression method(Expression object);
  Expression called(const Lexeme& function);
  Expression subscript(Expression sequence);
  Expression clauses(ExpressionKind kind, Expression element, Place place);
  std::string comparison_sign();
  Expression made(ExpressionKind kind, std::vector<Expression> parts, Place place);

  // Statements.
  void top_level(Module& out);
  void main_guard(Module& out);
  void skip_suite();
  void definition(Module& out);
  bool decorators();
  Definition one_definition();
  void parameters(Definition& out);
  void annotation(std::string_view enders);
  std::vector<Statement> function_body();
  std::vector<Statement> block();
  std::vector<Statement> suite();
  void line(std::vector<Statement>& out);
  /// A statement of a function on one line: what it governs is one statement, too.
  Statement one_line();
  Statement compound(bool one_line);
  void otherwise(Statement& out, bool one_line);
  std::vector<Statement> governed(bool one_line);
  Statement simple();
  Statement assignment(Place place);
  Statement raise(Place place);
  Statement assertion(Place place);
  Statement import(Place place);
  bool ignored_call();
  Expression target(Expression expression);
  bool at_compound() const;

  // Lexemes.
  [[nodiscard]] const Lexeme& now() const { return lexemes_[at_]; }
  [[nodiscard]] const Lexeme& ahead(std::size_t by) const { return lexemes_[std::min(at_ + by, lexemes_.size() - 1)]; }
  [[nodiscard]] bool at(LexemeKind kind) const { return now().kind == kind; }
  /// Does this keyword or sign stand here?
  [[nodiscard]] bool at(std::string_view word) const { return is(now(), word); }
  [[nodiscard]] static bool is(const Lexeme& lexeme, std::string_view word) {
    return (lexeme.kind == LexemeKind::name || lexeme.kind == LexemeKind::sign) && lexeme.text == word;
  }
  Lexeme next() { return lexemes_[at_ + 1 < lexemes_.size() ? at_++ : at_]; }
  bool take(std::string_view word);
  bool take(LexemeKind kind);
  void expect(std::string_view word, std::string_view where);
  /// A name that is no keyword.
  std::string name(std::string_view what);

  [[nodiscard]] bool failed() const { return error_.has_value(); }
  void fail(Place place, std::string message, std::string fix);
  void refuse(Place place, const Refusal& refusal);
  void unexpected(std::string_view wanted);
  /// Refuses the operator or keyword that stands here if the language lacks it.
  bool refuse_here();

  std::vector<Lexeme> lexemes_;
  const std::string& file_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;               ///< of expressions within each other
  std::size_t blocks_ = 0;              ///< of statements within each other
  std::size_t functions_ = 0;           ///< definitions within each other
  std::vector<std::string> from_math_;  ///< names that the program imports from math
  std::size_t renamed_ = 0;             ///< comprehensions so far
  std::size_t renamed_texts_ = 0;       ///< f-strings within each other
  std::optional<Error> error_;
};

}  // namespace trm::tasks::python
