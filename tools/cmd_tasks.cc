// trm tasks list|gen|score|build|inspect: what the tasks are, their items, and anyone's answers to them.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/io/files.h"
#include "engine/io/input.h"
#include "tasks/choose.h"
#include "tasks/harness_task.h"
#include "tasks/jsonl.h"
#include "tasks/score.h"
#include "tasks/task.h"
#include "tools/commands.h"

namespace trm::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();
/// Files of items and predictions may be larger than configurations.
constexpr std::size_t kLargestFile = std::size_t{1} << 30;

struct Options {
  bool json = false;
  std::string task, slice, out, difficulty, item_format = "jsonl";
  std::uint64_t items = 100, seed = 0;
  std::string items_file, predictions_file, format = "md";
  bool lenient = false;
};

int list(const Options& options) {
  Json tasks = Json::array();
  std::string text;
  for (const tasks::Task* task : tasks::all_tasks()) {
    Json slices = Json::array();
    text += fmt::format("{} (version {}): {}\n", task->name(), task->info().version, task->info().summary);
    for (const std::string_view slice : task->info().slices) {
      const std::size_t size = task->size(slice);
      Json entry = {{"name", slice}};
      if (size != kUnlimited) entry["items"] = size;
      slices.push_back(std::move(entry));
      text += fmt::format("  {:<12} {}\n", slice,
                          size == kUnlimited ? "as many items as you ask for" : fmt::format("{} items", size));
    }
    tasks.push_back({{"name", task->name()},
                     {"version", task->info().version},
                     {"summary", task->info().summary},
                     {"slices", slices}});
  }
  print(options.json ? tasks.dump(2) + "\n" : text);
  return kPass;
}

/// A word on the command line that is none of the legal ones.
Error no_such(const char* flag, const std::string& word, const std::vector<std::string>& legal) {
  const std::string near = closest(word, legal);
  return Error{ErrorCode::usage, "", flag, fmt::format("\"{}\" is none of {}", word, fmt::join(legal, ", ")),
               near.empty() ? "see trm tasks list" : "did you mean " + near + "?"};
}

/// The same error about a flag.
Error named(Error error, const char* flag) {
  error.field = flag;
  return error;
}

/// Error: an unknown task or slice, fewer items than asked.
Result<std::vector<tasks::Item>> make_items(const Options& options) {
  const tasks::Task* task = tasks::find_task(options.task);
  if (task == nullptr) {
    std::vector<std::string> names;
    for (const tasks::Task* known : tasks::all_tasks()) names.emplace_back(known->name());
    return no_such("--task", options.task, names);
  }
  const auto slices = task->info().slices;
  if (std::find(slices.begin(), slices.end(), options.slice) == slices.end()) {
    return no_such("--split", options.slice, {slices.begin(), slices.end()});
  }
  const std::size_t size = task->size(options.slice);
  if (options.items > size) {
    return Error{ErrorCode::usage, "", "--items",
                 fmt::format("split {} of {} has {} items only", options.slice, options.task, size),
                 fmt::format("ask for at most {}", size)};
  }
  tasks::DepthRange depths;
  if (!options.difficulty.empty()) {
    const Result<tasks::DepthRange> range = tasks::parse_depths(options.difficulty);
    if (!range.ok()) return named(range.error(), "--difficulty");
    depths = *range;
  }
  Result<std::vector<tasks::Item>> items =
      tasks::choose_items(*task, options.slice, options.seed, options.items, depths);
  if (!items.ok() && items.error().code == ErrorCode::usage) return named(items.error(), "--difficulty");
  return items;
}

