#include <utility>

#include "bench/speed/runner.h"
#include "engine/infer/decoder.h"
#include "tasks/ask/causal_model.h"

namespace trm::bench {
namespace {

class DecodingRunner final : public Runner {
 public:
  DecodingRunner(const SpeedWorkload& workload, std::uint64_t seed, tasks::CausalModel model, Decoder decoder)
      : model_(std::move(model)),
        decoder_(std::move(decoder)),
        tokens_(random_tokens(workload.tokens, model_.model().config.vocab_size, seed, 2)),
        logits_(workload.batch * model_.model().config.vocab_size),
        feeds_(workload.batch) {}

  Result<double> warm_up() override {
    if (Status s = run(); !s.ok()) return s.error();
    return 1.0;
  }

  Status run() override {
    for (std::size_t i = 0; i < feeds_.size(); ++i) {
      const Result<StateId> state = decoder_.acquire();
      if (!state.ok()) return state.error();
      feeds_[i] = {*state, {}, logits_.data() + i * model_.model().config.vocab_size};
    }
    Status status;
    for (std::size_t t = 0; t < tokens_.size() && status.ok(); ++t) {
      for (Decoder::Feed& feed : feeds_) feed.tokens = {&tokens_[t], 1};
      status = decoder_.forward(feeds_);
    }
    for (const Decoder::Feed& feed : feeds_) decoder_.release(feed.state);
    return status;
  }

 private:
  tasks::CausalModel model_;
  Decoder decoder_;
  std::vector<std::int32_t> tokens_;
  std::vector<float> logits_;
  std::vector<Decoder::Feed> feeds_;
};

}  // namespace

Result<std::unique_ptr<Runner>> make_decoding_runner(const SpeedWorkload& workload, const std::string& model,
                                                     std::uint64_t seed, const simd::Kernels<float>& kernels) {
  Result<tasks::CausalModel> loaded = tasks::CausalModel::load(model, kernels);
  if (!loaded.ok()) return loaded.error();
  StepperOptions options;
  options.max_streams = options.max_states = workload.batch;
  Result<Decoder> decoder = Decoder::create(loaded->network(), options);
  if (!decoder.ok()) return decoder.error();
  return std::unique_ptr<Runner>(
      std::make_unique<DecodingRunner>(workload, seed, *std::move(loaded), *std::move(decoder)));
}

}  // namespace trm::bench
