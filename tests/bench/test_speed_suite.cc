// The speed suite from end to end, on models that take no time.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "bench/speed/onednn.h"
#include "bench/speed/records.h"
#include "bench/speed/suite.h"
#include "reports/json.h"
#include "reports/markdown.h"
#include "tests/bench/support.h"

namespace test_speed_suite {

namespace {

using namespace trm;
using namespace trm::bench;
using simd::WeightType;

SpeedWorkload tiny(std::string name, SpeedKind kind, std::size_t batch, bool mlp = false) {
  SpeedWorkload out{std::move(name), kind, speed_model(64, 8, mlp), batch, 4};
  out.model.L_cycles = 1;
  out.uses_threads = batch > 1;
  return out;
}

SpeedSuiteOptions tiny_suite(std::vector<SpeedWorkload> workloads) {
  SpeedSuiteOptions out;
  out.workloads = std::move(workloads);
  out.kernels = simd::select_isa("");
  out.threads = 1;
  out.pin = Pinning::off;
  out.seconds = 0;
  return out;
}

const reports::Record* find(const reports::RunResults& results, const std::string& task, const std::string& model,
                            const std::string& mode, const std::string& metric) {
  const auto at = std::find_if(results.records.begin(), results.records.end(), [&](const reports::Record& r) {
    return r.task == task && r.model == model && r.mode == mode && r.metric == metric;
  });
  return at == results.records.end() ? nullptr : &*at;
}

TEST_CASE("speed suite: every kind of workload is measured, recorded and shown") {
  const tests::ScratchDirectory scratch;
  SpeedSuiteOptions options =
      tiny_suite({tiny("step", SpeedKind::step, 3), tiny("mlp", SpeedKind::step, 1, true),
                  tiny("decode", SpeedKind::decoding, 2), tiny("train", SpeedKind::training, 3)});
  options.causal_model = tests::random_model(scratch).path;
  std::vector<SuiteStep> steps;
  const auto run = run_speed_suite(options, [&](const SuiteStep& step) { steps.push_back(step); });
  if (!run.ok()) FAIL(run.error().text());
  const reports::RunResults& results = run->results;
  REQUIRE(reports::validate(results).ok());
  const auto json = reports::to_json(results);
  REQUIRE(json.ok());
  CHECK(reports::from_json(*json, "results.json").ok());

  for (const char* type : {"fp32", "bf16", "int8"}) {
    CAPTURE(type);
    const std::string mode = std::string(type) + ", 1 thread";
    for (const char* task : {"step", "mlp", "decode"}) {
      CAPTURE(task);
      const reports::Record* time = find(results, task, kOursName, mode, "step_p50_ns");
      REQUIRE(time != nullptr);
      CHECK(time->value > 0);
      CHECK(time->n == 1);
    }
    CHECK(find(results, "step", kOursName, mode, "gflop_per_s")->value > 0);
    CHECK(find(results, "decode", kOursName, mode, "tokens_per_s")->value ==
          doctest::Approx(2 * 4 * 1e9 / find(results, "decode", kOursName, mode, "step_p50_ns")->value));
    CHECK((find(results, "train", kOursName, mode, "samples_per_s") != nullptr) == (std::string(type) != "int8"));
  }
  // Raw samples of ours, of the peer where it is, and of the peaks where there are any.
  const auto sampled = [&](const std::string& model) {
    return std::count_if(results.samples.begin(), results.samples.end(),
                         [&](const reports::SampleSet& s) { return s.model == model; });
  };
  CHECK(sampled(kOursName) == 3 * 3 + 2);
  const auto peer = OneDnn::load(nullptr);
  if (peer.ok()) {
    // Not every processor has products of every type.
    CHECK(sampled(kOneDnnName) >= 2);
    const reports::Record* ours = find(results, "step", kOursName, "fp32, 1 thread", "step_p50_ns");
    const reports::Record* theirs = find(results, "step", kOneDnnName, "fp32, 1 thread", "step_p50_ns");
    REQUIRE(theirs != nullptr);
    CHECK(find(results, "step", kOursName, "fp32, 1 thread", "ratio_to_onednn")->value ==
          doctest::Approx(ours->value / theirs->value));
  } else {
    MESSAGE("skipped: ratios to oneDNN: " << peer.error().text());
    CHECK(sampled(kOneDnnName) == 0);
  }
  CHECK(find(results, "step", kGoalName, "fp32, 1 thread", "ratio_to_onednn") == nullptr);
  if (simd::missing_reason(simd::Isa::avx2).empty()) {
    CHECK(find(results, "peak", kMachineName, "fp32, 1 thread", "gflop_per_s")->value > 0);
    CHECK(find(results, "step", kOursName, "fp32, 1 thread", "share_of_peak")->value > 0);
  }
  for (const char* word : {"D64 L8 b3", "D64 L8 b1, MLP", "2 streams", "tokens", "samples"}) {
    CAPTURE(word);
    CHECK(run->text.find(word) != std::string::npos);
  }
  CHECK(reports::to_markdown(results).find("D64 L8 b3") != std::string::npos);
  REQUIRE(!steps.empty());
  CHECK(steps.back().number == 1);
  CHECK(steps.back().steps == 1);
}

TEST_CASE("speed suite: a training has the types that have gradients, and one of them always") {
  SpeedSuiteOptions options = tiny_suite({tiny("train", SpeedKind::training, 2)});
  options.ask_onednn = false;
  for (const auto& types :
       std::vector<std::vector<WeightType>>{{WeightType::int8}, {WeightType::int8, WeightType::bf16}}) {
    options.types = types;
    const auto run = run_speed_suite(options, {});
    if (!run.ok()) FAIL(run.error().text());
    const bool both = types.size() == 2;
    CHECK((find(run->results, "train", kOursName, "fp32, 1 thread", "samples_per_s") != nullptr) == !both);
    CHECK((find(run->results, "train", kOursName, "bf16, 1 thread", "samples_per_s") != nullptr) == both);
    CHECK(find(run->results, "train", kOursName, "int8, 1 thread", "samples_per_s") == nullptr);
  }
}

TEST_CASE("speed suite: rounds until the time is up, several threads where there is work for them") {
  SpeedSuiteOptions options = tiny_suite({tiny("many", SpeedKind::step, 4), tiny("one", SpeedKind::step, 1)});
  options.types = {WeightType::fp32};
  options.threads = 2;
  options.ask_onednn = false;
  options.seconds = 0.6;
  const auto run = run_speed_suite(options, {});
  REQUIRE(run.ok());
  CHECK(find(run->results, "many", kOursName, "fp32, 2 threads", "step_p50_ns") != nullptr);
  CHECK(find(run->results, "one", kOursName, "fp32, 2 threads", "step_p50_ns") == nullptr);
  CHECK(find(run->results, "many", kOursName, "fp32, 1 thread", "ratio_to_onednn") == nullptr);
  CHECK(find(run->results, "many", kOneDnnName, "fp32, 1 thread", "step_p50_ns") == nullptr);
  for (const reports::SampleSet& samples : run->results.samples) {
    CAPTURE(samples.task);
    CHECK(samples.values.size() >= 1);
    CHECK(samples.values.size() <= 60);
  }
}

TEST_CASE("speed suite: nothing to measure, and models that are none, are errors") {
  const auto error_of = [](const SpeedSuiteOptions& options) {
    const auto run = run_speed_suite(options, {});
    return run.ok() ? std::string() : run.error().text();
  };
  CHECK(error_of(tiny_suite({})).find("--task: nothing to measure") != std::string::npos);
  SpeedSuiteOptions options = tiny_suite({tiny("step", SpeedKind::step, 1)});
  options.types = {};
  CHECK(error_of(options).find("--dtype: nothing to measure") != std::string::npos);
  options = tiny_suite({tiny("step", SpeedKind::step, 1)});
  options.workloads[0].model.num_heads = 0;
  CHECK(error_of(options).find("num_heads") != std::string::npos);
  options = tiny_suite({tiny("decode", SpeedKind::decoding, 1)});
  options.causal_model = "absent.safetensors";
  CHECK(error_of(options).find("absent.safetensors") != std::string::npos);
}

}  // namespace

}  // namespace test_speed_suite
