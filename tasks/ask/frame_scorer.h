// What a network thinks of frames that are there already: how sure it is of each token that it had to write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/status.h"
#include "engine/infer/decoder.h"
#include "tasks/frames/frame.h"

namespace trm::tasks {

/// Of one of a frame's own tokens.
struct TokenScore {
  std::size_t at = 0;     ///< place in the frame
  std::int32_t best = 0;  ///< what the network would write there, given what stands before it
  float probability = 0;  ///< of the token that stands there
};

class FrameScorer {
 public:
  /// Frames that are scored at once.
  static constexpr std::size_t kBatch = 32;

  /// network must outlive it. Error: no memory.
  static Result<FrameScorer> create(const CausalNetwork<float>& network);

  /// out: for each frame its own tokens in order. Error: as Decoder::forward().
  Status score(std::span<const Frame* const> frames, std::vector<std::vector<TokenScore>>& out);

 private:
  FrameScorer(Decoder decoder, std::size_t vocabulary)
      : decoder_(std::move(decoder)), vocabulary_(vocabulary), logits_(kBatch) {}
  Status score_batch(std::span<const Frame* const> frames, std::span<std::vector<TokenScore>> out);

  Decoder decoder_;
  std::size_t vocabulary_;
  std::vector<std::vector<float>> logits_;
};

}  // namespace trm::tasks
