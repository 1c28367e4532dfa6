// The float32 tables that the files isa_<name>.cc define. Only cpu.cc may call them: a table's code needs its CPU.
#pragma once

#include "simd/kernels.h"

namespace trm::simd {

const Kernels<float>* generic_table();
#if defined(__x86_64__)
const Kernels<float>* avx2_table();
const Kernels<float>* avx512_table();
#elif defined(__aarch64__)
const Kernels<float>* neon_table();
#endif

}  // namespace trm::simd
