#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tasks/registry.h"
#include "tasks/task/task.h"

namespace test_bad_prompts {

using namespace trm;
using namespace trm::tasks;

namespace {

struct Case {
  std::string prompt;
  std::string error;  ///< behind the prompt
};

void check_errors(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    CAPTURE(c.prompt);
    const Result<Item> item = parse_prompt(c.prompt);
    REQUIRE_FALSE(item.ok());
    CHECK(item.error().text() == "prompt \"" + c.prompt + "\": " + c.error);
    CHECK(item.error().code == ErrorCode::bad_input);
  }
}

std::string repeated(const std::string& part, int times) {
  std::string out;
  for (; times > 0; --times) out += part;
  return out;
}

}  // namespace

TEST_CASE("a byte order mark is no part of a prompt") {
  const Result<Item> item = parse_prompt(
      "\xEF\xBB\xBF"
      "fact 12 3");
  REQUIRE(item.ok());
  CHECK(item->prompt == "fact 12 3");
  CHECK_FALSE(parse_prompt("fact \xEF\xBB\xBF"
                           "12")
                  .ok());
}

TEST_CASE("bad prompts of any task") {
  const std::string known =
      " is not a known function; fix: start with one of fact, pow, sum, gcd, fib, preorder, inorder, postorder, "
      "levels, "
      "height, total, calc, hanoi, ack, mccarthy, tak, even, odd, value, calls, order, ends, repeats, proof, ask";
  check_errors({
      {"", "is empty; fix: write a question such as \"fact 12\" or \"fib 30\""},
      {"  ", "is empty; fix: write a question such as \"fact 12\" or \"fib 30\""},
      {"factorial 3", "first word: \"factorial\"" + known},
      {"FACT 3", "first word: \"FACT\"" + known},
      {"12", "first word: \"12\"" + known},
      {"max(3, 4)", "first word: \"max(3,\"" + known},
  });
  const auto error = [](const std::string& prompt) {
    const Result<Item> item = parse_prompt(prompt);
    REQUIRE_FALSE(item.ok());
    return item.error().text();
  };
  CHECK(error("fact 3 \xff") == "prompt \"fact 3 \\xff\": is not valid UTF-8; fix: write plain ASCII");
  CHECK(error("total \xed\xa0\x80") == "prompt \"total \\xed\\xa0\\x80\": is not valid UTF-8; fix: write plain ASCII");
  CHECK(error("fact \xd9\xa3") ==
        "prompt \"fact \xd9\xa3\": N: \"\xd9\xa3\" is not a natural number; fix: write decimal digits only, as in "
        "\"fact 12 3\"");
  CHECK(error("total \xd9\xa3") ==
        "prompt \"total \xd9\xa3\": tree: \"\\xd9\" at byte 7 is no tree; fix: write a digit, a dot or a tree in "
        "parentheses, as in \"preorder (5 (3 . 1) 8)\"");
  CHECK(error(std::string("fact 3\0", 7)) ==
        "prompt \"fact 3\\x00\": N: \"3\\x00\" is not a natural number; fix: write decimal digits only, as in "
        "\"fact 12 3\"");
  CHECK(error("fact " + std::string(5000, '1')) ==
        "prompt \"fact 1111111111111111111111111111111111111111111111111111111...\": has 5005 bytes; fix: write at "
        "most 4096");
}

