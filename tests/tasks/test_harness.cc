#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tasks/exchange/harness_log.h"
#include "tasks/exchange/harness_task.h"
#include "tasks/exchange/jsonl.h"
#include "tasks/exchange/score.h"
#include "tasks/registry.h"
#include "tests/tasks/made_item.h"

namespace test_harness {

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

TEST_CASE("harness log: the id of the document, the replies, and what the harness took for the answer") {
  CHECK(is_harness_line(kLog));
  const Result<HarnessLine> line = read_harness_line(kLog);
  REQUIRE(line.ok());
  CHECK(line->id == "factorial/plain/0/5");
  CHECK(line->replies == std::vector<std::string>{"So 5! = 120, \"resps\"."});
  CHECK(line->filtered == std::vector<std::string>{"120"});
  CHECK(line->filter == "last-answer");
  const Result<HarnessLine> nested = read_harness_line(R"({"doc":{"id":17},"filtered_resps":[["x"],["y"]]})");
  REQUIRE(nested.ok());
  CHECK(nested->id == "17");
  CHECK(nested->filtered == std::vector<std::string>{"x", "y"});
  CHECK(nested->replies.empty());
  for (const char* other : {R"({"id":"a","answer":"\"resps\""})", R"({"id":"a","answer":"\"resps\": 1"})",
                            R"({"id":"resps","answer":"1"})", R"(["resps"])", "resps", "\"resps\"", ""}) {
    CAPTURE(other);
    CHECK(!is_harness_line(other));
  }
  // A line of a log that cannot be read is one all the same, and says why.
  for (const char* broken : {R"({"resps":)", R"({"resps" : [["1"])", R"({"doc":{"id":"a","id":"b"},"resps":[]})"}) {
    CAPTURE(broken);
    CHECK(is_harness_line(broken));
    CHECK(!read_harness_line(broken).ok());
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
       {Bad{R"({"doc":{"id":"a"},"resps":[["1"]],"resps":[]})",
            "log.jsonl: line 2: resps: appears twice; fix: log the samples again with lm_eval"},
        Bad{R"({"doc_id":0,"doc":{"question":"?"},"resps":[["1"]]})", "log.jsonl: line 2: doc.id: is missing"},
        Bad{R"({"doc":{"id":"a"},"resps":[[-3.5,true]]})", "log.jsonl: line 2: resps: holds no text"},
        Bad{R"({"doc":{"id":"factorial/plain/0/4"},"resps":[["1"]]})", "occurred before"},
        Bad{R"({"doc":{"id":"a"},"resps":[["1"])", "log.jsonl: line 2: is not JSON at column 33: "}}) {
    CAPTURE(bad.line);
    const Result<std::vector<Prediction>> read = read_predictions(plain + bad.line, "log.jsonl");
    REQUIRE(!read.ok());
    CHECK(read.error().text().find(bad.message) != std::string::npos);
  }
}

namespace {

/// A line of a log.
std::string logged(const std::string& id, const std::string& resps, const std::string& filtered,
                   const std::string& filter = "none", const std::string& more = "") {
  return R"({"doc":{"id":")" + id + R"("},"resps":)" + resps + R"(,"filtered_resps":)" + filtered + R"(,"filter":")" +
         filter + "\"" + more + "}\n";
}

/// The answers of a log, or the error.
std::string answers(const std::string& text, const LogChoice& choice = {}, std::vector<std::string>* notes = nullptr) {
  const Result<std::vector<Prediction>> read = read_predictions(text, "log.jsonl", choice, notes);
  if (!read.ok()) return read.error().text();
  std::string out;
  for (const Prediction& prediction : *read) out += prediction.id + "=" + prediction.answer + " ";
  return out;
}

}  // namespace

