#include "tasks/puzzles/sudoku_line.h"

#include <algorithm>
#include <cstdint>

#include "tasks/base/words.h"

namespace trm::tasks {
namespace {

/// The character at the beginning of a UTF-8 text, one byte of what is none.
std::string_view first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t bytes = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  const std::string_view rest = text.substr(1).substr(0, bytes - 1);
  const bool whole =
      rest.size() == bytes - 1 && std::all_of(rest.begin(), rest.end(), [](char c) { return (c & 0xC0) == 0x80; });
  return text.substr(0, whole ? bytes : 1);
}

/// The number of a character that draws boxes, from 0 for U+2500 to 127 for U+257F.
std::optional<unsigned> box_drawing(std::string_view character) {
  if (character.size() != 3 || character[0] != '\xE2') return std::nullopt;
  const unsigned second = static_cast<unsigned char>(character[1]), third = static_cast<unsigned char>(character[2]);
  if (second != 0x94 && second != 0x95) return std::nullopt;
  return (second - 0x94) * 64 + (third & 63);
}

bool is_vertical(unsigned box) {
  constexpr unsigned verticals[] = {0x02, 0x03, 0x06, 0x07, 0x0A, 0x0B, 0x4E, 0x4F, 0x51};
  return std::find(std::begin(verticals), std::end(verticals), box) != std::end(verticals);
}

bool is_blank_mark(std::string_view c) {
  return c == "." || c == "0" || c == "_" || c == "*" || c == "x" || c == "X" || c == "\xC2\xB7";
}

/// Follows the fields of a line, so that an empty one can stand for a blank.
class Fields {
 public:
  void cell(char c) {
    several_ = several_ || !open_.empty();
    open_ += c;
  }
  void end(bool vertical) {
    // A line before the first cell or behind the last one frames the row.
    const bool frame = vertical && delimiters_ == 0 && open_.empty();
    if (!frame) out_ += open_.empty() ? "." : open_;
    open_.clear();
    ++delimiters_;
    vertical_ = vertical;
  }
  std::string take() {
    if (delimiters_ == 0 || several_) return "";
    if (!open_.empty() || !vertical_) out_ += open_.empty() ? "." : open_;
    return std::move(out_);
  }

 private:
  std::string out_, open_;
  std::size_t delimiters_ = 0;
  bool several_ = false, vertical_ = false;
};

}  // namespace

SudokuLine read_sudoku_line(std::string_view line) {
  SudokuLine out;
  Fields fields;
  while (!line.empty()) {
    const std::string_view c = first_character(line);
    const std::optional<unsigned> box = box_drawing(c);
    if (c[0] >= '1' && c[0] <= '9') {
      out.cells += c;
      fields.cell(c[0]);
    } else if (is_blank_mark(c)) {
      out.cells += '.';
      fields.cell('.');
    } else if (c == "-") {
      out.cells += '-';
      ++out.dashes;
      fields.cell('.');
    } else if (c == "," || c == ";") {
      fields.end(false);
    } else if (c == "|" || (box && is_vertical(*box))) {
      fields.end(true);
    } else if (c == "+" || c == "=" || box) {
      out.ruled = true;
    } else if (c != " " && c != "\t" && c != "\r" && c != "\n") {
      out.stranger = c;
      break;
    }
    line.remove_prefix(c.size());
  }
  out.fields = fields.take();
  return out;
}

std::optional<std::string> cells_of(const SudokuLine& line, std::size_t wanted) {
  std::string out = line.cells;
  if (out.size() - line.dashes == wanted) {
    std::erase(out, '-');
    return out;
  }
  if (out.size() == wanted && !line.ruled) {
    std::replace(out.begin(), out.end(), '-', '.');
    return out;
  }
  if (line.fields.size() == wanted && !line.ruled) return line.fields;
  return std::nullopt;
}

std::string miscounted(const SudokuLine& line, std::size_t wanted) {
  const std::size_t all = line.cells.size(), fewest = all - line.dashes;
  std::string out = "has " + std::to_string(fewest) + (fewest == 1 ? " cell" : " cells");
  if (line.dashes != 0) out += ", or " + std::to_string(all) + " if each - is a blank";
  out += ", not " + std::to_string(wanted);
  // A long one is a whole board or something else: its size says enough.
  constexpr std::size_t shown = 32;
  return all != 0 && all <= shown ? out + "; read as " + in_quotes(line.cells) : out;
}

}  // namespace trm::tasks
