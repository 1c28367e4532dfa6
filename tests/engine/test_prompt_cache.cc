// Which prompts the cache keeps; that their states are right is tested with the decoder.
#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "engine/infer/prompt_cache.h"
#include "engine/model/recursion.h"
#include "tests/engine/models.h"

using namespace trm;

namespace {

using Tokens = std::vector<std::int32_t>;

/// A cache and a stream to copy from, whose state and logits say which prompt it is.
struct Kept {
  explicit Kept(std::size_t prompts)
      : config(test_models::lightweight()),
        evaluations(recursion_plan(config).evaluations.size()),
        cache(PromptCache::create(config, evaluations, prompts)),
        layout(config, evaluations, state_capacity(config)),
        data(layout.elements()),
        logits(config.vocab_size) {}

  void keep(const Tokens& tokens, float mark) {
    data.assign(data.size(), mark);
    logits.assign(logits.size(), -mark);
    StreamPosition position;
    position.length = tokens.size();
    position.keys = tokens.size();
    cache.keep(tokens, position, {data.data(), &layout}, logits.data());
  }
  /// 0: not there.
  float mark_of(const Tokens& tokens) {
    const PromptCache::Entry* const entry = cache.find(tokens);
    if (entry == nullptr) return 0;
    CHECK(entry->position.length == tokens.size());
    CHECK(entry->logits[0] == -entry->state.data[0]);
    CHECK(entry->logits[config.vocab_size - 1] == entry->logits[0]);
    return entry->state.data[0];
  }

  ModelConfig config;
  std::size_t evaluations;
  PromptCache cache;
  StateLayout layout;
  std::vector<float> data, logits;
};

}  // namespace

TEST_CASE("a prompt is found by all of its tokens") {
  Kept kept(64);
  kept.keep({1, 2, 3}, 1);
  kept.keep({1, 2}, 2);
  kept.keep({1, 2, 4}, 3);
  CHECK(kept.mark_of({1, 2, 3}) == 1);
  CHECK(kept.mark_of({1, 2}) == 2);
  CHECK(kept.mark_of({1, 2, 4}) == 3);
  CHECK(kept.mark_of({1}) == 0);
  CHECK(kept.mark_of({1, 2, 3, 0}) == 0);
  CHECK(kept.mark_of({}) == 0);
  kept.keep({1, 2}, 4);  // it is there
  CHECK(kept.mark_of({1, 2}) == 2);
  const Tokens longest(PromptCache::kLongest, 5), longer(PromptCache::kLongest + 1, 5);
  kept.keep(longest, 5);
  kept.keep(longer, 6);
  CHECK(kept.mark_of(longest) == 5);
  CHECK(kept.mark_of(longer) == 0);
}

TEST_CASE("what was not asked for longest makes room") {
  Kept kept(4);  // one row of places
  for (std::int32_t i = 1; i <= 4; ++i) kept.keep({i}, static_cast<float>(i));
  CHECK(kept.mark_of({1}) == 1);
  kept.keep({5}, 5);
  CHECK(kept.mark_of({1}) == 1);
  CHECK(kept.mark_of({2}) == 0);
  CHECK(kept.mark_of({3}) == 3);
  CHECK(kept.mark_of({4}) == 4);
  CHECK(kept.mark_of({5}) == 5);
}

TEST_CASE("a cache of no prompts keeps none") {
  for (const std::size_t prompts : {0, 3}) {
    Kept kept(prompts);
    kept.keep({1}, 1);
    CHECK(kept.mark_of({1}) == 0);
    CHECK(kept.cache.bytes() == 0);
  }
  PromptCache none;
  CHECK(none.find(Tokens{1}) == nullptr);
}
