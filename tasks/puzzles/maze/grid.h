// Mazes on a square grid: text, published tokens, mirror images, and what a right answer is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace trm::tasks::maze {

inline constexpr std::size_t kMinSize = 5;
inline constexpr std::size_t kMaxSize = 99;

/// Published tokens; 0 is PAD, which no maze holds.
namespace cell {
inline constexpr std::uint8_t kWall = 1;   ///< '#'
inline constexpr std::uint8_t kOpen = 2;   ///< ' '
inline constexpr std::uint8_t kStart = 3;  ///< 'S'
inline constexpr std::uint8_t kGoal = 4;   ///< 'G'
inline constexpr std::uint8_t kPath = 5;   ///< 'o'
}  // namespace cell
inline constexpr std::size_t kVocabSize = 6;

/// One start and one goal; steps go to the four neighbours. An answer is the question with the open cells of a shortest
/// path marked.
struct Grid {
  std::size_t size = 0;
  std::vector<std::uint8_t> cells;  ///< (size,size), row-major

  [[nodiscard]] std::size_t find(std::uint8_t token) const;  ///< first cell that holds it; cells.size(): none
  bool operator==(const Grid&) const = default;
};

struct Puzzle {
  Grid question;
  Grid answer;
  std::size_t steps = 0;  ///< of the shortest path
};

/// Characters "# SGo", or '.' for an open cell: size lines, or all cells in one line as in the published CSV files.
/// Error: no square, a size that is not from 5 to 99, another character, no start or goal or more than one; the field
/// names row and column from 1.
Result<Grid> parse(std::string_view text);
/// '#', ' ', 'S', 'G' or 'o'; '?' for what is no cell.
char character(std::uint8_t token);
/// One line, as in the published CSV files.
std::string compact_text(const Grid& grid);
/// A line per row.
std::string pretty_text(const Grid& grid);
/// Error: as parse().
Result<Grid> grid_of(std::span<const std::uint8_t> tokens);

/// Does `answer` mark one path from start to goal, nothing else, and is there no shorter one? Knows nothing of the
/// solver.
bool is_solution(const Grid& question, const Grid& answer);

/// Published numbers: 0 as it is, 1 to 3 turned left by 90, 180, 270 degrees, 4 flipped left to right, 5 upside down,
/// 6 transposed, 7 transposed along the other diagonal.
inline constexpr unsigned kDihedralImages = 8;
/// The cell that an image shows at `cell`, of a board of size x size.
std::size_t dihedral_source(std::size_t size, unsigned image, std::size_t cell);
Grid dihedral(const Grid& grid, unsigned image);
/// The least of the eight images, which they all share.
std::string canonical_text(const Grid& grid);

}  // namespace trm::tasks::maze
