#include "tasks/puzzles/maze/grid.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "tasks/base/words.h"

namespace trm::tasks::maze {
namespace {

constexpr std::string_view kCharacters = "?# SGo";  // by token

Result<std::size_t> side_of(std::size_t cells) {
  for (std::size_t size = kMinSize; size <= kMaxSize; ++size)
    if (size * size == cells) return size;
  return bad_text("",
                  "has " + std::to_string(cells) + " cells, which is no square of " + std::to_string(kMinSize) +
                      " to " + std::to_string(kMaxSize),
                  "write all cells of all rows");
}

Status check_ends(const Grid& grid) {
  for (const std::uint8_t token : {cell::kStart, cell::kGoal}) {
    const std::string name(1, kCharacters[token]);
    const std::size_t first = grid.find(token);
    if (first == grid.cells.size()) return bad_text("", "has no " + name, "write one");
    const auto again = std::find(grid.cells.begin() + static_cast<std::ptrdiff_t>(first) + 1, grid.cells.end(), token);
    if (again != grid.cells.end()) {
      const auto second = static_cast<std::size_t>(again - grid.cells.begin());
      return bad_text(place_of(second / grid.size, second % grid.size), "holds a second " + name, "write one");
    }
  }
  return {};
}

/// The cells of all lines one after another, which must be as long as there are lines.
Result<std::string> join_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t stop = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, stop);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(stop + 1, text.size()));
  }
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines.size() > 1 && lines[i].size() != lines.size()) {
      return bad_text(
          "row " + std::to_string(i + 1),
          "has " + std::to_string(lines[i].size()) + " cells, but there are " + std::to_string(lines.size()) + " rows",
          "write a square");
    }
    out += lines[i];
  }
  return out;
}

/// Length of a shortest path: every cell learns from its neighbours, in sweeps back and forth until nothing changes.
std::size_t distance_by_sweeps(const Grid& grid) {
  constexpr std::size_t far = std::numeric_limits<std::size_t>::max() / 2;
  const std::size_t size = grid.size;
  std::vector<std::size_t> steps(grid.cells.size(), far);
  steps[grid.find(cell::kStart)] = 0;
  bool changed = true;
  const auto learn = [&](std::size_t at) {
    if (grid.cells[at] == cell::kWall) return;
    std::size_t best = steps[at];
    if (at >= size) best = std::min(best, steps[at - size] + 1);
    if (at + size < steps.size()) best = std::min(best, steps[at + size] + 1);
    if (at % size != 0) best = std::min(best, steps[at - 1] + 1);
    if (at % size != size - 1) best = std::min(best, steps[at + 1] + 1);
    if (best < steps[at]) {
      steps[at] = best;
      changed = true;
    }
  };
  while (changed) {
    changed = false;
    for (std::size_t at = 0; at < steps.size(); ++at) learn(at);
    for (std::size_t at = steps.size(); at-- > 0;) learn(at);
  }
  return steps[grid.find(cell::kGoal)];
}

}  // namespace

std::size_t Grid::find(std::uint8_t token) const {
  return static_cast<std::size_t>(std::find(cells.begin(), cells.end(), token) - cells.begin());
}

Result<Grid> parse(std::string_view text) {
  Result<std::string> joined = join_lines(text);
  if (!joined) return joined.error();
  const Result<std::size_t> size = side_of(joined->size());
  if (!size) return size.error();
  Grid grid;
  grid.size = *size;
  grid.cells.reserve(joined->size());
  for (std::size_t i = 0; i < joined->size(); ++i) {
    const char c = (*joined)[i] == '.' ? ' ' : (*joined)[i];
    const std::size_t token = kCharacters.find(c);
    if (token == std::string_view::npos || token == 0) {
      return bad_text(place_of(i / *size, i % *size), in_quotes(std::string_view(&c, 1)) + " is no cell",
                      "write #, a space, S, G or o");
    }
    grid.cells.push_back(static_cast<std::uint8_t>(token));
  }
  if (Status status = check_ends(grid); !status) return status.error();
  return grid;
}

char character(std::uint8_t token) {
  return token < kCharacters.size() ? kCharacters[token] : '?';
}

std::string compact_text(const Grid& grid) {
  std::string out;
  for (const std::uint8_t token : grid.cells) out += kCharacters[token];
  return out;
}

std::string pretty_text(const Grid& grid) {
  std::string out;
  for (std::size_t i = 0; i < grid.cells.size(); ++i) {
    out += kCharacters[grid.cells[i]];
    if (i % grid.size == grid.size - 1) out += '\n';
  }
  return out;
}

Result<Grid> grid_of(std::span<const std::uint8_t> tokens) {
  const Result<std::size_t> size = side_of(tokens.size());
  if (!size) return size.error();
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i] == 0 || tokens[i] >= kVocabSize)
      return bad_text(place_of(i / *size, i % *size), "token " + std::to_string(tokens[i]) + " is no cell",
                      "use 1 to 5");
  }
  Grid grid{*size, {tokens.begin(), tokens.end()}};
  if (Status status = check_ends(grid); !status) return status.error();
  return grid;
}

bool is_solution(const Grid& question, const Grid& answer) {
  if (question.size != answer.size || question.cells.size() != answer.cells.size()) return false;
  std::size_t marked = 0;
  for (std::size_t i = 0; i < question.cells.size(); ++i) {
    if (answer.cells[i] == question.cells[i]) continue;
    if (answer.cells[i] != cell::kPath || question.cells[i] != cell::kOpen) return false;
    ++marked;
  }
  // Along the marks from the start, each seen once: on a shortest path no other mark lies beside the next one.
  const std::size_t size = answer.size;
  std::vector<std::uint8_t> cells = answer.cells;
  std::size_t at = question.find(cell::kStart);
  for (std::size_t step = 1; step <= marked + 1; ++step) {
    std::size_t next = cells.size(), choices = 0;
    const auto consider = [&](bool inside, std::size_t to) {
      if (!inside || (cells[to] != cell::kPath && cells[to] != cell::kGoal)) return;
      next = to;
      ++choices;
    };
    consider(at >= size, at - size);
    consider(at + size < cells.size(), at + size);
    consider(at % size != 0, at - 1);
    consider(at % size != size - 1, at + 1);
    if (choices != 1) return false;
    if (cells[next] == cell::kGoal) return step == marked + 1 && step == distance_by_sweeps(question);
    cells[next] = cell::kOpen;
    at = next;
  }
  return false;
}

std::size_t dihedral_source(std::size_t size, unsigned image, std::size_t cell) {
  const std::size_t last = size - 1, i = cell / size, j = cell % size;
  switch (image) {
    case 1:
      return j * size + last - i;
    case 2:
      return (last - i) * size + last - j;
    case 3:
      return (last - j) * size + i;
    case 4:
      return i * size + last - j;
    case 5:
      return (last - i) * size + j;
    case 6:
      return j * size + i;
    case 7:
      return (last - j) * size + last - i;
    default:
      return cell;
  }
}

Grid dihedral(const Grid& grid, unsigned image) {
  Grid out = grid;
  for (std::size_t cell = 0; cell < out.cells.size(); ++cell)
    out.cells[cell] = grid.cells[dihedral_source(grid.size, image, cell)];
  return out;
}

std::string canonical_text(const Grid& grid) {
  std::string least = compact_text(grid);
  for (unsigned image = 1; image < kDihedralImages; ++image)
    least = std::min(least, compact_text(dihedral(grid, image)));
  return least;
}

}  // namespace trm::tasks::maze
