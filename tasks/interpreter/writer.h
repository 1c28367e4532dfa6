// Writes one frame: the functions say what the model opens, reads, emits and returns; the writer keeps the tokens and
// who wrote them. If something comes back that no frame can go on from, the writer is broken: it then gives ends of
// streams and NO, so that functions need not check, and the frame becomes an error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "tasks/frames/frame.h"
#include "tasks/interpreter/vocabulary.h"

namespace trm::tasks::interpreter {

/// No frame that is trained on is longer.
inline constexpr std::size_t kMaxFrameTokens = 128;
/// Columns of digits that one frame of arithmetic handles; its TAIL handles those behind them.
inline constexpr std::size_t kColumns = 8;
/// The same where a column takes more tokens.
inline constexpr std::size_t kWideColumns = 6;

/// What stands where an item was read that is a stream.
inline constexpr Token kPart = -1;

/// What a frame is given while it is written. `at`: place in the frame of the first token that will be given. Names are
/// those of the frame; the writer counts its letters, and so does the world.
class World {
 public:
  virtual ~World() = default;
  /// Value of CALL args END, without END.
  virtual Tokens call(std::span<const Token> args, std::size_t at) = 0;
  /// SPAWN or AWAIT: the next letter names what this frame will return.
  virtual void open(std::span<const Token> args, std::size_t at) = 0;
  /// The next item of a stream: data, token::eos at its end, or kPart, which the next letter names then.
  virtual Token take(Token name, std::size_t at) = 0;
  /// Goes past the next item; false: there is none.
  virtual bool drop(Token name, std::size_t at) = 0;
  /// The next item goes to the output.
  virtual bool move(Token name, std::size_t at) = 0;
  virtual void rest(Token name) = 0;
  /// Data, or the name of a stream that becomes a part.
  virtual void emit(Token token) = 0;
  virtual void show(Token name) = 0;
};

/// How a frame ended.
enum class Ending : std::uint8_t { open, returned, tail, raised };

/// Tokens put together from tokens and tokens.
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

class Writer {
 public:
  /// prompt: HEAD, data tokens, names of streams, O; without END. It must live as long as the writer.
  Writer(std::span<const Token> prompt, World& world);

  [[nodiscard]] Token head() const { return prompt_[0]; }
  /// Data token `i` behind the head.
  [[nodiscard]] Token symbol(std::size_t i) const { return i + 1 < prompt_.size() ? prompt_[i + 1] : token::no; }
  /// Was it handed the output of its caller?
  [[nodiscard]] bool to_output() const { return prompt_.back() == token::out; }
  [[nodiscard]] std::size_t streams() const { return streams_; }

  template <class... Parts>
  Tokens call(const Parts&... parts) {
    return call_with(tokens_of(parts...));
  }
  /// A call whose value must be YES or NO.
  template <class... Parts>
  bool call_flag(const Parts&... parts) {
    return check_flag(call_with(tokens_of(parts...)));
  }
  /// A call that must return nothing.
  template <class... Parts>
  void call_nothing(const Parts&... parts) {
    check_nothing(call_with(tokens_of(parts...)));
  }
  /// SPAWN parts END; returns the letter of its stream.
  template <class... Parts>
  Token spawn(const Parts&... parts) {
    return open_with(token::spawn, tokens_of(parts...));
  }
  template <class... Parts>
  Token await(const Parts&... parts) {
    return open_with(token::await, tokens_of(parts...));
  }
  /// READ: an item of each stream argument; letters where they are streams.
  std::vector<Token> read_all();
  /// READ with one stream argument.
  Token read() { return read_all()[0]; }
  Token take(Token name);
  bool drop(Token name);
  bool move(Token name);
  void rest(Token name);
  void emit(Token token);
  void show(Token name);
  /// A note of the model to itself.
  void note(Token token) { own(token); }

  /// The frame is complete with one of these.
  template <class... Parts>
  void ret(const Parts&... parts) {
    finish_with(token::ret, Ending::returned, tokens_of(parts...));
  }
  template <class... Parts>
  void tail(const Parts&... parts) {
    finish_with(token::tail, Ending::tail, tokens_of(parts...));
  }
  void raise(Token error) { finish_with(token::raise, Ending::raised, {error}); }

  /// What the world gave is nothing to go on from.
  void fail(std::string message);
  /// The item that was read last is nothing to go on from.
  void unreadable(Token token) { fail("a frame reads " + to_text(std::span(&token, 1))); }
  [[nodiscard]] bool failed() const { return !failure_.empty(); }
  /// What is written so far; after a failure, up to stuck_at() tokens of it are right.
  [[nodiscard]] const Frame& written() const { return frame_; }
  [[nodiscard]] std::size_t stuck_at() const { return stuck_at_; }
  [[nodiscard]] Ending ending() const { return ending_; }
  /// What stands between RET, TAIL or RAISE and END.
  [[nodiscard]] const Tokens& last_words() const { return last_; }
  [[nodiscard]] Result<Frame> finish() &&;

 private:
  void own(Token token);
  void own(std::span<const Token> tokens);
  void given(Token token);
  Token name_next();
  Token give_item(Token item);
  Tokens call_with(const Tokens& args);
  Token open_with(Token how, const Tokens& args);
  void finish_with(Token how, Ending ending, Tokens words);
  bool check_flag(const Tokens& value);
  void check_nothing(const Tokens& value);

  std::span<const Token> prompt_;
  World& world_;
  Frame frame_;
  std::size_t streams_ = 0;
  std::size_t letters_ = 0;
  Ending ending_ = Ending::open;
  Tokens last_;
  std::string failure_;
  std::size_t stuck_at_ = 0;
};

}  // namespace trm::tasks::interpreter
