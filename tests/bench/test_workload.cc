#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "bench/harness/workload.h"

namespace {

using trm::ErrorCode;
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
    CHECK(workload.prompts.size() == workload.items.size());
    CHECK(workload.items.size() == (name == "factorial/plain" ? 21 : 30));
    for (std::size_t i = 0; i < workload.items.size(); ++i) {
      CHECK(workload.items[i].slice == workload.slice);
      CHECK(workload.prompts[i] == workload.task->encode(workload.items[i]));
    }
  }
  CHECK(names == std::set<std::string>{"factorial/test", "factorial/plain", "factorial/depth_2x", "fibonacci/test",
                                       "fibonacci/plain", "fibonacci/lucas", "fibonacci/depth_2x"});
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
  CHECK((*first)[0].prompts != (*second)[0].prompts);
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
