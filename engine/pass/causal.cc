#include "engine/pass/causal.h"

#include <algorithm>
#include <cmath>

namespace trm {

void Coordinates::advance(const ModelConfig& config, std::int32_t token) {
  const auto limit = [](std::size_t rows) { return static_cast<std::int32_t>(rows) - 1; };
  if (token >= 0 && static_cast<std::size_t>(token) < config.run_tokens) {
    if (config.run_positions > 0) run = std::min(run + 1, limit(config.run_positions));
  } else {
    run = 0;
    if (config.segment_positions > 0) segment = std::min(segment + 1, limit(config.segment_positions));
  }
}

double embed_scale(const ModelConfig& config) {
  const double tables = 1.0 + (config.run_positions > 0 ? 1.0 : 0.0) + (config.segment_positions > 0 ? 1.0 : 0.0);
  return std::sqrt(static_cast<double>(config.hidden_size) / tables);
}

template <class T>
void embed_forward(const CausalNetwork<T>& network, const std::int32_t* tokens, const std::int32_t* runs,
                   const std::int32_t* segments, T* x, std::size_t rows) {
  const Registry& r = network.registry();
  const simd::Kernels<T>& k = network.kernels();
  const std::size_t d = network.config().hidden_size;
  const T scale = static_cast<T>(embed_scale(network.config()));
  k.gather(network.tensor(r.embed_tokens), tokens, x, rows, d, scale, false);
  if (r.embed_run != LayerTensors::kNone) k.gather(network.tensor(r.embed_run), runs, x, rows, d, scale, true);
  if (r.embed_segment != LayerTensors::kNone) {
    k.gather(network.tensor(r.embed_segment), segments, x, rows, d, scale, true);
  }
}

template void embed_forward<float>(const CausalNetwork<float>&, const std::int32_t*, const std::int32_t*,
                                   const std::int32_t*, float*, std::size_t);
template void embed_forward<double>(const CausalNetwork<double>&, const std::int32_t*, const std::int32_t*,
                                    const std::int32_t*, double*, std::size_t);

}  // namespace trm
