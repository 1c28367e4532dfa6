#include "tasks/ask/frame_scorer.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace trm::tasks {
namespace {

TokenScore score_of(std::span<const float> logits, std::size_t at, std::int32_t written) {
  const std::int32_t best = argmax(logits);
  const auto above = [&](std::size_t i) {
    return static_cast<double>(logits[i]) - static_cast<double>(logits[static_cast<std::size_t>(best)]);
  };
  double sum = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) sum += std::exp(above(i));
  return {at, best, static_cast<float>(std::exp(above(static_cast<std::size_t>(written))) / sum)};
}

}  // namespace

Result<FrameScorer> FrameScorer::create(const CausalNetwork<float>& network) {
  Result<Decoder> decoder = Decoder::create(network, {kBatch, kBatch});
  if (!decoder.ok()) return decoder.error();
  return FrameScorer(*std::move(decoder), network.config().vocab_size);
}

Status FrameScorer::score(std::span<const Frame* const> frames, std::vector<std::vector<TokenScore>>& out) {
  out.assign(frames.size(), {});
  for (std::size_t first = 0; first < frames.size(); first += kBatch) {
    const std::size_t size = std::min(kBatch, frames.size() - first);
    if (Status s = score_batch(frames.subspan(first, size), std::span(out).subspan(first, size)); !s.ok()) return s;
  }
  return {};
}

Status FrameScorer::score_batch(std::span<const Frame* const> frames, std::span<std::vector<TokenScore>> out) {
  std::vector<Decoder::Feed> feeds;
  feeds.reserve(frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const Tokens& tokens = frames[i]->tokens;
    const Result<StateId> state = decoder_.acquire();
    if (!state.ok()) return state.error();
    logits_[i].resize((tokens.size() - 1) * vocabulary_);
    feeds.push_back({*state, std::span(tokens).first(tokens.size() - 1), nullptr, logits_[i].data()});
  }
  Status status = decoder_.forward(feeds);
  for (const Decoder::Feed& feed : feeds) decoder_.release(feed.state);
  if (!status.ok()) return status;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const Frame& frame = *frames[i];
    for (std::size_t t = frame.prompt; t < frame.tokens.size(); ++t) {
      if (frame.own[t] == 0) continue;
      const std::span<const float> logits(logits_[i]);
      out[i].push_back(score_of(logits.subspan((t - 1) * vocabulary_, vocabulary_), t, frame.tokens[t]));
    }
  }
  return {};
}

}  // namespace trm::tasks
