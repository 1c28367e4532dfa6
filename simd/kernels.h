// The kernel table: every numeric loop of the engine, one core, no model, no threads, no allocation.
//
// One struct of function pointers per element type, with the matrix products as a family of their own (matmul.h).
// `isa_table()` (cpu.h) returns the float32 table of one instruction set; `reference<T>()` (ref.h) returns the plain
// scalar one, the oracle of all tests.
//
// Conventions
//   * Matrices are row-major; `ld*` is the distance between rows in elements; sizes are in elements.
//   * (T, D) after a name is its shape. Outputs never alias inputs unless a comment says so.
//   * "accumulates" means `+=` into the output; everything else overwrites.
//   * Any size from 0 upwards and any alignment is legal. Nothing is read or written outside the stated shapes.
//   * A result depends on its own row only, and sums over k run in ascending order with one accumulator, so a
//     product of one row and the same row inside a larger product have the same bits.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/matmul.h"

namespace trm::simd {

/// Softmax attention of one sequence over a sliding window with a learned bias per slot.
/// Query t sits at key position past + t and sees the keys max(0, past+t-window+1) ... past+t.
/// The slot of key j for query t is window-1 - (past+t-j): slot window-1 is the token itself.
template <class T>
struct LocalAttention {
  std::size_t heads, head_dim, window;
  std::size_t tokens;  ///< queries, which are also the newest keys
  std::size_t past;    ///< keys in front of the first query
  const T* q;
  std::size_t ldq;  ///< (tokens, heads*head_dim)
  const T* kt;
  std::size_t ldkt;  ///< keys transposed: kt[(h*head_dim+d)*ldkt + j], j < past+tokens
  const T* v;
  std::size_t ldv;  ///< (past+tokens, heads*head_dim)
  const T* bias;    ///< (heads, window) by slot, added to the scaled score; null: no bias
  T scale;          ///< usually 1/sqrt(head_dim)
  T* out;
  std::size_t ldo;  ///< (tokens, heads*head_dim)
  T* probs;         ///< (heads, tokens, window) by slot, unseen slots 0; null: not kept
  T* scratch;       ///< window elements
};

/// Backward of LocalAttention with past = 0.
template <class T>
struct LocalAttentionGrad {
  std::size_t heads, head_dim, window, tokens;
  const T* q;
  std::size_t ldq;
  const T* k;
  std::size_t ldk;  ///< keys row-major (tokens, heads*head_dim)
  const T* vt;
  std::size_t ldvt;  ///< values transposed: vt[(h*head_dim+d)*ldvt + j]
  const T* probs;    ///< as the forward pass kept them
  const T* dout;
  std::size_t lddo;
  T scale;
  T* dq;
  T* dk;
  T* dv;  ///< (tokens, heads*head_dim), row distance lddqkv
  std::size_t lddqkv;
  T* dbias;    ///< (heads, window), accumulates; null: none
  T* scratch;  ///< tokens*window elements
};

/// Linear attention with decay (Katharopoulos et al. 2020, feature map phi(x) = elu(x)+1; one decay per head):
///   S_t = decay S_{t-1} + phi(k_t) v_t^T,  n_t = decay n_{t-1} + phi(k_t),
///   out_t = (phi(q_t) S_t) / (phi(q_t) . n_t + eps).
template <class T>
struct LinearAttention {
  std::size_t heads, head_dim, tokens;
  const T* q;
  const T* k;
  const T* v;
  std::size_t ldqkv;  ///< (tokens, heads*head_dim) each
  const T* decay;     ///< (heads), in (0, 1)
  T eps;
  T* state;  ///< (heads, head_dim, head_dim), [key][value], updated in place
  T* norm;   ///< (heads, head_dim), updated in place
  T* out;
  std::size_t ldo;
};

/// Backward of LinearAttention from a zero state.
template <class T>
struct LinearAttentionGrad {
  std::size_t heads, head_dim, tokens;
  const T* q;
  const T* k;
  const T* v;
  std::size_t ldqkv;
  const T* decay;
  T eps;
  const T* out;
  std::size_t ldo;  ///< output of the forward pass
  const T* dout;
  std::size_t lddo;
  T* dq;
  T* dk;
  T* dv;
  std::size_t lddqkv;
  T* ddecay;   ///< (heads), accumulates
  T* scratch;  ///< (tokens+2) * head_dim * (head_dim+1) elements
};

/// What one optimizer step needs besides the tensors.
struct OptimizerStep {
  double lr, beta1, beta2, eps, weight_decay;
  double bias1, bias2;  ///< 1 - beta^t
  double grad_scale;    ///< every gradient is multiplied by this first (clipping)
};

template <class T>
struct Kernels {
  const char* isa;      ///< "generic", "avx2", "avx512", "amx", "neon", "reference"
  const char* weights;  ///< "fp32", "bf16", "int8", "auto": name of the WeightType that `linear` was chosen by

