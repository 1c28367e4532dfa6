#include <utility>

#include "tasks/python/lower.h"
#include "tasks/python/program.h"
#include "tasks/python/tree.h"

namespace trm::tasks::python {

namespace {

/// Lowers the module. Where too many variables are in use at once, it tries to do with fewer.
Status lower(const Module& module, const std::string& file, Program& out) {
  const auto source = out.source;
  Status status = Lowering(out, file).add(module);
  if (status || status.error().message.find("variables are in use at once") == std::string::npos) return status;
  Program again;
  again.source = source;
  if (!Lowering(again, file, true).add(module)) return status;
  out = std::move(again);
  return {};
}

}  // namespace

Result<Program> read_program(std::string_view source, const std::string& file) {
  Result<Module> module = parse_module(source, file);
  if (!module) return module.error();
  Program out;
  out.source = std::make_shared<const Module>(*std::move(module));
  Status status = lower(*out.source, file, out);
  if (!status && !out.source->guard.empty()) {
    // Who asks something else does not need what the file does when it is started.
    Program rest;
    rest.source = out.source;
    Module without = *out.source;
    without.guard.clear();
    if (lower(without, file, rest)) return rest;
  }
  if (!status) return status.error();
  return out;
}

Status add_question(Program& program, std::string_view call) {
  const std::string file = "question";
  Result<Expression> question = parse_expression(call, file);
  if (!question) return question.error();
  Module asked = program.source ? *program.source : Module{};
  asked.question = *std::move(question);
  // What the question holds may say more about the program, such as where its tuples are.
  Program out;
  out.source = program.source;
  Status status = lower(asked, file, out);
  if (status) program = std::move(out);
  return status;
}

}  // namespace trm::tasks::python
