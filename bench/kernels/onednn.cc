// oneDNN's matrix product on the same shapes, one thread, weights reordered to the layout that it likes best.
#include <array>
#include <dnnl.hpp>
#include <exception>
#include <unordered_map>

#include "bench/kernels/support.h"

namespace trm::bench {

namespace {

using dnnl::memory;

void product(benchmark::State& state, const LinearShape& s, std::size_t rows, bool weight_gradient) {
  try {
    dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    dnnl::stream stream(engine);
    const auto m = static_cast<memory::dim>(rows), n = static_cast<memory::dim>(s.out),
               k = static_cast<memory::dim>(s.in);
    using dims = memory::dims;
    // Forward: (m, k) x W^T, W packed. Weight gradient: dy^T (n, m) x (m, k), nothing is constant.
    const dims a_dims = weight_gradient ? dims{n, m} : dims{m, k};
    const dims b_dims = weight_gradient ? dims{m, k} : dims{k, n};
    const dims c_dims = weight_gradient ? dims{n, k} : dims{m, n};
    constexpr auto f32 = memory::data_type::f32;
    const memory::desc a(a_dims, f32, weight_gradient ? dims{1, n} : dims{k, 1});
    const memory::desc plain_b(b_dims, f32, weight_gradient ? dims{k, 1} : dims{1, k});
    const memory::desc b = weight_gradient ? plain_b : memory::desc(b_dims, f32, memory::format_tag::any);
    const memory::desc c(c_dims, f32, dims{c_dims[1], 1});
    dnnl::primitive_attr attributes;
    if (weight_gradient) {  // accumulates, as ours does
      dnnl::post_ops sum;
      sum.append_sum();
      attributes.set_post_ops(sum);
    }
    const dnnl::matmul::primitive_desc plan({a, b, c}, attributes, engine);
    const dnnl::matmul primitive(plan);
    Buffer<float> a_data = random_floats(rows * (weight_gradient ? s.out : s.in), 1);
    Buffer<float> b_data = random_floats(weight_gradient ? rows * s.in : s.out * s.in, 2);
    Buffer<float> c_data(weight_gradient ? s.out * s.in : rows * s.out);
    memory a_memory(a, engine, a_data.data()), c_memory(c, engine, c_data.data());
    memory b_plain(plain_b, engine, b_data.data()), b_memory(plan.weights_desc(), engine);
    dnnl::reorder(b_plain, b_memory).execute(stream, b_plain, b_memory);
    stream.wait();
    const std::unordered_map<int, memory> arguments = {
        {DNNL_ARG_SRC, a_memory}, {DNNL_ARG_WEIGHTS, b_memory}, {DNNL_ARG_DST, c_memory}};
    // The first execution compiles.
    primitive.execute(stream, arguments);
    stream.wait();
    for (auto _ : state) {
      primitive.execute(stream, arguments);
      stream.wait();
      benchmark::ClobberMemory();
    }
    count_flops(state, 2.0 * static_cast<double>(rows * s.out * s.in));
  } catch (const std::exception& error) {
    state.SkipWithError(error.what());
  }
}

}  // namespace

void register_onednn() {
  for (const LinearShape& shape : shipped_linear_shapes()) {
    const std::string use = shape.use + "_" + std::to_string(shape.out) + "x" + std::to_string(shape.in);
    for (const std::size_t m : {1, 64, 256, 512}) {
      for (const bool gradient : {false, true}) {
        if (gradient && m == 1) continue;
        const std::string name = std::string(gradient ? "f32_weight_gradient/" : "f32_matmul/") + use +
                                 "/m:" + std::to_string(m) + "/onednn";
        benchmark::RegisterBenchmark(name.c_str(),
                                     [=](benchmark::State& state) { product(state, shape, m, gradient); });
      }
    }
  }
}

}  // namespace trm::bench
