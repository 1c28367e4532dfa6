#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "tasks/puzzles/arc/task_files.h"
#include "tasks/puzzles/arc/task_json.h"
#include "tests/tasks/folder.h"

namespace test_arc_json {

using namespace trm;
using namespace trm::tasks::arc;

namespace {

const std::string kGoodPair = R"({"input": [[1, 2], [3, 4]], "output": [[5]]})";

/// A task with this text as its only demonstration.
std::string with_pair(const std::string& pair) {
  return R"({"train": [)" + pair + R"(], "test": [)" + kGoodPair + "]}";
}
/// A task with this text as the input of its only demonstration.
std::string with_input(const std::string& input) {
  return with_pair(R"({"input": )" + input + R"(, "output": [[5]]})");
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += (i == 0 ? "" : ",") + text;
  return "[" + out + "]";
}

Grid grid(std::size_t columns, std::vector<std::uint8_t> cells) {
  Grid out(cells.size() / columns, columns);
  out.cells = std::move(cells);
  return out;
}

}  // namespace

TEST_CASE("a task is read from a file of its own") {
  const std::string text = R"({"test": [{"output": [[0]], "input": [[9]]}], "name": "ignored", "train": [)" +
                           kGoodPair + "," + kGoodPair + "]}";
  const Result<ArcTask> task = read_task(text, "f", "id");
  REQUIRE_MESSAGE(task.ok(), task.error().text());
  CHECK(task->id == "id");
  REQUIRE(task->train.size() == 2);
  CHECK(task->train[1] == Pair{grid(2, {1, 2, 3, 4}), grid(1, {5})});
  CHECK(task->test == std::vector<Pair>{{grid(1, {9}), grid(1, {0})}});
  const Result<ArcTask> largest = read_task(with_input(repeated(repeated("9", 30), 30)), "f", "id");
  REQUIRE(largest.ok());
  CHECK(largest->train[0].input.cells == std::vector<std::uint8_t>(900, 9));
}

TEST_CASE("hostile task files are refused with file, place, problem and fix") {
  const std::vector<std::pair<std::string, std::string>> files = {
      {"", "is empty; fix: write plain JSON (RFC 8259)"},
      {"[]", "is a list; fix: write an object with train, test, name"},
      {"7", "is 7; fix: write an object with train, test, name"},
      {"null", "is null; fix: write an object with train, test, name"},
      {"{}", "train: is missing; fix: write a list"},
      {R"({"train": [)" + kGoodPair + "]}", "test: is missing; fix: write a list"},
      {R"({"train": [], "test": []})", "train: is empty; fix: write a list"},
      {R"({"train": {}, "test": []})", "train: is an object; fix: write a list"},
      {R"({"trian": []})", "trian: is an unknown field; fix: write an object with train, test, name"},
      {R"({"name": 5})", "name: is 5; fix: write a string"},
      {R"({"train": [], "train": []})", "train: is empty; fix: write a list"},
      {R"({"name": "a", "name": "b"})", "name: appears twice; fix: keep one of the two"},
      {with_pair("[]"), "train[0]: is a list; fix: write an object with input, output"},
      {with_pair(R"({"input": [[1]]})"), "train[0].output: is missing; fix: write a list of 1 to 30 rows"},
      {with_pair(R"({"output": [[1]]})"), "train[0].input: is missing; fix: write a list of 1 to 30 rows"},
      {with_pair(kGoodPair + R"(, {"input": [[1]], "input": [[1]]})"),
       "train[1].input: appears twice; fix: keep one of the two"},
      {with_pair(R"({"input": [[1]], "output": [[1]], "hint": 1})"),
       "train[0].hint: is an unknown field; fix: write an object with input, output"},
      {with_input("[]"), "train[0].input: is empty; fix: write a list of 1 to 30 rows"},
      {with_input("[[]]"), "train[0].input[0]: is empty; fix: write a list of 1 to 30 colours"},
      {with_input("[1, 2]"), "train[0].input[0]: is 1; fix: write a list of 1 to 30 colours"},
      {with_input("{}"), "train[0].input: is an object; fix: write a list of 1 to 30 rows"},
      {with_input("\"[[1]]\""), "train[0].input: is the string \"[[1]]\"; fix: write a list of 1 to 30 rows"},
      {with_input("[[1, 2], [3, 10]]"), "train[0].input[1][1]: is 10; fix: write a colour from 0 to 9"},
      {with_input("[[1, -1]]"), "train[0].input[0][1]: is -1; fix: write a colour from 0 to 9"},
      {with_input("[[1.0]]"),
       "train[0].input[0][0]: is a fraction or too large a number; fix: write a colour from 0 to 9"},
      {with_input("[[18446744073709551616]]"),
       "train[0].input[0][0]: is a fraction or too large a number; fix: write a colour from 0 to 9"},
      {with_input("[[null]]"), "train[0].input[0][0]: is null; fix: write a colour from 0 to 9"},
      {with_input("[[true]]"), "train[0].input[0][0]: is true; fix: write a colour from 0 to 9"},
      {with_input("[[[1]]]"), "train[0].input[0][0]: is a list; fix: write a colour from 0 to 9"},
      {with_input("[[{}]]"), "train[0].input[0][0]: is an object; fix: write a colour from 0 to 9"},
      {with_input("[[1, 2], [3]]"),
       "train[0].input[1]: is a row of 1 cells below rows of 2; fix: make all rows equally long"},
      {with_input("[[1], [3, 4]]"),
       "train[0].input[1]: is a row of 2 cells below rows of 1; fix: make all rows equally long"},
      {with_input("[" + repeated("1", 31) + "]"),
       "train[0].input[0][30]: is one cell too many; fix: write at most 30 in a row"},
      {with_input(repeated("[1]", 31)), "train[0].input[30]: is one row too many; fix: write at most 30"},
      {R"({"train": [)" + kGoodPair + R"(], "test": [)" + kGoodPair +
           R"(, {"input": [[1]], "output": [[1, 2], [3]]}]})",
       "test[1].output[1]: is a row of 1 cells below rows of 2; fix: make all rows equally long"},
      {with_input("[[1]]") + "x",
       "is not JSON at line 1, column " + std::to_string(with_input("[[1]]").size() + 1) +
           ": invalid literal; last read: '5]]}]}x'; expected end of input; fix: write plain JSON (RFC 8259)"},
      {std::string("{\0}", 3), "holds a NUL byte at byte 1; fix: write plain JSON (RFC 8259)"},
      {"{\"\xFF\": 1}", "is not UTF-8 at byte 2; fix: save it as UTF-8"},
      {std::string(1'000'000, '['), "is a list; fix: write an object with train, test, name"},
      {R"({"name": )" + std::string(1'000'000, '['), "name: is a list; fix: write a string"},
      {R"({"train": )" + std::string(1'000'000, '['), "train[0]: is a list; fix: write an object with input, output"},
  };
  for (const auto& at : files) {
    const auto& [text, expected] = at;
    CAPTURE(at.first.substr(0, 200));
    const Result<ArcTask> task = read_task(text, "f.json", "id");
    REQUIRE_FALSE(task.ok());
    CHECK(task.error().text() == "f.json: " + expected);
    CHECK(task.error().code == ErrorCode::bad_input);
  }
  CHECK(read_task(with_pair(kGoodPair), "f.json", "a|||b").error().text() ==
        "f.json: task \"a|||b\": has an id that reads as the name of a copy; fix: rename the task");
}

TEST_CASE("challenges and solutions make tasks") {
  const std::string challenges = R"({"b": {"train": [)" + kGoodPair +
                                 R"(], "test": [{"input": [[1]]}, {"input": [[2]]}]},
      "a": {"test": [{"input": [[3]], "output": [[4]]}], "train": [)" +
                                 kGoodPair + "]}}";
  Result<std::vector<ArcTask>> tasks = read_challenges(challenges, "c.json");
  REQUIRE_MESSAGE(tasks.ok(), tasks.error().text());
  REQUIRE(tasks->size() == 2);
  CHECK((*tasks)[0].id == "b");
  CHECK((*tasks)[0].test.size() == 2);
  CHECK((*tasks)[0].test[1].output.empty());
  CHECK(check_solved(*tasks, "c.json").error().text() ==
        "c.json: b.test[0].output: is missing; fix: add it, or the file of solutions");
  CHECK(*read_challenges(write_challenges(*tasks), "again") == *tasks);

  REQUIRE(add_solutions(*tasks, R"({"a": [[[4]]], "b": [[[5]], [[6, 7]]]})", "s.json").ok());
  CHECK(check_solved(*tasks, "c.json").ok());
  CHECK((*tasks)[0].test[1].output == grid(2, {6, 7}));
  CHECK((*tasks)[1].test[0].output == grid(1, {4}));
  CHECK(*read_challenges(write_challenges(*tasks), "again") == *tasks);
}

TEST_CASE("hostile challenges and solutions are refused") {
  const std::string task = R"({"train": [)" + kGoodPair + R"(], "test": [{"input": [[1]]}]})";
  const std::vector<std::pair<std::string, std::string>> challenges = {
      {"{}", "is empty; fix: write an object"},
      {"[]", "is a list; fix: write an object"},
      {R"({"a": [)" + task + "]}", "a: is a list; fix: write an object with train, test, name"},
      {R"({"a": {}})", "a.train: is missing; fix: write a list"},
      {R"({"a": )" + task + R"(, "a": )" + task + "}", "a: appears twice; fix: keep one of the two"},
      {R"({"a": )" + task + R"(, "b": {"train": [)" + kGoodPair + "," + R"({"input": [[0, 11]]}]}})",
       "b.train[1].input[0][1]: is 11; fix: write a colour from 0 to 9"},
      {R"({"": )" + task + "}", "task \"\": has an empty id; fix: rename the task"},
      {R"({"a_t0_0123456789": )" + task + "}",
       "task \"a_t0_0123456789\": has an id that reads as the name of a copy; fix: rename the task"},
  };
  for (const auto& at : challenges) {
    const auto& [text, expected] = at;
    CAPTURE(at.first);
    const Result<std::vector<ArcTask>> tasks = read_challenges(text, "c.json");
    REQUIRE_FALSE(tasks.ok());
    CHECK(tasks.error().text() == "c.json: " + expected);
  }
  const std::vector<std::pair<std::string, std::string>> solutions = {
      {"[]", "is a list; fix: write an object"},
      {R"({"a": []})", "a: is empty; fix: write a list"},
      {R"({"a": [[]]})", "a[0]: is empty; fix: write a list of 1 to 30 rows"},
      {R"({"a": [[[1]], [[2]]]})", "a: holds 2 outputs for 1 test pairs; fix: write one for each"},
      {R"({"a": [[[1, 10]]]})", "a[0][0][1]: is 10; fix: write a colour from 0 to 9"},
      {R"({"a": [[[1]]], "z": [[[1]]], "c": [[[1]]]})",
       "c: is no task of the challenges; fix: remove it or name the right file of challenges"},
      {R"({"b": [[[1]]]})", "b.test[0].output: is another grid than the task itself has; fix: keep one of them"},
  };
  for (const auto& at : solutions) {
    const auto& [text, expected] = at;
    CAPTURE(at.first);
    std::vector<ArcTask> tasks =
        *read_challenges(R"({"a": )" + task + R"(, "b": )" + with_pair(kGoodPair) + "}", "c.json");
    const Status status = add_solutions(tasks, text, "s.json");
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().text() == "s.json: " + expected);
  }
}

TEST_CASE("tasks are loaded from folders and from files") {
  const tests::Folder folder;
  folder.write("set/b.json", with_pair(kGoodPair));
  folder.write("set/deeper/a.json", with_pair(kGoodPair));
  folder.write("set/readme.txt", "no task");
  const Result<std::vector<ArcTask>> tasks = load_tasks(folder.path("set"));
  REQUIRE_MESSAGE(tasks.ok(), tasks.error().text());
  REQUIRE(tasks->size() == 2);
  CHECK((*tasks)[0].id == "a");
  CHECK((*tasks)[1].id == "b");

  const std::string unsolved = R"({"train": [)" + kGoodPair + R"(], "test": [{"input": [[1]]}]})";
  const std::string file = folder.write("set_challenges.json", R"({"b": )" + unsolved + R"(, "a": )" + unsolved + "}");
  CHECK(load_tasks(file).error().text() ==
        file + ": b.test[0].output: is missing; fix: add it, or the file of solutions");
  CHECK(load_tasks(file, Solutions::optional)->at(0).id == "a");
  folder.write("set_solutions.json", R"({"a": [[[7]]], "b": [[[8]]]})");
  const Result<std::vector<ArcTask>> solved = load_tasks(file);
  REQUIRE_MESSAGE(solved.ok(), solved.error().text());
  CHECK(solved->at(1).test[0].output == grid(1, {8}));

  const std::string bad = folder.write("set/deeper/c.json", unsolved);
  CHECK(load_tasks(folder.path("set")).error().text() ==
        bad + ": c.test[0].output: is missing; fix: add it, or the file of solutions");
  CHECK(load_tasks(folder.path("set"), Solutions::optional)->size() == 3);
  const std::string broken = folder.write("set/d.json", "{");
  CHECK(load_tasks(folder.path("set")).error().file == broken);

  std::filesystem::create_directories(folder.path("nothing"));
  CHECK(load_tasks(folder.path("nothing")).error().text() ==
        folder.path("nothing") + ": holds no .json file; fix: name a folder of ARC tasks");
  CHECK(load_tasks(folder.path("absent")).error().file == folder.path("absent"));
}

TEST_CASE("folders of tasks from a Mac or an archive") {
  const tests::Folder folder;
  folder.write("set/a.json", with_pair(kGoodPair));
  folder.write("set/B.JSON", with_pair(kGoodPair));
  for (const char* left :
       {"set/._a.json", "set/.DS_Store", "set/__MACOSX/a.json", "set/__MACOSX/._a.json", "set/.git/c.json"})
    folder.write(left, "no task");
  std::vector<std::string> notes;
  const Result<std::vector<ArcTask>> tasks = load_tasks(folder.path("set"), Solutions::required, &notes);
  REQUIRE_MESSAGE(tasks.ok(), tasks.error().text());
  REQUIRE(tasks->size() == 2);
  CHECK((*tasks)[0].id == "B");
  CHECK((*tasks)[1].id == "a");
  CHECK(notes.empty());
  folder.write("set/readme.txt", "no task");
  folder.write("set/deeper/licence", "no task");
  REQUIRE(load_tasks(folder.path("set"), Solutions::required, &notes).ok());
  CHECK(notes ==
        std::vector<std::string>{folder.path("set") + ": 2 files are no .json and passed over: \"licence\", ..."});
}

}  // namespace test_arc_json
