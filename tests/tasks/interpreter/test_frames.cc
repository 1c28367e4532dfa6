#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "tasks/interpreter/judge.h"
#include "tasks/interpreter/random_frame.h"
#include "tests/support/sweep.h"

namespace test_interpreter_frames {

using namespace trm::tasks::interpreter;

namespace {

trm::tasks::FrameMix all_of_them() {
  trm::tasks::FrameMix out;
  out.max_digits = 14;
  for (std::size_t i = 0; i < all_functions().size(); ++i) out.weights.emplace_back(i, 1.0);
  return out;
}

}  // namespace

TEST_CASE("every function has a head of its own, at most forty-four of them") {
  const auto all = all_functions();
  CHECK(all.size() <= 44);
  for (std::size_t i = 1; i < all.size(); ++i) CHECK(all[i - 1].head < all[i].head);
  for (const Function& function : all) CHECK(find_function(function.head) == &function);
}

TEST_CASE("random frames of every function are right, and every other token in them is found to be wrong") {
  const trm::tasks::FrameMix mix = all_of_them();
  std::vector<std::size_t> seen(token::names.size());
  for (std::uint64_t i = 0; i < trm::test::swept(6000); ++i) {
    const trm::tasks::Frame frame = random_frame("test", 1, i, mix);
    CAPTURE(to_text(frame.tokens));
    REQUIRE(frame.tokens.size() == frame.own.size());
    CHECK(frame.tokens.size() <= kMaxFrameTokens);
    ++seen[static_cast<std::size_t>(frame.tokens[0])];
    const auto judged = first_wrong_token(frame.tokens);
    REQUIRE(judged.ok());
    CHECK(!judged->has_value());
    // A token that the model writes, changed.
    std::vector<std::size_t> own;
    for (std::size_t t = 0; t < frame.own.size(); ++t) {
      if (frame.own[t] != 0) own.push_back(t);
    }
    const std::size_t at = own[i % own.size()];
    Tokens wrong = frame.tokens;
    wrong[at] = wrong[at] == token::emit ? token::take : token::emit;
    const auto found = first_wrong_token(wrong);
    if (found.ok()) CHECK(*found == at);
    Tokens cut(frame.tokens.begin(), frame.tokens.end() - 1);
    const auto short_one = first_wrong_token(cut);
    if (short_one.ok()) CHECK(*short_one == cut.size());
  }
  for (const Function& function : all_functions()) CHECK(seen[static_cast<std::size_t>(function.head)] > 0);
}

TEST_CASE("a random frame depends on name, seed and index alone") {
  const trm::tasks::FrameMix mix = all_of_them();
  CHECK(random_frame("a", 1, 5, mix).tokens == random_frame("a", 1, 5, mix).tokens);
  int same = 0;
  for (std::uint64_t i = 0; i < 50; ++i) {
    same += random_frame("a", 1, i, mix).tokens == random_frame("b", 1, i, mix).tokens ? 1 : 0;
    same += random_frame("a", 1, i, mix).tokens == random_frame("a", 2, i, mix).tokens ? 1 : 0;
  }
  CHECK(same < 30);
}

TEST_CASE("prompts are read strictly") {
  using namespace token;
  const auto bad = [](Tokens prompt) { return !check_prompt(prompt).ok(); };
  CHECK(check_prompt(Tokens{add, x, y}).ok());
  CHECK(bad({}));
  CHECK(bad({x}));
  CHECK(bad({add}));
  CHECK(bad({add, x}));
  CHECK(bad({add, y, x}));
  CHECK(bad({add, x, y, z}));
  CHECK(bad({add, x, y, out}));
  CHECK(bad({add_on, x, y}));
  CHECK(bad({add_on, plus, x, y}));
  CHECK(check_prompt(Tokens{rev, x, out}).ok());
  CHECK(bad({below, 1, x, y}));
}

}  // namespace test_interpreter_frames
