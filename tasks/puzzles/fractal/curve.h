// Curves as their turtle walks them: S, then edges of two cells each, which never touch a vertex twice.
#pragma once

#include <optional>
#include <vector>

#include "tasks/puzzles/fractal/picture.h"

namespace trm::tasks::fractal {

/// An edge, and the turn before it.
struct Edge {
  std::uint8_t colour = 0;
  std::uint8_t turn = 0;  ///< quarter turns to the right: 0, 1 or 3; of the first edge 0
  bool operator==(const Edge&) const = default;
};

/// Draws edge by edge, from a vertex of a picture in a direction of 0 up, 1 right, 2 down, 3 left.
class Turtle {
 public:
  Turtle(Picture& picture, std::size_t vertex, unsigned direction)
      : picture_(picture), at_(vertex), direction_(direction) {}
  /// False, and nothing is drawn: the edge leaves the picture or meets a vertex again.
  bool draw(const Edge& edge);
  [[nodiscard]] std::size_t vertex() const { return at_; }
  [[nodiscard]] unsigned direction() const { return direction_; }

 private:
  Picture& picture_;
  std::size_t at_;
  unsigned direction_;
};

/// `cells` steps from a cell; nothing: outside.
std::optional<std::size_t> walk(const Picture& picture, std::size_t from, unsigned direction, std::size_t cells);

struct Curve {
  std::vector<Edge> edges;
  unsigned first_direction = 0;
  std::size_t end = 0;  ///< the last vertex
  unsigned last_direction = 0;
};
/// What is drawn from S on. Nothing: no S or two, no edge, a fork, or cells that are not on the way.
std::optional<Curve> follow(const Picture& picture);

}  // namespace trm::tasks::fractal
