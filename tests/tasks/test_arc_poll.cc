#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tasks/puzzles/arc/build.h"
#include "tasks/puzzles/arc/canvas.h"
#include "tasks/puzzles/arc/name.h"
#include "tasks/puzzles/arc/pass.h"
#include "tasks/puzzles/arc/poll.h"
#include "tasks/puzzles/arc/predictions.h"
#include "tasks/puzzles/arc/submission.h"
#include "tasks/puzzles/arc/task_files.h"

namespace test_arc_poll {

using namespace trm;
using namespace trm::tasks;
using namespace trm::tasks::arc;

namespace {

/// One row of two cells.
Grid cells(std::uint8_t a, std::uint8_t b) {
  Grid out(1, 2);
  out.cells = {a, b};
  return out;
}

/// "one" asks one thing and "two" asks two; the answer to the input (1, n) is (9, n).
std::vector<ArcTask> asked_tasks() {
  const auto pair = [](std::uint8_t n) { return Pair{cells(1, n), cells(9, n)}; };
  return {{"one", {pair(2)}, {pair(3)}}, {"two", {pair(4)}, {pair(5), pair(6)}}};
}

/// The test split of these tasks and what belongs to it.
struct Data {
  explicit Data(std::size_t copies = 5, std::vector<ArcTask> asked = asked_tasks())
      : plan(*plan_copies({}, std::move(asked), copies, 42)),
        names(puzzle_names(plan)),
        test(build_split(plan, Split::test)) {}

  [[nodiscard]] Poll poll() const {
    Result<Poll> out = Poll::open(test, names);
    REQUIRE_MESSAGE(out.ok(), out.error().text());
    return *std::move(out);
  }
  [[nodiscard]] const std::string& name(std::size_t row) const {
    return names[static_cast<std::size_t>(test.puzzle_identifiers[test.puzzle_of(row)])];
  }
  /// The canvas that is a vote for `grid` in the place of `row`.
  [[nodiscard]] std::vector<std::int32_t> canvas(std::size_t row, const Grid& grid) const {
    const Canvas out = draw(augment(grid, read_name(name(row))->augmentation));
    return {out.begin(), out.end()};
  }
  /// What is asked in `row`: task and pair.
  [[nodiscard]] std::pair<std::size_t, std::size_t> asked(std::size_t row) const {
    const std::size_t task = read_name(name(row))->task == "one" ? 0 : 1;
    return {task, row - static_cast<std::size_t>(test.puzzle_indices[test.puzzle_of(row)])};
  }
  [[nodiscard]] std::vector<std::size_t> rows_of(std::size_t task, std::size_t pair) const {
    std::vector<std::size_t> out;
    for (std::size_t row = 0; row < test.examples(); ++row)
      if (asked(row) == std::pair(task, pair)) out.push_back(row);
    return out;
  }

