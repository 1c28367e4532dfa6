// Token numbers that the task families share. The order is part of every trained model: it never changes.
#pragma once

#include "tasks/frame.h"

namespace trm::tasks::token {

inline constexpr Token fact = 10;
inline constexpr Token fib = 11;
inline constexpr Token mul = 12;
inline constexpr Token comma = 13;
inline constexpr Token call = 14;
inline constexpr Token end = 15;
inline constexpr Token ret = 16;

constexpr bool is_digit(Token token) {
  return token >= 0 && token <= 9;
}

}  // namespace trm::tasks::token
