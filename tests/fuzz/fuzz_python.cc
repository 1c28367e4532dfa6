// Any text as a program: an error with a place, or functions that keep all promises of their header.
#include <string>
#include <string_view>

#include "tasks/python/program.h"
#include "tests/fuzz/check.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using trm::fuzz::check;
  using namespace trm::tasks::python;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  auto program = read_program(text, "fuzz");
  if (!program) {
    check(!program.error().message.empty() && !program.error().fix.empty(),
          "an error says what is wrong and what helps");
    check(program.error().field == "source" || program.error().field.starts_with("line "), "an error has a place");
  } else {
    check(validate(*program).ok(), "a program keeps the promises of its header");
    check(!to_python(*program).empty(), "a program can be printed");
    // The first line as a question about the rest.
    const std::size_t line = text.find('\n');
    const std::size_t functions = program->functions.size();
    if (add_question(*program, text.substr(0, line))) {
      check(program->question.has_value(), "a question is there");
      check(validate(*program).ok(), "a program with a question keeps the promises of its header");
    } else {
      check(program->functions.size() == functions, "a refused question changes nothing");
    }
  }
  const auto value = parse_repr(text);
  if (value)
    check(parse_repr(repr(*value)).ok() && *parse_repr(repr(*value)) == *value, "what repr writes can be read");
  return 0;
}
