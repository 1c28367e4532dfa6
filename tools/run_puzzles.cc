#include "tools/run_puzzles.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "bench/puzzles/step_through.h"
#include "engine/import/tensor_file.h"
#include "engine/json/json_value.h"
#include "engine/pass/canvas_loss.h"
#include "reports/puzzle_page.h"
#include "tasks/ask/puzzle_game.h"
#include "tasks/ask/puzzle_model.h"
#include "tasks/ask/puzzle_trace.h"
#include "tasks/ask/puzzle_tries.h"
#include "tools/board_text.h"
#include "tools/cli.h"

namespace trm::cli {
namespace {

Result<tasks::PuzzleModel> load(const std::string& name, const simd::Kernels<float>& kernels) {
  const Result<std::string> path = find_model(name);
  if (!path.ok()) return path.error();
  const Result<TensorFile> file = TensorFile::open(*path);
  if (!file.ok()) return file.error();
  if (file->safetensors() == nullptr) {
    return Error{ErrorCode::bad_input, *path, "", "is a checkpoint", "make a model of it with trm convert"};
  }
  return tasks::PuzzleModel::load(*path, kernels);
}

/// The row of the puzzle table that --id names.
Result<std::int32_t> row_of(const PuzzleRun& run, const tasks::PuzzleGame& game, const tasks::PuzzleModel& model) {
  if (run.id_given) return model.row_of(run.id);
  const std::size_t rows = model.config().num_puzzle_identifiers;
  if (!game.needs_identifier() || rows <= 1) return 0;
  return Error{ErrorCode::bad_input, model.path(), "",
               fmt::format("knows {} puzzles by their row of the puzzle table, and none was named", rows),
               "name the row with --id N (identifiers.json of its data set lists them)"};
}

/// Never "100.0 %": no model is that sure.
std::string chance(double q_halt) {
  return fmt::format("{:.1f} %", std::clamp(100.0 * sigmoid(q_halt), 0.1, 99.9));
}

std::string counted(std::size_t n, const char* what) {
  return fmt::format("{} {}{}", n, n == 1 ? "cell" : "cells", what);
}

/// What --tries and its companions ask for. The step options are left to the caller.
tasks::TryOptions try_options(const PuzzleRun& run) {
  tasks::TryOptions out;
  out.tries = static_cast<std::size_t>(run.tries);
  out.vary.views = run.vary != "states";
  out.vary.noise = run.vary == "views" ? 0 : run.noise.value_or(kDefaultNoise);
  out.choice = *tasks::try_choice_of(run.select);
  out.stop_at = run.stop_at;
  out.seed = run.seed;
  out.keep_steps = true;
  return out;
}

/// Of all puzzles that were tried several times.
struct TryTotals {
  std::size_t puzzles = 0, right = 0, sure_and_wrong = 0, unsure = 0, tries = 0;
};

/// "try 3 of 8, q_halt +2.31 (91.0 %)", or that the model is not sure.
std::string try_text(const tasks::PuzzleTries& tries) {
  const tasks::PuzzleTry& best = tries.best();
  return fmt::format("{}try {} of {}, q_halt {:+.2f} ({})", best.halted() ? "" : "not sure: ", tries.chosen + 1,
                     tries.tries.size(), best.answer.q_halt, chance(best.answer.q_halt));
}

class PuzzlePrinter {
 public:
  PuzzlePrinter(const PuzzleRun& run, const tasks::PuzzleGame& game, std::int32_t row, std::string hash)
      : run_(run), game_(game), row_(row), hash_(std::move(hash)) {}

  /// Answers one puzzle and prints what was asked for, each step of a trace as soon as it is there. Error: of the
  /// model.
  Result<bool> answer(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper, const tasks::Puzzle& puzzle,
                      std::size_t number) {
    const std::string asked = game_.glyphs(puzzle.tokens);
    const std::string givens = game_.keeps_givens() ? asked : "";
    // What the model starts from is the question only where it stays on the board.
    std::string before = givens;
    begin(number);
    if (run_.trace) print(board_text(game_.shape(), {asked, givens, ""}));
    const auto on_step = [&](std::size_t k, const tasks::PuzzleStep& step) {
      if (!run_.trace) return;
      const std::string cells = game_.glyphs(step.predictions);
      print_step(k, step, puzzle, {cells, givens, before}, count_changed(before, cells));
      before = cells;
    };
    const Result<tasks::PuzzleTrace> trace =
        tasks::trace_puzzle(network, stepper, question_of(puzzle), options(), on_step);
    if (!trace.ok()) return trace.error();
    if (run_.trace && !run_.json) print("\n");
    return finish(puzzle, number, *trace);
  }

