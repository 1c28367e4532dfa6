// The shape of the recursive unit: what one layer of one evaluation needs to know, whatever model it belongs to.
#pragma once

#include <cstddef>

namespace trm {

/// How the positions of a sequence meet inside a layer.
enum class Mixing : unsigned char {
  causal,     ///< convolution, softmax in a window of the past, linear attention: the lightweight unit
  attention,  ///< softmax over all positions, no mask: the published models
  mlp,        ///< SwiGLU over the positions of each channel: the published `mlp_t`
};

struct UnitShape {
  Mixing mixing = Mixing::causal;
  std::size_t hidden_size = 64;  ///< D
  std::size_t num_heads = 8;     ///< local and global heads together
  std::size_t global_heads = 0;  ///< the last heads: linear attention with decay
  std::size_t head_dim = 8;
  std::size_t window = 104;      ///< keys that a local head sees, itself included (causal)
  std::size_t conv_kernel = 4;   ///< taps of the depthwise convolution, on a grid of each side; 0: no convolution
  std::size_t grid_columns = 0;  ///< the convolution runs over a grid of so many columns; 0: causal, over a sequence
  std::size_t intermediate_size = 256;  ///< inner width of the SwiGLU
  std::size_t positions = 0;            ///< T, positions of a canvas (attention, mlp)
  std::size_t token_intermediate = 0;   ///< inner width of the SwiGLU over positions (mlp)
  bool rope = false;                    ///< rotary positions on q and k of the local heads
  double rope_theta = 10000.0;
  double rms_norm_eps = 1e-5;

  [[nodiscard]] std::size_t attention_size() const { return num_heads * head_dim; }
  [[nodiscard]] std::size_t local_heads() const { return num_heads - global_heads; }
  [[nodiscard]] std::size_t local_size() const { return local_heads() * head_dim; }
  [[nodiscard]] std::size_t global_size() const { return global_heads * head_dim; }

  bool operator==(const UnitShape&) const = default;
};

}  // namespace trm
