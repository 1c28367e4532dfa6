#include "engine/train/gradient.h"

#include <algorithm>

namespace trm {

void TokenBatch::clear() {
  tokens.clear();
  runs.clear();
  segments.clear();
  targets.clear();
  ends.clear();
}

void TokenBatch::add(const ModelConfig& config, std::span<const std::int32_t> sequence,
                     std::span<const std::uint8_t> own) {
  if (sequence.size() < 2) return;
  Coordinates at;
  for (std::size_t t = 0; t + 1 < sequence.size(); ++t) {
    at.advance(config, sequence[t]);
    tokens.push_back(sequence[t]);
    runs.push_back(at.run);
    segments.push_back(at.segment);
    targets.push_back(own[t + 1] != 0 ? sequence[t + 1] : -1);
  }
  ends.push_back(tokens.size());
}

std::size_t TokenBatch::longest() const {
  std::size_t begin = 0;
  std::size_t out = 0;
  for (std::size_t end : ends) {
    out = std::max(out, end - begin);
    begin = end;
  }
  return out;
}

std::size_t TokenBatch::target_count() const {
  return targets.size() - static_cast<std::size_t>(std::count(targets.begin(), targets.end(), -1));
}

template <class T>
Result<GradientPass<T>> GradientPass<T>::create(const CausalNetwork<T>& network, std::size_t max_rows,
                                                std::size_t max_sequence) {
  Result<RecursionPass<T>> recursion =
      RecursionPass<T>::create(network, Purpose::training, {max_rows, max_sequence, max_rows});
  if (!recursion.ok()) return recursion.error();
  GradientPass pass(std::move(*recursion));
  pass.vocab_size_ = network.config().vocab_size;
  pass.logits_ = Buffer<T>(max_rows * pass.vocab_size_);
  pass.dlogits_ = Buffer<T>(max_rows * pass.vocab_size_);
  pass.loss_ = Buffer<T>(max_rows);
  pass.sequences_.reserve(max_rows);
  pass.exact_.reserve(max_rows);
  return pass;
}

template <class T>
BatchOutcome GradientPass<T>::forward(const CausalNetwork<T>& net, const TokenBatch& batch, T weight) {
  const simd::Kernels<T>& k = net.kernels();
  const std::size_t v = vocab_size_;
  const std::size_t n = batch.rows();
  rows_ = n;
  sequences_.clear();
  std::size_t begin = 0;
  for (std::size_t end : batch.ends) {
    sequences_.push_back({begin, end - begin, 0, 0, {}});
    begin = end;
  }
  embed_forward(net, batch.tokens.data(), batch.runs.data(), batch.segments.data(), recursion_.x(), n);
  for (std::size_t i = 0; i < net.plan().states; ++i) net.start_state(i, recursion_.start(i), n);
  recursion_.forward(net, sequences_, n);
  net.lm_head().apply(recursion_.state(net.plan().output), logits_.data(), n);
  k.cross_entropy(logits_.data(), batch.targets.data(), weight, loss_.data(), dlogits_.data(), n, v);

  BatchOutcome out;
  exact_.clear();
  begin = 0;
  for (std::size_t end : batch.ends) {
    bool right = true;
    for (std::size_t t = begin; t < end; ++t) {
      if (batch.targets[t] < 0) continue;
      const T* row = logits_.data() + t * v;
      const bool hit = std::max_element(row, row + v) - row == batch.targets[t];
      out.loss += static_cast<double>(loss_.data()[t]);
      ++out.targets;
      out.right_targets += hit ? 1 : 0;
      right = right && hit;
    }
    ++out.sequences;
    out.right_sequences += right ? 1 : 0;
    exact_.push_back(right ? 1 : 0);
    begin = end;
  }
  return out;
}

template <class T>
void GradientPass<T>::backward(const CausalNetwork<T>& net, const TokenBatch& batch, T* grad) {
  const simd::Kernels<T>& k = net.kernels();
  const Registry& r = net.registry();
  const std::size_t d = net.shape().hidden_size;
  const std::size_t n = rows_;
  auto slot = [&](std::size_t id) { return grad + r.tensors[id].offset; };

  net.lm_head().apply_backward(dlogits_.data(), recursion_.state(net.plan().output), slot(r.lm_head),
                               recursion_.output_gradient(), n, false);
  recursion_.backward(net, sequences_, n, grad);
  const T* dx = recursion_.x_gradient();
  const T scale = static_cast<T>(embed_scale(net.config()));
  k.scatter_add(dx, batch.tokens.data(), slot(r.embed_tokens), n, d, scale);
  if (r.embed_run != LayerTensors::kNone) k.scatter_add(dx, batch.runs.data(), slot(r.embed_run), n, d, scale);
  if (r.embed_segment != LayerTensors::kNone) {
    k.scatter_add(dx, batch.segments.data(), slot(r.embed_segment), n, d, scale);
  }
}

template class GradientPass<float>;
template class GradientPass<double>;

}  // namespace trm
