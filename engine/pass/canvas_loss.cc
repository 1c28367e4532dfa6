#include "engine/pass/canvas_loss.h"

#include <algorithm>
#include <cmath>

namespace trm {

namespace {

/// s(v) = v + 1 for v >= 0, 1/(1 - v) below: a softmax without exponentials.
double stable(double v) {
  return v >= 0 ? v + 1.0 : 1.0 / (1.0 - v + 1e-30);
}
double stable_slope(double v) {
  if (v >= 0) return 1.0;
  const double s = stable(v);
  return s * s;
}

/// Binary cross-entropy with logits, without overflow.
double bce(double logit, double target) {
  return std::max(logit, 0.0) - logit * target + std::log1p(std::exp(-std::fabs(logit)));
}

/// -log p(label) of one cell, and its gradient times weight.
template <class T>
double cell_loss(CanvasLoss::Kind kind, const T* logits, std::size_t vocab, std::size_t label, double weight,
                 T* dlogits) {
  double sum = 0;
  double top = static_cast<double>(logits[0]);
  for (std::size_t i = 1; i < vocab; ++i) top = std::max(top, static_cast<double>(logits[i]));
  auto share = [&](std::size_t i) {
    const double v = static_cast<double>(logits[i]);
    return kind == CanvasLoss::Kind::stablemax ? stable(v) : std::exp(v - top);
  };
  for (std::size_t i = 0; i < vocab; ++i) sum += share(i);
  if (dlogits != nullptr) {
    for (std::size_t i = 0; i < vocab; ++i) {
      const double slope =
          kind == CanvasLoss::Kind::stablemax ? stable_slope(static_cast<double>(logits[i])) : share(i);
      const double hit = i == label ? slope / share(i) : 0.0;
      dlogits[i] = static_cast<T>(weight * (slope / sum - hit));
    }
  }
  return std::log(sum) - std::log(share(label));
}

}  // namespace

double sigmoid(double v) {
  return 1.0 / (1.0 + std::exp(-v));
}

CanvasLoss::CanvasLoss(const CanvasConfig& config)
    : kind(config.loss_type == "stablemax_cross_entropy" ? Kind::stablemax : Kind::softmax),
      q_weight(config.q_loss_weight) {}

template <class T>
CanvasOutcome canvas_loss(const CanvasLoss& loss, const T* logits, const T* q, std::span<const std::int32_t> labels,
                          std::size_t vocab, std::optional<double> continue_target, double weight,
                          std::int32_t* predictions, T* dlogits, T* dq) {
  CanvasOutcome out;
  for (std::size_t t = 0; t < labels.size(); ++t) {
    const T* row = logits + t * vocab;
    predictions[t] = static_cast<std::int32_t>(std::max_element(row, row + vocab) - row);
    if (labels[t] < 0) continue;
    ++out.labelled;
    if (predictions[t] == labels[t]) ++out.right;
  }
  const double mean = 1.0 / static_cast<double>(std::max<std::size_t>(out.labelled, 1));
  for (std::size_t t = 0; t < labels.size(); ++t) {
    T* drow = dlogits == nullptr ? nullptr : dlogits + t * vocab;
    if (labels[t] < 0) {
      if (drow != nullptr) std::fill_n(drow, vocab, T(0));
      continue;
    }
    out.lm_loss += mean * cell_loss(loss.kind, logits + t * vocab, vocab, static_cast<std::size_t>(labels[t]),
                                    weight * mean, drow);
  }
  const double halt = static_cast<double>(q[0]);
  const double target = out.correct() ? 1.0 : 0.0;
  out.q_halt_loss = bce(halt, target);
  if (dq != nullptr) {
    dq[0] = static_cast<T>(loss.q_weight * weight * (sigmoid(halt) - target));
    dq[1] = T(0);
  }
  if (continue_target.has_value()) {
    const double go_on = static_cast<double>(q[1]);
    out.q_continue_loss = bce(go_on, *continue_target);
    if (dq != nullptr) dq[1] = static_cast<T>(loss.q_weight * weight * (sigmoid(go_on) - *continue_target));
  }
  out.total = out.lm_loss + loss.q_weight * (out.q_halt_loss + out.q_continue_loss);
  return out;
}

template CanvasOutcome canvas_loss<float>(const CanvasLoss&, const float*, const float*, std::span<const std::int32_t>,
                                          std::size_t, std::optional<double>, double, std::int32_t*, float*, float*);
template CanvasOutcome canvas_loss<double>(const CanvasLoss&, const double*, const double*,
                                           std::span<const std::int32_t>, std::size_t, std::optional<double>, double,
                                           std::int32_t*, double*, double*);

}  // namespace trm
