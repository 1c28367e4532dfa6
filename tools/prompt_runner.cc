#include "tools/prompt_runner.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "bench/harness/contestant.h"
#include "bench/harness/workload.h"
#include "engine/sys/memory_limits.h"
#include "tasks/exchange/jsonl.h"
#include "tasks/frames/right_frames.h"
#include "tasks/registry.h"
#include "tools/call_tree.h"

namespace trm::cli {
namespace {

/// Frames or sequences that a thread advances together: enough rows for the matrix kernels.
constexpr std::size_t kConcurrency = 16;

/// Prompts that a thread takes at once, at most: enough to keep its rows filled.
constexpr std::size_t kLargestChunk = 256;

/// Frames on one stack that the count of frames may follow on the stack of this thread, of which it takes a part.
std::size_t countable_depth() {
  constexpr std::size_t deepest = 1000, bytes_per_frame = 8192, usual_stack = std::size_t{2} << 20;
  rlimit stack{};
  const bool bounded = getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur != RLIM_INFINITY;
  const std::size_t bytes = bounded ? static_cast<std::size_t>(stack.rlim_cur) : usual_stack;
  return std::min(deepest, bytes / 2 / bytes_per_frame);
}

std::string as_line(const nlohmann::ordered_json& object) {
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

Status PromptRunner::answer(std::span<const Prompt> prompts) {
  prompts_ = prompts;
  questions_.assign(prompts.size(), {});
  answers_.assign(prompts.size(), {});
  done_.assign(prompts.size(), false);
  again_.clear();
  said_ = 0;
  std::size_t good = 0;
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    if (prompts[i].problem) continue;
    questions_[i] = tasks::find_task(prompts[i].item.task)->encode(prompts[i].item);
    ++good;
  }
  return options_.trace || good <= 1 ? answer_one_by_one() : answer_side_by_side(good);
}

Status PromptRunner::answer_one_by_one() {
  for (std::size_t i = 0; i < prompts_.size() && !output_lost_; ++i) {
    if (prompts_[i].problem) {
      finish(i);
    } else if (Status s = run_alone(i); !s.ok()) {
      return s;
    }
  }
  return {};
}

Status PromptRunner::run_alone(std::size_t index) {
  if (!alone_) {
    MachineOptions machine = options_.machine;
    machine.concurrency = 1;
    Result<tasks::Answerer> answerer = tasks::Answerer::create(network_, model_, machine);
    if (!answerer.ok()) return answerer.error();
    alone_ = *std::move(answerer);
  }
  if (!refuse(index)) {
    const MachineObserver observer = options_.trace ? call_tree_printer() : MachineObserver{};
    const std::span<const Question> question(&questions_[index], 1);
    if (Status s = alone_->run(question, std::span(&answers_[index], 1), observer); !s.ok()) return s;
  }
  finish(index);
  return {};
}

/// Runs the prompts in chunks, each worker with an answerer of its own. Answers do not depend on the split.
Status PromptRunner::answer_side_by_side(std::size_t good) {
  if (!pool_) {
    ThreadOptions threads;
    threads.threads = options_.threads;
    threads.pin = options_.pin;
    Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::create(threads);
    if (!pool.ok()) return pool.error();
    pool_ = *std::move(pool);
  }
  MachineOptions machine = options_.machine;
  machine.concurrency = kConcurrency;
  while (together_.size() < pool_->size()) {
    Result<tasks::Answerer> answerer = tasks::Answerer::create(network_, model_, machine);
    if (!answerer.ok()) return answerer.error();
    together_.push_back(*std::move(answerer));
  }
  const std::size_t count = prompts_.size(), workers = std::min(pool_->size(), good);
  const std::size_t chunk = std::min(kLargestChunk, (count + 4 * workers - 1) / (4 * workers));
  const std::size_t chunks = (count + chunk - 1) / chunk;
  std::vector<Status> statuses(chunks);
  pool_->run(chunks, [&](std::size_t task, std::size_t worker) {
    statuses[task] = run_chunk(task * chunk, std::min(count, (task + 1) * chunk), together_[worker]);
  });
  for (Status& status : statuses) {
    if (!status.ok()) return status;
  }
  if (!again_.empty()) together_.clear();  // gives its memory back
  std::sort(again_.begin(), again_.end());
  for (const std::size_t index : again_) {
    if (Status s = run_alone(index); !s.ok()) return s;
  }
  return {};
}

Status PromptRunner::run_chunk(std::size_t first, std::size_t last, tasks::Answerer& answerer) {
  std::vector<bool> skipped(last - first, false);
  for (std::size_t i = first; i < last; ++i) {
    skipped[i - first] = prompts_[i].problem.has_value() || refuse(i);
    if (skipped[i - first]) finish(i);
  }
  for (std::size_t i = first; i < last && !output_lost_; ++i) {
    if (skipped[i - first]) continue;
    std::size_t end = i + 1;
    while (end < last && !skipped[end - first]) ++end;
    MachineObserver observer;
    observer.answered = [this, i](std::size_t question) {
      if (!answers_[i + question].out_of_memory) return finish(i + question);
      const std::lock_guard lock(mutex_);
      again_.push_back(i + question);
    };
    const std::span<const Question> questions(questions_);
    const std::span<Answer> answers(answers_);
    if (Status s = answerer.run(questions.subspan(i, end - i), answers.subspan(i, end - i), observer); !s.ok())
      return s;
    i = end - 1;
  }
  return {};
}

/// A question that takes more frames than allowed is told so before any of them runs.
bool PromptRunner::refuse(std::size_t index) {
  const MachineOptions& machine = options_.machine;
  if (machine.memo || encoding_ != tasks::Encoding::frames) return false;
  const Question& question = questions_[index];
  if (!tasks::needs_more_frames(question, machine.max_frames, countable_depth())) return false;
  answers_[index] = Answer{};
  answers_[index].verdict = Verdict::too_many_frames;
  return true;
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

void PromptRunner::fail(ExitStatus status) {
  status_ = std::max(status_, status);
}

void PromptRunner::say_problem(const Prompt& prompt) {
  const std::string text = prompt.problem->text();
  if (options_.predictions) {
    print(tasks::write_predictions(std::vector<tasks::Prediction>{{prompt.item.id, ""}}));
  } else if (options_.json) {
    print(as_line(
        {{"id", prompt.item.id}, {"prompt", prompt.item.prompt}, {"verdict", "bad prompt"}, {"failure", text}}));
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
  if (const Result<std::string> text = bench::answer_text(item, answer); text.ok()) {
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
        answer.max_depth, alone_->state_bytes(), memory_limits_text());
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
                         machine.memo || encoding_ != tasks::Encoding::frames ? "" : ", use --memo", trained);
    case Verdict::malformed:
    case Verdict::streams_too_long:
    case Verdict::deadlock:
      break;
  }
  return verdict + "; fix: " + trained;
}

std::string PromptRunner::json_line(const tasks::Item& item, const Answer& answer, const std::string& value,
                                    const std::string& failure) const {
  nlohmann::ordered_json out;
  out["id"] = item.id;
  out["prompt"] = item.prompt;
  if (failure.empty()) out["answer"] = value;
  out["verdict"] = verdict_text(answer.verdict);
  if (!failure.empty()) out["failure"] = failure;
  if (options_.check) {
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
  out["model"] = model_.hash;
  return as_line(out);
}

}  // namespace trm::cli
