// Gradients of a supervision step in double against central differences, for every published model and variant.
//
// Gradient flows through the last evaluations alone. What they start from is computed once, with the weights as they
// are, and kept while the differences move the weights: the function that is differentiated is the published one.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "engine/train/canvas_gradient.h"
#include "simd/cpu.h"
#include "simd/ref.h"
#include "tests/engine/canvas_models.h"
#include "tests/support/sweep.h"

namespace test_canvas_gradient {

using namespace trm;

namespace {

constexpr std::size_t kSamples = 3;
/// Not one, so that a factor that is left out shows.
constexpr double kWeight = 0.37;

/// Random weights everywhere: zeros of the published start would hide errors.
struct DoubleModel {
  explicit DoubleModel(const CanvasConfig& c)
      : config(c),
        registry(c, {0.7, 1.0}),
        flat(registry.flat_size),
        rows(c.num_puzzle_identifiers * c.puzzle_emb_ndim) {
    Buffer<float> start(registry.flat_size);
    initialise(registry, 7, start.span());
    for (const TensorSpec& t : registry.tensors) {
      for (std::size_t i = t.offset; i < t.offset + t.elements; ++i) {
        flat.data()[i] =
            t.init_std == 0.0 ? 0.4 * std::sin(1.0 + static_cast<double>(i)) : static_cast<double>(start.data()[i]);
      }
    }
    for (std::size_t i = 0; i < rows.size(); ++i) rows.data()[i] = 0.5 * std::cos(static_cast<double>(3 * i + 1));
  }
  [[nodiscard]] PuzzleTable<double> table() const {
    return {rows.size() == 0 ? nullptr : rows.data(), config.num_puzzle_identifiers, config.puzzle_emb_ndim};
  }
  CanvasConfig config;
  Registry registry;
  Buffer<double> flat, rows;
};

/// Two slots share an identifier, one has cells that nobody asks for, one asks for nothing.
CanvasBatch make_batch(const CanvasConfig& c) {
  CanvasBatch batch(kSamples, c.seq_len);
  for (std::size_t i = 0; i < batch.inputs.size(); ++i) {
    batch.inputs[i] = static_cast<std::int32_t>((i * i + 1) % (c.vocab_size - 1));
    batch.labels[i] = static_cast<std::int32_t>((3 * i + 2) % c.vocab_size);
  }
  batch.labels[1] = batch.labels[3] = -100;
  std::ranges::fill(batch.label(2), -100);
  batch.identifiers = {2, 0, 2};
  if (c.num_puzzle_identifiers == 0) batch.identifiers = {0, 0, 0};
  return batch;
}

/// A carry in the middle of its thoughts: no two positions are alike, and one slot does its last step.
Carry<double> make_carry(const CanvasNetwork<double>& net) {
  Carry<double> carry(net, kSamples);
  carry.refill(net, make_batch(net.config()));
  double at = 0;
  for (Buffer<double>& state : carry.states) {
    for (double& v : state.span()) v += 0.3 * std::sin(at += 1.7);
  }
  carry.steps[1] = static_cast<std::int32_t>(net.config().halt_max_steps) - 1;
  return carry;
}

/// The last evaluations of a step from fixed states, with the continue targets that the whole step gave.
class Tail {
 public:
  Tail(const DoubleModel& m, const RecursionPlan& plan, const Carry<double>& carry, std::size_t kept)
      : carry_(&carry), network_(m.config, m.registry, m.flat.data(), simd::reference<double>(), Purpose::inference) {
    const std::size_t cut = plan.evaluations.size() - kept;
    const auto part = [&](std::size_t from, std::size_t to) {
      RecursionPlan p = plan;
      p.evaluations.assign(plan.evaluations.begin() + static_cast<std::ptrdiff_t>(from),
                           plan.evaluations.begin() + static_cast<std::ptrdiff_t>(to));
      p.first_kept = 0;
      return Network<double>(unit_shape(m.config), p, m.registry, m.flat.data(), simd::reference<double>(),
                             Purpose::inference, m.config.total_len());
    };
    const Network<double> front = part(0, cut);
    last_.emplace(part(cut, plan.evaluations.size()));
    const std::size_t positions = m.config.total_len();
    for (std::size_t b = 0; b < kSamples; ++b) sequences_.push_back({b * positions, positions, 0, 0, {}});
    const PassLimits limits{kSamples * positions, positions, kSamples};
    auto before = RecursionPass<double>::create(front, Purpose::inference, limits);
    auto after = RecursionPass<double>::create(*last_, Purpose::inference, limits);
    REQUIRE(before.ok());
    REQUIRE(after.ok());
    for (std::size_t s = 0; s < carry.states.size(); ++s) {
      std::ranges::copy(carry.states[s].span(), before->start(s));
    }
    embed(m, before->x());
    before->forward(front, sequences_, kSamples * positions);
    for (std::size_t s = 0; s < carry.states.size(); ++s) {
      states_.emplace_back(carry.states[s].size());
      std::copy_n(before->state(s), states_[s].size(), states_[s].data());
    }
    pass_.emplace(std::move(*after));
  }

