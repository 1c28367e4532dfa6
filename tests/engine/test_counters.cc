// Hardware counters, with a script in the kernel's place: virtual machines have none.
#include <doctest/doctest.h>

#include <map>
#include <string>
#include <utility>

#include "engine/sys/counters.h"

namespace test_counters {

namespace {

using namespace trm;

/// Has some events and gives one value after the other.
class Script final : public CounterSource {
 public:
  explicit Script(std::map<CounterEvent, std::vector<CounterValue>> values) : values_(std::move(values)) {}

  Status open(CounterEvent event) override {
    if (values_.contains(event)) return {};
    return Error{ErrorCode::unsupported, "", counter_name(event), "the script has none", ""};
  }
  Result<CounterValue> read(CounterEvent event) override {
    std::vector<CounterValue>& left = values_[event];
    if (left.empty()) return Error{ErrorCode::io, "", counter_name(event), "the script is over", ""};
    const CounterValue out = left.front();
    left.erase(left.begin());
    return out;
  }

 private:
  std::map<CounterEvent, std::vector<CounterValue>> values_;
};

TEST_CASE("counters: differences, scaled up where the hardware counted a part of the time") {
  Result<Counters> counters = Counters::open(std::make_unique<Script>(std::map<CounterEvent, std::vector<CounterValue>>{
      {CounterEvent::cycles, {{100, 10, 10}, {1100, 110, 110}, {1200, 120, 120}, {1300, 130, 130}}},
      {CounterEvent::instructions, {{50, 10, 10}, {150, 110, 60}, {150, 120, 60}, {150, 130, 60}}},
  }));
  REQUIRE(counters.ok());
  REQUIRE(counters->begin().ok());
  Result<std::vector<CountedEvent>> events = counters->end();
  REQUIRE(events.ok());
  REQUIRE(events->size() == 2);
  CHECK((*events)[0].event == CounterEvent::cycles);
  CHECK((*events)[0].count == 1000);
  CHECK((*events)[1].count == 200);  // half of the time
  // An event that did not run meanwhile says nothing.
  REQUIRE(counters->begin().ok());
  events = counters->end();
  REQUIRE(events.ok());
  CHECK(events->size() == 1);
  CHECK(!counters->begin().ok());  // the script is over
}

TEST_CASE("counters: a source without events says why") {
  const Result<Counters> none =
      Counters::open(std::make_unique<Script>(std::map<CounterEvent, std::vector<CounterValue>>{}));
  REQUIRE(!none.ok());
  CHECK(none.error().code == ErrorCode::unsupported);
  CHECK(none.error().field == "cycles");
  CHECK(none.error().message == "the script has none");
}

TEST_CASE("counters: the kernel counts, or says why not") {
  Result<Counters> counters = Counters::open(kernel_counters());
  if (!counters.ok()) {
    CHECK(!counters.error().message.empty());
    return;
  }
  REQUIRE(counters->begin().ok());
  volatile int sum = 0;
  for (int i = 0; i < 100'000; ++i) sum = sum + i;
  const Result<std::vector<CountedEvent>> events = counters->end();
  REQUIRE(events.ok());
  for (const CountedEvent& event : *events) {
    if (event.event == CounterEvent::instructions) CHECK(event.count > 100'000);
  }
}

}  // namespace

}  // namespace test_counters
