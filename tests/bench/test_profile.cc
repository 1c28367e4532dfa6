// Profiles as files, traces and pages, and the recorder. Nothing is timed.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "bench/profile/chrome_trace.h"
#include "bench/profile/model_run.h"
#include "bench/profile/page.h"
#include "bench/profile/recorder.h"
#include "bench/profile/text.h"
#include "engine/json/json_value.h"
#include "engine/sys/counters.h"
#include "reports/json.h"
#include "tests/bench/profile_support.h"

namespace test_profile {

namespace {

using namespace trm;
using namespace trm::bench;
using namespace trm::bench::test;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

TEST_CASE("profile: a file reads back") {
  const Profile profile = round_profile();
  const Result<std::string> text = profile_json(profile);
  REQUIRE(text.ok());
  const Result<Profile> read = read_profile(*text, "p.json");
  REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().text()));
  CHECK(*profile_json(*read) == *text);
  CHECK(read->limits.levels.size() == 4);
  CHECK(read->limits.rates[0].seconds == profile.limits.rates[0].seconds);
  CHECK(read->models[0].step_s.value == 0.011);
  REQUIRE(read->predictions.size() == 1);
  CHECK(read->predictions[0].seconds == doctest::Approx(profile.predictions[0].seconds));
  CHECK(read->results.records.size() == profile.results.records.size());
  CHECK(profile_text(*read, true) == profile_text(profile, true));
}

TEST_CASE("profile: records name kernel, shape, type, instruction set and threads") {
  const Profile profile = round_profile();
  bool seen = false;
  for (const reports::Record& r : profile.results.records) {
    if (r.metric != "kernel_in_step_ns" || r.kernel != "matmul") continue;
    seen = true;
    CHECK(r.shape == "m=8 n=16 k=10");
    CHECK(r.type == "fp32");
    CHECK(r.isa == "generic");
    CHECK(r.threads == 1);
    CHECK(r.value == doctest::Approx(1e6));
  }
  CHECK(seen);
  CHECK(reports::validate(profile.results).ok());
}

TEST_CASE("profile: damaged files are refused with the field") {
  std::string many;
  for (std::size_t i = 0; i < kDistances; ++i) many += "1.0,";
  const std::string good = *profile_json(round_profile());
  const std::string figure_text = "\"page_fault_ns\":{\"samples\":[500";
  const struct {
    std::string text, part;
  } cases[] = {
      {"", ""},
      {good.substr(0, good.size() / 2), "p.json"},
      {"[]", "p.json"},
      {"{}", "profile"},
      {*reports::to_json(round_profile().results), "this is no profile"},
      {replaced(good, "\"version\": 2", "\"version\": 3"), "profile.version: is 3"},
      {replaced(good, "\"version\": 2", "\"version\": 1"), "profile.version: is 1"},
      {replaced(good, "\"seconds\":[1e-06,", "\"seconds\":["), "matmul has 6 terms, not 7"},
      {replaced(good, "\"seconds\":[1e-06,", "\"seconds\":[1e300,"), "more than a second"},
      {replaced(good, "\"kernel\":\"rms_norm\",\"type\"", "\"kernel\":\"rms\",\"type\""), "\"rms\" is no kernel"},
      {replaced(good, "\"schema_version\": 1", "\"schema_version\": 7"), "schema_version"},
      {replaced(good, figure_text, "\"page_fault_ns\":{\"samples\":[NaN"), "p.json"},
      {replaced(good, figure_text, "\"page_fault_ns\":{\"samples\":[-3"), "below 0"},
      {replaced(good, "\"cores\":2", "\"cores\":0"), "profile.limits.cores"},
      {replaced(good, "\"cores\":2", "\"cores\":-2"), "cores"},
      {replaced(good, "\"cores\":2", "\"cors\":2"), "cores"},
      {replaced(good, "\"cores\":2", "\"cores\":2,\"more\":1"), "more"},
      {replaced(good, "\"case\":\"matmul ", "\"case\":\"matmol "), "did you mean matmul?"},
      {replaced(good, "\"bytes\":[640", "\"bytes\":[" + many + "640"), "numbers, more than"},
      {replaced(good, "\"threads\":1,\"shape\"", "\"threads\":0,\"shape\""), "profile.models"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.part);
    const Result<Profile> read = read_profile(c.text, "p.json");
    REQUIRE(!read.ok());
    CHECK(read.error().code == ErrorCode::bad_input);
    CHECK(read.error().file.find("p.json") == 0);
    CHECK_MESSAGE(read.error().text().find(c.part) != std::string::npos, read.error().text());
  }
}

TEST_CASE("profile: a trace is JSON with an event for each call") {
  KernelCall call;
  call.kind = kernel_kind("matmul");
  call.sizes = {2, 3, 4};
  call.type = simd::WeightType::int8;
  call.thread = 5;
  call.begin_ns = 2000;
  call.end_ns = 3500;
  const TraceRegion region{"W1 \"int8\"", 1000, 4000, {call, call}};
  const Result<JsonValue> trace = JsonValue::parse_object(chrome_trace({&region, 1}), "trace");
  REQUIRE(trace.ok());
  const auto* events = trace->find("traceEvents")->as<JsonValue::Array>();
  REQUIRE(events != nullptr);
  REQUIRE(events->size() == 5);  // process, region, two calls, thread
  const JsonValue& first = (*events)[2];
  CHECK(*first.find("name")->as<std::string>() == "matmul");
  CHECK(*first.find("ph")->as<std::string>() == "X");
  CHECK(*first.find("ts")->as<double>() == 1.0);
  CHECK(*first.find("dur")->as<double>() == 1.5);
  CHECK(*first.find("args")->find("shape")->as<std::string>() == "m=2 n=3 k=4");
  CHECK(*(*events)[1].find("name")->as<std::string>() == "W1 \"int8\"");
  CHECK(JsonValue::parse_object(chrome_trace({}), "trace").ok());
}

