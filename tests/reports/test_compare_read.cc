// What trm compare reads: each format as its program writes it, and the ways in which files are bad.
#include <doctest/doctest.h>

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "reports/compare/export.h"
#include "reports/compare/history.h"
#include "reports/compare/read.h"
#include "reports/json.h"
#include "tests/reports/noise.h"

namespace test_compare_read {

using namespace trm::reports::compare;

namespace {

std::string google(const std::string& entries) {
  return R"({"context": {"host_name": "ci", "num_cpus": 8, "mhz_per_cpu": 3000,
    "caches": [{"type": "Data", "level": 1, "size": 32768, "num_sharing": 2}]}, "benchmarks": [)" +
         entries + "]}";
}

std::string refused(const std::string& text) {
  const auto read = read_measurements(text, "file.json");
  REQUIRE_FALSE(read.ok());
  CHECK(read.error().code == trm::ErrorCode::bad_input);
  CHECK(read.error().text().find("file.json") == 0);
  return read.error().text();
}

bool has(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("compare reads Google Benchmark") {
  const auto read =
      read_measurements(google(R"({"name": "BM_a/8", "run_name": "BM_a/8", "run_type": "iteration", "repetitions": 2,
        "repetition_index": 0, "threads": 1, "iterations": 10, "real_time": 1.5, "cpu_time": 1.4, "time_unit": "us"},
        {"name": "BM_a/8", "run_name": "BM_a/8", "run_type": "iteration", "real_time": 1.7, "cpu_time": 1, "time_unit": "us"},
        {"name": "BM_a/8_mean", "run_name": "BM_a/8", "run_type": "aggregate", "aggregate_name": "mean", "real_time": 9,
         "cpu_time": 9, "time_unit": "us"},
        {"name": "BM_b_mean", "run_name": "BM_b", "run_type": "aggregate", "aggregate_name": "mean", "repetitions": 16,
         "real_time": 2, "cpu_time": 2, "time_unit": "ms"},
        {"name": "BM_b_stddev", "run_name": "BM_b", "run_type": "aggregate", "aggregate_name": "stddev", "repetitions": 16,
         "real_time": 0.1, "cpu_time": 2, "time_unit": "ms"},
        {"name": "BM_c", "run_name": "BM_c", "run_type": "iteration", "error_occurred": true, "error_message": "no luck"})"),
                        "file.json");
  REQUIRE(read.ok());
  CHECK(read->format == "Google Benchmark");
  // One benchmark in two units is a slip of whoever put the file together.
  const auto mixed =
      read_measurements(google(R"({"name": "BM", "run_type": "iteration", "time_unit": "us", "real_time": 2},
                {"name": "BM", "run_type": "iteration", "time_unit": "ns", "real_time": 2000})"),
                        "file.json");
  REQUIRE_FALSE(mixed.ok());
  CHECK(has(mixed.error().text(), "benchmarks[1].time_unit: \"BM\" is in ns, and in us before"));
  CHECK(has(read->machine, "8 CPUs, L1 Data"));
  REQUIRE(read->series.size() == 2);
  CHECK(read->series[0].samples == std::vector<double>{1500, 1700});
  CHECK(read->series[1].value == doctest::Approx(2e6));
  CHECK(read->series[1].interval->high == doctest::Approx(2e6 + 1.959964 * 1e5 / 4));
  CHECK(has(read->notes[0], "no luck"));
  // What it writes of trm's own results, it reads again.
  const auto again = to_google_benchmark(*read);
  REQUIRE(again.ok());
  CHECK(read_measurements(*again, "again").ok());
}

TEST_CASE("compare reads hyperfine and llama-bench") {
  auto read = read_measurements(R"({"results": [{"command": "sleep 0.1", "mean": 0.11, "stddev": 0.001, "median": 0.11,
    "user": 0.001, "system": 0.001, "min": 0.1, "max": 0.12, "times": [0.1, 0.12], "memory_usage_byte": [4096, 8192],
    "exit_codes": [0, 1]}]})",
                                "h.json");
  REQUIRE(read.ok());
  CHECK(read->series[0].samples[1] == doctest::Approx(1.2e8));
  CHECK(read->series[1].metric == "rss_peak_bytes");
  CHECK(has(read->notes[0], "failed in 1 of 2 runs"));
  read =
      read_measurements(R"([{"build_commit": "abc", "cpu_info": "CPU X", "gpu_info": "", "model_type": "llama 1B Q4_0",
    "n_threads": 4, "n_batch": 2048, "n_prompt": 512, "n_gen": 0, "avg_ts": 101.0, "stddev_ts": 1.0,
    "samples_ns": [5, 6], "samples_ts": [100.0, 102.0]}, {"cpu_info": "CPU X", "model_type": "llama 1B Q4_0",
    "n_threads": 4, "n_batch": 2048, "n_prompt": 0, "n_gen": 128, "avg_ts": 20.0, "stddev_ts": 1.0}])",
                        "l.json");
  REQUIRE(read.ok());
  CHECK(read->machine == "CPU X");
  CHECK(read->series[0].name == "llama 1B Q4_0 pp512 n_threads=4 n_batch=2048");
  CHECK(read->series[0].better == trm::reports::Better::higher);
  CHECK(read->series[0].value == doctest::Approx(101));
  CHECK(read->series[1].samples.empty());
}

