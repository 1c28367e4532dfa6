// Writes one frame: the functions say what the model calls, reads, emits and returns; the writer keeps the tokens and
// who wrote them. If something comes back that no frame can go on from, the writer is broken: it then gives zeros and
// ends of streams, so that functions need not check, and the frame becomes an error.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "tasks/frames/digits.h"
#include "tasks/frames/frame.h"
#include "tasks/frames/prompt.h"
#include "tasks/frames/vocabulary.h"

namespace trm::tasks {

/// Numbers that calls return; longer ones are streams.
inline constexpr std::size_t kMaxValueDigits = 5;

/// Tokens put together from tokens and numbers.
template <class... Parts>
Tokens tokens_of(const Parts&... parts) {
  Tokens out;
  [[maybe_unused]] const auto add = [&out](const auto& part) {
    if constexpr (std::is_integral_v<std::decay_t<decltype(part)>>) {
      out.push_back(part);
    } else {
      out.insert(out.end(), part.begin(), part.end());
    }
  };
  (add(parts), ...);
  return out;
}

class FrameWriter {
 public:
  /// The prompt's views must live as long as the writer.
  FrameWriter(const FramePrompt& prompt, FrameWorld& world);

  [[nodiscard]] std::span<const Token> number(std::size_t argument) const { return prompt_.arguments[argument]; }
  /// A single token: a digit, a letter, an operator.
  [[nodiscard]] Token symbol(std::size_t argument) const { return prompt_.arguments[argument][0]; }

  /// CALL parts END; returns the value.
  template <class... Parts>
  Tokens call(const Parts&... parts) {
    return call_with(tokens_of(parts...));
  }
  /// A call whose value must be a number.
  template <class... Parts>
  Digits call_number(const Parts&... parts) {
    return check_number(call_with(tokens_of(parts...)));
  }
  /// SPAWN parts END; returns the letter of its stream.
  template <class... Parts>
  Token spawn(const Parts&... parts) {
    return spawn_with(tokens_of(parts...));
  }
  /// READ with one stream argument.
  Token read() { return read_all()[0]; }
  /// READ: a token of each stream argument.
  std::vector<Token> read_all();
  void emit(Token token);
  /// A note of the model to itself.
  void note(Token token) { own(token); }
  /// CALL LESS a , b END: is a < b?
  bool less(std::span<const Token> a, std::span<const Token> b) { return call_flag(token::less, a, token::comma, b); }
  /// A call that must return nothing.
  template <class... Parts>
  void call_nothing(const Parts&... parts) {
    check_nothing(call_with(tokens_of(parts...)));
  }
  /// A call whose value must be YES or NO.
  template <class... Parts>
  bool call_flag(const Parts&... parts) {
    return check_flag(call_with(tokens_of(parts...)));
  }
  /// RET parts END: the frame is complete.
  template <class... Parts>
  void ret(const Parts&... parts) {
    ret_with(tokens_of(parts...));
  }

  /// What the world gave is nothing to go on from.
  void fail(std::string message);
  [[nodiscard]] bool failed() const { return !failure_.empty(); }
  /// What is written so far; after a failure, up to stuck_at() tokens of it are right.
  [[nodiscard]] const Frame& written() const { return frame_; }
  [[nodiscard]] std::size_t stuck_at() const { return stuck_at_; }
  [[nodiscard]] Result<Frame> finish() &&;

 private:
  void own(Token token);
  void own(std::span<const Token> tokens);
  void given(Token token);
  Tokens call_with(const Tokens& args);
  Token spawn_with(const Tokens& args);
  void ret_with(const Tokens& value);
  Digits check_number(Tokens value);
  bool check_flag(const Tokens& value);
  void check_nothing(const Tokens& value);

  const FramePrompt& prompt_;
  FrameWorld& world_;
  Frame frame_;
  std::size_t results_ = 0;
  std::string failure_;
  std::size_t stuck_at_ = 0;
};

}  // namespace trm::tasks
