#include "tasks/puzzles/family.h"

namespace trm::tasks {

Error in_field(Error error, const char* field) {
  if (!error.field.empty()) error.message = error.field + ": " + error.message;
  error.field = field;
  return error;
}

std::string PuzzleFamily::glyphs(std::span<const std::uint8_t> tokens) const {
  std::string out;
  out.reserve(tokens.size());
  for (const std::uint8_t token : tokens) out += glyph(token);
  return out;
}

std::string PuzzleFamily::place(std::size_t cell) const {
  const std::size_t columns = shape().columns;
  return "row " + std::to_string(cell / columns + 1) + ", column " + std::to_string(cell % columns + 1);
}

}  // namespace trm::tasks
