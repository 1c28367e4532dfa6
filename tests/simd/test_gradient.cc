// The backward half of each reference kernel against central differences of its forward half, in double.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "tests/simd/attention_case.h"

namespace trm::simd::test {
namespace {

const Kernels<double>& kernels() {
  return reference<double>();
}

using Loss = std::function<double()>;

/// Checks gradient[i] = d loss / d x[i] for n elements. The step of 1e-5 leaves an error of about 1e-10 from the third
/// derivative and 1e-11 from rounding; the bound leaves two more digits.
void check_gradient(const char* what, double* x, const double* gradient, std::size_t n, const Loss& loss) {
  CAPTURE(what);
  constexpr double step = 1e-5;
  std::size_t nonzero = 0;
  for (std::size_t i = 0; i < n; ++i) {
    CAPTURE(i);
    const double before = x[i];
    x[i] = before + step;
    const double up = loss();
    x[i] = before - step;
    const double down = loss();
    x[i] = before;
    const double want = (up - down) / (2 * step);
    CHECK(std::fabs(gradient[i] - want) <= 1e-8 * (1 + std::fabs(want)));
    if (std::fabs(want) > 1e-6) ++nonzero;
  }
  CHECK(2 * nonzero >= n);  // a gradient of zeros proves nothing
}

double weighted(const double* x, const double* weights, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += x[i] * weights[i];
  return sum;
}

TEST_CASE("gradient of rms_norm") {
  const std::size_t rows = 3, d = 7;
  Twin x(rows, d), y(rows, d), rstd(rows), dy(rows, d), dx(rows, d);
  x.random(1);
  dy.random(2);
  const Loss loss = [&] {
    kernels().rms_norm_forward(x.d(), nullptr, y.d(), rstd.d(), rows, d, 1e-3);
    return weighted(y.d(), dy.d(), y.size());
  };
  loss();
  kernels().rms_norm_backward(dy.d(), y.d(), rstd.d(), dx.d(), rows, d);
  check_gradient("v", x.d(), dx.d(), x.size(), loss);
}

TEST_CASE("gradient of softmax") {
  const std::size_t rows = 3, n = 6;
  const double scale = 0.5;
  Twin x(rows, n), p(rows, n), dp(rows, n), dx(rows, n);
  x.random(1, 3);
  dp.random(2);
  const Loss loss = [&] {
    for (std::size_t i = 0; i < x.size(); ++i) p.d()[i] = x.d()[i];
    kernels().softmax(p.d(), n, rows, n, scale);
    return weighted(p.d(), dp.d(), p.size());
  };
  loss();
  kernels().softmax_backward(p.d(), dp.d(), dx.d(), n, rows, n, scale);
  check_gradient("x", x.d(), dx.d(), x.size(), loss);
}

TEST_CASE("gradient of silu_gate") {
  const std::size_t rows = 2, n = 5;
  Twin gu(rows, 2 * n), out(rows, n), dout(rows, n), dgu(rows, 2 * n);
  gu.random(1, 3);
  dout.random(2);
  kernels().silu_gate_backward(gu.d(), dout.d(), dgu.d(), rows, n);
  check_gradient("gu", gu.d(), dgu.d(), gu.size(), [&] {
    kernels().silu_gate_forward(gu.d(), out.d(), rows, n);
    return weighted(out.d(), dout.d(), out.size());
  });
}

TEST_CASE("gradient of conv_silu") {
  for (const std::size_t k : {1U, 4U, 6U}) {
    const std::size_t tokens = 9, d = 3;
    Twin x(tokens, d), w(k, d), pre(tokens, d), out(tokens, d), dout(tokens, d), dx(tokens, d), dw(k, d),
        scratch(tokens, d);
    x.random(1);
    w.random(2);
    dout.random(3);
    const Loss loss = [&] {
      kernels().conv_silu_forward(x.d(), nullptr, w.d(), pre.d(), out.d(), tokens, d, k);
      return weighted(out.d(), dout.d(), out.size());
    };
    loss();
    kernels().conv_silu_backward(x.d(), w.d(), pre.d(), dout.d(), dx.d(), dw.d(), scratch.d(), tokens, d, k);
    check_gradient("x", x.d(), dx.d(), x.size(), loss);
    check_gradient("w", w.d(), dw.d(), w.size(), loss);
  }
}

TEST_CASE("gradient of grid_conv_silu") {
  for (const std::size_t k : {1U, 3U, 5U}) {
    const std::size_t rows = 4, cols = 3, cells = rows * cols, d = 3;
    Twin x(cells, d), w(k * k, d), pre(cells, d), out(cells, d), dout(cells, d), dx(cells, d), dw(k * k, d),
        scratch(cells, d);
    x.random(1);
    w.random(2);
    dout.random(3);
    const Loss loss = [&] {
      kernels().grid_conv_silu_forward(x.d(), w.d(), pre.d(), out.d(), rows, cols, d, k);
      return weighted(out.d(), dout.d(), out.size());
    };
    loss();
    kernels().grid_conv_silu_backward(x.d(), w.d(), pre.d(), dout.d(), dx.d(), dw.d(), scratch.d(), rows, cols, d, k);
    check_gradient("x", x.d(), dx.d(), x.size(), loss);
    check_gradient("w", w.d(), dw.d(), w.size(), loss);
  }
}

TEST_CASE("gradient of cross_entropy") {
  const std::size_t rows = 3, n = 6;
  Twin logits(rows, n), grad(rows, n), loss(rows);
  logits.random(1, 2);
  const std::int32_t targets[rows] = {5, 0, 2};
  kernels().cross_entropy(logits.d(), targets, 0.7, loss.d(), grad.d(), rows, n);
  check_gradient("logits", logits.d(), grad.d(), logits.size(), [&] {
    kernels().cross_entropy(logits.d(), targets, 0.7, loss.d(), nullptr, rows, n);
    return 0.7 * (loss.d()[0] + loss.d()[1] + loss.d()[2]);
  });
}

TEST_CASE("gradients of a linear layer") {
  const std::size_t m = 4, n = 5, k = 3;
  Twin x(m, k), w(n, k), y(m, n), dy(m, n), dx(m, k), dw(n, k);
  x.random(1);
  w.random(2);
  dy.random(3);
  const Matmul<double>& family = *kernels().matmul;
  std::vector<double> packed((family.packed_bytes(k, n) + family.packed_bytes(n, k)) / sizeof(double));
  const Loss loss = [&] {
    family.pack(w.d(), 1, k, k, n, packed.data());
    family.run(x.d(), k, packed.data(), y.d(), n, m, n, k, false);
    return weighted(y.d(), dy.d(), y.size());
  };
  family.weight_gradient(dy.d(), n, x.d(), k, dw.d(), k, m, n, k);
  check_gradient("w", w.d(), dw.d(), w.size(), loss);
  family.pack(w.d(), k, 1, n, k, packed.data());
  family.run(dy.d(), n, packed.data(), dx.d(), k, m, k, n, false);
  check_gradient("x", x.d(), dx.d(), x.size(), loss);
}

TEST_CASE("gradients of local attention") {
  for (const LocalCase& c : {LocalCase{2, 3, 4, 9, 0}, LocalCase{1, 5, 16, 6, 0}, LocalCase{2, 2, 1, 4, 0}}) {
    LocalData data(c);
    LocalGrad grad(c);
    INFO(data.name());
    std::vector<double> dout(c.tokens * data.out.ld());
    for (std::size_t t = 0; t < c.tokens; ++t) {
      for (std::size_t d = 0; d < data.width(); ++d) {
        dout[t * data.out.ld() + d] = grad.dout.d()[t * grad.dout.ld() + d];
      }
    }
    const Loss loss = [&] {
      data.forward(kernels(), true);
      double sum = 0;
      for (std::size_t t = 0; t < c.tokens; ++t) {
        sum += weighted(data.out.d() + t * data.out.ld(), &dout[t * data.out.ld()], data.width());
      }
      return sum;
    };
    loss();
    grad.backward(kernels(), data, true);
    for (std::size_t i = 0; i < grad.dbias.size(); ++i) grad.dbias.d()[i] -= 0.5;  // what it started from
    // A window of one has probability 1 whatever the score: those gradients are zero.
    if (c.window > 1) {
      check_gradient("bias", data.bias.d(), grad.dbias.d(), std::min(c.window, c.tokens) < c.window ? 0 : c.window,
                     loss);
      for (std::size_t t = 1; t < c.tokens; ++t) {
        check_gradient("q", data.q.d() + t * data.q.ld(), grad.dq.d() + t * grad.dq.ld(), data.width(), loss);
      }
      for (std::size_t d = 0; d < data.width(); ++d) {
        std::vector<double> column(c.tokens);
        for (std::size_t t = 0; t < c.tokens; ++t) column[t] = grad.dk.d()[t * grad.dk.ld() + d];
        check_gradient("k", data.kt.d() + d * data.kt.ld(), column.data(), c.tokens, loss);
      }
    } else {
      for (std::size_t d = 0; d < data.width(); ++d) CHECK(grad.dq.d()[d] == 0.0);
    }
    for (std::size_t t = 0; t < c.tokens; ++t) {
      check_gradient("v", data.v.d() + t * data.v.ld(), grad.dv.d() + t * grad.dv.ld(), data.width(), loss);
    }
  }
}

TEST_CASE("gradients of linear attention") {
  for (const LinearCase& c : {LinearCase{2, 3, 6}, LinearCase{1, 5, 3}}) {
    LinearData data(c);
    LinearGrad grad(c);
    INFO(data.name());
    const Loss loss = [&] {
      data.state.constant(0);
      data.norm.constant(0);
      data.forward(kernels());
      double sum = 0;
      for (std::size_t t = 0; t < c.tokens; ++t) {
        sum += weighted(data.out.d() + t * data.out.ld(), grad.dout.d() + t * grad.dout.ld(), data.width());
      }
      return sum;
    };
    grad.backward(kernels(), data);
    for (std::size_t h = 0; h < c.heads; ++h) grad.ddecay.d()[h] -= 0.25;  // what it started from
    check_gradient("decay", data.decay.d(), grad.ddecay.d(), c.heads, loss);
    for (std::size_t t = 0; t < c.tokens; ++t) {
      check_gradient("q", data.q.d() + t * data.q.ld(), grad.dq.d() + t * grad.dq.ld(), data.width(), loss);
      check_gradient("k", data.k.d() + t * data.k.ld(), grad.dk.d() + t * grad.dk.ld(), data.width(), loss);
      check_gradient("v", data.v.d() + t * data.v.ld(), grad.dv.d() + t * grad.dv.ld(), data.width(), loss);
    }
  }
}

}  // namespace
}  // namespace trm::simd::test