TEST_CASE("harness log: of several filters one is chosen") {
  std::string log;
  for (const char* id : {"a", "b"}) {
    log += logged(id, R"([["x 1"]])", R"(["1"])", "strict-match");
    log += logged(id, R"([["x 1"]])", R"(["x 1"])", "flexible");
  }
  CHECK(answers(log) ==
        "log.jsonl: filter: is one of several, each with a line for every document: \"strict-match\", \"flexible\"; "
        "fix: name one with --filter");
  CHECK(answers(log, {"strict-match"}) == "a=1 b=1 ");
  CHECK(answers(log, {"flexible"}) == "a=x 1 b=x 1 ");
  CHECK(answers(log, {"strict"}) ==
        "log.jsonl: --filter: \"strict\" wrote no line of it; fix: use one of \"strict-match\", \"flexible\"");
  CHECK(answers(R"({"id":"a","answer":"1"})", {"strict"}) ==
        "log.jsonl: --filter: needs a log of lm_eval, this is none; fix: leave it out");
  // The same document twice under one filter stays an error.
  CHECK(answers(log + logged("a", "[[]]", R"(["1"])", "flexible"), {"flexible"}).find("\"a\" occurred before") !=
        std::string::npos);
}

TEST_CASE("harness log: of several replies the first is judged, or the one that is asked for, and it is said") {
  const std::string log = logged("a", R"([["1","2"]])", R"([["1","2"]])") + logged("b", R"([["3","4"]])", R"(["3"])");
  std::vector<std::string> notes;
  CHECK(answers(log, {}, &notes) == "a=1 b=3 ");
  CHECK(notes == std::vector<std::string>{
                     "log.jsonl: 2 documents have several replies, up to 2; number 1 of each is judged (--repeat)"});
  CHECK(answers(log, {"", 2}) ==
        "log.jsonl: line 2: filtered_resps: holds 1 text, so there is no repeat 2; fix: lower --repeat");
  CHECK(answers(logged("a", R"([["1","2"]])", "[]"), {"", 2}) == "a=2 ");
  CHECK(answers(R"({"id":"a","answer":"1"})", {"", 2}) ==
        "log.jsonl: --repeat: needs a log of lm_eval, this is none; fix: leave it out");
  notes.clear();
  CHECK(answers(logged("a", R"([["1"]])", R"(["1"])"), {}, &notes) == "a=1 ");
  CHECK(notes.empty());
}

TEST_CASE("harness log: what Python writes beyond JSON") {
  CHECK(answers(logged("a", R"([["1"]])", R"(["1"])", "none", R"(,"acc":NaN,"b":[-Infinity,Infinity])")) == "a=1 ");
  // NaN in a text is a text.
  CHECK(answers(logged("a", R"([["NaN \"NaN"]])", R"(["NaN \"NaN"])")) == "a=NaN \"NaN ");
  // Half of an emoji, whole ones, and an escaped backslash before what looks like one.
  CHECK(answers(logged("a", "[[]]", R"(["x\ud83d"])")) == "a=x\xEF\xBF\xBD ");
  CHECK(answers(logged("a", "[[]]", R"(["\ude00\ud83d\ud83d\ude00"])")) ==
        "a=\xEF\xBF\xBD\xEF\xBF\xBD\xF0\x9F\x98\x80 ");
  CHECK(answers(logged("a", "[[]]", R"(["\\ud83d"])")) == "a=\\ud83d ");
  CHECK(answers(R"({"id":"a","answer":"\ud83d","score":NaN})") == "a=\xEF\xBF\xBD ");
  CHECK(
      answers(R"({"id":"a","answer":NaN})") ==
      "log.jsonl: line 1: answer: must be a string or a whole number, is null; fix: write a string or a whole number");
  for (const char* cut : {"\"\\", "\"\\u", "\"\\ud83", "\"\\ud83d\\", "\"\\ud83d\\ude0", "Na", "-"}) {
    CAPTURE(cut);
    CHECK(answers(std::string("{\"id\":") + cut).starts_with("log.jsonl: line 1: "));
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

}  // namespace test_harness
