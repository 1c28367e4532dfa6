// Exact naturals of any size in base 10^9: the number type of solvers. It shares nothing with the digit arithmetic of
// frames, so that each can be checked against the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/frames/frame.h"

namespace trm::tasks {

class Natural {
 public:
  Natural() = default;  ///< 0
  explicit Natural(std::uint64_t value);
  /// Decimal digits only (the caller has checked); leading zeros are dropped.
  static Natural from_decimal(std::string_view text);
  /// Digit tokens, least significant first (the caller has checked).
  static Natural from_tokens(std::span<const Token> digits);

  void add(const Natural& other);
  void multiply(std::uint32_t factor);
  void multiply(const Natural& factor);
  /// Returns the remainder. divisor: not 0, below 10^9.
  std::uint32_t divide(std::uint32_t divisor);

  [[nodiscard]] std::string decimal() const;
  [[nodiscard]] std::vector<Token> tokens() const;

  friend bool operator==(const Natural&, const Natural&) = default;

 private:
  static constexpr std::uint32_t kBase = 1'000'000'000;
  std::vector<std::uint32_t> limbs_;  ///< least significant first, no zero at the top; 0 has none
};

}  // namespace trm::tasks
