#include <doctest/doctest.h>

#include <string>

#include "reports/claim.h"
#include "reports/html.h"
#include "reports/markdown.h"
#include "reports/seeds.h"
#include "reports/summary.h"

namespace test_seeds {

using namespace trm::reports;

namespace {

Record answers(const std::string& task, const std::string& model, std::uint64_t right, std::uint64_t n) {
  return ratio_record({task, "test", model, "", "exact_answer", "", -1, 0, {}, {}, 0}, right, n);
}

ModelInfo model(const std::string& name, std::uint64_t seed, const std::string& training) {
  ModelInfo out;
  out.name = name;
  out.family = "trm";
  out.seed = seed;
  out.training = training;
  return out;
}

RunResults three_seeds() {
  RunResults run;
  run.models = {model("one", 1, "t"), model("other", 1, "u"), model("two", 2, "t"), model("three", 3, "t"),
                model("unknown", 2, "")};
  run.records = {answers("a", "one", 100, 100),  answers("a", "two", 90, 100),  answers("a", "three", 98, 100),
                 answers("a", "other", 80, 100), answers("b", "one", 50, 50),   answers("b", "two", 50, 50),
                 answers("b", "three", 50, 50),  answers("b", "other", 50, 50), answers("a", "unknown", 70, 100),
                 answers("b", "unknown", 10, 50)};
  return run;
}

TEST_CASE("seeds: the same training with other seeds, pooled and where they differ") {
  const RunResults run = three_seeds();
  const RecordIndex index(run);
  REQUIRE(repeated_trainings(index).size() == 1);
  CHECK(repeated_trainings(index)[0].size() == 3);
  const Table table = seeds_table(index);
  REQUIRE(table.rows.size() == 2);  // pooled, and a: on b all are right
  CHECK(table.rows[0][2].text == "3");
  CHECK(table.rows[0][3].text == "97.3\u00A0%");  // (150 + 140 + 148) / 450
  CHECK(table.rows[0][4].text == "93.3–100\u00A0%");
  CHECK(table.rows[0][5].details[0] == "n 150");
  CHECK(table.rows[1][1].text == "a, test");
  CHECK(table.rows[1][4].text == "90.0–100\u00A0%");
  REQUIRE(table.groups.size() == 1);
  CHECK(table.groups[0].label == "one, two, three");
  CHECK(to_html(run).find("id=\"seeds\"") != std::string::npos);
  CHECK(to_markdown(run).find("The same training with other seeds") != std::string::npos);
}

TEST_CASE("seeds: another seed is no rival, and the claim says how far seeds differ") {
  const RunResults run = three_seeds();
  const std::string text = claim(RecordIndex(run));
  CHECK(text.find("the next, other,") != std::string::npos);
  CHECK(text.find("The same training with 3 seeds: 93.3–100\u00A0%.") != std::string::npos);
}

TEST_CASE("seeds: one seed, one twice, or no record of the training repeat nothing") {
  RunResults run = three_seeds();
  run.models[2].seed = run.models[3].seed = 1;
  run.models[4].seed = 1;
  CHECK(repeated_trainings(RecordIndex(run)).empty());
  CHECK(seeds_table(RecordIndex(run)).rows.empty());
  CHECK(claim(RecordIndex(run)).find("seeds") == std::string::npos);
}

}  // namespace

}  // namespace test_seeds
