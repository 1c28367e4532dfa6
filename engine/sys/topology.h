// What this process may use of the machine: cores and their kinds, affinity mask, CPU quota of the container, caches.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace trm {

/// Capacity of the fastest core of a machine, in the kernel's measure.
inline constexpr int kFullCapacity = 1024;

/// A hardware thread.
struct LogicalCpu {
  int number = 0;                ///< as the kernel counts
  int core = 0;                  ///< equal for the hardware threads of one core
  int capacity = kFullCapacity;  ///< speed of the core, the machine's fastest one being full_capacity
};

/// The order in which threads are given CPUs: one hardware thread of each core before the others, fast cores before
/// slow ones, and else as they come.
std::vector<LogicalCpu> pinning_order(std::vector<LogicalCpu> cpus);

struct Topology {
  /// Logical CPUs of the machine that are online.
  std::size_t machine_cpus = 1;
  /// Logical CPUs in the affinity mask, in pinning_order().
  std::vector<LogicalCpu> cpus;
  std::size_t packages = 1;
  std::size_t numa_nodes = 1;
  /// CPUs that the container's quota allows, rounded down, at least 1; 0: no quota.
  std::size_t quota = 0;
  /// Bytes of one instance of each cache; 0: unknown.
  std::size_t l1d_bytes = 0, l2_bytes = 0, l3_bytes = 0;
  /// Who told us: "hwloc API 2.8", "the kernel", or "the kernel: HWLOC_XMLFILE is set" with why hwloc did not.
  std::string source;

  /// Physical cores behind `cpus`.
  [[nodiscard]] std::size_t cores() const;
  /// Those of them that have at least three fifths of the capacity of the fastest: all of them unless the machine has
  /// cores of several kinds.
  [[nodiscard]] std::size_t performance_cores() const;
  /// One thread for each performance core that affinity and quota allow. Two threads on one core share its vector
  /// units, and where a parallel region waits for the slowest thread, an efficiency core makes all wait.
  [[nodiscard]] std::size_t usable_threads() const;
  /// One line for records.
  [[nodiscard]] std::string description() const;
};

/// Reads everything afresh; takes some milliseconds. Never fails: what cannot be read keeps its default. hwloc is asked
/// first, and the kernel alone where hwloc's answer is not, or may not be, about this system.
Topology detect_topology();

/// CPUs in the affinity mask of the calling thread; CPU 0 where the system does not say.
std::vector<int> affinity_mask();
/// The topology of the CPUs of a mask (no quota), as the kernel's files say. `root` is put before every path, for
/// tests.
Topology kernel_topology(const std::vector<int>& mask, const std::string& root = "");
/// The same as hwloc says. `xml`: text of a topology that is taken for this machine's, for tests. Error: this build has
/// no hwloc; what it tells is not this system: an environment variable points it elsewhere, or it contradicts the
/// kernel.
Result<Topology> hwloc_topology(const std::vector<int>& mask, const std::string& xml = "");

/// "0-2,8" as 0 1 2 8; what is no list ends it.
std::vector<int> parse_cpu_list(std::string_view text);
/// The inverse, for numbers in ascending order.
std::string cpu_list_text(const std::vector<int>& cpus);

/// CPU quota of this process's control groups (v1 and v2), the smallest along the path to the root, rounded down, at
/// least 1; 0: none. `root` is put before every path that is read, for tests.
std::size_t cgroup_cpu_quota(const std::string& root = "");

/// Memory limit of this process's control groups in bytes and what the group uses of it but for cached files, which the
/// kernel drops when it needs room; the tightest along the path to the root; limit 0: none.
struct MemoryLimit {
  std::size_t limit_bytes = 0;
  std::size_t used_bytes = 0;
};
MemoryLimit cgroup_memory_limit(const std::string& root = "");

/// Binds the calling thread to one logical CPU. False: the system refused.
bool pin_this_thread(int cpu);
/// Moves the calling thread to one logical CPU and then gives it its old affinity mask back: the scheduler leaves it
/// there as long as the CPU is free. False: the system refused.
bool move_this_thread(int cpu);

}  // namespace trm
