#include "bench/speed/suite.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <thread>
#include <utility>

#include "bench/speed/onednn.h"
#include "bench/speed/outcome.h"
#include "bench/speed/peak.h"
#include "bench/speed/peers.h"
#include "bench/speed/records.h"
#include "bench/speed/runner.h"
#include "bench/speed/schedule.h"
#include "bench/speed/table.h"
#include "engine/base/clock.h"
#include "engine/sys/topology.h"

namespace trm::bench {
namespace {

/// Threads of OpenMP wait that long for more work with all their might, which would be at the next one's cost.
constexpr std::chrono::milliseconds kQuiet{20};

constexpr const char* kRound = "all measurements once";

/// With less time than for this part of a round, only the shortest would run once more.
constexpr double kLeastOfRound = 0.25;

/// A run that long is timed from the first one on.
constexpr double kLongNs = 1e9;

/// Somebody who is timed, and where the samples go.
struct Entrant {
  std::unique_ptr<Runner> runner;  ///< null: a peer that failed
  double expected_ns = 0;
  std::size_t threads = 1;
  std::vector<double>* samples = nullptr;
  std::string peer = {};  ///< a program that may fail; empty: ours, or a library
};

/// Entrants that are compared with each other: they run one directly after the other.
struct Bout {
  std::vector<Entrant> entrants;
  std::string work = {};  ///< "W1, fp32, 1 thread"
  double spent_s = 0;
  std::size_t visits = 0;

  /// Seconds of a visit: as it was, or as the warming up lets expect.
  [[nodiscard]] double cost_s() const {
    if (visits > 0) return spent_s / static_cast<double>(visits);
    double sum = 0;
    for (const Entrant& entrant : entrants) sum += visit_seconds(entrant.expected_ns);
    return sum;
  }
};

class SpeedSuite {
 public:
  SpeedSuite(const SpeedSuiteOptions& options, const SuiteProgress& progress)
      : options_(options), measurement_(options, progress) {}

  Result<SpeedSuiteResult> run() {
    const std::int64_t begin = now_ns();
    if (options_.workloads.empty())
      return Error{ErrorCode::usage, "", "--task", "nothing to measure", "name a workload"};
    if (options_.types.empty()) return Error{ErrorCode::usage, "", "--dtype", "nothing to measure", "name a type"};
    if (Status s = measurement_.begin(results_); !s.ok()) return s.error();
    if (Status s = start_peers(); !s.ok()) return s.error();
    list_outcomes();
    load_onednn();
    if (Status s = make_bouts(); !s.ok()) return s.error();
    measure_peers_memory();
    if (Status s = warm_up(); !s.ok()) return s.error();
    if (Status s = take_rounds(begin); !s.ok()) return s.error();
    for (PeakRate& rate : peak_rates_) {
      for (const double ns : rate.times_ns) rate.outcome->giga_per_s.push_back(rate.operations / ns);
    }
    finish();
    return SpeedSuiteResult{std::move(results_), speed_table_text(outcome_)};
  }

 private:
  /// Samples of a peak are times like all others until the end.
  struct PeakRate {
    PeakOutcome* outcome;
    double operations;
    std::vector<double> times_ns;
  };

  /// Those that are there; then what our own processes take, as long as this one has no other thread.
  Status start_peers() {
    outcome_.machine_has_tiles = options_.isa_cap.empty() ? simd::missing_reason(simd::Isa::amx).empty()
                                                          : options_.kernels.isa == simd::Isa::amx;
    const bool any = std::any_of(options_.workloads.begin(), options_.workloads.end(), has_peers);
    if (options_.peers.empty() || !any) return {};
    measurement_.note("starting peers", 0, options_.peers.size());
    peers_ = std::make_unique<Peers>(options_.peers,
                                     [this](const std::string& who, const Error& reason) { leave_out(who, reason); });
    outcome_.peers = peers_->descriptions();
    if (peers_->empty()) return {};
    for (const SpeedWorkload& workload : options_.workloads) {
      if (!has_peers(workload)) continue;
      if (Status s = workload.model.validate(); !s.ok()) return s;
      measurement_.note("memory of " + workload.name, outcome_.memory.size(), options_.workloads.size());
      const simd::WeightType type = types_of(workload).front();
      const Result<std::size_t> bytes =
          our_peak_bytes(workload, simd::with_weights(*options_.kernels.table, type), options_.seed);
      if (!bytes.ok()) return bytes.error();
      outcome_.memory.push_back({workload, type, *bytes});
    }
    return {};
  }

