// A peer that is a library: oneDNN's matrix products of a supervision step, and nothing else of it.
//
// The library is looked for when it is asked for, and not linked: who does not ask starts without it.
#pragma once

#include <memory>
#include <string>

#include "bench/speed/runner.h"
#include "simd/cpu.h"

namespace trm::bench {

class OneDnn {
 public:
  virtual ~OneDnn() = default;
  /// Loads the library, once and for the whole process, which keeps it. `cap`: the best instruction set that it may
  /// use, in its own words (simd::onednn_cap()); null: whatever the machine has. The first call decides.
  /// Error (unsupported): this build was made without its headers; the library or a function is not there.
  static Result<std::unique_ptr<OneDnn>> load(const char* cap);

  /// "oneDNN 2.6.3, AVX512_CORE_BF16".
  [[nodiscard]] virtual std::string description() const = 0;
  /// Does it multiply by tiles (AMX)? Then other goals hold.
  [[nodiscard]] virtual bool uses_tiles() const = 0;
  /// All products with weights of one supervision step, on so many threads: the whole batch together, layer after
  /// layer, weights in the layout that the library likes best, activations already in the type. Sums are stored as
  /// float (fp32), bfloat16 (bf16) or 32-bit integers (int8). Must not outlive this.
  /// Error (unsupported): the library has no such product on this machine.
  virtual Result<std::unique_ptr<Runner>> make_runner(const SpeedWorkload& workload, simd::WeightType type,
                                                      std::size_t threads) = 0;

 protected:
  OneDnn() = default;
  OneDnn(const OneDnn&) = default;
  OneDnn& operator=(const OneDnn&) = default;
};

}  // namespace trm::bench
