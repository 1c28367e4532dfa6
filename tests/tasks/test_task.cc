#include <doctest/doctest.h>

#include <limits>
#include <set>
#include <string>
#include <vector>

#include "tasks/frames/vocabulary.h"
#include "tasks/registry.h"
#include "tasks/task/task.h"
#include "tests/tasks/made_item.h"

namespace test_task {

using namespace trm;
using namespace trm::tasks;

TEST_CASE("tasks and slices") {
  const std::vector<std::string> names = {
      "factorial",         "power",         "list_sum",  "gcd",          "fibonacci", "tree_traversal",
      "nested_expression", "hanoi",         "ackermann", "mccarthy91",   "tak",       "mutual",
      "recursive_flow",    "infinite_loop", "induction", "multi_step_qa"};
  REQUIRE(all_tasks().size() == names.size());
  std::set<std::string_view> words;
  std::size_t word_count = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Task& task = *all_tasks()[i];
    CHECK(task.name() == names[i]);
    CHECK(find_task(names[i]) == &task);
    CHECK_FALSE(task.info().summary.empty());
    CHECK(task.info().version == (names[i] == "factorial" || names[i] == "fibonacci" ? 3 : 2));
    const std::set<std::string_view> stages = {"linear", "tree", "nested", "applied"};
    CHECK(stages.count(task.info().stage) == 1);
    words.insert(task.info().words.begin(), task.info().words.end());
    word_count += task.info().words.size();
    for (const char* slice : {"", "prompt", "nothing", "Test"}) CHECK(task.size(slice) == 0);
    for (const std::string_view slice : task.info().slices) CHECK(task.size(slice) > 0);
  }
  CHECK(words.size() == word_count);
  CHECK(find_task("Factorial") == nullptr);
  CHECK(find_task("") == nullptr);
  CHECK(find_task("factorial")->size("train") == std::numeric_limits<std::size_t>::max());
  CHECK(find_task("factorial")->size("plain") == 25);
  CHECK(find_task("power")->size("plain") == 200);
  CHECK(find_task("fibonacci")->size("plain") == 25);
  CHECK(find_task("fibonacci")->size("lucas") == 25);
  CHECK(find_task("ackermann")->size("plain") == 91);
  CHECK(find_task("mccarthy91")->size("plain") == 121);
  CHECK(find_task("mutual")->size("plain") == 200);
}

