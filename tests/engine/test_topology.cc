#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/sys/memory.h"
#include "engine/sys/topology.h"
#include "tests/engine/support.h"

namespace test_topology {

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
  [[nodiscard]] const std::string& root() const { return folder_.path(); }
  [[nodiscard]] std::size_t quota() const { return trm::cgroup_cpu_quota(folder_.path()); }
  [[nodiscard]] trm::MemoryLimit memory() const { return trm::cgroup_memory_limit(folder_.path()); }

 private:
  TempDir folder_;
};

const char* const kV2Mount = "29 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
const char* const kV1Mounts =
    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
    "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";

std::set<int> numbers(const trm::Topology& t) {
  std::set<int> out;
  for (const trm::LogicalCpu& cpu : t.cpus) out.insert(cpu.number);
  return out;
}

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
  t.cpus = {{0, 0}, {1, 1}, {2, 0}, {3, 1}};
  CHECK(t.cores() == 2);
  CHECK(t.performance_cores() == 2);
  CHECK(t.usable_threads() == 2);
  t.quota = 1;
  CHECK(t.usable_threads() == 1);
  t.quota = 7;
  CHECK(t.usable_threads() == 2);
}

TEST_CASE("topology: description") {
  trm::Topology t;
  t.machine_cpus = 8;
  t.cpus = {{0, 0}, {2, 1}, {1, 0}, {3, 1}};
  t.quota = 1;
  t.l1d_bytes = 49152;
  t.l2_bytes = 2 << 20;
  t.source = "test";
  CHECK(t.description() ==
        "1 usable thread; affinity 4 of 8 CPUs on 2 cores, 1 package, 1 NUMA node; quota 1 CPU; L1d 48 KiB, L2 2 MiB, "
        "L3 unknown; by test");
  t.quota = 0;
  t.cpus[1].capacity = t.cpus[3].capacity = 400;
  CHECK(t.description().starts_with(
      "1 usable thread; affinity 4 of 8 CPUs on 2 cores (1 performance, 1 efficiency), 1 package, "));
}

TEST_CASE("topology: lists of CPUs") {
  CHECK(trm::parse_cpu_list("") == std::vector<int>{});
  CHECK(trm::parse_cpu_list("3\n") == std::vector<int>{3});
  CHECK(trm::parse_cpu_list("0-2,8,10-11\n") == std::vector<int>{0, 1, 2, 8, 10, 11});
  for (const char* bad : {"x", "-1", "5-", "99999999999", "0-99999999", "-"}) {
    CAPTURE(bad);
    CHECK(trm::parse_cpu_list(bad).empty());
  }
  CHECK(trm::parse_cpu_list("1,x") == std::vector<int>{1});
  CHECK(trm::cpu_list_text({}).empty());
  CHECK(trm::cpu_list_text({0, 1, 2, 8, 10, 11}) == "0-2,8,10-11");
}

TEST_CASE("topology: one thread of each core comes first, fast cores before slow ones") {
  using Cpus = std::vector<trm::LogicalCpu>;
  const auto order = [](const Cpus& cpus) {
    std::vector<int> out;
    for (const trm::LogicalCpu& cpu : trm::pinning_order(cpus)) out.push_back(cpu.number);
    return out;
  };
  CHECK(order({}).empty());
  // Four cores of two threads, numbered either way.
  CHECK(order({{0, 0}, {1, 0}, {2, 2}, {3, 2}, {4, 4}, {5, 4}}) == std::vector<int>{0, 2, 4, 1, 3, 5});
  CHECK(order({{0, 0}, {1, 1}, {2, 2}, {3, 0}, {4, 1}, {5, 2}}) == std::vector<int>{0, 1, 2, 3, 4, 5});
  // Two P-cores of two threads and two E-cores: the second threads of P-cores are the last resort.
  CHECK(order({{0, 0, 1024}, {1, 0, 1024}, {2, 2, 1024}, {3, 2, 1024}, {4, 4, 512}, {5, 5, 512}}) ==
        std::vector<int>{0, 2, 4, 5, 1, 3});
  // As ARM numbers them, with three kinds.
  CHECK(order({{0, 0, 300}, {1, 1, 300}, {2, 2, 800}, {3, 3, 1024}}) == std::vector<int>{3, 2, 0, 1});
}

