// Sees every kernel that a model calls: a table of the same functions, each of which looks at the clock around the one
// that it stands for. The engine is built once and knows nothing of it; who does not ask for this table pays nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/kernels/case.h"
#include "simd/kernels.h"

namespace trm::bench {

/// Memory that a call reads or writes.
struct Operand {
  std::uintptr_t begin = 0;
  std::size_t span = 0;   ///< bytes from the first to the last that is touched
  std::size_t bytes = 0;  ///< that are touched
};
inline constexpr std::size_t kMostOperands = 4;

struct KernelCall {
  const KernelKind* kind = nullptr;
  CaseSizes sizes = {};
  simd::WeightType type = simd::WeightType::fp32;
  std::uint32_t thread = 0;  ///< numbered as they come
  std::int64_t begin_ns = 0, end_ns = 0;
  std::array<Operand, kMostOperands> operands = {};  ///< those that are absent have no bytes

  [[nodiscard]] double seconds() const { return static_cast<double>(end_ns - begin_ns) * 1e-9; }
};

/// `kernels` with a witness. Its name is no instruction set's, so nobody exchanges it for another table. There is one
/// such table in a process: asking again changes what it stands for, which must not happen while it is in use.
/// Kernels of backward passes are not recorded.
const simd::Kernels<float>& recorded_kernels(const simd::Kernels<float>& kernels);

/// What is kept of a call.
enum class Detail : unsigned char {
  all,    ///< everything: some hundred bytes a call, which take their place in the caches
  times,  ///< when it began and ended: of a sequence of calls that is known
};
/// From now on calls are kept, up to `most` of each thread; those beyond are counted only. Nothing runs meanwhile.
void start_recording(Detail detail, std::size_t most);

struct CallTimes {
  std::int64_t begin_ns = 0, end_ns = 0;
  [[nodiscard]] double seconds() const { return static_cast<double>(end_ns - begin_ns) * 1e-9; }
};

struct Recording {
  std::vector<KernelCall> calls;  ///< thread by thread, each in its order
  std::vector<CallTimes> times;   ///< the same with Detail::times
  std::size_t lost = 0;           ///< beyond the limit
};
/// Ends the recording. Nothing runs meanwhile.
Recording stop_recording();

}  // namespace trm::bench
