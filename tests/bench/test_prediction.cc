// What is predicted from limits: rates, distances of memory, levels, threads, other machines. Nothing is timed.
#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "bench/profile/clock.h"
#include "bench/profile/cost.h"
#include "bench/profile/prediction.h"
#include "bench/profile/what_if.h"
#include "tests/bench/profile_support.h"

namespace test_prediction {

namespace {

using namespace trm;
using namespace trm::bench;
using namespace trm::bench::test;

TEST_CASE("profile: a rate is found again from what it gave") {
  const std::vector<double> rate = {2e-6, 3e-9, 0, 5e-10};
  std::vector<std::vector<double>> rows;
  std::vector<double> seconds;
  for (int i = 1; i < 12; ++i) {
    rows.push_back({1, i * 100.0, i * i * 10.0, (i % 4) * 5000.0});
    seconds.push_back(std::inner_product(rate.begin(), rate.end(), rows.back().begin(), 0.0));
  }
  const std::vector<double> found = fit_rate(rows, seconds);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(std::inner_product(found.begin(), found.end(), rows[i].begin(), 0.0) ==
          doctest::Approx(seconds[i]).epsilon(0.02));
  }
  for (const double x : found) CHECK(x >= 0);
  // What falls with size has no negative rate.
  CHECK(fit_rate({{1, 1}, {1, 2}, {1, 3}}, {3, 2, 1})[1] == 0);
  CHECK(fit_rate({}, {}).empty());
}

TEST_CASE("profile: features of a product are its tiles") {
  const CostFeatures f = cost_features(*kernel_kind("matmul"), {9, 17, 5}, {4, 8});
  CHECK(f.kernel == "matmul");
  CHECK(f.values == std::vector<double>{1, 3.0 * 8 * 9 * 5, 3.0 * 3 * 5, 9.0 * 5, 9, 3.0 * 8 * 9, 9});
  CHECK(cost_features(*kernel_kind("matmul"), {3, 17, 5}, {4, 8}).kernel == "matmul of few rows");
  // Rows that end within a register are counted once more.
  CHECK(cost_features(*kernel_kind("rms_norm"), {3, 4}, {.lanes = 4}).values == std::vector<double>{1, 3, 12, 0});
  CHECK(cost_features(*kernel_kind("rms_norm"), {3, 4}, {.lanes = 8}).values == std::vector<double>{1, 3, 12, 3});
  CHECK(cost_features(*kernel_kind("softmax"), {3, 9}, {.lanes = 8}).values == std::vector<double>{1, 3, 6, 3});
  CHECK(cost_features(*kernel_kind("pack"), {5, 9}, {.columns = 8}).values == std::vector<double>{1, 5, 80});
  CHECK(cost_features(*kernel_kind("transpose"), {5, 9}, {}).values == std::vector<double>{1, 2, 32, 13});
  CHECK(lanes_of("avx512vnni") == 16);
  CHECK(lanes_of("avx2vnni") == 8);
  CHECK(lanes_of("neon") == 4);
  CHECK(rate_terms("matmul") == 7);
  CHECK(rate_terms("matmul of few rows") == 5);
  CHECK(rate_terms("scale") == 2);
  CHECK(rate_terms("no such kernel") == 0);
  CHECK(cost_features(*kernel_kind("scale"), {9}, {}).values == std::vector<double>{1, 9});
  for (const KernelKind& kind : kernel_kinds()) CHECK(cost_features(kind, {2, 2, 2, 3, 2}, {}).values.front() == 1);
}

TEST_CASE("profile: the levels of a ladder") {
  std::vector<std::size_t> sizes;
  for (std::size_t size = 8 << 10; size <= (64 << 20); size *= 2) sizes.push_back(size);
  const auto rate = [](std::size_t size) {
    return size <= (32 << 10) ? 200e9 : size <= (1 << 20) ? 130e9 : size <= (16 << 20) ? 25e9 : 8e9;
  };
  std::vector<double> rates;
  for (const std::size_t size : sizes) rates.push_back(rate(size));
  std::vector<CacheLevel> levels = find_levels(sizes, rates, {48 << 10, 1 << 20, 16 << 20});
  REQUIRE(levels.size() == 4);
  CHECK(levels[0].name == "L1");
  CHECK(levels[0].bytes == (48 << 10));  // as the system says: the edge is between 32 and 64 KiB
  CHECK(levels[1].name == "L2");
  CHECK(levels[1].bytes == (1 << 20));
  CHECK(levels[2].name == "L3");
  CHECK(levels[3].name == "DRAM");
  CHECK(levels[3].bytes == 0);
  CHECK(levels[3].read_bytes_per_s == 8e9);

  // One slow point is no edge, and a ladder that ends inside of the last cache has no memory.
  rates[3] /= 4;
  levels = find_levels(sizes, rates, {32 << 10, 1 << 20, 256 << 20});
  REQUIRE(levels.size() == 4);
  CHECK(levels[1].bytes == (1 << 20));
  CHECK(levels[3].name != "DRAM");
  // Two edges near a size that the system tells: one of them is no cache of its own.
  std::vector<double> fallen = {200e9, 200e9, 200e9, 130e9, 130e9, 130e9, 130e9,
                                130e9, 25e9,  25e9,  25e9,  25e9,  6e9,   6e9};
  levels = find_levels(sizes, fallen, {32 << 10, 1 << 20, 24 << 20});
  REQUIRE(levels.size() == 4);
  CHECK(levels[2].name == "L3");
  CHECK(levels[3].name != "L3");
  CHECK(find_levels({}, {}, {}).empty());
  CHECK(find_levels({8192}, {1e9}, {}).size() == 1);
}

TEST_CASE("profile: multiplications that take a whole number of cycles agree with the clock") {
  CHECK(chains_agree(3.0));
  CHECK(chains_agree(3.05));
  CHECK(chains_agree(4.9));
  CHECK(!chains_agree(3.5));
  CHECK(!chains_agree(0.7));  // a chain that was folded
  CHECK(!chains_agree(13));
}

/// A call of scale() over a buffer.
KernelCall touch(std::uintptr_t begin, std::size_t bytes) {
  KernelCall out;
  out.kind = kernel_kind("scale");
  out.sizes = {bytes / 4};
  out.operands[0] = {begin, bytes, bytes};
  out.end_ns = 1000;
  return out;
}

TEST_CASE("profile: distances to the last use") {
  constexpr std::size_t kib = 1024;
  // Three buffers in turns, twice: each was used 3 x 64 KiB ago, itself included.
  std::vector<KernelCall> calls;
  for (int round = 0; round < 2; ++round) {
    for (std::uintptr_t b = 0; b < 3; ++b) calls.push_back(touch((b + 1) << 20U, 64 * kib));
  }
  std::vector<CallGroup> groups = group_calls(calls, 3);
  REQUIRE(groups.size() == 1);
  CHECK(groups[0].count == 3);
  CHECK(groups[0].measured_s == doctest::Approx(3e-6));
  CHECK(std::accumulate(groups[0].bytes.begin(), groups[0].bytes.end(), 0.0) == 64 * kib);
  CHECK(bytes_beyond(groups[0].bytes, 16 * kib) == doctest::Approx(64 * kib).epsilon(0.001));  // holds none of it
  // A cache that is a little too small holds a part, and the less the smaller it is: m = 1 - exp(-m x) at x = 1.5 is
  // 0.583, at x = 2 0.797.
  const double middle = 4 * kib * std::exp2(5.75);  // of the slot of 192 KiB
  CHECK(bytes_beyond(groups[0].bytes, middle / 1.5) == doctest::Approx(0.5828 * 64 * kib).epsilon(0.001));
  CHECK(bytes_beyond(groups[0].bytes, middle / 2) == doctest::Approx(0.7968 * 64 * kib).epsilon(0.001));
  CHECK(bytes_beyond(groups[0].bytes, middle) == 0);
  CHECK(bytes_beyond(groups[0].bytes, 1024 * kib) == doctest::Approx(0));  // a large one all
  CHECK(bytes_beyond(groups[0].bytes, 0) == 0);

  // A part of a buffer is no other buffer.
  calls = {touch(1 << 20, 64 * kib), touch((1 << 20) + 4 * kib, 4 * kib)};
  groups = group_calls(calls, 1);
  CHECK(groups[0].bytes[0] == 4 * kib);
  // What nobody touched before is infinitely far.
  groups = group_calls(calls, 0);
  REQUIRE(groups.size() == 2);
  CHECK(bytes_beyond(groups[0].bytes, double{1 << 28}) + bytes_beyond(groups[1].bytes, double{1 << 28}) == 64 * kib);
  // Times that were taken later: the lower quartile counts.
  const std::vector<double> seconds = {5, 1, 9, 7};
  CHECK(group_calls(calls, 1, seconds)[0].measured_s == 1);
}

TEST_CASE("profile: a step is the sum of its calls") {
  const MachineLimits machine = round_machine();
  // Full tiles: 8 x 16 x 10 at 10 ps, and 1 us for the call.
  const std::vector<CallGroup> near = {group("matmul", {8, 16, 10}, 100, 5120, 0)};
  Prediction p = predict(near, {}, machine, 1);
  CHECK(p.seconds == doctest::Approx(100 * (1e-6 + 8 * 16 * 10 * 1e-11)));
  CHECK(p.groups[0].bound == "launch");
  CHECK(p.unknown_share == 0);

  // Large and near: bound by its work. From memory: half of the time of its bytes comes on top.
  CallGroup large = group("matmul", {800, 160, 100}, 1, 10e6, 0);
  p = predict({&large, 1}, {}, machine, 1);
  const double work = 800.0 * 160 * 100 * 1e-11;
  CHECK(p.seconds == doctest::Approx(1e-6 + work));
  CHECK(p.groups[0].bound == "compute");
  large.bytes = {};
  large.bytes[kDistances - 1] = 10e6;
  p = predict({&large, 1}, {}, machine, 1);
  CHECK(p.seconds == doctest::Approx(1e-6 + work + 0.5 * 10e6 / 10e9));
  CHECK(p.groups[0].dram_bytes == doctest::Approx(10e6));
  CHECK(p.sentence().find("DRAM bounds") != std::string::npos);

  double shares = 0;
  for (const auto& share : p.shares) shares += share.second;
  CHECK(shares == doctest::Approx(1));
  CHECK(predict({}, {}, machine, 1).sentence() == "Nothing was predicted.");
}

TEST_CASE("profile: a kernel without a rate has the roofline") {
  const CallGroup softmax = group("softmax", {100, 1000}, 2, 800e3, 0);
  const Prediction p = predict({&softmax, 1}, {}, round_machine(), 1);
  CHECK(p.unknown_share == 1);
  CHECK(p.seconds == doctest::Approx(2 * 5 * 100e3 / 100e9));
}

TEST_CASE("profile: threads share passes, or the rows of one puzzle") {
  const MachineLimits machine = round_machine();
  const std::vector<CallGroup> groups = {group("matmul", {800, 160, 100}, 10, 0, 0)};
  const double one = predict(groups, {}, machine, 1).seconds;
  WorkShape work;
  work.batch = work.passes = 8;
  CHECK(predict(groups, work, machine, 2).seconds == doctest::Approx(one / 2 + 2e-6));
  work.batch = work.passes = 3;  // two rounds of two threads
  CHECK(predict(groups, work, machine, 2).seconds == doctest::Approx(one * 2 / 3 + 2e-6));
  work = {};
  CHECK(predict(groups, work, machine, 2).seconds == doctest::Approx(one + 2e-6));  // nothing to share
  work.crew = true;
  work.meetings = 100;
  const Prediction crew = predict(groups, work, machine, 2);
  CHECK(crew.seconds == doctest::Approx((one - 10e-6) / 2 + 10e-6 + 2e-6 + 100 * 500e-9));
  CHECK(crew.barrier_s == doctest::Approx(52e-6));
  work.causal = true;
  work.crew = false;
  CHECK(predict(groups, work, machine, 8).seconds == doctest::Approx(one));
}

TEST_CASE("profile: more of anything is never slower") {
  const MachineLimits machine = round_machine();
  std::vector<CallGroup> groups;
  for (std::size_t d = 0; d < kDistances; ++d) groups.push_back(group("matmul", {97, 160, 100}, 3, 1e6, d));
  const double now = predict(groups, {}, machine, 1).seconds;
  for (const char* change : {"l2=2x", "l3=4x", "dram=2x", "l3.bandwidth=2x", "peak.fp32=2x", "clock=1.5x"}) {
    CAPTURE(change);
    const Result<WhatIf> more = apply_what_if(change, machine, 1);
    REQUIRE(more.ok());
    CHECK(predict(groups, {}, more->limits, 1).seconds < now);
  }
  for (const char* change : {"l2=0.25x", "dram=0.5x", "peak.fp32=0.5x"}) {
    CAPTURE(change);
    CHECK(predict(groups, {}, apply_what_if(change, machine, 1)->limits, 1).seconds > now);
  }
  // Another type's products do not mind.
  CHECK(predict(groups, {}, apply_what_if("peak.int8=2x", machine, 1)->limits, 1).seconds == now);
}

TEST_CASE("profile: what hides behind work, and what is between kernels") {
  MachineLimits machine = round_machine();
  // 4 MB from beyond L2 take 0.2 ms at 20 GB/s; half of it shows where nothing hides.
  const std::vector<CallGroup> groups = {group("matmul", {64, 512, 512}, 1, 4e6, 24)};
  const Prediction shown = predict(groups, {}, machine, 1);
  const double far = shown.groups[0].call.l3 + shown.groups[0].call.dram;
  CHECK(far > 0.9e-4);
  CHECK(far <= 1.01e-4);
  for (KernelRate& rate : machine.rates) rate.hidden = far / 2 / shown.groups[0].call.core;
  const Prediction hidden = predict(groups, {}, machine, 1);
  CHECK(hidden.groups[0].call.l3 + hidden.groups[0].call.dram == doctest::Approx(far / 2));
  for (KernelRate& rate : machine.rates) rate.hidden = 1;
  CHECK(predict(groups, {}, machine, 1).groups[0].call.l3 == 0);

  // Levels between the second cache and memory add up, each at its own rate.
  MachineLimits parted = round_machine();
  parted.levels.insert(parted.levels.begin() + 3, {"beyond L3", 64 << 20, 0, 1e9, 1e9, 50});
  CHECK(predict(groups, {}, parted, 1).groups[0].call.l3 <= far);
  CHECK(predict(groups, {}, parted, 1).groups[0].call.l3 > 0.8 * far);

  // A machine of twice the clock halves what is between kernels, which is no kernel's work.
  ModelTime time = round_model();
  const double without = predict(time.groups, time.work, round_machine(), 1).seconds;
  time.between_s = 1e-3;
  const double here = predict_there(time, machine, machine, 1).seconds;
  CHECK(here == doctest::Approx(without + 1e-3));
  MachineLimits fast = machine;
  fast.clocks[0].ghz = figure(2.0);
  CHECK(predict_there(time, machine, fast, 1).seconds == doctest::Approx(here - 0.5e-3));
  CHECK(predict_there(time, machine, fast, 1).between_s == doctest::Approx(0.5e-3));
}

TEST_CASE("profile: what if") {
  const MachineLimits machine = round_machine();
  const Result<WhatIf> all =
      apply_what_if("l2=2MiB,peak.int8=2x,dram=0.5x,cores=8,clock=2GHz,barrier=250ns,l3.bandwidth=40GB/s", machine, 1);
  REQUIRE(all.ok());
  CHECK(all->threads == 8);
  CHECK(all->limits.level("L2")->bytes == (2 << 20));
  CHECK(all->limits.level("L2")->read_bytes_per_s == 100e9);  // follows the clock
  CHECK(all->limits.level("L3")->read_bytes_per_s == 40e9);
  CHECK(all->limits.level("DRAM")->read_bytes_per_s == 5e9);
  CHECK(all->limits.sync_ns("barrier", 2) == 250);
  CHECK(all->limits.peak_ops_per_s("int8") == 1600e9);
  CHECK(all->limits.rate("matmul", "int8")->seconds[1] == doctest::Approx(1e-11 / 4));
  CHECK(all->limits.rate("matmul", "int8")->seconds[0] == 1e-6);  // a call costs what it costs
  CHECK(all->limits.rate("matmul", "fp32")->seconds[1] == doctest::Approx(1e-11 / 2));
  CHECK(apply_what_if("", machine, 3)->threads == 3);

  const std::pair<const char*, const char*> wrong[] = {
      {"l9=2x", "no field is called"}, {"peak.fp16=2x", "did you mean"},
      {"l2", "has no value"},          {"l2=", "has no value"},
      {"l2=-1x", "has no value"},      {"l2=0x", "has no value"},
      {"l2=nanx", "has no value"},     {"l2=2GHz", "a size"},
      {"dram=2MiB", "a bandwidth"},    {"cores=1.5", "whole number"},
      {"cores=2x", "whole number"},    {"cores=5000", "whole number"},
      {"l2=2x,l2=3x", "twice"},        {"clock=1e400x", "has no value"},
      {"l2=99999999x", "million"},
  };
  for (const auto& each : wrong) {
    const char* const text = each.first;
    const char* const message = each.second;
    CAPTURE(text);
    const Result<WhatIf> changed = apply_what_if(text, machine, 1);
    REQUIRE(!changed.ok());
    CHECK(changed.error().field == "--what-if");
    CHECK_MESSAGE(changed.error().text().find(message) != std::string::npos, changed.error().text());
  }
  MachineLimits quick = machine;
  quick.levels.pop_back();
  CHECK(apply_what_if("dram=2x", quick, 1).error().text().find("has not measured DRAM") != std::string::npos);
  CHECK(check_what_if("dram=2x").ok());
}

}  // namespace

}  // namespace test_prediction
