// Any token sequence as the prompt of a frame and as a recorded frame, in a world that may give anything: an error, or
// a frame that its own judge finds right.
#include <algorithm>
#include <span>
#include <vector>

#include "tasks/frames/frame.h"
#include "tasks/frames/vocabulary.h"
#include "tests/fuzz/check.h"

namespace {

using trm::tasks::Token;
using trm::tasks::Tokens;

/// Tokens just outside the vocabulary, on both sides, are part of the input space.
Token token_from(std::uint8_t byte) {
  const auto tokens = static_cast<unsigned>(trm::tasks::vocabulary().size());
  return static_cast<Token>(byte % (tokens + 2)) - 1;
}

/// Values and streams are what the input holds behind its prompt, from place to place; streams end where it ends.
class InputWorld final : public trm::tasks::FrameWorld {
 public:
  explicit InputWorld(std::span<const Token> input) : input_(input) {}

  Tokens call(std::span<const Token> args, std::size_t) override {
    trm::fuzz::check(!args.empty(), "a call has arguments");
    Tokens value;
    for (Token token = next(); token != trm::tasks::token::eos && token != trm::tasks::token::end; token = next()) {
      value.push_back(token);
    }
    return value;
  }
  void spawn(std::span<const Token> args, std::size_t) override {
    trm::fuzz::check(!args.empty(), "a spawn has arguments");
  }
  Token read(std::size_t stream, std::size_t) override {
    trm::fuzz::check(stream < 3, "a frame has three streams at most");
    return next();
  }
  void emit(Token token) override { trm::fuzz::check(trm::tasks::token::is_data(token), "data is emitted"); }

 private:
  Token next() { return place_ < input_.size() ? input_[place_++] : trm::tasks::token::eos; }

  std::span<const Token> input_;
  std::size_t place_ = 0;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using trm::fuzz::check;
  Tokens input(size);
  std::transform(data, data + size, input.begin(), token_from);

  const auto judged = trm::tasks::first_wrong_token(input);
  if (judged) {
    check(!judged->has_value() || **judged <= size, "a wrong token is one of the frame or its end");
  } else {
    check(!judged.error().message.empty(), "an error says what is wrong");
  }

  const std::span<const Token> all(input);
  const auto end = static_cast<std::size_t>(std::find(all.begin(), all.end(), trm::tasks::token::end) - all.begin());
  InputWorld world(all.subspan(std::min(end + 1, size)));
  const auto frame = trm::tasks::write_frame(all.first(end), world);
  if (!frame) {
    check(!frame.error().message.empty(), "an error says what is wrong");
    return 0;
  }
  check(frame->tokens.size() == frame->own.size(), "every token is marked");
  check(frame->prompt == end + 1, "the prompt and its END come first");
  check(frame->tokens.back() == trm::tasks::token::end, "a frame returns");
  const auto right = trm::tasks::first_wrong_token(frame->tokens);
  check(right.ok() && !right->has_value(), "the judge finds a written frame right");
  return 0;
}
