// Elementary functions on vectors. Bounds are checked in tests/simd/math_test.cc over bit patterns.
namespace trm::simd {
namespace {

/// e^x within 2 ULP (3 without fused multiply-add) for x in [-87.33, 88.37]. Below, the result is 0 or a denormal that
/// is smaller than 2^-126; above, infinity (a little early: e^88.72 would still fit). NaN stays.
/// With Positive = false x must not be above 0, and one comparison is saved.
/// Reduction to |r| <= ln(2)/2 and the polynomial of Cephes expf (S. Moshier, 1989).
template <class I, bool Positive = true>
TRM_INLINE Vec<I> exp(Vec<I> x) {
  using V = Vec<I>;
  // 1.5 * 2^23 + 127: adding it leaves the rounded integer in the low bits, biased as an exponent.
  const V magic = V::set(12583039.0F);
  const V shifted = fma(x, V::set(1.44269504F), magic);
  const V n = shifted - magic;
  V r = fma(n, V::set(-0.693359375F), x);
  r = fma(n, V::set(2.12194440e-4F), r);
  V p = V::set(1.9875691500e-4F);
  p = fma(p, r, V::set(1.3981999507e-3F));
  p = fma(p, r, V::set(8.3334519073e-3F));
  p = fma(p, r, V::set(4.1665795894e-2F));
  p = fma(p, r, V::set(1.6666665459e-1F));
  p = fma(p, r, V::set(5.0000001201e-1F));
  p = fma(p, r * r, r) + V::set(1.0F);
  V y = p * from_bits<I>(bits(shifted) << 23);
  y = if_greater(V::set(-87.6F), x, V::set(0.0F), y);
  if constexpr (Positive) {
    y = if_greater(x, V::set(88.37F), V::set(std::numeric_limits<float>::infinity()), y);
  }
  return y;
}

/// 1 / (1 + e^-x).
template <class I>
TRM_INLINE Vec<I> sigmoid(Vec<I> x) {
  const Vec<I> one = Vec<I>::set(1.0F);
  return one / (one + exp(-x));
}

/// Derivative of x sigmoid(x), given s = sigmoid(x).
template <class I>
TRM_INLINE Vec<I> silu_derivative(Vec<I> x, Vec<I> s) {
  const Vec<I> one = Vec<I>::set(1.0F);
  return s * fma(x, one - s, one);
}

/// atan2(y, x) for x >= 0 within 4 ULP; atan2(0, 0) = 0. Two infinities give NaN.
/// One division: |y|/x, its inverse, or (a-b)/(a+b), then the polynomial of Cephes atanf (S. Moshier, 1989).
template <class I>
TRM_INLINE Vec<I> atan2_right(Vec<I> y, Vec<I> x) {
  using V = Vec<I>;
  const V zero = V::set(0.0F);
  const V a = abs(y);
  const V small = min(a, x);
  const V large = max(a, x);
  const V middle = large * V::set(0.414213562F);  // tan(pi/8)
  const V num = if_greater(small, middle, small - large, small);
  const V den = if_greater(small, middle, small + large, large);
  const V t = if_greater(large, zero, num / den, large);
  const V z = t * t;
  V p = V::set(8.05374449538e-2F);
  p = fma(p, z, V::set(-1.38776856032e-1F));
  p = fma(p, z, V::set(1.99777106478e-1F));
  p = fma(p, z, V::set(-3.33329491539e-1F));
  V angle = fma(p * z, t, t) + if_greater(small, middle, V::set(0.785398163F), zero);
  angle = if_greater(a, x, V::set(1.57079633F) - angle, angle);
  angle = with_sign(abs(angle), y);
  return if_nan(y, y, if_nan(x, x, angle));
}

}  // namespace
}  // namespace trm::simd
