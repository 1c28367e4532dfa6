// The list of kernel cases: texts that read back, and each case once against the scalar kernels.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "bench/kernels/case.h"
#include "simd/ref.h"

namespace test_kernel_cases {

namespace {

using namespace trm;
using namespace trm::bench;

/// Rounding errors of a result in units of 2^-24 of the largest: those of sums of so many products (two for each), and
/// those of exponentials, roots and divisions, of which some come together in one result.
double units(const KernelCase& c) {
  const std::string kernel = c.kernel();
  constexpr double functions = 64;
  const CaseSizes& s = c.sizes;
  double depth = 0;
  if (kernel == "matmul") depth = static_cast<double>(s[2]);
  if (kernel == "weight_gradient") depth = static_cast<double>(s[0]);
  if (kernel == "local_attention") depth = static_cast<double>(s[3] + std::min(s[0] + s[1], s[4]));
  if (kernel == "linear_attention") depth = static_cast<double>(s[0] * s[2]);
  if (kernel.starts_with("rms_norm") || kernel == "softmax" || kernel == "cross_entropy")
    depth = static_cast<double>(s[1]);
  // Sums in different orders: bf16 operands are the same on both sides, so their rounding is no part of it.
  return functions + 4 * depth;
}

TEST_CASE("kernel cases: every case once, on every instruction set, against the scalar kernels") {
  std::size_t compared = 0;
  for (const simd::Isa isa : simd::built_isas()) {
    if (const std::string missing = simd::missing_reason(isa); !missing.empty()) {
      std::printf("skipped: kernel cases of %s: %s\n", std::string(simd::isa_name(isa)).c_str(), missing.c_str());
      continue;
    }
    for (const KernelCase& c : standard_cases(simd::isa_name(isa), false)) {
      const std::string text = c.text();
      CAPTURE(text);
      const Result<const simd::Kernels<float>*> kernels = case_kernels(c);
      REQUIRE(kernels.ok());
      const auto fast = c.make(**kernels), slow = c.make(simd::reference<float>());
      fast->run();
      slow->run();
      const std::span<const float> got = fast->output(), want = slow->output();
      // What is packed lies as its instruction set wants it.
      if (c.kernel().starts_with("pack")) continue;
      REQUIRE(got.size() == want.size());
      double largest = 0, off = 0;
      for (std::size_t i = 0; i < got.size(); ++i) {
        largest = std::max(largest, std::abs(static_cast<double>(want[i])));
        const double difference = std::abs(static_cast<double>(got[i]) - static_cast<double>(want[i]));
        if (!(difference <= off)) off = difference;  // a NaN stays
      }
      CHECK(largest > 0);
      const bool exact = c.kernel() == "transpose" || c.kernel() == "scale" ||
                         (c.kernel() == "matmul" && c.type == simd::WeightType::int8);
      CHECK(off <= (exact ? 0 : units(c) * 0x1p-24 * largest));
      ++compared;
    }
  }
  CHECK(compared > 50);
}

TEST_CASE("kernel cases: the list has every kernel, and copies give the same results") {
  for (const KernelKind& kind : kernel_kinds()) {
    const std::string name = kind.name;
    CAPTURE(name);
    const std::vector<KernelCase> all = standard_cases("generic", false);
    const auto found = std::find_if(all.begin(), all.end(), [&](const KernelCase& c) { return c.kind == &kind; });
    REQUIRE(found != all.end());
    CHECK(found->bytes() > 0);
    CHECK(found->flops() >= 0);
    CHECK(found->make(simd::reference<float>(), 3)->copies() == 3);
  }
  const KernelCase c{kernel_kind("rms_norm"), {5, 7}, simd::WeightType::fp32, "reference"};
  const auto one = c.make(simd::reference<float>()), many = c.make(simd::reference<float>(), 3);
  for (int i = 0; i < 4; ++i) {
    one->run();
    many->run();
    CHECK(std::equal(one->output().begin(), one->output().end(), many->output().begin(), many->output().end()));
  }
}

TEST_CASE("kernel cases: texts read back") {
  for (const KernelCase& c : standard_cases("avx512", true)) {
    const Result<KernelCase> read = parse_case(c.text(), "generic");
    REQUIRE_MESSAGE(read.ok(), c.text());
    CHECK(read->text() == c.text());
    CHECK(read->kind == c.kind);
    CHECK(read->sizes == c.sizes);
  }
  const Result<KernelCase> words = parse_case("matmul  int8 k=3 m=1 n=2", "avx2");
  REQUIRE(words.ok());
  CHECK(words->text() == "matmul m=1 n=2 k=3 int8 avx2");
  CHECK(words->flops() == 12);
  CHECK(words->bytes() == 4 * (3 + 2) + 6);
  CHECK(words->command() == "trm profile --case 'matmul m=1 n=2 k=3 int8 avx2'");
}

TEST_CASE("kernel cases: what is wrong is named with a fix") {
  const std::pair<const char*, const char*> wrong[] = {
      {"", "is empty"},
      {"matmull m=1 n=1 k=1", "did you mean matmul?"},
      {"matmul m=1 n=1", "k is missing"},
      {"matmul m=1 n=1 k=1 k=2", "names k twice"},
      {"matmul m=1 n=1 k=0", "k=0 is no size"},
      {"matmul m=1 n=1 k=-3", "k=-3 is no size"},
      {"matmul m=1 n=1 k=99999999999999999999", "is no size"},
      {"matmul m=1 n=1 k=1 j=3", "has no size \"j\""},
      {"matmul m=1 n=1 k=1 int4", "neither a type nor an instruction set"},
      {"softmax rows=1 n=1 int8", "its type is fp32"},
      {"matmul m=16000000 n=16000000 k=1", "GiB"},
      {"rope tokens=1 heads=1 dim=3", "dim is odd"},
      {"grid_conv_silu rows=3 columns=3 d=4 side=2", "side is even"},
  };
  for (const auto& each : wrong) {
    const char* const text = each.first;
    const char* const message = each.second;
    CAPTURE(text);
    const Result<KernelCase> read = parse_case(text, "generic");
    REQUIRE(!read.ok());
    CHECK(read.error().field == "--case");
    CHECK_MESSAGE(read.error().text().find(message) != std::string::npos, read.error().text());
    CHECK(!read.error().fix.empty());
  }
  const KernelCase none{kernel_kind("scale"), {4}, simd::WeightType::fp32, "avx1024"};
  CHECK(case_kernels(none).error().code == ErrorCode::unsupported);
}

}  // namespace

}  // namespace test_kernel_cases
