#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/puzzles/published_figures.h"
#include "bench/puzzles/records.h"
#include "bench/puzzles/set.h"
#include "bench/puzzles/suite.h"
#include "bench/puzzles/tries.h"
#include "engine/base/interval.h"
#include "engine/sys/files.h"
#include "reports/json.h"
#include "reports/stats.h"
#include "tasks/puzzles/arc/build.h"
#include "tasks/puzzles/arc/submission.h"
#include "tests/bench/puzzle_models.h"
#include "tests/bench/support.h"

namespace test_puzzle_suite {

namespace {

using namespace trm;
using namespace trm::bench;
using reports::Record;
using tests::ScratchDirectory;

constexpr std::size_t kSteps = 3;

/// Tokens of a 4x4 Sudoku: '.' is 1, digits follow.
std::vector<std::uint8_t> tokens(std::string_view text) {
  std::vector<std::uint8_t> out;
  for (const char c : text) out.push_back(static_cast<std::uint8_t>(c == '.' ? 1 : c - '0' + 1));
  return out;
}

/// Three questions of one solution. The copying model, which says 1 for a blank, is right on the first two and misses a
/// cell of the third; it halts at once where the first cell shows a 1.
std::string three_sudokus(const ScratchDirectory& scratch) {
  tasks::PuzzleDataset out;
  out.metadata.vocab_size = 6;
  out.metadata.seq_len = 16;
  for (const std::string_view question : {".23434.22.43432.", "123434.22.43432.", "1.3434.22.43432."}) {
    out.add_example(tokens(question), tokens("1234341221434321"));
    out.end_puzzle(0);
    out.end_group();
  }
  out.count();
  const std::string folder = scratch.file("three");
  const std::string names[] = {"<blank>"};
  return tasks::write_puzzle_dataset(folder, "test", out).ok() && tasks::write_identifiers(folder, names).ok() ? folder
                                                                                                               : "";
}

trm::tasks::PuzzleModelInfo copy_model(const ScratchDirectory& scratch, const std::string& name, std::size_t vocab_size,
                                       std::size_t seq_len, std::size_t for_one) {
  const std::string path = scratch.file(name + ".safetensors");
  REQUIRE(tests::write_copy_model(path, vocab_size, seq_len, kSteps, for_one, 2));
  Result<trm::tasks::PuzzleModelInfo> out = trm::tasks::read_puzzle_model_info(path);
  if (!out.ok()) FAIL(out.error().text());
  return *std::move(out);
}

PuzzleSuiteOptions options_of(std::vector<trm::tasks::PuzzleModelInfo> models, std::vector<std::string> directories) {
  PuzzleSuiteOptions out;
  out.models = std::move(models);
  out.directories = std::move(directories);
  out.kernels = simd::select_isa("");
  out.threads = 2;
  out.latency_items = 2;
  return out;
}

PuzzleSuiteResult run(const PuzzleSuiteOptions& options, const SuiteProgress& progress = {}) {
  Result<PuzzleSuiteResult> out = run_puzzle_suite(options, progress);
  if (!out.ok()) FAIL(out.error().text());
  return *std::move(out);
}

std::string error_of(const PuzzleSuiteOptions& options) {
  const Result<PuzzleSuiteResult> out = run_puzzle_suite(options, {});
  return out.ok() ? "" : out.error().text();
}

const Record* find(const reports::RunResults& results, const std::string& task, const std::string& slice,
                   const std::string& mode, const std::string& metric, int depth = -1) {
  const auto at = std::find_if(results.records.begin(), results.records.end(), [&](const Record& r) {
    return r.task == task && r.slice == slice && r.mode == mode && r.metric == metric && r.depth == depth;
  });
  return at == results.records.end() ? nullptr : &*at;
}

/// Right and wrong of each question, as trm compare takes them.
std::vector<double> answers(const reports::RunResults& results, const std::string& task, const std::string& slice,
                            const std::string& mode, const std::string& metric) {
  for (const reports::SampleSet& s : results.samples) {
    if (s.task == task && s.slice == slice && s.mode == mode && s.metric == metric) return s.values;
  }
  return {};
}

TEST_CASE("puzzles: exact counts of a model that can be worked out by hand") {
  const ScratchDirectory scratch;
  std::vector<SuiteStep> steps;
  const PuzzleSuiteResult out = run(options_of({copy_model(scratch, "copy", 6, 16, 2)}, {three_sudokus(scratch)}),
                                    [&](const SuiteStep& step) { steps.push_back(step); });
  const reports::RunResults& results = out.results;
  REQUIRE(reports::validate(results).ok());
  const std::string task = "sudoku 4x4";
  for (const char* mode : {kAllStepsMode, kHaltingMode}) {
    CAPTURE(mode);
    const Record* exact = find(results, task, "test", mode, "exact_answer");
    REQUIRE(exact != nullptr);
    CHECK(exact->value == doctest::Approx(2.0 / 3.0));
    CHECK(exact->n == 3);
    CHECK(*exact->ci_low == doctest::Approx(wilson_interval(2, 3).low));
    const Record* latency = find(results, task, "test", mode, "latency_p50_ns");
    REQUIRE(latency != nullptr);
    CHECK(latency->n == 2);
    CHECK(answers(results, task, "test", mode, "exact_answer") == std::vector<double>{1, 1, 0});
  }
  for (int step = 1; step <= static_cast<int>(kSteps); ++step) {
    const Record* at = find(results, task, "test", kAllStepsMode, "exact_answer_by_step", step);
    REQUIRE(at != nullptr);
    CHECK(at->value == doctest::Approx(2.0 / 3.0));
  }
  CHECK(find(results, task, "test", kAllStepsMode, "exact_answer_by_step", kSteps + 1) == nullptr);
  CHECK(find(results, task, "test", kAllStepsMode, "cell_accuracy")->value == doctest::Approx(47.0 / 48.0));
  CHECK(find(results, task, "test", kHaltingMode, "halting_steps")->value == doctest::Approx(5.0 / 3.0));
  const Record* rated = find(results, task, "rating 0", kAllStepsMode, "exact_answer_by_rating");
  REQUIRE(rated != nullptr);
  CHECK(rated->n == 3);
  CHECK(find(results, task, "test", kAllStepsMode, "rss_peak_bytes")->value > 0);
  for (const char* mode : {kAllStepsMode, kHaltingMode})
    CHECK(find(results, task, "test", mode, "items_per_s")->value > 0);
  REQUIRE(results.models.size() == 1);
  CHECK(results.models[0].parameters > 0);

  // A right and a wrong answer, of the longest thought: the first row thinks for all steps.
  REQUIRE(results.step_throughs.size() == 2);
  CHECK(results.step_throughs[0].correct);
  CHECK(results.step_throughs[0].halting_step == kSteps);
  CHECK(results.step_throughs[0].question == ".23434.22.43432.");
  CHECK_FALSE(results.step_throughs[1].correct);
  CHECK(results.step_throughs[1].halting_step == 1);
  CHECK(results.step_throughs[1].steps.size() == kSteps);
  CHECK(results.step_throughs[1].steps[0].cells == "1134341221434321");

  // 4x4 boards are no Sudoku-Extreme: nothing measured stands beside what is published.
  for (const Record& r : results.records) {
    if (r.metric == kBenchmarkMetric) CHECK(r.mode == kPublishedMode);
  }
  REQUIRE(steps.size() > 2);
  CHECK(steps.back().number == 2);
  CHECK(steps.back().outcome == "2 puzzles one by one");
  const auto text = reports::to_json(results);
  REQUIRE(text.ok());
  CHECK(reports::from_json(*text, "results.json").ok());
}

TEST_CASE("puzzles: each step counts for itself, and halting at its own") {
  // With H_init 6 e_0 the states are, in the plane of token 0 and the question's token, (3.9, 0.9), (3.5, 1.9), (3.0,
  // 2.7), (2.5, 3.1) after the steps: wrong three times, then as the copying model. q_halt = 10 z - 5 of the first cell
  // is above 0 from the first step where that shows a 1.
  const ScratchDirectory scratch;
  const std::string path = scratch.file("late.safetensors");
  REQUIRE(tests::write_copy_model(path, 6, 16, 5, 2, 2, {.start = 6}));
  const Result<trm::tasks::PuzzleModelInfo> model = trm::tasks::read_puzzle_model_info(path);
  REQUIRE(model.ok());
  const PuzzleSuiteResult out = run(options_of({*model}, {three_sudokus(scratch)}));
  const auto value = [&](const char* mode, const char* metric, int step = -1) {
    const Record* record = find(out.results, "sudoku 4x4", "test", mode, metric, step);
    return record == nullptr ? -1 : record->value;
  };
  for (int step = 1; step <= 5; ++step) {
    CAPTURE(step);
    CHECK(value(kAllStepsMode, "exact_answer_by_step", step) == doctest::Approx(step < 4 ? 0 : 2.0 / 3.0));
  }
  CHECK(value(kAllStepsMode, "exact_answer") == doctest::Approx(2.0 / 3.0));
  // The second and third rows halt at once, before they are right; the first thinks for all five steps.
  CHECK(value(kHaltingMode, "exact_answer") == doctest::Approx(1.0 / 3.0));
  CHECK(value(kHaltingMode, "halting_steps") == doctest::Approx(7.0 / 3.0));
}

TEST_CASE("puzzles: fewer items are spread over the rows, whatever the number of threads") {
  const ScratchDirectory scratch;
  PuzzleSuiteOptions options = options_of({copy_model(scratch, "copy", 6, 16, 2)}, {three_sudokus(scratch)});
  options.items = 2;
  std::vector<double> exact;
  for (const std::size_t threads : {1, 3}) {
    options.threads = threads;
    const PuzzleSuiteResult out = run(options);
    const Record* record = find(out.results, "sudoku 4x4", "test", kAllStepsMode, "exact_answer");
    REQUIRE(record != nullptr);
    CHECK(record->n == 2);
    exact.push_back(record->value);
    REQUIRE_FALSE(out.results.step_throughs.empty());
    CHECK(out.results.step_throughs.front().question == "123434.22.43432.");  // of rows 1 and 2
  }
  CHECK(exact[0] == exact[1]);
}

TEST_CASE("arc: the votes of a copying model, by both definitions") {
  using tasks::arc::Grid;
  const ScratchDirectory scratch;
  const auto grid = [](std::uint8_t first) {
    Grid out(2, 3);
    for (std::size_t i = 0; i < out.cells.size(); ++i) out.cells[i] = static_cast<std::uint8_t>((first + i) % 7);
    return out;
  };
  // The model answers with the question: right where the rule is to copy. "half" has one test pair of each kind.
  const std::vector<tasks::arc::ArcTask> asked = {
      {"copies", {{grid(1), grid(1)}}, {{grid(2), grid(2)}}},
      {"half", {{grid(1), grid(3)}}, {{grid(4), grid(4)}, {grid(5), grid(6)}}},
      {"others", {{grid(1), grid(4)}}, {{grid(3), grid(5)}}},
  };
  const auto plan = tasks::arc::plan_copies({{"train", {{grid(0), grid(1)}}, {{grid(2), grid(3)}}}}, asked, 2, 7);
  REQUIRE(plan.ok());
  const std::string folder = scratch.file("arc");
  REQUIRE(tasks::write_puzzle_dataset(folder, "test", build_split(*plan, tasks::arc::Split::test)).ok());
  REQUIRE(tasks::write_identifiers(folder, puzzle_names(*plan)).ok());

  PuzzleSuiteOptions options = options_of({copy_model(scratch, "copy", 12, 900, 1)}, {folder});
  options.submissions = true;
  options.latency_items = 1;
  const PuzzleSuiteResult out = run(options);
  const auto value = [&](const char* metric, const char* slice) {
    const Record* record = find(out.results, "arc", slice, kAllStepsMode, metric);
    return record == nullptr ? -1 : record->value;
  };
  for (const char* k : {"pass@1", "pass@2", "pass@1000"}) {
    CAPTURE(k);
    CHECK(value("arc_pass_trm", k) == doctest::Approx((1 + 0.5 + 0) / 3));
    CHECK(value("arc_pass_hrm", k) == doctest::Approx(1.0 / 3.0));
  }
  CHECK(value("arc_pass_trm", "pass@5") >= 0);
  // Task by task, for whoever compares two runs.
  CHECK(answers(out.results, "arc", "pass@2", kAllStepsMode, "arc_pass_trm") == std::vector<double>{1, 0.5, 0});
  CHECK(answers(out.results, "arc", "pass@2", kAllStepsMode, "arc_pass_hrm") == std::vector<double>{1, 0, 0});
  CHECK(answers(out.results, "arc", "test", kAllStepsMode, "exact_row").empty());
  CHECK(value("arc_pass_hrm", "pass@5") == -1);
  REQUIRE(out.results.step_throughs.size() == 2);
  CHECK(out.results.step_throughs[0].correct);
  CHECK(out.results.step_throughs[0].model == "copy");
  REQUIRE(out.files.size() == 1);
  CHECK(out.files[0].first == "submission-copy.json");
  const auto attempts = tasks::arc::read_submission(out.files[0].second, "submission");
  REQUIRE(attempts.ok());
  REQUIRE(attempts->size() == 3);
  CHECK((*attempts)[0].pairs[0][0] == grid(2));
  // Three tasks are neither ARC-AGI-1 nor ARC-AGI-2.
  CHECK(std::none_of(out.results.records.begin(), out.results.records.end(),
                     [](const Record& r) { return r.metric == kBenchmarkMetric && r.mode == kAllStepsMode; }));
  // Rows of copies are no independent questions: votes count, rows have no interval.
  CHECK(find(out.results, "arc", "test", kAllStepsMode, "exact_answer") == nullptr);
  const Record* rows = find(out.results, "arc", "test", kAllStepsMode, "exact_row");
  REQUIRE(rows != nullptr);
  CHECK_FALSE(rows->ci_low.has_value());
  CHECK(rows->value == doctest::Approx(0.5));  // of four test inputs the model copies two, whatever the copy
  CHECK(find(out.results, "arc", "test", kAllStepsMode, "exact_row_by_step", 1) != nullptr);
}

TEST_CASE("puzzles: an output that is not finite is an error that names the model") {
  const ScratchDirectory scratch;
  const std::string path = scratch.file("huge.safetensors");
  REQUIRE(tests::write_copy_model(path, 6, 16, kSteps, 1, 2, {.head = 3e38F}));
  const Result<trm::tasks::PuzzleModelInfo> model = trm::tasks::read_puzzle_model_info(path);
  REQUIRE(model.ok());
  CHECK(
      error_of(options_of({*model}, {three_sudokus(scratch)}))
          .ends_with("huge.safetensors: its output for puzzle 0 is not finite after step 1; fix: train it again with a "
                     "smaller rate"));
}

TEST_CASE("puzzles: rows of which nothing is asked count for no accuracy") {
  const ScratchDirectory scratch;
  const std::string folder = three_sudokus(scratch);
  auto data = tasks::read_puzzle_dataset(folder, "test");
  REQUIRE(data.ok());
  std::fill(data->labels.begin() + 16, data->labels.begin() + 32, std::uint8_t{0});  // of the second row
  REQUIRE(tasks::write_puzzle_dataset(folder, "test", *data).ok());
  const PuzzleSuiteResult out = run(options_of({copy_model(scratch, "copy", 6, 16, 2)}, {folder}));
  const Record* exact = find(out.results, "sudoku 4x4", "test", kAllStepsMode, "exact_answer");
  REQUIRE(exact != nullptr);
  CHECK(exact->n == 2);
  CHECK(exact->value == doctest::Approx(0.5));
  CHECK(find(out.results, "sudoku 4x4", "test", kAllStepsMode, "cell_accuracy")->value ==
        doctest::Approx((1.0 + 15.0 / 16.0) / 2));
}

TEST_CASE("puzzles: what does not fit is an error before the work") {
  const ScratchDirectory scratch;
  const std::string three = three_sudokus(scratch);
  const trm::tasks::PuzzleModelInfo four = copy_model(scratch, "four", 6, 16, 2),
                                    six = copy_model(scratch, "six", 8, 36, 2);
  bool ready = false;
  const auto error = [&](std::vector<trm::tasks::PuzzleModelInfo> models, std::vector<std::string> directories) {
    PuzzleSuiteOptions options = options_of(std::move(models), std::move(directories));
    options.ready = [&ready]() -> Status {
      ready = true;
      return {};
    };
    return error_of(options);
  };
  const auto contains = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  CHECK(contains(error({six}, {three}),
                 "three/test/dataset.json: fits no model: six has seq_len 36 and vocab_size 8, not 16 and 6"));
  CHECK(contains(error({four, six}, {three}), "six.safetensors: __metadata__.config: no data set fits: seq_len 36"));
  CHECK(contains(error({four, four}, {three}), "two models are called \"four\""));
  CHECK(contains(error({}, {three}), "nothing to measure"));
  CHECK(contains(error({four}, {three, three + "/."}), "--data: names "));
  CHECK(contains(error({four}, {}), "four.safetensors: __metadata__.data: is missing"));
  CHECK(contains(error({four}, {scratch.file("absent")}), "absent/test/dataset.json"));
  CHECK_FALSE(ready);
  trm::tasks::PuzzleModelInfo moved = four;
  moved.data.emplace();
  moved.data->directory = scratch.file("gone");
  CHECK(contains(error({moved}, {}), "gone is not here"));
  CHECK_FALSE(ready);
  CHECK(error({four}, {three}).empty());
  CHECK(ready);
}

TEST_CASE("puzzles: a damaged row of the puzzle table is an error when a puzzle asks for it") {
  const ScratchDirectory scratch;
  const std::string path = scratch.file("damaged.safetensors");
  REQUIRE(tests::write_copy_model(path, 6, 16, kSteps, 1, 2, {.damaged_table = true}));
  const Result<trm::tasks::PuzzleModelInfo> model = trm::tasks::read_puzzle_model_info(path);
  REQUIRE(model.ok());
  CHECK(error_of(options_of({*model}, {three_sudokus(scratch)}))
            .ends_with("damaged.safetensors: model.inner.puzzle_emb.weights: row 0, element 3 is not finite; fix: the "
                       "file is damaged or its training diverged"));
}

TEST_CASE("puzzles: fresh ones are made of what the model learnt") {
  const ScratchDirectory scratch;
  trm::tasks::PuzzleModelInfo model = copy_model(scratch, "copy", 6, 16, 2);
  model.data.emplace();
  model.data->family = "sudoku";
  model.data->size = 4;
  PuzzleSuiteOptions options = options_of({model}, {});
  options.items = 5;
  const PuzzleSuiteResult out = run(options);
  CHECK(find(out.results, "sudoku 4x4", "test", kAllStepsMode, "exact_answer")->n == 5);
}

TEST_CASE("puzzles: data count as a published benchmark by their shape, number and origin") {
  const ScratchDirectory scratch;
  const std::string folder = scratch.file("mazes");
  const auto benchmark = [&](std::size_t mazes, const char* origin) {
    tasks::PuzzleDataset data;
    data.metadata.vocab_size = 6;
    data.metadata.seq_len = 900;
    const std::vector<std::uint8_t> cells(900, 2);
    for (std::size_t i = 0; i < mazes; ++i) {
      data.add_example(cells, cells);
      data.end_puzzle(0);
      data.end_group();
    }
    data.count();
    REQUIRE(tasks::write_puzzle_dataset(folder, "test", data).ok());
    REQUIRE(write_atomic(folder + "/origin.json", std::string("{\"source\": \"") + origin + "\"}\n").ok());
    const Result<PuzzleSet> set = read_puzzle_set(folder, 2);
    if (!set.ok()) FAIL(set.error().text());
    CHECK(set->puzzles.examples() == 2);
    return set->benchmark;
  };
  CHECK(benchmark(1000, "csv") == PaperBenchmark::maze_hard);
  CHECK(benchmark(999, "csv") == PaperBenchmark::none);
  CHECK(benchmark(1000, "generated") == PaperBenchmark::none);
}

TEST_CASE("ratings fall into buckets without gaps") {
  std::vector<std::string> names;
  for (std::uint64_t rating = 0; rating < 30; ++rating) {
    const std::string name = rating_bucket(rating);
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  CHECK(names == std::vector<std::string>{"0", "1-2", "3-5", "6-10", "11-20", "21 or more"});
}

TEST_CASE("tries: accuracy against their number, and how well the model knows") {
  // Four puzzles, three tries each: {q_halt, residual, board, right}.
  TryPass pass;
  pass.rows = 4;
  pass.tries = 3;
  pass.outcomes = {{2, 0.1, 1, true},   {-1, 0.2, 2, false}, {-1, 0.3, 3, false},  // right at once
                   {-3, 0.1, 1, false}, {1, 0.2, 2, true},   {-1, 0.3, 3, false},  // at the second try
                   {-3, 0.1, 1, false}, {-2, 0.2, 2, true},  {3, 0.3, 3, false},   // sure of a wrong one
                   {-4, 0.1, 1, false}, {-3, 0.2, 2, false}, {-2, 0.3, 3, true}};  // right, and not sure
  pass.steps = {1, 2, 2, 2, 1, 2, 2, 2, 1, 2, 2, 2};
  pass.elapsed_ns = 2100;
  trm::tasks::PuzzleModelInfo model;
  model.name = "m";
  PuzzleSet set;
  set.name = "sudoku 9x9";
  reports::RunResults results;
  const std::size_t counts[] = {1, 2, 3, 50};
  add_try_records(model, set, pass, counts, results);
  REQUIRE(reports::validate(results).ok());
  const auto value = [&](const std::string& mode, const std::string& metric, int depth,
                         const std::string& slice = "test") {
    const auto at = std::find_if(results.records.begin(), results.records.end(), [&](const Record& r) {
      return r.mode == mode && r.metric == metric && r.depth == depth && r.slice == slice;
    });
    return at == results.records.end() ? -1 : at->value;
  };
  CHECK(value("tries, q_halt", "exact_answer_by_tries", 1) == 0.25);
  CHECK(value("tries, q_halt", "exact_answer_by_tries", 2) == 0.75);
  CHECK(value("tries, q_halt", "exact_answer_by_tries", 3) == 0.75);
  CHECK(value("tries, rules (oracle)", "exact_answer_by_tries", 3) == 1);
  CHECK(value("tries, residual", "exact_answer_by_tries", 3) == 0.25);
  CHECK(value("tries, q_halt", "exact_answer_by_tries", 50) == -1);
  CHECK(value("3 tries", "exact_answer", -1) == 0.75);
  // Stops after 1, 2, 3 and 3 tries.
  CHECK(value("tries until sure", "exact_answer", -1) == 0.75);
  CHECK(value("tries until sure", "mean_tries", -1) == 2.25);
  CHECK(value("3 tries", "sure_and_wrong", -1) == 0.25);
  CHECK(value("3 tries", "unsure_and_right", -1) == 0.25);
  CHECK(value("1 try", "sure_and_wrong", -1) == 0);
  // sigmoid(3), sigmoid(2) and sigmoid(1) are 0.95, 0.88 and 0.73; sigmoid(-2) is 0.12.
  CHECK(value("3 tries", "right_by_sureness", 95) == 0);
  CHECK(value("3 tries", "right_by_sureness", 85) == 1);
  CHECK(value("3 tries", "right_by_sureness", 15) == 1);
  CHECK(value("3 tries", "right_by_sureness", 55) == -1);
  CHECK(value("3 tries", "wrong_by_coverage", 10) == 1);
  CHECK(value("3 tries", "wrong_by_coverage", 50) == 0.5);
  CHECK(value("3 tries", "wrong_by_coverage", 100) == 0.25);
  // 21 steps in all, of which 7 belong to first tries: 2100 ns for 4 puzzles.
  CHECK(value("tries", "time_per_puzzle_ns", -1, "1 try") == doctest::Approx(2100.0 / 4 * 7 / 21));
  CHECK(value("tries", "time_per_puzzle_ns", -1, "3 tries") == doctest::Approx(2100.0 / 4));
}

TEST_CASE("published figures are those of the papers") {
  reports::RunResults results;
  add_published_figures(results);
  REQUIRE(reports::validate(results).ok());
  std::size_t scores = 0;
  double sum = 0;
  for (const Record& r : results.records) {
    CHECK(r.mode == kPublishedMode);
    CHECK(r.slice.find("arXiv 2510.04871v1, table ") != std::string::npos);
    CHECK((r.slice.find("2506.21734") != std::string::npos) == (r.model == "HRM"));
    if (r.metric != kBenchmarkMetric) continue;
    ++scores;
    sum += r.value;
  }
  CHECK(scores == 7 + 7 + 10 + 10);
  // Column sums of tables 4 and 5.
  CHECK(sum == doctest::Approx(2.171 + 1.598 + 3.977 + 0.705));
  const auto score = [&](const char* task, const char* model) {
    const auto at = std::find_if(results.records.begin(), results.records.end(), [&](const Record& r) {
      return r.task == task && r.model == model && r.metric == kBenchmarkMetric;
    });
    return at == results.records.end() ? -1 : at->value;
  };
  CHECK(score("Sudoku-Extreme", "TRM-MLP") == 0.874);
  CHECK(score("Maze-Hard", "TRM-Att") == 0.853);
  CHECK(score("ARC-AGI-1", "HRM") == 0.403);
  CHECK(score("Sudoku-Extreme", "Grok-4-thinking") == -1);
}

}  // namespace

}  // namespace test_puzzle_suite
