#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>

#include "tasks/digits.h"
#include "tasks/function.h"
#include "tasks/task.h"
#include "tasks/vocabulary.h"
#include "tests/support/right_frames.h"

namespace {

using namespace trm;
using namespace trm::tasks;

FrameMix mix_of(std::size_t function, std::size_t max_digits = 12) {
  return {{{function, 1.0}}, max_digits};
}

}  // namespace

TEST_CASE("every item of every slice of every task is answered by right frames") {
  for (const Task* task : all_tasks()) {
    for (const std::string_view slice : task->info().slices) {
      std::size_t most_frames = 0, longest = 0, deepest = 0, items = 0, tokens = 0;
      for (std::size_t i = 0; i < std::min<std::size_t>(task->size(slice), 25); ++i) {
        const Result<Item> item = task->item(slice, 3, i);
        REQUIRE(item.ok());
        if (task->name() == "fibonacci" && item->depth > 20) continue;  // without a memo table they take forever
        CAPTURE(item->prompt);
        test::RightFrames machine;
        const Tokens value = machine.run(task->encode(*item));
        const Result<std::string> answer = task->decode(*item, value);
        REQUIRE_MESSAGE(answer.ok(), answer.error().text());
        CHECK(*answer == item->answer);
        CHECK(task->verify(*item, *answer));
        most_frames = std::max(most_frames, machine.counts.frames);
        longest = std::max(longest, machine.counts.longest);
        deepest = std::max(deepest, machine.counts.depth);
        tokens += machine.counts.own_tokens;
        ++items;
      }
      MESSAGE(std::string(task->name()), "/", std::string(slice), ": ", items, " items, ", most_frames, " frames, ",
              deepest, " deep, longest ", longest, ", own tokens ", tokens / std::max<std::size_t>(items, 1));
    }
  }
}

TEST_CASE("training frames are right, and every corruption of an own token is found") {
  for (std::size_t f = 0; f < all_functions().size(); ++f) {
    CAPTURE(function_name(*all_functions()[f]));
    std::size_t longest = 0, sum = 0;
    std::set<std::string> seen;
    for (std::uint64_t i = 0; i < 300; ++i) {
      const Frame frame = training_frame(5, i, mix_of(f));
      CAPTURE(to_text(frame.tokens));
      CHECK(frame.tokens.size() <= max_frame_tokens);
      REQUIRE(frame.own.size() == frame.tokens.size());
      const auto wrong = first_wrong_token(frame.tokens);
      REQUIRE_MESSAGE(wrong.ok(), wrong.error().text());
      CHECK_FALSE(wrong->has_value());
      longest = std::max(longest, frame.tokens.size());
      sum += frame.tokens.size();
      seen.insert(to_text(frame.tokens));
      for (std::size_t at = frame.prompt; at < frame.tokens.size(); ++at) {
        if (frame.own[at] == 0) continue;
        Tokens other = frame.tokens;
        other[at] = (other[at] + 1 + static_cast<Token>(i % 60)) % static_cast<Token>(vocabulary().size());
        const auto found = first_wrong_token(other);
        if (found.ok()) {
          REQUIRE(found->has_value());
          CHECK(**found == at);
        }
      }
    }
    MESSAGE(function_name(*all_functions()[f]), ": longest ", longest, ", mean ", sum / 300, ", different ", seen.size(), "  e.g. ", to_text(training_frame(5, 7, mix_of(f)).tokens));
  }
}