TEST_CASE("topology: kinds of cores by the kernel's files") {
  FakeMachine machine("", "");
  const auto cpu = [&](int number, const char* siblings, const char* capacity) {
    const std::string folder = "/sys/devices/system/cpu/cpu" + std::to_string(number) + "/";
    machine.file(folder + "topology/thread_siblings_list", siblings);
    machine.file(folder + "topology/physical_package_id", number < 4 ? "0\n" : "1\n");
    if (*capacity != '\0') machine.file(folder + "cpu_capacity", capacity);
  };
  machine.file("/sys/devices/system/cpu/online", "0-5\n").file("/sys/devices/system/node/online", "0-1\n");
  const auto read = [&](const std::vector<int>& mask) { return trm::kernel_topology(mask, machine.root()); };
  SUBCASE("of one kind") {
    for (int i = 0; i < 6; ++i) cpu(i, i % 2 == 0 ? "0,1\n" : "", "1024\n");
    const auto t = read({2, 3});
    CHECK(t.machine_cpus == 6);
    CHECK(t.packages == 2);
    CHECK(t.numa_nodes == 2);
    CHECK(t.source == "the kernel");
    CHECK(t.description().find("efficiency") == std::string::npos);
  }
  SUBCASE("Intel, without capacities") {
    for (const char* capacity : {"", "1024\n"}) {
      CAPTURE(capacity);
      cpu(0, "0-1\n", capacity), cpu(1, "0-1\n", capacity), cpu(2, "2-3\n", capacity), cpu(3, "2-3\n", capacity);
      cpu(4, "4\n", capacity), cpu(5, "5\n", capacity);
      machine.file("/sys/devices/cpu_core/cpus", "0-3\n").file("/sys/devices/cpu_atom/cpus", "4-5\n");
      const auto t = read({0, 1, 2, 3, 4, 5});
      CHECK(t.cores() == 4);
      CHECK(t.performance_cores() == 2);
      CHECK(t.usable_threads() == 2);
      CHECK(t.cpus[0].number == 0);
      CHECK(t.cpus[1].number == 2);
      CHECK(t.cpus[2].number == 4);
      // Held to the E-cores, a process has no better ones.
      CHECK(read({4, 5}).usable_threads() == 2);
      CHECK(read({4, 5}).description().find("efficiency") == std::string::npos);
    }
  }
  SUBCASE("ARM: a middle core counts as fast, a little one does not") {
    for (int i = 0; i < 3; ++i) cpu(i, "", "250\n");
    cpu(3, "", "700\n"), cpu(4, "", "700\n"), cpu(5, "", "1024\n");
    const auto t = read({0, 1, 2, 3, 4, 5});
    CHECK(t.cores() == 6);
    CHECK(t.performance_cores() == 3);
    CHECK(t.cpus[0].number == 5);
    CHECK(t.cpus[5].number == 2);
  }
  SUBCASE("without files, or with rubbish in them") {
    for (const char* text : {"", "rubbish", "-3", "99999999999999"}) {
      CAPTURE(text);
      machine.file("/sys/devices/system/cpu/online", text).file("/sys/devices/system/node/online", text);
      for (int i = 0; i < 2; ++i) cpu(i, text, text);
      const auto t = read({0, 1});
      CHECK(t.machine_cpus == 2);
      CHECK(t.numa_nodes == 1);
      CHECK(t.cpus.size() == 2);
      CHECK(t.usable_threads() >= 1);
    }
  }
}

TEST_CASE("topology: this machine") {
  const auto t = trm::detect_topology();
  CHECK(t.cpus.size() >= 1);
  CHECK(numbers(t).size() == t.cpus.size());
  CHECK(t.cores() >= 1);
  CHECK(t.cores() <= t.cpus.size());
  CHECK(t.cpus.size() <= t.machine_cpus);
  CHECK(t.usable_threads() >= 1);
  // Both sources see the same machine.
  const auto kernel = trm::kernel_topology(trm::affinity_mask());
  CHECK(kernel.machine_cpus == t.machine_cpus);
  CHECK(kernel.cores() == t.cores());
  CHECK(kernel.performance_cores() == t.performance_cores());
  CHECK(numbers(kernel) == numbers(t));
}

TEST_CASE("topology: an environment that leads hwloc elsewhere is not believed, and the record says so") {
  const auto usual = trm::detect_topology();
  const bool has_hwloc = usual.source.starts_with("hwloc");
  const char* const variables[][2] = {{"HWLOC_SYNTHETIC", "node:2 core:8 pu:2"},
                                      {"HWLOC_XMLFILE", "/nonexistent.xml"},
                                      {"HWLOC_COMPONENTS", "-linux"},
                                      {"HWLOC_FSROOT", "/nonexistent"},
                                      {"HWLOC_THISSYSTEM", "1"},
                                      {"HWLOC_CPUID_PATH", "/nonexistent"}};
  for (const auto& variable : variables) {
    for (const bool claimed : {false, true}) {
      CAPTURE(variable[0]);
      CAPTURE(claimed);
      const std::string text = trm::test::in_child([&] {
        setenv(variable[0], variable[1], 1);
        if (claimed) setenv("HWLOC_THISSYSTEM", "1", 1);
        const auto t = trm::detect_topology();
        return std::to_string(t.machine_cpus) + " " + std::to_string(t.usable_threads()) + " " + t.source;
      });
      const std::string seen = std::to_string(usual.machine_cpus) + " " + std::to_string(usual.usable_threads());
      CHECK(text.starts_with(seen + " the kernel: "));
      if (has_hwloc) CHECK(text.ends_with(" is set"));
    }
  }
}

