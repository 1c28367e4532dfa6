// The tensor registry: every tensor of a model, derived from its configuration, and their place in one flat array.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <vector>

#include "engine/model/canvas_config.h"
#include "engine/model/config.h"

namespace trm {

enum class TensorRole : std::uint8_t {
  matrix,     ///< weight of a linear layer (out, in)
  embedding,  ///< rows by id
  small,      ///< convolution taps, biases, decays
  constant,   ///< never trained: H_init, L_init
};

struct TensorSpec {
  std::string name;
  std::vector<std::size_t> shape;
  TensorRole role;
  double init_std;  ///< truncated normal of this standard deviation; 0: filled with init_value
  double init_value;
  std::size_t offset;  ///< in the flat array, a multiple of 16
  std::size_t elements;
};

/// Weights of one layer as indices into Registry::tensors; kNone where the configuration has no such tensor.
struct LayerTensors {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t depthwise = kNone, pointwise = kNone, qkv = kNone, o = kNone, bias = kNone, decay = kNone,
              token_gate_up = kNone, token_down = kNone, gate_up = kNone, down = kNone;
};

/// Factors on the initial values of the published code. Fresh published nets are chaotic; smaller residual outputs and
/// states leave the token visible at the start of a training.
struct InitScales {
  double residual = 1.0;  ///< o_proj and down_proj
  double state = 1.0;     ///< H_init and L_init
  bool operator==(const InitScales&) const = default;
};

/// Tensor names follow the published checkpoints: `L_level.layers.0.self_attn.qkv_proj.weight`, and for the published
/// models the prefix `model.inner.` in front. The puzzle table is no part of it: it may be larger than memory.
struct Registry {
  std::vector<TensorSpec> tensors;
  std::size_t embed_tokens = LayerTensors::kNone, embed_run = LayerTensors::kNone, embed_segment = LayerTensors::kNone;
  std::size_t embed_pos = LayerTensors::kNone;
  std::size_t lm_head = LayerTensors::kNone, q_head_weight = LayerTensors::kNone, q_head_bias = LayerTensors::kNone;
  std::vector<std::size_t> init;     ///< the constant that each state of the recursion starts from
  std::vector<LayerTensors> layers;  ///< of all levels, one after the other
  std::size_t flat_size = 0;         ///< elements of the flat array, padding included
  std::size_t parameters = 0;        ///< trained parameters, padding excluded

  /// Is tensor `id` a matrix that rows are multiplied with? Of these the type can be chosen (simd::WeightType). The
  /// halting head is too small to gain by it.
  [[nodiscard]] bool is_multiplied(std::size_t id) const {
    return tensors[id].role == TensorRole::matrix && id != q_head_weight;
  }

  explicit Registry(const ModelConfig& config);
  explicit Registry(const CanvasConfig& config, const InitScales& scales = {});

 private:
  std::size_t add(std::string name, std::vector<std::size_t> shape, TensorRole role, double std, double value = 0.0);
};

/// A zeroed array aligned to 64 bytes.
template <class T>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t n) : size_(n) {
    if (n > SIZE_MAX / sizeof(T)) throw std::bad_array_new_length();
    data_.reset(static_cast<T*>(::operator new (n * sizeof(T), std::align_val_t{64})));
    for (std::size_t i = 0; i < n; ++i) data_.get()[i] = T{};
  }
  [[nodiscard]] T* data() { return data_.get(); }
  [[nodiscard]] const T* data() const { return data_.get(); }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::span<T> span() { return {data_.get(), size_}; }
  [[nodiscard]] std::span<const T> span() const { return {data_.get(), size_}; }

 private:
  struct Free {
    void operator()(T* p) const { ::operator delete (p, std::align_val_t{64}); }
  };
  std::unique_ptr<T, Free> data_;
  std::size_t size_ = 0;
};

/// Fills the flat array with the initial values of the published code (truncated normal, std 1/sqrt(fan in)), the
/// outputs of residual branches scaled by residual_init_scale. Depends on (registry, seed) alone.
void initialise(const Registry& registry, std::uint64_t seed, std::span<float> flat);

}  // namespace trm