  void measure_peers_memory() {
    for (MemoryOutcome& of : outcome_.memory) {
      measurement_.note("memory of the peers", 0, outcome_.memory.size());
      of.peer_bytes = peers_->memory(of.workload, of.type);
    }
  }

  [[nodiscard]] std::vector<simd::WeightType> types_of(const SpeedWorkload& workload) const {
    return workload.kind == SpeedKind::training ? training_types() : options_.types;
  }

  /// Everything that will be measured; samples are added to these, which stay where they are.
  void list_outcomes() {
    all_threads_ = options_.threads != 0 ? options_.threads : detect_topology().usable_threads();
    const std::vector<std::size_t> counts = thread_counts(all_threads_);
    for (const SpeedWorkload& workload : options_.workloads) {
      for (const std::size_t threads : counts) {
        if (threads > 1 && !workload.uses_threads) break;
        for (const simd::WeightType type : types_of(workload)) {
          BoutOutcome& bout = outcome_.bouts.emplace_back(BoutOutcome{workload, type, threads, {}, {}});
          if (!has_peers(workload)) continue;
          for (const PeerDescription& peer : outcome_.peers) bout.peers.push_back({peer.name, {}});
        }
      }
    }
    loops_ = peak_loops();
    std::erase_if(loops_, [this](const PeakLoop& loop) { return !is_asked(loop.type); });
    for (const PeakLoop& loop : loops_) {
      for (const std::size_t threads : counts) outcome_.peaks.push_back({loop.instruction, loop.type, threads, {}});
    }
  }

  /// Types that have gradients; where none of them is asked for, fp32.
  [[nodiscard]] std::vector<simd::WeightType> training_types() const {
    std::vector<simd::WeightType> out = options_.types;
    std::erase(out, simd::WeightType::int8);
    if (out.empty()) out.push_back(simd::WeightType::fp32);
    return out;
  }

  /// A peak is measured for its own type, and that of floats for bfloat16, too.
  [[nodiscard]] bool is_asked(simd::WeightType type) const {
    const auto has = [this](simd::WeightType t) {
      return std::find(options_.types.begin(), options_.types.end(), t) != options_.types.end();
    };
    return has(type) || (type == simd::WeightType::fp32 && has(simd::WeightType::bf16));
  }

  void load_onednn() {
    const bool steps = std::any_of(options_.workloads.begin(), options_.workloads.end(),
                                   [](const SpeedWorkload& w) { return w.kind == SpeedKind::step; });
    if (!options_.ask_onednn || !steps) return;
    // It gets what the machine has, as we do, or the same cap.
    Result<std::unique_ptr<OneDnn>> peer =
        OneDnn::load(options_.isa_cap.empty() ? nullptr : simd::onednn_cap(options_.kernels.isa));
    if (!peer.ok()) {
      leave_out(kOneDnnName, peer.error());
      return;
    }
    onednn_ = *std::move(peer);
    outcome_.onednn = onednn_->description();
    outcome_.onednn_has_tiles = onednn_->uses_tiles();
  }

  void leave_out(const std::string& who, const Error& reason) {
    left_out_.push_back(fmt::format("{}: {}", who, reason.text()));
    measurement_.note(who, 0, 0, "left out: " + reason.text());
  }

