#include "bench/puzzles/suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <span>

#include "bench/puzzles/pass.h"
#include "bench/puzzles/published_figures.h"
#include "bench/puzzles/records.h"
#include "bench/puzzles/set.h"
#include "bench/puzzles/step_through.h"
#include "bench/puzzles/tries.h"
#include "engine/sys/thread_pool.h"
#include "tasks/ask/puzzle_trace.h"
#include "tasks/puzzles/arc/submission.h"

namespace trm::bench {

namespace {

Status check_models(const std::vector<tasks::PuzzleModelInfo>& models) {
  std::vector<std::string> names;
  names.reserve(models.size());
  for (const tasks::PuzzleModelInfo& model : models) names.push_back(model.name);
  return check_contestant_names(names, "name a puzzle model, see trm train --list");
}

/// Why the model cannot be asked these puzzles; empty: it can.
std::string misfit(const CanvasConfig& config, const tasks::PuzzleMetadata& puzzles) {
  if (config.seq_len != puzzles.seq_len || config.vocab_size != puzzles.vocab_size) {
    return fmt::format("seq_len {} and vocab_size {}, not {} and {}", config.seq_len, config.vocab_size,
                       puzzles.seq_len, puzzles.vocab_size);
  }
  // Identifiers of another build name other puzzles.
  if (config.puzzle_emb_ndim > 0 && config.num_puzzle_identifiers != puzzles.num_puzzle_identifiers) {
    return fmt::format("num_puzzle_identifiers {}, not {}", config.num_puzzle_identifiers,
                       puzzles.num_puzzle_identifiers);
  }
  return "";
}

/// A right and a wrong row worth showing: those that took the most steps.
struct ExampleRows {
  std::optional<std::size_t> right, wrong;
};

ExampleRows choose_examples(const PuzzlePass& pass) {
  ExampleRows out;
  for (std::size_t row = 0; row < pass.rows; ++row) {
    if (!pass.asked(row)) continue;
    std::optional<std::size_t>& best = pass.exact_after(row, pass.halting_step[row]) ? out.right : out.wrong;
    if (!best || pass.halting_step[row] > pass.halting_step[*best]) best = row;
  }
  return out;
}

class PuzzleSuite {
 public:
  PuzzleSuite(const PuzzleSuiteOptions& options, const SuiteProgress& progress)
      : options_(options), measurement_(options, progress) {}

  Result<PuzzleSuiteResult> run() {
    if (Status s = check_models(options_.models); !s.ok()) return s.error();
    if (Status s = options_.directories.empty() ? fresh_sets() : given_sets(); !s.ok()) return s.error();
    name_apart();
    if (Status s = match(); !s.ok()) return s.error();
    if (Status s = describe(); !s.ok()) return s.error();
    if (options_.ready) {
      if (Status s = options_.ready(); !s.ok()) return s.error();
    }
    if (Status s = measurement_.begin(out_.results); !s.ok()) return s.error();
    for (std::size_t set = 0; set < sets_.size(); ++set) {
      if (Status s = measure(set); !s.ok()) return s.error();
    }
    add_published_figures(out_.results);
    finish();
    return std::move(out_);
  }

 private:
  void tell(const std::string& what, std::size_t done, std::size_t total, const std::string& outcome = "") {
    std::size_t passes = 0;
    for (std::size_t at = 0; at < sets_.size(); ++at) passes += fitting_[at].size() * (tries_at(sets_[at]) ? 2 : 1);
    measurement_.tell(passes + sets_.size(), what, done, total, outcome);
  }

  [[nodiscard]] bool tries_at(const PuzzleSet& set) const { return !options_.tries.empty() && set.family != nullptr; }

  Status given_sets() {
    std::set<std::filesystem::path> seen;
    for (const std::string& directory : options_.directories) {
      std::error_code ignored;
      if (!seen.insert(std::filesystem::weakly_canonical(directory, ignored)).second) {
        return Error{ErrorCode::usage, "", "--data", fmt::format("names {} twice", directory), "name it once"};
      }
      Result<PuzzleSet> set = read_puzzle_set(directory, options_.items);
      if (!set.ok()) return set.error();
      sets_.push_back(*std::move(set));
    }
    return {};
  }

