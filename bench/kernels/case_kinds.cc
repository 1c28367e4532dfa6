// The list of kernels: a row each, with its sizes, its operations, its bytes and its operands.
#include "bench/kernels/case_kinds.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <utility>

#include "bench/kernels/random_floats.h"

namespace trm::bench {
namespace {

using simd::Kernels;
using simd::WeightType;

using Floats = Buffer<float>;
using Sizes = CaseSizes;

/// The operands of one copy of a case, in the order in which its kernel has them, the last one being the output.
using Operands = std::vector<Floats>;

/// A kernel on operands that all are floats.
class FloatsRun final : public CaseRun {
 public:
  using Call = std::function<void(Operands&)>;

  /// prepare: what is not random in the operands of a copy.
  FloatsRun(const std::vector<std::size_t>& elements, std::size_t copies, Call call, const Call& prepare)
      : CaseRun(copies), call_(std::move(call)), operands_(copies) {
    for (std::size_t copy = 0; copy < copies; ++copy) {
      std::uint64_t seed = 1;
      for (const std::size_t n : elements) operands_[copy].push_back(random_floats(n, seed++));
      if (prepare) prepare(operands_[copy]);
    }
  }

  void run() override {
    call_(operands_[next_]);
    last_ = next_;
    next_ = next_ + 1 == copies() ? 0 : next_ + 1;
  }

  [[nodiscard]] std::span<const float> output() const override { return operands_[last_].back().span(); }

 private:
  Call call_;
  std::vector<Operands> operands_;
  std::size_t next_ = 0, last_ = 0;
};

/// c(m, n) = a(m, k) B with packed weights; the copies differ in their weights, as the layers of a model do.
class ProductRun final : public CaseRun {
 public:
  ProductRun(const Sizes& s, const simd::Matmul<float>& family, std::size_t copies)
      : CaseRun(copies), sizes_(s), family_(family), a_(random_floats(s[0] * s[2], 1)), c_(s[0] * s[1]) {
    const Floats weights = random_floats(s[1] * s[2], 2);
    for (std::size_t copy = 0; copy < copies; ++copy) {
      packed_.emplace_back(family.packed_bytes(s[2], s[1]));
      family.pack(weights.data(), 1, s[2], s[2], s[1], packed_.back().data());
    }
  }

  void run() override {
    const auto [m, n, k, unused3, unused4] = sizes_;
    family_.run(a_.data(), k, packed_[next_].data(), c_.data(), n, m, n, k, false);
    next_ = next_ + 1 == copies() ? 0 : next_ + 1;
  }

  [[nodiscard]] std::span<const float> output() const override { return c_.span(); }