  /// kWeight * the loss summed over the slots. `targets`: of q_continue, HRM.
  double loss(const DoubleModel& m, const std::vector<double>& targets) {
    const CanvasConfig& c = m.config;
    last_->pack();
    network_.pack();
    for (std::size_t s = 0; s < states_.size(); ++s) std::ranges::copy(states_[s].span(), pass_->start(s));
    embed(m, pass_->x());
    pass_->forward(*last_, sequences_, kSamples * c.total_len());
    CanvasOutput<double> out(c, kSamples);
    canvas_heads(network_, pass_->state(network_.plan().output), out.logits.data(), out.q.data(), kSamples);
    std::vector<std::int32_t> predictions(c.seq_len);
    double sum = 0;
    for (std::size_t b = 0; b < kSamples; ++b) {
      const std::optional<double> target = targets.empty() ? std::nullopt : std::optional(targets[b]);
      sum += canvas_loss(CanvasLoss(c), out.logits.data() + b * c.seq_len * c.vocab_size, out.q.data() + 2 * b,
                         carry_->current.label(b), c.vocab_size, target, 0.0, predictions.data(),
                         static_cast<double*>(nullptr), static_cast<double*>(nullptr))
                 .total;
    }
    return kWeight * sum;
  }

 private:
  void embed(const DoubleModel& m, double* x) const {
    std::vector<const double*> rows;
    for (std::size_t b = 0; b < kSamples; ++b) rows.push_back(m.table().row(carry_->current.identifiers[b]));
    canvas_embed(network_, carry_->current.inputs.data(), rows.data(), x, kSamples);
  }

