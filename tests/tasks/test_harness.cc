#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tasks/harness_log.h"
#include "tasks/harness_task.h"
#include "tasks/jsonl.h"
#include "tasks/score.h"
#include "tests/tasks/made_item.h"

using namespace trm;
using namespace trm::tasks;
using trm::test::made;

namespace {

const char* const kLog =
    R"({"doc_id": 0, "doc": {"answer": "120", "id": "factorial/plain/0/5", "meta": {"id": "no"}}, "target": "120",)"
    R"( "arguments": {"gen_args_0": {"arg_0": "What?", "arg_1": {"until": [], "temperature": 0.0}}},)"
    R"( "resps": [["So 5! = 120, \"resps\"."]], "filtered_resps": ["120"], "filter": "last-answer",)"
    R"( "exact_match": 1.0})";

}  // namespace

TEST_CASE("harness task: one document per item, in JSON") {
  std::vector<Item> items;
  for (const char* prompt : {"fact 0", "fact 1", "fact 2"}) {
    items.push_back(*parse_prompt(prompt));
    items.back().slice = "plain";
  }
  items[0].id = "factorial@3/plain/0/0";
  CHECK(harness_name(items.front()) == "trm_factorial_plain");
  const std::string text = write_harness_documents(items);
  CHECK(text.substr(0, text.find('\n')) ==
        R"({"answer":"1","depth":0,"id":"factorial@3/plain/0/0","prompt":"A function of whole numbers is defined by )"
        R"(f(0) = 1, and f(k) = k * f(k - 1) for k > 0.\nWhat is f(0)?\nAnswer with the number only.",)"
        R"("question":"fact 0","slice":"plain","task":"factorial"})");
  CHECK(std::count(text.begin(), text.end(), '\n') == 3);
}

TEST_CASE("harness task: the file names the documents and the patterns of all forms that occur") {
  const std::vector<Item> items = {*find_task("tree_traversal")->parse("height 5"),
                                   *find_task("tree_traversal")->parse("preorder 5")};
  const std::string yaml = write_harness_yaml(items, "trm_tree", "/data/it's/trm_tree.jsonl");
  for (const std::string line : {"task: trm_tree\n", "dataset_path: json\n", "    test: '/data/it''s/trm_tree.jsonl'",
                                 "output_type: generate_until\n", "doc_to_text: '{{prompt}}'\n",
                                 "doc_to_target: '{{answer}}'\n", "        group_select: -1\n"}) {
    CAPTURE(line);
    CHECK(yaml.find(line) != std::string::npos);
  }
  const std::string pattern =
      std::string(answer_pattern(AnswerForm::labels)) + "|" + std::string(answer_pattern(AnswerForm::number));
  CHECK(yaml.find("regex_pattern: '" + pattern + "'\n") != std::string::npos);
}

TEST_CASE("harness log: the id of the document, the reply, and what the harness took for the answer") {
  const std::optional<HarnessLine> line = read_harness_line(kLog);
  REQUIRE(line.has_value());
  CHECK(line->id == "factorial/plain/0/5");
  CHECK(line->reply == "So 5! = 120, \"resps\".");
  CHECK(line->filtered == "120");
  const std::optional<HarnessLine> nested = read_harness_line(R"({"doc":{"id":"a"},"filtered_resps":[["x"],["y"]]})");
  REQUIRE(nested.has_value());
  CHECK(nested->filtered == "x");
  CHECK(!nested->reply.has_value());
  for (const char* other : {R"({"id":"a","answer":"\"resps\""})", R"({"id":"resps","answer":"1"})", R"({"resps":)",
                            R"(["resps"])", "resps", "\"resps\"", ""}) {
    CAPTURE(other);
    CHECK(!read_harness_line(other).has_value());
  }
}

TEST_CASE("harness log: its lines are predictions; what they lack is an error that names the line") {
  const std::string plain = "{\"id\":\"factorial/plain/0/4\",\"answer\":\"It is 24.\"}\n";
  const Result<std::vector<Prediction>> both = read_predictions(plain + kLog + "\n", "log.jsonl");
  REQUIRE(both.ok());
  REQUIRE(both->size() == 2);
  CHECK(both->back().id == "factorial/plain/0/5");
  CHECK(both->back().answer == "120");
  CHECK(both->back().reply.starts_with("So 5!"));
  struct Bad {
    const char *line, *message;
  };
  for (const Bad& bad :
       {Bad{R"({"doc_id":0,"doc":{"question":"?"},"resps":[["1"]]})", "log.jsonl: line 2: doc.id: is missing"},
        Bad{R"({"doc":{"id":"a"},"resps":[[-3.5,true]]})", "log.jsonl: line 2: resps: holds no text"},
        Bad{R"({"doc":{"id":"factorial/plain/0/4"},"resps":[["1"]]})", "occurred before"},
        Bad{R"({"doc":{"id":"a"},"resps":[["1"])", "log.jsonl: line 2: "}}) {
    CAPTURE(bad.line);
    const Result<std::vector<Prediction>> read = read_predictions(plain + bad.line, "log.jsonl");
    REQUIRE(!read.ok());
    CHECK(read.error().text().find(bad.message) != std::string::npos);
  }
}

TEST_CASE("lenient score: the end of a reply counts, and nothing but the right answer is right") {
  const std::vector<Item> items = {*find_task("factorial")->parse("fact 5"), *find_task("mutual")->parse("odd 17"),
                                   *find_task("tree_traversal")->parse("inorder (5 (3 . 1) 8)")};
  std::vector<Prediction> predictions = {{items[0].id, "5 * 24 = 120."},
                                         {items[1].id, "[invalid]", "It is odd, so yes!"},
                                         {items[2].id, "The order: 3, 1, 5, 8"}};
  const auto right = [&](Reading reading) { return score(items, predictions, reading)->all.exact.right; };
  CHECK(right(Reading::strict) == 0);
  CHECK(right(Reading::lenient) == 3);
  predictions[0].answer = "120, or 121";
  predictions[1].reply = "yes... no";
  predictions[2].answer = "3, 1, 5, 8, 8";
  CHECK(right(Reading::lenient) == 0);
}
