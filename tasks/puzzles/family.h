// A family of puzzles as builders, trainers and judges see it: rows of tokens. One implementation for each folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/base/rng.h"
#include "tasks/puzzles/board_shape.h"
#include "tasks/puzzles/dataset.h"
#include "tasks/puzzles/view.h"

namespace trm::tasks {

struct PuzzleExample {
  std::vector<std::uint8_t> input, label;  ///< (seq_len)
  std::uint64_t rating = 0;  ///< sudoku: guesses; maze: steps of the shortest path; fractal: cells to draw
};

/// What keeps a board from answering a question.
struct Flaws {
  std::vector<std::size_t> cells;  ///< those that break a given or a rule, ascending
  std::string text;                ///< the first of them, or what is missing, in words; empty: the board is an answer
};

class PuzzleFamily {
 public:
  virtual ~PuzzleFamily() = default;
  [[nodiscard]] virtual std::string name() const = 0;  ///< "sudoku 9x9"
  [[nodiscard]] virtual std::size_t seq_len() const = 0;
  [[nodiscard]] virtual std::size_t vocab_size() const = 0;

  /// Example `index` of (seed, split), which depends on nothing else; "": any split. Safe from several threads. Error:
  /// nothing that was asked for is found.
  [[nodiscard]] virtual Result<PuzzleExample> generate(std::string_view split, std::uint64_t seed,
                                                       std::uint64_t index) const = 0;
  /// From text, such as a row of a CSV file. Error: names "question" or "answer" as its field; also when the answer is
  /// wrong, and with `unique` when it is not the only one.
  [[nodiscard]] virtual Result<PuzzleExample> read(std::string_view question, std::string_view answer,
                                                   bool unique) const = 0;
  /// The tokens of a question alone. Error: as read(), with rows and columns from 1 as its field.
  [[nodiscard]] virtual Result<std::vector<std::uint8_t>> read_question(std::string_view question) const = 0;
  /// Near copies of a question share it; splits are made by its hash.
  [[nodiscard]] virtual std::string canonical(std::span<const std::uint8_t> input) const = 0;

  /// Turns an example into a random one of its copies, perhaps itself: for training on the fly.
  virtual void augment(std::span<std::uint8_t> input, std::span<std::uint8_t> label, Rng& rng) const = 0;
  /// A random one of the views of a board, perhaps the board as it is: augment() draws the same one from the same rng.
  [[nodiscard]] virtual PuzzleView random_view(Rng& rng) const = 0;
  /// The first `count` views that rng draws, none of them twice, after the board as it is; fewer where there are no
  /// more (max_copies() + 1 of them). So the first of many are the few.
  [[nodiscard]] std::vector<PuzzleView> views(std::size_t count, Rng& rng) const;
  /// Copies that a file can hold beside the original.
  [[nodiscard]] virtual std::size_t max_copies() const = 0;
  /// The first `count` of them, as the published builders make them.
  [[nodiscard]] virtual std::vector<PuzzleExample> copies(const PuzzleExample& example, std::size_t count,
                                                          Rng& rng) const = 0;

  /// Does `output` answer `input`? Knows nothing of the generator's solver.
  [[nodiscard]] virtual bool verify(std::span<const std::uint8_t> input,
                                    std::span<const std::uint8_t> output) const = 0;
  /// verify(), with reasons. Any token may stand in `output`.
  [[nodiscard]] virtual Flaws flaws(std::span<const std::uint8_t> input,
                                    std::span<const std::uint8_t> output) const = 0;
  [[nodiscard]] virtual BoardShape shape() const = 0;
  /// One printable ASCII character; '.' or ' ' is a cell that a question leaves open, '?' no legal token.
  [[nodiscard]] virtual char glyph(std::uint8_t token) const = 0;
  /// A glyph for each token.
  [[nodiscard]] std::string glyphs(std::span<const std::uint8_t> tokens) const;
  /// "row 2, column 3", from 1.
  [[nodiscard]] std::string place(std::size_t cell) const;
  /// For people, several lines. Any token is printed, legal or not.
  [[nodiscard]] virtual std::string text(std::span<const std::uint8_t> tokens) const = 0;
};

/// The error of a text as that of a field which holds it: for read().
Error in_field(Error error, const char* field);

}  // namespace trm::tasks