/// NAME.jsonl and NAME.yaml in a directory, which is made.
Status write_harness_task(const std::string& directory, const std::vector<tasks::Item>& items) {
  if (directory.empty()) {
    return Error{ErrorCode::usage, "", "--out", "is missing: --format lm-eval writes two files",
                 "name a directory for them"};
  }
  std::error_code failed;
  const std::filesystem::path place = std::filesystem::absolute(directory).lexically_normal();
  std::filesystem::create_directories(place, failed);
  if (failed) {
    return Error{ErrorCode::io, directory, "--out", "cannot make the directory: " + failed.message(),
                 "name a directory that you own"};
  }
  const std::string name = tasks::harness_name(items.front());
  const std::string documents = (place / (name + ".jsonl")).string(), yaml = (place / (name + ".yaml")).string();
  // The task is there when what it names is.
  if (Status s = write_atomic(documents, tasks::write_harness_documents(items)); !s.ok()) return s;
  if (Status s = write_atomic(yaml, tasks::write_harness_yaml(items, name, documents)); !s.ok()) return s;
  note("written: " + documents);
  note("written: " + yaml);
  return {};
}

int gen(const Options& options) {
  const Result<std::vector<tasks::Item>> items = make_items(options);
  if (!items.ok()) return report(items.error());
  const Status written = options.item_format == "lm-eval" ? write_harness_task(options.out, *items)
                                                          : write_result(options.out, tasks::write_items(*items));
  return written.ok() ? kPass : report(written.error());
}

/// A row of the tables: a group as a whole, or one depth of it.
struct Row {
  std::string task, slice, depth;
  tasks::Rate exact;
  std::size_t missing = 0;
};

Row row_of(const tasks::GroupScore& group) {
  return {group.task.empty() ? "all" : group.task, group.slice.empty() ? "all" : group.slice, "all", group.exact,
          group.missing};
}

std::string as_markdown(const tasks::Score& score) {
  std::string out =
      "| task | slice | right | items | not answered | exact match | 95 % interval |\n"
      "| --- | --- | ---: | ---: | ---: | ---: | --- |\n";
  const auto percent = [](double ratio) { return fmt::format("{:.2f} %", 100.0 * ratio); };
  const auto interval = [&](const tasks::Rate& rate) {
    return fmt::format("{} to {}", percent(rate.interval().low), percent(rate.interval().high));
  };
  const auto add = [&](const tasks::GroupScore& group) {
    const Row row = row_of(group);
    out += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", row.task, row.slice, row.exact.right, row.exact.total,
                       row.missing, percent(row.exact.value()), interval(row.exact));
  };
  for (const tasks::GroupScore& group : score.slices) add(group);
  for (const tasks::GroupScore& group : score.tasks) add(group);
  if (score.tasks.size() > 1) add(score.all);
  out += "\n| task | slice | depth | right | items | exact match | 95 % interval |\n";
  out += "| --- | --- | ---: | ---: | ---: | ---: | --- |\n";
  for (const tasks::GroupScore& group : score.slices) {
    for (const tasks::DepthRate& at : group.by_depth) {
      out += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", group.task, group.slice, at.depth, at.exact.right,
                         at.exact.total, percent(at.exact.value()), interval(at.exact));
    }
  }
  return out;
}

Json rate_json(const tasks::Rate& rate) {
  return {{"right", rate.right},
          {"items", rate.total},
          {"exact_match", rate.value()},
          {"ci_low", rate.interval().low},
          {"ci_high", rate.interval().high}};
}

Json group_json(const tasks::GroupScore& group) {
  const Row row = row_of(group);
  Json out = {{"task", row.task}, {"slice", row.slice}};
  out.update(rate_json(group.exact));
  out["not_answered"] = group.missing;
  out["by_depth"] = Json::array();
  for (const tasks::DepthRate& at : group.by_depth) {
    Json entry = {{"depth", at.depth}};
    entry.update(rate_json(at.exact));
    out["by_depth"].push_back(std::move(entry));
  }
  return out;
}

