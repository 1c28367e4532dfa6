// Objects that are used again instead of freed, so that their buffers stop growing and the steady state does not
// allocate.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace trm {

template <class T>
class Pool {
 public:
  /// An object as it was given back, or a new one. It stays where it is until the pool goes.
  T* take() {
    if (free_.empty()) {
      all_.push_back(std::make_unique<T>());
      return all_.back().get();
    }
    T* out = free_.back();
    free_.pop_back();
    return out;
  }
  void give(T* object) { free_.push_back(object); }
  /// Objects that were taken and not given back.
  [[nodiscard]] std::size_t taken() const { return all_.size() - free_.size(); }

 private:
  std::vector<std::unique_ptr<T>> all_;
  std::vector<T*> free_;
};

}  // namespace trm