  Result<ThreadPool*> pool_of(std::size_t threads) {
    std::unique_ptr<ThreadPool>& pool = pools_[threads];
    if (pool == nullptr) {
      ThreadOptions options;
      options.threads = threads;
      options.pin = measurement_.pass().pin;
      Result<std::unique_ptr<ThreadPool>> made = ThreadPool::create(options);
      if (!made.ok()) return made.error();
      pool = *std::move(made);
    }
    return pool.get();
  }

  Result<std::unique_ptr<Runner>> make_ours(const BoutOutcome& bout) {
    const simd::Kernels<float>& kernels = simd::with_weights(*options_.kernels.table, bout.type);
    if (bout.workload.kind == SpeedKind::decoding) {
      return make_decoding_runner(bout.workload, options_.causal_model, options_.seed, kernels);
    }
    Result<ThreadPool*> pool = pool_of(bout.threads);
    if (!pool.ok()) return pool.error();
    const Result<std::shared_ptr<const RandomModel>> model = model_of(bout.workload);
    if (!model.ok()) return model.error();
    return bout.workload.kind == SpeedKind::training
               ? make_training_runner(**model, bout.workload.batch, options_.seed, kernels, **pool)
               : make_step_runner(*model, bout.workload.batch, options_.seed, kernels, **pool);
  }

  /// Made once for all types and threads: drawing the weights takes longer than packing them.
  Result<std::shared_ptr<const RandomModel>> model_of(const SpeedWorkload& workload) {
    if (last_model_ == nullptr || last_model_->config != workload.model) {
      if (Status s = workload.model.validate(); !s.ok()) return s.error();
      last_model_ = std::make_shared<const RandomModel>(workload.model, options_.seed);
    }
    return last_model_;
  }

  Status make_bouts() {
    for (BoutOutcome& outcome : outcome_.bouts) {
      measurement_.note(fmt::format("making {}", outcome.workload.name), bouts_.size(), outcome_.bouts.size());
      Result<std::unique_ptr<Runner>> ours = make_ours(outcome);
      if (!ours.ok()) return ours.error();
      Bout& bout = bouts_.emplace_back();
      bout.work = fmt::format("{}, {}", outcome.workload.name, outcome.mode());
      bout.entrants.push_back({*std::move(ours), 0, outcome.threads, &outcome.ours_ns});
      if (Status s = add_peers(outcome, bout); !s.ok()) return s;
      if (onednn_ == nullptr || outcome.workload.kind != SpeedKind::step) continue;
      Result<std::unique_ptr<Runner>> peer = onednn_->make_runner(outcome.workload, outcome.type, outcome.threads);
      if (peer.ok()) {
        bout.entrants.push_back({*std::move(peer), 0, outcome.threads, &outcome.onednn_ns});
      } else {
        leave_out(fmt::format("{}, {}, {}", kOneDnnName, outcome.workload.name, outcome.mode()), peer.error());
      }
    }
    peak_rates_.reserve(outcome_.peaks.size());
    for (PeakOutcome& outcome : outcome_.peaks) {
      Result<ThreadPool*> pool = pool_of(outcome.threads);
      if (!pool.ok()) return pool.error();
      const auto loop = std::find_if(loops_.begin(), loops_.end(),
                                     [&](const PeakLoop& l) { return l.instruction == outcome.instruction; });
      PeakRate& rate =
          peak_rates_.emplace_back(PeakRate{&outcome, loop->operations * static_cast<double>(outcome.threads), {}});
      bouts_.emplace_back().entrants.push_back({make_peak_runner(*loop, **pool), 0, outcome.threads, &rate.times_ns});
    }
    return {};
  }

  Status add_peers(BoutOutcome& outcome, Bout& bout) {
    for (PeerTimes& peer : outcome.peers) {
      const Result<std::shared_ptr<const RandomModel>> model = model_of(outcome.workload);
      if (!model.ok()) return model.error();
      std::unique_ptr<Runner> runner =
          peers_->make_runner(peer.peer, outcome, **model, options_.seed,
                              [this](const SpeedWorkload& workload) { return our_first_answer(workload); });
      if (runner == nullptr) continue;
      bout.entrants.push_back({std::move(runner), 0, outcome.threads, &peer.ns, peer.peer});
    }
    return {};
  }

