#include "tasks/python/lower.h"

#include <algorithm>

#include "tasks/base/words.h"
#include "tasks/python/desugar.h"
#include "tasks/python/fold.h"
#include "tasks/python/library.h"

namespace trm::tasks::python {
namespace {

constexpr std::size_t kMaxChain = 40;       ///< statements and branches within each other in one function
constexpr std::size_t kMaxNodes = 200'000;  ///< of a program
constexpr std::size_t kMaxSmallList = 4;    ///< values of a constant that is copied to where it is read

/// People see names without what follows the @.
std::string display(const std::string& name) {
  return name.substr(0, name.find('@'));
}

using Uses = std::map<std::string, std::size_t>;

void count_targets(const Expression& target, Uses& uses) {
  if (target.kind == ExpressionKind::name) ++uses[target.text];
  for (const Expression& part : target.parts) count_targets(part, uses);
}

void count_assigned(const std::vector<Statement>& body, Uses& uses) {
  for (const Statement& statement : body) {
    for (const Expression& target : statement.targets) count_targets(target, uses);
    // What is changed in place is no constant.
    if (statement.value.kind == ExpressionKind::call && statement.value.text.starts_with(".") &&
        !statement.value.parts.empty()) {
      count_targets(statement.value.parts[0], uses), count_targets(statement.value.parts[0], uses);
    }
    count_assigned(statement.body, uses);
    count_assigned(statement.otherwise, uses);
  }
}

/// NAME = constant expression, once in the module: a constant. Other variables of the module are not for functions.
void find_constants(const Module& module, Names& names) {
  Uses uses;
  FoldBudget budget;
  count_assigned(module.statements, uses);
  for (const Statement& s : module.statements) {
    if (s.kind != StatementKind::assign || s.targets.size() != 1 || s.targets[0].kind != ExpressionKind::name) continue;
    if (uses[s.targets[0].text] != 1) continue;
    std::optional<Value> value = fold(s.value, names.constants, budget);
    if (value) names.constants.emplace(s.targets[0].text, *std::move(value));
  }
  for (const auto& use : uses) {
    if (!names.constants.contains(use.first)) names.variables.insert(use.first);
  }
}

/// Does the module do more than to define?
bool asks(const std::vector<Statement>& statements) {
  return std::any_of(statements.begin(), statements.end(), [](const Statement& s) {
    if (s.kind == StatementKind::pass || s.kind == StatementKind::assign) return false;
    return s.kind != StatementKind::evaluate || s.value.kind != ExpressionKind::constant;
  });
}

}  // namespace

Lowering::Lowering(Program& program, std::string file, bool scarce) : program_(program), file_(std::move(file)) {
  names_.scarce = scarce;
  for (const Definition& definition : library().definitions) {
    library_names_.functions.emplace(definition.name, library_names_.functions.size());
  }
  for (std::size_t i = 0; i < program_.functions.size(); ++i) {
    const Function& function = program_.functions[i];
    taken_.insert(function.name);
    if (function.role == Role::written && program_.question != i) names_.functions.emplace(function.name, i);
    if (function.role == Role::library) library_.emplace(function.name, i);
    nodes_ += size_of(function.body);
  }
  for (const Constant& constant : program_.constants) names_.constants.emplace(constant.name, constant.value);
}

Status Lowering::add(Module module) {
  if (!module.question) {
    for (Statement& s : module.guard) module.statements.push_back(std::move(s));
  }
  const bool script = asks(module.statements);
  if (Status s = desugar(module, file_); !s) return s;
  names_.fresh = fresh_functions(module.definitions);
  names_.effects = module.effects;
  find_constants(module, names_);
  FoldBudget budget;
  for (const auto& [name, value] : names_.constants) program_.constants.push_back({name, value});
  for (const Definition& d : module.definitions) {
    names_.functions.emplace(d.name, program_.functions.size());
    const std::size_t function = define(d.name, d.parameters, d.made ? Role::rest : Role::written, d.place.line);
    program_.functions[function].memo = d.memo;
    for (const Expression& value : d.defaults) {
      std::optional<Value> folded = fold(value, names_.constants, budget);
      if (!folded) {
        return error_at(file_, value.place, "a default that is no constant is outside the language",
                        "write a constant, and calculate in the function");
      }
      program_.functions[function].defaults.push_back(*std::move(folded));
    }
  }
  std::vector<Statement> question;
  if (module.question) {
    question = module.before;
    Statement last;
    last.kind = StatementKind::give;
    last.place = module.question->place;
    last.value = *module.question;
    question.push_back(std::move(last));
    program_.question = define(unique("question"), {}, Role::written, 0);
  } else if (script && !module.statements.empty()) {
    question = module.statements;
    Statement& last = question.back();
    const bool prints = last.value.kind == ExpressionKind::call && last.value.text == "print";
    if (last.kind == StatementKind::evaluate && !prints) last.kind = StatementKind::give;
    program_.question = define(unique("question"), {}, Role::written, question[0].place.line);
  }
  for (std::size_t i = 0; i < module.definitions.size(); ++i) definition(i, module.definitions[i], names_, false);
  if (program_.question) {
    scopes_.push_back(scope_of(program_.functions[*program_.question].name, file_, names_, {}, question, module.kinds));
    scopes_.back().module = true;
    Result<Flow> flow = flow_of(question, scopes_.back());
    if (!flow) return flow.error();
    flows_.push_back(*std::move(flow));
    Job job;
    job.function = *program_.question;
    job.scope = &scopes_.back();
    job.flow = &flows_.back();
    jobs_.push_back(std::move(job));
  }
  Status status = finish();
  if (status) drop_unused();
  return status;
}

void Lowering::definition(std::size_t function, const Definition& definition, const Names& names, bool library) {
  scopes_.push_back(scope_of(program_.functions[function].name, library ? "library" : file_, names,
                             definition.parameters, definition.body, definition.kinds));
  Scope& scope = scopes_.back();
  scope.library = library;
  Result<Flow> flow = flow_of(definition.body, scope);
  if (!flow) {
    if (!error_) error_ = flow.error();
    return;
  }
  flows_.push_back(*std::move(flow));
  Job job;
  job.function = function;
  job.scope = &scope;
  job.flow = &flows_.back();
  for (std::size_t i = 0; i < definition.parameters.size(); ++i) {
    job.environment.bind(i, {Binding::State::slot, job.environment.size++, {}});
  }
  jobs_.push_back(std::move(job));
}

Status Lowering::finish() {
  while (!error_ && !jobs_.empty()) {
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    const std::size_t size = job.environment.size;
    root_ = job.expression;
    Node body;
    if (job.expression != nullptr) {
      body = value(*job.expression, {job.environment, size, *job.scope});
    } else {
      body = run(*job.flow, job.block, job.step, std::move(job.environment), *job.scope, 0);
    }
    inline_lets(body, size);
    nodes_ += size_of(body);
    if (nodes_ > kMaxNodes) {
      fail(*job.scope, {std::max<std::size_t>(program_.functions[job.function].line, 1), 1},
           "the program is too large from here on", "keep only the functions that the question needs");
    }
    program_.functions[job.function].body = std::move(body);
  }
  if (error_) return *error_;
  return {};
}

std::size_t Lowering::define(std::string name, std::vector<std::string> parameters, Role role, std::size_t line) {
  Function function;
  taken_.insert(name);
  function.name = std::move(name);
  function.parameters = std::move(parameters);
  function.role = role;
  function.line = line;
  program_.functions.push_back(std::move(function));
  return program_.functions.size() - 1;
}

std::string Lowering::unique(const std::string& name) {
  std::string out = name;
  for (std::size_t i = 2; taken_.contains(out) || names_.functions.contains(out); ++i)
    out = name + "_" + std::to_string(i);
  return out;
}

std::optional<std::size_t> Lowering::library_function(const std::string& name) {
  if (const auto found = library_.find(name); found != library_.end()) return found->second;
  const auto found = library_names_.functions.find(name);
  if (found == library_names_.functions.end()) return {};
  const Definition& text = library().definitions[found->second];
  const std::size_t function = define(unique(name), text.parameters, Role::library, 0);
  library_.emplace(name, function);
  definition(function, text, library_names_, true);
  return function;
}

bool Lowering::bind(Environment& environment, std::size_t id, const Node& node) {
  if (node.kind == NodeKind::variable) {
    environment.bind(id, {Binding::State::slot, node.index, {}});
    return true;
  }
  if (node.kind != NodeKind::constant || count_of(node.value) > kMaxSmallList) return false;
  environment.bind(id, {Binding::State::constant, 0, node.value});
  return true;
}

Node Lowering::run(const Flow& flow, std::size_t block, std::size_t step, Environment environment, Scope& scope,
                   std::size_t depth) {
  const Block& here = flow.blocks[block];
  std::vector<Node> around;  // lets and prints whose last part is to come
  Node out;
  for (std::size_t i = step;; ++i) {
    if (error_) return {};
    if (i == here.steps.size()) {
      out = end_of(flow, here, environment, scope, depth + around.size());
      break;
    }
    const Step& now = here.steps[i];
    const bool prints = !now.target && scope.is_builtin(now.value, "print");
    const bool first = i == step && depth == 0;
    if (!first && (environment.size == kMaxSlots || depth + around.size() > kMaxChain)) {
      out = point(flow, block, i, environment, scope);
      break;
    }
    if (prints) {
      std::vector<Node> parts = values(now.value.parts, {environment, environment.size, scope});
      const auto complex = static_cast<std::size_t>(std::count_if(parts.begin(), parts.end(), is_complex));
      if (!print_fits(now.value, scope)) return {};
      if (complex > kMaxComplexArguments) {
        // The first ones get slots of their own, which whatever follows has as well.
        const std::size_t moved = complex - kMaxComplexArguments;
        if (environment.size + moved > kMaxSlots) {
          if (!first) {
            out = point(flow, block, i, environment, scope);
            break;
          }
          fail(scope, now.place, "the print has too many values while so many variables are in use",
               "print fewer at once");
          return {};
        }
        const std::size_t slots = environment.size + moved;
        for (std::size_t k = 0; k < parts.size(); ++k) {
          parts[k] = value(now.value.parts[k], {environment, environment.size, scope});
          if (!is_complex(parts[k]) || environment.size == slots) continue;
          Node variable = variable_node(environment.size++, parts[k].place);
          around.push_back(operation(NodeKind::let, std::exchange(parts[k], std::move(variable)), now.place));
        }
      }
      around.push_back(operation(NodeKind::print, std::move(parts), now.place));
      continue;
    }
    Node node = value(now.value, {environment, environment.size, scope});
    if (node.kind == NodeKind::raise) {
      out = std::move(node);
      break;
    }
    if (now.target && bind(environment, *now.target, node)) continue;
    const bool read = now.target && flow.live(block, i + 1).test(*now.target);
    if (!read && effect_of(node) == Effect::nothing) {
      // Nobody reads it; it is assigned all the same.
      if (now.target) environment.bind(*now.target, {Binding::State::constant, 0, {}});
      continue;
    }
    if (now.target) environment.bind(*now.target, {Binding::State::slot, environment.size, {}});
    ++environment.size;
    around.push_back(operation(NodeKind::let, std::move(node), now.place));
  }
  for (std::size_t i = around.size(); i-- > 0;) {
    around[i].parts.push_back(std::move(out));
    out = std::move(around[i]);
  }
  return out;
}

Node Lowering::end_of(const Flow& flow, const Block& block, const Environment& environment, Scope& scope,
                      std::size_t depth) {
  const Here here{environment, environment.size, scope};
  switch (block.end) {
    case Block::End::give:
      if (block.value.kind == ExpressionKind::absent) return constant_node({}, block.place);
      return value(block.value, here);
    case Block::End::raise:
      return raise_node(block.value.text, block.place);
    case Block::End::jump:
      return go(flow, block.next[0], environment, scope, depth);
    case Block::End::branch:
      break;
  }
  Node test = this->test(block.value, here);
  if (test.kind == NodeKind::constant) return go(flow, block.next[test.value.truth ? 0 : 1], environment, scope, depth);
  Node then = go(flow, block.next[0], environment, scope, depth + 1);
  Node otherwise = go(flow, block.next[1], environment, scope, depth + 1);
  return if_node(std::move(test), std::move(then), std::move(otherwise), block.place);
}

Node Lowering::go(const Flow& flow, std::size_t block, const Environment& environment, Scope& scope,
                  std::size_t depth) {
  const Block& to = flow.blocks[block];
  if (to.tiny || (to.ways == 1 && depth < kMaxChain)) return run(flow, block, 0, environment, scope, depth + 1);
  return point(flow, block, 0, environment, scope);
}

Node Lowering::point(const Flow& flow, std::size_t block, std::size_t step, const Environment& environment,
                     Scope& scope) {
  const Block& to = flow.blocks[block];
  const Place place = step < to.steps.size() ? to.steps[step].place : to.place;
  const Variables live = flow.live(block, step);
  Variables assigned;
  std::vector<Node> arguments;
  Job job;
  std::vector<std::string> parameters;
  for (std::size_t id = 0; id < scope.variables.size() && id < kMaxVariables; ++id) {
    const Binding* binding = live.test(id) ? environment.find(id) : nullptr;
    if (binding == nullptr) continue;
    assigned.set(id);
    arguments.push_back(binding->state == Binding::State::slot ? variable_node(binding->slot, place)
                                                               : constant_node(binding->value, place));
    parameters.push_back(display(scope.variables[id]));
    job.environment.bind(id, {Binding::State::slot, job.environment.size++, {}});
  }
  if (arguments.size() > kMaxArguments) {
    std::string names;
    for (const std::string& parameter : parameters) names += (names.empty() ? "" : ", ") + parameter;
    fail(scope, place,
         std::to_string(arguments.size()) + " variables are in use at once here (" + names + "), more than " +
             std::to_string(kMaxArguments),
         "move a part of the function into another one");
    return {};
  }
  const auto key = std::make_tuple(&flow, block, step, assigned.to_string());
  auto found = points_.find(key);
  if (found == points_.end()) {
    if (program_.functions.size() >= kMaxFunctions) {
      fail(scope, place, "the program makes more than " + std::to_string(kMaxFunctions) + " functions from here on",
           "write fewer or shorter functions");
      return {};
    }
    const bool loop = to.loop && step == 0;
    const Role role = scope.library ? Role::library : loop ? Role::loop : Role::rest;
    const std::string name = unique(scope.function + (loop ? "_loop" : "_rest"));
    job.function = define(name, std::move(parameters), role, scope.library ? 0 : place.line);
    job.scope = &scope;
    job.flow = &flow;
    job.block = block;
    job.step = step;
    found = points_.emplace(key, job.function).first;
    jobs_.push_back(std::move(job));
  }
  Node out = operation(NodeKind::call, std::move(arguments), place);
  out.index = found->second;
  return out;
}

/// Removes functions that nothing calls: some were made for expressions that were lowered again elsewhere.
void Lowering::drop_unused() {
  std::vector<std::size_t> order;
  std::vector<bool> used(program_.functions.size());
  const auto use = [&](std::size_t function) {
    if (!used[function]) order.push_back(function);
    used[function] = true;
  };
  for (std::size_t i = 0; i < program_.functions.size(); ++i) {
    if (program_.functions[i].role == Role::written) use(i);
  }
  std::vector<const Node*> open;
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (open.push_back(&program_.functions[order[i]].body); !open.empty();) {
      const Node& node = *open.back();
      open.pop_back();
      if (node.kind == NodeKind::call) use(node.index);
      for (const Node& part : node.parts) open.push_back(&part);
    }
  }
  std::vector<std::size_t> place(program_.functions.size());
  std::vector<Function> kept;
  for (std::size_t i = 0; i < program_.functions.size(); ++i) {
    place[i] = kept.size();
    if (used[i]) kept.push_back(std::move(program_.functions[i]));
  }
  for (Function& function : kept) {
    std::vector<Node*> nodes = {&function.body};
    while (!nodes.empty()) {
      Node& node = *nodes.back();
      nodes.pop_back();
      if (node.kind == NodeKind::call) node.index = place[node.index];
      for (Node& part : node.parts) nodes.push_back(&part);
    }
  }
  program_.functions = std::move(kept);
}

void Lowering::fail(const Scope& scope, Place place, std::string message, std::string fix) {
  if (!error_) error_ = error_at(scope.file, place, std::move(message), std::move(fix));
}

void Lowering::refuse(const Scope& scope, Place place, const std::string& construct, const std::string& instead) {
  fail(scope, place, construct + " is outside the language", instead);
}

}  // namespace trm::tasks::python
