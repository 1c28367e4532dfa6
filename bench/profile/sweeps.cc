#include "bench/profile/sweeps.h"

#include <cstdint>
#include <cstring>

#include "simd/cpu.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace trm::bench {
namespace {

/// Three loops of one register type: FOUR of them in a turn. An intrinsic needs its instruction set in the function
/// that calls it, so a template would not do.
#define TRM_SWEEPS(NAME, TARGET, VECTOR, LOAD, STORE, OR, ZERO)                                              \
  TARGET void read_##NAME(const std::byte* from, std::size_t bytes) {                                        \
    VECTOR sums[4] = {ZERO, ZERO, ZERO, ZERO};                                                               \
    for (std::size_t at = 0; at < bytes; at += 4 * sizeof(VECTOR)) {                                         \
      _Pragma("GCC unroll 4") for (std::size_t i = 0; i < 4; ++i) {                                          \
        sums[i] = OR(sums[i], LOAD(reinterpret_cast<const VECTOR*>(from + at) + i));                         \
      }                                                                                                      \
    }                                                                                                        \
    keep(&sums);                                                                                             \
  }                                                                                                          \
  TARGET void write_##NAME(std::byte* to, std::size_t bytes) {                                               \
    const VECTOR value = ZERO;                                                                               \
    for (std::size_t at = 0; at < bytes; at += 4 * sizeof(VECTOR)) {                                         \
      _Pragma("GCC unroll 4") for (std::size_t i = 0; i < 4; ++i)                                            \
          STORE(reinterpret_cast<VECTOR*>(to + at) + i, value);                                              \
      keep(to);                                                                                              \
    }                                                                                                        \
  }                                                                                                          \
  TARGET void copy_##NAME(std::byte* to, const std::byte* from, std::size_t bytes) {                         \
    for (std::size_t at = 0; at < bytes; at += 4 * sizeof(VECTOR)) {                                         \
      _Pragma("GCC unroll 4") for (std::size_t i = 0; i < 4; ++i) {                                          \
        STORE(reinterpret_cast<VECTOR*>(to + at) + i, LOAD(reinterpret_cast<const VECTOR*>(from + at) + i)); \
      }                                                                                                      \
      keep(to);                                                                                              \
    }                                                                                                        \
  }                                                                                                          \
  constexpr Sweeps kSweeps_##NAME = {read_##NAME, write_##NAME, copy_##NAME};

/// The compiler has to believe that somebody looks at what `at` points to: it may turn no loop into a call, and leave
/// none out.
inline void keep(const void* at) {
  __asm__ volatile("" : : "r"(at) : "memory");
}

#if defined(__x86_64__)
TRM_SWEEPS(sse, , __m128i, _mm_load_si128, _mm_store_si128, _mm_or_si128, _mm_setzero_si128())
TRM_SWEEPS(avx2, __attribute__((target("avx2"))), __m256i, _mm256_load_si256, _mm256_store_si256, _mm256_or_si256,
           _mm256_setzero_si256())
TRM_SWEEPS(avx512, __attribute__((target("avx512f"))), __m512i, _mm512_load_si512, _mm512_store_si512, _mm512_or_si512,
           _mm512_setzero_si512())
#elif defined(__aarch64__)
uint64x2_t load_neon(const uint64x2_t* from) {
  return vld1q_u64(reinterpret_cast<const std::uint64_t*>(from));
}
void store_neon(uint64x2_t* to, uint64x2_t value) {
  vst1q_u64(reinterpret_cast<std::uint64_t*>(to), value);
}
TRM_SWEEPS(neon, , uint64x2_t, load_neon, store_neon, vorrq_u64, vdupq_n_u64(0))
#else
std::uint64_t load_word(const std::uint64_t* from) {
  return *from;
}
void store_word(std::uint64_t* to, std::uint64_t value) {
  *to = value;
}
std::uint64_t or_words(std::uint64_t a, std::uint64_t b) {
  return a | b;
}
TRM_SWEEPS(words, , std::uint64_t, load_word, store_word, or_words, 0)
#endif

#undef TRM_SWEEPS

}  // namespace

Sweeps best_sweeps() {
#if defined(__x86_64__)
  if (simd::missing_reason(simd::Isa::avx512).empty()) return kSweeps_avx512;
  if (simd::missing_reason(simd::Isa::avx2).empty()) return kSweeps_avx2;
  return kSweeps_sse;
#elif defined(__aarch64__)
  return kSweeps_neon;
#else
  return kSweeps_words;
#endif
}

}  // namespace trm::bench
