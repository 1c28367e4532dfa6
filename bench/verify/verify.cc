#include "bench/verify/verify.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

#include "engine/infer/canvas_stepper.h"
#include "engine/model/published_tensors.h"

namespace trm::bench {

namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

/// Collects comparisons; after the first missing tensor it compares nothing more.
class Comparison {
 public:
  explicit Comparison(const GoldenCase& golden) : golden_(&golden) {}

  using Get = std::function<double(std::size_t)>;

  [[nodiscard]] bool recorded(const std::string& name) const { return golden_->expected.find(name) != nullptr; }

  /// Largest |got - want| against a fixed tolerance.
  void absolute(const std::string& name, std::size_t n, double tolerance, const Get& got) {
    compare(name, n, tolerance, [&](const std::vector<double>& want) {
      double worst = 0;
      for (std::size_t i = 0; i < n; ++i) worst = std::max(worst, distance(got(i), want[i]));
      return worst;
    });
    against_f64(name, n, got);
  }
  /// The same, divided by the largest |want|.
  void relative(const std::string& name, std::size_t n, double tolerance, const Get& got) {
    compare(name, n, tolerance, [&](const std::vector<double>& want) {
      double worst = 0;
      double largest = 0;
      for (std::size_t i = 0; i < n; ++i) {
        worst = std::max(worst, distance(got(i), want[i]));
        largest = std::max(largest, std::fabs(want[i]));
      }
      return worst == 0 ? 0.0 : largest == 0 ? kInfinite : worst / largest;
    });
  }
  /// How many differ; none may.
  void exact(const std::string& name, std::size_t n, const Get& got) {
    compare(name, n, 0, [&](const std::vector<double>& want) {
      double differ = 0;
      for (std::size_t i = 0; i < n; ++i) differ += got(i) == want[i] ? 0 : 1;
      return differ;
    });
  }
  /// Weights after an update. The arctangent and the sign see only the direction of a gradient, so where it is below
  /// 1e-4 of its tensor's largest a move may be off by 2 lr; such elements are divided by that allowance.
  void weights(const std::string& name, const std::string& gradient, std::size_t n, double tolerance, double lr,
               const Get& got) {
    Result<std::vector<double>> slope = golden_->values(golden_->expected, gradient, n);
    if (!slope.ok()) return fail(slope.error());
    double largest = 0;
    for (double g : *slope) largest = std::max(largest, std::fabs(g));
    compare(name, n, tolerance, [&](const std::vector<double>& want) {
      double worst = 0;
      for (std::size_t i = 0; i < n; ++i) {
        const double g = std::fabs((*slope)[i]);
        const bool free = g > 0 && g < 1e-4 * largest;
        worst = std::max(worst, distance(got(i), want[i]) * (free ? tolerance / (tolerance + 2 * lr) : 1.0));
      }
      return worst;
    });
  }

  Result<Verification> finish() {
    if (error_) return *error_;
    return std::move(out_);
  }

 private:
  static double distance(double got, double want) {
    return std::isnan(got) || std::isnan(want) ? kInfinite : std::fabs(got - want);
  }
  void fail(const Error& error) {
    if (!error_) error_ = error;
  }
  template <class F>
  void compare(const std::string& name, std::size_t n, double tolerance, F&& error) {
    if (error_) return;
    Result<std::vector<double>> want = golden_->values(golden_->expected, name, n);
    if (!want.ok()) return fail(want.error());
    out_.tensors.push_back({name, error(*want), tolerance});
  }
  /// Against a float64 run: at most ten times as far from it as the recorded float32 run is.
  void against_f64(const std::string& name, std::size_t n, const Get& got) {
    if (error_ || !golden_->expected_f64 || golden_->expected_f64->find(name) == nullptr) return;
    Result<std::vector<double>> exact = golden_->values(*golden_->expected_f64, name, n);
    if (!exact.ok()) return fail(exact.error());
    Result<std::vector<double>> recorded = golden_->values(golden_->expected, name, n);
    if (!recorded.ok()) return fail(recorded.error());
    double ours = 0;
    double theirs = 0;
    for (std::size_t i = 0; i < n; ++i) {
      ours = std::max(ours, distance(got(i), (*exact)[i]));
      theirs = std::max(theirs, distance((*recorded)[i], (*exact)[i]));
    }
    out_.tensors.push_back({name + " (f64)", ours, 10 * theirs});
  }

