// The vote of ARC's evaluation (TinyRecursiveModels `evaluators/arc.py`, HRM `arc_eval.ipynb`): every answer to a row
// of the test split, with the copy's augmentation undone, is a vote for a grid.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/base/status.h"
#include "tasks/puzzles/arc/dihedral.h"
#include "tasks/puzzles/arc/grid.h"
#include "tasks/puzzles/arc/name.h"
#include "tasks/puzzles/dataset.h"

namespace trm::tasks::arc {

struct Candidate {
  Grid grid;
  std::size_t votes = 0;
  double confidence = 0;  ///< mean of sigmoid(q_halt) over its votes
  bool operator==(const Candidate&) const = default;
};

class Poll {
 public:
  /// What is asked is read from the test split: the rows of the original puzzles are the test pairs of the tasks, in
  /// order, and a label of padding is a solution that is not known. Error: data of another shape than ARC's; a puzzle
  /// without a name, with a malformed or repeated name; a copy without its original; a row whose input does not belong
  /// to its task.
  static Result<Poll> open(const PuzzleDataset& test, std::span<const std::string> names);

  [[nodiscard]] std::size_t rows() const { return rows_.size(); }
  /// Row of an example (from 0) of a puzzle. Error: no such puzzle, no such example.
  [[nodiscard]] Result<std::size_t> row_of(std::string_view puzzle, std::size_t example) const;

  /// The predicted canvas for a row and its logit. Error: no such row, not 900 tokens, q_halt not finite, a row that
  /// was answered already in this evaluation.
  Status add(std::size_t row, std::span<const std::int32_t> output, double q_halt);
  /// Another evaluation of all rows begins: the votes cast so far stay and count (aggregated voting), or are dropped.
  void next_evaluation(bool keep_votes);
  /// Rows answered in this evaluation.
  [[nodiscard]] std::size_t answered() const { return answered_; }

  /// The tasks asked, in the order of the data; without demonstrations.
  [[nodiscard]] std::span<const ArcTask> tasks() const { return tasks_; }
  /// Candidates for test pair `pair` of task `task`, best first: by votes, then by confidence, then by the row and
  /// before that the evaluation of the first vote, so the order in which votes were added does not matter. Test pairs
  /// of a task with the same input share their votes.
  [[nodiscard]] std::vector<Candidate> candidates(std::size_t task, std::size_t pair) const;

 private:
  struct Row {
    std::size_t question;
    Augmentation undo;
    std::size_t last_evaluation;  ///< that answered it
  };
  struct Vote {
    std::size_t order;
    double confidence;
  };
  struct Puzzle {
    std::size_t first_row, rows;
  };

  Status add_original(const PuzzleDataset& test, std::size_t puzzle, const std::string& id);
  Status add_rows(const PuzzleDataset& test, std::size_t puzzle, const PuzzleName& name, const std::string& text);

  std::vector<ArcTask> tasks_;
  std::unordered_map<std::string, std::size_t> task_by_id_;
  std::vector<std::vector<std::size_t>> questions_;       ///< of the pairs of each task
  std::vector<std::map<Grid, std::vector<Vote>>> votes_;  ///< by question
  std::vector<Row> rows_;
  std::unordered_map<std::string, Puzzle> puzzles_;
  std::size_t evaluation_ = 1, answered_ = 0;
};

}  // namespace trm::tasks::arc
