// The order of a slice's items: rows of a table or draws, each at most once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include "engine/base/status.h"
#include "tasks/task/task.h"

namespace trm::tasks {

/// For any number of threads. Of the slices and seeds that were asked last it remembers where their items are, 50 bytes
/// or so for each item up to the largest index asked: items 0 to n-1 take one draw each, and one for each repetition.
class ItemOrder {
 public:
  /// Fills in an item from its place: a row of the table, or the number of a draw.
  using Make = std::function<void(Item&, std::uint64_t place)>;

  /// Item `index` of a slice with a table of `rows`, in an order that the seed shuffles. index < rows.
  [[nodiscard]] Item of_rows(Item blank, std::size_t rows, const Make& make);

  /// Item `index` of a slice that is drawn: the first draw of each canonical form, in the order of draws. Error
  /// (usage): most_drawn or beyond; the slice has not so many: `patience` draws in a row brought nothing new.
  [[nodiscard]] Result<Item> of_draws(Item blank, const Make& make);

 private:
  struct Sequence {
    std::string slice;
    std::uint64_t seed = 0;
    std::vector<std::uint64_t> places;
    std::unordered_set<std::uint64_t> forms;  ///< hashes of canonical forms drawn
    std::uint64_t draws = 0, repeated = 0;    ///< so far; in a row, last
  };

  /// Needs the mutex.
  Sequence& find(const Item& item);

  std::mutex mutex_;
  std::list<Sequence> recent_;  ///< last asked first
};

/// Items of one seed of a slice that is drawn: what is remembered of them is bounded.
inline constexpr std::uint64_t kMostDrawn = 1'000'000;
/// So many draws in a row without a new one: there are hardly more.
inline constexpr std::uint64_t kPatience = 10'000;

}  // namespace trm::tasks
