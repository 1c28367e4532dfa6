#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "tasks/base/rng.h"
#include "tasks/frames/function.h"
#include "tasks/recursion/multi_step_qa/multi_step_qa.h"
#include "tasks/registry.h"
#include "tasks/task/task.h"
#include "tests/support/right_frames.h"
#include "tests/support/sweep.h"
#include "tests/tasks/made_item.h"

namespace test_story_frames {

using namespace trm;
using namespace trm::tasks;

namespace {

std::string pick(Rng& rng, const std::vector<std::string>& words) {
  return words[rng.below(static_cast<std::uint32_t>(words.size()))];
}

/// Stories that nobody would write: several mothers, facts told twice, things in two places.
std::string random_story(Rng& rng) {
  static const std::vector<std::string> names = {"A1", "B2", "C3", "D4",  "E5",  "F6",
                                                 "G7", "H8", "I9", "J10", "K11", "L12"};
  struct Subject {
    std::vector<std::string> facts, questions;
  };
  static const std::array<Subject, 4> subjects = {{
      {{"@ is the mother of @. ", "@ is the father of @. ", "The mother of @ is @. ", "The father of @ is @. "},
       {"Who is the mother of @?", "Who is the grandfather of @?", "Who is the father of the grandmother of @?",
        "Who is the great-grandmother of the father of @?"}},
      {{"The @ is in the @. ", "The @ holds the @. "}, {"Which room is the @ in?"}},
      {{"The @ is part of the @. ", "The @ includes the @. "}, {"Is the @ part of the @?"}},
      {{"@ is older than @. ", "@ is younger than @. ", "@ is older than @. ", "@ is lighter than @. "},
       {"Is @ older than @?", "Is @ younger than @?", "Is @ heavier than @?"}},
  }};
  const Subject& subject = subjects[rng.below(4)];
  std::string text;
  for (std::uint32_t facts = rng.between(1, 9); facts > 0; --facts) text += pick(rng, subject.facts);
  text += pick(rng, subject.questions);
  const std::uint32_t known = rng.between(2, static_cast<std::uint32_t>(names.size()));
  for (std::size_t at = text.find('@'); at != std::string::npos; at = text.find('@')) {
    text.replace(at, 1, names[rng.below(known)]);
  }
  return text;
}

Frame frame_of(const char* name, std::uint64_t index) {
  return training_frame(7, index, {{{*function_index(name), 1.0}}, 12});
}

}  // namespace

TEST_CASE("right frames answer any story that has one answer") {
  std::map<std::string, std::size_t> asked;
  for (std::uint64_t i = 0; i < test::swept(40'000); ++i) {
    Rng rng(1, stream_of("any stories"), i);
    const std::string text = random_story(rng);
    CAPTURE(text);
    const Result<Item> item = parse_prompt("ask " + text);
    REQUIRE(item.ok() == multi_step_qa::answer_of(text).ok());
    if (!item) continue;
    CHECK(item->prompt == "ask " + text);
    // The search through the graph and the transitive closure agree, and so do the frames.
    CHECK(item->answer == *multi_step_qa::answer_of(text));
    test::RightFrames machine;
    const Task& task = multi_step_qa::task();
    const Result<std::string> answer = task.decode(*item, machine.run(task.encode(*item)));
    REQUIRE_MESSAGE(answer.ok(), answer.error().text());
    CHECK(*answer == item->answer);
    const std::string question = text.substr(text.rfind(". ") + 2);
    ++asked[question.substr(0, question.find(' ')) +
            (item->answer == "yes" || item->answer == "no" ? item->answer : "")];
  }
  for (const char* kind : {"Who", "Which", "Isyes", "Isno"}) {
    CAPTURE(kind);
    CHECK(asked[kind] > test::swept(40'000) / 100);
  }
}

TEST_CASE("a question is asked as it is said") {
  const auto asked = [](const char* text) {
    const Result<Item> item = parse_prompt(text);
    REQUIRE_MESSAGE(item.ok(), item.error().text());
    const Question question = multi_step_qa::task().encode(*item);
    REQUIRE(question.streams.size() == 1);
    return to_text(question.prompt) + " / " + to_text(question.streams[0]);
  };
  CHECK(asked("ask Ann is the mother of Ben. The father of Ann is Carl. Who is the father of the mother of Ben?") ==
        "WHO 1 2 , 1 , X / MOTHER 0 ; 1 ; FATHEROF 0 ; 2 ;");
  CHECK(asked("ask Ann is the mother of Ben. Ben is the father of Carl. Who is the grandmother of Carl?") ==
        "WHO 0 1 , 2 , X / MOTHER 0 ; 1 ; FATHER 1 ; 2 ;");
  CHECK(asked("ask The box holds the key. The box is in the hall. Which room is the key in?") ==
        "ROOM 1 , X / HOLDS 0 ; 1 ; INSIDE 0 ; 2 ;");
  CHECK(asked("ask The car includes the axle. The axle is part of the van. Is the axle part of the car?") ==
        "LINK PARTOF , 1 , 0 , X / INCLUDES 0 ; 1 ; PARTOF 1 ; 2 ;");
  CHECK(asked("ask Kim is younger than Tom. Tom is taller than Kim. Is Tom older than Kim?") ==
        "LINK OLDER , 1 , 0 , X / YOUNGER 0 ; 1 ; TALLER 1 ; 0 ;");
  CHECK(asked("ask Kim is lighter than Tom. Is Kim lighter than Tom?") == "LINK LIGHTER , 0 , 1 , X / LIGHTER 0 ; 1 ;");
  CHECK(asked("ask Kim is lighter than Tom. Tom is shorter than Kim. Is Kim heavier than Tom?") ==
        "LINK HEAVIER , 0 , 1 , X / LIGHTER 0 ; 1 ; SHORTER 1 ; 0 ;");
  std::string names = "ask ";
  for (char c = 'A'; c < 'M'; ++c) names += std::string(1, c) + " is older than " + std::string(1, c + 1) + ". ";
  CHECK(asked((names + "Is K older than M?").c_str())
            .starts_with("LINK OLDER , 0 1 , 2 1 , X / OLDER 0 ; 1 ; OLDER 1 ; 2"));
}

TEST_CASE("numbers to compare are the same or close") {
  std::size_t same = 0, of_other_length = 0, one_digit_off = 0;
  const std::size_t frames = test::swept(10'000);
  for (std::uint64_t index = 0; index < frames; ++index) {
    const Frame frame = frame_of("same", index);
    const auto comma = std::find(frame.tokens.begin(), frame.tokens.end(), token::comma);
    const Tokens a(frame.tokens.begin() + 1, comma);
    const Tokens b(comma + 1, std::find(comma, frame.tokens.end(), token::end));
    const bool yes = frame.tokens[frame.tokens.size() - 2] == token::yes;
    REQUIRE(yes == (a == b));
    same += yes ? 1 : 0;
    if (a.size() != b.size()) {
      of_other_length += a[0] == b[0] ? 1 : 0;
    } else {
      one_digit_off += std::inner_product(a.begin(), a.end(), b.begin(), 0, std::plus<>(), std::not_equal_to<>()) == 1;
    }
  }
  CHECK(same > 2 * frames / 5);
  CHECK(same < frames * 7 / 10);
  CHECK(of_other_length > frames / 20);
  CHECK(one_digit_off > frames / 20);
}

TEST_CASE("facts that are looked through say what is looked for, something else, or nothing more") {
  std::map<std::string, std::size_t> ways;
  const std::size_t frames = test::swept(10'000);
  for (std::uint64_t index = 0; index < frames; ++index) {
    const Frame frame = frame_of("find", index);
    const auto calls = [&](Token head) {
      const std::array<Token, 2> call = {token::call, head};
      return std::search(frame.tokens.begin(), frame.tokens.end(), call.begin(), call.end()) != frame.tokens.end();
    };
    ++ways[calls(token::same) ? (calls(token::find) ? "another" : "found") : calls(token::find) ? "unrelated" : "end"];
  }
  for (const char* way : {"found", "another", "unrelated"}) {
    CAPTURE(way);
    CHECK(ways[way] > frames / 6);
  }
  CHECK(ways["end"] > frames / 20);
}

}  // namespace test_story_frames
