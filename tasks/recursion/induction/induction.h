// Proofs by induction with at most one wrong line: find it.
//
// A prompt holds the lines of the proof, `proof Claim: S(n) = 1 + 3 + ... + (2n - 1) = n^2 for all n >= 1; Base: S(1) =
// 1 = 1; ...`; the answer is "valid" or the number of the first line that does not follow from those before it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/task/task.h"

namespace trm::tasks::induction {

/// Lines of a proof: between them ; or line breaks, before them their numbers ("2. Base: ...") or nothing. Error: no
/// line, a line with another number, too long.
Result<std::vector<std::string>> read_proof(std::string_view text);

/// Number of the first line that does not follow from the lines before, counted from 1; 0: all do. A line that cannot
/// be read is wrong. By exact algebra with expressions, for all numbers at once: this judges answers. At least one
/// line. Error: the proof ends before its step does, or the line is beyond this algebra.
Result<std::size_t> first_wrong_line(const std::vector<std::string>& proof);

/// The same by numbers, at many k. It shares only the reading of lines with the algebra. It finds the answers of items,
/// and the algebra judges them. Neither knows what frames calculate, so neither can confirm a fault of the frames.
Result<std::size_t> first_wrong_line_by_numbers(const std::vector<std::string>& proof);

/// The question for the recursion machine: the proof as assertions about numbers. Frames calculate them and stop at the
/// first false one. A line about all k becomes assertions about as many k as decide it, with the values of m and g that
/// follow from the hypothesis. Error: names the first line that cannot be read, or that frames cannot calculate.
Result<Question> encode_proof(const std::vector<std::string>& proof);

const Task& task();

}  // namespace trm::tasks::induction