TEST_CASE("compare reads criterion") {
  CriterionFolder folder;
  folder.name = "g/f";
  folder.path = "target/criterion/g/f/new";
  folder.benchmark = R"({"group_id": "g", "function_id": "f", "full_id": "g/f", "title": "g/f"})";
  folder.sample = R"({"sampling_mode": "Linear", "iters": [1.0, 2.0], "times": [10.0, 22.0]})";
  auto read = read_criterion({folder}, "target/criterion");
  REQUIRE(read.ok());
  CHECK(read->series[0].samples == std::vector<double>{10, 11});
  folder.sample.clear();
  folder.estimates =
      R"({"median": {"confidence_interval": {"confidence_level": 0.95, "lower_bound": 9.0, "upper_bound": 11.0},
          "point_estimate": 10.0, "standard_error": 0.1}})";
  read = read_criterion({folder}, "target/criterion");
  REQUIRE(read.ok());
  CHECK(read->series[0].interval->low == 9);
  folder.sample = R"({"iters": [1.0], "times": [1.0, 2.0]})";
  CHECK_FALSE(read_criterion({folder}, "target/criterion").ok());
}

TEST_CASE("compare reads our records, and samples in place of what sums them up") {
  trm::reports::RunResults run;
  run.environment = {{"machine", "CPU"}};
  run.samples.push_back({"t", "s", "m", "machine", "latency_ns", "ns", {3, 1, 2}});
  for (const auto& [metric, unit, value] :
       {std::tuple{"latency_p50_ns", "ns", 2.0}, std::tuple{"latency_p99_ns", "ns", 3.0},
        std::tuple{"items_per_s", "1/s", 5.0}, std::tuple{"exact_answer", "ratio", 0.5}}) {
    trm::reports::Record record;
    record.task = "t", record.slice = "s", record.model = "m", record.mode = "machine";
    record.metric = metric, record.unit = unit, record.value = value, record.n = 10;
    run.records.push_back(record);
  }
  const auto text = trm::reports::to_json(run);
  REQUIRE(text.ok());
  const auto read = read_measurements(*text, "results.json");
  REQUIRE(read.ok());
  REQUIRE(read->series.size() == 3);
  CHECK(read->series[0].name == "t/s/m/machine");
  CHECK(read->series[0].value == 2);
  CHECK(read->find("t/s/m/machine", "items_per_s")->kind == Kind::sampled);
  CHECK(read->find("t/s/m/machine", "exact_answer")->kind == Kind::accuracy);
  // A share without an interval, as our suites write it of questions that hang together.
  CHECK(read->find("t/s/m/machine", "exact_answer")->dependent);
  run.samples.push_back({"t", "s", "m", "machine", "exact_answer", "ratio", {1, 0, 1, 0}});
  run.samples.push_back({"t", "s", "n", "machine", "arc_pass_trm", "ratio", {1, 0.5, 0}});
  run.records.back().ci_low = 0.1, run.records.back().ci_high = 0.9;
  trm::reports::Record votes = run.records.back();
  votes.model = "n", votes.metric = "arc_pass_trm", votes.ci_low = votes.ci_high = std::nullopt;
  run.records.push_back(votes);
  const auto kept = read_measurements(*trm::reports::to_json(run), "results.json");
  REQUIRE(kept.ok());
  REQUIRE(kept->series.size() == 4);
  CHECK_FALSE(kept->find("t/s/m/machine", "exact_answer")->dependent);
  CHECK(kept->find("t/s/m/machine", "exact_answer")->samples.size() == 4);
  CHECK_FALSE(kept->find("t/s/n/machine", "arc_pass_trm")->dependent);
  CHECK(kept->find("t/s/n/machine", "arc_pass_trm")->kind == Kind::accuracy);
  // A profile holds more than records.
  std::string profile = *text;
  profile.insert(1, "\"limits\": {\"peak\": 3},");
  CHECK(read_measurements(profile, "profile.json").ok());
}

