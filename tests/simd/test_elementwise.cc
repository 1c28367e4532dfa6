#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "tests/simd/support.h"

namespace trm::simd::test {
namespace {

const Kernels<double>& wide() {
  return reference<double>();
}

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// Calls f(kernels, n) for every table and length.
template <class F>
void sweep(F&& f) {
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    for (const std::size_t n : lengths()) {
      CAPTURE(n);
      f(*kernels, n);
    }
  }
}

TEST_CASE("rms_norm_forward") {
  sweep([](const Kernels<float>& kernels, std::size_t d) {
    for (const std::size_t rows : {0U, 1U, 3U}) {
      for (const bool sum : {false, true}) {
        Twin a(rows, d);
        Twin b(rows, d);
        Twin y(rows, d);
        Twin rstd(rows);
        a.random(1, 3);
        b.random(2);
        kernels.rms_norm_forward(a.f(), sum ? b.f() : nullptr, y.f(), d ? rstd.f() : nullptr, rows, d, 1e-5F);
        wide().rms_norm_forward(a.d(), sum ? b.d() : nullptr, y.d(), d ? rstd.d() : nullptr, rows, d,
                                static_cast<double>(1e-5F));
        CHECK(y.error() <= bound::sum(d));
        if (d) CHECK(rstd.error() <= bound::sum(d));
        CHECK(y.intact());
        CHECK(rstd.intact());
        // In place, and without keeping the factor: the same bits.
        kernels.rms_norm_forward(a.f(), sum ? b.f() : nullptr, a.f(), nullptr, rows, d, 1e-5F);
        CHECK(a.same_bits(y));
      }
    }
  });
}

TEST_CASE("rms_norm and sum_squares: the same bits on every instruction set") {
  const auto& list = tables();
  if (list.size() < 3) return;  // only one is tested here
  for (const std::size_t d : lengths()) {
    if (d == 0) continue;
    CAPTURE(d);
    Twin a(4, d);
    Twin b(4, d);
    a.random(d);
    b.random(d + 1);
    Twin first(4, d);
    list[1]->rms_norm_forward(a.f(), b.f(), first.f(), nullptr, 4, d, 1e-6F);
    for (std::size_t i = 2; i < list.size(); ++i) {
      CAPTURE(list[i]->isa);
      Twin y(4, d);
      list[i]->rms_norm_forward(a.f(), b.f(), y.f(), nullptr, 4, d, 1e-6F);
      CHECK(y.same_bits(first));
      Twin rstd(4);
      rstd.random(d + 2);
      Twin want(4, d);
      Twin dv(4, d);
      list[1]->rms_norm_backward(b.f(), first.f(), rstd.f(), want.f(), 4, d);
      list[i]->rms_norm_backward(b.f(), first.f(), rstd.f(), dv.f(), 4, d);
      CHECK(dv.same_bits(want));
      CHECK(list[i]->sum_squares(a.f(), a.size()) == list[1]->sum_squares(a.f(), a.size()));
    }
  }
}

TEST_CASE("rms_norm_forward: zeros and denormals stay finite, a NaN poisons its own row only") {
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    const std::size_t d = 19;
    Twin a(4, d);
    a.random(1);
    for (std::size_t i = 0; i < d; ++i) {
      a.f()[i] = 0.0F;
      a.f()[d + i] = 1e-40F;
    }
    a.f()[2 * d + 18] = kNan;
    Twin y(4, d);
    kernels->rms_norm_forward(a.f(), nullptr, y.f(), nullptr, 4, d, 1e-5F);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < d; ++i) {
      wrong += y.f()[i] != 0.0F;
      wrong += !(std::fabs(y.f()[d + i]) < 1e-36F);
      wrong += !std::isnan(y.f()[2 * d + i]);
      wrong += !std::isfinite(y.f()[3 * d + i]);
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("rms_norm_backward") {
  sweep([](const Kernels<float>& kernels, std::size_t d) {
    const std::size_t rows = 3;
    Twin dy(rows, d);
    Twin y(rows, d);
    Twin rstd(rows);
    Twin dv(rows, d);
    dy.random(1);
    y.random(2, 1.7);
    rstd.random(3);
    kernels.rms_norm_backward(dy.f(), y.f(), rstd.f(), dv.f(), rows, d);
    wide().rms_norm_backward(dy.d(), y.d(), rstd.d(), dv.d(), rows, d);
    CHECK(dv.error(4) <= bound::sum(d));
    CHECK(dv.intact());
    kernels.rms_norm_backward(dy.f(), y.f(), rstd.f(), dy.f(), rows, d);
    CHECK(dy.same_bits(dv));
  });
}

TEST_CASE("silu_gate") {
  sweep([](const Kernels<float>& kernels, std::size_t n) {
    const std::size_t rows = 2;
    Twin gu(rows, 2 * n);
    Twin out(rows, n);
    Twin dout(rows, n);
    Twin dgu(rows, 2 * n);
    gu.random(1, 6);
    dout.random(2);
    kernels.silu_gate_forward(gu.f(), out.f(), rows, n);
    wide().silu_gate_forward(gu.d(), out.d(), rows, n);
    CHECK(out.error(36) <= bound::kSilu);
    CHECK(out.intact());
    kernels.silu_gate_backward(gu.f(), dout.f(), dgu.f(), rows, n);
    wide().silu_gate_backward(gu.d(), dout.d(), dgu.d(), rows, n);
    CHECK(dgu.error(6) <= bound::kSilu);
    CHECK(dgu.intact());
    kernels.silu_gate_backward(gu.f(), dout.f(), gu.f(), rows, n);
    CHECK(gu.same_bits(dgu));
  });
}

TEST_CASE("silu_gate: large gates saturate, NaN stays") {
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    const std::size_t n = 5;
    Twin gu(1, 2 * n);
    Twin out(1, n);
    const float gates[n] = {1000.0F, -1000.0F, 0.0F, kNan, 88.5F};
    for (std::size_t i = 0; i < n; ++i) {
      gu.f()[i] = gates[i];
      gu.f()[n + i] = 2.0F;
    }
    kernels->silu_gate_forward(gu.f(), out.f(), 1, n);
    CHECK(out.f()[0] == 2000.0F);
    CHECK(out.f()[1] == 0.0F);
    CHECK(out.f()[2] == 0.0F);
    CHECK(std::isnan(out.f()[3]));
    CHECK(out.f()[4] == 177.0F);
  }
}

TEST_CASE("softmax") {
  sweep([](const Kernels<float>& kernels, std::size_t n) {
    Twin x(3, n, 2);
    x.random(n, 8);
    kernels.softmax(x.f(), x.ld(), 3, n, 0.75F);
    wide().softmax(x.d(), x.ld(), 3, n, 0.75);
    CHECK(x.error(1) <= bound::sum(n) + 8 * bound::kExp);
    CHECK(x.intact());
  });
}

TEST_CASE("softmax: special values") {
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    for (const std::size_t n : {1U, 3U, 8U, 21U}) {
      CAPTURE(n);
      // One value alone, whatever its size.
      Twin x(1, n);
      x.constant(-3e38);
      kernels->softmax(x.f(), n, 1, n, 1.0F);
      for (std::size_t i = 0; i < n; ++i) CHECK(x.f()[i] == doctest::Approx(1.0 / static_cast<double>(n)));
      // -infinity beside finite values is 0.
      x.constant(1);
      x.f()[n - 1] = -kInfinity;
      kernels->softmax(x.f(), n, 1, n, 1.0F);
      if (n > 1) {
        CHECK(x.f()[n - 1] == 0.0F);
        CHECK(x.f()[0] == doctest::Approx(1.0 / static_cast<double>(n - 1)));
      } else {
        CHECK(std::isnan(x.f()[0]));
      }
      for (const float bad : {kNan, kInfinity}) {
        x.constant(1);
        x.f()[n / 2] = bad;
        kernels->softmax(x.f(), n, 1, n, 1.0F);
        for (std::size_t i = 0; i < n; ++i) CHECK(std::isnan(x.f()[i]));
      }
    }
  }
}

