// Which CPUs the threads of a pool are bound to, and whether they are at all.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/sys/file_descriptor.h"
#include "engine/sys/topology.h"

namespace trm {

enum class Pinning {
  automatic,  ///< if no other process uses a CPU of the affinity mask
  on,         ///< to CPUs that others do not use, as far as there are any
  off,
};

/// "auto", "on", "off", and "1" and "0" for the last two; none: another text.
std::optional<Pinning> pinning_named(std::string_view text);
/// `wanted`, or else what TRM_PIN says, or else automatic. Error (bad_input): TRM_PIN is none of these.
Result<Pinning> pinning_wanted(std::optional<Pinning> wanted);

struct PinPlan {
  std::vector<int> cpus;  ///< one for each thread, the first for the calling one; empty: no thread is bound
  std::string reason;     ///< for records: "on", "off", "auto: ..."
};
/// `used`: CPUs that others use. Cores of which they use nothing come first, then those of which they use a part, each
/// in pinning_order(). One thread alone, or more threads than CPUs, are never bound.
PinPlan plan_pinning(Pinning pinning, const Topology& topology, std::size_t threads, const std::set<int>& used);

/// CPUs of the mask that somebody else uses: another pool of this program holds them, or they were busy for more than
/// half of the time between two texts of /proc/stat, or that does not tell. Pure.
std::set<int> busy_cpus(const std::vector<LogicalCpu>& mask, std::string_view stat_before, std::string_view stat_after);

/// CPUs that are bound to threads of this process, known to all processes of this program in the network namespace,
/// until the object goes.
class CpuClaims {
 public:
  /// False: somebody holds it.
  bool claim(int cpu);
  static bool is_claimed(int cpu);
  void release() { held_.clear(); }

 private:
  std::vector<FileDescriptor> held_;
};

/// plan_pinning() for this machine as it is now, with the CPUs claimed. Looks for 50 ms at what others do, unless it
/// does not matter.
PinPlan claim_cpus(Pinning pinning, const Topology& topology, std::size_t threads, CpuClaims& claims);

/// Whether pools of so many threads (0: as many as the machine allows) are to be pinned from now on: on or off, so that
/// all of them are treated alike, and why, for records. Error: as pinning_wanted().
struct PinDecision {
  Pinning pinning = Pinning::off;
  std::string reason;
};
Result<PinDecision> decide_pinning(std::optional<Pinning> wanted, std::size_t threads);

}  // namespace trm
