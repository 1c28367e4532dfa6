#include "bench/profile/recorder.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <string_view>

#include "engine/base/clock.h"

namespace trm::bench {
namespace {

using simd::Kernels;
using simd::WeightType;

/// What one thread has seen. Only its thread writes it, and only between start_recording() and stop_recording().
struct Log {
  std::uint32_t thread = 0;
  std::vector<KernelCall> calls;
  std::vector<CallTimes> times;
  std::size_t lost = 0;
};

/// Of all threads, in the order in which they came. A log outlives its thread.
struct Logs {
  std::mutex mutex;
  std::vector<std::unique_ptr<Log>> all;
  std::size_t most = 0;
  Detail detail = Detail::all;
  std::atomic<bool> recording{false};
};

Logs& logs() {
  static Logs out;
  return out;
}

/// What the table stands for.
Kernels<float>& inner() {
  static Kernels<float> out;
  return out;
}

/// In front of the recording: nothing is allocated in it.
void make_room(Log& log, Detail detail, std::size_t most) {
  log.calls.clear();
  log.times.clear();
  log.lost = 0;
  if (detail == Detail::all) log.calls.reserve(most);
  if (detail == Detail::times) log.times.reserve(most);
}

Log& own_log() {
  thread_local Log* log = nullptr;
  if (log == nullptr) {
    Logs& shared = logs();
    const std::lock_guard lock(shared.mutex);
    shared.all.push_back(std::make_unique<Log>());
    log = shared.all.back().get();
    log->thread = static_cast<std::uint32_t>(shared.all.size() - 1);
    make_room(*log, shared.detail, shared.most);
  }
  return *log;
}

/// Rows of `width` floats, `ld` apart.
Operand matrix(const float* at, std::size_t rows, std::size_t width, std::size_t ld) {
  if (at == nullptr || rows == 0) return {};
  return {reinterpret_cast<std::uintptr_t>(at), ((rows - 1) * ld + width) * sizeof(float),
          rows * width * sizeof(float)};
}

Operand floats(const float* at, std::size_t n) {
  return matrix(at, 1, n, n);
}

Operand bytes(const void* at, std::size_t n) {
  return {reinterpret_cast<std::uintptr_t>(at), n, n};
}

/// A row of kernel_kinds(), looked up once.
template <std::size_t N>
struct Name {
  char text[N];
  consteval Name(const char (&name)[N]) {  // NOLINT(google-explicit-constructor)
    std::copy_n(name, N, text);
  }
};
template <Name Kernel>
const KernelKind* kind() {
  static const KernelKind* const out = kernel_kind(Kernel.text);
  return out;
}

/// Does the work and keeps what it was and how long it took.
template <class Work>
void record(const KernelKind* what, const CaseSizes& sizes, WeightType type,
            const std::array<Operand, kMostOperands>& operands, const Work& work) {
  Logs& shared = logs();
  if (!shared.recording.load(std::memory_order_relaxed)) return work();
  Log& log = own_log();
  const std::int64_t begin = now_ns();
  work();
  const std::int64_t end = now_ns();
  if (log.calls.size() + log.times.size() == shared.most) {
    ++log.lost;
    return;
  }
  if (shared.detail == Detail::times) {
    log.times.push_back({begin, end});
    return;
  }
  log.calls.push_back({what, sizes, type, log.thread, begin, end, operands});
}

template <WeightType Type>
void product(const float* a, std::size_t lda, const void* packed, float* c, std::size_t ldc, std::size_t m,
             std::size_t n, std::size_t k, bool accumulate) {
  const simd::Matmul<float>& family = inner().family(Type);
  record(kind<"matmul">(), {m, n, k}, Type,
         {matrix(a, m, k, lda), bytes(packed, family.packed_bytes(k, n)), matrix(c, m, n, ldc)},
         [&] { family.run(a, lda, packed, c, ldc, m, n, k, accumulate); });
}

/// Weights are packed when a model is loaded; what is packed in a pass is fp32.
template <WeightType Type>
void pack(const float* b, std::size_t row_stride, std::size_t column_stride, std::size_t k, std::size_t n, void* to) {
  const simd::Matmul<float>& family = inner().family(Type);
  const bool turned = column_stride != 1;
  const Operand from = turned ? matrix(b, n, k, column_stride) : matrix(b, k, n, row_stride);
  record(turned ? kind<"pack_transposed">() : kind<"pack">(), {k, n}, Type,
         {from, bytes(to, family.packed_bytes(k, n))}, [&] { family.pack(b, row_stride, column_stride, k, n, to); });
}

template <WeightType Type>
std::size_t packed_bytes(std::size_t k, std::size_t n) {
  return inner().family(Type).packed_bytes(k, n);
}

template <WeightType Type>
simd::Matmul<float> watched_family() {
  simd::Matmul<float> out = inner().family(Type);
  out.packed_bytes = packed_bytes<Type>;
  out.pack = pack<Type>;
  out.run = product<Type>;
  return out;
}

void rms_norm(const float* a, const float* b, float* y, float* rstd, std::size_t rows, std::size_t d, float eps) {
  record(kind<"rms_norm">(), {rows, d}, WeightType::fp32,
         {floats(a, rows * d), floats(b, rows * d), floats(y, rows * d)},
         [&] { inner().rms_norm_forward(a, b, y, rstd, rows, d, eps); });
}

void silu_gate(const float* gu, float* out, std::size_t rows, std::size_t i) {
  record(kind<"silu_gate">(), {rows, i}, WeightType::fp32, {floats(gu, rows * 2 * i), floats(out, rows * i)},
         [&] { inner().silu_gate_forward(gu, out, rows, i); });
}

void softmax(float* x, std::size_t ldx, std::size_t rows, std::size_t n, float scale) {
  record(kind<"softmax">(), {rows, n}, WeightType::fp32, {matrix(x, rows, n, ldx)},
         [&] { inner().softmax(x, ldx, rows, n, scale); });
}

void conv_silu(const float* x, const float* past, const float* w, float* pre, float* out, std::size_t tokens,
               std::size_t d, std::size_t k) {
  record(kind<"conv_silu">(), {tokens, d, k}, WeightType::fp32,
         {floats(x, tokens * d), floats(w, k * d), floats(out, tokens * d)},
         [&] { inner().conv_silu_forward(x, past, w, pre, out, tokens, d, k); });
}

void grid_conv_silu(const float* x, const float* w, float* pre, float* out, std::size_t rows, std::size_t columns,
                    std::size_t d, std::size_t k) {
  record(kind<"grid_conv_silu">(), {rows, columns, d, k}, WeightType::fp32,
         {floats(x, rows * columns * d), floats(w, k * k * d), floats(out, rows * columns * d)},
         [&] { inner().grid_conv_silu_forward(x, w, pre, out, rows, columns, d, k); });
}

void local_attention(const simd::LocalAttention<float>& l) {
  const std::size_t width = l.heads * l.head_dim, keys = l.past + l.tokens;
  record(kind<"local_attention">(), {l.tokens, l.past, l.heads, l.head_dim, l.window}, WeightType::fp32,
         {matrix(l.q, l.tokens, width, l.ldq), matrix(l.kt, width, keys, l.ldkt), matrix(l.v, keys, width, l.ldv),
          matrix(l.out, l.tokens, width, l.ldo)},
         [&] { inner().local_attention_forward(l); });
}

void linear_attention(const simd::LinearAttention<float>& g) {
  const std::size_t width = g.heads * g.head_dim;
  record(kind<"linear_attention">(), {g.tokens, g.heads, g.head_dim}, WeightType::fp32,
         {matrix(g.q, g.tokens, width, g.ldqkv), floats(g.state, width * g.head_dim),
          matrix(g.v, g.tokens, width, g.ldqkv), matrix(g.out, g.tokens, width, g.ldo)},
         [&] { inner().linear_attention_forward(g); });
}

void rope(float* x, std::size_t ldx, const float* cos, const float* sin, std::size_t tokens, std::size_t heads,
          std::size_t dim, bool inverse) {
  record(kind<"rope">(), {tokens, heads, dim}, WeightType::fp32,
         {matrix(x, tokens, heads * dim, ldx), floats(cos, tokens * dim / 2), floats(sin, tokens * dim / 2)},
         [&] { inner().rope(x, ldx, cos, sin, tokens, heads, dim, inverse); });
}

void transpose(const float* src, std::size_t lds, float* dst, std::size_t ldd, std::size_t rows, std::size_t columns) {
  record(kind<"transpose">(), {rows, columns}, WeightType::fp32,
         {matrix(src, rows, columns, lds), matrix(dst, columns, rows, ldd)},
         [&] { inner().transpose(src, lds, dst, ldd, rows, columns); });
}

void gather(const float* table, const std::int32_t* ids, float* out, std::size_t rows, std::size_t d, float scale,
            bool accumulate) {
  record(kind<"gather">(), {rows, d}, WeightType::fp32, {floats(table, d), floats(out, rows * d)},
         [&] { inner().gather(table, ids, out, rows, d, scale, accumulate); });
}

void add(float* y, const float* x, std::size_t n) {
  record(kind<"add">(), {n}, WeightType::fp32, {floats(x, n), floats(y, n)}, [&] { inner().add(y, x, n); });
}

void add_to(float* y, const float* a, const float* b, std::size_t n) {
  record(kind<"add_to">(), {n}, WeightType::fp32, {floats(a, n), floats(b, n), floats(y, n)},
         [&] { inner().add_to(y, a, b, n); });
}

void scale(float* y, float factor, std::size_t n) {
  record(kind<"scale">(), {n}, WeightType::fp32, {floats(y, n)}, [&] { inner().scale(y, factor, n); });
}

}  // namespace

const Kernels<float>& recorded_kernels(const Kernels<float>& kernels) {
  static simd::Matmul<float> fp32, bf16, int8;
  static Kernels<float> out;
  inner() = kernels;
  fp32 = watched_family<WeightType::fp32>();
  bf16 = watched_family<WeightType::bf16>();
  int8 = watched_family<WeightType::int8>();
  out = kernels;
  out.isa = "recorded";
  out.matmul = &fp32;
  out.matmul_bf16 = &bf16;
  out.matmul_int8 = &int8;
  out.linear = &out.family(simd::parse_weight_type(kernels.weights).value_or(WeightType::fp32));
  out.rms_norm_forward = rms_norm;
  out.silu_gate_forward = silu_gate;
  out.softmax = softmax;
  out.conv_silu_forward = conv_silu;
  out.grid_conv_silu_forward = grid_conv_silu;
  out.local_attention_forward = local_attention;
  out.linear_attention_forward = linear_attention;
  out.rope = rope;
  out.transpose = transpose;
  out.gather = gather;
  out.add = add;
  out.add_to = add_to;
  out.scale = scale;
  return out;
}

void start_recording(Detail detail, std::size_t most) {
  Logs& shared = logs();
  const std::lock_guard lock(shared.mutex);
  shared.most = most;
  shared.detail = detail;
  for (const std::unique_ptr<Log>& log : shared.all) make_room(*log, detail, most);
  shared.recording.store(true, std::memory_order_seq_cst);
}

Recording stop_recording() {
  Logs& shared = logs();
  shared.recording.store(false, std::memory_order_seq_cst);
  const std::lock_guard lock(shared.mutex);
  Recording out;
  for (const std::unique_ptr<Log>& log : shared.all) {
    out.calls.insert(out.calls.end(), log->calls.begin(), log->calls.end());
    out.times.insert(out.times.end(), log->times.begin(), log->times.end());
    out.lost += log->lost;
    log->calls.clear();
    log->times.clear();
  }
  return out;
}

}  // namespace trm::bench
