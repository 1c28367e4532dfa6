// Sweeps over the cases of the interpreter's functions: every frame is right, and every case is there.
#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tasks/interpreter/judge.h"
#include "tasks/interpreter/sweep.h"
#include "tests/support/sweep.h"

using namespace trm;
using namespace trm::tasks;
using interpreter::sweep_of;

namespace test_interpreter_sweep {
namespace {

TEST_CASE("swept frames of the interpreter are right frames, and always the same") {
  const std::uint64_t stride = test::stride(7, 41);
  for (const interpreter::Function& function : interpreter::all_functions()) {
    const std::vector<SweptFrame> frames = sweep_of(function, 1);
    REQUIRE(frames.size() >= 1000);
    for (std::size_t i = 0; i < frames.size(); i += stride) {
      const Frame& frame = frames[i].frame;
      CAPTURE(interpreter::to_text(frame.tokens));
      REQUIRE(frame.tokens[0] == function.head);
      const Result<std::optional<std::size_t>> wrong = interpreter::first_wrong_token(frame.tokens);
      REQUIRE(wrong.ok());
      REQUIRE_FALSE(wrong->has_value());
    }
  }
  const interpreter::Function& add = *interpreter::find_function(interpreter::token::add_on);
  const std::vector<SweptFrame> once = sweep_of(add, 1), again = sweep_of(add, 1);
  REQUIRE(once.size() == again.size());
  CHECK(once[once.size() / 2].frame.tokens == again[once.size() / 2].frame.tokens);
}

TEST_CASE("a sweep of rows of products holds every digit, pair and carry at its start, and every column") {
  const std::vector<SweptFrame> frames = sweep_of(*interpreter::find_function(interpreter::token::mac), 1);
  std::set<interpreter::Tokens> starts;
  std::map<std::string, std::size_t> cells;
  for (const SweptFrame& swept : frames) {
    ++cells[swept.cell];
    // MAC d c X Y END READ x y
    if (swept.cell == "start") {
      const interpreter::Tokens& t = swept.frame.tokens;
      starts.insert({t[1], t[2], t[7], t[8]});
    }
  }
  CHECK(starts.size() == 55 * 121);  // 10 digits with carries up to themselves; 10 digits and the end, twice
  CHECK(cells.size() == 2 + 5);
  CHECK(cells["column 6"] == 10 * 121);
}

TEST_CASE("differences that end with a borrow are in no sweep") {
  for (const SweptFrame& swept : sweep_of(*interpreter::find_function(interpreter::token::sub_on), 1)) {
    const interpreter::Tokens& tokens = swept.frame.tokens;
    const bool returns = tokens[tokens.size() - 2] == interpreter::token::ret;
    if (returns && tokens.size() > 10) {
      // The last column notes its borrow before the ends are read.
      CAPTURE(interpreter::to_text(tokens));
      CHECK(tokens[tokens.size() - 6] == 0);
    }
  }
}

}  // namespace
}  // namespace test_interpreter_sweep
