// Machines on several threads, which take questions from one list.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <set>
#include <thread>
#include <vector>

#include "tests/engine/frame_programs.h"

namespace test_machine_sharing {

using namespace trm;
using namespace trm::test_programs;
using tests::Seen;

TEST_CASE("machines that share a list answer each question once, and as one machine does") {
  std::vector<Question> questions;
  for (int i = 0; i < 40; ++i) {
    questions.push_back(i % 3 == 0 ? question("FIB 7 , X , Y", {"1", "1"}) : question("FACT 4 , X", {"1"}));
  }
  questions[7] = question("FIB 9 , X , Y", {"1", "1"});
  MachineOptions options;
  options.concurrency = 6;
  const std::vector<Answer> alone = run(script(arithmetic()), questions, options);
  for (const std::size_t most_active : {1, 3, 100}) {
    CAPTURE(most_active);
    std::atomic<std::size_t> next{0}, asked{0};
    const auto take = [&]() -> NextQuestion {
      if (asked.fetch_add(1) % 2 == 1) return {NextQuestion::Kind::later};
      const std::size_t at = next.fetch_add(1);
      if (at >= questions.size()) return {};
      return {NextQuestion::Kind::question, questions.size() - 1 - at};
    };
    std::vector<Answer> answers(questions.size());
    std::vector<std::atomic<int>> told(questions.size());
    std::array<std::size_t, 2> most{};
    std::array<bool, 2> ok{};
    const auto work = [&](std::size_t which) {
      Seen seen;
      Machine machine = machine_of(script(arithmetic()), seen, options);
      std::set<std::size_t> open;
      MachineObserver observer;
      observer.opened = [&](const trm::OpenedFrame& frame) {
        open.insert(frame.question);
        most[which] = std::max(most[which], open.size());
      };
      observer.answered = [&](std::size_t at) {
        open.erase(at);
        ++told[at];
      };
      ok[which] = machine.run_shared(questions, answers, {take, most_active}, observer).ok() && seen.alive == 0;
    };
    std::thread other(work, 1);
    work(0);
    other.join();
    CHECK(ok[0]);
    CHECK(ok[1]);
    CHECK(std::max(most[0], most[1]) <= most_active);
    for (std::size_t i = 0; i < questions.size(); ++i) {
      CAPTURE(i);
      CHECK(told[i] == 1);
      CHECK(answers[i].verdict == alone[i].verdict);
      CHECK(text(answers[i].value) == text(alone[i].value));
      CHECK(answers[i].frames == alone[i].frames);
      CHECK(answers[i].own_tokens == alone[i].own_tokens);
    }
  }
}

TEST_CASE("a bad question of a shared list is an error of the machine that takes it") {
  std::vector<Question> questions = {question("FACT 1 , X", {"1"}), Question{}};
  std::size_t next = 0;
  const auto take = [&]() -> NextQuestion {
    if (next == questions.size()) return {};
    return {NextQuestion::Kind::question, next++};
  };
  Seen seen;
  MachineOptions options;
  options.concurrency = 4;
  Machine machine = machine_of(script(arithmetic()), seen, options);
  std::vector<Answer> answers(questions.size());
  const Status status = machine.run_shared(questions, answers, {take});
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().field == "prompt 1");
  CHECK(seen.alive == 0);
}

}  // namespace test_machine_sharing