TEST_CASE("softmax_backward") {
  sweep([](const Kernels<float>& kernels, std::size_t n) {
    const std::size_t rows = 3;
    Twin p(rows, n, 2);
    Twin dp(rows, n, 2);
    Twin dx(rows, n, 2);
    p.random(n, 1);
    dp.random(n + 1, 2);
    kernels.softmax_backward(p.f(), dp.f(), dx.f(), p.ld(), rows, n, 0.25F);
    wide().softmax_backward(p.d(), dp.d(), dx.d(), p.ld(), rows, n, 0.25);
    // The sum may be as large as 2 n, and every element is one factor away from it.
    CHECK(dx.error(0.25 * (2 * static_cast<double>(n) + 2)) <= bound::sum(n));
    CHECK(dx.intact());
    kernels.softmax_backward(p.f(), dp.f(), dp.f(), p.ld(), rows, n, 0.25F);
    CHECK(dp.same_bits(dx));
  });
}

TEST_CASE("cross_entropy") {
  sweep([](const Kernels<float>& kernels, std::size_t n) {
    if (n == 0) return;
    const std::size_t rows = 5;
    Twin logits(rows, n);
    Twin loss(rows);
    Twin grad(rows, n);
    logits.random(n, 4);
    std::int32_t targets[rows];
    for (std::size_t r = 0; r < rows; ++r) targets[r] = static_cast<std::int32_t>(hash(r) % n);
    targets[3] = -100;
    kernels.cross_entropy(logits.f(), targets, 0.25F, loss.f(), grad.f(), rows, n);
    wide().cross_entropy(logits.d(), targets, 0.25, loss.d(), grad.d(), rows, n);
    CHECK(loss.f()[3] == 0.0F);
    for (std::size_t i = 0; i < n; ++i) CHECK(grad.f()[3 * n + i] == 0.0F);
    if (n > 1) {
      CHECK(loss.error(8) <= bound::sum(n));
      CHECK(grad.error(0.25) <= bound::sum(n) + 8 * bound::kExp);
    }
    CHECK(loss.intact());
    CHECK(grad.intact());
    Twin again(rows);
    kernels.cross_entropy(logits.f(), targets, 0.25F, again.f(), nullptr, rows, n);
    CHECK(again.same_bits(loss));
    kernels.cross_entropy(logits.f(), targets, 0.25F, again.f(), logits.f(), rows, n);
    CHECK(again.same_bits(loss));
    CHECK(logits.same_bits(grad));
  });
}