TEST_CASE("profile: the recorder changes nothing and sees everything") {
  SpeedWorkload workload = speed_workloads()[2];  // W3
  workload.model.H_cycles = workload.model.L_cycles = 1;
  const Result<ProfiledModel> model = profiled_workload(workload, "");
  REQUIRE(model.ok());
  for (const simd::WeightType type : {simd::WeightType::fp32, simd::WeightType::int8}) {
    const Result<std::vector<ModelTime>> times =
        run_model(*model, type, "generic", {1}, {.samples = 1, .keep_calls = true});
    REQUIRE(times.ok());
    const ModelTime& time = times->front();
    // Two evaluations of two layers, four products with weights each, and one of the head.
    double weights = 0, flops = 0;
    for (const CallGroup& g : time.groups) {
      if (std::string_view(g.kind->name) != "matmul") continue;
      flops += g.count * g.kind->flops(g.sizes);
      if (g.type == type && g.sizes[2] != 64) weights += g.count;
    }
    const StepOperations wanted = step_operations(workload.model, 1);
    CHECK(flops >= wanted.weights + wanted.attention);
    CHECK(flops <= 1.02 * (wanted.weights + wanted.attention));  // and the head's
    CHECK(weights == 2 * 2 * 4 + 1);
    CHECK(!time.calls.empty());
    CHECK(time.evaluations == 2);
  }

  const KernelCase c{kernel_kind("matmul"), {5, 7, 9}, simd::WeightType::bf16, "generic"};
  const simd::Kernels<float>& plain = *simd::isa_table(simd::Isa::generic, simd::WeightType::bf16);
  const simd::Kernels<float>& watched = recorded_kernels(plain);
  CHECK(std::string(watched.isa) == "recorded");
  CHECK(watched.linear == watched.matmul_bf16);
  const auto a = c.make(plain), b = c.make(watched);
  a->run();
  start_recording(Detail::all, 2);
  for (int i = 0; i < 3; ++i) b->run();
  const Recording recording = stop_recording();
  CHECK(std::memcmp(a->output().data(), b->output().data(), a->output().size_bytes()) == 0);
  CHECK(recording.lost == 1);
  REQUIRE(recording.calls.size() == 2);
  CHECK(recording.calls[0].sizes == c.sizes);
  CHECK(recording.calls[0].type == simd::WeightType::bf16);
  CHECK(recording.calls[0].operands[0].bytes == 5 * 9 * 4);
  b->run();
  CHECK(stop_recording().calls.empty());  // off is off
  start_recording(Detail::times, 8);
  b->run();
  CHECK(stop_recording().times.size() == 1);
}

TEST_CASE("profile: the page holds everything, with or without gnuplot") {
  Profile profile = round_profile();
  profile.results.environment.push_back({"kernel", "<b>&"});
  const std::string page = reports::to_html(profile_page(profile), {"no-such-gnuplot"});
  for (const char* part :
       {"Measured and predicted", "W1", "Peaks", "Levels of memory", "the CPU has no AMX_TILE", "none here",
        "need gnuplot", "&lt;b&gt;&amp;", "prefers-color-scheme", "width=device-width"}) {
    CAPTURE(part);
    CHECK(page.find(part) != std::string::npos);
  }
  for (const char* part : {"<script", "http://", "https://", "<b>&"}) {
    CAPTURE(part);
    CHECK(page.find(part) == std::string::npos);
  }
  profile.models.clear();
  profile.predictions.clear();
  CHECK(profile_page(profile).sections.size() == 2);
}

TEST_CASE("profile: what would be elsewhere, beside what was measured there") {
  const Profile here = round_profile();
  Profile there = here;
  there.models[0].step_s = figure(1e-3);
  there.models[0].quiet_s = 1e-3;
  // Twice the work in the same time, and a cost of calls that is the same.
  for (KernelRate& rate : there.limits.rates) {
    for (double& seconds : rate.seconds) seconds /= 2;
  }
  there.limits.isa = "avx2";
  const auto contains = [](const std::string& text, const std::vector<const char*>& parts) {
    for (const char* part : parts) {
      CAPTURE(part);
      CHECK_MESSAGE(text.find(part) != std::string::npos, text);
    }
  };
  contains(what_if_text(here, there.limits, 1, "other.json"), {"what if: other.json", "2.00x"});
  std::string text = validation_text(here, there, "a.json", "b.json");
  contains(text, {"b.json, predicted from a.json", "a.json, predicted from b.json", "measured, avx2", "1 ms", "10 ms",
                  "one thread are", "on average of 1", "Both profiles are of one kind of CPU, a round one"});
  // Errors are those of the numbers beside them.
  const double predicted = predict_there(here.models[0], here.limits, there.limits, 1).seconds;
  contains(text, {fmt::format("{:+.0f} %", 100 * (predicted / 1e-3 - 1)).c_str(),
                  fmt::format("{:.0f} % off what was measured there", 100 * std::abs(predicted / 1e-3 - 1)).c_str()});
  there.results.environment = {{"machine", "another"}};
  there.models[0].threads = 2;
  text = validation_text(here, there, "a.json", "b.json");
  contains(text, {"no error is known"});
  CHECK(text.find("one kind of CPU") == std::string::npos);
  there = here;
  contains(validation_text(here, there, "a.json", "b.json"), {"this shows the noise"});
}

}  // namespace

}  // namespace test_profile
