#include "tasks/puzzles/maze/family.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "tasks/puzzles/maze/solver.h"

namespace trm::tasks::maze {
namespace {

class Family final : public PuzzleFamily {
 public:
  explicit Family(Request request) : request_(std::move(request)) {}

  [[nodiscard]] std::string name() const override {
    const std::string size = std::to_string(request_.size);
    return "maze " + size + "x" + size;
  }
  [[nodiscard]] std::size_t seq_len() const override { return request_.size * request_.size; }
  [[nodiscard]] std::size_t vocab_size() const override { return maze::kVocabSize; }

  [[nodiscard]] Result<PuzzleExample> generate(std::string_view split, std::uint64_t seed,
                                               std::uint64_t index) const override {
    Request request = request_;
    request.split = split;
    Result<Puzzle> puzzle = maze::generate(request, seed, index);
    if (!puzzle) return puzzle.error();
    return PuzzleExample{std::move(puzzle->question.cells), std::move(puzzle->answer.cells), puzzle->steps};
  }

  [[nodiscard]] Result<PuzzleExample> read(std::string_view question, std::string_view answer,
                                           bool unique) const override {
    PuzzleExample out;
    for (auto [text, tokens, field] :
         {std::tuple(question, &out.input, "question"), std::tuple(answer, &out.label, "answer")}) {
      Result<std::vector<std::uint8_t>> cells = read_cells(text);
      if (!cells) return in_field(cells.error(), field);
      *tokens = *std::move(cells);
    }
    if (Status status = check_open(out.input); !status) return in_field(status.error(), "question");
    if (!verify(out.input, out.label))
      return Error{ErrorCode::bad_input, "", "answer", "is not a shortest path", "correct it"};
    const Solved solved = solve({request_.size, out.input});
    if (unique && solved.paths != 1)
      return Error{ErrorCode::bad_input, "", "question", "has more than one shortest path", "add walls"};
    out.rating = solved.steps;
    return out;
  }

  [[nodiscard]] Result<std::vector<std::uint8_t>> read_question(std::string_view question) const override {
    Result<std::vector<std::uint8_t>> cells = read_cells(question);
    if (!cells) return cells;
    if (Status status = check_open(*cells); !status) return status.error();
    return cells;
  }
  [[nodiscard]] std::string canonical(std::span<const std::uint8_t> input) const override {
    const Result<Grid> grid = grid_of(input);
    return grid ? canonical_text(*grid) : "";
  }

  void augment(std::span<std::uint8_t> input, std::span<std::uint8_t> label, Rng& rng) const override {
    const std::uint32_t image = rng.below(kDihedralImages);
    for (const std::span<std::uint8_t> tokens : {input, label}) {
      const Grid changed = dihedral({request_.size, {tokens.begin(), tokens.end()}}, image);
      std::copy(changed.cells.begin(), changed.cells.end(), tokens.begin());
    }
  }
  [[nodiscard]] PuzzleView random_view(Rng& rng) const override {
    const std::uint32_t image = rng.below(kDihedralImages);
    PuzzleView out;
    out.sources.resize(seq_len());
    for (std::size_t cell = 0; cell < seq_len(); ++cell)
      out.sources[cell] = static_cast<std::uint32_t>(dihedral_source(request_.size, image, cell));
    out.names.resize(vocab_size());
    std::iota(out.names.begin(), out.names.end(), std::uint8_t{0});
    return out;
  }
  [[nodiscard]] std::size_t max_copies() const override { return kDihedralImages - 1; }
  /// The images in the order of their numbers; nothing about them is random.
  [[nodiscard]] std::vector<PuzzleExample> copies(const PuzzleExample& example, std::size_t count,
                                                  Rng&) const override {
    std::vector<PuzzleExample> out;
    for (unsigned image = 1; image <= count; ++image) {
      out.push_back({dihedral({request_.size, example.input}, image).cells,
                     dihedral({request_.size, example.label}, image).cells, example.rating});
    }
    return out;
  }

  [[nodiscard]] bool verify(std::span<const std::uint8_t> input, std::span<const std::uint8_t> output) const override {
    const Result<Grid> question = grid_of(input), answer = grid_of(output);
    return question && answer && is_solution(*question, *answer);
  }
  [[nodiscard]] Flaws flaws(std::span<const std::uint8_t> input, std::span<const std::uint8_t> output) const override {
    Flaws out;
    for (std::size_t i = 0; i < output.size(); ++i) {
      if (output[i] == input[i] || (input[i] == cell::kOpen && output[i] == cell::kPath)) continue;
      if (out.cells.empty())
        out.text = place(i) + " holds '" + glyph(output[i]) + "', but the maze has '" + glyph(input[i]) + "' there";
      out.cells.push_back(i);
    }
    if (out.text.empty() && !verify(input, output)) out.text = "the marked cells are no shortest path from S to G";
    return out;
  }
  [[nodiscard]] BoardShape shape() const override { return {request_.size, request_.size, 0, 0}; }
  [[nodiscard]] char glyph(std::uint8_t token) const override { return character(token); }
  [[nodiscard]] std::string text(std::span<const std::uint8_t> tokens) const override {
    std::string out;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      out += glyph(tokens[i]);
      if (i % request_.size == request_.size - 1) out += '\n';
    }
    return out;
  }

 private:
  [[nodiscard]] Result<std::vector<std::uint8_t>> read_cells(std::string_view text) const {
    Result<Grid> grid = parse(text);
    if (!grid) return grid.error();
    if (grid->size != request_.size) {
      return Error{ErrorCode::bad_input, "", "",
                   "has " + std::to_string(grid->size) + " rows, not " + std::to_string(request_.size),
                   "name its size"};
    }
    return std::move(grid->cells);
  }
  static Status check_open(const std::vector<std::uint8_t>& question) {
    if (std::find(question.begin(), question.end(), cell::kPath) == question.end()) return {};
    return Error{ErrorCode::bad_input, "", "", "has a path marked", "leave the cells open"};
  }

  Request request_;
};

}  // namespace

std::unique_ptr<PuzzleFamily> make_family(const Request& request) {
  return std::make_unique<Family>(request);
}

}  // namespace trm::tasks::maze
