// The numbers of the speed suite, apart from any measurement.
#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bench/speed/goals.h"
#include "bench/speed/outcome.h"
#include "bench/speed/records.h"
#include "bench/speed/schedule.h"
#include "bench/speed/suite.h"
#include "bench/speed/table.h"

namespace test_speed {

namespace {

using namespace trm;
using namespace trm::bench;
using simd::WeightType;

std::vector<std::string> names_of(const std::vector<SpeedWorkload>& workloads) {
  std::vector<std::string> out;
  out.reserve(workloads.size());
  for (const SpeedWorkload& w : workloads) out.push_back(w.name);
  return out;
}

SpeedWorkload named(const std::string& name) {
  const auto found = choose_speed_workloads({name});
  REQUIRE(found.ok());
  return found->front();
}

/// Ours took these times, and the peer those.
BoutOutcome bout(const std::string& name, WeightType type, std::size_t threads, std::vector<double> ours,
                 std::vector<double> peer) {
  return {named(name), type, threads, std::move(ours), std::move(peer)};
}

TEST_CASE("speed: workloads are chosen by name, and an unknown one has a neighbour") {
  const auto unasked = choose_speed_workloads({});
  REQUIRE(unasked.ok());
  const std::vector<std::string> names = names_of(*unasked);
  CHECK(names.size() == speed_workloads().size() + shipped_workloads().size() - 3);
  for (const char* large : {"W2", "W6", "train-sudoku-mlp"})
    CHECK(std::find(names.begin(), names.end(), large) == names.end());

  const auto chosen = choose_speed_workloads({"W6", "W2"});
  REQUIRE(chosen.ok());
  CHECK(names_of(*chosen) == std::vector<std::string>{"W2", "W6"});

  const auto unknown = choose_speed_workloads({"W1", "W1-mpl"});
  REQUIRE(!unknown.ok());
  CHECK(unknown.error().code == ErrorCode::usage);
  CHECK(unknown.error().field == "--task");
  CHECK(unknown.error().message == "no workload is called \"W1-mpl\"");
  CHECK(unknown.error().fix == "did you mean W1-mlp?");
  const auto strange = choose_speed_workloads({"xyzzyxyzzy"});
  REQUIRE(!strange.ok());
  CHECK(strange.error().fix.find("W1, W2") != std::string::npos);
  const auto twice = choose_speed_workloads({"W1", "W3", "W1"});
  REQUIRE(!twice.ok());
  CHECK(twice.error().message == "names W1 twice");
}

TEST_CASE("speed: workloads are valid models of the shapes that they say") {
  std::set<std::string> names;
  for (const SpeedWorkload& w : speed_workloads()) {
    CAPTURE(w.name);
    CHECK(names.insert(w.name).second);
    if (w.kind == SpeedKind::decoding) continue;
    CHECK(w.model.validate().ok());
    CHECK(w.model.head_dim() == 64);
    CHECK(layer_passes(w.model) == 42);  // 21 evaluations of two layers
  }
  for (const SpeedWorkload& w : shipped_workloads()) CHECK(names.insert(w.name).second);
  CHECK(named("sudoku-9x9").shipped);
  CHECK(named("W2").shape() == "D512 L97 b32");
  CHECK(named("W3-mlp").shape() == "D128 L64 b1, MLP");
  CHECK(named("decode-1").shape() == "1 stream");
}

TEST_CASE("speed: operations, counted by hand") {
  // D 128, 64 positions: qkv 3 * 128 * 128, o 128 * 128, gate and up 2 * 512 * 128, down 512 * 128; two operations for
  // each weight and row; attention 4 * 64 * 64 * 128 for each puzzle.
  const SpeedWorkload w4 = named("W4");
  const StepOperations of = step_operations(w4.model, w4.batch);
  CHECK(of.weights == 42.0 * 2 * 64 * 64 * (4 * 128 * 128 + 3 * 512 * 128));
  CHECK(of.attention == 42.0 * 64 * 4 * 64 * 64 * 128);
  // Across 64 positions: inner width 256, rows are the values of all puzzles.
  const SpeedWorkload mlp = named("W3-mlp");
  const StepOperations mixed = step_operations(mlp.model, mlp.batch);
  CHECK(mixed.weights == 42.0 * 2 * (128 * (2 * 256 * 64 + 256 * 64) + 64 * 3 * 512 * 128));
  CHECK(mixed.attention == 0);
}

TEST_CASE("speed: goals are data, and each is about one thing") {
  std::set<std::string> seen;
  for (const SpeedGoal& goal : speed_goals()) {
    CAPTURE(std::string(goal.workload));
    if (!goal.workload.empty()) CHECK(named(std::string(goal.workload)).kind == SpeedKind::step);
    CHECK(goal.bound > 0.2);
    CHECK(goal.bound < 5);
    CHECK(seen.insert(std::to_string(static_cast<int>(goal.kind)) + std::string(goal.workload) +
                      std::to_string(static_cast<int>(goal.type)) + (goal.tiles ? "tiles" : ""))
              .second);
  }
  CHECK(seen.size() == 18 + 12 + 6 + 3 + 2 + 1);

  CHECK(*onednn_goal(bout("W3", WeightType::bf16, 1, {}, {}), false) == 1.10);
  CHECK(*onednn_goal(bout("W3", WeightType::bf16, 1, {}, {}), true) == 1.00);
  CHECK(*onednn_goal(bout("W4", WeightType::fp32, 1, {}, {}), true) == 0.88);  // no tiles of floats
  CHECK_FALSE(onednn_goal(bout("W4", WeightType::fp32, 2, {}, {}), false));    // set for one thread
  CHECK_FALSE(onednn_goal(bout("W3-mlp", WeightType::fp32, 1, {}, {}), false));
  CHECK(*speed_goal(GoalKind::best_peer, "W4", WeightType::automatic, true) == 4.5);
  CHECK(*speed_goal(GoalKind::best_peer, "W4", WeightType::automatic, false) == 1.5);
  CHECK_FALSE(speed_goal(GoalKind::best_peer, "W2", WeightType::automatic, true));
  CHECK(*speed_goal(GoalKind::training, "train-D128", WeightType::bf16, false) == 3.0);
  CHECK_FALSE(speed_goal(GoalKind::training, "train-D128", WeightType::bf16, true));
  CHECK(goal_word(GoalKind::onednn, 0.95, 0.95) == "reached");
  CHECK(goal_word(GoalKind::onednn, 0.951, 0.95) == "missed");
  CHECK(goal_word(GoalKind::best_peer, 1.5, 1.5) == "reached");
  CHECK(goal_word(GoalKind::best_peer, 1.49, 1.5) == "missed");
  CHECK(goal_word(GoalKind::memory, 0.26, 0.25) == "missed");
}

TEST_CASE("speed: the fastest of ours stands beside the fastest peer in any type") {
  SpeedOutcome outcome;
  outcome.bouts = {bout("W3", WeightType::fp32, 1, {10, 12, 11, 10, 12, 11}, {}),
                   bout("W3", WeightType::int8, 1, {4, 5, 4, 5, 4, 5}, {}), bout("W3", WeightType::int8, 2, {1}, {})};
  CHECK_FALSE(outcome.best_peer("W3", 1));
  outcome.bouts[0].peers = {{"A", {20, 22, 21, 20, 22, 21}}, {"B", {}}};
  outcome.bouts[1].peers = {{"A", {30}}, {"B", {9, 9, 9, 9, 9, 9}}};
  outcome.bouts[2].peers = {{"A", {2}}, {"B", {}}};
  const auto best = outcome.best_peer("W3", 1);
  REQUIRE(best);
  CHECK(best->our_type == WeightType::int8);
  CHECK(best->peer == "B");
  CHECK(best->peer_type == WeightType::int8);
  CHECK(best->speedup.value == doctest::Approx((9.0 / 4 + 9.0 / 5) / 2));  // of one type: round by round
  REQUIRE(best->speedup.interval);
  CHECK(best->speedup.interval->low == doctest::Approx(9.0 / 5));
  CHECK(best->speedup.interval->high == doctest::Approx(9.0 / 4));
  CHECK(outcome.best_peer("W3", 2)->speedup.value == doctest::Approx(2));
  CHECK_FALSE(outcome.best_peer("W3", 2)->speedup.interval);
  CHECK_FALSE(outcome.best_peer("W1", 1));
  // Of two types: median by median.
  outcome.bouts[0].peers[0].ns = {9, 9, 9, 9, 9, 8};
  outcome.bouts[1].peers[1].ns.clear();
  const auto across = outcome.best_peer("W3", 1);
  REQUIRE(across);
  CHECK(across->peer == "A");
  CHECK(across->peer_type == WeightType::fp32);
  CHECK(across->speedup.value == doctest::Approx(2));
  REQUIRE(across->speedup.interval);
  CHECK(across->speedup.interval->low >= 8.0 / 5 - 1e-9);  // through logarithms and back
  CHECK(across->speedup.interval->high <= 9.0 / 4 + 1e-9);
  CHECK(across->speedup.interval->low < 2);
  CHECK(across->speedup.interval->high > 2);
}

TEST_CASE("speed: peers, memory and their goals are recorded and shown") {
  SpeedOutcome outcome;
  outcome.peers = {{"PyTorch", "PyTorch 0, none"}, {"ONNX Runtime", "ONNX Runtime 0, none"}};
  outcome.bouts = {bout("W1", WeightType::int8, 1, {80e6}, {}), bout("train-D128", WeightType::bf16, 1, {1e9}, {})};
  outcome.bouts[0].peers = {{"PyTorch", {200e6}}, {"ONNX Runtime", {116e6}}};
  outcome.bouts[1].peers = {{"PyTorch", {3.5e9}}, {"ONNX Runtime", {}}};
  outcome.memory = {
      {named("W1"), WeightType::int8, 30'000'000, {{"PyTorch", 200'000'000}, {"ONNX Runtime", 60'000'000}}}};
  reports::RunResults results;
  add_speed_records(outcome, results);
  REQUIRE(reports::validate(results).ok());
  const auto value = [&](const std::string& task, const std::string& model, const std::string& metric) {
    const auto at = std::find_if(results.records.begin(), results.records.end(), [&](const reports::Record& r) {
      return r.task == task && r.model == model && r.metric == metric;
    });
    return at == results.records.end() ? 0.0 : at->value;
  };
  CHECK(value("W1", kOursName, "speedup_over_pytorch") == doctest::Approx(2.5));
  CHECK(value("W1", kOursName, "speedup_over_onnx_runtime") == doctest::Approx(1.45));
  CHECK(value("W1", kOursName, "speedup_over_best_peer") == doctest::Approx(1.45));
  CHECK(value("W1", kGoalName, "speedup_over_best_peer") == 1.5);
  CHECK(value("W1", "ONNX Runtime", "step_p50_ns") == 116e6);
  CHECK(value("train-D128", kOursName, "speedup_over_pytorch") == doctest::Approx(3.5));
  CHECK(value("train-D128", kGoalName, "speedup_over_pytorch") == 3.0);
  CHECK(value("W1", "PyTorch", "rss_peak_bytes") == 200e6);
  CHECK(value("W1", kOursName, "memory_beside_pytorch") == doctest::Approx(0.15));
  CHECK(value("W1", kGoalName, "memory_beside_pytorch") == 0.25);
  CHECK(value("W1", kGoalName, "memory_beside_onnx_runtime") == 0);
  CHECK(speed_goals_text(outcome) ==
        "W1 over the best peer 1.450, goal 1.50: missed; train-D128 bf16 over PyTorch 3.500, goal 3.00: reached; "
        "W1 memory beside PyTorch 0.150, goal 0.25: reached");
  const std::string text = speed_table_text(outcome);
  CHECK(text.find("goals: 2 of 3 reached") != std::string::npos);
  CHECK(text.find("peer: ONNX Runtime 0, none") != std::string::npos);
  CHECK(text.find("1.45 [1.45-1.45]") != std::string::npos);
}

TEST_CASE("speed: ratios pair what was measured in one round") {
  // The second round was disturbed: both took thrice as long, and the ratio of medians would hide it.
  CHECK(round_ratios({10, 33, 12}, {20, 60, 20, 21}) == std::vector<double>{0.5, 0.55, 0.6});
  CHECK(round_ratios({}, {1}).empty());

  CHECK_FALSE(estimate({}));
  const auto few = estimate({3, 1, 2, 5});
  REQUIRE(few);
  CHECK(few->value == 2.5);
  CHECK(few->least == 1);
  CHECK(few->most == 5);
  CHECK(few->n == 4);
  CHECK_FALSE(few->interval);
  // Six samples hold the median between them with 1 - 2 / 2^6 = 96.9 %, five with 93.8 %.
  CHECK_FALSE(estimate({1, 2, 3, 4, 5})->interval);
  const auto six = estimate({6, 1, 3, 2, 5, 4});
  REQUIRE(six->interval);
  CHECK(six->interval->low == 1);
  CHECK(six->interval->high == 6);
}

TEST_CASE("speed: the best peak of all rounds counts, and floats may serve bfloat16") {
  SpeedOutcome outcome;
  outcome.peaks = {{"fma", WeightType::fp32, 1, {100, 180, 90}},
                   {"dot", WeightType::bf16, 1, {80, 85}},
                   {"fma", WeightType::fp32, 2, {300}}};
  CHECK(*outcome.peak(WeightType::fp32, 1) == 180);
  CHECK(*outcome.peak(WeightType::bf16, 1) == 180);
  CHECK(*outcome.peak(WeightType::bf16, 2) == 300);
  CHECK_FALSE(outcome.peak(WeightType::int8, 1));
  outcome.peaks[1].giga_per_s.push_back(220);
  CHECK(*outcome.peak(WeightType::bf16, 1) == 220);
}

TEST_CASE("speed: records and table say whether goals are reached") {
  SpeedOutcome outcome;
  outcome.onednn = "oneDNN 0.0.0";
  outcome.bouts = {bout("W1", WeightType::fp32, 1, {90e6, 92e6, 88e6, 91e6, 89e6, 90e6}, std::vector<double>(6, 100e6)),
                   bout("W3", WeightType::int8, 1, {26e6}, {20e6}), bout("W4", WeightType::fp32, 2, {9e6}, {10e6}),
                   bout("train-D128", WeightType::fp32, 1, {2e9}, {})};
  reports::RunResults results;
  add_speed_records(outcome, results);
  REQUIRE(reports::validate(results).ok());
  const auto find = [&](const std::string& task, const std::string& model, const std::string& metric) {
    const auto at = std::find_if(results.records.begin(), results.records.end(), [&](const reports::Record& r) {
      return r.task == task && r.model == model && r.metric == metric;
    });
    return at == results.records.end() ? nullptr : &*at;
  };
  const reports::Record* ratio = find("W1", kOursName, "ratio_to_onednn");
  REQUIRE(ratio != nullptr);
  CHECK(ratio->value == doctest::Approx(0.9));
  CHECK(*ratio->ci_low == doctest::Approx(0.88));
  CHECK(*ratio->ci_high == doctest::Approx(0.92));
  CHECK(ratio->mode == "fp32, 1 thread");
  CHECK(find("W1", kGoalName, "ratio_to_onednn")->value == 0.95);
  CHECK(find("W4", kGoalName, "ratio_to_onednn") == nullptr);
  CHECK(find("train-D128", kOursName, "samples_per_s")->value == doctest::Approx(32));
  CHECK(find("W1", kOursName, "share_of_peak") == nullptr);  // no peak was measured
  const StepOperations operations = step_operations(outcome.bouts[0].workload.model, 1);
  CHECK(find("W1", kOursName, "gflop_per_s")->value ==
        doctest::Approx((operations.weights + operations.attention) / 90e6));
  CHECK(find("W1", kOneDnnName, "gflop_per_s")->value == doctest::Approx(operations.weights / 100e6));

  CHECK(speed_goals_text(outcome) ==
        "W1 fp32 beside oneDNN 0.900, goal 0.95: reached; W3 int8 beside oneDNN 1.300, goal 1.25: missed");
  const std::string text = speed_table_text(outcome);
  CHECK(text.find("goals: 1 of 2 reached") != std::string::npos);
  CHECK(text.find("0.880-0.920") != std::string::npos);
  CHECK(text.find("[1.300-1.300]") != std::string::npos);
  CHECK(text.find("32 samples") != std::string::npos);
  CHECK(speed_goals_text({}) == "nothing was measured that a goal is about");
}

TEST_CASE("speed: every round has an order of its own") {
  std::vector<std::size_t> all(30);
  std::iota(all.begin(), all.end(), std::size_t{0});
  std::set<std::vector<std::size_t>> orders;
  for (std::uint64_t seed = 0; seed < 2; ++seed) {
    for (std::uint64_t round = 0; round < 5; ++round) {
      std::vector<std::size_t> order = shuffled(all.size(), seed, round);
      CHECK(order == shuffled(all.size(), seed, round));
      CHECK(orders.insert(order).second);
      std::sort(order.begin(), order.end());
      CHECK(order == all);
    }
  }
  CHECK(shuffled(0, 1, 1).empty());
}

TEST_CASE("speed: what takes long runs in fewer rounds") {
  const auto visits = [](double cost_s) {
    std::size_t out = 0;
    for (std::size_t round = 0; round < 20; ++round) out += runs_in_round(cost_s, round) ? 1 : 0;
    return out;
  };
  CHECK(visits(0.001) == 20);
  CHECK(visits(3) == 20);
  CHECK(visits(6) == 11);  // the first, and every second one
  CHECK(visits(3000) == 1);
  // Each costs a round no more than three seconds.
  const std::vector<double> costs = {1, 2, 30};
  CHECK(rounds_in(costs, 60) == 10);
  CHECK(rounds_in(costs, 61) == 11);
  CHECK(rounds_in(costs, -5) == 1);
  CHECK(rounds_in({}, 1e9) == kMostRounds);
  CHECK(thread_counts(1) == std::vector<std::size_t>{1});
  CHECK(thread_counts(2) == std::vector<std::size_t>{1, 2});
  CHECK(thread_counts(16) == std::vector<std::size_t>{1, 2, 16});
}

/// Counts its runs.
class Counter final : public Runner {
 public:
  Result<double> warm_up() override { return 1.0; }
  Status run() override {
    ++runs;
    return fails ? Status{Error{ErrorCode::io, "", "counter", "is full", ""}} : Status{};
  }
  std::size_t runs = 0;
  bool fails = false;
};

TEST_CASE("speed: short runs are repeated, long ones are not") {
  Counter counter;
  REQUIRE(time_runner(counter, 100e6).ok());
  CHECK(counter.runs == 1);
  counter.runs = 0;
  REQUIRE(time_runner(counter, 10e6).ok());
  CHECK(counter.runs == 1 + 3);  // 30 ms of them
  CHECK(visit_seconds(10e6) == doctest::Approx(0.04));
  counter.runs = 0;
  REQUIRE(time_runner(counter, 0).ok());
  CHECK(counter.runs == 1 + 9);
  counter.fails = true;
  const auto failed = time_runner(counter, 100e6);
  REQUIRE(!failed.ok());
  CHECK(failed.error().field == "counter");
}

}  // namespace

}  // namespace test_speed
