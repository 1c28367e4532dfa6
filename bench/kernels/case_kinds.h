// What case.cc needs to know of the rows of kernel_kinds() beyond what everybody sees.
#pragma once

#include <string>

#include "bench/kernels/case.h"

namespace trm::bench {

/// Why the kernel has no such sizes (an even convolution, an odd head); empty: it has.
std::string impossible_sizes(const KernelCase& kernel_case);

}  // namespace trm::bench
