#include <doctest/doctest.h>

#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/sys/pinning.h"
#include "tests/engine/support.h"

namespace test_pinning {

using trm::Pinning;
using trm::Topology;
using Cpus = std::vector<int>;

namespace {

Topology machine(const std::vector<trm::LogicalCpu>& cpus) {
  Topology t;
  t.cpus = trm::pinning_order(cpus);
  return t;
}

Topology plain(int cores) {
  std::vector<trm::LogicalCpu> cpus;
  for (int i = 0; i < cores; ++i) cpus.push_back({i, i});
  return machine(cpus);
}

/// Threads i and i + cores share a core.
Topology with_siblings(int cores) {
  std::vector<trm::LogicalCpu> cpus;
  for (int i = 0; i < 2 * cores; ++i) cpus.push_back({i, i % cores});
  return machine(cpus);
}

/// P-cores 0 and 1 with siblings 2 and 3, E-cores 4 to 7.
Topology hybrid() {
  return machine({{0, 0}, {1, 1}, {2, 0}, {3, 1}, {4, 4, 512}, {5, 5, 512}, {6, 6, 512}, {7, 7, 512}});
}

Cpus chosen(Pinning pinning, const Topology& topology, std::size_t threads, const std::set<int>& used = {}) {
  return trm::plan_pinning(pinning, topology, threads, used).cpus;
}

}  // namespace

TEST_CASE("pinning: a quiet machine gives its cores in their order") {
  for (const Pinning pinning : {Pinning::automatic, Pinning::on}) {
    CHECK(chosen(pinning, plain(4), 2) == Cpus{0, 1});
    CHECK(chosen(pinning, plain(4), 4) == Cpus{0, 1, 2, 3});
    CHECK(chosen(pinning, with_siblings(2), 2) == Cpus{0, 1});
    CHECK(chosen(pinning, with_siblings(2), 3) == Cpus{0, 1, 2});
    CHECK(chosen(pinning, hybrid(), 2) == Cpus{0, 1});
    CHECK(chosen(pinning, hybrid(), 6) == Cpus{0, 1, 4, 5, 6, 7});
    CHECK(chosen(pinning, hybrid(), 8) == Cpus{0, 1, 4, 5, 6, 7, 2, 3});
    // A mask that is a part of the machine.
    CHECK(chosen(pinning, machine({{5, 1}, {9, 2}, {13, 1}}), 2) == Cpus{5, 9});
  }
}

TEST_CASE("pinning: by itself only where nobody else uses a CPU of the mask") {
  CHECK(chosen(Pinning::automatic, plain(8), 4, {7}).empty());
  CHECK(chosen(Pinning::automatic, with_siblings(4), 2, {6}).empty());
  // Outside the mask is none of our business.
  CHECK(chosen(Pinning::automatic, plain(4), 2, {4, 17}) == Cpus{0, 1});
  CHECK(trm::plan_pinning(Pinning::automatic, plain(4), 2, {}).reason == "auto: on, nobody else uses the CPUs");
  CHECK(trm::plan_pinning(Pinning::automatic, plain(8), 2, {6, 0, 1, 5}).reason ==
        "auto: off, others use CPUs 0-1,5-6");
  CHECK(trm::plan_pinning(Pinning::automatic, plain(8), 2, {3}).reason == "auto: off, others use CPU 3");
}

TEST_CASE("pinning: as asked, two jobs keep out of each other's way") {
  const Cpus first = chosen(Pinning::on, plain(8), 4);
  const Cpus second = chosen(Pinning::on, plain(8), 4, {first.begin(), first.end()});
  CHECK(first == Cpus{0, 1, 2, 3});
  CHECK(second == Cpus{4, 5, 6, 7});
  // Whole cores before halves, halves before what is taken.
  CHECK(chosen(Pinning::on, with_siblings(4), 3, {1}) == Cpus{0, 2, 3});
  CHECK(chosen(Pinning::on, with_siblings(4), 6, {1}) == Cpus{0, 2, 3, 4, 6, 7});
  CHECK(chosen(Pinning::on, with_siblings(4), 7, {1}) == Cpus{0, 2, 3, 4, 6, 7, 5});
  CHECK(chosen(Pinning::on, with_siblings(4), 8, {1}) == Cpus{0, 2, 3, 4, 6, 7, 5, 1});
  // A free E-core before a P-core that is at work.
  CHECK(chosen(Pinning::on, hybrid(), 3, {0}) == Cpus{1, 4, 5});
  CHECK(chosen(Pinning::on, plain(2), 2, {0, 1}) == Cpus{0, 1});
}

TEST_CASE("pinning: never one thread alone, nor more than there are CPUs, nor against the wish") {
  for (const Pinning pinning : {Pinning::automatic, Pinning::on, Pinning::off}) {
    CHECK(chosen(pinning, plain(4), 1).empty());
    CHECK(chosen(pinning, plain(4), 5).empty());
    CHECK(chosen(pinning, plain(4), 0).empty());
  }
  CHECK(chosen(Pinning::off, plain(4), 2).empty());
  CHECK(trm::plan_pinning(Pinning::off, plain(4), 2, {}).reason == "off");
  CHECK(trm::plan_pinning(Pinning::on, plain(4), 2, {}).reason == "on");
  CHECK(trm::plan_pinning(Pinning::on, plain(4), 5, {}).reason == "off, more threads than CPUs");
  CHECK(trm::plan_pinning(Pinning::automatic, plain(4), 1, {}).reason == "auto: off, one thread");
}

TEST_CASE("pinning: CPUs that are busy by /proc/stat") {
  const auto busy = [](const char* before, const char* after) { return trm::busy_cpus(plain(3).cpus, before, after); };
  const char* const start =
      "cpu  30 0 30 300 0 0 0 0 0 0\ncpu0 10 0 10 100 0 0 0 0 0 0\ncpu1 10 0 10 100 0 0 0 0 0 0\n"
      "cpu2 10 0 10 100 0 0 0 0 0 0\nintr 5\n";
  // An idle one, one that waits for a disk, one that works half of the time.
  CHECK(busy(start, "cpu0 10 0 10 105 0 0 0 0 0 0\ncpu1 10 0 10 100 5 0 0 0 0 0\ncpu2 12 0 10 102 0 0 0 0 0 0\n") ==
        std::set<int>{});
  // One that works, one that another virtual machine has, one that serves interrupts.
  CHECK(busy(start, "cpu0 14 0 10 101 0 0 0 0 0 0\ncpu1 10 0 10 100 0 0 0 5 0 0\ncpu2 10 0 10 100 0 3 2 0 0 0\n") ==
        std::set<int>{0, 1, 2});
  CHECK(busy(start, "cpu0 10 5 10 100 0 0 0 0 0 0\ncpu1 10 0 10 105 0 0 0 0 0 0\ncpu2 10 0 10 105 0 0 0 0 0 0\n") ==
        std::set<int>{0});
  // What does not tell is not free: a clock that stands, a file without CPUs, none at all.
  CHECK(busy(start, start) == std::set<int>{0, 1, 2});
  CHECK(busy(start, "cpu  1 2 3\n") == std::set<int>{0, 1, 2});
  CHECK(busy("", "") == std::set<int>{0, 1, 2});
  CHECK(busy("cpu0 x\ncpux 1 2\ncpu1", "cpu0 10 0 10 100") == std::set<int>{1, 2});
}

TEST_CASE("pinning: the words of --pin and TRM_PIN") {
  CHECK(trm::pinning_named("auto") == Pinning::automatic);
  CHECK(trm::pinning_named("on") == Pinning::on);
  CHECK(trm::pinning_named("1") == Pinning::on);
  CHECK(trm::pinning_named("off") == Pinning::off);
  CHECK(trm::pinning_named("0") == Pinning::off);
  CHECK(!trm::pinning_named(""));
  CHECK(!trm::pinning_named("ON"));
  const std::optional<std::string> before =
      std::getenv("TRM_PIN") == nullptr ? std::nullopt : std::optional<std::string>(std::getenv("TRM_PIN"));
  unsetenv("TRM_PIN");
  CHECK(*trm::pinning_wanted(std::nullopt) == Pinning::automatic);
  setenv("TRM_PIN", "0", 1);
  CHECK(*trm::pinning_wanted(std::nullopt) == Pinning::off);
  CHECK(*trm::pinning_wanted(Pinning::on) == Pinning::on);
  setenv("TRM_PIN", "maybe", 1);
  CHECK(trm::pinning_wanted(std::nullopt).error().text() ==
        "TRM_PIN: \"maybe\" is no way to pin threads; fix: use auto, on or off");
  if (before) {
    setenv("TRM_PIN", before->c_str(), 1);
  } else {
    unsetenv("TRM_PIN");
  }
}

TEST_CASE("pinning: a claim holds among processes until its holder ends") {
  constexpr int kCpu = 54'321;  // no machine has it
  REQUIRE(!trm::CpuClaims::is_claimed(kCpu));
  {
    trm::CpuClaims mine;
    CHECK(mine.claim(kCpu));
    CHECK(trm::CpuClaims::is_claimed(kCpu));
    CHECK(trm::test::in_child([] {
            trm::CpuClaims other;
            return std::string(trm::CpuClaims::is_claimed(kCpu) ? "seen" : "unseen") +
                   (other.claim(kCpu) ? " taken" : " refused");
          }) == "seen refused");
  }
  CHECK(!trm::CpuClaims::is_claimed(kCpu));
  trm::test::in_child([] {
    trm::CpuClaims other;
    return std::string(other.claim(kCpu) ? "" : "refused");
  });
  CHECK(!trm::CpuClaims::is_claimed(kCpu));
}

TEST_CASE("pinning: CPUs that are chosen are claimed") {
  const Topology here = trm::detect_topology();
  if (here.cpus.size() < 2) {
    MESSAGE("skipped: one CPU only");
    return;
  }
  trm::CpuClaims first, second;
  const trm::PinPlan one = trm::claim_cpus(Pinning::on, here, 2, first);
  REQUIRE(one.cpus.size() == 2);
  CHECK(trm::CpuClaims::is_claimed(one.cpus[0]));
  CHECK(trm::CpuClaims::is_claimed(one.cpus[1]));
  const trm::PinPlan automatic = trm::claim_cpus(Pinning::automatic, here, 2, second);
  CHECK(automatic.cpus.empty());
  CHECK(automatic.reason.starts_with("auto: off, others use CPU"));
  if (here.cpus.size() >= 4) {
    const trm::PinPlan other = trm::claim_cpus(Pinning::on, here, 2, second);
    for (const int cpu : other.cpus) CHECK(std::set<int>(one.cpus.begin(), one.cpus.end()).count(cpu) == 0);
  }
  first.release();
  CHECK(!trm::CpuClaims::is_claimed(one.cpus[0]));
  const auto off = trm::decide_pinning(Pinning::off, 2);
  REQUIRE(off.ok());
  CHECK(off->pinning == Pinning::off);
  CHECK(trm::decide_pinning(Pinning::on, 2)->pinning == Pinning::on);
  CHECK(trm::decide_pinning(Pinning::on, 1)->pinning == Pinning::off);
}

}  // namespace test_pinning
