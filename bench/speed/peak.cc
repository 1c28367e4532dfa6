#include "bench/speed/peak.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>

#include "simd/cpu.h"

namespace trm::bench {
namespace {

class PeakRunner final : public Runner {
 public:
  PeakRunner(const PeakLoop& loop, ThreadPool& pool) : loop_(loop), pool_(&pool) {}

  Result<double> warm_up() override {
    if (Status s = run(); !s.ok()) return s.error();
    return 1.0;
  }

  Status run() override {
    pool_->run(pool_->size(), [&](std::size_t, std::size_t) { loop_.run(); });
    return {};
  }

 private:
  PeakLoop loop_;
  ThreadPool* pool_;
};

#if defined(__x86_64__) || defined(__aarch64__)

constexpr int kTurns = 1'000'000;
/// More than the latency of any of these times the units that execute them; with two operands they fit into sixteen
/// registers.
constexpr int kChains = 12;

/// Operations of a call of an instruction that does so many.
constexpr double operations_of(int each) {
  return double{kTurns} * kChains * each;
}

/// A value that the compiler cannot know: with known or equal operands it may compute a loop itself, or one chain for
/// all.
template <class T>
T unknown(T value) {
  const volatile T out = value;
  return out;
}

#endif

#if defined(__x86_64__)

// Each loop is written out: an intrinsic needs its instruction set in the function that calls it, and a shared template
// would not have it.

__attribute__((target("avx512f"))) void run_fma_avx512() {
  __m512 sums[kChains];
  for (auto& sum : sums) sum = _mm512_set1_ps(unknown(1.0F));
  const __m512 factor = _mm512_set1_ps(unknown(0.999F)), term = _mm512_set1_ps(unknown(0.001F));
  for (int turn = 0; turn < kTurns; ++turn) {
#pragma GCC unroll 12
    for (auto& sum : sums) sum = _mm512_fmadd_ps(sum, factor, term);
  }
  for (int i = 1; i < kChains; ++i) sums[0] = _mm512_add_ps(sums[0], sums[i]);
  [[maybe_unused]] const volatile float kept = _mm512_cvtss_f32(sums[0]);
}

__attribute__((target("avx2,fma"))) void run_fma_avx2() {
  __m256 sums[kChains];
  for (auto& sum : sums) sum = _mm256_set1_ps(unknown(1.0F));
  const __m256 factor = _mm256_set1_ps(unknown(0.999F)), term = _mm256_set1_ps(unknown(0.001F));
  for (int turn = 0; turn < kTurns; ++turn) {
#pragma GCC unroll 12
    for (auto& sum : sums) sum = _mm256_fmadd_ps(sum, factor, term);
  }
  for (int i = 1; i < kChains; ++i) sums[0] = _mm256_add_ps(sums[0], sums[i]);
  [[maybe_unused]] const volatile float kept = _mm256_cvtss_f32(sums[0]);
}

/// Two instructions for each multiplication and addition.
void run_multiply_add_sse() {
  __m128 sums[kChains];
  for (auto& sum : sums) sum = _mm_set1_ps(unknown(1.0F));
  const __m128 factor = _mm_set1_ps(unknown(0.999F)), term = _mm_set1_ps(unknown(0.001F));
  for (int turn = 0; turn < kTurns; ++turn) {
#pragma GCC unroll 12
    for (auto& sum : sums) sum = _mm_add_ps(_mm_mul_ps(sum, factor), term);
  }
  for (int i = 1; i < kChains; ++i) sums[0] = _mm_add_ps(sums[0], sums[i]);
  [[maybe_unused]] const volatile float kept = _mm_cvtss_f32(sums[0]);
}

// The assembler knows the instruction where the compiler's header may not.
__attribute__((target("avx2"))) void run_int8_avx2vnni() {
  __m256i sums[kChains];
  for (auto& sum : sums) sum = _mm256_set1_epi32(unknown(1));
  const __m256i a = _mm256_set1_epi32(unknown(0x01010101)), b = _mm256_set1_epi32(unknown(0x02020202));
  for (int turn = 0; turn < kTurns; ++turn) {
#pragma GCC unroll 12
    for (auto& sum : sums) __asm__ volatile("%{vex%} vpdpbusd %2, %1, %0" : "+x"(sum) : "x"(a), "x"(b));
  }
  for (int i = 1; i < kChains; ++i) sums[0] = _mm256_add_epi32(sums[0], sums[i]);
  alignas(32) int lanes[8];
  _mm256_store_si256(reinterpret_cast<__m256i*>(lanes), sums[0]);
  [[maybe_unused]] const volatile int kept = lanes[0];
}

/// Shapes of full tiles, as the instruction that configures them reads them.
struct alignas(64) FullTiles {
  std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
  std::uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  std::uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

/// Turns of four products of tiles, which take sixteen cycles each.
constexpr int kTileTurns = 50'000;

/// Four sums, as many as the product of two tiles by two has. Tiles 4 to 7 are factors and hold zeros: a tile takes as
/// long for them as for anything else.
template <bool Bytes>
void run_tiles() {
  const FullTiles shapes;
  __asm__ volatile("ldtilecfg %0" : : "m"(shapes) : "memory");
  for (int turn = 0; turn < kTileTurns; ++turn) {
    if constexpr (Bytes) {
      __asm__ volatile(
          "tdpbssd %tmm6, %tmm4, %tmm0\n\ttdpbssd %tmm7, %tmm4, %tmm1\n\t"
          "tdpbssd %tmm6, %tmm5, %tmm2\n\ttdpbssd %tmm7, %tmm5, %tmm3");
    } else {
      __asm__ volatile(
          "tdpbf16ps %tmm6, %tmm4, %tmm0\n\ttdpbf16ps %tmm7, %tmm4, %tmm1\n\t"
          "tdpbf16ps %tmm6, %tmm5, %tmm2\n\ttdpbf16ps %tmm7, %tmm5, %tmm3");
    }
  }
  __asm__ volatile("tilerelease" : : : "memory");
}

__attribute__((target("avx512f,avx512bf16"))) void run_bf16_avx512() {
  __m512 sums[kChains];
  for (auto& sum : sums) sum = _mm512_set1_ps(unknown(1.0F));
  const auto a = reinterpret_cast<__m512bh>(_mm512_set1_epi32(unknown(0x3f803f80)));  // ones
  const auto b = reinterpret_cast<__m512bh>(_mm512_set1_epi32(unknown(0x3a003a00)));
  for (int turn = 0; turn < kTurns; ++turn) {
#pragma GCC unroll 12
    for (auto& sum : sums) sum = _mm512_dpbf16_ps(sum, a, b);
  }
  for (int i = 1; i < kChains; ++i) sums[0] = _mm512_add_ps(sums[0], sums[i]);
  [[maybe_unused]] const volatile float kept = _mm512_cvtss_f32(sums[0]);
}

__attribute__((target("avx512f,avx512vnni"))) void run_int8_avx512() {
  __m512i sums[kChains];
  for (auto& sum : sums) sum = _mm512_set1_epi32(unknown(1));
  const __m512i a = _mm512_set1_epi32(unknown(0x01010101)), b = _mm512_set1_epi32(unknown(0x02020202));
  for (int turn = 0; turn < kTurns; ++turn) {
#pragma GCC unroll 12
    for (auto& sum : sums) sum = _mm512_dpbusd_epi32(sum, a, b);
  }
  for (int i = 1; i < kChains; ++i) sums[0] = _mm512_add_epi32(sums[0], sums[i]);
  alignas(64) int lanes[16];
  _mm512_store_si512(lanes, sums[0]);
  [[maybe_unused]] const volatile int kept = lanes[0];
}

#elif defined(__aarch64__)

void run_fma_neon() {
  float32x4_t sums[kChains];
  for (auto& sum : sums) sum = vdupq_n_f32(unknown(1.0F));
  const float32x4_t factor = vdupq_n_f32(unknown(0.999F)), term = vdupq_n_f32(unknown(0.001F));
  for (int turn = 0; turn < kTurns; ++turn) {
#pragma GCC unroll 12
    for (auto& sum : sums) sum = vfmaq_f32(term, sum, factor);
  }
  for (int i = 1; i < kChains; ++i) sums[0] = vaddq_f32(sums[0], sums[i]);
  [[maybe_unused]] const volatile float kept = vgetq_lane_f32(sums[0], 0);
}

// The assembler knows the instruction where the compiler was not told to use it.
void run_int8_neondot() {
  int32x4_t sums[kChains];
  for (auto& sum : sums) sum = vdupq_n_s32(unknown(1));
  const int8x16_t a = vdupq_n_s8(unknown<signed char>(1)), b = vdupq_n_s8(unknown<signed char>(2));
  for (int turn = 0; turn < kTurns; ++turn) {
#pragma GCC unroll 12
    for (auto& sum : sums) {
      __asm__ volatile(".arch_extension dotprod\n\tsdot %0.4s, %1.16b, %2.16b" : "+w"(sum) : "w"(a), "w"(b));
    }
  }
  for (int i = 1; i < kChains; ++i) sums[0] = vaddq_s32(sums[0], sums[i]);
  [[maybe_unused]] const volatile int kept = vgetq_lane_s32(sums[0], 0);
}

#endif

bool has(simd::Isa isa) {
  return simd::missing_reason(isa).empty();
}

}  // namespace

std::vector<PeakLoop> all_peak_loops() {
  using simd::Isa;
  using simd::WeightType;
  std::vector<PeakLoop> out;
#if defined(__x86_64__)
  // Lanes, times products of a lane, times a multiplication and an addition.
  constexpr double tile_ops = double{kTileTurns} * 4 * 16 * 16 * 2;
  const PeakLoop all[] = {
      {"mulps and addps (SSE)", Isa::generic, WeightType::fp32, operations_of(4 * 2), run_multiply_add_sse},
      {"vfmadd (AVX2)", Isa::avx2, WeightType::fp32, operations_of(8 * 2), run_fma_avx2},
      {"vpdpbusd (AVX2)", Isa::avx2vnni, WeightType::int8, operations_of(8 * 4 * 2), run_int8_avx2vnni},
      {"vfmadd (AVX-512)", Isa::avx512, WeightType::fp32, operations_of(16 * 2), run_fma_avx512},
      {"vpdpbusd (AVX-512)", Isa::avx512vnni, WeightType::int8, operations_of(16 * 4 * 2), run_int8_avx512},
      {"vdpbf16ps (AVX-512)", Isa::avx512bf16, WeightType::bf16, operations_of(16 * 2 * 2), run_bf16_avx512},
      {"tdpbf16ps (AMX)", Isa::amx, WeightType::bf16, tile_ops * 32, run_tiles<false>},
      {"tdpbssd (AMX)", Isa::amx, WeightType::int8, tile_ops * 64, run_tiles<true>},
  };
#elif defined(__aarch64__)
  const PeakLoop all[] = {
      {"fmla (NEON)", Isa::neon, WeightType::fp32, operations_of(4 * 2), run_fma_neon},
      {"sdot (NEON)", Isa::neondot, WeightType::int8, operations_of(4 * 4 * 2), run_int8_neondot},
  };
#else
  const std::vector<PeakLoop> all;
#endif
  std::copy_if(std::begin(all), std::end(all), std::back_inserter(out),
               [](const PeakLoop& loop) { return has(loop.isa); });
  return out;
}

std::vector<PeakLoop> peak_loops() {
  std::vector<PeakLoop> out;
  for (PeakLoop& loop : all_peak_loops()) {
    // The suite compares with oneDNN without tiles, and its records name these loops.
    if (loop.isa == simd::Isa::amx || loop.isa == simd::Isa::generic || loop.isa == simd::Isa::avx2vnni) continue;
    const auto same = std::find_if(out.begin(), out.end(), [&](const PeakLoop& o) { return o.type == loop.type; });
    if (same == out.end()) {
      out.push_back(std::move(loop));
    } else {
      *same = std::move(loop);
    }
  }
  // fp32, bf16, int8.
  std::ranges::sort(out, {}, &PeakLoop::type);
  return out;
}

std::unique_ptr<Runner> make_peak_runner(const PeakLoop& loop, ThreadPool& pool) {
  return std::make_unique<PeakRunner>(loop, pool);
}

}  // namespace trm::bench
