#include "tasks/puzzles/fractal/generator.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "tasks/base/rng.h"
#include "tasks/base/split.h"
#include "tasks/puzzles/fractal/rule.h"
#include "tasks/puzzles/fractal/solver.h"
#include "tasks/task/task.h"

namespace trm::tasks::fractal {
namespace {

constexpr int kMaxAttempts = 200'000;

/// Does the question determine the answer that it was made from?
bool determines(const Picture& question, const Picture& answer) {
  const Solved solved = solve(question);
  return solved.solutions == 1 && solved.answer == answer;
}

bool has_both_colours(const std::uint8_t* cells, std::size_t count) {
  return std::adjacent_find(cells, cells + count, std::not_equal_to<>()) != cells + count;
}

void copy_square(const Picture& from, std::size_t row, std::size_t column, std::size_t side, Picture& to) {
  for (std::size_t i = row; i < row + side; ++i)
    for (std::size_t j = column; j < column + side; ++j) to.cells[i * to.size + j] = from.cells[i * to.size + j];
}

/// The corner alone, or with what one light cell of it becomes.
std::optional<Puzzle> substitution(std::size_t size, Rng& rng) {
  std::size_t largest = 2;
  while (has_block(size, largest + 1)) ++largest;
  // There are only 128 rules of blocks of 2x2 cells.
  const std::size_t k = rng.below(8) == 0 ? 2 : rng.between(3, static_cast<std::uint32_t>(largest));
  const Picture answer = draw(random_substitution(k, rng), size);
  const std::size_t corner = corner_side(size, k);
  const auto middle = static_cast<std::ptrdiff_t>(corner * size);
  if (!has_both_colours(answer.cells.data() + middle, answer.cells.size() - corner * size)) return std::nullopt;
  Picture question{size, std::vector<std::uint8_t>(answer.cells.size(), cell::kBlank)};
  copy_square(answer, 0, 0, corner, question);
  if (determines(question, answer)) return Puzzle{question, answer};
  for (std::size_t row = 0; row < size / k; ++row) {
    for (std::size_t column = 0; column < size / k; ++column) {
      if (answer.cells[row * size + column] != cell::kLight) continue;
      Picture hinted = question;
      copy_square(answer, row * k, column * k, k, hinted);
      if (determines(hinted, answer)) return Puzzle{std::move(hinted), answer};
    }
  }
  return std::nullopt;
}

/// As few rows as determine the others, half of them at most.
std::optional<Puzzle> automaton(std::size_t size, Rng& rng) {
  std::vector<std::uint8_t> first(size, cell::kLight);
  if (rng.below(4) == 0) {
    for (std::uint32_t seeds = rng.between(1, 3); seeds > 0; --seeds)
      first[rng.below(static_cast<std::uint32_t>(size))] = cell::kDark;
  } else {
    const std::uint32_t dark_of_8 = rng.between(1, 7);
    for (std::uint8_t& token : first)
      if (rng.below(8) < dark_of_8) token = cell::kDark;
  }
  const Picture answer = draw_automaton(rng.below(256), first);
  const std::uint8_t* last = answer.cells.data() + answer.cells.size() - size;
  if (!has_both_colours(last, size) || std::equal(last, last + size, last - size)) return std::nullopt;
  for (std::size_t rows = 2; rows <= size / 2; ++rows) {
    Picture question = answer;
    std::fill(question.cells.begin() + static_cast<std::ptrdiff_t>(rows * size), question.cells.end(), cell::kBlank);
    if (determines(question, answer)) return Puzzle{std::move(question), answer};
  }
  return std::nullopt;
}

/// Iteration n, or more if that does not show what a light edge becomes; half of the edges at most.
std::optional<Puzzle> curve(std::size_t size, Rng& rng) {
  const std::size_t k = rng.between(kMinEdges, kMaxEdges), side = (size + 1) / 2;
  unsigned most = 1;
  for (std::size_t length = k * k; length < side * side; length *= k) ++most;
  if (most < 2) return std::nullopt;
  const std::uint32_t iterations = rng.between(2, most);
  const std::string word = rewrite(random_l_system(k, rng), iterations);
  if (word.find_first_of("+-") == std::string::npos) return std::nullopt;
  std::string edges = word;
  std::erase_if(edges, [](char c) { return c != 'A' && c != 'B'; });
  const Picture answer = draw_curve(word, edges.size(), size);
  if (answer.cells.empty()) return std::nullopt;
  const std::size_t light = edges.find('B');
  const std::size_t shown = light < k ? std::max(edges.size() / k, (light + 1) * k) : edges.size() / k;
  if (2 * shown > edges.size()) return std::nullopt;
  Picture question = draw_curve(word, shown, size);
  if (!determines(question, answer)) return std::nullopt;
  return Puzzle{std::move(question), answer};
}

std::optional<Puzzle> draw_one(std::uint32_t kind, std::size_t size, Rng& rng) {
  return kind == 0 ? substitution(size, rng) : kind == 1 ? automaton(size, rng) : curve(size, rng);
}

std::string text_of(const Picture& picture) {
  return {picture.cells.begin(), picture.cells.end()};
}

}  // namespace

std::string canonical_text(const Picture& question) {
  const Solved solved = solve(question);
  const std::optional<Layout> layout = layout_of(question);
  const bool ring = layout && layout->kind == Kind::automaton;
  Picture picture = solved.solutions == 1 ? solved.answer : question;
  if (ring) picture = turned(picture, layout->image);
  std::string least;
  const auto offer = [&](std::string text) {
    if (least.empty() || text < least) least = std::move(text);
  };
  for (unsigned number = 0; number < kSymmetries; ++number) {
    // An automaton's time runs down: only its mirror image does so too.
    if (ring && symmetry(number).image != 0 && symmetry(number).image != 4) continue;
    std::string text = text_of(transformed(picture, symmetry(number)));
    for (std::size_t turn = ring ? picture.size : 1; turn > 0; --turn) {
      offer(text);
      if (!ring) continue;
      for (auto row = text.begin(); row != text.end(); row += static_cast<std::ptrdiff_t>(picture.size))
        std::rotate(row, row + 1, row + static_cast<std::ptrdiff_t>(picture.size));
    }
  }
  return least;
}

Result<Puzzle> generate(const Request& request, std::uint64_t seed, std::uint64_t index) {
  if (request.size < kMinSize || request.size > kMaxSize) {
    return Error{ErrorCode::bad_input, "", "size", std::to_string(request.size) + " is not a size of a fractal",
                 "use " + std::to_string(kMinSize) + " to " + std::to_string(kMaxSize)};
  }
  Rng rng(seed, stream_of("fractal") + static_cast<std::uint32_t>(request.size), index);
  const std::uint32_t kind = rng.below(request.size < kMinCurveSize ? 2 : 3);
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    const std::optional<Puzzle> puzzle = draw_one(kind, request.size, rng);
    if (!puzzle) continue;
    if (!request.split.empty() && split_of(canonical_text(puzzle->question)) != request.split) continue;
    const Symmetry view = symmetry(rng.below(kSymmetries));
    return Puzzle{transformed(puzzle->question, view), transformed(puzzle->answer, view)};
  }
  return Error{ErrorCode::bad_input, "", "split",
               "none of " + std::to_string(kMaxAttempts) + " random fractals belongs to it", "ask for a larger size"};
}

}  // namespace trm::tasks::fractal
