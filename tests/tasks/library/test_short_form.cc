// Short prompts as programs: what CPython says of the program is an answer of the task.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "tasks/library/programs.h"
#include "tasks/library/short_form.h"
#include "tasks/python/cpython.h"
#include "tasks/python/program.h"
#include "tasks/registry.h"
#include "tests/support/sweep.h"
#include "tests/tasks/library/in_cpython.h"

using namespace trm;
using namespace trm::tasks;
using library::in_words;
using library::read_short_form;
using python::Value;

namespace test_short_form {
namespace {

constexpr std::size_t kMostCalls = 1'000'000;

struct Case {
  std::string prompt, answer;
};

/// Nothing: there is no CPython.
std::optional<std::vector<python::PythonAnswer>> answers_of(const std::vector<std::string>& prompts) {
  std::vector<python::PythonQuestion> questions;
  questions.reserve(prompts.size());
  for (const std::string& prompt : prompts) {
    CAPTURE(prompt);
    const Result<library::ShortForm> form = read_short_form(prompt, "prompt");
    REQUIRE_MESSAGE(form.ok(), form.error().text());
    Result<python::Program> program = python::read_program(form->source, "prompt");
    REQUIRE_MESSAGE(program.ok(), program.error().text());
    REQUIRE(python::add_question(*program, form->call).ok());
    questions.push_back({form->source, form->call});
  }
  return test::in_cpython(questions, kMostCalls);
}

std::string words_of(const python::PythonAnswer& answer) {
  if (answer.outcome != python::PythonAnswer::Outcome::returned) return answer.text;
  const Result<Value> value = python::parse_repr(answer.text);
  REQUIRE(value.ok());
  return in_words(*value);
}

void check(const std::vector<Case>& cases) {
  std::vector<std::string> prompts;
  prompts.reserve(cases.size());
  for (const Case& each : cases) prompts.push_back(each.prompt);
  const auto answers = answers_of(prompts);
  if (!answers) return;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    CAPTURE(cases[i].prompt);
    CHECK(words_of((*answers)[i]) == cases[i].answer);
  }
}

TEST_CASE("items of every task whose prompts are short forms are answered by its program") {
  const std::size_t each = test::swept(20);
  std::vector<std::string> prompts;
  std::vector<Item> items;
  for (const Task* task : all_tasks()) {
    if (!library::is_short_form(task->info().words[0])) continue;
    for (const std::string_view slice : task->info().slices) {
      const std::size_t count = std::min(each, task->size(slice));
      for (std::size_t i = 0; i < count; ++i) {
        const Result<Item> item = task->item(slice, 7, i);
        REQUIRE(item.ok());
        prompts.push_back(item->prompt);
        items.push_back(*item);
      }
    }
  }
  REQUIRE(items.size() >= 24);
  const auto answers = answers_of(prompts);
  if (!answers) return;
  for (std::size_t i = 0; i < items.size(); ++i) {
    CAPTURE(items[i].prompt);
    CHECK(find_task(items[i].task)->verify(items[i], words_of((*answers)[i])));
  }
}

TEST_CASE("numbers of any size and sign, trees with any labels, expressions of Python") {
  check({
      {"fact 25", "15511210043330985984000000"},
      {"fact 0", "1"},
      {"fact 3 -2", "-12"},
      {"fact -1", "ValueError"},
      {"pow 2 100", "1267650600228229401496703205376"},
      {"pow -3 3 2", "-54"},
      {"pow 2 -1", "ValueError"},
      {"sum 1 2 -4", "-1"},
      {"sum 7", "7"},
      {"gcd 1071 462", "21"},
      {"gcd -12 18", "6"},
      {"gcd 0 0", "0"},
      {"gcd 98765432109876543210 12345678901234567890", "900000000090"},
      {"fib 90", "2880067194370816120"},
      {"fib 10 2 1", "123"},
      {"fib 1 -5 7", "7"},
      {"inorder (50 (-3 . 12) 8)", "-3 12 50 8"},
      {"levels (1 (2 (4 . .) .) (3 . 5))", "1 2 3 4 5"},
      {"height (1 (2 (4 . .) .) (3 . 5))", "3"},
      {"total (1 (2 (4 . .) .) (3 . 5))", "15"},
      {"preorder .", ""},
      {"calc 2 * (3 + 4)", "14"},
      {"calc max(3, 4) + 2", "6"},
      {"calc max(3, min(4, 15), med(3, 9, 5)) - 7", "-2"},
      {"calc sum(1, 2, sum([3, 4]), 5)", "15"},
      {"calc med(7, 1, 9, 3)", "3"},
      {"calc max( [4, 9] )", "9"},
      {"calc fact(4) + gcd(12, 18) * fib(7)", "102"},
      {"calc len('max(1, 2') + 1", "9"},
      {"calc 1 < 2 < 3", "yes"},
      {"calc 1 // 0", "ZeroDivisionError"},
      {"hanoi 2", "ab ac bc"},
      {"hanoi 1 x y z", "xz"},
      {"hanoi 0", ""},
      {"ack 2 3", "9"},
      {"mccarthy -20", "91"},
      {"tak 8 4 2", "3"},
      {"even 8", "yes"},
      {"even -7", "no"},
      {"odd 1001", "yes"},
  });
}

TEST_CASE("bad short forms name the part that is wrong, and an example") {
  struct Bad {
    const char *prompt, *field, *part, *fix;
  };
  constexpr std::array kBad = {
      Bad{"", "", "is empty", "begin with one of fact"},
      Bad{"nix 3", "", "begins with \"nix\"", "begin with one of fact"},
      Bad{"fact", "N", "is missing", "fact 12 3"},
      Bad{"fact x", "N", "\"x\" is no whole number", "fact 12 3"},
      Bad{"fact 1.5", "N", "\"1.5\" is no whole number", "fact 12 3"},
      Bad{"fact 007", "N", "leading zeros", "fact 12 3"},
      Bad{"fact 1 2 3", "word 4", "\"3\" is too much", "no more than 2 numbers"},
      Bad{"fib 10 2", "B", "is missing", "all start values or none"},
      Bad{"gcd 4", "B", "is missing", "gcd 1071 462"},
      Bad{"sum", "list", "has no number", "sum 3 14 -15"},
      Bad{"sum 1 two", "list", "\"two\"", "decimal digits"},
      Bad{"hanoi 2 a b", "pegs", "are not three", "hanoi 3 a b c"},
      Bad{"hanoi 2 a b a", "pegs", "\"a\" is there twice", "hanoi 3 a b c"},
      Bad{"hanoi 2 a b cc", "pegs", "\"cc\" is no letter", "hanoi 3 a b c"},
      Bad{"inorder", "tree", "is missing", "inorder (5 (3 . 1) 8)"},
      Bad{"inorder (5 (3 . 1", "tree", "ends early", "two subtrees"},
      Bad{"inorder (5 3)", "tree", "\")\" at byte 13 is no label", "label each node"},
      Bad{"inorder (5 3 4 6)", "tree", "\"6\" at byte 16 stands where ) is due", "two subtrees"},
      Bad{"inorder 5 6", "tree", "\"6\" at byte 11 stands behind the tree", "one tree"},
      Bad{"inorder 5a", "tree", "\"a\" at byte 10 is no label", "label each node"},
      Bad{"calc  ", "expression", "is missing", "calc 2 * max(3, min(4, 15))"},
      Bad{"fact \xff", "", "is not valid UTF-8", "ASCII"},
  };
  for (const Bad& bad : kBad) {
    CAPTURE(bad.prompt);
    const Result<library::ShortForm> form = read_short_form(bad.prompt, "here");
    REQUIRE_FALSE(form.ok());
    CHECK(form.error().code == ErrorCode::bad_input);
    CHECK(form.error().file == "here");
    CHECK(form.error().field == bad.field);
    CHECK(form.error().message.find(bad.part) != std::string::npos);
    CHECK(form.error().fix.find(bad.fix) != std::string::npos);
  }
  CHECK_FALSE(read_short_form("fact " + std::string(4301, '9'), "here").ok());
  CHECK_FALSE(read_short_form("sum " + std::string(200'000, '1'), "here").ok());
  std::string deep = "inorder ";
  for (int i = 0; i < 30'000; ++i) deep += "(1 ";
  const Result<library::ShortForm> form = read_short_form(deep, "here");
  REQUIRE_FALSE(form.ok());
  CHECK(form.error().message == "has more than 95 levels");
}

TEST_CASE("every word has a program, and every program is the file in the tree") {
  CHECK(library::short_form_words().starts_with("fact, pow, sum"));
  for (const char* name :
       {"ack", "calc", "even", "fact", "fib", "gcd", "hanoi", "mccarthy", "pow", "sum", "tak", "tree"}) {
    CAPTURE(name);
    const Result<python::Program> program = python::read_program(library::program(name), name);
    REQUIRE_MESSAGE(program.ok(), program.error().text());
    CHECK(program->functions.size() >= 1);
  }
  CHECK(library::program("nix").empty());
}

TEST_CASE("values in words") {
  CHECK(in_words(Value::boolean(true)) == "yes");
  CHECK(in_words(Value::boolean(false)) == "no");
  CHECK(in_words(Value::integer("-12")) == "-12");
  CHECK(in_words(Value::string("hall")) == "hall");
  CHECK(in_words(Value::list({})).empty());
  CHECK(in_words(Value::list({Value::integer("1"), Value::string("a"), Value::list({Value::integer("2")})})) ==
        "1 a [2]");
  CHECK(in_words(Value()) == "None");
}

}  // namespace
}  // namespace test_short_form
