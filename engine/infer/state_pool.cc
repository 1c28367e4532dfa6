#include "engine/infer/state_pool.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "engine/sys/memory.h"
#include "engine/sys/memory_limits.h"

namespace trm {

namespace {

/// Address space is taken for so many bytes of states at a time, at least for one state.
constexpr std::size_t kStepBytes = std::size_t{4} << 20;

/// Slots are whole pages, so that a waiting frame never shares one with another.
constexpr std::size_t kPageBytes = 4096;

/// Part of the memory that is free when a pool is made which its states leave to others.
constexpr std::size_t kLeftToOthers = 4;

/// What is still free is looked up again after a step that took this part of it: seldom enough to cost nothing, often
/// enough that pools of many threads, which grow at the same time, see one another.
constexpr std::size_t kBetweenLooks = 64;

}  // namespace

Result<StatePool> StatePool::create(const ModelConfig& config, std::size_t evaluations, const StepperOptions& options) {
  StatePool pool;
  pool.max_states_ = options.max_states;
  pool.memory_bytes_ = options.memory_bytes;
  pool.window_ = config.window;
  if (Status s = pool.plan(config, evaluations); !s.ok()) return s.error();
  return pool;
}

Status StatePool::plan(const ModelConfig& config, std::size_t evaluations) {
  const auto plan_tier = [&](Tier& tier, std::size_t capacity) {
    tier.layout = StateLayout(config, evaluations, capacity);
    tier.slot_bytes = (tier.layout.elements() * sizeof(float) + kPageBytes - 1) / kPageBytes * kPageBytes;
  };
  const std::size_t full = state_capacity(config);
  for (std::size_t i = 0; i < std::size(kSmallCapacities); ++i) {
    if (kSmallCapacities[i] < full) plan_tier(tiers_[i], kSmallCapacities[i]);
  }
  plan_tier(tiers_.back(), full);
  std::size_t all_tiers = 0;
  for (const Tier& tier : tiers_) all_tiers += tier.slot_bytes;
  all_tiers = std::max<std::size_t>(1, all_tiers);
  const std::size_t most = std::bit_ceil(std::max<std::size_t>(1, std::min(max_states_, kStepBytes)));
  step_states_ = std::min(most, std::bit_floor(std::max<std::size_t>(1, kStepBytes / all_tiers)));
  step_bytes_ = step_states_ * all_tiers;
  std::size_t first = 0;
  for (Tier& tier : tiers_) {
    tier.first = first;
    first += step_states_ * tier.slot_bytes;
  }
  const std::size_t free = available_memory_bytes();
  if (free != SIZE_MAX) left_to_others_ = free / kLeftToOthers;
  until_look_ = step_bytes_;  // the first states always: only what is touched of them counts
  return max_states_ > 0 ? grow() : Status{};
}

Error StatePool::no_memory(const std::string& reason) const {
  return Error{ErrorCode::io, "", "memory",
               std::to_string(states_.size()) + " states of up to " + std::to_string(state_bytes()) +
                   " bytes are there, and " + std::to_string(step_bytes_) +
                   " bytes for more of them are refused: " + reason + " (" + memory_limits_text() + ")",
               "free some memory or raise the limit; lower the recursion limit or the concurrency"};
}

/// Address space for another step of states, in every tier: a state that outgrows its tier always finds a slot.
Status StatePool::grow() {
  if (memory_bytes_ != 0 && !steps_.empty() && (steps_.size() + 1) * step_bytes_ > memory_bytes_) {
    return no_memory("memory_bytes is " + std::to_string(memory_bytes_));
  }
  if (until_look_ < step_bytes_) {
    const std::size_t free = available_memory_bytes();
    if (free < left_to_others_ || free - left_to_others_ < step_bytes_) {
      return no_memory("the last quarter of the memory that was free is left to others");
    }
    until_look_ = std::max(step_bytes_, (free - left_to_others_) / kBetweenLooks);
  }
  Result<LazyMemory> memory = LazyMemory::reserve(step_bytes_);
  if (!memory.ok()) return no_memory(memory.error().message);
  until_look_ -= step_bytes_;
  steps_.push_back(*std::move(memory));
  const std::size_t first = states_.size(), more = std::min(step_states_, max_states_ - first);
  states_.resize(first + more);
  for (std::size_t i = first + more; i-- > first;) {
    free_states_.push_back(static_cast<StateId>(i));
    for (Tier& tier : tiers_) tier.free.push_back(static_cast<std::uint32_t>(i));
  }
  return {};
}

/// The smallest tier with room for `keys`; the last one if none has.
std::uint32_t StatePool::tier_for(std::size_t keys) const {
  for (std::uint32_t i = 0; i + 1 < tiers_.size(); ++i) {
    if (tiers_[i].layout.capacity() >= keys) return i;
  }
  return static_cast<std::uint32_t>(tiers_.size()) - 1;
}

void StatePool::take_slot(State& state, std::uint32_t tier) {
  state.tier = tier;
  state.slot = tiers_[tier].free.back();  // there are as many slots as states in every tier
  tiers_[tier].free.pop_back();
}

StreamState<float> StatePool::content(const State& state) const {
  const Tier& tier = tiers_[state.tier];
  const std::size_t offset = tier.first + state.slot % step_states_ * tier.slot_bytes;
  return {steps_[state.slot / step_states_].at<float>(offset), &tier.layout};
}

Result<StateId> StatePool::acquire() {
  if (free_states_.empty()) {
    if (states_.size() == max_states_) {
      return Error{ErrorCode::unsupported, "", "max_states",
                   "all " + std::to_string(max_states_) + " states are in use", "raise max_states"};
    }
    if (Status s = grow(); !s.ok()) return s.error();
  }
  const StateId id = free_states_.back();
  free_states_.pop_back();
  states_[id] = State{};
  take_slot(states_[id], tier_for(1));
  clear_state(content(states_[id]));
  return id;
}

void StatePool::release(StateId id) {
  give_slot(states_[id]);
  free_states_.push_back(id);
}

StreamState<float> StatePool::state(StateId id) {
  return content(states_[id]);
}

void StatePool::make_room(StateId id, std::size_t count) {
  State& state = states_[id];
  std::size_t& keys = state.position.keys;
  if (keys + count <= content(state).layout->capacity()) return;
  if (state.tier + 1 < tiers_.size()) {
    const State old = state;
    take_slot(state, tier_for(keys + count));
    const StreamState<float> from = content(old);
    copy_state({from.data, from.layout}, content(state), keys);
    give_slot(old);
    if (keys + count <= content(state).layout->capacity()) return;
  }
  const std::size_t keep = std::min(keys, window_ - 1);
  keep_newest_keys(content(state), keys, keep);
  keys = keep;
}

}  // namespace trm
