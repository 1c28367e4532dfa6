// trm run MODEL PROMPT...: answers prompts with a model, on the recursion machine if it was trained on frames, in one
// sequence otherwise. Puzzles: run_puzzles.h.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/machine/machine.h"
#include "engine/sys/standard_input.h"
#include "tasks/ask/causal_model.h"
#include "tasks/ask/puzzle_model.h"
#include "tasks/base/words.h"
#include "tasks/exchange/jsonl.h"
#include "tasks/registry.h"
#include "tasks/task/task.h"
#include "tools/commands.h"
#include "tools/machine_options.h"
#include "tools/prompt_runner.h"
#include "tools/run_programs.h"
#include "tools/run_puzzles.h"

namespace trm::cli {
namespace {

/// Lines of a stream that are answered side by side, at most; the next ones wait until these are answered.
constexpr std::size_t kMostLines = 1024;
/// Frames of a program, unless --max-frames says otherwise.
constexpr std::size_t kProgramFrames = 1'000'000;
/// Tokens that its frames write to streams: the factorial of 1000 takes a sixth of them.
constexpr std::size_t kProgramTokens = std::size_t{1} << 28;

struct RunCommandOptions {
  std::string model, file, call, html;
  bool source = false, explain = false;
  std::vector<std::string> prompts;
  bool trace = false, json = false, predictions = false, memo = false, check = false;
  std::uint64_t recursion_limit = 0;
  std::uint64_t max_frame_tokens = MachineOptions{}.max_frame_tokens;
  std::uint64_t max_frames = MachineOptions{}.max_frames;
  std::int64_t max_elapsed_ns = 0;
  std::uint64_t threads = 0;
  std::optional<Pinning> pin;
  std::optional<simd::WeightType> dtype;
};

bool is_blank(const std::string& line) {
  return line.find_first_not_of(" \t\r") == std::string::npos;
}

/// A prompt, or why it is none; `place` is where it stands.
Prompt as_prompt(const std::string& text, const std::string& place) {
  Result<tasks::Item> item = tasks::parse_prompt(text);
  if (item.ok()) return {*std::move(item)};
  Prompt out;
  out.item.id = out.item.prompt = text;
  out.problem = std::move(item.error());
  out.problem->file = place;
  return out;
}

/// A line of a stream: a prompt, or an item as `trm tasks gen` writes it.
Prompt as_prompt_or_item(const std::string& line, const std::string& source, std::size_t number) {
  const std::string place = fmt::format("line {}", number);
  if (line[line.find_first_not_of(" \t")] != '{') return as_prompt(line, source + ": " + place);
  Result<std::vector<tasks::Item>> items = tasks::read_items(line, source);
  if (items.ok()) return {std::move(items->front())};
  Prompt out;
  out.item.id = out.item.prompt = line;
  out.problem = std::move(items.error());
  out.problem->field.replace(0, std::min(out.problem->field.find(':'), out.problem->field.size()), place);
  return out;
}

/// Lines that are not blank, each with its number from 1.
std::vector<std::pair<std::size_t, std::string>> lines_of(const std::string& text) {
  std::vector<std::pair<std::size_t, std::string>> out;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (!is_blank(line)) out.emplace_back(number, std::move(line));
  }
  return out;
}

/// One prompt per line, or items as `trm tasks gen` writes them.
Result<std::vector<Prompt>> read_prompts(const std::string& file) {
  const Result<std::string> text = read_input(file);
  if (!text.ok()) return text.error();
  std::vector<Prompt> out;
  const std::size_t first = text->find_first_not_of(" \t\r\n");
  if (first == std::string::npos) {
    return Error{ErrorCode::bad_input, file, "", "holds no prompts", "write one prompt per line"};
  }
  if ((*text)[first] == '{') {
    Result<std::vector<tasks::Item>> items = tasks::read_items(*text, file);
    if (!items.ok()) return items.error();
    for (tasks::Item& item : *items) out.push_back({std::move(item)});
    return out;
  }
  for (const auto& [number, line] : lines_of(*text)) {
    out.push_back(as_prompt(line, fmt::format("{}: line {}", file, number)));
  }
  return out;
}

/// The prompts that the words of the command line are.
std::vector<std::string> command_line_prompts(const RunCommandOptions& options) {
  // No prompt has one word only: words without blanks are one prompt that the shell took apart.
  std::vector<std::string> out = options.prompts;
  if (std::none_of(out.begin(), out.end(), [](const std::string& p) { return p.find(' ') != std::string::npos; })) {
    out = {fmt::format("{}", fmt::join(out, " "))};
  }
  return out;
}

/// The prompts of the command line or of a file. Error: the first that is wrong with any of them.
Result<std::vector<Prompt>> gather(const RunCommandOptions& options) {
  std::vector<Prompt> out;
  if (!options.file.empty()) {
    Result<std::vector<Prompt>> read = read_prompts(options.file);
    if (!read.ok()) return read;
    out = *std::move(read);
  } else {
    for (const std::string& prompt : command_line_prompts(options)) out.push_back(as_prompt(prompt, "prompt"));
  }
  for (const Prompt& prompt : out) {
    if (prompt.problem) return *prompt.problem;
  }
  return out;
}

/// A task that the model has not learnt becomes the prompt's problem.
void check_task(const tasks::CausalModel& model, Prompt& prompt) {
  const tasks::ModelUse& use = model.use();
  if (prompt.problem || use.answers(prompt.item.task)) return;
  prompt.problem = Error{
      ErrorCode::bad_input, model.model().path, "prompt",
      fmt::format("\"{}\" is of the task {}, which this model has not learnt", prompt.item.prompt, prompt.item.task),
      fmt::format("ask about {}, or use another model", fmt::join(use.tasks, ", "))};
}

/// Answers the lines of standard input as they come: those that are there at once side by side, and none of them waits
/// for a line that is not there yet. A bad line gets an error for an answer, and the next line is read.
int answer_stream(const tasks::CausalModel& model, PromptRunner& runner) {
  const std::string source = input_name("-");
  LineReader lines(STDIN_FILENO, source, tasks::kMaxLineBytes);
  bool any = false;
  for (bool more = true; more && !runner.output_lost();) {
    std::vector<Prompt> prompts;
    Status read;
    while (more && (prompts.empty() || (prompts.size() < kMostLines && lines.ready()))) {
      const Result<std::optional<std::string>> line = lines.next();
      if (!line.ok()) read = line.error();
      more = line.ok() && line->has_value();
      if (!more || is_blank(**line)) continue;
      Prompt& prompt = prompts.emplace_back(as_prompt_or_item(**line, source, lines.number()));
      check_task(model, prompt);
    }
    any = any || !prompts.empty();
    if (Status s = runner.answer(prompts); !s.ok()) return report(s.error());
    if (!read.ok()) return report(read.error());
  }
  if (any) return runner.status();
  return report(Error{ErrorCode::bad_input, source, "", "holds no prompts", "write one prompt per line"});
}

MachineOptions machine_options(const RunCommandOptions& options) {
  MachineOptions out;
  out.recursion_limit = options.recursion_limit;
  out.max_frame_tokens = options.max_frame_tokens;
  out.max_frames = options.max_frames;
  out.max_elapsed_ns = options.max_elapsed_ns;
  out.memo = options.memo;
  return out;
}

/// A line of prompts, or of items as `trm tasks gen` writes them.
Result<ProgramPrompt> as_program_prompt(const std::string& line, const std::string& place) {
  if (line[line.find_first_not_of(" \t")] != '{') return ProgramPrompt{line, place, line};
  Result<std::vector<tasks::Item>> items = tasks::read_items(line, place);
  if (!items.ok()) return items.error();
  return ProgramPrompt{items->front().prompt, place, items->front().id};
}

/// The prompts of the command line or of a file. Error: a file that cannot be read, or holds none.
Result<std::vector<ProgramPrompt>> program_prompts(const RunCommandOptions& options) {
  std::vector<ProgramPrompt> out;
  if (options.file.empty()) {
    for (std::string& text : command_line_prompts(options)) out.push_back({text, "prompt", text});
    return out;
  }
  const Result<std::string> text = read_input(options.file);
  if (!text.ok()) return text.error();
  for (const auto& [number, line] : lines_of(*text)) {
    Result<ProgramPrompt> prompt = as_program_prompt(line, fmt::format("{}: line {}", options.file, number));
    if (!prompt.ok()) return prompt.error();
    out.push_back(*std::move(prompt));
  }
  if (!out.empty()) return out;
  return Error{ErrorCode::bad_input, options.file, "", "holds no prompts", "write one prompt per line"};
}

/// A program, or questions about programs, for a model that runs them.
int run_program(const RunCommandOptions& options, std::string file) {
  ProgramRun out;
  out.model = options.model;
  out.file = std::move(file);
  out.call = options.call;
  out.html = options.html;
  std::optional<LineReader> lines;
  if (out.file.empty() && is_standard_input(options.file)) {
    lines.emplace(STDIN_FILENO, input_name("-"), tasks::kMaxLineBytes);
    out.next = [&]() -> Result<std::optional<ProgramPrompt>> {
      for (;;) {
        const Result<std::optional<std::string>> line = lines->next();
        if (!line.ok()) return line.error();
        if (!line->has_value()) return std::optional<ProgramPrompt>();
        if (is_blank(**line)) continue;
        const std::string place = fmt::format("{}: line {}", input_name("-"), lines->number());
        Result<ProgramPrompt> prompt = as_program_prompt(**line, place);
        if (!prompt.ok()) return prompt.error();
        return std::optional(*std::move(prompt));
      }
    };
  } else if (out.file.empty()) {
    Result<std::vector<ProgramPrompt>> prompts = program_prompts(options);
    if (!prompts.ok()) return report(prompts.error());
    out.prompts = *std::move(prompts);
  }
  out.trace = options.trace;
  out.json = options.json;
  out.predictions = options.predictions;
  out.check = options.check;
  out.source = options.source;
  out.explain = options.explain;
  out.threads = options.threads;
  out.pin = options.pin;
  out.dtype = options.dtype;
  out.machine = machine_options(options);
  // A program takes more frames than a prompt, and what its values take is given back.
  if (options.max_frames == MachineOptions{}.max_frames) out.machine.max_frames = kProgramFrames;
  out.machine.max_stream_tokens = kProgramTokens;
  return run_programs(out);
}

bool is_python(const std::string& word) {
  return word.ends_with(".py");
}

/// The program among the words of the command line; empty: there is none. Error: it does not stand alone.
Result<std::string> program_file(const RunCommandOptions& options) {
  const bool any = std::any_of(options.prompts.begin(), options.prompts.end(), is_python);
  if (!any && options.call.empty()) return std::string();
  if (options.prompts.size() == 1 && (any || options.prompts[0] == "-")) return options.prompts[0];
  return Error{ErrorCode::usage, "", any ? "PROMPT" : "--call",
               any ? "a program stands beside other words" : "there is no program",
               "give one program, as in trm run MODEL FILE.py --call \"f(3)\" (- is standard input)"};
}

int run(const RunCommandOptions& options) {
  const Result<std::string> program = program_file(options);
  if (!program.ok()) return report(program.error());
  if (!program->empty()) return run_program(options, *program);
  const Result<simd::Selection> kernels = select_kernels(options.dtype);
  if (!kernels.ok()) return report(kernels.error());
  if (options.file.empty() == options.prompts.empty()) {
    return report(Error{ErrorCode::usage, "", "",
                        options.file.empty() ? "no prompt was given" : "prompts and --file were both given",
                        "give prompts, as in trm run MODEL \"fact 12\", or --file FILE (- is standard input)"});
  }
  if (const Result<std::string> named = find_model(options.model); named.ok() && is_program_model(*named)) {
    return run_program(options, "");
  }
  if (!options.html.empty() || options.source || options.explain) {
    return report(Error{ErrorCode::usage, "",
                        options.source    ? "--source"
                        : options.explain ? "--explain"
                                          : "--html",
                        "is for programs", "give a program, as in trm run trm-programs FILE.py --call \"f(3)\""});
  }
  const bool stream = is_standard_input(options.file);
  Result<std::vector<Prompt>> prompts = stream ? std::vector<Prompt>{} : gather(options);
  if (!prompts.ok()) return report(prompts.error());
  const Result<std::string> path = find_model(options.model);
  if (!path.ok()) return report(path.error());
  if (tasks::is_puzzle_model(*path)) {
    return report(Error{ErrorCode::bad_input, *path, "", "is a puzzle model, which answers no prompts",
                        "give it a puzzle with --puzzle FILE, or name a model of prompts"});
  }
  const Result<tasks::CausalModel> model = tasks::CausalModel::load(*path, *kernels->table);
  if (!model.ok()) return report(model.error());
  for (Prompt& prompt : *prompts) {
    check_task(*model, prompt);
    if (prompt.problem) return report(*prompt.problem);
  }
  PromptOptions how;
  how.trace = options.trace;
  how.json = options.json;
  how.predictions = options.predictions;
  how.check = options.check;
  how.threads = options.threads;
  how.pin = options.pin;
  how.machine = machine_options(options);
  PromptRunner runner(*model, how);
  if (stream) return answer_stream(*model, runner);
  if (Status s = runner.answer(*prompts); !s.ok()) return report(s.error());
  return runner.status();
}

}  // namespace

