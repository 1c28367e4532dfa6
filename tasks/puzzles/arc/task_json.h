// The public JSON of ARC tasks, in both forms: one file per task, and challenges with their solutions.
//   TASK.json         {"train": [{"input": grid, "output": grid}, ...], "test": [...], "name": text, ignored}
//   challenges.json   {id: task, ...}, usually without the outputs of test pairs
//   solutions.json    {id: [output of test pair 0, output of test pair 1, ...], ...}
// A grid is a list of rows, a row a list of colours. Errors name the file and the path: 00576224.train[2].input[3][5]
// is column 5 of row 3 of the input of pair 2 of task 00576224, counted from 0.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/puzzles/arc/grid.h"

namespace trm::tasks::arc {

/// Test pairs may lack their output in what is read here; see check_solved(). Error: what is not of the form above, ids
/// that check_id() refuses.
Result<ArcTask> read_task(std::string_view text, const std::string& file, const std::string& id);
Result<std::vector<ArcTask>> read_challenges(std::string_view text, const std::string& file);

/// Error: also solutions of a task that is not there, too many or too few of them, or others than the task has.
Status add_solutions(std::vector<ArcTask>& tasks, std::string_view text, const std::string& file);

/// Error: the first test pair without an output.
Status check_solved(std::span<const ArcTask> tasks, const std::string& file);

/// The combined form, with the outputs that are known: test_puzzles.json of the published data.
std::string write_challenges(std::span<const ArcTask> tasks);
/// A list of rows.
std::string write_grid(const Grid& grid);

}  // namespace trm::tasks::arc
