#include "bench/compare/pairs.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/base/clock.h"
#include "engine/base/random.h"

namespace trm::bench {
namespace {

namespace compare = reports::compare;

constexpr std::size_t kLeastSamePairs = 8;

/// A series of one run as the first of many.
compare::Series first_of(const compare::Series& run) {
  compare::Series out = run;
  if (run.kind == compare::Kind::accuracy || run.kind == compare::Kind::fact) return out;
  out.samples = {run.value};
  out.interval.reset();
  return out;
}

/// Two sides of pairs, and what only one run of a pair had.
struct Sides {
  compare::Measurements first, second;
  compare::Measurements only_first, only_second;
};

void grow(compare::Measurements& to, const compare::Series& run) {
  for (compare::Series& series : to.series) {
    if (series.name != run.name || series.metric != run.metric) continue;
    if (series.kind != compare::Kind::accuracy && series.kind != compare::Kind::fact)
      series.samples.push_back(run.value);
    return;
  }
  to.series.push_back(first_of(run));
}

/// Adds the two runs of a pair: metrics that both have grow together.
void add_pair(Sides& to, const compare::Measurements& first, const compare::Measurements& second) {
  for (const compare::Series& run : first.series) {
    const compare::Series* other = second.find(run.name, run.metric);
    if (other == nullptr) {
      grow(to.only_first, run);
      continue;
    }
    grow(to.first, run);
    grow(to.second, *other);
  }
  for (const compare::Series& run : second.series) {
    if (first.find(run.name, run.metric) == nullptr) grow(to.only_second, run);
  }
}

/// A metric that no pair had on both sides is told as one that a side lacks.
void add_lonely(compare::Measurements& to, const compare::Measurements& lonely) {
  for (const compare::Series& series : lonely.series) {
    if (to.find(series.name, series.metric) == nullptr) to.series.push_back(series);
  }
}

/// The facts of a side, from its first run.
void take_facts(compare::Measurements& to, const compare::Measurements& from) {
  to.format = from.format;
  to.machine = from.machine;
  to.environment = from.environment;
  to.seeds = from.seeds;
  to.notes = from.notes;
}

class Pairs {
 public:
  Pairs(const Sampler& sampler, const PairOptions& options) : sampler_(sampler), options_(options) {
    same_pairs_ = options.same_pairs.value_or(std::max(kLeastSamePairs, options.pairs));
    begin_ = now();
  }

  Result<compare::Evidence> run() {
    evidence_.paired = evidence_.same_paired = true;
    for (const Side side : {Side::before, Side::after}) {
      const Result<bool> good = sample(side, "the warm-up", side == Side::before ? "warm-up-old" : "warm-up-new", 0, 2);
      if (!good.ok()) return good.error();
      if (stopped()) break;
      if (*good) take_facts(side == Side::before ? evidence_.before : evidence_.after, last_.measured);
    }
    // A program that fails at once is measured no further; the other one alone has nothing to be compared with.
    if (!evidence_.failures.empty()) return std::move(evidence_);
    if (stopped()) {
      evidence_.after.notes.push_back("a signal ended the run before the first pair");
      return std::move(evidence_);
    }
    Sides same;
    if (Status s = measure_same(same); !s.ok()) return s.error();
    if (same_pairs_ > 0) evidence_.same.emplace(std::move(same.first), std::move(same.second));
    if (Status s = measure_both(); !s.ok()) return s.error();
    for (compare::Measurements* side : {&evidence_.before, &evidence_.after}) finish(*side);
    if (evidence_.same) {
      finish(evidence_.same->first);
      finish(evidence_.same->second);
    }
    return std::move(evidence_);
  }

 private:
  [[nodiscard]] std::int64_t now() const { return options_.clock ? options_.clock() : now_ns(); }

  [[nodiscard]] bool stopped() const {
    return options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed);
  }

  /// Has the budget, of which this phase may use the first `part`, room for another pair?
  [[nodiscard]] bool room(double part) const {
    if (options_.budget_ns == 0) return true;
    const double allowed = static_cast<double>(options_.budget_ns) * part;
    return static_cast<double>(now() - begin_ + longest_pair_) <= allowed;
  }

