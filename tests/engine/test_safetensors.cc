#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "engine/format/safetensors.h"
#include "tests/engine/support.h"

namespace test_safetensors {

using trm::DType;
using trm::SafetensorsFile;
using trm::TensorRef;
using trm::write_safetensors;
using trm::test::slurp;
using trm::test::spill;
using trm::test::TempDir;

namespace {

std::string prefix(std::uint64_t length) {
  std::string out(8, '\0');
  std::memcpy(out.data(), &length, 8);
  return out;
}

std::string image(const std::string& header, std::size_t data_bytes) {
  std::string data(data_bytes, '\0');
  for (std::size_t i = 0; i < data_bytes; ++i) data[i] = static_cast<char>(i);
  return prefix(header.size()) + header + data;
}

std::string parse_error(std::string_view text, const std::string& name = "m") {
  auto file = SafetensorsFile::parse(std::as_bytes(std::span(text)), name);
  return file.ok() ? "parsed" : file.error().text();
}

// One tensor "w" with the given inside, and `bytes` of data.
std::string one(const std::string& inside, std::size_t bytes = 8) {
  return image("{\"w\":{" + inside + "}}", bytes);
}

struct Hostile {
  std::string image, error;  // the error without the file's name
};

const char* const kAgain = "; fix: fetch or write the file again";
const char* const kOther = "; fix: check that this is a safetensors file";
const char* const kJson = "; fix: write plain JSON (RFC 8259)";
const char* const kGood = "\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]";

std::vector<Hostile> hostile_files() {
  using S = std::string;
  const S whole = "whole numbers from 0 to 2^64 - 1, is ";
  const S two = "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[";
  const S second = "]},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[";
  S rank33 = "1";
  for (int i = 0; i < 32; ++i) rank33 += ",1";
  return {
      // The length of the header.
      {"", S("is empty") + kAgain},
      {"\x08", S("header length: needs 8 bytes, the file has 1") + kAgain},
      {S(7, '\0'), S("header length: needs 8 bytes, the file has 7") + kAgain},
      {prefix(0), S("header: does not start with '{'") + kOther},
      {prefix(0) + "{}", S("header: does not start with '{'") + kOther},
      {prefix(2), S("header length: 2 exceeds the 0 bytes that follow") + kAgain},
      {prefix(3) + "{}", S("header length: 3 exceeds the 2 bytes that follow") + kAgain},
      {prefix(100'000'000) + "{}", S("header length: 100000000 exceeds the 2 bytes that follow") + kAgain},
      {prefix(100'000'001) + "{}", S("header length: 100000001 exceeds the limit of 100000000") + kOther},
      {prefix(UINT64_MAX) + "{}", S("header length: 18446744073709551615 exceeds the limit of 100000000") + kOther},
      {"PK\x03\x04 this is a zip file, not a model",
       "is a checkpoint of torch.save, not safetensors; fix: make a model of it with trm convert"},
      // The header is no JSON object.
      {image(" {}", 0), S("header: does not start with '{'") + kOther},
      {image("[]", 0), S("header: does not start with '{'") + kOther},
      {image("null", 0), S("header: does not start with '{'") + kOther},
      {image("\xEF\xBB\xBF{}", 0), S("header: does not start with '{'") + kOther},
      {image("{", 0),
       S("header: is not JSON at line 1, column 2: unexpected end of input; expected string literal") + kJson},
      {image("{}}", 0), S("header: is not JSON at line 1, column 3: unexpected '}'; expected end of input") + kJson},
      {image("{\"w\":{}", 0), S("w.dtype: is missing") + kAgain},
      {image(S("{\"w\":{") + kGood + "}", 8),
       S("header: is not JSON at line 1, column 54: unexpected end of input; expected '}'") + kJson},
      {image(S("{}\0", 3), 0), S("header: holds a NUL byte at byte 2") + kJson},
      {image("{\"\xFF\":{}}", 0), "header: is not UTF-8 at byte 2; fix: save it as UTF-8"},
      {image("{\"w\\ud800\":{}}", 0),
       S("header: is not JSON at line 1, column 10: invalid string: surrogate U+D800..U+DBFF must be followed by "
         "U+DC00..U+DFFF; last read: '\"w\\ud800\"'; expected string literal") +
           kJson},
      {image("{\"w\":" + S(1000, '{') + "}", 0),
       S("header: is not JSON at line 1, column 7: unexpected '{'; expected string literal") + kJson},
      {image("{\"w\":{\"shape\":" + S(1000, '[') + "}", 0), S("w.shape: must be ") + whole + "an array" + kAgain},
      {image("{\"w\":" + S(1000, '['), 0), S("w: must be an object, is an array") + kAgain},
      // Names.
      {image(S("{\"\":{") + kGood + "}}", 8), S("header: a tensor has an empty name") + kAgain},
      {image(S("{\"w\":{") + kGood + "},\"w\":{" + kGood + "}}", 8), "w: appears twice; fix: keep one of the two"},
      {image(S("{\"w\":{") + kGood + "},\"\\u0077\":{" + kGood + "}}", 8),
       "w: appears twice; fix: keep one of the two"},
      {one(S(kGood) + ",\"dtype\":\"F32\""), "w.dtype: appears twice; fix: keep one of the two"},
      {image("{\"" + S(1025, 'n') + "\":{}}", 0), "header: has a key of 1025 bytes; fix: use at most 1024"},
      {image("{\"a\\n\\u001b[2J\":{}}", 0),
       "header: has a key with a control character: \"a\\n\\u001b[2J\"; fix: use printable keys"},
      // Fields of a tensor.
      {image("{\"w\":1}", 0), S("w: must be an object, is a number") + kAgain},
      {image("{\"w\":null}", 0), S("w: must be an object, is null") + kAgain},
      {one(""), S("w.dtype: is missing") + kAgain},
      {one("\"shape\":[2],\"data_offsets\":[0,8]"), S("w.dtype: is missing") + kAgain},
      {one("\"dtype\":\"F32\",\"data_offsets\":[0,8]"), S("w.shape: is missing") + kAgain},
      {one("\"dtype\":\"F32\",\"shape\":[2]"), S("w.data_offsets: is missing") + kAgain},
      {one(S(kGood) + ",\"strides\":[1]"),
       "w.strides: is an unknown field; fix: keep only dtype, shape and data_offsets"},
      {one("\"dtype\":\"Q4\""),
       "w.dtype: the type \"Q4\" is unknown; fix: convert it to one of BOOL, U8, I8, U16, I16, F16, BF16, U32, I32, "
       "F32, U64, I64, F64"},
      {one("\"dtype\":\"f32\""),
       "w.dtype: the type \"f32\" is unknown; fix: convert it to one of BOOL, U8, I8, U16, I16, F16, BF16, U32, I32, "
       "F32, U64, I64, F64"},
      {one("\"dtype\":32"), S("w.dtype: must be a string, is a number") + kAgain},
      {one("\"dtype\":{}"), S("w.dtype: must be a string, is an object") + kAgain},
      {one("\"shape\":\"2\""), S("w.shape: must be an array, is a string") + kAgain},
      {one("\"shape\":2"), S("w.shape: must be an array, is a number") + kAgain},
      {one("\"shape\":{}"), S("w.shape: must be an array, is an object") + kAgain},
      {one("\"shape\":[-2]"), "w.shape: must be " + whole + "a negative number" + kAgain},
      {one("\"shape\":[2.0]"),
       "w.shape: must be " + whole + "a number that is not whole or has more than 64 bits" + kAgain},
      {one("\"shape\":[18446744073709551616]"),
       "w.shape: must be " + whole + "a number that is not whole or has more than 64 bits" + kAgain},
      {one("\"shape\":[\"2\"]"), "w.shape: must be " + whole + "a string" + kAgain},
      {one("\"shape\":[null]"), "w.shape: must be " + whole + "null" + kAgain},
      {one("\"shape\":[true]"), "w.shape: must be " + whole + "a boolean" + kAgain},
      {one("\"shape\":[[2]]"), "w.shape: must be " + whole + "an array" + kAgain},
      {one("\"shape\":[" + rank33 + "]"), S("w.shape: has more than 32 dimensions") + kAgain},
      {one("\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]"),
       S("w.shape: the number of bytes overflows") + kAgain},
      {one("\"dtype\":\"F32\",\"shape\":[4611686018427387904],\"data_offsets\":[0,8]"),
       S("w.shape: the number of bytes overflows") + kAgain},
      {one("\"dtype\":\"F32\",\"shape\":[0,4294967296,4294967296],\"data_offsets\":[0,0]", 0),
       S("w.shape: the number of bytes overflows") + kAgain},
      // Offsets.
      {one("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":8"),
       S("w.data_offsets: must be an array, is a number") + kAgain},
      {one("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[]"),
       S("w.data_offsets: must be two numbers, has 0") + kAgain},
      {one("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8]"),
       S("w.data_offsets: must be two numbers, has 1") + kAgain},
      {one("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]"),
       S("w.data_offsets: must be two numbers, has more") + kAgain},
      {one("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]"),
       "w.data_offsets: must be " + whole + "a negative number" + kAgain},
      {one("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8.5]"),
       "w.data_offsets: must be " + whole + "a number that is not whole or has more than 64 bits" + kAgain},
      {one("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]"),
       S("w.data_offsets: [8, 0] ends before it begins") + kAgain},
      {one("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,12]"),
       S("w.data_offsets: [0, 12] exceeds the 8 bytes of data") + kAgain},
      {one("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[18446744073709551608,18446744073709551615]"),
       S("w.data_offsets: [18446744073709551608, 18446744073709551615] exceeds the 8 bytes of data") + kAgain},
      {one("\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]"),
       S("w.data_offsets: [0, 8] has 8 bytes, shape and dtype need 12") + kAgain},
      {one("\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,8]"),
       S("w.data_offsets: [0, 8] has 8 bytes, shape and dtype need 16") + kAgain},
      {one("\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,8]"),
       S("w.data_offsets: [0, 8] has 8 bytes, shape and dtype need 0") + kAgain},
      {one("\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,8]"),
       S("w.data_offsets: [0, 8] has 8 bytes, shape and dtype need 4") + kAgain},
      {one("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]"),
       S("w.data_offsets: [4, 8] leaves a hole of 4 bytes before it") + kAgain},
      {image(two + "0,4" + second + "3,7]}}", 8), S("b.data_offsets: [3, 7] overlaps a") + kAgain},
      {image(two + "0,4" + second + "0,4]}}", 8), S("b.data_offsets: [0, 4] overlaps a") + kAgain},
      {image(two + "0,4" + second + "5,9]}}", 9),
       S("b.data_offsets: [5, 9] leaves a hole of 1 bytes before it") + kAgain},
      {image(two + "4,8" + second + "0,4]}}", 9), S("has 1 bytes after the last tensor") + kAgain},
      {image("{}", 1), S("has 1 bytes after the last tensor") + kAgain},
      // Metadata.
      {image("{\"__metadata__\":[]}", 0), S("__metadata__: must be an object, is an array") + kAgain},
      {image("{\"__metadata__\":\"x\"}", 0), S("__metadata__: must be an object, is a string") + kAgain},
      {image("{\"__metadata__\":{\"step\":1}}", 0), S("__metadata__.step: must be a string, is a number") + kAgain},
      {image("{\"__metadata__\":{\"a\":null}}", 0), S("__metadata__.a: must be a string, is null") + kAgain},
      {image("{\"__metadata__\":{\"a\":{}}}", 0), S("__metadata__.a: must be a string, is an object") + kAgain},
      {image("{\"__metadata__\":{\"a\":[]}}", 0), S("__metadata__.a: must be a string, is an array") + kAgain},
      {image("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0),
       "__metadata__.a: appears twice; fix: keep one of the two"},
      {image("{\"__metadata__\":{},\"__metadata__\":{}}", 0), "__metadata__: appears twice; fix: keep one of the two"},
  };
}

}  // namespace

TEST_CASE("safetensors: hostile files, in memory and on disk") {
  TempDir dir;
  const auto cases = hostile_files();
  CHECK(cases.size() >= 40);
  std::set<std::string> images;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    CAPTURE(i);
    CHECK(parse_error(cases[i].image) == "m: " + cases[i].error);
    const std::string path = dir / "hostile.safetensors";
    spill(path, cases[i].image);
    auto file = SafetensorsFile::open(path);
    REQUIRE(!file.ok());
    CHECK(file.error().text() == path + ": " + cases[i].error);
    CHECK(file.error().code == trm::ErrorCode::bad_input);
    CHECK(images.insert(cases[i].image).second);
  }
}

TEST_CASE("safetensors: a file cut at any byte is refused with the reason") {
  const std::string header = std::string("{\"w\":{") + kGood + "}}";
  const std::string full = image(header, 8);
  CHECK(parse_error(full) == "parsed");
  for (std::size_t cut = 0; cut < full.size(); ++cut) {
    CAPTURE(cut);
    std::string expected;
    if (cut == 0) {
      expected = "is empty";
    } else if (cut < 8) {
      expected = "header length: needs 8 bytes, the file has " + std::to_string(cut);
    } else if (cut < 8 + header.size()) {
      expected = "header length: " + std::to_string(header.size()) + " exceeds the " + std::to_string(cut - 8) +
                 " bytes that follow";
    } else {
      expected = "w.data_offsets: [0, 8] exceeds the " + std::to_string(cut - 8 - header.size()) + " bytes of data";
    }
    CHECK(parse_error(full.substr(0, cut)) == "m: " + expected + kAgain);
  }
}

TEST_CASE("safetensors: any changed byte gives an error or tensors inside the file") {
  const std::string good = image(std::string("{\"__metadata__\":{\"k\":\"v\"},\"w\":{") + kGood +
                                     "},\"e\":{\"dtype\":\"U8\",\"shape\":[0,3],\"data_offsets\":[8,8]}}",
                                 8);
  REQUIRE(parse_error(good) == "parsed");
  std::size_t parsed = 0, refused = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string changed = good;
      changed[at] = static_cast<char>(value);
      auto file = SafetensorsFile::parse(std::as_bytes(std::span(changed)), "m");
      if (!file.ok()) {
        ++refused;
        continue;
      }
      ++parsed;
      std::size_t bytes = 0;
      for (const auto& t : file->tensors()) {
        std::size_t elements = 1;
        for (const std::size_t n : t.shape) elements *= n;
        REQUIRE(elements * dtype_size(t.dtype) == t.data.size());
        REQUIRE(file->find(t.name) == &t);
        bytes += t.data.size();
      }
      REQUIRE(bytes == 8);
    }
  }
  CHECK(parsed > 0);
  CHECK(refused > parsed);
}

