#include "tasks/puzzles/fractal/curve.h"

#include <algorithm>

namespace trm::tasks::fractal {

std::optional<std::size_t> walk(const Picture& picture, std::size_t from, unsigned direction, std::size_t cells) {
  const std::size_t size = picture.size, row = from / size, column = from % size;
  switch (direction) {
    case 0:
      return row < cells ? std::nullopt : std::optional(from - cells * size);
    case 1:
      return column + cells >= size ? std::nullopt : std::optional(from + cells);
    case 2:
      return row + cells >= size ? std::nullopt : std::optional(from + cells * size);
    default:
      return column < cells ? std::nullopt : std::optional(from - cells);
  }
}

bool Turtle::draw(const Edge& edge) {
  const unsigned direction = (direction_ + edge.turn) % 4;
  const std::optional<std::size_t> middle = walk(picture_, at_, direction, 1), end = walk(picture_, at_, direction, 2);
  if (!end || picture_.cells[*end] != cell::kBlank) return false;
  picture_.cells[*middle] = picture_.cells[*end] = edge.colour;
  at_ = *end;
  direction_ = direction;
  return true;
}

std::optional<Curve> follow(const Picture& picture) {
  Curve out;
  out.end = picture.find(cell::kStart);
  if (out.end == picture.cells.size()) return std::nullopt;
  std::vector<bool> passed(picture.cells.size());
  passed[out.end] = true;
  for (;;) {
    std::optional<unsigned> next;
    for (unsigned direction = 0; direction < 4; ++direction) {
      const std::optional<std::size_t> middle = walk(picture, out.end, direction, 1);
      if (!middle || passed[*middle] || picture.cells[*middle] == cell::kBlank) continue;
      if (next) return std::nullopt;
      next = direction;
    }
    if (!next) break;
    const std::optional<std::size_t> middle = walk(picture, out.end, *next, 1), end = walk(picture, out.end, *next, 2);
    if (!end || passed[*end] || !is_colour(picture.cells[*middle]) || picture.cells[*end] != picture.cells[*middle])
      return std::nullopt;
    if (out.edges.empty()) out.first_direction = out.last_direction = *next;
    out.edges.push_back({picture.cells[*middle], static_cast<std::uint8_t>((*next + 4 - out.last_direction) % 4)});
    out.last_direction = *next;
    passed[*middle] = passed[*end] = true;
    out.end = *end;
  }
  const auto drawn = picture.cells.size() -
                     static_cast<std::size_t>(std::count(picture.cells.begin(), picture.cells.end(), cell::kBlank));
  if (out.edges.empty() || drawn != 2 * out.edges.size() + 1) return std::nullopt;
  return out;
}

}  // namespace trm::tasks::fractal
