// What this process may use of the machine: cores, affinity mask, CPU quota of the container, caches.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace trm {

struct Topology {
  /// Logical CPUs of the machine that are online.
  std::size_t machine_cpus = 1;
  /// Logical CPUs in the affinity mask, ordered for pinning: one of each core first, then their hardware siblings.
  std::vector<int> cpus;
  /// Physical cores behind `cpus`: the first `cores` entries of `cpus` are on distinct cores.
  std::size_t cores = 1;
  std::size_t packages = 1;
  std::size_t numa_nodes = 1;
  /// CPUs that the container's quota allows, rounded down, at least 1; 0: no quota.
  std::size_t quota = 0;
  /// Bytes of one instance of each cache; 0: unknown.
  std::size_t l1d_bytes = 0, l2_bytes = 0, l3_bytes = 0;
  /// Which library or file told us: "hwloc API 2.8" or "sched_getaffinity".
  std::string source;

  /// One thread for each physical core that affinity and quota allow: two threads on one core share its vector units.
  [[nodiscard]] std::size_t usable_threads() const;
  /// One line for records.
  [[nodiscard]] std::string description() const;
};

/// Reads everything afresh; takes some milliseconds. Never fails: what cannot be read keeps its default.
Topology detect_topology();

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
