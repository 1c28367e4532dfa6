// Generation against the teacher-forced pass: same logits, whatever the length, the batch and the pieces.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "engine/infer/decoder.h"
#include "engine/pass/recursion_pass.h"
#include "engine/pass/state_layout.h"
#include "engine/sys/thread_pool.h"
#include "engine/train/gradient.h"
#include "simd/cpu.h"
#include "tests/engine/models.h"
#include "tests/engine/support.h"
#include "tests/support/sweep.h"

namespace test_decoder {

using namespace trm;

namespace {

/// Same formulas, other order of some sums (window offsets, split inputs): a few hundred roundings of numbers around
/// one.
constexpr float kBound = 2e-5f;

struct FloatModel {
  FloatModel(const ModelConfig& c, const simd::Kernels<float>& k)
      : config(c),
        registry(c),
        flat(random_weights(registry)),
        network(config, registry, flat.data(), k, Purpose::training) {}
  static Buffer<float> random_weights(const Registry& r) {
    Buffer<float> w(r.flat_size);
    initialise(r, 11, w.span());
    for (const TensorSpec& t : r.tensors) {
      if (t.init_std != 0.0) continue;
      for (std::size_t i = 0; i < t.elements; ++i) w.data()[t.offset + i] += 0.3f * std::sin(static_cast<float>(i));
    }
    return w;
  }
  ModelConfig config;
  Registry registry;
  Buffer<float> flat;
  CausalNetwork<float> network;
};

std::vector<std::int32_t> stream(const ModelConfig& c, std::size_t length, std::size_t seed) {
  std::vector<std::int32_t> out;
  for (std::size_t t = 0; t < length; ++t) {
    out.push_back(static_cast<std::int32_t>((t * t * 7 + t * (seed + 3) + seed) % c.vocab_size));
  }
  return out;
}

/// Logits after every token from one teacher-forced pass.
std::vector<float> teacher_forced(const FloatModel& m, std::vector<std::int32_t> tokens) {
  tokens.push_back(0);  // the last token of a training sequence is only a target
  const std::vector<std::uint8_t> own(tokens.size(), 1);
  TokenBatch batch;
  batch.add(m.config, tokens, own);
  auto pass = GradientPass<float>::create(m.network, batch.rows(), batch.rows());
  REQUIRE(pass.ok());
  pass->forward(m.network, batch, 1.0f);
  return {pass->logits().begin(), pass->logits().end()};
}

std::span<const float> row(const std::vector<float>& logits, std::size_t t, std::size_t vocab) {
  return std::span(logits).subspan(t * vocab, vocab);
}

float largest_difference(std::span<const float> a, std::span<const float> b) {
  float out = 0;
  for (std::size_t i = 0; i < a.size(); ++i) out = std::max(out, std::fabs(a[i] - b[i]));
  return out;
}

std::vector<const simd::Kernels<float>*> tables() {
  std::vector<const simd::Kernels<float>*> out;
  for (simd::Isa isa : simd::built_isas()) {
    if (const auto* k = simd::isa_table(isa)) out.push_back(k);
  }
  return out;
}

/// The same with weights of every type.
std::vector<const simd::Kernels<float>*> typed_tables() {
  std::vector<const simd::Kernels<float>*> out;
  for (const auto* kernels : tables()) {
    for (const simd::WeightType type : {simd::WeightType::fp32, simd::WeightType::bf16, simd::WeightType::int8}) {
      out.push_back(&simd::with_weights(*kernels, type));
    }
  }
  return out;
}

}  // namespace

TEST_CASE("generation agrees with the teacher-forced pass for every length and every piece size") {
  for (const auto* kernels : tables()) {
    CAPTURE(std::string(kernels->isa));
    for (const auto& model : test_models::all()) {
      const std::string& name = model.first;
      const ModelConfig& config = model.second;
      CAPTURE(name);
      const FloatModel m(config, *kernels);
      const std::size_t vocab = config.vocab_size;
      for (std::size_t length : {1, 2, 3, 7, 8, 23, 24, 25, 60}) {
        CAPTURE(length);
        const auto tokens = stream(config, length, length);
        const auto want = teacher_forced(m, tokens);
        for (std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{5}, length}) {
          CAPTURE(piece);
          auto decoder = Decoder::create(m.network, {1, 1});
          REQUIRE(decoder.ok());
          const StateId s = *decoder->acquire();
          std::vector<float> last(vocab);
          std::vector<float> all(length * vocab);
          for (std::size_t at = 0; at < length; at += piece) {
            const std::size_t n = std::min(piece, length - at);
            const Decoder::Feed feed{s, std::span(tokens).subspan(at, n), last.data(), all.data() + at * vocab};
            REQUIRE(decoder->forward({&feed, 1}).ok());
          }
          CHECK(largest_difference(all, want) <= kBound);
          CHECK(largest_difference(last, row(want, length - 1, vocab)) <= kBound);
          for (std::size_t t = 0; t < length; ++t) {
            CHECK(argmax(row(all, t, vocab)) == argmax(row(want, t, vocab)));
          }
        }
      }
    }
  }
}

