#include <doctest/doctest.h>

#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "tasks/base/rng.h"
#include "tasks/puzzles/npy.h"
#include "tests/tasks/folder.h"

namespace test_npy {

using namespace trm;
using namespace trm::tasks;

namespace {

constexpr NpyLimits kAnyByte{0, 255, "fix it"};
constexpr NpyLimits kAnyInt32{std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max(), ""};

/// A file as numpy writes it: magic, version, length of the header, header, values.
std::string npy(const std::string& header, const std::string& values = "", int major = 1, int minor = 0) {
  std::string out = "\x93NUMPY";
  out += {static_cast<char>(major), static_cast<char>(minor)};
  const std::string text = header + "\n";
  for (int i = 0; i < (major == 1 ? 2 : 4); ++i) out += static_cast<char>(text.size() >> (8 * i));
  return out + text + values;
}

std::string header(const std::string& descr, const std::string& shape, const std::string& order = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
}

template <class Stored>
std::string bytes_of(const std::vector<Stored>& values) {
  std::string out(values.size() * sizeof(Stored), '\0');
  std::memcpy(out.data(), values.data(), out.size());
  return out;
}

template <class T>
Result<NpyArray<T>> parse(const std::string& bytes, const NpyLimits& limits) {
  return parse_npy<T>(std::as_bytes(std::span(bytes)), "a.npy", limits);
}

std::string error_of(const std::string& bytes, const NpyLimits& limits = kAnyByte) {
  const auto array = parse<std::uint8_t>(bytes, limits);
  REQUIRE_FALSE(array.ok());
  CHECK(array.error().code == ErrorCode::bad_input);
  return array.error().text();
}

template <class Stored>
void check_stored(const std::string& descr) {
  CAPTURE(descr);
  const std::vector<Stored> values = {0, 1, 5, 127, std::numeric_limits<Stored>::max()};
  const auto array = parse<std::int32_t>(npy(header(descr, "(5,)"), bytes_of(values)), kAnyInt32);
  if (!std::in_range<std::int32_t>(values.back())) {
    REQUIRE_FALSE(array.ok());
    CHECK(array.error().field == "row 4");
    CHECK(array.error().message.starts_with("is " + std::to_string(values.back()) + ", not from"));
    return;
  }
  REQUIRE(array.ok());
  for (std::size_t i = 0; i < values.size(); ++i) CHECK(array->values[i] == static_cast<std::int32_t>(values[i]));
}

}  // namespace

TEST_CASE("integers of every width are read by their value") {
  check_stored<std::int8_t>("|i1");
  check_stored<std::uint8_t>("|u1");
  check_stored<std::uint8_t>("<u1");
  check_stored<std::int16_t>("<i2");
  check_stored<std::uint16_t>("<u2");
  check_stored<std::int32_t>("<i4");
  check_stored<std::uint32_t>("<u4");
  check_stored<std::int64_t>("<i8");
  check_stored<std::uint64_t>("<u8");

  const auto negative = parse<std::int32_t>(npy(header("<i2", "(2,)"), bytes_of<std::int16_t>({-7, 7})), kAnyInt32);
  REQUIRE(negative.ok());
  CHECK(negative->values == std::vector<std::int32_t>{-7, 7});
  const auto truth = parse<std::uint8_t>(npy(header("|b1", "(3,)"), std::string("\0\1\1", 3)), kAnyByte);
  REQUIRE(truth.ok());
  CHECK(truth->values == std::vector<std::uint8_t>{0, 1, 1});
}

TEST_CASE("versions, shapes and spellings of headers") {
  for (int major = 1; major <= 3; ++major)
    CHECK(parse<std::uint8_t>(npy(header("|u1", "(1,)"), "a", major), kAnyByte).ok());
  struct Case {
    const char* shape;
    std::vector<std::size_t> sizes;
  };
  for (const Case& c : {Case{"()", {}}, Case{"(6,)", {6}}, Case{"(2, 3)", {2, 3}}, Case{"(2,3,)", {2, 3}},
                        Case{"(1, 2, 3)", {1, 2, 3}}, Case{"(0,)", {0}}, Case{"(5, 0)", {5, 0}}}) {
    CAPTURE(c.shape);
    std::size_t values = 1;
    for (const std::size_t size : c.sizes) values *= size;
    const auto array = parse<std::uint8_t>(npy(header("|u1", c.shape), std::string(values, '\7')), kAnyByte);
    REQUIRE(array.ok());
    CHECK(array->shape == c.sizes);
    CHECK(array->values == std::vector<std::uint8_t>(values, 7));
  }
  CHECK(parse<std::uint8_t>(npy("{ \"shape\" :(1,),\"fortran_order\":False ,'descr':'|u1'}   ", "a"), kAnyByte).ok());
}

TEST_CASE("what is written is read again, from a file of several blocks too") {
  const tests::Folder folder;
  Rng rng(1, stream_of("npy"), 0);
  for (const std::size_t rows : {std::size_t{0}, std::size_t{1}, std::size_t{3}, std::size_t{70'001}}) {
    CAPTURE(rows);
    const std::size_t shape[] = {rows, 31};
    std::vector<std::uint8_t> bytes(rows * 31);
    std::vector<std::int32_t> numbers(rows * 31);
    for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(rng.below(256));
    for (std::int32_t& n : numbers) n = static_cast<std::int32_t>(rng.next());
    REQUIRE(write_npy<std::uint8_t>(folder.path("bytes.npy"), shape, bytes).ok());
    REQUIRE(write_npy<std::int32_t>(folder.path("numbers.npy"), shape, numbers).ok());
    const auto bytes_back = read_npy<std::uint8_t>(folder.path("bytes.npy"), kAnyByte);
    const auto numbers_back = read_npy<std::int32_t>(folder.path("numbers.npy"), kAnyInt32);
    REQUIRE(bytes_back.ok());
    REQUIRE(numbers_back.ok());
    CHECK(bytes_back->shape == std::vector<std::size_t>{rows, 31});
    CHECK(bytes_back->values == bytes);
    CHECK(numbers_back->values == numbers);
    CHECK((folder.read("bytes.npy").size() - bytes.size()) % 64 == 0);
  }
  const std::uint8_t values[] = {1, 2};
  const std::size_t shape[] = {2};
  REQUIRE(write_npy<std::uint8_t>(folder.path("two.npy"), shape, values).ok());
  const std::string text = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }";
  CHECK(folder.read("two.npy") ==
        std::string("\x93NUMPY\1\0", 8) + "\x76" + '\0' + text + std::string(0x76 - text.size() - 1, ' ') + "\n\1\2");
}

TEST_CASE("8-byte values beyond the first block name their row and column") {
  const tests::Folder folder;
  std::vector<std::int64_t> values(300'000, 3);
  values[200'005] = 12;
  const std::string file = folder.write("x.npy", npy(header("<i8", "(30000, 10)"), bytes_of(values)));
  const auto array = read_npy<std::uint8_t>(file, {0, 10, "look at it"});
  REQUIRE_FALSE(array.ok());
  CHECK(array.error().text() == file + ": row 20000, column 5: is 12, not from 0 to 10; fix: look at it");
}

TEST_CASE("bad array files") {
  struct Case {
    std::string bytes, error;
  };
  const std::string again = "; fix: save it again with numpy.save";
  const std::string copy = "; fix: copy or build it again";
  const std::string type = "; fix: save it as uint8 or int32";
  const std::string good = npy(header("|u1", "(2, 2)"), "abcd");
  const std::vector<Case> cases = {
      {"", "a.npy: is not a numpy file; fix: write it with numpy.save"},
      {"\x93NUMP", "a.npy: is not a numpy file; fix: write it with numpy.save"},
      {"PK\3\4 a compressed archive", "a.npy: is not a numpy file; fix: write it with numpy.save"},
      {good.substr(0, 11), "a.npy: ends within its header" + copy},
      {good.substr(0, 40), "a.npy: ends within its header" + copy},
      {good.substr(0, good.size() - 1), "a.npy: has 3 bytes of values, its shape asks for 4" + copy},
      {good + "e", "a.npy: has 5 bytes of values, its shape asks for 4; fix: remove what follows the array"},
      {npy(header("|u1", "(2,)"), "ab", 0), "a.npy: version: 0.0 is none of 1.0, 2.0 and 3.0, which are known" + again},
      {npy(header("|u1", "(2,)"), "ab", 4), "a.npy: version: 4.0 is none of 1.0, 2.0 and 3.0, which are known" + again},
      {npy(header("|u1", "(2,)"), "ab", 1, 1),
       "a.npy: version: 1.1 is none of 1.0, 2.0 and 3.0, which are known" + again},
      {npy("", "abcdef"), "a.npy: has a header of 1 bytes, not from 2 to 10000" + again},
      {std::string("\x93NUMPY\2\0\0\0\0\x7f", 12),
       "a.npy: has a header of 2130706432 bytes, not from 2 to 10000" + again},
      {std::string("\x93NUMPY\1\0\4\0{} }ab", 16), "a.npy: has a header that does not end with a line break" + again},
      {npy("just words"), "a.npy: has a header that is not a Python dictionary" + again},
      {npy("{'descr' '|u1'}"), "a.npy: has a header that is not a Python dictionary at \"'|u1'}\"" + again},
      {npy("{'descr': '|u1' 'shape': ()}"),
       "a.npy: has a header that is not a Python dictionary at \"'shape': ()}\"" + again},
      {npy("{'descr': '|u1'"), "a.npy: has a header that is not a Python dictionary at \"\"" + again},
      {npy(header("|u1", "()") + " {}", "a"), "a.npy: has more in its header than a dictionary" + again},
      {npy("{'descr': '|u1', 'shape': ()}", "a"), "a.npy: fortran_order: is missing" + again},
      {npy("{'fortran_order': False, 'shape': ()}", "a"), "a.npy: descr: is missing" + again},
      {npy("{'descr': '|u1', 'fortran_order': False}", "a"), "a.npy: shape: is missing" + again},
      {npy("{'descr': '|u1', 'descr': '|u1'}"),
       "a.npy: \"descr\": is an unknown or repeated field of the header" + again},
      {npy("{'order': 'C'}"), "a.npy: \"order\": is an unknown or repeated field of the header" + again},
      {npy("{'descr': [('x', '<i4')]}"), "a.npy: descr: is a structure; fix: save an array of numbers"},
      {npy("{'descr': 1}"), "a.npy: descr: is not a string" + again},
      {npy(header("|O", "(2,)"), "ab"), "a.npy: descr: \"|O\" holds Python objects" + type},
      {npy(header(">i4", "(1,)"), "abcd"), "a.npy: descr: \">i4\" is big-endian; fix: save it as little-endian int32"},
      {npy(header("<f4", "(1,)"), "abcd"), "a.npy: descr: \"<f4\" is not a whole number of 1, 2, 4 or 8 bytes" + type},
      {npy(header("<i3", "(1,)"), "abc"), "a.npy: descr: \"<i3\" is not a whole number of 1, 2, 4 or 8 bytes" + type},
      {npy(header("|i4", "(1,)"), "abcd"), "a.npy: descr: \"|i4\" is not a whole number of 1, 2, 4 or 8 bytes" + type},
      {npy(header("<U16", "(1,)")), "a.npy: descr: \"<U16\" is not a whole number of 1, 2, 4 or 8 bytes" + type},
      {npy(header("", "(1,)")), "a.npy: descr: \"\" is not a whole number of 1, 2, 4 or 8 bytes" + type},
      {npy(header("|u1", "(2, 2)", "True"), "abcd"),
       "a.npy: fortran_order: is True: the columns come one after another; fix: save numpy.ascontiguousarray of it"},
      {npy(header("|u1", "(2,)", "0"), "ab"), "a.npy: fortran_order: is neither True nor False" + again},
      {npy(header("|u1", "2"), "ab"), "a.npy: shape: is not a tuple" + again},
      {npy(header("|u1", "(2)"), "ab"), "a.npy: shape: is not a tuple" + again},
      {npy(header("|u1", "(2 3)"), "ab"), "a.npy: shape: is not a tuple" + again},
      {npy(header("|u1", "(-1,)"), "ab"), "a.npy: shape: has a size that is not a natural number of 64 bits" + again},
      {npy(header("|u1", "(2L,)"), "ab"), "a.npy: shape: is not a tuple" + again},
      {npy(header("|u1", "(18446744073709551616,)")),
       "a.npy: shape: has a size that is not a natural number of 64 bits" + again},
      {npy(header("|u1", "(18446744073709551615,)")), "a.npy: shape: has more values than a file can hold" + again},
      {npy(header("<i8", "(4294967296, 4294967296)")), "a.npy: shape: has more values than a file can hold" + again},
      {npy(header("<i8", "(4294967296, 4294967296, 0)")), "a.npy: shape: has more values than a file can hold" + again},
      {npy(header("|u1", "(4000000000000, 1)")),
       "a.npy: has 0 bytes of values, its shape asks for 4000000000000" + copy},
      {npy(header("|u1", "(" + std::string(40, '1').replace(1, 39, std::string(39, ',')) + ")")),
       "a.npy: shape: has a size that is not a natural number of 64 bits" + again},
      {npy(header("|i1", "(1, 2)"), "\x05\xff"), "a.npy: row 0, column 1: is -1, not from 0 to 255; fix: fix it"},
      {npy(header("<u8", "(1,)"), std::string(8, '\xff')),
       "a.npy: row 0: is 18446744073709551615, not from 0 to 255; fix: fix it"},
      {npy(header("<i8", "(1,)"), std::string(7, '\0') + "\x80"),
       "a.npy: row 0: is -9223372036854775808, not from 0 to 255; fix: fix it"},
      {npy(header("<u2", "(1, 1, 2)"), std::string("\0\0\0\1", 4)),
       "a.npy: value 1: is 256, not from 0 to 255; fix: fix it"},
      {npy(header("|b1", "(2,)"), "\1\2"), "a.npy: row 1: is 2, not from 0 to 1; fix: fix it"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.bytes);
    CHECK(error_of(c.bytes) == c.error);
  }
  std::string many = "(";
  for (int i = 0; i < 33; ++i) many += "1, ";
  CHECK(error_of(npy(header("|u1", many + ")"), "a")) == "a.npy: shape: has more than 32 dimensions" + again);
}

TEST_CASE("files that are none") {
  const tests::Folder folder;
  const auto absent = read_npy<std::uint8_t>(folder.path("absent.npy"), kAnyByte);
  REQUIRE_FALSE(absent.ok());
  CHECK(absent.error().text() == folder.path("absent.npy") + ": does not exist; fix: check the path");
  const auto directory = read_npy<std::uint8_t>(folder.path(), kAnyByte);
  REQUIRE_FALSE(directory.ok());
  CHECK(directory.error().text() == folder.path() + ": is a directory; fix: name a file in it");
  const auto device = read_npy<std::uint8_t>("/dev/zero", kAnyByte);
  REQUIRE_FALSE(device.ok());
  CHECK(device.error().text() ==
        "/dev/zero: is not a regular file but a character device; fix: copy its content to a file");
  CHECK_FALSE(read_npy<std::uint8_t>("", kAnyByte).ok());

  const std::uint8_t value[] = {1};
  const std::size_t shape[] = {1};
  CHECK_FALSE(write_npy<std::uint8_t>(folder.path("no/such/folder.npy"), shape, value).ok());
}

}  // namespace test_npy
