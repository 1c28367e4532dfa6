// What the files isa_<name>.cc define, for the rows of isa_rows.cc alone: such a function is code for its own CPU. Null
// where this binary has no such file: that of another family of processors, or left out by -Disa=generic.
#pragma once

#include "simd/kernels.h"

namespace trm::simd {

void override_generic(Kernels<float>& kernels);
#if defined(__x86_64__) && !defined(TRM_ONLY_GENERIC)
void override_avx2(Kernels<float>& kernels);
void override_avx2vnni(Kernels<float>& kernels);
void override_avx512(Kernels<float>& kernels);
void override_avx512vnni(Kernels<float>& kernels);
void override_avx512bf16(Kernels<float>& kernels);
void override_amx(Kernels<float>& kernels);
#else
// NOLINTBEGIN(readability-identifier-naming): they stand for the functions above
constexpr void (*override_avx2)(Kernels<float>& kernels) = nullptr;
constexpr void (*override_avx2vnni)(Kernels<float>& kernels) = nullptr;
constexpr void (*override_avx512)(Kernels<float>& kernels) = nullptr;
constexpr void (*override_avx512vnni)(Kernels<float>& kernels) = nullptr;
constexpr void (*override_avx512bf16)(Kernels<float>& kernels) = nullptr;
constexpr void (*override_amx)(Kernels<float>& kernels) = nullptr;
// NOLINTEND(readability-identifier-naming)
#endif
#if defined(__aarch64__) && !defined(TRM_ONLY_GENERIC)
void override_neon(Kernels<float>& kernels);
void override_neondot(Kernels<float>& kernels);
#else
// NOLINTBEGIN(readability-identifier-naming): they stand for the functions above
constexpr void (*override_neon)(Kernels<float>& kernels) = nullptr;
constexpr void (*override_neondot)(Kernels<float>& kernels) = nullptr;
// NOLINTEND(readability-identifier-naming)
#endif

}  // namespace trm::simd