TEST_CASE("the lightweight state keeps its size on a stream many windows long") {
  // The wider windows pass through one and two of the smaller sizes of a state on their way.
  for (std::size_t window : {7, 40, 90}) {
    for (std::size_t piece : {1, 20, 1000}) {
      CAPTURE(window);
      CAPTURE(piece);
      ModelConfig c = test_models::lightweight();
      c.window = window;
      const FloatModel m(c, *tables().back());
      auto decoder = Decoder::create(m.network, {1, 1});
      REQUIRE(decoder.ok());
      const StateId s = *decoder->acquire();
      const std::size_t before = decoder->state_bytes();
      const auto tokens = stream(c, 1000, 5);
      const auto want = teacher_forced(m, tokens);
      std::vector<float> all(tokens.size() * c.vocab_size);
      for (std::size_t at = 0; at < tokens.size(); at += piece) {
        const std::size_t n = std::min(piece, tokens.size() - at);
        const Decoder::Feed feed{s, std::span(tokens).subspan(at, n), nullptr, all.data() + at * c.vocab_size};
        REQUIRE(decoder->forward({&feed, 1}).ok());
      }
      CHECK(largest_difference(all, want) <= kBound);
      CHECK(decoder->state_bytes() == before);
    }
  }
}

TEST_CASE("streams that go on give what whole sequences give, whatever the number of states") {
  for (const auto* kernels : tables()) {
    CAPTURE(std::string(kernels->isa));
    for (const std::size_t states : {1, 3, 7}) {
      CAPTURE(states);
      ModelConfig c = test_models::lightweight();
      c.L_cycles = states;
      RecursionPlan plan;
      plan.levels = {{0, c.layers}};
      plan.states = states;
      plan.output = states - 1;
      const std::uint32_t all = (1u << states) - 1;
      for (std::size_t i = 0; i <= states; ++i) plan.evaluations.push_back({0, i % states, all, i < states, i});
      const FloatModel m(c, *kernels);
      const Network<float> network(c, plan, m.registry, m.flat.data(), *kernels, Purpose::inference, c.max_tokens);
      const std::size_t d = c.hidden_size;
      constexpr std::size_t kStreams = 2, kTokens = 18, kRows = kStreams * kTokens;
      const auto input = [](std::size_t i) { return std::sin(static_cast<float>(i)); };
      const auto start = [](std::size_t s) { return 0.1f * static_cast<float>(s + 1); };

      auto whole = RecursionPass<float>::create(network, Purpose::inference, {kRows, kTokens, kStreams});
      REQUIRE(whole.ok());
      std::vector<Sequence<float>> sequences;
      for (std::size_t q = 0; q < kStreams; ++q) sequences.push_back({q * kTokens, kTokens, 0, 0, {}});
      for (std::size_t i = 0; i < kRows * d; ++i) whole->x()[i] = input(i);
      for (std::size_t s = 0; s < states; ++s) std::fill_n(whole->start(s), kRows * d, start(s));
      whole->forward(network, sequences, kRows);

      const std::size_t capacity = state_capacity(c);
      auto pass = RecursionPass<float>::create(network, Purpose::inference, {kRows, kTokens, kStreams, capacity});
      REQUIRE(pass.ok());
      const StateLayout layout(c, plan.evaluations.size(), capacity);
      std::vector<Buffer<float>> memory;
      std::vector<StreamState<float>> streams;
      for (std::size_t q = 0; q < kStreams; ++q) {
        memory.emplace_back(layout.elements());
        streams.push_back({memory.back().data(), &layout});
      }
      for (std::size_t at = 0; at < kTokens;) {
        const std::size_t n = std::min<std::size_t>(1 + at % 4, kTokens - at);
        for (std::size_t q = 0; q < kStreams; ++q) {
          sequences[q] = {q * n, n, at, at, {}};
          for (std::size_t i = 0; i < n * d; ++i) pass->x()[q * n * d + i] = input((q * kTokens + at) * d + i);
        }
        for (std::size_t s = 0; s < states; ++s) std::fill_n(pass->start(s), kStreams * n * d, start(s));
        pass->forward_cached(network, sequences, streams, kStreams * n);
        for (std::size_t s = 0; s < states; ++s) {
          for (std::size_t q = 0; q < kStreams; ++q) {
            const std::span<const float> got(pass->state(s) + q * n * d, n * d);
            const std::span<const float> want(whole->state(s) + (q * kTokens + at) * d, n * d);
            CHECK(largest_difference(got, want) <= kBound);
          }
        }
        at += n;
      }
    }
  }
}