std::string as_json(const tasks::Score& score) {
  Json out = {{"all", group_json(score.all)}, {"tasks", Json::array()}, {"slices", Json::array()}};
  for (const tasks::GroupScore& group : score.tasks) out["tasks"].push_back(group_json(group));
  for (const tasks::GroupScore& group : score.slices) out["slices"].push_back(group_json(group));
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

int score(const Options& options) {
  const Result<std::string> items_text = read_input(options.items_file, kLargestFile);
  if (!items_text.ok()) return report(items_text.error());
  const Result<std::vector<tasks::Item>> items = tasks::read_items(*items_text, input_name(options.items_file));
  if (!items.ok()) return report(items.error());
  const Result<std::string> predictions_text = read_input(options.predictions_file, kLargestFile);
  if (!predictions_text.ok()) return report(predictions_text.error());
  const Result<std::vector<tasks::Prediction>> predictions =
      tasks::read_predictions(*predictions_text, input_name(options.predictions_file));
  if (!predictions.ok()) return report(predictions.error());
  const Result<tasks::Score> result =
      tasks::score(*items, *predictions, options.lenient ? tasks::Reading::lenient : tasks::Reading::strict);
  if (!result.ok()) return report(result.error());
  print(options.format == "json" ? as_json(*result) : as_markdown(*result));
  return kPass;
}

}  // namespace

Command add_tasks(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand("tasks", "List tasks, generate items, score predictions, build puzzle data");
  app->require_subcommand(1);

  CLI::App* list_app = app->add_subcommand("list", "Print tasks, slices and their sizes");
  list_app->add_flag("--json", options->json, "Print JSON");

  CLI::App* gen_app = app->add_subcommand("gen", "Print items as JSON Lines, or write them for language models");
  gen_app->add_option("--task", options->task, "Task, as trm tasks list names it")->required();
  gen_app->add_option("--split,--slice", options->slice, "train, validation, test or another slice of the task")
      ->type_name("NAME")
      ->required();
  add_number(*gen_app, "--items", options->items, 1, 10'000'000, "Items to print");
  add_number(*gen_app, "--seed", options->seed, 0, std::numeric_limits<std::uint64_t>::max(), "Seed of the items");
  gen_app->add_option("--difficulty", options->difficulty, "Items of this recursion depth alone: N, or A..B")
      ->type_name("DEPTHS");
  gen_app
      ->add_option("--format", options->item_format,
                   "jsonl: items; lm-eval: documents with the question in plain English, and a task file for the "
                   "language model evaluation harness (EleutherAI), as two files in the directory --out")
      ->check(CLI::IsMember({"jsonl", "lm-eval"}))
      ->default_str(options->item_format);
  gen_app->add_option("--out", options->out, "Write to FILE instead of standard output; of lm-eval: the directory")
      ->type_name("FILE");

  CLI::App* score_app = app->add_subcommand("score", "Score predictions: exact match with 95 % intervals");
  score_app->add_option("--items", options->items_file, "Items, as trm tasks gen prints them; - is standard input")
      ->type_name("FILE")
      ->required();
  score_app
      ->add_option("--predictions", options->predictions_file,
                   "JSON Lines of {\"id\": of the item, \"answer\": text}, or a sample log of lm_eval; an item without "
                   "one counts as wrong; - is standard input")
      ->type_name("FILE")
      ->required();
  score_app->add_flag("--lenient", options->lenient,
                      "Judge what each text says at its end (the last number, yes or no, labels), not all of it");
  score_app->add_option("--format", options->format, "md or json")
      ->check(CLI::IsMember({"md", "json"}))
      ->default_str(options->format);
  const Command build = add_build(*app), inspect = add_inspect(*app), vote = add_vote(*app);
  return {app, [options, list_app, gen_app, build, inspect, vote] {
            if (list_app->parsed()) return list(*options);
            if (build.app->parsed()) return build.run();
            if (inspect.app->parsed()) return inspect.run();
            if (vote.app->parsed()) return vote.run();
            return gen_app->parsed() ? gen(*options) : score(*options);
          }};
}

}  // namespace trm::cli
