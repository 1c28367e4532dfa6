// Proofs by induction with at most one wrong line: find it.
//
// A prompt holds the lines of the proof, `proof Claim: S(n) = 1 + 3 + ... + (2n - 1) = n^2 for all n >= 1; Base: S(1) =
// 1 = 1; ...`; the answer is "valid" or the number of the first line that does not follow from those before it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/task.h"

namespace trm::tasks::induction {

/// Lines of a proof: between them ; or line breaks, before them their numbers ("2. Base: ...") or nothing. Error: no
/// line, a line with another number, too long.
Result<std::vector<std::string>> read_proof(std::string_view text);

/// Number of the first line that does not follow from the lines before, counted from 1; 0: all do. A line that cannot
/// be read is wrong. Checked by exact arithmetic with expressions, for all numbers at once. At least one line. Error:
/// the proof ends before its step does.
Result<std::size_t> first_wrong_line(const std::vector<std::string>& proof);

/// What the recursion machine is asked: the proof as assertions about numbers, which the frames calculate. What a line
/// says for all k it says there for one k, at which the hypothesis holds. The frames stop at the first assertion that
/// is false; where a proof's errors are such that both sides happen to be equal at that k, they do not see them.
/// Error: names the first line that cannot be read, or that holds something frames cannot calculate.
Result<Question> question_of(const std::vector<std::string>& proof);

const Task& task();

}  // namespace trm::tasks::induction
