#include "engine/sys/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "engine/sys/cpu_pause.h"
#include "engine/sys/topology.h"

namespace trm {
namespace {

constexpr std::size_t kMaxThreads = 1024;
constexpr std::chrono::microseconds kSpin{50};

// True as soon as done() is, false after the spin time.
template <class F>
bool spin_until(bool allowed, F&& done) {
  if (done()) return true;
  if (!allowed) return false;
  const auto end = std::chrono::steady_clock::now() + kSpin;
  do {
    for (int i = 0; i < 32; ++i) {
      cpu_pause();
      if (done()) return true;
    }
  } while (std::chrono::steady_clock::now() < end);
  return false;
}

}  // namespace

// A region is published by setting `unclaimed` to its number of tasks. Whoever lowers it by one owns one task; the
// region cannot end before that task is done, so `call`, `context` and `tasks` are stable for every owner of a task.
// A worker that comes late finds zero and never touches them: run() need not wait for sleepers to wake up.
struct ThreadPool::Impl {
  alignas(64) std::atomic<std::size_t> unclaimed{0};
  alignas(64) std::atomic<std::size_t> unfinished{0};
  alignas(64) std::atomic<std::uint32_t> started{0};  // regions published (and once more to stop): sleepers wait on it
  std::atomic<std::uint32_t> sleepers{0};
  std::atomic<bool> stop{false};
  alignas(64) std::atomic<std::uint32_t> finished{0};  // regions whose last task ended on another thread
  std::atomic<bool> caller_sleeps{false};
  alignas(64) Call call = nullptr;
  void* context = nullptr;
  std::size_t tasks = 0;
  bool spin = true;
  CpuClaims claims;
  std::vector<std::thread> workers;
  std::function<Status(std::size_t worker)> on_start;
  std::vector<Status> start_outcomes;    // one per worker
  std::atomic<std::size_t> starting{0};  // workers whose on_start has not ended; create() waits for none
  std::mutex failing;
  std::exception_ptr failure;  // the first of the region, or of the start
  std::atomic<bool> failed{false};

  ~Impl() {
    stop.store(true, std::memory_order_seq_cst);
    started.fetch_add(1, std::memory_order_seq_cst);
    if (sleepers.load(std::memory_order_seq_cst) != 0) started.notify_all();
    for (std::thread& worker : workers) worker.join();
  }

  // A task that throws is done, too, and so are those that have not begun: the region ends as any other, and run()
  // throws.
  void run_task(std::size_t task, std::size_t worker) {
    if (failed.load(std::memory_order_relaxed)) return;
    try {
      call(context, task, worker);
    } catch (...) {
      const std::lock_guard lock(failing);
      if (!failure) failure = std::current_exception();
      failed.store(true, std::memory_order_relaxed);
    }
  }

  void start(std::size_t worker) {
    try {
      start_outcomes[worker] = on_start(worker);
    } catch (...) {
      const std::lock_guard lock(failing);
      if (!failure) failure = std::current_exception();
    }
    if (starting.fetch_sub(1, std::memory_order_acq_rel) == 1) starting.notify_one();
  }

  // Runs on the calling thread, which is worker 0.
  Status start_all() {
    start(0);
    for (std::size_t left = starting.load(std::memory_order_acquire); left != 0;
         left = starting.load(std::memory_order_acquire)) {
      starting.wait(left, std::memory_order_acquire);
    }
    rethrow();
    for (Status& outcome : start_outcomes) {
      if (!outcome.ok()) return std::move(outcome);
    }
    return {};
  }

  void rethrow() {
    if (!failure) return;
    failed.store(false, std::memory_order_relaxed);
    std::rethrow_exception(std::exchange(failure, nullptr));
  }

  // Takes tasks until none is left. True: this thread finished the last task of the region.
  bool take_tasks(std::size_t worker) {
    std::size_t done = 0;
    std::size_t left = unclaimed.load(std::memory_order_relaxed);
    while (left != 0) {
      if (!unclaimed.compare_exchange_weak(left, left - 1, std::memory_order_acquire, std::memory_order_relaxed)) {
        continue;
      }
      run_task(tasks - left, worker);
      ++done;
      left = unclaimed.load(std::memory_order_relaxed);
    }
    return done != 0 && unfinished.fetch_sub(done, std::memory_order_acq_rel) == done;
  }

