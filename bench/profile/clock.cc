#include "bench/profile/clock.h"

#include <bit>
#include <cmath>
#include <cstdint>

namespace trm::bench {
namespace {

/// The compiler may not look through it: x is what it was, and nobody knows why.
#define TRM_OPAQUE(x) __asm__ volatile("" : "+r"(x))

constexpr int kUnrolled = 32;

/// Two cycles for each of `steps` times kUnrolled.
[[gnu::noinline]] std::uint64_t rotate_and_mix(std::uint64_t x, std::uint64_t y, int steps) {
  for (int step = 0; step < steps; ++step) {
#pragma GCC unroll 32
    for (int i = 0; i < kUnrolled; ++i) {
      x = std::rotl(x, 7);
      TRM_OPAQUE(x);
      x ^= y;
      TRM_OPAQUE(x);
    }
  }
  return x;
}

[[gnu::noinline]] std::uint64_t multiply(std::uint64_t x, std::uint64_t y, int steps) {
  for (int step = 0; step < steps; ++step) {
#pragma GCC unroll 32
    for (int i = 0; i < kUnrolled; ++i) {
      x *= y;
      TRM_OPAQUE(x);
    }
  }
  return x;
}

#undef TRM_OPAQUE

/// Seconds of one step of a chain. The shortest of three: a neighbour may only lengthen it.
template <class Chain>
double step_seconds(const Chain& chain, int steps) {
  double least = 1;
  for (int again = 0; again < 3; ++again) {
    std::uint64_t kept = 0;
    least = std::fmin(least, time_of([&] { kept = chain(0x9e3779b97f4a7c15ULL, 0xbf58476d1ce4e5b9ULL, steps); }));
    [[maybe_unused]] const volatile std::uint64_t seen = kept;
  }
  return least / (static_cast<double>(steps) * kUnrolled);
}

}  // namespace

ClockReading read_clock(std::size_t samples, const std::function<void()>& before) {
  // 200 us alone; 7 us, three times, right behind other work.
  const int steps = before ? 350 : 10'000;
  std::vector<double> ghz, cycles;
  for (std::size_t s = 0; s < samples; ++s) {
    if (before) before();
    const double pair = step_seconds(rotate_and_mix, steps);
    ghz.push_back(2e-9 / pair);
    if (!before) cycles.push_back(step_seconds(multiply, steps / 2) * 2 / pair);
  }
  return {Figure::of(std::move(ghz)), Figure::of(std::move(cycles)).value};
}

bool chains_agree(double multiply_cycles) {
  const double whole = std::round(multiply_cycles);
  return whole >= 2 && whole <= 6 && std::abs(multiply_cycles - whole) <= 0.04 * whole;
}

}  // namespace trm::bench
