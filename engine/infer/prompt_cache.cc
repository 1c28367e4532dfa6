#include "engine/infer/prompt_cache.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace trm {

PromptCache PromptCache::create(const ModelConfig& config, std::size_t evaluations, std::size_t prompts) {
  PromptCache out;
  out.layout_ = StateLayout(config, evaluations, std::min(kLongest, state_capacity(config)));
  out.vocab_size_ = config.vocab_size;
  const std::size_t logits = (config.vocab_size + 15) / 16 * 16;
  out.entry_bytes_ = (out.layout_.elements() + logits) * sizeof(float);
  const std::size_t rows = std::min(prompts, kMostBytes / out.entry_bytes_) / kWays;
  if (rows == 0) return {};
  const std::size_t places = std::bit_floor(rows) * kWays;
  Result<LazyMemory> memory = LazyMemory::reserve(places * out.entry_bytes_);
  if (!memory.ok()) return {};
  out.memory_ = *std::move(memory);
  out.places_.resize(places);
  for (std::size_t i = 0; i < places; ++i) {
    auto* const at = out.memory_.at<float>(i * out.entry_bytes_);
    out.places_[i].entry.state.data = at;
    out.places_[i].entry.logits = at + out.layout_.elements();
  }
  return out;
}

/// The kWays places where these tokens may stand.
PromptCache::Place* PromptCache::row_of(std::span<const std::int32_t> tokens) {
  std::uint64_t hash = tokens.size();
  for (const std::int32_t token : tokens) {
    hash = (hash ^ static_cast<std::uint32_t>(token)) * 0x9e3779b97f4a7c15U;
    hash ^= hash >> 29U;
  }
  return &places_[hash % (places_.size() / kWays) * kWays];
}

PromptCache::Place* PromptCache::place_of(std::span<const std::int32_t> tokens) {
  if (tokens.empty() || tokens.size() > kLongest || places_.empty()) return nullptr;
  Place* const row = row_of(tokens);
  Place* const found = std::find_if(row, row + kWays, [&](const Place& place) {
    return std::ranges::equal(tokens, std::span(place.tokens, place.count));
  });
  return found == row + kWays ? nullptr : found;
}

const PromptCache::Entry* PromptCache::find(std::span<const std::int32_t> tokens) {
  Place* const place = place_of(tokens);
  if (place == nullptr) return nullptr;
  place->last_used = ++clock_;
  place->entry.state.layout = &layout_;
  return &place->entry;
}

void PromptCache::keep(std::span<const std::int32_t> tokens, const StreamPosition& position, StreamState<float> state,
                       const float* logits) {
  if (tokens.empty() || tokens.size() > kLongest || places_.empty() || place_of(tokens) != nullptr) return;
  if (position.keys > layout_.capacity()) return;
  Place* const row = row_of(tokens);
  Place& place =
      *std::min_element(row, row + kWays, [](const Place& a, const Place& b) { return a.last_used < b.last_used; });
  std::ranges::copy(tokens, place.tokens);
  place.count = tokens.size();
  place.last_used = ++clock_;
  place.entry.position = position;
  copy_state({state.data, state.layout}, {place.entry.state.data, &layout_}, position.keys);
  std::copy_n(logits, vocab_size_, place.entry.logits);
}

}  // namespace trm