TEST_CASE("safetensors: legal files that look odd") {
  SUBCASE("no tensors") {
    const std::string text = image("{}", 0);
    auto file = SafetensorsFile::parse(std::as_bytes(std::span(text)), "m");
    REQUIRE(file.ok());
    CHECK(file->tensors().empty());
    CHECK(file->metadata().empty());
    CHECK(file->find("w") == nullptr);
    CHECK(file->path() == "m");
  }
  SUBCASE("rank 0, zero sizes, padding, tensors out of order, names with escapes") {
    const std::string text = image(
        "{\"b.\\u00e4\":{\"shape\":[],\"data_offsets\":[4,8],\"dtype\":\"F32\"},"
        "\"z\":{\"dtype\":\"F64\",\"shape\":[3,0,5],\"data_offsets\":[4,4]},"
        "\"a\":{\"dtype\":\"I16\",\"shape\":[2,1],\"data_offsets\":[0,4]},"
        "\"__metadata__\":{\"k\":\"\\u00fc\",\"\":\"\"}} \n\t  ",
        8);
    auto file = SafetensorsFile::parse(std::as_bytes(std::span(text)), "m");
    REQUIRE(file.ok());
    REQUIRE(file->tensors().size() == 3);
    CHECK(file->tensors()[0].name == "a");
    CHECK(file->tensors()[1].name == "z");
    CHECK(file->tensors()[2].name == "b.\xC3\xA4");
    const auto first = file->aligned(file->tensors()[0]);
    REQUIRE(first.ok());
    CHECK((*first)->as<std::int16_t>()[1] == 0x0302);
    CHECK(file->tensors()[1].elements() == 0);
    CHECK(file->tensors()[1].as<double>().empty());
    CHECK(file->tensors()[2].elements() == 1);
    CHECK(file->tensors()[2].shape.empty());
    CHECK(file->metadata().at("k") == "\xC3\xBC");
    CHECK(file->metadata().at("").empty());
  }
  SUBCASE("numbers that the file does not align") {
    for (std::size_t shift = 0; shift < 9; ++shift) {
      CAPTURE(shift);
      const std::string text = image(
          "{\"u\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
          "\"d\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[1,17]}}" +
              std::string(shift, ' '),
          17);
      auto file = SafetensorsFile::parse(std::as_bytes(std::span(text)), "m");
      REQUIRE(file.ok());
      const auto view = file->aligned(*file->find("d"));
      REQUIRE(view.ok());
      CHECK(*file->aligned(*file->find("d")) == *view);  // copied once
      const auto values = (*view)->as<double>();
      REQUIRE(values.size() == 2);
      CHECK(reinterpret_cast<std::uintptr_t>(values.data()) % alignof(double) == 0);
      double expected = 0;
      std::memcpy(&expected, text.data() + text.size() - 8, 8);
      CHECK(std::memcmp(&values[1], &expected, 8) == 0);
    }
  }
  SUBCASE("rank 32, and every type") {
    std::string shape = "1";
    for (int i = 1; i < 32; ++i) shape += ",1";
    for (int i = 0; i < 13; ++i) {
      const auto dtype = static_cast<DType>(i);
      CAPTURE(i);
      const std::string size = std::to_string(dtype_size(dtype));
      CHECK(parse_error(one("\"dtype\":\"" + std::string(dtype_name(dtype)) + "\",\"shape\":[" + shape +
                                "],\"data_offsets\":[0," + size + "]",
                            dtype_size(dtype))) == "parsed");
    }
  }
}

