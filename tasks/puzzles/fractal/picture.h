// Pictures in two colours on a square grid: tokens, text, symmetries, and what a question shows of its fractal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace trm::tasks::fractal {

inline constexpr std::size_t kMinSize = 9;
inline constexpr std::size_t kMaxSize = 27;

/// 0 is PAD, which no picture holds.
namespace cell {
inline constexpr std::uint8_t kBlank = 1;  ///< '.': not yet drawn; beside a curve also never drawn
inline constexpr std::uint8_t kDark = 2;   ///< '#'
inline constexpr std::uint8_t kLight = 3;  ///< 'o'
inline constexpr std::uint8_t kStart = 4;  ///< 'S': where a curve begins
}  // namespace cell
inline constexpr std::size_t kVocabSize = 5;

constexpr bool is_colour(std::uint8_t token) {
  return token == cell::kDark || token == cell::kLight;
}
/// The other colour; any other token as it is.
constexpr std::uint8_t swapped(std::uint8_t token) {
  return token == cell::kDark ? cell::kLight : token == cell::kLight ? cell::kDark : token;
}

struct Picture {
  std::size_t size = 0;
  std::vector<std::uint8_t> cells;  ///< (size,size), row-major

  [[nodiscard]] std::size_t find(std::uint8_t token) const;  ///< first cell that holds it; cells.size(): none
  bool operator==(const Picture&) const = default;
};

/// The eight images of a square, by their numbers in maze/grid.h.
inline constexpr unsigned kImages = 8;
Picture turned(const Picture& picture, unsigned image);
/// The image that undoes another.
unsigned inverse_image(unsigned image);

/// A symmetry of the whole task: one of the eight images, and perhaps the colours change places.
struct Symmetry {
  unsigned image = 0;
  bool swap = false;
};
inline constexpr unsigned kSymmetries = 2 * kImages;
/// Number 0 to 15; 0 changes nothing.
constexpr Symmetry symmetry(unsigned number) {
  return {number % kImages, number >= kImages};
}
Picture transformed(const Picture& picture, Symmetry symmetry);

/// '.', '#', 'o' or 'S'; '?' for what is no cell.
char character(std::uint8_t token);
/// Characters ".#oS", size lines or all cells in one line. Error: not as many cells as a square of that size has,
/// another character; the field names row and column from 1.
Result<Picture> parse(std::string_view text, std::size_t size);
/// Error: as parse().
Result<Picture> picture_of(std::span<const std::uint8_t> tokens, std::size_t size);
std::string pretty_text(const Picture& picture);

enum class Kind : unsigned char {
  substitution,  ///< every cell becomes a block of k x k cells, by its colour; the corner shows iteration n
  automaton,     ///< every row follows from the one above; the first rows are shown
  curve          ///< every edge becomes k edges, by its colour; the first edges are shown
};

/// What a question shows, after the image that turns its first corner or row to the top left.
struct Layout {
  Kind kind = Kind::curve;
  unsigned image = 0;     ///< that turns it upright; a curve needs none
  std::size_t shown = 0;  ///< side of the corner, or rows; 0 for a curve
};
/// Blank cells tell the kind: a question with 'S' shows a curve, one whose other cells come in whole rows (or columns)
/// an automaton, one with a square corner a substitution. Nothing: none of them, or no blank cell.
std::optional<Layout> layout_of(const Picture& question);

/// Side of the blocks of a substitution of which a picture of `size` shows a corner of `shown` cells: that corner is
/// the least that the next iteration can be drawn from, and holds a whole block. 0: none.
std::size_t block_side(std::size_t size, std::size_t shown);
/// Side of the corner that iteration n fills: ceil(size / k).
constexpr std::size_t corner_side(std::size_t size, std::size_t k) {
  return (size + k - 1) / k;
}
/// Blocks whose corner side tells them apart in a picture of `size`.
constexpr bool has_block(std::size_t size, std::size_t k) {
  return k >= 2 && corner_side(size, k) >= k;
}

inline constexpr std::size_t kMinEdges = 2, kMaxEdges = 5;  ///< that an edge of a curve becomes
/// Edges of the next iteration of a curve that shows so many, at least k, of this one: the least larger power of k.
constexpr std::size_t next_length(std::size_t shown, std::size_t k) {
  std::size_t length = k;
  while (length <= shown) length *= k;
  return length;
}

}  // namespace trm::tasks::fractal
