// Endless streams of random frames for training and validation.
#include <algorithm>
#include <utility>

#include "tasks/base/rng.h"
#include "tasks/frames/draw.h"
#include "tasks/frames/function.h"
#include "tasks/frames/vocabulary.h"

namespace trm::tasks {
namespace {

/// Calls return random values, but for one; streams hold what was drawn.
class RandomWorld final : public FrameWorld {
 public:
  RandomWorld(Rng& rng, const std::vector<Tokens>& streams, const std::optional<FixedValue>& fixed)
      : rng_(rng), streams_(streams), fixed_(fixed), places_(streams.size()) {}

  Tokens call(std::span<const Token> args, std::size_t) override {
    Tokens value = find_function(args[0])->value(rng_, args);
    return fixed_ && is_number(value) && numbers_++ == fixed_->call ? fixed_->value : value;
  }
  void spawn(std::span<const Token>, std::size_t) override {}
  Token read(std::size_t stream, std::size_t) override {
    std::size_t& place = places_[stream];
    return place < streams_[stream].size() ? streams_[stream][place++] : token::eos;
  }
  void emit(Token) override {}

 private:
  Rng& rng_;
  const std::vector<Tokens>& streams_;
  const std::optional<FixedValue>& fixed_;
  std::size_t numbers_ = 0;  ///< values so far
  std::vector<std::size_t> places_;
};

const Function& choose_function(Rng& rng, const FrameMix& mix) {
  if (mix.weights.empty()) return *all_functions()[0];
  std::vector<double> weights;
  for (const auto& [index, value] : mix.weights) weights.push_back(value);
  return *all_functions()[mix.weights[choose(rng, weights)].first];
}

/// Where random values leave nothing to go on from, others are drawn for the same prompt before another one is, so that
/// such prompts are not rarer.
Frame frame_of_mix(Rng& rng, const FrameMix& mix, std::string_view split) {
  const Function& function = choose_function(rng, mix);
  for (;;) {
    const Question question = function.draw(rng, {split, std::max<std::size_t>(mix.max_digits, 2)});
    if (std::optional<Frame> frame = random_frame(rng, question)) return *std::move(frame);
  }
}

}  // namespace

std::optional<Frame> random_frame(Rng& rng, const Question& question, const std::optional<FixedValue>& fixed) {
  constexpr int attempts = 64;
  for (int i = 0; i < attempts; ++i) {
    RandomWorld world(rng, question.streams, fixed);
    Result<Frame> frame = write_frame(question.prompt, world);
    if (frame.ok() && frame->tokens.size() <= kMaxFrameTokens) return *std::move(frame);
  }
  return std::nullopt;
}

Frame training_frame(std::uint64_t seed, std::uint64_t index, const FrameMix& mix) {
  Rng rng(seed, stream_of("frame/3/train"), index);
  return frame_of_mix(rng, mix, "train");
}

Frame validation_frame(std::uint64_t seed, std::uint64_t index, const FrameMix& mix) {
  Rng rng(seed, stream_of("frame/3/validation"), index);
  return frame_of_mix(rng, mix, "validation");
}

}  // namespace trm::tasks
