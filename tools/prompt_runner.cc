#include "tools/prompt_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/base/clock.h"
#include "engine/json/json_value.h"
#include "engine/sys/memory.h"
#include "engine/sys/memory_limits.h"
#include "tasks/ask/answer_text.h"
#include "tasks/exchange/jsonl.h"
#include "tasks/frames/right_frames.h"
#include "tasks/registry.h"
#include "tools/call_tree.h"

namespace trm::cli {
namespace {

/// Frames or sequences that a thread advances together: enough rows for the matrix kernels, and few enough that their
/// states stay in the second-level cache.
constexpr std::size_t kConcurrency = 16;

/// Frames on one stack that the count of frames may follow on the stack of this thread, of which it takes a part.
std::size_t countable_depth() {
  constexpr std::size_t kDeepest = 1000, kBytesPerFrame = 8192;
  return std::min(kDeepest, stack_bytes() / 2 / kBytesPerFrame);
}

tasks::PoolOptions pool_options(const PromptOptions& options, const std::atomic<bool>& output_lost) {
  tasks::PoolOptions out;
  out.machine = options.machine;
  out.machine.concurrency = kConcurrency;
  out.machine.stop = &output_lost;
  out.threads.threads = options.threads;
  out.threads.pin = options.pin;
  return out;
}

}  // namespace

PromptRunner::PromptRunner(const tasks::CausalModel& model, const PromptOptions& options)
    : model_(model),
      options_(options),
      hash_(options.json ? model.model().hash() : ""),
      pool_(model, pool_options(options, output_lost_)) {}

Status PromptRunner::answer(std::span<const Prompt> prompts) {
  prompts_ = prompts;
  answers_.assign(prompts.size(), {});
  done_.assign(prompts.size(), false);
  said_ = 0;
  const auto good = std::count_if(prompts.begin(), prompts.end(), [](const Prompt& p) { return !p.problem; });
  return options_.trace || good <= 1 ? answer_one_by_one() : answer_side_by_side();
}

Status PromptRunner::answer_one_by_one() {
  const MachineObserver observer = options_.trace ? call_tree_printer() : MachineObserver{};
  for (std::size_t i = 0; i < prompts_.size() && !output_lost_; ++i) {
    if (!prompts_[i].problem) {
      const Question question = question_of(i);
      if (const std::optional<Verdict> verdict = refused(question)) {
        answers_[i].verdict = *verdict;
      } else if (Status s = pool_.run_alone(question, answers_[i], observer); !s.ok()) {
        return s;
      }
    }
    finish(i);
  }
  return {};
}

Status PromptRunner::answer_side_by_side() {
  std::vector<std::size_t> places;  // of the questions among the prompts
  std::vector<Question> questions;
  for (std::size_t i = 0; i < prompts_.size(); ++i) {
    if (prompts_[i].problem) {
      finish(i);
      continue;
    }
    questions.push_back(question_of(i));
    places.push_back(i);
  }
  std::vector<Answer> answers(questions.size());
  tasks::PoolRun how;
  how.observer = [&](std::size_t first, std::size_t) {
    MachineObserver out;
    out.opened = [this](auto&&...) { look_at_reader(); };
    out.answered = [&, first](std::size_t question) {
      const std::size_t at = first + question;
      answers_[places[at]] = answers[at];
      finish(places[at]);
    };
    return out;
  };
  how.refuse = [&](std::size_t question) { return refused(questions[question]); };
  return pool_.run_again_alone(questions, answers, how);
}

Question PromptRunner::question_of(std::size_t index) const {
  const tasks::Item& item = prompts_[index].item;
  return tasks::find_task(item.task)->encode(item);
}

/// too_many_frames: right answers take more frames than allowed, which is told before any of them runs.
std::optional<Verdict> PromptRunner::refused(const Question& question) const {
  const MachineOptions& machine = options_.machine;
  if (machine.memo || model_.use().encoding != tasks::Encoding::frames) return std::nullopt;
  if (!tasks::needs_more_frames(question, machine.max_frames, countable_depth())) return std::nullopt;
  return Verdict::too_many_frames;
}

/// Prints the answers that are next and complete.
void PromptRunner::finish(std::size_t index) {
  const std::lock_guard lock(mutex_);
  done_[index] = true;
  if (output_lost_) return;
  try {  // nothing may leave a task of a thread pool
    for (; said_ < done_.size() && done_[said_]; ++said_) {
      say(said_);
      print("", Flush::now);
    }
  } catch (const OutputFailed&) {
    output_lost_ = true;
  }
}

/// An answer may take minutes, in which nothing is written.
void PromptRunner::look_at_reader() {
  constexpr std::int64_t kOftenNs = 50'000'000;
  const std::int64_t now = now_ns();
  if (now - looked_ns_.load(std::memory_order_relaxed) < kOftenNs) return;
  looked_ns_.store(now, std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  try {
    if (!output_lost_) require_reader();
  } catch (const OutputFailed&) {
    output_lost_ = true;
  }
}

void PromptRunner::fail(ExitStatus status) {
  status_ = std::max(status_, status);
}

void PromptRunner::say_problem(const Prompt& prompt) {
  const std::string text = prompt.problem->text();
  if (options_.predictions) {
    print(tasks::write_predictions(std::vector<tasks::Prediction>{{prompt.item.id, ""}}));
  } else if (options_.json) {
    const JsonValue line = JsonValue::object(
        {{"id", prompt.item.id}, {"prompt", prompt.item.prompt}, {"verdict", "bad prompt"}, {"failure", text}});
    print(line.compact() + "\n");
  } else {
    print("\n");
  }
  report(*prompt.problem);
  fail(kBadInput);
}

void PromptRunner::say(std::size_t index) {
  if (prompts_[index].problem) return say_problem(prompts_[index]);
  const tasks::Item& item = prompts_[index].item;
  const Answer& answer = answers_[index];
  std::string value, failure;
  if (const Result<std::string> text = tasks::answer_text(item, answer); text.ok()) {
    value = *text;
  } else {
    failure = failure_text(answer, text.error());
  }
  // A line for each prompt, empty where there is no answer, so that line n answers prompt n.
  if (options_.predictions) {
    print(tasks::write_predictions(std::vector<tasks::Prediction>{{item.id, value}}));
  } else {
    print(options_.json ? json_line(item, answer, value, failure) : value + "\n");
  }
  if (!failure.empty()) {
    note(fmt::format("{}: {}", item.prompt, failure));
    fail(kFailed);
  } else if (options_.check) {
    const bool right = tasks::find_task(item.task)->verify(item, value);
    note(fmt::format("{}: {}", item.prompt, right ? "right" : "wrong, the answer is " + item.answer));
    if (!right) fail(kFailed);
  }
}

/// What ended the stack, and what a person can do.
std::string PromptRunner::stack_text(const Answer& answer) const {
  if (answer.out_of_memory) {
    return fmt::format(
        "the memory holds no more than the {} frames on the stack, of up to {} bytes each ({}); fix: free some memory, "
        "raise the limit (ulimit -v, control group), or use a model with smaller states",
        answer.max_depth, pool_.state_bytes(), memory_limits_text());
  }
  return fmt::format("{} frames are on the stack; fix: raise --recursion-limit, or leave it out", answer.max_depth);
}

/// Why there is no answer, and what a person can do.
std::string PromptRunner::failure_text(const Answer& answer, const Error& error) const {
  const std::string verdict(verdict_text(answer.verdict)), trained = "use a model that was trained for this task";
  const MachineOptions& machine = options_.machine;
  switch (answer.verdict) {
    case Verdict::answered:
      return "the value \"" + tasks::to_text(answer.value) + "\" is no answer: " + error.text();
    case Verdict::endless_loop:
      return error.text();
    case Verdict::recursion_limit:
      return verdict + ": " + stack_text(answer);
    case Verdict::frame_too_long:
      return verdict + "; fix: raise --max-frame-tokens, or use a model that was trained longer";
    case Verdict::too_many_frames:
      if (answer.frames == 0) {
        return fmt::format("{}: right answers take more than {} without --memo; fix: use --memo, or raise --max-frames",
                           verdict, machine.max_frames);
      }
      return fmt::format("{}: it made {}; fix: raise --max-frames{}, or {}", verdict, machine.max_frames,
                         machine.memo ? "" : ", use --memo", trained);
    case Verdict::out_of_time:
      return fmt::format("{}: after {}, {} frames and {} tokens; fix: raise --max-seconds{}, or {}", verdict,
                         duration_text(answer.elapsed_ns), answer.frames, answer.own_tokens,
                         machine.memo || model_.use().encoding != tasks::Encoding::frames ? "" : ", use --memo",
                         trained);
    case Verdict::malformed:
    case Verdict::streams_too_long:
    case Verdict::deadlock:
    case Verdict::raised:
      break;
  }
  return verdict + "; fix: " + trained;
}

std::string PromptRunner::json_line(const tasks::Item& item, const Answer& answer, const std::string& value,
                                    const std::string& failure) const {
  JsonValue out;
  out.set("id", item.id);
  out.set("prompt", item.prompt);
  if (failure.empty()) out.set("answer", value);
  out.set("verdict", verdict_text(answer.verdict));
  if (!failure.empty()) out.set("failure", failure);
  if (options_.check) {
    out.set("expected", item.answer);
    out.set("right", failure.empty() && tasks::find_task(item.task)->verify(item, value));
  }
  out.set("frames", answer.frames);
  out.set("memo_hits", answer.memo_hits);
  out.set("own_tokens", answer.own_tokens);
  out.set("fed_tokens", answer.fed_tokens);
  out.set("max_depth", answer.max_depth);
  out.set("peak_states", answer.peak_states);
  out.set("first_token_ns", answer.first_token_ns);
  out.set("elapsed_ns", answer.elapsed_ns);
  out.set("model", hash_);
  return out.compact() + "\n";
}

}  // namespace trm::cli