TEST_CASE("safetensors: a small file that claims more than there is memory is not copied to be aligned") {
  TempDir dir;
  // Not much more than the machine has: an emulator keeps a record of every page that is mapped.
  const auto pages = static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES));
  const std::uint64_t elements = pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) / 2;
  const std::string bytes = std::to_string(4 * elements);
  std::string header =
      "{\"w\":{\"dtype\":\"F32\",\"shape\":[" + std::to_string(elements) + "],\"data_offsets\":[0," + bytes + "]}}";
  while ((8 + header.size()) % 4 != 1) header += ' ';
  const std::string start = prefix(header.size()) + header;
  spill(dir / "m", start);
  if (truncate((dir / "m").c_str(), static_cast<off_t>(start.size() + 4 * elements)) != 0) {
    MESSAGE("skipped: a sparse file larger than the memory: not on this file system");
    return;
  }
  const auto file = SafetensorsFile::open(dir / "m");
  if (!file.ok()) {
    MESSAGE("skipped: a mapping larger than the memory: " << file.error().text());
    return;
  }
  const auto aligned = file->aligned(*file->find("w"));
  REQUIRE(!aligned.ok());
  CHECK(aligned.error().text().starts_with((dir / "m") + ": w: does not fit into memory: needs " + bytes + " bytes, "));
}

