// What right frames answer to a proof: what a model that makes no mistake says.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tasks/frames/right_frames.h"
#include "tasks/recursion/induction/induction.h"

namespace trm::test {

/// "refused: ..." where they cannot be asked.
inline std::string by_frames(const std::vector<std::string>& proof) {
  namespace induction = tasks::induction;
  const Result<trm::Question> question = induction::encode_proof(proof);
  if (!question) return "refused: " + question.error().text();
  const Result<std::optional<tasks::RightRun>> run = tasks::run_right_frames(*question);
  if (!run || !*run) return "no answer";
  const Result<std::string> answer = induction::task().decode({}, (*run)->value);
  return answer ? *answer : answer.error().text();
}

}  // namespace trm::test
