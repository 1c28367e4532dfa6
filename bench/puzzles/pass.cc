#include "bench/puzzles/pass.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "engine/base/clock.h"
#include "engine/infer/canvas_eval.h"
#include "engine/sys/memory.h"
#include "engine/sys/thread_pool.h"
#include "tasks/ask/puzzle_model.h"

namespace trm::bench {

namespace {

/// Puzzles whose states fit into a modest piece of memory, and enough to keep all threads busy.
std::size_t batch_size(const CanvasConfig& config, std::size_t threads, std::size_t rows) {
  constexpr std::size_t kStateBytes = std::size_t{64} << 20;
  constexpr std::size_t kMost = 256;
  const std::size_t each = 2 * config.total_len() * config.hidden_size * sizeof(float);
  const std::size_t wanted = std::clamp<std::size_t>(kStateBytes / each, std::min(threads, kMost), kMost);
  return std::min(wanted, rows);
}

void judge(const CanvasVerdict& v, PuzzlePass& out) {
  const std::size_t row = v.row;
  out.exact[row * out.steps + v.step] = v.correct() ? 1 : 0;
  if (out.halting_step[row] == 0 && (v.q_halt > 0.0F || v.step + 1 == out.steps)) {
    out.halting_step[row] = static_cast<std::uint32_t>(v.step + 1);
  }
  if (v.step + 1 != out.steps) return;
  out.labelled[row] = static_cast<std::uint32_t>(v.labelled);
  out.right[row] = static_cast<std::uint32_t>(v.right);
  out.q_halt[row] = v.q_halt;
  std::transform(v.predictions.begin(), v.predictions.end(),
                 out.answers.begin() + static_cast<std::ptrdiff_t>(row * v.predictions.size()),
                 [](std::int32_t token) { return static_cast<std::uint8_t>(token); });
}

/// The arrays of a pass, in the order in which they go through the pipe.
template <class Pass, class Visit>
void visit_arrays(Pass& pass, Visit&& visit) {
  visit(pass.exact);
  visit(pass.halting_step);
  visit(pass.labelled);
  visit(pass.right);
  visit(pass.q_halt);
  visit(pass.answers);
}

/// Everything else, with the number of cells in a row.
struct PassTotals {
  std::size_t rows, steps, length;
  std::int64_t elapsed_ns, halting_ns;
  std::size_t threads, together, rss_peak_bytes;
};

void resize(PuzzlePass& pass, std::size_t length) {
  pass.exact.resize(pass.rows * pass.steps);
  pass.halting_step.resize(pass.rows);
  pass.labelled.resize(pass.rows);
  pass.right.resize(pass.rows);
  pass.q_halt.resize(pass.rows);
  pass.answers.resize(pass.rows * length);
}

Bytes to_bytes(const PuzzlePass& pass) {
  const std::size_t length = pass.rows == 0 ? 0 : pass.answers.size() / pass.rows;
  const PassTotals totals{pass.rows,       pass.steps,   length,        pass.elapsed_ns,
                          pass.halting_ns, pass.threads, pass.together, pass.rss_peak_bytes};
  Bytes out(sizeof totals);
  std::memcpy(out.data(), &totals, sizeof totals);
  visit_arrays(pass, [&](const auto& values) {
    const auto bytes = std::as_bytes(std::span(values));
    out.insert(out.end(), bytes.begin(), bytes.end());
  });
  return out;
}

PuzzlePass pass_from_bytes(const Bytes& bytes) {
  PassTotals totals{};
  std::memcpy(&totals, bytes.data(), sizeof totals);
  PuzzlePass out;
  out.rows = totals.rows;
  out.steps = totals.steps;
  out.elapsed_ns = totals.elapsed_ns;
  out.halting_ns = totals.halting_ns;
  out.threads = totals.threads;
  out.together = totals.together;
  out.rss_peak_bytes = totals.rss_peak_bytes;
  resize(out, totals.length);
  std::size_t at = sizeof totals;
  visit_arrays(out, [&](auto& values) {
    const auto place = std::as_writable_bytes(std::span(values));
    std::memcpy(place.data(), bytes.data() + at, place.size());
    at += place.size();
  });
  return out;
}

/// A model that answers one puzzle at a time.
class PuzzleWorker {
 public:
  static Result<PuzzleWorker> create(const std::string& path, ThreadPool& pool, const simd::Kernels<float>& kernels) {
    Result<tasks::PuzzleModel> model = tasks::PuzzleModel::load(path, kernels);
    if (!model.ok()) return model.error();
    Result<CanvasStepper<float>> stepper = CanvasStepper<float>::create(model->network(), model->table(), pool);
    if (!stepper.ok()) return stepper.error();
    return PuzzleWorker(*std::move(model), *std::move(stepper));
  }

