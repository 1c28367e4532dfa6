// trm bench: accuracy, latency and memory of the models on the tasks; writes results.json, report.md and report.html.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/frames/suite.h"
#include "engine/sys/files.h"
#include "engine/sys/standard_input.h"
#include "reports/json.h"
#include "tools/bench_contestants.h"
#include "tools/bench_functions.h"
#include "tools/bench_puzzles.h"
#include "tools/bench_reports.h"
#include "tools/bench_speed.h"
#include "tools/commands.h"
#include "tools/machine_options.h"
#include "tools/progress.h"

namespace trm::cli {
namespace {

struct BenchOptions {
  std::vector<std::string> tasks, models, slices, data, predictions, names, functions, tries;
  std::string suite = "frames", out = "out/bench", format, from, filter;
  bool submissions = false, lenient = false;
  std::uint64_t threads = 0, seed = 0, repeat = 1;
  std::optional<Pinning> pin;
  std::optional<simd::WeightType> dtype;
  std::optional<std::uint64_t> items, latency_items, latency_seconds, seconds;  ///< none: the suite's own default
};

/// Error: a name outside `known`, with the nearest one.
Status check_names(const std::string& flag, const std::vector<std::string>& names,
                   const std::vector<std::string>& known) {
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string near = closest(name, known);
    return Error{
        ErrorCode::usage, "", flag, fmt::format("unknown name \"{}\"", name),
        near.empty() ? fmt::format("use one of {}", fmt::join(known, ", ")) : fmt::format("did you mean {}?", near)};
  }
  return {};
}

/// The bar of the step that runs; a line for each that is done.
class Steps {
 public:
  void show(const bench::SuiteStep& step) {
    // What comes before the first step has no number.
    const std::string head =
        step.number == 0 ? step.what : fmt::format("[{}/{}] {}", step.number, step.steps, step.what);
    if (!step.outcome.empty()) {
      bar_.clear();
      note(fmt::format("{}: {}", head, step.outcome));
    } else if (bar_.due(step.done, step.total)) {
      bar_.draw(head, step.done, step.total);
    }
  }

