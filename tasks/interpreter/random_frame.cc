#include "tasks/interpreter/random_frame.h"

#include <array>
#include <map>
#include <optional>

#include "tasks/frames/draw.h"
#include "tasks/interpreter/draw.h"

namespace trm::tasks::interpreter {
namespace {

/// What a frame reads of the streams that it opens.
Tokens returned(Rng& rng, Token head) {
  if (head == token::fit) return {static_cast<Token>(rng.below(10)), kPart};
  if (head != token::mod && head != token::add) return {};
  // Whether it is zero, and whether it is negative, decides.
  if (rng.below(3) == 0) return {token::plus, 0};
  return draw::number(rng, 4);
}

/// Calls return random values; streams hold what was drawn.
class RandomWorld final : public World {
 public:
  RandomWorld(Rng& rng, const Scene& scene) : rng_(rng), yes_(scene.yes), part_(scene.part) {
    for (std::size_t i = 0; i < scene.streams.size(); ++i) {
      streams_[token::x + static_cast<Token>(i)] = {scene.streams[i], 0};
    }
  }

  Tokens call(std::span<const Token> args, std::size_t) override {
    if (args[0] == token::rev) return {};
    return {rng_.unit() < yes_ ? token::yes : token::no};
  }
  void open(std::span<const Token> args, std::size_t) override { name(returned(rng_, args[0])); }
  Token take(Token of, std::size_t) override {
    const std::optional<Token> item = next(of);
    if (item == kPart) name(part_ == nullptr ? Tokens{} : part_(rng_));
    return item.value_or(token::eos);
  }
  bool drop(Token of, std::size_t) override { return next(of).has_value(); }
  bool move(Token of, std::size_t) override { return next(of).has_value(); }
  void rest(Token) override {}
  void emit(Token) override {}
  void show(Token) override {}

 private:
  struct Stream {
    Tokens items;
    std::size_t at = 0;
  };
  void name(Tokens items) { streams_[token::first_letter + static_cast<Token>(letters_++)] = {std::move(items), 0}; }
  std::optional<Token> next(Token of) {
    Stream& stream = streams_[of];
    if (stream.at == stream.items.size()) return std::nullopt;
    return stream.items[stream.at++];
  }

  Rng& rng_;
  double yes_;
  Tokens (*part_)(Rng& rng);
  std::map<Token, Stream> streams_;
  std::size_t letters_ = 0;
};

}  // namespace

Result<Frame> frame_of(const Scene& scene, Rng& rng) {
  RandomWorld world(rng, scene);
  return write_frame(scene.prompt, world);
}

Frame random_frame(std::string_view name, std::uint64_t seed, std::uint64_t index, const FrameMix& mix) {
  Rng rng(seed, stream_of("interpreter/1/" + std::string(name)), index);
  std::vector<double> weights;
  for (const auto& [function, weight] : mix.weights) weights.push_back(weight);
  const std::size_t chosen = weights.empty() ? 0 : mix.weights[choose(rng, weights)].first;
  const Token head = all_functions()[chosen].head;
  for (;;) {
    const Scene scene = draw_scene(head, rng, {mix.max_digits});
    Result<Frame> frame = frame_of(scene, rng);
    if (frame.ok() && frame->tokens.size() <= kMaxFrameTokens) return *std::move(frame);
  }
}

std::string function_name(const Function& function) {
  std::string name(token::names[static_cast<std::size_t>(function.head)]);
  for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return name;
}

}  // namespace trm::tasks::interpreter
