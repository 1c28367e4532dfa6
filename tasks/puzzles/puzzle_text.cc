#include "tasks/puzzles/puzzle_text.h"

#include <algorithm>
#include <utility>

#include "tasks/words.h"

namespace trm::tasks {
namespace {

/// Collects rows until a board is complete.
class Collector {
 public:
  Collector(const PuzzleFamily& family, const std::string& file) : family_(family), file_(file) {}

  /// One line's cells, already without what is no cell.
  Status add(std::size_t line, std::string_view cells) {
    const BoardShape shape = family_.shape();
    if (cells_.empty()) line_ = line;
    const std::size_t row = cells_.size() / shape.columns + 1;
    const bool whole = cells_.empty() && cells.size() == shape.cells();
    if (!whole && cells.size() != shape.columns) {
      return bad("row " + std::to_string(row),
                 "has " + std::to_string(cells.size()) + " cells, not " + std::to_string(shape.columns));
    }
    cells_ += cells;
    return cells_.size() == shape.cells() ? take() : Status{};
  }
  /// No more rows come for the board that was begun.
  Status end() {
    const BoardShape shape = family_.shape();
    if (cells_.empty()) return {};
    return bad(
        "", "has " + std::to_string(rows()) + (rows() == 1 ? " row" : " rows") + ", not " + std::to_string(shape.rows));
  }
  [[nodiscard]] std::size_t rows() const { return cells_.size() / family_.shape().columns; }
  [[nodiscard]] std::size_t next_row() const { return rows() + 1; }

  Error error(std::string field, std::string message, std::string fix) const {
    return Error{ErrorCode::bad_input, place(), std::move(field), std::move(message), std::move(fix)};
  }
  void begin(std::size_t line) {
    if (cells_.empty()) line_ = line;
  }
  std::vector<TypedPuzzle> puzzles;

 private:
  [[nodiscard]] std::string place() const { return file_ + ": puzzle at line " + std::to_string(line_); }
  [[nodiscard]] Error bad(std::string field, std::string message) const {
    const BoardShape shape = family_.shape();
    return error(std::move(field), std::move(message),
                 "write " + std::to_string(shape.rows) + " rows of " + std::to_string(shape.columns) + " cells");
  }
  Status take() {
    Result<std::vector<std::uint8_t>> tokens = family_.read_question(cells_);
    if (!tokens) {
      Error error = tokens.error();
      error.file = place();
      return error;
    }
    puzzles.push_back({*std::move(tokens), line_});
    cells_.clear();
    return {};
  }

  const PuzzleFamily& family_;
  const std::string& file_;
  std::string cells_;
  std::size_t line_ = 0;
};

/// The cells of a line of a Sudoku, '.' for blanks.
Result<std::string> sudoku_cells(std::string_view line, const Collector& collector) {
  std::string out;
  for (const char c : line.substr(0, line.find('#'))) {
    if (c == '|' || c == '-' || c == '+' || c == ' ' || c == '\t') continue;
    if ((c < '0' || c > '9') && c != '.' && c != '_') {
      return collector.error(
          "row " + std::to_string(collector.next_row()) + ", column " + std::to_string(out.size() + 1),
          in_quotes(std::string_view(&c, 1)) + " is neither a digit nor a blank", "write digits, and . for a blank");
    }
    out += c == '_' ? '.' : c;
  }
  return out;
}

}  // namespace

Result<std::vector<TypedPuzzle>> read_typed_puzzles(std::string_view text, const std::string& file,
                                                    const PuzzleFamily& family) {
  // Boxes are what tells a Sudoku: its rows may be spaced out, while a maze's blanks are cells.
  const BoardShape shape = family.shape();
  const bool sudoku = shape.box_rows != 0;
  Collector collector(family, file);
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t stop = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, stop);
    text.remove_prefix(std::min(stop + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    std::string cells(line);
    collector.begin(number);
    if (sudoku) {
      Result<std::string> found = sudoku_cells(line, collector);
      if (!found) return found.error();
      // A comment or a line of dashes ends nothing.
      if (found->empty() && line.find_first_not_of(" \t") != std::string_view::npos) continue;
      cells = *std::move(found);
    }
    if (!cells.empty()) {
      if (Status s = collector.add(number, cells); !s) return s.error();
    } else if (!sudoku || collector.rows() % shape.box_rows != 0) {
      if (Status s = collector.end(); !s) return s.error();
    }
  }
  if (Status s = collector.end(); !s) return s.error();
  if (collector.puzzles.empty())
    return Error{ErrorCode::bad_input, file, "", "holds no puzzle", "write one, a line per row"};
  return std::move(collector.puzzles);
}

}  // namespace trm::tasks