 private:
  ProgressBar bar_{"items"};
};

Status add_contestants(const BenchOptions& options, bench::SuiteOptions& suite) {
  if (options.models.empty()) {
    Result<DefaultContestants> chosen = default_contestants();
    if (!chosen.ok()) return chosen.error();
    suite.contestants = std::move(chosen->contestants);
    suite.left_out = std::move(chosen->left_out);
    for (const std::string& who : suite.left_out) note("left out: " + who);
  }
  for (const std::string& name : options.models) {
    Result<bench::Contestant> contestant = find_contestant(name);
    if (!contestant.ok()) return contestant.error();
    suite.contestants.push_back(*std::move(contestant));
  }
  Result<std::vector<bench::Contestant>> predictions = prediction_contestants(
      options.predictions, options.names, options.lenient ? tasks::Reading::lenient : tasks::Reading::strict,
      {options.filter, options.repeat});
  if (!predictions.ok()) return predictions.error();
  for (bench::Contestant& contestant : *predictions) suite.contestants.push_back(std::move(contestant));
  return {};
}

/// As prepare_reports(); the lock goes to `folder`.
Status hold(const std::string& directory, std::optional<OutputLock>& folder) {
  Result<OutputLock> lock = prepare_reports(directory);
  if (!lock.ok()) return lock.error();
  folder.emplace(*std::move(lock));
  return {};
}

/// What is the same for all suites.
Status set_measurement(const BenchOptions& options, bench::MeasurementOptions& out) {
  const Result<simd::Selection> kernels = select_kernels(options.dtype);
  if (!kernels.ok()) return kernels.error();
  out.kernels = *kernels;
  const char* cap = std::getenv("TRM_ISA");
  out.isa_cap = cap == nullptr ? "" : cap;
  out.threads = options.threads;
  out.pin = options.pin;
  if (options.latency_items) out.latency_items = *options.latency_items;
  if (options.latency_seconds) out.latency_seconds = static_cast<double>(*options.latency_seconds);
  return {};
}

Result<Measured> measure_frames(const BenchOptions& options, std::optional<OutputLock>& folder,
                                const bench::SuiteProgress& progress) {
  bench::SuiteOptions suite;
  const std::vector<std::string> tasks = options.tasks.empty() ? bench::known_tasks() : options.tasks;
  if (Status s = check_names("--task", tasks, bench::known_tasks()); !s.ok()) return s.error();
  if (Status s = check_names("--slice", options.slices, bench::known_slices(tasks)); !s.ok()) return s.error();
  if (Status s = set_measurement(options, suite); !s.ok()) return s.error();
  if (Status s = add_contestants(options, suite); !s.ok()) return s.error();
  if (Status s = hold(options.out, folder); !s.ok()) return s.error();
  suite.workload.tasks = tasks;
  suite.workload.slices = options.slices;
  if (options.items) suite.workload.items = *options.items;
  suite.workload.seed = options.seed;
  Result<reports::RunResults> results = bench::run_suite(suite, progress);
  if (!results.ok()) return results.error();
  return Measured{*std::move(results), {}};
}

Result<Measured> measure_puzzles(const BenchOptions& options, std::optional<OutputLock>& folder,
                                 const bench::SuiteProgress& progress) {
  Result<bench::PuzzleSuiteOptions> suite = puzzle_suite_options(
      {options.models, options.data, options.items, options.seed, options.submissions, options.tries});
  if (!suite.ok()) return suite.error();
  if (Status s = set_measurement(options, *suite); !s.ok()) return s.error();
  // The puzzles are made before the suite is ready.
  if (Status s = check_reports(options.out); !s.ok()) return s.error();
  suite->ready = [&] { return hold(options.out, folder); };
  Result<bench::PuzzleSuiteResult> run = bench::run_puzzle_suite(*suite, progress);
  if (!run.ok()) return run.error();
  if (options.submissions && run->files.empty()) note("--submission: no ARC data were asked, so none was written");
  return Measured{std::move(run->results), std::move(run->files)};
}

Result<Measured> measure_speed(const BenchOptions& options, std::optional<OutputLock>& folder,
                               const bench::SuiteProgress& progress) {
  Result<bench::SpeedSuiteOptions> suite =
      speed_suite_options({options.tasks, options.dtype, options.seconds, options.seed});
  if (!suite.ok()) return suite.error();
  if (Status s = set_measurement(options, *suite); !s.ok()) return s.error();
  if (Status s = hold(options.out, folder); !s.ok()) return s.error();
  Result<bench::SpeedSuiteResult> run = bench::run_speed_suite(*suite, progress);
  if (!run.ok()) return run.error();
  // Standard output holds the chosen format alone.
  if (options.format.empty()) print(run->text);
  return Measured{std::move(run->results), {}};
}

/// Error: an option that only the other suite has.
Status check_suite(const BenchOptions& options) {
  const bool paper = options.suite == "paper", frames = options.suite == "frames";
  const bool functions = options.suite == "functions", speed = options.suite == "speed";
  const auto refuse = [&](bool given, const char* flag, const char* other = "frames") -> Status {
    if (!given) return {};
    return Error{ErrorCode::usage, "", flag, fmt::format("is no option of --suite {}", options.suite),
                 fmt::format("leave it out, or use --suite {}", other)};
  };
  if (Status s = refuse(!frames && !speed && !options.tasks.empty(), "--task"); !s.ok()) return s;
  if (Status s = refuse(!frames && !options.slices.empty(), "--slice"); !s.ok()) return s;
  if (Status s = refuse(!frames && !options.predictions.empty(), "--predictions"); !s.ok()) return s;
  if (Status s = refuse(!frames && !options.names.empty(), "--name"); !s.ok()) return s;
  if (Status s = refuse(!frames && options.lenient, "--lenient"); !s.ok()) return s;
  if (Status s = refuse(!frames && !options.filter.empty(), "--filter"); !s.ok()) return s;
  if (Status s = refuse(!paper && !options.data.empty(), "--data", "paper"); !s.ok()) return s;
  if (Status s = refuse(!functions && !options.functions.empty(), "--function", "functions"); !s.ok()) return s;
  if (Status s = refuse(!speed && options.seconds, "--seconds", "speed"); !s.ok()) return s;
  if (Status s = refuse(speed && !options.models.empty(), "--model"); !s.ok()) return s;
  if (Status s = refuse(speed && options.items, "--items"); !s.ok()) return s;
  if (Status s = refuse((functions || speed) && options.latency_items, "--latency-items"); !s.ok()) return s;
  if (Status s = refuse((functions || speed) && options.latency_seconds, "--latency-seconds"); !s.ok()) return s;
  if (Status s = refuse(functions && !options.format.empty() && options.format != "json", "--format"); !s.ok())
    return s;
  if (Status s = refuse(!paper && !options.tries.empty(), "--tries", "paper"); !s.ok()) return s;
  return refuse(!paper && options.submissions, "--submission", "paper");
}

Result<Measured> measure(const BenchOptions& options, std::optional<OutputLock>& folder) {
  if (Status s = check_suite(options); !s.ok()) return s.error();
  const auto begin = std::chrono::steady_clock::now();
  Steps shown;
  const auto progress = [&](const bench::SuiteStep& step) { shown.show(step); };
  Result<Measured> results = options.suite == "paper"   ? measure_puzzles(options, folder, progress)
                             : options.suite == "speed" ? measure_speed(options, folder, progress)
                                                        : measure_frames(options, folder, progress);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  if (results.ok()) note(fmt::format("measured in {:.0f} s", elapsed.count()));
  return results;
}

Result<Measured> read_results(const BenchOptions& options, std::optional<OutputLock>& folder) {
  const Result<std::string> text = read_input(options.from);
  if (!text.ok()) return text.error();
  Result<reports::RunResults> results = reports::from_json(*text, input_name(options.from));
  if (!results.ok()) return results.error();
  if (Status s = hold(options.out, folder); !s.ok()) return s.error();
  return Measured{*std::move(results), {}};
}

int run(const BenchOptions& options) {
  if (options.from.empty() && options.suite == "functions") {
    if (Status s = check_suite(options); !s.ok()) return report(s.error());
    return bench_functions({options.models, options.functions, options.items, options.threads, options.pin,
                            options.dtype, options.format});
  }
  std::optional<OutputLock> folder;  // held until the reports are written
  const Result<Measured> results = options.from.empty() ? measure(options, folder) : read_results(options, folder);
  if (!results.ok()) return report(results.error());
  return write_reports(*results, options.out, options.format);
}

}  // namespace

