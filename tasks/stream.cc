// Endless streams of random frames for training and validation.
#include <algorithm>
#include <utility>

#include "tasks/draw.h"
#include "tasks/function.h"
#include "tasks/rng.h"
#include "tasks/vocabulary.h"

namespace trm::tasks {
namespace {

/// Calls return random values, streams hold what was drawn.
class RandomWorld final : public FrameWorld {
 public:
  RandomWorld(Rng& rng, const std::vector<Tokens>& streams) : rng_(rng), streams_(streams), places_(streams.size()) {}

  Tokens call(std::span<const Token> args, std::size_t) override { return find_function(args[0])->value(rng_, args); }
  void spawn(std::span<const Token>, std::size_t) override {}
  Token read(std::size_t stream, std::size_t) override {
    std::size_t& place = places_[stream];
    return place < streams_[stream].size() ? streams_[stream][place++] : token::eos;
  }
  void emit(Token) override {}

 private:
  Rng& rng_;
  const std::vector<Tokens>& streams_;
  std::vector<std::size_t> places_;
};

const Function& choose_function(Rng& rng, const FrameMix& mix) {
  if (mix.weights.empty()) return *all_functions()[0];
  std::vector<double> weights;
  for (const auto& [index, value] : mix.weights) weights.push_back(value);
  return *all_functions()[mix.weights[choose(rng, weights)].first];
}

/// Random values now and then leave a function nothing to go on from (a median of a list that closes early): then
/// others are drawn for the same prompt, so that such prompts are not rarer.
Frame random_frame(Rng& rng, const FrameMix& mix, std::string_view split) {
  constexpr int attempts = 64;
  const Function& function = choose_function(rng, mix);
  for (;;) {
    const Question question = function.draw(rng, {split, std::max<std::size_t>(mix.max_digits, 2)});
    for (int i = 0; i < attempts; ++i) {
      RandomWorld world(rng, question.streams);
      Result<Frame> frame = write_frame(question.prompt, world);
      if (frame.ok() && frame->tokens.size() <= max_frame_tokens) return *std::move(frame);
    }
  }
}

}  // namespace

Frame training_frame(std::uint64_t seed, std::uint64_t index, const FrameMix& mix) {
  Rng rng(seed, stream_of("frame/3/train"), index);
  return random_frame(rng, mix, "train");
}

Frame validation_frame(std::uint64_t seed, std::uint64_t index, const FrameMix& mix) {
  Rng rng(seed, stream_of("frame/3/validation"), index);
  return random_frame(rng, mix, "validation");
}

}  // namespace trm::tasks
