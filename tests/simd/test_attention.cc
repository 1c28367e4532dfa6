#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/simd/attention_case.h"
#include "tests/support/sweep.h"

namespace trm::simd::test {
namespace {

/// Shapes of a model, every one with the head sizes and windows that the kernels treat apart.
std::vector<LocalCase> local_cases() {
  std::vector<LocalCase> list;
  std::uint64_t seed = 0;
  for (const std::size_t tokens : {0U, 1U, 2U, 7U, 8U, 9U, 17U, 40U}) {
    for (const std::size_t dim : {1U, 2U, 3U, 5U, 8U, 12U, 16U, 17U, 32U}) {
      for (const std::size_t window : {1U, 2U, 5U, 8U, 16U, 31U, 64U}) {
        ++seed;
        if (seed % trm::test::stride(1, 5) != 0) continue;
        // Every combination with some number of heads and some past.
        const std::size_t heads = 1 + hash(seed) % 9;
        const std::size_t past = tokens == 1 ? hash(seed + 1) % 70 : seed % 3 == 0 ? seed % 23 : 0;
        list.push_back({heads, dim, window, tokens, past});
      }
    }
  }
  list.push_back({2, 8, 256, 190, 0});
  list.push_back({8, 8, 256, 1, 255});
  list.push_back({2, 8, 257, 40, 230});  // beyond the stack buffer
  list.push_back({2, 12, 300, 330, 0});
  return list;
}

bool all_zero(Twin& x) {
  for (std::size_t r = 0; r < x.rows(); ++r) {
    for (std::size_t c = 0; c < x.cols(); ++c) {
      if (x.f()[r * x.ld() + c] != 0.0F) return false;
    }
  }
  return true;
}

TEST_CASE("local_attention_forward") {
  for (const auto* kernels : tables()) {
    for (const LocalCase& c : local_cases()) {
      LocalData data(c, kernels->isa);
      INFO(data.name());
      for (const bool bias : {true, false}) {
        data.forward(*kernels, bias);
        data.forward(reference<double>(), bias);
        const double limit = bound::attention(c.head_dim, std::min(c.window, c.past + c.tokens));
        CHECK(data.out.error(1) <= limit);
        // Probabilities of unseen slots are zero by definition: too many for the mistrust of zeros.
        CHECK(data.probs_error() <= limit);
        CHECK(data.out.intact());
        CHECK(data.probs.intact());
        CHECK(data.scratch.intact());
      }
    }
  }
}

TEST_CASE("local_attention_forward: not keeping the probabilities changes no bit") {
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    for (const LocalCase& c : {LocalCase{3, 12, 16, 21, 4}, LocalCase{9, 8, 300, 12, 0}}) {
      LocalData data(c, kernels->isa);
      data.forward(*kernels, true);
      Twin kept(c.tokens, c.heads * c.head_dim, data.out.ld() - c.heads * c.head_dim);
      auto args = data.args<float>(true);
      args.probs = nullptr;
      args.out = kept.f();
      kernels->local_attention_forward(args);
      CHECK(kept.same_bits(data.out));
    }
  }
}

TEST_CASE("local_attention_forward: token by token from a window of past keys gives the bits of the whole") {
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    for (const LocalCase& c : {LocalCase{8, 8, 16, 43, 0}, LocalCase{7, 12, 64, 43, 0}, LocalCase{1, 16, 7, 30, 0},
                               LocalCase{13, 3, 300, 29, 0}}) {
      LocalData data(c, kernels->isa);
      INFO(data.name());
      data.forward(*kernels, true);
      Twin step(c.tokens, c.heads * c.head_dim, data.out.ld() - c.heads * c.head_dim);
      for (std::size_t t = 0; t < c.tokens; ++t) {
        const std::size_t past = std::min(t, c.window - 1);
        auto args = data.args<float>(true);
        args.tokens = 1;
        args.past = past;
        args.q += t * args.ldq;
        args.kt += t - past;
        args.v += (t - past) * args.ldv;
        args.out = step.f() + t * step.ld();
        args.probs = nullptr;
        kernels->local_attention_forward(args);
      }
      CHECK(step.same_bits(data.out));
    }
  }
}

