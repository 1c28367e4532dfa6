#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "reports/csv.h"
#include "reports/json.h"
#include "tests/reports/example.h"

namespace test_json {

using namespace trm::reports;

namespace {

StepThrough board() {
  return {"task", "test", "m", "", 2, 3, 1, 3, "1...2.", "123321", true, {{"133321", -1}, {"123321", 0.5}},
          2,      true,   true};
}

/// A small valid file, in which single pieces are then broken.
std::string small_json() {
  RunResults run;
  run.title = "t";
  run.environment = {{"z", "1"}, {"a", "2"}};
  run.seeds = {7};
  run.records.push_back({"task", "test", "m", "", "exact_answer", "ratio", -1, 0.5, 0.25, 0.75, 10});
  run.samples.push_back({"task", "test", "m", "", "latency_ns", "ns", {1, 2.5}});
  run.step_throughs = {board()};
  return *to_json(run);
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("JSON: round trip gives the same bytes and values") {
  const RunResults run = example_results();
  const auto first = to_json(run);
  REQUIRE(first.ok());
  CHECK(*first == *to_json(run));
  const auto back = from_json(*first, "results.json");
  REQUIRE_MESSAGE(back.ok(), (back.ok() ? "" : back.error().text()));
  CHECK(*to_json(*back) == *first);
  CHECK(to_csv(*back) == to_csv(run));
  REQUIRE(back->environment.size() == run.environment.size());
  CHECK(back->environment[0].key == "machine");
  CHECK(back->seeds == run.seeds);
  CHECK(back->models[1].training_minutes == 41.5);
  CHECK(back->samples[3].values == run.samples[3].values);
  CHECK(back->examples[2].transcript == run.examples[2].transcript);
  CHECK_FALSE(back->examples[2].correct);
  REQUIRE(back->step_throughs.size() == 2);
  const StepThrough& puzzle = back->step_throughs[0];
  CHECK(puzzle.task == "sudoku 4x4");
  CHECK(puzzle.mode == "steps");
  CHECK(puzzle.rows * puzzle.box_rows == 8);
  CHECK(puzzle.columns * puzzle.box_columns == 8);
  CHECK(puzzle.question == run.step_throughs[0].question);
  CHECK(puzzle.expected == run.step_throughs[0].expected);
  REQUIRE(puzzle.steps.size() == 4);
  CHECK(puzzle.steps[1].cells == run.step_throughs[0].steps[1].cells);
  CHECK(puzzle.steps[1].q_halt == -0.25);
  CHECK(puzzle.halting_step == 3);
  CHECK((puzzle.correct && !puzzle.correct_at_end && puzzle.keeps_givens));
}

TEST_CASE("JSON: numbers keep every bit") {
  RunResults run;
  for (double value : {0.1, 1.0 / 3.0, 5e-324, 1.7976931348623157e308, -0.0, 123456789012345680.0}) {
    Record r;
    r.model = "m";
    r.metric = "x" + std::to_string(run.records.size());
    r.value = value;
    r.n = std::numeric_limits<std::uint64_t>::max();
    run.records.push_back(r);
  }
  const auto back = from_json(*to_json(run), "f");
  REQUIRE(back.ok());
  for (std::size_t i = 0; i < run.records.size(); ++i) {
    CAPTURE(i);
    CHECK(back->records[i].value == run.records[i].value);
    CHECK(back->records[i].n == run.records[i].n);
    CHECK_FALSE(back->records[i].ci_low.has_value());
  }
}

TEST_CASE("JSON: hostile strings survive, bad UTF-8 is replaced") {
  RunResults run;
  run.title = "\"\\\n\x01</script>";
  run.models.push_back({});
  run.models[0].name = "caf\xC3\xA9 \xFF";
  const auto text = to_json(run);
  REQUIRE(text.ok());
  const auto back = from_json(*text, "f");
  REQUIRE(back.ok());
  CHECK(back->title == run.title);
  CHECK(back->models[0].name == "caf\xC3\xA9 \xEF\xBF\xBD");
}

TEST_CASE("JSON: each kind of wrong file has its error") {
  const std::string good = small_json();
  REQUIRE(from_json(good, "f").ok());
  struct Case {
    const char* from;
    const char* to;
    const char* field;
    const char* message;
  };
  for (const Case& c :
       {Case{"\"title\":", "\"titel\":", "title", "missing"},
        Case{"\"title\": \"t\"", "\"title\": 3", "title", "must be a string"},
        Case{"\"title\": \"t\"", "\"title\": \"t\", \"title\": \"t\"", "title", "appears twice"},
        Case{"\"title\": \"t\"", "\"title\": \"t\", \"extra\": 1", "extra", "is an unknown field"},
        Case{"\"schema_version\": 1", "\"schema_version\": 2", "schema_version", "is 2"},
        Case{"\"schema_version\": 1", "\"schema_version\": 1e99", "schema_version", "must be a whole number"},
        Case{"\"schema_version\": 1", "\"schema_version\": 1.5", "schema_version", "must be a whole number"},
        Case{"\"schema_version\": 1", "\"schema_version\": 2147483648", "schema_version", "to 2147483647"},
        Case{"[7]", "[-7]", "seeds[0]", "must be from 0 to 18446744073709551615"},
        Case{"[7]", "7", "seeds", "must be an array of whole numbers"},
        Case{"\"z\": \"1\"", "\"z\": 1", "environment.z", "must be a string"},
        Case{"\"z\": \"1\"", "\"a\": \"1\"", "environment.a", "appears twice"},
        Case{"\"value\":0.5", "\"value\":\"0.5\"", "records[0].value", "must be a number"},
        Case{"\"value\":0.5", "\"value\":null", "records[0].value", "must be a number"},
        Case{"\"value\":0.5", "\"value\":1.5", "records[0].value", "outside"},
        Case{"\"value\":0.5", "\"value\":1e999", "", "number overflow"},
        Case{"\"ci_low\":0.25,", "", "records[0].ci_low", "one end"},
        Case{"\"ci_low\":0.25", "\"ci_low\":0.9", "records[0].ci_low", "above"},
        Case{"\"n\":10", "\"n\":-1", "records[0].n", "must be from 0 to"},
        Case{"\"n\":10", "\"n\":10,\"m\":0", "records[0].m", "is an unknown field"},
        Case{"\"depth\":-1", "\"depth\":-2", "records[0].depth", "below"},
        Case{"\"model\":\"m\"", "\"model\":\"\"", "records[0].model", "empty"},
        Case{"[1.0,2.5]", "[1.0,\"2.5\"]", "samples[0].values[1]", "must be a number"},
        Case{"[1.0,2.5]", "[[1]]", "samples[0].values[0]", "must be a number"},
        Case{"\"examples\": []", "\"examples\": [3]", "examples[0]", "must be an object"},
        Case{"\"rows\":2", "\"rows\":3", "step_throughs[0].question", "has 6 cells, not 3 x 3"},
        Case{"\"rows\":2", "\"rows\":0", "step_throughs[0].rows", "from 1 to 99"},
        Case{"\"rows\":2", "\"rows\":18446744073709551615", "step_throughs[0].rows", "from 1 to 99"},
        Case{"\"columns\":3", "\"columns\":\"3\"", "step_throughs[0].columns", "must be a whole number"},
        Case{"\"box_rows\":1", "\"box_rows\":0", "step_throughs[0].box_rows", "divide"},
        Case{"\"box_columns\":3", "\"box_columns\":2", "step_throughs[0].box_rows", "divide"},
        Case{"\"1...2.\"", "\"1...2\"", "step_throughs[0].question", "has 5 cells"},
        Case{"\"1...2.\"", "\"1..\\n2.\"", "step_throughs[0].question", "printable"},
        Case{"\"123321\",\"keeps", "\"12332\xC3\xA9\",\"keeps", "step_throughs[0].expected", "has 7"},
        Case{"\"keeps_givens\":true", "\"keeps_givens\":1", "step_throughs[0].keeps_givens", "must be true or false"},
        Case{"\"133321\"", "\"13332\"", "step_throughs[0].steps[0].cells", "has 5 cells"},
        Case{"\"q_halt\":-1.0", "\"q_halt\":null", "step_throughs[0].steps[0].q_halt", "must be a number"},
        Case{"\"q_halt\":-1.0", "\"q_stop\":-1.0", "step_throughs[0].steps[0].q_halt", "missing"},
        Case{"\"q_halt\":-1.0", "\"q_halt\":1.0", "step_throughs[0].halting_step", "q_halt says 1"},
        Case{"\"q_halt\":0.5", "\"q_halt\":0.0,\"x\":1", "step_throughs[0].steps[1].x", "is an unknown field"},
        Case{"\"halting_step\":2", "\"halting_step\":3", "step_throughs[0].halting_step", "is 3"},
        Case{"\"correct_at_end\":true", "\"at_end\":true", "step_throughs[0].correct_at_end", "missing"},
        Case{"{\n", "{,", "", "line 1"}}) {
    CAPTURE(c.from);
    CAPTURE(c.to);
    const auto result = from_json(with(good, c.from, c.to), "file.json");
    REQUIRE_FALSE(result.ok());
    const trm::Error& error = result.error();
    CAPTURE(error.text());
    CHECK(error.code == trm::ErrorCode::bad_input);
    CHECK(error.file == "file.json");
    CHECK(error.field == c.field);
    CHECK(error.message.find(c.message) != std::string::npos);
    CHECK_FALSE(error.fix.empty());
  }
}

TEST_CASE("JSON: files from before there were step-throughs") {
  RunResults run;
  run.title = "old";
  const auto back = from_json(with(*to_json(run), ",\n  \"step_throughs\": []", ""), "f");
  REQUIRE(back.ok());
  CHECK(back->title == "old");
  CHECK(back->step_throughs.empty());
}

TEST_CASE("JSON: every prefix and every one-byte damage is an error or a valid file, never a crash") {
  const std::string good = small_json();
  for (std::size_t i = 0; i + 1 < good.size(); ++i) {
    CAPTURE(i);
    CHECK_FALSE(from_json(good.substr(0, i), "f").ok());
  }
  std::size_t refused = 0;
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (char c : {'\0', '"', '{', '\xFF', '9'}) {
      std::string bad = good;
      bad[i] = c;
      const auto result = from_json(bad, "f");
      if (!result.ok()) {
        ++refused;
        CHECK_FALSE(result.error().message.empty());
      }
    }
  }
  CHECK(refused > good.size());
  for (const char* text : {"", "null", "[]", "3", "\xEF\xBB\xBF", "{}"}) {
    CAPTURE(text);
    CHECK_FALSE(from_json(text, "f").ok());
  }
  CHECK_FALSE(from_json(std::string(1000000, '['), "f").ok());
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "{\"a\":";
  CHECK_FALSE(from_json(deep, "f").ok());
}

TEST_CASE("validate: what cannot be written") {
  const auto refused = [](const RunResults& run) { return !to_json(run).ok() && !to_google_benchmark_json(run).ok(); };
  RunResults run;
  run.records.push_back({"t", "s", "m", "", "x", "", -1, 1, {}, {}, 0});
  CHECK_FALSE(refused(run));
  RunResults bad = run;
  bad.records.push_back(run.records[0]);
  CHECK(refused(bad));
  bad.records[1].depth = 3;
  CHECK_FALSE(refused(bad));
  bad.records[1].value = std::numeric_limits<double>::quiet_NaN();
  CHECK(refused(bad));
  bad = run;
  bad.samples.push_back({"t", "s", "m", "", "x", "", {std::numeric_limits<double>::infinity()}});
  CHECK(refused(bad));
  bad = run;
  bad.models = {ModelInfo{}, ModelInfo{}};
  CHECK(refused(bad));
  bad = run;
  bad.environment = {{"k", "1"}, {"k", "2"}};
  CHECK(refused(bad));
  bad = run;
  bad.step_throughs = {board()};
  CHECK_FALSE(refused(bad));
  bad.step_throughs[0].steps[1].q_halt = std::numeric_limits<double>::infinity();
  CHECK(refused(bad));
  bad.step_throughs = {board()};
  bad.step_throughs[0].steps.clear();
  CHECK(refused(bad));
  bad.step_throughs = {board()};
  bad.step_throughs[0].model.clear();
  CHECK(refused(bad));
  bad = run;
  bad.version = 99;
  CHECK(refused(bad));
}

TEST_CASE("Google Benchmark export: samples, aggregates and counters") {
  RunResults run;
  run.environment = {{"isa", "avx2"}};
  run.samples.push_back({"fib", "test", "m", "machine", "latency_ns", "ns", {30, 10, 20}});
  run.records.push_back({"fib", "test", "m", "machine", "exact_answer", "ratio", -1, 0.75, {}, {}, 4});
  run.records.push_back({"fib", "test", "m", "machine", "exact_answer_by_depth", "ratio", 3, 0.5, {}, {}, 4});
  const auto text = to_google_benchmark_json(run);
  REQUIRE(text.ok());
  for (const char* piece :
       {"\"context\": {", "\"isa\": \"avx2\"", "\"benchmarks\": [", "\"name\":\"fib/test/m/machine\"",
        "\"run_type\":\"iteration\",\"repetitions\":3,\"repetition_index\":2", "\"real_time\":30.0",
        "\"name\":\"fib/test/m/machine_median\"", "\"aggregate_name\":\"median\"",
        "\"real_time\":20.0,\"cpu_time\":20.0,\"time_unit\":\"ns\",\"exact_answer\":0.75",
        "\"exact_answer_by_depth/depth:3\":0.5"}) {
    CAPTURE(piece);
    CHECK(text->find(piece) != std::string::npos);
  }
  CHECK(*to_google_benchmark_json(example_results()) == *to_google_benchmark_json(example_results()));
}

TEST_CASE("JSON: tasks, goals, groups and call frames come back; older files lack them") {
  RunResults run;
  run.tasks = {{"fact", "linear"}};
  run.goals = {{"fact", "test", "Test", 0.999}};
  run.models = {{"a", "trm", "", 1, "", "", "", "", 0, 0, "ablation", "key"}};
  Example example;
  example.frames = {{-1, 0, "fact 1 x", "= x", "RET", "x", "END", "note", 3, 12.5, 4},
                    {0, 2, "fact 0 x", "", "", "", "", "", 0, 0, 0}};
  run.examples = {example};
  const auto text = to_json(run);
  REQUIRE_MESSAGE(text.ok(), (text.ok() ? "" : text.error().text()));
  const auto back = from_json(*text, "f");
  REQUIRE_MESSAGE(back.ok(), (back.ok() ? "" : back.error().text()));
  CHECK(*to_json(*back) == *text);
  CHECK(back->tasks[0].stage == "linear");
  CHECK(back->goals[0].column == "Test");
  CHECK(back->goals[0].value == 0.999);
  CHECK(back->models[0].group == "ablation");
  CHECK(back->models[0].training == "key");
  const std::vector<CallFrame>& frames = back->examples[0].frames;
  REQUIRE(frames.size() == 2);
  CHECK(frames[0].wrong == "x");
  CHECK(frames[0].rest == "END");
  CHECK(frames[0].note == "note");
  CHECK(frames[0].own_tokens == 3);
  CHECK(frames[0].elapsed_ns == 12.5);
  CHECK(frames[0].hidden == 4);
  CHECK(frames[1].parent == 0);
  CHECK(frames[1].depth == 2);
  const std::string old = with(with(small_json(), "  \"tasks\": [],\n", ""), "  \"goals\": [],\n", "");
  CHECK(from_json(old, "f").ok());
}

TEST_CASE("validate: call frames that are no tree, goals of nothing") {
  const auto field = [](const RunResults& run) {
    const trm::Status status = validate(run);
    return status.ok() ? std::string() : status.error().field;
  };
  RunResults run;
  run.tasks = {{"fact", "linear"}};
  run.goals = {{"fact", "test", "Test", 0.9}};
  run.examples.emplace_back();
  std::vector<CallFrame>& frames = run.examples[0].frames;
  frames.resize(3);
  frames[1].parent = 0;
  frames[1].depth = 1;
  frames[2].parent = 1;
  frames[2].depth = 5;
  CHECK(field(run) == "");
  const RunResults good = run;
  frames[2].parent = 2;
  CHECK(field(run) == "examples[0].frames[2].parent");
  frames[2].parent = -1;
  CHECK(field(run) == "examples[0].frames[2].parent");
  run = good;
  run.examples[0].frames[2].depth = 1;
  CHECK(field(run) == "examples[0].frames[2].depth");
  run = good;
  run.examples[0].frames[0].parent = 0;
  CHECK(field(run) == "examples[0].frames[0].parent");
  run = good;
  run.examples[0].frames[1].elapsed_ns = -1;
  CHECK(field(run) == "examples[0].frames[1].elapsed_ns");
  run = good;
  run.examples[0].frames.resize(kMaxCallFrames + 1);
  CHECK(field(run) == "examples[0].frames");
  run = good;
  run.goals[0].value = 1.5;
  CHECK(field(run) == "goals[0].value");
  run = good;
  run.goals[0].task = "other";
  CHECK(field(run) == "goals[0].task");
  run = good;
  run.goals.push_back(run.goals[0]);
  CHECK(field(run) == "goals[1]");
  run = good;
  run.tasks.push_back(run.tasks[0]);
  CHECK(field(run) == "tasks[1].name");
}

}  // namespace test_json
