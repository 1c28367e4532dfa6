#include "tasks/recursion/program/question.h"

#include <algorithm>

#include "tasks/base/words.h"
#include "tasks/frames/digits.h"
#include "tasks/frames/frame_writer.h"

namespace trm::tasks::program {

std::string text_of(const AboutProgram& about) {
  return std::string(about.word) + " " + text_of(about.asked.start) + "; " + text_of(about.asked.program);
}

English in_english(const AboutProgram& about, std::string_view question, AnswerForm form) {
  return ask("Here is a Python program:\n" + text_of(about.asked.program, "\n"), question, form);
}

Result<AboutProgram> read_question(std::string_view prompt, std::span<const std::string_view> words) {
  const auto parts = prompt_words(prompt);
  if (!parts) return parts.error();
  const auto word = std::find(words.begin(), words.end(), (*parts)[0]);
  if (word == words.end()) {
    std::string known;
    for (const std::string_view w : words) known += (known.empty() ? "\"" : " or \"") + std::string(w) + "\"";
    return prompt_error(prompt, "first word", in_quotes((*parts)[0]) + " is another question", "start with " + known);
  }
  Result<Asked> asked = parse_program(prompt, prompt.find(*word) + word->size());
  if (!asked) return asked.error();
  return AboutProgram{*word, *std::move(asked)};
}

Error no_answer(std::string_view prompt, const Run& run) {
  const std::string call = text_of(run.calls.back());
  switch (run.ending) {
    case Ending::repeats:
      return prompt_error(prompt, "program", "never ends: " + call + " calls itself again",
                          "ask \"ends\" or \"repeats\", or write a base case");
    case Ending::too_many_calls:
      return prompt_error(prompt, "program", "makes more than " + std::to_string(kMaxCalls) + " calls",
                          "start with a smaller number");
    case Ending::negative:
      return prompt_error(prompt, "program", "computes a number below 0 in " + call, "write a base case before it");
    default:
      return prompt_error(prompt, "program", "computes a number above " + std::to_string(kMaxValue) + " in " + call,
                          "start with a smaller number");
  }
}

bool all_called(const Asked& asked, const Run& run) {
  for (std::size_t i = 0; i < asked.program.functions.size(); ++i) {
    if (std::none_of(run.calls.begin(), run.calls.end(), [i](const State& s) { return s.function == i; })) return false;
  }
  return true;
}

Question encode_program(Token head, const Asked& asked) {
  return {tokens_of(head, name_of(asked.start.function), token::comma, digits_of(asked.start.argument), token::comma,
                    token::x),
          {stream_of(asked.program)}};
}

}  // namespace trm::tasks::program
