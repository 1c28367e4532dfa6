#include "tasks/puzzles/arc/canvas.h"

namespace trm::tasks::arc {
namespace {

template <class Token>
bool is_colour(Token token) {
  return token >= kFirstColourToken && token < static_cast<Token>(kCanvasVocabulary);
}

template <class Token>
Grid crop_tokens(std::span<const Token> canvas) {
  std::size_t width = kCanvasSide, rows = 0, columns = 0;
  for (std::size_t row = 0; row < kCanvasSide; ++row) {
    std::size_t column = 0;
    while (column < width && is_colour(canvas[row * kCanvasSide + column])) ++column;
    width = column;
    if ((row + 1) * width > rows * columns) {
      rows = row + 1;
      columns = width;
    }
  }
  Grid out(rows, columns);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column)
      out.at(row, column) = static_cast<std::uint8_t>(canvas[row * kCanvasSide + column] - kFirstColourToken);
  }
  return out;
}

}  // namespace

char glyph(std::uint8_t token) {
  if (token == kPaddingToken) return ' ';
  if (token == kEndToken) return '+';
  return is_colour(token) ? static_cast<char>('0' + token - kFirstColourToken) : '?';
}

Canvas draw(const Grid& grid, Offset offset) {
  Canvas out{};
  const auto token = [&out](std::size_t row, std::size_t column) -> std::uint8_t& {
    return out[row * kCanvasSide + column];
  };
  const std::size_t bottom = offset.row + grid.rows, right = offset.column + grid.columns;
  for (std::size_t row = 0; row < grid.rows; ++row) {
    for (std::size_t column = 0; column < grid.columns; ++column) {
      token(offset.row + row, offset.column + column) =
          static_cast<std::uint8_t>(grid.at(row, column) + kFirstColourToken);
    }
  }
  if (bottom < kCanvasSide)
    for (std::size_t column = offset.column; column < right; ++column) token(bottom, column) = kEndToken;
  if (right < kCanvasSide)
    for (std::size_t row = offset.row; row < bottom; ++row) token(row, right) = kEndToken;
  return out;
}

Grid crop(std::span<const std::uint8_t> canvas) {
  return crop_tokens(canvas);
}
Grid crop(std::span<const std::int32_t> canvas) {
  return crop_tokens(canvas);
}

}  // namespace trm::tasks::arc
