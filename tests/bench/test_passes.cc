#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "bench/frames/accuracy.h"
#include "bench/frames/latency.h"
#include "bench/frames/transcript.h"
#include "tasks/registry.h"
#include "tests/bench/support.h"
#include "tests/support/sweep.h"

namespace test_passes {

namespace {

using namespace trm::bench;
using trm::Verdict;
using trm::tests::ScratchDirectory;

Workload workload(const char* task, const char* slice, std::size_t items) {
  WorkloadOptions options;
  options.tasks = {task};
  options.slices = {slice};
  options.items = items;
  auto made = make_workloads(options);
  REQUIRE(made.ok());
  return made->front();
}

OfflineOptions options_for(std::size_t threads) {
  OfflineOptions options;
  options.threads = threads;
  options.kernels = &trm::simd::reference<float>();
  return options;
}

std::size_t count_right(const OfflinePass& pass) {
  return static_cast<std::size_t>(std::count_if(pass.items.begin(), pass.items.end(), [](auto& i) { return i.right; }));
}

bool same(const ItemOutcome& a, const ItemOutcome& b) {
  return a.verdict == b.verdict && a.right == b.right && a.frames == b.frames && a.judged_frames == b.judged_frames &&
         a.right_frames == b.right_frames && a.memo_hits == b.memo_hits && a.own_tokens == b.own_tokens &&
         a.fed_tokens == b.fed_tokens && a.max_depth == b.max_depth;
}

TEST_CASE("offline: models of one answer are right exactly where it is the answer") {
  const ScratchDirectory scratch;
  const Contestant one = trm::tests::one_model(scratch), yes = trm::tests::yes_model(scratch),
                   echo = trm::tests::echo_model(scratch), emit = trm::tests::emit_model(scratch);
  struct Case {
    const Contestant* model;
    const char *task, *slice;
    const char* answer;  // of the model; null: its start value
    std::size_t right, right_frames;
  };
  // 0! = 1! = 1 and b^0 = 1, and these frames without a call return the start value; F(0) and L(0) return the first of
  // the two. F(1) = F(2) = L(1) = 1, which is the second one. Of the numbers to 99 half are even, and 0 alone asks
  // nobody.
  const Case cases[] = {
      {&one, "factorial", "plain", "1", 2, 0},  {&echo, "factorial", "plain", "1", 2, 1},
      {&emit, "factorial", "plain", "1", 2, 0}, {&one, "power", "plain", "1", 8, 0},
      {&echo, "power", "plain", "1", 8, 8},     {&one, "fibonacci", "plain", "1", 2, 0},
      {&echo, "fibonacci", "plain", "0", 1, 1}, {&one, "fibonacci", "lucas", "1", 1, 0},
      {&echo, "fibonacci", "lucas", "2", 1, 1}, {&yes, "mutual", "plain", "yes", 100, 1},
      {&one, "mutual", "plain", "1", 0, 0},     {&one, "mccarthy91", "plain", "1", 0, 0},
  };
  for (const Case& c : cases) {
    REQUIRE(!c.model->path.empty());
    CAPTURE(c.model->name);
    CAPTURE(c.task);
    CAPTURE(c.slice);
    const Workload items = workload(c.task, c.slice, 1000);
    const auto pass = run_offline(*c.model, items, options_for(2), {});
    REQUIRE(pass.ok());
    REQUIRE(pass->items.size() == items.items.size());
    CHECK(pass->threads == 2);
    CHECK(pass->elapsed_ns > 0);
    CHECK(count_right(*pass) == c.right);
    std::size_t right_frames = 0;
    for (std::size_t i = 0; i < pass->items.size(); ++i) {
      const ItemOutcome& outcome = pass->items[i];
      CAPTURE(items.items[i].prompt);
      CHECK(outcome.verdict == Verdict::answered);
      CHECK(outcome.right == (items.items[i].answer == c.answer));
      CHECK(outcome.frames == 1);
      CHECK(outcome.judged_frames == 1);
      CHECK(outcome.own_tokens == (c.model == &emit ? 4 : 3));
      CHECK(outcome.max_depth == 1);
      right_frames += outcome.right_frames;
    }
    CHECK(right_frames == c.right_frames);
  }
}

TEST_CASE("offline: a right answer is a matter of the task's verifier, for every task") {
  const ScratchDirectory scratch;
  const Contestant one = trm::tests::one_model(scratch);
  std::size_t right = 0;
  for (const std::string& task : known_tasks()) {
    for (const std::string& slice : known_slices({task})) {
      CAPTURE(task);
      CAPTURE(slice);
      const Workload items = workload(task.c_str(), slice.c_str(), trm::test::swept(60));
      const auto pass = run_offline(one, items, options_for(2), {});
      REQUIRE(pass.ok());
      for (std::size_t i = 0; i < pass->items.size(); ++i) {
        CAPTURE(items.items[i].prompt);
        CHECK(pass->items[i].verdict == Verdict::answered);
        // In a story, 1 is a name.
        const auto said = items.task->decode(items.items[i], trm::tasks::Tokens{1});
        CHECK(pass->items[i].right == (said.ok() && *said == items.items[i].answer));
      }
      right += count_right(*pass);
    }
  }
  CHECK(right > trm::test::swept(50));  // not everything is wrong
}

TEST_CASE("offline: an answer that names a stream which the question does not have is malformed") {
  const ScratchDirectory scratch;
  const auto pass = run_offline(trm::tests::echo_model(scratch), workload("tak", "test", 5), options_for(1), {});
  REQUIRE(pass.ok());
  for (const ItemOutcome& outcome : pass->items) {
    CHECK(outcome.verdict == Verdict::malformed);
    CHECK(!outcome.right);
    CHECK(outcome.judged_frames == 1);
    CHECK(outcome.right_frames == 0);
  }
}

TEST_CASE("offline: outcomes do not depend on threads, nor on the process that they run in") {
  const ScratchDirectory scratch;
  for (const Contestant& contestant :
       {trm::tests::random_model(scratch), trm::tests::loop_model(scratch), trm::tests::spawning_model(scratch),
        trm::tests::emit_model(scratch), trm::tests::one_model(scratch), Contestant{kExactSolver, ""}}) {
    CAPTURE(contestant.name);
    REQUIRE(!contestant.name.empty());
    for (const char* task : {"factorial", "tree_traversal", "tak"}) {
      CAPTURE(task);
      const Workload items = workload(task, "test", 23);
      const auto expected = run_offline(contestant, items, options_for(1), {});
      REQUIRE(expected.ok());
      for (const std::size_t threads : {2, 3, 5}) {
        CAPTURE(threads);
        const auto pass = run_offline_in_child(contestant, items, options_for(threads), {});
        REQUIRE(pass.ok());
        CHECK(pass->threads == threads);
        CHECK(pass->rss_peak_bytes > 0);
        REQUIRE(pass->items.size() == items.items.size());
        for (std::size_t i = 0; i < items.items.size(); ++i) {
          CAPTURE(i);
          CHECK(same(pass->items[i], expected->items[i]));
        }
      }
    }
  }
}

TEST_CASE("offline: a loop is a verdict, and its frames are wrong") {
  const ScratchDirectory scratch;
  const Workload items = workload("fibonacci", "test", 4);
  for (const Contestant& model : {trm::tests::loop_model(scratch), trm::tests::spawning_model(scratch)}) {
    CAPTURE(model.name);
    const auto pass = run_offline(model, items, options_for(1), {});
    REQUIRE(pass.ok());
    for (const ItemOutcome& outcome : pass->items) {
      CHECK(outcome.verdict == Verdict::endless_loop);
      CHECK(!outcome.right);
      CHECK(outcome.frames == 2);
      CHECK(outcome.judged_frames == 2);
      CHECK(outcome.right_frames == 0);
    }
  }
}

TEST_CASE("offline: the exact solver answers every slice of every task") {
  for (const std::string& task : known_tasks()) {
    for (const std::string& slice : known_slices({task})) {
      CAPTURE(task);
      CAPTURE(slice);
      const Workload items = workload(task.c_str(), slice.c_str(), trm::test::swept(50));
      const auto pass = run_offline({kExactSolver, ""}, items, options_for(2), {});
      REQUIRE(pass.ok());
      CHECK(count_right(*pass) == items.items.size());
    }
  }
}

TEST_CASE("offline: a missing model is an error, here and in a child") {
  const Workload items = workload("factorial", "test", 2);
  const Contestant absent{"absent", "absent.safetensors"};
  for (auto* run : {run_offline, run_offline_in_child}) {
    const auto pass = run(absent, items, options_for(1), {});
    REQUIRE(!pass.ok());
    CHECK(pass.error().text().find("absent.safetensors") != std::string::npos);
  }
}

TEST_CASE("sample: distinct, in range, and every first part of it is spread") {
  for (const std::size_t total : {0, 1, 2, 3, 10, 91, 1000}) {
    for (const std::size_t count : {0, 1, 5, 91, 5000}) {
      CAPTURE(total);
      CAPTURE(count);
      const std::vector<std::size_t> sample = spread_sample(total, count);
      CHECK(sample.size() == std::min(total, count));
      CHECK(std::set<std::size_t>(sample.begin(), sample.end()).size() == sample.size());
      for (const std::size_t i : sample) CHECK(i < total);
    }
  }
  // The largest gap that ten points leave, on a circle of a thousand, is less than three times the even one.
  std::vector<std::size_t> first = spread_sample(1000, 10);
  std::sort(first.begin(), first.end());
  for (std::size_t i = 0; i < first.size(); ++i) {
    const std::size_t next = i + 1 < first.size() ? first[i + 1] : first.front() + 1000;
    CHECK(next - first[i] < 300);
  }
}

TEST_CASE("single stream: the same items for everybody, times in order, limits kept") {
  const ScratchDirectory scratch;
  const Contestant contestants[] = {trm::tests::one_model(scratch), {kExactSolver, ""}};
  const Workload items = workload("factorial", "test", 40);
  LatencyOptions options;
  options.kernels = &trm::simd::reference<float>();
  SUBCASE("all items fit") {
    std::size_t told = 0;
    const auto samples = run_single_stream(contestants, items, options, [&](std::size_t done) { told = done; });
    REQUIRE(samples.ok());
    REQUIRE(samples->size() == 2);
    CHECK(told == 40);
    const LatencySamples& one = samples->front();
    CHECK(one.latency_ns.size() == 40);
    CHECK(one.own_tokens == 120);
    REQUIRE(one.first_token_ns.size() == 40);
    for (std::size_t i = 0; i < 40; ++i) {
      CHECK(one.first_token_ns[i] > 0);
      CHECK(one.first_token_ns[i] <= one.latency_ns[i]);
    }
    CHECK(samples->back().latency_ns.size() == 40);
    CHECK(samples->back().first_token_ns.empty());
  }
  SUBCASE("no time: the smallest sample") {
    options.budget_ns = 0;
    options.min_items = 3;
    const auto samples = run_single_stream(contestants, items, options, {});
    REQUIRE(samples.ok());
    for (const LatencySamples& sample : *samples) CHECK(sample.latency_ns.size() == 3);
  }
  SUBCASE("at most max_items") {
    options.max_items = 7;
    const auto samples = run_single_stream(contestants, items, options, {});
    REQUIRE(samples.ok());
    for (const LatencySamples& sample : *samples) CHECK(sample.latency_ns.size() == 7);
  }
}

/// One line for each frame: depth prompt | value | tokens, the wrong one pointed out | note.
std::string shown(const std::vector<trm::reports::CallFrame>& frames) {
  std::string out;
  for (const trm::reports::CallFrame& f : frames) {
    out += std::to_string(f.depth) + " " + f.prompt + " | " + f.value + " | " + f.written;
    if (!f.wrong.empty())
      out += (f.written.empty() ? ">" : " >") + f.wrong + "<" + (f.rest.empty() ? "" : " " + f.rest);
    out += (f.note.empty() ? "" : " | " + f.note) + "\n";
  }
  return out;
}

TEST_CASE("transcript: frames, the wrong token, and the limit on frames") {
  const ScratchDirectory scratch;
  const auto model = trm::tasks::CausalModel::load(trm::tests::one_model(scratch).path, trm::simd::reference<float>());
  REQUIRE(model.ok());
  const auto item = trm::tasks::parse_prompt("fact 3");
  REQUIRE(item.ok());
  const auto full = transcribe(*model, *item, 10);
  REQUIRE(full.ok());
  CHECK(full->answer == "1");
  CHECK(!full->right);
  CHECK(shown(full->frames) == "0 fact 3 x | = 1 | >RET< 1 END\n");
  CHECK(full->frames[0].own_tokens == 3);
  CHECK(full->frames[0].elapsed_ns > 0);
  const auto base = trm::tasks::parse_prompt("gcd 1 0");
  REQUIRE(base.ok());
  const auto right = transcribe(*model, *base, 10);
  REQUIRE(right.ok());
  CHECK(right->right);
  CHECK(shown(right->frames) == "0 gcd 1 0 | = 1 | RET 1 END\n");
}

TEST_CASE("transcript: what frames gave back when it is a stream, and answers that are none") {
  const ScratchDirectory scratch;
  struct Case {
    Contestant model;
    const char *prompt, *answer, *frames;
    bool right;
  };
  const Case cases[] = {
      {trm::tests::echo_model(scratch), "fact 0 60", "60", "0 fact 0 x | = x | RET X END\n", true},
      {trm::tests::emit_model(scratch), "fact 0", "1", "0 fact 0 x | emits 1 | >EMIT< 1 RET END\n", true},
      {trm::tests::yes_model(scratch), "odd 0", "yes", "0 odd 0 | = yes | RET >YES< END\n", false},
      {trm::tests::yes_model(scratch), "fact 0", "no answer: YES", "0 fact 0 x | = yes | RET >YES< END\n", false},
      {trm::tests::loop_model(scratch), "ack 0 0", "endless loop",
       "0 ack 0 0 |  | >CALL< 5 END | cut off\n"
       "1 5 |  | CALL 5 END | no right answer exists: starts with no known function; cut off\n",
       false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.model.name);
    CAPTURE(c.prompt);
    const auto model = trm::tasks::CausalModel::load(c.model.path, trm::simd::reference<float>());
    REQUIRE(model.ok());
    const auto item = trm::tasks::parse_prompt(c.prompt);
    REQUIRE(item.ok());
    const auto written = transcribe(*model, *item, 10);
    REQUIRE(written.ok());
    CHECK(written->answer == c.answer);
    CHECK(written->right == c.right);
    CHECK(shown(written->frames) == c.frames);
  }
}

}  // namespace

}  // namespace test_passes