  /// What each model learnt, once: puzzles of the test split if they were generated, else the data set itself.
  Status fresh_sets() {
    std::set<std::string> seen;
    for (const tasks::PuzzleModelInfo& model : options_.models) {
      if (!model.data) {
        return Error{ErrorCode::bad_input, model.path, "__metadata__.data", "is missing: the puzzles are not known",
                     "name a data set with --data DIR"};
      }
      const tasks::PuzzleData& data = *model.data;
      const std::string key =
          data.directory.empty() ? fmt::format("{} {} {}", data.family, data.size, data.min_steps) : data.directory;
      if (!seen.insert(key).second) continue;
      std::error_code ignored;
      if (!data.directory.empty() && !std::filesystem::exists(data.directory, ignored)) {
        return Error{ErrorCode::bad_input, model.path, "__metadata__.data.directory", data.directory + " is not here",
                     "name a data set with --data DIR"};
      }
      Result<PuzzleSet> set =
          data.directory.empty() ? fresh_set(data) : read_puzzle_set(data.directory, options_.items);
      if (!set.ok()) {
        if (data.directory.empty()) set.error().file = model.path + ": __metadata__.data";
        return set.error();
      }
      sets_.push_back(*std::move(set));
    }
    return {};
  }

  Result<PuzzleSet> fresh_set(const tasks::PuzzleData& data) {
    const std::string what = fmt::format("making {} {}x{}", data.family, data.size, data.size);
    return generate_puzzle_set(data, options_.items, options_.seed,
                               [&](std::size_t done) { measurement_.note(what, done, options_.items); });
  }

  /// Records of two sets of one kind would have the same key.
  void name_apart() {
    std::map<std::string, std::size_t> count;
    for (PuzzleSet& set : sets_) {
      const std::size_t number = ++count[set.name];
      if (number > 1) set.name += fmt::format(" ({})", number);
    }
  }

  Status match() {
    std::vector<bool> used(options_.models.size());
    for (const PuzzleSet& set : sets_) {
      std::vector<std::size_t>& here = fitting_.emplace_back();
      std::string reasons;
      for (std::size_t m = 0; m < options_.models.size(); ++m) {
        const std::string reason = misfit(options_.models[m].config, set.puzzles.metadata);
        if (reason.empty()) {
          here.push_back(m);
          used[m] = true;
        } else {
          reasons += fmt::format("{}{} has {}", reasons.empty() ? "" : "; ", options_.models[m].name, reason);
        }
      }
      if (here.empty()) {
        return Error{ErrorCode::bad_input, set.file.empty() ? set.origin : set.file, "", "fits no model: " + reasons,
                     "name a model that was trained on such data with --model"};
      }
    }
    for (std::size_t m = 0; m < used.size(); ++m) {
      if (used[m]) continue;
      const CanvasConfig& c = options_.models[m].config;
      return Error{ErrorCode::bad_input, options_.models[m].path, "__metadata__.config",
                   fmt::format("no data set fits: seq_len {}, vocab_size {}, num_puzzle_identifiers {}", c.seq_len,
                               c.vocab_size, c.num_puzzle_identifiers),
                   "name such a data set with --data, or leave the model out"};
    }
    return {};
  }

  Status describe() {
    for (const tasks::PuzzleModelInfo& contestant : options_.models) {
      const Result<tasks::PuzzleModel> model = tasks::PuzzleModel::load(contestant.path, *options_.kernels.table);
      if (!model.ok()) return model.error();
      add_puzzle_model(contestant, *model, out_.results);
    }
    return {};
  }

  Status measure(std::size_t at) {
    const PuzzleSet& set = sets_[at];
    const PassOptions options = measurement_.pass();
    const std::size_t total = set.puzzles.examples();
    for (const std::size_t m : fitting_[at]) {
      const tasks::PuzzleModelInfo& model = options_.models[m];
      const std::string what = fmt::format("{} {}", model.name, set.name);
      tell(what, 0, total);
      const Result<PuzzlePass> pass =
          run_puzzles_in_child(model.path, set.puzzles, options, [&](std::size_t done) { tell(what, done, total); });
      if (!pass.ok()) return pass.error();
      threads_ = pass->threads;
      add_puzzle_records(model, set, *pass, out_.results);
      if (set.is_arc()) {
        if (Status s = vote(model, set, *pass); !s.ok()) return s;
      }
      if (Status s = add_examples(model, set, *pass); !s.ok()) return s;
      std::size_t right = 0;
      for (std::size_t row = 0; row < pass->rows; ++row) right += pass->exact_after(row, pass->steps) ? 1 : 0;
      tell(what, total, total, right_text(right, total, pass->elapsed_ns));
      if (!tries_at(set)) continue;
      if (Status s = try_again(model, set); !s.ok()) return s;
    }
    return single_stream(at);
  }