  /// All of them, several at once. Error: of the model.
  Result<bool> answer_all(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper,
                          const std::vector<tasks::Puzzle>& puzzles) {
    std::vector<tasks::PuzzleQuestion> questions;
    questions.reserve(puzzles.size());
    for (const tasks::Puzzle& puzzle : puzzles) questions.push_back(question_of(puzzle));
    bool all = true;
    const auto on_trace = [&](std::size_t i, const tasks::PuzzleTrace& trace) {
      begin(i + 1);
      all = finish(puzzles[i], i + 1, trace) && all;
    };
    if (Status s = tasks::trace_puzzles(network, stepper, questions, options(), on_trace); !s.ok()) return s.error();
    return all;
  }

  /// Several tries at each puzzle; with `alone` one puzzle after another. Error: of the model.
  Result<bool> try_all(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper,
                       const std::vector<tasks::Puzzle>& puzzles, bool alone) {
    std::vector<tasks::PuzzleQuestion> questions;
    questions.reserve(puzzles.size());
    for (const tasks::Puzzle& puzzle : puzzles) questions.push_back(question_of(puzzle));
    tasks::TryOptions how = try_options(run_);
    how.steps = options();
    bool all = true;
    std::size_t done = 0;  // of the puzzles before those that are asked together
    const auto on_tries = [&](std::size_t i, tasks::PuzzleTries tries) {
      begin(done + i + 1);
      all = finish_tries(puzzles[done + i], done + i + 1, std::move(tries)) && all;
    };
    const std::size_t together = alone ? 1 : questions.size();
    for (; done < questions.size(); done += together) {
      const auto some = std::span(questions).subspan(done, together);
      if (Status s = try_puzzles(network, stepper, game_.family(), some, how, on_tries); !s.ok()) return s.error();
    }
    if (run_.check && puzzles.size() > 1) note(totals_text());
    return all;
  }

  /// Nothing to do without --html. Error: the page cannot be written.
  [[nodiscard]] Status write_page() const {
    if (run_.html.empty()) return {};
    const auto right =
        std::count_if(shown_.begin(), shown_.end(), [](const reports::StepThrough& s) { return s.correct; });
    reports::PuzzlePage page;
    page.title = fmt::format("{}: {} puzzle{}", run_.model, shown_.size(), shown_.size() == 1 ? "" : "s");
    page.claim = fmt::format("{} of {} solved", right, shown_.size());
    page.puzzles = shown_;
    return write_result(run_.html, reports::puzzle_page_html(page));
  }

