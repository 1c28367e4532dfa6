// Lowers graphs of blocks and expression trees to functions of one pure expression.
//
// A block where ways meet, and the head of a loop, becomes a function of the variables that are read from there on; a
// way to it is a call in tail position. A place that can be reached both with a variable assigned and without becomes
// two functions, so reading what nobody assigned is an error that is known here, and raised when it is reached.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "tasks/python/flow.h"
#include "tasks/python/nodes.h"
#include "tasks/python/program.h"

namespace trm::tasks::python {

class Lowering {
 public:
  /// `program` may hold functions already; it is changed even if there is an error.
  /// scarce: as Names::scarce.
  Lowering(Program& program, std::string file, bool scarce = false);

  /// Adds the functions, constants and question of a module to an empty program.
  Status add(Module module);

 private:
  /// What a variable is while an expression is lowered.
  struct Binding {
    enum class State : unsigned char { unassigned, slot, constant };
    State state = State::unassigned;
    std::size_t slot = 0;
    Value value;
  };
  struct Environment {
    std::vector<Binding> variables;  ///< by their numbers; those beyond the end are unassigned
    std::size_t size = 0;            ///< slots

    [[nodiscard]] const Binding* find(std::size_t id) const {
      return id < variables.size() && variables[id].state != Binding::State::unassigned ? &variables[id] : nullptr;
    }
    void bind(std::size_t id, Binding binding) {
      if (variables.size() <= id) variables.resize(id + 1);
      variables[id] = std::move(binding);
    }
  };
  /// Where an expression stands. Lets within an expression add slots, and no variables.
  struct Here {
    const Environment& environment;
    std::size_t size;
    Scope& scope;
  };
  /// A function whose body is still to be made: from a step of a block on, or an expression.
  struct Job {
    std::size_t function = 0;
    Scope* scope = nullptr;
    const Flow* flow = nullptr;
    std::size_t block = 0, step = 0;
    const Expression* expression = nullptr;
    Environment environment;
  };
  using Call = Expression;

  // lower.cc: functions and blocks.
  Status finish();
  std::size_t define(std::string name, std::vector<std::string> parameters, Role role, std::size_t line);
  std::string unique(const std::string& name);
  void definition(std::size_t function, const Definition& definition, const Names& names, bool library);
  std::optional<std::size_t> library_function(const std::string& name);
  Node run(const Flow& flow, std::size_t block, std::size_t step, Environment environment, Scope& scope,
           std::size_t depth);
  Node end_of(const Flow& flow, const Block& block, const Environment& environment, Scope& scope, std::size_t depth);
  Node go(const Flow& flow, std::size_t block, const Environment& environment, Scope& scope, std::size_t depth);
  /// A call of the function that a place in a flow is.
  Node point(const Flow& flow, std::size_t block, std::size_t step, const Environment& environment, Scope& scope);
  /// Binds a variable to a node if that takes no slot.
  static bool bind(Environment& environment, std::size_t id, const Node& node);
  void drop_unused();

  // lower_expression.cc
  Node value(const Expression& e, Here here);
  Node any_value(const Expression& e, Here here);
  Node test(const Expression& e, Here here);
  std::vector<Node> values(const std::vector<Expression>& parts, Here here);
  Node name(const Expression& e, Here here);
  Node list(const Expression& e, Here here);
  Node starred(const Expression& e, Here here);
  Node binary(const Expression& e, Here here);
  Node chosen(const Expression& e, std::size_t from, Here here);
  Node comparison(const Expression& e, Here here, bool as_test);
  Node compared(const std::string& sign, bool in_list, Node left, Node right, Here here, Place place);
  Node index(const Expression& e, Here here);
  Node slice(const Expression& e, Here here);
  Node native(const Expression& e, Here here);
  static bool is_boolean_text(const Expression& e, const Scope& scope);
  /// The node that `build` makes of the parts, with lets around it so that few of them are complex. `all`: of these,
  /// none.
  template <class Build>
  Node with_lets(std::vector<Node> parts, Here here, Place place, Build build, bool all = false);
  /// The node, or a call of a new function that holds the expression if there are too few slots for it here.
  Node fit(Node node, const Expression& e, Here here);
  Node constant(Value value, Place place);

  // lower_call.cc
  Node call(const Call& e, Here here);
  Node user_call(const Call& e, std::size_t function, Here here);
  Node library_call(const char* name, std::vector<Node> arguments, Here here, Place place);
  std::optional<Node> builtin(const Call& e, Here here);
  Node extreme(const Call& e, bool largest, Here here);
  Node range(const Call& e, Here here);
  /// The loop of a comprehension, for `use`: a list of its elements, their sum, or whether any or all are true.
  enum class Use : unsigned char { list, sum, any, all };
  Node collected(const Expression& generator, Use use, Here here);
  /// Reports what print() has no place for.
  bool print_fits(const Call& e, const Scope& scope);
  bool arguments(const Call& e, std::size_t least, std::size_t most, const Scope& scope);

  void fail(const Scope& scope, Place place, std::string message, std::string fix);
  void refuse(const Scope& scope, Place place, const std::string& construct, const std::string& instead);

  Program& program_;
  std::string file_;
  Names names_, library_names_;
  std::map<std::string, std::size_t> library_;  ///< functions of the library that the program has
  std::set<std::string> taken_;                 ///< names of functions
  std::deque<Scope> scopes_;
  std::deque<Flow> flows_;
  std::deque<Job> jobs_;
  std::map<std::tuple<const Flow*, std::size_t, std::size_t, std::string>, std::size_t> points_;
  const Expression* root_ = nullptr;  ///< the expression that the function at hand holds, if it is one
  std::size_t nodes_ = 0;
  std::optional<Error> error_;
};

template <class Build>
Node Lowering::with_lets(std::vector<Node> parts, Here here, Place place, Build build, bool all) {
  std::size_t complex = 0;
  for (const Node& part : parts) complex += is_complex(part) ? 1 : 0;
  const std::size_t kept = all ? 0 : kMaxComplexArguments;
  const std::size_t moved = complex > kept ? complex - kept : 0;
  std::vector<Node> lets;
  for (Node& part : parts) {
    if (!is_complex(part) || lets.size() == moved) {
      shift(part, here.size, static_cast<std::ptrdiff_t>(moved));
      continue;
    }
    shift(part, here.size, static_cast<std::ptrdiff_t>(lets.size()));
    Node variable = variable_node(here.size + lets.size(), part.place);
    lets.push_back(std::exchange(part, std::move(variable)));
  }
  Node out = build(std::move(parts));
  for (std::size_t i = lets.size(); i-- > 0;) out = let_node(std::move(lets[i]), std::move(out), place);
  return out;
}

}  // namespace trm::tasks::python