TEST_CASE("local_attention_forward: what a query does not see cannot reach it") {
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    const LocalCase c{2, 8, 5, 20, 3};
    LocalData data(c, kernels->isa);
    data.forward(*kernels, true);
    Twin clean(c.tokens, c.heads * c.head_dim, data.out.ld() - c.heads * c.head_dim);
    auto args = data.args<float>(true);
    args.out = clean.f();
    kernels->local_attention_forward(args);
    // Key 12 is seen by the queries at positions 12 to 16, which are the tokens 9 to 13.
    constexpr float bad[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()};
    for (const float value : bad) {
      data.kt.f()[3 * data.kt.ld() + 12] = value;
      data.v.f()[12 * data.v.ld() + 3] = value;
      data.forward(*kernels, true);
      for (std::size_t t = 0; t < c.tokens; ++t) {
        bool same = true;
        for (std::size_t d = 0; d < c.heads * c.head_dim; ++d) {
          same = same && data.out.f()[t * data.out.ld() + d] == clean.f()[t * clean.ld() + d];
        }
        CAPTURE(t);
        CHECK(same == (t < 9 || t > 13));
      }
    }
  }
}

TEST_CASE("local_attention_backward") {
  for (const auto* kernels : tables()) {
    for (LocalCase c : local_cases()) {
      c.past = 0;
      LocalData data(c, kernels->isa);
      INFO(data.name());
      data.forward(reference<double>(), true);
      data.narrow_probs();
      LocalGrad grad(c);
      for (const bool bias : {true, false}) {
        grad.backward(*kernels, data, bias);
        grad.backward(reference<double>(), data, bias);
        const double limit = bound::attention(c.head_dim, std::min(c.window, c.tokens));
        const double norm = 2.0 * static_cast<double>(c.head_dim);
        if (std::min(c.window, c.tokens) > 1) {
          CHECK(grad.dq.error(norm) <= limit);
          CHECK(grad.dk.error(norm) <= limit);
        } else {
          // One key has probability 1 whatever its score.
          CHECK(all_zero(grad.dq));
          CHECK(all_zero(grad.dk));
        }
        CHECK(grad.dv.error(norm) <= limit);
        CHECK(grad.dbias.error(norm * static_cast<double>(c.tokens + 1)) <= limit);
        for (const Twin* twin : {&grad.dq, &grad.dk, &grad.dv, &grad.dbias, &grad.scratch}) CHECK(twin->intact());
      }
    }
  }
}

TEST_CASE("linear_attention_forward and backward") {
  for (const auto* kernels : tables()) {
    for (const std::size_t tokens : {0U, 1U, 2U, 9U, 33U}) {
      for (const std::size_t dim : {1U, 2U, 3U, 7U, 8U, 9U, 12U, 15U, 16U, 17U, 24U, 33U, 64U, 65U}) {
        const LinearCase c{1 + (tokens + dim) % 3, dim, tokens};
        LinearData data(c);
        CAPTURE(kernels->isa);
        INFO(data.name());
        data.forward(*kernels);
        data.forward(reference<double>());
        const double limit = bound::attention(dim, tokens);
        CHECK(data.out.error(1) <= limit);
        CHECK(data.state.error(static_cast<double>(tokens + 1)) <= limit);
        CHECK(data.norm.error(2.0 * static_cast<double>(tokens + 1)) <= limit);
        for (const Twin* twin : {&data.out, &data.state, &data.norm}) CHECK(twin->intact());

        LinearGrad grad(c);
        grad.backward(*kernels, data);
        grad.backward(reference<double>(), data);
        const double norm = 2.0 * static_cast<double>(dim);
        CHECK(grad.dq.error(norm) <= limit);
        CHECK(grad.dk.error(norm) <= limit);
        CHECK(grad.dv.error(norm) <= limit);
        CHECK(grad.ddecay.error(norm * static_cast<double>(tokens + 1)) <= limit);
        for (const Twin* twin : {&grad.dq, &grad.dk, &grad.dv, &grad.ddecay, &grad.scratch}) CHECK(twin->intact());
      }
    }
  }
}

TEST_CASE("linear_attention_forward: in pieces, the same bits") {
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    const LinearCase c{3, 12, 23};
    LinearData whole(c);
    LinearData pieces(c);
    whole.forward(*kernels);
    for (std::size_t t = 0; t < c.tokens;) {
      const std::size_t count = std::min<std::size_t>(1 + t % 4, c.tokens - t);
      auto args = pieces.args<float>();
      args.tokens = count;
      args.q += t * args.ldqkv;
      args.k += t * args.ldqkv;
      args.v += t * args.ldqkv;
      args.out += t * args.ldo;
      kernels->linear_attention_forward(args);
      t += count;
    }
    CHECK(pieces.out.same_bits(whole.out));
    CHECK(pieces.state.same_bits(whole.state));
    CHECK(pieces.norm.same_bits(whole.norm));
  }
}

}  // namespace
}  // namespace trm::simd::test
