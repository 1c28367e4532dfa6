#include "engine/infer/canvas_eval.h"

#include <numeric>
#include <optional>
#include <utility>

#include "engine/ops/canvas_loss.h"

namespace trm {

void score_batch(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper, const CanvasBatch& batch,
                 std::size_t rows, CanvasScores& scores) {
  const PublishedConfig& c = network.config();
  Carry<float> carry(network, batch.samples);
  carry.refill(network, batch);
  CanvasOutput<float> output(c, batch.samples);
  std::vector<std::size_t> slots(rows);
  std::iota(slots.begin(), slots.end(), std::size_t{0});
  std::vector<std::int32_t> predictions(c.seq_len);
  std::vector<bool> halted(rows);
  const std::size_t canvas = c.seq_len * c.vocab_size;
  for (std::size_t step = 0; step < scores.exact_by_step.size(); ++step) {
    stepper.step(carry, slots, output);
    const bool last = step + 1 == scores.exact_by_step.size();
    for (std::size_t b = 0; b < rows; ++b) {
      const float* q = output.q.data() + 2 * b;
      const CanvasOutcome outcome =
          canvas_loss<float>(loss_kind(c), output.logits.data() + b * canvas, q, batch.label(b), c.vocab_size,
                             std::nullopt, 0.0, predictions.data(), nullptr, nullptr);
      scores.exact_by_step[step] += outcome.correct() ? 1 : 0;
      scores.cells_by_step[step] += outcome.right;
      if (step == 0) scores.cells += outcome.labelled;
      if (!halted[b] && (q[0] > 0.0f || last)) {
        halted[b] = true;
        scores.halted_exact += outcome.correct() ? 1 : 0;
        scores.halted_steps += step + 1;
      }
    }
  }
  scores.samples += rows;
}

}  // namespace trm
