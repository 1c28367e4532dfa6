#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tasks/base/rng.h"
#include "tasks/frames/function.h"
#include "tests/support/annotated_frame.h"

namespace test_frame {

using namespace trm;
using namespace trm::tasks;

namespace {

using test::tokens_from;

/// Returns and reads always the same; streams end after a while.
class ConstantWorld final : public FrameWorld {
 public:
  /// LESS is answered as it is.
  explicit ConstantWorld(Tokens value, Token next = token::eos) : value_(std::move(value)), next_(next) {}
  Tokens call(std::span<const Token> args, std::size_t) override {
    ++asked;
    if (args[0] != token::less) return value_;
    const auto comma = static_cast<std::size_t>(std::find(args.begin(), args.end(), token::comma) - args.begin());
    const bool less = counter_of(args.subspan(1, comma - 1)) < counter_of(args.subspan(comma + 1));
    return {less ? token::yes : token::no};
  }
  void spawn(std::span<const Token>, std::size_t) override { ++asked; }
  Token read(std::size_t, std::size_t at) override {
    ++asked;
    return at < 60 ? next_ : token::eos;
  }
  void emit(Token) override { ++asked; }

  std::size_t asked = 0;

 private:
  Tokens value_;
  Token next_;
};

}  // namespace

TEST_CASE("the vocabulary is fixed") {
  const std::vector<std::string> expected = {
      "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "FACT", "FIB", "MUL", ",", "CALL", "END", "RET", "SPAWN",
      "READ", "EMIT", "FRESH", "$", "X", "Y", "Z", "O", "A", "B", "C", "D", "E", ";", ".", ")", "a", "b", "c", "d", "e",
      "f", "g", "h", "ADD", "SHIFT", "PLUS", "MINUS", "POW", "LIST", "GCD", "PRE", "IN", "POST", "LEVEL", "AT", "SKIP",
      "HEIGHT", "TOTAL", "EXPR", "REST", "MAX", "MIN", "SUM", "MED", "HANOI", "ACK", "M91", "TAK", "EVEN", "ODD", "YES",
      "NO", "ADDC", "MULC", "COPY", "LESS",
      // programs
      "RUN", "EVAL", "TRACE", "WALK", "OVER", "ORDER", "CALLS", "ENDS", "LENGTH", "TIMES", "MOD", "IF", "n",
      // multi_step_qa
      "MOTHER", "MOTHEROF", "FATHER", "FATHEROF", "INSIDE", "HOLDS", "PARTOF", "INCLUDES", "OLDER", "YOUNGER", "TALLER",
      "SHORTER", "HEAVIER", "LIGHTER", "PARENTOF", "FIND", "SAME", "WHO", "ROOM", "LINK",
      // induction
      "PROOF", "CHECK", "VALUE", "NUM", "RAISE", "SCALE", "SUB", "SUBC", "EQUAL", "BELOW", "REM", "LINE", "=", "ABOVE",
      "DIVIDES", "m"};
  REQUIRE(vocabulary().size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(vocabulary()[i] == expected[i]);
    CHECK(token_of(expected[i]) == static_cast<Token>(i));
  }
  CHECK(token_of("fact") == -1);
  CHECK(token_of("") == -1);
  CHECK(to_text(Tokens{token::fact, 0, token::comma, token::x, 999, -1}) == "FACT 0 , X ? ?");
}

TEST_CASE("data is what is no control token, no reference and no end of a stream") {
  for (const char* name :
       {"CALL", "SPAWN", "END", "RET", "READ", "EMIT", "FRESH", "$", "X", "Y", "Z", "O", "A", "B", "C", "D", "E"}) {
    CAPTURE(name);
    CHECK_FALSE(token::is_data(token_of(name)));
  }
  std::size_t data = 0;
  for (std::size_t i = 0; i < vocabulary().size(); ++i) data += token::is_data(static_cast<Token>(i)) ? 1 : 0;
  CHECK(data == vocabulary().size() - 17);
  CHECK_FALSE(token::is_data(-1));
}

TEST_CASE("malformed prompts are errors") {
  const auto error_of = [](std::span<const Token> prompt) {
    ConstantWorld world({0});
    const Result<Frame> frame = write_frame(prompt, world);
    REQUIRE_FALSE(frame.ok());
    CHECK(frame.error().code == ErrorCode::bad_input);
    CHECK(world.asked == 0);
    // The judge says the same of a frame that begins so.
    Tokens begun(prompt.begin(), prompt.end());
    begun.push_back(token::end);
    const Result<std::optional<std::size_t>> judged = first_wrong_token(begun);
    REQUIRE_FALSE(judged.ok());
    CHECK(judged.error().text() == frame.error().text());
    return frame.error().text();
  };
  constexpr const char* unknown = "starts with no known function; fix: write FACT, FIB or another function";
  constexpr const char* fact = "write FACT number , stream";
  constexpr const char* rest = "write REST operation , number , stream";
  constexpr const char* hanoi = "write HANOI number , letter , letter , letter , O";
  constexpr const char* find = "write FIND relation , number , stream";
  constexpr const char* who = "write WHO path , number , stream";
  const auto count = [](int given, int wanted, const std::string& fix) {
    return "has " + std::to_string(given) + " arguments instead of " + std::to_string(wanted) + "; fix: " + fix;
  };
  const auto kind = [](int argument, const std::string& fix) {
    return "argument " + std::to_string(argument) + " is of another kind; fix: " + fix;
  };
  const std::vector<std::pair<const char*, std::string>> cases = {
      {"", "is empty; fix: write a function with its arguments"},
      {"3", unknown},
      {"CALL FACT 3 , X", unknown},
      {"MAX", unknown},
      {"X , 3", unknown},
      {"FACT", count(1, 2, fact)},
      {"FACT 3", count(1, 2, fact)},
      {"FACT 3 , X , X", count(3, 2, fact)},
      {"FACT 3 ,", kind(2, fact)},
      {"FACT , X", kind(1, fact)},
      {"FACT 3 X", count(1, 2, fact)},
      {"FACT 0 0 , X", kind(1, fact)},
      {"FACT 1 0 , X", kind(1, fact)},
      {"FACT 1 1 1 1 1 , X", kind(1, fact)},
      {"FACT 3 , Y", kind(2, fact)},
      {"FACT 3 , 4", kind(2, fact)},
      {"FACT 3 , X X", kind(2, fact)},
      {"FACT 3 , FRESH X", kind(2, fact)},
      {"FACT X , 3", kind(1, fact)},
      {"FIB 3 , X", count(2, 3, "write FIB number , stream , stream")},
      {"FIB 3 , Y , X", kind(2, "write FIB number , stream , stream")},
      {"FIB 3 , X , X", kind(3, "write FIB number , stream , stream")},
      {"FIB 3 , X , Z", kind(3, "write FIB number , stream , stream")},
      {"MUL 1 2 , X", kind(1, "write MUL digit , stream")},
      {"MUL X , 2", kind(1, "write MUL digit , stream")},
      {"ADD X , X", kind(2, "write ADD stream , stream")},
      {"ADD A , B", kind(1, "write ADD stream , stream")},
      {"SHIFT 5", kind(1, "write SHIFT stream")},
      {"LIST", kind(1, "write LIST stream")},
      {"PRE X", count(1, 2, "write PRE stream , O")},
      {"PRE X , Y", kind(2, "write PRE stream , O")},
      {"PRE O , X", kind(1, "write PRE stream , O")},
      {"AT X , 0 , O", kind(1, "write AT number , stream , O")},
      {"REST MED , 3 , X", kind(1, rest)},
      {"REST MAX MIN , 3 , X", kind(1, rest)},
      {"REST 3 , MAX , X", kind(1, rest)},
      {"HANOI 3 , a , b , 4 , O", kind(4, hanoi)},
      {"HANOI 3 , a , b , c", count(4, 5, hanoi)},
      {"HANOI 3 , a b , c , O", count(4, 5, hanoi)},
      {"TAK 3 , 2", count(2, 3, "write TAK number , number , number")},
      {"EVEN YES", kind(1, "write EVEN number")},
      {"FIND 3 , 4 , X", kind(1, find)},
      {"FIND OLDER TALLER , 4 , X", kind(1, find)},
      {"FIND FIND , 4 , X", kind(1, find)},
      {"FIND OLDER , YOUNGER , X", kind(2, find)},
      {"LINK OLDER , 4 , X", count(3, 4, "write LINK relation , number , number , stream")},
      {"WHO , 4 , X", kind(1, who)},
      {"WHO 0 3 , 4 , X", kind(1, who)},
      {"WHO MOTHEROF , 4 , X", kind(1, who)},
      {"WHO 0 0 0 0 0 0 0 0 0 0 1 , 4 , X", kind(1, who)},
  };
  for (const auto& each : cases) {
    const std::string prompt = each.first;
    CAPTURE(prompt);
    CHECK(error_of(tokens_from(prompt)) == "frame prompt \"" + prompt + "\": " + each.second);
  }
  CHECK(error_of(Tokens{-5, 1}) == "frame prompt \"? 1\": " + std::string(unknown));
  CHECK(error_of(Tokens{token::fact, 3, token::comma, 999}) == "frame prompt \"FACT 3 , ?\": " + kind(2, fact));
  Tokens longest = tokens_from("EVEN");
  longest.resize(1000, 7);
  std::string shown = "EVEN";
  for (int i = 0; i < 39; ++i) shown += " 7";
  CHECK(error_of(longest) == "frame prompt \"" + shown + " ...\": " + kind(1, "write EVEN number"));
}

TEST_CASE("values and streams that no frame can go on from are errors") {
  struct Case {
    const char* prompt;
    const char* value;
    const char* next;
    const char* message;
  };
  for (const Case& c : {
           Case{"LIST X", "", ";", "the list holds something that is not a number"},
           Case{"LIST X", "", ")", "the list holds something that is not a number"},
           Case{"LIST X", "", "7", "the list holds something that is not a number"},  // no ; behind it
           Case{"LIST X", "", "0", "the list holds something that is not a number"},
           Case{"GCD 3 , 5", "", "$", "\"\" is not a number of at most 5 digits"},
           Case{"GCD 3 , 5", "1 0", "$", "\"1 0\" is not a number of at most 5 digits"},
           Case{"GCD 3 , 5", "3 ,", "$", "\"3 ,\" is not a number of at most 5 digits"},
           Case{"GCD 5 , 3", "1 1 1 1 1 1", "$", "\"1 1 1 1 1 1\" is not a number of at most 5 digits"},
           Case{"HEIGHT X", "9 9 9 9 9 9 9 9 9 9", "3", "\"9 9 9 9 9 9 9 9 9 9\" is not a number of at most 5 digits"},
           Case{"TOTAL X", "YES", "3", "\"YES\" is not a number of at most 5 digits"},
           Case{"EXPR X", ")", "MAX", "\")\" is not a number of at most 5 digits"},
           Case{"EXPR X", "5", "MED", "\"5\" where a list must close"},
           Case{"EXPR X", "5", ",", "an expression holds something that is not a number"},
           Case{"EXPR X", "5", "$", "an expression holds something that is not a number"},
           Case{"REST MAX , 3 , X", "MAX", "$", "\"MAX\" is not a number"},
           Case{"REST MAX , 3 , X", "1 1 1 1 1 1", "$", "\"1 1 1 1 1 1\" is not a number of at most 5 digits"},
           Case{"ACK 2 , 0", "X", "$", "\"X\" is not a number of at most 5 digits"},
           Case{"M91 5", "YES", "$", "\"YES\" is not a number of at most 5 digits"},
           Case{"TAK 5 , 3 , 2", "", "$", "\"\" is not a number of at most 5 digits"},
           Case{"TAK 5 , 0 , 2", "1", "$", "an argument would fall below 0"},
           Case{"TAK 5 , 3 , 0", "1", "$", "an argument would fall below 0"},
           Case{"EVEN 3", "3", "$", "\"3\" is neither YES nor NO"},
           Case{"ODD 3", "", "$", "\"\" is neither YES nor NO"},
           Case{"ODD 3", "YES NO", "$", "\"YES NO\" is neither YES nor NO"},
           Case{"LEVEL 3 , X , O", "", "$", "\"\" is neither YES nor NO"},
           Case{"AT 3 , X , O", "3", "5", "\"3\" is neither YES nor NO"},
           Case{"AT 0 , X , O", "YES", "5", "\"YES\" where nothing is returned"},
           Case{"HANOI 3 , a , b , c , O", "0", "$", "\"0\" where nothing is returned"},
           Case{"PRE X , O", "5", "5", "\"5\" where nothing is returned"},
           Case{"PRE X , O", "", "$", "a tree holds $"},
           Case{"SKIP X", "", ";", "a tree holds ;"},
           Case{"IN X , O", "", "EMIT", "a tree holds EMIT"},
           Case{"ADD X , Y", "", ".", "a stream of digits holds ."},
           Case{"MUL 3 , X", "", "END", "a stream of digits holds END"},
           Case{"SHIFT X", "", "A", "a stream of digits holds A"},
           Case{"FIND OLDER , 3 , X", "", ";", "a story holds ;"},
           Case{"FIND OLDER , 3 , X", "", "PARENTOF", "a story holds PARENTOF"},
           Case{"FIND OLDER , 3 , X", "", "OLDER", "a fact holds something that is not a number"},
           Case{"FIND OLDER , 3 , X", "", "7", "a story holds 7"},
           Case{"WHO 1 , 3 , X", "YES", "$", "\"YES\" is no number of a name"},
           Case{"WHO 1 , 3 , X", "1 2 3", "$", "\"1 2 3\" is no number of a name"},
           Case{"ROOM 3 , X", "", "$", "\"\" is no number of a name"},
           Case{"LINK OLDER , 3 , 5 , X", "0 0", "$", "\"0 0\" is no number of a name"},
           Case{"LINK OLDER , 3 , 5 , X", "5", "$", "\"5\" is neither YES nor NO"},
           Case{"PROOF 1 , 2 , 0 , X", "", ";", "a proof holds ;"},
           Case{"PROOF 1 , 2 , 0 , X", "5", "LINE", "\"5\" is neither YES nor NO"},
           Case{"CHECK 2 , 0 , X", "", "LINE", "a proof holds LINE"},
           Case{"CHECK 2 , 0 , X", "5", "=", "\"5\" is neither YES nor NO"},
           Case{"CHECK 2 , 0 , X", "YES", "SAME", "\"YES\" is not a number of at most 5 digits"},
           Case{"VALUE 2 , 0 , X", "", "LINE", "a proof holds LINE"},
           Case{"VALUE 2 , 0 , X", "", "POW", "a proof holds POW"},
           Case{"NUM X , O", "", "$", "a proof holds $"},
           Case{"EQUAL X , Y", "", "n", "a stream of digits holds n"},
           Case{"BELOW 0 , X , Y", "", ".", "a stream of digits holds ."},
           Case{"REM 7 , X", "", ";", "a stream of digits holds ;"},
       }) {
    CAPTURE(c.prompt);
    CAPTURE(c.value);
    ConstantWorld world(tokens_from(c.value), token_of(c.next));
    const Result<Frame> frame = write_frame(tokens_from(c.prompt), world);
    REQUIRE_FALSE(frame.ok());
    CHECK(frame.error().text() == "frame of \"" + std::string(c.prompt) + "\": " + c.message +
                                      "; fix: give what the function can return or read");
    CHECK(frame.error().code == ErrorCode::bad_input);
  }
}

TEST_CASE("random token sequences are frames or errors") {
  Rng rng(9, stream_of("hostile frames"), 0);
  const auto any_token = [&] {
    return rng.below(60) == 0 ? -7 : static_cast<Token>(rng.below(static_cast<std::uint32_t>(vocabulary().size()) + 2));
  };
  const auto functions = all_functions();
  std::size_t written = 0, refused = 0, judged = 0;
  for (int i = 0; i < 50'000; ++i) {
    Tokens tokens(rng.below(14));
    for (Token& token : tokens) token = any_token();
    if (rng.below(2) == 0) {  // a frame with a few tokens changed
      const std::size_t f = rng.below(static_cast<std::uint32_t>(functions.size()));
      tokens = training_frame(3, static_cast<std::uint64_t>(i), {{{f, 1.0}}, 4}).tokens;
      for (std::uint32_t hits = rng.below(4); hits > 0; --hits) {
        tokens[rng.below(static_cast<std::uint32_t>(tokens.size()))] = any_token();
      }
    }
    const Result<std::optional<std::size_t>> wrong = first_wrong_token(tokens);
    if (wrong && wrong->has_value()) CHECK(**wrong <= tokens.size());
    if (wrong) ++judged;
    const auto end = std::find(tokens.begin(), tokens.end(), token::end);
    ConstantWorld world(rng.below(2) == 0 ? Tokens{any_token()} : Tokens{}, any_token());
    const Result<Frame> frame =
        write_frame(std::span(tokens).first(static_cast<std::size_t>(end - tokens.begin())), world);
    if (!frame) {
      CHECK_FALSE(frame.error().message.empty());
      ++refused;
      continue;
    }
    ++written;
    CHECK(frame->tokens.size() == frame->own.size());
    CHECK(frame->tokens.back() == token::end);
    const Result<std::optional<std::size_t>> own = first_wrong_token(frame->tokens);
    REQUIRE(own.ok());
    CHECK_FALSE(own->has_value());
  }
  CHECK(written > 2000);
  CHECK(refused > 2000);
  CHECK(judged > 2000);
}

}  // namespace test_frame
