// A question about a program: a word, the first call and the program.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tasks/recursion/program/program.h"
#include "tasks/recursion/program/run.h"
#include "tasks/task/english.h"
#include "tasks/task/task.h"

namespace trm::tasks::program {

/// Of both tasks about programs.
inline constexpr SliceCost kDeepCosts[] = {{"calls_8x", 4}};

struct AboutProgram {
  std::string_view word;  ///< of the task's words
  Asked asked;
};

/// "value f(7); def f(n): ..."
std::string text_of(const AboutProgram& about);
/// The program on separate lines, then the question.
English in_english(const AboutProgram& about, std::string_view question, AnswerForm form);
/// Error: names the prompt, its field and the fix.
Result<AboutProgram> read_question(std::string_view prompt, std::span<const std::string_view> words);
/// Why a prompt whose program did not end as the task wants has no answer.
Error no_answer(std::string_view prompt, const Run& run);
/// Does the run call every function of the program?
bool all_called(const Asked& asked, const Run& run);
/// HEAD f , 7 , X with the program as X.
Question encode_program(Token head, const Asked& asked);

}  // namespace trm::tasks::program
