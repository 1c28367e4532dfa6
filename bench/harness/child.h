// Work in a process of its own: its peak memory is its own, and its death is an error instead of the end of the run.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "engine/base/status.h"

namespace trm::bench {

using Bytes = std::vector<std::byte>;
/// Tells how many units of work are done. Safe to call from several threads.
using Progress = std::function<void(std::size_t done)>;

/// Forks, runs `work` in the child and hands back the bytes or the error that it returned; its calls of the progress
/// function arrive at `progress` in this process. The child shares this process's memory as it is now (copy on write),
/// so what this process holds counts in the child's resident set: hold little. This process must have no other thread.
/// Error: what `work` returned; the system refuses a process; the child died (says how).
Result<Bytes> run_in_child(const std::function<Result<Bytes>(const Progress&)>& work, const Progress& progress);

}  // namespace trm::bench
