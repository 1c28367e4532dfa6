#include <doctest/doctest.h>

#include <string>

#include "reports/accuracy_tables.h"
#include "reports/claim.h"
#include "reports/html.h"
#include "reports/markdown.h"
#include "reports/published.h"
#include "reports/summary.h"
#include "reports/tables.h"

namespace test_published {

using namespace trm::reports;

namespace {

Record score(const char* task, const char* slice, const char* model, const char* mode, double value) {
  return {task, slice, model, mode, "benchmark_score", "ratio", -1, value, {}, {}, 0};
}

RunResults example() {
  RunResults run;
  run.records = {
      score("Extreme", "arXiv 1, table 4", "TRM", "published", 0.874),
      {"Extreme", "arXiv 1, table 4", "TRM", "published", "published_parameters", "count", -1, 5e6, {}, {}, 0},
      score("Hard", "arXiv 1, table 4", "TRM", "published", 0.0),
      ratio_record(score("Extreme", "data: 10 of 20 test rows", "mine", "all steps", 0), 8, 10),
      {"", "", "mine", "all steps", "parameters", "count", -1, 1234, {}, {}, 0},
      ratio_record({"small", "test", "mine", "all steps", "exact_answer", "ratio", -1, 0, {}, {}, 0}, 9, 10),
  };
  return run;
}

}  // namespace

TEST_CASE("published: every row says what it is; what was measured comes first") {
  const RunResults run = example();
  const Table table = published_table(RecordIndex(run));
  REQUIRE(table.rows.size() == 3);
  CHECK(table.rows[0][1].text == "mine");
  CHECK(table.rows[0][1].details[0] == "measured here, all steps");
  CHECK(table.rows[0][4].text == "data: 10 of 20 test rows");
  CHECK(table.rows[0][3].text == "1,234");
  CHECK(table.rows[0][2].details.back() == "n 10");
  CHECK(table.rows[1][1].text == "TRM");
  CHECK(table.rows[1][1].details[0] == "published, not measured here");
  CHECK(table.rows[1][3].text == "5M");
  CHECK(table.rows[1][2].text == "87.4\u00A0%");
  CHECK(table.rows[2][0].text == "Hard");
  CHECK(table.rows[2][3].text.empty());
  CHECK(table.caption.find("not measured here") != std::string::npos);
  CHECK(published_table(RecordIndex(RunResults{})).rows.empty());
}

TEST_CASE("published: figures of papers alone are folded away") {
  RunResults run = example();
  CHECK(measured_published(RecordIndex(run)));
  CHECK(to_html(run).find("Table: Published figures") == std::string::npos);
  std::erase_if(run.records, [](const Record& r) { return r.metric == "benchmark_score" && r.mode != "published"; });
  CHECK_FALSE(measured_published(RecordIndex(run)));
  CHECK(to_html(run).find("Table: Published figures") != std::string::npos);
}

TEST_CASE("published: figures of papers are in no other table, and in no claim") {
  const RunResults run = example();
  const RecordIndex index(run);
  CHECK(claim(index).starts_with("mine (all steps) answers 90.0"));
  for (const Table& table : other_accuracy_tables(index)) CHECK(table.id != "benchmark-score");
  CHECK(remaining_tables(index).empty());
  for (const auto& row : memory_table(index).rows) CHECK(row[0].text == "mine");
  const std::string markdown = to_markdown(run);
  CHECK(markdown.find("TRM (published, not measured here)") != std::string::npos);
  CHECK(markdown.find(published_table(index).title) != std::string::npos);
  CHECK(to_html(run).find("published, not measured here") != std::string::npos);
}

TEST_CASE("published: what a source claims about a listed task stands beside its exact answers") {
  RunResults run;
  run.tasks = {{"factorial", "linear"}, {"gcd", "linear"}};
  run.records = {
      ratio_record({"factorial", "test", "mine", "machine", "exact_answer", "ratio", -1, 0, {}, {}, 0}, 9, 10),
      ratio_record({"gcd", "test", "mine", "machine", "exact_answer", "ratio", -1, 0, {}, {}, 0}, 9, 10),
      score("factorial", "an article", "article", "published", 0.94),
      {"factorial", "an article", "article", "published", "published_parameters", "count", -1, 350e6, {}, {}, 0}};
  const RecordIndex index(run);
  const Table table = accuracy_table(index);
  REQUIRE(table.columns.size() == 3);
  CHECK(table.columns[2].label == "article");
  CHECK(table.columns[2].detail == "published, 350M parameters, not measured here");
  CHECK(table.rows[0][2].text == "94\u00A0%");
  CHECK(table.rows[0][2].details == std::vector<std::string>{"published"});
  CHECK_FALSE(table.rows[0][2].strong);
  CHECK(table.rows[1][2].text.empty());
  CHECK(published_table(index).rows.empty());
  CHECK(claim(index).find("article") == std::string::npos);
}

TEST_CASE("claim: where no task was scored for all models, the best of each") {
  RunResults run;
  const auto exact = [](const char* task, const char* model, const char* mode, std::uint64_t right) {
    return ratio_record({task, "test", model, mode, "exact_answer", "ratio", -1, 0, {}, {}, 0}, right, 10);
  };
  run.records = {exact("a", "one", "all steps", 9), exact("a", "one", "halting", 8), exact("b", "two", "halting", 5)};
  const std::string text = claim(RecordIndex(run));
  CHECK(text.starts_with("2 models were run on 2 tasks"));
  CHECK(text.find("a, test: one (all steps) 90.0") != std::string::npos);
  CHECK(text.find("b, test: two (halting) 50.0") != std::string::npos);
}

TEST_CASE("depths of metrics by step are called steps") {
  RunResults run;
  run.records = {ratio_record({"a", "test", "m", "", "exact_answer_by_step", "ratio", 1, 0, {}, {}, 0}, 1, 2)};
  const std::vector<Table> tables = depth_tables(RecordIndex(run));
  REQUIRE(tables.size() == 1);
  CHECK(tables[0].columns[1].label == "Step");
  CHECK(to_html(run).find("Accuracy after each step") != std::string::npos);
}

}  // namespace test_published
