#include "engine/train/gradient.h"

#include <algorithm>
#include <cstring>

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
Result<GradientPass<T>> GradientPass<T>::create(const ModelConfig& c, std::size_t max_rows, std::size_t max_sequence) {
  GradientPass pass;
  pass.config_ = c;
  pass.evaluations_ = schedule(c);
  pass.first_kept_ = pass.evaluations_.size() - c.evaluations_per_cycle();
  const std::size_t kept = c.evaluations_per_cycle();
  const std::size_t d = c.hidden_size;
  const std::size_t a = c.attention_size();
  const std::size_t i = c.intermediate_size;
  const std::size_t n = max_rows;
  const std::size_t longest = max_sequence;

  // Time runs 0 .. 2*kept: kept evaluation e goes forward at e and back at 2*kept-1-e. A kept activation lives in
  // between.
  ArenaPlan plan;
  const std::size_t end = 2 * kept;
  struct Place {
    T** pointer;
    ArenaPlan::Id id;
  };
  std::vector<Place> places;
  auto buffer = [&](T*& pointer, const char* name, std::size_t elements, std::size_t first, std::size_t last) {
    places.push_back({&pointer, plan.add(name, elements * sizeof(T), first, last)});
  };
  pass.inputs_.resize(kept);
  pass.acts_.resize(kept * c.layers);
  buffer(pass.x_, "x", n * d, 0, end);
  buffer(pass.constants_[0], "z_L", n * d, 0, end);
  buffer(pass.constants_[1], "z_H", n * d, 0, end);
  for (std::size_t e = 0; e < kept; ++e) {
    const std::size_t back = end - 1 - e;
    buffer(pass.inputs_[e], "input", n * d, e, back);
    for (std::size_t l = 0; l < c.layers; ++l) {
      LayerActivations<T>& act = pass.acts_[e * c.layers + l];
      if (c.conv_kernel > 0) {
        buffer(act.conv_pre, "conv_pre", n * d, e, back);
        buffer(act.conv, "conv", n * d, e, back);
        buffer(act.h1, "h1", n * d, e, back);
        buffer(act.rstd1, "rstd1", n, e, back);
      }
      buffer(act.qkv, "qkv", n * 3 * a, e, back);
      buffer(act.probs, "probs", n * c.local_heads() * c.window, e, back);
      buffer(act.attn, "attn", n * a, e, back);
      buffer(act.h2, "h2", n * d, e, back);
      buffer(act.rstd2, "rstd2", n, e, back);
      buffer(act.gu, "gu", n * 2 * i, e, back);
      buffer(act.act, "act", n * i, e, back);
      // The state that an evaluation leaves is read by later ones, at the latest by the last.
      buffer(act.out, "out", n * d, e, end);
      buffer(act.rstd3, "rstd3", n, e, back);
    }
  }
  LayerScratch<T>& s = pass.scratch_;
  buffer(s.rows, "rows", n * d, 0, end);
  buffer(s.window, "window", std::max(c.window, longest), 0, end);
  buffer(s.kt, "kt", a * longest, 0, end);
  buffer(s.linear, "linear", c.global_heads * c.head_dim * (c.head_dim + 1), 0, end);
  buffer(s.dwide, "dwide", n * std::max(2 * i, 3 * a), kept, end);
  buffer(s.dact, "dact", n * std::max({i, a, d}), kept, end);
  buffer(s.dconv, "dconv", n * d, kept, end);
  buffer(s.attention, "attention",
         std::max({longest * c.window, (longest + 2) * c.head_dim * (c.head_dim + 1), longest * d}), kept, end);
  buffer(pass.logits_, "logits", n * c.vocab_size, kept - 1, end);
  buffer(pass.dlogits_, "dlogits", n * c.vocab_size, kept - 1, end);
  buffer(pass.loss_, "loss", n, kept - 1, end);
  buffer(pass.dz_[0], "dz_L", n * d, kept, end);
  buffer(pass.dz_[1], "dz_H", n * d, kept, end);
  buffer(pass.dx_, "dx", n * d, kept, end);
  if (Status st = plan.layout(); !st.ok()) return st.error();
  Result<Arena> arena = Arena::create(plan.total_bytes());
  if (!arena.ok()) return arena.error();
  pass.arena_ = std::move(*arena);
  for (const Place& p : places) *p.pointer = pass.arena_.template at<T>(plan.offset(p.id));
  pass.sequences_.reserve(max_rows);
  return pass;
}

