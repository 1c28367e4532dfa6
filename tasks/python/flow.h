// Statements as a graph of blocks. Loops, break, continue and return are edges of it, so that lowering knows none of
// them.
#pragma once

#include <bitset>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "tasks/python/tree.h"

namespace trm::tasks::python {

inline constexpr std::size_t kMaxVariables = 256;  ///< of a function, with those that the front end makes
using Variables = std::bitset<kMaxVariables>;

/// Names of a module, as its functions see them.
struct Names {
  std::map<std::string, std::size_t> functions;  ///< index of each
  std::map<std::string, Value> constants;
  std::set<std::string> variables;  ///< of the module: they are no constants
  bool scarce = false;              ///< a function has too many variables: what can be calculated again is
  std::set<std::string> fresh;      ///< functions whose lists nobody else has
  std::map<std::string, Effects> effects;
};

struct Flow;

/// The variables of a function. Those that the front end makes have an @ in their names.
struct Scope {
  Scope();
  Scope(Scope&&) noexcept;
  ~Scope();

  std::string function;
  std::string file;
  const Names* names = nullptr;
  bool library = false;
  bool module = false;  ///< the statements of the module, not a function

  std::vector<std::string> variables;
  std::map<std::string, std::size_t> ids;
  Variables sequences;  ///< only ever lists and texts
  Variables plain;      ///< only ever numbers and texts
  Variables flat;       ///< only ever lists of these
  Variables grids;      ///< only ever lists of lists of these
  std::size_t parameters = 0;
  Variables handed_back;  ///< parameters whose changes the caller gets
  std::size_t made = 0;   ///< variables made by the front end
  std::map<const Expression*, std::unique_ptr<Flow>> comprehensions;

  [[nodiscard]] std::optional<std::size_t> find(const std::string& name) const;
  std::size_t add(const std::string& name);
  /// A new name that no program can have; people see `name`.
  std::string make(const std::string& name);
  /// Does the name mean Python's own function here?
  [[nodiscard]] bool is_builtin(const Expression& call, const char* name) const;
};

struct Step {
  std::optional<std::size_t> target;  ///< nothing: evaluated for what it prints and raises
  Expression value;
  Variables reads;
  Place place;
  std::size_t changes = 0;  ///< 1: a list changes, under all names that it has; 2: a list in it
  std::string change;       ///< how: ".append"
  bool mixed = false;       ///< it may be a number as well, which does not change
};

struct Block {
  enum class End : unsigned char { jump, branch, give, raise };
  std::vector<Step> steps;
  End end = End::give;
  Expression value;              ///< branch: the test; give: the value; raise: text names the error
  Variables reads;               ///< of value
  std::size_t next[2] = {0, 0};  ///< jump: the first; branch: if the test is true, and if it is not
  Place place;
  bool loop = false;     ///< the head of one
  bool tiny = false;     ///< as good as a jump: it is copied to those who come here
  std::size_t ways = 0;  ///< blocks that lead here; 0: none does
  Variables live;        ///< read from here on, before they are written
};

struct Flow {
  std::vector<Block> blocks;  ///< the first is where it begins
  /// What is read from step `step` of a block on, before it is written.
  [[nodiscard]] Variables live(std::size_t block, std::size_t step) const;
};

/// The scope of a function with these statements. `names` must outlive it.
Scope scope_of(std::string function, const std::string& file, const Names& names,
               const std::vector<std::string>& parameters, const std::vector<Statement>& body, const Kinds& kinds);
/// Error: a break outside of a loop and the like, with its place.
Result<Flow> flow_of(const std::vector<Statement>& body, Scope& scope);

/// Who leads to whom, which blocks are tiny, and what is read where.
void analyse(Flow& flow);
/// Error: a list changes that has another name as well, so that its value here would not be Python's.
/// What may also be a number is looked at when it runs.
Status check_sharing(Flow& flow, const Scope& scope);
/// Functions of the module that return lists of their own, which no caller has.
std::set<std::string> fresh_functions(const std::vector<Definition>& definitions);

/// Is it a number or a text, which nobody can change, whatever the program does?
bool is_scalar(const Expression& expression);
/// A call of Python's own that makes a new list of the items of its arguments.
bool is_copy(const Expression& call);
/// Is the value of the expression a list or a text, whatever the program does?
bool is_sequence(const Expression& expression, const Scope& scope);
/// Nothing: it depends on the program.
std::optional<bool> constant_truth(const Expression& test);

}  // namespace trm::tasks::python