TEST_CASE("conv_silu") {
  sweep([](const Kernels<float>& kernels, std::size_t d) {
    for (const std::size_t k : {1U, 2U, 4U, 5U, 9U}) {
      for (const std::size_t tokens : {0U, 1U, 3U, 11U}) {
        CAPTURE(k);
        CAPTURE(tokens);
        Twin x(tokens, d);
        Twin past(k - 1, d);
        Twin w(k, d);
        Twin pre(tokens, d);
        Twin out(tokens, d);
        x.random(1);
        past.random(2);
        w.random(3);
        const double norm = 2.0 * static_cast<double>(k);
        const double limit = bound::sum(k) + bound::kSilu;
        for (const bool has_past : {true, false}) {
          kernels.conv_silu_forward(x.f(), has_past ? past.f() : nullptr, w.f(), pre.f(), out.f(), tokens, d, k);
          wide().conv_silu_forward(x.d(), has_past ? past.d() : nullptr, w.d(), pre.d(), out.d(), tokens, d, k);
          CHECK(pre.error(norm) <= limit);
          CHECK(out.error(norm) <= limit);
          CHECK(pre.intact());
          CHECK(out.intact());
        }
        Twin alone(tokens, d);
        kernels.conv_silu_forward(x.f(), nullptr, w.f(), nullptr, alone.f(), tokens, d, k);
        CHECK(alone.same_bits(out));

        Twin dout(tokens, d);
        Twin dx(tokens, d);
        Twin dw(k, d);
        Twin scratch(tokens, d);
        dout.random(4);
        dw.random(5);
        kernels.conv_silu_backward(x.f(), w.f(), pre.f(), dout.f(), dx.f(), dw.f(), scratch.f(), tokens, d, k);
        wide().conv_silu_backward(x.d(), w.d(), pre.d(), dout.d(), dx.d(), dw.d(), scratch.d(), tokens, d, k);
        const double grown = norm * 4;
        CHECK(dx.error(grown) <= limit);
        CHECK(dw.error(2 + 2 * static_cast<double>(tokens)) <= bound::sum(tokens) + limit);
        CHECK(dx.intact());
        CHECK(dw.intact());
        CHECK(scratch.intact());
      }
    }
  });
}

