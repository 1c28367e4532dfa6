#include "bench/frames/yardsticks.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "tasks/registry.h"

namespace trm::bench {
namespace {

/// Exact answers of the main model that were aimed at, by kind of slice; 0: no goal. Slices that end in _2x and _8x
/// hold items of twice and eight times the trained depth, steps, hops or calls.
struct TaskGoals {
  std::string_view task;
  double test, plain, twice, eight_times;
};

constexpr std::array<TaskGoals, 16> kTaskGoals = {{
    {"factorial", 0.999, 0.999, 0.999, 0.99},
    {"power", 0.999, 0.999, 0.999, 0.99},
    {"list_sum", 0.999, 0.999, 0.999, 0.99},
    {"gcd", 0.999, 0.999, 0.999, 0.99},
    {"fibonacci", 0.999, 0.999, 0.999, 0.99},
    {"tree_traversal", 0.999, 0, 0.995, 0.99},
    {"nested_expression", 0.999, 0, 0.995, 0.99},
    {"hanoi", 0.999, 0.999, 0.999, 0.99},
    {"ackermann", 0.999, 0.999, 0.999, 0.99},
    {"mccarthy91", 0.999, 0.999, 0.999, 0.99},
    {"tak", 0.999, 0.999, 0.999, 0.99},
    {"mutual", 0.999, 0.999, 0.999, 0.99},
    {"recursive_flow", 0.99, 0, 0.97, 0.90},
    {"infinite_loop", 0.99, 0, 0.97, 0.90},
    {"induction", 0.98, 0, 0.95, 0},
    {"multi_step_qa", 0.98, 0, 0.95, 0},
}};

/// A kind of slice: the column of its goals.
struct GoalKind {
  std::string_view ending;  ///< of the slice's name
  const char* column;
  double TaskGoals::*goal;
};
constexpr std::array<GoalKind, 4> kInds = {{{"test", "Test", &TaskGoals::test},
                                            {"plain", "Plain function", &TaskGoals::plain},
                                            {"_2x", "Twice as deep", &TaskGoals::twice},
                                            {"_8x", "Eight times as deep", &TaskGoals::eight_times}}};

/// The article that started this project: a language model of 350 million parameters. Claims, not measured here.
struct Claim {
  std::string_view task;
  double exact;
};
constexpr std::array<Claim, 2> kClaims = {{{"factorial", 0.94}, {"fibonacci", 0.91}}};
constexpr double kClaimedParameters = 350e6;

void add_goals(const tasks::Task& task, reports::RunResults& results) {
  const auto* const of =
      std::find_if(kTaskGoals.begin(), kTaskGoals.end(), [&](const TaskGoals& g) { return g.task == task.name(); });
  if (of == kTaskGoals.end()) return;
  for (const GoalKind& kind : kInds) {
    if (of->*kind.goal <= 0) continue;
    for (const std::string_view slice : task.info().slices) {
      if (slice.ends_with(kind.ending)) {
        results.goals.push_back({std::string(task.name()), std::string(slice), kind.column, of->*kind.goal});
      }
    }
  }
}

void add_claims(const tasks::Task& task, reports::RunResults& results) {
  for (const Claim& claim : kClaims) {
    if (claim.task != task.name()) continue;
    reports::Record record;
    record.task = task.name();
    record.slice = "the article that started this project";
    record.model = "seed article";
    record.mode = reports::kPublishedMode;
    record.metric = reports::kBenchmarkMetric;
    record.unit = "ratio";
    record.value = claim.exact;
    results.records.push_back(record);
    record.metric = "published_parameters";
    record.unit = "count";
    record.value = kClaimedParameters;
    results.records.push_back(record);
  }
}

}  // namespace

void add_yardsticks(std::span<const Workload> workloads, reports::RunResults& results) {
  // Task by task in their own order, whatever order was asked for.
  for (const tasks::Task* task : tasks::all_tasks()) {
    if (std::none_of(workloads.begin(), workloads.end(), [&](const Workload& w) { return w.task == task; })) continue;
    results.tasks.push_back({std::string(task->name()), std::string(task->info().stage)});
    add_goals(*task, results);
    add_claims(*task, results);
  }
}

}  // namespace trm::bench
