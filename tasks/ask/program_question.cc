#include "tasks/ask/program_question.h"

#include <algorithm>
#include <utility>

#include "tasks/base/words.h"
#include "tasks/interpreter/vocabulary.h"
#include "tasks/library/short_form.h"

namespace trm::tasks {
namespace {

/// Where the call of a prompt ends.
std::size_t end_of_call(std::string_view text) {
  int depth = 0;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\') ++i;
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(' || c == '[') {
      ++depth;
    } else if (c == ')' || c == ']') {
      --depth;
    } else if (depth == 0 && (c == ';' || c == '\n')) {
      return i;
    }
  }
  return text.size();
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kPromptBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kPromptBlanks) - first + 1);
}

Result<ProgramQuestion> short_question(std::string_view prompt, const std::string& place) {
  const std::string_view word = prompt.substr(0, prompt.find_first_of(kPromptBlanks));
  if (!library::is_short_form(word)) {
    return Error{
        ErrorCode::bad_input, place, "", "begins with " + in_quotes(word),
        "begin with one of value, calls, order, ends, repeats (a call and a program follow, as in \"value f(3); "
        "def f(n): return n\"), " +
            library::short_form_words()};
  }
  Result<library::ShortForm> form = library::read_short_form(prompt, place);
  if (!form.ok()) return form.error();
  Result<ProgramQuestion> out = program_question(form->source, place, form->call, Asked::value);
  if (!out.ok()) return out;
  out->short_form = true;
  out->reading = std::move(form->reading);
  return out;
}

}  // namespace

std::optional<Asked> asked_of(std::string_view name) {
  const auto* const at = std::find(std::begin(kAskedNames), std::end(kAskedNames), name);
  if (at == std::end(kAskedNames)) return std::nullopt;
  return static_cast<Asked>(at - std::begin(kAskedNames));
}

Question ProgramQuestion::question() const {
  Question out;
  out.prompt = {interpreter::token::eval, interpreter::token::x};
  out.streams = encoded.streams;
  out.arguments = 1;
  out.memo = std::any_of(program.functions.begin(), program.functions.end(),
                         [](const python::Function& function) { return function.memo; });
  return out;
}

Result<ProgramQuestion> program_question(std::string_view source, const std::string& file, std::string_view call,
                                         Asked asked) {
  Result<python::Program> program = python::read_program(source, file);
  if (!program.ok()) return program.error();
  if (!call.empty()) {
    if (Status s = python::add_question(*program, call); !s.ok()) return s.error();
  }
  if (!program->question) {
    return Error{ErrorCode::bad_input, file, "", "asks nothing", "say what to call, as in --call \"f(3)\""};
  }
  ProgramQuestion out;
  out.asked = asked;
  out.source = source;
  out.call = call;
  out.program = *std::move(program);
  out.encoded = interpreter::encode(out.program);
  return out;
}

Result<ProgramQuestion> read_program_prompt(std::string_view prompt, const std::string& place) {
  const std::string_view text = trimmed(prompt);
  const std::size_t word = std::min(text.find_first_of(kPromptBlanks), text.size());
  const std::optional<Asked> asked = asked_of(text.substr(0, word));
  if (!asked) return short_question(text, place);
  const std::string_view rest = text.substr(word);
  const std::size_t end = end_of_call(rest);
  const std::string_view call = trimmed(rest.substr(0, end));
  if (call.empty() || end == rest.size()) {
    return Error{ErrorCode::bad_input, place, "", "has no call or no program",
                 "write \"value f(3); def f(n): return n\", or calls, order, ends, repeats in the place of value"};
  }
  return program_question(trimmed(rest.substr(end + 1)), place, call, *asked);
}

}  // namespace trm::tasks
