// trm tasks build arc: puzzle data from the public files of ARC tasks.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <limits>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/sys/files.h"
#include "tasks/puzzles/arc/build.h"
#include "tasks/puzzles/arc/task_files.h"
#include "tasks/puzzles/arc/task_json.h"
#include "tools/commands.h"

namespace trm::cli {
namespace {

namespace arc = tasks::arc;
namespace fs = std::filesystem;

struct BuildArcOptions {
  std::string training, evaluation, concept_tasks, out;
  std::uint64_t copies = 1000, seed = 42;
  bool unsolved = false, force = false;
};

Result<arc::Plan> plan(const BuildArcOptions& options) {
  std::vector<std::string> notes;
  Result<std::vector<arc::ArcTask>> training = arc::load_tasks(options.training, arc::Solutions::required, &notes);
  if (!training) return training.error();
  if (!options.concept_tasks.empty()) {
    Result<std::vector<arc::ArcTask>> more = arc::load_tasks(options.concept_tasks, arc::Solutions::required, &notes);
    if (!more) return more.error();
    std::move(more->begin(), more->end(), std::back_inserter(*training));
  }
  Result<std::vector<arc::ArcTask>> evaluation = arc::load_tasks(
      options.evaluation, options.unsolved ? arc::Solutions::optional : arc::Solutions::required, &notes);
  if (!evaluation) return evaluation.error();
  for (const std::string& text : notes) note(text);
  return arc::plan_copies(*std::move(training), *std::move(evaluation), options.copies, options.seed);
}

/// Writes a split and says how many examples it has. One split in memory at a time: the training split of ARC-AGI-1
/// takes gigabytes.
Result<std::size_t> write_split(const arc::Plan& plan, arc::Split split, const std::string& folder) {
  const tasks::PuzzleDataset data = arc::build_split(plan, split);
  const char* name = split == arc::Split::train ? "train" : "test";
  if (Status status = tasks::write_puzzle_dataset(folder, name, data); !status) return status.error();
  return data.examples();
}

int write(const arc::Plan& plan, const std::string& folder, bool force) {
  const Result<OutputLock> lock = tasks::begin_data_folder(folder, force);
  if (!lock) return report(lock.error());
  const Result<std::size_t> test = write_split(plan, arc::Split::test, folder);
  if (!test) return report(test.error());
  const Result<std::size_t> train = write_split(plan, arc::Split::train, folder);
  if (!train) return report(train.error());
  const std::string asked = (fs::path(folder) / "test_puzzles.json").string();
  if (Status status = write_atomic(asked, arc::write_challenges(arc::evaluation_tasks(plan))); !status)
    return report(status.error());
  const std::vector<std::string> names = arc::puzzle_names(plan);
  if (Status status = tasks::write_identifiers(folder, names); !status) return report(status.error());
  print(fmt::format("{}: arc, {} tasks, {} puzzles, {} training examples, {} test examples\n", folder,
                    plan.groups.size(), names.size() - 1, *train, *test));
  return kPass;
}

int build(const BuildArcOptions& options) {
  if (Status status = check_standard_input({{"--training", options.training},
                                            {"--evaluation", options.evaluation},
                                            {"--concept", options.concept_tasks}});
      !status)
    return report(status.error());
  if (Status status = tasks::check_data_folder(options.out, options.force); !status) return report(status.error());
  const Result<arc::Plan> planned = plan(options);
  if (!planned) return report(planned.error());
  const auto few = std::count_if(planned->groups.begin(), planned->groups.end(),
                                 [&](const arc::Group& group) { return group.copies.size() < options.copies; });
  if (few > 0) note(fmt::format("tasks with fewer than {} different copies: {}", options.copies, few));
  return write(*planned, options.out, options.force);
}

}  // namespace

Command add_build_arc(Arguments& builders) {
  auto options = std::make_shared<BuildArcOptions>();
  Arguments args = builders.command("arc", "ARC tasks with their copies, in the published layout");
  const auto add_path = [&args](const char* flag, std::string& out, const char* help) {
    return args.option(flag, out, help).type("DIR|FILE");
  };
  add_path("--training", options->training,
           "Training tasks: a folder of one file for each, or a file of challenges beside its solutions; - is "
           "standard input")
      .required();
  add_path("--evaluation", options->evaluation, "Evaluation tasks, whose test pairs make the test split").required();
  add_path("--concept", options->concept_tasks, "More training tasks, such as ConceptARC");
  args.flag("--unsolved", options->unsolved, "Evaluation tasks may lack their solutions");
  args.number("--copies", options->copies, 0, 1'000'000, "Augmented copies of each task, if there are so many");
  args.number("--seed", options->seed, 0, std::numeric_limits<std::uint64_t>::max(), "Seed of copies and places");
  args.option("--out", options->out, "Folder of the data set").required().type("DIR");
  args.flag("--force", options->force, "Replace a data set that is there");
  return {args, [options] { return build(*options); }};
}

}  // namespace trm::cli
