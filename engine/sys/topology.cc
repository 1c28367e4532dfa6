#include "engine/sys/topology.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <set>
#include <utility>

#include "engine/sys/proc_file.h"

namespace trm {
namespace {

constexpr int kMaxCpus = 1 << 16;

// A mask of the system's own size: a fixed cpu_set_t fails on machines with more than 1024 CPUs.
class CpuMask {
 public:
  explicit CpuMask(int cpus) : cpus_(cpus), set_(CPU_ALLOC(static_cast<std::size_t>(cpus))) {
    if (set_ != nullptr) CPU_ZERO_S(bytes(), set_);
  }
  ~CpuMask() {
    if (set_ != nullptr) CPU_FREE(set_);
  }
  CpuMask(const CpuMask&) = delete;
  CpuMask& operator=(const CpuMask&) = delete;

  [[nodiscard]] std::size_t bytes() const { return CPU_ALLOC_SIZE(static_cast<std::size_t>(cpus_)); }
  [[nodiscard]] cpu_set_t* get() const { return set_; }
  [[nodiscard]] bool has(int cpu) const { return CPU_ISSET_S(static_cast<std::size_t>(cpu), bytes(), set_); }
  void add(int cpu) const { CPU_SET_S(static_cast<std::size_t>(cpu), bytes(), set_); }
  [[nodiscard]] int capacity() const { return cpus_; }

