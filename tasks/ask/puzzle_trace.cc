#include "tasks/ask/puzzle_trace.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/clock.h"

namespace trm::tasks {
namespace {

Error bad(std::string field, std::string message, std::string fix) {
  return Error{ErrorCode::bad_input, "", std::move(field), std::move(message), std::move(fix)};
}

Status check(const CanvasConfig& config, const PuzzleQuestion& question) {
  if (config.vocab_size > 256) return bad("vocab_size", "is above 256", "use a model of puzzles");
  if (question.input.size() != config.seq_len) {
    return bad("puzzle",
               "has " + std::to_string(question.input.size()) + " cells, the model " + std::to_string(config.seq_len),
               "use a model of such puzzles");
  }
  if (!question.label.empty() && question.label.size() != config.seq_len) {
    return bad("label", "has another size than the puzzle", "give all cells or none");
  }
  for (std::size_t i = 0; i < question.input.size(); ++i) {
    const std::int32_t token = question.input[i];
    if (token < 0 || static_cast<std::size_t>(token) >= config.vocab_size) {
      return bad("puzzle",
                 "token " + std::to_string(token) + " of cell " + std::to_string(i) + " is not below " +
                     std::to_string(config.vocab_size),
                 "use a model of such puzzles");
    }
  }
  const std::size_t rows = std::max<std::size_t>(config.num_puzzle_identifiers, 1);
  if (question.identifier < 0 || static_cast<std::size_t>(question.identifier) >= rows) {
    return bad("identifier",
               std::to_string(question.identifier) + " is no row of the model's puzzle table, which has " +
                   std::to_string(rows),
               "use one from 0 to " + std::to_string(rows - 1));
  }
  return {};
}

/// Arg-max of logits(S, V). False: one of them is not finite.
bool predict(const float* logits, std::size_t vocab_size, std::span<std::uint8_t> out) {
  for (std::size_t s = 0; s < out.size(); ++s) {
    const float* row = logits + s * vocab_size;
    if (!std::all_of(row, row + vocab_size, [](float x) { return std::isfinite(x); })) return false;
    out[s] = static_cast<std::uint8_t>(std::max_element(row, row + vocab_size) - row);
  }
  return true;
}

bool matches(std::span<const std::uint8_t> predictions, std::span<const std::int32_t> label) {
  if (label.empty()) return false;
  for (std::size_t i = 0; i < label.size(); ++i) {
    if (label[i] >= 0 && label[i] != predictions[i]) return false;
  }
  return true;
}

using OnStep = std::function<void(std::size_t step, const PuzzleStep&)>;

/// One question on its way.
struct Thought {
  PuzzleTrace trace;
  std::int64_t elapsed_ns = 0;  ///< of its steps
  std::optional<Error> error;
  bool done = false;
};

/// Several questions at once, each in a slot until it is done.
class Tracer {
 public:
  Tracer(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper, std::span<const PuzzleQuestion> questions,
         const PuzzleTraceOptions& options, std::size_t slots)
      : network_(network),
        stepper_(stepper),
        questions_(questions),
        options_(options),
        max_steps_(options.max_steps != 0 ? options.max_steps : network.config().halt_max_steps),
        carry_(network, slots),
        output_(network.config(), slots),
        question_of_(slots),
        thoughts_(questions.size()) {}

  Status run(const OnStep& on_step, const OnTrace& on_trace) {
    std::vector<std::size_t> working;
    for (std::size_t told = 0; told < questions_.size();) {
      fill();
      working.clear();
      for (std::size_t b = 0; b < question_of_.size(); ++b) {
        if (carry_.halted[b] == 0) working.push_back(b);
      }
      const std::int64_t begin = now_ns();
      stepper_.step(carry_, working, output_);
      const std::int64_t elapsed_ns = now_ns() - begin;
      for (const std::size_t b : working) take(b, elapsed_ns, on_step);
      for (; told < questions_.size() && thoughts_[told].done; ++told) {
        Thought& thought = thoughts_[told];
        if (thought.error) return *std::move(thought.error);
        on_trace(told, std::move(thought.trace));
        thought = Thought{{}, 0, {}, true};
      }
    }
    return {};
  }

