// trm_microbench: kernels, one token and one training step, for each instruction set, with oneDNN beside them.
// Everything runs on one thread. Compare on a busy machine with
//   trm_microbench --benchmark_enable_random_interleaving=true --benchmark_repetitions=9 --benchmark_filter=...
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "bench/harness/environment.h"
#include "bench/kernels/support.h"

namespace {

/// OpenMP, under oneDNN, reads its settings when it is loaded, which is before main(): with other settings than ours
/// the program starts again. One thread, and no better instruction set than ours.
void set_up_onednn(char** argv) {
  const char* threads = std::getenv("OMP_NUM_THREADS");
  if (threads != nullptr && std::string_view(threads) == "1") return;
  ::setenv("OMP_NUM_THREADS", "1", 1);
  if (const char* cap = std::getenv("TRM_ISA")) {
    const std::optional<trm::simd::Isa> isa = trm::simd::parse_isa(cap);
    const char* name = isa ? trm::simd::onednn_cap(*isa) : nullptr;
    if (name != nullptr) ::setenv("ONEDNN_MAX_CPU_ISA", name, 0);
  }
  ::execv("/proc/self/exe", argv);
  std::fprintf(stderr, "trm_microbench: cannot start again: oneDNN may use more threads than ours\n");
}

}  // namespace

int main(int argc, char** argv) {
  set_up_onednn(argv);
  const auto kernels = trm::bench::available_kernels();
  if (kernels.empty()) {
    std::fprintf(stderr, "trm_microbench: TRM_ISA names no instruction set of this program and machine\n");
    return 4;
  }
  if (const trm::Status read = trm::bench::load_shipped_configs(); !read.ok()) {
    std::fprintf(stderr, "trm_microbench: %s\n", read.error().text().c_str());
    return 4;
  }
  // The library's own build type says nothing about ours.
  benchmark::AddCustomContext("trm_build_type", std::string(trm::bench::build_type()));
  benchmark::AddCustomContext("trm_compiler", std::string(trm::bench::build_compiler()));
  benchmark::AddCustomContext("trm_flags", std::string(trm::bench::build_flags()));
  benchmark::AddCustomContext("trm_commit", std::string(trm::bench::build_commit()));
  benchmark::AddCustomContext("trm_cpu", trm::simd::cpu_description());
  trm::bench::register_cases(kernels);
#ifdef TRM_HAVE_ONEDNN
  trm::bench::register_onednn();
#endif
  trm::bench::register_model(kernels);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