  /// False: it failed, which is noted; or somebody stopped it, which is no failure of the program.
  Result<bool> sample(Side side, const std::string& what, const std::string& name, std::size_t done,
                      std::size_t total) {
    if (stopped()) return false;
    if (options_.progress) options_.progress(what, done, total);
    Result<RunOutcome> outcome = sampler_(side);
    if (!outcome.ok()) return outcome.error();
    last_ = *std::move(outcome);
    if (stopped()) return false;
    if (options_.keep) {
      if (Status s = options_.keep(name, last_); !s.ok()) return s.error();
    }
    std::size_t& failed = failed_in_a_row_[side == Side::after ? 1 : 0];
    if (last_.failure.empty()) {
      failed = 0;
      return true;
    }
    ++failed;
    evidence_.failures.push_back({side == Side::after, what, last_.failure, last_.last_words});
    return false;
  }

  [[nodiscard]] bool gave_up() const { return std::max(failed_in_a_row_[0], failed_in_a_row_[1]) >= kMostFailures; }

  Status measure_same(Sides& sides) {
    for (std::size_t i = 0; i < same_pairs_ && !gave_up() && !stopped() && (i == 0 || room(0.5)); ++i) {
      const std::int64_t begin = now();
      const std::string what = fmt::format("pair {} of the old program with itself", i + 1);
      const Result<bool> one = sample(Side::before, what, fmt::format("same-{:03}-a", i + 1), i, same_pairs_);
      if (!one.ok()) return one.error();
      const RunOutcome kept = last_;
      const Result<bool> two = sample(Side::before, what, fmt::format("same-{:03}-b", i + 1), i, same_pairs_);
      if (!two.ok()) return two.error();
      longest_pair_ = std::max(longest_pair_, now() - begin);
      if (*one && *two) add_pair(sides, kept.measured, last_.measured);
    }
    return {};
  }

  Status measure_both() {
    std::size_t made = 0;
    Sides sides;
    for (std::size_t i = 0; i < options_.pairs && !gave_up() && !stopped(); ++i) {
      if (i > 0 && !room(1)) {
        evidence_.after.notes.push_back(
            fmt::format("the time of --max-seconds ended the run after {} of {} pairs", made, options_.pairs));
        break;
      }
      const std::int64_t begin = now();
      const std::string what = fmt::format("pair {}", i + 1);
      const bool old_first = random_bits(options_.seed, 0x70616972, i) >> 63 == 0;
      RunOutcome outcomes[2];
      bool good = true;
      for (const bool first : {true, false}) {
        const Side side = first == old_first ? Side::before : Side::after;
        const char* name = side == Side::before ? "old" : "new";
        const Result<bool> one = sample(side, what, fmt::format("pair-{:03}-{}", i + 1, name), i, options_.pairs);
        if (!one.ok()) return one.error();
        good = good && *one;
        outcomes[side == Side::before ? 0 : 1] = last_;
      }
      longest_pair_ = std::max(longest_pair_, now() - begin);
      if (!good) continue;
      add_pair(sides, outcomes[0].measured, outcomes[1].measured);
      ++made;
    }
    evidence_.before.series = std::move(sides.first.series);
    evidence_.after.series = std::move(sides.second.series);
    add_lonely(evidence_.before, sides.only_first);
    add_lonely(evidence_.after, sides.only_second);
    if (stopped())
      evidence_.after.notes.push_back(fmt::format("a signal ended the run after {} of {} pairs", made, options_.pairs));
    else if (gave_up())
      evidence_.after.notes.push_back(
          fmt::format("a program failed {} times in a row, so no further pair was run", kMostFailures));
    return {};
  }

  static void finish(compare::Measurements& side) {
    for (compare::Series& series : side.series) {
      // What the reader of a run has checked is still right; only the middle is new.
      if (series.kind != compare::Kind::fact) static_cast<void>(complete(series, side.file).ok());
    }
  }

  const Sampler& sampler_;
  const PairOptions& options_;
  std::size_t same_pairs_ = 0;
  std::int64_t begin_ = 0;
  std::int64_t longest_pair_ = 0;
  std::size_t failed_in_a_row_[2] = {0, 0};
  RunOutcome last_;
  compare::Evidence evidence_;
};

}  // namespace

Result<compare::Evidence> measure_pairs(const Sampler& sampler, const PairOptions& options) {
  return Pairs(sampler, options).run();
}

}  // namespace trm::bench
