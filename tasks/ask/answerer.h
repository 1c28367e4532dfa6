// A model that answers questions in the way it was trained to: frame by frame on the recursion machine, or in one
// sequence without it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "engine/machine/machine.h"
#include "engine/machine/text_writer.h"
#include "engine/pass/causal.h"
#include "tasks/ask/model_use.h"

namespace trm::tasks {

class Answerer {
 public:
  /// Network and model must outlive it. Of the options a model of sequences heeds max_frame_tokens and max_elapsed_ns
  /// (of a sequence), concurrency and stop. Error: as Machine::create(), TextWriter::create() and model_use().
  static Result<Answerer> create(const CausalNetwork<float>& network, const Model& model,
                                 const MachineOptions& options);
  /// A model of sequences over any stepper.
  static Result<Answerer> create(std::unique_ptr<Stepper> stepper, std::size_t vocab_size, Encoding encoding,
                                 const MachineOptions& options);

  /// As Machine::run(). Without the machine: value, or repeated, is what the sequence answers, and the observer hears
  /// of the frames of a trace when it is written, one question after another as they end, without times; frames and
  /// max_depth are those of the trace, 0 for an answer alone. texts, if given, are the sequences as they were written,
  /// one for each question; empty on the machine.
  Status run(std::span<const Question> questions, std::span<Answer> answers, const MachineObserver& observer = {},
             std::vector<Tokens>* texts = nullptr);

  /// As Machine::run_shared(); on the machine only.
  Status run_shared(std::span<const Question> questions, std::span<Answer> answers, const SharedQuestions& shared,
                    const MachineObserver& observer) {
    return machine_->run_shared(questions, answers, shared, observer);
  }
  [[nodiscard]] bool on_machine() const { return machine_.has_value(); }

  [[nodiscard]] Encoding encoding() const { return encoding_; }
  [[nodiscard]] std::size_t state_bytes() const;  ///< of one waiting frame or one sequence, at most
  [[nodiscard]] std::size_t arena_bytes() const;
  /// Of all states that one question may hold; of one frame where recursion_limit is 0.
  [[nodiscard]] std::size_t question_bytes() const;

 private:
  Answerer() = default;
  Status write(std::span<const Question> questions, std::span<Answer> answers, const MachineObserver& observer,
               std::vector<Tokens>* texts);
  static void replay(const Question& question, std::size_t index, std::span<const std::int32_t> text,
                     const MachineObserver& observer);

  Encoding encoding_ = Encoding::frames;
  std::size_t recursion_limit_ = 1;
  std::optional<Machine> machine_;
  std::optional<TextWriter> writer_;
};

}  // namespace trm::tasks
