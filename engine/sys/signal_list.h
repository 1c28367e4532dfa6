// A list that a signal handler may walk while threads add to it and take from it.
#pragma once

#include <atomic>
#include <new>

namespace trm {

/// Its entries are used again and never freed, so that a handler in the middle of one stays on solid ground. An object
/// of this class must live as long as the program.
template <class T>
class SignalList {
 public:
  class Entry {
   public:
    T value{};
    /// From now on each() sees the entry; its value must be complete.
    void show() { state_.store(kShown, std::memory_order_release); }
    /// From now on each() does not see it, and somebody else may take it.
    void give_back() { state_.store(kFree, std::memory_order_release); }

   private:
    friend class SignalList;
    enum State { kFree, kTaken, kShown };
    std::atomic<int> state_{kTaken};
    Entry* next_ = nullptr;
  };

  /// An entry that each() does not see yet. null: no memory.
  Entry* take() {
    for (Entry* entry = first_.load(std::memory_order_acquire); entry != nullptr; entry = entry->next_) {
      int free = Entry::kFree;
      if (entry->state_.compare_exchange_strong(free, Entry::kTaken, std::memory_order_acq_rel)) return entry;
    }
    auto* const entry = new (std::nothrow) Entry;
    if (entry == nullptr) return nullptr;
    entry->next_ = first_.load(std::memory_order_relaxed);
    while (!first_.compare_exchange_weak(entry->next_, entry, std::memory_order_acq_rel)) {
    }
    return entry;
  }

  /// Calls `see` with the value of each entry that is shown. Safe in a signal handler if `see` is.
  template <class See>
  void each(See&& see) {
    for (Entry* entry = first_.load(std::memory_order_acquire); entry != nullptr; entry = entry->next_) {
      if (entry->state_.load(std::memory_order_acquire) == Entry::kShown) see(entry->value);
    }
  }

 private:
  std::atomic<Entry*> first_{nullptr};
};

}  // namespace trm