template <class T>
BatchOutcome GradientPass<T>::forward(const Network<T>& net, const TokenBatch& batch, T weight) {
  const simd::Kernels<T>& k = net.kernels();
  const Registry& r = net.registry();
  const std::size_t d = config_.hidden_size;
  const std::size_t v = config_.vocab_size;
  const std::size_t n = batch.rows();
  rows_ = n;
  sequences_.clear();
  std::size_t begin = 0;
  for (std::size_t end : batch.ends) {
    sequences_.push_back({begin, end - begin, 0, 0, {}});
    begin = end;
  }
  embed_forward(net, batch.tokens.data(), batch.runs.data(), batch.segments.data(), x_, n);
  auto start = [&](std::size_t id, T* out) {
    if (id == LayerTensors::kNone) return;
    for (std::size_t t = 0; t < n; ++t) std::memcpy(out + t * d, net.tensor(id), d * sizeof(T));
  };
  start(r.L_init, constants_[Evaluation::L]);
  start(r.H_init, constants_[Evaluation::H]);
  z_[Evaluation::L] = constants_[Evaluation::L];
  z_[Evaluation::H] = constants_[Evaluation::H];

  for (std::size_t e = 0; e < evaluations_.size(); ++e) {
    const Evaluation& ev = evaluations_[e];
    const std::size_t slot = e < first_kept_ ? 0 : e - first_kept_;
    T* in = inputs_[slot];
    std::memcpy(in, z_[ev.target], n * d * sizeof(T));
    if (ev.inject_other) k.add(in, z_[1 - ev.target], n * d);
    if (ev.inject_x) k.add(in, x_, n * d);
    const T* h = in;
    for (std::size_t l = 0; l < config_.layers; ++l) {
      const LayerActivations<T>& act = acts_[slot * config_.layers + l];
      layer_forward<T>(net, l, ev.index, sequences_, n, h, act, scratch_);
      h = act.out;
    }
    if (e < first_kept_) {
      std::memcpy(constants_[ev.target], h, n * d * sizeof(T));
    } else {
      z_[ev.target] = h;
    }
  }
  k.matmul(z_[Evaluation::H], d, net.lm_head().forward.data(), logits_, v, n, v, d, false);
  k.cross_entropy(logits_, batch.targets.data(), weight, loss_, dlogits_, n, v);

  BatchOutcome out;
  begin = 0;
  for (std::size_t end : batch.ends) {
    bool right = true;
    for (std::size_t t = begin; t < end; ++t) {
      if (batch.targets[t] < 0) continue;
      const T* row = logits_ + t * v;
      const bool hit = std::max_element(row, row + v) - row == batch.targets[t];
      out.loss += static_cast<double>(loss_[t]);
      ++out.targets;
      out.right_targets += hit ? 1 : 0;
      right = right && hit;
    }
    ++out.sequences;
    out.right_sequences += right ? 1 : 0;
    begin = end;
  }
  return out;
}

template <class T>
void GradientPass<T>::backward(const Network<T>& net, const TokenBatch& batch, T* grad) {
  const simd::Kernels<T>& k = net.kernels();
  const Registry& r = net.registry();
  const std::size_t d = config_.hidden_size;
  const std::size_t v = config_.vocab_size;
  const std::size_t n = rows_;
  auto slot = [&](std::size_t id) { return grad + r.tensors[id].offset; };

  k.matmul_weight_grad(dlogits_, v, z_[Evaluation::H], d, slot(r.lm_head), d, n, v, d);
  k.matmul(dlogits_, v, net.lm_head().backward.data(), dz_[Evaluation::H], d, n, d, v, false);
  std::memset(dz_[Evaluation::L], 0, n * d * sizeof(T));
  std::memset(dx_, 0, n * d * sizeof(T));
  for (std::size_t e = evaluations_.size(); e-- > first_kept_;) {
    const Evaluation& ev = evaluations_[e];
    const std::size_t at = e - first_kept_;
    T* dz = dz_[ev.target];
    for (std::size_t l = config_.layers; l-- > 0;) {
      const T* in = l == 0 ? inputs_[at] : acts_[at * config_.layers + l - 1].out;
      layer_backward<T>(net, l, ev.index, sequences_, n, in, acts_[at * config_.layers + l], scratch_, dz, grad);
    }
    if (ev.inject_other) k.add(dz_[1 - ev.target], dz, n * d);
    if (ev.inject_x) k.add(dx_, dz, n * d);
  }
  const T scale = static_cast<T>(embed_scale(config_));
  k.scatter_add(dx_, batch.tokens.data(), slot(r.embed_tokens), n, d, scale);
  if (r.embed_run != LayerTensors::kNone) k.scatter_add(dx_, batch.runs.data(), slot(r.embed_run), n, d, scale);
  if (r.embed_segment != LayerTensors::kNone) {
    k.scatter_add(dx_, batch.segments.data(), slot(r.embed_segment), n, d, scale);
  }
}

template class GradientPass<float>;
template class GradientPass<double>;

}  // namespace trm
