// States behind whole prompts, kept to be copied when the same prompt comes again.
//
// Frames of a recursion begin alike: a question of a thousand frames has some dozens of prompts. What a network does
// with a prompt depends on nothing else, so a copy has the bits that it would compute. Only prompts are kept, what
// comes after them is computed for each stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/infer/state_pool.h"
#include "engine/model/config.h"
#include "engine/sys/lazy_memory.h"

namespace trm {

class PromptCache {
 public:
  /// Longest prompt that is kept, tokens.
  static constexpr std::size_t kLongest = 16;

  /// Keeps nothing.
  PromptCache() = default;
  /// Of a model with so many evaluations per token: at most so many prompts, in a few megabytes at most. Where the
  /// system refuses the memory, nothing is kept.
  static PromptCache create(const ModelConfig& config, std::size_t evaluations, std::size_t prompts);

  struct Entry {
    StreamPosition position;
    StreamState<float> state;
    float* logits;  ///< (vocab_size) after the last token
  };
  /// Null: this prompt is not there. Valid until the next keep().
  [[nodiscard]] const Entry* find(std::span<const std::int32_t> tokens);
  /// Copies what a stream holds after these tokens, its first ones, in the place of what was not asked for longest.
  /// Longer prompts, and those that are there, are passed over. No allocation.
  void keep(std::span<const std::int32_t> tokens, const StreamPosition& position, StreamState<float> state,
            const float* logits);

  [[nodiscard]] std::size_t bytes() const { return memory_.bytes(); }  ///< of address space, committed when used

 private:
  /// Places where a prompt may stand.
  static constexpr std::size_t kWays = 4;
  static constexpr std::size_t kMostBytes = std::size_t{8} << 20;

  struct Place {
    std::int32_t tokens[kLongest] = {};
    std::size_t count = 0;        ///< tokens; 0: empty
    std::uint64_t last_used = 0;  ///< by the clock of find() and keep()
    Entry entry{};
  };

  [[nodiscard]] Place* row_of(std::span<const std::int32_t> tokens);
  [[nodiscard]] Place* place_of(std::span<const std::int32_t> tokens);

  StateLayout layout_;  // moves with the cache: entries get theirs in find()
  std::size_t vocab_size_ = 0;
  std::size_t entry_bytes_ = 0;
  std::uint64_t clock_ = 0;
  LazyMemory memory_;
  std::vector<Place> places_;  // rows of kWays; empty: nothing is kept
};

}  // namespace trm
