// trm tasks build arc: puzzle data from the public files of ARC tasks.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iterator>
#include <limits>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/io/files.h"
#include "tasks/arc/build.h"
#include "tasks/arc/task_files.h"
#include "tasks/arc/task_json.h"
#include "tools/commands.h"

namespace trm::cli {
namespace {

namespace arc = tasks::arc;

struct Options {
  std::string training, evaluation, concept_tasks, out;
  std::uint64_t copies = 1000, seed = 42;
  bool unsolved = false, force = false;
};

/// Makes the folder ready to be written. Data in it are in the way unless they may be replaced; then they lose the
/// files that declare them complete, so nobody takes a mixture of old and new for data.
Status clear_folder(const std::string& folder, bool force) {
  for (const char* split : {"train", "test"}) {
    const std::string file = (std::filesystem::path(folder) / split / "dataset.json").string();
    std::error_code error;
    if (!std::filesystem::exists(file, error)) continue;
    if (!force) return Error{ErrorCode::usage, folder, "", "holds data already", "name another folder or add --force"};
    if (!std::filesystem::remove(file, error))
      return Error{ErrorCode::io, file, "", "cannot be removed: " + error.message(), "remove it"};
  }
  return {};
}

Result<arc::Plan> plan(const Options& options) {
  Result<std::vector<arc::ArcTask>> training = arc::load_tasks(options.training);
  if (!training) return training.error();
  if (!options.concept_tasks.empty()) {
    Result<std::vector<arc::ArcTask>> more = arc::load_tasks(options.concept_tasks);
    if (!more) return more.error();
    std::move(more->begin(), more->end(), std::back_inserter(*training));
  }
  Result<std::vector<arc::ArcTask>> evaluation =
      arc::load_tasks(options.evaluation, options.unsolved ? arc::Solutions::optional : arc::Solutions::required);
  if (!evaluation) return evaluation.error();
  return arc::plan_copies(*std::move(training), *std::move(evaluation), options.copies, options.seed);
}

/// One split in memory at a time: the training split of ARC-AGI-1 takes gigabytes.
Status write_split(const arc::Plan& plan, arc::Split split, const std::string& folder, const std::string& name) {
  const tasks::PuzzleDataset data = arc::build_split(plan, split);
  if (Status status = tasks::write_puzzle_dataset(folder, name, data); !status) return status;
  note(fmt::format("{}: {} tasks, {} puzzles, {} examples", name, data.groups(), data.puzzles(), data.examples()));
  return {};
}

Status write_data(const arc::Plan& plan, const std::string& folder) {
  if (Status status = tasks::write_identifiers(folder, arc::puzzle_names(plan)); !status) return status;
  const std::string asked = (std::filesystem::path(folder) / "test_puzzles.json").string();
  const std::vector<arc::ArcTask> evaluation = arc::evaluation_tasks(plan);
  if (Status status = write_atomic(asked, arc::write_challenges(evaluation)); !status) return status;
  if (Status status = write_split(plan, arc::Split::test, folder, "test"); !status) return status;
  return write_split(plan, arc::Split::train, folder, "train");
}

int build(const Options& options) {
  const Result<arc::Plan> planned = plan(options);
  if (!planned) return report(planned.error());
  if (Status status = clear_folder(options.out, options.force); !status) return report(status.error());
  if (Status status = write_data(*planned, options.out); !status) return report(status.error());
  std::size_t short_of = 0;
  for (const arc::Group& group : planned->groups) short_of += group.copies.size() < options.copies ? 1 : 0;
  if (short_of > 0) note(fmt::format("{} tasks have fewer than {} different copies", short_of, options.copies));
  return kPass;
}

}  // namespace

Command add_build_arc(CLI::App& group) {
  auto options = std::make_shared<Options>();
  CLI::App* app = group.add_subcommand("arc", "ARC tasks with their copies, in the published layout");
  const auto add_path = [app](const char* flag, std::string& out, const char* help) {
    return app->add_option(flag, out, help)->type_name("DIR|FILE");
  };
  add_path("--training", options->training,
           "Training tasks: a folder of one file for each, or a file of challenges beside its solutions")
      ->required();
  add_path("--evaluation", options->evaluation, "Evaluation tasks, whose test pairs make the test split")->required();
  add_path("--concept", options->concept_tasks, "More training tasks, such as ConceptARC");
  app->add_flag("--unsolved", options->unsolved, "Evaluation tasks may lack their solutions");
  add_number(*app, "--copies", options->copies, 0, 1'000'000, "Augmented copies of each task, if there are so many");
  add_number(*app, "--seed", options->seed, 0, std::numeric_limits<std::uint64_t>::max(), "Seed of copies and places");
  app->add_option("--out", options->out, "Folder of the data")->type_name("DIR")->required();
  app->add_flag("--force", options->force, "Replace data that are there");
  return {app, [options] { return build(*options); }};
}

}  // namespace trm::cli
