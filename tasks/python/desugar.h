// From the Python that people write to the smaller language that lowering knows: definitions within definitions,
// lambdas, dicts that only remember or only look up, map and filter, tuples. Whatever it cannot turn into that language
// without a change of meaning is an error with its place.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "tasks/python/tree.h"

namespace trm::tasks::python {

/// All of it. Error: names the place, the construct and what to write instead.
Status desugar(Module& module, const std::string& file);

/// Its steps, in this order.
void replace_functions(Module& module);
Status lift_definitions(Module& module, const std::string& file);
Status lift_globals(Module& module, const std::string& file);
Status replace_dicts(Module& module, const std::string& file);
Status replace_tuples(Module& module, const std::string& file);
Status thread_changes(Module& module, const std::string& file);
/// Sets Module::effects, of statements without tuples.
void find_effects(Module& module);

/// Calls `use` for each expression in it, the inner ones first.
void each_expression(Expression& e, const std::function<void(Expression&)>& use);
void each_expression(std::vector<Statement>& body, const std::function<void(Expression&)>& use);
void each_statement(std::vector<Statement>& body, const std::function<void(Statement&)>& use);
/// Calls `use` for each definition's body, the statements of the module and the question.
void each_expression(Module& module, const std::function<void(Expression&)>& use);

/// xs.append(x) and its kind: the first part is what changes.
bool is_change(const Expression& e);
/// The variable at the left of xs, xs[i], xs[i][j]. Nothing: it is none.
std::optional<std::string> root_of(const Expression& e);
/// Calls `use` for xs[i] and its kind among what stands on the left of =.
template <class Use>
void each_changed_item(const Expression& target, const Use& use) {
  if (target.kind == ExpressionKind::index) return use(target);
  for (const Expression& part : target.parts) each_changed_item(part, use);
}
/// The arguments of a call by the numbers of the function's parameters; those left out are absent. Nothing: *xs stands
/// among them, or a name that it lacks.
std::optional<std::vector<Expression>> arguments_of(const Expression& call, const Definition& definition);

/// Names that a function assigns, its parameters among them, but not those that it declares to be further out.
std::set<std::string> local_names(const Definition& definition);
void add_assigned(const std::vector<Statement>& body, std::set<std::string>& out);

Error refused_at(const std::string& file, Place place, const std::string& construct, const std::string& instead);
/// A list, a tuple or a text, as it is written.
bool is_sequence_literal(const Expression& e);
bool same_expression(const Expression& a, const Expression& b);

}  // namespace trm::tasks::python
