#include "tests/reports/example.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/summary.h"

namespace trm::reports {
namespace {

/// A fixed stream in [0, 1): a linear congruential generator (Knuth, MMIX).
class Stream {
 public:
  double next() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state_ >> 11) * 0x1p-53;
  }

 private:
  std::uint64_t state_ = 42;
};

struct Contender {
  const char* model;
  const char* mode;
  double skill;    ///< accuracy at depth 1
  double decay;    ///< accuracy lost per depth
  double latency;  ///< median in ns
  double state;    ///< bytes per frame
};

constexpr std::array<Contender, 4> kContenders = {{{"trm-unit", "machine", 1.0, 0.0006, 1.3e6, 9216},
                                                   {"trm-unit", "trace", 0.995, 0.02, 2.1e6, 9216},
                                                   {"hrm", "trace", 0.98, 0.028, 5.2e6, 262144},
                                                   {"transformer", "trace", 0.97, 0.045, 3.9e6, 524288}}};

/// Halts right, then spoils its answer; a given is broken on the way.
StepThrough example_sudoku() {
  StepThrough out;
  out.task = "sudoku 4x4";
  out.slice = "test";
  out.model = "trm-mlp";
  out.mode = "steps";
  out.rows = out.columns = 4;
  out.box_rows = out.box_columns = 2;
  out.question = "1..4..1..3..2..3";
  out.expected = "1234341243212143";
  out.steps = {
      {"1324241243242143", -3.5}, {"2234341243212143", -0.25}, {"1234341243212143", 2}, {"1234341243212141", -1}};
  out.halting_step = 3;
  out.correct = true;
  return out;
}

/// Never halts and is wrong.
StepThrough example_maze() {
  StepThrough out;
  out.task = "maze 5x5";
  out.slice = "ood";
  out.model = "trm-mlp";
  out.rows = out.columns = 5;
  out.question = "S #  # # #    # ##     #G";
  out.expected = "So#  #o# # ooo# ##oo   #G";
  out.steps = {{"So#  #o# # o o# ##oo   #G", -2}, {"So#  #o# # ooo# ##o    #G", -1.5}};
  out.halting_step = 2;
  return out;
}

}  // namespace

RunResults example_results() {
  RunResults run;
  run.title = "Recursion tasks, synthetic example";
  run.environment = {{"machine", "Example CPU, 2 cores"},
                     {"isa", "avx512bf16"},
                     {"isa_cap", "none"},
                     {"threads", "2"},
                     {"pinning", "cores 0-1"},
                     {"compiler", "g++ 12.2.0"},
                     {"flags", "-O3 -ffp-contract=off"},
                     {"commit", "0123abc"},
                     {"build_type", "release"},
                     {"huge_pages", "madvise"},
                     {"load", "0.08"}};
  run.seeds = {1, 2, 18446744073709551615U};
  run.models = {
      {"trm-unit", "trm", "Causal lightweight unit, window 32, two evaluations per token", 250112,
       "models/unit.safetensors", "sha256:6d1f0c", "{\n  \"hidden_size\": 96\n}", "trm train unit.json", 7, 18},
      {"hrm", "hrm", "Same data, key-value cache", 270336, "models/hrm.safetensors", "sha256:77aa01",
       "{\n  \"hidden_size\": 96\n}", "trm train hrm.json", 7, 41.5},
      {"transformer", "transformer", "Same data, key-value cache", 262144, "models/tf.safetensors", "sha256:0e93bb",
       "{\n  \"hidden_size\": 96\n}", "trm train tf.json", 7, 33}};
  Stream stream;
  for (const char* task : {"factorial", "fibonacci", "tree_traversal", "hanoi"}) {
    for (const Contender& c : kContenders) {
      for (const char* slice : {"test", "ood_depth_4x"}) {
        const bool far = std::string(slice) != "test";
        Record base{task, slice, c.model, c.mode, "exact_answer", "", -1, 0, {}, {}, 0};
        std::uint64_t right = 0;
        std::uint64_t all = 0;
        for (int depth = far ? 10 : 2; depth <= (far ? 32 : 8); depth += far ? 4 : 2) {
          const double p = std::clamp(c.skill - c.decay * depth * (0.8 + 0.4 * stream.next()), 0.0, 1.0);
          const auto ok = static_cast<std::uint64_t>(std::lround(200 * p));
          right += ok;
          all += 200;
          Record deep = base;
          deep.metric = "exact_answer_by_depth";
          deep.depth = depth;
          run.records.push_back(ratio_record(deep, ok, 200));
        }
        run.records.push_back(ratio_record(base, right, all));
        base.metric = "exact_frame";
        run.records.push_back(ratio_record(base, 990 + right % 10, 1000));
        SampleSet samples{task, slice, c.model, c.mode, "latency_ns", "ns", {}};
        for (int i = 0; i < (far ? 500 : 80); ++i) {
          const double tail = -std::log(1 - stream.next());
          samples.values.push_back(std::floor(c.latency * (far ? 3.1 : 1) * (0.8 + 0.15 * tail + 0.1 * stream.next())));
        }
        for (const Record& record : percentile_records(samples)) run.records.push_back(record);
        run.samples.push_back(samples);
        const auto add = [&](const char* metric, const char* unit, double value) {
          run.records.push_back({task, slice, c.model, c.mode, metric, unit, -1, value, {}, {}, 1});
        };
        add("ttft_p50_ns", "ns", c.latency * 0.04);
        add("tokens_per_s", "1/s", std::floor(4e10 / c.latency));
        add("items_per_s", "1/s", std::floor(1e10 / c.latency) / 10);
        add("state_bytes", "bytes", c.state * (far && c.state > 1e4 ? 4 : 1));
        add("stack_depth_max", "count", std::string(c.mode) == "machine" ? (far ? 33 : 9) : 1);
      }
    }
  }
  for (const Contender& c : kContenders) {
    run.records.push_back({"", "", c.model, c.mode, "rss_peak_bytes", "bytes", -1, 6.1e6 + c.state * 20, {}, {}, 1});
    run.records.push_back({"", "", c.model, c.mode, "arena_bytes", "bytes", -1, 3e5 + c.state * 3, {}, {}, 1});
    run.records.push_back({"", "", c.model, c.mode, "startup_ns", "ns", -1, 3.4e6, {}, {}, 1});
  }
  const std::string tree = "F 3\n├─ F 2\n│  ├─ F 1 → 4\n│  └─ F 0 → 7\n│  → 11\n└─ F 1 → 4\n→ 15";
  run.examples = {{"fibonacci", "test", "trm-unit", "machine", "F 3", "15", "15", tree, true},
                  {"hanoi", "test", "trm-unit", "machine", "H 2 A C", "AB AC BC", "AB AC BC", "H 2 A C\n└─ ...", true},
                  {"fibonacci", "ood_depth_4x", "transformer", "trace", "F 24", "46368", "46378",
                   "F 24\n→ 46378 (step 19: 6765 + 4181 written as 10956)", false}};
  run.step_throughs = {example_sudoku(), example_maze()};
  return run;
}

}  // namespace trm::reports
