#include "tasks/puzzles/puzzle_csv.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <utility>

#include "engine/sys/standard_input.h"
#include "tasks/base/words.h"
#include "tasks/puzzles/csv.h"

namespace trm::tasks {
namespace {

enum Column : std::size_t { question, answer, rating, columns };
struct ColumnName {
  std::string_view name;
  Column column;
};
// The published files, and the ones of Kaggle.
constexpr ColumnName kColumnNames[] = {
    {"question", question}, {"questions", question}, {"puzzle", question}, {"puzzles", question},
    {"quiz", question},     {"quizzes", question},   {"answer", answer},   {"answers", answer},
    {"solution", answer},   {"solutions", answer},   {"rating", rating},   {"ratings", rating},
};
constexpr std::string_view kPublishedSource = "source";
constexpr const char* kColumnsFix =
    "name the columns question (or puzzle, quiz, quizzes) and answer (or solution, solutions)";
constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

std::string plain_name(std::string_view name) {
  const std::size_t first = std::min(name.find_first_not_of(" \t"), name.size());
  std::string out(name.substr(first, name.find_last_not_of(" \t") + 1 - first));
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

const ColumnName* find_column(std::string_view name) {
  const std::string plain = plain_name(name);
  const auto known = std::find_if(std::begin(kColumnNames), std::end(kColumnNames),
                                  [&](const ColumnName& c) { return c.name == plain; });
  return known == std::end(kColumnNames) ? nullptr : known;
}

/// Turns records into rows.
class Rows {
 public:
  Rows(const std::string& file, const OnPuzzleRow& on_row, std::vector<std::string>* notes)
      : file_(file), on_row_(on_row), notes_(notes) {}

  Status take(std::size_t line, std::span<const std::string> fields) {
    line_ = line;
    if (!std::exchange(has_header_, true)) {
      width_ = fields.size();
      if (!is_row_of_two(fields)) return take_header(fields);
      place_ = {0, 1, kAbsent};
    }
    has_rows_ = true;
    if (fields.size() != width_) {
      return bad("", "has " + std::to_string(fields.size()) + " fields, not " + std::to_string(width_),
                 "write one for each column");
    }
    PuzzleRow row{line, fields[place_[question]], fields[place_[answer]], {}};
    if (place_[rating] != kAbsent && !fields[place_[rating]].empty()) {
      const std::string& text = fields[place_[rating]];
      double value = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
      if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value) || value < 0)
        return bad("rating", in_quotes(text) + " is not a number from 0 on", "write one, or nothing");
      row.rating = value;
    }
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
                 has_header_ ? "add some" : kColumnsFix};
  }

 private:
  /// Names of columns are short and of different lengths; boards are neither.
  static bool is_row_of_two(std::span<const std::string> fields) {
    constexpr std::size_t least_cells = 16;
    return fields.size() == 2 && fields[0].size() >= least_cells && fields[0].size() == fields[1].size();
  }

  Status take_header(std::span<const std::string> names) {
    place_.fill(kAbsent);
    std::string others;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const ColumnName* known = find_column(names[i]);
      if (known == nullptr) {
        if (plain_name(names[i]) != kPublishedSource) others += (others.empty() ? "" : ", ") + in_quotes(names[i]);
        continue;
      }
      std::size_t& place = place_[known->column];
      if (place != kAbsent) {
        return bad("", "columns " + in_quotes(names[place]) + " and " + in_quotes(names[i]) + " say the same",
                   "keep one of them");
      }
      place = i;
    }
    for (const Column column : {question, answer}) {
      if (place_[column] != kAbsent) continue;
      if (names.size() == 1 && names[0].find_first_of(";\t") != std::string::npos)
        return bad("", "has no commas between its columns", "save it with commas, not semicolons or tabs");
      const char* const name = column == question ? "question" : "answer";
      return bad("", "column " + in_quotes(name) + " is missing" + (others.empty() ? "" : ", it has " + others),
                 kColumnsFix);
    }
    if (!others.empty() && notes_ != nullptr) notes_->push_back(file_ + ": columns that were passed over: " + others);
    return {};
  }

  [[nodiscard]] Error bad(const std::string& column, std::string message, std::string fix) const {
    return Error{ErrorCode::bad_input, file_,
                 "line " + std::to_string(line_) + (column.empty() ? "" : ", column " + column), std::move(message),
                 std::move(fix)};
  }

  const std::string& file_;
  const OnPuzzleRow& on_row_;
  std::vector<std::string>* notes_;
  std::array<std::size_t, columns> place_{};
  std::size_t line_ = 0, width_ = 0;
  bool has_header_ = false, has_rows_ = false;
};

}  // namespace

Status read_puzzle_csv(const std::string& path, const OnPuzzleRow& on_row, std::vector<std::string>* notes) {
  const std::string name = input_name(path);
  Rows rows(name, on_row, notes);
  if (Status status = read_csv(path, [&](std::size_t line, auto fields) { return rows.take(line, fields); }); !status)
    return status;
  return rows.finish();
}

Status parse_puzzle_csv(std::string_view text, const std::string& file, const OnPuzzleRow& on_row,
                        std::vector<std::string>* notes) {
  Rows rows(file, on_row, notes);
  CsvParser parser(file, [&](std::size_t line, auto fields) { return rows.take(line, fields); });
  if (Status status = parser.feed(text); !status) return status;
  if (Status status = parser.finish(); !status) return status;
  return rows.finish();
}

}  // namespace trm::tasks
