// Address space whose pages are committed when they are first touched: what is really used decides the memory.
#pragma once

#include <cstddef>

#include "engine/base/status.h"

namespace trm {

/// Movable, not copyable.
class LazyMemory {
 public:
  LazyMemory() = default;
  /// Whole pages of zeros. Error (io): the system refuses; the message says why and nothing else. bytes: not 0.
  static Result<LazyMemory> reserve(std::size_t bytes);
  LazyMemory(LazyMemory&& other) noexcept;
  LazyMemory& operator=(LazyMemory&& other) noexcept;
  LazyMemory(const LazyMemory&) = delete;
  LazyMemory& operator=(const LazyMemory&) = delete;
  ~LazyMemory();

  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  /// offset: in bytes.
  template <class T>
  [[nodiscard]] T* at(std::size_t offset) const {
    return reinterpret_cast<T*>(base_ + offset);
  }

 private:
  std::byte* base_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace trm
