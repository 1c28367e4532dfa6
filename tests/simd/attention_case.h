// Inputs and outputs of the attention kernels, in float and double, for the tests that compare the two and for those
// that differentiate.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <type_traits>

#include "tests/simd/support.h"

namespace trm::simd::test {

template <class T>
T* side(Twin& twin) {
  if constexpr (std::is_same_v<T, float>) {
    return twin.f();
  } else {
    return twin.d();
  }
}

struct LocalCase {
  std::size_t heads, head_dim, window, tokens, past;
};

struct LocalData {
  LocalCase c;
  std::string isa;
  Twin q, kt, v, bias, out, probs, scratch;

  explicit LocalData(const LocalCase& shape, const char* isa_name = "reference")
      : c(shape),
        isa(isa_name),
        q(c.tokens, width(), 1),
        kt(width(), c.past + c.tokens, 2),
        v(c.past + c.tokens, width(), 3),
        bias(c.heads, c.window),
        out(c.tokens, width(), 5),
        probs(c.heads * c.tokens, c.window),
        scratch(c.tokens, c.window) {
    q.random(11, 1.5);
    kt.random(12, 1.5);
    v.random(13);
    bias.random(14);
    out.random(15);
    probs.constant(9);
  }
  [[nodiscard]] std::size_t width() const { return c.heads * c.head_dim; }
  [[nodiscard]] std::string name() const {
    return isa + ": heads " + std::to_string(c.heads) + ", head_dim " + std::to_string(c.head_dim) + ", window " +
           std::to_string(c.window) + ", tokens " + std::to_string(c.tokens) + ", past " + std::to_string(c.past);
  }

  template <class T>
  LocalAttention<T> args(bool with_bias) {
    LocalAttention<T> a{};
    a.heads = c.heads;
    a.head_dim = c.head_dim;
    a.window = c.window;
    a.tokens = c.tokens;
    a.past = c.past;
    a.q = side<T>(q);
    a.ldq = q.ld();
    a.kt = side<T>(kt);
    a.ldkt = kt.ld();
    a.v = side<T>(v);
    a.ldv = v.ld();
    a.bias = with_bias ? side<T>(bias) : nullptr;
    a.scale = static_cast<T>(0.4F);
    a.out = side<T>(out);
    a.ldo = out.ld();
    a.probs = side<T>(probs);
    a.scratch = side<T>(scratch);
    return a;
  }
  template <class T>
  void forward(const Kernels<T>& kernels, bool with_bias) {
    kernels.local_attention_forward(args<T>(with_bias));
  }
  /// Error of the probabilities in units of 2^-24; unseen slots must be exactly zero.
  double probs_error() {
    double worst = 0;
    for (std::size_t i = 0; i < probs.size(); ++i) {
      const double want = probs.d()[i];
      const auto got = static_cast<double>(probs.f()[i]);
      if (want == 0 && got != 0) return std::numeric_limits<double>::infinity();
      const double error = std::fabs(got - want) * 0x1p24;
      if (!(error <= worst)) worst = error;
    }
    return worst;
  }
  /// Rounds the probabilities of the double side to float on both sides, as input of a backward pass.
  void narrow_probs() {
    for (std::size_t i = 0; i < probs.size(); ++i) probs.set(i, probs.d()[i]);
  }
};

struct LocalGrad {
  LocalCase c;
  Twin k, vt, dout, dq, dk, dv, dbias, scratch;

  explicit LocalGrad(const LocalCase& shape)
      : c(shape),
        k(c.tokens, width(), 1),
        vt(width(), c.tokens, 2),
        dout(c.tokens, width(), 3),
        dq(c.tokens, width(), 4),
        dk(c.tokens, width(), 4),
        dv(c.tokens, width(), 4),
        dbias(c.heads, c.window),
        scratch(c.tokens, c.window) {
    dout.random(21);
  }
  [[nodiscard]] std::size_t width() const { return c.heads * c.head_dim; }

