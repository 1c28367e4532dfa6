#include "bench/speed/peak.h"

#include "simd/cpu.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

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

#if defined(__x86_64__)

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

#endif

bool has(simd::Isa isa) {
  return simd::missing_reason(isa).empty();
}

}  // namespace

std::vector<PeakLoop> peak_loops() {
  std::vector<PeakLoop> out;
#if defined(__x86_64__)
  // Lanes, times products of a lane, times a multiplication and an addition.
  if (has(simd::Isa::avx512)) {
    out.push_back({"vfmadd (AVX-512)", simd::WeightType::fp32, operations_of(16 * 2), run_fma_avx512});
  } else if (has(simd::Isa::avx2)) {
    out.push_back({"vfmadd (AVX2)", simd::WeightType::fp32, operations_of(8 * 2), run_fma_avx2});
  }
  if (has(simd::Isa::avx512bf16)) {
    out.push_back({"vdpbf16ps (AVX-512)", simd::WeightType::bf16, operations_of(16 * 2 * 2), run_bf16_avx512});
  }
  if (has(simd::Isa::avx512vnni)) {
    out.push_back({"vpdpbusd (AVX-512)", simd::WeightType::int8, operations_of(16 * 4 * 2), run_int8_avx512});
  }
#else
  static_cast<void>(has);
#endif
  return out;
}

std::unique_ptr<Runner> make_peak_runner(const PeakLoop& loop, ThreadPool& pool) {
  return std::make_unique<PeakRunner>(loop, pool);
}

}  // namespace trm::bench
