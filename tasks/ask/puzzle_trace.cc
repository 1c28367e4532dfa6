#include "tasks/ask/puzzle_trace.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/infer/canvas_eval.h"
#include "engine/pass/canvas_loss.h"

namespace trm::tasks {
namespace {

Error bad(std::string field, std::string message, std::string fix) {
  return Error{ErrorCode::bad_input, "", std::move(field), std::move(message), std::move(fix)};
}

using OnStep = std::function<void(std::size_t step, const PuzzleStep&)>;

/// One question on its way.
struct Thought {
  PuzzleTrace trace;
  std::int64_t elapsed_ns = 0;  ///< of its steps
  std::optional<Error> error;
  bool done = false;
};

/// Adds a step, the last one that may be or not. Is it the last?
bool take(const CanvasVerdict& v, const PuzzleQuestion& question, const PuzzleTraceOptions& options, bool last,
          Thought& thought) {
  PuzzleTrace& trace = thought.trace;
  PuzzleStep step;
  step.predictions.resize(v.predictions.size());
  std::ranges::transform(v.predictions, step.predictions.begin(),
                         [](std::int32_t token) { return static_cast<std::uint8_t>(token); });
  step.elapsed_ns = v.elapsed_ns;
  step.q_halt = static_cast<double>(v.q_halt);
  step.correct = matches_label(step.predictions, question);
  const bool halts = step.q_halt > 0;
  if (trace.halting_step == 0 && halts) trace.halting_step = v.step + 1;
  trace.steps.push_back(std::move(step));
  thought.elapsed_ns += v.elapsed_ns;
  last = last || (halts && options.halt);
  trace.out_of_time = !last && options.max_elapsed_ns > 0 && thought.elapsed_ns >= options.max_elapsed_ns;
  last = last || trace.out_of_time;
  if (last && trace.halting_step == 0) trace.halting_step = trace.steps.size();
  return last;
}

/// Steps of all questions, `slots` at once.
Status trace(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper,
             std::span<const PuzzleQuestion> questions, const PuzzleTraceOptions& options, std::size_t slots,
             const OnStep& on_step, const OnTrace& on_trace) {
  const CanvasConfig& config = network.config();
  const std::size_t max_steps = options.max_steps != 0 ? options.max_steps : config.halt_max_steps;
  std::vector<Thought> thoughts(questions.size());
  std::size_t begun = 0, told = 0;
  std::optional<Error> failed;  // of the question whose turn it is: nobody will hear of the others
  const auto next = [&](CanvasBatch& batch, std::size_t b) {
    if (begun == questions.size() || failed) return false;
    const PuzzleQuestion& question = questions[begun++];
    std::ranges::copy(question.input, batch.input(b).begin());
    std::ranges::fill(batch.label(b), kIgnoredLabel);
    batch.identifiers[b] = question.identifier;
    return true;
  };
  const auto tell = [&] {
    for (; told < questions.size() && thoughts[told].done && !failed; ++told) {
      Thought& thought = thoughts[told];
      failed = std::move(thought.error);
      if (!failed) on_trace(told, std::move(thought.trace));
    }
  };
  watch_samples(network, stepper, slots, max_steps, next, [&](const CanvasVerdict& v) {
    if (failed) return true;
    Thought& thought = thoughts[v.row];
    const std::size_t k = v.step + 1;
    bool last = k == max_steps;
    if (!v.finite) {
      thought.error =
          bad("step " + std::to_string(k), "the model's output is not finite", "train it again with a smaller rate");
      last = true;
    } else {
      last = take(v, questions[v.row], options, last, thought);
      if (on_step) on_step(k, thought.trace.steps.back());
    }
    thought.done = last;
    if (last) tell();
    return last;
  });
  return failed ? Status(*std::move(failed)) : Status();
}

}  // namespace

Status check_question(const CanvasConfig& config, const PuzzleQuestion& question) {
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

bool matches_label(std::span<const std::uint8_t> predictions, const PuzzleQuestion& question) {
  const std::vector<std::int32_t>& label = question.label;
  if (label.empty()) return false;
  for (std::size_t i = 0; i < label.size(); ++i) {
    if (label[i] >= 0 && label[i] != predictions[i]) return false;
  }
  return true;
}

Result<PuzzleTrace> trace_puzzle(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper,
                                 const PuzzleQuestion& question, const PuzzleTraceOptions& options,
                                 const OnStep& on_step) {
  if (Status s = check_question(network.config(), question); !s.ok()) return s.error();
  PuzzleTrace out;
  const auto keep = [&](std::size_t, PuzzleTrace traced) { out = std::move(traced); };
  if (Status s = trace(network, stepper, {&question, 1}, options, 1, on_step, keep); !s.ok()) return s.error();
  return out;
}

Status trace_puzzles(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper,
                     std::span<const PuzzleQuestion> questions, const PuzzleTraceOptions& options,
                     const OnTrace& on_trace) {
  for (const PuzzleQuestion& question : questions) {
    if (Status s = check_question(network.config(), question); !s.ok()) return s.error();
  }
  const std::size_t slots = std::min(stepper.full_batch(), questions.size());
  return trace(network, stepper, questions, options, slots, {}, on_trace);
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
