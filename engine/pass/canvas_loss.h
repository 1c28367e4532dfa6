// Losses of the published puzzle models, one sample at a time, in double whatever the engine's type. Source: loss heads
// of the public code of TRM and HRM (stablemax: Prieto et al. 2025).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/model/canvas_config.h"

namespace trm {

struct CanvasLoss {
  enum class Kind : unsigned char { stablemax, softmax };
  Kind kind = Kind::stablemax;
  double q_weight = 0.5;  ///< of both halting losses
  explicit CanvasLoss(const CanvasConfig& config);
};

struct CanvasOutcome {
  double lm_loss = 0;          ///< mean over the labelled cells of -log p(label)
  double q_halt_loss = 0;      ///< BCE of q_halt with "every labelled cell is right"
  double q_continue_loss = 0;  ///< BCE of q_continue with the bootstrapped target, if there is one
  double total = 0;            ///< lm + q_weight (q_halt + q_continue)
  std::size_t labelled = 0, right = 0;
  [[nodiscard]] bool correct() const { return right == labelled; }
};

/// 1 / (1 + exp(-v)): the probability of a halting value.
double sigmoid(double v);

/// logits(S, V), q = (q_halt, q_continue), labels(S), below zero where nothing is asked. predictions(S): arg-max, the
/// first one of equals. dlogits(S, V) and dq(2) receive weight * d total; null: no gradient. continue_target: HRM's,
/// else q_continue has no loss.
template <class T>
CanvasOutcome canvas_loss(const CanvasLoss& loss, const T* logits, const T* q, std::span<const std::int32_t> labels,
                          std::size_t vocab_size, std::optional<double> continue_target, double weight,
                          std::int32_t* predictions, T* dlogits, T* dq);

}  // namespace trm