  const Carry<double>* carry_;
  CanvasNetwork<double> network_;
  std::optional<Network<double>> last_;
  std::optional<RecursionPass<double>> pass_;
  std::vector<Sequence<double>> sequences_;
  std::vector<Buffer<double>> states_;
};

/// One step of all slots at once: what was learned and the gradient.
struct Learned {
  Learned(const DoubleModel& m, Carry<double> carry, const simd::Kernels<double>& kernels = simd::reference<double>())
      : lesson(m.config, kSamples), grad(m.registry.flat_size) {
    CanvasNetwork<double> net(m.config, m.registry, m.flat.data(), kernels, Purpose::training);
    auto pass = CanvasGradientPass<double>::create(net, kSamples);
    REQUIRE(pass.ok());
    pass->step(net, m.table(), carry, 0, kSamples, kWeight, lesson, grad.data());
    for (const CanvasOutcome& o : lesson.outcomes) loss += kWeight * o.total;
    if (m.config.arch == CanvasArch::hrm) targets = lesson.continue_target;
  }
  CanvasLesson<double> lesson;
  Buffer<double> grad;
  std::vector<double> targets;
  double loss = 0;
};

/// d loss / d value by a central difference.
double slope(Tail& tail, const DoubleModel& m, const std::vector<double>& targets, double& value) {
  constexpr double kMove = 1e-5;
  const double keep = value;
  value = keep + kMove;
  const double up = tail.loss(m, targets);
  value = keep - kMove;
  const double down = tail.loss(m, targets);
  value = keep;
  return (up - down) / (2 * kMove);
}

/// Truncation kMove^2 and rounding 1e-16/kMove, both relative to a loss of order one, and the gradient's own size.
double allowed(double largest) {
  return 1e-7 * std::fmax(1.0, largest) + 2e-6 * largest;
}

double largest_of(std::span<const double> values) {
  double out = 0;
  for (double v : values) out = std::fmax(out, std::fabs(v));
  return out;
}

}  // namespace

TEST_CASE("gradients of a supervision step equal central differences for every tensor of every published model") {
  for (const test_models::CanvasCase& one : test_models::all_canvases()) {
    CAPTURE(one.name);
    REQUIRE(one.config.validate().ok());
    DoubleModel m(one.config);
    const RecursionPlan plan = recursion_plan(one.config);
    const CanvasNetwork<double> net(one.config, m.registry, m.flat.data(), simd::reference<double>(),
                                    Purpose::inference);
    const Carry<double> carry = make_carry(net);
    Tail tail(m, plan, carry, one.kept);
    const Learned got(m, make_carry(net));
    // The two ways to the loss are the same function here; the differences below need nothing else of the pass.
    REQUIRE(std::fabs(tail.loss(m, got.targets) - got.loss) <= 1e-13 * got.loss);
    for (const TensorSpec& t : m.registry.tensors) {
      CAPTURE(t.name);
      const std::span<const double> grad(got.grad.data() + t.offset, t.elements);
      const double largest = largest_of(grad);
      // The initial states are in the carry, if anywhere: a step does not read them.
      if (t.role == TensorRole::constant) {
        CHECK(largest == 0.0);
        continue;
      }
      CHECK(largest > 1e-6);
      const std::size_t stride = std::max<std::size_t>(1, t.elements / test::swept(20));
      for (std::size_t i = 0; i < t.elements; i += stride) {
        CAPTURE(i);
        const double want = slope(tail, m, got.targets, m.flat.data()[t.offset + i]);
        CHECK(std::fabs(want - grad[i]) <= allowed(largest));
      }
    }
    const std::size_t ndim = one.config.puzzle_emb_ndim;
    for (std::size_t id = 0; id * ndim < m.rows.size(); ++id) {
      CAPTURE(id);
      for (std::size_t i = 0; i < ndim; ++i) {
        CAPTURE(i);
        double sum = 0;
        for (std::size_t b = 0; b < kSamples; ++b) {
          if (static_cast<std::size_t>(carry.current.identifiers[b]) != id) continue;
          sum += got.lesson.row_gradients.data()[b * ndim + i];
        }
        const double want = slope(tail, m, got.targets, m.rows.data()[id * ndim + i]);
        CHECK(std::fabs(want - sum) <= allowed(largest_of(got.lesson.row_gradients.span())));
      }
    }
    if (ndim > 0) CHECK(largest_of(got.lesson.row_gradients.span()) > 1e-6);
  }
}

TEST_CASE("the halting losses have the weight that the configuration gives them") {
  const double logits[] = {0.3, -0.2, 1.1, 0.4}, q[] = {0.6, -0.9};
  const std::int32_t labels[] = {1, 0};
  CanvasConfig c;
  CHECK(CanvasLoss(c).q_weight == 0.5);
  for (const double weight : {0.0, 0.05, 0.5, 3.0}) {
    CAPTURE(weight);
    c.q_loss_weight = weight;
    std::int32_t predictions[2];
    double dlogits[4], dq[2];
    const CanvasOutcome out = canvas_loss(CanvasLoss(c), logits, q, labels, 2, 0.25, 2.0, predictions, dlogits, dq);
    CHECK(out.total == doctest::Approx(out.lm_loss + weight * (out.q_halt_loss + out.q_continue_loss)).epsilon(1e-14));
    CHECK(dq[0] == doctest::Approx(2.0 * weight * sigmoid(0.6)).epsilon(1e-14));
    CHECK(dq[1] == doctest::Approx(2.0 * weight * (sigmoid(-0.9) - 0.25)).epsilon(1e-14));
  }
}

TEST_CASE("a difference through the whole step is another function where earlier evaluations are constants") {
  for (const test_models::CanvasCase& one : test_models::all_canvases()) {
    CAPTURE(one.name);
    DoubleModel m(one.config);
    const RecursionPlan plan = recursion_plan(one.config);
    const CanvasNetwork<double> net(one.config, m.registry, m.flat.data(), simd::reference<double>(),
                                    Purpose::inference);
    const Carry<double> carry = make_carry(net);
    Tail whole(m, plan, carry, plan.evaluations.size());
    const Learned got(m, make_carry(net));
    const TensorSpec& t = m.registry.tensors[m.registry.layers[0].down];
    double worst = 0;
    for (std::size_t i = 0; i < t.elements; i += t.elements / 6) {
      const double want = slope(whole, m, got.targets, m.flat.data()[t.offset + i]);
      worst = std::fmax(worst, std::fabs(want - got.grad.data()[t.offset + i]));
    }
    const double limit = allowed(largest_of({got.grad.data() + t.offset, t.elements}));
    if (one.kept == plan.evaluations.size()) {
      CHECK(worst <= limit);
    } else {
      CHECK(worst > 100 * limit);
    }
  }
}

TEST_CASE("a step has the same outcome and gradient however many slots go through it together") {
  for (const test_models::CanvasCase& one : test_models::all_canvases()) {
    CAPTURE(one.name);
    const DoubleModel m(one.config);
    CanvasNetwork<double> net(one.config, m.registry, m.flat.data(), simd::reference<double>(), Purpose::training);
    const Learned together(m, make_carry(net));
    auto pass = CanvasGradientPass<double>::create(net, 1);
    REQUIRE(pass.ok());
    Carry<double> carry = make_carry(net);
    CanvasLesson<double> lesson(one.config, kSamples);
    Buffer<double> grad(m.registry.flat_size);
    for (std::size_t b = 0; b < kSamples; ++b) {
      pass->step(net, m.table(), carry, b, 1, kWeight, lesson, grad.data());
    }
    CHECK(std::ranges::equal(lesson.output.logits.span(), together.lesson.output.logits.span()));
    CHECK(std::ranges::equal(lesson.row_gradients.span(), together.lesson.row_gradients.span()));
    CHECK(lesson.predictions == together.lesson.predictions);
    CHECK(lesson.continue_target == together.lesson.continue_target);
    // Sums over the slots are formed in another order.
    const double limit = 1e-13 * largest_of(together.grad.span());
    double worst = 0;
    for (std::size_t i = 0; i < grad.size(); ++i) {
      worst = std::fmax(worst, std::fabs(grad.data()[i] - together.grad.data()[i]));
    }
    CHECK(worst <= limit);
  }
}

TEST_CASE("float gradients of a supervision step follow the double reference on every instruction set") {
  // As in test_gradient.cc: bf16 against the double reference on rounded factors. Here the recursion spreads what a
  // single factor is off, 2^-8, up to tenfold.
  simd::WeightType type = simd::WeightType::fp32;
  double limit = 1e-4;
  SUBCASE("fp32") {}
  SUBCASE("bf16") {
    type = simd::WeightType::bf16;
    limit = 10 * 0x1p-8;
  }
  simd::Kernels<double> reference = simd::reference<double>();
  reference.linear = &reference.family(type);
  for (const test_models::CanvasCase& one : test_models::all_canvases()) {
    CAPTURE(one.name);
    const DoubleModel m(one.config);
    const CanvasNetwork<double> net(one.config, m.registry, m.flat.data(), reference, Purpose::inference);
    const Carry<double> exact = make_carry(net);
    const Learned want(m, make_carry(net), reference);
    Buffer<float> flat(m.registry.flat_size);
    Buffer<float> rows(m.rows.size());
    std::ranges::transform(m.flat.span(), flat.data(), [](double v) { return static_cast<float>(v); });
    std::ranges::transform(m.rows.span(), rows.data(), [](double v) { return static_cast<float>(v); });
    const PuzzleTable<float> table{rows.size() == 0 ? nullptr : rows.data(), one.config.num_puzzle_identifiers,
                                   one.config.puzzle_emb_ndim};
    for (simd::Isa isa : simd::built_isas()) {
      const simd::Kernels<float>* k = simd::isa_table(isa, type);
      if (k == nullptr) continue;
      CAPTURE(std::string(simd::isa_name(isa)));
      CanvasNetwork<float> fast(one.config, m.registry, flat.data(), *k, Purpose::training);
      auto pass = CanvasGradientPass<float>::create(fast, kSamples);
      REQUIRE(pass.ok());
      Carry<float> carry(fast, kSamples);
      carry.refill(fast, exact.current);
      carry.steps = exact.steps;
      for (std::size_t s = 0; s < carry.states.size(); ++s) {
        std::ranges::transform(exact.states[s].span(), carry.states[s].data(),
                               [](double v) { return static_cast<float>(v); });
      }
      CanvasLesson<float> lesson(one.config, kSamples);
      Buffer<float> got(m.registry.flat_size);
      pass->step(fast, table, carry, 0, kSamples, kWeight, lesson, got.data());
      for (const TensorSpec& t : m.registry.tensors) {
        CAPTURE(t.name);
        double error = 0;
        double norm = 0;
        for (std::size_t i = t.offset; i < t.offset + t.elements; ++i) {
          const double w = want.grad.data()[i];
          const double e = static_cast<double>(got.data()[i]) - w;
          error += e * e;
          norm += w * w;
        }
        // Relative L2 per tensor: float rounding (6e-8) through a few dozen dependent operations and a recursion that
        // spreads it up to tenfold.
        CHECK(std::sqrt(error) <= limit * std::sqrt(norm) + 1e-12);
      }
    }
  }
}

}  // namespace test_canvas_gradient
