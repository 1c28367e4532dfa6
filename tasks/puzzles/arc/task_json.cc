#include "tasks/puzzles/arc/task_json.h"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <variant>

#include "engine/json/strict_json.h"
#include "tasks/puzzles/arc/json_shape.h"
#include "tasks/puzzles/arc/name.h"

namespace trm::tasks::arc {
namespace {

using Kind = JsonShape::Kind;

constexpr JsonShape kGridShape{Kind::grid};
constexpr ShapeField kTrainPairFields[] = {{"input", &kGridShape}, {"output", &kGridShape}};
constexpr ShapeField kTestPairFields[] = {{"input", &kGridShape}, {"output", &kGridShape, false}};
constexpr JsonShape kTrainPairShape{Kind::object, kTrainPairFields}, kTestPairShape{Kind::object, kTestPairFields};
constexpr JsonShape kTrainShape{Kind::list, {}, &kTrainPairShape}, kTestShape{Kind::list, {}, &kTestPairShape};
constexpr JsonShape kNameShape{Kind::text};
constexpr ShapeField kTaskFields[] = {{"train", &kTrainShape}, {"test", &kTestShape}, {"name", &kNameShape, false}};
constexpr JsonShape kTaskShape{Kind::object, kTaskFields};
constexpr JsonShape kChallengesShape{Kind::map, {}, &kTaskShape};
constexpr JsonShape kOutputsShape{Kind::list, {}, &kGridShape};
constexpr JsonShape kSolutionsShape{Kind::map, {}, &kOutputsShape};

Error wrong(const std::string& file, std::string place, std::string message, std::string fix) {
  return Error{ErrorCode::bad_input, file, std::move(place), std::move(message), std::move(fix)};
}

std::string output_place(const ArcTask& task, std::size_t pair) {
  return task.id + ".test[" + std::to_string(pair) + "].output";
}

Status check_id_in(const std::string& file, const std::string& id) {
  Status status = check_id(id);
  if (!status) status.error().file = file;
  return status;
}

/// Stores a grid at train[2].input or the like.
void store(ArcTask& task, std::span<const Step> path, Leaf leaf) {
  if (path[0].name == "name") return;
  std::vector<Pair>& pairs = path[0].name == "train" ? task.train : task.test;
  pairs.resize(std::max(pairs.size(), path[1].index + 1));
  Grid& grid = std::get<Grid>(leaf);
  if (path[2].name == "input")
    pairs[path[1].index].input = std::move(grid);
  else
    pairs[path[1].index].output = std::move(grid);
}

std::string write_pairs(std::span<const Pair> pairs) {
  std::string out;
  for (const Pair& pair : pairs) {
    out += (out.empty() ? "[{\"input\": " : ", {\"input\": ") + write_grid(pair.input);
    if (!pair.output.empty()) out += ", \"output\": " + write_grid(pair.output);
    out += '}';
  }
  return out + ']';
}

}  // namespace

Result<ArcTask> read_task(std::string_view text, const std::string& file, const std::string& id) {
  if (Status status = check_id_in(file, id); !status) return status.error();
  ArcTask task{id, {}, {}};
  const Sink sink = [&task](std::span<const Step> path, Leaf leaf) { store(task, path, std::move(leaf)); };
  if (Status status = read_shape(text, file, kTaskShape, sink); !status) return status.error();
  return task;
}

Result<std::vector<ArcTask>> read_challenges(std::string_view text, const std::string& file) {
  std::vector<ArcTask> tasks;
  const Sink sink = [&tasks](std::span<const Step> path, Leaf leaf) {
    if (tasks.empty() || tasks.back().id != path[0].name) tasks.push_back({path[0].name, {}, {}});
    store(tasks.back(), path.subspan(1), std::move(leaf));
  };
  if (Status status = read_shape(text, file, kChallengesShape, sink); !status) return status.error();
  for (const ArcTask& task : tasks)
    if (Status status = check_id_in(file, task.id); !status) return status.error();
  return tasks;
}

Status add_solutions(std::vector<ArcTask>& tasks, std::string_view text, const std::string& file) {
  std::unordered_map<std::string, std::vector<Grid>> solutions;
  const Sink sink = [&solutions](std::span<const Step> path, Leaf leaf) {
    solutions[path[0].name].push_back(std::move(std::get<Grid>(leaf)));
  };
  if (Status status = read_shape(text, file, kSolutionsShape, sink); !status) return status;
  for (ArcTask& task : tasks) {
    const auto found = solutions.find(task.id);
    if (found == solutions.end()) continue;
    std::vector<Grid>& outputs = found->second;
    if (outputs.size() != task.test.size()) {
      return wrong(file, task.id,
                   "holds " + std::to_string(outputs.size()) + " outputs for " + std::to_string(task.test.size()) +
                       " test pairs",
                   "write one for each");
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      Grid& output = task.test[i].output;
      if (!output.empty() && output != outputs[i])
        return wrong(file, output_place(task, i), "is another grid than the task itself has", "keep one of them");
      output = std::move(outputs[i]);
    }
    solutions.erase(found);
  }
  if (solutions.empty()) return {};
  const auto first = std::min_element(solutions.begin(), solutions.end(),
                                      [](const auto& a, const auto& b) { return a.first < b.first; });
  return wrong(file, first->first, "is no task of the challenges", "remove it or name the right file of challenges");
}

Status check_solved(std::span<const ArcTask> tasks, const std::string& file) {
  for (const ArcTask& task : tasks) {
    for (std::size_t i = 0; i < task.test.size(); ++i) {
      if (task.test[i].output.empty())
        return wrong(file, output_place(task, i), "is missing", "add it, or the file of solutions");
    }
  }
  return {};
}

std::string write_challenges(std::span<const ArcTask> tasks) {
  std::string out;
  for (const ArcTask& task : tasks) {
    out += (out.empty() ? "{" : ",\n ") + json_quoted(task.id) + ": {\"train\": " + write_pairs(task.train) +
           ", \"test\": " + write_pairs(task.test) + '}';
  }
  return out + "}\n";
}

std::string write_grid(const Grid& grid) {
  std::string out = "[";
  for (std::size_t row = 0; row < grid.rows; ++row) {
    out += row == 0 ? "[" : ", [";
    for (std::size_t column = 0; column < grid.columns; ++column) {
      if (column > 0) out += ", ";
      out += static_cast<char>('0' + grid.at(row, column));
    }
    out += ']';
  }
  return out + ']';
}

}  // namespace trm::tasks::arc
