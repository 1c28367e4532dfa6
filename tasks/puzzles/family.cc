#include "tasks/puzzles/family.h"

#include "tasks/fractal/family.h"
#include "tasks/maze/family.h"
#include "tasks/sudoku/family.h"

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

std::unique_ptr<PuzzleFamily> family_of(const PuzzleMetadata& metadata) {
  std::size_t size = 1;
  while (size * size < metadata.seq_len) ++size;
  if (size * size != metadata.seq_len) return nullptr;
  // Sudokus of 4x4 have six tokens too, but no maze is that small.
  const Result<sudoku::Layout> layout = sudoku::layout_of(size);
  if (layout && metadata.vocab_size == sudoku::vocab_size(*layout)) {
    sudoku::Request request;
    request.layout = *layout;
    return sudoku::make_family(request);
  }
  if (metadata.vocab_size == maze::vocab_size && size >= maze::min_size && size <= maze::max_size)
    return maze::make_family({size, maze::default_min_steps(size), ""});
  if (metadata.vocab_size == fractal::vocab_size && size >= fractal::min_size && size <= fractal::max_size)
    return fractal::make_family({size, ""});
  return nullptr;
}

}  // namespace trm::tasks
