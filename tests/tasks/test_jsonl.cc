#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tasks/base/rng.h"
#include "tasks/base/words.h"
#include "tasks/exchange/jsonl.h"
#include "tasks/registry.h"
#include "tests/support/sweep.h"

namespace test_jsonl {

using namespace trm;
using namespace trm::tasks;

namespace {

const std::string kGoodItem =
    R"({"id":"factorial@3/test/0/17","task":"factorial","version":3,"slice":"test","seed":0,"index":17,)"
    R"("prompt":"fact 12 3","answer":"1437004800","canonical":"factorial c=3","depth":12})";

std::string with(const std::string& from, const std::string& to) {
  std::string line = kGoodItem;
  const std::size_t at = line.find(from);
  REQUIRE(at != std::string::npos);
  return line.replace(at, from.size(), to);
}

std::string item_error(const std::string& text) {
  const Result<std::vector<Item>> items = read_items(text, "items.jsonl");
  REQUIRE_FALSE(items.ok());
  CHECK(items.error().code == ErrorCode::bad_input);
  return items.error().text();
}

std::string prediction_error(const std::string& text) {
  const Result<std::vector<Prediction>> predictions = read_predictions(text, "p.jsonl");
  REQUIRE_FALSE(predictions.ok());
  return predictions.error().text();
}

}  // namespace

TEST_CASE("items survive writing and reading") {
  std::vector<Item> items;
  for (const Task* task : all_tasks()) {
    for (const std::string_view slice : task->info().slices) {
      for (std::uint64_t i = 0; i < std::min<std::uint64_t>(task->size(slice), test::swept(20)); ++i) {
        Result<Item> item = task->item(slice, ~std::uint64_t{0} - 3, i);
        REQUIRE(item.ok());
        items.push_back(*item);
      }
    }
  }
  const std::string text = write_items(items);
  const Result<std::vector<Item>> back = read_items(text, "items.jsonl");
  REQUIRE(back.ok());
  REQUIRE(back->size() == items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Item& a = items[i];
    const Item& b = (*back)[i];
    CHECK(a.id == b.id);
    CHECK(a.task == b.task);
    CHECK(a.version == b.version);
    CHECK(a.slice == b.slice);
    CHECK(a.seed == b.seed);
    CHECK(a.index == b.index);
    CHECK(a.prompt == b.prompt);
    CHECK(a.answer == b.answer);
    CHECK(a.canonical == b.canonical);
    CHECK(a.depth == b.depth);
  }
  CHECK(write_items(*back) == text);
}

TEST_CASE("one line looks as documented") {
  const Result<std::vector<Item>> items = read_items(kGoodItem, "items.jsonl");
  REQUIRE(items.ok());
  CHECK(write_items(*items) == kGoodItem + "\n");
  CHECK(read_items(kGoodItem + "\r\n", "items.jsonl").ok());
  CHECK(write_predictions(std::vector<Prediction>{{"a\"b", "1\n"}}) == "{\"id\":\"a\\\"b\",\"answer\":\"1\\n\"}\n");
}

TEST_CASE("predictions hold any text") {
  const std::vector<Prediction> predictions = {{"a", "120"}, {"b", ""}, {"c", "I do not know: \xc3\xa9 \" \\ \n"}};
  const Result<std::vector<Prediction>> back = read_predictions(write_predictions(predictions), "p.jsonl");
  REQUIRE(back.ok());
  REQUIRE(back->size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK((*back)[i].id == predictions[i].id);
    CHECK((*back)[i].answer == predictions[i].answer);
  }
  // Not UTF-8: replaced, so that what was written can be read.
  const std::string written = write_predictions(std::vector<Prediction>{{"a", "\xff"}});
  CHECK(read_predictions(written, "p.jsonl").ok());
}

TEST_CASE("bad item files") {
  struct Case {
    std::string text;
    const char* error;
  };
  const std::string next = "\n" + kGoodItem;
  const std::string other = with("0/17", "0/18");
  const std::vector<Case> cases = {
      {"", "items.jsonl: holds no lines; fix: write one JSON object on each line"},
      {"\n" + kGoodItem, "items.jsonl: line 1: is empty; fix: remove it or write one JSON object on it"},
      {kGoodItem + "\n \n" + other, "items.jsonl: line 2: is empty; fix: remove it or write one JSON object on it"},
      {kGoodItem + next,
       "items.jsonl: line 2: id: \"factorial@3/test/0/17\" occurred before; fix: give each line its own id"},
      {with("factorial@3/test/0/17", ""), "items.jsonl: line 1: id: is empty; fix: give each line its own id"},
      {kGoodItem + "\n" + other.substr(0, 30),
       "items.jsonl: line 2: is not JSON at column 31: unexpected end of input; expected string literal; fix: write "
       "plain JSON "
       "(RFC 8259)"},
      {kGoodItem + " 1",
       "items.jsonl: line 1: is not JSON at column 180: unexpected number literal; expected end of input; fix: write "
       "plain JSON (RFC 8259)"},
      {"[]", "items.jsonl: holds no lines; fix: write one JSON object on each line"},
      {"[17]", "items.jsonl: line 1, object 1: is not a JSON object; fix: write {...}"},
      {"[\n" + kGoodItem + ",\n17]", "items.jsonl: line 3, object 2: is not a JSON object; fix: write {...}"},
      {"[" + kGoodItem + ",]",
       "items.jsonl: line 1, object 2: is empty; fix: remove it or write one JSON object on it"},
      {"[" + kGoodItem, "items.jsonl: line 1: begins an array that never ends; fix: write the file again"},
      {"[" + kGoodItem + "]\n{}", "items.jsonl: line 1: has text behind the array; fix: remove it"},
      {"17", "items.jsonl: line 1: is not a JSON object; fix: write {...}"},
      {std::string(100'000, '['), "items.jsonl: line 1: begins an array that never ends; fix: write the file again"},
      {"{}", "items.jsonl: line 1: id: is missing; fix: add it"},
      {with("\"seed\":0,", ""),
       "items.jsonl: line 1: seed: is missing; fix: add it: the line has \"answer\", \"canonical\", \"depth\", \"id\", "
       "\"index\", \"prompt\", \"slice\", \"task\", \"version\""},
      {with("\"seed\"", "\"Seed\""), "items.jsonl: line 1: Seed: is an unknown field; fix: did you mean \"seed\"?"},
      {with("\"seed\":0", "\"seed\":0,\"seed\":1"),
       "items.jsonl: line 1: seed: appears twice; fix: keep one of the two"},
      {with("\"seed\":0", "\"seed\":\"0\""),
       "items.jsonl: line 1: seed: must be a whole number, is a string; fix: write a whole number"},
      {with("\"seed\":0", "\"seed\":-1"),
       "items.jsonl: line 1: seed: must be from 0 to 18446744073709551615, is -1; fix: use a value in this range"},
      {with("\"seed\":0", "\"seed\":0.5"),
       "items.jsonl: line 1: seed: must be a whole number, is a fraction; fix: write a whole number"},
      {with("\"seed\":0", "\"seed\":18446744073709551616"),
       "items.jsonl: line 1: seed: must be from 0 to 18446744073709551615, is 18446744073709551616; fix: use a value "
       "in this range"},
      {with("\"seed\":0", "\"seed\":1e999"),
       "items.jsonl: line 1: is not JSON at column 88: number overflow parsing '1e999'; fix: write plain JSON (RFC "
       "8259)"},
      {with("\"seed\":0", "\"seed\":null"),
       "items.jsonl: line 1: seed: must be a whole number, is null; fix: write a whole number"},
      {with("\"seed\":0", "\"seed\":true"),
       "items.jsonl: line 1: seed: must be a whole number, is a boolean; fix: write a whole number"},
      {with("\"seed\":0", "\"seed\":[0]"),
       "items.jsonl: line 1: seed: must be a whole number, is an array; fix: write a whole number"},
      {with("\"seed\":0", "\"seed\":{}"),
       "items.jsonl: line 1: seed: must be a whole number, is an object; fix: write a whole number"},
      {with("\"1437004800\"", "1437004800"),
       "items.jsonl: line 1: answer: must be a string, is a whole number; fix: write a string"},
      {with("\"task\":\"factorial\"", "\"task\":\"sudoku\""),
       "items.jsonl: line 1: task: \"sudoku\" is not a known task; fix: use factorial, power, list_sum, gcd, "
       "fibonacci, "
       "tree_traversal, nested_expression, hanoi, ackermann, mccarthy91, tak, mutual, recursive_flow, infinite_loop, "
       "induction, multi_step_qa"},
      {with("\"version\":3", "\"version\":2"),
       "items.jsonl: line 1: version: 2 is not the version of this program; fix: "
       "generate the items again with version 3"},
      {with("fact 12 3", "fact 12 x"),
       "items.jsonl: line 1: prompt: prompt \"fact 12 x\": C: \"x\" is not a natural number; fix: write decimal digits "
       "only, as in \"fact 12 3\""},
      {with("1437004800", "1437004801"),
       "items.jsonl: line 1: answer: \"1437004801\" is not the value of the prompt; "
       "fix: generate the items again"},
      {with("factorial c=3", "factorial c=4"),
       "items.jsonl: line 1: canonical: \"factorial c=4\" is not the canonical "
       "form of the prompt; fix: write \"factorial c=3\""},
      {with("\"depth\":12", "\"depth\":11"),
       "items.jsonl: line 1: depth: 11 is not the depth of the prompt; fix: write 12"},
      {with("test", "te\xff"), "items.jsonl: line 1: is not UTF-8 at byte 21; fix: save it as UTF-8"},
      {std::string(kMaxLineBytes, ' ') + kGoodItem,
       "items.jsonl: line 1: has 1048754 bytes; fix: keep lines within 1048576"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text.substr(0, 300));
    CHECK(item_error(c.text) == c.error);
  }
}

TEST_CASE("bad prediction files") {
  CHECK(prediction_error("") == "p.jsonl: holds no lines; fix: write one JSON object on each line");
  CHECK(prediction_error(R"({"id":"a","answer":1.5})") ==
        "p.jsonl: line 1: answer: must be a string or a whole number, is a fraction; fix: write a string or a whole "
        "number");
  CHECK(prediction_error(R"({"id":"a","answer":["1"]})") ==
        "p.jsonl: line 1: answer: must be a string or a whole number, is an array; fix: write a string or a whole "
        "number");
  CHECK(prediction_error(R"({"id":"a","anwser":"1"})") ==
        "p.jsonl: line 1: answer: is missing; fix: add it: the line has \"anwser\", \"id\"");
  // The right answers are nobody's.
  CHECK(
      prediction_error(kGoodItem) ==
      "p.jsonl: line 1: is an item, whose answer is the right one, not a prediction; fix: write the id of the item and "
      "the answer that was given");
  CHECK(prediction_error("{\"id\":\"a\",\"answer\":\"1\"}\n{\"id\":\"a\",\"answer\":\"2\"}") ==
        "p.jsonl: line 2: id: \"a\" occurred before; fix: give each line its own id");
}

TEST_CASE("predictions as people write them") {
  const auto answers = [](const std::string& text) {
    const Result<std::vector<Prediction>> read = read_predictions(text, "p.jsonl");
    REQUIRE_MESSAGE(read.ok(), read.error().text());
    std::string out;
    for (const Prediction& prediction : *read) out += prediction.id + "=" + prediction.answer + " ";
    return out;
  };
  const std::string a = R"({"id":"a","answer":"1"})", b = R"({"id":"b","answer":2})";
  for (const std::string& text :
       {a + "\n" + b, a + "\r\n" + b + "\r\n\r\n", a + "\n" + b + "\n\n \n", "\xEF\xBB\xBF" + a + "\n" + b,
        "[" + a + "," + b + "]", "\n[\n  " + a + ",\n  " + b + "\n]\n",
        std::string("[{\"id\": \"a\",\n  \"answer\": \"1\"\n}, ") + b + "]",
        R"({"answer":1,"model":"x","usage":{"tokens":[1,{"a":null}]},"id":"a"})" + ("\n" + b)}) {
    CAPTURE(text);
    CHECK(answers(text) == "a=1 b=2 ");
  }
  // Numbers keep all their digits.
  CHECK(answers(R"({"id":"a","answer":51090942171709440000})") == "a=51090942171709440000 ");
  CHECK(answers(R"({"id":"a","answer":-5})") == "a=-5 ");
  CHECK(answers(R"([{"id":"a","answer":"],[{\"\\"}])") == "a=],[{\"\\ ");
}

TEST_CASE("damaged files are errors, never more") {
  Rng rng(3, stream_of("damage"), 0);
  std::size_t refused = 0;
  constexpr int rounds = 20'000;
  for (int i = 0; i < rounds; ++i) {
    std::string text = kGoodItem + "\n" + with("0/17", "0/18") + "\n";
    for (std::uint32_t hits = rng.between(1, 4); hits > 0; --hits) {
      const std::size_t at = rng.below(static_cast<std::uint32_t>(text.size()));
      switch (rng.below(4)) {
        case 0:
          text[at] = static_cast<char>(rng.below(256));
          break;
        case 1:
          text.erase(at, rng.between(1, 5));
          break;
        case 2:
          text.insert(at, 1, "{}[]\",:0e-\\\n\x80"[rng.below(13)]);
          break;
        default:
          text.resize(at + 1);
          break;
      }
    }
    const Result<std::vector<Item>> items = read_items(text, "items.jsonl");
    if (!items) {
      ++refused;
      CHECK(items.error().file == "items.jsonl");
      CHECK_FALSE(items.error().message.empty());
    }
    const Result<std::vector<Prediction>> predictions = read_predictions(text, "items.jsonl");
    if (!predictions) CHECK(predictions.error().file == "items.jsonl");
  }
  CHECK(refused > rounds / 2);
}

}  // namespace test_jsonl
