// What the recursion machine asks of a generation engine: states, and tokens in, logits out.
// Decoder is the real one; tests drive the machine with a scripted one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>

#include "engine/base/status.h"

namespace trm {

using StateId = std::uint32_t;

class Stepper {
 public:
  virtual ~Stepper() = default;

  /// A state at the start of a stream. Error: as many as the stepper allows are alive (unsupported); there is no memory
  /// for more (io).
  virtual Result<StateId> acquire() = 0;
  virtual void release(StateId state) = 0;

  struct Feed {
    StateId state;
    std::span<const std::int32_t> tokens;  ///< at least one
    float* logits;                         ///< (vocab_size) after the last token; null: not wanted
    float* all_logits = nullptr;           ///< (tokens, vocab_size) after every token; null: not wanted
  };
  /// Advances every stream by its tokens. States are distinct. The result of a stream does not depend on the others.
  /// Error, before anything changes: the feeds are more or longer than the stepper allows, or hold a token outside the
  /// vocabulary.
  virtual Status forward(std::span<const Feed> feeds) = 0;

  [[nodiscard]] virtual std::size_t state_bytes() const = 0;  ///< of one state at most
  [[nodiscard]] virtual std::size_t arena_bytes() const = 0;  ///< of the activations
  /// Tokens that one stream may hold; SIZE_MAX: no limit of its own.
  [[nodiscard]] virtual std::size_t max_stream_tokens() const = 0;

 protected:
  Stepper() = default;
  Stepper(Stepper&&) = default;
  Stepper& operator=(Stepper&&) = default;
};

struct StepperOptions {
  std::size_t max_streams = 64;  ///< streams that one forward() may advance
  /// States that may be alive at once. Memory is taken as they are needed, and kept.
  std::size_t max_states = 64;
  /// Bytes of address space that the states may take, beyond the first few; 0: whatever the system allows but for a
  /// quarter of what is free when the stepper is made, which is left to others.
  std::size_t memory_bytes = 0;
  /// Beginnings of streams, each fed as one, whose states are kept to be copied when they come again; 0: none. It is a
  /// matter of time alone: results have the same bits.
  std::size_t kept_prompts = 0;
};

/// Makes a stepper that allows what the options say.
using StepperFactory = std::function<Result<std::unique_ptr<Stepper>>(const StepperOptions&)>;

/// Index of the largest logit, the first one on a tie; 0 if none is a number above -infinity.
inline std::int32_t argmax(std::span<const float> logits) {
  // Lanes that a compiler turns into registers; one comparison after another would take as long as a layer's norm.
  constexpr std::size_t lanes = 16;
  float best[lanes];
  std::fill_n(best, lanes, -std::numeric_limits<float>::infinity());
  std::size_t i = 0;
  for (; i + lanes <= logits.size(); i += lanes) {
    for (std::size_t l = 0; l < lanes; ++l) best[l] = logits[i + l] > best[l] ? logits[i + l] : best[l];
  }
  for (std::size_t l = 0; i + l < logits.size(); ++l) best[l] = logits[i + l] > best[l] ? logits[i + l] : best[l];
  const float top = *std::max_element(best, best + lanes);
  const auto at = std::find(logits.begin(), logits.end(), top);
  return at == logits.end() ? 0 : static_cast<std::int32_t>(at - logits.begin());
}

}  // namespace trm
