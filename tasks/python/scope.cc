#include <algorithm>
#include <functional>

#include "tasks/python/flow.h"

namespace trm::tasks::python {
namespace {

using Assigned = std::function<void(const std::string& name, const Expression* value)>;

void each_target(const Expression& target, const Expression* value, const Assigned& use) {
  if (target.kind == ExpressionKind::name) return use(target.text, value);
  if (target.kind == ExpressionKind::index) return;
  const bool matching =
      value != nullptr && value->kind == ExpressionKind::tuple && value->parts.size() == target.parts.size();
  for (std::size_t i = 0; i < target.parts.size(); ++i) {
    each_target(target.parts[i], matching ? &value->parts[i] : nullptr, use);
  }
}

/// Calls `use` for every name that the statements assign, with the value where it is an expression of its own.
void each_assigned(const std::vector<Statement>& body, const Assigned& use) {
  for (const Statement& statement : body) {
    const bool loop = statement.kind == StatementKind::for_;
    for (const Expression& target : statement.targets) each_target(target, loop ? nullptr : &statement.value, use);
    each_assigned(statement.body, use);
    each_assigned(statement.otherwise, use);
  }
}

/// A variable holds sequences only if every value that it gets is one; that may rest on other variables.
void find_sequences(const std::vector<Statement>& body, Scope& scope, std::size_t parameters) {
  for (;;) {
    Variables yes, no;
    for (std::size_t i = 0; i < std::min(parameters, kMaxVariables); ++i) no.set(i);
    each_assigned(body, [&](const std::string& name, const Expression* value) {
      const std::size_t id = scope.add(name);
      if (id < kMaxVariables) (value != nullptr && is_sequence(*value, scope) ? yes : no).set(id);
    });
    const Variables now = scope.sequences | (yes & ~no);
    if (now == scope.sequences) return;
    scope.sequences = now;
  }
}

}  // namespace

Scope::Scope() = default;
Scope::Scope(Scope&&) noexcept = default;
Scope::~Scope() = default;

std::optional<std::size_t> Scope::find(const std::string& name) const {
  const auto found = ids.find(name);
  if (found == ids.end()) return {};
  return found->second;
}

std::size_t Scope::add(const std::string& name) {
  const auto [at, added] = ids.emplace(name, variables.size());
  if (added) variables.push_back(name);
  return at->second;
}

std::string Scope::make(const std::string& name) {
  return name.substr(0, name.find('@')) + "@" + function + std::to_string(made++);
}

bool Scope::is_builtin(const Expression& call, const char* name) const {
  return call.kind == ExpressionKind::call && call.text == name && !find(call.text) &&
         !names->functions.contains(call.text) && !names->constants.contains(call.text) &&
         !names->variables.contains(call.text);
}

bool is_sequence(const Expression& expression, const Scope& scope) {
  const auto part = [&](std::size_t i) { return is_sequence(expression.parts[i], scope); };
  switch (expression.kind) {
    case ExpressionKind::constant:
      return expression.value.kind == Value::Kind::text || expression.value.kind == Value::Kind::list;
    case ExpressionKind::list:
    case ExpressionKind::slice:
    case ExpressionKind::comprehension:
      return true;
    case ExpressionKind::name: {
      const std::optional<std::size_t> id = scope.find(expression.text);
      return id && *id < kMaxVariables && scope.sequences.test(*id);
    }
    case ExpressionKind::binary:
      return (expression.text == "+" || expression.text == "*") && (part(0) || part(1));
    case ExpressionKind::conditional:
      return part(1) && part(2);
    case ExpressionKind::call:
      return scope.is_builtin(expression, "range") || scope.is_builtin(expression, "list") ||
             scope.is_builtin(expression, "reversed") || scope.is_builtin(expression, "sorted") ||
             scope.is_builtin(expression, "str") || expression.text == ".text" || expression.text == ".join";
    default:
      return false;
  }
}

std::optional<bool> constant_truth(const Expression& test) {
  if (test.kind == ExpressionKind::constant) return truth_of(test.value);
  if (test.kind == ExpressionKind::not_) {
    const std::optional<bool> truth = constant_truth(test.parts[0]);
    if (truth) return !*truth;
  }
  return {};
}

Scope scope_of(std::string function, const std::string& file, const Names& names,
               const std::vector<std::string>& parameters, const std::vector<Statement>& body, const Kinds& kinds) {
  Scope out;
  out.function = std::move(function);
  out.file = file;
  out.names = &names;
  for (const std::string& parameter : parameters) out.add(parameter);
  out.parameters = parameters.size();
  if (const auto effects = names.effects.find(out.function); effects != names.effects.end()) {
    for (const Output& output : effects->second.outputs) out.handed_back.set(output.parameter);
  }
  each_assigned(body, [&](const std::string& name, const Expression*) { out.add(name); });
  find_sequences(body, out, parameters.size());
  for (std::size_t i = 0; i < std::min(out.variables.size(), kMaxVariables); ++i) {
    out.plain.set(i, kinds.plain.contains(out.variables[i]));
    out.flat.set(i, kinds.flat.contains(out.variables[i]));
    out.grids.set(i, kinds.grids.contains(out.variables[i]));
  }
  return out;
}

}  // namespace trm::tasks::python
