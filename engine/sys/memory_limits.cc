#include "engine/sys/memory_limits.h"

#include <sys/resource.h>

#include <cstdint>
#include <cstdio>

#include "engine/sys/memory.h"
#include "engine/sys/topology.h"

namespace trm {
namespace {

std::string in_mebibytes(std::size_t bytes) {
  char out[32];
  std::snprintf(out, sizeof out, "%.1f MiB", static_cast<double>(bytes) / 0x1p20);
  return out;
}

}  // namespace

std::string memory_limits_text() {
  const std::size_t free = available_memory_bytes();
  std::string out = "free: " + (free == SIZE_MAX ? "not known" : in_mebibytes(free));
  if (const MemoryLimit group = cgroup_memory_limit(); group.limit_bytes != 0) {
    out += "; limit of the control group: " + in_mebibytes(group.limit_bytes);
  }
  rlimit space{};
  if (getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY) {
    out += "; address space (ulimit -v): " + in_mebibytes(space.rlim_cur);
  }
  return out;
}

}  // namespace trm
