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
/// SPAWNs of one frame at most: A to E.
inline constexpr std::size_t kSpawns = 5;

/// -1: the vocabulary lacks the token.
struct ControlTokens {
  std::int32_t call = -1, end = -1, ret = -1;
  std::int32_t spawn = -1, read = -1, emit = -1, fresh = -1;
  std::array<std::int32_t, kStreamArguments> arguments = {-1, -1, -1};  ///< X Y Z
  std::array<std::int32_t, kSpawns> spawned = {-1, -1, -1, -1, -1};     ///< A B C D E
  std::int32_t output = -1;                                             ///< O
  std::int32_t end_of_stream = -1;                                      ///< $

  /// The names beyond CALL, END and RET count only in a vocabulary with SPAWN, READ or EMIT: elsewhere they are data.
  /// Error: the vocabulary lacks CALL, END or RET; it has READ and lacks $.
  static Result<ControlTokens> from(std::span<const std::string> vocabulary);

  /// Frames of calls and values alone, the language of the first models: no scratch tokens, no empty values.
  [[nodiscard]] bool calls_only() const { return spawn < 0 && read < 0 && emit < 0; }
};

enum class TokenKind : std::uint8_t {
  data,
  call,
  spawn,
  end,
  ret,
  read,
  emit,
  fresh,
  argument,
  spawned,
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
  /// 0 for X and A, 1 for Y and B, ...
  [[nodiscard]] std::size_t index(std::int32_t token) const { return entries_[static_cast<std::size_t>(token)].index; }

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
