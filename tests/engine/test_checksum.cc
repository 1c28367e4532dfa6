#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include "engine/format/safetensors.h"
#include "engine/format/xxh64.h"
#include "tests/engine/support.h"
#include "tests/support/sweep.h"

namespace test_checksum {

using trm::DType;
using trm::SafetensorsFile;
using trm::TensorRef;
using trm::test::slurp;
using trm::test::spill;
using trm::test::TempDir;

namespace {

const std::string kFix = "fetch the file again; if another program changed it on purpose, remove __metadata__.checksum";

std::string checksum(std::string_view text) {
  trm::Xxh64 sum;
  sum.add(std::as_bytes(std::span(text)));
  return sum.hex();
}

// What reading all of a file says.
std::string outcome(const std::string& path, std::string_view except = {}) {
  const auto file = SafetensorsFile::open(path);
  if (!file.ok()) return file.error().text();
  const trm::Status status = file->verify(except);
  return status.ok() ? "whole" : status.error().text();
}

std::string write_some(const TempDir& dir) {
  const std::array<float, 5> w{1, -2, 0.5F, 4, 5};
  const std::array<std::uint8_t, 3> codes{7, 8, 9};
  const std::vector<TensorRef> tensors{
      {"codes", DType::u8, {3}, codes.data()}, {"none", DType::f32, {0, 4}, nullptr}, {"w", DType::f32, {5}, w.data()}};
  REQUIRE(write_safetensors(dir / "m", tensors, {{"a", "b"}, {"step", "12"}}).ok());
  return slurp(dir / "m");
}

}  // namespace

TEST_CASE("XXH64: published values, in pieces of any length") {
  CHECK(checksum("") == "ef46db3751d8e999");
  CHECK(checksum("a") == "d24ec4f1a98c6e5b");
  CHECK(checksum("abc") == "44bc2cf5ad770999");
  const std::string text = "Nobody inspects the spammish repetition";
  CHECK(checksum(text) == "fbcea83c8a378bf1");
  std::string longer;
  for (int i = 0; i < 300; ++i) longer += static_cast<char>(i * 7);
  for (std::size_t piece = 1; piece < 70; ++piece) {
    CAPTURE(piece);
    trm::Xxh64 sum;
    for (std::size_t at = 0; at < longer.size(); at += piece) {
      sum.add(std::as_bytes(std::span(longer)).subspan(at, std::min(piece, longer.size() - at)));
    }
    CHECK(sum.hex() == checksum(longer));
  }
}

TEST_CASE("safetensors: any flipped bit of what was written is found") {
  TempDir dir;
  const std::string good = write_some(dir);
  CHECK(outcome(dir / "m") == "whole");
  const std::size_t key = good.find("\"checksum\":\"xxh64 ");
  REQUIRE(key != std::string::npos);
  std::size_t found = 0, flips = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    // The field's own name and form: without them the file has no checksums, and its content is right.
    if (at >= key && at < key + 18) continue;
    // Of a small sweep one bit of each byte.
    const bool few = trm::test::swept(10) == 1;
    for (std::size_t bit = few ? at % 8 : 0; bit < 8; bit += few ? 8 : 1) {
      std::string changed = good;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      spill(dir / "m", changed);
      ++flips;
      const std::string result = outcome(dir / "m");
      if (result != "whole") {
        ++found;
      } else {
        MESSAGE("byte " << at << ", bit " << bit << " is not found");
      }
    }
  }
  CHECK(found == flips);
  std::string changed = good;
  changed[changed.size() - 1] ^= 1;
  spill(dir / "m", changed);
  CHECK(outcome(dir / "m") == (dir / "m") + ": codes: is damaged: it does not have its checksum; fix: " + kFix);
  CHECK(outcome(dir / "m", "codes") == "whole");  // who does not want it does not read it
  CHECK(outcome(dir / "m", "w") != "whole");
  changed = good;
  changed[good.find("\"12\"") + 1] = '2';
  spill(dir / "m", changed);
  CHECK(outcome(dir / "m") == (dir / "m") + ": header: is damaged: it does not have its checksum; fix: " + kFix);
}

TEST_CASE("safetensors: files without checksums, and with somebody else's, are read") {
  TempDir dir;
  const std::string good = write_some(dir);
  const auto without = [&](const std::string& from, const std::string& to) {
    std::string changed = good;
    changed.replace(changed.find(from), from.size(), to);
    REQUIRE(changed.size() == good.size());
    changed.back() = 'x';
    spill(dir / "m", changed);
  };
  without("\"checksum\"", "\"checkMsum");  // not even JSON
  CHECK(outcome(dir / "m").find("is not JSON") != std::string::npos);
  without("\"checksum\"", "\"otherkey\"");
  CHECK(outcome(dir / "m") == "whole");
  without("xxh64 ", "sha256");
  CHECK(outcome(dir / "m") == "whole");
  CHECK(SafetensorsFile::open(dir / "m")->metadata().contains("checksum"));
  // Written anew by a program that puts spaces behind colons, and changed something: its length is another, too.
  std::string anew = good;
  anew.insert(anew.find("\"checksum\":") + 11, " ");
  anew[anew.find("\"12\"") + 1] = '2';
  anew[0] = static_cast<char>(anew[0] + 1);
  spill(dir / "m", anew);
  CHECK(outcome(dir / "m") == "whole");
  CHECK(SafetensorsFile::open(dir / "m")->metadata().at("step") == "22");
}

}  // namespace test_checksum
