#include "tasks/puzzles/arc/poll.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "tasks/base/words.h"
#include "tasks/puzzles/arc/canvas.h"
#include "tasks/puzzles/arc/name.h"

namespace trm::tasks::arc {
namespace {

Error wrong(std::string place, std::string message, std::string fix) {
  return Error{ErrorCode::bad_input, "", std::move(place), std::move(message), std::move(fix)};
}

std::span<const std::uint8_t> canvas_of(const std::vector<std::uint8_t>& tokens, std::size_t row) {
  return std::span(tokens).subspan(row * kCanvasTokens, kCanvasTokens);
}

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

}  // namespace

Result<Poll> Poll::open(const PuzzleDataset& test, std::span<const std::string> names) {
  if (test.metadata.seq_len != kCanvasTokens || test.metadata.vocab_size != kCanvasVocabulary) {
    return wrong("",
                 "is no ARC data: sequences of " + std::to_string(test.metadata.seq_len) + " tokens out of " +
                     std::to_string(test.metadata.vocab_size),
                 "name data of trm tasks build arc");
  }
  Poll poll;
  std::vector<PuzzleName> parsed;
  for (const std::int32_t identifier : test.puzzle_identifiers) {
    if (identifier < 0 || static_cast<std::size_t>(identifier) >= names.size())
      return wrong("puzzle " + std::to_string(identifier), "has no name", "build the data again");
    Result<PuzzleName> name = read_name(names[static_cast<std::size_t>(identifier)]);
    if (!name) return name.error();
    parsed.push_back(*std::move(name));
  }
  for (std::size_t puzzle = 0; puzzle < test.puzzles(); ++puzzle)
    if (parsed[puzzle].original)
      if (Status status = poll.add_original(test, puzzle, parsed[puzzle].task); !status) return status.error();
  for (std::size_t puzzle = 0; puzzle < test.puzzles(); ++puzzle) {
    const auto identifier = static_cast<std::size_t>(test.puzzle_identifiers[puzzle]);
    if (Status status = poll.add_rows(test, puzzle, parsed[puzzle], names[identifier]); !status) return status.error();
  }
  return poll;
}

Status Poll::add_original(const PuzzleDataset& test, std::size_t puzzle, const std::string& id) {
  if (!task_by_id_.emplace(id, tasks_.size()).second)
    return wrong("task " + in_quotes(id), "occurs twice", "build the data again");
  ArcTask task{id, {}, {}};
  std::vector<std::size_t> questions;
  for (auto row = static_cast<std::size_t>(test.puzzle_indices[puzzle]);
       row < static_cast<std::size_t>(test.puzzle_indices[puzzle + 1]); ++row) {
    Grid input = crop(canvas_of(test.inputs, row));
    const auto same = std::find_if(task.test.begin(), task.test.end(), [&](const Pair& p) { return p.input == input; });
    questions.push_back(same == task.test.end() ? votes_.size()
                                                : questions[static_cast<std::size_t>(same - task.test.begin())]);
    if (same == task.test.end()) votes_.emplace_back();
    task.test.push_back({std::move(input), crop(canvas_of(test.labels, row))});
  }
  tasks_.push_back(std::move(task));
  questions_.push_back(std::move(questions));
  return {};
}

Status Poll::add_rows(const PuzzleDataset& test, std::size_t puzzle, const PuzzleName& name, const std::string& text) {
  const auto first = static_cast<std::size_t>(test.puzzle_indices[puzzle]);
  const auto end = static_cast<std::size_t>(test.puzzle_indices[puzzle + 1]);
  const auto known = task_by_id_.find(name.task);
  if (known == task_by_id_.end())
    return wrong("puzzle " + in_quotes(text), "is a copy without its original", "build the data again");
  if (!puzzles_.emplace(text, Puzzle{first, end - first}).second)
    return wrong("puzzle " + in_quotes(text), "occurs twice", "build the data again");
  const std::vector<Pair>& pairs = tasks_[known->second].test;
  const Augmentation undo = inverse(name.augmentation);
  for (std::size_t row = first; row < end; ++row) {
    const Grid input = augment(crop(canvas_of(test.inputs, row)), undo);
    const auto pair = std::find_if(pairs.begin(), pairs.end(), [&](const Pair& p) { return p.input == input; });
    if (pair == pairs.end()) {
      return wrong("row " + std::to_string(row) + ", puzzle " + in_quotes(text),
                   "has an input that is none of its task's", "build the data again");
    }
    rows_.push_back({questions_[known->second][static_cast<std::size_t>(pair - pairs.begin())], undo, 0});
  }
  return {};
}

Result<std::size_t> Poll::row_of(std::string_view puzzle, std::size_t example) const {
  const auto found = puzzles_.find(std::string(puzzle));
  if (found == puzzles_.end())
    return wrong("name", in_quotes(puzzle) + " is no puzzle of the test split", "write a name of identifiers.json");
  if (example >= found->second.rows) {
    return wrong("example",
                 std::to_string(example) + " is not below " + std::to_string(found->second.rows) +
                     ", the examples of puzzle " + in_quotes(puzzle),
                 "count the examples of each puzzle from 0");
  }
  return found->second.first_row + example;
}

Status Poll::add(std::size_t row, std::span<const std::int32_t> output, double q_halt) {
  if (row >= rows_.size())
    return wrong("row", std::to_string(row) + " is not below " + std::to_string(rows_.size()),
                 "name a row that is there");
  if (output.size() != kCanvasTokens) {
    return wrong("output", "has " + std::to_string(output.size()) + " tokens", "give " + std::to_string(kCanvasTokens));
  }
  if (!std::isfinite(q_halt)) return wrong("q_halt", "is not a finite number", "give the logit of halting");
  Row& at = rows_[row];
  if (at.last_evaluation == evaluation_)
    return wrong("row " + std::to_string(row), "has an answer already", "answer each example once");
  at.last_evaluation = evaluation_;
  ++answered_;
  votes_[at.question][augment(crop(output), at.undo)].push_back({evaluation_ * rows_.size() + row, sigmoid(q_halt)});
  return {};
}

void Poll::next_evaluation(bool keep_votes) {
  ++evaluation_;
  answered_ = 0;
  if (keep_votes) return;
  for (auto& votes : votes_) votes.clear();
}

std::vector<Candidate> Poll::candidates(std::size_t task, std::size_t pair) const {
  struct Ranked {
    Candidate candidate;
    std::size_t order;
  };
  std::vector<Ranked> ranked;
  for (const auto& [grid, cast] : votes_[questions_[task][pair]]) {
    std::vector<Vote> votes = cast;  // summed in one order, whatever the order they came in
    std::sort(votes.begin(), votes.end(), [](const Vote& a, const Vote& b) { return a.order < b.order; });
    double sum = 0;
    for (const Vote& vote : votes) sum += vote.confidence;
    ranked.push_back({{grid, votes.size(), sum / static_cast<double>(votes.size())}, votes.front().order});
  }
  std::sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
    return std::tuple(b.candidate.votes, b.candidate.confidence, a.order) <
           std::tuple(a.candidate.votes, a.candidate.confidence, b.order);
  });
  std::vector<Candidate> out;
  out.reserve(ranked.size());
  for (Ranked& at : ranked) out.push_back(std::move(at.candidate));
  return out;
}

}  // namespace trm::tasks::arc
