// JSON of a known shape: objects with given fields, lists, and the grids and token lists of ARC. Values are checked as
// they pass and only grids, token lists, texts and numbers are ever kept, so a hostile file costs no memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/status.h"
#include "tasks/puzzles/arc/grid.h"

namespace trm::tasks::arc {

struct JsonShape;

struct ShapeField {
  std::string_view name;
  const JsonShape* shape;
  bool required = true;
};

struct JsonShape {
  enum class Kind {
    object,         ///< has `fields` and no others
    map,            ///< has names of its own for at least one `element`
    list,           ///< at least one `element`
    grid,           ///< 1..30 rows of 1..30 colours
    grid_or_empty,  ///< the same, or [] for a grid of 0x0
    canvas,         ///< canvas_tokens tokens
    text,
    whole,  ///< a whole number from 0
    real,
    row,     ///< of a grid
    colour,  ///< of a row
    token,   ///< of a canvas
  };
  Kind kind;
  std::span<const ShapeField> fields = {};
  const JsonShape* element = nullptr;
};

/// A name in an object or a place in a list, counted from 0.
struct Step {
  std::string name;
  std::size_t index = 0;
};

using Leaf = std::variant<Grid, std::vector<std::uint8_t>, std::string, std::uint64_t, double>;
/// Receives what the shapes grid, canvas, text, whole and real stand for, in the order of the text.
using Sink = std::function<void(std::span<const Step> path, Leaf leaf)>;

/// Error: not JSON; not of this shape, with the path of what is wrong, such as train[2].input[3][5] for row 3 and
/// column 5.
Status read_shape(std::string_view text, const std::string& file, const JsonShape& shape, const Sink& sink);

}  // namespace trm::tasks::arc
