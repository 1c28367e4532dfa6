#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <set>
#include <vector>

#include "tasks/base/rng.h"

namespace test_rng {

using trm::tasks::philox;
using trm::tasks::Rng;
using trm::tasks::stream_of;

TEST_CASE("philox gives the published known answers") {
  // Random123 distribution, file kat_vectors, philox4x32 with 10 rounds.
  using Block = std::array<std::uint32_t, 4>;
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}) == Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a draw depends on seed, stream, index and its number alone") {
  const auto first_draws = [](std::uint64_t seed, std::uint32_t stream, std::uint64_t index) {
    Rng rng(seed, stream, index);
    std::vector<std::uint32_t> out(8);
    for (std::uint32_t& value : out) value = rng.next();
    return out;
  };
  CHECK(first_draws(42, 1, 7) == first_draws(42, 1, 7));
  std::set<std::vector<std::uint32_t>> seen;
  std::size_t made = 0;
  for (const std::uint64_t seed : {0ull, 42ull, 43ull, 1ull << 32, ~0ull}) {
    for (const std::uint32_t stream : {0u, 1u, stream_of("train"), stream_of("test")}) {
      for (const std::uint64_t index : {0ull, 1ull, 2ull, 1ull << 32, ~0ull}) {
        seen.insert(first_draws(seed, stream, index));
        ++made;
      }
    }
  }
  CHECK(seen.size() == made);
}

TEST_CASE("bounded draws stay inside and reach every value evenly") {
  Rng rng(5, 0, 0);
  for (const std::uint32_t bound : {1u, 2u, 3u, 10u, 100u, 0x80000001u}) {
    CAPTURE(bound);
    for (int i = 0; i < 200; ++i) CHECK(rng.below(bound) < bound);
  }
  std::array<int, 10> counts{};
  constexpr int draws = 100'000;
  for (int i = 0; i < draws; ++i) ++counts[rng.below(10)];
  for (const int count : counts) {
    // Standard deviation 95; six of them.
    CHECK(count > draws / 10 - 570);
    CHECK(count < draws / 10 + 570);
  }
  bool low = false, high = false;
  for (int i = 0; i < 1000; ++i) {
    const std::uint32_t value = rng.between(3, 5);
    REQUIRE(value >= 3);
    REQUIRE(value <= 5);
    low = low || value == 3;
    high = high || value == 5;
    const double unit = rng.unit();
    REQUIRE(unit >= 0.0);
    REQUIRE(unit < 1.0);
  }
  CHECK(low);
  CHECK(high);
}

}  // namespace test_rng
