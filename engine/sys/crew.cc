#include "engine/sys/crew.h"

#include "engine/sys/cpu_pause.h"

namespace trm {

void Barrier::wait() {
  constexpr int kSpins = 20000;  // some tens of microseconds: longer than any step of a small model
  const std::uint32_t meeting = meeting_.load(std::memory_order_relaxed);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == size_) {
    arrived_.store(0, std::memory_order_relaxed);
    meeting_.store(meeting + 1, std::memory_order_release);
    meeting_.notify_all();
    return;
  }
  for (int i = 0; i < kSpins; ++i) {
    if (meeting_.load(std::memory_order_acquire) != meeting) return;
    cpu_pause();
  }
  while (meeting_.load(std::memory_order_acquire) == meeting) meeting_.wait(meeting, std::memory_order_acquire);
}

}  // namespace trm