Command add_run(Arguments& program) {
  auto options = std::make_shared<RunCommandOptions>();
  auto puzzles = std::make_shared<PuzzleRun>();
  Arguments args = program.command("run", "Answer prompts or puzzles with a model");
  args.option("MODEL", options->model, "Path of a model, or the name of one in bench/models").required();
  args.list("PROMPT", options->prompts,
            "Questions, as in \"fact 12\" or \"calc max(3, min(4, 15))\"; trm tasks list has their forms");
  args.option("--file", options->file,
              "Read prompts from FILE, one per line, or items of trm tasks gen; - is standard input, where each line "
              "is answered before the next is waited for")
      .type("FILE");
  args.option("--call", options->call,
              "What to ask the program PROMPT, a file of Python such as f.py: an expression, as \"hanoi(3, 'a', 'b', "
              "'c')\"")
      .type("EXPR");
  args.flag("--source", options->source,
            "Print the program as the model runs it, loops turned into recursion (of fact 12 and its kind as it was "
            "written), and stop");
  const Option explain = args.flag("--explain", options->explain,
                                   "Say in words what a program did: which call waits for which, why the base case is "
                                   "one, how deep; of stories and proofs also how they were read");
  args.option("--html", options->html,
              "Write a page to FILE that steps through the calls of a program, or through the "
              "supervision steps of puzzles")
      .type("FILE");
  const Option trace = args.flag("--trace", options->trace,
                                 "Print the call tree as it grows (of a model without the machine when it is "
                                 "written), one question after another; of puzzles the board after each step");
  const Option json =
      args.flag("--json", options->json, "Print a JSON object per answer").excludes(trace).excludes(explain);
  args.flag("--predictions", options->predictions, "Print the answers as trm tasks score reads them")
      .excludes(trace)
      .excludes(explain)
      .excludes(json);
  args.flag("--check", options->check, "Say whether each answer is right, by exact arithmetic or the puzzle's rules");
  args.flag("--memo", options->memo, "Do not run a frame again that was answered before (fib beyond 22 needs it)");
  args.number("--recursion-limit", options->recursion_limit, 0, 1'000'000,
              "Frames on one stack; 0: as many as the memory holds");
  args.number("--max-frames", options->max_frames, 1, 1'000'000'000,
              "Frames of one question; of a program 1,000,000 unless this is given");
  args.seconds("--max-seconds", options->max_elapsed_ns, "Time of one question or puzzle (default: no limit)");
  args.number("--max-frame-tokens", options->max_frame_tokens, 1, 1'000'000,
              "Tokens of one frame, or of the sequence of a model without the machine");
  args.number("--threads", options->threads, 0, 1024, "Threads; 0: as many as the machine allows");
  add_pin(args, options->pin);
  add_dtype(args, options->dtype);
  Option puzzle =
      args.option("--puzzle", puzzles->file, "Solve the puzzles in FILE (- is standard input) with a puzzle model")
          .type("FILE")
          .group("Puzzles");
  for (const char* name :
       {"PROMPT", "--file", "--predictions", "--memo", "--recursion-limit", "--max-frames", "--max-frame-tokens"}) {
    puzzle.excludes(args.named(name));
  }
  args.number("--steps", puzzles->steps, 0, kMostSteps, "Supervision steps at most; 0: as many as in training")
      .needs(puzzle)
      .group("Puzzles");
  args.flag("--all-steps", puzzles->all_steps, "Take all steps and answer after the last, instead of halting early")
      .needs(puzzle)
      .group("Puzzles");
  const Option id = args.number("--id", puzzles->id, 0, std::numeric_limits<std::int32_t>::max(),
                                "Row of the puzzle table that stands for the puzzle (ARC)")
                        .needs(puzzle)
                        .group("Puzzles");
  const Option tries = args.number("--tries", puzzles->tries, 1, kMostTries,
                                   "Tries at each puzzle, at most: each sees it in another view (a Sudoku's digits, "
                                   "rows and columns permuted, a maze turned or mirrored), and one answer is chosen")
                           .needs(puzzle)
                           .group("Puzzles");
  args.option("--select", puzzles->select,
              "How: q_halt takes the answer of which the model is most sure, agreement the most frequent one, residual "
              "that with the least change in the last step; rules looks at the rules, so it is no result of the model")
      .one_of({"q_halt", "agreement", "residual", "rules"})
      .needs(tries)
      .group("Puzzles");
  args.real("--stop-at", puzzles->stop_at, -1000, 1000,
            "No more tries after one whose q_halt is above NUMBER (0: that halts); with --select rules after a right "
            "one")
      .needs(tries)
      .group("Puzzles");
  args.option("--vary", puzzles->vary, "What differs from try to try: views, initial states, or both")
      .one_of({"views", "states", "both"})
      .needs(tries)
      .group("Puzzles");
  args.real("--noise", puzzles->noise, 1e-6, 1000,
            "Of varied initial states: the noise that is added, as a share of their size (default: 0.3)")
      .needs(tries)
      .group("Puzzles");
  args.number("--seed", puzzles->seed, 0, std::numeric_limits<std::uint64_t>::max(), "Seed of views and noise")
      .needs(tries)
      .group("Puzzles");
  args.footer(
      "A file of puzzles holds sudokus, mazes or fractals of the model's size, a line per row, with empty lines "
      "between:\n"
      "digits with . 0 or _ for blanks, or # . S G, or . # o S; the separators | - + and comments (#) may stand in "
      "sudokus. For "
      "ARC it\n"
      "is the public JSON of one task. The model stops at the first step with q_halt > 0.\n"
      "Exit status 1 when a prompt gets no answer, with --check a wrong one, or when a puzzle is not solved.");
  return {args, [options, puzzles, puzzle, id] {
            if (!puzzle.given()) return run(*options);
            puzzles->model = options->model;
            puzzles->threads = options->threads;
            puzzles->pin = options->pin;
            puzzles->dtype = options->dtype;
            puzzles->html = options->html;
            puzzles->id_given = id.given();
            puzzles->trace = options->trace;
            puzzles->json = options->json;
            puzzles->check = options->check;
            puzzles->max_elapsed_ns = options->max_elapsed_ns;
            return run_puzzles(*puzzles);
          }};
}

}  // namespace trm::cli
