// The recursive model as a whole: one generated token for one and for many streams, and one training step.
#include <algorithm>
#include <memory>

#include "bench/kernels/support.h"
#include "engine/infer/decoder.h"
#include "engine/train/gradient.h"
#include "tasks/training/frame_source.h"

namespace trm::bench {

namespace {

struct RandomModel {
  ModelConfig config;
  Registry registry;
  Buffer<float> weights;
  CausalNetwork<float> network;

  RandomModel(const ModelConfig& c, const simd::Kernels<float>& kernels, Purpose purpose)
      : config(c),
        registry(c),
        weights(initial(registry)),
        network(config, registry, weights.data(), kernels, purpose) {}

  static Buffer<float> initial(const Registry& registry) {
    Buffer<float> out(registry.flat_size);
    initialise(registry, 1, out.span());
    return out;
  }
};

/// Frames are about a hundred tokens long; a state starts again after that many.
constexpr std::size_t kFrameTokens = 96;

void generate(benchmark::State& state, const simd::Kernels<float>& k, const ModelConfig& config, std::size_t streams) {
  const RandomModel model(config, k, Purpose::inference);
  Result<Decoder> decoder = Decoder::create(model.network, {streams, streams});
  if (!decoder.ok()) return state.SkipWithError(decoder.error().text().c_str());
  std::vector<float> logits(streams * config.vocab_size);
  std::vector<std::int32_t> tokens(streams);
  std::vector<StateId> states(streams);
  std::vector<Decoder::Feed> feeds(streams);
  std::size_t length = kFrameTokens;
  bool alive = false;
  for (auto _ : state) {
    if (length == kFrameTokens) {
      for (std::size_t i = 0; i < streams; ++i) {
        if (alive) decoder->release(states[i]);
        states[i] = *decoder->acquire();
        tokens[i] = static_cast<std::int32_t>(i % 10);
        feeds[i] = {states[i], {&tokens[i], 1}, logits.data() + i * config.vocab_size};
      }
      alive = true;
      length = 0;
    }
    if (Status s = decoder->forward(feeds); !s.ok()) return state.SkipWithError(s.error().text().c_str());
    for (std::size_t i = 0; i < streams; ++i) {
      tokens[i] = argmax(std::span(logits).subspan(i * config.vocab_size, config.vocab_size));
    }
    ++length;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(streams) * state.iterations());
}

void train(benchmark::State& state, const simd::Kernels<float>& k, const ModelConfig& config, std::size_t frames) {
  const RandomModel model(config, k, Purpose::training);
  const tasks::FrameSource source;
  TokenBatch batch;
  Sample sample;
  for (std::size_t i = 0; i < frames; ++i) {
    source.train_sample(1, {{"fact", 1}, {"fib", 1}, {"mul", 1}, {"add", 1}}, i, sample);
    batch.add(config, sample.tokens, sample.own);
  }
  Result<GradientPass<float>> pass = GradientPass<float>::create(model.network, batch.rows(), batch.longest());
  if (!pass.ok()) return state.SkipWithError(pass.error().text().c_str());
  Buffer<float> gradient(model.registry.flat_size);
  const float weight = 1.0f / static_cast<float>(batch.target_count());
  for (auto _ : state) {
    std::fill_n(gradient.data(), gradient.size(), 0.0f);
    const BatchOutcome outcome = pass->forward(model.network, batch, weight);
    benchmark::DoNotOptimize(outcome.loss);
    pass->backward(model.network, batch, gradient.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(frames) * state.iterations());
  state.counters["tokens"] =
      benchmark::Counter(static_cast<double>(batch.rows()), benchmark::Counter::kIsIterationInvariantRate);
}

}  // namespace

void register_model(const std::vector<NamedKernels>& kernels) {
  const std::pair<std::string, ModelConfig> models[] = {{"trm-frames", shipped_config("trm-frames")},
                                                        {"transformer-frames", shipped_config("transformer-frames")}};
  for (const auto& model : models) {
    const std::string& name = model.first;
    const ModelConfig& config = model.second;
    for (const NamedKernels& k : kernels) {
      for (const std::size_t streams : {1, 32}) {
        benchmark::RegisterBenchmark(("token/" + name + "/streams:" + std::to_string(streams) + "/" + k.isa).c_str(),
                                     [=](benchmark::State& state) { generate(state, *k.table, config, streams); });
      }
      benchmark::RegisterBenchmark(("training_step/" + name + "/frames:4/" + k.isa).c_str(),
                                   [=](benchmark::State& state) { train(state, *k.table, config, 4); });
    }
  }
}

}  // namespace trm::bench
