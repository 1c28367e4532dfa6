#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tasks/puzzles/csv.h"
#include "tasks/puzzles/family.h"
#include "tasks/puzzles/puzzle_csv.h"
#include "tasks/puzzles/sudoku/family.h"
#include "tests/tasks/folder.h"

namespace test_csv {

using namespace trm;
using namespace trm::tasks;

namespace {

using Records = std::vector<std::vector<std::string>>;

/// Records of the text, which comes in pieces of so many bytes; the lines that they start on.
Records records_of(const std::string& text, std::size_t piece, std::vector<std::size_t>* lines = nullptr) {
  Records out;
  CsvParser parser("a.csv", [&](std::size_t line, auto fields) -> Status {
    out.emplace_back(fields.begin(), fields.end());
    if (lines != nullptr) lines->push_back(line);
    return {};
  });
  for (std::size_t at = 0; at < text.size(); at += piece) REQUIRE(parser.feed(text.substr(at, piece)).ok());
  REQUIRE(parser.finish().ok());
  return out;
}

std::string csv_error(const std::string& text) {
  CsvParser parser("a.csv", [](std::size_t, auto) { return Status(); });
  Status status = parser.feed(text);
  if (status) status = parser.finish();
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().code == ErrorCode::bad_input);
  return status.error().text();
}

const std::string kHeader = "source,question,answer,rating\n";

/// The error of reading sudokus of 4x4 cells, each of which must have one solution.
std::string row_error(const std::string& text) {
  sudoku::Request request;
  request.layout = *sudoku::layout_of(4);
  const auto family = sudoku::make_family(request);
  const Status status = parse_puzzle_csv(text, "a.csv", [&](const PuzzleRow& row) -> Status {
    const Result<PuzzleExample> example = family->read(row.question, row.answer, true);
    return example ? Status() : Status(example.error());
  });
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().code == ErrorCode::bad_input);
  return status.error().text();
}

}  // namespace

TEST_CASE("records, however the text is cut") {
  const std::string text = "a,b,c\r\n1,\"2,\"\"x\"\"\n3\",\n\"\",\"\r\n\",z\nlast,,";
  const Records expected = {{"a", "b", "c"}, {"1", "2,\"x\"\n3", ""}, {"", "\r\n", "z"}, {"last", "", ""}};
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    CAPTURE(piece);
    std::vector<std::size_t> lines;
    CHECK(records_of(text, piece, &lines) == expected);
    CHECK(lines == std::vector<std::size_t>{1, 2, 4, 6});
  }
  CHECK(records_of("", 1).empty());
  CHECK(records_of("x", 1) == Records{{"x"}});
  CHECK(records_of("x\n", 1) == Records{{"x"}});
  CHECK(records_of("x\r\n", 1) == Records{{"x"}});
  CHECK(records_of(",\n", 1) == Records{{"", ""}});
  CHECK(records_of("\"\"\n", 1) == Records{{""}});
  // Empty lines at the end are nothing, and a byte order mark is no part of the first field.
  CHECK(records_of("x\n\n\r\n\n", 1) == Records{{"x"}});
  CHECK(records_of("\xEF\xBB\xBFx,\xEF\xBB\xBFy\n", 1) == Records{{"x", "\xEF\xBB\xBFy"}});
  CHECK(records_of("\xEF\xBC\xA1,y\n", 1) == Records{{"\xEF\xBC\xA1", "y"}});
}