Command add_bench(Arguments& program) {
  auto options = std::make_shared<BenchOptions>();
  Arguments args = program.command("bench", "Measure accuracy, latency and memory of models on tasks and puzzles");
  std::vector<Option> choices = {
      args.list("--task", options->tasks,
                "Tasks, or workloads of suite speed, separated by commas (default: all; suite speed: all but W2, W6 "
                "and train-sudoku-mlp, which take long)"),
      args.list("--model", options->models,
                "Names of models in bench/models, paths, exact-solver or prolog, separated by commas (default: " +
                    fmt::format("{}", fmt::join(default_contestant_names(), ",")) + ", as far as swipl works)"),
      args.list("--slice,--split", options->slices,
                "Slices of the tasks, separated by commas (default: all but train and validation)"),
  };
  for (Option choice : choices) choice.type("NAMES").commas();
  args.number(
      "--items", options->items, 1, 1'000'000,
      fmt::format("Items of each slice, of the deepest a quarter; all where it is smaller (default: {}; suite paper: "
                  "{})",
                  bench::WorkloadOptions{}.items, bench::PuzzleSuiteOptions{}.items));
  args.number("--threads", options->threads, 0, 1024, "Threads of the offline pass; 0: all usable cores");
  add_pin(args, options->pin);
  add_dtype(args, options->dtype);
  args.number("--seed", options->seed, 0, std::numeric_limits<std::uint64_t>::max(), "Seed of the items");
  args.number("--latency-items", options->latency_items, 1, 1'000'000,
              fmt::format("Questions of each slice asked one by one, at most (default: {}; suite paper: {})",
                          bench::SuiteOptions{}.latency_items, bench::PuzzleSuiteOptions{}.latency_items));
  args.number("--latency-seconds", options->latency_seconds, 0, 86'400,
              fmt::format("Time for them in each slice, all models together (default: {}; suite paper: {})",
                          bench::SuiteOptions{}.latency_seconds, bench::PuzzleSuiteOptions{}.latency_seconds));
  choices.push_back(
      args.list("--predictions", options->predictions,
                "Answers that somebody made, as for trm tasks score (- is standard input): a column of the report. "
                "Repeatable, each with its --name")
          .type("FILE")
          .one_word());
  choices.push_back(args.list("--name", options->names, "Who made the predictions").type("NAME").one_word());
  choices.push_back(args.flag("--lenient", options->lenient,
                              "Judge what each predicted text says at its end, as trm tasks score does"));
  add_log_choice(args, options->filter, options->repeat);
  choices.push_back(args.list("--data", options->data,
                              "Suite paper: folders of puzzle data sets, separated by commas (default: fresh "
                              "puzzles like those that each model learnt)")
                        .type("DIRS")
                        .commas());
  choices.push_back(args.flag("--submission", options->submissions,
                              "Suite paper: write submission-MODEL.json of ARC data beside the reports"));
  choices.push_back(args.list("--tries", options->tries,
                              "Suite paper: numbers of tries at each puzzle, separated by commas, as 1,2,4,8: accuracy "
                              "and time against tries, and how well the model knows when it is wrong")
                        .type("NUMBERS")
                        .commas());
  choices.push_back(
      args.option("--suite", options->suite,
                  "frames: causal models on call frames; paper: puzzle models by the protocols of "
                  "the papers, beside the figures that these print; functions: models of frames "
                  "on every case that a function decides, the worst one shown; --items of each, "
                  "status 1 if any is wrong; speed: how long steps, tokens and updates take, beside oneDNN, "
                  "PyTorch, ONNX Runtime (./tools/peers) and the processor's peak, in the type of --dtype or in all")
          .one_of({"frames", "paper", "functions", "speed"})
          .type("NAME")
          .default_shown());
  choices.push_back(args.list("--function", options->functions,
                              "Suite functions: functions of frames, separated by commas (default: all)")
                        .type("NAMES")
                        .commas());
  args.number("--seconds", options->seconds, 0, 86'400,
              fmt::format("Suite speed: time for everything; each measurement is made at least once (default: {})",
                          bench::kSpeedSeconds));
  args.option("--out", options->out, "Directory for results.json, report.md and report.html")
      .type("DIR")
      .default_shown();
  args.option(
          "--format", options->format,
          "Print the results to standard output as json, md, csv or google-benchmark (its JSON, for tools that compare "
          "runs)")
      .one_of({"json", "md", "csv", "google-benchmark"});
  Option from = args.option("--from", options->from, "Make the reports again from a results.json (- is standard input)")
                    .type("FILE");
  for (Option choice : choices) from.excludes(choice);
  args.footer(
      "Each record of results.json is flat: jq '.records[] | select(.metric == \"exact_answer\")' results.json");
  return {args, [options] { return run(*options); }};
}

}  // namespace trm::cli
