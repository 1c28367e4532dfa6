#include "engine/infer/canvas_eval.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "engine/pass/canvas_loss.h"

namespace trm {

void watch_batch(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper, const CanvasBatch& batch,
                 std::size_t rows, std::size_t steps, const std::function<void(const CanvasVerdict&)>& show) {
  const CanvasConfig& c = network.config();
  Carry<float> carry(network, batch.samples);
  carry.refill(network, batch);
  CanvasOutput<float> output(c, batch.samples);
  std::vector<std::size_t> slots(rows);
  std::iota(slots.begin(), slots.end(), std::size_t{0});
  std::vector<std::int32_t> predictions(c.seq_len);
  const std::size_t canvas = c.seq_len * c.vocab_size;
  for (std::size_t step = 0; step < steps; ++step) {
    stepper.step(carry, slots, output);
    for (std::size_t b = 0; b < rows; ++b) {
      const float* q = output.q.data() + 2 * b;
      const CanvasOutcome outcome =
          canvas_loss<float>(CanvasLoss(c), output.logits.data() + b * canvas, q, batch.label(b), c.vocab_size,
                             std::nullopt, 0.0, predictions.data(), nullptr, nullptr);
      const std::span<const float> logits(output.logits.data() + b * canvas, canvas);
      const bool finite = std::isfinite(q[0]) && std::isfinite(q[1]) &&
                          std::ranges::all_of(logits, [](float v) { return std::isfinite(v); });
      show({step, b, outcome.labelled, outcome.right, q[0], finite, predictions});
    }
  }
}

void score_batch(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper, const CanvasBatch& batch,
                 std::size_t rows, CanvasScores& scores) {
  const std::size_t steps = scores.exact_by_step.size();
  std::vector<bool> halted(rows);
  watch_batch(network, stepper, batch, rows, steps, [&](const CanvasVerdict& v) {
    scores.exact_by_step[v.step] += v.correct() ? 1 : 0;
    scores.cells_by_step[v.step] += v.right;
    if (v.step == 0) scores.cells += v.labelled;
    if (!halted[v.row] && (v.q_halt > 0.0f || v.step + 1 == steps)) {
      halted[v.row] = true;
      scores.halted_exact += v.correct() ? 1 : 0;
      scores.halted_steps += v.step + 1;
    }
  });
  scores.samples += rows;
}

}  // namespace trm