 private:
  void fill() {
    for (std::size_t b = 0; b < question_of_.size() && begun_ < questions_.size(); ++b) {
      if (carry_.halted[b] == 0) continue;
      std::ranges::copy(questions_[begun_].input, carry_.current.input(b).begin());
      carry_.current.identifiers[b] = questions_[begun_].identifier;
      carry_.begin(network_, b, static_cast<std::int32_t>(max_steps_));
      question_of_[b] = begun_++;
    }
  }

  void take(std::size_t b, std::int64_t elapsed_ns, const OnStep& on_step) {
    const CanvasConfig& config = network_.config();
    const PuzzleQuestion& question = questions_[question_of_[b]];
    Thought& thought = thoughts_[question_of_[b]];
    const auto k = static_cast<std::size_t>(carry_.steps[b]);
    const float* logits = output_.logits.data() + b * config.seq_len * config.vocab_size;
    PuzzleStep step;
    step.predictions.resize(config.seq_len);
    step.elapsed_ns = elapsed_ns;
    step.q_halt = static_cast<double>(output_.q.data()[2 * b]);
    if (!predict(logits, config.vocab_size, step.predictions) || !std::isfinite(step.q_halt)) {
      thought.error =
          bad("step " + std::to_string(k), "the model's output is not finite", "train it again with a smaller rate");
      begun_ = questions_.size();  // nobody will hear of the others
      end(b, thought);
      return;
    }
    step.correct = matches(step.predictions, question.label);
    const bool halts = step.q_halt > 0;
    PuzzleTrace& trace = thought.trace;
    if (trace.halting_step == 0 && halts) trace.halting_step = k;
    trace.steps.push_back(std::move(step));
    if (on_step) on_step(k, trace.steps.back());
    thought.elapsed_ns += elapsed_ns;
    const bool stops = k == max_steps_ || (halts && options_.halt);
    trace.out_of_time = !stops && options_.max_elapsed_ns > 0 && thought.elapsed_ns >= options_.max_elapsed_ns;
    if (stops || trace.out_of_time) end(b, thought);
  }

  void end(std::size_t b, Thought& thought) {
    if (thought.trace.halting_step == 0) thought.trace.halting_step = thought.trace.steps.size();
    thought.done = true;
    carry_.halted[b] = 1;
  }

  const CanvasNetwork<float>& network_;
  CanvasStepper<float>& stepper_;
  std::span<const PuzzleQuestion> questions_;
  const PuzzleTraceOptions& options_;
  std::size_t max_steps_;
  Carry<float> carry_;
  CanvasOutput<float> output_;
  std::vector<std::size_t> question_of_;  ///< of each slot
  std::vector<Thought> thoughts_;         ///< of each question
  std::size_t begun_ = 0;
};

}  // namespace

Result<PuzzleTrace> trace_puzzle(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper,
                                 const PuzzleQuestion& question, const PuzzleTraceOptions& options,
                                 const OnStep& on_step) {
  if (Status s = check(network.config(), question); !s.ok()) return s.error();
  PuzzleTrace out;
  Tracer tracer(network, stepper, {&question, 1}, options, 1);
  if (Status s = tracer.run(on_step, [&](std::size_t, PuzzleTrace trace) { out = std::move(trace); }); !s.ok()) {
    return s.error();
  }
  return out;
}

Status trace_puzzles(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper,
                     std::span<const PuzzleQuestion> questions, const PuzzleTraceOptions& options,
                     const OnTrace& on_trace) {
  for (const PuzzleQuestion& question : questions) {
    if (Status s = check(network.config(), question); !s.ok()) return s.error();
  }
  const std::size_t slots = std::min(stepper.full_batch(), questions.size());
  return Tracer(network, stepper, questions, options, slots).run({}, on_trace);
}

PuzzleQuestion puzzle_question(const PuzzleDataset& dataset, std::size_t row) {
  PuzzleQuestion out;
  out.input.resize(dataset.metadata.seq_len);
  out.label.resize(dataset.metadata.seq_len);
  dataset.example(row, out.input, out.label);
  out.identifier = dataset.puzzle_identifiers[dataset.puzzle_of(row)];
  return out;
}

}  // namespace trm::tasks
