// Tokens of the frame language that the recursion machine acts on, found in a vocabulary by their names.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/status.h"

namespace trm {

/// Stream arguments of one frame at most: X, Y, Z.
inline constexpr std::size_t kStreamArguments = 3;
/// SPAWNs of one frame at most where frames do not run programs: A to E.
inline constexpr std::size_t kSpawns = 5;
/// Letters of one frame at most: A to L.
inline constexpr std::size_t kLetters = 12;
/// Streams of an environment at most: V0 to V11.
inline constexpr std::size_t kEnvironment = 12;

/// -1: the vocabulary lacks the token.
struct ControlTokens {
  std::int32_t call = -1, end = -1, ret = -1;
  std::int32_t spawn = -1, read = -1, emit = -1, fresh = -1;
  std::array<std::int32_t, kStreamArguments> arguments = {-1, -1, -1};                            ///< X Y Z
  std::array<std::int32_t, kLetters> letters = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};  ///< A to L
  std::int32_t output = -1;                                                                       ///< O
  std::int32_t end_of_stream = -1;                                                                ///< $

  // Frames that run programs.
  std::int32_t await = -1, tail = -1, raise = -1;
  std::int32_t take = -1, drop = -1, move = -1, rest = -1, show = -1;
  std::int32_t with = -1, push = -1;
  std::array<std::int32_t, kEnvironment> environment = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};  ///< V0 to V11
  std::int32_t there = -1;        ///< `.`: DROP or MOVE found an item
  std::int32_t end_of_part = -1;  ///< `;`, behind the contents of a part in a flat answer

  /// The names beyond CALL, END and RET count only in a vocabulary with SPAWN, READ or EMIT: elsewhere they are data.
  /// F to L and the names of frames that run programs count only in a vocabulary with WITH.
  /// Error: the vocabulary lacks CALL, END or RET; it has READ or WITH and lacks $; it has WITH and lacks `.` or `;`.
  static Result<ControlTokens> from(std::span<const std::string> vocabulary);

  /// Frames of calls and values alone, the language of the first models: no scratch tokens, no empty values.
  [[nodiscard]] bool calls_only() const { return spawn < 0 && read < 0 && emit < 0; }
  /// Frames may have environments, and streams may have parts.
  [[nodiscard]] bool programs() const { return with >= 0; }
};

enum class TokenKind : std::uint8_t {
  data,
  call,
  spawn,
  await,
  tail,
  end,
  ret,
  raise,
  read,
  take,
  drop,
  move,
  rest,
  emit,
  show,
  fresh,
  with,
  push,
  argument,
  letter,
  environment,
  output,
  end_of_stream,
};

/// The kind of every token of a vocabulary.
class TokenKinds {
 public:
  TokenKinds() = default;
  TokenKinds(const ControlTokens& control, std::size_t vocab_size);
  /// token: of the vocabulary.
  [[nodiscard]] TokenKind kind(std::int32_t token) const { return entries_[static_cast<std::size_t>(token)].kind; }
  /// 0 for X, A and V0, 1 for Y, B and V1, ...
  [[nodiscard]] std::size_t index(std::int32_t token) const { return entries_[static_cast<std::size_t>(token)].index; }
  /// Whether the token is the name of a stream.
  [[nodiscard]] bool names_stream(std::int32_t token) const {
    const TokenKind of = kind(token);
    return of == TokenKind::argument || of == TokenKind::letter || of == TokenKind::environment;
  }

 private:
  struct Entry {
    TokenKind kind = TokenKind::data;
    std::uint8_t index = 0;
  };
  std::vector<Entry> entries_;
};

/// Error: names the field and its first token outside [0, vocab_size).
Status check_tokens(std::span<const std::int32_t> tokens, std::size_t vocab_size, const std::string& field);

}  // namespace trm
