// trm tasks check: what right frames, and a model, say of programs, beside CPython.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/interval.h"
#include "engine/json/json_value.h"
#include "engine/sys/standard_input.h"
#include "tasks/ask/answerer_pool.h"
#include "tasks/ask/program_check.h"
#include "tasks/ask/program_log.h"
#include "tasks/interpreter/judge.h"
#include "tasks/python/random_program.h"
#include "tools/commands.h"
#include "tools/machine_options.h"

namespace trm::cli {
namespace {

constexpr std::size_t kConcurrency = 32;
constexpr const char* kCallMark = "# call:";

struct CheckCommandOptions {
  std::vector<std::string> files;
  std::string call, model;
  std::uint64_t random = 0, seed = 0, size = 6, max_frames = 500'000, threads = 0;
  bool json = false;
  std::optional<Pinning> pin;
  std::optional<simd::WeightType> dtype;
};

struct Named {
  std::string name;
  tasks::ProgramQuestion question;
};

/// The expressions behind "# call:" in the lines of a program.
std::vector<std::string> calls_in(const std::string& source) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < source.size();) {
    const std::size_t end = std::min(source.find('\n', at), source.size());
    const std::string line = source.substr(at, end - at);
    if (line.starts_with(kCallMark)) out.push_back(line.substr(std::string_view(kCallMark).size()));
    at = end + 1;
  }
  return out;
}

Status add_file(const std::string& file, const std::string& call, std::vector<Named>& out) {
  const Result<std::string> source = read_input(file);
  if (!source.ok()) return source.error();
  std::vector<std::string> calls = calls_in(*source);
  if (!call.empty() || calls.empty()) calls = {call};
  for (const std::string& each : calls) {
    Result<tasks::ProgramQuestion> question =
        tasks::program_question(*source, input_name(file), each, tasks::Asked::value);
    if (!question.ok()) return question.error();
    out.push_back({input_name(file) + (each.empty() ? "" : " " + each), *std::move(question)});
  }
  return {};
}

Status add_random(const CheckCommandOptions& options, std::vector<Named>& out) {
  for (std::uint64_t i = 0; i < options.random; ++i) {
    tasks::Rng rng(options.seed, tasks::stream_of("program/1"), i);
    const tasks::python::RandomProgram program =
        tasks::python::random_program(rng, static_cast<std::uint32_t>(options.size));
    const std::string name = fmt::format("program {}", i);
    Result<tasks::ProgramQuestion> question =
        tasks::program_question(program.source, name, program.call, tasks::Asked::value);
    if (!question.ok()) return question.error();
    out.push_back({name, *std::move(question)});
  }
  return {};
}

/// What the model says to a question.
struct Said {
  std::string text;  ///< printed lines, and the value or the error
  std::size_t frames = 0, wrong_frames = 0;
  std::string first_wrong;  ///< the frame up to its first wrong token
};

/// Counts a frame, and keeps the first wrong one.
void judge(const FrameRecord& frame, Said& out) {
  ++out.frames;
  if (!frame.complete) return;
  const auto wrong = tasks::interpreter::first_wrong_token(frame.tokens);
  if (wrong.ok() && !wrong->has_value()) return;
  if (out.wrong_frames++ > 0) return;
  const std::size_t shown = wrong.ok() ? std::min(**wrong + 1, frame.tokens.size()) : frame.tokens.size();
  out.first_wrong = tasks::interpreter::to_text(frame.tokens.first(shown));
}

Result<std::vector<Said>> ask_model(const CheckCommandOptions& options, std::span<const Named> named) {
  const Result<simd::Selection> kernels = select_kernels(options.dtype);
  if (!kernels.ok()) return kernels.error();
  const Result<std::string> path = find_model(options.model);
  if (!path.ok()) return path.error();
  const Result<tasks::CausalModel> model = tasks::CausalModel::load_programs(*path, *kernels->table);
  if (!model.ok()) return model.error();
  tasks::PoolOptions how;
  how.machine.concurrency = kConcurrency;
  how.machine.max_frames = options.max_frames;
  how.machine.max_stream_tokens = std::size_t{1} << 26;
  how.threads.threads = options.threads;
  how.threads.pin = options.pin;
  tasks::AnswererPool pool(*model, how);
  std::vector<Question> questions;
  questions.reserve(named.size());
  for (const Named& each : named) questions.push_back(each.question.question());
  std::vector<Answer> answers(questions.size());
  std::vector<Said> out(named.size());
  tasks::PoolRun watched;
  watched.observer = [&](std::size_t first, std::size_t) {
    MachineObserver observer;
    observer.closed = [&, first](const FrameRecord& frame) { judge(frame, out[first + frame.question]); };
    return observer;
  };
  if (Status s = pool.run(questions, answers, watched); !s.ok()) return s.error();
  for (std::size_t i = 0; i < named.size(); ++i) {
    const tasks::ProgramLog log(named[i].question, false);
    const Result<tasks::ProgramAnswer> said = tasks::program_answer(named[i].question, answers[i], log, how.machine);
    std::string text;
    if (said.ok()) {
      for (const std::string& line : said->printed) text += line + "\n";
      text += said->text;
    } else {
      text = answers[i].verdict == Verdict::endless_loop ? "endless" : std::string(verdict_text(answers[i].verdict));
    }
    out[i].text = std::move(text);
  }
  return out;
}

