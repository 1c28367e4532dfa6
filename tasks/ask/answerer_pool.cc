#include "tasks/ask/answerer_pool.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "engine/base/clock.h"
#include "engine/sys/memory.h"

namespace trm::tasks {
namespace {

/// Questions that a thread takes at once, at most: enough to keep its rows filled, few enough that answers come soon.
constexpr std::size_t kLargestPiece = 256;

/// Questions per thread such that all their states at full depth take at most half of the memory that is left.
std::size_t fitting_concurrency(std::size_t wanted, std::size_t threads, std::size_t question_bytes) {
  if (question_bytes == 0) return wanted;
  return std::clamp<std::size_t>(available_memory_bytes() / 2 / question_bytes / threads, 1, wanted);
}

/// Four pieces for each thread, none so small that a machine runs half empty.
std::size_t piece_size(std::size_t questions, std::size_t threads, std::size_t concurrency) {
  const std::size_t quarter = (questions + 4 * threads - 1) / (4 * threads);
  const std::size_t share = (questions + threads - 1) / threads;
  return std::min(kLargestPiece, std::max(quarter, std::min(concurrency, share)));
}

Status first_error(std::vector<Status>& statuses) {
  for (Status& status : statuses) {
    if (!status.ok()) return std::move(status);
  }
  return {};
}

}  // namespace

bool AnswererPool::stopped() const {
  return options_.machine.stop != nullptr && options_.machine.stop->load(std::memory_order_relaxed);
}

Result<Answerer> AnswererPool::make_answerer(std::size_t concurrency) {
  MachineOptions machine = options_.machine;
  machine.concurrency = concurrency;
  Result<Answerer> answerer = Answerer::create(model_.network(), model_.model(), machine);
  if (answerer.ok()) state_bytes_ = answerer->state_bytes();
  return answerer;
}

Status AnswererPool::start() {
  if (threads_ == nullptr) {
    Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::create(options_.threads);
    if (!pool.ok()) return pool.error();
    threads_ = *std::move(pool);
  }
  if (!together_.empty()) return {};
  std::size_t question_bytes = 0;
  {
    const Result<Answerer> probe = make_answerer(1);
    if (!probe.ok()) return probe.error();
    question_bytes = probe->question_bytes();
  }
  concurrency_ = fitting_concurrency(options_.machine.concurrency, threads_->size(), question_bytes);
  while (together_.size() < threads_->size()) {
    Result<Answerer> answerer = make_answerer(concurrency_);
    if (!answerer.ok()) return answerer.error();
    together_.push_back(*std::move(answerer));
  }
  return {};
}

Status AnswererPool::run(std::span<const Question> questions, std::span<Answer> answers, const PoolRun& how) {
  if (questions.empty()) return {};
  if (Status s = start(); !s.ok()) return s;
  if (together_.front().on_machine()) {
    std::vector<Status> statuses(threads_->size());
    std::atomic<std::size_t> next{0};
    threads_->run(threads_->size(), [&](std::size_t number, std::size_t worker) {
      statuses[number] = run_shared(questions, answers, how, next, worker);
    });
    return first_error(statuses);
  }
  const std::size_t count = questions.size(), piece = piece_size(count, threads_->size(), concurrency_);
  const std::size_t pieces = (count + piece - 1) / piece;
  std::vector<Status> statuses(pieces);
  threads_->run(pieces, [&](std::size_t number, std::size_t worker) {
    if (stopped()) return;
    const std::size_t first = number * piece;
    statuses[number] = run_piece(questions, answers, how, first, std::min(first + piece, count), worker);
  });
  return first_error(statuses);
}

Status AnswererPool::run_shared(std::span<const Question> questions, std::span<Answer> answers, const PoolRun& how,
                                std::atomic<std::size_t>& next, std::size_t worker) {
  const std::size_t count = questions.size();
  const MachineObserver observer = how.observer ? how.observer(0, worker) : MachineObserver{};
  // To find out who is refused may take long: at most half of the time, for others are being answered.
  constexpr std::int64_t kPatienceNs = 50'000'000;
  std::int64_t not_before = 0;
  const auto take = [&]() -> NextQuestion {
    const std::int64_t begin = how.refuse ? now_ns() : 0;
    if (begin < not_before) return {NextQuestion::Kind::later};
    while (!stopped()) {
      const std::size_t taken = next.fetch_add(1, std::memory_order_relaxed);
      if (taken >= count) break;
      const std::size_t at = how.order.empty() ? taken : how.order[taken];
      const std::optional<Verdict> verdict = how.refuse ? how.refuse(at) : std::nullopt;
      const std::int64_t spent = how.refuse ? now_ns() - begin : 0;
      if (spent > kPatienceNs) not_before = begin + 2 * spent;
      if (!verdict) return {NextQuestion::Kind::question, at};
      answers[at] = {};
      answers[at].verdict = *verdict;
      if (observer.answered) observer.answered(at);
      if (spent > kPatienceNs) return {NextQuestion::Kind::later};
    }
    return {};
  };
  // No worker takes more than its share, or the others would have none.
  const std::size_t share = (count + threads_->size() - 1) / threads_->size();
  return together_[worker].run_shared(questions, answers, {take, share}, observer);
}

Status AnswererPool::run_piece(std::span<const Question> questions, std::span<Answer> answers, const PoolRun& how,
                               std::size_t first, std::size_t end, std::size_t worker) {
  const auto observer = [&](std::size_t from) { return how.observer ? how.observer(from, worker) : MachineObserver{}; };
  const auto ask = [&](std::size_t from, std::size_t to) {
    if (from == to) return Status();
    return together_[worker].run(questions.subspan(from, to - from), answers.subspan(from, to - from), observer(from));
  };
  // To find out who is refused may take long, and the answers before them do not wait for that.
  constexpr std::int64_t kPatienceNs = 50'000'000;
  std::size_t asked = first;
  std::int64_t begin = now_ns();
  for (std::size_t at = first; how.refuse && at < end && !stopped(); ++at) {
    const std::optional<Verdict> verdict = how.refuse(at);
    if (!verdict && now_ns() - begin < kPatienceNs) continue;
    if (Status s = ask(asked, verdict ? at : at + 1); !s.ok()) return s;
    asked = at + 1;
    begin = now_ns();
    if (!verdict) continue;
    answers[at] = {};
    answers[at].verdict = *verdict;
    if (const MachineObserver told = observer(at); told.answered) told.answered(0);
  }
  return ask(asked, end);
}

Status AnswererPool::run_again_alone(std::span<const Question> questions, std::span<Answer> answers,
                                     const PoolRun& how) {
  std::mutex mutex;
  std::vector<std::size_t> again;
  PoolRun watched = how;
  watched.observer = [&](std::size_t first, std::size_t worker) {
    MachineObserver out = how.observer(first, worker);
    out.answered = [&, first, told = std::move(out.answered)](std::size_t question) {
      if (!answers[first + question].out_of_memory) {
        if (told) told(question);
        return;
      }
      const std::lock_guard lock(mutex);
      again.push_back(first + question);
    };
    return out;
  };
  if (Status s = run(questions, answers, watched); !s.ok() || again.empty()) return s;
  together_.clear();  // gives its memory back
  std::sort(again.begin(), again.end());
  for (const std::size_t index : again) {
    if (stopped()) return {};
    if (Status s = run_alone(questions[index], answers[index], how.observer(index, 0)); !s.ok()) return s;
  }
  return {};
}

Status AnswererPool::run_alone(const Question& question, Answer& answer, const MachineObserver& observer) {
  if (!alone_) {
    Result<Answerer> answerer = make_answerer(1);
    if (!answerer.ok()) return answerer.error();
    alone_ = *std::move(answerer);
  }
  return alone_->run(std::span(&question, 1), std::span(&answer, 1), observer);
}

}  // namespace trm::tasks
