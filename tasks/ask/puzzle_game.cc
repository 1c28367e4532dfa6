#include "tasks/ask/puzzle_game.h"

#include <filesystem>
#include <utility>

#include "engine/sys/standard_input.h"
#include "tasks/puzzles/arc/canvas.h"
#include "tasks/puzzles/arc/name.h"
#include "tasks/puzzles/arc/task_json.h"
#include "tasks/puzzles/families.h"
#include "tasks/puzzles/puzzle_text.h"

namespace trm::tasks {
namespace {

Result<std::vector<Puzzle>> read_arc(const std::string& text, const std::string& file) {
  std::string id = std::filesystem::path(file).stem().string();
  if (!arc::check_id(id).ok()) id = "task";
  const Result<arc::ArcTask> task = arc::read_task(text, file, id);
  if (!task.ok()) return task.error();
  std::vector<Puzzle> out;
  for (const arc::Pair& pair : task->test) {
    Puzzle puzzle;
    const arc::Canvas input = arc::draw(pair.input);
    puzzle.tokens.assign(input.begin(), input.end());
    if (!pair.output.empty()) {
      const arc::Canvas output = arc::draw(pair.output);
      puzzle.answer.assign(output.begin(), output.end());
    }
    out.push_back(std::move(puzzle));
  }
  return out;
}

}  // namespace

Result<PuzzleGame> PuzzleGame::of(const CanvasConfig& config, const std::string& file) {
  PuzzleGame out;
  PuzzleMetadata sizes;
  sizes.vocab_size = config.vocab_size;
  sizes.seq_len = config.seq_len;
  out.family_ = family_of(sizes);
  const bool arc = config.seq_len == arc::kCanvasTokens && config.vocab_size == arc::kCanvasVocabulary;
  if (out.family_ == nullptr && !arc) {
    return Error{ErrorCode::bad_input, file, "__metadata__.config",
                 std::to_string(config.seq_len) + " cells of " + std::to_string(config.vocab_size) +
                     " tokens are no puzzles that can be read from text",
                 "use a model of sudokus, mazes, fractals or ARC"};
  }
  return out;
}

std::string PuzzleGame::name() const {
  return family_ == nullptr ? "arc" : family_->name();
}

BoardShape PuzzleGame::shape() const {
  return family_ == nullptr ? arc::kCanvasShape : family_->shape();
}

Result<std::vector<Puzzle>> PuzzleGame::read(const std::string& file) const {
  const Result<std::string> text = read_input(file);
  if (!text.ok()) return text.error();
  const std::string name = input_name(file);
  if (family_ == nullptr) return read_arc(*text, name);
  Result<std::vector<TypedPuzzle>> typed = read_typed_puzzles(*text, name, *family_);
  if (!typed.ok()) return typed.error();
  std::vector<Puzzle> out;
  for (TypedPuzzle& puzzle : *typed) out.push_back({puzzle.line, std::move(puzzle.tokens), {}});
  return out;
}

std::string PuzzleGame::glyphs(std::span<const std::uint8_t> tokens) const {
  if (family_ != nullptr) return family_->glyphs(tokens);
  std::string out;
  for (const std::uint8_t token : tokens) out += arc::glyph(token);
  return out;
}

std::string PuzzleGame::text(std::span<const std::uint8_t> tokens) const {
  if (family_ != nullptr) return family_->text(tokens);
  const arc::Grid grid = arc::crop(tokens);
  std::string out;
  for (std::size_t row = 0; row < grid.rows; ++row) {
    for (std::size_t column = 0; column < grid.columns; ++column)
      out += (column == 0 ? "" : " ") + std::to_string(grid.at(row, column));
    out += '\n';
  }
  return out;
}

Judgement PuzzleGame::judge(const Puzzle& puzzle, std::span<const std::uint8_t> tokens) const {
  Judgement out;
  if (family_ != nullptr) {
    Flaws flaws = family_->flaws(puzzle.tokens, tokens);
    out.right = flaws.text.empty();
    out.broken = flaws.cells.size();
    out.problem = std::move(flaws.text);
    return out;
  }
  if (puzzle.answer.empty()) return out;
  out.right = arc::crop(tokens) == arc::crop(std::span(puzzle.answer));
  if (!*out.right) out.problem = "it is not the output that the file gives";
  return out;
}

}  // namespace trm::tasks
