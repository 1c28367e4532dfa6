// Proofs by induction with at most one wrong line: find it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tasks/task.h"

namespace trm::tasks::induction {

inline constexpr std::string_view name = "induction";
inline constexpr std::size_t version = 1;
/// train, validation and test have 10..18 lines, steps_2x 20..36 and claims of the test split.
inline constexpr std::array<std::string_view, 4> slices = {"train", "validation", "test", "steps_2x"};

/// First line of a prompt; the numbered lines of the proof follow.
inline constexpr std::string_view instruction =
    "Is this proof valid? Answer \"valid\" or the number of the first wrong line.";

/// Half of the proofs are valid; in the others exactly one line is wrong, any line as likely as any other. Lines after
/// a wrong sum may go on from it. Answer: "valid" or the number of that line; depth: number of lines; canonical: the
/// claim, so that no claim is in two splits. Slices hold as many items as you ask for. Error: unknown slice.
Result<Item> item(std::string_view slice, std::uint64_t seed, std::uint64_t index);

/// Number of the first line that does not follow from the lines before, counted from 1; 0: all do. A line that cannot
/// be read is wrong. Reads the text alone and checks it by exact arithmetic. Error: the text is not the instruction
/// and lines numbered from 1, or ends before the proof does.
Result<std::size_t> first_wrong_line(std::string_view text);

/// Does the text answer the item? By first_wrong_line().
bool verify(const Item& item, std::string_view answer);

}  // namespace trm::tasks::induction
