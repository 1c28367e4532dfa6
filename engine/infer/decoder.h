// Causal generation: many independent token streams, each with a recursive state of its own that can be copied.
//
// For the lightweight unit the state has constant size whatever the length of the stream: per evaluation and layer a
// convolution ring, a window of keys and values, and the linear-attention matrices. Full attention (the transformer
// baseline) keeps the keys and values of max_tokens positions. A stream that is still short takes less: states come in
// three sizes and move to a larger one when they fill up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/base/status.h"
#include "engine/pass/causal.h"

namespace trm {

using StateId = std::uint32_t;

struct DecoderOptions {
  std::size_t max_streams = 64;  ///< streams that one forward() may advance
  /// States that may be alive at once. Memory is taken as they are needed, and kept.
  std::size_t max_states = 64;
  /// Bytes of address space that the states may take, beyond the first few; 0: whatever the system allows but for a
  /// quarter of what is free when the decoder is made, which is left to others.
  std::size_t memory_bytes = 0;
};

class Decoder {
 public:
  /// The network must outlive the decoder. One decoder belongs to one thread.
  /// Error: not enough memory for the first states or the activations.
  static Result<Decoder> create(const CausalNetwork<float>& network, const DecoderOptions& options);
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;
  ~Decoder();

  /// A state at the start of a stream. Error: max_states are alive (unsupported); memory_bytes or the memory are used
  /// up (io).
  Result<StateId> acquire();
  void release(StateId state);
  /// Makes `to` equal to `from` (fork and restore); both alive.
  void copy(StateId from, StateId to);
  /// Tokens that the state has seen.
  [[nodiscard]] std::size_t length(StateId state) const;

  struct Feed {
    StateId state;
    std::span<const std::int32_t> tokens;  ///< at least one
    float* logits;                         ///< (vocab_size) after the last token; null: not wanted
    float* all_logits = nullptr;           ///< (tokens, vocab_size) after every token; null: not wanted
  };
  /// Advances every stream by its tokens. States are distinct. The result of a stream does not depend on the others.
  /// No allocation. Error, before anything changes: more than max_streams, a token outside the vocabulary, a stream
  /// that would outgrow max_tokens of full attention.
  Status forward(std::span<const Feed> feeds);

  /// Bytes that one state takes at most.
  [[nodiscard]] std::size_t state_bytes() const;
  /// Bytes of the activation arena.
  [[nodiscard]] std::size_t arena_bytes() const;

 private:
  struct Impl;
  explicit Decoder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Index of the largest logit, the first one on a tie.
std::int32_t argmax(std::span<const float> logits);

}  // namespace trm
