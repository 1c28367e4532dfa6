#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "tasks/frame.h"
#include "tasks/rng.h"
#include "tasks/task.h"
#include "tasks/vocabulary.h"

using namespace trm;
using namespace trm::tasks;

namespace {

std::vector<Token> tokens_of(const std::string& text) {
  std::vector<Token> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t stop = std::min(text.find(' ', at), text.size());
    out.push_back(token_of(text.substr(at, stop - at)));
    at = stop + 1;
  }
  return out;
}

/// Tokens between the last RET and the END that closes the frame.
std::vector<Token> result_of(const Frame& frame) {
  std::size_t start = frame.tokens.size() - 1;
  while (frame.tokens[start - 1] != token::ret) --start;
  return {frame.tokens.begin() + static_cast<std::ptrdiff_t>(start), frame.tokens.end() - 1};
}

/// Runs frames recursively, each prompt once, as the recursion machine does with its memo table.
class PlainMachine {
 public:
  std::vector<Token> run(std::vector<Token> prompt) {
    if (const auto known = memo_.find(prompt); known != memo_.end()) return known->second;
    const Result<Frame> frame = write_frame(
        prompt, [this](std::span<const Token> args) { return run(std::vector<Token>(args.begin(), args.end())); });
    REQUIRE(frame.ok());
    longest = std::max(longest, frame->tokens.size());
    const Result<std::optional<std::size_t>> wrong = first_wrong_token(frame->tokens);
    REQUIRE(wrong.ok());
    REQUIRE_FALSE(wrong->has_value());
    return memo_[prompt] = result_of(*frame);
  }
  std::size_t longest = 0;

 private:
  std::map<std::vector<Token>, std::vector<Token>> memo_;
};

}  // namespace

TEST_CASE("the vocabulary is fixed") {
  const std::vector<std::string> expected = {"0", "1",    "2",   "3",   "4", "5",    "6",   "7",  "8",
                                             "9", "FACT", "FIB", "MUL", ",", "CALL", "END", "RET"};
  REQUIRE(vocabulary().size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(vocabulary()[i] == expected[i]);
    CHECK(token_of(expected[i]) == static_cast<Token>(i));
  }
  CHECK(token_of("fact") == -1);
  CHECK(token_of("") == -1);
  CHECK(vocabulary()[static_cast<std::size_t>(token::fact)] == "FACT");
  CHECK(vocabulary()[static_cast<std::size_t>(token::fib)] == "FIB");
  CHECK(vocabulary()[static_cast<std::size_t>(token::mul)] == "MUL");
  CHECK(vocabulary()[static_cast<std::size_t>(token::comma)] == ",");
  CHECK(vocabulary()[static_cast<std::size_t>(token::call)] == "CALL");
  CHECK(vocabulary()[static_cast<std::size_t>(token::end)] == "END");
  CHECK(vocabulary()[static_cast<std::size_t>(token::ret)] == "RET");
  CHECK(to_text(std::vector<Token>{10, 0, 13, 99, -1}) == "FACT 0 , ? ?");
}

