// Float vectors of one instruction set: the thin layer between our kernels and xsimd.
//
// Register types, loads, stores and broadcasts come from xsimd 8.1. Arithmetic, comparison and selection use the
// compiler's operators on those registers, because several xsimd operations give other results on other instruction
// sets: fma rounds twice under the plain avx2 tag, float sqrt on NEON is refined from an estimate, max(NaN, x) and the
// batch_bool operators differ. Everything here means the same everywhere, except that fma() on SSE2 and on the plain
// vectors rounds twice.
//
// All of it is in an anonymous namespace on purpose: the file is compiled several times with different instruction
// set flags, and no symbol of one build may be taken for that of another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#if defined(__x86_64__)
#include <immintrin.h>

#include <xsimd/xsimd.hpp>
#elif defined(__aarch64__)
#include <arm_neon.h>

#include <xsimd/xsimd.hpp>
#endif

#define TRM_INLINE inline __attribute__((always_inline))
#define TRM_LAMBDA __attribute__((always_inline))  // behind the parameters of a lambda

namespace trm::simd {
namespace {

typedef float Float4 __attribute__((vector_size(16)));
typedef std::uint32_t Uint4 __attribute__((vector_size(16)));
typedef std::int32_t Int4 __attribute__((vector_size(16)));
#if defined(__AVX2__)
typedef float Float8 __attribute__((vector_size(32)));
typedef std::uint32_t Uint8 __attribute__((vector_size(32)));
typedef std::int32_t Int8 __attribute__((vector_size(32)));
#endif
#if defined(__AVX512F__)
typedef std::uint32_t Uint16 __attribute__((vector_size(64)));
typedef std::int32_t Int16 __attribute__((vector_size(64)));
#endif

/// Sum and maximum of four lanes as the tree (0,2)(1,3).
TRM_INLINE float sum_lanes(Float4 r) {
  const Float4 two = r + __builtin_shufflevector(r, r, 2, 3, 2, 3);
  return two[0] + two[1];
}
TRM_INLINE float max_lanes(Float4 r) {
  const Float4 other = __builtin_shufflevector(r, r, 2, 3, 2, 3);
  const Float4 two = r > other ? r : other;
  return two[0] > two[1] ? two[0] : two[1];
}

/// What differs between the instruction sets; everything else is in Vec.
/// `fma(a, b, c)` is a*b + c. `load_part` reads n < width elements and fills the other lanes with `fill`; `keep` does
/// the same to a register.
struct Plain {
  using Reg = Float4;
  using Bits = Uint4;
  using Ints = Int4;
  static TRM_INLINE Reg set(float x) { return Reg{x, x, x, x}; }
  static TRM_INLINE Reg load(const float* p) {
    Reg r;
    __builtin_memcpy(&r, p, sizeof(r));
    return r;
  }
  static TRM_INLINE void store(float* p, Reg r) { __builtin_memcpy(p, &r, sizeof(r)); }
  static TRM_INLINE Reg load_part(const float* p, std::size_t n, float fill) {
    Reg r = set(fill);
    for (std::size_t i = 0; i < n; ++i) r[i] = p[i];
    return r;
  }
  static TRM_INLINE void store_part(float* p, std::size_t n, Reg r) {
    for (std::size_t i = 0; i < n; ++i) p[i] = r[i];
  }
  static TRM_INLINE Reg keep(Reg r, std::size_t n, float fill) {
    return Reg{n > 0 ? r[0] : fill, n > 1 ? r[1] : fill, n > 2 ? r[2] : fill, fill};
  }
  static TRM_INLINE Reg fma(Reg a, Reg b, Reg c) { return a * b + c; }
  static TRM_INLINE Reg sqrt(Reg a) {
    return Reg{__builtin_sqrtf(a[0]), __builtin_sqrtf(a[1]), __builtin_sqrtf(a[2]), __builtin_sqrtf(a[3])};
  }
  static TRM_INLINE float sum(Reg a) { return sum_lanes(a); }
  static TRM_INLINE float max(Reg a) { return max_lanes(a); }
};

#if defined(__x86_64__)
struct Sse2 {
  using Batch = xsimd::batch<float, xsimd::sse2>;
  using Reg = __m128;
  using Bits = Uint4;
  using Ints = Int4;
  static TRM_INLINE Reg set(float x) { return Batch(x); }
  static TRM_INLINE Reg load(const float* p) { return Batch::load_unaligned(p); }
  static TRM_INLINE void store(float* p, Reg r) { Batch(r).store_unaligned(p); }
  static TRM_INLINE Reg load_part(const float* p, std::size_t n, float fill) {
    return _mm_setr_ps(n > 0 ? p[0] : fill, n > 1 ? p[1] : fill, n > 2 ? p[2] : fill, fill);
  }
  static TRM_INLINE void store_part(float* p, std::size_t n, Reg r) {
    if (n > 0) p[0] = r[0];
    if (n > 1) p[1] = r[1];
    if (n > 2) p[2] = r[2];
  }
  static TRM_INLINE Reg keep(Reg r, std::size_t n, float fill) {
    return Reg{n > 0 ? r[0] : fill, n > 1 ? r[1] : fill, n > 2 ? r[2] : fill, fill};
  }
  static TRM_INLINE Reg fma(Reg a, Reg b, Reg c) { return a * b + c; }
  static TRM_INLINE Reg sqrt(Reg a) { return _mm_sqrt_ps(a); }
  static TRM_INLINE float sum(Reg a) { return sum_lanes(a); }
  static TRM_INLINE float max(Reg a) { return max_lanes(a); }
};
#endif

#if defined(__AVX2__) && defined(__FMA__)
struct Avx2 {
  using Batch = xsimd::batch<float, xsimd::avx2>;
  using Reg = __m256;
  using Bits = Uint8;
  using Ints = Int8;
  static TRM_INLINE Reg set(float x) { return Batch(x); }
  static TRM_INLINE Reg load(const float* p) { return Batch::load_unaligned(p); }
  static TRM_INLINE void store(float* p, Reg r) { Batch(r).store_unaligned(p); }
  static TRM_INLINE __m256i first(std::size_t n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }
  // Parts go in pieces of 4, 2 and 1: masked stores are microcode on AMD before Zen 4, and emulators read all lanes of
  // masked loads.
  static TRM_INLINE Float4 load_few(const float* p, std::size_t n) {
    const Float4 zero = {};
    if (n == 0) return zero;
    if (n == 1) return _mm_load_ss(p);
    const Float4 two = _mm_loadl_pi(zero, reinterpret_cast<const __m64*>(p));
    return n == 2 ? two : Float4(_mm_movelh_ps(two, _mm_load_ss(p + 2)));
  }
  static TRM_INLINE void store_few(float* p, std::size_t n, Float4 r) {
    if (n >= 2) _mm_storel_pi(reinterpret_cast<__m64*>(p), r);
    if (n == 1) p[0] = r[0];
    if (n == 3) p[2] = r[2];
  }
  static TRM_INLINE Reg load_part(const float* p, std::size_t n, float fill) {
    const Reg r =
        n < 4 ? _mm256_zextps128_ps256(load_few(p, n)) : _mm256_set_m128(load_few(p + 4, n - 4), _mm_loadu_ps(p));
    return fill == 0.0F ? r : keep(r, n, fill);
  }
  static TRM_INLINE void store_part(float* p, std::size_t n, Reg r) {
    if (n < 4) {
      store_few(p, n, low(r));
    } else {
      _mm_storeu_ps(p, low(r));
      store_few(p + 4, n - 4, high(r));
    }
  }
  static TRM_INLINE Reg keep(Reg r, std::size_t n, float fill) {
    return _mm256_blendv_ps(_mm256_set1_ps(fill), r, _mm256_castsi256_ps(first(n)));
  }
  static TRM_INLINE Reg fma(Reg a, Reg b, Reg c) { return _mm256_fmadd_ps(a, b, c); }
  static TRM_INLINE Reg sqrt(Reg a) { return _mm256_sqrt_ps(a); }
  static TRM_INLINE Float4 high(Reg a) { return _mm256_extractf128_ps(a, 1); }
  static TRM_INLINE Float4 low(Reg a) { return _mm256_castps256_ps128(a); }
  static TRM_INLINE float sum(Reg a) { return sum_lanes(low(a) + high(a)); }
  static TRM_INLINE float max(Reg a) {
    const Float4 l = low(a);
    const Float4 h = high(a);
    return max_lanes(l > h ? l : h);
  }
};
#endif

#if defined(__AVX512F__)
struct Avx512 {
  using Batch = xsimd::batch<float, xsimd::avx512bw>;
  using Reg = __m512;
  using Bits = Uint16;
  using Ints = Int16;
  static TRM_INLINE Reg set(float x) { return Batch(x); }
  static TRM_INLINE Reg load(const float* p) { return Batch::load_unaligned(p); }
  static TRM_INLINE void store(float* p, Reg r) { Batch(r).store_unaligned(p); }
  static TRM_INLINE __mmask16 first(std::size_t n) { return static_cast<__mmask16>((1U << n) - 1U); }
  static TRM_INLINE Reg load_part(const float* p, std::size_t n, float fill) {
    return _mm512_mask_loadu_ps(_mm512_set1_ps(fill), first(n), p);
  }
  static TRM_INLINE void store_part(float* p, std::size_t n, Reg r) { _mm512_mask_storeu_ps(p, first(n), r); }
  static TRM_INLINE Reg keep(Reg r, std::size_t n, float fill) {
    return _mm512_mask_mov_ps(_mm512_set1_ps(fill), first(n), r);
  }
  static TRM_INLINE Reg fma(Reg a, Reg b, Reg c) { return _mm512_fmadd_ps(a, b, c); }
  // The masked form, because the headers of GCC 12 warn about their own plain form.
  static TRM_INLINE Reg sqrt(Reg a) { return _mm512_maskz_sqrt_ps(static_cast<__mmask16>(0xffff), a); }
  static TRM_INLINE Float8 high(Reg a) { return __builtin_shufflevector(a, a, 8, 9, 10, 11, 12, 13, 14, 15); }
  static TRM_INLINE Float8 low(Reg a) { return __builtin_shufflevector(a, a, 0, 1, 2, 3, 4, 5, 6, 7); }
  static TRM_INLINE float sum(Reg a) { return Avx2::sum(low(a) + high(a)); }
  static TRM_INLINE float max(Reg a) {
    const Float8 l = low(a);
    const Float8 h = high(a);
    return Avx2::max(l > h ? l : h);
  }
};
#endif

#if defined(__aarch64__)
struct Neon {
  using Batch = xsimd::batch<float, xsimd::neon64>;
  using Reg = float32x4_t;
  using Bits = Uint4;
  using Ints = Int4;
  static TRM_INLINE Reg set(float x) { return Batch(x); }
  static TRM_INLINE Reg load(const float* p) { return Batch::load_unaligned(p); }
  static TRM_INLINE void store(float* p, Reg r) { Batch(r).store_unaligned(p); }
  static TRM_INLINE Reg load_part(const float* p, std::size_t n, float fill) {
    return Reg{n > 0 ? p[0] : fill, n > 1 ? p[1] : fill, n > 2 ? p[2] : fill, fill};
  }
  static TRM_INLINE void store_part(float* p, std::size_t n, Reg r) {
    if (n > 0) p[0] = r[0];
    if (n > 1) p[1] = r[1];
    if (n > 2) p[2] = r[2];
  }
  static TRM_INLINE Reg keep(Reg r, std::size_t n, float fill) {
    return Reg{n > 0 ? r[0] : fill, n > 1 ? r[1] : fill, n > 2 ? r[2] : fill, fill};
  }
  static TRM_INLINE Reg fma(Reg a, Reg b, Reg c) { return vfmaq_f32(c, a, b); }
  static TRM_INLINE Reg sqrt(Reg a) { return vsqrtq_f32(a); }
  static TRM_INLINE float sum(Reg a) { return sum_lanes(a); }
  static TRM_INLINE float max(Reg a) { return max_lanes(a); }
};
#endif

/// One register of floats of the instruction set `Isa`.
template <class Isa>
struct Vec {
  using Reg = typename Isa::Reg;
  using Bits = typename Isa::Bits;
  static constexpr std::size_t kWidth = sizeof(Reg) / sizeof(float);
  Reg r;

