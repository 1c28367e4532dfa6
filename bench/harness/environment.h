// What a record says about the machine, the build and the protocol, so that a number can be judged later.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/record.h"

namespace trm::bench {

/// Facts that only the run knows.
struct RunFacts {
  std::string isa;      ///< in use
  std::string isa_cap;  ///< what the user asked for; empty: nothing
  std::string pinning;  ///< PinPlan::reason
  std::string weights;  ///< type that was asked for; "auto": that of each model
};

/// Keys: date, version, commit (with "-dirty" if the tree was changed), compiler, flags, build_type, machine,
/// cpu_count, topology, isa, isa_cap, weights, pinning, cpu_quota, page_bytes, huge_pages, governor, microcode, kernel,
/// load. What the system does not tell reads "not available".
std::vector<reports::EnvironmentEntry> capture_environment(const RunFacts& facts);

/// Commit that the program was built from, 40 hex digits with "-dirty" if the tree was changed; "unknown" without git.
std::string_view build_commit();
/// "release", "debug", ...
std::string_view build_type();
std::string_view build_compiler();
std::string_view build_flags();

}  // namespace trm::bench
