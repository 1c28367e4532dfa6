// The matrix products of the shipped models: forward, and the weight gradient.
#include "bench/kernels/support.h"
#include "engine/model/linear.h"

namespace trm::bench {

namespace {

std::string name_of(const char* op, const LinearShape& shape, std::size_t m, const std::string& isa) {
  return std::string(op) + "/" + shape.use + "_" + std::to_string(shape.out) + "x" + std::to_string(shape.in) +
         "/m:" + std::to_string(m) + "/" + isa;
}

void forward(benchmark::State& state, const simd::Kernels<float>& k, const LinearShape& s, std::size_t m) {
  const Buffer<float> x = random_floats(m * s.in, 1), w = random_floats(s.out * s.in, 2);
  PackedLinear<float> layer(*k.matmul, s.in, s.out, Purpose::inference);
  layer.pack(w.data());
  Buffer<float> y(m * s.out);
  for (auto _ : state) {
    layer.apply(x.data(), y.data(), m);
    benchmark::ClobberMemory();
  }
  count_flops(state, 2.0 * static_cast<double>(m * s.out * s.in));
}

void weight_gradient(benchmark::State& state, const simd::Kernels<float>& k, const LinearShape& s, std::size_t m) {
  const Buffer<float> dy = random_floats(m * s.out, 1), x = random_floats(m * s.in, 2);
  Buffer<float> dw(s.out * s.in);
  for (auto _ : state) {
    k.matmul->weight_gradient(dy.data(), s.out, x.data(), s.in, dw.data(), s.in, m, s.out, s.in);
    benchmark::ClobberMemory();
  }
  count_flops(state, 2.0 * static_cast<double>(m * s.out * s.in));
}

}  // namespace

void register_matmul(const std::vector<NamedKernels>& kernels) {
  for (const LinearShape& shape : shipped_linear_shapes()) {
    for (const NamedKernels& k : kernels) {
      for (const std::size_t m : {1, 64, 256, 512}) {
        benchmark::RegisterBenchmark(name_of("f32_matmul", shape, m, k.isa).c_str(),
                                     [=](benchmark::State& state) { forward(state, *k.table, shape, m); });
      }
      for (const std::size_t m : {64, 256, 512}) {
        benchmark::RegisterBenchmark(name_of("f32_weight_gradient", shape, m, k.isa).c_str(),
                                     [=](benchmark::State& state) { weight_gradient(state, *k.table, shape, m); });
      }
    }
  }
}

}  // namespace trm::bench