  template <class T>
  void backward(const Kernels<T>& kernels, LocalData& data, bool with_bias) {
    for (std::size_t t = 0; t < c.tokens; ++t) {
      for (std::size_t d = 0; d < width(); ++d) {
        side<T>(k)[t * k.ld() + d] = side<T>(data.kt)[d * data.kt.ld() + t];
        side<T>(vt)[d * vt.ld() + t] = side<T>(data.v)[t * data.v.ld() + d];
      }
    }
    for (std::size_t i = 0; i < dbias.size(); ++i) side<T>(dbias)[i] = T(0.5);
    LocalAttentionGrad<T> a{};
    a.heads = c.heads;
    a.head_dim = c.head_dim;
    a.window = c.window;
    a.tokens = c.tokens;
    a.q = side<T>(data.q);
    a.ldq = data.q.ld();
    a.k = side<T>(k);
    a.ldk = k.ld();
    a.vt = side<T>(vt);
    a.ldvt = vt.ld();
    a.probs = side<T>(data.probs);
    a.dout = side<T>(dout);
    a.lddo = dout.ld();
    a.scale = static_cast<T>(0.4F);
    a.dq = side<T>(dq);
    a.dk = side<T>(dk);
    a.dv = side<T>(dv);
    a.lddqkv = dq.ld();
    a.dbias = with_bias ? side<T>(dbias) : nullptr;
    a.scratch = side<T>(scratch);
    kernels.local_attention_backward(a);
  }
};

struct LinearCase {
  std::size_t heads, head_dim, tokens;
};

struct LinearData {
  LinearCase c;
  Twin q, k, v, decay, state, norm, out;

  explicit LinearData(const LinearCase& shape)
      : c(shape),
        q(c.tokens, width(), 3),
        k(c.tokens, width(), 3),
        v(c.tokens, width(), 3),
        decay(c.heads),
        state(c.heads, c.head_dim * c.head_dim),
        norm(c.heads, c.head_dim),
        out(c.tokens, width(), 1) {
    q.random(31, 2);
    k.random(32, 2);
    v.random(33);
    state.random(34, 0.5);
    for (std::size_t h = 0; h < c.heads; ++h) decay.set(h, 0.5 + 0.45 * static_cast<double>(h) / 3);
    for (std::size_t i = 0; i < norm.size(); ++i) norm.set(i, 0.1 + 0.01 * static_cast<double>(i));
  }
  [[nodiscard]] std::size_t width() const { return c.heads * c.head_dim; }
  [[nodiscard]] std::string name() const {
    return "heads " + std::to_string(c.heads) + ", head_dim " + std::to_string(c.head_dim) + ", tokens " +
           std::to_string(c.tokens);
  }
  template <class T>
  LinearAttention<T> args() {
    LinearAttention<T> a{};
    a.heads = c.heads;
    a.head_dim = c.head_dim;
    a.tokens = c.tokens;
    a.q = side<T>(q);
    a.k = side<T>(k);
    a.v = side<T>(v);
    a.ldqkv = q.ld();
    a.decay = side<T>(decay);
    a.eps = static_cast<T>(1e-3F);
    a.state = side<T>(state);
    a.norm = side<T>(norm);
    a.out = side<T>(out);
    a.ldo = out.ld();
    return a;
  }
  template <class T>
  void forward(const Kernels<T>& kernels) {
    kernels.linear_attention_forward(args<T>());
  }
};

struct LinearGrad {
  LinearCase c;
  Twin out, dout, dq, dk, dv, ddecay, scratch;

  explicit LinearGrad(const LinearCase& shape)
      : c(shape),
        out(c.tokens, width(), 2),
        dout(c.tokens, width(), 3),
        dq(c.tokens, width(), 4),
        dk(c.tokens, width(), 4),
        dv(c.tokens, width(), 4),
        ddecay(c.heads),
        scratch(c.tokens + 2, c.head_dim * (c.head_dim + 1)) {
    dout.random(41);
  }
  [[nodiscard]] std::size_t width() const { return c.heads * c.head_dim; }

  /// From a zero state: computes the outputs of that first.
  template <class T>
  void backward(const Kernels<T>& kernels, LinearData& data) {
    std::vector<T> state(c.heads * c.head_dim * c.head_dim);
    std::vector<T> norm(c.heads * c.head_dim);
    LinearAttention<T> forward = data.args<T>();
    forward.state = state.data();
    forward.norm = norm.data();
    forward.out = side<T>(out);
    forward.ldo = out.ld();
    kernels.linear_attention_forward(forward);
    for (std::size_t h = 0; h < c.heads; ++h) side<T>(ddecay)[h] = T(0.25);
    LinearAttentionGrad<T> a{};
    a.heads = c.heads;
    a.head_dim = c.head_dim;
    a.tokens = c.tokens;
    a.q = forward.q;
    a.k = forward.k;
    a.v = forward.v;
    a.ldqkv = forward.ldqkv;
    a.decay = forward.decay;
    a.eps = forward.eps;
    a.out = side<T>(out);
    a.ldo = out.ld();
    a.dout = side<T>(dout);
    a.lddo = dout.ld();
    a.dq = side<T>(dq);
    a.dk = side<T>(dk);
    a.dv = side<T>(dv);
    a.lddqkv = dq.ld();
    a.ddecay = side<T>(ddecay);
    a.scratch = side<T>(scratch);
    kernels.linear_attention_backward(a);
  }
};

}  // namespace trm::simd::test