  /// Matrix products with weights packed as this instruction set likes them best.
  const Matmul<T>* matmul;
  /// The same with weights of fewer bits: bf16 also for training, int8 for inference.
  const Matmul<T>* matmul_bf16;
  const Matmul<T>* matmul_int8;
  /// One of them: that of linear layers. Products of activations with each other are those of `matmul`.
  const Matmul<T>* linear;

  [[nodiscard]] const Matmul<T>& family(WeightType type) const {
    return *(type == WeightType::bf16 ? matmul_bf16 : type == WeightType::int8 ? matmul_int8 : matmul);
  }

  // --- norms and activations -------------------------------------------------------------------------------------
  /// y(rows, d) = v / sqrt(mean(v^2) + eps), v = a + b (b null: v = a). rstd(rows) keeps the factor; null: not kept.
  /// y may be a.
  void (*rms_norm_forward)(const T* a, const T* b, T* y, T* rstd, std::size_t rows, std::size_t d, T eps);
  /// dv = rstd (dy - y mean(dy . y)). dv may be dy.
  void (*rms_norm_backward)(const T* dy, const T* y, const T* rstd, T* dv, std::size_t rows, std::size_t d);
  /// out(rows, i) = silu(g) u, gu(rows, 2i) = [g | u].
  void (*silu_gate_forward)(const T* gu, T* out, std::size_t rows, std::size_t i);
  /// dgu may be gu.
  void (*silu_gate_backward)(const T* gu, const T* dout, T* dgu, std::size_t rows, std::size_t i);
  /// Row-wise softmax of scale * x in place, x(rows, n).
  void (*softmax)(T* x, std::size_t ldx, std::size_t rows, std::size_t n, T scale);
  /// dx(rows, n) = scale * p (dp - sum(p dp)) for p = softmax(scale * x); rows of p and dp are ld apart. dx may be dp.
  void (*softmax_backward)(const T* p, const T* dp, T* dx, std::size_t ld, std::size_t rows, std::size_t n, T scale);

  // --- convolution -----------------------------------------------------------------------------------------------
  /// Causal depthwise convolution over one sequence, then SiLU:
  /// pre[t][c] = sum_{j<k} w[j][c] x[t-(k-1)+j][c]; out = silu(pre). w(k, d): tap k-1 is the token itself.
  /// past(k-1, d): the rows in front of x, oldest first; null: zeros. pre null: not kept.
  void (*conv_silu_forward)(const T* x, const T* past, const T* w, T* pre, T* out, std::size_t tokens, std::size_t d,
                            std::size_t k);
  /// Backward with zeros in front. dx overwrites; dw(k, d) accumulates. scratch: tokens*d elements.
  void (*conv_silu_backward)(const T* x, const T* w, const T* pre, const T* dout, T* dx, T* dw, T* scratch,
                             std::size_t tokens, std::size_t d, std::size_t k);
  /// Depthwise convolution over one grid, x(rows, cols, d), zeros around it, then SiLU:
  /// pre[r][c] = sum_{i,j<k} w[i][j] x[r+i-k/2][c+j-k/2]; out = silu(pre). w(k, k, d), k odd. pre null: not kept.
  void (*grid_conv_silu_forward)(const T* x, const T* w, T* pre, T* out, std::size_t rows, std::size_t cols,
                                 std::size_t d, std::size_t k);
  /// dx overwrites; dw(k, k, d) accumulates. scratch: rows*cols*d elements.
  void (*grid_conv_silu_backward)(const T* x, const T* w, const T* pre, const T* dout, T* dx, T* dw, T* scratch,
                                  std::size_t rows, std::size_t cols, std::size_t d, std::size_t k);