TEST_CASE("a stream's logits have the same bits alone, in a batch and in any company") {
  for (const auto* kernels : typed_tables()) {
    CAPTURE(std::string(kernels->isa));
    for (const auto& model : test_models::all()) {
      const std::string& name = model.first;
      const ModelConfig& config = model.second;
      CAPTURE(name);
      const FloatModel m(config, *kernels);
      const std::size_t vocab = config.vocab_size;
      const std::size_t streams = test::sweep() == test::Sweep::full ? 37 : 19;  // more rows than a tile has
      std::vector<std::vector<std::int32_t>> tokens;
      std::vector<std::vector<float>> alone;
      for (std::size_t i = 0; i < streams; ++i) {
        tokens.push_back(stream(config, 1 + i, i));
        auto decoder = Decoder::create(m.network, {1, 1});
        REQUIRE(decoder.ok());
        alone.emplace_back(vocab);
        const Decoder::Feed feed{*decoder->acquire(), tokens[i], alone[i].data()};
        REQUIRE(decoder->forward({&feed, 1}).ok());
      }
      auto decoder = Decoder::create(m.network, {streams, streams});
      REQUIRE(decoder.ok());
      std::vector<std::vector<float>> together(streams, std::vector<float>(vocab));
      std::vector<Decoder::Feed> feeds;
      for (std::size_t i = 0; i < streams; ++i) feeds.push_back({*decoder->acquire(), tokens[i], together[i].data()});
      REQUIRE(decoder->forward(feeds).ok());
      for (std::size_t i = 0; i < streams; ++i) {
        CAPTURE(i);
        CHECK(alone[i] == together[i]);
      }
    }
  }
}

TEST_CASE("the logits after a last token have the bits of those after every token") {
  // Who wants the last token alone leaves out what nobody reads of the last layer.
  for (const auto* kernels : typed_tables()) {
    CAPTURE(std::string(kernels->isa));
    for (const auto& model : test_models::all()) {
      const std::string& name = model.first;
      const ModelConfig& config = model.second;
      CAPTURE(name);
      const FloatModel m(config, *kernels);
      const std::size_t vocab = config.vocab_size;
      constexpr std::size_t kStreams = 5, kRounds = 4;
      auto every = Decoder::create(m.network, {kStreams, kStreams}),
           last = Decoder::create(m.network, {kStreams, kStreams});
      REQUIRE(every.ok());
      REQUIRE(last.ok());
      std::vector<StateId> states;
      for (std::size_t i = 0; i < kStreams; ++i) {
        states.push_back(*every->acquire());
        REQUIRE(*last->acquire() == states.back());
      }
      for (std::size_t round = 0; round < kRounds; ++round) {
        CAPTURE(round);
        std::vector<std::vector<std::int32_t>> tokens;
        std::vector<std::vector<float>> all(kStreams), some(kStreams, std::vector<float>(vocab));
        std::vector<Decoder::Feed> to_every, to_last;
        for (std::size_t i = 0; i < kStreams; ++i)
          tokens.push_back(stream(config, 1 + (i * 5 + round * 3) % 7, i + round));
        for (std::size_t i = 0; i < kStreams; ++i) {
          all[i].resize(tokens[i].size() * vocab);
          to_every.push_back({states[i], tokens[i], nullptr, all[i].data()});
          // One stream in a round is fed and not asked.
          to_last.push_back({states[i], tokens[i], i == round ? nullptr : some[i].data()});
        }
        REQUIRE(every->forward(to_every).ok());
        REQUIRE(last->forward(to_last).ok());
        for (std::size_t i = 0; i < kStreams; ++i) {
          CAPTURE(i);
          if (i == round) continue;
          const auto want = row(all[i], tokens[i].size() - 1, vocab);
          CHECK(std::equal(want.begin(), want.end(), some[i].begin()));
        }
      }
    }
  }
}