TEST_CASE("frames read as specified") {
  struct Case {
    const char* prompt;
    std::vector<std::vector<Token>> values;
    const char* frame;
    const char* own;
  };
  const std::vector<Case> cases = {
      {"FACT 0 , 7 1", {}, "FACT 0 , 7 1 END RET 7 1 END", "0000001111"},
      {"FACT 3 , 7",
       {{4, 1}, {2, 4}},
       "FACT 3 , 7 END CALL FACT 2 , 7 END 4 1 END CALL MUL 3 , 4 1 END 2 4 END RET 2 4 END",
       "00000"
       "111111"
       "000"
       "1111111"
       "000"
       "1111"},
      // 12 with the value 50: 2 * 50 + 10 * (1 * 50)
      {"FACT 2 1 , 7",
       {{0, 5}, {0, 0, 1}, {0, 5}},
       "FACT 2 1 , 7 END CALL FACT 1 1 , 7 END 0 5 END CALL MUL 2 , 0 5 END 0 0 1 END CALL MUL 1 , 0 5 END 0 5 END "
       "RET 0 0 6 END",
       "000000"
       "1111111"
       "000"
       "1111111"
       "0000"
       "1111111"
       "000"
       "11111"},
      {"FACT 0 1 , 7",
       {{5}, {0}, {5}},
       "FACT 0 1 , 7 END CALL FACT 9 , 7 END 5 END CALL MUL 0 , 5 END 0 END CALL MUL 1 , 5 END 5 END RET 0 5 END",
       "000000"
       "111111"
       "00"
       "111111"
       "00"
       "111111"
       "00"
       "1111"},
      {"FIB 0 , 3 , 8", {}, "FIB 0 , 3 , 8 END RET 3 END", "0000000111"},
      {"FIB 1 , 3 , 8", {}, "FIB 1 , 3 , 8 END RET 8 END", "0000000111"},
      {"FIB 0 1 , 3 , 8",
       {{9, 9}, {1}},
       "FIB 0 1 , 3 , 8 END CALL FIB 9 , 3 , 8 END 9 9 END CALL FIB 8 , 3 , 8 END 1 END RET 0 0 1 END",
       "00000000"
       "11111111"
       "000"
       "11111111"
       "00"
       "11111"},
      {"MUL 8 , 5 2 1", {}, "MUL 8 , 5 2 1 END RET 0 0 0 1 END", "0000000111111"},
      {"MUL 0 , 5 2 1", {}, "MUL 0 , 5 2 1 END RET 0 END", "0000000111"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.prompt);
    std::size_t call = 0;
    const Result<Frame> frame =
        write_frame(tokens_of(c.prompt), [&](std::span<const Token>) { return c.values.at(call++); });
    REQUIRE(frame.ok());
    CHECK(call == c.values.size());
    CHECK(to_text(frame->tokens) == c.frame);
    std::string own;
    for (const std::uint8_t mark : frame->own) own += static_cast<char>('0' + mark);
    CHECK(own == c.own);
    CHECK(frame->prompt == tokens_of(c.prompt).size() + 1);
  }
}

TEST_CASE("frames run recursively give the true answers of all plain and lucas items") {
  for (const Task* task : all_tasks()) {
    for (const std::string_view slice : {"plain", "lucas"}) {
      for (std::size_t i = 0; i < task->size(slice); ++i) {
        const Result<Item> item = task->item(slice, 0, i);
        REQUIRE(item.ok());
        CAPTURE(item->id);
        const std::vector<Token> prompt = task->encode(*item);
        PlainMachine machine;
        const std::vector<Token> value = machine.run(prompt);
        const Result<std::string> text = decode_number(value);
        REQUIRE(text.ok());
        CHECK(*text == item->answer);
        CHECK(task->verify(*item, *text));
        const Result<std::vector<Token>> truth = true_value(prompt);
        REQUIRE(truth.ok());
        CHECK(*truth == value);
        CHECK(machine.longest <= max_frame_tokens);
      }
    }
  }
}

TEST_CASE("frames run recursively give the true answers of random items") {
  for (const Task* task : all_tasks()) {
    for (const std::string_view slice : {"train", "test", "depth_2x"}) {
      for (std::size_t i = 0; i < 150; ++i) {
        const Result<Item> item = task->item(slice, 3, i);
        REQUIRE(item.ok());
        CAPTURE(item->id);
        PlainMachine machine;
        const Result<std::string> text = decode_number(machine.run(task->encode(*item)));
        REQUIRE(text.ok());
        CHECK(*text == item->answer);
        CHECK(machine.longest <= max_frame_tokens);
      }
    }
  }
}

TEST_CASE("the widest frames keep their documented lengths") {
  // The widest item: n = 20 has c of two digits at most; the widest chain is the widest c at its greatest n.
  const auto longest = [](const std::string& prompt) {
    const Result<Item> item = parse_prompt(prompt);
    REQUIRE(item.ok());
    PlainMachine machine;
    machine.run(find_task(item->task)->encode(*item));
    return machine.longest;
  };
  CHECK(longest("fib 10 909090909090909090 999999999999999999") <= 205);
  CHECK(longest("fib 2 49999999999999999999 49999999999999999999") <= 205);
  CHECK(longest("fact 1 99999999999999999999") <= 205);
  CHECK(longest("fact 12 200000000000") <= max_frame_tokens);
}

TEST_CASE("true_value multiplies") {
  const Result<std::vector<Token>> value = true_value(tokens_of("MUL 7 , 8 9 9"));
  REQUIRE(value.ok());
  CHECK(to_text(*value) == "6 8 9 6");  // 7 * 998
}

