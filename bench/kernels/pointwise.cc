// Kernels that touch each element a few times: norm, gate, convolution, loss, optimiser.
#include <cstdint>
#include <functional>

#include "bench/kernels/support.h"

namespace trm::bench {

namespace {

using Body = std::function<void(benchmark::State&, const simd::Kernels<float>&)>;

void add(const std::vector<NamedKernels>& kernels, const std::string& name, const Body& body) {
  for (const NamedKernels& k : kernels) {
    benchmark::RegisterBenchmark((name + "/" + k.isa).c_str(),
                                 [body, k](benchmark::State& state) { body(state, *k.table); });
  }
}

/// Bytes that an iteration reads and writes at least.
void count_bytes(benchmark::State& state, std::size_t floats) {
  state.SetBytesProcessed(static_cast<std::int64_t>(floats * sizeof(float)) * state.iterations());
}

}  // namespace

void register_pointwise(const std::vector<NamedKernels>& kernels) {
  const ModelConfig& c = shipped_config("trm-frames");
  const std::size_t d = c.hidden_size, i = c.intermediate_size, v = c.vocab_size;
  for (const std::size_t rows : {1, 64, 512}) {
    const std::string size = "/rows:" + std::to_string(rows);
    add(kernels, "f32_rms_norm_forward" + size, [=](benchmark::State& state, const simd::Kernels<float>& k) {
      const Buffer<float> a = random_floats(rows * d, 1), b = random_floats(rows * d, 2);
      Buffer<float> y(rows * d), rstd(rows);
      for (auto _ : state) {
        k.rms_norm_forward(a.data(), b.data(), y.data(), rstd.data(), rows, d, 1e-5f);
        benchmark::ClobberMemory();
      }
      count_bytes(state, 3 * rows * d);
    });
    add(kernels, "f32_rms_norm_backward" + size, [=](benchmark::State& state, const simd::Kernels<float>& k) {
      const Buffer<float> dy = random_floats(rows * d, 1), y = random_floats(rows * d, 2),
                          rstd = random_floats(rows, 3);
      Buffer<float> dv(rows * d);
      for (auto _ : state) {
        k.rms_norm_backward(dy.data(), y.data(), rstd.data(), dv.data(), rows, d);
        benchmark::ClobberMemory();
      }
      count_bytes(state, 3 * rows * d);
    });
    add(kernels, "f32_silu_gate_forward" + size, [=](benchmark::State& state, const simd::Kernels<float>& k) {
      const Buffer<float> gu = random_floats(rows * 2 * i, 1);
      Buffer<float> out(rows * i);
      for (auto _ : state) {
        k.silu_gate_forward(gu.data(), out.data(), rows, i);
        benchmark::ClobberMemory();
      }
      count_bytes(state, 3 * rows * i);
    });
    add(kernels, "f32_conv_silu_forward" + size, [=](benchmark::State& state, const simd::Kernels<float>& k) {
      const Buffer<float> x = random_floats(rows * d, 1), w = random_floats(c.conv_kernel * d, 2);
      Buffer<float> out(rows * d);
      for (auto _ : state) {
        k.conv_silu_forward(x.data(), nullptr, w.data(), nullptr, out.data(), rows, d, c.conv_kernel);
        benchmark::ClobberMemory();
      }
      count_bytes(state, 2 * rows * d);
    });
    add(kernels, "f32_cross_entropy" + size, [=](benchmark::State& state, const simd::Kernels<float>& k) {
      const Buffer<float> logits = random_floats(rows * v, 1);
      Buffer<float> loss(rows), gradient(rows * v);
      std::vector<std::int32_t> targets(rows);
      for (std::size_t r = 0; r < rows; ++r) targets[r] = static_cast<std::int32_t>(r % v);
      for (auto _ : state) {
        k.cross_entropy(logits.data(), targets.data(), 1.0f, loss.data(), gradient.data(), rows, v);
        benchmark::ClobberMemory();
      }
      count_bytes(state, 2 * rows * v);
    });
  }
  const std::size_t parameters = Registry(c).flat_size;
  add(kernels, "f32_adamw/n:" + std::to_string(parameters),
      [=](benchmark::State& state, const simd::Kernels<float>& k) {
        const Buffer<float> g = random_floats(parameters, 1);
        Buffer<float> p = random_floats(parameters, 2), m(parameters), second(parameters);
        const simd::OptimizerStep step{1e-3, 0.9, 0.98, 1e-8, 0.05, 0.1, 0.02, 1.0};
        for (auto _ : state) {
          k.adamw(p.data(), m.data(), second.data(), g.data(), parameters, step);
          benchmark::ClobberMemory();
        }
        count_bytes(state, 7 * parameters);
      });
}

}  // namespace trm::bench
