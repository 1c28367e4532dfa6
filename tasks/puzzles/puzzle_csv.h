// CSV files of puzzles: the published ones, with the columns source, question, answer and rating, and those that people
// have, whose columns have other names and order.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace trm::tasks {

struct PuzzleRow {
  std::size_t line = 0;  ///< of the file, from 1; the header is the first
  std::string_view question, answer;
  std::optional<double> rating;  ///< none: the file does not say
};
/// An error's field is the column that it concerns, if any; its file and line are filled in.
using OnPuzzleRow = std::function<Status(const PuzzleRow& row)>;

/// The header names the columns in any case and order: question, puzzle or quiz, answer or solution (or their plurals),
/// rating, which may be absent or empty, and others, which are passed over and noted. Two columns of equally long texts
/// need no header. `notes` receives what was passed over. Error: names file, line and column: of on_row; bad CSV; a
/// column that is missing or there twice; a line with more or fewer fields; a rating that is no number from 0 on; no
/// rows. "-" is standard input.
Status read_puzzle_csv(const std::string& path, const OnPuzzleRow& on_row, std::vector<std::string>* notes = nullptr);
/// The same from memory; `file` names the source in errors.
Status parse_puzzle_csv(std::string_view text, const std::string& file, const OnPuzzleRow& on_row,
                        std::vector<std::string>* notes = nullptr);

}  // namespace trm::tasks
