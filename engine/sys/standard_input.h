// Standard input where a file of text is meant: its name is "-". Whole, or line by line as it comes.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/status.h"

namespace trm {

/// Does `path` stand for standard input?
inline bool is_standard_input(const std::string& path) {
  return path == "-";
}
/// What messages call `path`: "standard input" for "-".
std::string input_name(const std::string& path);

/// As read_text(), but "-" is standard input, read to its end. Error: also for "-" a second time, since nothing is left
/// of it.
Result<std::string> read_input(const std::string& path, std::size_t limit = std::size_t{64} << 20);
/// As read_pieces(), for texts that are too long to be held. "-" as above.
Status read_input_pieces(const std::string& path, const std::function<Status(std::string_view)>& take);

/// The lines of a descriptor as they arrive, for programs that answer each before the next is written.
class LineReader {
 public:
  /// `name` is that of messages; lines have at most `limit` bytes. The descriptor stays the caller's.
  LineReader(int descriptor, std::string name, std::size_t limit)
      : descriptor_(descriptor), name_(std::move(name)), limit_(limit) {}

  /// The next line without its end (\n or \r\n), waiting for it; nothing at the end of the input. The last line needs
  /// no end; a byte order mark before the first is left out. Error: the input cannot be read, a line is too long.
  Result<std::optional<std::string>> next();
  /// Does next() return at once? Never waits.
  bool ready();
  /// Lines that next() has returned.
  [[nodiscard]] std::size_t number() const { return number_; }

 private:
  enum class Wait { yes, no };
  bool fill(Wait wait);
  bool has_line();
  [[nodiscard]] bool too_long(std::size_t size) const { return size > limit_ + 1; }  // \r aside

  int descriptor_;
  std::string name_;
  std::size_t limit_;
  std::string held_;  ///< what was read and not yet returned begins at at_
  std::size_t at_ = 0;
  std::size_t searched_ = 0;  ///< no line end lies before
  std::size_t number_ = 0;
  bool ended_ = false;
  int error_ = 0;
};

}  // namespace trm
