// Puzzles for a puzzle model: which ones it solves, and how to read them from a file and judge its answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/canvas_config.h"
#include "tasks/puzzles/family.h"

namespace trm::tasks {

struct Puzzle {
  std::size_t line = 0;              ///< of the file; 0: of a file of JSON
  std::vector<std::uint8_t> tokens;  ///< (seq_len)
  std::vector<std::uint8_t> answer;  ///< (seq_len); empty: not known
};

/// What a model says, judged.
struct Judgement {
  std::optional<bool> right;  ///< nothing: neither a rule nor an answer is known
  std::size_t broken = 0;     ///< cells that break a given or a rule
  std::string problem;        ///< empty if it is right
};

/// The puzzles that a model was made for: sudokus, mazes or fractals of a size, or ARC.
class PuzzleGame {
 public:
  /// By the sizes of the model in `file`. Error: none that is known.
  static Result<PuzzleGame> of(const CanvasConfig& config, const std::string& file);

  [[nodiscard]] std::string name() const;
  [[nodiscard]] BoardShape shape() const;
  /// Does the answer repeat what the question fills?
  [[nodiscard]] bool keeps_givens() const { return family_ != nullptr; }
  /// Null: ARC, whose views are rows of the puzzle table.
  [[nodiscard]] const PuzzleFamily* family() const { return family_.get(); }
  /// Is every puzzle a rule of its own, known to the model by its row of the puzzle table?
  [[nodiscard]] bool needs_identifier() const { return family_ == nullptr; }

  /// Text of boards; of ARC the public JSON of one task, each test input of which is a puzzle. "-": standard input.
  /// Error: names the file and the place in it.
  [[nodiscard]] Result<std::vector<Puzzle>> read(const std::string& file) const;

  [[nodiscard]] std::string glyphs(std::span<const std::uint8_t> tokens) const;
  /// An answer as people write it, which read() can read.
  [[nodiscard]] std::string text(std::span<const std::uint8_t> tokens) const;
  [[nodiscard]] Judgement judge(const Puzzle& puzzle, std::span<const std::uint8_t> tokens) const;

 private:
  std::unique_ptr<PuzzleFamily> family_;  ///< null: ARC
};

}  // namespace trm::tasks
