// The machine as hwloc sees it, where that is this machine.
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/sys/proc_file.h"
#include "engine/sys/topology.h"

#if TRM_HAVE_HWLOC
#include <hwloc.h>
#endif

namespace trm {
namespace {

Error not_known(std::string reason) {
  return Error{ErrorCode::unsupported, "", "topology", std::move(reason), ""};
}

#if TRM_HAVE_HWLOC

class HwlocTopology {
 public:
  HwlocTopology() {
    if (hwloc_topology_init(&topology_) != 0) topology_ = nullptr;
  }
  ~HwlocTopology() {
    if (topology_ != nullptr) hwloc_topology_destroy(topology_);
  }
  HwlocTopology(const HwlocTopology&) = delete;
  HwlocTopology& operator=(const HwlocTopology&) = delete;
  [[nodiscard]] hwloc_topology_t get() const { return topology_; }

 private:
  hwloc_topology_t topology_ = nullptr;
};

/// Name of a variable of the environment that may make hwloc describe something else; empty: there is none.
std::string steering_variable() {
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('='));
    // These only change what it prints.
    const bool harmless = name == "HWLOC_HIDE_ERRORS" || name.ends_with("_VERBOSE");
    if (name.starts_with("HWLOC_") && !harmless) return std::string(name);
  }
  return "";
}

/// Why hwloc's answer is not about this system; empty: it seems to be.
std::string contradiction(hwloc_topology_t topology) {
  if (hwloc_topology_is_thissystem(topology) == 0) return "hwloc describes another system";
  const auto shown = static_cast<std::size_t>(std::max(hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU), 0));
  const long online = ::sysconf(_SC_NPROCESSORS_ONLN);
  if (online > 0 && shown != static_cast<std::size_t>(online)) {
    return "hwloc shows " + std::to_string(shown) + " CPUs, the kernel " + std::to_string(online);
  }
  return "";
}

#if HWLOC_API_VERSION >= 0x00020400
/// What a kind of cores says of its speed.
struct Kind {
  hwloc_bitmap_t cpus = nullptr;
  int capacity = 0;   ///< by the kernel or the name of the kind; 0: not known
  int megahertz = 0;  ///< at most
};

int number_of(const char* text) {
  return std::atoi(text);
}

std::vector<Kind> kinds_of(hwloc_topology_t topology) {
  std::vector<Kind> out;
  const int count = hwloc_cpukinds_get_nr(topology, 0);
  for (int k = 0; k < count; ++k) {
    Kind kind{hwloc_bitmap_alloc()};
    unsigned facts = 0;
    hwloc_info_s* fact = nullptr;
    hwloc_cpukinds_get_info(topology, static_cast<unsigned>(k), kind.cpus, nullptr, &facts, &fact, 0);
    for (unsigned i = 0; i < facts; ++i) {
      const std::string_view name(fact[i].name), value(fact[i].value);
      if (name == "LinuxCapacity") kind.capacity = number_of(fact[i].value);
      if (name == "CoreType" && kind.capacity == 0) kind.capacity = value == "IntelAtom" ? 512 : kFullCapacity;
      if (name == "FrequencyMaxMHz") kind.megahertz = number_of(fact[i].value);
    }
    out.push_back(kind);
  }
  return out;
}

void add_capacities(hwloc_topology_t topology, std::vector<LogicalCpu>& cpus) {
  const std::vector<Kind> kinds = kinds_of(topology);
  const auto known = [](const Kind& kind) { return kind.capacity > 0; };
  const auto timed = [](const Kind& kind) { return kind.megahertz > 0; };
  int fastest = 1;
  for (const Kind& kind : kinds) fastest = std::max(fastest, kind.megahertz);
  const bool all_known = std::all_of(kinds.begin(), kinds.end(), known);
  const bool all_timed = std::all_of(kinds.begin(), kinds.end(), timed);
  for (const Kind& kind : kinds) {
    // Half a comparison would be none.
    const int capacity = all_known   ? kind.capacity
                         : all_timed ? static_cast<int>(std::int64_t{kind.megahertz} * kFullCapacity / fastest)
                                     : kFullCapacity;
    for (LogicalCpu& cpu : cpus) {
      if (hwloc_bitmap_isset(kind.cpus, static_cast<unsigned>(cpu.number)) != 0) cpu.capacity = std::max(capacity, 1);
    }
    hwloc_bitmap_free(kind.cpus);
  }
}
#else
void add_capacities(hwloc_topology_t, std::vector<LogicalCpu>&) {}
#endif

#endif

}  // namespace

#if TRM_HAVE_HWLOC
Result<Topology> hwloc_topology(const std::vector<int>& mask, const std::string& xml) {
  if (xml.empty()) {
    if (const std::string variable = steering_variable(); !variable.empty()) return not_known(variable + " is set");
    // hwloc would complain on standard error.
    if (read_proc_file("/sys/devices/system/cpu/online").empty())
      return not_known("there is no /sys/devices/system/cpu");
  }
  const HwlocTopology machine;
  const hwloc_topology_t topology = machine.get();
  if (topology == nullptr) return not_known("hwloc does not start");
  hwloc_topology_set_flags(topology, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
  if (!xml.empty() && hwloc_topology_set_xmlbuffer(topology, xml.c_str(), static_cast<int>(xml.size()) + 1) != 0)
    return not_known("hwloc cannot read the text");
  if (hwloc_topology_load(topology) != 0) return not_known("hwloc cannot read the machine");
  if (xml.empty()) {
    if (std::string reason = contradiction(topology); !reason.empty()) return not_known(std::move(reason));
  }
  const auto count = [topology](hwloc_obj_type_t type) {
    return static_cast<std::size_t>(std::max(hwloc_get_nbobjs_by_type(topology, type), 1));
  };
  Topology t;
  t.machine_cpus = count(HWLOC_OBJ_PU);
  t.packages = count(HWLOC_OBJ_PACKAGE);
  t.numa_nodes = count(HWLOC_OBJ_NUMANODE);
  for (const int cpu : mask) {
    hwloc_obj_t pu = hwloc_get_pu_obj_by_os_index(topology, static_cast<unsigned>(cpu));
    if (pu == nullptr) return not_known("hwloc does not know CPU " + std::to_string(cpu));
    hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_CORE, pu);
    // A hardware thread without a core is one of its own.
    t.cpus.push_back({cpu, core == nullptr ? -1 - cpu : static_cast<int>(core->logical_index)});
  }
  add_capacities(topology, t.cpus);
  t.cpus = pinning_order(std::move(t.cpus));
  const auto cache = [topology](hwloc_obj_type_t type) -> std::size_t {
    hwloc_obj_t object = hwloc_get_obj_by_type(topology, type, 0);
    return object == nullptr ? 0 : static_cast<std::size_t>(object->attr->cache.size);
  };
  t.l1d_bytes = cache(HWLOC_OBJ_L1CACHE);
  t.l2_bytes = cache(HWLOC_OBJ_L2CACHE);
  t.l3_bytes = cache(HWLOC_OBJ_L3CACHE);
  const unsigned version = hwloc_get_api_version();
  t.source = "hwloc API " + std::to_string(version >> 16) + "." + std::to_string((version >> 8) & 0xff);
  return t;
}
#else
Result<Topology> hwloc_topology(const std::vector<int>&, const std::string&) {
  return not_known("this build has no hwloc");
}
#endif

}  // namespace trm
