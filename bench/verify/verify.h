// Runs a recorded case of a published model and compares every tensor with the recording.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bench/verify/golden_case.h"
#include "engine/base/status.h"
#include "engine/sys/thread_pool.h"
#include "simd/kernels.h"

namespace trm::bench {

/// One tensor of one step against the recording.
struct VerifiedTensor {
  std::string name;  ///< as in the recording: "step0.z_H", "train1.grad.model.inner.lm_head.weight"
  double error = 0;  ///< largest; in the measure of the tolerance. Flags and predictions: how many differ
  double tolerance = 0;
  [[nodiscard]] bool ok() const { return error <= tolerance; }
};

struct Verification {
  std::vector<VerifiedTensor> tensors;
  [[nodiscard]] std::size_t broken() const;
};

/// Every supervision step (inference) or update (training) of the case. Error: the recording lacks something.
Result<Verification> verify(const GoldenCase& golden, const simd::Kernels<float>& kernels, ThreadPool& pool);

}  // namespace trm::bench