  // --- attention -------------------------------------------------------------------------------------------------
  void (*local_attention_forward)(const LocalAttention<T>&);
  void (*local_attention_backward)(const LocalAttentionGrad<T>&);
  void (*linear_attention_forward)(const LinearAttention<T>&);
  void (*linear_attention_backward)(const LinearAttentionGrad<T>&);
  /// Rotary embedding in place, rotate-half convention: x(tokens, heads*head_dim), head_dim even.
  /// cos, sin (tokens, head_dim/2), already offset to the first position. inverse rotates by the negative angle.
  void (*rope)(T* x, std::size_t ldx, const T* cos, const T* sin, std::size_t tokens, std::size_t heads,
               std::size_t head_dim, bool inverse);
  /// dst(cols, rows) = src(rows, cols)^T.
  void (*transpose)(const T* src, std::size_t lds, T* dst, std::size_t ldd, std::size_t rows, std::size_t cols);

  // --- embedding and loss ----------------------------------------------------------------------------------------
  /// out(rows, d) = scale * table[ids[r]], or accumulates.
  void (*gather)(const T* table, const std::int32_t* ids, T* out, std::size_t rows, std::size_t d, T scale,
                 bool accumulate);
  /// dtable[ids[r]] += scale * dout[r], rows in ascending order.
  void (*scatter_add)(const T* dout, const std::int32_t* ids, T* dtable, std::size_t rows, std::size_t d, T scale);
  /// Softmax cross-entropy per row: loss(rows) = -log softmax(logits)[target], target < 0: ignored (loss 0, gradient
  /// 0). dlogits(rows, n) = weight * (softmax - onehot); null: loss only. dlogits may be logits.
  void (*cross_entropy)(const T* logits, const std::int32_t* targets, T weight, T* loss, T* dlogits, std::size_t rows,
                        std::size_t n);

  // --- vectors ---------------------------------------------------------------------------------------------------
  void (*add)(T* y, const T* x, std::size_t n);                 ///< y += x
  void (*add_to)(T* y, const T* a, const T* b, std::size_t n);  ///< y = a + b
  void (*scale)(T* y, T factor, std::size_t n);                 ///< y *= factor
  double (*sum_squares)(const T* x, std::size_t n);             ///< in double, fixed order
  void (*ema)(T* shadow, const T* x, T rate, std::size_t n);    ///< shadow = rate*shadow + (1-rate)*x

  // --- optimizers --------------------------------------------------------------------------------------------------
  /// g <- grad_scale g; p <- p (1 - lr weight_decay); m <- m + (1-beta1)(g - m); v <- v + (1-beta2)(g^2 - v);
  /// p <- p - lr (m/bias1) / (sqrt(v/bias2) + eps)  (Loshchilov and Hutter 2019).
  void (*adamw)(T* p, T* m, T* v, const T* g, std::size_t n, const OptimizerStep& s);
  /// As above with p <- p - lr/bias1 atan2(m, sqrt(v)/sqrt(bias2)), atan2(0, 0) = 0: the first bias correction stands
  /// outside the arctangent, as in adam-atan2 0.0.3, which the published recipes use.
  void (*adam_atan2)(T* p, T* m, T* v, const T* g, std::size_t n, const OptimizerStep& s);
};

}  // namespace trm::simd
