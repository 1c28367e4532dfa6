// Any text as a story: an error that says what is wrong, or a program in the recursive part of Python.
#include <string_view>

#include "tasks/library/story/story.h"
#include "tasks/python/program.h"
#include "tests/fuzz/check.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using trm::fuzz::check;
  using namespace trm::tasks;
  const auto form = library::story::story_program({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (!form) {
    check(!form.error().message.empty() && !form.error().fix.empty(), "an error says what is wrong and what helps");
    return 0;
  }
  auto program = python::read_program(form->source, "story");
  check(program.ok(), "a story is a program");
  if (!program) return 0;
  check(python::add_question(*program, form->call).ok(), "its call is a question about the program");
  check(python::validate(*program).ok(), "the program keeps the promises of its header");
  check(form->reading.size() > 1, "each sentence was read");
  return 0;
}
