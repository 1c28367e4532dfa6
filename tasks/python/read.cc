#include <utility>

#include "tasks/python/lower.h"
#include "tasks/python/program.h"
#include "tasks/python/tree.h"

namespace trm::tasks::python {

Result<Program> read_program(std::string_view source, const std::string& file) {
  Result<Module> module = parse_module(source, file);
  if (!module) return module.error();
  Program out;
  const Status status = Lowering(out, file).add(*module);
  if (!status) return status.error();
  return out;
}

Status add_question(Program& program, std::string_view call) {
  const std::string file = "question";
  const Result<Expression> question = parse_expression(call, file);
  if (!question) return question.error();
  Program out = program;
  Status status = Lowering(out, file).ask(*question);
  if (status) program = std::move(out);
  return status;
}

}  // namespace trm::tasks::python
