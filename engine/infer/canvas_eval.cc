#include "engine/infer/canvas_eval.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "engine/base/clock.h"
#include "engine/pass/canvas_loss.h"

namespace trm {

void watch_samples(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper, std::size_t slots,
                   std::size_t steps, const NextCanvas& next, const ShowVerdict& show,
                   const BeginCanvas& begin_sample) {
  const CanvasConfig& c = network.config();
  Carry<float> carry(network, slots);
  CanvasOutput<float> output(c, slots);
  std::vector<std::size_t> working, rows(slots);
  working.reserve(slots);
  std::vector<std::int32_t> predictions(c.seq_len);
  const std::size_t canvas = c.seq_len * c.vocab_size;
  std::size_t came = 0;
  for (bool more = true;;) {
    for (std::size_t b = 0; more && b < slots; ++b) {
      if (carry.halted[b] == 0) continue;
      more = next(carry.current, b);
      if (!more) break;
      carry.begin(network, b, static_cast<std::int32_t>(steps));
      if (begin_sample) begin_sample(carry, b, came);
      rows[b] = came++;
    }
    working.clear();
    for (std::size_t b = 0; b < slots; ++b) {
      if (carry.halted[b] == 0) working.push_back(b);
    }
    if (working.empty()) return;
    const std::int64_t begin = now_ns();
    stepper.step(carry, working, output);
    const std::int64_t elapsed_ns = now_ns() - begin;
    for (const std::size_t b : working) {
      const float* q = output.q.data() + 2 * b;
      const CanvasOutcome outcome =
          canvas_loss<float>(CanvasLoss(c), output.logits.data() + b * canvas, q, std::as_const(carry.current).label(b),
                             c.vocab_size, std::nullopt, 0.0, predictions.data(), nullptr, nullptr);
      const std::span<const float> logits(output.logits.data() + b * canvas, canvas);
      const bool finite = std::isfinite(q[0]) && std::isfinite(q[1]) &&
                          std::ranges::all_of(logits, [](float v) { return std::isfinite(v); });
      const auto step = static_cast<std::size_t>(carry.steps[b] - 1);
      const bool last =
          show({step, rows[b], outcome.labelled, outcome.right, q[0], elapsed_ns, finite, predictions, logits});
      if (last || step + 1 == steps) carry.halted[b] = 1;
    }
  }
}

void score_batch(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper, const CanvasBatch& batch,
                 std::size_t rows, CanvasScores& scores) {
  const std::size_t steps = scores.exact_by_step.size();
  std::vector<bool> halted(rows);
  std::size_t row = 0;
  const auto next = [&](CanvasBatch& out, std::size_t b) {
    if (row == rows) return false;
    std::ranges::copy(batch.input(row), out.input(b).begin());
    std::ranges::copy(batch.label(row), out.label(b).begin());
    out.identifiers[b] = batch.identifiers[row++];
    return true;
  };
  watch_samples(network, stepper, rows, steps, next, [&](const CanvasVerdict& v) {
    scores.exact_by_step[v.step] += v.correct() ? 1 : 0;
    scores.cells_by_step[v.step] += v.right;
    if (v.step == 0) scores.cells += v.labelled;
    if (!halted[v.row] && (v.q_halt > 0.0f || v.step + 1 == steps)) {
      halted[v.row] = true;
      scores.halted_exact += v.correct() ? 1 : 0;
      scores.halted_steps += v.step + 1;
    }
    return false;
  });
  scores.samples += rows;
}

}  // namespace trm
