// Every case that a function decides, each by itself. Random frames do not show this: a model may be right in all but
// one of 200,000 of them, and wrong whenever two numbers differ in their eighth digit alone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/frames/function.h"

namespace trm::tasks {

/// A frame that decides a cell: "column 8 differs, 6 | 4", "N 40..49", "reads MAX".
struct SweptFrame {
  std::string cell;
  Frame frame;
};

/// Frames of all cells of a function, always the same: all digits of all columns with all carries, all counters of the
/// trained range, all letters, operations and relations, all numbers that calls may return up to three digits; longer
/// numbers and what streams hold are sampled. per_cell: frames of each, at least one.
std::vector<SweptFrame> sweep_of(const Function& function, std::size_t per_cell);

/// "column 8 differs": cells of one kind make one decision with different digits.
std::string_view kind_of(std::string_view cell);

/// Kinds of all the cells that a frame belongs to. Error: as untrained_number().
Result<std::vector<std::string>> kinds_in(const Frame& frame);

}  // namespace trm::tasks
