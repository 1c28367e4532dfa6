#include "tasks/puzzles/fractal/picture.h"

#include <algorithm>
#include <utility>

#include "tasks/base/words.h"
#include "tasks/puzzles/maze/grid.h"

namespace trm::tasks::fractal {
namespace {

constexpr std::string_view kCharacters = "?.#oS";  // by token

Status check_count(std::size_t cells, std::size_t size) {
  if (cells == size * size) return {};
  const std::string side = std::to_string(size);
  return bad_text("", "has " + std::to_string(cells) + " cells, not those of " + side + "x" + side,
                  "write all cells of all rows");
}

/// Rows from the top without a blank, if all others are blank; else 0.
std::size_t first_rows(const Picture& picture) {
  const auto blank = std::find(picture.cells.begin(), picture.cells.end(), cell::kBlank);
  const auto shown = static_cast<std::size_t>(blank - picture.cells.begin());
  if (shown % picture.size != 0) return 0;
  if (std::any_of(blank, picture.cells.end(), is_colour)) return 0;
  return shown / picture.size;
}

/// Side of the largest square at the top left without a blank.
std::size_t first_corner(const Picture& picture) {
  std::size_t side = 0;
  for (; side < picture.size; ++side) {
    for (std::size_t i = 0; i <= side; ++i) {
      if (picture.cells[side * picture.size + i] == cell::kBlank ||
          picture.cells[i * picture.size + side] == cell::kBlank)
        return side;
    }
  }
  return side;
}

}  // namespace

std::size_t Picture::find(std::uint8_t token) const {
  return static_cast<std::size_t>(std::find(cells.begin(), cells.end(), token) - cells.begin());
}

Picture turned(const Picture& picture, unsigned image) {
  return {picture.size, maze::dihedral({picture.size, picture.cells}, image).cells};
}

Picture transformed(const Picture& picture, Symmetry symmetry) {
  Picture out = turned(picture, symmetry.image);
  if (symmetry.swap)
    for (std::uint8_t& token : out.cells) token = swapped(token);
  return out;
}

char character(std::uint8_t token) {
  return token < kCharacters.size() ? kCharacters[token] : '?';
}

Result<Picture> parse(std::string_view text, std::size_t size) {
  std::string cells;
  for (const char c : text)
    if (c != '\n' && c != '\r') cells += c;
  if (Status status = check_count(cells.size(), size); !status) return status.error();
  Picture out{size, {}};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::size_t token = kCharacters.find(cells[i]);
    if (token == std::string_view::npos || token == 0)
      return bad_text(place_of(i / size, i % size), in_quotes(std::string_view(cells).substr(i, 1)) + " is no cell",
                      "write ., #, o or S");
    out.cells.push_back(static_cast<std::uint8_t>(token));
  }
  return out;
}

Result<Picture> picture_of(std::span<const std::uint8_t> tokens, std::size_t size) {
  if (Status status = check_count(tokens.size(), size); !status) return status.error();
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i] == 0 || tokens[i] >= kVocabSize)
      return bad_text(place_of(i / size, i % size), "token " + std::to_string(tokens[i]) + " is no cell", "use 1 to 4");
  }
  return Picture{size, {tokens.begin(), tokens.end()}};
}

std::string pretty_text(const Picture& picture) {
  std::string out;
  for (std::size_t i = 0; i < picture.cells.size(); ++i) {
    out += character(picture.cells[i]);
    if (i % picture.size == picture.size - 1) out += '\n';
  }
  return out;
}

unsigned inverse_image(unsigned image) {
  return image == 1 ? 3 : image == 3 ? 1 : image;
}

std::size_t block_side(std::size_t size, std::size_t shown) {
  for (std::size_t k = 2; has_block(size, k); ++k)
    if (corner_side(size, k) == shown) return k;
  return 0;
}

std::optional<Layout> layout_of(const Picture& question) {
  const auto has = [&](std::uint8_t token) { return question.find(token) < question.cells.size(); };
  if (!has(cell::kBlank)) return std::nullopt;
  if (has(cell::kStart)) return Layout{Kind::curve, 0, 0};
  // The largest corner is the first one. The block that may be shown beside it is no larger, but may fill another
  // corner.
  std::optional<Layout> corner;
  bool tie = false;
  for (unsigned image = 0; image < 4; ++image) {
    const Picture upright = turned(question, image);
    if (const std::size_t rows = first_rows(upright); rows > 0) return Layout{Kind::automaton, image, rows};
    const std::size_t side = first_corner(upright);
    if (block_side(question.size, side) == 0) continue;
    if (corner && side < corner->shown) continue;
    tie = corner && side == corner->shown;
    corner = Layout{Kind::substitution, image, side};
  }
  if (tie) return std::nullopt;
  return corner;
}

}  // namespace trm::tasks::fractal