TEST_CASE("compare refuses bad files with the place and the fix") {
  CHECK(has(refused("{}"), "holds no results"));
  CHECK(has(refused("[]"), "holds no results"));
  refused("");
  refused("not json");
  refused(google("").substr(0, 60));
  CHECK(has(refused(google("")), "holds no measurement"));
  const auto entry = [](const char* time) {
    return google(std::string(R"({"name": "BM", "run_type": "iteration", "time_unit": "ns", "real_time": )") + time +
                  "}");
  };
  CHECK(has(refused(entry("0")), "benchmarks[0].real_time"));
  CHECK(has(refused(entry("-3")), "must be above zero"));
  CHECK(has(refused(entry("\"fast\"")), "not a number"));
  refused(entry("NaN"));
  CHECK(has(refused(google(R"({"name": "BM", "run_type": "iteration", "time_unit": "fortnight", "real_time": 1})")),
            "is no unit of time"));
  CHECK(has(refused(R"({"results": [{"command": "x", "times": [0.1, -0.1]}]})"), "results[0].times[1]"));
  CHECK(has(refused(R"({"results": [{"command": "x", "times": [0.1, null]}]})"), "results[0].times[1]"));
  CHECK(has(refused(R"({"results": 3})"), "is no list"));
  CHECK(has(refused(R"({"schema_version": 99, "records": []})"), "schema_version"));
  CHECK(has(refused(R"([{"n_prompt": 1, "model_type": "m", "samples_ts": [0]}])"), "must be above zero"));
}

TEST_CASE("compare: a history learns thresholds, finds changes and judges the newest results") {
  std::vector<HistoryEntry> entries;
  const std::vector<double> noise = trm::test::log_normal(30, 0, 0.01, 5);
  for (std::size_t i = 0; i < noise.size(); ++i) {
    HistoryEntry entry;
    entry.commit = "c" + std::to_string(i);
    entry.date = "2026-01-" + std::string(i < 9 ? "0" : "") + std::to_string(i + 1) + "T00:00:00Z";
    entry.machine = "CPU";
    Series series;
    series.name = "work", series.metric = "latency_ns", series.unit = "ns";
    series.value = 1000 * noise[i] * (i < 15 ? 1 : 1.2);
    set_direction(series);
    entry.series = {series};
    const auto again = read_history_entry(history_text(entry), history_file_name(entry));
    REQUIRE(again.ok());
    CHECK(again->series[0].value == series.value);
    entries.insert(entries.begin(), *again);  // any order
  }
  const History history = follow(entries, "history", "", {});
  REQUIRE(history.tracks.size() == 1);
  const Track& track = history.tracks[0];
  REQUIRE(track.changes.size() == 1);
  CHECK(track.changes[0].at == 15);
  CHECK(track.change_at(0) == doctest::Approx(0.2).epsilon(0.1));
  REQUIRE(track.threshold.has_value());
  CHECK(*track.threshold > 0.01);
  CHECK(*track.threshold < 0.12);
  Measurements now;
  now.file = "now.json";
  now.series = entries[0].series;
  for (const auto& [value, verdict] : {std::pair{1200.0, Verdict::pass}, std::pair{1500.0, Verdict::regressed},
                                       std::pair{1000.0, Verdict::improved}}) {
    now.series[0].value = value;
    CHECK(judge_by_history(history, now, {}).rows[0].verdict == verdict);
  }
  CHECK(has(history_report(history), "c15"));
  CHECK(has(history_html(history, {"no-such-gnuplot"}), "change point"));
  // Commits of another CPU are left out, and said.
  entries[3].machine = "other";
  CHECK(follow(entries, "history", "CPU", {}).notes.size() == 1);
  CHECK_FALSE(read_history_entry("{\"trm_history\": 2}", "x").ok());
  CHECK_FALSE(read_history_entry("{\"trm_history\": 1, \"commit\": \"c\", \"date\": \"d\"}", "x").ok());
}

}  // namespace test_compare_read