  Plan plan;
  std::vector<std::string> names;
  PuzzleDataset test;
};

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

std::vector<double> trm_rates(const PassScore& score) {
  std::vector<double> out;
  for (const PairPass& pass : score.trm) out.push_back(pass.rate);
  return out;
}
std::vector<std::size_t> hrm_right(const PassScore& score) {
  std::vector<std::size_t> out;
  for (const TaskPass& pass : score.hrm) out.push_back(pass.tasks.right);
  return out;
}

}  // namespace

TEST_CASE("a poll knows what is asked") {
  const Data data;
  const Poll poll = data.poll();
  CHECK(poll.rows() == 18);
  REQUIRE(poll.tasks().size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(poll.tasks()[i].id == asked_tasks()[i].id);
    CHECK(poll.tasks()[i].test == asked_tasks()[i].test);
  }
  for (std::size_t row = 0; row < poll.rows(); ++row)
    CHECK(*poll.row_of(data.name(row), data.asked(row).second) == row);
  CHECK(poll.row_of("three", 0).error().text() ==
        "name: \"three\" is no puzzle of the test split; fix: write a name of identifiers.json");
  CHECK(poll.row_of("two", 2).error().text() ==
        "example: 2 is not below 2, the examples of puzzle \"two\"; fix: count the examples of each puzzle from 0");
}

TEST_CASE("perfect predictions pass, wrong ones and none do not") {
  const Data data(30);
  Poll poll = data.poll();
  CHECK(trm_rates(score(poll)) == std::vector<double>(6, 0.0));
  CHECK(score(poll).pairs_without_votes == 3);
  for (std::size_t row = 0; row < poll.rows(); ++row) {
    const std::span<const std::uint8_t> label = std::span(data.test.labels).subspan(row * 900, 900);
    REQUIRE(poll.add(row, std::vector<std::int32_t>(label.begin(), label.end()), 0).ok());
  }
  CHECK(poll.answered() == poll.rows());
  PassScore right = score(poll);
  CHECK(trm_rates(right) == std::vector<double>(6, 1.0));
  CHECK(hrm_right(right) == std::vector<std::size_t>(5, 2));
  CHECK(right.tasks == 2);
  CHECK(right.pairs == 3);
  CHECK(right.pairs_without_votes == 0);
  CHECK(right.trm[1].k == 2);
  CHECK(right.trm[1].pairs.right == 3);
  CHECK(right.hrm[0].tasks.total == 2);
  CHECK(poll.candidates(1, 1) == std::vector<Candidate>{{cells(9, 6), 31, 0.5}});

  poll.next_evaluation(false);
  for (std::size_t row = 0; row < poll.rows(); ++row) {
    const std::span<const std::uint8_t> input = std::span(data.test.inputs).subspan(row * 900, 900);
    REQUIRE(poll.add(row, std::vector<std::int32_t>(input.begin(), input.end()), 0).ok());
  }
  CHECK(trm_rates(score(poll)) == std::vector<double>(6, 0.0));
}

TEST_CASE("candidates are ranked by votes, then confidence, then the first row") {
  const Data data(6);
  const std::vector<std::size_t> rows = data.rows_of(0, 0);
  REQUIRE(rows.size() == 7);
  // Three votes for A with little confidence, two each for B and C, C the more confident.
  const Grid a = cells(1, 1), b = cells(2, 2), c = cells(3, 3);
  const std::vector<std::pair<Grid, double>> votes = {{b, 1}, {a, -4}, {c, 2}, {a, -4}, {b, 1}, {c, 1}, {a, -5}};
  std::vector<std::size_t> order = {0, 1, 2, 3, 4, 5, 6};
  do {
    Poll poll = data.poll();
    for (const std::size_t i : order)
      REQUIRE(poll.add(rows[i], data.canvas(rows[i], votes[i].first), votes[i].second).ok());
    const std::vector<Candidate> expected = {{a, 3, (sigmoid(-4) + sigmoid(-4) + sigmoid(-5)) / 3},
                                             {c, 2, (sigmoid(2) + sigmoid(1)) / 2},
                                             {b, 2, (sigmoid(1) + sigmoid(1)) / 2}};
    CHECK(poll.candidates(0, 0) == expected);
  } while (std::next_permutation(order.begin(), order.end()) && order[0] < 2);

  // Equal votes and confidence: whoever has the first row, in whatever order they come.
  const Grid later = cells(0, 1), sooner = cells(8, 8);
  for (const bool forwards : {true, false}) {
    Poll poll = data.poll();
    const auto add = [&](std::size_t i, const Grid& grid) {
      REQUIRE(poll.add(rows[i], data.canvas(rows[i], grid), 0.5).ok());
    };
    for (std::size_t i = 0; i < 4; ++i) {
      const std::size_t at = forwards ? i : 3 - i;
      add(at, at == 0 || at == 3 ? sooner : later);
    }
    CHECK(poll.candidates(0, 0).at(0).grid == sooner);
    CHECK(poll.candidates(0, 0).at(1).grid == later);
  }
}

TEST_CASE("pass@K by hand") {
  const Data data(14);
  Poll poll = data.poll();
  // The right answer is candidate 3 for "one", 1 and 12 for the pairs of "two".
  const std::size_t before[2][2] = {{2, 0}, {0, 11}};
  for (const auto& [task, pair] : {std::pair<std::size_t, std::size_t>{0, 0}, {1, 0}, {1, 1}}) {
    const std::vector<std::size_t> rows = data.rows_of(task, pair);
    REQUIRE(rows.size() == 15);
    for (std::size_t i = 0; i <= before[task][pair]; ++i) {
      const bool right = i == before[task][pair];
      const Grid wrong = cells(static_cast<std::uint8_t>(i % 10), static_cast<std::uint8_t>(i / 10));
      REQUIRE(poll.add(rows[i], data.canvas(rows[i], right ? asked_tasks()[task].test[pair].output : wrong),
                       -static_cast<double>(i))
                  .ok());
    }
  }
  const PassScore out = score(poll);
  // K = 1 and 2: one pair of "two". K = 5 and 10: also "one". K = 100: everything.
  CHECK(trm_rates(out) == std::vector<double>{0.25, 0.25, 0.75, 0.75, 1.0, 1.0});
  CHECK(hrm_right(out) == std::vector<std::size_t>{0, 0, 1, 2, 2});
  std::vector<std::size_t> k, pairs;
  for (const PairPass& pass : out.trm) {
    k.push_back(pass.k);
    pairs.push_back(pass.pairs.right);
    CHECK(pass.pairs.total == 3);
  }
  CHECK(k == std::vector<std::size_t>{1, 2, 5, 10, 100, 1000});
  CHECK(pairs == std::vector<std::size_t>{1, 1, 2, 2, 3, 3});
}

TEST_CASE("votes of earlier evaluations count if they are kept") {
  const Data data(2);
  const std::vector<std::size_t> rows = data.rows_of(0, 0);
  const Grid first = cells(7, 7), second = cells(8, 8);
  for (const bool keep : {true, false}) {
    Poll poll = data.poll();
    for (const std::size_t row : rows) REQUIRE(poll.add(row, data.canvas(row, first), 1).ok());
    poll.next_evaluation(keep);
    CHECK(poll.answered() == 0);
    for (const std::size_t row : {rows[0], rows[1]}) REQUIRE(poll.add(row, data.canvas(row, second), 5).ok());
    const std::vector<Candidate> out = poll.candidates(0, 0);
    REQUIRE(out.size() == (keep ? 2 : 1));
    CHECK(out[0].grid == (keep ? first : second));
    CHECK(out[0].votes == (keep ? 3 : 2));
    // A tie now: the earlier evaluation comes first, although the other has the lower row.
    REQUIRE(poll.add(rows[2], data.canvas(rows[2], second), 5).ok());
    if (keep) CHECK(poll.candidates(0, 0)[0].grid == second);  // three each, and more confident
  }
  Poll poll = data.poll();
  REQUIRE(poll.add(rows[1], data.canvas(rows[1], first), 0).ok());
  poll.next_evaluation(true);
  REQUIRE(poll.add(rows[0], data.canvas(rows[0], second), 0).ok());
  CHECK(poll.candidates(0, 0)[0].grid == first);
}

TEST_CASE("test pairs with one input share their votes, and unknown solutions are left out") {
  std::vector<ArcTask> asked = asked_tasks();
  asked[1].test[1].input = asked[1].test[0].input;
  asked.push_back({"unsolved", asked[0].train, {{cells(1, 7), {}}, {cells(1, 8), cells(9, 8)}}});
  const Data data(0, asked);
  Poll poll = data.poll();
  REQUIRE(poll.tasks().size() == 3);
  CHECK(poll.tasks()[2].test[0].output.empty());
  const std::size_t row = *poll.row_of("two", 0);
  REQUIRE(poll.add(row, data.canvas(row, cells(9, 6)), 3).ok());
  CHECK(poll.candidates(1, 0) == poll.candidates(1, 1));
  const PassScore out = score(poll);
  CHECK(out.tasks == 2);
  CHECK(out.pairs == 3);
  CHECK(out.tasks_left_out == 1);
  CHECK(out.pairs_without_votes == 1);
  CHECK(trm_rates(out) == std::vector<double>(6, 0.25));
}

TEST_CASE("an empty prediction is a candidate like any other") {
  const Data data(0);
  Poll poll = data.poll();
  REQUIRE(poll.add(0, std::vector<std::int32_t>(900, 0), 0).ok());
  CHECK(poll.candidates(0, 0) == std::vector<Candidate>{{Grid(), 1, 0.5}});
}

TEST_CASE("answers that cannot be votes are refused") {
  const Data data(1);
  Poll poll = data.poll();
  const std::vector<std::int32_t> canvas(900, 2);
  CHECK(poll.add(6, canvas, 0).error().text() == "row: 6 is not below 6; fix: name a row that is there");
  CHECK(poll.add(0, std::vector<std::int32_t>(899), 0).error().text() == "output: has 899 tokens; fix: give 900");
  for (const double q : {std::nan(""), std::numeric_limits<double>::infinity()})
    CHECK(poll.add(0, canvas, q).error().text() == "q_halt: is not a finite number; fix: give the logit of halting");
  REQUIRE(poll.add(0, canvas, 0).ok());
  CHECK(poll.add(0, canvas, 0).error().text() == "row 0: has an answer already; fix: answer each example once");
  CHECK(poll.answered() == 1);
  poll.next_evaluation(true);
  CHECK(poll.add(0, canvas, 0).ok());
}

TEST_CASE("data that are not ARC's are refused") {
  const auto error = [](const PuzzleDataset& test, const std::vector<std::string>& names) {
    const Result<Poll> poll = Poll::open(test, names);
    REQUIRE_FALSE(poll.ok());
    return poll.error().text();
  };
  const Data data(1);
  PuzzleDataset test = data.test;
  test.metadata.vocab_size = 11;
  CHECK(error(test, data.names) ==
        "is no ARC data: sequences of 900 tokens out of 11; fix: name data of trm tasks build arc");
  std::vector<std::string> names = data.names;
  names.pop_back();
  CHECK(error(data.test, names) == "puzzle 4: has no name; fix: build the data again");
  const std::string copy = data.names[2];
  names = data.names;
  names[2] = "one|||t1";
  CHECK(error(data.test, names).starts_with("puzzle \"one|||t1\": is no name of an ARC puzzle; fix: "));
  names[2] = "other" + copy.substr(3);
  CHECK(error(data.test, names) ==
        "puzzle \"" + names[2] + "\": is a copy without its original; fix: build the data again");
  names[2] = "one";
  CHECK(error(data.test, names) == "task \"one\": occurs twice; fix: build the data again");
  names = data.names;
  std::swap(names[2], names[4]);
  CHECK(error(data.test, names) ==
        "row 1, puzzle \"" + names[2] + "\": has an input that is none of its task's; fix: build the data again");
}

TEST_CASE("copies named in HRM's way vote too") {
  const Data data(4);
  std::vector<std::string> names = data.names;
  for (std::string& name : names)
    if (name != names[0]) name = write_name(*read_name(name), NameStyle::hrm);
  Result<Poll> poll = Poll::open(data.test, names);
  REQUIRE(poll.ok());
  for (const std::size_t row : data.rows_of(1, 0)) REQUIRE(poll->add(row, data.canvas(row, cells(9, 5)), 0).ok());
  CHECK(poll->candidates(1, 0) == std::vector<Candidate>{{cells(9, 5), 5, 0.5}});
}

TEST_CASE("a submission has two attempts at each test pair and survives its file") {
  const Data data(3);
  Poll poll = data.poll();
  const std::vector<std::size_t> one = data.rows_of(0, 0), two = data.rows_of(1, 1);
  REQUIRE(poll.add(one[0], data.canvas(one[0], cells(1, 2)), 0).ok());
  REQUIRE(poll.add(two[0], data.canvas(two[0], cells(3, 4)), 0).ok());
  REQUIRE(poll.add(two[1], data.canvas(two[1], cells(5, 6)), 1).ok());
  REQUIRE(poll.add(two[2], data.canvas(two[2], cells(7, 8)), -1).ok());
  const std::vector<TaskAttempts> expected = {{"one", {{cells(1, 2), cells(1, 2)}}},
                                              {"two", {{Grid(), Grid()}, {cells(5, 6), cells(3, 4)}}}};
  CHECK(submission(poll) == expected);
  const std::string text = write_submission(expected);
  CHECK(text == R"({"one": [{"attempt_1": [[1, 2]], "attempt_2": [[1, 2]]}],
 "two": [{"attempt_1": [], "attempt_2": []}, {"attempt_1": [[5, 6]], "attempt_2": [[3, 4]]}]}
)");
  CHECK(*read_submission(text, "s.json") == expected);
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"{}", "is empty; fix: write an object"},
      {R"({"one": []})", "one: is empty; fix: write a list"},
      {R"({"one": [{"attempt_1": [[1]]}]})", "one[0].attempt_2: is missing; fix: write a list of 1 to 30 rows"},
      {R"({"one": [{"attempt_1": [[]], "attempt_2": []}]})",
       "one[0].attempt_1[0]: is empty; fix: write a list of 1 to 30 colours"},
      {R"({"one": [{"attempt_3": [[1]]}]})",
       "one[0].attempt_3: is an unknown field; fix: write an object with attempt_1, attempt_2"}};
  for (const auto& at : bad) {
    const auto& [content, message] = at;
    CAPTURE(at.first);
    REQUIRE_FALSE(read_submission(content, "s.json").ok());
    CHECK(read_submission(content, "s.json").error().text() == "s.json: " + message);
  }
}

