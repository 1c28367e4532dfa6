// Causal generation: many independent token streams, each with a recursive state of its own.
//
// For the lightweight unit the state has constant size whatever the length of the stream: per evaluation and layer a
// convolution ring, a window of keys and values, and the linear-attention matrices. Full attention (the transformer
// baseline) keeps the keys and values of max_tokens positions.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "engine/base/status.h"
#include "engine/machine/stepper.h"
#include "engine/pass/causal.h"

namespace trm {

class Decoder final : public Stepper {
 public:
  /// The network must outlive the decoder. One decoder belongs to one thread.
  /// Error: not enough memory for the first states or the activations.
  static Result<Decoder> create(const CausalNetwork<float>& network, const StepperOptions& options);
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;
  ~Decoder() override;

  /// Error: max_states are alive (unsupported); memory_bytes or the memory are used up (io).
  Result<StateId> acquire() override;
  void release(StateId state) override;
  /// No allocation. Error, before anything changes: more than max_streams, a token outside the vocabulary, a stream
  /// that would outgrow max_tokens of full attention.
  Status forward(std::span<const Feed> feeds) override;

  [[nodiscard]] std::size_t state_bytes() const override;
  [[nodiscard]] std::size_t arena_bytes() const override;
  /// max_tokens of full attention, which keeps every position; all others forget and may go on for ever.
  [[nodiscard]] std::size_t max_stream_tokens() const override;

 private:
  struct Impl;
  explicit Decoder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Decoders of the network, which must outlive them, for Machine and TextWriter. Error: as Decoder::create().
StepperFactory decoder_factory(const CausalNetwork<float>& network);

}  // namespace trm
