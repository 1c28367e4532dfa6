// trm run MODEL PROMPT...: answers prompts with a model, on the recursion machine if it was trained on frames, in one
// sequence otherwise. Puzzles: run_puzzles.h.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bench/harness/answerer.h"
#include "bench/harness/contestant.h"
#include "bench/harness/workload.h"
#include "engine/infer/machine.h"
#include "engine/io/files.h"
#include "engine/sys/thread_pool.h"
#include "tasks/jsonl.h"
#include "tasks/task.h"
#include "tools/call_tree.h"
#include "tools/commands.h"
#include "tools/pin_option.h"
#include "tools/run_puzzles.h"

namespace trm::cli {
namespace {

struct Options {
  std::string model, file;
  std::vector<std::string> prompts;
  bool trace = false, json = false, predictions = false, memo = false, check = false;
  std::uint64_t recursion_limit = MachineOptions{}.recursion_limit;
  std::uint64_t max_frame_tokens = MachineOptions{}.max_frame_tokens;
  std::uint64_t threads = 0;
  std::optional<Pinning> pin;
};

/// Frames or sequences that a thread advances together: enough rows for the matrix kernels.
constexpr std::size_t kConcurrency = 16;

struct Questions {
  std::vector<tasks::Item> items;
  std::vector<Question> questions;
};

void add(Questions& questions, tasks::Item item) {
  questions.questions.push_back(bench::question_of(*tasks::find_task(item.task), item));
  questions.items.push_back(std::move(item));
}

Status add_prompt(Questions& questions, const std::string& prompt, const std::string& place) {
  Result<tasks::Item> item = tasks::parse_prompt(prompt);
  if (!item.ok()) {
    Error error = item.error();
    error.file = place;
    return error;
  }
  add(questions, *std::move(item));
  return {};
}

/// One prompt per line, or items as `trm tasks gen` writes them.
Status read_questions(const std::string& file, Questions& questions) {
  const Result<std::string> text = read_text(file);
  if (!text.ok()) return text.error();
  const std::size_t first = text->find_first_not_of(" \t\r\n");
  if (first == std::string::npos) {
    return Error{ErrorCode::bad_input, file, "", "holds no prompts", "write one prompt per line"};
  }
  if ((*text)[first] == '{') {
    Result<std::vector<tasks::Item>> items = tasks::read_items(*text, file);
    if (!items.ok()) return items.error();
    for (tasks::Item& item : *items) add(questions, std::move(item));
    return {};
  }
  std::size_t number = 0;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    std::string line = text->substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (line.find_first_not_of(" \t") == std::string::npos) continue;
    if (Status s = add_prompt(questions, line, fmt::format("{}: line {}", file, number)); !s.ok()) return s;
  }
  return {};
}

Result<Questions> gather(const Options& options) {
  Questions out;
  if (options.file.empty() == options.prompts.empty()) {
    return Error{ErrorCode::usage, "", "",
                 options.file.empty() ? "no prompt was given" : "prompts and --file were both given",
                 "give prompts, as in trm run MODEL \"fact 12\", or --file FILE"};
  }
  if (!options.file.empty()) {
    if (Status s = read_questions(options.file, out); !s.ok()) return s.error();
    return out;
  }
  // No prompt has one word only: words without blanks are one prompt that the shell took apart.
  std::vector<std::string> prompts = options.prompts;
  if (std::none_of(prompts.begin(), prompts.end(),
                   [](const std::string& p) { return p.find(' ') != std::string::npos; })) {
    prompts = {fmt::format("{}", fmt::join(prompts, " "))};
  }
  for (const std::string& prompt : prompts) {
    if (Status s = add_prompt(out, prompt, "prompt"); !s.ok()) return s.error();
  }
  return out;
}

/// Error: the model has not learnt the task of one of the questions.
Status check_tasks(const Model& model, const Questions& questions) {
  const Result<bench::ModelUse> use = bench::model_use(model);
  if (!use.ok()) return use.error();
  for (const tasks::Item& item : questions.items) {
    if (use->answers(item.task)) continue;
    return Error{ErrorCode::bad_input, model.path, "prompt",
                 fmt::format("\"{}\" is of the task {}, which this model has not learnt", item.prompt, item.task),
                 fmt::format("ask about {}, or use another model", fmt::join(use->tasks, ", "))};
  }
  return {};
}

/// Runs the questions in chunks, each worker with an answerer of its own. Answers do not depend on the split.
Status answer_all(const CausalNetwork<float>& network, const Model& model, const Options& options,
                  const Questions& questions, std::span<Answer> answers) {
  MachineOptions machine_options;
  machine_options.recursion_limit = options.recursion_limit;
  machine_options.max_frame_tokens = options.max_frame_tokens;
  machine_options.memo = options.memo;
  const std::size_t count = questions.questions.size();
  if (options.trace || count == 1) {
    Result<bench::Answerer> answerer = bench::Answerer::create(network, model, machine_options);
    if (!answerer.ok()) return answerer.error();
    return answerer->run(questions.questions, answers, options.trace ? call_tree_printer() : MachineObserver{});
  }
  ThreadOptions thread_options;
  thread_options.threads = options.threads;
  thread_options.pin = options.pin;
  Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::create(thread_options);
  if (!pool.ok()) return pool.error();
  const std::size_t workers = std::min((*pool)->size(), count);
  const std::size_t chunk = (count + 4 * workers - 1) / (4 * workers);
  machine_options.concurrency = kConcurrency;
  std::vector<bench::Answerer> answerers;
  for (std::size_t i = 0; i < (*pool)->size(); ++i) {
    Result<bench::Answerer> answerer = bench::Answerer::create(network, model, machine_options);
    if (!answerer.ok()) return answerer.error();
    answerers.push_back(*std::move(answerer));
  }
  const std::size_t chunks = (count + chunk - 1) / chunk;
  std::vector<Status> statuses(chunks);
  const std::span<const Question> all(questions.questions);
  (*pool)->run(chunks, [&](std::size_t task, std::size_t worker) {
    const std::size_t first = task * chunk, size = std::min(chunk, count - first);
    statuses[task] = answerers[worker].run(all.subspan(first, size), answers.subspan(first, size));
  });
  for (Status& status : statuses) {
    if (!status.ok()) return status;
  }
  return {};
}

/// What a person can do about a verdict.
std::string advice(Verdict verdict, bool memo) {
  switch (verdict) {
    case Verdict::recursion_limit:
      return "; fix: raise --recursion-limit";
    case Verdict::frame_too_long:
      return "; fix: raise --max-frame-tokens, or use a model that was trained longer";
    case Verdict::too_many_frames:
      if (!memo) return "; fix: use --memo, or a model that was trained for this task";
      break;
    case Verdict::answered:
    case Verdict::malformed:
    case Verdict::endless_loop:
    case Verdict::streams_too_long:
    case Verdict::deadlock:
      break;
  }
  return "; fix: use a model that was trained for this task";
}

/// Why there is no answer.
std::string failure_text(const Answer& answer, const Error& error, bool memo) {
  switch (answer.verdict) {
    case Verdict::answered:
      return "the value \"" + tasks::to_text(answer.value) + "\" is no answer: " + error.text();
    case Verdict::endless_loop:
      return error.text();
    default:
      return std::string(verdict_text(answer.verdict)) + advice(answer.verdict, memo);
  }
}

std::string json_line(const tasks::Item& item, const Answer& answer, const std::string& value,
                      const std::string& failure, const Options& options, const Model& model) {
  nlohmann::ordered_json out;
  out["id"] = item.id;
  out["prompt"] = item.prompt;
  if (failure.empty()) out["answer"] = value;
  out["verdict"] = verdict_text(answer.verdict);
  if (!failure.empty()) out["failure"] = failure;
  if (options.check) {
    out["expected"] = item.answer;
    out["right"] = failure.empty() && tasks::find_task(item.task)->verify(item, value);
  }
  out["frames"] = answer.frames;
  out["memo_hits"] = answer.memo_hits;
  out["own_tokens"] = answer.own_tokens;
  out["fed_tokens"] = answer.fed_tokens;
  out["max_depth"] = answer.max_depth;
  out["first_token_ns"] = answer.first_token_ns;
  out["elapsed_ns"] = answer.elapsed_ns;
  out["model"] = model.hash;
  return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

int run(const Options& options) {
  const Result<simd::Selection> kernels = select_kernels();
  if (!kernels.ok()) return report(kernels.error());
  const Result<Questions> questions = gather(options);
  if (!questions.ok()) return report(questions.error());
  if (const Result<std::string> path = find_model(options.model); path.ok() && is_puzzle_model(*path)) {
    return report(Error{ErrorCode::bad_input, *path, "", "is a puzzle model, which answers no prompts",
                        "give it a puzzle with --puzzle FILE, or name a model of prompts"});
  }
  const Result<Model> model = load_task_model(options.model);
  if (!model.ok()) return report(model.error());
  if (Status s = check_tasks(*model, *questions); !s.ok()) return report(s.error());
  const CausalNetwork<float> network(model->config, model->registry, model->weights.data(), *kernels->table,
                                     Purpose::inference);
  std::vector<Answer> answers(questions->items.size());
  if (Status s = answer_all(network, *model, options, *questions, answers); !s.ok()) return report(s.error());

  int status = kPass;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const tasks::Item& item = questions->items[i];
    std::string value, failure;
    if (const Result<std::string> text = bench::answer_text(item, answers[i]); text.ok()) {
      value = *text;
    } else {
      failure = failure_text(answers[i], text.error(), options.memo);
    }
    // A line for each prompt, empty where there is no answer, so that line n answers prompt n.
    if (options.predictions) {
      print(tasks::write_predictions(std::vector<tasks::Prediction>{{item.id, value}}));
    } else {
      print(options.json ? json_line(item, answers[i], value, failure, options, *model) : value + "\n");
    }
    if (!failure.empty()) {
      note(fmt::format("{}: {}", item.prompt, failure));
      status = kFailed;
    } else if (options.check) {
      const bool right = tasks::find_task(item.task)->verify(item, value);
      note(fmt::format("{}: {}", item.prompt, right ? "right" : "wrong, the answer is " + item.answer));
      if (!right) status = kFailed;
    }
  }
  return status;
}

}  // namespace

