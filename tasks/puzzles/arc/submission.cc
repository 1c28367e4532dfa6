#include "tasks/puzzles/arc/submission.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "engine/json/strict_json.h"
#include "tasks/puzzles/arc/json_shape.h"
#include "tasks/puzzles/arc/task_json.h"

namespace trm::tasks::arc {
namespace {

using Kind = JsonShape::Kind;

constexpr JsonShape kAttemptShape{Kind::grid_or_empty};
constexpr ShapeField kAttemptsFields[] = {{"attempt_1", &kAttemptShape}, {"attempt_2", &kAttemptShape}};
constexpr JsonShape kAttemptsShape{Kind::object, kAttemptsFields};
constexpr JsonShape kPairsShape{Kind::list, {}, &kAttemptsShape};
constexpr JsonShape kSubmissionShape{Kind::map, {}, &kPairsShape};

}  // namespace

std::vector<TaskAttempts> submission(const Poll& poll) {
  std::vector<TaskAttempts> out;
  for (std::size_t task = 0; task < poll.tasks().size(); ++task) {
    TaskAttempts attempts{poll.tasks()[task].id, {}};
    for (std::size_t pair = 0; pair < poll.tasks()[task].test.size(); ++pair) {
      const std::vector<Candidate> candidates = poll.candidates(task, pair);
      attempts.pairs.emplace_back();
      if (candidates.empty()) continue;
      attempts.pairs.back() = {candidates[0].grid, candidates[std::min<std::size_t>(1, candidates.size() - 1)].grid};
    }
    out.push_back(std::move(attempts));
  }
  return out;
}

std::string write_submission(const std::vector<TaskAttempts>& tasks) {
  std::string out;
  for (const TaskAttempts& task : tasks) {
    out += (out.empty() ? "{" : ",\n ") + json_quoted(task.id) + ": ";
    std::string separator = "[";
    for (const Attempts& attempts : task.pairs) {
      out += std::exchange(separator, ", ") + "{\"attempt_1\": " + write_grid(attempts[0]) +
             ", \"attempt_2\": " + write_grid(attempts[1]) + '}';
    }
    out += ']';
  }
  return out + "}\n";
}

Result<std::vector<TaskAttempts>> read_submission(std::string_view text, const std::string& file) {
  std::vector<TaskAttempts> tasks;
  const Sink sink = [&tasks](std::span<const Step> path, Leaf leaf) {
    if (tasks.empty() || tasks.back().id != path[0].name) tasks.push_back({path[0].name, {}});
    std::vector<Attempts>& pairs = tasks.back().pairs;
    pairs.resize(path[1].index + 1);
    pairs[path[1].index][path[2].name == "attempt_1" ? 0 : 1] = std::move(std::get<Grid>(leaf));
  };
  if (Status status = read_shape(text, file, kSubmissionShape, sink); !status) return status.error();
  return tasks;
}

}  // namespace trm::tasks::arc
