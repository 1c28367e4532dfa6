#include "engine/train/canvas_learner.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "engine/model/recursion.h"
#include "engine/sys/memory.h"

namespace trm {

CanvasMetrics& CanvasMetrics::operator+=(const CanvasMetrics& o) {
  count += o.count;
  accuracy += o.accuracy;
  exact_accuracy += o.exact_accuracy;
  q_halt_accuracy += o.q_halt_accuracy;
  steps += o.steps;
  return *this;
}

CanvasMetrics metrics_of(const CanvasOutcome& outcome, double q_halt, std::int32_t steps) {
  if (outcome.labelled == 0) return {};
  CanvasMetrics m;
  m.count = 1;
  m.accuracy = static_cast<double>(outcome.right) / static_cast<double>(outcome.labelled);
  m.exact_accuracy = outcome.correct() ? 1.0 : 0.0;
  m.q_halt_accuracy = (q_halt >= 0.0) == outcome.correct() ? 1.0 : 0.0;
  m.steps = steps;
  return m;
}

struct CanvasLearner::Impl {
  CanvasConfig config;
  CanvasOptimizerConfig rates;
  std::size_t micro_batch;
  ThreadPool* pool;
  Registry registry;
  Optimizer optimizer;
  Buffer<float> table;
  CanvasNetwork<float> network;
  std::vector<Carry<float>> carries;
  CanvasLesson<float> lesson;
  std::vector<CanvasGradientPass<float>> passes;  ///< one per worker
  std::vector<float> row_sum;                     ///< (puzzle_emb_ndim)
  std::vector<std::uint8_t> summed;               ///< (samples)
  std::size_t updates = 0;

  Impl(const CanvasConfig& c, const CanvasOptimizerConfig& o, const Batches& batches, ThreadPool& p,
       const simd::Kernels<float>& k)
      : config(c),
        rates(o),
        micro_batch(batches.micro_batch),
        pool(&p),
        registry(c),
        optimizer(registry, p, k),
        table(c.num_puzzle_identifiers * c.puzzle_emb_ndim),
        network(c, registry, optimizer.weights.data(), k, Purpose::training),
        lesson(c, batches.size),
        row_sum(c.puzzle_emb_ndim),
        summed(batches.size) {
    for (std::size_t i = 0; i < batches.carried; ++i) carries.emplace_back(network, batches.size);
  }

  Carry<float>& carry() { return carries[updates % carries.size()]; }

  void pack() {
    pool->run(network.parts(), [&](std::size_t part, std::size_t) { network.pack_part(part); });
  }

