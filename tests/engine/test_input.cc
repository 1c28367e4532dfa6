#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "engine/sys/files.h"
#include "engine/sys/input.h"
#include "tests/engine/support.h"

namespace test_input {

using trm::FileDescriptor;
using trm::open_text_stream;
using trm::read_text;
using trm::write_atomic;
using trm::test::in_child;
using trm::test::spill;
using trm::test::TempDir;

namespace {

constexpr const char* kLead = "; fix: copy its content to a file, or name /dev/stdin and lead it there with <";

/// A socket in the file system.
FileDescriptor bind_socket(const std::string& path) {
  FileDescriptor fd(socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(path.size() < sizeof address.sun_path);
  std::strcpy(address.sun_path, path.c_str());
  REQUIRE(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  return fd;
}

}  // namespace

TEST_CASE("what is no file is refused at once, to read and to write") {
  TempDir dir;
  REQUIRE(mkfifo((dir / "pipe").c_str(), 0600) == 0);
  const FileDescriptor bound = bind_socket(dir / "socket");
  struct Case {
    std::string path, kind;
  };
  for (const Case& c : {Case{dir / "pipe", "a pipe"}, Case{dir / "socket", "a socket"},
                        Case{"/dev/zero", "a character device"}, Case{"/dev/null", "a character device"}}) {
    CAPTURE(c.path);
    const std::string text = c.path + ": is not a regular file but " + c.kind;
    CHECK(read_text(c.path).error().text() == text + kLead);
    CHECK(open_text_stream(c.path).error().text() == text + kLead);
    if (c.kind == "a character device") continue;
    const trm::Status status = write_atomic(c.path, "x");
    REQUIRE(!status.ok());
    CHECK(status.error().text() == text + "; fix: name a file, or name /dev/stdout and lead that there with >");
  }
}

TEST_CASE("what somebody opened for this program is read to its end, byte by byte if need be") {
  TempDir dir;
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const std::string text = "\xEF\xBB\xBFtext of a pipe";
  std::thread writer([&] {
    for (const char& c : text) {
      if (write(ends[1], &c, 1) != 1) break;
      std::this_thread::yield();
    }
    close(ends[1]);
  });
  const auto got = read_text("/dev/fd/" + std::to_string(ends[0]));
  writer.join();
  close(ends[0]);
  REQUIRE(got.ok());
  CHECK(*got == "text of a pipe");
  CHECK(read_text("/dev/fd/" + std::to_string(ends[0])).error().text().find("cannot be opened: Bad file descriptor") !=
        std::string::npos);

  spill(dir / "f", "standard input");
  CHECK(in_child([&]() -> std::string {
          const int fd = open((dir / "f").c_str(), O_RDONLY);
          if (fd < 0 || dup2(fd, STDIN_FILENO) < 0) return "no dup2";
          return *trm::read_standard_input() + ", " + *read_text("/dev/stdin");
        }) == "standard input, standard input");
  CHECK(in_child([&]() -> std::string {
          const int fd = open("/dev/zero", O_RDONLY);
          if (fd < 0 || dup2(fd, STDIN_FILENO) < 0) return "no dup2";
          return trm::read_standard_input(100'000).error().text();
        }) == "standard input: is larger than 100000 bytes; fix: split it or name another file");
}

TEST_CASE("byte order marks: that of UTF-8 is passed over, others are named") {
  TempDir dir;
  struct Case {
    std::string content, expected;
  };
  const std::string name = (dir / "f") + ": ";
  for (const Case& c :
       std::vector<Case>{{"\xEF\xBB\xBF", ""},
                         {"\xEF\xBB\xBFx", "x"},
                         {"\xEF\xBB\xBF\xEF\xBB\xBFx", "\xEF\xBB\xBFx"},
                         {"x\xEF\xBB\xBF", "x\xEF\xBB\xBF"},
                         {"\xEF\xBB", name + "is not UTF-8 at byte 0; fix: save it as UTF-8"},
                         {std::string("\xFF\xFEx\0", 4), name + "is text in UTF-16; fix: save it as UTF-8"},
                         {std::string("\xFE\xFF\0x", 4), name + "is text in UTF-16; fix: save it as UTF-8"},
                         {"\xFF\xFE", name + "is text in UTF-16; fix: save it as UTF-8"},
                         {std::string("\xFF\xFE\0\0x", 5), name + "is text in UTF-32; fix: save it as UTF-8"},
                         {std::string("\0\0\xFE\xFFx", 5), name + "is text in UTF-32; fix: save it as UTF-8"}}) {
    CAPTURE(c.content);
    spill(dir / "f", c.content);
    const auto text = read_text(dir / "f");
    CHECK((text.ok() ? *text : text.error().text()) == c.expected);
    auto stream = open_text_stream(dir / "f");
    if (!stream.ok()) {
      CHECK(stream.error().text() == c.expected);
      continue;
    }
    const std::string streamed{std::istreambuf_iterator<char>(*stream), std::istreambuf_iterator<char>()};
    if (text.ok()) CHECK(streamed == c.expected);
  }
}

}  // namespace test_input
