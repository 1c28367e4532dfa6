#include "tools/run_programs.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "engine/format/safetensors.h"
#include "engine/json/json_value.h"
#include "engine/sys/standard_input.h"
#include "reports/program_page.h"
#include "tasks/ask/answerer_pool.h"
#include "tasks/ask/explanation.h"
#include "tasks/ask/program_log.h"
#include "tasks/exchange/jsonl.h"
#include "tasks/library/short_form.h"
#include "tasks/python/cpython.h"
#include "tools/cli.h"
#include "tools/page_recorder.h"

namespace trm::cli {
namespace {

/// Frames that the machine advances together: what a program spawns runs side by side.
constexpr std::size_t kConcurrency = 16;
/// Calls that CPython makes for --check, at most.
constexpr std::size_t kMostChecked = 10'000'000;

struct Asking {
  std::string id;  ///< of predictions
  tasks::ProgramQuestion question;
};

Result<Asking> read_prompt(const ProgramPrompt& prompt) {
  Result<tasks::ProgramQuestion> question = tasks::read_program_prompt(prompt.text, prompt.place);
  if (!question.ok()) return question.error();
  return Asking{prompt.id, *std::move(question)};
}

/// What is asked, as far as it is known before the first answer.
Result<std::vector<Asking>> gather(const ProgramRun& run) {
  std::vector<Asking> out;
  if (!run.file.empty()) {
    const Result<std::string> source = read_input(run.file);
    if (!source.ok()) return source.error();
    Result<tasks::ProgramQuestion> question =
        tasks::program_question(*source, input_name(run.file), run.call, tasks::Asked::value);
    if (!question.ok()) return question.error();
    out.push_back({run.call, *std::move(question)});
    return out;
  }
  out.reserve(run.prompts.size());
  for (const ProgramPrompt& prompt : run.prompts) {
    Result<Asking> asking = read_prompt(prompt);
    if (!asking.ok()) return asking.error();
    out.push_back(*std::move(asking));
  }
  return out;
}

/// Of a short form as it was written, with the call; of a program as the model runs it.
std::string source_of(const tasks::ProgramQuestion& question) {
  if (!question.short_form) return tasks::python::to_python(question.program);
  return question.source + (question.source.empty() ? "" : "\n\n") + "print(" + question.call + ")\n";
}

/// A line for each call as it begins and as it returns.
void print_calls(tasks::ProgramLog& log) {
  log.listen(
      [](const tasks::ProgramCall& call) {
        print(std::string(2 * call.depth, ' ') + call.text + (call.by_memo ? "   memo" : "") + "\n", Flush::now);
      },
      [](const tasks::ProgramCall& call, const std::string& value) {
        print(fmt::format("{}{} = {}\n", std::string(2 * call.depth, ' '), call.text, value), Flush::now);
      });
}

/// What CPython says of the same question; nothing: it has no answer to compare with.
/// A text on one line need not be Python, and is then asked as it was read.
Result<std::optional<std::string>> expected(const tasks::ProgramQuestion& question, bool on_one_line) {
  const tasks::python::PythonQuestion ask = {question.source, question.call,
                                             on_one_line ? tasks::python::to_python(question.program) : ""};
  const auto answers = tasks::python::ask_cpython(std::span(&ask, 1), kMostChecked);
  if (!answers.ok()) return answers.error();
  using Outcome = tasks::python::PythonAnswer::Outcome;
  const tasks::python::PythonAnswer& answer = answers->front();
  if (answer.outcome == Outcome::gave_up) return std::optional<std::string>();
  if (question.asked == tasks::Asked::calls) {
    return answer.by_lowered ? std::nullopt : std::optional(std::to_string(answer.calls));
  }
  if (question.asked == tasks::Asked::ends) return std::optional<std::string>("yes");
  if (question.asked != tasks::Asked::value) return std::optional<std::string>();
  if (question.short_form && answer.outcome == Outcome::returned) {
    const Result<tasks::python::Value> value = tasks::python::parse_repr(answer.text);
    if (!value.ok()) return value.error();
    return std::optional(tasks::library::in_words(*value));
  }
  return std::optional(answer.text);
}

JsonValue json_of(const tasks::ProgramQuestion& question, const Answer& answer, const tasks::ProgramLog& log) {
  JsonValue out;
  out.set("asked", tasks::kAskedNames[static_cast<std::size_t>(question.asked)]);
  out.set("call", question.call);
  out.set("verdict", verdict_text(answer.verdict));
  out.set("calls", log.calls());
  out.set("frames", answer.frames);
  out.set("memo_hits", answer.memo_hits);
  out.set("own_tokens", answer.own_tokens);
  out.set("fed_tokens", answer.fed_tokens);
  out.set("max_depth", answer.max_depth);
  out.set("peak_states", answer.peak_states);
  out.set("first_token_ns", answer.first_token_ns);
  out.set("elapsed_ns", answer.elapsed_ns);
  return out;
}

class Runner {
 public:
  /// stop: that of the pool's machines.
  Runner(const ProgramRun& run, const CausalNetwork<float>& network, tasks::AnswererPool& pool, std::atomic<bool>& stop)
      : run_(run), network_(network), pool_(pool), machine_(run.machine), stop_(stop) {}

