#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "tasks/frames/function.h"
#include "tests/support/annotated_frame.h"
#include "tests/support/sweep.h"

namespace test_frame_judge {

using namespace trm;
using namespace trm::tasks;

namespace {

Result<std::optional<std::size_t>> judge(const char* text) {
  return first_wrong_token(test::tokens_from(text));
}

constexpr const char* kStuckFix = "; fix: judge only frames that were given what their functions return and read";

}  // namespace

TEST_CASE("a frame is judged by what it was given, not by the truth") {
  const auto first_wrong = [](const char* text) {
    CAPTURE(text);
    const Result<std::optional<std::size_t>> wrong = judge(text);
    REQUIRE_MESSAGE(wrong.ok(), wrong.error().text());
    return *wrong;
  };
  const std::optional<std::size_t> right;
  // 20 - 8 is not 4, but what follows is right for it.
  CHECK(first_wrong("GCD 0 2 , 8 END CALL LESS 0 2 , 8 END NO END CALL MINUS 0 2 , 8 END 4 END CALL GCD 4 , 8 END 7 "
                    "END RET 7 END") == right);
  CHECK(first_wrong("GCD 0 2 , 8 END CALL LESS 0 2 , 8 END NO END CALL MINUS 0 2 , 8 END 4 END CALL GCD 4 , 8 END 7 "
                    "END RET 4 END") == 33U);
  CHECK(first_wrong("GCD 0 2 , 8 END CALL LESS 0 2 , 8 END NO END CALL MINUS 0 2 , 8 END 4 END CALL GCD 2 1 , 8 END 4 "
                    "END RET 4 END") == 26U);
  CHECK(first_wrong("GCD 0 2 , 8 END CALL LESS 0 2 , 8 END YES END CALL GCD 0 2 , 8 END 4 END RET 4 END") == 17U);
  // A column that was read is worked as read.
  CHECK(first_wrong("ADD X , Y END READ 4 9 EMIT 3 1 READ $ $ EMIT 1 RET END") == right);
  CHECK(first_wrong("ADD X , Y END READ 4 9 EMIT 4 1 READ $ $ EMIT 1 RET END") == 9U);
  CHECK(first_wrong("ADD X , Y END READ 4 9 EMIT 3 0 READ $ $ RET END") == 10U);
  CHECK(first_wrong("ADD X , Y END READ 4 9 EMIT 3 1 READ $ $ RET END") == 14U);
  CHECK(first_wrong("ADD X , Y END EMIT 3 0 RET END") == 5U);
  CHECK(first_wrong("EVEN 3 END CALL ODD 2 END YES END RET YES END") == right);
  CHECK(first_wrong("EVEN 3 END CALL ODD 2 END YES END RET NO END") == 10U);
  // A call that should not be there, and one that is missing.
  CHECK(first_wrong("PLUS 2 , 3 END CALL PLUS 2 , 3 END 5 END RET 5 END") == 5U);
  CHECK(first_wrong("M91 5 END RET 1 9 END") == 3U);
  // The call is wrong already: what it returned does not matter.
  CHECK(first_wrong("GCD 0 2 , 8 END CALL LESS 0 2 , 8 END NO END CALL MINUS 0 2 , 9 END 1 0 END RET 4 END") == 20U);
  CHECK(first_wrong("EVEN 3 END CALL EVEN 2 END 7 END RET 7 END") == 4U);
}

TEST_CASE("what was appended and cannot be is an error of the record") {
  const auto error = [](const char* text) {
    CAPTURE(text);
    const Result<std::optional<std::size_t>> wrong = judge(text);
    REQUIRE_FALSE(wrong.ok());
    return wrong.error().text();
  };
  const std::string stuck = "frame: no right frame can go on from what was appended at token ";
  CHECK(error("GCD 0 2 , 8 END CALL LESS 0 2 , 8 END NO END CALL MINUS 0 2 , 8 END 1 0 END CALL GCD 4 , 8 END") ==
        stuck + "25" + kStuckFix);
  CHECK(error("GCD 0 2 , 8 END CALL LESS 0 2 , 8 END 4 END RET 0 END") == stuck + "15" + kStuckFix);
  CHECK(error("PRE X , O END READ ; RET END") == stuck + "7" + kStuckFix);
  CHECK(error("EVEN 3 END CALL ODD 2 END 7 END RET 7 END") == stuck + "9" + kStuckFix);
  CHECK(error("CHECK 2 , 7 , X END READ LINE RET NO END") == stuck + "9" + kStuckFix);
  CHECK(error("POW 3 , 2 , X END SPAWN POW 2 , 2 , X END B END SPAWN MUL 2 , A END B END RET B END") ==
        stuck + "15" + kStuckFix);
  CHECK(error("FACT 3 , X") == "frame: has no END after its prompt; fix: give the whole frame");
  CHECK(error("") == "frame: has no END after its prompt; fix: give the whole frame");
  CHECK(error("FACT 3 END RET 2 END") ==
        "frame prompt \"FACT 3\": has 1 arguments instead of 2; fix: write FACT number , stream");
}

TEST_CASE("cut and too long frames, and every corruption of an own token, are found at their place") {
  const auto tokens = static_cast<Token>(vocabulary().size());
  for (std::size_t f = 0; f < all_functions().size(); ++f) {
    CAPTURE(function_name(*all_functions()[f]));
    const FrameMix mix = {{{f, 1.0}}, 8};
    for (std::uint64_t index = 0; index < test::swept(60); ++index) {
      const Frame frame = training_frame(11, index, mix);
      CAPTURE(to_text(frame.tokens));
      const auto place = [](const Tokens& recorded) {
        const Result<std::optional<std::size_t>> wrong = first_wrong_token(recorded);
        REQUIRE_MESSAGE(wrong.ok(), wrong.error().text());
        return *wrong;
      };
      CHECK_FALSE(place(frame.tokens).has_value());
      for (std::size_t length = frame.prompt; length < frame.tokens.size(); ++length) {
        CAPTURE(length);
        const Tokens cut(frame.tokens.begin(), frame.tokens.begin() + static_cast<std::ptrdiff_t>(length));
        CHECK(place(cut) == length);
        if (frame.own[length] == 0) continue;
        for (const Token shift : {1, 7, 64}) {
          Tokens other = frame.tokens;
          other[length] = (other[length] + shift) % tokens;
          CHECK(place(other) == length);
        }
      }
      Tokens longer = frame.tokens;
      longer.push_back(token::end);
      CHECK(place(longer) == frame.tokens.size());
    }
  }
}

}  // namespace test_frame_judge
