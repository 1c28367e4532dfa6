#include "engine/train/canvas_gradient.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace trm {

template <class T>
Result<CanvasGradientPass<T>> CanvasGradientPass<T>::create(const CanvasNetwork<T>& network, std::size_t samples) {
  const CanvasConfig& c = network.config();
  const PassLimits limits{samples * c.total_len(), c.total_len(), samples};
  Result<RecursionPass<T>> recursion = RecursionPass<T>::create(network, Purpose::training, limits);
  if (!recursion.ok()) return recursion.error();
  CanvasGradientPass pass(std::move(*recursion));
  pass.sequences_.reserve(samples);
  pass.rows_.reserve(samples);
  pass.dlogits_ = Buffer<T>(samples * c.seq_len * c.vocab_size);
  pass.dq_ = Buffer<T>(samples * 2);
  if (c.arch == CanvasArch::hrm) {
    Result<RecursionPass<T>> next = RecursionPass<T>::create(network, Purpose::inference, limits);
    if (!next.ok()) return next.error();
    pass.next_.emplace(std::move(*next));
    pass.next_logits_ = Buffer<T>(samples * c.seq_len * c.vocab_size);
    pass.next_q_ = Buffer<T>(samples * 2);
  }
  return pass;
}

template <class T>
void CanvasGradientPass<T>::step(const CanvasNetwork<T>& net, const PuzzleTable<T>& table, Carry<T>& carry,
                                 std::size_t first, std::size_t count, double weight, CanvasLesson<T>& lesson,
                                 T* grad) {
  const CanvasConfig& c = net.config();
  const std::size_t positions = c.total_len();
  const std::size_t stride = carry.stride();
  const std::size_t canvas = c.seq_len * c.vocab_size;
  const std::size_t output = net.plan().output;
  sequences_.clear();
  rows_.clear();
  for (std::size_t i = 0; i < count; ++i) {
    sequences_.push_back({i * positions, positions, 0, 0, {}});
    rows_.push_back(table.row(carry.current.identifiers[first + i]));
  }
  const std::int32_t* tokens = std::as_const(carry.current).input(first).data();
  for (std::size_t s = 0; s < carry.states.size(); ++s) {
    std::memcpy(recursion_.start(s), carry.states[s].data() + first * stride, count * stride * sizeof(T));
  }
  canvas_embed(net, tokens, rows_.data(), recursion_.x(), count);
  if (next_.has_value()) {
    std::memcpy(next_->x(), recursion_.x(), count * stride * sizeof(T));
  }
  recursion_.forward(net, sequences_, count * positions);
  T* logits = lesson.output.logits.data() + first * canvas;
  T* q = lesson.output.q.data() + first * 2;
  canvas_heads(net, recursion_.state(output), logits, q, count);
  for (std::size_t s = 0; s < carry.states.size(); ++s) {
    std::memcpy(carry.states[s].data() + first * stride, recursion_.state(s), count * stride * sizeof(T));
  }
  if (next_.has_value()) {
    for (std::size_t s = 0; s < carry.states.size(); ++s) {
      std::memcpy(next_->start(s), recursion_.state(s), count * stride * sizeof(T));
    }
    next_->forward(net, sequences_, count * positions);
    canvas_heads(net, next_->state(output), next_logits_.data(), next_q_.data(), count);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t b = first + i;
    ++carry.steps[b];
    std::optional<double> target;
    if (next_.has_value()) {
      const double halt = static_cast<double>(next_q_.data()[2 * i]);
      const double go_on = static_cast<double>(next_q_.data()[2 * i + 1]);
      const bool last = carry.steps[b] >= carry.max_steps[b];
      target = sigmoid(last ? halt : std::max(halt, go_on));
      lesson.continue_target[b] = *target;
    }
    lesson.outcomes[b] = canvas_loss(
        CanvasLoss(c), logits + i * canvas, q + 2 * i, std::as_const(carry.current).label(b), c.vocab_size, target,
        weight, lesson.predictions.data() + b * c.seq_len, dlogits_.data() + i * canvas, dq_.data() + 2 * i);
  }
  canvas_heads_backward(net, recursion_.state(output), dlogits_.data(), dq_.data(), recursion_.output_gradient(), grad,
                        count);
  recursion_.backward(net, sequences_, count * positions, grad);
  canvas_embed_backward(net, tokens, recursion_.x_gradient(), grad,
                        lesson.row_gradients.data() + first * c.puzzle_emb_ndim, count);
}

template class CanvasGradientPass<float>;
template class CanvasGradientPass<double>;

}  // namespace trm