Command add_run(CLI::App& program) {
  auto options = std::make_shared<Options>();
  auto puzzles = std::make_shared<PuzzleRun>();
  CLI::App* app = program.add_subcommand("run", "Answer prompts or puzzles with a model");
  app->add_option("MODEL", options->model, "Path of a model, or the name of one in bench/models")->required();
  app->add_option("PROMPT", options->prompts,
                  "Questions, as in \"fact 12\" or \"calc max(3, min(4, 15))\"; trm tasks list has their forms");
  app->add_option("--file", options->file, "Read prompts from FILE, one per line, or items of trm tasks gen")
      ->type_name("FILE");
  CLI::Option* trace = app->add_flag("--trace", options->trace,
                                     "Print the call tree as it grows (of a model without the machine when it is "
                                     "written), one question after another; of puzzles the board after each step");
  CLI::Option* json = app->add_flag("--json", options->json, "Print a JSON object per answer")->excludes(trace);
  app->add_flag("--predictions", options->predictions, "Print the answers as trm tasks score reads them")
      ->excludes(trace)
      ->excludes(json);
  app->add_flag("--check", options->check,
                "Say whether each answer is right, by exact arithmetic or the puzzle's rules");
  app->add_flag("--memo", options->memo, "Do not run a frame again that was answered before (fib beyond 22 needs it)");
  add_number(*app, "--recursion-limit", options->recursion_limit, 1, 1'000'000, "Frames on one stack");
  add_number(*app, "--max-frame-tokens", options->max_frame_tokens, 1, 1'000'000,
             "Tokens of one frame, or of the sequence of a model without the machine");
  add_number(*app, "--threads", options->threads, 0, 1024, "Threads; 0: as many as the machine allows");
  add_pin(*app, options->pin);
  CLI::Option* puzzle = app->add_option("--puzzle", puzzles->file, "Solve the puzzles in FILE with a puzzle model")
                            ->type_name("FILE")
                            ->group("Puzzles");
  for (const char* name : {"PROMPT", "--file", "--predictions", "--memo", "--recursion-limit", "--max-frame-tokens",
                           "--threads", "--pin"}) {
    puzzle->excludes(app->get_option(name));
  }
  add_number(*app, "--steps", puzzles->steps, 0, 1000, "Supervision steps at most; 0: as many as in training");
  app->add_flag("--all-steps", puzzles->all_steps,
                "Take all steps and answer after the last, instead of halting early");
  add_number(*app, "--id", puzzles->id, 0, std::numeric_limits<std::int32_t>::max(),
             "Row of the puzzle table that stands for the puzzle (ARC)");
  for (const char* name : {"--steps", "--all-steps", "--id"}) app->get_option(name)->needs(puzzle)->group("Puzzles");
  app->footer(
      "A file of puzzles holds sudokus, mazes or fractals of the model's size, a line per row, with empty lines "
      "between:\n"
      "digits with . 0 or _ for blanks, or # . S G, or . # o S; the separators | - + and comments (#) may stand in "
      "sudokus. For "
      "ARC it\n"
      "is the public JSON of one task. The model stops at the first step with q_halt > 0.\n"
      "Exit status 1 when a prompt gets no answer, with --check a wrong one, or when a puzzle is not solved.");
  return {app, [options, puzzles, puzzle, app] {
            if (puzzle->count() == 0) return run(*options);
            puzzles->model = options->model;
            puzzles->id_given = app->count("--id") > 0;
            puzzles->trace = options->trace;
            puzzles->json = options->json;
            puzzles->check = options->check;
            return run_puzzles(*puzzles);
          }};
}

}  // namespace trm::cli
