// Many questions at once: an answerer for each thread. On the recursion machine each takes the next question when it
// has room for one, so none runs half empty before the list ends; sequences come in pieces.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/sys/thread_pool.h"
#include "tasks/ask/answerer.h"
#include "tasks/ask/causal_model.h"

namespace trm::tasks {

/// What is heard of the questions from `first` on, which `worker` answers: places in the observer are counted from
/// `first`.
using PieceObserver = std::function<MachineObserver(std::size_t first, std::size_t worker)>;

/// What goes with the questions of one run. All calls come from the threads that answer.
struct PoolRun {
  PieceObserver observer;
  /// A verdict: the question is not asked, and its answer is this verdict alone.
  std::function<std::optional<Verdict>(std::size_t question)> refuse;
  /// All places of questions, in the order in which the machine begins them; empty: as they stand. Long ones first
  /// keep every thread busy until the end.
  std::span<const std::size_t> order = {};
};

struct PoolOptions {
  /// concurrency: frames or sequences that a thread advances together, at most; fewer when the states of so many
  /// questions at the recursion limit would take more than half of the memory that is left. stop: what has not begun
  /// is left out, too.
  MachineOptions machine;
  ThreadOptions threads;
};

class AnswererPool {
 public:
  /// Nothing is started or reserved before it is needed. The model must outlive the pool.
  AnswererPool(const CausalModel& model, const PoolOptions& options) : model_(model), options_(options) {}

  /// Threads and memory of run(), which otherwise takes them at its first call. Error: as run().
  Status start();
  /// Answers do not depend on threads and company. Error: as Answerer::create() and run(); no threads.
  Status run(std::span<const Question> questions, std::span<Answer> answers, const PoolRun& how = {});
  /// The same, where questions that found no memory in company are asked once more, each alone, when all others are
  /// answered. The observer hears their `answered` once, and their frames again.
  Status run_again_alone(std::span<const Question> questions, std::span<Answer> answers, const PoolRun& how);
  /// One question on this thread, alone: takes the least memory and starts no thread.
  Status run_alone(const Question& question, Answer& answer, const MachineObserver& observer = {});

  /// Of run(), behind start().
  [[nodiscard]] std::size_t threads() const { return threads_ == nullptr ? 0 : threads_->size(); }
  [[nodiscard]] std::size_t concurrency() const { return concurrency_; }
  /// Of one waiting frame or one sequence, at most; 0 before any question was answered.
  [[nodiscard]] std::size_t state_bytes() const { return state_bytes_; }

 private:
  Result<Answerer> make_answerer(std::size_t concurrency);
  /// Questions from `first` to `end`, by one worker.
  Status run_piece(std::span<const Question> questions, std::span<Answer> answers, const PoolRun& how,
                   std::size_t first, std::size_t end, std::size_t worker);
  /// Questions from the list that all workers share, by one of them.
  Status run_shared(std::span<const Question> questions, std::span<Answer> answers, const PoolRun& how,
                    std::atomic<std::size_t>& next, std::size_t worker);
  [[nodiscard]] bool stopped() const;

  const CausalModel& model_;
  PoolOptions options_;
  std::unique_ptr<ThreadPool> threads_;
  std::vector<Answerer> together_;  // one for each thread
  std::optional<Answerer> alone_;
  std::size_t concurrency_ = 0, state_bytes_ = 0;
};

}  // namespace trm::tasks
