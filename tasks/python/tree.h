// What the parser makes of a source: expressions, statements, definitions.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "tasks/python/lexer.h"
#include "tasks/python/program.h"

namespace trm::tasks::python {

enum class ExpressionKind : unsigned char {
  constant,       ///< Expression::value
  name,           ///< Expression::text
  list,           ///< items
  tuple,          ///< items
  star,           ///< *xs in a list or before =
  dict,           ///< keys and values, in turn
  lambda,         ///< body; words: the parameters
  call,           ///< function Expression::text of these arguments; words: the keyword of each, or nothing. The text
                  ///< of a method begins with a dot, and the object is the first argument
  binary,         ///< operator Expression::text of two parts
  negate,         ///< -x
  plus,           ///< +x
  not_,           ///< one part
  and_,           ///< two parts or more
  or_,            ///< two parts or more
  compare,        ///< operands; words: the operators between them
  conditional,    ///< test, then, else
  index,          ///< sequence, index
  slice,          ///< sequence, from, to, step; those left out are absent
  absent,         ///< what was left out
  comprehension,  ///< element, then clauses: a list
  generator,      ///< the same without brackets
  clause,         ///< target, iterable, then conditions
  native,         ///< Expression::native of these parts: made by the front end and by the library
};

struct Expression {
  ExpressionKind kind = ExpressionKind::absent;
  std::string text;
  Value value;
  NodeKind native = NodeKind::constant;
  std::vector<Expression> parts;
  std::vector<std::string> words;
  Place place;
  std::size_t height = 1;      ///< of the tree
  bool comprehension = false;  ///< name: stands within a comprehension
};

enum class StatementKind : unsigned char {
  assign,
  evaluate,
  give,
  raise,
  if_,
  while_,
  for_,
  break_,
  continue_,
  pass,
  outer,   ///< nonlocal or global, the text of `value`: its words are variables of a place further out
  define,  ///< a def within a def
};

struct Definition;

/// What the whole program says of the values of a function's variables.
struct Kinds {
  std::set<std::string> plain;  ///< numbers and texts, never lists
  std::set<std::string> flat;   ///< lists of these
  std::set<std::string> grids;  ///< lists of lists of these
};

struct Statement {
  StatementKind kind = StatementKind::pass;
  Place place;
  std::vector<Expression> targets;  ///< assign: names, items or tuples of these, from left to right; for_: one
  Expression
      value;  ///< assign, evaluate, give (or absent); raise: text names the error; if_, while_: test; for_: iterable
  std::vector<Statement> body, otherwise;
  bool augmented = false;              ///< assign: it was +=
  bool in_place = false;               ///< augmented: of what may be a list, which changes under all its names
  bool mixed = false;                  ///< in_place: it may also be a number
  bool starts = false;                 ///< assign: a parameter that was None gets a list
  std::string changed_by;              ///< assign: the function that changed the target; value: its .output
  std::size_t changes = 0;             ///< changed_by: as Output::depth
  std::shared_ptr<Definition> nested;  ///< define
};

struct Definition {
  std::string name;
  Place place;
  std::vector<std::string> parameters;
  std::vector<Expression> defaults;  ///< of the last parameters
  bool memo = false;
  bool made = false;               ///< by the front end: nobody wrote it
  std::set<std::string> outer;     ///< parameters that stand for variables further out, and are assigned
  std::set<std::string> optional;  ///< parameters that get a list if they are None
  Kinds kinds;
  std::vector<Statement> body;
};

/// Whose lists a value may have. Numbers are those of parameters.
struct Origins {
  std::set<std::size_t> holds;   ///< it may be the list of these, hold it or stand in it
  std::set<std::size_t> shares;  ///< it may have items in common with the lists of these
  bool foreign = false;          ///< it may have a list of the module

  bool operator==(const Origins&) const = default;
};

/// A parameter that a function changes, for its caller as well.
struct Output {
  std::size_t parameter = 0;
  std::size_t depth = 0;  ///< 0: it gets another value; 1: its list changes; 2: a list in it
  bool assigned = false;  ///< it may have got a list of somebody else, besides the change of its own
  Origins origins;
};

/// What a call does besides its value.
struct Effects {
  bool value = false;  ///< it gives another value than None
  std::vector<Output> outputs;
  Origins origins;  ///< of the value
};

struct Module {
  std::vector<Definition> definitions;
  std::vector<Statement> statements;       ///< in order, without the definitions
  std::vector<Statement> guard;            ///< those of `if __name__ == "__main__"`
  std::optional<Error> guard_error;        ///< why these cannot be read
  std::optional<Expression> question;      ///< asked from outside, instead of what the statements do
  std::vector<Statement> before;           ///< what the question needs first
  Kinds kinds;                             ///< of the variables of the statements
  std::map<std::string, Effects> effects;  ///< of the definitions that change what their callers have
};

/// Error: names the place, the construct and the nearest thing that is possible.
Result<Module> parse_module(std::string_view source, const std::string& file);
/// One expression on one line. Error: as above.
Result<Expression> parse_expression(std::string_view source, const std::string& file);

template <class... Parts>
std::vector<Expression> parts_of(Parts... parts) {
  std::vector<Expression> out;
  (out.push_back(std::move(parts)), ...);
  return out;
}

/// Made by the front end, at `place`.
Expression name_expression(std::string name, Place place);
Expression constant_expression(Value value, Place place);
Expression native_expression(NodeKind kind, std::vector<Expression> parts, Place place);
Expression make_expression(ExpressionKind kind, std::vector<Expression> parts, Place place);
/// A call of a function by its name, without words before its arguments.
Expression call_expression(std::string function, std::vector<Expression> arguments, Place place);

}  // namespace trm::tasks::python
