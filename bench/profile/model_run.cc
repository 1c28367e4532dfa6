#include "bench/profile/model_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "bench/profile/recorder.h"
#include "bench/speed/runner.h"
#include "engine/infer/canvas_stepper.h"
#include "engine/model/recursion.h"
#include "engine/sys/memory.h"
#include "engine/sys/thread_pool.h"
#include "tasks/ask/causal_model.h"
#include "tasks/ask/puzzle_model.h"

namespace trm::bench {
namespace {

constexpr std::uint64_t kSeed = 1;
/// Calls that are kept of each thread: a step of the largest workload has some tens of thousands.
constexpr std::size_t kMostCalls = 400'000;
/// What is quicker is recorded several times.
constexpr double kRecordedSeconds = 0.3;
constexpr std::size_t kMostRepeats = 40;
/// Tokens of a frame, about, as in the speed suite.
constexpr std::size_t kFrameTokens = 96;

/// Networks and pools live as long as the runner that uses them.
struct Running {
  std::unique_ptr<ThreadPool> pool;
  std::unique_ptr<Runner> runner;
};

Result<Running> make_runner(const ProfiledModel& model, const std::shared_ptr<const RandomModel>& weights,
                            const simd::Kernels<float>& kernels, std::size_t threads) {
  Running out;
  if (model.workload.kind == SpeedKind::decoding) {
    Result<std::unique_ptr<Runner>> runner = make_decoding_runner(model.workload, model.file, kSeed, kernels);
    if (!runner.ok()) return runner.error();
    out.runner = *std::move(runner);
    return out;
  }
  Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::create({.threads = threads});
  if (!pool.ok()) return pool.error();
  out.pool = *std::move(pool);
  Result<std::unique_ptr<Runner>> runner = make_step_runner(weights, model.workload.batch, kSeed, kernels, *out.pool);
  if (!runner.ok()) return runner.error();
  out.runner = *std::move(runner);
  return out;
}

/// Seconds of one look at the clock, when nobody disturbs it.
double clock_cost_s() {
  constexpr int kLooks = 200;
  double least = 1;
  for (int again = 0; again < 20; ++again) {
    least = std::min(least, time_of([] {
                       for (int i = 0; i < kLooks; ++i) now_ns();
                     }));
  }
  return least / kLooks;
}

/// Seconds by which the recorder lengthens a call of a small kernel: two looks at the clock, a note, and the work of
/// the next call, which can no longer begin before this one has ended. recorded: recorded_kernels() of `plain`.
double recorder_cost_s(const simd::Kernels<float>& plain, const simd::Kernels<float>& recorded) {
  constexpr std::size_t kWidth = 112, kRounds = 100, kCallsOfRound = 4;
  std::vector<float> x(2 * kWidth, 0.5F), y(2 * kWidth, 0.25F), z(kWidth);
  const auto rounds = [&](const simd::Kernels<float>& k) {
    return time_of([&] {
      for (std::size_t i = 0; i < kRounds; ++i) {
        k.rms_norm_forward(x.data(), nullptr, z.data(), nullptr, 1, kWidth, 1e-5F);
        k.add(y.data(), z.data(), kWidth);
        k.silu_gate_forward(x.data(), z.data(), 1, kWidth);
        k.scale(y.data(), 0.5F, kWidth);
      }
    });
  };
  double without = 1, with = 1;
  start_recording(Detail::times, 20 * kRounds * kCallsOfRound);
  for (int again = 0; again < 20; ++again) {
    without = std::min(without, rounds(plain));
    with = std::min(with, rounds(recorded));
  }
  stop_recording();
  return std::max(0.0, with - without) / static_cast<double>(kRounds * kCallsOfRound);
}

std::uint64_t cpu_ns() {
  const ProcessUsage usage = process_usage();
  return usage.user_ns + usage.system_ns;
}

/// Short steps are repeated until this part of the seconds is over: others take a CPU for some milliseconds at a time.
constexpr double kLeastPart = 0.25;
constexpr std::size_t kMostSamples = 60;

/// Whole steps, as many as the options allow. A thread that waits for another spins, so it has its CPU, too.
Status time_steps(Runner& runner, const ModelRunOptions& options, ModelTime& out) {
  std::vector<double> seconds;
  double all = 0, least_cpu = 1e18;
  const std::uint64_t before = cpu_ns();
  const auto more = [&] {
    if (seconds.empty()) return true;
    if (all < kLeastPart * options.seconds && seconds.size() < kMostSamples) return true;
    return seconds.size() < options.samples && all + all / static_cast<double>(seconds.size()) <= options.seconds;
  };
  while (more()) {
    Status status;
    const std::uint64_t step = cpu_ns();
    seconds.push_back(time_of([&] { status = runner.run(); }));
    if (!status.ok()) return status;
    least_cpu = std::min(least_cpu, static_cast<double>(cpu_ns() - step) * 1e-9);
    all += seconds.back();
  }
  // A call that is longer than a turn of the scheduler never goes undisturbed, and then the time on the CPU says more.
  // What is shorter than the kernel's own clock of it does not.
  if (out.threads == 1 && least_cpu > 0.05) out.quiet_s = std::min(out.quiet_s, least_cpu);
  out.cpu_share = static_cast<double>(cpu_ns() - before) * 1e-9 / (all * static_cast<double>(out.threads));
  out.step_s = Figure::of(std::move(seconds));
  if (out.threads == 1) out.quiet_s = std::min(out.quiet_s, out.step_s.low);
  return {};
}

/// Twice the recorded part of a step: what it calls, and what it had touched before.
Result<std::vector<KernelCall>> record_calls(Runner& runner, const std::string& model) {
  Status status;
  start_recording(Detail::all, kMostCalls);
  for (int again = 0; again < 2 && status.ok(); ++again) {
    const Result<double> part = runner.warm_up();
    if (!part.ok()) status = part.error();
  }
  Recording recorded = stop_recording();
  if (!status.ok()) return status.error();
  if (recorded.lost > 0 || recorded.calls.size() % 2 != 0) {
    return Error{ErrorCode::unsupported, "", model, "calls too many kernels in a step to be recorded",
                 "profile a smaller batch"};
  }
  return std::move(recorded.calls);
}

/// The recorded part again and again, for its times alone; `all_s`: of all of them.
Result<std::vector<CallTimes>> record_times(Runner& runner, std::size_t calls, double& all_s, std::size_t& repeats) {
  Status status;
  start_recording(Detail::times, std::max(kMostCalls, calls));
  do {
    all_s += time_of([&] {
      const Result<double> part = runner.warm_up();
      if (!part.ok()) status = part.error();
    });
    ++repeats;
  } while (status.ok() && all_s < kRecordedSeconds && repeats < kMostRepeats && (repeats + 1) * calls <= kMostCalls);
  Recording recorded = stop_recording();
  if (!status.ok()) return status.error();
  return std::move(recorded.times);
}

/// Fills in what the recorder sees of steps on one thread, of which it takes `recorder_s` for each call.
Status record_steps(Runner& runner, double recorder_s, bool keep_calls, ModelTime& out) {
  const Result<double> part = runner.warm_up();
  if (!part.ok()) return part.error();
  const Result<std::vector<KernelCall>> calls = record_calls(runner, out.model);
  if (!calls.ok()) return calls.error();
  const std::size_t each = calls->size() / 2;
  double all = 0;
  std::size_t repeats = 0;
  const Result<std::vector<CallTimes>> times = record_times(runner, each, all, repeats);
  if (!times.ok()) return times.error();
  if (each == 0 || times->size() != each * repeats) {
    return Error{ErrorCode::unsupported, "", out.model, "calls other kernels in each step", "profile another model"};
  }
  // A call's time holds one look at the clock; the time to the next one holds what else the recorder takes.
  const double look = clock_cost_s();
  std::vector<double> seconds;
  double between = all;
  for (std::size_t r = 0; r < repeats; ++r) {
    double gaps = 0;
    for (std::size_t c = r * each; c < (r + 1) * each; ++c) {
      const CallTimes& call = (*times)[c];
      seconds.push_back(std::max(call.seconds() - look, 0.2 * call.seconds()));
      if (c > r * each)
        gaps += static_cast<double>(call.begin_ns - (*times)[c - 1].end_ns) * 1e-9 - (recorder_s - look);
    }
    between = std::min(between, gaps);
  }
  out.recorded_s = all / static_cast<double>(repeats) * *part;
  out.recorded_part = 1 / *part;
  out.groups = group_calls(*calls, each, seconds);
  for (CallGroup& group : out.groups) {
    group.count *= *part;
    group.measured_s *= *part;
    out.quiet_s += group.measured_s;
  }
  out.between_s = std::max(0.0, between) * *part;
  out.quiet_s += out.between_s;
  if (keep_calls) out.calls.assign(calls->begin() + static_cast<std::ptrdiff_t>(each), calls->end());
  return {};
}

WorkShape work_shape(const SpeedWorkload& workload) {
  WorkShape out;
  out.batch = workload.batch;
  if (workload.kind == SpeedKind::decoding) {
    out.causal = true;
    return out;
  }
  const std::size_t together = samples_per_pass(workload.model);
  out.passes = (workload.batch + together - 1) / together;
  out.crew = RecursionPass<float>::serves_crew(unit_shape(workload.model));
  out.meetings = 2 * layer_passes(workload.model) + 2;
  return out;
}

}  // namespace

Result<ProfiledModel> profiled_workload(const SpeedWorkload& workload, const std::string& causal_model) {
  ProfiledModel out;
  out.name = workload.name;
  out.workload = workload;
  if (workload.kind == SpeedKind::training) {
    return Error{ErrorCode::usage, "", "--model", fmt::format("{} is an update of a training", workload.name),
                 "profile a step or a decoding, such as W1 or decode-1"};
  }
  if (workload.kind == SpeedKind::decoding) {
    Result<ProfiledModel> file = profiled_file(workload.name, causal_model);
    if (!file.ok()) return file.error();
    file->workload.batch = workload.batch;
    return file;
  }
  out.evaluations = recursion_plan(workload.model).evaluations.size();
  return out;
}

Result<ProfiledModel> profiled_file(const std::string& name, const std::string& file) {
  ProfiledModel out;
  out.name = name;
  out.file = file;
  out.workload.name = name;
  if (tasks::is_puzzle_model(file)) {
    const Result<tasks::PuzzleModelInfo> info = tasks::read_puzzle_model_info(file);
    if (!info.ok()) return info.error();
    CanvasConfig config = info->config;
    config.seq_len = config.total_len();
    config.puzzle_emb_ndim = config.puzzle_emb_len = 0;
    config.num_puzzle_identifiers = 1;
    out.workload.kind = SpeedKind::step;
    out.workload.model = config;
    out.evaluations = recursion_plan(config).evaluations.size();
    return out;
  }
  const Result<Model> model = tasks::read_causal_model(file);
  if (!model.ok()) return model.error();
  out.workload.kind = SpeedKind::decoding;
  out.workload.tokens = std::min(kFrameTokens, model->config.max_tokens);
  out.evaluations = recursion_plan(model->config).evaluations.size();
  return out;
}

Result<std::vector<ModelTime>> run_model(const ProfiledModel& model, simd::WeightType type, const std::string& isa,
                                         const std::vector<std::size_t>& threads, const ModelRunOptions& options) {
  const std::optional<simd::Isa> known = simd::parse_isa(isa);
  const simd::Kernels<float>* kernels = known ? simd::isa_table(*known, type) : nullptr;
  if (kernels == nullptr) {
    return Error{ErrorCode::unsupported, "", "instruction set", fmt::format("{} does not run here", isa),
                 "use another one"};
  }
  std::shared_ptr<const RandomModel> weights;
  if (model.workload.kind == SpeedKind::step) weights = std::make_shared<RandomModel>(model.workload.model, kSeed);
  ModelTime first;
  first.model = model.name;
  first.type = simd::weight_type_name(type);
  first.isa = isa;
  first.shape = model.workload.shape();
  first.evaluations = model.evaluations;
  first.tokens = model.workload.kind == SpeedKind::decoding ? model.workload.tokens : 0;
  first.work = work_shape(model.workload);
  std::vector<ModelTime> out;
  {
    const simd::Kernels<float>& recorded = recorded_kernels(*kernels);
    Result<Running> watched = make_runner(model, weights, recorded, 1);
    if (!watched.ok()) return watched.error();
    const double recorder_s = recorder_cost_s(*kernels, recorded);
    if (Status s = record_steps(*watched->runner, recorder_s, options.keep_calls, first); !s.ok()) return s.error();
  }
  for (const std::size_t count : threads) {
    if (model.workload.kind == SpeedKind::decoding && count > 1) continue;
    Result<Running> plain = make_runner(model, weights, *kernels, count);
    if (!plain.ok()) return plain.error();
    const Result<double> warm = plain->runner->warm_up();
    if (!warm.ok()) return warm.error();
    ModelTime timed = count == 1 ? first : ModelTime{};
    if (count != 1) {
      timed.model = first.model;
      timed.type = first.type;
      timed.isa = first.isa;
      timed.shape = first.shape;
      timed.evaluations = first.evaluations;
      timed.work = first.work;
      timed.groups = first.groups;
      timed.between_s = first.between_s;
    }
    timed.threads = count;
    if (Status s = time_steps(*plain->runner, options, timed); !s.ok()) return s.error();
    out.push_back(std::move(timed));
  }
  return out;
}

}  // namespace trm::bench
