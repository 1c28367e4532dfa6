#include "tasks/draw.h"

#include <algorithm>

namespace trm::tasks {
namespace {

Token any_digit(Rng& rng) {
  return static_cast<Token>(rng.below(10));
}

Digits uniform_digits(Rng& rng, std::size_t length) {
  Digits digits(length);
  for (Token& digit : digits) digit = any_digit(rng);
  if (length > 1) digits.back() = static_cast<Token>(rng.between(1, 9));
  return digits;
}

Digits runs(Rng& rng, std::size_t length) {
  Digits digits(length);
  std::uint32_t kind = rng.below(3);
  for (Token& digit : digits) {
    if (rng.below(4) == 0) kind = rng.below(3);
    digit = kind == 0 ? 0 : kind == 1 ? 9 : any_digit(rng);
  }
  if (length > 1 && digits.back() == 0) digits.back() = static_cast<Token>(rng.between(1, 9));
  return digits;
}

}  // namespace

std::string random_decimal(Rng& rng, std::size_t length) {
  std::string text(length, '0');
  for (char& c : text) c = static_cast<char>('0' + rng.below(10));
  if (length > 1) text[0] = static_cast<char>('0' + rng.between(1, 9));
  return text;
}

Digits random_value(Rng& rng, std::size_t length) {
  const std::uint32_t pattern = rng.below(20);
  if (pattern < 11) return uniform_digits(rng, length);
  if (pattern < 15) return runs(rng, length);
  if (pattern == 15) return Digits(length, 9);
  if (pattern == 16) {
    Digits power(length, 0);
    power.back() = 1;
    return power;
  }
  if (pattern < 19)
    return uniform_digits(rng, rng.between(1, static_cast<std::uint32_t>(std::min<std::size_t>(length, 3))));
  return {0};
}

}  // namespace trm::tasks