  static TRM_INLINE Vec set(float x) { return {Isa::set(x)}; }
  static TRM_INLINE Vec load(const float* p) { return {Isa::load(p)}; }
  TRM_INLINE void store(float* p) const { Isa::store(p, r); }
};

template <class I>
TRM_INLINE Vec<I> operator+(Vec<I> a, Vec<I> b) {
  return {a.r + b.r};
}
template <class I>
TRM_INLINE Vec<I> operator-(Vec<I> a, Vec<I> b) {
  return {a.r - b.r};
}
template <class I>
TRM_INLINE Vec<I> operator*(Vec<I> a, Vec<I> b) {
  return {a.r * b.r};
}
template <class I>
TRM_INLINE Vec<I> operator/(Vec<I> a, Vec<I> b) {
  return {a.r / b.r};
}
template <class I>
TRM_INLINE Vec<I> operator-(Vec<I> a) {
  return {-a.r};
}
/// a*b + c, rounded once where the instruction set can.
template <class I>
TRM_INLINE Vec<I> fma(Vec<I> a, Vec<I> b, Vec<I> c) {
  return {I::fma(a.r, b.r, c.r)};
}
template <class I>
TRM_INLINE Vec<I> sqrt(Vec<I> a) {
  return {I::sqrt(a.r)};
}
/// a > b ? a : b in every lane: b where one of them is NaN.
template <class I>
TRM_INLINE Vec<I> max(Vec<I> a, Vec<I> b) {
  return {a.r > b.r ? a.r : b.r};
}
template <class I>
TRM_INLINE Vec<I> min(Vec<I> a, Vec<I> b) {
  return {a.r < b.r ? a.r : b.r};
}
/// a > b ? x : y in every lane.
template <class I>
TRM_INLINE Vec<I> if_greater(Vec<I> a, Vec<I> b, Vec<I> x, Vec<I> y) {
  return {a.r > b.r ? x.r : y.r};
}
/// a is NaN ? x : y in every lane.
template <class I>
TRM_INLINE Vec<I> if_nan(Vec<I> a, Vec<I> x, Vec<I> y) {
  return {a.r == a.r ? y.r : x.r};
}
template <class I>
TRM_INLINE float sum(Vec<I> a) {
  return I::sum(a.r);
}
template <class I>
TRM_INLINE float max(Vec<I> a) {
  return I::max(a.r);
}

template <class I>
TRM_INLINE typename I::Bits bits(Vec<I> a) {
  typename I::Bits b;
  __builtin_memcpy(&b, &a.r, sizeof(b));
  return b;
}
template <class I>
TRM_INLINE Vec<I> from_bits(typename I::Bits b) {
  Vec<I> a;
  __builtin_memcpy(&a.r, &b, sizeof(b));
  return a;
}
template <class I>
TRM_INLINE Vec<I> abs(Vec<I> a) {
  return from_bits<I>(bits(a) & 0x7fffffffU);
}
/// |magnitude| with the sign of `sign`; magnitude must not be negative.
template <class I>
TRM_INLINE Vec<I> with_sign(Vec<I> magnitude, Vec<I> sign) {
  return from_bits<I>(bits(magnitude) | (bits(sign) & 0x80000000U));
}

/// A whole register at a place in memory, and its first n < width lanes: the two ways that loops touch memory.
template <class V>
struct Whole {
  static TRM_INLINE V load(const float* p) { return V::load(p); }
  static TRM_INLINE V load_or(const float* p, float) { return V::load(p); }
  static TRM_INLINE V keep(V v, float) { return v; }
  static TRM_INLINE void store(float* p, V v) { v.store(p); }
};
template <class I>
struct Part {
  std::size_t n;
  TRM_INLINE Vec<I> load(const float* p) const { return {I::load_part(p, n, 0.0F)}; }
  TRM_INLINE Vec<I> load_or(const float* p, float fill) const { return {I::load_part(p, n, fill)}; }
  TRM_INLINE Vec<I> keep(Vec<I> v, float fill) const { return {I::keep(v.r, n, fill)}; }
  TRM_INLINE void store(float* p, Vec<I> v) const { I::store_part(p, n, v.r); }
};

/// Calls f(access, i) for every register of n elements; the last one may be a Part.
template <class I, class F>
TRM_INLINE void each(std::size_t n, F&& f) {
  constexpr std::size_t width = Vec<I>::kWidth;
  std::size_t i = 0;
  for (; i + width <= n; i += width) f(Whole<Vec<I>>{}, i);
  if (i < n) f(Part<I>{n - i}, i);
}

/// Sum of f(access, i) over n elements in 16 virtual lanes (element e in lane e % 16) that are added up as the tree
/// (l, l+8), (l, l+4), (l, l+2), (l, l+1): the same order on every instruction set. f must give 0 in unused lanes.
template <class I, class F>
TRM_INLINE float sum16(std::size_t n, F&& f) {
  constexpr std::size_t width = Vec<I>::kWidth;
  constexpr std::size_t parts = 16 / width;
  Vec<I> acc[parts];
  for (auto& a : acc) a = Vec<I>::set(0.0F);
  std::size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    for (std::size_t p = 0; p < parts; ++p) acc[p] = acc[p] + f(Whole<Vec<I>>{}, i + p * width);
  }
  for (std::size_t p = 0; p < parts; ++p, i += width) {
    if (i + width <= n) {
      acc[p] = acc[p] + f(Whole<Vec<I>>{}, i);
    } else if (i < n) {
      acc[p] = acc[p] + f(Part<I>{n - i}, i);
    }
  }
  for (std::size_t step = parts / 2; step > 0; step /= 2) {
    for (std::size_t p = 0; p < step; ++p) acc[p] = acc[p] + acc[p + step];
  }
  return sum(acc[0]);
}

/// The same sum of elements that registers hold already, 0 in unused lanes. Whole registers of 16 lanes only.
template <class I, std::size_t Registers>
TRM_INLINE float sum_of_lanes(const Vec<I> (&v)[Registers]) {
  Vec<I> acc = v[0];
  for (std::size_t r = 1; r < Registers; ++r) acc = acc + v[r];
  return sum(acc);
}

template <std::size_t N>
struct Const {
  static constexpr std::size_t kValue = N;
};

/// Calls f(Const<n>) for 1 <= n <= Max.
template <std::size_t Max, class F>
TRM_INLINE void with_const(std::size_t n, F&& f) {
  if constexpr (Max > 0) {
    if (n == Max) {
      f(Const<Max>{});
    } else {
      with_const<Max - 1>(n, f);
    }
  }
}

/// Calls f(Const<0>) ... f(Const<N-1>), written out: a compiler leaves long loops over registers as loops, and keeps
/// what they index in memory.
template <std::size_t N, class F>
TRM_INLINE void for_each_const(F&& f) {
  if constexpr (N > 0) {
    for_each_const<N - 1>(f);
    f(Const<N - 1>{});
  }
}

/// Registers of half the width, where the instruction set has them: short rows fill them, and a load of one does not
/// reach into the next line of the cache.
template <class I>
struct Half {
  using Type = I;
};
#if defined(__AVX512F__)
template <>
struct Half<Avx512> {
  using Type = Avx2;
};
#endif

}  // namespace
}  // namespace trm::simd