 private:
  [[nodiscard]] tasks::PuzzleQuestion question_of(const tasks::Puzzle& puzzle) const {
    return {{puzzle.tokens.begin(), puzzle.tokens.end()}, {}, row_};
  }
  [[nodiscard]] tasks::PuzzleTraceOptions options() const {
    return {static_cast<std::size_t>(run_.steps), !run_.all_steps, run_.max_elapsed_ns};
  }
  /// Puzzle `number`, from 1, comes next.
  void begin(std::size_t number) const {
    if (number > 1 && !run_.json) print("\n");
  }
  /// Prints the chosen try, with --trace after a line for each of them. Was it right, or at least given?
  bool finish_tries(const tasks::Puzzle& puzzle, std::size_t number, tasks::PuzzleTries tries) {
    tasks::PuzzleTry& best = tries.tries[tries.chosen];
    best.trace.out_of_time = tries.out_of_time;
    if (run_.trace) trace_tries(puzzle, tries);
    const bool right = finish(puzzle, number, best.trace, &tries);
    const std::optional<bool> known = game_.judge(puzzle, best.answer.predictions).right;
    ++totals_.puzzles;
    totals_.tries += tries.tries.size();
    totals_.right += known == true ? 1 : 0;
    totals_.sure_and_wrong += known == false && best.halted() ? 1 : 0;
    totals_.unsure += best.halted() ? 0 : 1;
    return right;
  }
  void trace_tries(const tasks::Puzzle& puzzle, const tasks::PuzzleTries& tries) const {
    const std::string asked = game_.glyphs(puzzle.tokens), givens = game_.keeps_givens() ? asked : "";
    print(board_text(game_.shape(), {asked, givens, ""}) + "\n");
    for (std::size_t i = 0; i < tries.tries.size(); ++i) {
      const tasks::PuzzleTry& made = tries.tries[i];
      print(fmt::format("try {}  q_halt {:+.2f} ({})  {} step{}{}{}\n", i + 1, made.answer.q_halt,
                        chance(made.answer.q_halt), made.steps, made.steps == 1 ? "" : "s", made.right ? "  right" : "",
                        i == tries.chosen ? "  chosen" : ""));
    }
    std::string before = givens;
    std::size_t k = 0;
    for (const tasks::PuzzleStep& step : tries.best().trace.steps) {
      const std::string cells = game_.glyphs(step.predictions);
      print_step(++k, step, puzzle, {cells, givens, before}, count_changed(before, cells));
      before = cells;
    }
    print("\n");
  }
  [[nodiscard]] std::string totals_text() const {
    const TryTotals& t = totals_;
    const double each = static_cast<double>(t.tries) / static_cast<double>(t.puzzles);
    return fmt::format(
        "{} of {} right, {} wrong though the model was sure, {} where it was not sure; {:.1f} tries each", t.right,
        t.puzzles, t.sure_and_wrong, t.unsure, each);
  }
  /// Prints the answer. Was it right, or at least given, where nobody knows?
  bool finish(const tasks::Puzzle& puzzle, std::size_t number, const tasks::PuzzleTrace& trace,
              const tasks::PuzzleTries* tries = nullptr) {
    // With all steps the last one counts, as the published evaluation has it.
    const std::size_t at = run_.all_steps ? trace.steps.size() : trace.halting_step;
    const tasks::PuzzleStep& last = trace.steps[at - 1];
    const tasks::Judgement judgement = game_.judge(puzzle, last.predictions);
    print(run_.json ? json_line(trace, puzzle, number, at, judgement, tries) : game_.text(last.predictions),
          Flush::now);
    say(judgement, puzzle, number, trace, at, tries);
    if (!run_.html.empty()) shown_.push_back(step_through(puzzle, trace, at, judgement));
    return judgement.right.value_or(!trace.out_of_time);
  }
  void print_step(std::size_t k, const tasks::PuzzleStep& step, const tasks::Puzzle& puzzle, const MarkedBoard& board,
                  std::size_t changed) const {
    std::string line = fmt::format("\nstep {}  q_halt {:+.2f} ({})", k, step.q_halt, chance(step.q_halt));
    if (step.q_halt > 0) line += run_.all_steps ? ", would halt" : ", halts";
    if (!board.before.empty()) line += "  " + counted(changed, " changed");
    const tasks::Judgement judgement = game_.judge(puzzle, step.predictions);
    if (judgement.broken > 0)
      line += "  " + counted(judgement.broken, judgement.broken == 1 ? " breaks" : " break") + " a given or a rule";
    if (judgement.right == true) line += "  right";
    print(line + "\n" + board_text(game_.shape(), board), Flush::now);  // it changes before the reader's eyes
  }

  void say(const tasks::Judgement& judgement, const tasks::Puzzle& puzzle, std::size_t number,
           const tasks::PuzzleTrace& trace, std::size_t at, const tasks::PuzzleTries* tries) const {
    const std::string name =
        puzzle.line == 0 ? fmt::format("puzzle {}", number) : fmt::format("puzzle {} (line {})", number, puzzle.line);
    const std::string ended = trace.out_of_time
                                  ? fmt::format("out of time after {} steps; fix: raise --max-seconds", at)
                              : tries != nullptr ? try_text(*tries)
                              : trace.steps[at - 1].q_halt > 0 || run_.all_steps
                                  ? ""
                                  : fmt::format("the model did not halt in {} steps; fix: raise --steps", at);
    if (!judgement.right.has_value()) {
      if (trace.out_of_time) {
        note(fmt::format("{}: {}", name, ended));
      } else if (run_.check) {
        note(name + ": not checked, its output is not known");
      }
    } else if (*judgement.right) {
      if (run_.check) note(fmt::format("{}: right{}", name, tries != nullptr ? ": " + try_text(*tries) : ""));
    } else {
      note(fmt::format("{}: wrong: {}{}{}", name, judgement.problem, ended.empty() ? "" : "; ", ended));
    }
  }

