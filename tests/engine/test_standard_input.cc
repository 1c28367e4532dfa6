#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/utf8.h"
#include "engine/sys/files.h"
#include "engine/sys/standard_input.h"
#include "tests/engine/support.h"

namespace test_standard_input {

using namespace trm;

namespace {

/// A pipe whose writing end a test holds.
struct Pipe {
  int ends[2] = {-1, -1};
  Pipe() { REQUIRE(::pipe(ends) == 0); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    ::close(ends[0]);
    finish();
  }
  void write(std::string_view text) const {
    REQUIRE(::write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  void finish() {
    if (ends[1] >= 0) ::close(ends[1]);
    ends[1] = -1;
  }
};

std::string next(LineReader& lines) {
  const Result<std::optional<std::string>> line = lines.next();
  REQUIRE(line.ok());
  REQUIRE(line->has_value());
  return **line;
}

bool at_end(LineReader& lines) {
  const Result<std::optional<std::string>> line = lines.next();
  return line.ok() && !line->has_value();
}

}  // namespace

TEST_CASE("line reader: a line is there as soon as it is written, and nothing waits for the next") {
  Pipe pipe;
  LineReader lines(pipe.ends[0], "input", 100);
  CHECK_FALSE(lines.ready());
  pipe.write("one\n");
  CHECK(lines.ready());
  CHECK(next(lines) == "one");
  CHECK_FALSE(lines.ready());
  pipe.write("tw");
  CHECK_FALSE(lines.ready());
  pipe.write("o\r\n\nfour");
  CHECK(lines.ready());
  CHECK(next(lines) == "two");
  CHECK(lines.ready());
  CHECK(next(lines).empty());
  CHECK_FALSE(lines.ready());
  CHECK(lines.number() == 3);
  pipe.finish();
  CHECK(lines.ready());
  CHECK(next(lines) == "four");
  CHECK(lines.ready());
  CHECK(at_end(lines));
  CHECK(at_end(lines));
  CHECK(lines.number() == 4);
}

TEST_CASE("line reader: line ends, byte order marks and descriptors that do not wait") {
  const std::string mark(kByteOrderMark), longest(100, 'x');
  struct Case {
    std::string text;
    std::vector<std::string> lines;
  };
  for (const Case& c :
       {Case{"", {}}, Case{"\n", {""}}, Case{"a", {"a"}}, Case{"a\r", {"a"}},
        Case{mark + "a\r\n" + mark + "b\n", {"a", mark + "b"}}, Case{longest + "\r\n" + longest, {longest, longest}}}) {
    CAPTURE(c.text);
    Pipe pipe;
    REQUIRE(::fcntl(pipe.ends[0], F_SETFL, O_NONBLOCK) == 0);
    pipe.write(c.text);
    pipe.finish();
    LineReader lines(pipe.ends[0], "input", 100);
    for (const std::string& line : c.lines) CHECK(next(lines) == line);
    CHECK(at_end(lines));
  }
}

TEST_CASE("line reader: a line that is too long, and a descriptor that cannot be read") {
  for (const char* end : {"", "\n"}) {
    Pipe pipe;
    pipe.write("short\n" + std::string(102, 'x') + end);
    LineReader lines(pipe.ends[0], "input", 100);
    CHECK(next(lines) == "short");
    CHECK(lines.ready());
    CHECK(lines.next().error().text() ==
          "input: line 2: is longer than 100 bytes; fix: end each line with a line break");
  }
  LineReader closed(-1, "input", 100);
  const Result<std::optional<std::string>> line = closed.next();
  REQUIRE_FALSE(line.ok());
  CHECK(line.error().text() == "input: cannot be read: Bad file descriptor; fix: check what it is connected to");
}

TEST_CASE("a file of input is read as text without its byte order mark") {
  const test::TempDir dir;
  REQUIRE(write_atomic(dir / "f", std::string(kByteOrderMark) + "one\n").ok());
  CHECK(*read_input(dir / "f") == "one\n");
  CHECK(read_input(dir / "f", 3).error().text() == read_text(dir / "f", 3).error().text());
  CHECK(input_name("-") == "standard input");
  CHECK(input_name("./-") == "./-");
}

}  // namespace test_standard_input
