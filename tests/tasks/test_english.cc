#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "tasks/registry.h"
#include "tasks/task/english.h"
#include "tasks/task/task.h"
#include "tests/support/sweep.h"
#include "tests/tasks/made_item.h"

namespace test_english {

using namespace trm;
using namespace trm::tasks;
using trm::test::made;

TEST_CASE("english: every item's text has a definition, a question and the answer's form, and names no prompt") {
  for (const Task* task : all_tasks()) {
    for (const std::string_view slice : task->info().slices) {
      std::set<std::string> texts, prompts;
      for (std::uint64_t i = 0; i < std::min<std::size_t>(task->size(slice), test::swept(20)); ++i) {
        const Item item = made(*task, slice, 0, i);
        CAPTURE(item.id);
        const English english = task->english(item);
        CAPTURE(english.text);
        // The last two lines are the question and the form; a definition may be a program of several.
        const std::size_t form = english.text.rfind('\n'), question = english.text.rfind('\n', form - 1);
        REQUIRE(question != std::string::npos);
        CHECK(question > 20);
        CHECK(english.text.find('?', question) < form);
        CHECK(english.text.substr(form + 1).starts_with("Answer "));
        // The right answer, in whatever a model says before it, is the final one.
        CHECK(task->verify(item, final_answer("Step 1 gives no 7, so: ab.\n\n" + item.answer, english.form)));
        texts.insert(english.text);
        prompts.insert(item.prompt);
      }
      // All that a prompt says is in the text.
      CHECK(texts.size() == prompts.size());
    }
  }
}

TEST_CASE("english: a few in full") {
  const auto text = [](const char* prompt) {
    const Result<Item> item = parse_prompt(prompt);
    REQUIRE(item.ok());
    return find_task(item->task)->english(*item).text;
  };
  CHECK(text("fact 12 3") ==
        "A function of whole numbers is defined by f(0) = 3, and f(k) = k * f(k - 1) for k > 0.\n"
        "What is f(12)?\n"
        "Answer with the number only.");
  CHECK(text("odd 17").ends_with("What is odd(17)?\nAnswer with yes or no only."));
  CHECK(text("levels (5 (3 . 1) 8)")
            .ends_with("What are the levels of the tree (5 (3 . 1) 8)?\n"
                       "Answer with the labels only, with blanks between them."));
  CHECK(text("height (5 (3 . 1) 8)")
            .ends_with("What is the height of the tree (5 (3 . 1) 8)?\n"
                       "Answer with the number only."));
  CHECK(text("hanoi 3 d a c").find("What are the moves M(3, d, a, c)?\n") != std::string::npos);
  CHECK(text("sum 3 14").find("What is s of the list [3, 14]?\n") != std::string::npos);
  Item other = *parse_prompt("fact 5");
  CHECK(find_task("tak")->english(other).text.empty());
}

TEST_CASE("final answers: what replies say at their end") {
  struct Reply {
    AnswerForm form;
    const char *text, *answer;
  };
  const Reply replies[] = {
      {AnswerForm::number, "120", "120"},
      {AnswerForm::number, "f(5) = 5 * 24 = **120**.", "120"},
      {AnswerForm::number, "The answer is \\boxed{3,628,800}", "3628800"},
      {AnswerForm::number, "between 3 and 4, so 7", "7"},
      {AnswerForm::number, "the list 1,2,3", "3"},
      {AnswerForm::number, "1,2345", "2345"},
      {AnswerForm::number, "it is -5", "-5"},
      {AnswerForm::number, "-5", "-5"},
      {AnswerForm::number, "12-5", "5"},
      {AnswerForm::number, "x-5", "5"},
      {AnswerForm::number, "2.5", "2.5"},
      {AnswerForm::number, "It is 25.", "25"},
      {AnswerForm::number, "0012", "0012"},
      {AnswerForm::number, "I cannot tell", ""},
      {AnswerForm::number, "", ""},
      {AnswerForm::yes_no, "Yes.", "yes"},
      {AnswerForm::yes_no, "odd(17): NO, wait: YES", "yes"},
      {AnswerForm::yes_no, "nothing is known, yesterday", ""},
      {AnswerForm::labels, "5 3 1 8", "5 3 1 8"},
      {AnswerForm::labels, "The tree has 4 nodes.\nPreorder: 5, 3, 1, 8.", "5 3 1 8"},
      {AnswerForm::labels, "[5,3;1]", "5 3 1"},
      {AnswerForm::labels, "5 -> 3 \u2192 1", "5 3 1"},
      {AnswerForm::labels, "1 2\n3 4", "3 4"},
      {AnswerForm::labels, "12", "12"},
      {AnswerForm::labels, "none", ""},
      {AnswerForm::moves, "ab ac bc", "ab ac bc"},
      {AnswerForm::moves, "The moves are:\nAB, AC,\nBC.", "ab ac bc"},
      {AnswerForm::moves,
       "a->b, a\u2192"
       "c",
       "ab ac"},
      {AnswerForm::moves, "ab ac then abc", "ab ac"},
      {AnswerForm::moves, "xy", ""},
      {AnswerForm::line, "Thinking...\nAnswer: **Anna**.\n\n", "Anna"},
      {AnswerForm::line, "  \"the kitchen\" ", "the kitchen"},
      {AnswerForm::line, "the kitchen", "the kitchen"},
      {AnswerForm::line, " \n.\n", ""},
  };
  for (const Reply& reply : replies) {
    CAPTURE(reply.text);
    CHECK(final_answer(reply.text, reply.form) == reply.answer);
  }
}

TEST_CASE("final answers: long and strange texts") {
  const std::string digits(100'000, '7'), commas(100'000, ','), nines = "9" + std::string(50'000, ' ') + "9";
  CHECK(final_answer(digits, AnswerForm::number) == digits);
  CHECK(final_answer(digits, AnswerForm::labels) == digits);
  for (const AnswerForm form : {AnswerForm::number, AnswerForm::yes_no, AnswerForm::labels, AnswerForm::moves})
    CHECK(final_answer(commas + "\xff\xfe", form).empty());
  CHECK(final_answer(nines, AnswerForm::labels) == "9 9");
}

}  // namespace test_english
