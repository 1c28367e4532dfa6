// Short stories and a question that several facts answer together.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tasks/task.h"

namespace trm::tasks::multi_step_qa {

inline constexpr std::string_view name = "multi_step_qa";
inline constexpr std::size_t version = 1;
/// train, validation and test need 1..4 facts in a row, hops_2x needs 5..8 and has graphs of the test split.
inline constexpr std::array<std::string_view, 4> slices = {"train", "validation", "test", "hops_2x"};

/// Facts in random order and a question, with as many facts again and up to 6 more that do not matter. Answer: one
/// word; depth: hops; canonical: the graph of relations and the question without names, so that neither other names
/// nor another order of facts brings an item into two splits. Slices hold as many items as you ask for. Error:
/// unknown slice.
Result<Item> item(std::string_view slice, std::uint64_t seed, std::uint64_t index);

/// The answer that follows from the text, by the transitive closure of its relations. Reads the text alone. A thing of
/// which nothing says that it is part of another is not. Error: a sentence that is no fact, no question at the end, no
/// answer, or more than one.
Result<std::string> answer_of(std::string_view text);

/// Does the text answer the item? By answer_of().
bool verify(const Item& item, std::string_view answer);

}  // namespace trm::tasks::multi_step_qa