TEST_CASE("grid_conv_silu") {
  sweep([](const Kernels<float>& kernels, std::size_t d) {
    for (const std::size_t k : {1U, 3U, 5U}) {
      for (const auto& side : {std::pair<std::size_t, std::size_t>{0, 3}, {1, 1}, {1, 4}, {3, 2}, {5, 7}}) {
        const std::size_t rows = side.first, cols = side.second;
        CAPTURE(k);
        CAPTURE(rows);
        CAPTURE(cols);
        const std::size_t cells = rows * cols, taps = k * k;
        Twin x(cells, d), w(taps, d), pre(cells, d), out(cells, d);
        x.random(1);
        w.random(2);
        const double norm = 2.0 * static_cast<double>(taps);
        const double limit = bound::sum(taps) + bound::kSilu;
        kernels.grid_conv_silu_forward(x.f(), w.f(), pre.f(), out.f(), rows, cols, d, k);
        wide().grid_conv_silu_forward(x.d(), w.d(), pre.d(), out.d(), rows, cols, d, k);
        CHECK(pre.error(norm) <= limit);
        CHECK(out.error(norm) <= limit);
        CHECK(pre.intact());
        CHECK(out.intact());
        Twin alone(cells, d);
        kernels.grid_conv_silu_forward(x.f(), w.f(), nullptr, alone.f(), rows, cols, d, k);
        CHECK(alone.same_bits(out));

        Twin dout(cells, d), dx(cells, d), dw(taps, d), scratch(cells, d);
        dout.random(3);
        dw.random(4);
        kernels.grid_conv_silu_backward(x.f(), w.f(), pre.f(), dout.f(), dx.f(), dw.f(), scratch.f(), rows, cols, d, k);
        wide().grid_conv_silu_backward(x.d(), w.d(), pre.d(), dout.d(), dx.d(), dw.d(), scratch.d(), rows, cols, d, k);
        CHECK(dx.error(norm * 4) <= limit);
        CHECK(dw.error(2 + 2 * static_cast<double>(cells)) <= bound::sum(cells) + limit);
        CHECK(dx.intact());
        CHECK(dw.intact());
        CHECK(scratch.intact());
      }
    }
  });
}

TEST_CASE("conv_silu: token by token with the past rows gives the same bits") {
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    const std::size_t tokens = 9, d = 21, k = 4;
    Twin x(tokens, d);
    Twin w(k, d);
    Twin all(tokens, d);
    Twin step(tokens, d);
    x.random(1);
    w.random(2);
    kernels->conv_silu_forward(x.f(), nullptr, w.f(), nullptr, all.f(), tokens, d, k);
    Twin past(k - 1, d);
    for (std::size_t t = 0; t < tokens; ++t) {
      kernels->conv_silu_forward(x.f() + t * d, past.f(), w.f(), nullptr, step.f() + t * d, 1, d, k);
      std::memmove(past.f(), past.f() + d, (k - 2) * d * sizeof(float));
      std::memcpy(past.f() + (k - 2) * d, x.f() + t * d, d * sizeof(float));
    }
    CHECK(step.same_bits(all));
  }
}

