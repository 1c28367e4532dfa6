// What the recursion machine asks of a generation engine: states, and tokens in, logits out.
// Decoder is the real one; tests drive the machine with a scripted one.
#pragma once

#include <cstddef>
#include <span>

#include "engine/base/status.h"
#include "engine/infer/decoder.h"

namespace trm {

class Stepper {
 public:
  virtual ~Stepper() = default;

  /// As in Decoder.
  virtual Result<StateId> acquire() = 0;
  virtual void release(StateId state) = 0;
  virtual Status forward(std::span<const Decoder::Feed> feeds) = 0;
  [[nodiscard]] virtual std::size_t state_bytes() const = 0;
  [[nodiscard]] virtual std::size_t arena_bytes() const = 0;

  /// Tokens that one stream may hold; SIZE_MAX: no limit of its own.
  [[nodiscard]] virtual std::size_t max_stream_tokens() const = 0;
};

}  // namespace trm
