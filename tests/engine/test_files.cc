#include <doctest/doctest.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/hash.h"
#include "engine/base/utf8.h"
#include "engine/sys/files.h"
#include "tests/engine/support.h"

namespace test_files {

using trm::check_target;
using trm::read_text;
using trm::Status;
using trm::valid_utf8;
using trm::write_atomic;
using trm::test::in_child;
using trm::test::slurp;
using trm::test::spill;
using trm::test::TempDir;

namespace {

std::string outcome(const trm::Status& status) {
  return status.ok() ? "written" : status.error().text();
}

}  // namespace

TEST_CASE("read_text: whole files up to the limit") {
  TempDir dir;
  for (const std::size_t size : {0, 1, 65535, 65536, 65537, 200000}) {
    CAPTURE(size);
    const std::string text(size, 'x');
    spill(dir / "f", text);
    auto got = read_text(dir / "f", size);
    REQUIRE(got.ok());
    CHECK(*got == text);
    if (size == 0) continue;
    got = read_text(dir / "f", size - 1);
    REQUIRE(!got.ok());
    CHECK(got.error().text() ==
          (dir / "f") + ": is larger than " + std::to_string(size - 1) + " bytes; fix: split it or name another file");
  }
}

TEST_CASE("read_text: files that cannot be read") {
  TempDir dir;
  CHECK(read_text(dir / "none").error().text() == (dir / "none") + ": does not exist; fix: check the path");
  CHECK(read_text(dir.path()).error().text() == dir.path() + ": is a directory; fix: name a file in it");
  CHECK(read_text("").error().text() == "path: is empty; fix: name a file");
  spill(dir / "f", "text");
  CHECK(read_text(dir / "f/g").error().text() == (dir / "f/g") + ": does not exist; fix: check the path");
  std::filesystem::create_symlink("loop", dir / "loop");
  CHECK(read_text(dir / "loop").error().text() ==
        (dir / "loop") + ": cannot be opened: Too many levels of symbolic links; fix: check the path");
  chmod(dir.path().c_str(), 0755);
  chmod((dir / "f").c_str(), 0000);
  CHECK(in_child([&]() -> std::string {
          if (!trm::test::become_nobody()) return "not tried";
          return read_text(dir / "f").error().text();
        }) == (dir / "f") + ": may not be read: Permission denied; fix: change its permissions (chmod +r)");
}

TEST_CASE("read_text: what is not UTF-8 is refused with its place") {
  TempDir dir;
  spill(dir / "f", "good\xC3\xA4 \xFF rest");
  CHECK(read_text(dir / "f").error().text() == (dir / "f") + ": is not UTF-8 at byte 7; fix: save it as UTF-8");
}

TEST_CASE("write_atomic: writes and replaces, and leaves nothing else behind") {
  TempDir dir;
  REQUIRE(write_atomic(dir / "f", "first").ok());
  CHECK(slurp(dir / "f") == "first");
  REQUIRE(write_atomic(dir / "f", "").ok());
  CHECK(slurp(dir / "f").empty());
  const std::string large(3'000'000, 'x');
  const std::string small = "small";
  const std::vector<std::span<const std::byte>> parts{
      std::as_bytes(std::span(small)), {}, std::as_bytes(std::span(large)), std::as_bytes(std::span(small))};
  REQUIRE(write_atomic(dir / "f", parts).ok());
  CHECK(slurp(dir / "f") == small + large + small);
  CHECK(dir.entries() == 1);
}

TEST_CASE("write_atomic: a relative path without a folder") {
  TempDir dir;
  CHECK(in_child([&] {
          if (chdir(dir.path().c_str()) != 0) return std::string("no chdir");
          return outcome(write_atomic("plain", "text"));
        }) == "written");
  CHECK(slurp(dir / "plain") == "text");
}

TEST_CASE("write_atomic: the mode of the target stays, a new file follows the umask") {
  TempDir dir;
  struct stat info {};
  const mode_t before = umask(027);
  REQUIRE(write_atomic(dir / "new", "x").ok());
  umask(before);
  REQUIRE(stat((dir / "new").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0640);
  for (const mode_t mode : {0600U, 0664U, 0755U, 0400U}) {
    CAPTURE(mode);
    chmod((dir / "new").c_str(), mode);
    REQUIRE(write_atomic(dir / "new", "y").ok());
    REQUIRE(stat((dir / "new").c_str(), &info) == 0);
    CHECK((info.st_mode & 07777) == mode);
  }
}

TEST_CASE("write_atomic: a mapped or open old file keeps its content") {
  TempDir dir;
  spill(dir / "f", "old");
  std::ifstream reader(dir / "f");
  REQUIRE(write_atomic(dir / "f", "new").ok());
  std::string text;
  reader >> text;
  CHECK(text == "old");
  CHECK(slurp(dir / "f") == "new");
}

TEST_CASE("write_atomic: links stay links") {
  TempDir dir;
  std::filesystem::create_directory(dir / "sub");
  spill(dir / "sub/real", "old");
  std::filesystem::create_symlink("sub/real", dir / "link");
  REQUIRE(write_atomic(dir / "link", "new").ok());
  CHECK(std::filesystem::is_symlink(dir / "link"));
  CHECK(slurp(dir / "sub/real") == "new");
  std::filesystem::create_symlink("nowhere", dir / "broken");
  CHECK(outcome(write_atomic(dir / "broken", "x")) ==
        (dir / "broken") +
            ": is a symbolic link that leads nowhere: No such file or directory; fix: create the folder "
            "first");
}

TEST_CASE("write_atomic: devices are written to, not replaced") {
  CHECK(outcome(write_atomic("/dev/null", "gone")) == "written");
  struct stat info {};
  REQUIRE(stat("/dev/null", &info) == 0);
  CHECK(S_ISCHR(info.st_mode));
  CHECK(outcome(write_atomic("/dev/full", "x")) ==
        "/dev/full: cannot be written: No space left on device; fix: free some space or write to another disk");
}

TEST_CASE("write_atomic: targets that cannot be") {
  TempDir dir;
  spill(dir / "f", "text");
  CHECK(outcome(write_atomic("", "x")) == "path: is empty; fix: name a file");
  CHECK(outcome(write_atomic(dir.path(), "x")) ==
        dir.path() + ": cannot be written: Is a directory; fix: name a file, not a folder");
  CHECK(outcome(write_atomic(dir / "new/", "x")) ==
        (dir / "new/") + ": cannot be written: Is a directory; fix: name a file, not a folder");
  CHECK(outcome(write_atomic(dir / "no/f", "x")) ==
        (dir / "no/f") + ": cannot create a file beside it: No such file or directory; fix: create the folder first");
  CHECK(outcome(write_atomic(dir / "f/g", "x")) ==
        (dir / "f/g") + ": cannot create a file beside it: Not a directory; fix: create the folder first");
  const std::string long_name = dir / std::string(300, 'n');
  CHECK(outcome(write_atomic(long_name, "x")) ==
        long_name + ": cannot be replaced: File name too long; fix: use a shorter path");
  CHECK(dir.entries() == 1);
  CHECK(slurp(dir / "f") == "text");
}

TEST_CASE("check_target: what write_atomic would refuse, before there is anything to write") {
  TempDir dir;
  spill(dir / "f", "text");
  REQUIRE(symlink((dir / "f").c_str(), (dir / "link").c_str()) == 0);
  REQUIRE(mkfifo((dir / "pipe").c_str(), 0600) == 0);
  for (const std::string& path : {std::string(), dir.path(), dir / "new/", dir / "no/f", dir / "f/g", dir / "pipe"}) {
    CAPTURE(path);
    const Status refused = check_target(path);
    CHECK(!refused.ok());
    CHECK(outcome(refused) == outcome(write_atomic(path, "x")));
  }
  for (const std::string& path :
       {dir / "f", dir / "new", dir / "link", std::string("/dev/null"), std::string("/dev/stdout")}) {
    CAPTURE(path);
    CHECK(check_target(path).ok());
  }
  CHECK(dir.entries() == 3);
}

TEST_CASE("write_atomic: a name of the greatest length works") {
  TempDir dir;
  CHECK(outcome(write_atomic(dir / std::string(255, 'n'), "x")) == "written");
}

TEST_CASE("write_atomic: a folder that may not be changed") {
  TempDir dir;
  chmod(dir.path().c_str(), 0555);
  CHECK(in_child([&]() -> std::string {
          if (!trm::test::become_nobody()) return "not tried";
          return outcome(write_atomic(dir / "f", "x"));
        }) == (dir / "f") +
                  ": cannot create a file beside it: Permission denied; fix: write to a folder that you may "
                  "change");
  chmod(dir.path().c_str(), 0755);
  CHECK(dir.entries() == 0);
}

TEST_CASE("write_atomic: a file size limit leaves the target as it was") {
  TempDir dir;
  spill(dir / "f", "old");
  // The file takes 4096 bytes before the write that is refused: a short write first, then the reason.
  CHECK(in_child([&] {
          std::signal(SIGXFSZ, SIG_IGN);
          const rlimit limit{4096, 4096};
          if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return std::string("not tried");
          return outcome(write_atomic(dir / "f", std::string(10000, 'x')));
        }) == (dir / "f") + ": cannot be written: File too large; fix: raise the file size limit (ulimit -f)");
  CHECK(slurp(dir / "f") == "old");
  CHECK(dir.entries() == 1);
}

TEST_CASE("write_atomic: a full disk leaves the target as it was") {
  TempDir dir;
  // A small disk of its own, in a name space where that is allowed without privileges.
  const std::string text = in_child([&]() -> std::string {
    if (unshare(geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0) return "not allowed";
    mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    if (mount("tmpfs", dir.path().c_str(), "tmpfs", 0, "size=64k") != 0) return "not allowed";
    spill(dir / "f", "old");
    const std::string result = outcome(write_atomic(dir / "f", std::string(1 << 20, 'x')));
    return result + "|" + slurp(dir / "f") + "|" + std::to_string(dir.entries());
  });
  if (text == "not allowed") {
    MESSAGE("skipped: mounting a small disk is not allowed here");
    return;
  }
  CHECK(text == (dir / "f") +
                    ": cannot be written: No space left on device; fix: free some space or write to another "
                    "disk|old|1");
}

TEST_CASE("write_atomic: a process that is killed leaves the old or the new file, whole") {
  TempDir dir;
  const std::string a(300000, 'a');
  const std::string b(300001, 'b');
  REQUIRE(write_atomic(dir / "f", a).ok());
  for (int round = 0; round < 10; ++round) {
    CAPTURE(round);
    std::cout.flush();
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      for (;;) {
        if (!write_atomic(dir / "f", b).ok() || !write_atomic(dir / "f", a).ok()) _exit(1);
      }
    }
    std::this_thread::sleep_for(std::chrono::microseconds(500 + 700 * round));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    const std::string text = slurp(dir / "f");
    const bool whole = text == a || text == b;
    CHECK(whole);
  }
}

TEST_CASE("hash_hex: published values of FNV-1a 64") {
  const auto hash = [](std::string_view s) { return trm::hash_hex(std::as_bytes(std::span(s))); };
  CHECK(hash("") == "cbf29ce484222325");
  CHECK(hash("a") == "af63dc4c8601ec8c");
  CHECK(hash("foobar") == "85944171f73967e8");
}

TEST_CASE("valid_utf8: the borders of every range") {
  struct Case {
    std::string text;
    std::size_t bad;  // npos: valid
  };
  constexpr std::size_t kGood = std::string::npos;
  const std::vector<Case> cases{
      {"", kGood},
      {"plain \x7F", kGood},
      {std::string(1, '\0'), kGood},
      {"\x80", 0},
      {"ok\xBF", 2},
      {"\xC0\x80", 0},
      {"\xC1\xBF", 0},
      {"\xC2\x80", kGood},
      {"\xDF\xBF", kGood},
      {"x\xC2", 1},
      {"\xC2x", 0},
      {"\xE0\x9F\xBF", 0},
      {"\xE0\xA0\x80", kGood},
      {"\xED\x9F\xBF", kGood},
      {"\xED\xA0\x80", 0},
      {"\xEE\x80\x80", kGood},
      {"\xEF\xBF\xBF", kGood},
      {"\xEF\xBF", 0},
      {"\xF0\x8F\xBF\xBF", 0},
      {"\xF0\x90\x80\x80", kGood},
      {"\xF4\x8F\xBF\xBF", kGood},
      {"\xF4\x90\x80\x80", 0},
      {"\xF5\x80\x80\x80", 0},
      {"\xFF", 0},
      {"abc\xF0\x9F\x98\x80 \xF0\x9F\x98", 8},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    CAPTURE(i);
    std::size_t bad = kGood;
    CHECK(valid_utf8(cases[i].text, &bad) == (cases[i].bad == kGood));
    CHECK(bad == cases[i].bad);
    CHECK(valid_utf8(cases[i].text) == (cases[i].bad == kGood));
  }
}

}  // namespace test_files
