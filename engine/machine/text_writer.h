// Generation without the recursion machine: a prompt goes in, and the model writes until a rule of the caller's says
// that its text is complete. Greedy, many texts side by side, each with one state.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "engine/base/status.h"
#include "engine/machine/machine.h"
#include "engine/machine/stepper.h"

namespace trm {

struct TextOptions {
  std::size_t max_tokens = 4096;            ///< of one text: prompt and own tokens
  std::size_t concurrency = 1;              ///< texts advanced together
  std::int64_t max_elapsed_ns = 0;          ///< wall time of one text from its start; 0: no limit
  const std::atomic<bool>* stop = nullptr;  ///< as MachineOptions::stop
};

/// What a text is after a token of the model's own.
enum class TextState : std::uint8_t { open, complete, malformed };
/// Called for every own token, in order; text: index in the list given to run().
using TextRule = std::function<TextState(std::size_t text, std::int32_t token)>;
/// Called once for every text, when its answer is complete.
using TextEnded = std::function<void(std::size_t text)>;

class TextWriter {
 public:
  /// A writer belongs to one thread. Error: max_tokens or concurrency is 0; that of the factory.
  static Result<TextWriter> create(const StepperFactory& factory, std::size_t vocab_size, const TextOptions& options);
  /// Over a stepper that is there, which must allow `concurrency` streams and states.
  static Result<TextWriter> create(std::unique_ptr<Stepper> stepper, std::size_t vocab_size,
                                   const TextOptions& options);

  /// Writes a text behind each prompt. Of an answer: verdict (answered, malformed, frame_too_long where the text
  /// reached max_tokens or the positions of the model, or out_of_time), value (the own tokens, whatever the verdict),
  /// own_tokens, fed_tokens, peak_states and times; the same for any concurrency, but for times. Error: a prompt is
  /// empty or does not lie in the vocabulary.
  Status run(std::span<const std::vector<std::int32_t>> prompts, std::span<Answer> answers, const TextRule& rule,
             const TextEnded& ended = {});

  [[nodiscard]] std::size_t state_bytes() const { return stepper_->state_bytes(); }  ///< of one text at most
  [[nodiscard]] std::size_t arena_bytes() const { return stepper_->arena_bytes(); }

 private:
  /// A text that is being written.
  struct Open {
    std::size_t index = 0;
    StateId state = 0;
    std::span<const std::int32_t> unfed;
    std::int64_t start_ns = 0;
  };

  TextWriter() = default;
  Status start(std::span<const std::vector<std::int32_t>> prompts, std::span<Answer> answers, std::size_t& next,
               const TextEnded& ended);
  Status step(std::span<const std::vector<std::int32_t>> prompts, std::span<Answer> answers, const TextRule& rule,
              const TextEnded& ended);
  void release_all();

  std::unique_ptr<Stepper> stepper_;
  std::size_t vocab_size_ = 0, limit_ = 0, concurrency_ = 0;
  std::int64_t max_elapsed_ns_ = 0;
  const std::atomic<bool>* stop_ = nullptr;
  std::vector<Open> open_;
  std::vector<Stepper::Feed> feeds_;
  std::vector<float> logits_;  // (concurrency, vocab_size)
};

}  // namespace trm
