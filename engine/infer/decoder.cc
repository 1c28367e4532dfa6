#include "engine/infer/decoder.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "engine/pass/layer.h"
#include "engine/pass/recursion_pass.h"
#include "engine/sys/arena.h"
#include "engine/sys/memory.h"
#include "engine/sys/memory_limits.h"

namespace trm {

namespace {

/// Rows of one pass: enough to fill the matrix kernels, few enough that all activations stay in the second-level cache.
constexpr std::size_t kPassRows = 96;

/// Keys that the smaller sizes of a state hold. A frame that waits for a call has seen some thirty tokens: with room
/// for that many it takes a quarter of the memory of a full window, and a deep stack is made of waiting frames.
constexpr std::size_t kSmallCapacities[] = {32, 64};

/// Address space is taken for so many bytes of states at a time, at least for one state.
constexpr std::size_t kStepBytes = std::size_t{4} << 20;

/// Part of the memory that is free when a decoder is made which its states leave to others.
constexpr std::size_t kLeftToOthers = 4;

/// What is still free is looked up again after a step that took this part of it: seldom enough to cost nothing, often
/// enough that decoders of many threads, which grow at the same time, see one another.
constexpr std::size_t kBetweenLooks = 64;

std::size_t padded(std::size_t elements) {
  return (elements + 15) / 16 * 16;
}

/// Address space whose pages are committed when they are first touched: the depth really reached decides the memory.
class LazyMemory {
 public:
  LazyMemory() = default;
  LazyMemory(LazyMemory&& other) noexcept
      : base_(std::exchange(other.base_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  LazyMemory(const LazyMemory&) = delete;
  LazyMemory& operator=(const LazyMemory&) = delete;
  LazyMemory& operator=(LazyMemory&&) = delete;
  ~LazyMemory() {
    if (base_ != nullptr) ::munmap(base_, bytes_);
  }
  bool reserve(std::size_t bytes) {
    void* p = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) return false;
    base_ = p;
    bytes_ = bytes;
    return true;
  }
  [[nodiscard]] float* at(std::size_t offset) const { return static_cast<float*>(base_) + offset; }

 private:
  void* base_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace

struct Decoder::Impl {
  struct StateInfo {
    std::size_t length = 0;  ///< tokens seen
    std::size_t keys = 0;    ///< keys held
    Coordinates at;
    std::uint32_t tier = 0, slot = 0;
  };
  /// Offsets of one layer's parts within a state.
  struct LayerPlace {
    std::size_t conv, linear, norm, kt, v;
  };
  /// States of one size.
  struct Tier {
    std::size_t capacity = 0, stride = 0;
    std::size_t first = 0;           ///< offset of its slots within a step
    std::vector<LayerPlace> places;  ///< (evaluation, layer)
    std::vector<std::uint32_t> free;
  };
  /// A piece of a feed that runs in the current pass.
  struct Piece {
    std::size_t feed, offset, count;
  };

  const CausalNetwork<float>* net;
  const ModelConfig* config;
  DecoderOptions options;
  std::size_t chunk = 0;
  std::array<Tier, std::size(kSmallCapacities) + 1>
      tiers;                      ///< the last one holds everything; smaller ones may be empty
  std::vector<LazyMemory> steps;  ///< each holds step_states slots of every tier
  std::size_t step_states = 1;    ///< a power of two
  std::size_t step_bytes = 0;
  std::size_t left_to_others = 0;  ///< bytes
  std::size_t until_look = 0;      ///< bytes that may be taken before what is free is looked up again
  std::vector<StateInfo> states;
  std::vector<StateId> free_states;

  Arena arena;
  float *x = nullptr, *z[2] = {}, *work = nullptr, *last = nullptr, *logits = nullptr;
  LayerActivations<float> act;
  LayerScratch<float> scratch;
  std::vector<std::int32_t> tokens, runs, segments;
  std::vector<Sequence<float>> sequences;
  std::vector<Piece> pieces;
  std::vector<std::size_t> done;  ///< tokens of each feed already fed

  [[nodiscard]] const Tier& tier(StateId id) const { return tiers[states[id].tier]; }
  [[nodiscard]] float* at(const Tier& t, std::uint32_t slot) const {
    return steps[slot / step_states].at(t.first + slot % step_states * t.stride);
  }
  [[nodiscard]] float* state(StateId id) const { return at(tier(id), states[id].slot); }

  void plan_tier(Tier& t, std::size_t capacity) {
    const ModelConfig& c = *config;
    const std::size_t keep = c.conv_kernel > 0 ? c.conv_kernel - 1 : 0;
    t.capacity = capacity;
    for (std::size_t i = 0; i < net->plan().evaluations.size() * c.layers; ++i) {
      LayerPlace p{};
      auto take = [&](std::size_t n) {
        const std::size_t at = t.stride;
        t.stride += padded(n);
        return at;
      };
      p.conv = take(keep * c.hidden_size);
      p.linear = take(c.global_size() * c.head_dim);
      p.norm = take(c.global_size());
      p.kt = take(c.local_size() * capacity);
      p.v = take(capacity * c.local_size());
      t.places.push_back(p);
    }
    // Whole pages, so that a waiting frame never shares one with another.
    t.stride = (t.stride * sizeof(float) + 4095) / 4096 * 4096 / sizeof(float);
  }

  Status plan_states() {
    const std::size_t full = state_capacity(*config);
    for (std::size_t i = 0; i < std::size(kSmallCapacities); ++i) {
      if (kSmallCapacities[i] < full) plan_tier(tiers[i], kSmallCapacities[i]);
    }
    plan_tier(tiers.back(), full);
    std::size_t stride = 0;
    for (const Tier& t : tiers) stride += t.stride;
    const std::size_t state_bytes = std::max<std::size_t>(1, stride * sizeof(float));
    const std::size_t most = std::bit_ceil(std::max<std::size_t>(1, std::min(options.max_states, kStepBytes)));
    step_states = std::min(most, std::bit_floor(std::max<std::size_t>(1, kStepBytes / state_bytes)));
    step_bytes = step_states * state_bytes;
    std::size_t first = 0;
    for (Tier& t : tiers) {
      t.first = first;
      first += step_states * t.stride;
    }
    const std::size_t free = available_memory_bytes();
    if (free != SIZE_MAX) left_to_others = free / kLeftToOthers;
    until_look = step_bytes;  // the first states always: only what is touched of them counts
    return options.max_states > 0 ? grow() : Status{};
  }

  [[nodiscard]] Error no_memory(const std::string& reason) const {
    return Error{ErrorCode::io, "", "memory",
                 std::to_string(states.size()) + " states of up to " + std::to_string(state_bytes()) +
                     " bytes are there, and " + std::to_string(step_bytes) +
                     " bytes for more of them are refused: " + reason + " (" + memory_limits_text() + ")",
                 "free some memory or raise the limit; lower the recursion limit or the concurrency"};
  }

  /// Address space for another step of states, in every tier: a state that outgrows its tier always finds a slot.
  Status grow() {
    if (options.memory_bytes != 0 && !steps.empty() && (steps.size() + 1) * step_bytes > options.memory_bytes) {
      return no_memory("memory_bytes is " + std::to_string(options.memory_bytes));
    }
    if (until_look < step_bytes) {
      const std::size_t free = available_memory_bytes();
      if (free < left_to_others || free - left_to_others < step_bytes) {
        return no_memory("the last quarter of the memory that was free is left to others");
      }
      until_look = std::max(step_bytes, (free - left_to_others) / kBetweenLooks);
    }
    LazyMemory memory;
    if (!memory.reserve(step_bytes)) return no_memory(std::generic_category().message(errno));
    until_look -= step_bytes;
    steps.push_back(std::move(memory));
    const std::size_t first = states.size(), more = std::min(step_states, options.max_states - first);
    states.resize(first + more);
    for (std::size_t i = first + more; i-- > first;) {
      free_states.push_back(static_cast<StateId>(i));
      for (Tier& t : tiers) t.free.push_back(static_cast<std::uint32_t>(i));
    }
    return {};
  }

  [[nodiscard]] std::size_t state_bytes() const { return tiers.back().stride * sizeof(float); }

  /// The smallest tier with room for `keys`; the last one if none has.
  [[nodiscard]] std::uint32_t tier_for(std::size_t keys) const {
    for (std::uint32_t i = 0; i + 1 < tiers.size(); ++i) {
      if (tiers[i].capacity >= keys) return i;
    }
    return static_cast<std::uint32_t>(tiers.size()) - 1;
  }

  void take_slot(StateInfo& info, std::uint32_t tier_index) {
    Tier& t = tiers[tier_index];
    info.tier = tier_index;
    info.slot = t.free.back();  // there are as many slots as states in every tier
    t.free.pop_back();
  }
  void give_slot(const StateInfo& info) { tiers[info.tier].free.push_back(info.slot); }

  /// Copies what `from` holds into the slot of `to`, whatever their tiers.
  void copy_content(const StateInfo& from, const StateInfo& to) {
    const Tier& a = tiers[from.tier];
    const Tier& b = tiers[to.tier];
    const float* source = at(a, from.slot);
    float* target = at(b, to.slot);
    const std::size_t local = config->local_size();
    for (std::size_t i = 0; i < a.places.size(); ++i) {
      const LayerPlace& p = a.places[i];
      const LayerPlace& q = b.places[i];
      std::copy(source + p.conv, source + p.kt, target + q.conv);  // ring, linear attention
      for (std::size_t r = 0; r < local; ++r) {
        std::copy_n(source + p.kt + r * a.capacity, from.keys, target + q.kt + r * b.capacity);
      }
      std::copy_n(source + p.v, from.keys * local, target + q.v);
    }
  }

  /// Makes room for `count` more keys: a larger slot, or, in the largest, moves the keys that later tokens can still
  /// see to the front.
  void make_room(StateId id, std::size_t count) {
    StateInfo& info = states[id];
    const Tier& t = tier(id);
    if (info.keys + count <= t.capacity) return;
    if (info.tier + 1 < tiers.size()) {
      const StateInfo old = info;
      take_slot(info, tier_for(info.keys + count));
      copy_content(old, info);
      give_slot(old);
      if (info.keys + count <= tier(id).capacity) return;
    }
    const Tier& full = tier(id);
    const std::size_t keep = std::min(info.keys, config->window - 1);
    const std::size_t from = info.keys - keep;
    const std::size_t local = config->local_size();
    for (const LayerPlace& p : full.places) {
      float* kt = state(id) + p.kt;
      for (std::size_t r = 0; r < local; ++r) {
        std::memmove(kt + r * full.capacity, kt + r * full.capacity + from, keep * sizeof(float));
      }
      float* v = state(id) + p.v;
      std::memmove(v, v + from * local, keep * local * sizeof(float));
    }
    info.keys = keep;
  }

  Status plan_arena() {
    const ModelConfig& c = *config;
    const std::size_t n = kPassRows;
    const std::size_t d = c.hidden_size;
    ArenaPlan plan;
    std::vector<std::pair<float**, ArenaPlan::Id>> all;
    auto buffer = [&](float*& p, const char* name, std::size_t elements) {
      all.emplace_back(&p, plan.add(name, elements * sizeof(float), 0, 0));
    };
    buffer(x, "x", n * d);
    buffer(z[0], "z_L", n * d);
    buffer(z[1], "z_H", n * d);
    buffer(work, "work", n * d);
    buffer(last, "last", n * d);
    buffer(logits, "logits", n * c.vocab_size);
    if (c.conv_kernel > 0) {
      buffer(act.conv, "conv", n * d);
      buffer(act.h1, "h1", n * d);
    }
    buffer(act.qkv, "qkv", n * 3 * c.attention_size());
    buffer(act.attn, "attn", n * c.attention_size());
    buffer(act.h2, "h2", n * d);
    buffer(act.gu, "gu", n * 2 * c.intermediate_size);
    buffer(act.act, "act", n * c.intermediate_size);
    buffer(scratch.rows, "rows", n * d);
    buffer(scratch.window, "window", std::max(c.window, state_capacity(c)));
    if (Status s = plan.layout(); !s.ok()) return s;
    Result<Arena> made = Arena::create(plan.total_bytes());
    if (!made.ok()) return made.error();
    arena = std::move(*made);
    for (auto& [pointer, id] : all) *pointer = arena.at<float>(plan.offset(id));
    return {};
  }

  void run_pass(std::span<const Feed> feeds);
};

Decoder::Decoder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;
Decoder::~Decoder() = default;

Result<Decoder> Decoder::create(const CausalNetwork<float>& network, const DecoderOptions& options) {
  auto impl = std::make_unique<Impl>();
  impl->net = &network;
  impl->config = &network.config();
  impl->options = options;
  impl->chunk = std::min(state_chunk(network.config()), kPassRows);
  if (Status s = impl->plan_states(); !s.ok()) return s.error();
  if (Status s = impl->plan_arena(); !s.ok()) return s.error();
  impl->tokens.reserve(kPassRows);
  impl->runs.reserve(kPassRows);
  impl->segments.reserve(kPassRows);
  impl->sequences.reserve(kPassRows);
  impl->pieces.reserve(kPassRows);
  impl->done.resize(options.max_streams);
  return Decoder(std::move(impl));
}

Result<StateId> Decoder::acquire() {
  Impl& m = *impl_;
  if (m.free_states.empty()) {
    if (m.states.size() == m.options.max_states) {
      return Error{ErrorCode::unsupported, "", "max_states",
                   "all " + std::to_string(m.options.max_states) + " states are in use", "raise max_states"};
    }
    if (Status s = m.grow(); !s.ok()) return s.error();
  }
  const StateId id = m.free_states.back();
  m.free_states.pop_back();
  Impl::StateInfo& info = m.states[id];
  info = Impl::StateInfo{};
  m.take_slot(info, m.tier_for(1));
  float* state = m.state(id);
  // The keys need no clearing.
  for (const Impl::LayerPlace& p : m.tier(id).places) std::fill(state + p.conv, state + p.kt, 0.0f);
  return id;
}

void Decoder::release(StateId id) {
  impl_->give_slot(impl_->states[id]);
  impl_->free_states.push_back(id);
}

void Decoder::copy(StateId from, StateId to) {
  Impl& m = *impl_;
  m.give_slot(m.states[to]);
  m.states[to] = m.states[from];
  m.take_slot(m.states[to], m.states[from].tier);
  m.copy_content(m.states[from], m.states[to]);
}

std::size_t Decoder::length(StateId id) const {
  return impl_->states[id].length;
}
std::size_t Decoder::state_bytes() const {
  return impl_->state_bytes();
}
std::size_t Decoder::arena_bytes() const {
  return impl_->arena.bytes();
}

Status Decoder::forward(std::span<const Feed> feeds) {
  Impl& m = *impl_;
  const ModelConfig& c = *m.config;
  if (feeds.size() > m.options.max_streams) {
    return Error{ErrorCode::usage, "", "feeds",
                 std::to_string(feeds.size()) + " streams exceed max_streams " + std::to_string(m.options.max_streams),
                 "raise max_streams"};
  }
  for (const Feed& f : feeds) {
    for (std::int32_t t : f.tokens) {
      if (t < 0 || static_cast<std::size_t>(t) >= c.vocab_size) {
        return Error{ErrorCode::bad_input, "", "tokens",
                     "token " + std::to_string(t) + " is outside the vocabulary of " + std::to_string(c.vocab_size),
                     "use tokens of this model's vocabulary"};
      }
    }
    if (c.rope && m.states[f.state].length + f.tokens.size() > c.max_tokens) {
      return Error{ErrorCode::unsupported, "", "max_tokens",
                   "a sequence outgrows the model's " + std::to_string(c.max_tokens) + " positions",
                   "use a model with more positions or shorter frames"};
    }
  }
  std::fill_n(m.done.begin(), feeds.size(), std::size_t{0});
  // Passes of at most kPassRows rows; a stream appears once in a pass, so long inputs take several.
  std::size_t first = 0;
  while (first < feeds.size()) {
    m.pieces.clear();
    std::size_t rows = 0;
    for (std::size_t f = first; f < feeds.size() && rows < kPassRows; ++f) {
      const std::size_t left = feeds[f].tokens.size() - m.done[f];
      const std::size_t count = std::min({left, m.chunk, kPassRows - rows});
      if (count == 0) continue;
      m.pieces.push_back({f, m.done[f], count});
      rows += count;
    }
    if (rows > 0) m.run_pass(feeds);
    while (first < feeds.size() && m.done[first] == feeds[first].tokens.size()) ++first;
  }
  return {};
}

void Decoder::Impl::run_pass(std::span<const Feed> feeds) {
  const ModelConfig& c = *config;
  const simd::Kernels<float>& k = net->kernels();
  const std::size_t d = c.hidden_size;
  const std::size_t v = c.vocab_size;
  tokens.clear();
  runs.clear();
  segments.clear();
  sequences.clear();
  for (const Piece& p : pieces) {
    const Feed& f = feeds[p.feed];
    make_room(f.state, p.count);
    StateInfo& info = states[f.state];
    sequences.push_back({tokens.size(), p.count, info.length, info.keys, {}});
    for (std::size_t t = 0; t < p.count; ++t) {
      const std::int32_t token = f.tokens[p.offset + t];
      info.at.advance(c, token);
      tokens.push_back(token);
      runs.push_back(info.at.run);
      segments.push_back(info.at.segment);
    }
    info.length += p.count;
    info.keys += p.count;
    done[p.feed] += p.count;
  }
  const std::size_t n = tokens.size();
  embed_forward(*net, tokens.data(), runs.data(), segments.data(), x, n);
  const RecursionPlan& plan = net->plan();
  for (std::size_t i = 0; i < plan.states; ++i) net->start_state(i, z[i], n);
  for (std::size_t e = 0; e < plan.evaluations.size(); ++e) {
    const Evaluation& ev = plan.evaluations[e];
    recursion_input<float>(k, ev, {z, plan.states}, x, work, n * d);
    for (std::size_t l = 0; l < c.layers; ++l) {
      for (std::size_t i = 0; i < pieces.size(); ++i) {
        const StateId id = feeds[pieces[i].feed].state;
        const Tier& t = tier(id);
        const LayerPlace& p = t.places[e * c.layers + l];
        float* s = state(id);
        sequences[i].state = {s + p.conv, t.capacity, s + p.kt, s + p.v, s + p.linear, s + p.norm};
      }
      act.out = work;  // the layer's input is dead once its first half is done
      layer_forward_cached<float>(*net, plan.levels[ev.level].first + l, ev.index, sequences, n, work, act, scratch);
    }
    std::swap(work, z[ev.target]);
  }
  // Logits: only the rows that somebody wants.
  std::size_t wanted = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const Piece& p = pieces[i];
    const Feed& f = feeds[p.feed];
    const float* rows = z[plan.output] + sequences[i].begin * d;
    if (f.all_logits != nullptr) {
      net->lm_head().apply(rows, f.all_logits + p.offset * v, p.count);
    }
    if (f.logits != nullptr && p.offset + p.count == f.tokens.size()) {
      std::memcpy(last + wanted * d, rows + (p.count - 1) * d, d * sizeof(float));
      ++wanted;
    }
  }
  if (wanted == 0) return;
  net->lm_head().apply(last, logits, wanted);
  std::size_t row = 0;
  for (const Piece& p : pieces) {
    const Feed& f = feeds[p.feed];
    if (f.logits != nullptr && p.offset + p.count == f.tokens.size()) {
      std::memcpy(f.logits, logits + row * v, v * sizeof(float));
      ++row;
    }
  }
}

std::int32_t argmax(std::span<const float> logits) {
  return static_cast<std::int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

}  // namespace trm