  std::string json_line(const tasks::PuzzleTrace& trace, const tasks::Puzzle& puzzle, std::size_t number,
                        std::size_t at, const tasks::Judgement& judgement, const tasks::PuzzleTries* tries) const {
    JsonValue out;
    out.set("puzzle", number);
    if (puzzle.line != 0) out.set("line", puzzle.line);
    out.set("family", game_.name());
    out.set("rows", game_.shape().rows);
    out.set("columns", game_.shape().columns);
    out.set("question", game_.glyphs(puzzle.tokens));
    out.set("answer", game_.glyphs(trace.steps[at - 1].predictions));
    if (judgement.right.has_value()) out.set("right", *judgement.right);
    if (!judgement.problem.empty()) out.set("problem", judgement.problem);
    out.set("answer_step", at);
    out.set("halted", trace.answer().q_halt > 0);
    out.set("out_of_time", trace.out_of_time);
    if (tries != nullptr) out.set("tries", tries_json(*tries));
    std::int64_t sum = 0;
    JsonValue steps;
    std::string before = game_.keeps_givens() ? game_.glyphs(puzzle.tokens) : "";
    for (const tasks::PuzzleStep& step : trace.steps) {
      const std::string cells = game_.glyphs(step.predictions);
      sum += step.elapsed_ns;
      steps.push(JsonValue::object({{"cells", cells},
                                    {"q_halt", step.q_halt},
                                    {"changed", count_changed(before, cells)},
                                    {"latency_ns", step.elapsed_ns}}));
      before = cells;
    }
    out.set("steps", std::move(steps));
    out.set("latency_ns", sum);
    out.set("model", hash_);
    return out.compact() + "\n";
  }

  [[nodiscard]] JsonValue tries_json(const tasks::PuzzleTries& tries) const {
    JsonValue list;
    for (const tasks::PuzzleTry& made : tries.tries) {
      list.push(JsonValue::object({{"answer", game_.glyphs(made.answer.predictions)},
                                   {"q_halt", made.answer.q_halt},
                                   {"halted", made.halted()},
                                   {"steps", made.steps},
                                   {"residual", made.residual}}));
    }
    JsonValue out;
    out.set("select", run_.select);
    out.set("made", tries.tries.size());
    out.set("chosen", tries.chosen + 1);
    out.set("q_halt", tries.best().answer.q_halt);
    out.set("sure", tries.best().halted());
    out.set("list", std::move(list));
    return out;
  }

  [[nodiscard]] reports::StepThrough step_through(const tasks::Puzzle& puzzle, const tasks::PuzzleTrace& trace,
                                                  std::size_t at, const tasks::Judgement& judgement) const {
    // ARC's boards are cut to what is used of them.
    reports::StepThrough out = game_.needs_identifier() ? bench::arc_step_through(puzzle.tokens, puzzle.answer, trace)
                                                        : reports::StepThrough{};
    out.model = run_.model;
    out.halting_step = at;
    if (game_.needs_identifier()) return out;
    const tasks::BoardShape shape = game_.shape();
    out.task = game_.name();
    out.slice = fmt::format("line {}", puzzle.line);
    out.rows = shape.rows;
    out.columns = shape.columns;
    out.box_rows = shape.box_rows;
    out.box_columns = shape.box_columns;
    out.question = game_.glyphs(puzzle.tokens);
    if (!puzzle.answer.empty()) out.expected = game_.glyphs(puzzle.answer);
    for (const tasks::PuzzleStep& step : trace.steps)
      out.steps.push_back({game_.glyphs(step.predictions), step.q_halt});
    out.correct = judgement.right.value_or(false);
    out.correct_at_end = game_.judge(puzzle, trace.steps.back().predictions).right.value_or(false);
    return out;
  }