TEST_CASE("unknown slices and indices are errors") {
  const Task& task = *find_task("factorial");
  Result<Item> item = task.item("lucas", 0, 0);
  REQUIRE_FALSE(item.ok());
  CHECK(item.error().text() ==
        "slice: \"lucas\" is not a slice of factorial; fix: choose train, validation, test, plain, depth_2x, depth_8x, "
        "beyond_counters");
  item = task.item("plain", 0, 25);
  REQUIRE_FALSE(item.ok());
  CHECK(item.error().text() ==
        "index: 25 is beyond factorial/plain, which has 25 items; fix: use an index from 0 to 24");
  for (const Task* each : all_tasks()) {
    CHECK_FALSE(each->item("prompt", 0, 0).ok());
    CHECK_FALSE(each->item("", 0, 0).ok());
    for (const std::string_view slice : each->info().slices) {
      if (each->size(slice) < 10'000) CHECK_FALSE(each->item(slice, 5, each->size(slice)).ok());
    }
  }
}

TEST_CASE("known values") {
  struct Known {
    const char* prompt;
    const char* answer;
    std::size_t depth;
  };
  for (const Known& known :
       {Known{"fact 0", "1", 0},
        Known{"fact 21", "51090942171709440000", 21},
        Known{"fact 12 3", "1437004800", 12},
        Known{"fact 50", "30414093201713378043612608166064768844377641568960512000000000000", 50},
        Known{"pow 3 7 5", "10935", 7},
        Known{"pow 2 0", "1", 0},
        Known{"pow 2 99", "633825300114114700748351602688", 99},
        Known{"sum 3 14 15", "32", 3},
        Known{"sum 0", "0", 1},
        Known{"gcd 48 36", "12", 7},
        Known{"gcd 0 0", "0", 1},
        Known{"gcd 7 0", "7", 1},
        Known{"gcd 0 7", "7", 2},
        Known{"fib 0", "0", 0},
        Known{"fib 90", "2880067194370816120", 90},
        Known{"fib 5 3 8", "49", 5},
        Known{"fib 90 2 1", "6440026026380244498", 90},
        Known{"fib 99 0 0", "0", 99},
        Known{"preorder (5 (3 . 1) 8)", "5 3 1 8", 3},
        Known{"inorder (5 (3 . 1) 8)", "3 1 5 8", 3},
        Known{"postorder (5 (3 . 1) 8)", "1 3 8 5", 3},
        Known{"levels (5 (3 . 1) 8)", "5 3 8 1", 3},
        Known{"height (5 (3 . 1) 8)", "3", 3},
        Known{"total (5 (3 . 1) 8)", "17", 3},
        Known{"preorder .", "", 0},
        Known{"height .", "0", 0},
        Known{"total 7", "7", 1},
        Known{"calc max(3, min(4, 15))", "4", 2},
        Known{"calc med(9, 1, sum(2, 3))", "5", 2},
        Known{"calc 7", "7", 0},
        Known{"hanoi 0", "", 0},
        Known{"hanoi 2", "ab ac bc", 2},
        Known{"hanoi 1 h c a", "ha", 1},
        Known{"ack 2 3", "9", 10},
        Known{"ack 3 3", "61", 63},
        Known{"ack 0 998", "999", 1},
        Known{"mccarthy 87", "91", 12},
        Known{"mccarthy 0", "91", 20},
        Known{"mccarthy 999", "989", 1},
        Known{"tak 7 5 3", "4", 6},
        Known{"tak 18 12 6", "7", 18},
        Known{"tak 3 3 9", "9", 1},
        Known{"even 0", "yes", 1},
        Known{"odd 0", "no", 1},
        Known{"even 17", "no", 18},
        Known{"odd 999", "yes", 1000},
        Known{"value f(7); def f(n): return 2 if n < 3 else f(n - 1) + n", "27", 6},
        Known{"calls f(7); def f(n): return n if n < 2 else f(n - 1) + f(n - 2)", "41", 41},
        Known{"order f(3); def f(n): return n if n < 2 else g(n - 1); def g(n): return f(n - 1)", "f(3) g(2) f(1)", 3},
        Known{"ends f(3); def f(n): return 1 if n == 0 else f((2 * n + 1) % 7)", "yes", 2},
        Known{"ends f(1); def f(n): return 1 if n == 0 else f((2 * n + 1) % 8)", "no", 4},
        Known{"repeats f(3); def f(n): return 1 if n == 0 else f((2 * n + 1) % 7)", "never", 2},
        Known{"repeats f(1); def f(n): return 1 if n == 0 else f((2 * n + 1) % 8)", "f(7)", 4},
        Known{"proof Claim: S(n) = 1 + 3 + ... + (2n - 1) = n^2 for all n >= 1; Base: S(1) = 1 = 1; Hypothesis: S(k) = "
              "k^2; "
              "Step: S(k + 1) = S(k) + (2k + 1); = (k + 1)^2",
              "valid", 5},
        Known{"proof Claim: S(n) = 1 + 3 + ... + (2n - 1) = n^2 for all n >= 1; Base: S(1) = 1 = 1; Hypothesis: S(k) = "
              "k^2; "
              "Step: S(k + 1) = S(k) + (2k + 1); = (k + 2)^2",
              "5", 5},
        Known{"ask Ann is the mother of Ben. Who is the mother of Ben?", "Ann", 1},
        Known{"ask The key is in the box. The box is in the hall. Which room is the key in?", "hall", 2},
        Known{"ask The car includes the wheel. Is the car part of the wheel?", "no", 0},
        Known{"ask Tom is older than Kim. Is Kim younger than Tom?", "yes", 1}}) {
    CAPTURE(known.prompt);
    const Result<Item> item = parse_prompt(known.prompt);
    REQUIRE_MESSAGE(item.ok(), item.error().text());
    CHECK(item->answer == known.answer);
    CHECK(item->depth == known.depth);
  }
}

TEST_CASE("blanks around words do not matter, and prompts have one normal form") {
  struct Form {
    const char* typed;
    const char* normal;
    const char* canonical;
  };
  for (const Form& form :
       {Form{"  fib\t5  3 8 \r\n", "fib 5 3 8", "fibonacci a=3 b=8"}, Form{"fib 5 0 1", "fib 5", "fibonacci a=0 b=1"},
        Form{"fact 5 1\n", "fact 5", "factorial c=1"}, Form{"pow 2 5 1", "pow 2 5", "power c=1"},
        Form{"sum 3  1 2", "sum 3 1 2", "list_sum 1 2 3"}, Form{"gcd 3 12", "gcd 3 12", "gcd 12 3"},
        Form{" preorder(5 (3 . .)8)", nullptr, nullptr},
        Form{"preorder (5(3 . .)8)\n", "preorder (5 3 8)", "tree (5 3 8)"},
        Form{"total\t( 5 .\n(3 . .) )\r\n", "total (5 . 3)", "tree (5 . 3)"},
        Form{"calc  max( 3,min(4 ,15) )\n", "calc max(3, min(4, 15))", "max(3, min(4, 15))"},
        Form{"hanoi 3", "hanoi 3 a b c", "hanoi 3 a b c"}, Form{" odd 7\n", "odd 7", "odd 7"},
        Form{"proof\n1. Claim: 2^n > n  for all n >= 1", nullptr, nullptr},
        Form{"proof\n 1. Claim: 2^n > n for all n >= 1\n2. Base: 2^1 = 2 > 1\n3. Hypothesis: 2^k = k + g with g > 0;"
             "Step: 2^(k + 1) = 2*2^k;= 2k + 2g\nBound: k - 1 >= 1 - 1 = 0 for k >= 1\nConclusion: 2^(k + 1) > k + 1\n",
             "proof Claim: 2^n > n for all n >= 1; Base: 2^1 = 2 > 1; Hypothesis: 2^k = k + g with g > 0; "
             "Step: 2^(k + 1) = 2*2^k; = 2k + 2g; Bound: k - 1 >= 1 - 1 = 0 for k >= 1; Conclusion: 2^(k + 1) > k + 1",
             "induction 2^n > n for all n >= 1"},
        Form{"ask\tThe key  is in\nthe box. Which room is the key in? ",
             "ask The key is in the box. Which room is the key in?",
             "multi_step_qa form 1 relations graph 6914906939863119213"}}) {
    if (form.normal == nullptr) {
      CHECK_FALSE(parse_prompt(form.typed).ok());
      continue;
    }
    CAPTURE(form.typed);
    const Result<Item> item = parse_prompt(form.typed);
    REQUIRE_MESSAGE(item.ok(), item.error().text());
    CHECK(item->prompt == form.normal);
    CHECK(item->id == form.normal);
    CHECK(item->canonical == form.canonical);
    CHECK(item->slice == "prompt");
  }
}

TEST_CASE("a task knows its own items only") {
  for (const Task* task : all_tasks()) {
    CAPTURE(task->name());
    Item item = test::made(*task, "test", 0, 1);
    CHECK_FALSE(task->encode(item).prompt.empty());
    for (const Task* other : all_tasks()) {
      if (other == task) continue;
      CAPTURE(other->name());
      CHECK(other->encode(item).prompt.empty());
      CHECK(other->encode(item).streams.empty());
      CHECK_FALSE(other->verify(item, item.answer));
      CHECK_FALSE(other->parse(item.prompt).ok());
    }
    item.prompt += " x";
    CHECK(task->encode(item).prompt.empty());
    CHECK_FALSE(task->verify(item, item.answer));
  }
}

TEST_CASE("values of another form are no answers") {
  const auto error = [](const char* prompt, const Tokens& value) {
    const Result<Item> item = parse_prompt(prompt);
    REQUIRE(item.ok());
    const Result<std::string> answer = find_task(item->task)->decode(*item, value);
    REQUIRE_FALSE(answer.ok());
    return answer.error().text();
  };
  const std::string digits = "; fix: give digits, least significant first, without leading zeros";
  CHECK(error("fact 5", {}) == "number: is empty" + digits);
  CHECK(error("sum 5", {1, 0}) == "number: \"01\" has a leading zero" + digits);
  CHECK(error("height 5", {token::yes}) == "number: token 69 (YES) at position 0 is not a digit" + digits);
  CHECK(error("total 5", {1, token::end}) == "number: token 15 (END) at position 1 is not a digit" + digits);
  CHECK(error("preorder 5", {5, token::empty}) == "answer: \"5 .\" holds more than labels");
  CHECK(error("even 4", {1}) == "answer: \"1\" is neither YES nor NO; fix: give one");
  CHECK(error("odd 4", {token::yes, token::no}) == "answer: \"YES NO\" is neither YES nor NO; fix: give one");
  const char* story = "ask Ann is the mother of Ben. Who is the mother of Ben?";
  CHECK(error(story, {2}) == "answer: \"2\" is no name of the story; fix: give a number below 2");
  CHECK(error(story, {token::empty}) == "number: token 32 (.) at position 0 is not a digit" + digits);
  CHECK(error("ask Tom is older than Kim. Is Kim younger than Tom?", {0}) ==
        "answer: \"0\" is neither YES nor NO; fix: give one");
  CHECK(error("hanoi 2", {token::first_peg}) == "answer: \"a\" is no list of moves");
  CHECK(error("hanoi 2", {token::first_peg, 3}) == "answer: \"a 3\" is no list of moves");
  CHECK(*decode_number(Tokens{0}) == "0");
  CHECK(*decode_number(Tokens{0, 2, 1}) == "120");
  CHECK(decode_number(Tokens{-7}).error().text() == "number: token -7 (?) at position 0 is not a digit" + digits);
  CHECK(decode_number(Tokens{0, 0}).error().text() == "number: \"00\" has a leading zero" + digits);
}

}  // namespace test_task
