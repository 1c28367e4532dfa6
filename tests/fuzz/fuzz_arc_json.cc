// Any text as the files of ARC: an error that names the file, or what reads back as it was.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/puzzles/arc/canvas.h"
#include "tasks/puzzles/arc/predictions.h"
#include "tasks/puzzles/arc/submission.h"
#include "tasks/puzzles/arc/task_json.h"
#include "tests/fuzz/check.h"

using namespace trm::tasks::arc;
using trm::fuzz::check;

namespace {

void check_error(const trm::Error& error) {
  check(!error.message.empty(), "an error says what is wrong");
  check(error.file.starts_with("input"), "an error names the file");
}

void check_grid(const Grid& grid, bool may_be_empty) {
  check(grid.cells.size() == grid.rows * grid.columns, "a grid is a rectangle");
  check(may_be_empty || !grid.empty(), "a grid has cells");
  check(grid.rows <= kMaxSide && grid.columns <= kMaxSide, "a grid fits on a canvas");
  check(std::all_of(grid.cells.begin(), grid.cells.end(), [](std::uint8_t c) { return c < kColourCount; }),
        "a cell has a colour");
  check(crop(draw(grid)) == grid, "a grid survives its canvas");
}

void check_tasks(const std::vector<ArcTask>& tasks) {
  for (const ArcTask& task : tasks) {
    check(!task.train.empty() && !task.test.empty(), "a task has demonstrations and tests");
    for (const auto* pairs : {&task.train, &task.test}) {
      for (const Pair& pair : *pairs) {
        check_grid(pair.input, false);
        check_grid(pair.output, pairs == &task.test);
      }
    }
  }
  const auto again = read_challenges(write_challenges(tasks), "again");
  check(again.ok() && *again == tasks, "tasks are written as they were read");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};

  if (const auto task = read_task(text, "input", "id"))
    check_tasks({*task});
  else
    check_error(task.error());

  if (const auto tasks = read_challenges(text, "input"))
    check_tasks(*tasks);
  else
    check_error(tasks.error());

  std::vector<ArcTask> tasks = {{"a", {{Grid(1, 1), Grid(1, 1)}}, {{Grid(1, 1), {}}, {Grid(1, 2), {}}}}};
  if (const trm::Status status = add_solutions(tasks, text, "input"))
    check_tasks(tasks);
  else
    check_error(status.error());

  if (const auto submission = read_submission(text, "input")) {
    for (const TaskAttempts& task : *submission)
      for (const Attempts& attempts : task.pairs)
        for (const Grid& grid : attempts) check_grid(grid, true);
    const auto again = read_submission(write_submission(*submission), "again");
    check(again.ok() && *again == *submission, "a submission is written as it was read");
  } else {
    check_error(submission.error());
  }

  if (const auto prediction = read_prediction(text, "input", 1)) {
    check(prediction->output.size() == kCanvasTokens, "a prediction is a canvas");
    const auto again = read_prediction(write_prediction(*prediction), "again", 1);
    check(again.ok() && *again == *prediction, "a prediction is written as it was read");
  } else {
    check_error(prediction.error());
  }
  return 0;
}
