// What holds of every source of items whose slices are train, validation, test and one of longer items of the test
// split. Make: (slice, seed, index) -> Item.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "tasks/base/split.h"
#include "tasks/task/task.h"
#include "tests/support/sweep.h"

namespace trm::test {

/// 60,000 items of train, which come again, and 4,500 others: each in the split of its canonical form, and no form in
/// two splits.
template <class Make>
void check_splits(const Make& make, std::string_view longer) {
  std::map<std::string, std::string> owner;
  std::size_t clashes = 0, misplaced = 0;
  const auto look = [&](std::string_view slice, const std::string& split, std::uint64_t count) {
    CAPTURE(slice);
    std::set<std::string> seen;
    for (std::uint64_t i = 0; i < count; ++i) {
      const tasks::Item item = make(slice, 42, i);
      if (tasks::split_of(item.canonical) != split) ++misplaced;
      const auto [place, fresh] = owner.emplace(item.canonical, split);
      if (!fresh && place->second != split) ++clashes;
      seen.insert(item.canonical);
    }
    CHECK(seen.size() >= std::min<std::uint64_t>(count / 10, 300));
  };
  look("train", "train", swept(60'000));
  look("validation", "validation", swept(1500));
  look("test", "test", swept(1500));
  look(longer, "test", swept(1500));
  CHECK(clashes == 0);
  CHECK(misplaced == 0);
}

template <class Make>
void check_seeds(const Make& make) {
  std::set<std::string> seen;
  for (std::uint64_t i = 0; i < 300; ++i) {
    CHECK(make("train", 42, i).prompt == make("train", 42, i).prompt);
    seen.insert(make("train", 42, i).prompt);
    seen.insert(make("train", 43, i).prompt);
    seen.insert(make("test", 42, i).prompt);
  }
  CHECK(seen.size() > 895);
  constexpr std::uint64_t last = std::numeric_limits<std::uint64_t>::max() - 1;
  CHECK(make("train", 1, last).index == last);
}

}  // namespace trm::test