TEST_CASE("predictions survive their lines") {
  Rng rng(1, stream_of("test"), 0);
  for (const double q : {0.0, -1.5, 1e-300, 0.1, 123456789.123456789, -3e30}) {
    PredictedCanvas out{"00576224|||t3|||0213456789", rng.below(3), {}, q};
    for (std::size_t i = 0; i < 900; ++i) out.output.push_back(static_cast<std::uint8_t>(rng.below(12)));
    const std::string line = write_prediction(out);
    REQUIRE(line.ends_with("}\n"));
    const Result<PredictedCanvas> again = read_prediction(line, "p.jsonl", 1);
    REQUIRE_MESSAGE(again.ok(), again.error().text());
    CHECK(*again == out);
  }
}

TEST_CASE("lines of predictions become votes, and bad ones are refused with their line") {
  const Data data(1);
  const auto line = [&](std::size_t row) {
    const std::vector<std::int32_t> canvas = data.canvas(row, cells(9, 3));
    return write_prediction(
        {data.name(row), data.asked(row).second, {canvas.begin(), canvas.end()}, static_cast<double>(row)});
  };
  const auto add = [&](const std::string& text) {
    Poll poll = data.poll();
    std::istringstream lines(text);
    Status status = add_predictions(lines, "p.jsonl", poll);
    return std::pair(std::move(status), poll.answered());
  };
  CHECK(add(line(0) + line(5)).second == 2);
  CHECK(add(line(0) + line(5)).first.ok());
  CHECK(add(line(0) + line(5).substr(0, line(5).size() - 1)).second == 2);  // no line break at the end
  CHECK(add("\xEF\xBB\xBF" + line(0) + line(5) + "\n\r\n").second == 2);
  const std::string tokens = line(0).substr(line(0).find('['), line(0).find(']') - line(0).find('[') + 1);
  const auto prediction = [](const std::string& output, const std::string& rest) {
    return R"({"name": "one", "example": 0, "output": )" + output + rest + "}\n";
  };
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"", "holds no lines; fix: write one JSON object on each line"},
      {line(0) + "\n" + line(5), "line 2: is empty; fix: remove it"},
      {"\n \n", "holds no lines; fix: write one JSON object on each line"},
      {"<html>\n", "is a web page (HTML); fix: download the file itself: this is a page about it, or a sign-in"},
      {line(0) + line(0), "line 2: row 0: has an answer already; fix: answer each example once"},
      {"[]\n", "line 1: is a list; fix: write an object with name, example, output, q_halt"},
      {prediction(tokens, ""), "line 1: q_halt: is missing; fix: write a number"},
      {prediction(tokens, R"(, "q_halt": "1")"), "line 1: q_halt: is the string \"1\"; fix: write a number"},
      {prediction(tokens, R"(, "q_halt": null)"), "line 1: q_halt: is null; fix: write a number"},
      {prediction(tokens, R"(, "id": 1)"),
       "line 1: id: is an unknown field; fix: write an object with name, example, output, q_halt"},
      {prediction("[1, 2, 12]", ""), "line 1: output[2]: is 12; fix: write a token from 0 to 11"},
      {prediction("[1, 2, 3]", ""), "line 1: output: is a list of 3; fix: write a list of 900 tokens"},
      {prediction("[[1]]", ""), "line 1: output[0]: is a list; fix: write a token from 0 to 11"},
      {prediction(tokens.substr(0, tokens.size() - 1) + ", 1]", ""),
       "line 1: output[900]: is one token too many; fix: write 900"},
      {R"({"name": "one", "example": -1})", "line 1: example: is -1; fix: write a whole number from 0"},
      {prediction(tokens, R"(, "q_halt": 1)").replace(10, 3, "six"),
       "line 1: name: \"six\" is no puzzle of the test split; fix: write a name of identifiers.json"},
      {line(0) + prediction(tokens, R"(, "q_halt": 1)").replace(27, 1, "7"),
       "line 2: example: 7 is not below 1, the examples of puzzle \"one\"; fix: count the examples of each puzzle from "
       "0"},
      {std::string(3'000'000, ' '), "line 1: is longer than 1048576 bytes; fix: write one JSON object on each line"},
  };
  for (const auto& at : bad) {
    const auto& [text, message] = at;
    CAPTURE(at.first.substr(0, 100));
    const Status status = add(text).first;
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().text() == "p.jsonl: " + message);
  }
}

}  // namespace test_arc_poll
