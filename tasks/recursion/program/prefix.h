// Kinds of tokens in the prefix form of programs.
#pragma once

#include "tasks/frames/vocabulary.h"

namespace trm::tasks::program {

constexpr bool is_name(Token token) {
  return token == token::f || token == token::g;
}
/// A constant and one expression follow.
constexpr bool takes_constant(Token token) {
  return token == token::minus || token == token::times || token == token::mod;
}
/// Two expressions follow.
constexpr bool takes_two(Token token) {
  return token == token::plus || token == token::max || token == token::min;
}

}  // namespace trm::tasks::program
