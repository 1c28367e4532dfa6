// A pool of threads, pinned or not, that spin briefly and then park. One parallel region is one call of run().
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>

#include "engine/base/status.h"
#include "engine/sys/pinning.h"

namespace trm {

struct ThreadOptions {
  std::size_t threads = 0;  ///< 0: as many as the topology, the affinity mask and the container's CPU quota allow
  /// Whether each started thread is bound to a CPU of its own (pinning.h); none: as TRM_PIN says. The calling thread is
  /// moved to the CPU left for it, but not bound: threads of other libraries that it starts later would inherit the
  /// mask.
  std::optional<Pinning> pin = std::nullopt;
  /// Called once on each thread before its first task, with its number, on the calling thread as worker 0: what a
  /// thread must ask of the system or set up for itself. None: nothing is called.
  std::function<Status(std::size_t worker)> on_start = nullptr;
};

class ThreadPool {
 public:
  /// Error: more threads than 1024, or the system refuses to start them; TRM_PIN is wrong; the first worker's whose
  /// on_start failed. What on_start throws, create() throws.
  static Result<std::unique_ptr<ThreadPool>> create(const ThreadOptions& options = {});
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// Number of workers, the calling thread included.
  [[nodiscard]] std::size_t size() const;

  /// Calls f(task, worker) once for each task in [0, tasks), worker in [0, size()); the caller is worker 0 and works
  /// too. Tasks are handed out dynamically: results may depend on `task` only, never on `worker` or order.
  /// No allocation. What a task throws, such as a lack of memory, run() throws when the region has ended, without tasks
  /// that had not begun. Not reentrant: one region at a time, always started by the same thread.
  template <class F>
  void run(std::size_t tasks, F&& f) {
    using Fn = std::remove_reference_t<F>;
    run_raw(
        tasks, [](void* context, std::size_t task, std::size_t worker) { (*static_cast<Fn*>(context))(task, worker); },
        const_cast<void*>(static_cast<const void*>(&f)));
  }

 private:
  using Call = void (*)(void* context, std::size_t task, std::size_t worker);
  struct Impl;
  explicit ThreadPool(std::unique_ptr<Impl> impl);
  void run_raw(std::size_t tasks, Call call, void* context);
  std::unique_ptr<Impl> impl_;
};

}  // namespace trm
