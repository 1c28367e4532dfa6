#include "tasks/puzzles/fractal/family.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "tasks/puzzles/fractal/solver.h"
#include "tasks/puzzles/fractal/verifier.h"
#include "tasks/puzzles/maze/grid.h"

namespace trm::tasks::fractal {
namespace {

/// Cells that are drawn between question and answer.
std::uint64_t drawn(const Picture& question, const Picture& answer) {
  const auto blanks = [](const Picture& p) { return std::count(p.cells.begin(), p.cells.end(), cell::kBlank); };
  return static_cast<std::uint64_t>(blanks(question) - blanks(answer));
}

class Family final : public PuzzleFamily {
 public:
  explicit Family(Request request) : request_(std::move(request)) {}

  [[nodiscard]] std::string name() const override {
    const std::string size = std::to_string(request_.size);
    return "fractal " + size + "x" + size;
  }
  [[nodiscard]] std::size_t seq_len() const override { return request_.size * request_.size; }
  [[nodiscard]] std::size_t vocab_size() const override { return fractal::kVocabSize; }

  [[nodiscard]] Result<PuzzleExample> generate(std::string_view split, std::uint64_t seed,
                                               std::uint64_t index) const override {
    Request request = request_;
    request.split = split;
    Result<Puzzle> puzzle = fractal::generate(request, seed, index);
    if (!puzzle) return puzzle.error();
    const std::uint64_t rating = drawn(puzzle->question, puzzle->answer);
    return PuzzleExample{std::move(puzzle->question.cells), std::move(puzzle->answer.cells), rating};
  }

  [[nodiscard]] Result<PuzzleExample> read(std::string_view question, std::string_view answer,
                                           bool unique) const override {
    Puzzle puzzle;
    for (auto [text, picture, field] :
         {std::tuple(question, &puzzle.question, "question"), std::tuple(answer, &puzzle.answer, "answer")}) {
      Result<Picture> parsed = parse(text, request_.size);
      if (!parsed) return in_field(parsed.error(), field);
      *picture = *std::move(parsed);
    }
    if (Status status = check_layout(puzzle.question); !status) return in_field(status.error(), "question");
    if (!is_solution(puzzle.question, puzzle.answer))
      return Error{ErrorCode::bad_input, "", "answer", "is not the next iteration of the question", "correct it"};
    if (unique && solve(puzzle.question).solutions != 1)
      return Error{ErrorCode::bad_input, "", "question", "does not determine the next iteration",
                   "show more of this one"};
    const std::uint64_t rating = drawn(puzzle.question, puzzle.answer);
    return PuzzleExample{std::move(puzzle.question.cells), std::move(puzzle.answer.cells), rating};
  }

  [[nodiscard]] Result<std::vector<std::uint8_t>> read_question(std::string_view question) const override {
    Result<Picture> picture = parse(question, request_.size);
    if (!picture) return picture.error();
    if (Status status = check_layout(*picture); !status) return status.error();
    return std::move(picture->cells);
  }
  [[nodiscard]] std::string canonical(std::span<const std::uint8_t> input) const override {
    const Result<Picture> picture = picture_of(input, request_.size);
    return picture ? canonical_text(*picture) : "";
  }

  void augment(std::span<std::uint8_t> input, std::span<std::uint8_t> label, Rng& rng) const override {
    const Symmetry view = symmetry(rng.below(kSymmetries));
    for (const std::span<std::uint8_t> tokens : {input, label}) {
      const Picture changed = transformed({request_.size, {tokens.begin(), tokens.end()}}, view);
      std::copy(changed.cells.begin(), changed.cells.end(), tokens.begin());
    }
  }
  [[nodiscard]] PuzzleView random_view(Rng& rng) const override {
    const Symmetry view = symmetry(rng.below(kSymmetries));
    PuzzleView out;
    out.sources.resize(seq_len());
    for (std::size_t cell = 0; cell < seq_len(); ++cell)
      out.sources[cell] = static_cast<std::uint32_t>(maze::dihedral_source(request_.size, view.image, cell));
    out.names.resize(vocab_size());
    for (std::size_t token = 0; token < vocab_size(); ++token) {
      const auto plain = static_cast<std::uint8_t>(token);
      out.names[token] = view.swap ? swapped(plain) : plain;
    }
    return out;
  }
  [[nodiscard]] std::size_t max_copies() const override { return kSymmetries - 1; }
  /// The symmetries in the order of their numbers; nothing about them is random.
  [[nodiscard]] std::vector<PuzzleExample> copies(const PuzzleExample& example, std::size_t count,
                                                  Rng&) const override {
    std::vector<PuzzleExample> out;
    for (unsigned number = 1; number <= count; ++number) {
      out.push_back({transformed({request_.size, example.input}, symmetry(number)).cells,
                     transformed({request_.size, example.label}, symmetry(number)).cells, example.rating});
    }
    return out;
  }

  [[nodiscard]] bool verify(std::span<const std::uint8_t> input, std::span<const std::uint8_t> output) const override {
    const Result<Picture> question = picture_of(input, request_.size), answer = picture_of(output, request_.size);
    return question && answer && is_solution(*question, *answer);
  }
  [[nodiscard]] Flaws flaws(std::span<const std::uint8_t> input, std::span<const std::uint8_t> output) const override {
    Flaws out;
    if (verify(input, output)) return out;
    const Result<Picture> question = picture_of(input, request_.size);
    const Solved solved = question ? solve(*question) : Solved{};
    for (std::size_t i = 0; i < output.size(); ++i) {
      const bool given = input[i] != cell::kBlank;
      if (!given && solved.solutions != 1) continue;
      const std::uint8_t right = given ? input[i] : solved.answer.cells[i];
      if (output[i] == right) continue;
      if (out.cells.empty()) {
        out.text = place(i) + " holds '" + glyph(output[i]) + "', but " +
                   (given ? "the question shows '" : "its rule draws '") + glyph(right) + "' there";
      }
      out.cells.push_back(i);
    }
    if (out.text.empty()) out.text = "no rule draws this from what the question shows";
    return out;
  }
  [[nodiscard]] BoardShape shape() const override { return {request_.size, request_.size, 0, 0}; }
  [[nodiscard]] char glyph(std::uint8_t token) const override { return character(token); }
  [[nodiscard]] std::string text(std::span<const std::uint8_t> tokens) const override {
    return pretty_text({request_.size, {tokens.begin(), tokens.end()}});
  }

 private:
  static Status check_layout(const Picture& question) {
    if (layout_of(question)) return {};
    return Error{ErrorCode::bad_input, "", "", "shows neither whole rows, nor a corner that a block fills, nor a curve",
                 "leave the other cells blank"};
  }

  Request request_;
};

}  // namespace

std::unique_ptr<PuzzleFamily> make_family(const Request& request) {
  return std::make_unique<Family>(request);
}

}  // namespace trm::tasks::fractal