TEST_CASE("safetensors: paths that cannot be opened") {
  TempDir dir;
  const auto error = [](const std::string& path) { return SafetensorsFile::open(path).error().text(); };
  CHECK(error(dir / "none") == (dir / "none") + ": does not exist; fix: check the path");
  CHECK(error(dir.path()) == dir.path() + ": is a directory; fix: name a file in it");
  CHECK(error("") == "path: is empty; fix: name a file");
  CHECK(error("/dev/null") ==
        "/dev/null: is not a regular file but a character device; fix: copy its content to a file");
  REQUIRE(mkfifo((dir / "pipe").c_str(), 0600) == 0);
  CHECK(error(dir / "pipe") == (dir / "pipe") + ": is not a regular file but a pipe; fix: copy its content to a file");
  REQUIRE(mknod((dir / "socket").c_str(), S_IFSOCK | 0600, 0) == 0);
  CHECK(error(dir / "socket") ==
        (dir / "socket") + ": is not a regular file but a socket; fix: copy its content to a file");
  spill(dir / "empty", "");
  CHECK(error(dir / "empty") == (dir / "empty") + ": is empty; fix: fetch or write the file again");
  spill(dir / "secret", "x");
  chmod(dir.path().c_str(), 0755);
  chmod((dir / "secret").c_str(), 0000);
  CHECK(trm::test::in_child([&]() -> std::string {
          if (!trm::test::become_nobody()) return "not tried";
          return error(dir / "secret");
        }) == (dir / "secret") + ": may not be read: Permission denied; fix: change its permissions (chmod +r)");
}

