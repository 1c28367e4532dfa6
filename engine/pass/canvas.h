// A published puzzle model ready to run: a canvas of tokens in, the same canvas of predictions and two halting values
// out. The formulas are those of the public code of TRM and HRM (input embedding, heads).
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/model/canvas_config.h"
#include "engine/model/network.h"

namespace trm {

UnitShape unit_shape(const CanvasConfig& config);

template <class T>
class CanvasNetwork : public Network<T> {
 public:
  CanvasNetwork(const CanvasConfig& config, const Registry& registry, const T* flat, const simd::Kernels<T>& kernels,
                Purpose purpose)
      : Network<T>(unit_shape(config), recursion_plan(config), registry, flat, kernels, purpose, config.total_len()),
        config_(config) {}

  [[nodiscard]] const CanvasConfig& config() const { return config_; }

 private:
  CanvasConfig config_;
};

/// x(samples*T, D) = sqrt(D) * [prefix ; E_token], with learned positions (0.7071 ([prefix ; E_token] + E_pos)).
/// tokens(samples, S); rows: the puzzle-table row of each sample, puzzle_emb_ndim values, laid over the P prefix
/// positions and filled up with zeros; null without a table.
template <class T>
void canvas_embed(const CanvasNetwork<T>& network, const std::int32_t* tokens, const T* const* rows, T* x,
                  std::size_t samples);
/// Adds the gradients of the embeddings to grad; row_gradients(samples, puzzle_emb_ndim) is overwritten (null without a
/// table). dx(samples*T, D).
template <class T>
void canvas_embed_backward(const CanvasNetwork<T>& network, const std::int32_t* tokens, const T* dx, T* grad,
                           T* row_gradients, std::size_t samples);

/// logits(samples, S, V) from the tokens' positions of z(samples*T, D); q(samples, 2) = q_halt, q_continue from
/// position 0.
template <class T>
void canvas_heads(const CanvasNetwork<T>& network, const T* z, T* logits, T* q, std::size_t samples);
/// dz(samples*T, D) is overwritten; adds the gradients of the heads to grad.
template <class T>
void canvas_heads_backward(const CanvasNetwork<T>& network, const T* z, const T* dlogits, const T* dq, T* dz, T* grad,
                           std::size_t samples);

}  // namespace trm