  /// A line that asks nothing gets an empty answer, and the next one is read.
  void say_problem(const ProgramPrompt& prompt, const Error& problem) {
    if (run_.predictions) {
      print(tasks::write_predictions(std::vector<tasks::Prediction>{{prompt.id, ""}}), Flush::now);
    } else if (run_.json) {
      const JsonValue line =
          JsonValue::object({{"prompt", prompt.text}, {"verdict", "bad prompt"}, {"failure", problem.text()}});
      print(line.compact() + "\n", Flush::now);
    } else {
      print("\n", Flush::now);
    }
    report(problem);
    status_ = std::max(status_, kBadInput);
  }

  Status answer(const Asking& asking) {
    const tasks::ProgramQuestion& question = asking.question;
    tasks::ProgramLog log(question, question.asked == tasks::Asked::order);
    if (run_.trace) print_calls(log);
    PageRecorder recorder(question);
    if (!run_.html.empty()) recorder.listen(log);
    tasks::Explanation explanation(question);
    if (run_.explain) explanation.listen(log);
    Answer answer;
    stop_.store(false);
    log.stop = &stop_;
    const MachineObserver observer = run_.html.empty() ? log.observer() : recorder.observer(log.observer());
    if (Status s = pool_.run_alone(question.question(), answer, observer); !s.ok()) return s;
    const Result<tasks::ProgramAnswer> said = tasks::program_answer(question, answer, log, machine_);
    if (run_.explain) {
      for (const std::string& sentence : explanation.sentences(answer, said)) print(sentence + "\n");
    }
    if (run_.predictions) {
      print(tasks::write_predictions(std::vector<tasks::Prediction>{{asking.id, said.ok() ? said->text : ""}}),
            Flush::now);
    } else if (run_.json) {
      JsonValue line = json_of(question, answer, log);
      if (said.ok() && said->undecided) line.set("verdict", "no sign of ending");
      if (said.ok()) {
        line.set("printed", said->printed);
        line.set(said->raised && question.asked == tasks::Asked::value ? "error" : "answer", said->text);
      } else {
        line.set("failure", said.error().text());
      }
      print(line.compact() + "\n", Flush::now);
    } else if (said.ok()) {
      for (const std::string& text : said->printed) print(text + "\n");
      // What a file prints is all that Python shows of it: its last statement has no value.
      const bool shown = !run_.call.empty() || run_.file.empty() || said->text != "None";
      print(shown ? said->text + "\n" : "", Flush::now);
    } else {
      print("\n", Flush::now);
    }
    if (!run_.html.empty()) {
      Result<reports::ProgramPage> page = std::move(recorder).page(network_);
      if (!page.ok()) return page.error();
      if (Status s = write_page(question, answer, said, *std::move(page)); !s.ok()) return s;
    }
    if (!said.ok()) {
      note(said.error().text());
      fail();
      return {};
    }
    if (said->undecided) {
      fail();
      return {};
    }
    if (said->raised) {
      const std::vector<tasks::ProgramCall> open = log.open();
      if (!open.empty()) note(fmt::format("{} was raised in {}", said->text, open.back().text));
    }
    return run_.check ? check(question, *said) : Status{};
  }

