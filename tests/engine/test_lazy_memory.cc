#include <doctest/doctest.h>

#include <cstdint>
#include <utility>

#include "engine/sys/lazy_memory.h"
#include "engine/sys/memory.h"

namespace test_lazy_memory {

using trm::LazyMemory;

TEST_CASE("lazy memory: zeros that cost nothing before they are touched, and stay where they are") {
  constexpr std::size_t kBytes = std::size_t{1} << 28;
  const std::size_t before = trm::rss_bytes();
  trm::Result<LazyMemory> made = LazyMemory::reserve(kBytes);
  REQUIRE(made.ok());
  LazyMemory memory = *std::move(made);
  CHECK(memory.bytes() == kBytes);
  auto* const last = memory.at<std::uint32_t>(kBytes - sizeof(std::uint32_t));
  CHECK(*last == 0);
  *last = 7;
  *memory.at<std::uint32_t>(0) = 8;
  CHECK(trm::rss_bytes() < before + kBytes / 2);
  LazyMemory other(std::move(memory));
  CHECK(other.at<std::uint32_t>(kBytes - sizeof(std::uint32_t)) == last);
  memory = std::move(other);
  CHECK(*memory.at<std::uint32_t>(0) == 8);
  CHECK(*last == 7);
}

TEST_CASE("lazy memory: what the system refuses is an error with the system's reason") {
  const trm::Result<LazyMemory> memory = LazyMemory::reserve(SIZE_MAX / 2);
  REQUIRE_FALSE(memory.ok());
  CHECK(memory.error().code == trm::ErrorCode::io);
  CHECK(memory.error().message == "Cannot allocate memory");
}

}  // namespace test_lazy_memory
