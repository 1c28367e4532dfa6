// trm tasks list|gen|score|build|inspect|vote|check: what the tasks are, their items, and anyone's answers to them.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/clock.h"
#include "engine/json/json_value.h"
#include "engine/sys/files.h"
#include "engine/sys/standard_input.h"
#include "tasks/exchange/harness_task.h"
#include "tasks/exchange/jsonl.h"
#include "tasks/exchange/score.h"
#include "tasks/registry.h"
#include "tasks/task/choose.h"
#include "tasks/task/item.h"
#include "tasks/task/task.h"
#include "tools/bench_contestants.h"
#include "tools/commands.h"

namespace trm::cli {
namespace {

constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();
/// Files of items and predictions may be larger than configurations.
constexpr std::size_t kLargestFile = std::size_t{1} << 30;

struct TasksOptions {
  bool json = false;
  std::string task, slice, out, difficulty, item_format = "jsonl";
  std::uint64_t items = 100, seed = 0;
  std::string items_file, predictions_file, format = "md";
  bool lenient = false;
  std::string filter;
  std::uint64_t repeat = 1;
};

int list(const TasksOptions& options) {
  JsonValue tasks = JsonValue::array();
  std::string text;
  for (const tasks::Task* task : tasks::all_tasks()) {
    JsonValue slices = JsonValue::array();
    text += fmt::format("{} (version {}): {}\n", task->name(), task->info().version, task->info().summary);
    for (const std::string_view slice : task->info().slices) {
      const std::size_t size = task->size(slice);
      const bool repeats = size == kUnlimited && tasks::is_stream(slice);
      JsonValue entry = JsonValue::object({{"name", slice}});
      if (size != kUnlimited) entry.set("items", size);
      if (repeats) entry.set("repeats", true);
      slices.push(std::move(entry));
      text += fmt::format("  {:<12} {}\n", slice,
                          repeats              ? "as many items as you ask for, some of which come again"
                          : size == kUnlimited ? "as many different items as you ask for"
                                               : fmt::format("{} items", size));
    }
    tasks.push(JsonValue::object({{"name", task->name()},
                                  {"version", task->info().version},
                                  {"summary", task->info().summary},
                                  {"slices", std::move(slices)}}));
  }
  print(options.json ? tasks.indented() + "\n" : text);
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

/// A search for the items that were asked for. Error: an unknown task or slice; more items than there are, as far as
/// that is known before they are drawn.
Result<tasks::ItemChooser> choose_items(const TasksOptions& options) {
  const tasks::Task* task = tasks::find_task(options.task);
  if (task == nullptr) {
    std::vector<std::string> names;
    for (const tasks::Task* known : tasks::all_tasks()) names.emplace_back(known->name());
    return no_such("--task", options.task, names);
  }
  const auto slices = task->info().slices;
  if (std::find(slices.begin(), slices.end(), options.slice) == slices.end()) {
    return no_such("--slice", options.slice, {slices.begin(), slices.end()});
  }
  const std::size_t size = task->size(options.slice);
  if (options.items > size) {
    return Error{ErrorCode::usage, "", "--items",
                 fmt::format("split {} of {} has {} items only", options.slice, options.task, size),
                 fmt::format("ask for at most {}", size)};
  }
  if (!tasks::is_stream(options.slice) && options.items > tasks::kMostDrawn) {
    return Error{ErrorCode::usage, "", "--items",
                 fmt::format("no more than {} different items of one seed are looked for", tasks::kMostDrawn),
                 fmt::format("ask for at most {} items of each seed", tasks::kMostDrawn)};
  }
  tasks::DepthRange depths;
  if (!options.difficulty.empty()) {
    const Result<tasks::DepthRange> range = tasks::parse_depths(options.difficulty);
    if (!range.ok()) return named(range.error(), "--difficulty");
    depths = *range;
  }
  return tasks::ItemChooser(*task, options.slice, options.seed, options.items, depths);
}

/// Draws items as they are written, so that the first is there at once and none is held longer than that.
class Items {
 public:
  Items(const TasksOptions& options, tasks::ItemChooser chooser)
      : chooser_(std::move(chooser)), to_output_(options.out.empty()) {}

  /// The next ones: first one alone, then those of a short while; none at the end. Error: there are fewer than were
  /// asked for, which is known behind the last of them.
  Result<std::vector<tasks::Item>> next() {
    constexpr std::size_t kMost = 100;
    const std::int64_t begin = now_ns();
    std::vector<tasks::Item> out;
    const std::size_t most = std::exchange(begun_, true) ? kMost : 1;
    while (out.size() < most && (out.empty() || now_ns() - begin < kShortWhileNs)) {
      Result<std::optional<tasks::Item>> item = chooser_.next([this] { look_at_reader(); });
      if (!item.ok() && out.empty()) {
        const Error& error = item.error();
        if (error.code != ErrorCode::usage) return error;
        return named(error, error.field == "items" ? "--items" : "--difficulty");
      }
      if (!item.ok() || !*item) break;
      out.push_back(**std::move(item));
    }
    return out;
  }

  Result<std::vector<tasks::Item>> all() {
    std::vector<tasks::Item> out;
    for (;;) {
      Result<std::vector<tasks::Item>> some = next();
      if (!some.ok() || some->empty()) return some.ok() ? std::move(out) : std::move(some);
      std::move(some->begin(), some->end(), std::back_inserter(out));
    }
  }

 private:
  static constexpr std::int64_t kShortWhileNs = 20'000'000;

  /// Between two items of a rare depth, nothing may be written for long.
  void look_at_reader() {
    if (!to_output_ || now_ns() - looked_ns_ < kShortWhileNs) return;
    require_reader();
    looked_ns_ = now_ns();
  }

  tasks::ItemChooser chooser_;
  bool to_output_, begun_ = false;
  std::int64_t looked_ns_ = 0;
};

/// As JSON Lines, to a file or standard output.
Status write_lines(const std::string& path, Items& items) {
  std::string piece;
  const auto next = [&]() -> Result<std::span<const std::byte>> {
    const Result<std::vector<tasks::Item>> some = items.next();
    if (!some.ok()) return some.error();
    piece = tasks::write_items(*some);
    return std::as_bytes(std::span(piece));
  };
  if (!path.empty()) return write_atomic(path, next);
  for (;;) {
    const Result<std::span<const std::byte>> some = next();
    if (!some.ok()) return some.error();
    if (some->empty()) return {};
    print(piece, Flush::now);
  }
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

int gen(const TasksOptions& options) {
  const Result<tasks::ItemChooser> chosen = choose_items(options);
  if (!chosen.ok()) return report(chosen.error());
  if (!options.difficulty.empty() && tasks::find_task(options.task)->size(options.slice) != kUnlimited) {
    // All of a slice that is counted is soon looked at: where it has too few, nothing is written.
    const Result<std::vector<tasks::Item>> trial = Items(options, *chosen).all();
    if (!trial.ok()) return report(trial.error());
  }
  Items items(options, *chosen);
  if (options.item_format != "lm-eval") {
    const Status written = write_lines(options.out, items);
    return written.ok() ? kPass : report(written.error());
  }
  const Result<std::vector<tasks::Item>> all = items.all();
  if (!all.ok()) return report(all.error());
  const Status written = write_harness_task(options.out, *all);
  return written.ok() ? kPass : report(written.error());
}

/// A row of the tables: a group as a whole, or one depth of it.
struct Row {
  std::string task, slice, depth;
  Rate exact;
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
  const auto interval = [&](const Rate& rate) {
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

void set_rate(JsonValue& out, const Rate& rate) {
  out.set("right", rate.right);
  out.set("items", rate.total);
  out.set("exact_match", rate.value());
  out.set("ci_low", rate.interval().low);
  out.set("ci_high", rate.interval().high);
}

JsonValue group_json(const tasks::GroupScore& group) {
  const Row row = row_of(group);
  JsonValue out = JsonValue::object({{"task", row.task}, {"slice", row.slice}});
  set_rate(out, group.exact);
  out.set("not_answered", group.missing);
  JsonValue depths = JsonValue::array();
  for (const tasks::DepthRate& at : group.by_depth) {
    JsonValue entry = JsonValue::object({{"depth", at.depth}});
    set_rate(entry, at.exact);
    depths.push(std::move(entry));
  }
  out.set("by_depth", std::move(depths));
  return out;
}

std::string as_json(const tasks::Score& score) {
  JsonValue tasks = JsonValue::array(), slices = JsonValue::array();
  for (const tasks::GroupScore& group : score.tasks) tasks.push(group_json(group));
  for (const tasks::GroupScore& group : score.slices) slices.push(group_json(group));
  return JsonValue::object({{"all", group_json(score.all)},
                            {"repeated_items", score.repeated},
                            {"tasks", std::move(tasks)},
                            {"slices", std::move(slices)}})
             .indented() +
         "\n";
}

int score(const TasksOptions& options) {
  if (Status s = check_standard_input({{"--items", options.items_file}, {"--predictions", options.predictions_file}});
      !s.ok())
    return report(s.error());
  const Result<std::string> items_text = read_input(options.items_file, kLargestFile);
  if (!items_text.ok()) return report(items_text.error());
  const Result<std::vector<tasks::Item>> items = tasks::read_items(*items_text, input_name(options.items_file));
  if (!items.ok()) return report(items.error());
  const Result<std::string> predictions_text = read_input(options.predictions_file, kLargestFile);
  if (!predictions_text.ok()) return report(predictions_text.error());
  std::vector<std::string> notes;
  const Result<std::vector<tasks::Prediction>> predictions = tasks::read_predictions(
      *predictions_text, input_name(options.predictions_file), {options.filter, options.repeat}, &notes);
  if (!predictions.ok()) return report(predictions.error());
  for (const std::string& text : notes) note(text);
  const Result<tasks::Score> result =
      tasks::score(*items, *predictions, options.lenient ? tasks::Reading::lenient : tasks::Reading::strict);
  if (!result.ok()) return report(result.error());
  if (result->repeated > 0) {
    note(fmt::format("{} of {} items ask what an item before them asks: each question counts once, by its first item",
                     result->repeated, items->size()));
  }
  print(options.format == "json" ? as_json(*result) : as_markdown(*result));
  return kPass;
}

}  // namespace

Command add_tasks(Arguments& program) {
  auto options = std::make_shared<TasksOptions>();
  Arguments args = program.command("tasks", "List tasks, generate items, score predictions, build puzzle data");
  args.require_command();

  Arguments list_args = args.command("list", "Print tasks, slices and their sizes");
  list_args.flag("--json", options->json, "Print JSON");

  Arguments gen_args = args.command("gen", "Print items as JSON Lines, or write them for language models");
  gen_args.option("--task", options->task, "Task, as trm tasks list names it").required();
  gen_args.option("--slice,--split", options->slice, "train, validation, test or another slice of the task")
      .type("NAME")
      .required();
  gen_args.number("--items", options->items, 1, 10'000'000, "Items to print");
  gen_args.number("--seed", options->seed, 0, std::numeric_limits<std::uint64_t>::max(), "Seed of the items");
  gen_args.option("--difficulty", options->difficulty, "Items of this recursion depth alone: N, or A..B")
      .type("DEPTHS");
  gen_args
      .option("--format", options->item_format,
              "jsonl: items; lm-eval: documents with the question in plain English, and a task file for the "
              "language model evaluation harness (EleutherAI), as two files in the directory --out")
      .one_of({"jsonl", "lm-eval"})
      .default_shown();
  gen_args.option("--out", options->out, "Write to FILE instead of standard output; of lm-eval: the directory")
      .type("FILE");

  Arguments score_args = args.command("score", "Score predictions: exact match with 95 % intervals");
  score_args.option("--items", options->items_file, "Items, as trm tasks gen prints them; - is standard input")
      .type("FILE")
      .required();
  score_args
      .option("--predictions", options->predictions_file,
              "JSON Lines of {\"id\": of the item, \"answer\": text}, or a sample log of lm_eval; an item without "
              "one counts as wrong; - is standard input")
      .type("FILE")
      .required();
  add_log_choice(score_args, options->filter, options->repeat);
  score_args.flag("--lenient", options->lenient,
                  "Judge what each text says at its end (the last number, yes or no, labels), not all of it");
  score_args.option("--format", options->format, "md or json").one_of({"md", "json"}).default_shown();
  const Command build = add_build(args), inspect = add_inspect(args), vote = add_vote(args), check = add_check(args);
  return {args, [options, list_args, gen_args, build, inspect, vote, check] {
            if (list_args.given()) return list(*options);
            if (build.arguments.given()) return build.run();
            if (inspect.arguments.given()) return inspect.run();
            if (vote.arguments.given()) return vote.run();
            if (check.arguments.given()) return check.run();
            return gen_args.given() ? gen(*options) : score(*options);
          }};
}

}  // namespace trm::cli