  Result<PeerAnswer> our_first_answer(const SpeedWorkload& workload) {
    const simd::Kernels<float>& kernels = simd::with_weights(*options_.kernels.table, simd::WeightType::fp32);
    Result<ThreadPool*> pool = pool_of(1);
    if (!pool.ok()) return pool.error();
    const Result<std::shared_ptr<const RandomModel>> model = model_of(workload);
    if (!model.ok()) return model.error();
    PeerAnswer out;
    if (workload.kind == SpeedKind::training) {
      const Result<FirstUpdate> update = first_update(**model, workload.batch, options_.seed, kernels, **pool);
      if (!update.ok()) return update.error();
      out.loss = update->loss;
      out.grad_norm = update->grad_norm;
    } else {
      Result<std::vector<float>> logits = first_logits(*model, workload.batch, options_.seed, kernels, **pool);
      if (!logits.ok()) return logits.error();
      out.logits = *std::move(logits);
    }
    return out;
  }

  /// True: a peer's run failed, which is told and otherwise of no consequence.
  bool retired(Entrant& entrant, const Bout& bout, const Error& reason) {
    if (entrant.peer.empty()) return false;
    peers_->dropped(entrant.peer, bout.work, reason);
    entrant.runner = nullptr;
    return true;
  }

  /// Also says what a run of each may take. One that takes seconds needs no run for its first pages and code: what
  /// these cost is lost in it, and the run is its first sample, unless another one's would belong to it.
  Status warm_up() {
    for (std::size_t b = 0; b < bouts_.size(); ++b) {
      for (Entrant& entrant : bouts_[b].entrants) {
        entrant.expected_ns = entrant.runner->expected_ns();
        if (entrant.expected_ns > 0) continue;
        const std::int64_t begin = now_ns();
        const Result<double> parts = entrant.runner->warm_up();
        if (!parts.ok()) return parts.error();
        const auto elapsed = static_cast<double>(now_ns() - begin);
        entrant.expected_ns = *parts * elapsed;
        const bool alone = bouts_[b].entrants.size() == 1;
        if (alone && *parts == 1 && elapsed > kLongNs) entrant.samples->push_back(elapsed);
        if (entrant.threads > 1) std::this_thread::sleep_for(kQuiet);
      }
      measurement_.note("warming up", b + 1, bouts_.size());
    }
    return {};
  }

  /// Rounds until the time is up, and at least one. In the last ones only what still fits is run.
  Status take_rounds(std::int64_t begin) {
    // Those that have run already have had their turn in the first round.
    std::vector<bool> began;
    for (const Bout& bout : bouts_) began.push_back(has_sample(bout));
    for (std::size_t round = 0; round < kMostRounds; ++round) {
      std::vector<double> costs;
      for (const Bout& bout : bouts_) costs.push_back(bout.cost_s());
      const double left_s = options_.seconds - seconds_since(begin);
      if (round > 0 && left_s < kLeastOfRound * round_seconds(costs)) break;
      const std::size_t rounds = round + rounds_in(costs, left_s);
      std::size_t done = 0, ran = 0;
      for (const std::size_t b : shuffled(bouts_.size(), options_.seed, round)) {
        measurement_.tell(rounds, kRound, done++, bouts_.size());
        const bool too_long = seconds_since(begin) + costs[b] > options_.seconds;
        if ((round == 0 && began[b]) || !runs_in_round(costs[b], round)) continue;
        if (too_long && has_sample(bouts_[b])) continue;
        if (Status s = take_turns_in(bouts_[b], round); !s.ok()) return s;
        ++ran;
      }
      measurement_.tell(rounds, kRound, done, done,
                        fmt::format("{} of {}, {:.0f} s in all", ran, done, seconds_since(begin)));
    }
    return {};
  }