 private:
  Sizes sizes_;
  const simd::Matmul<float>& family_;
  Floats a_, c_;
  std::vector<Buffer<std::byte>> packed_;
  std::size_t next_ = 0;
};

std::unique_ptr<CaseRun> floats_run(const std::vector<std::size_t>& elements, std::size_t copies, FloatsRun::Call call,
                                    const FloatsRun::Call& prepare = {}) {
  return std::make_unique<FloatsRun>(elements, copies, std::move(call), prepare);
}

using Doubles = CaseDoubles;

/// Bytes of so many floats.
constexpr double floats(double n) {
  return n * sizeof(float);
}

/// Bytes of a packed weight.
double weight_bytes(WeightType type) {
  return type == WeightType::int8 ? 1 : type == WeightType::bf16 ? 2 : 4;
}

double product_flops(const Doubles& s) {
  return 2 * s[0] * s[1] * s[2];
}

double product_bytes(const Doubles& s, WeightType type) {
  return floats(s[0] * s[2] + s[0] * s[1]) + weight_bytes(type) * s[1] * s[2];
}

std::unique_ptr<CaseRun> make_product(const Sizes& s, const Kernels<float>& k, WeightType type, std::size_t copies) {
  return std::make_unique<ProductRun>(s, k.family(type), copies);
}

std::unique_ptr<CaseRun> make_weight_gradient(const Sizes& s, const Kernels<float>& k, WeightType type,
                                              std::size_t copies) {
  const auto [m, n, depth, unused3, unused4] = s;
  const simd::Matmul<float>& family = k.family(type);
  return floats_run({m * n, m * depth, n * depth}, copies, [&family, m = m, n = n, depth = depth](Operands& o) {
    family.weight_gradient(o[0].data(), n, o[1].data(), depth, o[2].data(), depth, m, n, depth);
  });
}

/// Right-hand sides of products of activations: always fp32.
template <bool Transposed>
std::unique_ptr<CaseRun> make_pack(const Sizes& s, const Kernels<float>& k, WeightType, std::size_t copies) {
  const std::size_t depth = s[0], n = s[1];
  const std::size_t out = (k.matmul->packed_bytes(depth, n) + sizeof(float) - 1) / sizeof(float);
  return floats_run({depth * n, out}, copies, [&k, depth, n](Operands& o) {
    k.matmul->pack(o[0].data(), Transposed ? 1 : n, Transposed ? depth : 1, depth, n, o[1].data());
  });
}

std::unique_ptr<CaseRun> make_rms_norm(const Sizes& s, const Kernels<float>& k, WeightType, std::size_t copies) {
  const std::size_t rows = s[0], d = s[1];
  return floats_run({rows * d, rows * d, rows * d}, copies, [&k, rows, d](Operands& o) {
    k.rms_norm_forward(o[0].data(), o[1].data(), o[2].data(), nullptr, rows, d, 1e-5F);
  });
}

std::unique_ptr<CaseRun> make_rms_norm_backward(const Sizes& s, const Kernels<float>& k, WeightType,
                                                std::size_t copies) {
  const std::size_t rows = s[0], d = s[1];
  return floats_run({rows * d, rows * d, rows, rows * d}, copies, [&k, rows, d](Operands& o) {
    k.rms_norm_backward(o[0].data(), o[1].data(), o[2].data(), o[3].data(), rows, d);
  });
}

std::unique_ptr<CaseRun> make_silu_gate(const Sizes& s, const Kernels<float>& k, WeightType, std::size_t copies) {
  const std::size_t rows = s[0], i = s[1];
  return floats_run({rows * 2 * i, rows * i}, copies,
                    [&k, rows, i](Operands& o) { k.silu_gate_forward(o[0].data(), o[1].data(), rows, i); });
}

std::unique_ptr<CaseRun> make_silu_gate_backward(const Sizes& s, const Kernels<float>& k, WeightType,
                                                 std::size_t copies) {
  const std::size_t rows = s[0], i = s[1];
  return floats_run({rows * 2 * i, rows * i, rows * 2 * i}, copies, [&k, rows, i](Operands& o) {
    k.silu_gate_backward(o[0].data(), o[1].data(), o[2].data(), rows, i);
  });
}

std::unique_ptr<CaseRun> make_softmax(const Sizes& s, const Kernels<float>& k, WeightType, std::size_t copies) {
  const std::size_t rows = s[0], n = s[1];
  const std::size_t distance = (n + 15) / 16 * 16;  // rows begin with a line of the cache, as those of scores do
  return floats_run({rows * distance}, copies,
                    [&k, rows, n, distance](Operands& o) { k.softmax(o[0].data(), distance, rows, n, 1.0F); });
}

std::unique_ptr<CaseRun> make_conv_silu(const Sizes& s, const Kernels<float>& k, WeightType, std::size_t copies) {
  const std::size_t tokens = s[0], d = s[1], taps = s[2];
  // With tokens in front, as a decoder has them.
  return floats_run({tokens * d, taps * d, (taps - 1) * d, tokens * d}, copies, [&k, tokens, d, taps](Operands& o) {
    k.conv_silu_forward(o[0].data(), o[2].data(), o[1].data(), nullptr, o[3].data(), tokens, d, taps);
  });
}

std::unique_ptr<CaseRun> make_grid_conv(const Sizes& s, const Kernels<float>& k, WeightType, std::size_t copies) {
  const std::size_t rows = s[0], columns = s[1], d = s[2], side = s[3];
  return floats_run({rows * columns * d, side * side * d, rows * columns * d}, copies,
                    [&k, rows, columns, d, side](Operands& o) {
                      k.grid_conv_silu_forward(o[0].data(), o[1].data(), nullptr, o[2].data(), rows, columns, d, side);
                    });
}

std::unique_ptr<CaseRun> make_rope(const Sizes& s, const Kernels<float>& k, WeightType, std::size_t copies) {
  const std::size_t tokens = s[0], heads = s[1], dim = s[2];
  // A turn by a fixed angle keeps lengths, however often it is done.
  const auto angle = [](Operands& o) {
    std::ranges::fill(o[0].span(), 0.8F);
    std::ranges::fill(o[1].span(), 0.6F);
  };
  return floats_run(
      {tokens * dim / 2, tokens * dim / 2, tokens * heads * dim}, copies,
      [&k, tokens, heads, dim](Operands& o) {
        k.rope(o[2].data(), heads * dim, o[0].data(), o[1].data(), tokens, heads, dim, false);
      },
      angle);
}

std::unique_ptr<CaseRun> make_transpose(const Sizes& s, const Kernels<float>& k, WeightType, std::size_t copies) {
  const std::size_t rows = s[0], columns = s[1];
  return floats_run({rows * columns, rows * columns}, copies, [&k, rows, columns](Operands& o) {
    k.transpose(o[0].data(), columns, o[1].data(), rows, rows, columns);
  });
}

/// A vocabulary of this size, about that of the tasks.
constexpr std::size_t kTokens = 48;

std::unique_ptr<CaseRun> make_gather(const Sizes& s, const Kernels<float>& k, WeightType, std::size_t copies) {
  const std::size_t rows = s[0], d = s[1];
  std::vector<std::int32_t> ids(rows);
  for (std::size_t r = 0; r < rows; ++r) ids[r] = static_cast<std::int32_t>(r * 7 % kTokens);
  return floats_run({kTokens * d, rows * d}, copies, [&k, rows, d, ids = std::move(ids)](Operands& o) {
    k.gather(o[0].data(), ids.data(), o[1].data(), rows, d, 2.0F, false);
  });
}

std::unique_ptr<CaseRun> make_cross_entropy(const Sizes& s, const Kernels<float>& k, WeightType, std::size_t copies) {
  const std::size_t rows = s[0], n = s[1];
  std::vector<std::int32_t> targets(rows);
  for (std::size_t r = 0; r < rows; ++r) targets[r] = static_cast<std::int32_t>(r % n);
  return floats_run({rows * n, rows, rows * n}, copies, [&k, rows, n, targets = std::move(targets)](Operands& o) {
    k.cross_entropy(o[0].data(), targets.data(), 1.0F, o[1].data(), o[2].data(), rows, n);
  });
}

std::unique_ptr<CaseRun> make_local_attention(const Sizes& s, const Kernels<float>& k, WeightType, std::size_t copies) {
  const auto [tokens, past, heads, dim, window] = s;
  const std::size_t width = heads * dim, keys = past + tokens;
  return floats_run(
      {tokens * width, width * keys, keys * width, heads * window, window, tokens * width}, copies,
      [&k, tokens = tokens, past = past, heads = heads, dim = dim, window = window, width, keys](Operands& o) {
        simd::LocalAttention<float> l{};
        l.heads = heads;
        l.head_dim = dim;
        l.window = window;
        l.tokens = tokens;
        l.past = past;
        l.q = o[0].data();
        l.ldq = width;
        l.kt = o[1].data();
        l.ldkt = keys;
        l.v = o[2].data();
        l.ldv = width;
        l.bias = o[3].data();
        l.scale = 1.0F / std::sqrt(static_cast<float>(dim));
        l.scratch = o[4].data();
        l.out = o[5].data();
        l.ldo = width;
        k.local_attention_forward(l);
      });
}

std::unique_ptr<CaseRun> make_linear_attention(const Sizes& s, const Kernels<float>& k, WeightType,
                                               std::size_t copies) {
  const std::size_t tokens = s[0], heads = s[1], dim = s[2], width = heads * dim;
  std::vector<float> decays(heads, 0.95F);
  return floats_run({tokens * width, tokens * width, tokens * width, width * dim, width, tokens * width}, copies,
                    [&k, tokens, heads, dim, width, decays = std::move(decays)](Operands& o) {
                      simd::LinearAttention<float> g{};
                      g.heads = heads;
                      g.head_dim = dim;
                      g.tokens = tokens;
                      g.q = o[0].data();
                      g.k = o[1].data();
                      g.v = o[2].data();
                      g.ldqkv = width;
                      g.decay = decays.data();
                      g.eps = 1e-6F;
                      // The memory starts anew: its sums of random signs would not agree between instruction sets.
                      for (float& x : o[3].span()) x = 0.0F;
                      for (float& x : o[4].span()) x = 0.0F;
                      g.state = o[3].data();
                      g.norm = o[4].data();
                      g.out = o[5].data();
                      g.ldo = width;
                      k.linear_attention_forward(g);
                    });
}

std::unique_ptr<CaseRun> make_add(const Sizes& s, const Kernels<float>& k, WeightType, std::size_t copies) {
  return floats_run({s[0], s[0]}, copies, [&k, n = s[0]](Operands& o) { k.add(o[1].data(), o[0].data(), n); });
}

std::unique_ptr<CaseRun> make_add_to(const Sizes& s, const Kernels<float>& k, WeightType, std::size_t copies) {
  return floats_run({s[0], s[0], s[0]}, copies,
                    [&k, n = s[0]](Operands& o) { k.add_to(o[2].data(), o[0].data(), o[1].data(), n); });
}

std::unique_ptr<CaseRun> make_scale(const Sizes& s, const Kernels<float>& k, WeightType, std::size_t copies) {
  // Its sign alone changes, however often it is done.
  return floats_run({s[0]}, copies, [&k, n = s[0]](Operands& o) { k.scale(o[0].data(), -1.0F, n); });
}

constexpr simd::OptimizerStep kStep{1e-3, 0.9, 0.98, 1e-8, 0.05, 0.1, 0.02, 1.0};

template <auto Optimizer>
std::unique_ptr<CaseRun> make_optimizer(const Sizes& s, const Kernels<float>& k, WeightType, std::size_t copies) {
  const auto squares = [](Operands& o) {  // second moments
    for (float& x : o[2].span()) x = std::abs(x);
  };
  return floats_run(
      {s[0], s[0], s[0], s[0]}, copies,
      [&k, n = s[0]](Operands& o) { (k.*Optimizer)(o[3].data(), o[1].data(), o[2].data(), o[0].data(), n, kStep); },
      squares);
}

// Operations of an element: multiplications, additions, and one for each exponential, root or division.
template <std::size_t Each>
double per_element(const Doubles& s) {
  return static_cast<double>(Each) * s[0] * (s[1] == 0 ? 1 : s[1]);
}
/// Each element of (s[0], s[1]) is in so many operands.
template <std::size_t Operand>
double moved(const Doubles& s, WeightType) {
  return static_cast<double>(Operand) * floats(s[0] * (s[1] == 0 ? 1 : s[1]));
}

/// Keys that the queries of a sliding window see, all together: s is (tokens, past, heads, dim, window).
double seen_keys(const Doubles& s) {
  // The first queries see what lies before them, the others a whole window.
  const double growing = std::clamp(s[4] - s[1], 0.0, s[0]);
  return growing * (s[1] + (growing + 1) / 2) + (s[0] - growing) * s[4];
}

constexpr KernelKind kKinds[] = {
    {"matmul", {"m", "n", "k"}, 3, true, product_flops, product_bytes, make_product},
    {"weight_gradient",
     {"m", "n", "k"},
     2,
     false,
     product_flops,
     [](const Doubles& s, WeightType) { return floats(s[0] * s[1] + s[0] * s[2] + 2 * s[1] * s[2]); },
     make_weight_gradient},
    {"pack", {"k", "n"}, 1, true, [](const Doubles&) { return 0.0; }, moved<2>, make_pack<false>},
    {"pack_transposed", {"k", "n"}, 1, true, [](const Doubles&) { return 0.0; }, moved<2>, make_pack<true>},
    {"rms_norm", {"rows", "d"}, 1, true, per_element<4>, moved<3>, make_rms_norm},
    {"rms_norm_backward", {"rows", "d"}, 1, false, per_element<6>, moved<3>, make_rms_norm_backward},
    {"silu_gate", {"rows", "i"}, 1, true, per_element<5>, moved<3>, make_silu_gate},
    {"silu_gate_backward", {"rows", "i"}, 1, false, per_element<12>, moved<5>, make_silu_gate_backward},
    {"softmax", {"rows", "n"}, 1, true, per_element<5>, moved<2>, make_softmax},
    {"rope",
     {"tokens", "heads", "dim"},
     1,
     true,
     [](const Doubles& s) { return 3.0 * (s[0] * s[1] * s[2]); },
     [](const Doubles& s, WeightType) { return floats(2 * s[0] * s[1] * s[2] + s[0] * s[2]); },
     make_rope},
    {"local_attention",
     {"tokens", "past", "heads", "dim", "window"},
     1,
     true,
     [](const Doubles& s) { return (4.0 * (s[3]) + 5) * (s[2]) * seen_keys(s); },
     [](const Doubles& s, WeightType) {
       return floats(s[2] * s[3] * (2 * s[0] + 2 * std::min(s[0] + s[1], s[0] + s[4]))) + floats(s[2] * s[4]);
     },
     make_local_attention},
    {"linear_attention",
     {"tokens", "heads", "dim"},
     1,
     true,
     [](const Doubles& s) { return (s[0] * s[1] * s[2]) * (5.0 * (s[2]) + 8); },
     [](const Doubles& s, WeightType) { return floats(s[1] * s[2] * (4 * s[0] + 2 * s[2])); },
     make_linear_attention},
    {"conv_silu",
     {"tokens", "d", "k"},
     1,
     true,
     [](const Doubles& s) { return (s[0] * s[1]) * (2.0 * (s[2]) + 4); },
     [](const Doubles& s, WeightType) { return floats(2 * s[0] * s[1] + s[2] * s[1]); },
     make_conv_silu},
    {"grid_conv_silu",
     {"rows", "columns", "d", "side"},
     1,
     true,
     [](const Doubles& s) { return (s[0] * s[1] * s[2]) * (2.0 * (s[3] * s[3]) + 4); },
     [](const Doubles& s, WeightType) { return floats(2 * s[0] * s[1] * s[2] + s[3] * s[3] * s[2]); },
     make_grid_conv},
    {"transpose", {"rows", "columns"}, 1, true, [](const Doubles&) { return 0.0; }, moved<2>, make_transpose},
    {"gather", {"rows", "d"}, 1, true, per_element<1>, moved<2>, make_gather},
    {"cross_entropy", {"rows", "n"}, 1, false, per_element<6>, moved<2>, make_cross_entropy},
    {"add", {"n"}, 1, true, per_element<1>, moved<3>, make_add},
    {"add_to", {"n"}, 1, true, per_element<1>, moved<3>, make_add_to},
    {"scale", {"n"}, 1, true, per_element<1>, moved<2>, make_scale},
    {"adamw", {"n"}, 1, false, per_element<14>, moved<7>, make_optimizer<&Kernels<float>::adamw>},
    {"adam_atan2", {"n"}, 1, false, per_element<30>, moved<7>, make_optimizer<&Kernels<float>::adam_atan2>},
};

}  // namespace

std::span<const KernelKind> kernel_kinds() {
  return kKinds;
}

std::string impossible_sizes(const KernelCase& c) {
  const std::string_view kernel = c.kind->name;
  if (kernel == "local_attention") {
    // All keys lie in memory, also those that no window reaches.
    const double keys = static_cast<double>(c.sizes[0] + c.sizes[1]) * static_cast<double>(c.sizes[2] * c.sizes[3]);
    if (2 * floats(keys) > static_cast<double>(kMostCaseBytes)) return "its keys and values are too large";
  }
  if (kernel == "rope" && c.sizes[2] % 2 != 0) return "dim is odd, and pairs are turned";
  if (kernel == "grid_conv_silu" && c.sizes[3] % 2 == 0) return "side is even, so it has no middle";
  return {};
}

}  // namespace trm::bench
