#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "bench/harness/accuracy.h"
#include "bench/harness/latency.h"
#include "bench/harness/transcript.h"
#include "tests/bench/support.h"

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

TEST_CASE("offline: a model that answers 1 is right exactly where the answer is 1") {
  const ScratchDirectory scratch;
  const Contestant one = trm::tests::one_model(scratch);
  REQUIRE(!one.path.empty());
  struct Case {
    const char *task, *slice;
    std::size_t right, right_frames;
  };
  // 0! = 1! = 1, and the frame of 0! alone makes no call; F(1) = F(2) = 1; L(1) = 1.
  for (const Case& c : {Case{"factorial", "plain", 2, 1}, {"fibonacci", "plain", 2, 1}, {"fibonacci", "lucas", 1, 1}}) {
    CAPTURE(c.task);
    CAPTURE(c.slice);
    const Workload items = workload(c.task, c.slice, 1000);
    const auto pass = run_offline(one, items, options_for(2), {});
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
      CHECK(outcome.right == (items.items[i].answer == "1"));
      CHECK(outcome.frames == 1);
      CHECK(outcome.judged_frames == 1);
      CHECK(outcome.own_tokens == 3);
      CHECK(outcome.max_depth == 1);
      right_frames += outcome.right_frames;
    }
    CHECK(right_frames == c.right_frames);
  }
}

TEST_CASE("offline: outcomes do not depend on threads, nor on the process that they run in") {
  const ScratchDirectory scratch;
  for (const Contestant& contestant : {trm::tests::random_model(scratch), trm::tests::loop_model(scratch),
                                       trm::tests::one_model(scratch), Contestant{exact_solver, ""}}) {
    CAPTURE(contestant.name);
    REQUIRE(!contestant.name.empty());
    const Workload items = workload("factorial", "test", 23);
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

TEST_CASE("offline: a loop is a verdict, and its frames are wrong") {
  const ScratchDirectory scratch;
  const Workload items = workload("fibonacci", "test", 4);
  const auto pass = run_offline(trm::tests::loop_model(scratch), items, options_for(1), {});
  REQUIRE(pass.ok());
  for (const ItemOutcome& outcome : pass->items) {
    CHECK(outcome.verdict == Verdict::endless_loop);
    CHECK(!outcome.right);
    CHECK(outcome.frames == 2);
    CHECK(outcome.judged_frames == 2);
    CHECK(outcome.right_frames == 0);
  }
}

TEST_CASE("offline: the exact solver answers every slice of every task") {
  for (const std::string& task : known_tasks()) {
    for (const std::string& slice : known_slices({task})) {
      CAPTURE(task);
      CAPTURE(slice);
      const Workload items = workload(task.c_str(), slice.c_str(), 50);
      const auto pass = run_offline({exact_solver, ""}, items, options_for(2), {});
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
  const Contestant contestants[] = {trm::tests::one_model(scratch), {exact_solver, ""}};
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

TEST_CASE("transcript: frames, the wrong token, and the limit on lines") {
  const ScratchDirectory scratch;
  const auto model = LoadedModel::load(trm::tests::one_model(scratch).path, trm::simd::reference<float>());
  REQUIRE(model.ok());
  const TokenText text = [](std::span<const std::int32_t> tokens) { return trm::tasks::to_text(tokens); };
  const auto item = trm::tasks::parse_prompt("fact 3");
  REQUIRE(item.ok());
  const auto full = transcribe(*model, *item, text, 10);
  REQUIRE(full.ok());
  CHECK(full->answer == "1");
  CHECK(!full->right);
  CHECK(full->text == "FACT 3 , 1\n= 1   <- wrong: wrote RET as token 6 of the frame\n");
  const auto cut = transcribe(*model, *item, text, 1);
  REQUIRE(cut.ok());
  CHECK(cut->text == "FACT 3 , 1\n(1 more lines)\n");
  const auto zero = trm::tasks::parse_prompt("fact 0");
  REQUIRE(zero.ok());
  const auto right = transcribe(*model, *zero, text, 10);
  REQUIRE(right.ok());
  CHECK(right->right);
  CHECK(right->text == "FACT 0 , 1\n= 1\n");
}

}  // namespace
