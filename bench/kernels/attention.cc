// Local and global heads on one sequence: a whole frame at once, and one token behind a full window.
#include <cmath>

#include "bench/kernels/support.h"

namespace trm::bench {

namespace {

struct Case {
  const char* name;
  std::size_t tokens, past;
};

void local_forward(benchmark::State& state, const simd::Kernels<float>& k, const Case& at) {
  const ModelConfig& c = shipped_config("trm-frames");
  const std::size_t local = c.local_size(), keys = at.past + at.tokens;
  const Buffer<float> q = random_floats(at.tokens * local, 1), kt = random_floats(local * keys, 2),
                      v = random_floats(keys * local, 3), bias = random_floats(c.local_heads() * c.window, 4);
  Buffer<float> out(at.tokens * local), scratch(c.window);
  simd::LocalAttention<float> l{};
  l.heads = c.local_heads();
  l.head_dim = c.head_dim;
  l.window = c.window;
  l.tokens = at.tokens;
  l.past = at.past;
  l.q = q.data();
  l.ldq = local;
  l.kt = kt.data();
  l.ldkt = keys;
  l.v = v.data();
  l.ldv = local;
  l.bias = bias.data();
  l.scale = 1.0f / std::sqrt(static_cast<float>(c.head_dim));
  l.out = out.data();
  l.ldo = local;
  l.scratch = scratch.data();
  for (auto _ : state) {
    k.local_attention_forward(l);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(at.tokens) * state.iterations());
}

void linear_forward(benchmark::State& state, const simd::Kernels<float>& k, const Case& at) {
  const ModelConfig& c = shipped_config("trm-frames");
  const std::size_t global = c.global_size();
  const Buffer<float> q = random_floats(at.tokens * global, 1), key = random_floats(at.tokens * global, 2),
                      v = random_floats(at.tokens * global, 3);
  Buffer<float> decay(c.global_heads), memory(global * c.head_dim), norm(global), out(at.tokens * global);
  for (float& x : decay.span()) x = 0.95f;
  simd::LinearAttention<float> g{};
  g.heads = c.global_heads;
  g.head_dim = c.head_dim;
  g.tokens = at.tokens;
  g.q = q.data();
  g.k = key.data();
  g.v = v.data();
  g.ldqkv = global;
  g.decay = decay.data();
  g.eps = 1e-6f;
  g.state = memory.data();
  g.norm = norm.data();
  g.out = out.data();
  g.ldo = global;
  for (auto _ : state) {
    k.linear_attention_forward(g);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(at.tokens) * state.iterations());
}

}  // namespace

void register_attention(const std::vector<NamedKernels>& kernels) {
  for (const Case& at : {Case{"frame", 128, 0}, Case{"token", 1, 103}}) {
    for (const NamedKernels& k : kernels) {
      const std::string tail = std::string("/") + at.name + "/" + k.isa;
      benchmark::RegisterBenchmark(("f32_local_attention_forward" + tail).c_str(),
                                   [=](benchmark::State& state) { local_forward(state, *k.table, at); });
      benchmark::RegisterBenchmark(("f32_linear_attention_forward" + tail).c_str(),
                                   [=](benchmark::State& state) { linear_forward(state, *k.table, at); });
    }
  }
}

}  // namespace trm::bench
