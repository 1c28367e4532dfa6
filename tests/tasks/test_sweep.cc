#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "tasks/frames/sweep.h"
#include "tasks/frames/vocabulary.h"

namespace test_sweep {

using namespace trm;
using namespace trm::tasks;

TEST_CASE("sweeps hold right frames, all cells of every function, and are always the same") {
  for (const Function* function : all_functions()) {
    CAPTURE(function_name(*function));
    const std::vector<SweptFrame> frames = sweep_of(*function, 1);
    REQUIRE_FALSE(frames.empty());
    std::set<std::string> cells;
    for (const SweptFrame& swept : frames) {
      cells.insert(swept.cell);
      REQUIRE(swept.frame.tokens[0] == function->head);
      REQUIRE(swept.frame.tokens.size() <= kMaxFrameTokens);
      const Result<std::optional<std::size_t>> wrong = first_wrong_token(swept.frame.tokens);
      REQUIRE(wrong.ok());
      REQUIRE_FALSE(wrong->has_value());
    }
    if (function == all_functions()[0] || function->head == token::equal) {
      const std::vector<SweptFrame> again = sweep_of(*function, 1);
      REQUIRE(again.size() == frames.size());
      for (std::size_t i = 0; i < frames.size(); ++i) REQUIRE(again[i].frame.tokens == frames[i].frame.tokens);
    }
  }
}

TEST_CASE("sweeps hold every digit in every column, every counter and every letter") {
  const auto cells_of = [](Token head) {
    std::set<std::string> out;
    for (const SweptFrame& swept : sweep_of(*find_function(head), 1)) out.insert(swept.cell);
    return out;
  };
  const std::set<std::string> equal = cells_of(token::equal), add = cells_of(token::add_on),
                              below = cells_of(token::below), sub = cells_of(token::sub_on);
  for (int column = 1; column <= 8; ++column) {
    for (int a = 0; a < 10; ++a) {
      for (int b = 0; b < 10; ++b) {
        const std::string of = "column " + std::to_string(column) + " with ",
                          digits = ", " + std::to_string(a) + " | " + std::to_string(b);
        CHECK(equal.contains(of + "difference 0" + digits));
        for (const char* held : {"0", "1"}) {
          CHECK(add.contains(of + "carry " + held + digits));
          CHECK(sub.contains(of + "borrow " + held + digits));
          CHECK(below.contains(of + "below " + held + digits));
        }
      }
    }
  }
  std::set<Tokens> prompts;
  for (const SweptFrame& swept : sweep_of(*find_function(token::run), 1))
    prompts.insert({swept.frame.tokens.begin() + 3,
                    swept.frame.tokens.begin() + static_cast<std::ptrdiff_t>(swept.frame.prompt) - 3});
  CHECK(prompts.size() == 10'000);
  CHECK(cells_of(token::median).contains("told YES NO NO"));
  CHECK(cells_of(token::sub) == std::set<std::string>{"told NO", "told YES"});
  std::size_t moves = 0;
  for (const std::string& cell : cells_of(token::hanoi)) moves += cell.find(',') != std::string::npos ? 1 : 0;
  CHECK(moves == 8 * 7 * 6);
}

TEST_CASE("a frame belongs to the cells that it decides") {
  const auto kinds = [](const char* text) {
    Tokens tokens;
    const std::string all = std::string(text) + " ";
    for (std::size_t at = 0; at < all.size(); at = all.find(' ', at) + 1)
      tokens.push_back(token_of(all.substr(at, all.find(' ', at) - at)));
    Frame frame{tokens,
                static_cast<std::size_t>(std::find(tokens.begin(), tokens.end(), token::end) - tokens.begin()) + 1,
                std::vector<std::uint8_t>(tokens.size(), 1)};
    const Result<std::vector<std::string>> out = kinds_in(frame);
    REQUIRE(out.ok());
    return *out;
  };
  using Kinds = std::vector<std::string>;
  CHECK(kinds("EQUAL X , Y END READ 3 3 READ 6 4 RET NO END") ==
        Kinds{"column 1 with difference 0", "column 2 with difference 0"});
  CHECK(kinds("PLUS 5 1 , 5 END RET 0 2 END") == Kinds{"column 1 with carry 0", "column 2 with carry 1"});
  CHECK(kinds("MUL 0 , X END EMIT 0 RET END") == Kinds{"times 0"});
  CHECK(kinds("MULC 7 , 2 , X , O END READ $ EMIT 2 RET END") == Kinds{"column 1 times 7"});
  CHECK(kinds("EVEN 3 2 1 END CALL ODD 2 2 1 END YES END RET YES END") == Kinds{"N 100..199", "told YES"});
  CHECK(kinds("AT 5 , X , O END READ . RET NO END") == Kinds{"level 0..9", "reads ."});
  CHECK(kind_of("column 8 with difference 0, 6 | 4") == "column 8 with difference 0");
  CHECK(kind_of("reads MAX") == "reads MAX");
}

}  // namespace test_sweep
