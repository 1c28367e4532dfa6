#include "engine/machine/open_calls.h"

#include <algorithm>

namespace trm {

OpenCalls::Id OpenCalls::open(const Call& call) {
  if (free_.empty()) {
    calls_.emplace_back();
    free_.push_back(static_cast<Id>(calls_.size()));
  }
  const Id id = free_.back();
  free_.pop_back();
  calls_[id - 1] = call;
  calls_[id - 1].references = 1;
  if (call.number >= open_.size()) open_.resize(std::max<std::size_t>(call.number + 1, 2 * open_.size()));
  ++open_[call.number];
  return id;
}

void OpenCalls::drop(Id id) {
  // A loop: calls stand as deep below each other as a program recurses.
  while (id != kNone && --calls_[id - 1].references == 0) {
    --open_[calls_[id - 1].number];
    free_.push_back(id);
    id = calls_[id - 1].outer;
  }
}

bool OpenCalls::repeats(Id id) const {
  const std::uint32_t number = calls_[id - 1].number;
  // Nearly always no equal call is there, and nobody has to look for it.
  if (open_[number] < 2) return false;
  for (Id at = calls_[id - 1].outer; at != kNone; at = calls_[at - 1].outer) {
    if (calls_[at - 1].number == number) return true;
  }
  return false;
}

}  // namespace trm
