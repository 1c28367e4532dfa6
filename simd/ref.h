// Plain scalar kernels, templated on the element type: the oracle that every fast kernel is tested against, and the
// double-precision engine of the gradient checks.
#pragma once

#include "simd/kernels.h"

namespace trm::simd {

/// Table of the scalar kernels. Defined for float and double.
template <class T>
const Kernels<T>& reference();

extern template const Kernels<float>& reference<float>();
extern template const Kernels<double>& reference<double>();

}  // namespace trm::simd