  [[nodiscard]] ExitStatus status() const { return status_; }

 private:
  void fail() { status_ = std::max(status_, kFailed); }

  Status write_page(const tasks::ProgramQuestion& question, const Answer& answer,
                    const Result<tasks::ProgramAnswer>& said, reports::ProgramPage page) {
    page.title = question.call.empty() ? "the program" : question.call;
    page.answer = said.ok() ? said->text : said.error().message;
    if (said.ok()) page.printed = said->printed;
    page.source = question.source;
    page.reading = question.reading;
    page.how = fmt::format("{} calls, {} frames, {} tokens that the model wrote, {} on the deepest stack, {}",
                           page.calls.size() + page.left_out, answer.frames, answer.own_tokens, answer.max_depth,
                           duration_text(answer.elapsed_ns));
    return write_result(run_.html, reports::program_page_html(page));
  }

  Status check(const tasks::ProgramQuestion& question, const tasks::ProgramAnswer& said) {
    const Result<std::optional<std::string>> right = expected(question, run_.file.empty() && !question.short_form);
    if (!right.ok()) return right.error();
    if (!*right) {
      note("CPython has no answer to compare with");
    } else if (**right == said.text) {
      note("right, by CPython");
    } else {
      note("wrong, CPython says " + **right);
      fail();
    }
    return {};
  }

  const ProgramRun& run_;
  const CausalNetwork<float>& network_;
  tasks::AnswererPool& pool_;
  const MachineOptions& machine_;
  std::atomic<bool>& stop_;
  ExitStatus status_ = kPass;
};

}  // namespace

bool is_program_model(const std::string& path) {
  const Result<SafetensorsFile> file = SafetensorsFile::open(path);
  if (!file.ok()) return false;
  const auto encoding = file->metadata().find(tasks::kEncodingKey);
  return encoding != file->metadata().end() && encoding->second == tasks::encoding_name(tasks::Encoding::programs);
}

int run_programs(const ProgramRun& run) {
  const Result<simd::Selection> kernels = select_kernels(run.dtype);
  if (!kernels.ok()) return report(kernels.error());
  const Result<std::vector<Asking>> questions = gather(run);
  if (!questions.ok()) return report(questions.error());
  if (!run.html.empty() && (questions->size() != 1 || run.next)) {
    return report(Error{ErrorCode::usage, "", "--html", "shows one question", "ask one"});
  }
  if (Status s = check_page_file(run.html); !s.ok()) return report(s.error());
  if (run.source && !run.next) {
    for (const Asking& each : *questions) print(source_of(each.question));
    return kPass;
  }
  const Result<std::string> path = find_model(run.model);
  if (!path.ok()) return report(path.error());
  const Result<tasks::CausalModel> model = tasks::CausalModel::load_programs(*path, *kernels->table);
  if (!model.ok()) return report(model.error());
  tasks::PoolOptions how;
  how.machine = run.machine;
  how.machine.concurrency = kConcurrency;
  how.threads.threads = run.threads;
  how.threads.pin = run.pin;
  std::atomic<bool> stop = false;
  how.machine.stop = &stop;
  tasks::AnswererPool pool(*model, how);
  Runner runner(run, model->network(), pool, stop);
  for (const Asking& each : *questions) {
    if (Status s = runner.answer(each); !s.ok()) return report(s.error());
  }
  for (bool any = false; run.next; any = true) {
    const Result<std::optional<ProgramPrompt>> prompt = run.next();
    if (!prompt.ok()) return report(prompt.error());
    if (!*prompt && any) break;
    if (!*prompt) {
      return report(Error{ErrorCode::bad_input, "standard input", "", "holds no prompts", "write one prompt per line"});
    }
    const Result<Asking> asking = read_prompt(**prompt);
    if (!asking.ok()) {
      runner.say_problem(**prompt, asking.error());
      continue;
    }
    if (Status s = runner.answer(*asking); !s.ok()) return report(s.error());
  }
  return runner.status();
}

}  // namespace trm::cli
