// Comma-separated values (RFC 4180) read piece by piece: fields may stand in quotes, in which "" is one; lines end with
// \n or \r\n.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace trm::tasks {

inline constexpr std::size_t kMaxCsvFieldBytes = std::size_t{1} << 16;
inline constexpr std::size_t kMaxCsvFields = 64;

/// Fields of the record that starts on `line`, from 1. An error ends the reading.
using OnCsvRecord = std::function<Status(std::size_t line, std::span<const std::string> fields)>;

class CsvParser {
 public:
  /// `file` names the source in errors.
  CsvParser(std::string file, OnCsvRecord on_record);
  /// The next piece of the text, cut anywhere; a byte order mark at its beginning is no part of it. Error: of
  /// on_record; an empty line before the end; a quote where none may stand; a field or record that is too long.
  Status feed(std::string_view piece);
  /// After the last piece. Error: as above; the text ends within quotes.
  Status finish();

 private:
  enum class State { record_start, field_start, plain, quoted, after_quote };

  Status take(char c);
  Status end_field();
  Status end_record();
  [[nodiscard]] Error bad(std::string message, std::string fix) const;

  std::string file_;
  OnCsvRecord on_record_;
  State state_ = State::record_start;
  std::size_t line_ = 1, record_line_ = 1;
  std::size_t empty_line_ = 0;  // the first one since the last record; 0: none
  std::size_t mark_ = 0;        // bytes of a byte order mark that were seen
  bool return_seen_ = false;    // \r outside quotes, which \n has to follow
  std::vector<std::string> fields_;
  std::size_t complete_ = 0;  // of fields_; the rest keep their memory for later records
};

/// The whole file in blocks; "-" is standard input. Error: as above; the file cannot be read.
Status read_csv(const std::string& path, OnCsvRecord on_record);

}  // namespace trm::tasks