TEST_CASE("malformed prompts are errors") {
  struct Case {
    std::vector<Token> prompt;
    const char* error;
  };
  const std::vector<Case> cases = {
      {{}, "frame prompt \"\": is empty; fix: write FACT, FIB or MUL with its arguments"},
      {tokens_of("3"),
       "frame prompt \"3\": starts with no known function; fix: write FACT, FIB or MUL with its arguments"},
      {tokens_of("CALL FACT 3 , 1"),
       "frame prompt \"CALL FACT 3 , 1\": starts with no known function; fix: write FACT, FIB or MUL with its "
       "arguments"},
      {{-5, 1}, "frame prompt \"? 1\": starts with no known function; fix: write FACT, FIB or MUL with its arguments"},
      {tokens_of("FACT"), "frame prompt \"FACT\": has 1 arguments instead of 2; fix: write FACT n , c"},
      {tokens_of("FACT 3"), "frame prompt \"FACT 3\": has 1 arguments instead of 2; fix: write FACT n , c"},
      {tokens_of("FACT 3 , 1 , 1"),
       "frame prompt \"FACT 3 , 1 , 1\": has 3 arguments instead of 2; fix: write FACT n , c"},
      {tokens_of("FACT 3 ,"),
       "frame prompt \"FACT 3 ,\": argument 2 is not a number without leading zeros; fix: write FACT n , c"},
      {tokens_of("FACT , 3"),
       "frame prompt \"FACT , 3\": argument 1 is not a number without leading zeros; fix: write FACT n , c"},
      {tokens_of("FACT 3 , 1 0"),
       "frame prompt \"FACT 3 , 1 0\": argument 2 is not a number without leading zeros; fix: write FACT n , c"},
      {tokens_of("FACT 0 0 , 1"),
       "frame prompt \"FACT 0 0 , 1\": argument 1 is not a number without leading zeros; fix: write FACT n , c"},
      {tokens_of("FACT 0 0 1 , 1"),
       "frame prompt \"FACT 0 0 1 , 1\": argument 1 has more than 2 digit(s); fix: write FACT n , c"},
      {tokens_of("FACT 3 , 1 END"),
       "frame prompt \"FACT 3 , 1 END\": argument 2 is not a number without leading zeros; fix: write FACT n , c"},
      {tokens_of("FIB 3 , 1"), "frame prompt \"FIB 3 , 1\": has 2 arguments instead of 3; fix: write FIB n , a , b"},
      {tokens_of("FIB 3 , 1 , FIB"),
       "frame prompt \"FIB 3 , 1 , FIB\": argument 3 is not a number without leading zeros; fix: write FIB n , a , b"},
      {{10, 3, 13, 99},
       "frame prompt \"FACT 3 , ?\": argument 2 is not a number without leading zeros; fix: write FACT n , c"},
      {tokens_of("MUL 1 2 , 5"),
       "frame prompt \"MUL 1 2 , 5\": argument 1 has more than 1 digit(s); fix: write MUL d , x"},
      {tokens_of("MUL 1 2"), "frame prompt \"MUL 1 2\": has 1 arguments instead of 2; fix: write MUL d , x"},
  };
  for (const Case& c : cases) {
    CAPTURE(to_text(c.prompt));
    bool called = false;
    const Result<Frame> frame = write_frame(c.prompt, [&](std::span<const Token>) {
      called = true;
      return std::vector<Token>{0};
    });
    REQUIRE_FALSE(frame.ok());
    CHECK(frame.error().text() == c.error);
    CHECK(frame.error().code == ErrorCode::bad_input);
    CHECK_FALSE(called);
    const Result<std::vector<Token>> value = true_value(c.prompt);
    REQUIRE_FALSE(value.ok());
    CHECK(value.error().text() == c.error);
  }
}

TEST_CASE("random token sequences are either frames or errors") {
  Rng rng(9, stream_of("hostile prompts"), 0);
  std::size_t good = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::vector<Token> prompt(rng.below(12));
    for (Token& t : prompt) t = static_cast<Token>(rng.below(18)) - (rng.below(50) == 0 ? 20 : 0);
    if (rng.below(2) == 0 && prompt.size() > 4) {
      prompt[0] = token::mul;
      prompt[2] = token::comma;
    }
    const Result<Frame> frame = write_frame(prompt, [](std::span<const Token>) { return std::vector<Token>{1}; });
    const Result<std::vector<Token>> value = true_value(prompt);
    CHECK(frame.ok() == value.ok());
    if (frame) ++good;
  }
  CHECK(good > 10);
  CHECK(good < 25'000);
}

