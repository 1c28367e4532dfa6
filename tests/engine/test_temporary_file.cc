#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "engine/sys/files.h"
#include "engine/sys/output_lock.h"
#include "engine/sys/temporary_file.h"
#include "tests/engine/support.h"

namespace test_temporary_file {

using trm::FileDescriptor;
using trm::OutputLock;
using trm::TemporaryFile;
using trm::write_atomic;
using trm::test::in_child;
using trm::test::slurp;
using trm::test::spill;
using trm::test::TempDir;

namespace {

std::set<std::string> names(const TempDir& dir) {
  std::set<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(dir.path()))
    out.insert(entry.path().filename().string());
  return out;
}

}  // namespace

TEST_CASE("temporary files: what dead processes left behind goes, all else stays") {
  TempDir dir;
  const std::set<std::string> others{".trm-1.tmp",    ".trm--1.tmp",   ".trm-1-.tmp",  ".trm-x-1.tmp",
                                     ".trm-1-1.tmpx", "x.trm-1-1.tmp", ".trm-1-g.tmp", ".trm-1-1-1.tmp",
                                     ".trm-1-1",      "trm-1-1.tmp",   ".trm-1-A.tmp", ".trm-.tmp"};
  for (const std::string& name : others) spill(dir / name, "not ours");
  // As many as a container leaves whose processes all have the number 1, and of this very number.
  for (int i = 0; i < 120; ++i) spill(dir / (".trm-1-" + std::to_string(i) + ".tmp"), "half a file");
  for (int i = 0; i < 120; ++i) {
    spill(dir / (".trm-" + std::to_string(getpid()) + "-" + std::to_string(i) + ".tmp"), "half a file");
  }
  spill(dir / ".trm-77-0123456789abcdef.tmp", "half a file");
  chmod((dir / ".trm-77-0123456789abcdef.tmp").c_str(), 0400);
  std::filesystem::create_directory(dir / ".trm-5-5.tmp");
  std::filesystem::create_symlink(dir / "trm-1-1.tmp", dir / ".trm-6-6.tmp");
  REQUIRE(mkfifo((dir / ".trm-7-7.tmp").c_str(), 0600) == 0);
  REQUIRE(write_atomic(dir / "f", "text").ok());
  std::set<std::string> expected = others;
  expected.insert({"f", ".trm-5-5.tmp", ".trm-6-6.tmp", ".trm-7-7.tmp"});
  CHECK(names(dir) == expected);
}

TEST_CASE("temporary files: another writer's is left alone while that lives") {
  TempDir dir;
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  std::cout.flush();
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const TemporaryFile file = TemporaryFile::create(dir.path());
    const bool told = write(ends[1], "x", 1) == 1;
    while (told && file.valid()) pause();
    _exit(1);
  }
  char ready = 0;
  REQUIRE(read(ends[0], &ready, 1) == 1);
  REQUIRE(dir.entries() == 1);
  REQUIRE(write_atomic(dir / "f", "one").ok());
  CHECK(dir.entries() == 2);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(ends[0]);
  close(ends[1]);
  CHECK(dir.entries() == 2);
  REQUIRE(write_atomic(dir / "f", "two").ok());
  CHECK(names(dir) == std::set<std::string>{"f"});
  CHECK(slurp(dir / "f") == "two");
}

TEST_CASE("temporary files: many writers in one folder do not take one another's away") {
  TempDir dir;
  std::vector<std::thread> writers;
  std::atomic<int> failures{0};
  for (int w = 0; w < 4; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < 25; ++i) {
        const std::string text(1000, static_cast<char>('a' + w));
        if (!write_atomic(dir / ("f" + std::to_string(w)), text).ok()) ++failures;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  CHECK(failures == 0);
  CHECK(names(dir) == std::set<std::string>{"f0", "f1", "f2", "f3"});
}

TEST_CASE("temporary files: a process about to end removes its own, and only those") {
  TempDir dir;
  TemporaryFile ours = TemporaryFile::create(dir.path());
  REQUIRE(ours.valid());
  CHECK(in_child([&] {
          const TemporaryFile first = TemporaryFile::create(dir.path());
          const TemporaryFile second = TemporaryFile::create(dir.path());
          const std::size_t before = dir.entries();
          trm::remove_live_temporaries();
          return std::to_string(before) + " " + std::to_string(dir.entries());
        }) == "3 1");
  CHECK(ours.publish(dir / "f") == 0);
  trm::remove_live_temporaries();
  CHECK(names(dir) == std::set<std::string>{"f"});
}

TEST_CASE("temporary files: a source that fails leaves nothing") {
  TempDir dir;
  spill(dir / "f", "old");
  int piece = 0;
  const trm::Status status = write_atomic(dir / "f", [&]() -> trm::Result<std::span<const std::byte>> {
    static const std::string text = "some";
    if (piece++ < 2) return std::as_bytes(std::span(text));
    return trm::Error{trm::ErrorCode::io, "source", "", "changed while it was read", "try again"};
  });
  REQUIRE(!status.ok());
  CHECK(status.error().text() == "source: changed while it was read; fix: try again");
  CHECK(slurp(dir / "f") == "old");
  CHECK(dir.entries() == 1);
}

TEST_CASE("output lock: one holder, who is named; free again at the end or at death") {
  TempDir dir;
  std::string host(256, '\0');
  REQUIRE(gethostname(host.data(), host.size()) == 0);
  host = host.c_str();
  {
    const auto lock = OutputLock::take(dir.path());
    REQUIRE(lock.ok());
    CHECK(lock->held());
    const auto second = OutputLock::take(dir.path());
    REQUIRE(!second.ok());
    CHECK(second.error().text() == dir.path() + ": is being written by process " + std::to_string(getpid()) + " on " +
                                       host + "; fix: wait until that ends, or write to another directory");
    CHECK(second.error().code == trm::ErrorCode::io);
  }
  CHECK(dir.entries() == 0);
  CHECK(in_child([&]() -> std::string {
          auto lock = OutputLock::take(dir.path());
          if (!lock.ok()) return "refused";
          (void)new OutputLock(std::move(*lock));  // NOLINT: the process dies with it
          return "held";
        }) == "held");
  CHECK(dir.entries() == 1);  // what a dead process leaves does not lock
  const auto again = OutputLock::take(dir.path());
  REQUIRE(again.ok());
  CHECK(again->held());
}

TEST_CASE("output lock: a folder in which nothing can be made is not held, and no error") {
  TempDir dir;
  chmod(dir.path().c_str(), 0555);
  CHECK(in_child([&]() -> std::string {
          if (!trm::test::become_nobody()) return "not tried";
          const auto lock = OutputLock::take(dir.path());
          return !lock.ok() ? "refused" : lock->held() ? "held" : "not held";
        }) == "not held");
  chmod(dir.path().c_str(), 0755);
}

}  // namespace test_temporary_file
