// The states of streams: how one lies in memory, and the pool of many.
#include <doctest/doctest.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/infer/state_pool.h"
#include "tests/engine/models.h"
#include "tests/engine/support.h"

namespace test_state_pool {

using namespace trm;

namespace {

constexpr std::size_t kNoKey = SIZE_MAX;

/// Calls visit(element of the state, key or none, number that no other element has) for all that a state with `keys`
/// keys holds. The numbers depend on what the element is, not on where it lies.
template <class Visit>
void for_each_element(const StateLayout& layout, std::size_t keys, const Visit& visit) {
  std::size_t run = 0;
  for (std::size_t part = 0; part < layout.parts(); ++part) {
    for (std::size_t s = 0; s < layout.sections().size(); ++s) {
      const StateSection& section = layout.sections()[s];
      for (std::size_t r = 0; r < section.runs; ++r, ++run) {
        const std::size_t begin = layout.offset(part, s) + r * section.run_elements(layout.capacity());
        for (std::size_t i = 0; i < section.run_elements(keys); ++i) {
          const std::size_t key = i < section.fixed ? kNoKey : (i - section.fixed) / section.per_key;
          visit(begin + i, key, static_cast<float>(run * 4096 + i));
        }
      }
    }
  }
}

void fill(StreamState<float> state, std::size_t keys) {
  for_each_element(*state.layout, keys, [&](std::size_t at, std::size_t, float value) { state.data[at] = value; });
}

bool holds(StreamState<float> state, std::size_t keys) {
  bool same = true;
  for_each_element(*state.layout, keys,
                   [&](std::size_t at, std::size_t, float value) { same = same && state.data[at] == value; });
  return same;
}

std::size_t evaluations(const ModelConfig& config) {
  return recursion_plan(config).evaluations.size();
}

/// Lightweight, with states that pass through all three sizes.
ModelConfig wide_window() {
  ModelConfig c = test_models::lightweight();
  c.window = 90;
  return c;
}

StatePool pool_of(const ModelConfig& config, const StepperOptions& options) {
  Result<StatePool> pool = StatePool::create(config, evaluations(config), options);
  REQUIRE(pool.ok());
  return *std::move(pool);
}

}  // namespace

TEST_CASE("sections cover a state without overlap") {
  for (const auto& model : test_models::all()) {
    const ModelConfig& config = model.second;
    CAPTURE(model.first);
    for (const std::size_t capacity : {std::size_t{32}, std::size_t{33}, state_capacity(config)}) {
      CAPTURE(capacity);
      const StateLayout layout(config, evaluations(config), capacity);
      REQUIRE(layout.parts() == evaluations(config) * config.layers);
      std::set<std::string_view> names;
      std::size_t end = 0;
      for (std::size_t part = 0; part < layout.parts(); ++part) {
        for (std::size_t s = 0; s < layout.sections().size(); ++s) {
          const StateSection& section = layout.sections()[s];
          names.insert(section.name);
          CHECK(layout.offset(part, s) >= end);
          CHECK(layout.offset(part, s) < end + 16);
          CHECK(layout.offset(part, s) % 16 == 0);
          end = layout.offset(part, s) + section.runs * section.run_elements(capacity);
        }
      }
      CHECK(names.size() == layout.sections().size());
      CHECK(layout.elements() >= end);
      CHECK(layout.elements() < end + 16);
    }
  }
}

TEST_CASE("a layer's view is its part of the state") {
  for (const auto& model : test_models::all()) {
    const ModelConfig& config = model.second;
    CAPTURE(model.first);
    const StateLayout layout(config, evaluations(config), 40);
    std::vector<float> memory(layout.elements());
    for (std::size_t e = 0; e < evaluations(config); ++e) {
      for (std::size_t l = 0; l < config.layers; ++l) {
        const LayerState<float> view = layout.layer_state(memory.data(), e, l);
        CHECK(view.capacity == 40);
        // Every element of every view is counted: the views cover what the sections cover, once.
        const std::pair<float*, std::size_t> parts[] = {
            {view.conv, config.conv_kernel > 0 ? (config.conv_kernel - 1) * config.hidden_size : 0},
            {view.linear, config.global_size() * config.head_dim},
            {view.norm, config.global_size()},
            {view.kt, config.local_size() * 40},
            {view.v, config.local_size() * 40}};
        for (const std::pair<float*, std::size_t>& part : parts) {
          REQUIRE(part.first >= memory.data());
          REQUIRE(part.first + part.second <= memory.data() + memory.size());
          for (std::size_t i = 0; i < part.second; ++i) part.first[i] += 1;
        }
      }
    }
    std::vector<float> want(layout.elements());
    for_each_element(layout, 40, [&](std::size_t at, std::size_t, float) { want[at] += 1; });
    CHECK(memory == want);
  }
}

TEST_CASE("a copy between sizes keeps every section and touches nothing else") {
  constexpr std::size_t kKeys = 20;
  for (const auto& model : test_models::all()) {
    CAPTURE(model.first);
    const std::size_t count = evaluations(model.second);
    for (const auto& [a, b] : {std::pair<std::size_t, std::size_t>{32, 64}, {64, 32}, {32, 32}, {20, 21}}) {
      const StateLayout from(model.second, count, a), to(model.second, count, b);
      std::vector<float> source(from.elements(), -2.0f), target(to.elements(), -1.0f), want(to.elements(), -1.0f);
      fill({source.data(), &from}, kKeys);
      fill({want.data(), &to}, kKeys);
      copy_state({source.data(), &from}, {target.data(), &to}, kKeys);
      CHECK(target == want);
    }
  }
}

TEST_CASE("the newest keys are kept, and what is not a key") {
  constexpr std::size_t kKeys = 30, kKeep = 12;
  for (const auto& model : test_models::all()) {
    CAPTURE(model.first);
    const StateLayout layout(model.second, evaluations(model.second), 32);
    std::vector<float> memory(layout.elements());
    const StreamState<float> state{memory.data(), &layout};
    fill(state, kKeys);
    std::vector<float> before = memory;
    keep_newest_keys(state, kKeys, kKeep);
    std::vector<float> kept, newest;
    for_each_element(layout, kKeep, [&](std::size_t at, std::size_t, float) { kept.push_back(memory[at]); });
    for_each_element(layout, kKeys, [&](std::size_t at, std::size_t key, float) {
      if (key == kNoKey || key >= kKeys - kKeep) newest.push_back(before[at]);
    });
    CHECK(kept == newest);
  }
}

TEST_CASE("a state starts with zeros whatever its memory held, keys aside") {
  StatePool pool = pool_of(test_models::lightweight(), {.max_states = 1});
  for (int round = 0; round < 2; ++round) {
    const StateId id = *pool.acquire();
    const StreamState<float> state = pool.state(id);
    CHECK(pool.position(id).length == 0);
    CHECK(pool.position(id).keys == 0);
    bool zero = true;
    for_each_element(*state.layout, 0, [&](std::size_t at, std::size_t, float) { zero = zero && state.data[at] == 0; });
    CHECK(zero);
    fill(state, 5);
    pool.position(id) = {5, 5, {}};
    pool.release(id);
  }
}

TEST_CASE("a state that grows keeps every section, and forgets in the largest size alone") {
  const ModelConfig config = wide_window();
  StatePool pool = pool_of(config, {.max_states = 2});
  const StateId other = *pool.acquire(), id = *pool.acquire();
  fill(pool.state(other), 32);
  fill(pool.state(id), 0);
  std::size_t largest = 0;
  for (const std::size_t keys : {0, 1, 31, 32, 40, 64, 80, 100}) {
    CAPTURE(keys);
    StreamPosition& position = pool.position(id);
    pool.make_room(id, keys - position.keys);
    CHECK(position.keys <= keys);
    CHECK(pool.state(id).layout->capacity() >= keys);
    CHECK(pool.state(id).layout->capacity() >= largest);
    CHECK(holds(pool.state(id), position.keys));
    largest = pool.state(id).layout->capacity();
    position.keys = keys;
    fill(pool.state(id), keys);
  }
  CHECK(largest == state_capacity(config));
  StreamPosition& position = pool.position(id);
  pool.make_room(id, 20);
  CHECK(position.keys == config.window - 1);
  CHECK(position.keys + 20 <= largest);
  const StreamState<float> state = pool.state(id);
  for_each_element(*state.layout, position.keys, [&](std::size_t at, std::size_t key, float value) {
    const std::size_t forgotten = 100 - (config.window - 1);
    if (key == kNoKey) CHECK(state.data[at] == value);
    if (key == 0) CHECK(state.data[at] > value);
    if (key != kNoKey) CHECK(state.data[at] >= value + static_cast<float>(forgotten));
  });
  CHECK(holds(pool.state(other), 32));
}

TEST_CASE("states grow without allocations, and their slots are used again") {
  StatePool pool = pool_of(wide_window(), {.max_states = 3});
  const StateId kept = *pool.acquire();
  const std::size_t before = test::allocations();
  float* largest = nullptr;
  bool same = true;
  for (int round = 0; round < 4; ++round) {
    const StateId id = *pool.acquire();
    for (const std::size_t keys : {20, 30, 40}) {
      pool.make_room(id, keys);
      pool.position(id).keys += keys;
    }
    same = same && (round == 0 || pool.state(id).data == largest);
    largest = pool.state(id).data;
    pool.release(id);
  }
  CHECK(test::allocations() == before);
  CHECK(same);
  CHECK(pool.state(kept).data != largest);
}

TEST_CASE("states have memory of their own, also beyond the first step") {
  const ModelConfig config = wide_window();
  constexpr std::size_t kStates = 300;
  StatePool pool = pool_of(config, {.max_states = kStates});
  std::vector<StateId> ids;
  for (std::size_t i = 0; i < kStates; ++i) {
    const Result<StateId> id = pool.acquire();
    REQUIRE(id.ok());
    ids.push_back(*id);
    pool.make_room(*id, i % 3 == 0 ? 1 : i % 3 == 1 ? 40 : 100);
    const StreamState<float> state = pool.state(*id);
    state.data[0] = static_cast<float>(i);
    state.data[state.layout->elements() - 1] = static_cast<float>(i);
  }
  CHECK(pool.acquire().error().field == "max_states");
  for (std::size_t i = 0; i < kStates; ++i) {
    const StreamState<float> state = pool.state(ids[i]);
    CHECK(state.data[0] == static_cast<float>(i));
    CHECK(state.data[state.layout->elements() - 1] == static_cast<float>(i));
    CHECK(state.layout->elements() * sizeof(float) <= pool.state_bytes());
  }
}

TEST_CASE("the pool keeps to its memory, and goes on with what it has") {
  const ModelConfig config = test_models::lightweight();
  StatePool pool = pool_of(config, {.max_states = 1u << 20, .memory_bytes = std::size_t{10} << 20});
  std::vector<StateId> ids;
  Result<StateId> id = pool.acquire();
  for (; id.ok(); id = pool.acquire()) ids.push_back(*id);
  CHECK(ids.size() * pool.state_bytes() <= std::size_t{10} << 20);
  CHECK(ids.size() * pool.state_bytes() > std::size_t{1} << 20);
  CHECK(id.error().code == ErrorCode::io);
  CHECK(id.error().field == "memory");
  CHECK(id.error().message.find(std::to_string(ids.size()) + " states of up to ") == 0);
  CHECK(id.error().message.find("memory_bytes is 10485760 (free: ") != std::string::npos);
  pool.release(ids.front());
  id = pool.acquire();
  REQUIRE(id.ok());
  CHECK(*id == ids.front());
}

}  // namespace test_state_pool
