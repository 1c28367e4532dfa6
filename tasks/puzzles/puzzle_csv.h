// The published CSV files of puzzles: a header with the columns source, question, answer and rating, in any order.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace trm::tasks {

struct PuzzleRow {
  std::size_t line = 0;  ///< of the file, from 1; the header is the first
  std::string_view question, answer;
  double rating = 0;
};
/// An error's field is the column that it concerns, if any; its file and line are filled in.
using OnPuzzleRow = std::function<Status(const PuzzleRow& row)>;

/// Error: names file, line and column: of on_row; bad CSV; another column, a missing or repeated one; a line with more
/// or fewer fields; a rating that is no number from 0 on; no rows.
Status read_puzzle_csv(const std::string& path, const OnPuzzleRow& on_row);
/// The same from memory; `file` names the source in errors.
Status parse_puzzle_csv(std::string_view text, const std::string& file, const OnPuzzleRow& on_row);

}  // namespace trm::tasks