TEST_CASE("bad CSV") {
  CHECK(csv_error("a\n\nb\n") == "a.csv: line 2: is empty; fix: remove it");
  CHECK(csv_error("a\nb\"c\n") ==
        "a.csv: line 2: has a quote within a field; fix: put the field in quotes, and \"\" for one");
  CHECK(csv_error("\"a\"b\n") ==
        "a.csv: line 1: has text after a closing quote; fix: put a comma there, or \"\" for a quote");
  CHECK(csv_error("a\n\"b\nc\n") == "a.csv: line 2: has quotes that never close; fix: close them");
  CHECK(csv_error("a\rb\n") == "a.csv: line 1: has a carriage return within it; fix: end lines with \\n or \\r\\n");
  CHECK(csv_error("a\r\r\n") == "a.csv: line 1: has a carriage return within it; fix: end lines with \\n or \\r\\n");
  CHECK(csv_error("a\n" + std::string(70'000, 'b')) ==
        "a.csv: line 2: has a field of more than 65536 bytes; fix: close its quotes");
  CHECK(csv_error(std::string(64, ',')) ==
        "a.csv: line 1: has more than 64 fields; fix: write one record on each line");
}

TEST_CASE("rows of puzzles") {
  std::vector<std::string> seen;
  const auto collect = [&](const PuzzleRow& row) -> Status {
    seen.push_back(std::to_string(row.line) + " " + std::string(row.question) + " " + std::string(row.answer) + " " +
                   (row.rating ? std::to_string(static_cast<int>(*row.rating * 10)) : "none"));
    return {};
  };
  REQUIRE(parse_puzzle_csv(kHeader + "web,q1,a1,7\n\"x,y\",q2,a2,2.5\n", "a.csv", collect).ok());
  CHECK(seen == std::vector<std::string>{"2 q1 a1 70", "3 q2 a2 25"});
  seen.clear();
  REQUIRE(parse_puzzle_csv("rating,answer,question,source\r\n0,a,q,s", "a.csv", collect).ok());
  CHECK(seen == std::vector<std::string>{"2 q a 0"});

  const tests::Folder folder;
  seen.clear();
  std::string long_file = kHeader;
  for (int i = 0; i < 60'000; ++i) long_file += "s," + std::to_string(i) + ",a,1\n";
  REQUIRE(read_puzzle_csv(folder.write("long.csv", long_file), collect).ok());
  REQUIRE(seen.size() == 60'000);
  CHECK(seen.back() == "60001 59999 a 10");
  CHECK(read_puzzle_csv(folder.path("absent.csv"), collect).error().text() ==
        folder.path("absent.csv") + ": does not exist; fix: check the path");
  CHECK(read_puzzle_csv(folder.path(), collect).error().text() ==
        folder.path() + ": is a directory; fix: name a file in it");
}

TEST_CASE("CSV files of Sudokus as people have them") {
  const std::string question = "12.............4", answer = "1243341243212134";
  struct Case {
    std::string text, rating, notes;
  };
  const std::string row = question + "," + answer;
  for (const Case& c : {
           Case{"quizzes,solutions\n" + row, "none", ""},
           Case{"puzzle,solution\r\n" + row + "\r\n\r\n", "none", ""},
           Case{"Quiz,Solution\n\"" + question + "\",\"" + answer + "\"\n\n", "none", ""},
           Case{"\xEF\xBB\xBFQuestion, ANSWER\n" + row, "none", ""},
           Case{"solution,puzzle\n" + answer + "," + question, "none", ""},
           Case{"id,puzzle,solution,clues,difficulty\n1," + row + ",4,2.5\n", "none",
                "a.csv: columns that were passed over: \"id\", \"clues\", \"difficulty\""},
           Case{"question,answer,rating\n" + row + ",\n", "none", ""},
           Case{"question,answer,Rating\n" + row + ",3\n", "3", ""},
           Case{row + "\n", "none", ""},
           Case{question + "," + answer, "none", ""},
           Case{"puzzle,solution\n12-------------4," + answer, "none", ""},
           Case{"puzzle,solution\n12*************4," + answer, "none", ""},
           Case{"puzzle,solution\n12__00xx..--**X4," + answer, "none", ""},
       }) {
    CAPTURE(c.text);
    std::vector<std::string> notes;
    std::string seen;
    sudoku::Request request;
    request.layout = *sudoku::layout_of(4);
    const auto family = sudoku::make_family(request);
    const Status status = parse_puzzle_csv(
        c.text, "a.csv",
        [&](const PuzzleRow& read) -> Status {
          const Result<PuzzleExample> example = family->read(read.question, read.answer, false);
          if (!example) return example.error();
          seen += family->glyphs(example->input) + "," + family->glyphs(example->label) + " " +
                  (read.rating ? std::to_string(static_cast<int>(*read.rating)) : "none");
          return {};
        },
        &notes);
    REQUIRE_MESSAGE(status.ok(), status.error().text());
    CHECK(seen == row + " " + c.rating);
    CHECK((notes.empty() ? "" : notes.front()) == c.notes);
    CHECK(notes.size() < 2);
  }
}

TEST_CASE("bad rows name file, line and column") {
  const std::string columns =
      "; fix: name the columns question (or puzzle, quiz, quizzes) and answer (or solution, solutions)";
  const std::string good = "s,12.............4,1243342121344312,0\n";
  CHECK(row_error("") == "a.csv: is empty" + columns);
  CHECK(row_error(kHeader) == "a.csv: holds no rows; fix: add some");
  CHECK(row_error("source,question,rating\n") == "a.csv: line 1: column \"answer\" is missing" + columns);
  CHECK(row_error("id,board,solution\n") ==
        "a.csv: line 1: column \"question\" is missing, it has \"id\", \"board\"" + columns);
  CHECK(row_error("source,question,answer,rating,Rating\n") ==
        "a.csv: line 1: columns \"rating\" and \"Rating\" say the same; fix: keep one of them");
  CHECK(row_error("puzzle,quiz,answer\n") ==
        "a.csv: line 1: columns \"puzzle\" and \"quiz\" say the same; fix: keep one of them");
  CHECK(row_error("puzzle;solution\n") ==
        "a.csv: line 1: has no commas between its columns; fix: save it with commas, not semicolons or tabs");
  CHECK(row_error(kHeader + "s,q,a\n") == "a.csv: line 2: has 3 fields, not 4; fix: write one for each column");
  CHECK(row_error(kHeader + "s,q,a,1,2\n") == "a.csv: line 2: has 5 fields, not 4; fix: write one for each column");
  for (const std::string rating : {"x", "1x", "-1", "nan", "inf", "1e999", " 1"}) {
    CHECK(row_error(kHeader + "s,q,a," + rating + "\n") ==
          "a.csv: line 2, column rating: \"" + rating + "\" is not a number from 0 on; fix: write one, or nothing");
  }
  CHECK(
      row_error(kHeader + "s,q,a,1\n") ==
      "a.csv: line 2, column question: row 1, column 1: \"q\" is neither a digit nor a blank; fix: write 1 to 4, or . "
      "for a blank");
  CHECK(row_error(kHeader + "s,123,a,1\n") ==
        "a.csv: line 2, column question: has 3 cells, not 16; read as \"123\"; fix: write all cells");
  CHECK(row_error(kHeader + "s,................,1234,1\n") ==
        "a.csv: line 2, column answer: has 4 cells, not 16; read as \"1234\"; fix: write all cells");
  CHECK(row_error(kHeader + "s,1..1............,1234,1\n") ==
        "a.csv: line 2, column question: row 1, column 4: 1 stands twice in its row; fix: change one");
  CHECK(row_error(kHeader + "s,1...............,1234341221434331,1\n") ==
        "a.csv: line 2, column answer: row 4, column 3: 3 stands twice in its row; fix: change one");
  CHECK(row_error(kHeader + "s,2...............,1234341221434321,1\n") ==
        "a.csv: line 2, column answer: does not solve the question; fix: correct one of the two");
  CHECK(row_error(kHeader + "s,1...............,123434122143432.,1\n") ==
        "a.csv: line 2, column answer: does not solve the question; fix: correct one of the two");
  CHECK(row_error(kHeader + "s,1...............,1234341221434321,1\n") ==
        "a.csv: line 2, column question: has more than one solution; fix: add givens");
}

}  // namespace test_csv