  void answer(const tasks::PuzzleDataset& puzzles, std::size_t row, PuzzleLatency& out) {
    const CanvasNetwork<float>& network = model_.network();
    const std::size_t slots[] = {0};
    tasks::fill_batch(puzzles, row, batch_);
    std::int64_t halting = 0;
    const std::int64_t begin = now_ns();
    std::fill(carry_.halted.begin(), carry_.halted.end(), std::uint8_t{1});
    carry_.refill(network, batch_);
    for (std::size_t step = 1; step <= network.config().halt_max_steps; ++step) {
      stepper_.step(carry_, slots, output_);
      if (halting == 0 && output_.q.data()[0] > 0.0F) halting = now_ns() - begin;
    }
    const std::int64_t all = now_ns() - begin;
    out.all_steps_ns.push_back(all);
    out.halting_ns.push_back(halting == 0 ? all : halting);
  }

 private:
  PuzzleWorker(tasks::PuzzleModel model, CanvasStepper<float> stepper)
      : model_(std::move(model)),
        stepper_(std::move(stepper)),
        batch_(1, model_.network().config().seq_len),
        carry_(model_.network(), 1),
        output_(model_.network().config(), 1) {}

  tasks::PuzzleModel model_;
  CanvasStepper<float> stepper_;
  CanvasBatch batch_;
  Carry<float> carry_;
  CanvasOutput<float> output_;
};

}  // namespace

Result<PuzzlePass> run_puzzles(const std::string& model, const tasks::PuzzleDataset& puzzles,
                               const PassOptions& options, const Progress& progress) {
  ThreadOptions thread_options;
  thread_options.threads = options.threads;
  thread_options.pin = options.pin;
  Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::create(thread_options);
  if (!pool.ok()) return pool.error();
  Result<tasks::PuzzleModel> loaded = tasks::PuzzleModel::load(model, *options.kernels);
  if (!loaded.ok()) return loaded.error();
  if (Status s = loaded->check_rows(puzzles.puzzle_identifiers); !s.ok()) return s.error();
  const CanvasNetwork<float>& network = loaded->network();
  Result<CanvasStepper<float>> stepper = CanvasStepper<float>::create(network, loaded->table(), **pool);
  if (!stepper.ok()) return stepper.error();
  PuzzlePass out;
  out.rows = puzzles.examples();
  out.steps = network.config().halt_max_steps;
  out.threads = (*pool)->size();
  out.together = batch_size(network.config(), out.threads, out.rows);
  resize(out, puzzles.metadata.seq_len);
  std::optional<Error> diverged;
  std::size_t begun = 0;
  const auto next = [&](CanvasBatch& batch, std::size_t b) {
    if (begun == out.rows || diverged) return false;
    tasks::fill_row(puzzles, begun++, batch, b);
    return true;
  };
  const std::int64_t begin = now_ns();
  watch_samples(network, *stepper, out.together, out.steps, next, [&](const CanvasVerdict& v) {
    judge(v, out);
    if (progress && v.step + 1 == out.steps) progress(v.row + 1);
    if (v.finite || diverged) return false;
    diverged = Error{
        ErrorCode::bad_input, model, "",
        "its output for puzzle " + std::to_string(v.row) + " is not finite after step " + std::to_string(v.step + 1),
        "train it again with a smaller rate"};
    return false;
  });
  if (diverged) return *diverged;
  out.elapsed_ns = now_ns() - begin;
  // The same again, where the one that halts makes room: its answers are known.
  begun = 0;
  const std::int64_t again = now_ns();
  watch_samples(network, *stepper, out.together, out.steps, next,
                [](const CanvasVerdict& v) { return v.q_halt > 0.0F; });
  out.halting_ns = now_ns() - again;
  out.rss_peak_bytes = rss_peak_bytes();
  return out;
}

Result<PuzzlePass> run_puzzles_in_child(const std::string& model, const tasks::PuzzleDataset& puzzles,
                                        const PassOptions& options, const Progress& progress) {
  static_assert(std::is_trivially_copyable_v<PassTotals>);
  const Result<Bytes> bytes = run_in_child(
      [&](const Progress& tell) -> Result<Bytes> {
        const Result<PuzzlePass> pass = run_puzzles(model, puzzles, options, tell);
        if (!pass.ok()) return pass.error();
        return to_bytes(*pass);
      },
      progress);
  if (!bytes.ok()) return bytes.error();
  return pass_from_bytes(*bytes);
}

Result<std::vector<PuzzleLatency>> time_puzzles(std::span<const std::string> models,
                                                const tasks::PuzzleDataset& puzzles, const LatencyOptions& options,
                                                const Progress& progress) {
  ThreadOptions one;
  one.threads = 1;
  Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::create(one);
  if (!pool.ok()) return pool.error();
  std::vector<PuzzleWorker> runners;
  for (const std::string& path : models) {
    Result<PuzzleWorker> runner = PuzzleWorker::create(path, **pool, *options.kernels);
    if (!runner.ok()) return runner.error();
    runners.push_back(*std::move(runner));
  }
  std::vector<PuzzleLatency> out(runners.size());
  PuzzleLatency unused;
  const auto ask = [&](std::size_t who, std::size_t row, bool timed) {
    runners[who].answer(puzzles, row, timed ? out[who] : unused);
    return Status();
  };
  if (Status s = take_turns(runners.size(), puzzles.examples(), options, ask, progress); !s.ok()) return s.error();
  return out;
}

}  // namespace trm::bench
