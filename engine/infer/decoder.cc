#include "engine/infer/decoder.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "engine/infer/prompt_cache.h"
#include "engine/infer/state_pool.h"
#include "engine/pass/layer.h"
#include "engine/pass/recursion_pass.h"
#include "engine/sys/arena.h"

namespace trm {

namespace {

/// Rows of one pass: enough to fill the matrix kernels, few enough that all activations stay in the second-level cache.
constexpr std::size_t kPassRows = 96;

}  // namespace

struct Decoder::Impl {
  /// A piece of a feed that runs in the current pass.
  struct Piece {
    std::size_t feed, offset, count;
  };

  Impl(const CausalNetwork<float>& network, std::size_t streams, StatePool states, PromptCache kept,
       RecursionPass<float> pass)
      : net(&network),
        config(&network.config()),
        chunk(std::min(state_chunk(network.config()), kPassRows)),
        pool(std::move(states)),
        prompts(std::move(kept)),
        recursion(std::move(pass)),
        done(streams) {
    tokens.reserve(kPassRows);
    runs.reserve(kPassRows);
    segments.reserve(kPassRows);
    sequences.reserve(kPassRows);
    streams_of_pass.reserve(kPassRows);
    pieces.reserve(kPassRows);
  }

  const CausalNetwork<float>* net;
  const ModelConfig* config;
  std::size_t chunk;  ///< tokens of a stream that one pass takes at most
  StatePool pool;
  PromptCache prompts;
  RecursionPass<float> recursion;
  Arena head_arena;
  float* last = nullptr;    ///< (kPassRows, D): what the head reads
  float* logits = nullptr;  ///< (kPassRows, vocab_size)
  std::vector<std::int32_t> tokens, runs, segments;
  std::vector<Sequence<float>> sequences;
  std::vector<StreamState<float>> streams_of_pass;
  std::vector<Piece> pieces;
  std::vector<std::size_t> done;  ///< tokens of each feed already fed

  Status plan_head() {
    ArenaPlan plan;
    const ArenaPlan::Id rows = plan.add("last", kPassRows * config->hidden_size * sizeof(float), 0, 0);
    const ArenaPlan::Id out = plan.add("logits", kPassRows * config->vocab_size * sizeof(float), 0, 0);
    if (Status s = plan.layout(); !s.ok()) return s;
    Result<Arena> made = Arena::create(plan.total_bytes());
    if (!made.ok()) return made.error();
    head_arena = *std::move(made);
    last = head_arena.at<float>(plan.offset(rows));
    logits = head_arena.at<float>(plan.offset(out));
    return {};
  }

