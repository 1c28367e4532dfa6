#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "engine/machine/text_writer.h"
#include "tests/support/scripted_stepper.h"

namespace test_text_writer {

using namespace trm;
using tests::ScriptedStepper;
using tests::Seen;

namespace {

using Tokens = std::vector<std::int32_t>;

constexpr std::size_t kVocabulary = 8;
constexpr std::int32_t kStop = 7, kBad = 6;

/// Counts down from the last token of the prompt, then stops.
std::int32_t count_down(const Tokens& stream) {
  return stream.back() == 0 ? kStop : stream.back() - 1;
}

TextState stop_rule(std::size_t /*text*/, std::int32_t token) {
  if (token == kBad) return TextState::malformed;
  return token == kStop ? TextState::complete : TextState::open;
}

TextWriter writer_of(Seen& seen, tests::Script script, const TextOptions& options,
                     std::size_t longest = std::numeric_limits<std::size_t>::max()) {
  Result<TextWriter> writer = TextWriter::create(
      std::make_unique<ScriptedStepper>(kVocabulary, std::move(script), seen, longest), kVocabulary, options);
  REQUIRE(writer.ok());
  return *std::move(writer);
}

TEST_CASE("text writer: each text goes on from its prompt until the rule ends it, whatever is written beside it") {
  const std::vector<Tokens> prompts = {{5, 3}, {0}, {1, 1, 1}, {5}, {4, 0}, {2}};
  for (std::size_t concurrency = 1; concurrency <= 8; ++concurrency) {
    CAPTURE(concurrency);
    Seen seen;
    TextWriter writer = writer_of(seen, count_down, {100, concurrency});
    for (int round = 0; round < 2; ++round) {  // a writer can be used again
      std::vector<Answer> answers(prompts.size());
      std::vector<Tokens> heard(prompts.size());
      REQUIRE(writer
                  .run(prompts, answers,
                       [&](std::size_t text, std::int32_t token) {
                         heard[text].push_back(token);
                         return stop_rule(text, token);
                       })
                  .ok());
      for (std::size_t i = 0; i < prompts.size(); ++i) {
        CAPTURE(i);
        Tokens expected;
        for (std::int32_t t = prompts[i].back(); t > 0; --t) expected.push_back(t - 1);
        expected.push_back(kStop);
        CHECK(answers[i].verdict == Verdict::answered);
        CHECK(answers[i].value == expected);
        CHECK(heard[i] == expected);
        CHECK(answers[i].own_tokens == expected.size());
        CHECK(answers[i].fed_tokens == prompts[i].size());
        CHECK(answers[i].first_token_ns >= 0);
        CHECK(answers[i].elapsed_ns >= answers[i].first_token_ns);
      }
      CHECK(seen.alive == 0);
      CHECK(seen.peak <= concurrency);
      CHECK(seen.widest == std::min(concurrency, prompts.size()));
    }
  }
}

TEST_CASE("text writer: a text that reaches the limit, the model's positions or a wrong token ends without an answer") {
  const std::vector<Tokens> prompts = {{1, 5}, {1}, {1, 1, 1, 1, 1, 1}};
  struct Case {
    std::size_t max_tokens, positions;
  };
  for (const Case& c : {Case{6, 100}, Case{100, 6}}) {
    Seen seen;
    TextWriter writer = writer_of(seen, count_down, {c.max_tokens, 2}, c.positions);
    std::vector<Answer> answers(prompts.size());
    REQUIRE(writer.run(prompts, answers, stop_rule).ok());
    CHECK(answers[0].verdict == Verdict::frame_too_long);
    CHECK(answers[0].value == Tokens{4, 3, 2, 1});
    CHECK(answers[1].verdict == Verdict::answered);
    CHECK(answers[2].verdict == Verdict::frame_too_long);  // before a token of its own
    CHECK(answers[2].own_tokens == 0);
    CHECK(seen.alive == 0);
  }
  // A text may end with the very last token.
  {
    Seen seen;
    TextWriter writer = writer_of(seen, count_down, {4, 1});
    std::vector<Answer> answers(1);
    REQUIRE(writer.run(std::vector<Tokens>{{1, 1}}, answers, stop_rule).ok());
    CHECK(answers[0].verdict == Verdict::answered);
  }
  Seen seen;
  TextWriter writer = writer_of(seen, [](const Tokens&) { return kBad; }, {100, 2});
  std::vector<Answer> answers(prompts.size());
  REQUIRE(writer.run(prompts, answers, stop_rule).ok());
  for (const Answer& answer : answers) {
    CHECK(answer.verdict == Verdict::malformed);
    CHECK(answer.value == Tokens{kBad});
  }
}

TEST_CASE("text writer: a text that runs out of time, and who hears of the end of each") {
  const std::vector<Tokens> prompts = {{5, 5, 5, 5}, {0}, {3}};
  for (const std::size_t concurrency : {1, 3}) {
    CAPTURE(concurrency);
    Seen seen;
    std::vector<std::size_t> ended;
    const auto run = [&](std::size_t max_tokens, std::int64_t max_elapsed_ns) {
      ended.clear();
      TextWriter writer = writer_of(seen, count_down, {max_tokens, concurrency, max_elapsed_ns});
      std::vector<Answer> answers(prompts.size());
      REQUIRE(writer.run(prompts, answers, stop_rule, [&](std::size_t text) { ended.push_back(text); }).ok());
      CHECK(seen.alive == 0);
      return answers;
    };
    std::vector<Answer> answers = run(100, 0);
    CHECK(ended == (concurrency == 1 ? std::vector<std::size_t>{0, 1, 2} : std::vector<std::size_t>{1, 2, 0}));
    answers = run(100, 1);  // over with the first token, which is all of the second text
    CHECK(answers[0].verdict == Verdict::out_of_time);
    CHECK(answers[0].value == Tokens{4});
    CHECK(answers[1].verdict == Verdict::answered);
    CHECK(answers[2].verdict == Verdict::out_of_time);
    CHECK(ended.size() == 3);
    answers = run(4, 0);  // the first prompt has no room for a token
    CHECK(answers[0].verdict == Verdict::frame_too_long);
    CHECK(ended.size() == 3);
  }
  Seen seen;
  CHECK(TextWriter::create(std::make_unique<ScriptedStepper>(kVocabulary, count_down, seen), kVocabulary, {4, 1, -1})
            .error()
            .field == "max_elapsed_ns");
}

TEST_CASE("text writer: a stop ends the work within a token") {
  const std::vector<Tokens> prompts = {{0}, {5}, {3}};
  for (const std::size_t concurrency : {1, 3}) {
    CAPTURE(concurrency);
    Seen seen;
    std::atomic<bool> stop{false};
    TextWriter writer = writer_of(seen, count_down, {100, concurrency, 0, &stop});
    std::vector<Answer> answers(prompts.size());
    std::vector<std::size_t> ended;
    const auto on_end = [&](std::size_t text) {
      ended.push_back(text);
      stop = true;
    };
    REQUIRE(writer.run(prompts, answers, stop_rule, on_end).ok());
    CHECK(ended == std::vector<std::size_t>{0});
    CHECK(answers[1].value.size() <= 1);
    CHECK(seen.alive == 0);
  }
}

TEST_CASE("text writer: bad input and a failing engine are errors that leave no state behind") {
  Seen seen;
  TextWriter writer = writer_of(seen, count_down, {100, 2});
  std::vector<Answer> one(1), two(2);
  CHECK_FALSE(writer.run(std::vector<Tokens>{{1}}, two, stop_rule).ok());
  for (const Tokens& prompt : {Tokens{}, Tokens{-1}, Tokens{8}}) {
    const Status status = writer.run(std::vector<Tokens>{prompt}, one, stop_rule);
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().text().find("prompt 0") != std::string::npos);
  }
  CHECK(seen.calls == 0);
  seen.fail_at = 2;
  CHECK_FALSE(writer.run(std::vector<Tokens>{{5}, {5}}, two, stop_rule).ok());
  CHECK(seen.alive == 0);
  for (const TextOptions& options : {TextOptions{0, 1}, TextOptions{1, 0}}) {
    CHECK_FALSE(
        TextWriter::create(std::make_unique<ScriptedStepper>(kVocabulary, count_down, seen), kVocabulary, options)
            .ok());
  }
}

}  // namespace

}  // namespace test_text_writer
