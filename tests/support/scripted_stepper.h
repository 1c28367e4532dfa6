// A generation engine that follows a script, for tests of the machine above it.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "engine/machine/stepper.h"

namespace trm::tests {

/// What the script of a frame says next, given all tokens of the frame so far.
using Script = std::function<std::int32_t(const std::vector<std::int32_t>&)>;

/// What a scripted stepper has seen, kept outside it so that a test can look after the machine took it.
struct Seen {
  std::size_t alive = 0, peak = 0, widest = 0, calls = 0;
  std::size_t fail_at = std::numeric_limits<std::size_t>::max();  // forward() number that fails
  std::size_t memory = std::numeric_limits<std::size_t>::max();   // states that there is memory for
};

class ScriptedStepper final : public Stepper {
 public:
  ScriptedStepper(std::size_t vocab, Script script, Seen& seen,
                  std::size_t longest = std::numeric_limits<std::size_t>::max())
      : vocab_(vocab), script_(std::move(script)), seen_(seen), longest_(longest) {}

  Result<StateId> acquire() override {
    if (seen_.alive >= seen_.memory) return Error{ErrorCode::io, "", "memory", "is used up as told", ""};
    StateId id = 0;
    while (streams_.count(id) != 0) ++id;
    streams_[id];
    seen_.peak = std::max(seen_.peak, ++seen_.alive);
    return id;
  }
  void release(StateId state) override {
    REQUIRE(streams_.erase(state) == 1);
    --seen_.alive;
  }
  Status forward(std::span<const Feed> feeds) override {
    if (seen_.calls++ == seen_.fail_at) return Error{ErrorCode::unsupported, "", "stepper", "fails as told", ""};
    seen_.widest = std::max(seen_.widest, feeds.size());
    std::set<StateId> distinct;
    for (const Feed& feed : feeds) {
      REQUIRE(distinct.insert(feed.state).second);
      REQUIRE(streams_.count(feed.state) == 1);
      REQUIRE_FALSE(feed.tokens.empty());
      std::vector<std::int32_t>& stream = streams_[feed.state];
      stream.insert(stream.end(), feed.tokens.begin(), feed.tokens.end());
      REQUIRE(stream.size() <= longest_);
      std::fill(feed.logits, feed.logits + vocab_, 0.0f);
      feed.logits[static_cast<std::size_t>(script_(stream))] = 1.0f;
    }
    return {};
  }
  [[nodiscard]] std::size_t state_bytes() const override { return 1; }
  [[nodiscard]] std::size_t arena_bytes() const override { return 2; }
  [[nodiscard]] std::size_t max_stream_tokens() const override { return longest_; }

 private:
  std::size_t vocab_;
  Script script_;
  Seen& seen_;
  std::size_t longest_;
  std::map<StateId, std::vector<std::int32_t>> streams_;
};

}  // namespace trm::tests