  Status check(std::span<const Feed> feeds) const;
  bool recall(const Feed& feed);
  void remember(const Feed& feed);
  void run_pass(std::span<const Feed> feeds);
  void run_head(std::span<const Feed> feeds, const float* output);
};

Decoder::Decoder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;
Decoder::~Decoder() = default;

Result<Decoder> Decoder::create(const CausalNetwork<float>& network, const StepperOptions& options) {
  const ModelConfig& config = network.config();
  Result<StatePool> pool = StatePool::create(config, network.plan().evaluations.size(), options);
  if (!pool.ok()) return pool.error();
  Result<RecursionPass<float>> recursion = RecursionPass<float>::create(
      network, Purpose::inference,
      {.rows = kPassRows, .longest = kPassRows, .sequences = kPassRows, .cached_keys = state_capacity(config)});
  if (!recursion.ok()) return recursion.error();
  auto impl = std::make_unique<Impl>(
      network, options.max_streams, *std::move(pool),
      PromptCache::create(config, network.plan().evaluations.size(), options.kept_prompts), *std::move(recursion));
  if (Status s = impl->plan_head(); !s.ok()) return s.error();
  return Decoder(std::move(impl));
}

StepperFactory decoder_factory(const CausalNetwork<float>& network) {
  return [&network](const StepperOptions& options) -> Result<std::unique_ptr<Stepper>> {
    Result<Decoder> decoder = Decoder::create(network, options);
    if (!decoder.ok()) return decoder.error();
    return std::unique_ptr<Stepper>(std::make_unique<Decoder>(*std::move(decoder)));
  };
}

Result<StateId> Decoder::acquire() {
  return impl_->pool.acquire();
}
void Decoder::release(StateId state) {
  impl_->pool.release(state);
}
std::size_t Decoder::state_bytes() const {
  return impl_->pool.state_bytes();
}
std::size_t Decoder::arena_bytes() const {
  return impl_->recursion.arena_bytes() + impl_->head_arena.bytes();
}
std::size_t Decoder::max_stream_tokens() const {
  const ModelConfig& c = *impl_->config;
  return c.rope ? c.max_tokens : std::numeric_limits<std::size_t>::max();
}

Status Decoder::Impl::check(std::span<const Feed> feeds) const {
  const ModelConfig& c = *config;
  if (feeds.size() > done.size()) {
    return Error{ErrorCode::usage, "", "feeds",
                 std::to_string(feeds.size()) + " streams exceed max_streams " + std::to_string(done.size()),
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
    if (c.rope && pool.position(f.state).length + f.tokens.size() > c.max_tokens) {
      return Error{ErrorCode::unsupported, "", "max_tokens",
                   "a sequence outgrows the model's " + std::to_string(c.max_tokens) + " positions",
                   "use a model with more positions or shorter frames"};
    }
  }
  return {};
}

Status Decoder::forward(std::span<const Feed> feeds) {
  Impl& m = *impl_;
  if (Status s = m.check(feeds); !s.ok()) return s;
  for (std::size_t f = 0; f < feeds.size(); ++f) m.done[f] = m.recall(feeds[f]) ? feeds[f].tokens.size() : 0;
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
    if (rows > 0) {
      m.run_pass(feeds);
      for (const Impl::Piece& p : m.pieces) {
        if (m.done[p.feed] == feeds[p.feed].tokens.size()) m.remember(feeds[p.feed]);
      }
    }
    while (first < feeds.size() && m.done[first] == feeds[first].tokens.size()) ++first;
  }
  return {};
}

/// Copies what a stream holds after its first feed, if it is kept.
bool Decoder::Impl::recall(const Feed& feed) {
  if (feed.all_logits != nullptr || pool.position(feed.state).length > 0) return false;
  const PromptCache::Entry* const kept = prompts.find(feed.tokens);
  if (kept == nullptr) return false;
  pool.make_room(feed.state, kept->position.keys);
  pool.position(feed.state) = kept->position;
  copy_state({kept->state.data, kept->state.layout}, pool.state(feed.state), kept->position.keys);
  if (feed.logits != nullptr) std::memcpy(feed.logits, kept->logits, config->vocab_size * sizeof(float));
  return true;
}

/// Keeps what a stream holds after its first feed.
void Decoder::Impl::remember(const Feed& feed) {
  const StreamPosition& position = pool.position(feed.state);
  if (feed.logits == nullptr || position.length != feed.tokens.size()) return;
  prompts.keep(feed.tokens, position, pool.state(feed.state), feed.logits);
}

void Decoder::Impl::run_pass(std::span<const Feed> feeds) {
  tokens.clear();
  runs.clear();
  segments.clear();
  sequences.clear();
  streams_of_pass.clear();
  for (const Piece& p : pieces) {
    const Feed& f = feeds[p.feed];
    pool.make_room(f.state, p.count);
    StreamPosition& position = pool.position(f.state);
    // Without all_logits only the last token of a feed is read, if any.
    const bool ends = f.logits != nullptr && p.offset + p.count == f.tokens.size();
    const std::size_t unread = f.all_logits != nullptr ? 0 : p.count - (ends ? 1 : 0);
    sequences.push_back({tokens.size(), p.count, position.length, position.keys, {}, unread});
    streams_of_pass.push_back(pool.state(f.state));
    for (std::size_t t = 0; t < p.count; ++t) {
      const std::int32_t token = f.tokens[p.offset + t];
      position.at.advance(*config, token);
      tokens.push_back(token);
      runs.push_back(position.at.run);
      segments.push_back(position.at.segment);
    }
    position.length += p.count;
    position.keys += p.count;
    done[p.feed] += p.count;
  }
  const std::size_t n = tokens.size();
  const RecursionPlan& plan = net->plan();
  embed_forward(*net, tokens.data(), runs.data(), segments.data(), recursion.x(), n);
  for (std::size_t s = 0; s < plan.states; ++s) net->start_state(s, recursion.start(s), n);
  recursion.forward_cached(*net, sequences, streams_of_pass, n);
  run_head(feeds, recursion.state(plan.output));
}

/// Logits of the pass. output(rows that are read, D).
void Decoder::Impl::run_head(std::span<const Feed> feeds, const float* output) {
  const std::size_t d = config->hidden_size;
  const std::size_t v = config->vocab_size;
  std::size_t wanted = 0, at = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const Piece& p = pieces[i];
    const Feed& f = feeds[p.feed];
    const std::size_t read = sequences[i].read();
    const float* rows = output + at * d;
    at += read;
    if (f.all_logits != nullptr) {
      net->lm_head().apply(rows, f.all_logits + p.offset * v, p.count);
    }
    if (f.logits != nullptr && p.offset + p.count == f.tokens.size()) {
      std::memcpy(last + wanted * d, rows + (read - 1) * d, d * sizeof(float));
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

}  // namespace trm