int check(const CheckCommandOptions& options) {
  if (options.files.empty() == (options.random == 0)) {
    return report(Error{ErrorCode::usage, "", "", "give programs or --random N, and not both",
                        "as in trm tasks check FILE.py, or trm tasks check --random 100"});
  }
  std::vector<Named> named;
  for (const std::string& file : options.files) {
    if (Status s = add_file(file, options.call, named); !s.ok()) return report(s.error());
  }
  if (Status s = add_random(options, named); !s.ok()) return report(s.error());
  std::vector<tasks::ProgramQuestion> questions;
  questions.reserve(named.size());
  for (const Named& each : named) questions.push_back(each.question);
  tasks::CheckOptions limits;
  limits.max_frames = options.max_frames;
  const Result<std::vector<tasks::CheckedProgram>> checked = tasks::check_programs(questions, limits);
  if (!checked.ok()) return report(checked.error());
  std::vector<Said> said;
  if (!options.model.empty()) {
    Result<std::vector<Said>> asked = ask_model(options, named);
    if (!asked.ok()) return report(asked.error());
    said = *std::move(asked);
  }
  std::size_t decided = 0, agree = 0, exact = 0, longest = 0, tokens = 0, frames = 0, wrong = 0;
  for (std::size_t i = 0; i < named.size(); ++i) {
    const tasks::CheckedProgram& one = (*checked)[i];
    longest = std::max(longest, one.right.longest);
    tokens += one.right.own_tokens;
    if (!one.decided) continue;
    ++decided;
    agree += one.agrees() ? 1 : 0;
    if (!one.agrees())
      print(fmt::format("{}: frames say {}, CPython says {}\n", named[i].name, one.actual, one.expected));
    if (said.empty()) continue;
    frames += said[i].frames;
    wrong += said[i].wrong_frames;
    if (said[i].text == one.expected) {
      ++exact;
      continue;
    }
    print(fmt::format("{}: the model says {}, CPython says {}\n", named[i].name, said[i].text, one.expected));
    if (said[i].wrong_frames > 0)
      print(fmt::format("  its first wrong frame ends with its wrong token: {}\n", said[i].first_wrong));
  }
  if (options.json) {
    JsonValue out = JsonValue::object({{"questions", named.size()}, {"decided", decided}, {"frames_agree", agree}});
    if (!said.empty()) {
      out.set("model_exact", exact);
      out.set("model_frames", frames);
      out.set("wrong_frames", wrong);
    }
    print(out.compact() + "\n");
  } else {
    print(fmt::format("{} questions, {} met a limit\n", named.size(), named.size() - decided));
    print(fmt::format(
        "right frames agree with CPython in {} of {}; the longest frame has {} tokens, a question {:.0f} own tokens\n",
        agree, decided, longest,
        static_cast<double>(tokens) / static_cast<double>(std::max<std::size_t>(named.size(), 1))));
    if (!said.empty())
      print(fmt::format("the model is exact in {} of {}; {} of {} frames are wrong\n", exact, decided, wrong, frames));
  }
  return agree == decided && (said.empty() || exact == decided) ? kPass : kFailed;
}

}  // namespace

Command add_check(Arguments& tasks) {
  auto options = std::make_shared<CheckCommandOptions>();
  Arguments args = tasks.command("check", "Compare what frames, and a model, say of programs with what CPython says");
  args.list("FILE", options->files, "Programs; lines \"# call: EXPR\" say what is asked of them");
  args.option("--call", options->call, "Ask this instead").type("EXPR");
  args.number("--random", options->random, 1, 1'000'000, "Random programs instead of files");
  args.number("--seed", options->seed, 0, std::numeric_limits<std::uint64_t>::max(), "Seed of the random programs");
  args.number("--size", options->size, 1, 10'000, "Largest first argument, or longest list, of their calls");
  args.option("--model", options->model, "A model that runs the programs, too").type("MODEL");
  args.number("--max-frames", options->max_frames, 1, 1'000'000'000, "Frames of one question");
  args.number("--threads", options->threads, 0, 1024, "Threads of the model; 0: as many as the machine allows");
  add_pin(args, options->pin);
  add_dtype(args, options->dtype);
  args.flag("--json", options->json, "Print JSON");
  args.footer("Programs are run by python3, too: give none that may do harm. Exit status 1 when something differs.");
  return {args, [options] { return check(*options); }};
}

}  // namespace trm::cli
