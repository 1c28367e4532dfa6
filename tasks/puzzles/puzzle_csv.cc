#include "tasks/puzzles/puzzle_csv.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "tasks/puzzles/csv.h"
#include "tasks/words.h"

namespace trm::tasks {
namespace {

constexpr std::array<std::string_view, 4> columns = {"source", "question", "answer", "rating"};
constexpr const char* columns_fix = "write source,question,answer,rating";
constexpr std::size_t absent = static_cast<std::size_t>(-1);

/// Turns records into rows.
class Rows {
 public:
  Rows(const std::string& file, const OnPuzzleRow& on_row) : file_(file), on_row_(on_row) {}

  Status take(std::size_t line, std::span<const std::string> fields) {
    line_ = line;
    if (!std::exchange(has_header_, true)) return take_header(fields);
    has_rows_ = true;
    if (fields.size() != columns.size()) {
      return bad("", "has " + std::to_string(fields.size()) + " fields, not " + std::to_string(columns.size()),
                 "write one for each column");
    }
    PuzzleRow row{line, fields[place_[1]], fields[place_[2]], 0};
    const std::string& rating = fields[place_[3]];
    const auto [end, error] = std::from_chars(rating.data(), rating.data() + rating.size(), row.rating);
    if (error != std::errc{} || end != rating.data() + rating.size() || !std::isfinite(row.rating) || row.rating < 0)
      return bad("rating", in_quotes(rating) + " is not a number from 0 on", "write one");
    Status status = on_row_(row);
    if (status) return status;
    Error inner = std::move(status.error());
    const std::string column = std::exchange(inner.field, "");
    const std::string fix = std::exchange(inner.fix, "");
    return bad(column, inner.text(), fix);
  }

  Status finish() {
    if (has_rows_) return {};
    return Error{ErrorCode::bad_input, file_, "", has_header_ ? "holds no rows" : "is empty",
                 has_header_ ? "add some" : columns_fix};
  }

 private:
  Status take_header(std::span<const std::string> names) {
    place_.fill(absent);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto known = std::find(columns.begin(), columns.end(), names[i]);
      if (known == columns.end()) return bad("", "column " + in_quotes(names[i]) + " is unknown", columns_fix);
      std::size_t& place = place_[static_cast<std::size_t>(known - columns.begin())];
      if (place != absent) return bad("", "column " + in_quotes(names[i]) + " occurs twice", columns_fix);
      place = i;
    }
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (place_[i] == absent) return bad("", "column " + in_quotes(columns[i]) + " is missing", columns_fix);
    return {};
  }

  [[nodiscard]] Error bad(const std::string& column, std::string message, std::string fix) const {
    return Error{ErrorCode::bad_input, file_,
                 "line " + std::to_string(line_) + (column.empty() ? "" : ", column " + column), std::move(message),
                 std::move(fix)};
  }

  const std::string& file_;
  const OnPuzzleRow& on_row_;
  std::array<std::size_t, columns.size()> place_{};
  std::size_t line_ = 0;
  bool has_header_ = false, has_rows_ = false;
};

}  // namespace

Status read_puzzle_csv(const std::string& path, const OnPuzzleRow& on_row) {
  Rows rows(path, on_row);
  if (Status status = read_csv(path, [&](std::size_t line, auto fields) { return rows.take(line, fields); }); !status)
    return status;
  return rows.finish();
}

Status parse_puzzle_csv(std::string_view text, const std::string& file, const OnPuzzleRow& on_row) {
  Rows rows(file, on_row);
  CsvParser parser(file, [&](std::size_t line, auto fields) { return rows.take(line, fields); });
  if (Status status = parser.feed(text); !status) return status;
  if (Status status = parser.finish(); !status) return status;
  return rows.finish();
}

}  // namespace trm::tasks
