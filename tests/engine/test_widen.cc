// All 65536 bfloat16 and all binary16 values against their definition, and the readers that widen while they read.
#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "engine/format/safetensors.h"
#include "engine/format/tensor_reader.h"
#include "engine/format/widen.h"
#include "engine/sys/mapped_file.h"
#include "tests/engine/support.h"

namespace test_widen {

using trm::DType;

namespace {

// sign * 2^(exponent - bias) * 1.fraction, from the definition of the format, in double, which holds all of it.
double value_of(unsigned bits, int exponent_bits, int fraction_bits) {
  const int bias = (1 << (exponent_bits - 1)) - 1;
  const int exponent = static_cast<int>(bits >> fraction_bits) & ((1 << exponent_bits) - 1);
  const unsigned fraction = bits & ((1U << fraction_bits) - 1);
  const double sign = (bits >> (exponent_bits + fraction_bits)) != 0 ? -1.0 : 1.0;
  if (exponent == (1 << exponent_bits) - 1) {
    return sign * (fraction != 0 ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity());
  }
  const double significand = std::ldexp(static_cast<double>(fraction), -fraction_bits) + (exponent == 0 ? 0.0 : 1.0);
  return sign * std::ldexp(significand, (exponent == 0 ? 1 : exponent) - bias);
}

}  // namespace

TEST_CASE("widen: every bfloat16 and every binary16") {
  std::size_t nans = 0;
  for (unsigned bits = 0; bits < 65536; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    for (const bool brain : {false, true}) {
      const float got = brain ? trm::widen_bf16(half) : trm::widen_f16(half);
      const double expected = brain ? value_of(bits, 8, 7) : value_of(bits, 5, 10);
      const bool same_sign = std::signbit(got) == (bits >> 15 != 0);
      REQUIRE(same_sign);
      if (std::isnan(expected)) {
        REQUIRE(std::isnan(got));
        const std::uint32_t payload = std::bit_cast<std::uint32_t>(got) & 0x7FFFFF;
        REQUIRE(payload == (brain ? (bits & 0x7F) << 16 : (bits & 0x3FF) << 13));
        ++nans;
      } else {
        REQUIRE(static_cast<double>(got) == expected);
      }
    }
  }
  CHECK(nans == 2 * (127 + 1023));
}

TEST_CASE("widen: arrays at any address give the values one by one") {
  CHECK(trm::widens_to_f32(DType::f32));
  CHECK(trm::widens_to_f32(DType::f16));
  CHECK(trm::widens_to_f32(DType::bf16));
  for (const DType other : {DType::f64, DType::i32, DType::u8, DType::boolean}) CHECK(!trm::widens_to_f32(other));
  for (const DType dtype : {DType::f32, DType::f16, DType::bf16}) {
    for (std::size_t shift = 0; shift < 4; ++shift) {
      for (std::size_t n = 0; n < 9; ++n) {
        std::vector<std::byte> raw(shift + n * dtype_size(dtype));
        for (std::size_t i = 0; i < raw.size(); ++i) raw[i] = static_cast<std::byte>(41 * i + 3);
        std::vector<float> out(n, -1.0f);
        widen_to_f32(dtype, std::span(raw).subspan(shift), out);
        for (std::size_t i = 0; i < n; ++i) {
          float expected = 0;
          std::uint16_t half = 0;
          std::memcpy(&half, raw.data() + shift + 2 * i, 2);
          if (dtype == DType::f32) std::memcpy(&expected, raw.data() + shift + 4 * i, 4);
          if (dtype == DType::f16) expected = trm::widen_f16(half);
          if (dtype == DType::bf16) expected = trm::widen_bf16(half);
          CHECK(std::memcmp(&out[i], &expected, sizeof expected) == 0);
        }
      }
    }
  }
}

TEST_CASE("tensor readers: rows and wider types, whatever the pieces") {
  std::vector<std::uint16_t> table(5 * 3);
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<std::uint16_t>(0x3F80 + i);
  const trm::MappedFile none;
  const auto rows = [&] {
    return trm::read_rows(trm::read_mapped(std::as_bytes(std::span(table)), none), 3 * 2, {4, 0, 2});
  };
  std::vector<float> expected;
  for (const std::size_t row : {4, 0, 2}) {
    for (std::size_t i = 0; i < 3; ++i) expected.push_back(trm::widen_bf16(table[3 * row + i]));
  }
  for (std::size_t piece = 1; piece <= expected.size(); ++piece) {
    CAPTURE(piece);
    const trm::TensorReader read = read_widened(rows(), DType::bf16);
    std::vector<float> got(expected.size());
    for (std::size_t at = 0; at < got.size(); at += piece) {
      const auto out = std::span(got).subspan(at, std::min(piece, got.size() - at));
      REQUIRE(read(at * sizeof(float), std::as_writable_bytes(out)).ok());
    }
    CHECK(got == expected);
  }
}

TEST_CASE("safetensors: a tensor that is read while it is written, in many pieces") {
  const trm::test::TempDir dir;
  const std::size_t n = (std::size_t{3} << 20) / 4 + 5;  // three pieces and a rest
  std::vector<float> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<float>(i % 1000);
  const auto bytes = std::as_bytes(std::span(values));
  std::size_t next = 0, largest = 0;
  const trm::TensorReader read = [&](std::size_t offset, std::span<std::byte> out) -> trm::Status {
    if (offset == 0) next = 0;  // once for the checksum, once for the file
    CHECK(offset == next);
    CHECK(out.size() % 4 == 0);
    next += out.size();
    largest = std::max(largest, out.size());
    std::memcpy(out.data(), bytes.data() + offset, out.size());
    return {};
  };
  const std::uint8_t code = 7;
  REQUIRE(write_safetensors(dir / "pieces",
                            std::vector<trm::TensorRef>{{"code", DType::u8, {1}, &code},
                                                        {"none", DType::f32, {0}, nullptr, read},
                                                        {"w", DType::f32, {n}, nullptr, read}},
                            {})
              .ok());
  REQUIRE(write_safetensors(dir / "whole",
                            std::vector<trm::TensorRef>{{"code", DType::u8, {1}, &code},
                                                        {"none", DType::f32, {0}, nullptr},
                                                        {"w", DType::f32, {n}, values.data()}},
                            {})
              .ok());
  CHECK(next == bytes.size());
  CHECK(largest == std::size_t{1} << 20);
  const bool same = trm::test::slurp(dir / "pieces") == trm::test::slurp(dir / "whole");
  CHECK(same);
}

TEST_CASE("mapped files: pages that are released come back with their content") {
  const trm::test::TempDir dir;
  std::string text(300'000, 'x');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 7);
  trm::test::spill(dir / "f", text);
  const auto file = trm::MappedFile::open(dir / "f");
  REQUIRE(file.ok());
  const auto bytes = file->bytes();
  for (const auto& [begin, size] :
       {std::pair<std::size_t, std::size_t>{0, 300'000}, {1, 5}, {65'536, 65'536}, {299'999, 1}, {7, 0}}) {
    file->release(bytes.subspan(begin, size));
    CHECK(std::memcmp(bytes.data(), text.data(), text.size()) == 0);
  }
  // What is not of the file stays what it is.
  std::string other = text;
  file->release(std::as_bytes(std::span(other)));
  CHECK(other == text);
  std::size_t seen = 0;
  file->scan(bytes, [&](std::span<const std::byte> piece) { seen += piece.size(); });
  CHECK(seen == text.size());
}

}  // namespace test_widen