  const GoldenCase* golden_;
  Verification out_;
  std::optional<Error> error_;
};

template <class Range>
Comparison::Get from(const Range& values) {
  return [&values](std::size_t i) { return static_cast<double>(values[i]); };
}
Comparison::Get from(const float* values) {
  return [values](std::size_t i) { return static_cast<double>(values[i]); };
}
Comparison::Get constant(double value) {
  return [value](std::size_t) { return value; };
}

/// Logits, halting values, states and predictions, which inference and training record alike.
void compare_step(Comparison& c, const GoldenCase& golden, const std::string& step, const Carry<float>& carry,
                  const CanvasOutput<float>& output, const std::vector<std::int32_t>& predictions,
                  const std::vector<CanvasOutcome>& outcomes, const RecursionPlan& plan) {
  const GoldenTolerance& limit = golden.tolerance;
  const std::size_t samples = carry.samples();
  c.absolute(step + "logits", output.logits.size(), limit.logits, from(output.logits.data()));
  const float* q = output.q.data();
  for (std::size_t part = 0; part < 2; ++part) {
    c.absolute(step + (part == 0 ? "q_halt_logits" : "q_continue_logits"), samples, limit.q_logits,
               [q, part](std::size_t b) { return static_cast<double>(q[2 * b + part]); });
  }
  const bool single = golden.model.config.arch == CanvasArch::trm_singlez;
  const std::string high = single ? "z_L" : "z_H";
  c.absolute(step + high, carry.states[plan.output].size(), limit.states, from(carry.states[plan.output].data()));
  if (plan.states == 2) c.absolute(step + "z_L", carry.states[0].size(), limit.states, from(carry.states[0].data()));
  for (std::size_t s = 0; plan.states > 2 && s + 1 < plan.states; ++s) {
    c.absolute(step + "z_L" + std::to_string(s + 1), carry.states[s].size(), limit.states,
               from(carry.states[s].data()));
  }
  c.exact(step + "preds", predictions.size(), from(predictions));
  c.exact(step + "seq_is_correct", samples, [&](std::size_t b) { return outcomes[b].correct() ? 1.0 : 0.0; });
}

void compare_metrics(Comparison& c, const std::string& prefix, const CanvasMetrics& m, double tolerance) {
  c.exact(prefix + "count", 1, constant(static_cast<double>(m.count)));
  c.relative(prefix + "accuracy", 1, tolerance, constant(m.accuracy));
  c.exact(prefix + "exact_accuracy", 1, constant(m.exact_accuracy));
  c.exact(prefix + "q_halt_accuracy", 1, constant(m.q_halt_accuracy));
  c.exact(prefix + "steps", 1, constant(m.steps));
}

Result<Verification> verify_inference(const GoldenCase& golden, const simd::Kernels<float>& kernels, ThreadPool& pool) {
  const CanvasModel& model = golden.model;
  const CanvasNetwork<float> network(model.config, model.registry, model.weights.data(), kernels, Purpose::inference);
  Result<CanvasStepper<float>> stepper = CanvasStepper<float>::create(network, model.table, pool);
  if (!stepper.ok()) return stepper.error();
  Result<CanvasBatch> batch = golden.batch("");
  if (!batch.ok()) return batch.error();
  const std::size_t samples = batch->samples;
  Carry<float> carry(network, samples);
  carry.refill(network, *batch);
  CanvasOutput<float> output(model.config, samples);
  std::vector<std::size_t> slots(samples);
  std::iota(slots.begin(), slots.end(), std::size_t{0});
  std::vector<std::int32_t> predictions(samples * model.config.seq_len);
  std::vector<CanvasOutcome> outcomes(samples);
  Comparison c(golden);
  for (std::size_t s = 0; s < golden.steps; ++s) {
    stepper->step(carry, slots, output);
    double lm = 0;
    double halt = 0;
    CanvasMetrics metrics;
    for (std::size_t b = 0; b < samples; ++b) {
      const std::size_t canvas = model.config.seq_len * model.config.vocab_size;
      outcomes[b] =
          canvas_loss<float>(CanvasLoss(model.config), output.logits.data() + b * canvas, output.q.data() + 2 * b,
                             std::as_const(*batch).label(b), model.config.vocab_size, std::nullopt, 0.0,
                             predictions.data() + b * model.config.seq_len, nullptr, nullptr);
      lm += outcomes[b].lm_loss;
      halt += outcomes[b].q_halt_loss;
      metrics += metrics_of(outcomes[b], static_cast<double>(output.q.data()[2 * b]), carry.steps[b]);
    }
    const std::string step = "step" + std::to_string(s) + ".";
    compare_step(c, golden, step, carry, output, predictions, outcomes, network.plan());
    c.relative(step + "lm_loss", 1, golden.tolerance.losses_rel, constant(lm));
    c.relative(step + "q_halt_loss", 1, golden.tolerance.losses_rel, constant(halt));
    c.relative(step + "loss", 1, golden.tolerance.losses_rel, constant(lm + 0.5 * halt));
    if (s + 1 == golden.steps) compare_metrics(c, "final.metric.", metrics, golden.tolerance.losses_rel);
  }
  return c.finish();
}

/// Slots that are not done before min_steps by the recorded draws.
Result<std::vector<std::int32_t>> exploration(const GoldenCase& golden, std::size_t t, std::size_t samples) {
  const std::string name = "explore" + std::to_string(t) + ".";
  Result<std::vector<double>> uniform = golden.values(golden.inputs, name + "uniform", samples);
  if (!uniform.ok()) return uniform.error();
  Result<std::vector<double>> draws = golden.values(golden.inputs, name + "min_steps", samples);
  if (!draws.ok()) return draws.error();
  std::vector<std::int32_t> out(samples);
  for (std::size_t b = 0; b < samples; ++b) {
    const bool explores = (*uniform)[b] < golden.model.config.halt_exploration_prob;
    out[b] = explores ? static_cast<std::int32_t>((*draws)[b]) : 0;
  }
  return out;
}

/// Parameters, moments and averages under their tensor names.
void compare_flat(Comparison& c, const std::string& prefix, const Registry& registry, const Buffer<float>& flat,
                  double tolerance, bool relative) {
  for (const TensorSpec& spec : registry.tensors) {
    if (!c.recorded(prefix + spec.name)) continue;
    const Comparison::Get got = from(flat.data() + spec.offset);
    if (relative) {
      c.relative(prefix + spec.name, spec.elements, tolerance, got);
    } else {
      c.absolute(prefix + spec.name, spec.elements, tolerance, got);
    }
  }
}

void compare_update(Comparison& c, const GoldenCase& golden, const std::string& step, CanvasLearner& learner) {
  const GoldenTolerance& limit = golden.tolerance;
  const Registry& registry = learner.registry();
  const CanvasConfig& config = learner.config();
  const float* gradient = learner.optimizer().lane(0);
  for (const TensorSpec& spec : registry.tensors) {
    if (spec.role == TensorRole::constant) continue;
    c.relative(step + "grad." + spec.name, spec.elements, limit.grad_rel_to_tensor_max, from(gradient + spec.offset));
    if (c.recorded(step + "after." + spec.name)) {
      c.weights(step + "after." + spec.name, step + "grad." + spec.name, spec.elements, limit.params_after,
                golden.optimizer.network.lr, from(learner.optimizer().weights.data() + spec.offset));
    }
  }
  if (config.puzzle_emb_ndim == 0) return;
  const Buffer<float>& rows = learner.lesson().row_gradients;
  c.relative(step + "grad.model.inner.puzzle_emb.local_weights", rows.size(), limit.grad_rel_to_tensor_max,
             from(rows.data()));
  c.exact(step + "puzzle_emb.local_ids", learner.carry().samples(), from(learner.carry().current.identifiers));
  const std::string table = step + "after." + kPuzzleTable;
  if (c.recorded(table)) {
    c.absolute(table, learner.table().size(), limit.params_after, from(learner.table().data()));
  }
}

Result<Verification> verify_training(const GoldenCase& golden, const simd::Kernels<float>& kernels, ThreadPool& pool) {
  const CanvasModel& model = golden.model;
  const GoldenTolerance& limit = golden.tolerance;
  Result<CanvasBatch> first = golden.batch("batch0.");
  if (!first.ok()) return first.error();
  const std::size_t samples = first->samples;
  Result<CanvasLearner> learner =
      CanvasLearner::create(model.config, golden.optimizer, {samples, samples_per_pass(model.config)}, pool, kernels);
  if (!learner.ok()) return learner.error();
  std::copy_n(model.weights.data(), model.weights.size(), learner->optimizer().weights.data());
  std::copy_n(model.table.data, learner->table().size(), learner->table().data());
  learner->start();
  const Carry<float>& carry = learner->carry();
  const CanvasLesson<float>& lesson = learner->lesson();
  Comparison c(golden);
  for (std::size_t t = 0; t < golden.steps; ++t) {
    const std::string step = "train" + std::to_string(t) + ".";
    Result<CanvasBatch> batch = golden.batch("batch" + std::to_string(t) + ".");
    if (!batch.ok()) return batch.error();
    Result<std::vector<std::int32_t>> min_steps = exploration(golden, t, samples);
    if (!min_steps.ok()) return min_steps.error();
    c.exact(step + "halted_in", samples, from(carry.halted));
    Result<CanvasStepReport> report = learner->step(*batch, *min_steps, 1.0);
    if (!report.ok()) return report.error();
    c.exact(step + "halted_out", samples, from(carry.halted));
    c.exact(step + "steps_out", samples, from(carry.steps));
    c.exact(step + "current.inputs", carry.current.inputs.size(), from(carry.current.inputs));
    c.exact(step + "current.labels", carry.current.labels.size(), from(carry.current.labels));
    c.exact(step + "current.puzzle_identifiers", samples, from(carry.current.identifiers));
    compare_step(c, golden, step, carry, lesson.output, lesson.predictions, lesson.outcomes,
                 recursion_plan(model.config));
    if (c.recorded(step + "target_q_continue")) {
      c.absolute(step + "target_q_continue", samples, limit.q_logits, from(lesson.continue_target));
    }
    c.relative(step + "loss", 1, limit.losses_rel, constant(report->loss));
    c.relative(step + "metric.lm_loss", 1, limit.losses_rel, constant(report->lm_loss));
    c.relative(step + "metric.q_halt_loss", 1, limit.losses_rel, constant(report->q_halt_loss));
    if (c.recorded(step + "metric.q_continue_loss")) {
      c.relative(step + "metric.q_continue_loss", 1, limit.losses_rel, constant(report->q_continue_loss));
    }
    compare_metrics(c, step + "metric.", report->halted, limit.losses_rel);
    compare_update(c, golden, step, *learner);
  }
  const Registry& registry = learner->registry();
  // The moments follow the gradients, whose bound is relative to the tensor's largest; the second doubles it.
  compare_flat(c, "final.exp_avg.", registry, learner->optimizer().exp_avg, limit.grad_rel_to_tensor_max, true);
  compare_flat(c, "final.exp_avg_sq.", registry, learner->optimizer().exp_avg_sq, 2 * limit.grad_rel_to_tensor_max,
               true);
  compare_flat(c, "final.ema.", registry, learner->optimizer().shadow, limit.params_after, false);
  return c.finish();
}

}  // namespace

std::size_t Verification::broken() const {
  return static_cast<std::size_t>(
      std::count_if(tensors.begin(), tensors.end(), [](const VerifiedTensor& t) { return !t.ok(); }));
}

Result<Verification> verify(const GoldenCase& golden, const simd::Kernels<float>& kernels, ThreadPool& pool) {
  return golden.training ? verify_training(golden, kernels, pool) : verify_inference(golden, kernels, pool);
}

}  // namespace trm::bench