  const PuzzleRun& run_;
  const tasks::PuzzleGame& game_;
  std::int32_t row_;
  std::string hash_;
  TryTotals totals_;
  std::vector<reports::StepThrough> shown_;  ///< for the page
};

/// How many threads think about a puzzle. Until the system has found an idle CPU for a new thread, some milliseconds go
/// by: what one thread does in that time, it does alone.
std::size_t threads_for(const PuzzleRun& run, const tasks::PuzzleModel& model, std::size_t puzzles) {
  constexpr double kWorthStarting = 1e9;  // multiplications
  if (run.threads > 0) return run.threads;
  const CanvasConfig& config = model.config();
  const std::size_t steps = run.steps > 0 ? run.steps : config.halt_max_steps;
  // In each evaluation, every weight meets every position, or a share of the channels, which are about as many.
  const double evaluations = static_cast<double>(model.network().plan().evaluations.size() * steps * puzzles);
  const double of_one = static_cast<double>(model.parameters()) * static_cast<double>(config.total_len());
  return evaluations * of_one < kWorthStarting ? 1 : 0;
}

/// Says how many tries there are, where they are fewer than was asked for. Error: there is but one.
Status check_tries(const PuzzleRun& run, const tasks::PuzzleGame& game, const tasks::PuzzleModel& model) {
  const std::size_t most = tasks::most_tries(game.family(), try_options(run).vary);
  if (run.tries <= most) return {};
  if (most == 1) {
    return Error{ErrorCode::bad_input, model.path(), "", "each ARC puzzle has one view here, and --tries asks for more",
                 "add --vary states, or let trm tasks vote count the copies of a data set"};
  }
  note(fmt::format("a {} has {} views, so there are {} tries; --vary both makes more", game.name(), most, most));
  return {};
}

}  // namespace

int run_puzzles(const PuzzleRun& run) {
  if (Status s = check_page_file(run.html); !s.ok()) return report(s.error());
  const Result<simd::Selection> kernels = select_kernels(run.dtype);
  if (!kernels.ok()) return report(kernels.error());
  const Result<tasks::PuzzleModel> model = load(run.model, *kernels->table);
  if (!model.ok()) return report(model.error());
  const Result<tasks::PuzzleGame> game = tasks::PuzzleGame::of(model->config(), model->path());
  if (!game.ok()) return report(game.error());
  if (run.steps == 0 && model->config().halt_max_steps > kMostSteps) {
    return report(Error{ErrorCode::bad_input, model->path(), "halt_max_steps",
                        fmt::format("asks for {} supervision steps", model->config().halt_max_steps),
                        fmt::format("say how many with --steps, up to {}", kMostSteps)});
  }
  const Result<std::vector<tasks::Puzzle>> puzzles = game->read(run.file);
  if (!puzzles.ok()) {
    Error error = puzzles.error();
    if (error.code == ErrorCode::bad_input) error.fix += fmt::format("; {} solves {}", model->path(), game->name());
    return report(error);
  }
  if (Status s = check_tries(run, *game, *model); !s.ok()) return report(s.error());
  const Result<std::int32_t> row = row_of(run, *game, *model);
  if (!row.ok()) return report(row.error());
  if (Status s = model->check_rows({&*row, 1}); !s.ok()) return report(s.error());
  ThreadOptions threads;
  threads.threads = threads_for(run, *model, puzzles->size() * run.tries);
  threads.pin = run.pin.value_or(Pinning::off);  // finding out which CPUs are idle takes longer than a puzzle
  const Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::create(threads);
  if (!pool.ok()) return report(pool.error());
  Result<CanvasStepper<float>> stepper = CanvasStepper<float>::create(model->network(), model->table(), **pool);
  if (!stepper.ok()) return report(stepper.error());
  PuzzlePrinter printer(run, *game, *row, run.json ? model->hash() : "");
  // A step that is printed as soon as it is there, or timed, has no company.
  const bool alone = run.trace || run.json || run.max_elapsed_ns > 0;
  Result<bool> right = true;
  if (run.tries > 1) {
    right = printer.try_all(model->network(), *stepper, *puzzles, alone);
  } else if (alone) {
    for (std::size_t i = 0; right.ok() && i < puzzles->size(); ++i) {
      const bool before = *right;
      right = printer.answer(model->network(), *stepper, (*puzzles)[i], i + 1);
      if (right.ok()) right = *right && before;
    }
  } else {
    right = printer.answer_all(model->network(), *stepper, *puzzles);
  }
  if (!right.ok()) {
    Error error = right.error();
    error.file = model->path();
    return report(error);
  }
  if (Status s = printer.write_page(); !s.ok()) return report(s.error());
  return *right ? kPass : kFailed;
}

}  // namespace trm::cli