  Status try_again(const tasks::PuzzleModelInfo& model, const PuzzleSet& set) {
    const std::size_t total = set.puzzles.examples();
    const std::string what = fmt::format("tries of {} {}", model.name, set.name);
    tell(what, 0, total);
    const Result<TryPass> pass =
        run_tries_in_child(model.path, set, options_.tries.back(), options_.seed, measurement_.pass(),
                           [&](std::size_t done) { tell(what, done, total); });
    if (!pass.ok()) return pass.error();
    add_try_records(model, set, *pass, options_.tries, out_.results);
    std::size_t right = 0;
    for (std::size_t row = 0; row < pass->rows; ++row) {
      const auto tries = pass->of(row, pass->tries);
      right += tries[choose_try(tries, tasks::TryChoice::q_halt)].right ? 1 : 0;
    }
    tell(what, total, total, fmt::format("{} with {} tries", right_text(right, total, pass->elapsed_ns), pass->tries));
    return {};
  }

  Status vote(const tasks::PuzzleModelInfo& model, const PuzzleSet& set, const PuzzlePass& pass) {
    Result<tasks::arc::Poll> poll = count_votes(set, pass);
    if (!poll.ok()) {
      poll.error().file = set.file;
      return poll.error();
    }
    add_arc_records(model, set, *poll, out_.results);
    if (options_.submissions) {
      const std::string other = set.name == "arc" ? "" : fmt::format("-{}", out_.files.size() + 1);
      out_.files.emplace_back(fmt::format("submission-{}{}.json", model.name, other),
                              tasks::arc::write_submission(tasks::arc::submission(*poll)));
    }
    return {};
  }

  Status single_stream(std::size_t at) {
    const LatencyOptions options = measurement_.latency(3);
    const PuzzleSet& set = sets_[at];
    const std::string what = "latency " + set.name;
    const std::size_t total = std::min(options.max_items, set.puzzles.examples());
    std::vector<std::string> paths;
    for (const std::size_t m : fitting_[at]) paths.push_back(options_.models[m].path);
    tell(what, 0, total);
    const Result<std::vector<PuzzleLatency>> times =
        time_puzzles(paths, set.puzzles, options, [&](std::size_t done) { tell(what, done, total); });
    if (!times.ok()) return times.error();
    for (std::size_t i = 0; i < times->size(); ++i) {
      add_puzzle_latency(options_.models[fitting_[at][i]], set, (*times)[i], out_.results);
    }
    const std::size_t taken = times->front().all_steps_ns.size();
    tell(what, taken, total, fmt::format("{} puzzles one by one", taken));
    return {};
  }

  /// A right and a wrong answer of the model to this set, step by step.
  Status add_examples(const tasks::PuzzleModelInfo& contestant, const PuzzleSet& set, const PuzzlePass& pass) {
    if (set.family == nullptr && !set.is_arc()) return {};
    ThreadOptions one;
    one.threads = 1;
    const Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::create(one);
    if (!pool.ok()) return pool.error();
    const Result<tasks::PuzzleModel> model = tasks::PuzzleModel::load(contestant.path, *options_.kernels.table);
    if (!model.ok()) return model.error();
    Result<CanvasStepper<float>> stepper = CanvasStepper<float>::create(model->network(), model->table(), **pool);
    if (!stepper.ok()) return stepper.error();
    const ExampleRows rows = choose_examples(pass);
    for (const std::optional<std::size_t>& row : {rows.right, rows.wrong}) {
      if (!row) continue;
      tasks::PuzzleQuestion question = tasks::puzzle_question(set.puzzles, *row);
      // A model without a puzzle table has no row to look up.
      if (contestant.config.puzzle_emb_ndim == 0) question.identifier = 0;
      const Result<tasks::PuzzleTrace> trace = tasks::trace_puzzle(model->network(), *stepper, question);
      if (!trace.ok()) {
        Error error = trace.error();
        error.file = contestant.path;
        return error;
      }
      const std::size_t length = set.puzzles.metadata.seq_len;
      const auto input = std::span(set.puzzles.inputs).subspan(*row * length, length);
      const auto labels = std::span(set.puzzles.labels).subspan(*row * length, length);
      reports::StepThrough shown =
          set.is_arc() ? arc_step_through(input, labels, *trace) : step_through(*set.family, input, labels, *trace);
      shown.task = set.name;
      shown.slice = "test";
      shown.model = contestant.name;
      shown.mode = kAllStepsMode;
      out_.results.step_throughs.push_back(std::move(shown));
    }
    return {};
  }

