// The list of kernel cases (case.h) as benchmarks, and the products of the shipped models beside it.
#include <memory>
#include <string>
#include <utility>

#include "bench/kernels/case.h"
#include "bench/kernels/support.h"

namespace trm::bench {

namespace {

/// "matmul/m:64/n:288/k:96/fp32/avx512", with what it is used for behind the kernel, if that is said.
std::string name_of(const KernelCase& c, const std::string& use) {
  std::string out = c.kernel() + (use.empty() ? "" : "/" + use);
  for (std::size_t i = 0; i < c.kind->size_count(); ++i) {
    out += std::string("/") + c.kind->sizes[i] + ":" + std::to_string(c.sizes[i]);
  }
  return out + "/" + c.type_name() + "/" + c.isa;
}

void add(const KernelCase& c, const simd::Kernels<float>& kernels, const std::string& use = "") {
  benchmark::RegisterBenchmark(name_of(c, use).c_str(), [c, &kernels](benchmark::State& state) {
    const std::unique_ptr<CaseRun> run = c.make(kernels);
    for (auto _ : state) {
      run->run();
      benchmark::ClobberMemory();
    }
    if (c.flops() > 0) count_flops(state, c.flops());
    state.SetBytesProcessed(static_cast<std::int64_t>(c.bytes()) * state.iterations());
    state.SetLabel(c.command());
  });
}

}  // namespace

void register_cases(const std::vector<NamedKernels>& kernels) {
  for (const NamedKernels& k : kernels) {
    for (const KernelCase& c : standard_cases(k.isa, true)) add(c, *k.table);
    for (const LinearShape& shape : shipped_linear_shapes()) {
      for (const std::size_t m : {1, 64, 256, 512}) {
        KernelCase c{kernel_kind("matmul"), {m, shape.out, shape.in}, simd::WeightType::fp32, k.isa};
        add(c, *k.table, shape.use);
        c.kind = kernel_kind("weight_gradient");
        if (m > 1) add(c, *k.table, shape.use);
      }
    }
  }
}

}  // namespace trm::bench
