#include "tasks/puzzles/sudoku/family.h"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>
#include <utility>

#include "tasks/puzzles/sudoku/solver.h"
#include "tasks/puzzles/sudoku/symmetry.h"

namespace trm::tasks::sudoku {
namespace {

PuzzleExample example_of(const Puzzle& puzzle) {
  return {tokens_of(puzzle.question), tokens_of(puzzle.answer), puzzle.rating};
}

class Family final : public PuzzleFamily {
 public:
  explicit Family(Request request) : request_(std::move(request)) {}

  [[nodiscard]] std::string name() const override {
    const std::string size = std::to_string(request_.layout.size);
    return "sudoku " + size + "x" + size;
  }
  [[nodiscard]] std::size_t seq_len() const override { return request_.layout.cells(); }
  [[nodiscard]] std::size_t vocab_size() const override { return sudoku::vocab_size(request_.layout); }

  [[nodiscard]] Result<PuzzleExample> generate(std::string_view split, std::uint64_t seed,
                                               std::uint64_t index) const override {
    Request request = request_;
    request.split = split;
    const Result<Puzzle> puzzle = sudoku::generate(request, seed, index);
    if (!puzzle) return puzzle.error();
    return example_of(*puzzle);
  }

  [[nodiscard]] Result<PuzzleExample> read(std::string_view question, std::string_view answer,
                                           bool unique) const override {
    Puzzle puzzle;
    for (auto [text, board, field] :
         {std::tuple(question, &puzzle.question, "question"), std::tuple(answer, &puzzle.answer, "answer")}) {
      const Result<Board> parsed = parse(text, request_.layout);
      if (!parsed) return in_field(parsed.error(), field);
      *board = *parsed;
    }
    if (!is_solution(puzzle.question, puzzle.answer))
      return Error{ErrorCode::bad_input, "", "answer", "does not solve the question", "correct one of the two"};
    if (unique) {
      const Solved solved = solve(puzzle.question);
      if (solved.solutions != 1)
        return Error{ErrorCode::bad_input, "", "question", "has more than one solution", "add givens"};
      puzzle.rating = solved.guesses;
    }
    return example_of(puzzle);
  }

  [[nodiscard]] Result<std::vector<std::uint8_t>> read_question(std::string_view question) const override {
    const Result<Board> board = parse(question, request_.layout);
    if (!board) return board.error();
    return tokens_of(*board);
  }
  [[nodiscard]] std::string canonical(std::span<const std::uint8_t> input) const override {
    const Result<Board> board = board_of(input, request_.layout);
    return board ? canonical_text(*board) : "";
  }

  void augment(std::span<std::uint8_t> input, std::span<std::uint8_t> label, Rng& rng) const override {
    const Symmetry symmetry = random_symmetry(request_.layout, rng);
    for (const std::span<std::uint8_t> tokens : {input, label}) {
      std::array<std::uint8_t, kMaxCells> old;
      std::copy(tokens.begin(), tokens.end(), old.begin());
      for (std::size_t cell = 0; cell < tokens.size(); ++cell) {
        const std::uint8_t token = old[symmetry.source(request_.layout, cell)];
        const bool digit = token > kBlankToken && token < vocab_size();
        tokens[cell] = digit ? static_cast<std::uint8_t>(symmetry.digits[token - kBlankToken] + kBlankToken) : token;
      }
    }
  }
  [[nodiscard]] PuzzleView random_view(Rng& rng) const override {
    const Symmetry symmetry = random_symmetry(request_.layout, rng);
    PuzzleView out;
    out.sources.resize(seq_len());
    for (std::size_t cell = 0; cell < seq_len(); ++cell)
      out.sources[cell] = static_cast<std::uint32_t>(symmetry.source(request_.layout, cell));
    out.names.resize(vocab_size());
    for (std::size_t token = 0; token < vocab_size(); ++token) {
      const std::size_t shown = token <= kBlankToken ? token : symmetry.digits[token - kBlankToken] + kBlankToken;
      out.names[token] = static_cast<std::uint8_t>(shown);
    }
    return out;
  }
  [[nodiscard]] std::size_t max_copies() const override { return std::numeric_limits<std::int32_t>::max(); }
  [[nodiscard]] std::vector<PuzzleExample> copies(const PuzzleExample& example, std::size_t count,
                                                  Rng& rng) const override {
    std::vector<PuzzleExample> out(count, example);
    for (PuzzleExample& copy : out) augment(copy.input, copy.label, rng);
    return out;
  }

  [[nodiscard]] bool verify(std::span<const std::uint8_t> input, std::span<const std::uint8_t> output) const override {
    const Result<Board> question = board_of(input, request_.layout), answer = board_of(output, request_.layout);
    return question && answer && is_solution(*question, *answer);
  }
  [[nodiscard]] Flaws flaws(std::span<const std::uint8_t> input, std::span<const std::uint8_t> output) const override {
    Flaws out;
    for (std::size_t cell = 0; cell < output.size(); ++cell) {
      const std::string flaw = flaw_of(input, output, cell);
      if (flaw.empty()) continue;
      if (out.cells.empty()) out.text = place(cell) + " " + flaw;
      out.cells.push_back(cell);
    }
    return out;
  }
  [[nodiscard]] BoardShape shape() const override {
    const Layout& layout = request_.layout;
    return {layout.size, layout.size, layout.box_rows, layout.box_columns};
  }
  [[nodiscard]] char glyph(std::uint8_t token) const override {
    if (token == kBlankToken) return '.';
    const bool digit = token > kBlankToken && token < vocab_size();
    return digit ? static_cast<char>('0' + token - kBlankToken) : '?';
  }
  [[nodiscard]] std::string text(std::span<const std::uint8_t> tokens) const override {
    return pretty_text(request_.layout, glyphs(tokens));
  }

 private:
  /// What is wrong with one cell; empty: nothing.
  [[nodiscard]] std::string flaw_of(std::span<const std::uint8_t> input, std::span<const std::uint8_t> output,
                                    std::size_t cell) const {
    const Layout& layout = request_.layout;
    const std::uint8_t token = output[cell];
    if (input[cell] != kBlankToken && token != input[cell])
      return std::string("holds ") + glyph(token) + ", but " + glyph(input[cell]) + " is given";
    if (token <= kBlankToken || token >= vocab_size()) return "holds no digit";
    const std::size_t row = cell / layout.size, column = cell % layout.size;
    for (std::size_t other = 0; other < output.size(); ++other) {
      if (other == cell || output[other] != token) continue;
      const std::size_t r = other / layout.size, c = other % layout.size;
      const char* unit = r == row                                            ? "row"
                         : c == column                                       ? "column"
                         : layout.box_of(r, c) == layout.box_of(row, column) ? "box"
                                                                             : nullptr;
      if (unit != nullptr) return std::string("holds ") + glyph(token) + ", which stands twice in its " + unit;
    }
    return "";
  }

  Request request_;
};

}  // namespace

std::unique_ptr<PuzzleFamily> make_family(const Request& request) {
  return std::make_unique<Family>(request);
}

}  // namespace trm::tasks::sudoku
