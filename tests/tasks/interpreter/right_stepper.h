// A model that is always right: it writes the token that a right frame has next.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include "engine/machine/stepper.h"
#include "tasks/interpreter/judge.h"

namespace trm::tasks::interpreter::test {

class RightStepper final : public Stepper {
 public:
  Result<StateId> acquire() override {
    const StateId state = free_.empty() ? static_cast<StateId>(frames_.size()) : free_.back();
    if (free_.empty()) {
      frames_.emplace_back();
    } else {
      free_.pop_back();
    }
    frames_[state].clear();
    return state;
  }
  void release(StateId state) override { free_.push_back(state); }
  Status forward(std::span<const Feed> feeds) override {
    for (const Feed& feed : feeds) {
      Tokens& frame = frames_[feed.state];
      frame.insert(frame.end(), feed.tokens.begin(), feed.tokens.end());
      if (feed.logits == nullptr) continue;
      std::fill_n(feed.logits, token::names.size(), 0.0F);
      const Result<Token> next = next_right_token(frame);
      if (!next.ok()) return Error{ErrorCode::bad_input, to_text(frame), "", next.error().message, ""};
      feed.logits[*next] = 1.0F;
    }
    return {};
  }
  [[nodiscard]] std::size_t state_bytes() const override { return 1; }
  [[nodiscard]] std::size_t arena_bytes() const override { return 1; }
  [[nodiscard]] std::size_t max_stream_tokens() const override { return kMaxFrameTokens; }

 private:
  std::vector<Tokens> frames_;
  std::vector<StateId> free_;
};

}  // namespace trm::tasks::interpreter::test
