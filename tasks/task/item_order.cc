#include "tasks/task/item_order.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "tasks/base/rng.h"
#include "tasks/base/split.h"

namespace trm::tasks {
namespace {

/// Slices and seeds that are remembered.
constexpr std::size_t kMostSequences = 8;

std::vector<std::uint64_t> shuffled(std::size_t rows, const Item& item) {
  std::vector<std::uint64_t> out(rows);
  std::iota(out.begin(), out.end(), std::uint64_t{0});
  Rng rng(item.seed, stream_of("order/1/" + item.task + "/" + item.slice), 0);
  for (std::size_t i = rows; i > 1; --i) std::swap(out[i - 1], out[rng.below(static_cast<std::uint32_t>(i))]);
  return out;
}

Error beyond(const Item& item, const std::string& what, std::uint64_t most) {
  return Error{ErrorCode::usage, "", "index",
               std::to_string(item.index) + " is beyond the items of " + item.task + "/" + item.slice + " with seed " +
                   std::to_string(item.seed) + ": " + what,
               "ask for at most " + std::to_string(most) + " items of a seed"};
}

}  // namespace

ItemOrder::Sequence& ItemOrder::find(const Item& item) {
  const auto at = std::find_if(recent_.begin(), recent_.end(), [&](const Sequence& sequence) {
    return sequence.seed == item.seed && sequence.slice == item.slice;
  });
  if (at != recent_.end()) {
    recent_.splice(recent_.begin(), recent_, at);
  } else {
    if (recent_.size() == kMostSequences) recent_.pop_back();
    recent_.emplace_front();
    recent_.front().slice = item.slice;
    recent_.front().seed = item.seed;
  }
  return recent_.front();
}

Item ItemOrder::of_rows(Item blank, std::size_t rows, const Make& make) {
  std::uint64_t place = 0;
  {
    const std::lock_guard lock(mutex_);
    Sequence& sequence = find(blank);
    if (sequence.places.empty()) sequence.places = shuffled(rows, blank);
    place = sequence.places[blank.index];
  }
  make(blank, place);
  return blank;
}

Result<Item> ItemOrder::of_draws(Item blank, const Make& make) {
  if (blank.index >= kMostDrawn) return beyond(blank, "no more than that are looked for", kMostDrawn);
  std::uint64_t place = 0;
  {
    const std::lock_guard lock(mutex_);
    Sequence& sequence = find(blank);
    while (sequence.places.size() <= blank.index) {
      const std::size_t found = sequence.places.size();
      if (sequence.repeated == kPatience) {
        return beyond(blank, std::to_string(kPatience) + " draws in a row were like one of them", found);
      }
      Item drawn = blank;
      make(drawn, sequence.draws);
      ++sequence.draws;
      if (!sequence.forms.insert(form_hash(drawn.canonical)).second) {
        ++sequence.repeated;
        continue;
      }
      sequence.repeated = 0;
      sequence.places.push_back(sequence.draws - 1);
      if (found == blank.index) return drawn;
    }
    place = sequence.places[blank.index];
  }
  make(blank, place);
  return blank;
}

}  // namespace trm::tasks
