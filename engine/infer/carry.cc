#include "engine/infer/carry.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/base/random.h"

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
void Carry<T>::disturb(std::size_t b, double strength, std::uint64_t seed, std::uint64_t stream) {
  for (std::size_t s = 0; s < states.size(); ++s) {
    const std::span<T> state(states[s].data() + b * stride(), stride());
    double squares = 0;
    for (const T value : state) squares += static_cast<double>(value) * static_cast<double>(value);
    const double sigma = strength * std::sqrt(squares / static_cast<double>(state.size()));
    for (std::size_t i = 0; i < state.size(); ++i) {
      // Box and Muller 1958: one of the two numbers that two uniform ones give.
      const std::uint64_t place = 2 * (s * state.size() + i);
      const double radius = std::sqrt(-2 * std::log(random_uniform(seed, stream, place)));
      const double angle = 2 * std::numbers::pi * random_uniform(seed, stream, place + 1);
      state[i] += static_cast<T>(sigma * radius * std::cos(angle));
    }
  }
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
