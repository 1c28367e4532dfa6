#include "tasks/puzzles/family.h"

#include <algorithm>
#include <numeric>
#include <utility>

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

std::vector<PuzzleView> PuzzleFamily::views(std::size_t count, Rng& rng) const {
  PuzzleView as_it_is;
  as_it_is.sources.resize(seq_len());
  std::iota(as_it_is.sources.begin(), as_it_is.sources.end(), std::uint32_t{0});
  as_it_is.names.resize(vocab_size());
  std::iota(as_it_is.names.begin(), as_it_is.names.end(), std::uint8_t{0});
  // Of a small Sudoku there are fewer views than max_copies() says, so luck has an end, too.
  constexpr std::size_t most_repeats = 200;
  const std::size_t wanted = std::min(count, max_copies() + 1);
  std::vector<PuzzleView> out = {std::move(as_it_is)};
  for (std::size_t repeats = 0; out.size() < wanted && repeats < most_repeats;) {
    PuzzleView view = random_view(rng);
    if (std::find(out.begin(), out.end(), view) == out.end()) {
      out.push_back(std::move(view));
      repeats = 0;
    } else {
      ++repeats;
    }
  }
  return out;
}

std::string PuzzleFamily::place(std::size_t cell) const {
  const std::size_t columns = shape().columns;
  return "row " + std::to_string(cell / columns + 1) + ", column " + std::to_string(cell % columns + 1);
}

}  // namespace trm::tasks
