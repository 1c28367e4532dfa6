// One layer of the recursive unit, forward and backward, over a ragged batch of sequences. N(v) is the weightless RMS
// norm.
//
//   h <- N(h + W_p silu(dwconv(h)))    depthwise-separable convolution, absent if conv_kernel = 0
//   h <- N(h + mix(h))                 how positions meet: Mixing, in mixing.h
//   h <- N(h + W_down(silu(g) u))      [g ; u] = W_gate_up h
//
// All matrices act on every row of the batch at once; convolution and mixing go sequence by sequence.
#pragma once

#include <cstddef>
#include <span>

#include "engine/model/network.h"
#include "engine/sys/crew.h"

namespace trm {

/// What one layer of one evaluation remembers of a stream: everything the next token needs.
template <class T>
struct LayerState {
  T* conv = nullptr;         ///< (conv_kernel-1, D), oldest first
  std::size_t capacity = 0;  ///< keys that fit
  T* kt = nullptr;           ///< (local_size, capacity) keys transposed
  T* v = nullptr;            ///< (capacity, local_size)
  T* linear = nullptr;       ///< (global_heads, head_dim, head_dim)
  T* norm = nullptr;         ///< (global_heads, head_dim)
};

/// A run of new tokens of one sequence inside the batch.
template <class T>
struct Sequence {
  std::size_t begin = 0;     ///< first row
  std::size_t tokens = 0;    ///< rows
  std::size_t position = 0;  ///< absolute position of the first token (rotary embedding)
  std::size_t past = 0;      ///< keys in the state in front of the first token
  LayerState<T> state;       ///< inference; unused in training
  /// Inference of a causal model: so many rows at the beginning give their keys and values, and nobody reads what the
  /// last layer makes of them.
  std::size_t unread = 0;

  [[nodiscard]] std::size_t read() const { return tokens - unread; }
};

/// Activations of one layer of one evaluation, N rows. A training pass keeps all of them; at inference the pointers of
/// later layers may be those of earlier ones, and those marked (training) are null.
template <class T>
struct LayerActivations {
  T* conv_pre = nullptr;   ///< (N, D) (training)
  T* conv = nullptr;       ///< (N, D)
  T* h1 = nullptr;         ///< (N, D)
  T* rstd1 = nullptr;      ///< (N) (training)
  T* qkv = nullptr;        ///< (N, 3*attention_size)
  T* probs = nullptr;      ///< (N, local_heads*window): per sequence (local_heads, tokens, window) (training)
  T* attn = nullptr;       ///< (N, attention_size)
  T* token_in = nullptr;   ///< (samples*D, T) the input transposed (mlp)
  T* token_gu = nullptr;   ///< (samples*D, 2*token_intermediate) (mlp)
  T* token_act = nullptr;  ///< (samples*D, token_intermediate) (mlp)
  T* token_out = nullptr;  ///< (samples*D, T) h2 transposed (mlp)
  T* h2 = nullptr;         ///< (N, D)
  T* rstd2 = nullptr;      ///< (N), mlp: (samples*D) (training)
  T* gu = nullptr;         ///< (N, 2*intermediate_size)
  T* act = nullptr;        ///< (N, intermediate_size)
  T* out = nullptr;        ///< (N, D)
  T* rstd3 = nullptr;      ///< (N) (training)
};

/// Distance of two rows of T scores: whole lines of the cache, since rows that begin within one are slower to write.
constexpr std::size_t score_row(std::size_t tokens) {
  return (tokens + 15) / 16 * 16;
}

/// Memory that a call needs and does not keep.
template <class T>
struct LayerScratch {
  T* rows = nullptr;       ///< (N, D)
  T* window = nullptr;     ///< max(window, state_capacity)
  T* kt = nullptr;         ///< (attention_size, longest sequence) (causal training)
  T* linear = nullptr;     ///< (global_heads, head_dim, head_dim+1) (training)
  T* scores = nullptr;     ///< (T, score_row(T)) of one head (attention)
  T* dscores = nullptr;    ///< (T, score_row(T)) of one head (attention, training)
  T* packed = nullptr;     ///< of an ActivationProduct (attention)
  T* tokens = nullptr;     ///< (samples*D, T) (mlp)
  T* dwide = nullptr;      ///< (N, max(2*intermediate_size, 3*attention_size)) or the like of token_gu (training)
  T* dact = nullptr;       ///< (N, max(intermediate_size, attention_size, D)) or the like of token_act (training)
  T* dconv = nullptr;      ///< (N, D) (training)
  T* attention = nullptr;  ///< max(longest*window, (longest+2)*head_dim*(head_dim+1), longest*D) (training)
};

/// How many keys a stream's state needs room for at the most (LayerState::capacity).
std::size_t state_capacity(const ModelConfig& config);
/// New keys that fit into a state at once after it was compacted: longer inputs are fed in pieces.
std::size_t state_chunk(const ModelConfig& config);

/// Every sequence starts from nothing. in(N, D) -> act.out(N, D).
/// A crew of several (inference of one sequence, no convolution, no window) calls this together: each member makes its
/// share of the rows of act.out from its share of `in`, and its scratch is its own but for `rows` and `tokens`.
template <class T>
void layer_forward(const Network<T>& network, std::size_t layer, std::size_t evaluation_index,
                   std::span<const Sequence<T>> sequences, std::size_t rows, const T* in,
                   const LayerActivations<T>& act, const LayerScratch<T>& scratch, const CrewMember& member = {});

/// Inference: continues from and updates each sequence's state. past + tokens <= its capacity.
/// last: act.out has the rows that are read and no others, one sequence after another.
template <class T>
void layer_forward_cached(const Network<T>& network, std::size_t layer, std::size_t evaluation_index,
                          std::span<const Sequence<T>> sequences, std::size_t rows, const T* in,
                          const LayerActivations<T>& act, const LayerScratch<T>& scratch, bool last = false);

/// d(N, D): gradient of act.out on entry, of `in` on return. grad: flat gradient array, accumulates.
template <class T>
void layer_backward(const Network<T>& network, std::size_t layer, std::size_t evaluation_index,
                    std::span<const Sequence<T>> sequences, std::size_t rows, const T* in,
                    const LayerActivations<T>& act, const LayerScratch<T>& scratch, T* d, T* grad);

}  // namespace trm