TEST_CASE("safetensors: what is written is read back") {
  TempDir dir;
  const std::array<float, 6> w{1, -2, 0.5F, 4, 5, 6};
  const std::array<double, 1> scalar{3.25};
  const std::array<std::uint8_t, 3> codes{7, 8, 9};
  const std::vector<TensorRef> tensors{{"codes", DType::u8, {3}, codes.data()},
                                       {"layer.\"w\" \xC3\xA4", DType::f32, {2, 3}, w.data()},
                                       {"scalar", DType::f64, {}, scalar.data()},
                                       {"none", DType::f32, {0, 4}, nullptr},
                                       {"w2", DType::f32, {6}, w.data()}};
  const std::map<std::string, std::string> metadata{{"config", "{\n \"a\": 1}"}, {"step", "12"}};
  const std::string path = dir / "m.safetensors";
  REQUIRE(write_safetensors(path, tensors, metadata).ok());
  auto file = SafetensorsFile::open(path);
  REQUIRE(file.ok());
  CHECK(file->path() == path);
  CHECK(file->metadata() == metadata);
  std::vector<std::string> names;
  for (const auto& t : file->tensors()) names.push_back(t.name);
  CHECK(std::set<std::string>(names.begin(), names.end()) ==
        std::set<std::string>{"codes", "layer.\"w\" \xC3\xA4", "scalar", "none", "w2"});
  const auto* back = file->find("layer.\"w\" \xC3\xA4");
  REQUIRE(back != nullptr);
  CHECK(back->dtype == DType::f32);
  CHECK(back->shape == std::vector<std::size_t>{2, 3});
  CHECK(std::memcmp(back->data.data(), w.data(), sizeof w) == 0);
  CHECK(file->find("scalar")->as<double>()[0] == 3.25);
  CHECK(file->find("codes")->as<std::uint8_t>()[2] == 9);
  CHECK(file->find("none")->elements() == 0);
  // The header ends on a cache line, and nothing had to be copied to be aligned.
  const std::string bytes = slurp(path);
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  CHECK((8 + length) % 64 == 0);
  CHECK(bytes.size() == 8 + length + 8 + 24 + 24 + 3);

  // The same input gives the same bytes, also over the mapped file itself.
  std::vector<TensorRef> again;
  for (const auto& t : file->tensors()) again.push_back({t.name, t.dtype, t.shape, t.data.data()});
  REQUIRE(write_safetensors(path, again, file->metadata()).ok());
  auto second = SafetensorsFile::open(path);
  REQUIRE(second.ok());
  CHECK(std::memcmp(second->find("w2")->data.data(), w.data(), sizeof w) == 0);
  CHECK(std::memcmp(back->data.data(), w.data(), sizeof w) == 0);  // the old mapping still stands
  REQUIRE(write_safetensors(dir / "copy", tensors, metadata).ok());
  CHECK(slurp(dir / "copy") == bytes);
  CHECK(dir.entries() == 2);
}

