#include "tasks/puzzles/csv.h"

#include <utility>

#include "engine/base/utf8.h"
#include "engine/sys/foreign.h"
#include "engine/sys/standard_input.h"

namespace trm::tasks {

CsvParser::CsvParser(std::string file, OnCsvRecord on_record)
    : file_(std::move(file)), on_record_(std::move(on_record)), fields_(1) {}

Error CsvParser::bad(std::string message, std::string fix) const {
  return Error{ErrorCode::bad_input, file_, "line " + std::to_string(line_), std::move(message), std::move(fix)};
}

Status CsvParser::end_field() {
  if (++complete_ > kMaxCsvFields)
    return bad("has more than " + std::to_string(kMaxCsvFields) + " fields", "write one record on each line");
  if (fields_.size() <= complete_) fields_.emplace_back();
  fields_[complete_].clear();
  state_ = State::field_start;
  return {};
}

Status CsvParser::end_record() {
  if (Status status = end_field(); !status) return status;
  Status status = on_record_(record_line_, {fields_.data(), complete_});
  complete_ = 0;
  fields_[0].clear();
  state_ = State::record_start;
  return status;
}

Status CsvParser::take(char c) {
  if (return_seen_ && c != '\n') return bad("has a carriage return within it", "end lines with \\n or \\r\\n");
  std::string& field = fields_[complete_];
  if (state_ == State::quoted) {
    if (c == '"') {
      state_ = State::after_quote;
      return {};
    }
  } else if (c == '\n') {
    return_seen_ = false;
    if (state_ == State::record_start) {
      if (empty_line_ == 0) empty_line_ = line_;
      return {};
    }
    return end_record();
  } else if (c == '\r') {
    return_seen_ = true;
    return {};
  } else if (c == ',') {
    return end_field();
  } else if (c == '"') {
    if (state_ == State::plain) return bad("has a quote within a field", "put the field in quotes, and \"\" for one");
    if (state_ == State::after_quote) field += c;
    state_ = State::quoted;
    return {};
  } else if (state_ == State::after_quote) {
    return bad("has text after a closing quote", "put a comma there, or \"\" for a quote");
  } else {
    state_ = State::plain;
  }
  if (field.size() == kMaxCsvFieldBytes) {
    return bad("has a field of more than " + std::to_string(kMaxCsvFieldBytes) + " bytes", "close its quotes");
  }
  field += c;
  return {};
}

Status CsvParser::feed(std::string_view piece) {
  for (const char c : piece) {
    if (mark_ < kByteOrderMark.size() && line_ == 1 && state_ == State::record_start && c == kByteOrderMark[mark_]) {
      ++mark_;
      continue;
    }
    if (mark_ > 0 && mark_ < kByteOrderMark.size()) {  // another character that begins like it
      for (const char begun : kByteOrderMark.substr(0, std::exchange(mark_, kByteOrderMark.size())))
        if (Status status = take(begun); !status) return status;
    }
    if (state_ == State::record_start) {
      record_line_ = line_;
      // Empty lines are nothing at the end, and a hole before it.
      if (empty_line_ != 0 && c != '\n' && c != '\r') {
        line_ = empty_line_;
        return bad("is empty", "remove it");
      }
    }
    if (Status status = take(c); !status) return status;
    if (c == '\n') ++line_;
  }
  return {};
}

Status CsvParser::finish() {
  if (state_ == State::quoted) {
    line_ = record_line_;
    return bad("has quotes that never close", "close them");
  }
  return_seen_ = false;
  return state_ == State::record_start ? Status{} : end_record();
}

Status read_csv(const std::string& path, OnCsvRecord on_record) {
  const std::string name = input_name(path);
  CsvParser parser(name, std::move(on_record));
  bool first = true;
  const auto feed = [&](std::string_view piece) -> Status {
    if (std::exchange(first, false)) {
      if (std::optional<Error> foreign = foreign_error(name, piece)) return *std::move(foreign);
    }
    return parser.feed(piece);
  };
  if (Status s = read_input_pieces(path, feed); !s) return s;
  return parser.finish();
}

}  // namespace trm::tasks
