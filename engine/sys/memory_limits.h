// What bounds the memory of this process, in words.
#pragma once

#include <string>

namespace trm {

/// "free: 812.4 MiB; limit of the control group: 1024.0 MiB; address space (ulimit -v): 1953.1 MiB": what the system
/// says of each, the limits only where there are some. For messages about memory that was refused.
std::string memory_limits_text();

}  // namespace trm
