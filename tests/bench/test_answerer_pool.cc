#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <vector>

#include "simd/ref.h"
#include "tasks/ask/answerer_pool.h"
#include "tasks/registry.h"
#include "tests/bench/support.h"

namespace test_answerer_pool {

namespace {

using trm::Answer;
using trm::MachineObserver;
using trm::Question;
using trm::tasks::AnswererPool;
using trm::tasks::CausalModel;
using trm::tasks::PoolOptions;
using trm::tests::ScratchDirectory;

std::vector<Question> questions(std::size_t count) {
  std::vector<Question> out;
  for (std::size_t i = 0; i < count; ++i) {
    const auto item = trm::tasks::parse_prompt("fact 0 " + std::to_string(i + 1));
    REQUIRE(item.ok());
    out.push_back(trm::tasks::find_task("factorial")->encode(*item));
  }
  return out;
}

PoolOptions options(std::size_t threads) {
  PoolOptions out;
  out.machine.concurrency = 4;
  out.threads.threads = threads;
  out.threads.pin = trm::Pinning::off;
  return out;
}

TEST_CASE("answerer pool: answers do not depend on threads, and each question is told once") {
  const ScratchDirectory scratch;
  const auto model = CausalModel::load(trm::tests::echo_model(scratch).path, trm::simd::reference<float>());
  REQUIRE(model.ok());
  const std::vector<Question> asked = questions(37);
  for (const std::size_t threads : {1, 2, 3}) {
    CAPTURE(threads);
    AnswererPool pool(*model, options(threads));
    std::vector<Answer> answers(asked.size()), again(asked.size());
    std::vector<std::atomic<int>> told(asked.size());
    const auto observer = [&](std::size_t first, std::size_t worker) {
      CHECK(worker < threads);
      MachineObserver out;
      out.answered = [&, first](std::size_t question) { ++told[first + question]; };
      return out;
    };
    REQUIRE(pool.run(asked, answers, {observer, {}}).ok());
    CHECK(pool.threads() == threads);
    REQUIRE(pool.run_again_alone(asked, again, {observer, {}}).ok());
    AnswererPool one(*model, options(1));
    for (std::size_t i = 0; i < asked.size(); ++i) {
      CAPTURE(i);
      Answer alone;
      REQUIRE(one.run_alone(asked[i], alone).ok());
      CHECK(answers[i].value == alone.value);
      CHECK(again[i].value == alone.value);
      CHECK(told[i] == 2);
    }
    CHECK(one.threads() == 0);  // one question starts no threads
    CHECK(one.state_bytes() > 0);
  }
}

TEST_CASE("answerer pool: nothing is answered behind a stop, and no question is none to do") {
  const ScratchDirectory scratch;
  const auto model = CausalModel::load(trm::tests::echo_model(scratch).path, trm::simd::reference<float>());
  REQUIRE(model.ok());
  const std::atomic<bool> stop{true};
  PoolOptions stopped = options(2);
  stopped.machine.stop = &stop;
  AnswererPool pool(*model, stopped);
  REQUIRE(pool.run({}, {}).ok());
  CHECK(pool.threads() == 0);
  const std::vector<Question> asked = questions(5);
  std::vector<Answer> answers(asked.size());
  REQUIRE(pool.run(asked, answers).ok());
  for (const Answer& answer : answers) CHECK(answer.frames == 0);
}

TEST_CASE("answerer pool: who is refused is told so, and the others are answered as ever") {
  const ScratchDirectory scratch;
  const auto model = CausalModel::load(trm::tests::echo_model(scratch).path, trm::simd::reference<float>());
  REQUIRE(model.ok());
  const std::vector<Question> asked = questions(23);
  AnswererPool pool(*model, options(2));
  std::vector<Answer> all(asked.size()), some(asked.size());
  std::vector<std::atomic<int>> told(asked.size());
  trm::tasks::PoolRun how;
  how.observer = [&](std::size_t first, std::size_t) {
    MachineObserver out;
    out.answered = [&, first](std::size_t question) { ++told[first + question]; };
    return out;
  };
  REQUIRE(pool.run(asked, all).ok());
  for (const std::size_t nth : {1, 2, 5}) {  // the first and the last, neighbours, everybody
    CAPTURE(nth);
    how.refuse = [&](std::size_t question) -> std::optional<trm::Verdict> {
      if (question % nth != 0 && question + 1 != asked.size()) return std::nullopt;
      return trm::Verdict::too_many_frames;
    };
    for (auto& count : told) count = 0;
    REQUIRE(pool.run(asked, some, how).ok());
    for (std::size_t i = 0; i < asked.size(); ++i) {
      CAPTURE(i);
      CHECK(told[i] == 1);
      if (how.refuse(i)) {
        CHECK(some[i].verdict == trm::Verdict::too_many_frames);
        CHECK(some[i].frames == 0);
      } else {
        CHECK(some[i].value == all[i].value);
      }
    }
  }
}

TEST_CASE("answerer pool: company at the recursion limit takes half of the free memory at most") {
  const ScratchDirectory scratch;
  const auto model = CausalModel::load(trm::tests::echo_model(scratch).path, trm::simd::reference<float>());
  REQUIRE(model.ok());
  PoolOptions deep = options(1);
  deep.machine.concurrency = 1'000'000;
  deep.machine.recursion_limit = 1'000'000;
  AnswererPool pool(*model, deep);
  REQUIRE(pool.start().ok());
  CHECK(pool.concurrency() >= 1);
  CHECK(pool.concurrency() < deep.machine.concurrency);
}

}  // namespace

}  // namespace test_answerer_pool