TEST_CASE("bad prompts of numbers") {
  const auto out_of = [](const char* word, const char* low, const char* high, const char* example) {
    return std::string("\"") + word + "\" is out of range; fix: write a number from " + low + " to " + high +
           ", as in \"" + example + "\"";
  };
  const auto untrained = [](const char* word, const char* low, const char* high, const std::string& example) {
    const std::string limits = std::string(low) + " to " + high;
    return std::string("\"") + word + "\" is out of range: frames are trained on " + limits +
           "; fix: write a number from " + limits + (example.empty() ? "" : ", as in \"" + example + "\"");
  };
  const auto missing = [](const char* low, const char* high, const char* example) {
    return std::string("is missing; fix: write a number from ") + low + " to " + high + ", as in \"" + example + "\"";
  };
  const auto no_number = [](const char* word, const char* example) {
    return std::string("\"") + word + "\" is not a natural number; fix: write decimal digits only, as in \"" + example +
           "\"";
  };
  const auto too_much = [](const char* word, const char* numbers, const char* example) {
    return std::string("\"") + word + "\" is too much; fix: write no more than " + numbers + " numbers, as in \"" +
           example + "\"";
  };
  check_errors({
      {"fact", "N: " + missing("0", "99", "fact 12 3")},
      {"fact x", "N: " + no_number("x", "fact 12 3")},
      {"fact -1", "N: \"-1\" is below 0; fix: write a number from 0 to 99, as in \"fact 12 3\""},
      {"gcd 4 -12", "B: \"-12\" is below 0; fix: write a number from 0 to 999, as in \"gcd 48 36\""},
      {"fact --1", "N: " + no_number("--1", "fact 12 3")},
      {"fact 1.5", "N: " + no_number("1.5", "fact 12 3")},
      {"fact 007", "N: \"007\" has leading zeros; fix: write the number without them, as in \"fact 12 3\""},
      {"fact 100", "N: " + untrained("100", "0", "99", "")},
      {"fact 3 0", "C: " + out_of("0", "1", "999999999999", "fact 12 3")},
      {"fact 3 1000000000000", "C: " + out_of("1000000000000", "1", "999999999999", "fact 12 3")},
      {"fact 3 99999999999999999999", "C: " + out_of("99999999999999999999", "1", "999999999999", "fact 12 3")},
      {"fact 3 4 5", "word 4: " + too_much("5", "2", "fact 12 3")},
      {"pow", "B: " + missing("1", "9", "pow 3 7 5")},
      {"pow 3", "N: " + missing("0", "99", "pow 3 7 5")},
      {"pow 10 3", "B: " + untrained("10", "1", "9", "pow 3 7 5")},
      {"pow 0 3", "B: " + untrained("0", "1", "9", "pow 3 7 5")},
      {"pow 3 7 5 1", "word 5: " + too_much("1", "3", "pow 3 7 5")},
      {"sum", "list: " + missing("0", "99", "sum 3 14 15")},
      {"sum 3 100", "list: " + untrained("100", "0", "99", "sum 3 14 15")},
      {"sum 3 , 4", "list: " + no_number(",", "sum 3 14 15")},
      {"gcd 3", "B: " + missing("0", "999", "gcd 48 36")},
      {"gcd 3 1000", "B: " + untrained("1000", "0", "999", "gcd 48 36")},
      {"gcd 3 4 5", "word 4: " + too_much("5", "2", "gcd 48 36")},
      {"fib", "N: " + missing("0", "199", "fib 12 3 8")},
      {"fib 200", "N: " + untrained("200", "0", "199", "")},
      {"fib 3 4", "B: is missing; fix: write all start values or none, as in \"fib 12 3 8\""},
      {"fib 3 a 4", "A: " + no_number("a", "fib 12 3 8")},
      {"fib 3 4 5 please", "word 5: " + too_much("please", "3", "fib 12 3 8")},
      {"ack 2", "N: " + missing("0", "998", "ack 2 3")},
      {"ack 4 0", "M: " + untrained("4", "0", "3", "ack 2 3")},
      {"ack 0 999", "N: " + out_of("999", "0", "998", "ack 2 3")},
      {"ack 1 998",
       "N: makes a value above 999, the largest that frames are trained on; fix: write at most 997 for M = 1"},
      {"ack 2 499",
       "N: makes a value above 999, the largest that frames are trained on; fix: write at most 498 for M = 2"},
      {"ack 3 7", "N: makes a value above 999, the largest that frames are trained on; fix: write at most 6 for M = 3"},
      {"mccarthy", "N: " + missing("0", "999", "mccarthy 87")},
      {"mccarthy 1000", "N: " + untrained("1000", "0", "999", "mccarthy 87")},
      {"tak 1 2", "Z: " + missing("1", "99", "tak 7 5 3")},
      {"tak 1 0 2", "Y: " + untrained("0", "1", "99", "tak 7 5 3")},
      {"tak 1 2 0", "Z: " + untrained("0", "1", "99", "tak 7 5 3")},
      {"tak 100 1 2", "X: " + untrained("100", "0", "99", "tak 7 5 3")},
      {"tak 99 50 1", "X: makes more than a million calls; fix: write smaller numbers, as in \"tak 7 5 3\""},
      {"even", "N: " + missing("0", "999", "even 17")},
      {"odd", "N: " + missing("0", "999", "odd 17")},
      {"odd 1000", "N: " + untrained("1000", "0", "999", "")},
      {"even 1 2", "word 3: " + too_much("2", "1", "even 17")},
      {"hanoi", "N: " + missing("0", "12", "hanoi 3 a b c")},
      {"hanoi x a b c", "N: " + no_number("x", "hanoi 3 a b c")},
      {"hanoi 13 a b c", "N: " + untrained("13", "0", "12", "hanoi 3 a b c")},
      {"hanoi 3 a b", "pegs: are not three; fix: write three pegs or none, as in \"hanoi 3 a b c\""},
      {"hanoi 3 a b c d", "pegs: are not three; fix: write three pegs or none, as in \"hanoi 3 a b c\""},
      {"hanoi 3 a b i", "pegs: \"i\" is no peg; fix: write letters from a to h, as in \"hanoi 3 a b c\""},
      {"hanoi 3 ab b c", "pegs: \"ab\" is no peg; fix: write letters from a to h, as in \"hanoi 3 a b c\""},
      {"hanoi 3 a b a", "pegs: \"a\" is there twice; fix: write three pegs, as in \"hanoi 3 a b c\""},
  });
  CHECK(parse_prompt("sum" + repeated(" 99", 100))->answer == "9900");
  CHECK(parse_prompt("sum" + repeated(" 99", 101)).error().field == "word 102");
}

