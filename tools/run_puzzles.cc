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
  /// Prints the answer. Was it right, or at least given, where nobody knows?
  bool finish(const tasks::Puzzle& puzzle, std::size_t number, const tasks::PuzzleTrace& trace) {
    // With all steps the last one counts, as the published evaluation has it.
    const std::size_t at = run_.all_steps ? trace.steps.size() : trace.halting_step;
    const tasks::PuzzleStep& last = trace.steps[at - 1];
    const tasks::Judgement judgement = game_.judge(puzzle, last.predictions);
    print(run_.json ? json_line(trace, puzzle, number, at, judgement) : game_.text(last.predictions), Flush::now);
    say(judgement, puzzle, number, trace, at);
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
           const tasks::PuzzleTrace& trace, std::size_t at) const {
    const std::string name =
        puzzle.line == 0 ? fmt::format("puzzle {}", number) : fmt::format("puzzle {} (line {})", number, puzzle.line);
    const std::string ended = trace.out_of_time
                                  ? fmt::format("out of time after {} steps; fix: raise --max-seconds", at)
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
      if (run_.check) note(name + ": right");
    } else {
      note(fmt::format("{}: wrong: {}{}{}", name, judgement.problem, ended.empty() ? "" : "; ", ended));
    }
  }

  std::string json_line(const tasks::PuzzleTrace& trace, const tasks::Puzzle& puzzle, std::size_t number,
                        std::size_t at, const tasks::Judgement& judgement) const {
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
  const Result<std::int32_t> row = row_of(run, *game, *model);
  if (!row.ok()) return report(row.error());
  if (Status s = model->check_rows({&*row, 1}); !s.ok()) return report(s.error());
  ThreadOptions threads;
  threads.threads = threads_for(run, *model, puzzles->size());
  threads.pin = run.pin.value_or(Pinning::off);  // finding out which CPUs are idle takes longer than a puzzle
  const Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::create(threads);
  if (!pool.ok()) return report(pool.error());
  Result<CanvasStepper<float>> stepper = CanvasStepper<float>::create(model->network(), model->table(), **pool);
  if (!stepper.ok()) return report(stepper.error());
  PuzzlePrinter printer(run, *game, *row, run.json ? model->hash() : "");
  // A step that is printed as soon as it is there, or timed, has no company.
  const bool alone = run.trace || run.json || run.max_elapsed_ns > 0;
  Result<bool> right = true;
  if (alone) {
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
