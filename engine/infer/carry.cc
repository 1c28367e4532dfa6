#include "engine/infer/carry.h"

#include <algorithm>

namespace trm {

template <class T>
Carry<T>::Carry(const CanvasNetwork<T>& network, std::size_t samples)
    : steps(samples), max_steps(samples), halted(samples, 1), current(samples, network.config().seq_len) {
  for (std::size_t s = 0; s < network.plan().states; ++s) {
    states.emplace_back(samples * network.config().total_len() * network.config().hidden_size);
  }
}

template <class T>
void Carry<T>::begin(const CanvasNetwork<T>& network, std::size_t b, std::int32_t most_steps) {
  const std::size_t rows = network.config().total_len();
  for (std::size_t s = 0; s < states.size(); ++s) network.start_state(s, states[s].data() + b * stride(), rows);
  steps[b] = 0;
  max_steps[b] = most_steps;
  halted[b] = 0;
}

template <class T>
void Carry<T>::refill(const CanvasNetwork<T>& network, const CanvasBatch& batch, std::span<const std::int32_t> limits) {
  const auto longest = static_cast<std::int32_t>(network.config().halt_max_steps);
  for (std::size_t b = 0; b < samples(); ++b) {
    if (halted[b] == 0) continue;
    std::ranges::copy(batch.input(b), current.input(b).begin());
    std::ranges::copy(batch.label(b), current.label(b).begin());
    current.identifiers[b] = batch.identifiers[b];
    begin(network, b, limits.empty() ? longest : limits[b]);
  }
}

template struct Carry<float>;
template struct Carry<double>;

bool halts_in_training(const CanvasConfig& config, double q_halt, double q_continue, std::int32_t steps,
                       std::int32_t min_steps, std::int32_t max_steps) {
  if (steps >= max_steps) return true;
  return steps >= min_steps && q_halt > (config.is_trm() && config.no_ACT_continue ? 0.0 : q_continue);
}

}  // namespace trm