TEST_CASE("bad prompts of trees and expressions") {
  const std::string tree = ", as in \"preorder (5 (3 . 1) 8)\"", calc = ", as in \"calc max(3, min(4, 15))\"";
  const std::string lacking = "fix: write a label and two subtrees" + tree, all = "fix: write all of it" + calc;
  check_errors({
      {"preorder", "tree: is missing; " + lacking},
      {"preorder  ", "tree: is missing; " + lacking},
      {"levels (", "tree: ends early; " + lacking},
      {"levels (5 3", "tree: ends early; " + lacking},
      {"levels (5 3 .", "tree: ends early; " + lacking},
      {"height x", "tree: \"x\" at byte 8 is no tree; fix: write a digit, a dot or a tree in parentheses" + tree},
      {"height (5 3)", "tree: \")\" at byte 12 is no tree; fix: write a digit, a dot or a tree in parentheses" + tree},
      {"height (. 3 4)", "tree: \".\" at byte 9 is no label; fix: write a digit behind (" + tree},
      {"total (5 3 4 6)", "tree: \"6\" at byte 14 stands where ) is due; fix: give a label and two subtrees" + tree},
      {"total 12", "tree: \"2\" at byte 8 makes a label of two digits; fix: use one digit" + tree},
      {"total 1 2", "tree: \"2\" at byte 9 stands behind the tree; fix: write one tree" + tree},
      {"inorder (5 3 4))", "tree: \")\" at byte 16 stands behind the tree; fix: write one tree" + tree},
      {"calc", "expression: is missing; " + all},
      {"calc max", "expression: ends early; " + all},
      {"calc max(3,", "expression: ends early; " + all},
      {"calc max(3, 4", "expression: ends early; " + all},
      {"calc mean(3)",
       "expression: \"m\" at byte 6 is no expression; fix: write a number, max, min, sum or med" + calc},
      {"calc max()", "expression: \")\" at byte 10 is no expression; fix: write a number, max, min, sum or med" + calc},
      {"calc max(-1)",
       "expression: \"-\" at byte 10 is no expression; fix: write a number, max, min, sum or med" + calc},
      {"calc 100", "expression: \"1\" at byte 6 begins no number from 0 to 99; fix: write one" + calc},
      {"calc max(07)", "expression: \"0\" at byte 10 begins no number from 0 to 99; fix: write one" + calc},
      {"calc maxi(7)", "expression: \"i\" at byte 9 stands where ( is due; fix: write a list in parentheses" + calc},
      {"calc max(7 8)", "expression: \"8\" at byte 12 stands where , is due; fix: write a list in parentheses" + calc},
      {"calc 7 8", "expression: \"8\" at byte 8 stands behind the expression; fix: write one expression" + calc},
      {"calc med(1, 2)", "expression: \")\" at byte 14 closes a median of 2; fix: give three values" + calc},
      {"calc med(1, 2, 3, 4)", "expression: \")\" at byte 20 closes a median of 4; fix: give three values" + calc},
  });
  // 255 nodes and 500 parts are the most.
  CHECK(parse_prompt("total " + repeated("(1 ", 254) + "1" + repeated(" .)", 254))->answer == "255");
  CHECK(parse_prompt("total " + repeated("(1 ", 255) + "1" + repeated(" .)", 255)).error().message ==
        "has more than 255 nodes");
  CHECK(parse_prompt("total " + repeated("(1 ", 1000)).error().message == "has more than 255 nodes");
  CHECK(parse_prompt("calc " + repeated("max(", 499) + "7" + repeated(")", 499))->answer == "7");
  CHECK(parse_prompt("calc " + repeated("max(", 500) + "7" + repeated(")", 500)).error().message ==
        "has more than 500 parts");
  CHECK(parse_prompt("calc sum(99" + repeated(",99", 100) + ")")->answer == "9999");
  const Result<Item> large = parse_prompt("calc sum(99" + repeated(",99", 100) + ",1)");
  REQUIRE_FALSE(large.ok());
  CHECK(large.error().message == "\")\" at byte 314 makes a value above 9999");
}

