#include "engine/model/tensors.h"

#include <cmath>
#include <utility>

#include "engine/base/random.h"
#include "engine/model/published_tensors.h"
#include "engine/model/recursion.h"

namespace trm {

namespace {

/// Inverse error function by Newton steps on erf from Winitzki's start value; relative error below 1e-14 on (-0.96,
/// 0.96).
double inverse_erf(double y) {
  const double l = std::log1p(-y * y);
  const double c = 2.0 / (M_PI * 0.147) + l / 2.0;
  double x = std::copysign(std::sqrt(std::sqrt(c * c - l / 0.147) - c), y);
  for (int i = 0; i < 4; ++i) x -= (std::erf(x) - y) / (2.0 / std::sqrt(M_PI) * std::exp(-x * x));
  return x;
}

}  // namespace

std::size_t Registry::add(std::string name, std::vector<std::size_t> shape, TensorRole role, double std, double value) {
  std::size_t n = 1;
  for (std::size_t d : shape) n *= d;
  tensors.push_back({std::move(name), std::move(shape), role, std, value, flat_size, n});
  flat_size += (n + 15) / 16 * 16;
  if (role != TensorRole::constant) parameters += n;
  return tensors.size() - 1;
}

Registry::Registry(const ModelConfig& c) {
  const std::size_t d = c.hidden_size;
  const std::size_t a = c.attention_size();
  const std::size_t i = c.intermediate_size;
  const double in_std = 1.0 / std::sqrt(static_cast<double>(d));
  embed_tokens = add("embed_tokens.embedding_weight", {c.vocab_size, d}, TensorRole::embedding, in_std);
  if (c.run_positions > 0) {
    embed_run = add("embed_run.embedding_weight", {c.run_positions, d}, TensorRole::embedding, in_std);
  }
  if (c.segment_positions > 0) {
    embed_segment = add("embed_segment.embedding_weight", {c.segment_positions, d}, TensorRole::embedding, in_std);
  }
  init = {add("H_init", {d}, TensorRole::constant, c.state_init_scale)};
  if (c.family != Family::transformer)
    init.insert(init.begin(), add("L_init", {d}, TensorRole::constant, c.state_init_scale));
  const std::size_t levels = recursion_plan(c).levels.size();
  for (std::size_t n = 0; n < levels * c.layers; ++n) {
    const bool high = c.family == Family::transformer || n >= c.layers;
    const std::string prefix = (high ? "H_level.layers." : "L_level.layers.") + std::to_string(n % c.layers) + ".";
    LayerTensors t;
    if (c.conv_kernel > 0) {
      t.depthwise = add(prefix + "conv.depthwise_weight", {c.conv_kernel, d}, TensorRole::small,
                        1.0 / std::sqrt(static_cast<double>(c.conv_kernel)));
      t.pointwise = add(prefix + "conv.pointwise.weight", {d, d}, TensorRole::matrix, in_std * c.residual_init_scale);
    }
    t.qkv = add(prefix + "self_attn.qkv_proj.weight", {3 * a, d}, TensorRole::matrix, in_std);
    if (c.recursion_bias && c.local_heads() > 0) {
      t.bias = add(prefix + "self_attn.recursion_bias", {c.evaluations_per_cycle(), c.local_heads(), c.window},
                   TensorRole::small, 0.0);
    }
    if (c.global_heads > 0) {
      // sigmoid(3) = 0.95: a memory of about twenty tokens to start from.
      t.decay = add(prefix + "self_attn.decay_logit", {c.evaluations_per_cycle(), c.global_heads}, TensorRole::small,
                    0.0, 3.0);
    }
    t.o = add(prefix + "self_attn.o_proj.weight", {d, a}, TensorRole::matrix,
              c.residual_init_scale / std::sqrt(static_cast<double>(a)));
    t.gate_up = add(prefix + "mlp.gate_up_proj.weight", {2 * i, d}, TensorRole::matrix, in_std);
    t.down = add(prefix + "mlp.down_proj.weight", {d, i}, TensorRole::matrix,
                 c.residual_init_scale / std::sqrt(static_cast<double>(i)));
    layers.push_back(t);
  }
  lm_head = add("lm_head.weight", {c.vocab_size, d}, TensorRole::matrix, in_std);
}

Registry::Registry(const CanvasConfig& c, const InitScales& scales) {
  const std::string inner{kPublishedPrefix};
  const std::size_t d = c.hidden_size;
  const std::size_t a = c.attention_size();
  const RecursionPlan plan = recursion_plan(c);
  auto fan_in = [](std::size_t n) { return 1.0 / std::sqrt(static_cast<double>(n)); };
  auto swiglu = [&](const std::string& name, std::size_t width, std::size_t& gate_up, std::size_t& down) {
    const std::size_t inside = c.mlp_inner(width);
    gate_up = add(name + ".gate_up_proj.weight", {2 * inside, width}, TensorRole::matrix, fan_in(width));
    down = add(name + ".down_proj.weight", {width, inside}, TensorRole::matrix, scales.residual * fan_in(inside));
  };

  embed_tokens = add(inner + "embed_tokens.embedding_weight", {c.vocab_size, d}, TensorRole::embedding, fan_in(d));
  if (c.pos_encodings == PosEncodings::learned) {
    embed_pos = add(inner + "embed_pos.embedding_weight", {c.total_len(), d}, TensorRole::embedding, fan_in(d));
  }
  lm_head = add(inner + "lm_head.weight", {c.vocab_size, d}, TensorRole::matrix, fan_in(d));
  q_head_weight = add(inner + "q_head.weight", {2, d}, TensorRole::matrix, 0.0);
  q_head_bias = add(inner + "q_head.bias", {2}, TensorRole::small, 0.0, -5.0);
  for (std::size_t s = 0; s < plan.states; ++s) {
    std::string name = "L_init";
    if (s == plan.output && c.arch != CanvasArch::trm_singlez) {
      name = "H_init";
    } else if (c.arch == CanvasArch::trm_hier6) {
      name = "L" + std::to_string(s + 1) + "_init";
    }
    init.push_back(add(inner + name, {d}, TensorRole::constant, scales.state));
  }
  for (std::size_t level = 0; level < plan.levels.size(); ++level) {
    const bool high = c.arch == CanvasArch::transformer_baseline || level == 1;
    for (std::size_t n = 0; n < plan.levels[level].count; ++n) {
      const std::string prefix = inner + (high ? "H_level" : "L_level") + ".layers." + std::to_string(n) + ".";
      LayerTensors t;
      if (const std::size_t k = c.conv_kernel; k > 0) {
        t.depthwise = add(prefix + "conv.depthwise_weight", {k, k, d}, TensorRole::small, fan_in(k * k));
        t.pointwise = add(prefix + "conv.pointwise.weight", {d, d}, TensorRole::matrix, scales.residual * fan_in(d));
      }
      if (c.mlp_t) {
        swiglu(prefix + "mlp_t", c.total_len(), t.token_gate_up, t.token_down);
      } else {
        t.qkv = add(prefix + "self_attn.qkv_proj.weight", {3 * a, d}, TensorRole::matrix, fan_in(d));
        t.o = add(prefix + "self_attn.o_proj.weight", {d, a}, TensorRole::matrix, scales.residual * fan_in(a));
      }
      swiglu(prefix + "mlp", d, t.gate_up, t.down);
      layers.push_back(t);
    }
  }
}

void initialise(const Registry& registry, std::uint64_t seed, std::span<float> flat) {
  const double low = std::erf(-std::sqrt(2.0));
  for (std::size_t t = 0; t < registry.tensors.size(); ++t) {
    const TensorSpec& spec = registry.tensors[t];
    float* out = flat.data() + spec.offset;
    if (spec.init_std == 0.0) {
      for (std::size_t i = 0; i < spec.elements; ++i) out[i] = static_cast<float>(spec.init_value);
      continue;
    }
    const double comp = spec.init_std / 0.87962566103423978;  // std of a unit normal cut at +-2
    for (std::size_t i = 0; i < spec.elements; ++i) {
      const double u = low * (1.0 - 2.0 * random_uniform(seed, t, i));
      const double v = std::sqrt(2.0) * comp * inverse_erf(u);
      out[i] = static_cast<float>(std::fmin(std::fmax(v, -2.0 * comp), 2.0 * comp));
    }
  }
}

}  // namespace trm
