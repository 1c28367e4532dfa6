#include "tasks/puzzles/arc/build.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "tasks/base/words.h"
#include "tasks/puzzles/arc/canvas.h"
#include "tasks/puzzles/arc/name.h"

namespace trm::tasks::arc {
namespace {

/// Draws for each copy that is asked for.
constexpr std::size_t kTries = 5;

/// Streams of randomness of a task. Two tasks whose ids share a number merely share their draws.
Rng task_rng(std::uint64_t seed, std::string_view what, const ArcTask& task) {
  return {seed, stream_of(what), stream_of(task.id)};
}

Pair augment_pair(const Pair& pair, const Augmentation& augmentation) {
  return {augment(pair.input, augmentation), augment(pair.output, augmentation)};
}

/// Equal for puzzles that differ in the order of their pairs only.
std::vector<Pair> fingerprint(const ArcTask& task, const Augmentation& augmentation) {
  std::vector<Pair> out;
  for (const auto* pairs : {&task.train, &task.test})
    for (const Pair& pair : *pairs) out.push_back(augment_pair(pair, augmentation));
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<Augmentation> draw_copies(const ArcTask& task, std::size_t copies, std::uint64_t seed) {
  Rng rng = task_rng(seed, "arc copies", task);
  std::set<std::vector<Pair>> seen = {fingerprint(task, {})};
  std::vector<Augmentation> out;
  for (std::size_t i = 0; i < kTries * copies && out.size() < copies; ++i) {
    const Augmentation augmentation = random_augmentation(rng);
    if (seen.insert(fingerprint(task, augmentation)).second) out.push_back(augmentation);
  }
  return out;
}

Error task_error(const ArcTask& task, std::string message, std::string fix) {
  return Error{ErrorCode::bad_input, "", "task " + in_quotes(task.id), std::move(message), std::move(fix)};
}

Status check(const std::vector<Group>& groups, std::size_t copies) {
  std::set<std::string_view> ids;
  std::size_t pairs = 0;
  const auto solved = [](const Pair& pair) { return !pair.output.empty(); };
  for (const auto& [task, evaluation, _] : groups) {
    if (!ids.insert(task.id).second)
      return task_error(task, "occurs twice", "give each task an id of its own, or leave one out");
    if (task.train.empty() || task.test.empty())
      return task_error(task, "has no demonstration or no test pair", "add them");
    if (!std::all_of(task.train.begin(), task.train.end(), solved))
      return task_error(task, "has a demonstration without an output", "add it");
    if (!evaluation && !std::all_of(task.test.begin(), task.test.end(), solved))
      return task_error(task, "has a test pair without an output, and is not for evaluation", "add it");
    pairs += task.train.size() + task.test.size();
  }
  constexpr std::size_t max_offset = std::numeric_limits<std::int32_t>::max();
  if (pairs == 0 || copies < max_offset / pairs) return {};
  return Error{ErrorCode::usage, "", "copies", "would make more examples than 32-bit offsets can count",
               "ask for fewer than " + std::to_string(max_offset / pairs)};
}

/// The pairs of a task that belong to a split.
std::vector<Pair> pairs_of(const Group& group, Split split) {
  if (split == Split::test) return group.evaluation ? group.task.test : std::vector<Pair>();
  std::vector<Pair> out = group.task.train;
  if (!group.evaluation) out.insert(out.end(), group.task.test.begin(), group.task.test.end());
  return out;
}

/// A place where both grids fit.
Offset random_offset(const Pair& pair, Rng& rng) {
  const auto below = [&rng](std::size_t input, std::size_t output) {
    return std::size_t{rng.below(static_cast<std::uint32_t>(kCanvasSide - std::max(input, output) + 1))};
  };
  const std::size_t row = below(pair.input.rows, pair.output.rows);
  return {row, below(pair.input.columns, pair.output.columns)};
}

}  // namespace

Result<Plan> plan_copies(std::vector<ArcTask> training, std::vector<ArcTask> evaluation, std::size_t copies,
                         std::uint64_t seed) {
  Plan plan{seed, {}};
  for (auto* tasks : {&training, &evaluation}) {
    std::sort(tasks->begin(), tasks->end(), [](const ArcTask& a, const ArcTask& b) { return a.id < b.id; });
    for (ArcTask& task : *tasks) plan.groups.push_back({std::move(task), tasks == &evaluation, {}});
  }
  if (Status status = check(plan.groups, copies); !status) return status.error();
  for (Group& group : plan.groups) group.copies = draw_copies(group.task, copies, seed);
  return plan;
}

std::vector<std::string> puzzle_names(const Plan& plan) {
  std::vector<std::string> names = {"<blank>"};
  for (const Group& group : plan.groups) {
    names.push_back(write_name({group.task.id, true, {}}));
    for (const Augmentation& copy : group.copies) names.push_back(write_name({group.task.id, false, copy}));
  }
  return names;
}

PuzzleDataset build_split(const Plan& plan, Split split) {
  std::size_t identifiers = 1, examples = 0;
  for (const Group& group : plan.groups) {
    identifiers += 1 + group.copies.size();
    examples += (1 + group.copies.size()) * pairs_of(group, split).size();
  }
  PuzzleDataset out;
  out.metadata.vocab_size = kCanvasVocabulary;
  out.metadata.seq_len = kCanvasTokens;
  out.metadata.num_puzzle_identifiers = identifiers;
  out.inputs.reserve(examples * kCanvasTokens);
  out.labels.reserve(examples * kCanvasTokens);

  std::int32_t identifier = 0;
  for (const Group& group : plan.groups) {
    const std::vector<Pair> pairs = pairs_of(group, split);
    Rng rng = task_rng(plan.seed, "arc places", group.task);
    for (std::size_t copy = 0; copy <= group.copies.size(); ++copy) {
      ++identifier;
      if (pairs.empty()) continue;
      const Augmentation augmentation = copy == 0 ? Augmentation{} : group.copies[copy - 1];
      const std::size_t fixed = rng.below(static_cast<std::uint32_t>(pairs.size()));
      for (std::size_t i = 0; i < pairs.size(); ++i) {
        const Pair pair = augment_pair(pairs[i], augmentation);
        const Offset offset = split == Split::test || i == fixed ? Offset{} : random_offset(pair, rng);
        out.add_example(draw(pair.input, offset), draw(pair.output, offset));
      }
      out.end_puzzle(identifier);
    }
    if (!pairs.empty()) out.end_group();
  }
  out.count();
  return out;
}

std::vector<ArcTask> evaluation_tasks(const Plan& plan) {
  std::vector<ArcTask> out;
  for (const Group& group : plan.groups)
    if (group.evaluation) out.push_back(group.task);
  return out;
}

}  // namespace trm::tasks::arc
