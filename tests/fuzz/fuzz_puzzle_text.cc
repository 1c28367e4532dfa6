// Any text as a file of puzzles: an error that names the file, or boards that are printed and read back as they were.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/puzzles/fractal/family.h"
#include "tasks/puzzles/maze/family.h"
#include "tasks/puzzles/puzzle_text.h"
#include "tasks/puzzles/sudoku/family.h"
#include "tests/fuzz/check.h"

using namespace trm::tasks;
using trm::fuzz::check;

namespace {

void try_family(const PuzzleFamily& family, std::string_view text) {
  const auto puzzles = read_typed_puzzles(text, "input", family);
  if (!puzzles) {
    check(!puzzles.error().message.empty(), "an error says what is wrong");
    check(puzzles.error().file.starts_with("input"), "an error names the file");
    return;
  }
  check(!puzzles->empty(), "a file holds puzzles");
  for (const TypedPuzzle& puzzle : *puzzles) {
    check(puzzle.line > 0, "a puzzle has a line");
    check(puzzle.tokens.size() == family.seq_len(), "a board is whole");
    const auto again = read_typed_puzzles(family.text(puzzle.tokens), "again", family);
    check(again.ok() && again->size() == 1 && (*again)[0].tokens == puzzle.tokens, "a board is read as it is printed");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  for (const std::size_t side : {4u, 6u, 9u}) {
    sudoku::Request request;
    request.layout = *sudoku::layout_of(side);
    try_family(*sudoku::make_family(request), text);
  }
  try_family(*maze::make_family({5, 3, ""}), text);
  try_family(*fractal::make_family({9, ""}), text);
  return 0;
}