TEST_CASE("a prompt that comes again gives the bits that it gave, and so does what follows") {
  for (const auto* kernels : typed_tables()) {
    CAPTURE(std::string(kernels->isa));
    for (const auto& model : test_models::all()) {
      const std::string& name = model.first;
      const ModelConfig& config = model.second;
      CAPTURE(name);
      const FloatModel m(config, *kernels);
      const std::size_t vocab = config.vocab_size;
      auto plain = Decoder::create(m.network, {1, 1});
      auto keeping = Decoder::create(m.network, {.max_streams = 1, .max_states = 1, .kept_prompts = 8});
      REQUIRE(plain.ok());
      REQUIRE(keeping.ok());
      const auto written = stream(config, 20, 9);
      // More prompts than are kept, some of them too long; each comes again soon, and later.
      for (const std::size_t length :
           {1, 5, 1, 5, 16, 16, 17, 17, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 5, 1, 16, 3}) {
        CAPTURE(length);
        const auto prompt = stream(config, length, length);
        std::vector<std::vector<float>> logits(2);
        for (std::size_t which = 0; which < 2; ++which) {
          Decoder& decoder = which == 0 ? *plain : *keeping;
          const StateId state = *decoder.acquire();
          std::vector<float>& out = logits[which];
          out.resize((1 + written.size()) * vocab);
          const Decoder::Feed first{state, prompt, out.data()};
          const std::size_t before = test::allocations();
          bool ok = decoder.forward({&first, 1}).ok();
          for (std::size_t t = 0; t < written.size(); ++t) {
            const Decoder::Feed next{state, std::span(written).subspan(t, 1), out.data() + (1 + t) * vocab};
            ok = ok && decoder.forward({&next, 1}).ok();
          }
          CHECK(test::allocations() == before);
          CHECK(ok);
          decoder.release(state);
        }
        CHECK(logits[0] == logits[1]);
      }
    }
  }
}

TEST_CASE("threads with decoders of their own give the same bits as one thread") {
  const FloatModel m(test_models::lightweight(), *tables().back());
  const std::size_t vocab = m.config.vocab_size;
  constexpr std::size_t kStreams = 24;
  std::vector<std::vector<std::vector<float>>> results;
  for (std::size_t threads : {1, 2, 3}) {
    ThreadOptions options;
    options.threads = threads;
    auto pool = ThreadPool::create(options);
    REQUIRE(pool.ok());
    std::vector<Decoder> decoders;
    for (std::size_t w = 0; w < threads; ++w) decoders.push_back(std::move(*Decoder::create(m.network, {1, 1})));
    std::vector<std::vector<float>> out(kStreams, std::vector<float>(vocab));
    (*pool)->run(kStreams, [&](std::size_t i, std::size_t worker) {
      Decoder& d = decoders[worker];
      const StateId s = *d.acquire();
      const auto tokens = stream(m.config, 5 + i, i);
      const Decoder::Feed feed{s, tokens, out[i].data()};
      if (!d.forward({&feed, 1}).ok()) out[i].assign(vocab, NAN);
      d.release(s);
    });
    results.push_back(std::move(out));
  }
  CHECK(results[0] == results[1]);
  CHECK(results[0] == results[2]);
}

TEST_CASE("a released state starts afresh") {
  const FloatModel m(test_models::lightweight(), *tables().back());
  auto decoder = Decoder::create(m.network, {1, 1});
  REQUIRE(decoder.ok());
  const auto tokens = stream(m.config, 12, 4);
  std::vector<std::vector<float>> out(2, std::vector<float>(m.config.vocab_size));
  for (auto& logits : out) {
    const StateId s = *decoder->acquire();
    const Decoder::Feed feed{s, tokens, logits.data()};
    REQUIRE(decoder->forward({&feed, 1}).ok());
    decoder->release(s);
  }
  CHECK(out[0] == out[1]);
}

