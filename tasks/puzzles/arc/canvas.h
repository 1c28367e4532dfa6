// Grids as token sequences (TinyRecursiveModels `dataset/build_arc_dataset.py`, `evaluators/arc.py`): a canvas of 30x30
// tokens, row by row. 0 is padding, 1 the end mark in the row below and the column right of the grid (not in their
// common corner, and only where the canvas has room), 2..11 are the colours 0..9.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "tasks/puzzles/arc/grid.h"
#include "tasks/puzzles/board_shape.h"

namespace trm::tasks::arc {

inline constexpr std::size_t kCanvasSide = kMaxSide;
inline constexpr std::size_t kCanvasTokens = kCanvasSide * kCanvasSide;
inline constexpr std::uint8_t kPaddingToken = 0, kEndToken = 1, kFirstColourToken = 2;
inline constexpr std::size_t kCanvasVocabulary = kFirstColourToken + kColourCount;

inline constexpr BoardShape kCanvasShape{kCanvasSide, kCanvasSide, 0, 0};

/// For people: ' ' for padding, '+' for the end mark, '0' to '9' for the colours; '?' for any other token.
char glyph(std::uint8_t token);

using Canvas = std::array<std::uint8_t, kCanvasTokens>;

/// Where the top left cell of a grid lies.
struct Offset {
  std::size_t row = 0, column = 0;
};

/// The grid has to fit: offset.row + grid.rows <= 30, and so the columns. An empty grid is a canvas of padding.
Canvas draw(const Grid& grid, Offset offset = {});

/// The largest rectangle of colours at the top left of canvas_tokens tokens, as the published evaluator looks for it:
/// row by row the usable width only shrinks, and of equal areas the first is taken. 0x0 if the first token is no
/// colour.
Grid crop(std::span<const std::uint8_t> canvas);
Grid crop(std::span<const std::int32_t> canvas);

}  // namespace trm::tasks::arc
