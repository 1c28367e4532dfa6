#include "tasks/puzzles/json_rows.h"

#include <algorithm>

#include "tasks/base/words.h"

namespace trm::tasks {
namespace {

class RowReader {
 public:
  RowReader(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  Result<std::vector<JsonRow>> read() {
    while (!text_.empty()) {
      const char c = text_.front();
      if (c == '\n') ++line_;
      if (c == '[') {
        open();
      } else if (c == ']') {
        if (depth_ == 0) return bad("has a ] without its [", "write one for each");
        close();
      } else if (c == '"') {
        if (Status s = take_text(); !s) return s.error();
        continue;
      } else if (c >= '0' && c <= '9') {
        if (text_.size() > 1 && text_[1] >= '0' && text_[1] <= '9')
          return bad("holds " + in_quotes(word()) + ", which is no cell", "write a digit for each cell");
        row_ += c;
      } else if (text_.starts_with("null")) {
        row_ += '.';
        text_.remove_prefix(3);
      } else if (c != ',' && c != ' ' && c != '\t' && c != '\r' && c != '\n') {
        return bad("holds " + in_quotes(word()) + ", which is no cell",
                   "write arrays of digits, 0 or null for a blank, or a text for each row");
      }
      text_.remove_prefix(1);
    }
    if (depth_ != 0) return bad("begins an array that never ends", "close it");
    return std::move(rows_);
  }

 private:
  Error bad(std::string message, std::string fix) const {
    return Error{ErrorCode::bad_input, file_, "line " + std::to_string(line_), std::move(message), std::move(fix)};
  }
  [[nodiscard]] std::string_view word() const {
    return text_.substr(0, std::min(text_.find_first_of(",[] \t\r\n"), text_.size()));
  }
  void end_row() {
    if (!row_.empty()) rows_.push_back({begin_, std::move(row_)});
    row_.clear();
    begin_ = line_;
  }
  void open() {
    end_row();
    ++depth_;
  }
  void close() {
    end_row();
    --depth_;
  }
  /// A single character is a cell, more are a row.
  Status take_text() {
    const std::size_t stop = text_.find('"', 1);
    if (stop == std::string_view::npos) return bad("has a text that never ends", "close its quotes");
    const std::string_view inner = text_.substr(1, stop - 1);
    if (inner.find_first_of("\\\n") != std::string_view::npos)
      return bad("has a text with an escape or a line break", "write a text for each row");
    text_.remove_prefix(stop + 1);
    if (inner.size() > 1) {
      end_row();
      rows_.push_back({line_, std::string(inner)});
    } else {
      row_ += inner.empty() || inner == " " ? std::string(".") : std::string(inner);
    }
    return {};
  }

  std::string_view text_;
  const std::string& file_;
  std::vector<JsonRow> rows_;
  std::string row_;
  std::size_t line_ = 1, begin_ = 1, depth_ = 0;
};

}  // namespace

Result<std::vector<JsonRow>> read_json_rows(std::string_view text, const std::string& file) {
  return RowReader(text, file).read();
}

}  // namespace trm::tasks
