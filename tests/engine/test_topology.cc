#include <doctest/doctest.h>

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "engine/sys/memory.h"
#include "engine/sys/topology.h"
#include "tests/engine/support.h"

using trm::test::spill;
using trm::test::TempDir;

namespace {

// A machine made of files.
class FakeMachine {
 public:
  FakeMachine(const std::string& groups, const std::string& mounts) {
    file("/proc/self/cgroup", groups);
    file("/proc/self/mountinfo", mounts);
  }
  FakeMachine& file(const std::string& path, const std::string& text) {
    const std::filesystem::path full = folder_ / path.substr(1);
    std::filesystem::create_directories(full.parent_path());
    spill(full.string(), text);
    return *this;
  }
  [[nodiscard]] std::size_t quota() const { return trm::cgroup_cpu_quota(folder_.path()); }
  [[nodiscard]] trm::MemoryLimit memory() const { return trm::cgroup_memory_limit(folder_.path()); }

 private:
  TempDir folder_;
};

const char* const kV2Mount = "29 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
const char* const kV1Mounts =
    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
    "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";

}  // namespace

TEST_CASE("cgroup v2: the CPU quota is rounded down, at least 1") {
  struct Case {
    const char* text;
    std::size_t cpus;
  };
  for (const Case& c :
       {Case{"max 100000\n", 0}, Case{"100000 100000\n", 1}, Case{"50000 100000\n", 1}, Case{"199999 100000\n", 1},
        Case{"200000 100000\n", 2}, Case{"350000 100000\n", 3}, Case{"1600000 50000\n", 32}, Case{"", 0},
        Case{"rubbish", 0}, Case{"-5 100000", 0}, Case{"100000 0", 0}, Case{"99999999999999999999 1", 0}}) {
    CAPTURE(c.text);
    FakeMachine machine("0::/app\n", kV2Mount);
    machine.file("/sys/fs/cgroup/app/cpu.max", c.text);
    CHECK(machine.quota() == c.cpus);
  }
}

TEST_CASE("cgroup v2: the tightest group of the path counts") {
  FakeMachine machine("0::/a/b/c\n", kV2Mount);
  CHECK(machine.quota() == 0);
  machine.file("/sys/fs/cgroup/a/cpu.max", "800000 100000\n");
  CHECK(machine.quota() == 8);
  machine.file("/sys/fs/cgroup/a/b/cpu.max", "300000 100000\n");
  machine.file("/sys/fs/cgroup/a/b/c/cpu.max", "max 100000\n");
  CHECK(machine.quota() == 3);
  machine.file("/sys/fs/cgroup/a/b/other/cpu.max", "100000 100000\n");
  CHECK(machine.quota() == 3);
}

