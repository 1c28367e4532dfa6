// A causal model ready to run: tokens in, tokens out, left to right.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/model/network.h"

namespace trm {

template <class T>
class CausalNetwork : public Network<T> {
 public:
  CausalNetwork(const ModelConfig& config, const Registry& registry, const T* flat, const simd::Kernels<T>& kernels,
                Purpose purpose)
      : Network<T>(config, recursion_plan(config), registry, flat, kernels, purpose, config.max_tokens),
        config_(config) {}

  [[nodiscard]] const ModelConfig& config() const { return config_; }

 private:
  ModelConfig config_;
};

/// Coordinates of a token within its stream: the place in its run (0: no run token) and how many tokens that are not
/// run tokens came so far. Both saturate at the last row of their embedding.
/// Positions that restart with every number make equal digit places meet whatever the lengths are (Abacus embeddings,
/// McLeish et al. 2024).
struct Coordinates {
  std::int32_t run = 0;
  std::int32_t segment = 0;
  void advance(const ModelConfig& config, std::int32_t token);
};

/// x(rows, D) = sqrt(D) / sqrt(number of tables) * (E_token + E_run + E_segment).
template <class T>
void embed_forward(const CausalNetwork<T>& network, const std::int32_t* tokens, const std::int32_t* runs,
                   const std::int32_t* segments, T* x, std::size_t rows);
/// The factor of embed_forward.
double embed_scale(const ModelConfig& config);

}  // namespace trm
