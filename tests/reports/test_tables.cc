#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "engine/base/interval.h"
#include "reports/accuracy_tables.h"
#include "reports/cells.h"
#include "reports/claim.h"
#include "reports/figures.h"
#include "reports/stats.h"
#include "reports/summary.h"
#include "reports/tables.h"
#include "tests/reports/example.h"

namespace test_tables {

using namespace trm::reports;

namespace {

Record answers(const std::string& task, const std::string& slice, const std::string& model, std::uint64_t right,
               std::uint64_t n) {
  return ratio_record({task, slice, model, "", "exact_answer", "", -1, 0, {}, {}, 0}, right, n);
}

bool contains(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

TEST_CASE("memory: a model driven in two ways has its size once") {
  RunResults run;
  run.models.push_back({"m", "trm", "", 1234, "", "", "", "", 0, 0});
  run.records.push_back({"t", "test", "m", "all steps", "rss_peak_bytes", "bytes", -1, 1024, {}, {}, 0});
  run.records.push_back({"t", "test", "m", "halting", "exact_answer", "ratio", -1, 1, {}, {}, 5});
  Table table = memory_table(RecordIndex(run));
  REQUIRE(table.rows.size() == 1);
  CHECK(table.rows[0][0].details[0] == "all steps");
  // Without anything measured the size alone is worth a row.
  run.records.erase(run.records.begin());
  table = memory_table(RecordIndex(run));
  REQUIRE(table.rows.size() == 1);
  CHECK(table.rows[0][1].text == "1,234");
}

}  // namespace

TEST_CASE("claim: the best, the next, and honesty about overlap") {
  RunResults run;
  run.records = {answers("a", "test", "good", 990, 1000), answers("a", "test", "poor", 500, 1000)};
  std::string text = claim(RecordIndex(run));
  CHECK(text.starts_with("good answers 99.0"));
  CHECK(contains(text, "of 1,000 items from 1 task exactly"));
  CHECK(contains(text, "the next, poor, 50.0"));
  CHECK_FALSE(contains(text, "told apart"));

  run.records[1] = answers("a", "test", "poor", 985, 1000);
  CHECK(contains(claim(RecordIndex(run)), "not told apart"));

  // A row that one model skipped, and totals, do not count.
  run.records = {answers("a", "test", "good", 99, 100),    answers("a", "test", "poor", 10, 100),
                 answers("b", "test", "poor", 1000, 1000), answers("", "", "poor", 1010, 1100),
                 answers("", "", "good", 99, 100),         answers("a", "", "good", 99, 100),
                 answers("a", "", "poor", 10, 100)};
  text = claim(RecordIndex(run));
  CHECK(text.starts_with("good answers 99.0"));
  CHECK(contains(text, "of 100 items"));

  // A model that was asked one of many tasks does not narrow the others down to it.
  run.records = {answers("a", "test", "good", 99, 100),   answers("a", "test", "poor", 10, 100),
                 answers("b", "test", "good", 98, 100),   answers("b", "test", "poor", 20, 100),
                 answers("c", "test", "good", 97, 100),   answers("c", "test", "poor", 30, 100),
                 answers("c", "test", "only c", 100, 100)};
  text = claim(RecordIndex(run));
  CHECK(text.starts_with("good answers 98.0"));
  CHECK(contains(text, "of 300 items from 3 tasks exactly; the next, poor"));

  run.records = {answers("a", "test", "one", 1, 2), answers("b", "test", "two", 2, 2)};
  CHECK(contains(claim(RecordIndex(run)), "row by row"));
  run.records.clear();
  CHECK(contains(claim(RecordIndex(run)), "no answers were scored"));
}

TEST_CASE("accuracy table: one row for each task, further slices in a table of their own") {
  RunResults run;
  run.models = {ModelInfo{}, ModelInfo{}};
  run.models[0].name = "second";
  run.models[1].name = "first";
  run.records = {answers("a", "ood", "first", 50, 100), answers("a", "ood", "second", 52, 100),
                 answers("a", "test", "first", 10, 100), answers("a", "test", "second", 90, 100),
                 answers("b", "deep", "first", 50, 100)};
  const RecordIndex index(run);
  const Table table = accuracy_table(index);
  REQUIRE(table.columns.size() == 3);
  CHECK(table.columns[1].label == "second");
  REQUIRE(table.rows.size() == 3);  // a, b, pooled
  CHECK(table.rows[0][0].details == std::vector<std::string>{"n 100"});
  CHECK(table.rows[0][1].text == "90.0\u00A0%");
  CHECK(table.rows[0][1].strong);
  CHECK_FALSE(table.rows[0][2].strong);
  // A task without the usual slice shows its first one, and says so.
  CHECK(table.rows[1][0].details == std::vector<std::string>{"deep", "n 100"});
  CHECK(table.rows[1][1].text.empty());
  CHECK_FALSE(table.rows[1][2].strong);
  CHECK(table.rows[2][0].text == "all of these");
  CHECK(table.rows[2][1].text == "71.0\u00A0%");
  CHECK(table.rows[2][0].details == std::vector<std::string>{"2 slices", "n 200"});
  const Table further = further_slices_table(index);
  REQUIRE(further.rows.size() == 1);
  CHECK(further.compact);
  CHECK(further.rows[0][1].text == "ood");
  CHECK_FALSE(further.rows[0][2].strong);  // intervals overlap for all
  CHECK_FALSE(further.rows[0][3].strong);
}

TEST_CASE("accuracy table: listed tasks stand by stage, in their order") {
  RunResults run;
  run.tasks = {{"b", "linear"}, {"c", "linear"}, {"a", "tree"}};
  run.records = {answers("a", "test", "m", 1, 2), answers("b", "test", "m", 1, 2), answers("c", "test", "m", 1, 2),
                 answers("x", "test", "m", 1, 2)};
  const Table table = accuracy_table(RecordIndex(run));
  REQUIRE(table.rows.size() == 5);
  std::string order, groups;
  for (const auto& row : table.rows) order += row[0].text + " ";
  for (const RowGroup& group : table.groups) groups += std::to_string(group.first) + " " + group.label + ", ";
  CHECK(order == "b c a x all of these ");
  CHECK(groups == "0 linear, 2 tree, 3 other, 4 pooled, ");
}

TEST_CASE("symbolic baselines stand in the tables, but compete with nobody") {
  RunResults run;
  run.models = {ModelInfo{}, ModelInfo{}, ModelInfo{}};
  run.models[0].name = "solver";
  run.models[0].family = "symbolic";
  run.models[1].name = "good";
  run.models[2].name = "poor";
  run.records = {answers("a", "test", "solver", 100, 100), answers("a", "test", "good", 90, 100),
                 answers("a", "test", "poor", 10, 100)};
  const RecordIndex index(run);
  const Table table = accuracy_table(index);
  REQUIRE(table.columns.size() == 4);
  CHECK_FALSE(table.rows[0][1].strong);
  CHECK(table.rows[0][2].strong);
  CHECK(claim(index).starts_with("good answers 90.0"));
  CHECK(index.main_column() == 1);
  // Where there is nothing else, the claim is about it.
  run.records.resize(1);
  CHECK(claim(RecordIndex(run)).starts_with("solver answers 100"));
}

TEST_CASE("models without times or memory are named, not forgotten") {
  RunResults run;
  run.records = {answers("a", "test", "timed", 9, 10),
                 answers("a", "test", "llm", 5, 10),
                 {"a", "test", "timed", "", "latency_p50_ns", "ns", -1, 5, {}, {}, 9}};
  const RecordIndex index(run);
  CHECK(lacking(index, "latency_p50_ns", "Not timed here") == "Not timed here: llm.");
  CHECK(lacking(index, "exact_answer", "Never") == "");
  CHECK(latency_table(index).columns.size() == 3);
}

TEST_CASE("what has no interval alone has none in a sum") {
  RunResults run;
  for (const char* slice : {"test", "ood"}) {
    run.records.push_back({"a", slice, "m", "", "exact_answer_by_depth", "ratio", 4, 0.5, {}, {}, 10});
    run.records.push_back({"a", slice, "m", "", "exact_answer", "ratio", -1, 0.5, {}, {}, 10});
  }
  const RecordIndex index(run);
  CHECK_FALSE(index.by_depth("a", {"m", ""}, "exact_answer_by_depth").at(4).independent);
  const Cell cell = ratio_cell(index.by_depth("a", {"m", ""}, "exact_answer_by_depth").at(4));
  CHECK(cell.details == std::vector<std::string>{"n 20"});
  const FigureSet set = depth_figures(index, "exact_answer_by_depth");
  REQUIRE(set.figures.size() == 1);
  CHECK(set.figures[0].plot.series[0].low[0] == 50);
  CHECK(set.figures[0].plot.series[0].high[0] == 50);
  CHECK(index.shared_rows({0}).empty());
  CHECK(index.pooled_answers({0}).empty());
  CHECK(contains(claim(index), "Best of each: "));
  CHECK_FALSE(contains(claim(index), "("));
}

TEST_CASE("depth: slices are pooled, with the interval of the pooled counts") {
  RunResults run;
  for (const char* slice : {"test", "ood"}) {
    Record r{"a", slice, "m", "", "exact_answer_by_depth", "", 4, 0, {}, {}, 0};
    run.records.push_back(ratio_record(r, slice[0] == 't' ? 9 : 6, 10));
  }
  const RecordIndex index(run);
  const auto points = index.by_depth("a", {"m", ""}, "exact_answer_by_depth");
  REQUIRE(points.size() == 1);
  CHECK(points.at(4).successes == 15);
  CHECK(points.at(4).n == 20);
  const FigureSet set = depth_figures(index, "exact_answer_by_depth");
  REQUIRE(set.figures.size() == 1);
  CHECK(set.figures[0].plot.series[0].y[0] == 75);
  CHECK(set.figures[0].plot.series[0].low[0] == doctest::Approx(100 * trm::wilson_interval(15, 20).low));
  const auto tables = depth_tables(index);
  REQUIRE(tables.size() == 1);
  CHECK(tables[0].id == set.table_id);
  CHECK(tables[0].rows[0][2].text == "75.0\u00A0%");
}

TEST_CASE("depth: intervals that would hide one another are left to the table") {
  for (const int depths : {48, 49}) {
    CAPTURE(depths);
    RunResults run;
    for (int depth = 1; depth <= depths; ++depth) {
      run.records.push_back(
          ratio_record({"a", "test", "m", "", "exact_answer_by_depth", "", depth, 0, {}, {}, 0}, 9, 10));
    }
    const PlotSeries series = depth_figures(RecordIndex(run), "exact_answer_by_depth").figures[0].plot.series[0];
    CHECK(series.low.empty() == (depths == 49));
    CHECK(series.high.size() == series.low.size());
    CHECK(series.y.size() == static_cast<std::size_t>(depths));
  }
}

TEST_CASE("latency: weak percentiles are left out, raw samples stand in for records") {
  RunResults run;
  run.samples.push_back({"a", "test", "m", "", "latency_ns", "ns", std::vector<double>(100, 5000.0)});
  run.records.push_back({"b", "test", "m", "", "latency_p50_ns", "ns", -1, 7000, {}, {}, 40});
  run.records.push_back({"b", "test", "m", "", "latency_p90_ns", "ns", -1, 8000, {}, {}, 40});
  const Table table = latency_table(RecordIndex(run));
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[0][0].text == "b");
  CHECK(table.rows[0][2].text == "7\u00A0µs");
  CHECK(table.rows[0][2].details.empty());
  CHECK(table.rows[1][2].text == "5\u00A0µs");
  REQUIRE(table.rows[1][2].details.size() == 2);
  CHECK(table.rows[1][2].details[1] == "p90 5\u00A0µs");
}

TEST_CASE("memory: the largest over tasks; every record has a table") {
  const RunResults run = example_results();
  const RecordIndex index(run);
  const Table table = memory_table(index);
  REQUIRE(table.rows.size() == 4);
  CHECK(table.rows[2][0].text == "hrm");
  CHECK(table.rows[2][1].text == "270,336");
  CHECK(table.rows[2][2].text == "1\u00A0MiB");
  std::set<std::string> titles;
  for (const Table& each : remaining_tables(index)) titles.insert(each.title);
  CHECK(titles == std::set<std::string>{"Startup"});
}

TEST_CASE("latency figures end together at 100 % and stay small") {
  const RunResults run = example_results();
  const FigureSet set = latency_figures(RecordIndex(run));
  CHECK(set.figures.size() == 4);
  for (const Figure& figure : set.figures) {
    CAPTURE(figure.heading);
    double end = 0;
    for (const PlotSeries& s : figure.plot.series) {
      CHECK(s.x.size() <= 202);
      CHECK(s.y.front() == 0);
      CHECK(s.y.back() == 100);
      if (end > 0) CHECK(s.x.back() == end);
      end = s.x.back();
      for (std::size_t i = 1; i < s.x.size(); ++i) CHECK((s.x[i] >= s.x[i - 1] && s.y[i] >= s.y[i - 1]));
    }
  }
}

}  // namespace test_tables
