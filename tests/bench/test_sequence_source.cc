// Training on whole questions: samples, mixes, configurations.
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "tasks/ask/model_use.h"
#include "tasks/training/sequence_source.h"
#include "tasks/training/task_source.h"

namespace test_sequence_source {

namespace {

using namespace trm;
using tasks::Encoding;

TEST_CASE("sequence source: samples depend on seed, index and mix, fit, and hold their split") {
  for (const Encoding encoding : {Encoding::trace, Encoding::answer}) {
    const trm::tasks::SequenceSource source(encoding, 300);
    const Mix mix = {{"factorial", 1.0}, {"nested_expression", 1.0}, {"gcd", 0.0}};
    REQUIRE(source.check(mix).ok());
    std::set<tasks::Tokens> trained;
    std::size_t factorials = 0;
    const tasks::Token fact = tasks::token_of("FACT"), expr = tasks::token_of("EXPR");
    for (std::uint64_t i = 0; i < 200; ++i) {
      Sample one, again, other;
      source.train_sample(3, mix, i, one);
      source.train_sample(3, mix, i, again);
      source.train_sample(4, mix, i, other);
      REQUIRE(one.tokens == again.tokens);
      REQUIRE(one.own == again.own);
      REQUIRE(one.tokens.size() <= 300);
      REQUIRE(one.tokens.size() == one.own.size());
      REQUIRE((one.tokens[0] == fact || one.tokens[0] == expr));
      factorials += one.tokens[0] == fact ? 1 : 0;
      trained.insert(one.tokens);
      trained.insert(other.tokens);
    }
    CHECK(factorials > 60);
    CHECK(factorials < 140);
    CHECK(trained.size() > 250);
    for (std::uint64_t i = 0; i < 200; ++i) {
      Sample held_out;
      source.validation_sample(3, mix, i, held_out);
      REQUIRE_FALSE(trained.contains(held_out.tokens));
    }
    Mix shorter = mix;
    shorter["max_tokens"] = 60;
    REQUIRE(source.check(shorter).ok());
    for (std::uint64_t i = 0; i < 50; ++i) {
      Sample sample;
      source.train_sample(3, shorter, i, sample);
      REQUIRE(sample.tokens.size() <= 60);
    }
    const auto record = source.record(std::vector<Mix>{mix, {{"fibonacci", 1.0}, {"max_tokens", 9.0}}});
    CHECK(record.at(trm::tasks::kEncodingKey) == tasks::encoding_name(encoding));
    CHECK(record.at(trm::tasks::kTasksKey) == "factorial fibonacci nested_expression");
  }
}

TEST_CASE("sequence source: mistakes in a mix") {
  const trm::tasks::SequenceSource source(Encoding::trace, 256);
  struct Bad {
    Mix mix;
    const char* message;
  };
  const std::vector<Bad> cases = {
      {{{"fact", 1}}, "fact: is no task"},
      {{{"factorial", 0}}, "no task has a positive weight"},
      {{}, "no task has a positive weight"},
      {{{"factorial", 1}, {"max_tokens", 257}}, "max_tokens: must be a whole number from 2 to model.max_tokens, 256"},
      {{{"factorial", 1}, {"max_tokens", 1.5}}, "max_tokens: must be"},
      {{{"factorial", 1}, {"max_tokens", 4}},
       "factorial: no trace of 256 items of its train slice has at most 4 tokens"},
  };
  for (const Bad& bad : cases) {
    CAPTURE(bad.message);
    const Status status = source.check(bad.mix);
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().text().find(bad.message) != std::string::npos);
  }
}

TEST_CASE("task source: the encoding and the longest sequence of a configuration") {
  const auto made = [](const std::string& text) { return trm::tasks::task_source(text, "c.json"); };
  CHECK((*made("{}"))->encoding() == "frames");
  CHECK((*made(R"({"encoding": "frames", "anything": 1})"))->encoding() == "frames");
  const auto trace = made(R"({"encoding": "trace", "model": {"max_tokens": 700, "family": "trm"}})");
  REQUIRE(trace.ok());
  CHECK((*trace)->encoding() == "trace");
  CHECK((*trace)->max_tokens() == 700);
  CHECK((*made(R"({"encoding": "answer"})"))->max_tokens() == 256);
  for (const char* text : {R"({"encoding": "traces"})", R"({"encoding": 1})", "[]", "{",
                           R"({"encoding": "trace", "model": {"max_tokens": 100000}})"}) {
    CAPTURE(text);
    const auto bad = made(text);
    REQUIRE_FALSE(bad.ok());
    CHECK(bad.error().text().find("c.json") != std::string::npos);
  }
}

}  // namespace

}  // namespace test_sequence_source
