#include "tasks/puzzles/puzzle_text.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/base/utf8.h"
#include "engine/sys/files.h"
#include "tasks/base/words.h"
#include "tasks/puzzles/json_rows.h"
#include "tasks/puzzles/sudoku_line.h"

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
  /// A row that has another number of cells.
  [[nodiscard]] Error miscount(std::string message) const {
    return bad("row " + std::to_string(next_row()), std::move(message));
  }
  Result<std::vector<TypedPuzzle>> finish() {
    if (Status s = end(); !s) return s.error();
    if (puzzles_.empty()) return Error{ErrorCode::bad_input, file_, "", "holds no puzzle", "write one, a line per row"};
    return std::move(puzzles_);
  }
  void begin(std::size_t line) {
    if (cells_.empty()) line_ = line;
  }

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
    puzzles_.push_back({*std::move(tokens), line_});
    cells_.clear();
    return {};
  }

  const PuzzleFamily& family_;
  const std::string& file_;
  std::string cells_;
  std::size_t line_ = 0;
  std::vector<TypedPuzzle> puzzles_;
};

/// A line that may hold a row.
struct TypedLine {
  std::size_t number = 0;
  SudokuLine sudoku;
  bool bare = false;  ///< nothing at all is on it
};

/// The lines of a Sudoku. Boxes are what tells one: its rows may be spaced out, while a maze's blanks are cells.
class SudokuText {
 public:
  SudokuText(const PuzzleFamily& family, const std::string& file)
      : family_(family), file_(file), columns_(family.shape().columns), cells_(family.shape().cells()) {}

  Result<std::vector<TypedPuzzle>> read(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (Status s = first != std::string_view::npos && text[first] == '[' ? take_json(text) : take_lines(text); !s)
      return s.error();
    // A row may consist of dashes alone where dashes are blanks, and so may a line between boxes. The number of rows
    // decides: what holds in both readings is not guessed.
    const bool either = dashes_are_blanks() && std::any_of(lines_.begin(), lines_.end(), [&](const TypedLine& line) {
                          return only_dashes(line) && line.sudoku.dashes == columns_;
                        });
    Result<std::vector<TypedPuzzle>> rows = boards(/*dashes_are_rows=*/either);
    if (!either) return rows;
    Result<std::vector<TypedPuzzle>> separators = boards(/*dashes_are_rows=*/false);
    if (rows && separators) {
      return Error{ErrorCode::bad_input, file_, "", "has lines of dashes that may be rows or stand between boxes",
                   "write . for a blank"};
    }
    return rows ? rows : separators ? separators : rows;
  }

 private:
  Status take_lines(std::string_view text) {
    for (std::size_t number = 1; !text.empty(); ++number) {
      const std::size_t stop = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, stop);
      text.remove_prefix(std::min(stop + 1, text.size()));
      const bool bare = line.find_first_not_of(" \t\r") == std::string_view::npos;
      line = line.substr(0, line.find('#'));
      lines_.push_back({number, read_sudoku_line(line), bare});
    }
    return {};
  }
  Status take_json(std::string_view text) {
    const Result<std::vector<JsonRow>> rows = read_json_rows(text, file_);
    if (!rows) return rows.error();
    for (const JsonRow& row : *rows) lines_.push_back({row.line, read_sudoku_line(row.cells), false});
    return {};
  }

  /// False: a comment, or a line between boxes.
  [[nodiscard]] bool is_row(const SudokuLine& line, bool dashes_are_rows) const {
    if (line.cells.size() != line.dashes) return true;
    if (line.ruled) return false;
    if (line.dashes != 0) return dashes_are_rows && line.dashes == columns_;
    return line.fields.size() == columns_;  // a row of a table, every cell of it empty
  }
  static bool only_dashes(const TypedLine& line) {
    return line.sudoku.dashes == line.sudoku.cells.size() && !line.sudoku.ruled;
  }
  /// Does a line with other cells need its dashes to be a row?
  [[nodiscard]] bool dashes_are_blanks() const {
    return std::any_of(lines_.begin(), lines_.end(), [&](const TypedLine& line) {
      const std::size_t all = line.sudoku.cells.size(), others = all - line.sudoku.dashes;
      return line.sudoku.dashes != 0 && others != 0 && others != columns_ && others != cells_ &&
             (all == columns_ || all == cells_);
    });
  }

  [[nodiscard]] Result<std::vector<TypedPuzzle>> boards(bool dashes_are_rows) const {
    Collector collector(family_, file_);
    for (const TypedLine& line : lines_) {
      const SudokuLine& sudoku = line.sudoku;
      collector.begin(line.number);
      if (!sudoku.stranger.empty()) {
        return collector.error(
            "row " + std::to_string(collector.next_row()) + ", column " + std::to_string(sudoku.cells.size() + 1),
            in_quotes(sudoku.stranger) + " is neither a digit nor a blank", "write digits, and . for a blank");
      }
      if (line.bare) {
        // A blank line between boxes ends nothing.
        if (collector.rows() % family_.shape().box_rows == 0) continue;
        if (Status s = collector.end(); !s) return s.error();
        continue;
      }
      if (!is_row(sudoku, dashes_are_rows)) continue;
      const std::size_t wanted = collector.rows() == 0 && !cells_of(sudoku, columns_) ? cells_ : columns_;
      const std::optional<std::string> cells = cells_of(sudoku, wanted);
      if (!cells) return collector.miscount(miscounted(sudoku, columns_));
      if (Status s = collector.add(line.number, *cells); !s) return s.error();
    }
    return collector.finish();
  }

  const PuzzleFamily& family_;
  const std::string& file_;
  std::size_t columns_, cells_;
  std::vector<TypedLine> lines_;
};

Result<std::vector<TypedPuzzle>> read_plain(std::string_view text, const std::string& file,
                                            const PuzzleFamily& family) {
  Collector collector(family, file);
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t stop = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, stop);
    text.remove_prefix(std::min(stop + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    collector.begin(number);
    if (Status s = line.empty() ? collector.end() : collector.add(number, line); !s) return s.error();
  }
  return collector.finish();
}

}  // namespace

Result<std::vector<TypedPuzzle>> read_typed_puzzles(std::string_view text, const std::string& file,
                                                    const PuzzleFamily& family) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return family.shape().box_rows != 0 ? SudokuText(family, file).read(text) : read_plain(text, file, family);
}

}  // namespace trm::tasks
