// Gradients in double against central differences, for every kind of parameter and every shape of model.
#include <doctest/doctest.h>

#include <cmath>

#include "engine/train/gradient.h"
#include "simd/cpu.h"
#include "simd/ref.h"
#include "tests/engine/models.h"

namespace test_gradient {

using namespace trm;

namespace {

/// Model with random weights everywhere: zero biases would hide errors.
struct DoubleModel {
  explicit DoubleModel(const ModelConfig& c) : config(c), registry(c), flat(registry.flat_size) {
    Buffer<float> start(registry.flat_size);
    initialise(registry, 7, start.span());
    for (std::size_t i = 0; i < flat.size(); ++i) flat.data()[i] = static_cast<double>(start.data()[i]);
    for (const TensorSpec& t : registry.tensors) {
      if (t.init_std != 0.0) continue;
      for (std::size_t i = 0; i < t.elements; ++i) {
        flat.data()[t.offset + i] += 0.3 * std::sin(static_cast<double>(i + t.offset));
      }
    }
  }
  ModelConfig config;
  Registry registry;
  Buffer<double> flat;
};

TokenBatch ragged_batch(const ModelConfig& c) {
  TokenBatch batch;
  for (std::size_t length : {2, 9, 1, 17}) {
    std::vector<std::int32_t> tokens;
    std::vector<std::uint8_t> own;
    for (std::size_t t = 0; t < length; ++t) {
      tokens.push_back(static_cast<std::int32_t>((t * 5 + length * 3) % c.vocab_size));
      own.push_back(t % 3 != 0);
    }
    batch.add(c, tokens, own);
  }
  return batch;
}

double weighted_loss(GradientPass<double>& pass, const CausalNetwork<double>& net, const TokenBatch& batch,
                     double weight) {
  return pass.forward(net, batch, weight).loss * weight;
}

}  // namespace

TEST_CASE("gradients equal central differences for every tensor") {
  for (const auto& named : test_models::all()) {
    const std::string& name = named.first;
    const ModelConfig& config = named.second;
    CAPTURE(name);
    DoubleModel m(config);
    const TokenBatch batch = ragged_batch(config);
    const simd::Kernels<double>& k = simd::reference<double>();
    CausalNetwork<double> net(config, m.registry, m.flat.data(), k, Purpose::training);
    auto pass = GradientPass<double>::create(net, batch.rows(), batch.longest());
    REQUIRE(pass.ok());
    const double weight = 1.0 / static_cast<double>(batch.target_count());
    Buffer<double> grad(m.registry.flat_size);
    weighted_loss(*pass, net, batch, weight);
    pass->backward(net, batch, grad.data());
    for (const TensorSpec& t : m.registry.tensors) {
      CAPTURE(t.name);
      double largest = 0;
      std::size_t nonzero = 0;
      for (std::size_t i = 0; i < t.elements; ++i) {
        largest = std::fmax(largest, std::fabs(grad.data()[t.offset + i]));
        nonzero += grad.data()[t.offset + i] != 0.0;
      }
      if (t.role == TensorRole::constant) {
        CHECK(nonzero == 0);
        continue;
      }
      CHECK(largest > 1e-9);
      // Up to 24 entries spread over the tensor; rows of absent tokens have a zero gradient, which is checked as well.
      const std::size_t stride = std::max<std::size_t>(1, t.elements / 24);
      for (std::size_t i = 0; i < t.elements; i += stride) {
        CAPTURE(i);
        const double h = 1e-5;
        double& w = m.flat.data()[t.offset + i];
        const double keep = w;
        w = keep + h;
        net.pack();
        const double up = weighted_loss(*pass, net, batch, weight);
        w = keep - h;
        net.pack();
        const double down = weighted_loss(*pass, net, batch, weight);
        w = keep;
        // Truncation h^2 and rounding 1e-16/h, both relative to a loss of order one.
        CHECK(std::fabs((up - down) / (2 * h) - grad.data()[t.offset + i]) <=
              1e-7 * std::fmax(1.0, largest) + 2e-6 * largest);
      }
      net.pack();
    }
  }
}

TEST_CASE("earlier outer cycles are constants of the gradient") {
  ModelConfig c = test_models::lightweight();
  c.H_cycles = 2;
  DoubleModel m(c);
  const TokenBatch batch = ragged_batch(c);
  CausalNetwork<double> net(c, m.registry, m.flat.data(), simd::reference<double>(), Purpose::training);
  auto pass = GradientPass<double>::create(net, batch.rows(), batch.longest());
  REQUIRE(pass.ok());
  Buffer<double> grad(m.registry.flat_size);
  const BatchOutcome two = pass->forward(net, batch, 1.0);
  pass->backward(net, batch, grad.data());
  double sum = 0;
  for (double g : grad.span()) {
    REQUIRE(std::isfinite(g));
    sum += std::fabs(g);
  }
  CHECK(sum > 0.0);
  // The first cycle must matter to the loss although it has no gradient.
  c.H_cycles = 1;
  CausalNetwork<double> one(c, m.registry, m.flat.data(), simd::reference<double>(), Purpose::training);
  auto single = GradientPass<double>::create(one, batch.rows(), batch.longest());
  REQUIRE(single.ok());
  CHECK(std::fabs(single->forward(one, batch, 1.0).loss - two.loss) > 1e-6);
}

TEST_CASE("float gradients of every instruction set follow the double reference") {
  // bf16 is compared with the double reference on rounded factors, whose products are exact on both sides. What is left
  // are factors that lie so near the middle of two bfloat16 that float rounding takes them to the other side, 2^-8
  // away.
  simd::WeightType type = simd::WeightType::fp32;
  double limit = 2e-5;  // relative L2 per tensor: float rounding (6e-8) through a few dozen dependent operations
  SUBCASE("fp32") {}
  SUBCASE("bf16") {
    type = simd::WeightType::bf16;
    limit = 1e-3;
  }
  simd::Kernels<double> reference = simd::reference<double>();
  reference.linear = &reference.family(type);
  for (const auto& named : test_models::all()) {
    const std::string& name = named.first;
    const ModelConfig& config = named.second;
    CAPTURE(name);
    DoubleModel m(config);
    const TokenBatch batch = ragged_batch(config);
    CausalNetwork<double> net(config, m.registry, m.flat.data(), reference, Purpose::training);
    auto exact = GradientPass<double>::create(net, batch.rows(), batch.longest());
    REQUIRE(exact.ok());
    Buffer<double> want(m.registry.flat_size);
    const double weight = 1.0 / static_cast<double>(batch.target_count());
    exact->forward(net, batch, weight);
    exact->backward(net, batch, want.data());
    Buffer<float> flat(m.registry.flat_size);
    for (std::size_t i = 0; i < flat.size(); ++i) flat.data()[i] = static_cast<float>(m.flat.data()[i]);
    for (simd::Isa isa : simd::built_isas()) {
      const simd::Kernels<float>* k = simd::isa_table(isa, type);
      if (k == nullptr) continue;
      CAPTURE(std::string(simd::isa_name(isa)));
      CausalNetwork<float> fast(config, m.registry, flat.data(), *k, Purpose::training);
      auto pass = GradientPass<float>::create(fast, batch.rows(), batch.longest());
      REQUIRE(pass.ok());
      Buffer<float> got(m.registry.flat_size);
      pass->forward(fast, batch, static_cast<float>(weight));
      pass->backward(fast, batch, got.data());
      for (const TensorSpec& t : m.registry.tensors) {
        CAPTURE(t.name);
        double error = 0;
        double norm = 0;
        for (std::size_t i = 0; i < t.elements; ++i) {
          const double w = want.data()[t.offset + i];
          const double e = static_cast<double>(got.data()[t.offset + i]) - w;
          error += e * e;
          norm += w * w;
        }
        CHECK(std::sqrt(error) <= limit * std::sqrt(norm) + 1e-12);
      }
    }
  }
}

}  // namespace test_gradient
