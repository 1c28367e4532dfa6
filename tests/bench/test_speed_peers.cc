// Peers of the speed suite that are programs: what they answer, and how they fail.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>
#include <vector>

#include "bench/speed/peers.h"
#include "bench/speed/records.h"
#include "bench/speed/suite.h"
#include "tests/bench/support.h"

namespace test_speed_peers {

namespace {

using namespace trm;
using namespace trm::bench;
using simd::WeightType;

// Says that a run takes five milliseconds, or so long that each visit is one run. How it fails: its first argument.
constexpr const char* kFake = R"(
import json, sys, time
how, runs = sys.argv[1], 0
for line in sys.stdin:
    request = json.loads(line)
    answer = {'ns': 60000000 if how == 'dies' else 5000000}
    if request['do'] == 'hello':
        answer = {'name': 'Fake', 'version': '1.2', 'kernels': 'none', 'step': ['fp32', 'int8'], 'training': []}
        if how == 'absent':
            answer = {'absent': 'no such library'}
        if how == 'strange':
            answer = {'name': 'Fake'}
    elif request['do'] == 'prepare':
        if how == 'foreign':
            answer = {'unsupported': 'mlp_t true'}
        if request['answer']:
            answer['logits'] = [0.5] * 3
    else:
        runs += 1
        if how == 'dies' and runs > 2:
            sys.exit(3)
        if how == 'fails' and runs > 2:
            answer = {'error': 'RuntimeError: out of memory'}
        if how == 'hangs':
            time.sleep(30)
    print('Hello' if how == 'chatter' else json.dumps(answer), flush=True)
)";

PeerProgram fake(const tests::ScratchDirectory& scratch, const std::string& how) {
  const std::string script = scratch.file("fake.py");
  std::ofstream(script) << kFake;
  PeerProgram out;
  out.name = "Fake";
  out.commands = {{"python3", script, how}};
  out.fix = "install it";
  return out;
}

/// An MLP over positions in int8: of it nobody asks for numbers like ours.
SpeedSuiteOptions small_suite(PeerProgram peer) {
  SpeedSuiteOptions out;
  out.workloads = {{"step", SpeedKind::step, speed_model(64, 8, true), 1, 0}};
  out.workloads[0].model.L_cycles = 1;
  out.kernels = simd::select_isa("");
  out.types = {WeightType::int8};
  out.threads = 1;
  out.pin = Pinning::off;
  out.seconds = 0;  // one round
  out.ask_onednn = false;
  out.peers = {std::move(peer)};
  return out;
}

SpeedSuiteResult passes(const SpeedSuiteOptions& options) {
  Result<SpeedSuiteResult> run = run_speed_suite(options, {});
  if (!run.ok()) FAIL(run.error().text());
  REQUIRE(reports::validate(run->results).ok());
  return *std::move(run);
}

const reports::SampleSet* samples_of(const SpeedSuiteResult& run, const std::string& model) {
  const auto& all = run.results.samples;
  const auto at = std::find_if(all.begin(), all.end(), [&](const reports::SampleSet& s) { return s.model == model; });
  return at == all.end() ? nullptr : &*at;
}

double value_of(const SpeedSuiteResult& run, const std::string& model, const std::string& metric) {
  for (const reports::Record& r : run.results.records) {
    if (r.model == model && r.metric == metric) return r.value;
  }
  return 0;
}

std::string environment_of(const SpeedSuiteResult& run, const std::string& key) {
  for (const reports::EnvironmentEntry& entry : run.results.environment) {
    if (entry.key == key) return entry.value;
  }
  return "";
}

TEST_CASE("speed peers: a peer's own times are recorded beside ours, with its memory") {
  const tests::ScratchDirectory scratch;
  const SpeedSuiteResult run = passes(small_suite(fake(scratch, "")));
  const reports::SampleSet* theirs = samples_of(run, "Fake");
  const reports::SampleSet* ours = samples_of(run, kOursName);
  REQUIRE(theirs != nullptr);
  CHECK(theirs->values == std::vector<double>{5e6});
  CHECK(ours->values.size() == 1);
  CHECK(theirs->type == "int8");
  CHECK(theirs->threads == 1);
  CHECK(value_of(run, "Fake", "step_p50_ns") == 5e6);
  CHECK(value_of(run, kOursName, "speedup_over_fake") ==
        doctest::Approx(5e6 / value_of(run, kOursName, "step_p50_ns")));
  CHECK(value_of(run, kOursName, "speedup_over_best_peer") ==
        doctest::Approx(value_of(run, kOursName, "speedup_over_fake")));
  CHECK(value_of(run, kOursName, "rss_peak_bytes") > 1e6);
  CHECK(value_of(run, "Fake", "rss_peak_bytes") > 1e6);
  CHECK(environment_of(run, "peers") == "Fake 1.2, none");
  CHECK(environment_of(run, "left_out").empty());
  CHECK(run.text.find("peer: Fake 1.2, none") != std::string::npos);
}

TEST_CASE("speed peers: one that dies keeps its samples, and the run goes on") {
  const tests::ScratchDirectory scratch;
  SpeedSuiteOptions options = small_suite(fake(scratch, "dies"));
  options.seconds = 30;  // as many rounds as there are at most, which takes less
  const SpeedSuiteResult run = passes(options);
  const reports::SampleSet* theirs = samples_of(run, "Fake");
  REQUIRE(theirs != nullptr);
  CHECK(theirs->values == std::vector<double>{60e6, 60e6});
  CHECK(samples_of(run, kOursName)->values.size() > 2);
  CHECK(environment_of(run, "left_out").find("ended with status 3") != std::string::npos);
  CHECK(environment_of(run, "left_out").find("Fake from step, int8, 1 thread on") == 0);
}

TEST_CASE("speed peers: a case that fails is told, and its reason") {
  const tests::ScratchDirectory scratch;
  const SpeedSuiteResult run = passes(small_suite(fake(scratch, "fails")));
  CHECK(environment_of(run, "left_out") == "Fake, step, int8, 1 thread: Fake: failed: RuntimeError: out of memory");
}

TEST_CASE("speed peers: one that hangs is left out after its time") {
  const tests::ScratchDirectory scratch;
  PeerProgram peer = fake(scratch, "hangs");
  peer.limit = std::chrono::seconds(2);
  const SpeedSuiteResult run = passes(small_suite(peer));
  CHECK(environment_of(run, "left_out").find("did not answer within 2 seconds") != std::string::npos);
  CHECK_FALSE(samples_of(run, kOursName)->values.empty());
}

TEST_CASE("speed peers: one that is not there, talks otherwise or computes otherwise has a line and no records") {
  const tests::ScratchDirectory scratch;
  const auto left_out = [&](const PeerProgram& peer, WeightType type) {
    SpeedSuiteOptions options = small_suite(peer);
    options.types = {type};
    const SpeedSuiteResult run = passes(options);
    CHECK(samples_of(run, "Fake") == nullptr);
    CHECK(value_of(run, "Fake", "rss_peak_bytes") == 0);
    return environment_of(run, "left_out");
  };
  CHECK(left_out(fake(scratch, "absent"), WeightType::int8) ==
        "Fake: Fake: is not installed: no such library; fix: install it");
  CHECK(left_out(fake(scratch, "strange"), WeightType::int8).find("version") != std::string::npos);
  CHECK(left_out(fake(scratch, "chatter"), WeightType::int8).find("not one line of JSON: Hello") != std::string::npos);
  CHECK(left_out(fake(scratch, "foreign"), WeightType::int8) ==
        "Fake, step: Fake: does not compute a model with mlp_t true");
  CHECK(left_out(fake(scratch, ""), WeightType::fp32).find("computes something else") != std::string::npos);
  PeerProgram none = fake(scratch, "");
  none.commands = {{scratch.file("no_such_program")}};
  CHECK(left_out(none, WeightType::int8).find("No such file") != std::string::npos);
  none.commands = {};
  CHECK(left_out(none, WeightType::int8).find("there is no script of it") != std::string::npos);
  // The first command that finds its library serves.
  PeerProgram second = fake(scratch, "absent");
  second.commands.push_back(fake(scratch, "").commands[0]);
  CHECK(samples_of(passes(small_suite(second)), "Fake") != nullptr);
}

TEST_CASE("speed peers: how far two answers are apart") {
  CHECK(relative_difference({3, 4}, {3, 4}) == 0);
  CHECK(relative_difference({3, 4}, {3, 3}) == doctest::Approx(0.2));
  CHECK(relative_difference({3, 4}, {3}) > 1e300);
  CHECK(relative_difference({0, 0}, {0, 0}) > 1e300);  // nothing was computed
  CHECK(peer_tolerance(speed_model(64, 8, true), WeightType::fp32) == 1e-3);
  CHECK(peer_tolerance(speed_model(64, 8, true), WeightType::int8) == 0);
}

/// The peers of the tree, as far as their libraries are installed.
std::vector<PeerProgram> real_peers() {
  const std::string folder = TRM_BENCH_PEERS;
  PeerProgram pytorch, onnxruntime;
  pytorch.name = "PyTorch";
  pytorch.commands = {{"python3", folder + "/pytorch.py"}, {"/usr/bin/python3", folder + "/pytorch.py"}};
  onnxruntime.name = "ONNX Runtime";
  onnxruntime.commands = {{"node", folder + "/onnxruntime.mjs"}};
  return {pytorch, onnxruntime};
}

TEST_CASE("speed peers: PyTorch and ONNX Runtime compute what we compute") {
  const tests::ScratchDirectory scratch;
  const simd::Kernels<float>& kernels = *simd::select_isa("").table;
  ThreadOptions alone;
  alone.threads = 1;
  const auto pool = ThreadPool::create(alone);
  REQUIRE(pool.ok());
  for (const PeerProgram& program : real_peers()) {
    CAPTURE(program.name);
    const auto peer = PeerProcess::start(program);
    if (!peer.ok()) {
      std::printf("skipped: numbers of %s: %s\n", program.name.c_str(), peer.error().text().c_str());
      continue;
    }
    for (const bool mlp : {false, true}) {
      CAPTURE(mlp);
      // An uneven number of heads, positions that fill no tile.
      CanvasConfig config = speed_model(192, 13, mlp);
      config.H_cycles = 2;
      config.L_cycles = 3;
      const auto model = std::make_shared<const RandomModel>(config, 7);
      const std::string file = scratch.file(program.name + (mlp ? " mlp" : "") + ".safetensors");
      REQUIRE(write_peer_case(file, *model, random_puzzles(config, 3, 7)).ok());
      const auto ours = first_logits(model, 3, 7, kernels, **pool);
      REQUIRE(ours.ok());
      PeerAnswer answer;
      const auto step = PeerProcess::prepare(*peer, {file, SpeedKind::step, WeightType::fp32, 1}, &answer);
      if (!step.ok()) FAIL(step.error().text());
      CHECK(relative_difference(*ours, answer.logits) < 1e-4);
      CHECK((*step)->expected_ns() > 0);
      CHECK(*(*step)->timed_run() > 0);
      for (const WeightType type : {WeightType::bf16, WeightType::int8}) {
        if (!(*peer)->does(SpeedKind::step, type) || mlp) continue;
        CAPTURE(simd::weight_type_name(type));
        const auto narrow = PeerProcess::prepare(*peer, {file, SpeedKind::step, type, 2}, &answer);
        if (!narrow.ok()) FAIL(narrow.error().text());
        const double by = relative_difference(*ours, answer.logits);
        CHECK(by > 1e-4);  // it is another type
        CHECK(by < peer_tolerance(config, type));
      }
      if (!(*peer)->does(SpeedKind::training, WeightType::fp32)) continue;
      const auto update = first_update(*model, 3, 7, kernels, **pool);
      REQUIRE(update.ok());
      const auto training = PeerProcess::prepare(*peer, {file, SpeedKind::training, WeightType::fp32, 1}, &answer);
      if (!training.ok()) FAIL(training.error().text());
      CHECK(answer.loss == doctest::Approx(update->loss).epsilon(1e-4));
      CHECK(answer.grad_norm == doctest::Approx(update->grad_norm).epsilon(1e-3));
      for (int i = 0; i < 3; ++i) CHECK((*training)->timed_run().ok());
    }
    // What it does not compute, it says.
    CanvasConfig other = speed_model(64, 16, false);
    other.conv_kernel = 3;
    REQUIRE(other.validate().ok());
    const std::string file = scratch.file("convolution.safetensors");
    REQUIRE(write_peer_case(file, RandomModel(other, 1), random_puzzles(other, 1, 1)).ok());
    const auto refused = PeerProcess::prepare(*peer, {file, SpeedKind::step, WeightType::fp32, 1}, nullptr);
    REQUIRE(!refused.ok());
    CHECK(refused.error().code == ErrorCode::unsupported);
    CHECK(refused.error().message.find("conv_kernel 3") != std::string::npos);
    CHECK_FALSE((*peer)->is_lost());
  }
}

}  // namespace

}  // namespace test_speed_peers