TEST_CASE("safetensors: nothing at all can be written and read") {
  TempDir dir;
  REQUIRE(write_safetensors(dir / "m", {}, {}).ok());
  auto file = SafetensorsFile::open(dir / "m");
  REQUIRE(file.ok());
  CHECK(file->tensors().empty());
}

TEST_CASE("safetensors: a moved or copied file keeps its tensors") {
  TempDir dir;
  const float value = 1.5F;
  REQUIRE(write_safetensors(dir / "m", std::vector<TensorRef>{{"w", DType::f32, {1}, &value}}, {}).ok());
  SafetensorsFile kept;
  {
    auto file = SafetensorsFile::open(dir / "m");
    REQUIRE(file.ok());
    kept = *file;
  }
  std::filesystem::remove(dir / "m");
  CHECK(kept.find("w")->as<float>()[0] == 1.5F);
}

TEST_CASE("safetensors: tensors that cannot be written leave the target as it was") {
  TempDir dir;
  const std::string path = dir / "m";
  spill(path, "old");
  const float value = 1;
  const TensorRef good{"w", DType::f32, {1}, &value};
  const auto error = [&](std::vector<TensorRef> tensors, const std::map<std::string, std::string>& metadata = {}) {
    const auto status = write_safetensors(path, tensors, metadata);
    return status.ok() ? "written" : status.error().text().substr(path.size() + 2);
  };
  CHECK(error({{"", DType::f32, {1}, &value}}) == "tensor: has an empty name; fix: name it");
  CHECK(error({{"\xFF", DType::f32, {1}, &value}}) == "tensor: has a name that is not UTF-8; fix: give it as UTF-8");
  CHECK(error({{"__metadata__", DType::f32, {1}, &value}}) ==
        "__metadata__: is a reserved name; fix: rename the tensor");
  CHECK(error({good, good}) == "w: is given twice; fix: rename one of the two");
  CHECK(error({{"w", DType::f32, {SIZE_MAX, 2}, &value}}) == "w: the number of bytes overflows; fix: check its shape");
  CHECK(error({{"w", DType::f32, {1}, nullptr}}) == "w: has no data; fix: point it to its values");
  CHECK(error({good}, {{"k", "\xFF"}}) == "__metadata__: is not UTF-8; fix: give it as UTF-8");
  CHECK(error({good}, {{"\xFF", "v"}}) == "__metadata__: is not UTF-8; fix: give it as UTF-8");
  CHECK(slurp(path) == "old");
  CHECK(dir.entries() == 1);
  const auto status = write_safetensors(dir / "no/m", std::vector<TensorRef>{good}, {});
  REQUIRE(!status.ok());
  CHECK(status.error().text() ==
        (dir / "no/m") + ": cannot create a file beside it: No such file or directory; fix: create the folder first");
}

}  // namespace test_safetensors
