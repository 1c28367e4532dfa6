#include "bench/profile/thread_limits.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <memory>
#include <thread>
#include <utility>

#include "bench/kernels/case.h"
#include "engine/sys/cpu_pause.h"
#include "engine/sys/crew.h"
#include "engine/sys/thread_pool.h"

namespace trm::bench {
namespace {

std::vector<std::size_t> thread_counts(std::size_t most) {
  std::vector<std::size_t> out;
  for (std::size_t threads = 2; threads < most; threads *= 2) out.push_back(threads);
  if (most > 1) out.push_back(most);
  return out;
}

/// Nanoseconds of one meeting of all threads of the pool.
double barrier_ns(ThreadPool& pool, std::size_t meetings) {
  Barrier barrier(pool.size());
  double seconds = 0;
  pool.run(pool.size(), [&](std::size_t task, std::size_t) {
    barrier.wait();
    const double own = time_of([&] {
      for (std::size_t i = 0; i < meetings; ++i) barrier.wait();
    });
    if (task == 0) seconds = own;
  });
  return seconds * 1e9 / static_cast<double>(meetings);
}

double region_ns(ThreadPool& pool, std::size_t regions) {
  return time_of([&] {
           for (std::size_t i = 0; i < regions; ++i) pool.run(pool.size(), [](std::size_t, std::size_t) {});
         }) *
         1e9 / static_cast<double>(regions);
}

/// Every thread has to come: a caller that is quick would otherwise do all tasks alone.
double wake_up_ns(ThreadPool& pool) {
  Barrier barrier(pool.size());
  std::this_thread::sleep_for(std::chrono::milliseconds(2));  // workers spin for 50 us
  return time_of([&] { pool.run(pool.size(), [&](std::size_t, std::size_t) { barrier.wait(); }); }) * 1e9;
}

/// Nanoseconds from a write of one thread to another's sight of it. A thread that waits looks at the clock now and then
/// and gives up its place: both may be on one CPU.
double hand_over_ns(ThreadPool& pool, int turns) {
  struct alignas(64) Line {
    std::atomic<int> turn{0};
  };
  Line line;
  double seconds = 0;
  pool.run(2, [&](std::size_t task, std::size_t) {
    const auto own = static_cast<int>(task);
    const double took = time_of([&] {
      for (int i = own; i < 2 * turns; i += 2) {
        for (int spins = 1; line.turn.load(std::memory_order_acquire) != i; ++spins) {
          cpu_pause();
          if (spins % 4096 == 0) std::this_thread::yield();
        }
        line.turn.store(i + 1, std::memory_order_release);
      }
    });
    if (task == 0) seconds = took;
  });
  return seconds * 1e9 / (2.0 * turns);
}

/// How often a sample does it: for about 2 ms, since threads that have to share a CPU take milliseconds each time.
std::size_t repetitions(double ns) {
  return static_cast<std::size_t>(std::clamp(2e6 / ns, 1.0, 500.0));
}

/// once(repetitions): nanoseconds of each.
template <class F>
Figure repeated(std::size_t samples, F&& once) {
  const std::size_t count = repetitions(once(4));  // wakes everybody, too
  std::vector<double> out;
  for (std::size_t s = 0; s < samples; ++s) out.push_back(once(count));
  return Figure::of(std::move(out));
}

}  // namespace

Result<std::vector<SyncLimit>> measure_syncs(std::size_t threads, std::size_t samples) {
  std::vector<SyncLimit> out;
  for (const std::size_t count : thread_counts(threads)) {
    Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::create({.threads = count});
    if (!pool.ok()) return pool.error();
    out.push_back({"barrier", count, repeated(samples, [&](std::size_t n) { return barrier_ns(**pool, n); })});
    out.push_back({"region", count, repeated(samples, [&](std::size_t n) { return region_ns(**pool, n); })});
    out.push_back({"wake-up", count, repeated(samples, [&](std::size_t) { return wake_up_ns(**pool); })});
    if (count == 2)
      out.push_back({"hand-over", 2,
                     repeated(samples, [&](std::size_t n) { return hand_over_ns(**pool, static_cast<int>(n)); })});
  }
  return out;
}

TimerFigures measure_timer() {
  constexpr int kLooks = 20'000;
  TimerFigures out;
  std::int64_t least = 1'000'000'000, last = now_ns();
  const std::int64_t begin = last;
  for (int look = 0; look < kLooks; ++look) {
    const std::int64_t now = now_ns();
    if (now > last) least = std::min(least, now - last);
    last = now;
  }
  out.resolution_ns = static_cast<double>(least);
  out.cost_ns = static_cast<double>(last - begin) / kLooks;
  return out;
}

Figure measure_noise(const simd::Kernels<float>& kernels, std::size_t pairs) {
  const KernelCase product{kernel_kind("matmul"), {64, 288, 96}, simd::WeightType::fp32, kernels.isa};
  const std::unique_ptr<CaseRun> run = product.make(kernels);
  const auto work = [&] { run->run(); };
  const double each = timed(1, 1e-3, work).value;
  const int calls = static_cast<int>(std::clamp(2e-3 / each, 1.0, 1e5));
  const auto sample = [&] {
    return time_of([&] {
      for (int i = 0; i < calls; ++i) work();
    });
  };
  std::vector<double> out;
  for (std::size_t p = 0; p < pairs; ++p) {
    const double a = sample(), b = sample();
    out.push_back(std::abs(std::log(a / b)));
  }
  return Figure::of(std::move(out));
}

}  // namespace trm::bench
