#include "engine/sys/topology.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <set>
#include <utility>

#if TRM_HAVE_HWLOC
#include <hwloc.h>
#endif

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

// One CPU of each core first, then the others: `core_of` names the core of each CPU.
template <class F>
void order_by_core(Topology& t, F&& core_of) {
  std::set<std::pair<long, long>> seen;
  std::vector<int> siblings;
  std::vector<int> firsts;
  for (const int cpu : t.cpus) (seen.insert(core_of(cpu)).second ? firsts : siblings).push_back(cpu);
  t.cores = std::max<std::size_t>(firsts.size(), 1);
  firsts.insert(firsts.end(), siblings.begin(), siblings.end());
  t.cpus = std::move(firsts);
}

#if TRM_HAVE_HWLOC
bool read_hwloc(Topology& t) {
  hwloc_topology_t topology = nullptr;
  if (hwloc_topology_init(&topology) != 0) return false;
  hwloc_topology_set_flags(topology, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
  if (hwloc_topology_load(topology) != 0) {
    hwloc_topology_destroy(topology);
    return false;
  }
  const auto count = [topology](hwloc_obj_type_t type) {
    const int n = hwloc_get_nbobjs_by_type(topology, type);
    return static_cast<std::size_t>(std::max(n, 1));
  };
  t.machine_cpus = count(HWLOC_OBJ_PU);
  t.packages = count(HWLOC_OBJ_PACKAGE);
  t.numa_nodes = count(HWLOC_OBJ_NUMANODE);
  order_by_core(t, [topology](int cpu) -> std::pair<long, long> {
    hwloc_obj_t pu = hwloc_get_pu_obj_by_os_index(topology, static_cast<unsigned>(cpu));
    hwloc_obj_t core = pu == nullptr ? nullptr : hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_CORE, pu);
    if (core == nullptr) return {-1, cpu};
    return {0, static_cast<long>(core->logical_index)};
  });
  const auto cache = [topology](hwloc_obj_type_t type) -> std::size_t {
    hwloc_obj_t object = hwloc_get_obj_by_type(topology, type, 0);
    return object == nullptr ? 0 : static_cast<std::size_t>(object->attr->cache.size);
  };
  t.l1d_bytes = cache(HWLOC_OBJ_L1CACHE);
  t.l2_bytes = cache(HWLOC_OBJ_L2CACHE);
  t.l3_bytes = cache(HWLOC_OBJ_L3CACHE);
  const unsigned version = hwloc_get_api_version();
  t.source = "hwloc API " + std::to_string(version >> 16) + "." + std::to_string((version >> 8) & 0xff);
  hwloc_topology_destroy(topology);
  return true;
}
#endif

std::size_t positive_sysconf(int name) {
  const long value = sysconf(name);
  return value > 0 ? static_cast<std::size_t>(value) : 0;
}

void read_system(Topology& t) {
  t.machine_cpus = std::max<std::size_t>(positive_sysconf(_SC_NPROCESSORS_ONLN), 1);
  order_by_core(t, [](int cpu) -> std::pair<long, long> {
    const std::string folder = "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/";
    const std::string package = read_proc_file(folder + "physical_package_id");
    const std::string core = read_proc_file(folder + "core_id");
    if (package.empty() || core.empty()) return {-1, cpu};
    return {std::strtol(package.c_str(), nullptr, 10), std::strtol(core.c_str(), nullptr, 10)};
  });
#ifdef _SC_LEVEL1_DCACHE_SIZE
  t.l1d_bytes = positive_sysconf(_SC_LEVEL1_DCACHE_SIZE);
  t.l2_bytes = positive_sysconf(_SC_LEVEL2_CACHE_SIZE);
  t.l3_bytes = positive_sysconf(_SC_LEVEL3_CACHE_SIZE);
#endif
  t.source = "sched_getaffinity";
}

std::string size_text(std::size_t bytes) {
  if (bytes == 0) return "unknown";
  if (bytes % (std::size_t{1} << 20) == 0) return std::to_string(bytes >> 20) + " MiB";
  return std::to_string(bytes >> 10) + " KiB";
}

std::string counted(std::size_t n, const char* noun) {
  return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

}  // namespace

Topology detect_topology() {
  Topology t;
  with_affinity([&t](const CpuMask& mask) {
    for (int cpu = 0; cpu < mask.capacity(); ++cpu) {
      if (mask.has(cpu)) t.cpus.push_back(cpu);
    }
  });
  if (t.cpus.empty()) t.cpus.push_back(0);
#if TRM_HAVE_HWLOC
  if (!read_hwloc(t)) read_system(t);
#else
  read_system(t);
#endif
  t.quota = cgroup_cpu_quota();
  return t;
}

std::size_t Topology::usable_threads() const {
  const std::size_t n = std::max<std::size_t>(cores, 1);
  return quota == 0 ? n : std::min(n, quota);
}

std::string Topology::description() const {
  return counted(usable_threads(), "usable thread") + "; affinity " + std::to_string(cpus.size()) + " of " +
         counted(machine_cpus, "CPU") + " on " + counted(cores, "core") + ", " + counted(packages, "package") + ", " +
         counted(numa_nodes, "NUMA node") + "; quota " + (quota == 0 ? "none" : counted(quota, "CPU")) + "; L1d " +
         size_text(l1d_bytes) + ", L2 " + size_text(l2_bytes) + ", L3 " + size_text(l3_bytes) + "; by " + source;
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
