#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <random>

#include "engine/sys/arena.h"
#include "engine/sys/memory.h"
#include "tests/engine/support.h"

namespace test_arena {

using trm::Arena;
using trm::ArenaPlan;
using trm::HugePages;

TEST_CASE("arena plan: buffers that are never alive together share memory") {
  ArenaPlan plan;
  const auto a = plan.add("a", 1000, 0, 1);
  const auto b = plan.add("b", 1000, 2, 3);
  const auto c = plan.add("c", 100, 1, 2);
  REQUIRE(plan.layout().ok());
  CHECK(plan.offset(a) == plan.offset(b));
  CHECK(plan.offset(c) == 1024);
  CHECK(plan.total_bytes() == 1024 + 128);
}

TEST_CASE("arena plan: an empty plan and empty buffers take nothing") {
  ArenaPlan plan;
  REQUIRE(plan.layout().ok());
  CHECK(plan.total_bytes() == 0);
  plan.add("nothing", 0, 0, 9);
  REQUIRE(plan.layout().ok());
  CHECK(plan.total_bytes() == 0);
}

TEST_CASE("arena plan: random plans never overlap, are aligned and between the bounds") {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    CAPTURE(round);
    ArenaPlan plan;
    const std::size_t count = 1 + random() % 40;
    std::size_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t bytes = random() % 5000;
      const std::size_t first = random() % 20;
      plan.add("b", bytes, first, first + random() % 6);
      sum += (bytes + 63) / 64 * 64;
    }
    REQUIRE(plan.layout().ok());
    std::size_t peak = 0;
    for (std::size_t step = 0; step < 32; ++step) {
      std::size_t alive = 0;
      for (const auto& b : plan.buffers()) alive += b.first <= step && step <= b.last ? (b.bytes + 63) / 64 * 64 : 0;
      peak = std::max(peak, alive);
    }
    CHECK(plan.total_bytes() >= peak);
    CHECK(plan.total_bytes() <= sum);
    for (const auto& x : plan.buffers()) {
      CHECK(x.offset % 64 == 0);
      CHECK(x.offset + x.bytes <= plan.total_bytes());
      for (const auto& y : plan.buffers()) {
        if (&x == &y || x.first > y.last || y.first > x.last || x.bytes == 0 || y.bytes == 0) continue;
        const bool apart = x.offset + x.bytes <= y.offset || y.offset + y.bytes <= x.offset;
        REQUIRE(apart);
      }
    }
  }
}

TEST_CASE("arena plan: laying out again gives the same places") {
  ArenaPlan plan;
  for (std::size_t i = 0; i < 20; ++i) plan.add("b", 100 * (i % 7), i, i + 3);
  REQUIRE(plan.layout().ok());
  std::vector<std::size_t> before;
  for (const auto& b : plan.buffers()) before.push_back(b.offset);
  REQUIRE(plan.layout().ok());
  for (std::size_t i = 0; i < before.size(); ++i) CHECK(plan.offset(i) == before[i]);
}

TEST_CASE("arena plan: errors") {
  SUBCASE("two buffers whose sum overflows") {
    ArenaPlan plan;
    plan.add("half", SIZE_MAX / 2 + 1, 0, 1);
    plan.add("other half", SIZE_MAX / 2 + 1, 0, 1);
    const auto status = plan.layout();
    REQUIRE(!status.ok());
    CHECK(status.error().text() ==
          "memory: cannot take 9223372036854775808 bytes: the sum of all buffers overflows; fix: use a smaller model, "
          "batch or context");
  }
  SUBCASE("a buffer that cannot be rounded up to a cache line") {
    ArenaPlan plan;
    plan.add("all", SIZE_MAX, 0, 0);
    CHECK(!plan.layout().ok());
  }
  SUBCASE("a life that ends before it starts") {
    ArenaPlan plan;
    plan.add("z_H", 10, 3, 2);
    const auto status = plan.layout();
    REQUIRE(!status.ok());
    CHECK(status.error().text() == "z_H: its last step comes before its first; fix: swap the two steps");
  }
}

TEST_CASE("arena: memory is aligned, zero, writable to its last byte") {
  for (const HugePages huge : {HugePages::off, HugePages::allowed}) {
    for (const std::size_t bytes : {std::size_t{1}, std::size_t{4096}, (std::size_t{2} << 20) - 1, std::size_t{2} << 20,
                                    (std::size_t{5} << 20) + 3}) {
      CAPTURE(bytes);
      auto arena = Arena::create(bytes, huge);
      REQUIRE(arena.ok());
      CHECK(arena->bytes() == bytes);
      auto* p = arena->at<unsigned char>(0);
      CHECK(reinterpret_cast<std::uintptr_t>(p) % 64 == 0);
      CHECK(std::all_of(p, p + bytes, [](unsigned char c) { return c == 0; }));
      std::fill(p, p + bytes, static_cast<unsigned char>(0xA5));
      CHECK(p[bytes - 1] == 0xA5);
    }
  }
}

#if !TRM_TEST_SANITIZED
TEST_CASE("arena: writing to it causes no page faults") {
  for (const HugePages huge : {HugePages::off, HugePages::allowed}) {
    constexpr std::size_t kBytes = std::size_t{16} << 20;
    auto arena = Arena::create(kBytes, huge);
    REQUIRE(arena.ok());
    auto* p = arena->at<volatile unsigned char>(0);
    const auto before = trm::process_usage().minor_faults;
    for (std::size_t i = 0; i < kBytes; i += 4096) p[i] = 1;
    CHECK(trm::process_usage().minor_faults - before < kBytes / 4096 / 16);
  }
}
#endif

TEST_CASE("arena: nothing of nothing, and moves") {
  auto empty = Arena::create(0);
  REQUIRE(empty.ok());
  CHECK(empty->bytes() == 0);
  auto full = Arena::create(100);
  REQUIRE(full.ok());
  *full->at<int>(64) = 42;
  Arena moved = std::move(*full);
  CHECK(*moved.at<int>(64) == 42);
  CHECK(full->bytes() == 0);
  Arena assigned;
  assigned = std::move(moved);
  CHECK(*assigned.at<int>(64) == 42);
  CHECK(assigned.bytes() == 100);
}

TEST_CASE("arena: more than the machine has is an error, not a dead process") {
  auto arena = Arena::create(std::size_t{1} << 60);
  REQUIRE(!arena.ok());
  CHECK(arena.error().code == trm::ErrorCode::unsupported);
  CHECK(arena.error().text().starts_with("memory: cannot take 1152921504606846976 bytes: only "));
  CHECK(arena.error().text().find(" bytes are available (free: ") != std::string::npos);
  CHECK(arena.error().text().ends_with(
      "); fix: use a smaller model, batch or context, or raise the limit (ulimit -v, memory of the cgroup)"));
  CHECK(Arena::create(SIZE_MAX).error().text() ==
        "memory: cannot take 18446744073709551615 bytes: the size overflows; fix: use a smaller model, batch or "
        "context");
}

}  // namespace test_arena
