// The states of many token streams, of one causal model.
//
// A stream that is still short takes less memory: states come in three sizes (tiers) and move to a larger one when they
// fill up. Memory is taken in steps of a few states of every size, committed page by page when it is touched, and kept.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/machine/stepper.h"
#include "engine/model/config.h"
#include "engine/pass/causal.h"
#include "engine/pass/state_layout.h"
#include "engine/sys/lazy_memory.h"

namespace trm {

/// How far a stream has come.
struct StreamPosition {
  std::size_t length = 0;  ///< tokens seen
  std::size_t keys = 0;    ///< keys held
  Coordinates at;          ///< of the last token
};

class StatePool {
 public:
  /// Of a model with so many evaluations per token. Heeds max_states and memory_bytes. Error (io): no memory for the
  /// first states.
  static Result<StatePool> create(const ModelConfig& config, std::size_t evaluations, const StepperOptions& options);

  /// As Stepper::acquire().
  Result<StateId> acquire();
  void release(StateId id);

  /// To be kept up by whoever adds to the state.
  [[nodiscard]] StreamPosition& position(StateId id) { return states_[id].position; }
  [[nodiscard]] const StreamPosition& position(StateId id) const { return states_[id].position; }
  /// Valid until the next make_room() or release() of this state.
  [[nodiscard]] StreamState<float> state(StateId id);

  /// Makes room for `count` more keys: in a larger tier, or, in the largest, by forgetting keys that no later token
  /// sees. count: at most state_chunk(). No allocation.
  void make_room(StateId id, std::size_t count);

  /// Bytes that one state takes at most.
  [[nodiscard]] std::size_t state_bytes() const { return tiers_.back().slot_bytes; }

 private:
  /// Keys that the smaller tiers hold. A frame that waits for a call has seen some thirty tokens: with room for that
  /// many it takes a quarter of the memory of a full window, and a deep stack is made of waiting frames.
  static constexpr std::size_t kSmallCapacities[] = {32, 64};

  struct State {
    StreamPosition position;
    std::uint32_t tier = 0, slot = 0;
  };
  /// States of one size.
  struct Tier {
    StateLayout layout;
    std::size_t slot_bytes = 0;
    std::size_t first = 0;            ///< offset of its slots within a step, bytes
    std::vector<std::uint32_t> free;  ///< slots
  };

  Status plan(const ModelConfig& config, std::size_t evaluations);
  Status grow();
  [[nodiscard]] Error no_memory(const std::string& reason) const;
  [[nodiscard]] std::uint32_t tier_for(std::size_t keys) const;
  void take_slot(State& state, std::uint32_t tier);
  void give_slot(const State& state) { tiers_[state.tier].free.push_back(state.slot); }
  [[nodiscard]] StreamState<float> content(const State& state) const;

  std::size_t max_states_ = 0, memory_bytes_ = 0;
  std::size_t window_ = 0;  ///< keys that a token sees, its own included
  /// The last one holds everything; smaller ones may be empty.
  std::array<Tier, std::size(kSmallCapacities) + 1> tiers_;
  std::vector<LazyMemory> steps_;  ///< each holds step_states_ slots of every tier
  std::size_t step_states_ = 1;    ///< a power of two
  std::size_t step_bytes_ = 0;
  std::size_t left_to_others_ = 0;  ///< bytes
  std::size_t until_look_ = 0;      ///< bytes that may be taken before what is free is looked up again
  std::vector<State> states_;
  std::vector<StateId> free_states_;
};

}  // namespace trm
