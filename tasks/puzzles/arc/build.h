// ARC tasks as puzzle data (TinyRecursiveModels `dataset/build_arc_dataset.py`). A group is one task with its copies,
// each an augmentation of all its pairs. The train split holds the demonstrations of all tasks, and the test pairs of
// those that are not for evaluation; the test split holds the test pairs of those that are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "tasks/puzzles/arc/dihedral.h"
#include "tasks/puzzles/arc/grid.h"
#include "tasks/puzzles/dataset.h"

namespace trm::tasks::arc {

struct Group {
  ArcTask task;
  bool evaluation = false;
  std::vector<Augmentation> copies;  ///< the original aside
};

/// What the data will be; a few megabytes for what takes gigabytes as canvases.
struct Plan {
  std::uint64_t seed = 0;
  std::vector<Group> groups;  ///< training before evaluation tasks, each by id
};

/// Draws up to `copies` augmentations for each task. Of 5 * copies draws those are kept whose pairs, in any order, are
/// not those of the task or of an earlier copy. They depend on the seed and the task alone. Error: two tasks of one id;
/// a pair without an output that is no test pair of an evaluation task; more examples than 32-bit offsets can count.
Result<Plan> plan_copies(std::vector<ArcTask> training, std::vector<ArcTask> evaluation, std::size_t copies,
                         std::uint64_t seed);

/// Name by puzzle identifier: "<blank>", then task after task the original and its copies.
std::vector<std::string> puzzle_names(const Plan& plan);

enum class Split { train, test };

/// In the train split the pairs of a puzzle lie at random places, one pair of each puzzle aside, which stays at the top
/// left; in the test split all do. An output that is not known becomes a canvas of padding, where nothing is asked.
PuzzleDataset build_split(const Plan& plan, Split split);

/// The tasks that the test split asks, for test_puzzles.json.
std::vector<ArcTask> evaluation_tasks(const Plan& plan);

}  // namespace trm::tasks::arc