  /// Sign-SGD of the rows `ids` of a batch: gradients of equal identifiers are added first. sign(0) = 0.
  void update_table(const std::vector<std::int32_t>& ids, double rate) {
    const std::size_t ndim = config.puzzle_emb_ndim;
    if (ndim == 0) return;
    const double lr = rates.puzzle_emb_lr * rate;
    const auto keep = static_cast<float>(1.0 - lr * rates.puzzle_emb_weight_decay);
    const auto move = static_cast<float>(lr);
    std::ranges::fill(summed, std::uint8_t{0});
    for (std::size_t b = 0; b < ids.size(); ++b) {
      if (summed[b] != 0) continue;
      std::ranges::fill(row_sum, 0.0f);
      for (std::size_t other = b; other < ids.size(); ++other) {
        if (ids[other] != ids[b]) continue;
        summed[other] = 1;
        for (std::size_t i = 0; i < ndim; ++i) row_sum[i] += lesson.row_gradients.data()[other * ndim + i];
      }
      float* row = table.data() + static_cast<std::size_t>(ids[b]) * ndim;
      for (std::size_t i = 0; i < ndim; ++i) {
        const float sign = row_sum[i] > 0 ? 1.0f : row_sum[i] < 0 ? -1.0f : 0.0f;
        row[i] = row[i] * keep - move * sign;
      }
    }
  }
};

namespace {

/// Bytes of the puzzle table, the carries and what a step says of each slot.
std::size_t room_of(const CanvasConfig& c, const CanvasLearner::Batches& batches) {
  const std::size_t states =
      saturated_product(saturated_product(c.total_len(), c.hidden_size), recursion_plan(c).states);
  const std::size_t slot = saturated_product(saturated_product(states, batches.carried), sizeof(float));
  const std::size_t outcome = saturated_product(saturated_product(c.seq_len, c.vocab_size + 1), sizeof(float));
  const std::size_t table = saturated_product(c.num_puzzle_identifiers, c.puzzle_emb_ndim * sizeof(float));
  return saturated_sum(table, saturated_product(batches.size, saturated_sum(slot, outcome)));
}

}  // namespace

CanvasLearner::CanvasLearner(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CanvasLearner::CanvasLearner(CanvasLearner&&) noexcept = default;
CanvasLearner& CanvasLearner::operator=(CanvasLearner&&) noexcept = default;
CanvasLearner::~CanvasLearner() = default;

Result<CanvasLearner> CanvasLearner::create(const CanvasConfig& config, const CanvasOptimizerConfig& optimizer,
                                            const Batches& batches, ThreadPool& pool,
                                            const simd::Kernels<float>& kernels) {
  if (Status s = config.validate(); !s.ok()) return s.error();
  if (kernels.linear->weight_gradient == nullptr) {
    return Error{ErrorCode::bad_input, "", "dtype",
                 std::string("is ") + kernels.weights + ", whose products have no gradient", "train in fp32 or bf16"};
  }
  if (Status s = Optimizer::check_room(Registry(config), room_of(config, batches)); !s.ok()) return s.error();
  auto impl = std::make_unique<Impl>(config, optimizer, batches, pool, kernels);
  for (std::size_t w = 0; w < pool.size(); ++w) {
    Result<CanvasGradientPass<float>> pass = CanvasGradientPass<float>::create(impl->network, batches.micro_batch);
    if (!pass.ok()) return pass.error();
    impl->passes.push_back(std::move(*pass));
  }
  return CanvasLearner(std::move(impl));
}

const CanvasConfig& CanvasLearner::config() const {
  return impl_->config;
}
const Registry& CanvasLearner::registry() const {
  return impl_->registry;
}
Optimizer& CanvasLearner::optimizer() {
  return impl_->optimizer;
}
const Optimizer& CanvasLearner::optimizer() const {
  return impl_->optimizer;
}
Buffer<float>& CanvasLearner::table() {
  return impl_->table;
}
const Buffer<float>& CanvasLearner::table() const {
  return impl_->table;
}
std::vector<Carry<float>>& CanvasLearner::carries() {
  return impl_->carries;
}
Carry<float>& CanvasLearner::carry() {
  return impl_->carry();
}
const CanvasLesson<float>& CanvasLearner::lesson() const {
  return impl_->lesson;
}
std::size_t CanvasLearner::updates() const {
  return impl_->updates;
}

void CanvasLearner::start() {
  impl_->optimizer.start_average();
  resume(0);
}

void CanvasLearner::resume(std::size_t updates) {
  impl_->updates = updates;
  impl_->pack();
}

Result<CanvasStepReport> CanvasLearner::step(const CanvasBatch& batch, std::span<const std::int32_t> min_steps,
                                             double rate, std::span<const std::int32_t> max_steps) {
  Impl& t = *impl_;
  Carry<float>& carry = t.carry();
  const std::size_t samples = carry.samples();
  const CanvasConfig& c = t.config;
  carry.refill(t.network, batch, max_steps);
  const PuzzleTable<float> table{c.puzzle_emb_ndim == 0 ? nullptr : t.table.data(), c.num_puzzle_identifiers,
                                 c.puzzle_emb_ndim};
  const double weight = 1.0 / static_cast<double>(samples);
  const std::size_t parts = (samples + t.micro_batch - 1) / t.micro_batch;
  t.pool->run(Optimizer::kLanes, [&](std::size_t lane, std::size_t worker) {
    float* grad = t.optimizer.lane(lane);
    std::memset(grad, 0, t.registry.flat_size * sizeof(float));
    for (std::size_t part = lane; part < parts; part += Optimizer::kLanes) {
      const std::size_t first = part * t.micro_batch;
      t.passes[worker].step(t.network, table, carry, first, std::min(t.micro_batch, samples - first), weight, t.lesson,
                            grad);
    }
  });
  CanvasStepReport report;
  for (std::size_t b = 0; b < samples; ++b) {
    const CanvasOutcome& o = t.lesson.outcomes[b];
    const double q_halt = static_cast<double>(t.lesson.output.q.data()[2 * b]);
    const double q_continue = static_cast<double>(t.lesson.output.q.data()[2 * b + 1]);
    report.lm_loss += o.lm_loss;
    report.q_halt_loss += o.q_halt_loss;
    report.q_continue_loss += o.q_continue_loss;
    report.loss += o.total;
    carry.halted[b] =
        halts_in_training(c, q_halt, q_continue, carry.steps[b], min_steps[b], carry.max_steps[b]) ? 1 : 0;
    if (carry.halted[b] != 0) report.halted += metrics_of(o, q_halt, carry.steps[b]);
  }
  report.grad_norm = t.optimizer.reduce();
  if (!std::isfinite(report.loss) || !std::isfinite(report.grad_norm)) {
    return Error{ErrorCode::diverged, "", "loss",
                 "is not finite at step " + std::to_string(t.updates + 1) + " (loss " + std::to_string(report.loss) +
                     ", gradient norm " + std::to_string(report.grad_norm) + ")",
                 "lower optimizer.lr or optimizer.clip; the last checkpoint holds finite weights"};
  }
  t.update_table(carry.current.identifiers, rate);
  t.optimizer.update(t.rates.network, ++t.updates, t.rates.network.lr * rate, report.grad_norm);
  t.pack();
  return report;
}

}  // namespace trm