 private:
  int cpus_;
  cpu_set_t* set_;
};

// Calls f(mask) with the calling thread's affinity mask. False: the system refused.
template <class F>
bool with_affinity(F&& f) {
  for (int capacity = 1024; capacity <= kMaxCpus; capacity *= 2) {
    const CpuMask mask(capacity);
    if (mask.get() == nullptr) return false;
    if (sched_getaffinity(0, mask.bytes(), mask.get()) == 0) {
      f(mask);
      return true;
    }
    if (errno != EINVAL) return false;
  }
  return false;
}

/// Kinds that Intel's kernel driver names but gives no capacity: an E-core has about half the vector throughput of a
/// P-core, one on the low-power island less.
constexpr std::pair<const char*, int> kSlowKinds[] = {{"cpu_atom", 512}, {"cpu_lowpower", 384}};

std::size_t positive_sysconf(int name) {
  const long value = sysconf(name);
  return value > 0 ? static_cast<std::size_t>(value) : 0;
}

int number_in(const std::string& text, int otherwise) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? value : otherwise;
}

/// Capacity of the slowest core of the mask that is no efficiency core.
int performance_threshold(const std::vector<LogicalCpu>& cpus) {
  int best = 0;
  for (const LogicalCpu& cpu : cpus) best = std::max(best, cpu.capacity);
  return (best * 3 + 4) / 5;
}

std::string cache_text(std::size_t bytes) {
  if (bytes == 0) return "unknown";
  if (bytes % (std::size_t{1} << 20) == 0) return std::to_string(bytes >> 20) + " MiB";
  return std::to_string(bytes >> 10) + " KiB";
}

std::string counted(std::size_t n, const char* noun) {
  return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

}  // namespace

std::vector<LogicalCpu> pinning_order(std::vector<LogicalCpu> cpus) {
  std::set<int> seen;
  const auto first_of_siblings = std::stable_partition(
      cpus.begin(), cpus.end(), [&](const LogicalCpu& cpu) { return seen.insert(cpu.core).second; });
  const auto faster = [](const LogicalCpu& a, const LogicalCpu& b) { return a.capacity > b.capacity; };
  std::stable_sort(cpus.begin(), first_of_siblings, faster);
  std::stable_sort(first_of_siblings, cpus.end(), faster);
  return cpus;
}

std::vector<int> affinity_mask() {
  std::vector<int> out;
  with_affinity([&out](const CpuMask& mask) {
    for (int cpu = 0; cpu < mask.capacity(); ++cpu) {
      if (mask.has(cpu)) out.push_back(cpu);
    }
  });
  if (out.empty()) out.push_back(0);
  return out;
}

std::vector<int> parse_cpu_list(std::string_view text) {
  std::vector<int> out;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (;;) {
    int first = 0;
    auto read = std::from_chars(at, end, first);
    if (read.ec != std::errc() || first < 0 || first >= kMaxCpus) return out;
    int last = first;
    if (read.ptr != end && *read.ptr == '-') {
      read = std::from_chars(read.ptr + 1, end, last);
      if (read.ec != std::errc() || last >= kMaxCpus) return out;
    }
    for (int cpu = first; cpu <= last; ++cpu) out.push_back(cpu);
    if (read.ptr == end || *read.ptr != ',') return out;
    at = read.ptr + 1;
  }
}

std::string cpu_list_text(const std::vector<int>& cpus) {
  std::string out;
  for (std::size_t i = 0; i < cpus.size();) {
    std::size_t last = i;
    while (last + 1 < cpus.size() && cpus[last + 1] == cpus[last] + 1) ++last;
    out += (out.empty() ? "" : ",") + std::to_string(cpus[i]);
    if (last > i) out += "-" + std::to_string(cpus[last]);
    i = last + 1;
  }
  return out;
}

Topology kernel_topology(const std::vector<int>& mask, const std::string& root) {
  Topology t;
  const std::string cpus = root + "/sys/devices/system/cpu/";
  std::vector<int> online = parse_cpu_list(read_proc_file(cpus + "online"));
  t.machine_cpus = online.size();
  if (online.empty()) {
    online = mask;
    t.machine_cpus = std::max(root.empty() ? positive_sysconf(_SC_NPROCESSORS_ONLN) : 0, mask.size());
  }
  std::set<int> packages;
  for (const int cpu : online)
    packages.insert(number_in(read_proc_file(cpus + "cpu" + std::to_string(cpu) + "/topology/physical_package_id"), 0));
  t.packages = packages.size();
  t.numa_nodes =
      std::max<std::size_t>(parse_cpu_list(read_proc_file(root + "/sys/devices/system/node/online")).size(), 1);
  bool told = false;
  for (const int cpu : mask) {
    const std::string folder = cpus + "cpu" + std::to_string(cpu) + "/";
    const int capacity = std::max(number_in(read_proc_file(folder + "cpu_capacity"), kFullCapacity), 1);
    told = told || capacity != kFullCapacity;
    // The siblings' list begins with the same number for all of them.
    t.cpus.push_back({cpu, number_in(read_proc_file(folder + "topology/thread_siblings_list"), cpu), capacity});
  }
  // Newer kernels tell the capacity of Intel's cores as of others; older ones give them all the full one, or none.
  for (const auto& [kind, capacity] : kSlowKinds) {
    if (told) break;
    const std::vector<int> slow = parse_cpu_list(read_proc_file(root + "/sys/devices/" + kind + "/cpus"));
    for (LogicalCpu& cpu : t.cpus) {
      if (std::find(slow.begin(), slow.end(), cpu.number) != slow.end()) cpu.capacity = capacity;
    }
  }
  t.cpus = pinning_order(std::move(t.cpus));
#ifdef _SC_LEVEL1_DCACHE_SIZE
  if (root.empty()) {
    t.l1d_bytes = positive_sysconf(_SC_LEVEL1_DCACHE_SIZE);
    t.l2_bytes = positive_sysconf(_SC_LEVEL2_CACHE_SIZE);
    t.l3_bytes = positive_sysconf(_SC_LEVEL3_CACHE_SIZE);
  }
#endif
  t.source = "the kernel";
  return t;
}

Topology detect_topology() {
  const std::vector<int> mask = affinity_mask();
  Result<Topology> by_hwloc = hwloc_topology(mask);
  Topology t;
  if (by_hwloc.ok()) {
    t = *std::move(by_hwloc);
  } else {
    t = kernel_topology(mask);
    t.source += ": " + by_hwloc.error().message;
  }
  t.quota = cgroup_cpu_quota();
  return t;
}

std::size_t Topology::cores() const {
  std::set<int> out;
  for (const LogicalCpu& cpu : cpus) out.insert(cpu.core);
  return std::max<std::size_t>(out.size(), 1);
}

std::size_t Topology::performance_cores() const {
  std::set<int> out;
  const int threshold = performance_threshold(cpus);
  for (const LogicalCpu& cpu : cpus) {
    if (cpu.capacity >= threshold) out.insert(cpu.core);
  }
  return std::max<std::size_t>(out.size(), 1);
}

std::size_t Topology::usable_threads() const {
  const std::size_t n = performance_cores();
  return quota == 0 ? n : std::min(n, quota);
}

std::string Topology::description() const {
  const std::size_t all = cores(), fast = performance_cores();
  const std::string kinds =
      fast == all ? "" : " (" + std::to_string(fast) + " performance, " + std::to_string(all - fast) + " efficiency)";
  return counted(usable_threads(), "usable thread") + "; affinity " + std::to_string(cpus.size()) + " of " +
         counted(machine_cpus, "CPU") + " on " + counted(all, "core") + kinds + ", " + counted(packages, "package") +
         ", " + counted(numa_nodes, "NUMA node") + "; quota " + (quota == 0 ? "none" : counted(quota, "CPU")) +
         "; L1d " + cache_text(l1d_bytes) + ", L2 " + cache_text(l2_bytes) + ", L3 " + cache_text(l3_bytes) + "; by " +
         source;
}

bool pin_this_thread(int cpu) {
  if (cpu < 0 || cpu >= kMaxCpus) return false;
  const CpuMask mask(std::max(cpu + 1, 1024));
  if (mask.get() == nullptr) return false;
  mask.add(cpu);
  return sched_setaffinity(0, mask.bytes(), mask.get()) == 0;
}

bool move_this_thread(int cpu) {
  bool moved = false;
  const bool known = with_affinity([&](const CpuMask& before) {
    moved = pin_this_thread(cpu) && sched_setaffinity(0, before.bytes(), before.get()) == 0;
  });
  return known && moved;
}

}  // namespace trm
