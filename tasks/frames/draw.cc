#include "tasks/frames/draw.h"

#include <algorithm>
#include <cmath>

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

std::size_t choose(Rng& rng, std::span<const double> weights) {
  const auto weight = [](double value) { return std::isfinite(value) && value > 0 ? value : 0.0; };
  double sum = 0;
  for (const double value : weights) sum += weight(value);
  double draw = rng.unit() * sum;
  std::size_t chosen = weights.size() - 1;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weight(weights[i]) == 0) continue;
    chosen = i;  // rounding may leave a rest behind the last one
    draw -= weights[i];
    if (draw < 0) break;
  }
  return chosen;
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

Digits digits_or_nothing(Rng& rng, std::size_t length) {
  return rng.below(8) == 0 ? Digits{} : random_value(rng, random_length(rng, length));
}

Digits random_counter(Rng& rng, std::uint32_t max) {
  const auto length = static_cast<std::uint32_t>(digits_of(max).size());
  const auto power = [](std::uint32_t exponent) {
    std::uint32_t out = 1;
    for (; exponent > 0; --exponent) out *= 10;
    return out;
  };
  const std::uint32_t kind = rng.below(8);
  if (kind < 4) return digits_of(rng.below(max + 1));
  if (kind < 6) {
    const std::uint32_t of = rng.below(length);
    return digits_of(rng.between(of == 0 ? 0 : power(of), std::min(power(of + 1) - 1, max)));
  }
  if (kind == 6) {
    const std::uint32_t near = rng.below(3);
    return digits_of(rng.below(4) == 0 ? max - std::min(near, max) : std::min(near, max));
  }
  const std::uint32_t step = length == 1 ? 10 : power(rng.between(1, length - 1));
  const std::uint32_t around = step * rng.between(1, 1 + max / step) + rng.below(3) - 1;
  return digits_of(std::min(around, max));
}

Digits number_beside(Rng& rng, const Digits& a, std::size_t max_digits) {
  const std::uint32_t kind = rng.below(8);
  if (kind < 4) return a;
  if (kind == 7) return random_value(rng, random_length(rng, max_digits));
  Digits b = a;
  if (kind == 4) {
    b[rng.below(static_cast<std::uint32_t>(b.size()))] = static_cast<Token>(rng.below(10));
  } else if (kind == 5 && a.size() < max_digits && (a.size() == 1 || rng.below(2) == 0)) {
    b.push_back(static_cast<Token>(rng.between(1, 9)));
  } else if (kind == 5) {
    b.pop_back();
  } else {
    std::reverse(b.begin(), b.end());
  }
  while (b.size() > 1 && b.back() == 0) b.pop_back();
  return b.empty() ? a : b;
}

std::size_t random_length(Rng& rng, std::size_t max) {
  return rng.between(1, static_cast<std::uint32_t>(max));
}

std::size_t length_beside(Rng& rng, std::size_t length, std::size_t max) {
  const std::uint32_t kind = rng.below(8);
  if (kind < 2) return std::min(length, max);
  if (kind == 2 && length < max) return length + 1;
  if (kind == 3 && length > 1) return length - 1;
  return random_length(rng, max);
}

}  // namespace trm::tasks
