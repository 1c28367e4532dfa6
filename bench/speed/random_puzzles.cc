#include "bench/speed/random_puzzles.h"

#include "engine/base/random.h"

namespace trm::bench {

RandomModel::RandomModel(const CanvasConfig& model, std::uint64_t seed)
    : config(model), registry(model), weights(registry.flat_size) {
  initialise(registry, seed, weights.span());
}

CanvasBatch random_puzzles(const CanvasConfig& model, std::size_t batch, std::uint64_t seed) {
  CanvasBatch out(batch, model.seq_len);
  out.inputs = random_tokens(batch * model.seq_len, model.vocab_size, seed, 0);
  out.labels = random_tokens(batch * model.seq_len, model.vocab_size, seed, 1);
  return out;
}

std::vector<std::int32_t> random_tokens(std::size_t count, std::size_t vocabulary_size, std::uint64_t seed,
                                        std::uint64_t stream) {
  std::vector<std::int32_t> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = static_cast<std::int32_t>(random_bits(seed, stream, i) % vocabulary_size);
  }
  return out;
}

}  // namespace trm::bench