TEST_CASE("a task refuses another one's prompt") {
  const auto error = [](const char* task, const char* prompt) {
    const Result<Item> item = find_task(task)->parse(prompt);
    REQUIRE_FALSE(item.ok());
    return item.error().text();
  };
  CHECK(error("factorial", "fib 3") ==
        "prompt \"fib 3\": first word: \"fib\" is another function; fix: start with \"fact\", as in \"fact 12 3\"");
  CHECK(error("tree_traversal", "fib 3") ==
        "prompt \"fib 3\": first word: \"fib\" is another function; fix: start with preorder, inorder, postorder, "
        "levels, height or total");
  CHECK(error("nested_expression", "fib 3") ==
        "prompt \"fib 3\": first word: \"fib\" is another function; fix: start with \"calc\", as in \"calc max(3, "
        "min(4, 15))\"");
  CHECK(error("mutual", "fib 3") ==
        "prompt \"fib 3\": first word: \"fib\" is another function; fix: start with \"even\", as in \"even 17\"");
}

TEST_CASE("bad proofs") {
  const std::string kept =
      "; fix: write it as in tasks/README.md, with coefficients below 10000, and powers and divisors below 100";
  const std::string claim = "proof Claim: 2^n > n for all n >= 1";
  check_errors({
      {"proof", "proof: is empty; fix: write its lines, with ; between them"},
      {"proof  ; ;", "proof: is empty; fix: write its lines, with ; between them"},
      {"proof 1. Claim; 3. Base", "proof: line 2 is numbered 3; fix: number lines from 1, or not at all"},
      {"proof Theorem: 1 = 1", "line 1: \"Theorem: 1 = 1\" is no line of a proof that frames can calculate" + kept},
      {claim, "proof: ends before the step is done; fix: write all of it"},
      {claim + "; Step: 2 = 2", "line 2: \"Step: 2 = 2\" is no line of a proof that frames can calculate" + kept},
      {claim + "; Base: 2 > S(k", "line 2: \"Base: 2 > S(k\" is no line of a proof that frames can calculate" + kept},
      {claim + "; Base: 2 > 1/(1 + 1)", "line 2: \"Base: 2 > 1/(1 + 1)\" divides by more than a number" + kept},
      {"proof Claim: 2^n > 3n for all n >= 70",
       "line 1: \"Claim: 2^n > 3n for all n >= 70\" starts where a side is above 10^18" + kept},
  });
}

TEST_CASE("bad prompts of stories") {
  const std::string kind = "question: is of no known kind; fix: ask as in \"Which room is the key in?\"";
  const std::string no_fact = " is no fact; fix: write as in \"The key is in the box.\"";
  check_errors({
      {"ask", "story: \"\" is no question; fix: end with one, as in \"Which room is the key in?\""},
      {"ask Ann is the mother of Ben.",
       "story: \"Ann is the mother of Ben.\" is no question; fix: end with one, as in \"Which room is the key in?\""},
      {"ask Ann knows Ben. Who is the mother of Ben?", "story: \"Ann knows Ben\"" + no_fact},
      {"ask Ann is taller than Ben. Who?", kind},
      {"ask Which room is the key in?",
       "question: asks about what no fact mentions; fix: ask about a name of the story"},
      {"ask A is older than B. Is A older than C?",
       "question: asks about what no fact mentions; fix: ask about a name of the story"},
      {"ask A is older than B. Is A wiser than B?",
       "question: asks for an order that is not known; fix: ask who is older"},
      {"ask A is older than B. Is A taller than B?",
       "question: has no answer; fix: compare people whom the facts compare"},
      {"ask Ann is the mother of Ben. Who is the father of Ben?",
       "question: has 0 answers; fix: change the facts so that it has one"},
  });
  const auto error = [](const std::string& prompt) {
    const Result<Item> item = parse_prompt("ask " + prompt);
    REQUIRE_FALSE(item.ok());
    return item.error();
  };
  CHECK(error("The box is in the bag. The bag is in the box. Which room is the box in?").message ==
        "has no answer: facts about \"box\" go in a circle");
  CHECK(error("A is older than B. B is older than C. A is younger than C. Is A older than C?").field == "question");
  CHECK(error("A is the mother of B. Who is the " + repeated("great-", 9) + "grandmother of B?").message ==
        "goes up more than 10 steps");
  CHECK(error("A is the mother of B. Who is" + repeated(" the mother of", 11) + " B?").message ==
        "goes up more than 10 steps");
  CHECK(error("A is the mother of B. Who is the great-mother of B?").message ==
        "asks for a relation that is not known");
  CHECK(error(repeated("A is older than B. ", 200) + "Is A older than B? " + repeated("x", 300)).message ==
        "has 4123 bytes");
}

}  // namespace test_bad_prompts
