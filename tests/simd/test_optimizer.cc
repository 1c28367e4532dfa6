#include <doctest/doctest.h>

#include <cmath>

#include "tests/simd/support.h"

namespace trm::simd::test {
namespace {

OptimizerStep step_at(int t) {
  return {.lr = 1e-2,
          .beta1 = 0.9,
          .beta2 = 0.95,
          .eps = 1e-8,
          .weight_decay = 0.1,
          .bias1 = 1 - std::pow(0.9, t),
          .bias2 = 1 - std::pow(0.95, t),
          .grad_scale = 0.5};
}

struct Optimizer {
  const char* name;
  void (*Kernels<float>::*narrow)(float*, float*, float*, const float*, std::size_t, const OptimizerStep&);
  void (*Kernels<double>::*wide)(double*, double*, double*, const double*, std::size_t, const OptimizerStep&);
};
constexpr Optimizer kOptimizers[] = {{"adamw", &Kernels<float>::adamw, &Kernels<double>::adamw},
                                     {"adam_atan2", &Kernels<float>::adam_atan2, &Kernels<double>::adam_atan2}};

TEST_CASE("optimizers follow the double reference over several steps") {
  for (const auto* kernels : tables()) {
    for (const Optimizer& optimizer : kOptimizers) {
      CAPTURE(kernels->isa);
      CAPTURE(optimizer.name);
      for (const std::size_t n : lengths()) {
        CAPTURE(n);
        Twin p(n);
        Twin m(n);
        Twin v(n);
        p.random(1);
        for (int t = 1; t <= 4; ++t) {
          Twin g(n);
          g.random(static_cast<std::uint64_t>(t) + 7);
          (kernels->*optimizer.narrow)(p.f(), m.f(), v.f(), g.f(), n, step_at(t));
          (reference<double>().*optimizer.wide)(p.d(), m.d(), v.d(), g.d(), n, step_at(t));
        }
        CHECK(p.error(1) <= bound::kOptimizer);
        CHECK(m.error() <= bound::kOptimizer);
        CHECK(v.error() <= bound::kOptimizer);
        CHECK(p.intact());
        CHECK(m.intact());
        CHECK(v.intact());
      }
    }
  }
}

TEST_CASE("adam_atan2: the first step moves by atan(1 - beta1) / (1 - beta1) learning rates") {
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    for (const double gradient : {3.0, -3.0, 1e-6, -1e6}) {
      CAPTURE(gradient);
      Twin p(9);
      Twin m(9);
      Twin v(9);
      Twin g(9);
      g.constant(gradient);
      OptimizerStep s = step_at(1);
      s.weight_decay = 0;
      kernels->adam_atan2(p.f(), m.f(), v.f(), g.f(), 9, s);
      const double want = -std::copysign(s.lr * std::atan(0.1) / 0.1, gradient);
      for (std::size_t i = 0; i < 9; ++i) CHECK(static_cast<double>(p.f()[i]) == doctest::Approx(want).epsilon(1e-5));
    }
  }
}

TEST_CASE("optimizers: a gradient that was always zero leaves only the decay, and no NaN") {
  for (const auto* kernels : tables()) {
    for (const Optimizer& optimizer : kOptimizers) {
      CAPTURE(kernels->isa);
      CAPTURE(optimizer.name);
      Twin p(11);
      Twin m(11);
      Twin v(11);
      Twin g(11);
      p.constant(2);
      (kernels->*optimizer.narrow)(p.f(), m.f(), v.f(), g.f(), 11, step_at(1));
      for (std::size_t i = 0; i < 11; ++i) CHECK(static_cast<double>(p.f()[i]) == doctest::Approx(2 * (1 - 1e-3)));
    }
  }
}

TEST_CASE("optimizers: the second moment never turns negative and denormal gradients stay finite") {
  for (const auto* kernels : tables()) {
    for (const Optimizer& optimizer : kOptimizers) {
      CAPTURE(kernels->isa);
      CAPTURE(optimizer.name);
      Twin p(17);
      Twin m(17);
      Twin v(17);
      Twin g(17);
      v.random(3, 1e-20);
      for (std::size_t i = 0; i < 17; ++i) v.f()[i] = std::fabs(v.f()[i]);
      g.random(4, 1e-39);
      for (int t = 1; t <= 500; ++t) (kernels->*optimizer.narrow)(p.f(), m.f(), v.f(), g.f(), 17, step_at(t));
      for (std::size_t i = 0; i < 17; ++i) {
        CHECK(v.f()[i] >= 0.0F);
        CHECK(std::isfinite(p.f()[i]));
      }
    }
  }
}

}  // namespace
}  // namespace trm::simd::test
