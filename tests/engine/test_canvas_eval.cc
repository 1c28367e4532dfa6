// Scores of a puzzle model against a count by hand.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "engine/infer/canvas_eval.h"
#include "tests/engine/canvas_models.h"
#include "tests/support/kernels.h"

namespace test_canvas_eval {

using namespace trm;

namespace {

constexpr std::size_t kSamples = 9;
constexpr CanvasArch kArchs[] = {CanvasArch::trm, CanvasArch::trm_singlez, CanvasArch::trm_hier6, CanvasArch::hrm,
                                 CanvasArch::transformer_baseline};

struct FloatModel {
  explicit FloatModel(const CanvasConfig& c)
      : config(c), registry(c), flat(registry.flat_size), rows(c.num_puzzle_identifiers * c.puzzle_emb_ndim) {
    initialise(registry, 5, flat.span());
    // Halting values on both sides of zero.
    for (const std::size_t id : {registry.q_head_weight, registry.q_head_bias}) {
      const TensorSpec& t = registry.tensors[id];
      for (std::size_t i = 0; i < t.elements; ++i) {
        flat.data()[t.offset + i] = static_cast<float>(0.6 * std::sin(2.0 + static_cast<double>(i)));
      }
    }
    for (std::size_t i = 0; i < rows.size(); ++i) rows.data()[i] = static_cast<float>(std::cos(static_cast<double>(i)));
  }
  CanvasConfig config;
  Registry registry;
  Buffer<float> flat, rows;
};

/// What the heads say after every step of every sample, one sample at a time.
struct Thoughts {
  std::vector<std::vector<std::int32_t>> predictions;  ///< [step * kSamples + sample]
  std::vector<float> q_halt;
};

Thoughts think(const CanvasNetwork<float>& net, CanvasStepper<float>& stepper, const CanvasBatch& batch) {
  const CanvasConfig& c = net.config();
  Thoughts out;
  Carry<float> carry(net, kSamples);
  carry.refill(net, batch);
  CanvasOutput<float> heads(c, kSamples);
  for (std::size_t step = 0; step < c.halt_max_steps; ++step) {
    for (std::size_t b = 0; b < kSamples; ++b) {
      stepper.step(carry, std::vector<std::size_t>{b}, heads);
      std::vector<std::int32_t> said;
      for (std::size_t t = 0; t < c.seq_len; ++t) {
        const float* row = heads.logits.data() + (b * c.seq_len + t) * c.vocab_size;
        std::size_t best = 0;
        for (std::size_t v = 1; v < c.vocab_size; ++v) best = row[v] > row[best] ? v : best;
        said.push_back(static_cast<std::int32_t>(best));
      }
      out.predictions.push_back(said);
      out.q_halt.push_back(heads.q.data()[2 * b]);
    }
  }
  return out;
}

std::unique_ptr<ThreadPool> threads(std::size_t count) {
  ThreadOptions options;
  options.threads = count;
  auto pool = ThreadPool::create(options);
  REQUIRE(pool.ok());
  return *std::move(pool);
}

CanvasBatch questions(const CanvasConfig& c) {
  CanvasBatch batch(kSamples, c.seq_len);
  for (std::size_t i = 0; i < batch.inputs.size(); ++i) {
    batch.inputs[i] = static_cast<std::int32_t>(i * (i + 3) % c.vocab_size);
  }
  for (std::size_t b = 0; b < kSamples; ++b) batch.identifiers[b] = static_cast<std::int32_t>(b % 4);
  return batch;
}

}  // namespace

TEST_CASE("scores by step and with halting are what a count by hand gives") {
  std::size_t early = 0;
  std::size_t late = 0;
  for (const CanvasArch arch : kArchs) {
    CAPTURE(std::string(arch_name(arch)));
    CanvasConfig c = test_models::canvas(arch);
    c.halt_max_steps = 4;
    if (c.has_H_level()) c.H_layers = 2;
    REQUIRE(c.validate().ok());
    const FloatModel m(c);
    const CanvasNetwork<float> net(c, m.registry, m.flat.data(), trm::test::best_kernels(), Purpose::inference);
    const auto pool = threads(2);
    auto stepper =
        CanvasStepper<float>::create(net, {m.rows.data(), c.num_puzzle_identifiers, c.puzzle_emb_ndim}, *pool);
    REQUIRE(stepper.ok());
    CanvasBatch batch = questions(c);
    const Thoughts thoughts = think(net, *stepper, batch);
    // Sample b is labelled with what the model says at step b, but for samples that nobody can get right; the first
    // cell of each second one is not asked for, and one sample asks for nothing.
    for (std::size_t b = 0; b < kSamples; ++b) {
      std::ranges::copy(thoughts.predictions[b % c.halt_max_steps * kSamples + b], batch.label(b).begin());
      if (b % 2 == 1) batch.label(b)[0] = -100;
      if (b == 4) std::ranges::fill(batch.label(b), -100);
      if (b == 5) batch.label(b)[1] = (batch.label(b)[1] + 1) % static_cast<std::int32_t>(c.vocab_size);
    }
    for (const std::size_t rows : {kSamples, std::size_t{6}}) {
      CAPTURE(rows);
      CanvasScores want(c.halt_max_steps);
      want.samples = rows;
      for (std::size_t b = 0; b < rows; ++b) {
        bool halted = false;
        for (std::size_t step = 0; step < c.halt_max_steps; ++step) {
          std::size_t asked = 0;
          std::size_t right = 0;
          for (std::size_t t = 0; t < c.seq_len; ++t) {
            if (batch.label(b)[t] == -100) continue;
            ++asked;
            right += thoughts.predictions[step * kSamples + b][t] == batch.label(b)[t] ? 1 : 0;
          }
          if (step == 0) want.cells += asked;
          want.cells_by_step[step] += right;
          want.exact_by_step[step] += right == asked ? 1 : 0;
          if (halted || (step + 1 < c.halt_max_steps && thoughts.q_halt[step * kSamples + b] <= 0.0f)) continue;
          halted = true;
          want.halted_exact += right == asked ? 1 : 0;
          want.halted_steps += step + 1;
          (step + 1 < c.halt_max_steps ? early : late) += 1;
        }
      }
      CanvasScores got(c.halt_max_steps);
      score_batch(net, *stepper, batch, rows, got);
      CHECK(got.samples == want.samples);
      CHECK(got.cells == want.cells);
      CHECK(got.exact_by_step == want.exact_by_step);
      CHECK(got.cells_by_step == want.cells_by_step);
      CHECK(got.halted_exact == want.halted_exact);
      CHECK(got.halted_steps == want.halted_steps);
      // A second batch adds up.
      score_batch(net, *stepper, batch, rows, got);
      CHECK(got.samples == 2 * rows);
      CHECK(got.cells == 2 * want.cells);
      CHECK(got.exact_by_step.back() == 2 * want.exact_by_step.back());
      CHECK(got.halted_steps == 2 * want.halted_steps);
    }
  }
  // Both kinds of halting were there, or the counts above say little.
  CHECK(early > 10);
  CHECK(late > 10);
}

TEST_CASE("a sample that halts makes room, and says what it says alone") {
  std::size_t early = 0, late = 0;
  for (const CanvasArch arch : kArchs) {
    CAPTURE(std::string(arch_name(arch)));
    CanvasConfig c = test_models::canvas(arch);
    c.halt_max_steps = 4;
    if (c.has_H_level()) c.H_layers = 2;
    const FloatModel m(c);
    const CanvasNetwork<float> net(c, m.registry, m.flat.data(), trm::test::best_kernels(), Purpose::inference);
    const auto pool = threads(2);
    auto stepper =
        CanvasStepper<float>::create(net, {m.rows.data(), c.num_puzzle_identifiers, c.puzzle_emb_ndim}, *pool);
    REQUIRE(stepper.ok());
    const CanvasBatch batch = questions(c);
    const Thoughts thoughts = think(net, *stepper, batch);
    const auto halts = [&](std::size_t sample, std::size_t step) {
      return step + 1 == c.halt_max_steps || thoughts.q_halt[step * kSamples + sample] > 0.0f;
    };
    for (const std::size_t slots : {1u, 2u, 4u, 9u, 12u}) {
      CAPTURE(slots);
      std::size_t row = 0, at_once = 0, most = 0, done = 0;
      std::vector<std::size_t> steps(kSamples);
      const auto next = [&](CanvasBatch& out, std::size_t b) {
        if (row == kSamples) return false;
        std::ranges::copy(batch.input(row), out.input(b).begin());
        out.identifiers[b] = batch.identifiers[row++];
        most = std::max(most, ++at_once);
        return true;
      };
      watch_samples(net, *stepper, slots, c.halt_max_steps, next, [&](const CanvasVerdict& v) {
        REQUIRE(v.row < row);
        CHECK(v.step == steps[v.row]++);  // no step is left out, and none follows the last
        CHECK(v.q_halt == thoughts.q_halt[v.step * kSamples + v.row]);
        CHECK(std::ranges::equal(v.predictions, thoughts.predictions[v.step * kSamples + v.row]));
        if (!halts(v.row, v.step)) return false;
        ++done;
        --at_once;
        return v.q_halt > 0.0f;
      });
      CHECK(done == kSamples);
      CHECK(most == std::min<std::size_t>(slots, kSamples));
      for (std::size_t b = 0; b < kSamples; ++b) {
        REQUIRE(steps[b] > 0);
        CHECK(halts(b, steps[b] - 1));
        for (std::size_t k = 0; k + 1 < steps[b]; ++k) CHECK_FALSE(halts(b, k));
        (steps[b] < c.halt_max_steps ? early : late) += 1;
      }
    }
  }
  CHECK(early > 0);
  CHECK(late > 0);
}

}  // namespace test_canvas_eval
