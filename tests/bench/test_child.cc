#include <doctest/doctest.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/harness/child.h"
#include "engine/sys/memory.h"

namespace test_child {

namespace {

using trm::Error;
using trm::ErrorCode;
using trm::Result;
using trm::bench::Bytes;
using trm::bench::Progress;
using trm::bench::run_in_child;

TEST_CASE("child: bytes and progress come back, from another process") {
  const pid_t here = ::getpid();
  std::vector<std::size_t> seen;
  // More bytes than a pipe holds at once.
  const auto result = run_in_child(
      [&](const Progress& tell) -> Result<Bytes> {
        for (std::size_t i = 0; i < 1000; ++i) tell(i);
        return Bytes(300'000, std::byte{static_cast<unsigned char>(::getpid() != here ? 7 : 0)});
      },
      [&](std::size_t done) { seen.push_back(done); });
  REQUIRE(result.ok());
  CHECK(*result == Bytes(300'000, std::byte{7}));
  REQUIRE(seen.size() == 1000);
  CHECK(seen.front() == 0);
  CHECK(seen.back() == 999);
}

TEST_CASE("child: an empty result is a result") {
  const auto result = run_in_child([](const Progress&) -> Result<Bytes> { return Bytes{}; }, {});
  REQUIRE(result.ok());
  CHECK(result->empty());
}

TEST_CASE("child: every part of an error comes back") {
  const auto result = run_in_child(
      [](const Progress&) -> Result<Bytes> {
        return Error{ErrorCode::io, "a file", "", "a message", "a fix"};
      },
      {});
  REQUIRE(!result.ok());
  CHECK(result.error().code == ErrorCode::io);
  CHECK(result.error().text() == "a file: a message; fix: a fix");
}

TEST_CASE("child: an exception and a death are errors that say what happened") {
  const auto thrown =
      run_in_child([](const Progress&) -> Result<Bytes> { throw std::runtime_error("no more room"); }, {});
  REQUIRE(!thrown.ok());
  CHECK(thrown.error().message.find("no more room") != std::string::npos);
  const auto killed = run_in_child(
      [](const Progress&) -> Result<Bytes> {
        ::kill(::getpid(), SIGKILL);
        return Bytes{};
      },
      {});
  REQUIRE(!killed.ok());
  CHECK(killed.error().message.find("signal 9") != std::string::npos);
  const auto left = run_in_child([](const Progress&) -> Result<Bytes> { ::_exit(3); }, {});
  REQUIRE(!left.ok());
  CHECK(left.error().message.find("status 3") != std::string::npos);
}

TEST_CASE("child: its memory is its own") {
  const std::size_t before = trm::rss_bytes();
  if (before == 0) {
    MESSAGE("skipped: memory of a child: the system does not tell resident sizes");
    return;
  }
  constexpr std::size_t size = std::size_t{64} << 20;
  const auto result = run_in_child(
      [](const Progress&) -> Result<Bytes> {
        const std::vector<char> much(size, 'x');
        return Bytes(1,
                     trm::rss_peak_bytes() > size ? std::byte{1} : std::byte{static_cast<unsigned char>(much[5] == 0)});
      },
      {});
  REQUIRE(result.ok());
  CHECK(result->front() == std::byte{1});
  CHECK(trm::rss_bytes() < before + size / 2);
}

}  // namespace

}  // namespace test_child
