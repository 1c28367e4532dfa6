// trm_rival: our side of the comparison with PyTorch (compare_pytorch.py).
//
//   trm_rival prepare MODEL FILE     writes frames, and our logits, loss and gradients of the first few, for the
//                                    parity check of pytorch_frames.py
//   trm_rival measure MODEL SECONDS  prints one JSON object: frames per second, training and forward alone, one thread
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "bench/frames/contestant.h"
#include "engine/base/escape.h"
#include "engine/format/safetensors.h"
#include "engine/sys/file_descriptor.h"
#include "engine/train/gradient.h"
#include "engine/train/trainer.h"
#include "simd/cpu.h"
#include "tasks/training/frame_source.h"

namespace trm::bench {
namespace {

constexpr std::size_t kBatch = 64;      // frames of one update, as the shipped models were trained
constexpr std::size_t kMicroBatch = 4;  // frames that go through the network together, also as shipped
constexpr std::size_t kChecked = 8;     // frames of the parity check
constexpr std::size_t kBatches = 8;     // different batches, used in turn

/// The same frames for both sides: sample i is frame i mod (kBatches * kBatch).
class FixedFrames final : public SampleSource {
 public:
  FixedFrames() : samples_(kBatches * kBatch) {
    const tasks::FrameSource source;
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      source.train_sample(1, {{"fact", 1}, {"fib", 1}, {"mul", 1}, {"add", 1}}, i, samples_[i]);
    }
  }
  [[nodiscard]] const std::vector<Sample>& samples() const { return samples_; }
  [[nodiscard]] std::vector<std::string> vocabulary() const override { return tasks::FrameSource().vocabulary(); }
  [[nodiscard]] std::size_t run_tokens() const override { return tasks::FrameSource().run_tokens(); }
  [[nodiscard]] std::size_t max_tokens() const override { return tasks::FrameSource().max_tokens(); }
  [[nodiscard]] Status check(const Mix&) const override { return {}; }
  void train_sample(std::uint64_t, const Mix&, std::uint64_t index, Sample& out) const override {
    out = samples_[index % samples_.size()];
  }
  void validation_sample(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const override {
    train_sample(seed, mix, index, out);
  }

 private:
  std::vector<Sample> samples_;
};

TokenBatch batch_of(const ModelConfig& config, const FixedFrames& frames, std::size_t first, std::size_t count) {
  TokenBatch out;
  for (std::size_t i = first; i < first + count; ++i) {
    out.add(config, frames.samples()[i].tokens, frames.samples()[i].own);
  }
  return out;
}

Status prepare(const Model& model, const simd::Kernels<float>& kernels, const std::string& path) {
  const FixedFrames frames;
  std::size_t longest = 0;
  for (const Sample& s : frames.samples()) longest = std::max(longest, s.tokens.size());
  const std::size_t count = frames.samples().size();
  std::vector<std::int32_t> tokens(count * longest, -1);  // padding
  std::vector<std::uint8_t> own(count * longest, 0);
  for (std::size_t i = 0; i < count; ++i) {
    const Sample& s = frames.samples()[i];
    std::copy(s.tokens.begin(), s.tokens.end(), tokens.begin() + static_cast<std::ptrdiff_t>(i * longest));
    std::copy(s.own.begin(), s.own.end(), own.begin() + static_cast<std::ptrdiff_t>(i * longest));
  }
  // The loss of a trained model on the right tokens is mostly rounding: the check takes wrong ones.
  TokenBatch batch = batch_of(model.config, frames, 0, kChecked);
  for (std::int32_t& target : batch.targets) {
    if (target >= 0) target = (target + 1) % static_cast<std::int32_t>(model.config.vocab_size);
  }
  const CausalNetwork<float> network(model.config, model.registry, model.weights.data(), kernels, Purpose::training);
  Result<GradientPass<float>> pass = GradientPass<float>::create(network, batch.rows(), batch.longest());
  if (!pass.ok()) return pass.error();
  Buffer<float> gradient(model.registry.flat_size);
  const auto targets = static_cast<float>(batch.target_count());
  const BatchOutcome outcome = pass->forward(network, batch, 1.0f / targets);
  pass->backward(network, batch, gradient.data());
  const double loss = outcome.loss / static_cast<double>(outcome.targets);

  std::vector<TensorRef> tensors = {
      {"tokens", DType::i32, {count, longest}, tokens.data()},
      {"own", DType::u8, {count, longest}, own.data()},
      {"loss", DType::f64, {1}, &loss},
      {"logits", DType::f32, {batch.rows(), model.config.vocab_size}, pass->logits().data()},
  };
  for (const TensorSpec& spec : model.registry.tensors) {
    if (spec.role == TensorRole::constant) continue;
    tensors.push_back({"grad." + spec.name, DType::f32, spec.shape, gradient.data() + spec.offset});
  }
  return write_safetensors(path, tensors,
                           {{"batch_size", std::to_string(kBatch)}, {"checked_frames", std::to_string(kChecked)}});
}

using Clock = std::chrono::steady_clock;

/// Calls `step` for about so many seconds after three calls to warm up; the median time of a call in seconds.
template <class Step>
Result<double> median_seconds(double seconds, Step step) {
  std::vector<double> times;
  const auto begin = Clock::now();
  for (int i = 0; i < 3 || std::chrono::duration<double>(Clock::now() - begin).count() < seconds; ++i) {
    const auto start = Clock::now();
    if (Status s = step(); !s.ok()) return s.error();
    if (i >= 3) times.push_back(std::chrono::duration<double>(Clock::now() - start).count());
  }
  if (times.empty()) return Error{ErrorCode::usage, "", "SECONDS", "is too short for one step", "give more"};
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
  return times[times.size() / 2];
}

Status measure(const Model& model, const simd::Selection& kernels, double seconds) {
  const FixedFrames frames;
  TrainConfig config;
  config.model = model.config;
  config.batch_size = kBatch;
  config.micro_batch = kMicroBatch;
  config.steps = 1'000'000;
  config.optimizer.ema = 0;
  config.optimizer.lr = 1e-4;
  config.stages = {{"all", {{"frames", 1}}, 1.0, 0}};
  ThreadOptions one_thread;
  one_thread.threads = 1;
  Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::create(one_thread);
  if (!pool.ok()) return pool.error();
  Result<Trainer> trainer = Trainer::create(config, frames, **pool, *kernels.table);
  if (!trainer.ok()) return trainer.error();
  const Result<double> training = median_seconds(seconds, [&]() -> Status {
    const Result<TrainingEvent> report = trainer->advance();
    return report.ok() ? Status{} : Status{report.error()};
  });
  if (!training.ok()) return training.error();

  const CausalNetwork<float> network(model.config, model.registry, model.weights.data(), *kernels.table,
                                     Purpose::inference);
  std::vector<TokenBatch> batches;
  std::size_t rows = 0, longest = 0;
  for (std::size_t i = 0; i < frames.samples().size(); i += kMicroBatch) {
    batches.push_back(batch_of(model.config, frames, i, kMicroBatch));
    rows = std::max(rows, batches.back().rows());
    longest = std::max(longest, batches.back().longest());
  }
  Result<GradientPass<float>> pass = GradientPass<float>::create(network, rows, longest);
  if (!pass.ok()) return pass.error();
  std::size_t next = 0;
  double sum = 0;
  const Result<double> forward = median_seconds(seconds, [&]() -> Status {
    for (std::size_t i = 0; i < kBatch / kMicroBatch; ++i, next = (next + 1) % batches.size()) {
      sum += pass->forward(network, batches[next], 1.0f).loss;
    }
    return {};
  });
  if (!forward.ok()) return forward.error();
  const std::string line = fmt::format(
      "{{\"engine\": \"trm.cpp\", \"isa\": \"{}\", \"train_frames_per_s\": {:.3f}, "
      "\"forward_frames_per_s\": {:.3f}, \"checksum\": {:.6g}}}\n",
      simd::isa_name(kernels.isa), static_cast<double>(kBatch) / *training, static_cast<double>(kBatch) / *forward,
      sum);
  if (std::fputs(line.c_str(), stdout) < 0 || std::fflush(stdout) != 0) {
    return write_error("standard output", "cannot write", errno);
  }
  return {};
}

int run(int argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (argc != 4 || (command != "prepare" && command != "measure")) {
    std::fprintf(stderr, "usage: trm_rival prepare MODEL FILE | trm_rival measure MODEL SECONDS\n");
    return 2;
  }
  const char* cap = std::getenv("TRM_ISA");
  const simd::Selection kernels = simd::select_isa(cap == nullptr ? "" : cap);
  if (kernels.table == nullptr) {
    std::fprintf(stderr, "trm_rival: %s\n", kernels.error.c_str());
    return 4;
  }
  const Result<Model> model = load_model(argv[2]);
  Status status = model.ok() ? Status{} : Status{model.error()};
  if (status.ok() && command == "prepare") status = prepare(*model, *kernels.table, argv[3]);
  if (status.ok() && command == "measure") {
    double seconds = 0;
    const char* end = argv[3] + std::strlen(argv[3]);
    if (std::from_chars(argv[3], end, seconds).ptr != end || !(seconds > 0)) {
      std::fprintf(stderr, "trm_rival: SECONDS: \"%s\" is no positive number\n", argv[3]);
      return 2;
    }
    status = measure(*model, kernels, seconds);
  }
  if (status.ok()) return 0;
  std::fprintf(stderr, "trm_rival: %s\n", escaped(status.error().text()).c_str());
  return 4;
}

}  // namespace
}  // namespace trm::bench

int main(int argc, char** argv) {
  return trm::bench::run(argc, argv);
}