  void work(std::size_t worker, int cpu) {
    if (cpu >= 0) pin_this_thread(cpu);
    if (on_start) start(worker);
    const auto woken = [this] {
      return unclaimed.load(std::memory_order_relaxed) != 0 || stop.load(std::memory_order_relaxed);
    };
    for (;;) {
      if (take_tasks(worker)) {
        finished.fetch_add(1, std::memory_order_seq_cst);
        if (caller_sleeps.load(std::memory_order_seq_cst)) finished.notify_one();
      }
      if (stop.load(std::memory_order_acquire)) return;
      if (spin_until(spin, woken)) continue;
      // Either the caller sees this sleeper, or this thread sees the caller's tasks: both sides are sequentially
      // consistent, so that a wake-up is never lost.
      sleepers.fetch_add(1, std::memory_order_seq_cst);
      const std::uint32_t seen = started.load(std::memory_order_seq_cst);
      if (unclaimed.load(std::memory_order_seq_cst) == 0 && !stop.load(std::memory_order_seq_cst)) {
        started.wait(seen, std::memory_order_seq_cst);
      }
      sleepers.fetch_sub(1, std::memory_order_seq_cst);
    }
  }
};

ThreadPool::ThreadPool(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ThreadPool::~ThreadPool() = default;

std::size_t ThreadPool::size() const {
  return impl_->workers.size() + 1;
}

Result<std::unique_ptr<ThreadPool>> ThreadPool::create(const ThreadOptions& options) {
  if (options.threads > kMaxThreads) {
    return Error{ErrorCode::usage, "", "threads", std::to_string(options.threads) + " threads are too many",
                 "use 0 (automatic) to " + std::to_string(kMaxThreads)};
  }
  const Result<Pinning> pinning = pinning_wanted(options.pin);
  if (!pinning.ok()) return pinning.error();
  // One thread that may run anywhere need not know the machine, and finding out takes milliseconds.
  const bool anywhere = options.threads == 1 && *pinning == Pinning::off;
  const Topology topology = anywhere ? Topology{} : detect_topology();
  const std::size_t threads = options.threads != 0 ? options.threads : std::min(topology.usable_threads(), kMaxThreads);
  auto impl = std::make_unique<Impl>();
  // A thread that spins where another one has work to do only delays it, and burns the container's quota.
  const std::size_t cpus = topology.cpus.size();
  impl->spin = threads <= cpus && (topology.quota == 0 || threads <= topology.quota);
  if (options.on_start) {
    impl->on_start = options.on_start;
    impl->start_outcomes.resize(threads);
    impl->starting.store(threads, std::memory_order_relaxed);
  }
  const std::vector<int> pinned = claim_cpus(*pinning, topology, threads, impl->claims).cpus;
  try {
    impl->workers.reserve(threads - 1);
    for (std::size_t i = 1; i < threads; ++i) {
      impl->workers.emplace_back([raw = impl.get(), i, cpu = pinned.empty() ? -1 : pinned[i]] { raw->work(i, cpu); });
    }
  } catch (const std::system_error& e) {
    return Error{ErrorCode::unsupported, "", "threads",
                 "the system refuses thread " + std::to_string(impl->workers.size() + 2) + " of " +
                     std::to_string(threads) + ": " + e.code().message(),
                 "use fewer threads or raise the limit of processes (ulimit -u)"};
  }
  if (!pinned.empty()) move_this_thread(pinned[0]);
  if (impl->on_start) {
    if (Status s = impl->start_all(); !s.ok()) return s.error();
  }
  return std::unique_ptr<ThreadPool>(new ThreadPool(std::move(impl)));
}

void ThreadPool::run_raw(std::size_t tasks, Call call, void* context) {
  Impl& p = *impl_;
  p.call = call;
  p.context = context;
  if (tasks <= 1 || p.workers.empty()) {
    for (std::size_t task = 0; task < tasks; ++task) p.run_task(task, 0);
    return p.rethrow();
  }
  p.tasks = tasks;
  const std::uint32_t before = p.finished.load(std::memory_order_relaxed);
  p.unfinished.store(tasks, std::memory_order_relaxed);
  p.unclaimed.store(tasks, std::memory_order_seq_cst);
  p.started.fetch_add(1, std::memory_order_seq_cst);
  if (p.sleepers.load(std::memory_order_seq_cst) != 0) p.started.notify_all();

  const auto over = [&p, before] { return p.finished.load(std::memory_order_acquire) != before; };
  if (!p.take_tasks(0) && !spin_until(p.spin, over)) {
    p.caller_sleeps.store(true, std::memory_order_seq_cst);
    while (p.finished.load(std::memory_order_seq_cst) == before) p.finished.wait(before, std::memory_order_seq_cst);
    p.caller_sleeps.store(false, std::memory_order_relaxed);
  }
  p.rethrow();
}

}  // namespace trm
