#include "tasks/ask/puzzle_trace.h"

#include <algorithm>
#include <cmath>
#include <utility>

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

}  // namespace

Result<PuzzleTrace> trace_puzzle(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper,
                                 const PuzzleQuestion& question, const PuzzleTraceOptions& options,
                                 const std::function<void(std::size_t step, const PuzzleStep&)>& on_step) {
  const CanvasConfig& config = network.config();
  if (Status s = check(config, question); !s.ok()) return s.error();
  CanvasBatch batch(1, config.seq_len);
  std::ranges::copy(question.input, batch.input(0).begin());
  batch.identifiers[0] = question.identifier;
  Carry<float> carry(network, 1);
  carry.refill(network, batch);
  CanvasOutput<float> output(config, 1);
  const std::size_t slots[] = {0};
  const std::size_t max_steps = options.max_steps != 0 ? options.max_steps : config.halt_max_steps;
  PuzzleTrace trace;
  std::int64_t elapsed_ns = 0;
  for (std::size_t k = 1; k <= max_steps; ++k) {
    PuzzleStep step;
    step.predictions.resize(config.seq_len);
    const std::int64_t begin = now_ns();
    stepper.step(carry, slots, output);
    step.elapsed_ns = now_ns() - begin;
    step.q_halt = static_cast<double>(output.q.data()[0]);
    if (!predict(output.logits.data(), config.vocab_size, step.predictions) || !std::isfinite(step.q_halt)) {
      return bad("step " + std::to_string(k), "the model's output is not finite", "train it again with a smaller rate");
    }
    step.correct = matches(step.predictions, question.label);
    const bool halts = step.q_halt > 0;
    if (trace.halting_step == 0 && halts) trace.halting_step = k;
    trace.steps.push_back(std::move(step));
    if (on_step) on_step(k, trace.steps.back());
    if (halts && options.halt) break;
    elapsed_ns += trace.steps.back().elapsed_ns;
    trace.out_of_time = options.max_elapsed_ns > 0 && elapsed_ns >= options.max_elapsed_ns && k < max_steps;
    if (trace.out_of_time) break;
  }
  if (trace.halting_step == 0) trace.halting_step = trace.steps.size();
  return trace;
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