TEST_CASE("memory for states is taken as they are needed, and its end is an error that says what there is") {
  const FloatModel m(test_models::lightweight(), *tables().back());
  const auto tokens = stream(m.config, 12, 4);
  const auto logits_of = [&](Decoder& decoder, StateId state) {
    std::vector<float> out(m.config.vocab_size);
    const Decoder::Feed feed{state, tokens, out.data()};
    REQUIRE(decoder.forward({&feed, 1}).ok());
    return out;
  };
  auto limited = Decoder::create(m.network, {.max_streams = 1, .max_states = 1u << 20, .memory_bytes = 1});
  REQUIRE(limited.ok());
  std::vector<StateId> states;
  Result<StateId> state = limited->acquire();
  for (; state.ok(); state = limited->acquire()) states.push_back(*state);
  CHECK(states.size() > 1);  // what there is at first does not count
  CHECK(state.error().code == ErrorCode::io);
  CHECK(state.error().field == "memory");
  CHECK(state.error().message.find(std::to_string(states.size()) + " states of up to ") == 0);
  CHECK(state.error().message.find("memory_bytes is 1 (free: ") != std::string::npos);
  const std::vector<float> logits = logits_of(*limited, states.back());
  limited->release(states.front());
  CHECK(limited->acquire().ok());
  // With more memory, states beyond the first step are like those in it, and those keep what they hold.
  auto growing = Decoder::create(m.network, {.max_streams = 1, .max_states = 3 * states.size()});
  REQUIRE(growing.ok());
  const StateId first = *growing->acquire();
  CHECK(logits_of(*growing, first) == logits);
  StateId last = first;
  for (std::size_t i = 1; i < 3 * states.size(); ++i) {
    state = growing->acquire();
    REQUIRE(state.ok());
    last = *state;
  }
  CHECK(growing->acquire().error().field == "max_states");
  CHECK(logits_of(*growing, last) == logits);
  CHECK(logits_of(*growing, first) == logits_of(*growing, last));  // both go on
}

TEST_CASE("generating allocates nothing") {
  const FloatModel m(test_models::lightweight(), *tables().back());
  auto decoder = Decoder::create(m.network, {4, 4});
  REQUIRE(decoder.ok());
  const auto tokens = stream(m.config, 50, 1);
  std::vector<float> logits(4 * m.config.vocab_size);
  std::vector<Decoder::Feed> feeds;
  for (std::size_t i = 0; i < 4; ++i) {
    feeds.push_back({*decoder->acquire(), tokens, logits.data() + i * m.config.vocab_size});
  }
  const std::size_t before = test::allocations();
  const bool ok = decoder->forward(feeds).ok() && decoder->forward(feeds).ok();
  CHECK(test::allocations() == before);
  CHECK(ok);
}

TEST_CASE("misuse is an error and changes nothing") {
  const FloatModel m(test_models::transformer(), *tables().back());
  auto decoder = Decoder::create(m.network, {1, 1});
  REQUIRE(decoder.ok());
  const StateId s = *decoder->acquire();
  CHECK(decoder->acquire().error().text() == "max_states: all 1 states are in use; fix: raise max_states");
  const std::vector<std::int32_t> outside{0, 11};
  const Decoder::Feed bad{s, outside, nullptr};
  CHECK(decoder->forward({&bad, 1}).error().text() ==
        "tokens: token 11 is outside the vocabulary of 11; fix: use tokens of this model's vocabulary");
  const auto tokens = stream(m.config, 65, 1);
  const Decoder::Feed longer{s, tokens, nullptr};
  CHECK(decoder->forward({&longer, 1}).error().text() ==
        "max_tokens: a sequence outgrows the model's 64 positions; fix: use a model with more positions or shorter "
        "frames");
  const Decoder::Feed two[] = {longer, longer};
  CHECK(decoder->forward(two).error().field == "feeds");
  const Decoder::Feed all{s, std::span(tokens).first(64), nullptr};
  CHECK(decoder->forward({&all, 1}).ok());
}

}  // namespace test_decoder
