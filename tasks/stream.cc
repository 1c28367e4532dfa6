// Endless streams of random frames for training and validation.
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "tasks/digits.h"
#include "tasks/draw.h"
#include "tasks/factorial/factorial.h"
#include "tasks/fibonacci/fibonacci.h"
#include "tasks/frame.h"
#include "tasks/rng.h"
#include "tasks/vocabulary.h"

namespace trm::tasks {
namespace {

/// Draws until the frame's result is narrow enough; after so many failures the operands are zeros.
constexpr int attempts = 64;

std::size_t random_length(Rng& rng, std::size_t max) {
  return rng.between(1, static_cast<std::uint32_t>(max));
}

/// 0..99, with a quarter of the weight on 0..2 and on the numbers around tens, where the frame changes its shape and
/// the counter borrows.
std::uint32_t random_counter(Rng& rng) {
  if (rng.below(4) != 0) return rng.below(100);
  if (rng.below(2) == 0) return rng.below(3);
  return 10 * rng.between(1, 9) + rng.below(3) - 1;
}

void append(std::vector<Token>& out, const Digits& digits) {
  out.insert(out.end(), digits.begin(), digits.end());
}

void append(std::vector<Token>& out, std::string_view decimal) {
  for (std::size_t i = decimal.size(); i-- > 0;) out.push_back(decimal[i] - '0');
}

/// The frame of a well-formed prompt whose callees return the given numbers in turn.
Frame frame_with(const std::vector<Token>& prompt, std::span<const Digits> values) {
  std::size_t call = 0;
  Result<Frame> frame = write_frame(prompt, [&](std::span<const Token>) { return values[call++]; });
  return frame ? *std::move(frame) : Frame{};
}

/// A second operand: sometimes exactly as long as the first, sometimes one digit off, otherwise of any length.
std::size_t length_beside(Rng& rng, std::size_t length, std::size_t max) {
  const std::uint32_t kind = rng.below(8);
  if (kind < 2) return length;
  if (kind == 2 && length < max) return length + 1;
  if (kind == 3 && length > 1) return length - 1;
  return random_length(rng, max);
}

Frame factorial_frame(Rng& rng, std::string_view split, std::size_t max_digits) {
  const Digits n = digits_of(random_counter(rng));
  std::vector<Token> prompt = {token::fact};
  append(prompt, n);
  prompt.push_back(token::comma);
  append(prompt, factorial::draw_start(rng, split, std::min(max_digits, factorial::max_start_digits)));

  for (int i = 0; i < attempts; ++i) {
    Digits v = random_value(rng, random_length(rng, max_digits));
    Digits p, q = {0};
    if (rng.below(2) == 0) {
      p = times_digit(v, n[0]);
      if (n.size() == 2) q = times_digit(v, n[1]);
    } else {
      const std::size_t length = random_length(rng, max_digits);
      p = random_value(rng, length);
      q = random_value(rng, length_beside(rng, length, max_digits));
    }
    const std::size_t result = n.size() == 1 ? p.size() : add(p, times_ten(q)).size();
    if (p.size() > max_digits || result > max_digits) continue;
    return frame_with(prompt, std::array{v, p, q});
  }
  return frame_with(prompt, std::array{Digits{0}, Digits{0}, Digits{0}});
}

Frame fibonacci_frame(Rng& rng, std::string_view split, std::size_t max_digits) {
  std::vector<Token> prompt = {token::fib};
  append(prompt, digits_of(random_counter(rng)));
  const fibonacci::Start start = fibonacci::draw_start(rng, split, std::min(max_digits, fibonacci::max_start_digits));
  prompt.push_back(token::comma);
  append(prompt, start.a);
  prompt.push_back(token::comma);
  append(prompt, start.b);

  for (int i = 0; i < attempts; ++i) {
    const std::size_t length = random_length(rng, max_digits);
    const Digits v = random_value(rng, length);
    const Digits w = random_value(rng, length_beside(rng, length, max_digits));
    if (add(v, w).size() <= max_digits) return frame_with(prompt, std::array{v, w});
  }
  return frame_with(prompt, std::array{Digits{0}, Digits{0}});
}

Frame product_frame(Rng& rng, std::size_t max_digits) {
  const auto digit = static_cast<Token>(rng.below(10));
  Digits x = {0};
  for (int i = 0; i < attempts; ++i) {
    Digits candidate = random_value(rng, random_length(rng, max_digits));
    if (times_digit(candidate, digit).size() > max_digits) continue;
    x = std::move(candidate);
    break;
  }
  std::vector<Token> prompt = {token::mul, digit, token::comma};
  append(prompt, x);
  return frame_with(prompt, {});
}

Frame random_frame(Rng& rng, const FrameMix& mix, std::string_view split) {
  const auto weight = [](double value) { return std::isfinite(value) && value > 0 ? value : 0.0; };
  double factorial = weight(mix.factorial), fibonacci = weight(mix.fibonacci), product = weight(mix.product);
  if (factorial + fibonacci + product == 0.0) factorial = fibonacci = product = 1;
  const std::size_t max_digits = std::max<std::size_t>(mix.max_digits, 2);
  const double draw = rng.unit() * (factorial + fibonacci + product);
  if (draw < factorial) return factorial_frame(rng, split, max_digits);
  if (draw < factorial + fibonacci) return fibonacci_frame(rng, split, max_digits);
  return product_frame(rng, max_digits);
}

}  // namespace

Frame training_frame(std::uint64_t seed, std::uint64_t index, const FrameMix& mix) {
  Rng rng(seed, stream_of("frame/1/train"), index);
  return random_frame(rng, mix, "train");
}

Frame validation_frame(std::uint64_t seed, std::uint64_t index, const FrameMix& mix) {
  Rng rng(seed, stream_of("frame/1/validation"), index);
  return random_frame(rng, mix, "validation");
}

}  // namespace trm::tasks
