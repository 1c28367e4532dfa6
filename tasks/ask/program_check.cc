#include "tasks/ask/program_check.h"

#include <utility>

#include "engine/sys/large_stack.h"
#include "tasks/interpreter/right_run.h"
#include "tasks/python/cpython.h"

namespace trm::tasks {
namespace {

constexpr std::size_t kMostDepth = 100'000, kStackBytes = std::size_t{1} << 31;

std::string joined(const std::vector<std::string>& printed, const std::string& last) {
  std::string out;
  for (const std::string& line : printed) out += line + "\n";
  return out + last;
}

Result<RightAnswer> answer_of(const interpreter::RightRun& run) {
  RightAnswer out;
  out.outcome = static_cast<RightAnswer::Outcome>(run.outcome);
  out.frames = run.frames;
  out.own_tokens = run.own_tokens;
  out.fed_tokens = run.fed_tokens;
  out.longest = run.longest;
  out.depth = run.depth;
  for (const interpreter::Tokens& line : run.printed) {
    Result<std::string> text = interpreter::decode_line(line);
    if (!text.ok()) return text.error();
    out.printed.push_back(*std::move(text));
  }
  if (run.outcome == interpreter::RightRun::Outcome::raised) out.text = interpreter::to_text(run.value);
  if (run.outcome != interpreter::RightRun::Outcome::returned) return out;
  const Result<python::Value> value = interpreter::decode(run.value);
  if (!value.ok()) return value.error();
  out.text = python::repr(*value);
  return out;
}

}  // namespace

Result<RightAnswer> right_answer(const ProgramQuestion& question, std::size_t max_frames) {
  std::optional<Result<interpreter::RightRun>> run;
  interpreter::RightRunOptions options;
  options.max_frames = max_frames;
  options.max_depth = kMostDepth;
  const Status status =
      on_large_stack(kStackBytes, [&] { run.emplace(interpreter::run_right(question.encoded.streams, options)); });
  if (!status.ok()) return status.error();
  if (!run->ok()) return run->error();
  return answer_of(**run);
}

Result<std::vector<CheckedProgram>> check_programs(std::span<const ProgramQuestion> questions,
                                                   const CheckOptions& options) {
  std::vector<python::PythonQuestion> asked;
  asked.reserve(questions.size());
  for (const ProgramQuestion& each : questions) asked.push_back({each.source, each.call});
  Result<std::vector<python::PythonAnswer>> said = python::ask_cpython(asked, options.max_calls);
  if (!said.ok()) return said.error();
  std::vector<CheckedProgram> out;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    Result<RightAnswer> right = right_answer(questions[i], options.max_frames);
    if (!right.ok()) return right.error();
    CheckedProgram one;
    one.right = *std::move(right);
    const python::PythonAnswer& python = (*said)[i];
    // What Python answers with a float has no answer here.
    const bool outside = one.right.text == interpreter::to_text(std::span(&interpreter::token::out_of_language, 1));
    one.decided = !outside && python.outcome != python::PythonAnswer::Outcome::gave_up &&
                  one.right.outcome != RightAnswer::Outcome::gave_up;
    one.expected = joined(python.printed, python.text);
    one.actual =
        one.right.outcome == RightAnswer::Outcome::endless ? "endless" : joined(one.right.printed, one.right.text);
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace trm::tasks