TEST_CASE("cgroup v2: inside a container the mount point is the group") {
  SUBCASE("with its own namespace") {
    FakeMachine machine("0::/\n", kV2Mount);
    machine.file("/sys/fs/cgroup/cpu.max", "400000 100000\n");
    CHECK(machine.quota() == 4);
  }
  SUBCASE("with the host's path and a mount of a part of the tree") {
    FakeMachine machine("0::/docker/123\n", "29 23 0:26 /docker/123 /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
    machine.file("/sys/fs/cgroup/cpu.max", "400000 100000\n");
    CHECK(machine.quota() == 4);
  }
  SUBCASE("outside the namespace's root") {
    FakeMachine machine("0::/../other\n", kV2Mount);
    machine.file("/sys/fs/cgroup/cpu.max", "400000 100000\n");
    CHECK(machine.quota() == 4);
  }
}

TEST_CASE("cgroup v1: quota and period in two files") {
  FakeMachine machine("5:memory:/m\n4:cpu,cpuacct:/job\n0::/\n", kV1Mounts);
  machine.file("/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n");
  machine.file("/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "-1\n");
  CHECK(machine.quota() == 0);
  machine.file("/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "250000\n");
  CHECK(machine.quota() == 2);
  machine.file("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  machine.file("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "1000\n");
  CHECK(machine.quota() == 1);
}

TEST_CASE("cgroup: the memory limit of both versions") {
  SUBCASE("v2") {
    FakeMachine machine("0::/a/b\n", kV2Mount);
    CHECK(machine.memory().limit_bytes == 0);
    machine.file("/sys/fs/cgroup/a/memory.max", "1000000\n").file("/sys/fs/cgroup/a/memory.current", "900000\n");
    machine.file("/sys/fs/cgroup/a/b/memory.max", "500000\n").file("/sys/fs/cgroup/a/b/memory.current", "100000\n");
    CHECK(machine.memory().limit_bytes == 1000000);  // 100,000 left there, 400,000 below
    CHECK(machine.memory().used_bytes == 900000);
    machine.file("/sys/fs/cgroup/a/memory.stat",
                 "anon 5\nfile 9\nactive_file 100000\ninactive_file 150000\nslab_reclaimable 50000\nx\n");
    CHECK(machine.memory().limit_bytes == 500000);  // 400,000 left in both: the nearest one that was found first
    CHECK(machine.memory().used_bytes == 100000);
    machine.file("/sys/fs/cgroup/a/memory.max", "max\n");
    CHECK(machine.memory().limit_bytes == 500000);
  }
  SUBCASE("v1") {
    FakeMachine machine("5:memory:/m\n", kV1Mounts);
    machine.file("/sys/fs/cgroup/memory/m/memory.usage_in_bytes", "4096\n");
    machine.file("/sys/fs/cgroup/memory/m/memory.limit_in_bytes", "9223372036854771712\n");
    CHECK(machine.memory().limit_bytes == 0);
    machine.file("/sys/fs/cgroup/memory/m/memory.limit_in_bytes", "8192\n");
    CHECK(machine.memory().limit_bytes == 8192);
    CHECK(machine.memory().used_bytes == 4096);
    // The kernel drops cached files when it needs room; what is below counts here.
    machine.file("/sys/fs/cgroup/memory/m/memory.stat",
                 "inactive_file 1\ntotal_inactive_file 1024\ntotal_active_file 72\n");
    CHECK(machine.memory().used_bytes == 3000);
  }
}

TEST_CASE("cgroup: a machine without control groups has no limits") {
  TempDir empty;
  CHECK(trm::cgroup_cpu_quota(empty.path()) == 0);
  CHECK(trm::cgroup_memory_limit(empty.path()).limit_bytes == 0);
}

TEST_CASE("topology: usable threads") {
  trm::Topology t;
  t.cpus = {0, 1, 2, 3};
  t.cores = 2;
  CHECK(t.usable_threads() == 2);
  t.quota = 1;
  CHECK(t.usable_threads() == 1);
  t.quota = 7;
  CHECK(t.usable_threads() == 2);
}

TEST_CASE("topology: description") {
  trm::Topology t;
  t.machine_cpus = 8;
  t.cpus = {0, 2, 1, 3};
  t.cores = 2;
  t.quota = 1;
  t.l1d_bytes = 49152;
  t.l2_bytes = 2 << 20;
  t.source = "test";
  CHECK(t.description() ==
        "1 usable thread; affinity 4 of 8 CPUs on 2 cores, 1 package, 1 NUMA node; quota 1 CPU; L1d 48 KiB, L2 2 MiB, "
        "L3 unknown; by test");
}

TEST_CASE("topology: this machine") {
  const auto t = trm::detect_topology();
  CHECK(t.cpus.size() >= 1);
  CHECK(std::set<int>(t.cpus.begin(), t.cpus.end()).size() == t.cpus.size());
  CHECK(t.cores >= 1);
  CHECK(t.cores <= t.cpus.size());
  CHECK(t.cpus.size() <= t.machine_cpus);
  CHECK(t.usable_threads() >= 1);
}

TEST_CASE("topology: the affinity mask is respected") {
  const auto all = trm::detect_topology().cpus;
  const std::string text = trm::test::in_child([&all] {
    if (!trm::pin_this_thread(all.back())) return std::string("refused");
    const auto t = trm::detect_topology();
    return std::to_string(t.cpus.size()) + " " + std::to_string(t.cpus[0]) + " " + std::to_string(t.usable_threads());
  });
  CHECK(text == "1 " + std::to_string(all.back()) + " 1");
}

TEST_CASE("topology: moving keeps the mask, and a CPU that is not there is refused") {
  const auto before = trm::detect_topology().cpus;
  CHECK(trm::move_this_thread(before.back()));
  CHECK(trm::detect_topology().cpus == before);
  CHECK(!trm::pin_this_thread(-1));
  CHECK(!trm::pin_this_thread(1 << 16));
  CHECK(!trm::pin_this_thread((1 << 16) - 1));
  CHECK(trm::detect_topology().cpus == before);
}

TEST_CASE("memory: resident set, peak and reset") {
  constexpr std::size_t kBytes = std::size_t{32} << 20;
  REQUIRE(trm::rss_bytes() > 0);
  const bool reset = trm::reset_rss_peak();
  const std::size_t before = trm::rss_peak_bytes();
  {
    std::vector<unsigned char> block(kBytes, 1);
    CHECK(trm::rss_bytes() > kBytes);
    CHECK(block[kBytes / 2] == 1);
  }
  const std::size_t now = trm::rss_bytes();  // before the peak: it may grow between two calls
  CHECK(trm::rss_peak_bytes() >= now);
  if (!reset) {
    MESSAGE("skipped: the peak may not be reset here");
    return;
  }
  CHECK(trm::rss_peak_bytes() >= before + kBytes / 2);
#if !TRM_TEST_SANITIZED
  REQUIRE(trm::reset_rss_peak());
  CHECK(trm::rss_peak_bytes() < before + kBytes / 2);
#endif
}

TEST_CASE("memory: processor time and faults grow, the rest has legal values") {
  const auto before = trm::process_usage();
  volatile std::uint64_t sum = 0;
  do {
    for (std::uint64_t i = 0; i < 1'000'000; ++i) sum = sum + i;
  } while (trm::process_usage().user_ns + trm::process_usage().system_ns == before.user_ns + before.system_ns);
  CHECK(trm::process_usage().minor_faults >= before.minor_faults);
  const std::set<std::string> modes{"always", "madvise", "never", "not available"};
  CHECK(modes.contains(trm::transparent_huge_pages()));
  const std::size_t available = trm::available_memory_bytes();
  CHECK(available > 0);
  CHECK(trm::available_memory_bytes(trm::Swap::counted) > 0);
  CHECK(trm::check_memory(0, "m.bin", "table").ok());
  CHECK(trm::check_memory(1 << 20, "m.bin", "table").ok());
  const trm::Status refused = trm::check_memory(std::size_t{1} << 60, "m.bin", "table");
  REQUIRE(!refused.ok());
  CHECK(refused.error().code == trm::ErrorCode::unsupported);
  CHECK(
      refused.error().text().starts_with("m.bin: table: does not fit into memory: needs 1152921504606846976 bytes, "));
  CHECK(
      refused.error().text().ends_with(" are available; fix: use a smaller one, or free some memory or raise the limit "
                                       "(ulimit -v, memory of the cgroup)"));
  CHECK(trm::saturated_product(std::size_t{1} << 40, std::size_t{1} << 40) == SIZE_MAX);
  CHECK(trm::saturated_product(3, 5) == 15);
  CHECK(trm::saturated_sum(SIZE_MAX, 1) == SIZE_MAX);
  CHECK(trm::saturated_sum(3, 5) == 8);
  CHECK(trm::huge_page_bytes() <= trm::rss_bytes());
}