  static bool has_sample(const Bout& bout) { return !bout.entrants.front().samples->empty(); }

  Status take_turns_in(Bout& bout, std::size_t round) {
    const std::int64_t begin = now_ns();
    for (std::size_t turn = 0; turn < bout.entrants.size(); ++turn) {
      Entrant& entrant = bout.entrants[(turn + round) % bout.entrants.size()];
      if (entrant.runner == nullptr) continue;
      const Result<double> time = time_runner(*entrant.runner, entrant.expected_ns);
      if (!time.ok() && retired(entrant, bout, time.error())) continue;
      if (!time.ok()) return time.error();
      entrant.samples->push_back(*time);
      if (entrant.threads > 1) std::this_thread::sleep_for(kQuiet);
    }
    bout.spent_s += seconds_since(begin);
    ++bout.visits;
    return {};
  }

  void finish() {
    results_.title = "trm.cpp benchmark: speed";
    results_.seeds = {options_.seed};
    add_speed_records(outcome_, results_);
    const auto add = [&](const char* key, std::string value) {
      results_.environment.push_back({key, std::move(value)});
    };
    add("threads", std::to_string(all_threads_));
    std::vector<std::string> peers;
    if (!outcome_.onednn.empty()) add("peer", outcome_.onednn);
    for (const PeerDescription& peer : outcome_.peers) peers.push_back(peer.description);
    if (!peers.empty()) add("peers", fmt::format("{}", fmt::join(peers, "; ")));
    if (!left_out_.empty()) add("left_out", fmt::format("{}", fmt::join(left_out_, "; ")));
    add("goals", speed_goals_text(outcome_));
    add("speed_protocol",
        fmt::format(
            "One process for ours and oneDNN, one for each other peer, which reads its clock itself. Rounds of all "
            "measurements in a random order, those of one kind directly after each other and by turns the first; {} s "
            "in all, so what takes longer than three seconds is in fewer "
            "rounds. A sample is one run after a pause of {} ms for the other's threads; of what takes under 50 ms it "
            "is the median of several, after one that is not timed. Before the rounds, each has done a part of its "
            "work, "
            "and an update that takes more than a second its first sample. Samples are those of results.json, in the "
            "order "
            "of the rounds. A step is one supervision step: H_cycles 3, L_cycles 6, two layers, 21 evaluations; "
            "weights and puzzles are random. Operations are those of the products with weights and in attention. "
            "oneDNN multiplies with the weights alone: no attention, norm, gate, or conversion of types. The other "
            "peers do the whole work with the same weights and puzzles. Memory is the largest resident set of a "
            "process of each for one workload on one thread. Where one "
            "puzzle or stream leaves nothing to share, one thread is all that is measured.",
            options_.seconds, kQuiet.count()));
  }

  const SpeedSuiteOptions& options_;
  Measurement measurement_;
  reports::RunResults results_;
  SpeedOutcome outcome_;
  std::size_t all_threads_ = 1;
  std::vector<PeakLoop> loops_;
  std::map<std::size_t, std::unique_ptr<ThreadPool>> pools_;
  std::shared_ptr<const RandomModel> last_model_;
  std::unique_ptr<OneDnn> onednn_;
  std::unique_ptr<Peers> peers_;
  std::vector<PeakRate> peak_rates_;
  std::vector<Bout> bouts_;  // their runners use pools and peer, so they end first
  std::vector<std::string> left_out_;
};

}  // namespace

std::vector<std::size_t> thread_counts(std::size_t all) {
  std::vector<std::size_t> out = {1};
  if (all >= 2) out.push_back(2);
  if (all > 2) out.push_back(all);
  return out;
}

Result<SpeedSuiteResult> run_speed_suite(const SpeedSuiteOptions& options, const SuiteProgress& progress) {
  return SpeedSuite(options, progress).run();
}

}  // namespace trm::bench