TEST_CASE("a callee that returns no number is an error") {
  for (const std::vector<Token>& bad : {std::vector<Token>{}, {1, 0}, {token::end}, {-1}, {3, 12}}) {
    CAPTURE(to_text(bad));
    for (const char* prompt : {"FACT 3 , 2", "FIB 5 , 3 , 8", "FACT 4 1 , 2"}) {
      const Result<Frame> frame = write_frame(tokens_of(prompt), [&](std::span<const Token>) { return bad; });
      REQUIRE_FALSE(frame.ok());
      CHECK(frame.error().text() == "value of a call: \"" + to_text(bad) +
                                        "\" is not a number; fix: return digits, least significant first, without "
                                        "leading zeros");
    }
  }
}

TEST_CASE("any single wrong own token of a recorded frame is found") {
  for (std::uint64_t index = 0; index < 300; ++index) {
    CAPTURE(index);
    const Frame frame = training_frame(11, index, {});
    const Result<std::optional<std::size_t>> clean = first_wrong_token(frame.tokens);
    REQUIRE(clean.ok());
    CHECK_FALSE(clean->has_value());
    for (std::size_t i = frame.prompt; i < frame.tokens.size(); ++i) {
      if (frame.own[i] == 0) continue;
      for (const Token shift : {1, 5, 16}) {
        std::vector<Token> recorded = frame.tokens;
        recorded[i] = (recorded[i] + shift) % 17;
        const Result<std::optional<std::size_t>> wrong = first_wrong_token(recorded);
        REQUIRE(wrong.ok());
        REQUIRE(wrong->has_value());
        CHECK(**wrong == i);
      }
    }
    std::vector<Token> cut(frame.tokens.begin(), frame.tokens.end() - 1);
    Result<std::optional<std::size_t>> wrong = first_wrong_token(cut);
    REQUIRE(wrong.ok());
    CHECK(*wrong == std::optional(cut.size()));
    std::vector<Token> longer = frame.tokens;
    longer.push_back(token::end);
    wrong = first_wrong_token(longer);
    REQUIRE(wrong.ok());
    CHECK(*wrong == std::optional(frame.tokens.size()));
  }
}

TEST_CASE("a frame is judged by the values it was given, not by the truth") {
  const auto judge = [](const char* text) { return first_wrong_token(tokens_of(text)); };
  // 5 + 1 = 6 is right for the values given, although F(2) is not 5.
  Result<std::optional<std::size_t>> wrong =
      judge("FIB 2 , 3 , 8 END CALL FIB 1 , 3 , 8 END 5 END CALL FIB 0 , 3 , 8 END 1 END RET 6 END");
  REQUIRE(wrong.ok());
  CHECK_FALSE(wrong->has_value());
  wrong = judge("FIB 2 , 3 , 8 END CALL FIB 1 , 3 , 8 END 5 END CALL FIB 0 , 3 , 8 END 1 END RET 7 END");
  REQUIRE(wrong.ok());
  CHECK(*wrong == std::optional<std::size_t>(28));
  // The first call is right, its value is no number: nobody can say what should follow.
  wrong = judge("FIB 2 , 3 , 8 END CALL FIB 1 , 3 , 8 END 5 0 END CALL FIB 0 , 3 , 8 END 1 END RET 6 END");
  REQUIRE_FALSE(wrong.ok());
  CHECK(wrong.error().text() ==
        "frame: an appended value is not a number; fix: judge only frames whose callees returned numbers");
  // The first call is wrong already.
  wrong = judge("FIB 2 , 3 , 8 END CALL FIB 1 , 3 , 9 END 5 0 END CALL FIB 0 , 3 , 8 END 1 END RET 6 END");
  REQUIRE(wrong.ok());
  CHECK(*wrong == std::optional<std::size_t>(13));
  // A call that should not be there, and one that is missing.
  wrong = judge("MUL 2 , 3 END CALL MUL 2 , 3 END 6 END RET 6 END");
  REQUIRE(wrong.ok());
  CHECK(*wrong == std::optional<std::size_t>(5));
  wrong = judge("FACT 3 , 2 END RET 1 2 END");
  REQUIRE(wrong.ok());
  CHECK(*wrong == std::optional<std::size_t>(5));
  CHECK_FALSE(judge("FACT 3 , 2").ok());
  CHECK_FALSE(judge("FACT 3 END RET 2 END").ok());
  CHECK_FALSE(first_wrong_token({}).ok());
}
