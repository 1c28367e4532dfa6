#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "tasks/puzzles/maze/family.h"
#include "tasks/puzzles/puzzle_text.h"
#include "tasks/puzzles/sudoku/family.h"

namespace test_puzzle_text {

using namespace trm;
using namespace trm::tasks;

namespace {

std::unique_ptr<PuzzleFamily> sudoku_of(std::size_t size) {
  sudoku::Request request;
  request.layout = *sudoku::layout_of(size);
  return sudoku::make_family(request);
}

/// The boards of a text as glyphs, each behind its line; or the error.
std::string read(const PuzzleFamily& family, const std::string& text) {
  const Result<std::vector<TypedPuzzle>> puzzles = read_typed_puzzles(text, "f", family);
  if (!puzzles.ok()) return puzzles.error().text();
  std::string out;
  for (const TypedPuzzle& puzzle : *puzzles)
    out += (out.empty() ? "" : " ") + std::to_string(puzzle.line) + ":" + family.glyphs(puzzle.tokens);
  return out;
}

}  // namespace

TEST_CASE("sudokus as people type them") {
  const auto four = sudoku_of(4);
  const std::string cells = "1..4..1..3..2..3";
  for (const char* text :
       {"1..4\n..1.\n.3..\n2..3\n", "1004\n0010\n0300\n2003", "1__4\r\n__1_\r\n_3__\r\n2__3\r\n", "1..4..1..3..2..3",
        "1 . . 4\n. . 1 .\n. 3 . .\n2 . . 3", "1 . | . 4\n. . | 1 .\n----+----\n. 3 | . .\n2 . | . 3\n",
        "1 . | . 4\n. . | 1 .\n\n. 3 | . .\n2 . | . 3\n", "1..4# a comment\n..1.\n# another\n.3..\n2..3\n\n\n"}) {
    CAPTURE(text);
    CHECK(read(*four, text) == "1:" + cells);
  }
  CHECK(read(*four, "# head\n\n  \n1..4\n..1.\n.3..\n2..3\n\n" + cells + "\n" + cells + "\n") ==
        "4:" + cells + " 9:" + cells + " 10:" + cells);
  // What the program prints, it reads.
  for (const std::size_t size : {4u, 6u, 9u}) {
    const auto family = sudoku_of(size);
    const PuzzleExample one = *family->generate("", 1, 0), two = *family->generate("", 1, 1);
    const auto puzzles = read_typed_puzzles(family->text(one.input) + "\n" + family->text(two.input), "f", *family);
    REQUIRE(puzzles.ok());
    REQUIRE(puzzles->size() == 2);
    CHECK((*puzzles)[0].tokens == one.input);
    CHECK((*puzzles)[1].tokens == two.input);
  }
}

TEST_CASE("sudokus with all that people draw between cells") {
  const auto four = sudoku_of(4);
  const std::string cells = "1..4..1..3..2..3";
  for (const char* text :
       {"1--4\n--1-\n-3--\n2--3\n",
        "1**4\n**1*\n*3**\n2**3\n",
        "1xx4\nXX1X\nx3xx\n2xx3\n",
        "1,0,0,4\n0,0,1,0\n0,3,0,0\n2,0,0,3\n",
        "1;;;4\n;;1;\n;3;;\n2;;;3\n",
        "1, ., ., 4,\n.,.,1,.,\n.,3,.,.,\n2,.,.,3,\n",
        "┌───┬───┐\n│1 .│. 4│\n│. .│1 .│\n├───┼───┤\n│. 3│. .│\n│2 .│. 3│\n└───┴───┘\n",
        "╔═══╤═══╗\n║ 1 . │ . 4 ║\n║ . . │ 1 . ║\n╟───┼───╢\n║ . 3 │ . . ║\n║ 2 . │ . 3 ║\n╚═══╧═══╝\n",
        "| 1 |   |   | 4 |\n|   |   | 1 |   |\n|   | 3 |   |   |\n| 2 |   |   | 3 |\n",
        "+---+---+\n|1 .|. 4|\n|. .|1 .|\n+---+---+\n|. 3|. .|\n|2 .|. 3|\n+---+---+\n",
        "1 - | - 4\n- - | 1 -\n---------\n- 3 | - -\n2 - | - 3\n",
        "1--4--1--3--2--3",
        "1--4\n--1-\n--+--\n-3--\n2--3\n",
        "1..4\n..1.\n----\n.3..\n2..3\n",
        "1·_4\n..10\n.3x*\n2..3\n",
        "[[1,0,0,4],[0,0,1,0],[0,3,0,0],[2,0,0,3]]",
        "[1,0,0,4,0,0,1,0,0,3,0,0,2,0,0,3]",
        "[\"1..4\", \"..1.\", \".3..\", \"2..3\"]",
        "[\"1..4..1..3..2..3\"]",
        "[[1,null,null,4],[\"\",\".\",\"1\",\" \"],[null,3,null,null],[2,null,null,3]]"}) {
    CAPTURE(text);
    const std::string found = read(*four, text);
    CHECK(found.substr(found.find(':') + 1) == cells);
  }
  // A row of blanks where dashes are blanks; the same line between boxes where they are not.
  CHECK(read(*four, "1--4\n----\n-3--\n2--3\n") == "1:1..4.....3..2..3");
  CHECK(read(*four, "1--4\n--1-\n----\n-3--\n2--3\n") == "1:" + cells);
  CHECK(read(*four, "1..4\n..1.\n----\n-3--\n2..3\n") == "1:" + cells);
  CHECK(read(*sudoku_of(6), "4----6\n------\n------\n------\n------\n6----4\n") ==
        "1:4....6........................6....4");
  CHECK(read(*four, "[[[1,0,0,4],[0,0,1,0],[0,3,0,0],[2,0,0,3]],\n[\"1..4..1..3..2..3\"]]") ==
        "1:" + cells + " 2:" + cells);
}

TEST_CASE("sudokus that can be read in two ways, or in none") {
  const auto four = sudoku_of(4);
  CHECK(
      read(*four, "1--4\n--1--\n-3--\n2--3\n") ==
      "f: puzzle at line 1: row 2: has 1 cell, or 5 if each - is a blank, not 4; read as \"--1--\"; fix: write 4 rows "
      "of 4 cells");
  // Sixteen rows and four lines of dashes: four boards, or five.
  std::string many;
  for (int board = 0; board < 4; ++board) many += "1--4\n--1-\n----\n-3--\n2--3\n";
  CHECK(read(*four, many) ==
        "f: has lines of dashes that may be rows or stand between boxes; fix: write . for a blank");
  CHECK(read(*four, "[[1,0,0,4],[0,0,1,0]]") == "f: puzzle at line 1: has 2 rows, not 4; fix: write 4 rows of 4 cells");
  CHECK(read(*four, "[[1,0,0,4],\n[0,0,1]]") ==
        "f: puzzle at line 1: row 2: has 3 cells, not 4; read as \"..1\"; fix: write 4 rows of 4 cells");
  CHECK(read(*four, "[[1,10]]") == "f: line 1: holds \"10\", which is no cell; fix: write a digit for each cell");
  // A long text leaves the reader's own buffer: what an error quotes must outlive it.
  for (const std::string& text : {std::string("!"), std::string(80, '!')})
    CHECK(read(*four, "[\"1..4\",\n\"1" + text + "\"]") ==
          "f: puzzle at line 1: row 2, column 2: \"!\" is neither a digit nor a blank; fix: write digits, and . for a "
          "blank");
  CHECK(read(*four, "[[1,0,0,4]") == "f: line 1: begins an array that never ends; fix: close it");
  CHECK(
      read(*four, "[{\"a\": 1}]")
          .ends_with(", which is no cell; fix: write arrays of digits, 0 or null for a blank, or a text for each row"));
  CHECK(read(*four, "1..4\n..é.\n").find("\"é\" is neither a digit nor a blank") != std::string::npos);
}

TEST_CASE("sudokus that are wrong") {
  const auto four = sudoku_of(4);
  struct Case {
    const char* text;
    const char* error;
  };
  for (const Case& c :
       {Case{"", "f: holds no puzzle; fix: write one, a line per row"},
        Case{"# nothing\n\n----\n", "f: holds no puzzle; fix: write one, a line per row"},
        Case{"\n1..4\n..y.\n",
             "f: puzzle at line 2: row 2, column 3: \"y\" is neither a digit nor a blank; "
             "fix: write digits, and . for a blank"},
        Case{"y",
             "f: puzzle at line 1: row 1, column 1: \"y\" is neither a digit nor a blank; "
             "fix: write digits, and . for a blank"},
        Case{"1..4\n..1\n",
             "f: puzzle at line 1: row 2: has 3 cells, not 4; read as \"..1\"; fix: write 4 rows of 4 cells"},
        Case{"1..45\n",
             "f: puzzle at line 1: row 1: has 5 cells, not 4; read as \"1..45\"; fix: write 4 rows of 4 cells"},
        Case{"1..4\n1..4..1..3..2..3\n",
             "f: puzzle at line 1: row 2: has 16 cells, not 4; read as \"1..4..1..3..2..3\"; fix: write 4 rows of 4 "
             "cells"},
        Case{"1..4\n\n..1.\n", "f: puzzle at line 1: has 1 row, not 4; fix: write 4 rows of 4 cells"},
        Case{"1..4\n..1.\n\n.3..\n", "f: puzzle at line 1: has 3 rows, not 4; fix: write 4 rows of 4 cells"},
        Case{"1..4\n..5.\n.3..\n2..3\n",
             "f: puzzle at line 1: row 2, column 3: \"5\" is neither a digit nor a blank; "
             "fix: write 1 to 4, or . for a blank"},
        Case{"1..4..1..3..2..3\n1..1............\n",
             "f: puzzle at line 2: row 1, column 4: 1 stands twice in its row; fix: change one"}}) {
    CAPTURE(c.text);
    CHECK(read(*four, c.text) == c.error);
  }
  CHECK(read(*sudoku_of(9), "1..4\n") ==
        "f: puzzle at line 1: row 1: has 4 cells, not 9; read as \"1..4\"; fix: write 9 rows of 9 cells");
}

TEST_CASE("mazes as people type them") {
  const auto maze = maze::make_family({5, 3, ""});
  const std::string cells = "######S  #### ##G  ######";
  for (const char* text : {"#####\n#S  #\n### #\n#G  #\n#####\n", "#####\r\n#S..#\r\n###.#\r\n#G..#\r\n#####",
                           "######S  #### ##G  ######", "\n\n#####\n#S  #\n### #\n#G  #\n#####\n\n\n"}) {
    CAPTURE(text);
    CHECK(read(*maze, text).ends_with(":" + cells));
  }
  // A row of open cells is a row, not the end of a maze.
  CHECK(read(*maze, "S    \n     \n     \n     \n    G\n\n" + cells) == "1:S                       G 7:" + cells);
  CHECK(read(*maze, maze->text(*maze->read_question(cells))) == "1:" + cells);
}

TEST_CASE("mazes that are wrong") {
  const auto maze = maze::make_family({5, 3, ""});
  struct Case {
    const char* text;
    const char* error;
  };
  for (const Case& c :
       {Case{"\n\n", "f: holds no puzzle; fix: write one, a line per row"},
        Case{"#####\n#S #\n", "f: puzzle at line 1: row 2: has 4 cells, not 5; fix: write 5 rows of 5 cells"},
        Case{"#####\n#S  #\n\n### #\n", "f: puzzle at line 1: has 2 rows, not 5; fix: write 5 rows of 5 cells"},
        Case{"#####\n#S  #\n###x#\n#G  #\n#####\n",
             "f: puzzle at line 1: row 3, column 4: \"x\" is no cell; fix: write #, a space, S, G or o"},
        Case{"#####\n#S  #\n### #\n#   #\n#####\n", "f: puzzle at line 1: has no G; fix: write one"},
        Case{"#####\n#So #\n### #\n#G  #\n#####\n",
             "f: puzzle at line 1: has a path marked; fix: leave the cells open"}}) {
    CAPTURE(c.text);
    CHECK(read(*maze, c.text) == c.error);
  }
}

}  // namespace test_puzzle_text
