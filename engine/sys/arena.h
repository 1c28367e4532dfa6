// One block of memory planned before the work starts: every activation of a step has a fixed place in it.
// Page faults cost more than arithmetic on virtual machines, so the block is prefaulted and, where the system allows
// it, backed by huge pages. Nothing is allocated during a step.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "engine/base/status.h"

namespace trm {

/// Collects buffers with lifetimes and lays them out so that buffers that are never alive together share memory.
class ArenaPlan {
 public:
  using Id = std::size_t;

  /// A buffer of `bytes` alive in the steps [first, last] of the caller's own numbering. 64-byte aligned.
  Id add(std::string name, std::size_t bytes, std::size_t first, std::size_t last);

  /// Places all buffers (first fit, largest first). Error: the sum overflows.
  Status layout();

  [[nodiscard]] std::size_t total_bytes() const { return total_; }
  [[nodiscard]] std::size_t offset(Id id) const { return buffers_[id].offset; }

  struct Buffer {
    std::string name;
    std::size_t bytes, first, last, offset;
  };
  /// All buffers, for reports and tests.
  [[nodiscard]] std::span<const Buffer> buffers() const { return buffers_; }

 private:
  std::vector<Buffer> buffers_;
  std::size_t total_ = 0;
};

enum class HugePages { off, allowed };

/// The memory behind a plan. Movable, not copyable.
class Arena {
 public:
  Arena() = default;
  static Result<Arena> create(std::size_t bytes, HugePages huge = HugePages::allowed);
  Arena(Arena&& other) noexcept;
  Arena& operator=(Arena&& other) noexcept;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena();

  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  template <class T>
  [[nodiscard]] T* at(std::size_t offset) const {
    return reinterpret_cast<T*>(base_ + offset);
  }

 private:
  std::byte* base_ = nullptr;
  std::size_t bytes_ = 0;
  std::size_t mapped_ = 0;
};

}  // namespace trm
