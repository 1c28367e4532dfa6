#include "engine/infer/canvas_stepper.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace trm {

std::size_t samples_per_pass(const CanvasConfig& config) {
  constexpr std::size_t kRows = 128;
  return std::max<std::size_t>(1, kRows / config.total_len());
}

template <class T>
Result<CanvasStepper<T>> CanvasStepper<T>::create(const CanvasNetwork<T>& network, const PuzzleTable<T>& table,
                                                  ThreadPool& pool) {
  const CanvasConfig& c = network.config();
  CanvasStepper out(network, table, pool);
  out.together_ = samples_per_pass(c);
  const std::size_t n = out.together_;
  for (std::size_t w = 0; w < pool.size(); ++w) {
    Result<RecursionPass<T>> pass =
        RecursionPass<T>::create(network, Purpose::inference, {n * c.total_len(), c.total_len(), n});
    if (!pass.ok()) return pass.error();
    Worker worker{std::move(*pass),           {}, {}, {}, Buffer<T>(n * c.seq_len * c.vocab_size), Buffer<T>(n * 2),
                  std::make_unique<Barrier>()};
    worker.sequences.reserve(n);
    worker.tokens.reserve(n * c.seq_len);
    worker.rows.reserve(n);
    out.workers_.push_back(std::move(worker));
  }
  return out;
}

template <class T>
void CanvasStepper<T>::begin(Worker& w, Carry<T>& carry, std::span<const std::size_t> slots) const {
  const std::size_t n = slots.size();
  const std::size_t positions = network_->config().total_len();
  const std::size_t stride = carry.stride();
  w.sequences.clear();
  w.tokens.clear();
  w.rows.clear();
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t b = slots[i];
    w.sequences.push_back({i * positions, positions, 0, 0, {}});
    const std::span<const std::int32_t> tokens = std::as_const(carry.current).input(b);
    w.tokens.insert(w.tokens.end(), tokens.begin(), tokens.end());
    w.rows.push_back(table_.row(carry.current.identifiers[b]));
    for (std::size_t s = 0; s < carry.states.size(); ++s) {
      std::memcpy(w.pass.start(s) + i * stride, carry.states[s].data() + b * stride, stride * sizeof(T));
    }
  }
  canvas_embed(*network_, w.tokens.data(), w.rows.data(), w.pass.x(), n);
}

template <class T>
void CanvasStepper<T>::finish(Worker& w, Carry<T>& carry, std::span<const std::size_t> slots,
                              CanvasOutput<T>& output) const {
  const std::size_t n = slots.size();
  const std::size_t stride = carry.stride();
  const std::size_t canvas = network_->config().seq_len * network_->config().vocab_size;
  canvas_heads(*network_, w.pass.state(network_->plan().output), w.logits.data(), w.q.data(), n);
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t b = slots[i];
    for (std::size_t s = 0; s < carry.states.size(); ++s) {
      std::memcpy(carry.states[s].data() + b * stride, w.pass.state(s) + i * stride, stride * sizeof(T));
    }
    std::memcpy(output.logits.data() + b * canvas, w.logits.data() + i * canvas, canvas * sizeof(T));
    std::memcpy(output.q.data() + b * 2, w.q.data() + i * 2, 2 * sizeof(T));
    ++carry.steps[b];
  }
}

template <class T>
void CanvasStepper<T>::run(Worker& w, Carry<T>& carry, std::span<const std::size_t> slots,
                           CanvasOutput<T>& output) const {
  begin(w, carry, slots);
  w.pass.forward(*network_, w.sequences, slots.size() * network_->config().total_len());
  finish(w, carry, slots, output);
}

template <class T>
void CanvasStepper<T>::run(Worker& w, const Worker& own, const CrewMember& member, Carry<T>& carry, std::size_t slot,
                           CanvasOutput<T>& output) const {
  if (member.rank == 0) begin(w, carry, {&slot, 1});
  member.meet();
  w.pass.forward(*network_, w.sequences, network_->config().total_len(), member, own.pass);
  member.meet();
  if (member.rank == 0) finish(w, carry, {&slot, 1}, output);
}

template <class T>
void CanvasStepper<T>::step(Carry<T>& carry, std::span<const std::size_t> slots, CanvasOutput<T>& output) {
  // A member with fewer rows than fill a tile would wait more than it works.
  constexpr std::size_t kFewestRows = 8;
  const std::size_t most = std::max<std::size_t>(1, network_->config().total_len() / kFewestRows);
  const std::size_t crew = slots.empty() ? 0 : std::min(most, workers_.size() / slots.size());
  if (crew > 1 && RecursionPass<T>::serves_crew(network_->shape())) {
    // Every member has a thread: there are no more tasks than workers. Task and worker need not have the same number.
    for (std::size_t i = 0; i < slots.size(); ++i) workers_[i * crew].barrier->resize(crew);
    pool_->run(slots.size() * crew, [&](std::size_t task, std::size_t) {
      Worker& first = workers_[task / crew * crew];
      run(first, workers_[task], {task % crew, crew, first.barrier.get()}, carry, slots[task / crew], output);
    });
    return;
  }
  // Few slots are spread over all workers before they are put together.
  const std::size_t share = (slots.size() + workers_.size() - 1) / workers_.size();
  const std::size_t n = std::clamp<std::size_t>(share, 1, together_);
  pool_->run((slots.size() + n - 1) / n, [&](std::size_t task, std::size_t worker) {
    run(workers_[worker], carry, slots.subspan(task * n, std::min(n, slots.size() - task * n)), output);
  });
}

template <class T>
std::size_t CanvasStepper<T>::arena_bytes() const {
  std::size_t sum = 0;
  for (const Worker& w : workers_) sum += w.pass.arena_bytes();
  return sum;
}

template class CanvasStepper<float>;
template class CanvasStepper<double>;

}  // namespace trm
