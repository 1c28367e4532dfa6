// Threads that go through one piece of work together: each does its share of every step, and they meet where one needs
// what another has made.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace trm {

/// A place where a fixed number of threads meet, again and again.
class Barrier {
 public:
  explicit Barrier(std::size_t size = 1) : size_(static_cast<std::uint32_t>(size)) {}
  Barrier(const Barrier&) = delete;
  Barrier& operator=(const Barrier&) = delete;

  /// Only between two meetings, by one thread.
  void resize(std::size_t size) { size_ = static_cast<std::uint32_t>(size); }
  /// Returns when as many threads have called it. What each did before is seen by all behind it. Spins briefly (about
  /// 0.3 us between two cores that share a cache), then sleeps.
  void wait();

 private:
  std::uint32_t size_;
  alignas(64) std::atomic<std::uint32_t> arrived_{0};
  alignas(64) std::atomic<std::uint32_t> meeting_{0};
};

/// One of a crew; by default the only one.
struct CrewMember {
  std::size_t rank = 0, size = 1;
  Barrier* barrier = nullptr;

  /// A part of 0..n.
  struct Share {
    std::size_t begin, end;
    [[nodiscard]] std::size_t count() const { return end - begin; }
  };
  /// The member's part of n: parts are next to each other in the order of ranks, of sizes that differ by one at most.
  [[nodiscard]] Share share(std::size_t n) const { return {n * rank / size, n * (rank + 1) / size}; }
  void meet() const {
    if (size > 1) barrier->wait();
  }
};

}  // namespace trm
