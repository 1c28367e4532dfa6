#include <doctest/doctest.h>

#include <string>

#include "reports/ablations.h"
#include "reports/accuracy_tables.h"
#include "reports/goals.h"
#include "reports/html.h"
#include "reports/markdown.h"
#include "reports/summary.h"

namespace test_goals {

using namespace trm::reports;

namespace {

Record answers(const std::string& task, const std::string& slice, const std::string& model, std::uint64_t right,
               std::uint64_t n) {
  return ratio_record({task, slice, model, "", "exact_answer", "", -1, 0, {}, {}, 0}, right, n);
}

RunResults aimed() {
  RunResults run;
  run.tasks = {{"a", "linear"}, {"b", "tree"}};
  run.goals = {{"a", "test", "Test", 0.999},
               {"a", "depth_2x", "Deeper", 0.9},
               {"a", "steps_2x", "Deeper", 0.9},
               {"b", "test", "Test", 0.99}};
  run.models = {{"solver", "symbolic", "", 0, "", "", "", "", 0, 0}, {"main", "trm", "", 100, "", "", "", "", 0, 0}};
  run.records = {answers("a", "test", "solver", 1000, 1000), answers("a", "test", "main", 999, 1000),
                 answers("a", "depth_2x", "main", 871, 1000), answers("b", "test", "main", 9896, 10000)};
  return run;
}

}  // namespace

TEST_CASE("goals: reached or missed by the main model, and by how much") {
  const RunResults run = aimed();
  const Table table = goals_table(RecordIndex(run));
  CHECK(table.title == "Goals, main");
  REQUIRE(table.columns.size() == 3);
  CHECK(table.columns[1].detail == "test");
  CHECK(table.columns[2].detail.empty());  // goals of two slices stand below it
  REQUIRE(table.rows.size() == 3);
  const Cell& exact = table.rows[0][1];
  CHECK(exact.text == "99.9\u00A0%");
  CHECK(exact.details[0] == "reached, ±0 points");  // 999 of 1000 is the goal itself
  CHECK(exact.details[1] == "goal 99.9\u00A0%");
  CHECK(exact.tone == Tone::good);
  CHECK(table.rows[0][2].details[0] == "missed, −2.9 points");
  CHECK(table.rows[0][2].details[1] == "goal 90.0\u00A0%, depth_2x");
  CHECK(table.rows[0][2].tone == Tone::bad);
  CHECK(table.rows[1][0].text == "a");
  CHECK(table.rows[1][1].text.empty());
  CHECK(table.rows[1][2].text == "not asked");
  CHECK(table.rows[1][2].tone == Tone::none);
  CHECK(table.rows[2][1].details[0] == "missed, −0.04 points");
  CHECK(goals_summary(RecordIndex(run)) ==
        "main reaches 1 of 3 goals and misses 2; of 1 more the slice was not asked.");
}

TEST_CASE("goals: none without a model or without goals; they are marked as such on the pages") {
  RunResults run = aimed();
  for (const std::string& page : {to_html(run), to_markdown(run)}) {
    CHECK(page.find("Set before the run, not measured") != std::string::npos);
    CHECK(page.find("missed, −2.9 points") != std::string::npos);
    CHECK(page.find(goals_summary(RecordIndex(run))) != std::string::npos);
  }
  CHECK(to_html(run).find("<small class=\"bad\">missed, −2.9 points</small>") != std::string::npos);
  run.goals.clear();
  CHECK(goals_table(RecordIndex(run)).rows.empty());
  CHECK(goals_summary(RecordIndex(run)).empty());
  run = aimed();
  std::erase_if(run.records, [](const Record& r) { return r.model == "main"; });
  CHECK(goals_table(RecordIndex(run)).rows.empty());
  CHECK(to_html(run).find("id=\"goals\"") == std::string::npos);
}

TEST_CASE("points never round to nothing") {
  CHECK(points(0) == "±0 points");
  CHECK(points(0.00001) == "+<0.01 points");
  CHECK(points(-0.0004) == "−0.04 points");
  CHECK(points(0.5) == "+50.0 points");
}

TEST_CASE("ablations: a table of their own, differences over what both were asked") {
  RunResults run = aimed();
  run.models.push_back({"ablation-one", "trm", "one evaluation", 90, "", "", "", "", 0, 0});
  run.models.push_back({"two", "trm", "", 80, "", "", "", "", 0, 0, "ablation"});
  run.records.push_back(answers("a", "test", "ablation-one", 899, 1000));
  run.records.push_back(answers("b", "test", "two", 9896, 10000));
  run.records.push_back(answers("c", "test", "two", 1, 10));  // the main model was not asked
  run.records.push_back({"a", "test", "two", "", "latency_p50_ns", "ns", -1, 5, {}, {}, 9});
  const RecordIndex index(run);
  const Table table = ablation_table(index);
  REQUIRE(table.rows.size() == 3);
  REQUIRE(table.columns.size() == 6);  // model, parameters, all, a, b, c
  CHECK(table.rows[0][0].text == "main");
  CHECK(table.rows[0][3].details.back() == "n 2,000");
  CHECK(table.rows[1][0].details[0] == "one evaluation");
  CHECK(table.rows[1][3].text == "−10.0 points");
  CHECK(table.rows[1][3].strong);
  CHECK(table.rows[1][2].text == table.rows[1][3].text);
  CHECK(table.rows[1][4].text.empty());
  CHECK(table.rows[2][4].text == "±0 points");
  CHECK_FALSE(table.rows[2][4].strong);
  CHECK(table.rows[2][5].text.empty());
  // Nowhere else.
  CHECK(accuracy_table(index).columns.size() == 3);
  CHECK(latency_table(index).rows.empty());
  for (const ModelColumn& column : index.columns()) CHECK(column.model != "two");
  CHECK(to_html(run).find("id=\"ablations\"") != std::string::npos);
  CHECK(to_markdown(run).find("Variants of main") != std::string::npos);
}

TEST_CASE("ablations alone are contestants") {
  RunResults run;
  run.records = {answers("a", "test", "ablation-one", 8, 10), answers("a", "test", "ablation-two", 9, 10)};
  const RecordIndex index(run);
  CHECK(index.columns().size() == 2);
  CHECK(ablation_table(index).rows.empty());
  CHECK(accuracy_table(index).columns.size() == 3);
}

}  // namespace test_goals