  void finish() {
    reports::RunResults& results = out_.results;
    results.title = "trm.cpp benchmark: puzzles";
    results.seeds = {options_.seed};
    const auto add = [&](const std::string& key, std::string value) {
      results.environment.push_back({key, std::move(value)});
    };
    add("threads", std::to_string(threads_));
    for (const PuzzleSet& set : sets_) {
      add("data, " + set.name, set.origin);
      add(reports::kQuestionsKey + set.name, set.fingerprint());
    }
    add("modes",
        "all steps: every puzzle for all supervision steps of its model, as published, and the answer after the last; "
        "halting: the answer of the first step with q_halt > 0, or of the last, for every kind of model (in training "
        "HRM "
        "and the baseline compare q_halt with q_continue). An answer is right if every labelled cell is, givens "
        "included; nothing is clamped. ARC rows have no interval: copies of a task are not independent.");
    add("ratings", "of Sudokus: guesses that our solver needs where singles do not help, until uniqueness is settled.");
    add("offline_protocol",
        "Accuracy, puzzles/s and peak memory: all puzzles for all steps on all threads, in a process of its own for "
        "each "
        "model and set. Every step is judged while the clock runs. Peak memory is the peak resident set of that "
        "process "
        "(VmHWM), shared libraries and puzzles included.");
    add("latency_protocol",
        fmt::format("One puzzle after another on one thread, models in turns with the first one changing, after one "
                    "puzzle each to warm up; at most {} puzzles or {} s for a set, spread evenly over it. Halting is "
                    "the time up to the step at which the model would halt. The clock is steady_clock.",
                    options_.latency_items, options_.latency_seconds));
    if (!options_.tries.empty()) {
      add("tries_protocol",
          "Tries at each puzzle: the first sees it as it is, each other one in another view of its family (a Sudoku's "
          "digits, rows, columns, bands and stacks permuted, transposed or not; a maze turned or mirrored). A try ends "
          "when the model halts, or after all steps, and leaves its place in the batch. No choice but that of the "
          "oracle looks at the rules. Time for each puzzle: all threads, the share of the pass that the steps of those "
          "tries take.");
    }
    add("arc_protocol",
        "Every row of every copy is a vote: the answer after all steps is cropped, its augmentation undone; candidates "
        "are ranked by votes, then by the mean of sigmoid(q_halt). arc_pass_trm: mean over tasks of the share of right "
        "test inputs; arc_pass_hrm: tasks with all test inputs right. One evaluation, no votes of earlier ones.");
    add("published_figures",
        "Of the papers named, not measured here. What was measured here stands beside them only where the data are of "
        "that kind: the 422,786 Sudokus and 1,000 mazes of the published test splits, or an even sample of them, and "
        "ARC "
        "data of 400 or 120 evaluation tasks.");
  }

  const PuzzleSuiteOptions& options_;
  Measurement measurement_;
  std::vector<PuzzleSet> sets_;
  std::vector<std::vector<std::size_t>> fitting_;  ///< models for each set
  PuzzleSuiteResult out_;
  std::size_t threads_ = 0;
};

}  // namespace

Result<PuzzleSuiteResult> run_puzzle_suite(const PuzzleSuiteOptions& options, const SuiteProgress& progress) {
  return PuzzleSuite(options, progress).run();
}

}  // namespace trm::bench
