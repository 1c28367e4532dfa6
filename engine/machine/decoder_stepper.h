// The decoder as a stepper.
#pragma once

#include <limits>
#include <memory>
#include <utility>

#include "engine/machine/stepper.h"
#include "engine/pass/causal.h"

namespace trm {

class DecoderStepper final : public Stepper {
 public:
  DecoderStepper(Decoder decoder, std::size_t max_stream_tokens)
      : decoder_(std::move(decoder)), max_stream_tokens_(max_stream_tokens) {}
  /// Error: as Decoder::create().
  static Result<std::unique_ptr<Stepper>> create(const CausalNetwork<float>& network, const DecoderOptions& options) {
    Result<Decoder> decoder = Decoder::create(network, options);
    if (!decoder.ok()) return decoder.error();
    const ModelConfig& config = network.config();
    // Only full attention keeps every position; everything else forgets and may go on for ever.
    const std::size_t longest = config.rope ? config.max_tokens : std::numeric_limits<std::size_t>::max();
    return std::unique_ptr<Stepper>(std::make_unique<DecoderStepper>(*std::move(decoder), longest));
  }

  Result<StateId> acquire() override { return decoder_.acquire(); }
  void release(StateId state) override { decoder_.release(state); }
  Status forward(std::span<const Decoder::Feed> feeds) override { return decoder_.forward(feeds); }
  [[nodiscard]] std::size_t state_bytes() const override { return decoder_.state_bytes(); }
  [[nodiscard]] std::size_t arena_bytes() const override { return decoder_.arena_bytes(); }
  [[nodiscard]] std::size_t max_stream_tokens() const override { return max_stream_tokens_; }

 private:
  Decoder decoder_;
  std::size_t max_stream_tokens_;
};

}  // namespace trm