TEST_CASE("rope") {
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    for (std::size_t dim = 0; dim <= 70; dim += 2) {
      for (const bool inverse : {false, true}) {
        CAPTURE(dim);
        CAPTURE(inverse);
        const std::size_t tokens = 3, heads = 2;
        Twin x(tokens, heads * dim, 3);
        Twin cos(tokens, dim / 2);
        Twin sin(tokens, dim / 2);
        x.random(1);
        Twin before(tokens, heads * dim, 3);
        before.random(1);
        for (std::size_t i = 0; i < tokens * dim / 2; ++i) {
          const double angle = static_cast<double>(i) * 0.7;
          cos.set(i, std::cos(angle));
          sin.set(i, std::sin(angle));
        }
        kernels->rope(x.f(), x.ld(), cos.f(), sin.f(), tokens, heads, dim, inverse);
        wide().rope(x.d(), x.ld(), cos.d(), sin.d(), tokens, heads, dim, inverse);
        CHECK(x.error(2) <= bound::sum(2));
        CHECK(x.intact());
        if (dim == 0) continue;
        CHECK_FALSE(x.same_bits(before));
        // Turned back, it is what it was.
        kernels->rope(x.f(), x.ld(), cos.f(), sin.f(), tokens, heads, dim, !inverse);
        before.random(1);
        std::memcpy(before.f(), x.f(), ((tokens - 1) * x.ld() + heads * dim) * sizeof(float));
        CHECK(before.error(2) <= bound::sum(6));
      }
    }
  }
}

TEST_CASE("transpose") {
  sweep([](const Kernels<float>& kernels, std::size_t n) {
    for (const std::size_t rows : {0U, 1U, 7U, 8U, 9U, 40U}) {
      Twin a(rows, n, 1);
      Twin b(n, rows, 2);
      a.random(n);
      b.constant(-7);
      kernels.transpose(a.f(), a.ld(), b.f(), b.ld(), rows, n);
      std::size_t wrong = 0;
      for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < n; ++c) wrong += b.f()[c * b.ld() + r] != a.f()[r * a.ld() + c];
      }
      CHECK(wrong == 0);
      CHECK(b.intact());
    }
  });
}

TEST_CASE("gather and scatter_add") {
  sweep([](const Kernels<float>& kernels, std::size_t d) {
    const std::int32_t ids[] = {2, 0, 2, 4, 2};
    Twin table(5, d);
    Twin out(5, d);
    table.random(1);
    out.random(2);
    for (const bool accumulate : {true, false}) {
      kernels.gather(table.f(), ids, out.f(), 5, d, 1.5F, accumulate);
      wide().gather(table.d(), ids, out.d(), 5, d, 1.5, accumulate);
      CHECK(out.error(4) <= 2);
      CHECK(out.intact());
    }
    Twin dtable(5, d);
    dtable.random(3);
    kernels.scatter_add(out.f(), ids, dtable.f(), 5, d, 0.3F);
    wide().scatter_add(out.d(), ids, dtable.d(), 5, d, static_cast<double>(0.3F));
    CHECK(dtable.error(4) <= bound::sum(3));
    CHECK(dtable.intact());
  });
}

TEST_CASE("add, add_to, scale, ema, sum_squares") {
  sweep([](const Kernels<float>& kernels, std::size_t n) {
    Twin x(n);
    Twin y(n);
    Twin z(n);
    x.random(1);
    y.random(2);
    kernels.add_to(z.f(), x.f(), y.f(), n);
    wide().add_to(z.d(), x.d(), y.d(), n);
    CHECK(z.error() <= 1);
    kernels.add(z.f(), x.f(), n);
    wide().add(z.d(), x.d(), n);
    CHECK(z.error() <= 3);
    kernels.scale(z.f(), -1.7F, n);
    wide().scale(z.d(), static_cast<double>(-1.7F), n);
    CHECK(z.error() <= 4);
    kernels.ema(y.f(), x.f(), 0.999F, n);
    wide().ema(y.d(), x.d(), static_cast<double>(0.999F), n);
    CHECK(y.error() <= 4);
    CHECK(y.intact());
    CHECK(z.intact());
    const double got = kernels.sum_squares(x.f(), n);
    const double want = wide().sum_squares(x.d(), n);
    CHECK(std::fabs(got - want) <= want * 0x1p-53 * 2 * static_cast<double>(n + 1));
    CHECK((n == 0 || want > 0));
  });
}

TEST_CASE("sum_squares: no overflow where floats would") {
  for (const auto* kernels : tables()) {
    Twin x(33);
    x.constant(1e30);
    CHECK(kernels->sum_squares(x.f(), 33) == doctest::Approx(33e60));
  }
}

}  // namespace
}  // namespace trm::simd::test
