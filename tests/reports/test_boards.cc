#include <doctest/doctest.h>

#include <string>

#include "reports/boards.h"
#include "reports/html.h"
#include "tests/reports/example.h"

namespace test_boards {

using namespace trm::reports;

namespace {

bool contains(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

std::size_t count(const std::string& text, const std::string& piece) {
  std::size_t out = 0;
  for (std::size_t at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1)) ++out;
  return out;
}

/// The panel of one step, or of the question (0).
std::string panel(const StepThrough& steps, std::size_t number) {
  const std::string html = board_figure(steps, "b");
  const std::size_t begin = html.find("id=\"b-step-" + std::to_string(number) + "\"");
  REQUIRE(begin != std::string::npos);
  return html.substr(begin, html.find("</div></div>", begin) - begin);
}

/// A board of one row without givens, so that every mark can be counted.
StepThrough row(const std::string& question, const std::string& first, const std::string& expected) {
  StepThrough out;
  out.task = "t";
  out.model = "m";
  out.rows = 1;
  out.columns = question.size();
  out.question = question;
  out.expected = expected;
  out.steps = {{first, -1}};
  out.halting_step = 1;
  return out;
}

}  // namespace

TEST_CASE("boards: one panel for the question and each step, the halting one is open and says so") {
  const StepThrough sudoku = example_results().step_throughs[0];
  const std::string html = board_figure(sudoku, "b");
  CHECK(html == board_figure(sudoku, "b"));
  CHECK(count(html, "<input type=\"radio\" name=\"b\"") == 5);
  CHECK(count(html, "<label for=\"b-step-") == 5);
  CHECK(count(html, "checked=") == 1);
  CHECK(contains(html, "id=\"b-step-3\" checked=\"checked\""));
  CHECK(count(html, "halts here") == 1);
  CHECK(contains(panel(sudoku, 3),
                 "<b>Step 3 of 4, halts here</b> q_halt +2.00: 88.1\u00a0% sure of its answer. "
                 "1 cell changed, none wrong."));
  CHECK(contains(panel(sudoku, 2), "<b>Step 2 of 4</b> q_halt −0.25"));
  CHECK(contains(html, "Halts after step 3 and is right. After step 4 it is wrong."));
  // A reader who hears the page gets the cells.
  CHECK(contains(panel(sudoku, 3), "aria-label=\"Board after step 3: 1 2 3 4; 3 4 1 2; 4 3 2 1; 2 1 4 3\""));
  CHECK(contains(panel(sudoku, 0), "aria-label=\"Question: 1 blank blank 4; blank"));
  CHECK(count(html, "<script") + count(html, "style=") == 0);
}

TEST_CASE("boards: changed and wrong cells are where they are") {
  const StepThrough steps = row("1....", "12345", "12355");
  const std::string one = panel(steps, 1);
  // Four neighbours that changed are one square.
  CHECK(contains(one, "<path class=\"cell-changed\" d=\"M10,0h40v10h-40z\"/>"));
  CHECK(contains(one, "<path class=\"cell-wrong\" d=\"M30,0m1,9l8,-8\"/>"));
  CHECK(contains(one, "<text class=\"cell-said\" x=\"15 25 35 45\" y=\"7\">2345</text>"));
  CHECK(contains(one, "4 cells changed, 1 wrong."));
  CHECK_FALSE(contains(panel(steps, 0), "cell-changed"));
  CHECK_FALSE(contains(panel(steps, 0), "cell-said"));
  // The given is drawn once, for all boards.
  CHECK(count(board_figure(steps, "b"), "<text class=\"cell-given\" x=\"5\" y=\"7\">1</text>") == 1);

  const std::string unknown = board_figure(row("1....", "12345", ""), "b");
  CHECK_FALSE(contains(unknown, "cell-wrong"));
  CHECK_FALSE(contains(unknown,
                       "wrong."
                       "</p>"));
}

TEST_CASE("boards: a given that the model changed is covered and written anew") {
  const std::string one = panel(row("12..", "1345", "1245"), 1);
  CHECK(contains(one, "<path class=\"cell-cover\" d=\"M10,0h10v10h-10z\"/>"));
  CHECK(contains(one, "<text class=\"cell-said\" x=\"15 25 35\" y=\"7\">345</text>"));
}

TEST_CASE("boards: a question on another board than its answer has no givens") {
  StepThrough steps = row("12", "34", "34");
  steps.keeps_givens = false;
  CHECK_FALSE(contains(board_figure(steps, "b"), "cell-given"));
  CHECK_FALSE(contains(panel(steps, 1), "cell-changed"));
  CHECK(contains(panel(steps, 0), ">12</text>"));
  CHECK(contains(panel(steps, 1), ">34</text>"));
}

TEST_CASE("boards: walls, paths and boxes") {
  const StepThrough maze = example_results().step_throughs[1];
  const std::string html = board_figure(maze, "b");
  CHECK(count(html, "class=\"cell-wall\"") == 1);
  CHECK(contains(html, "<path class=\"cell-wall\" d=\"M20,0h10v10h-10z"));
  CHECK(contains(panel(maze, 1), "<path class=\"cell-dot\" d=\"M10,0m5,5h0"));
  CHECK(contains(html, "Does not halt in 2 steps and is wrong."));
  CHECK(contains(html, "<path class=\"cell-box\" d=\"M0,0h50M0,50h50M0,0v50M50,0v50\"/>"));
  CHECK(contains(board_figure(example_results().step_throughs[0], "b"),
                 "M0,0h40M0,20h40M0,40h40M0,0v40M20,0v40M40,0v40"));
}

TEST_CASE("boards: of an answer that is a board of its own, only what is asked for can be wrong") {
  StepThrough arc = row("12", "34", "3 ");
  arc.keeps_givens = false;
  arc.correct = true;
  CHECK_FALSE(contains(board_outline(arc), "1 wrong"));
  CHECK(contains(board_verdict(arc), "and is right."));
  arc.expected = "5 ";
  CHECK(contains(board_outline(arc), "1 wrong"));
  arc.expected.clear();
  arc.correct = false;
  CHECK(contains(board_verdict(arc), "; the right answer is not known."));
  CHECK_FALSE(contains(board_verdict(arc), "wrong"));
}

TEST_CASE("boards: a large one is summed up for those who hear it") {
  StepThrough steps = row(std::string(99, '.'), std::string(99, '1'), "");
  steps.rows = 2;
  steps.question += steps.question;
  steps.steps[0].cells += steps.steps[0].cells;
  CHECK(contains(panel(steps, 1), "aria-label=\"Board after step 1\""));
}

TEST_CASE("boards: the outline") {
  CHECK(board_outline(example_results().step_throughs[0]) ==
        "step 1  2.9\u00a0% sure  10 cells changed, 4 wrong\n"
        "step 2  43.8\u00a0% sure  5 cells changed, 1 wrong\n"
        "step 3  88.1\u00a0% sure, halts  1 cell changed, none wrong\n"
        "step 4  26.9\u00a0% sure  1 cell changed, 1 wrong\n"
        "\n"
        "question   step 3   expected\n"
        "1..4       1234     1234\n"
        "..1.       3412     3412\n"
        ".3..       4321     4321\n"
        "2..3       2143     2143\n");
  CHECK(board_title(example_results().step_throughs[0]) == "sudoku 4x4, test: trm-mlp");
}

TEST_CASE("boards: the page folds what follows the fourth puzzle") {
  RunResults run;
  for (int i = 0; i < 4; ++i) run.step_throughs.push_back(row("1.", "12", "12"));
  CHECK_FALSE(contains(to_html(run), "more puzzle"));
  run.step_throughs.push_back(row("1.", "12", "12"));
  const std::string html = to_html(run);
  CHECK(contains(html, "<summary>1 more puzzle</summary>\n<figure class=\"set boards\" id=\"puzzle-4\">"));
  CHECK(contains(html, "<a href=\"#puzzles\">Puzzles</a>"));
  CHECK_FALSE(contains(to_html(RunResults{}), "href=\"#puzzles\""));
}

}  // namespace test_boards
