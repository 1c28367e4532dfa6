// A program in the recursive part of Python 3, lowered to functions that are one pure expression each.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/python/value.h"

namespace trm::tasks::python {

inline constexpr std::size_t kMaxSourceBytes = 100'000;
inline constexpr std::size_t kMaxParameters = 8;        ///< of a function that a person wrote
inline constexpr std::size_t kMaxSlots = 12;            ///< of an environment
inline constexpr std::size_t kMaxArguments = 8;         ///< of a call, items of a list node, values of a print
inline constexpr std::size_t kMaxComplexArguments = 3;  ///< of these: neither variable nor constant
inline constexpr std::size_t kMaxFunctions = 1000;      ///< of a program, with those that the front end makes

/// Lines and columns count from 1, columns in characters. Line 0: nobody wrote it.
struct Place {
  std::size_t line = 0, column = 0;
};

/// Parts are evaluated from left to right. Operations do what Python's do and raise its errors: `add` adds numbers and
/// joins texts and lists, `same` is ==, `less` is <. A boolean is a number where Python takes it for one.
///
/// Boolean nodes are: a constant True or False, same, less, above, and_, or_, not_, truth, and an if_ or let whose
/// branches or body are boolean. The test of if_ and the parts of and_, or_ and not_ are boolean nodes.
enum class NodeKind : unsigned char {
  constant,      ///< Node::value
  variable,      ///< slot Node::index of the environment
  if_,           ///< test, then, else
  let,           ///< value, body: the body's environment has the value behind the slots of this one
  call,          ///< function Node::index of these arguments
  list,          ///< items
  print,         ///< values of one line, then the body as the last part: what the node is worth
  raise,         ///< the error Node::value.text; "float result" where Python's value is a float
  and_,          ///< two parts; the second is evaluated if the first is True
  or_,           ///< two parts; the second is evaluated if the first is False
  not_,          ///< one part
  truth,         ///< bool(x)
  same,          ///< x == y
  less,          ///< x < y
  above,         ///< x > y
  add,           ///< x + y
  subtract,      ///< x - y
  multiply,      ///< x * y of numbers
  floor_divide,  ///< x // y
  modulo,        ///< x % y
  negate,        ///< -x
  absolute,      ///< abs(x)
  to_int,        ///< int(x)
  to_text,       ///< str(x) of a number or a text; of others an error that says "outside the language"
  length,        ///< len(xs)
  first,         ///< xs[0]
  later,         ///< xs[1:]
  index,         ///< xs[i], i of any sign
  after,         ///< xs[n:], n not below 0
  up_to,         ///< xs[:n], n not below 0
};

struct Node {
  NodeKind kind = NodeKind::constant;
  std::vector<Node> parts;
  std::size_t index = 0;
  Value value;
  Place place;
};

enum class Role : unsigned char {
  written,  ///< a person wrote it: a function, or the question
  loop,     ///< a loop, as a function of what it reads; each round is a call
  rest,     ///< what comes behind a branch or a loop, where ways meet
  library,  ///< what an operation means that has no node, such as max()
};

struct Function {
  std::string name;                     ///< no other function of the program has it
  std::vector<std::string> parameters;  ///< the first slots of its environment; names for people
  std::vector<Value> defaults;          ///< of its last parameters
  Role role = Role::written;
  std::size_t line = 0;  ///< of the source; 0: none
  bool memo = false;     ///< @cache or @lru_cache stands before it
  Node body;
};

struct Constant {
  std::string name;
  Value value;
};

struct Module;

struct Program {
  std::vector<Function> functions;       ///< the written ones first, as they stand in the source
  std::vector<Constant> constants;       ///< of the module
  std::optional<std::size_t> question;   ///< the function without parameters that is asked
  std::shared_ptr<const Module> source;  ///< what it was read from
};

/// Reads a file, or a text on one line. Statements of the module that are no definitions become the question. Error:
/// names the file, line and column, the construct and the nearest thing that is possible.
Result<Program> read_program(std::string_view source, const std::string& file);
/// Makes an expression over the program's functions its question, such as "hanoi(5, 'a', 'b', 'c')". Error: as above;
/// the program stays as it was.
Status add_question(Program& program, std::string_view call);

/// The program as recursive Python, a `def` with one expression for each function, and question() if there is one.
std::string to_python(const Program& program);
/// What this header promises about programs. Error: names the function and the promise that is broken.
Status validate(const Program& program);

/// Is the node boolean, as defined above?
bool is_boolean(const Node& node);
/// Does the node count as complex among arguments?
bool is_complex(const Node& node);

}  // namespace trm::tasks::python