TEST_CASE("topology: what hwloc says of another machine") {
  const std::string xml = R"(<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE topology SYSTEM "hwloc2.dtd">
<topology version="2.0">
  <object type="Machine" os_index="0" cpuset="0xf" complete_cpuset="0xf" allowed_cpuset="0xf" nodeset="0x1" complete_nodeset="0x1" allowed_nodeset="0x1" gp_index="1">
    <object type="NUMANode" os_index="0" cpuset="0xf" complete_cpuset="0xf" nodeset="0x1" complete_nodeset="0x1" gp_index="10" local_memory="1073741824"/>
    <object type="Core" os_index="0" cpuset="0x1" complete_cpuset="0x1" nodeset="0x1" complete_nodeset="0x1" gp_index="3">
      <object type="PU" os_index="0" cpuset="0x1" complete_cpuset="0x1" nodeset="0x1" complete_nodeset="0x1" gp_index="2"/>
    </object>
    <object type="Core" os_index="1" cpuset="0x2" complete_cpuset="0x2" nodeset="0x1" complete_nodeset="0x1" gp_index="5">
      <object type="PU" os_index="1" cpuset="0x2" complete_cpuset="0x2" nodeset="0x1" complete_nodeset="0x1" gp_index="4"/>
    </object>
    <object type="Core" os_index="2" cpuset="0xc" complete_cpuset="0xc" nodeset="0x1" complete_nodeset="0x1" gp_index="7">
      <object type="PU" os_index="2" cpuset="0x4" complete_cpuset="0x4" nodeset="0x1" complete_nodeset="0x1" gp_index="6"/>
      <object type="PU" os_index="3" cpuset="0x8" complete_cpuset="0x8" nodeset="0x1" complete_nodeset="0x1" gp_index="8"/>
    </object>
  </object>
  <cpukind cpuset="0x3" forced_efficiency="0"><info name="A" value="B"/></cpukind>
  <cpukind cpuset="0xc" forced_efficiency="1"><info name="C" value="D"/></cpukind>
</topology>
)";
  const auto machine = [&](const char* slow, const char* slow_value, const char* fast, const char* fast_value) {
    std::string text = xml;
    for (const auto& [mark, by] : {std::pair<const char*, const char*>{"\"A\"", slow},
                                   {"\"B\"", slow_value},
                                   {"\"C\"", fast},
                                   {"\"D\"", fast_value}})
      text.replace(text.find(mark) + 1, 1, by);
    return trm::hwloc_topology({0, 1, 2, 3}, text);
  };
  if (const auto t = trm::hwloc_topology({0}, xml); !t.ok() && t.error().message == "this build has no hwloc") {
    MESSAGE("skipped: topologies by hwloc: this build has none");
    return;
  }
  for (const auto& kinds : {std::array{"CoreType", "IntelAtom", "CoreType", "IntelCore"},
                            std::array{"LinuxCapacity", "400", "LinuxCapacity", "1024"},
                            std::array{"FrequencyMaxMHz", "1800", "FrequencyMaxMHz", "4000"}}) {
    CAPTURE(kinds[0]);
    const auto t = machine(kinds[0], kinds[1], kinds[2], kinds[3]);
    REQUIRE_MESSAGE(t.ok(), t.error().text());
    CHECK(t->machine_cpus == 4);
    CHECK(t->cores() == 3);
    CHECK(t->performance_cores() == 1);
    CHECK(t->cpus[0].number == 2);
    CHECK(t->cpus[3].number == 3);
  }
  // Nothing comparable, or not much of a difference.
  CHECK(machine("FrequencyMaxMHz", "3600", "FrequencyMaxMHz", "4000")->performance_cores() == 3);
  CHECK(machine("FrequencyMaxMHz", "1800", "Other", "4000")->performance_cores() == 3);
  CHECK(machine("LinuxCapacity", "0", "LinuxCapacity", "x")->performance_cores() == 3);
  CHECK(trm::hwloc_topology({0, 7}, xml).error().message == "hwloc does not know CPU 7");
  CHECK(!trm::hwloc_topology({0}, "no topology").ok());
}

TEST_CASE("topology: the affinity mask is respected") {
  const int last = trm::affinity_mask().back();
  const std::string text = trm::test::in_child([last] {
    if (!trm::pin_this_thread(last)) return std::string("refused");
    const auto t = trm::detect_topology();
    return std::to_string(t.cpus.size()) + " " + std::to_string(t.cpus[0].number) + " " +
           std::to_string(t.usable_threads());
  });
  CHECK(text == "1 " + std::to_string(last) + " 1");
}

TEST_CASE("topology: moving keeps the mask, and a CPU that is not there is refused") {
  const auto before = trm::affinity_mask();
  CHECK(trm::move_this_thread(before.back()));
  CHECK(trm::affinity_mask() == before);
  CHECK(!trm::pin_this_thread(-1));
  CHECK(!trm::pin_this_thread(1 << 16));
  CHECK(!trm::pin_this_thread((1 << 16) - 1));
  CHECK(trm::affinity_mask() == before);
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

}  // namespace test_topology
