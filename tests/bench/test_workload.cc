#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "bench/frames/contestant.h"
#include "bench/frames/workload.h"
#include "tasks/ask/item_question.h"
#include "tasks/registry.h"
#include "tests/support/right_frames.h"

namespace test_workload {

namespace {

namespace tasks = trm::tasks;
using trm::ErrorCode;
using trm::bench::known_slices;
using trm::bench::known_tasks;
using trm::bench::make_workloads;
using trm::bench::Workload;
using trm::bench::WorkloadOptions;

TEST_CASE("workloads: tasks times the slices that they have, items of each") {
  WorkloadOptions options;
  options.items = 30;
  const auto workloads = make_workloads(options);
  REQUIRE(workloads.ok());
  std::set<std::string> names;
  for (const Workload& workload : *workloads) {
    const std::string name = std::string(workload.task->name()) + "/" + workload.slice;
    CAPTURE(name);
    CHECK(names.insert(name).second);
    const bool deep = workload.slice.ends_with("_8x") || workload.slice == "beyond_counters" ||
                      name == "hanoi/depth_2x" || name == "tak/depth_2x";
    const std::size_t asked = deep ? 8 : name == "induction/steps_2x" ? 15 : 30;
    CHECK(workload.items.size() == std::min(workload.task->size(workload.slice), asked));
    if (workload.asked_elsewhere > 0) CHECK(workload.slice == "plain");
    if (name == "factorial/plain") CHECK(workload.items.size() == 25);
    if (name == "factorial/test") CHECK(workload.items.size() == 30);
    for (std::size_t i = 0; i < workload.items.size(); ++i) {
      CHECK(workload.items[i].slice == workload.slice);
      const trm::Question question = workload.task->encode(workload.items[i]);
      const auto asked_in_frames = tasks::ItemQuestion::create(workload.items[i], tasks::Encoding::frames);
      REQUIRE(asked_in_frames.ok());
      CHECK(asked_in_frames->question().prompt == question.prompt);
      CHECK(asked_in_frames->question().streams == question.streams);
      const auto asked_in_programs = tasks::ItemQuestion::create(workload.items[i], tasks::Encoding::programs);
      REQUIRE(asked_in_programs.ok());
      CHECK(asked_in_programs->question().arguments == 1);
    }
  }
  std::set<std::string> expected;
  for (const std::string& task : known_tasks()) {
    for (const std::string& slice : known_slices({task})) {
      if (slice != "train" && slice != "validation") expected.insert(task + "/" + slice);
    }
  }
  CHECK(names == expected);
  CHECK(names.size() == 54);
  for (const char* name : {"factorial/plain", "fibonacci/lucas", "nested_expression/width_4x", "mutual/depth_8x"}) {
    CAPTURE(name);
    CHECK(names.contains(name));
  }
}

TEST_CASE("workloads: no question is asked twice in a run") {
  WorkloadOptions options;
  options.items = 150;
  options.slices = {"plain", "test", "depth_2x", "calls_2x"};
  const auto workloads = make_workloads(options);
  REQUIRE(workloads.ok());
  std::set<std::string> prompts;
  std::size_t items = 0;
  for (const Workload& workload : *workloads) {
    const std::string name = std::string(workload.task->name()) + "/" + workload.slice;
    CAPTURE(name);
    for (const tasks::Item& item : workload.items) prompts.insert(item.prompt);
    items += workload.items.size();
    // Tables that hold the questions of test leave them to it, whatever order was asked for.
    if (name == "mccarthy91/plain") {
      CHECK(workload.items.size() == 121 - workload.task->size("test"));
      CHECK(workload.asked_elsewhere == workload.task->size("test"));
    }
    if (name == "tak/test") CHECK(workload.items.size() == workload.task->size("test"));
  }
  CHECK(prompts.size() == items);
  CHECK(workloads->front().slice == "plain");
  options.slices = {"plain"};
  options.tasks = {"mccarthy91"};
  CHECK(make_workloads(options)->front().items.size() == 121);
}

TEST_CASE("workloads: what training draws again is asked once") {
  WorkloadOptions options;
  options.tasks = {"tak", "ackermann", "factorial"};
  options.slices = {"train"};
  options.items = 2000;
  const auto workloads = make_workloads(options);
  REQUIRE(workloads.ok());
  REQUIRE(workloads->size() == 3);
  for (const Workload& workload : *workloads) {
    CAPTURE(workload.task->name());
    std::set<std::string> forms;
    for (const tasks::Item& item : workload.items) forms.insert(item.canonical);
    CHECK(forms.size() == workload.items.size());
    CHECK(workload.items.size() > 70);
  }
  CHECK((*workloads)[0].items.size() < 400);
  CHECK((*workloads)[2].items.size() == 2000);
}

TEST_CASE("workloads: train and validation are asked when they are named") {
  WorkloadOptions options;
  options.slices = {"validation", "train"};
  options.items = 2;
  const auto workloads = make_workloads(options);
  REQUIRE(workloads.ok());
  CHECK(workloads->size() == 2 * known_tasks().size());
}

TEST_CASE("workloads: a hundred items of each slice if nobody says how many") {
  WorkloadOptions options;
  options.slices = {"test"};
  const auto workloads = make_workloads(options);
  REQUIRE(workloads.ok());
  for (const Workload& workload : *workloads) {
    CAPTURE(workload.task->name());
    CHECK(workload.items.size() == std::min<std::size_t>(workload.task->size("test"), 100));
  }
}

TEST_CASE("workloads: a slice that costs more is asked less") {
  for (const std::string& name : known_tasks()) {
    CAPTURE(name);
    const trm::tasks::TaskInfo& info = trm::tasks::find_task(name)->info();
    CHECK(info.cost("test") == 1);
    CHECK(info.cost("no such slice") == 1);
    // Every slice with a cost is there, so none is misspelt.
    for (const trm::tasks::SliceCost& cost : info.costs)
      CHECK(std::count(info.slices.begin(), info.slices.end(), cost.slice) == 1);
    if (std::count(info.slices.begin(), info.slices.end(), "depth_8x") == 1) CHECK(info.cost("depth_8x") == 4);
  }
}

TEST_CASE("workloads: right answers stay within the limits of the machine") {
  WorkloadOptions options;
  options.items = 40;
  const auto workloads = make_workloads(options);
  REQUIRE(workloads.ok());
  for (const Workload& workload : *workloads) {
    const auto limits = trm::bench::machine_options(*workload.task, tasks::Encoding::frames, 1);
    // What a memo saves is not counted here.
    if (limits.memo) continue;
    for (const tasks::Item& item : workload.items) {
      CAPTURE(item.prompt);
      trm::test::RightFrames right;
      right.run(workload.task->encode(item));
      CHECK(right.counts.depth <= limits.recursion_limit);
      CHECK(right.counts.frames <= limits.max_frames);
      CHECK(right.counts.longest <= limits.max_frame_tokens);
    }
  }
}

TEST_CASE("workloads: chosen tasks and slices, in their order; the seed decides the items") {
  WorkloadOptions options;
  options.tasks = {"fibonacci"};
  options.slices = {"depth_2x", "test"};
  options.items = 5;
  const auto first = make_workloads(options);
  REQUIRE(first.ok());
  REQUIRE(first->size() == 2);
  CHECK((*first)[0].slice == "depth_2x");
  CHECK((*first)[1].slice == "test");
  options.seed = 1;
  const auto second = make_workloads(options);
  REQUIRE(second.ok());
  CHECK((*first)[0].items[0].prompt != (*second)[0].items[0].prompt);
  const auto again = make_workloads(options);
  REQUIRE(again.ok());
  CHECK((*again)[0].items[0].prompt == (*second)[0].items[0].prompt);
}

TEST_CASE("workloads: unknown, repeated and empty choices are errors of usage that name the choice") {
  struct Bad {
    WorkloadOptions options;
    std::string message;
  };
  std::vector<Bad> cases(6);
  cases[0] = {{{"factorials"}, {}, 5, 0}, "factorials"};
  cases[1] = {{{"factorial", "factorial"}, {}, 5, 0}, "factorial"};
  cases[2] = {{{}, {"tset"}, 5, 0}, "tset"};
  cases[3] = {{{}, {"test", "test"}, 5, 0}, "test"};
  cases[4] = {{{"factorial"}, {"lucas"}, 5, 0}, "lucas"};
  cases[5] = {{{}, {}, 0, 0}, "items"};
  for (const Bad& bad : cases) {
    CAPTURE(bad.message);
    const auto result = make_workloads(bad.options);
    REQUIRE(!result.ok());
    CHECK(result.error().code == ErrorCode::usage);
    CHECK(result.error().text().find(bad.message) != std::string::npos);
  }
}

}  // namespace

}  // namespace test_workload
