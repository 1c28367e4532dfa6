#include "reports/compare/judge.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/base/closest.h"
#include "reports/compare/statistics.h"
#include "reports/format.h"
#include "reports/stats.h"

namespace trm::reports::compare {
namespace {

/// More pairs than anybody runs: the change is as large as the threshold.
constexpr double kMostPairs = 10'000;

std::vector<double> logs(const std::vector<double>& values) {
  std::vector<double> out;
  out.reserve(values.size());
  for (const double x : values) out.push_back(std::log(x));
  return out;
}

/// Larger is worse.
double turned(double log_ratio, Better better) {
  return better == Better::higher ? -log_ratio : log_ratio;
}

std::vector<double> paired_logs(const std::vector<double>& before, const std::vector<double>& after, Better better) {
  std::vector<double> out;
  for (std::size_t i = 0; i < std::min(before.size(), after.size()); ++i)
    out.push_back(turned(std::log(after[i] / before[i]), better));
  return out;
}

/// Of the turned log ratio.
struct Estimate {
  double middle = 0;
  std::optional<Interval> interval;
  std::size_t n = 0;  ///< pairs, or samples on the smaller side
};

Estimate estimate(const std::vector<double>& before, const std::vector<double>& after, bool paired, Better better,
                  std::uint64_t seed) {
  Estimate out;
  if (paired) {
    const std::vector<double> w = paired_logs(before, after, better);
    out.n = w.size();
    out.middle = median(w).value_or(0);
    out.interval = bootstrap_median(w, seed);
    return out;
  }
  const std::vector<double> early = logs(before), late = logs(after);
  out.n = std::min(early.size(), late.size());
  out.middle = turned(median(late).value_or(0) - median(early).value_or(0), better);
  out.interval = bootstrap_median_difference(early, late, seed);
  if (out.interval && better == Better::higher) out.interval = Interval{-out.interval->high, -out.interval->low};
  return out;
}

/// P value that w is not beyond `bound` (above it, or below -bound where `improved`).
double p_beyond(const Row& row, bool paired, double bound, bool improved) {
  std::vector<double> before = logs(row.before_samples), after = logs(row.after_samples);
  if (paired) {
    std::vector<double> w = paired_logs(row.before_samples, row.after_samples, row.better);
    if (improved) {
      for (double& x : w) x = -x;
    }
    return sign_test_above(w, bound);
  }
  for (double& x : before) x = turned(x, row.better);
  for (double& x : after) x = turned(x, row.better);
  if (improved) std::swap(before, after);
  for (double& x : before) x += bound;
  return mann_whitney(before, after).greater;
}

/// Change later / earlier - 1 of a turned log ratio.
double change_of(double w, Better better) {
  return std::expm1(turned(w, better));
}

std::string share(double x) {
  return fixed_number(100 * x, std::abs(x) < 0.0995 ? 1 : 0) + " %";
}

/// What judge() knows of a row beside the row itself.
struct Pending {
  Estimate estimate;
  bool sampled = false;  ///< judged by `estimate`
  bool paired = false;
  std::size_t floor_n = 0;
  double p_beyond = 1;
};

class Judge {
 public:
  Judge(const Evidence& evidence, const Rules& rules) : evidence_(evidence), rules_(rules) {}

  Result<Comparison> run() {
    out_.rules = rules_;
    out_.before_name = evidence_.before.file;
    out_.after_name = evidence_.after.file;
    out_.failures = evidence_.failures;
    out_.floor_known = evidence_.same.has_value();
    out_.after = evidence_.after;
    if (Status s = check_machines(); !s.ok()) return s.error();
    tell_differences();
    if (Status s = match(); !s.ok()) return s.error();
    correct();
    for (std::size_t i = 0; i < out_.rows.size(); ++i) decide(out_.rows[i], pending_[i]);
    conclude();
    return std::move(out_);
  }

 private:
  Status check_machines();
  void tell_differences();
  Status match();
  void add(const Series& before, const Series& after);
  void measure_accuracy(Row& row, const Series& before, const Series& after);
  void measure_samples(Row& row, Pending& pending);
  void measure_floor(Row& row, Pending& pending);
  void correct();
  void decide(Row& row, const Pending& pending);
  void decide_sampled(Row& row, const Pending& pending);
  void conclude();

  const Evidence& evidence_;
  const Rules& rules_;
  Comparison out_;
  std::vector<Pending> pending_;  ///< one of each row
};

Status Judge::check_machines() {
  const Measurements &before = evidence_.before, &after = evidence_.after;
  if (before.machine.empty() || after.machine.empty()) {
    const bool one_lacks_it = before.machine.empty() != after.machine.empty();
    // A side without a single run is told elsewhere.
    if (one_lacks_it && !before.series.empty() && !after.series.empty()) {
      out_.notes.push_back((before.machine.empty() ? before.file : after.file) +
                           " does not say which CPU it was measured on.");
    }
    return {};
  }
  if (before.machine == after.machine) return {};
  if (!rules_.across_machines) {
    return Error{ErrorCode::bad_input, after.file, "machine",
                 "\"" + after.machine + "\" is another CPU than \"" + before.machine + "\" of " + before.file,
                 "measure both on one machine, or give --across-machines to see the ratios of two machines"};
  }
  out_.notes.push_back("Across machines: \"" + before.machine + "\" and \"" + after.machine +
                       "\". The ratios compare machines, not only programs.");
  return {};
}

void Judge::tell_differences() {
  for (const char* key : {"isa", "isa_cap", "threads", "weights", "pinning", "compiler", "flags", "build_type",
                          "library_build_type", "governor", "cpu_quota", "kernel"}) {
    const std::string before = evidence_.before.fact(key), after = evidence_.after.fact(key);
    if (!before.empty() && !after.empty() && before != after)
      out_.notes.push_back(std::string(key) + " differs: \"" + before + "\", then \"" + after + "\".");
  }
  for (const Measurements* side : {&evidence_.before, &evidence_.after}) {
    for (const std::string& note : side->notes) out_.notes.push_back(side->file + ": " + note + ".");
  }
}

Status Judge::match() {
  const std::vector<Series>&before = evidence_.before.series, &after = evidence_.after.series;
  const auto names = [](const std::vector<Series>& all) {
    std::vector<std::string> out;
    for (const Series& s : all) {
      if (std::find(out.begin(), out.end(), s.name) == out.end()) out.push_back(s.name);
    }
    return out;
  };
  const std::vector<std::string> early = names(before), late = names(after);
  // hyperfine names a benchmark after its command, and two programs have two commands.
  const bool alone = evidence_.before.format == "hyperfine" && evidence_.after.format == "hyperfine" &&
                     early.size() == 1 && late.size() == 1;
  if (alone && early[0] != late[0]) out_.notes.push_back("\"" + early[0] + "\" is compared with \"" + late[0] + "\".");
  std::size_t common = 0;
  std::vector<bool> seen(after.size());
  for (const Series& series : before) {
    const auto at = std::find_if(after.begin(), after.end(), [&](const Series& s) {
      return (alone || s.name == series.name) && s.metric == series.metric;
    });
    if (at == after.end()) {
      Row row;
      row.name = series.name, row.metric = series.metric, row.unit = series.unit, row.before = series.value;
      row.verdict = Verdict::only_before;
      row.kind = series.kind;
      out_.rows.push_back(std::move(row));
      pending_.emplace_back();
      continue;
    }
    if (at->unit != series.unit) {
      return Error{
          ErrorCode::bad_input, evidence_.after.file, at->field,
          "\"" + series.name + "\" is in " + at->unit + ", and in " + series.unit + " in " + evidence_.before.file,
          "measure both in one unit"};
    }
    seen[static_cast<std::size_t>(at - after.begin())] = true;
    ++common;
    add(series, *at);
  }
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (seen[i]) continue;
    Row row;
    row.name = after[i].name, row.metric = after[i].metric, row.unit = after[i].unit, row.after = after[i].value;
    row.verdict = Verdict::only_after;
    row.kind = after[i].kind;
    out_.rows.push_back(std::move(row));
    pending_.emplace_back();
  }
  if (common == 0 && !before.empty() && !after.empty()) {
    const std::string near = closest(late[0], early);
    return Error{ErrorCode::bad_input, evidence_.after.file, "",
                 "has no benchmark that " + evidence_.before.file + " has: \"" + late[0] + "\" is not there" +
                     (near.empty() ? "" : ", \"" + near + "\" is"),
                 "give two results of the same benchmarks"};
  }
  return {};
}

void Judge::add(const Series& before, const Series& after) {
  Row row;
  Pending pending;
  row.name = before.name;
  row.metric = before.metric;
  row.unit = before.unit;
  row.better = before.better;
  row.kind = before.kind;
  row.before = before.value;
  row.after = after.value;
  row.before_samples = before.samples;
  row.after_samples = after.samples;
  row.before_n = before.samples.empty() ? before.n : before.samples.size();
  row.after_n = after.samples.empty() ? after.n : after.samples.size();
  const auto learned = rules_.learned.find({row.name, row.metric});
  row.learned = learned != rules_.learned.end();
  row.threshold = row.learned ? learned->second : rules_.threshold;
  if (row.before != 0) row.change = row.after / row.before - 1;
  if (row.kind == Kind::accuracy) {
    measure_accuracy(row, before, after);
  } else if (row.kind == Kind::sampled || row.kind == Kind::exact) {
    const bool many = before.samples.size() > 1 && after.samples.size() > 1;
    if (many) {
      measure_samples(row, pending);
    } else if (row.kind == Kind::sampled && before.interval && after.interval && before.interval->low > 0 &&
               after.interval->low > 0) {
      // The logs of two independent estimates: half widths add as squares.
      const auto half = [](const Series& s) { return std::log(s.interval->high / s.interval->low) / 2; };
      const double width = std::hypot(half(before), half(after));
      pending.sampled = true;
      pending.estimate.middle = turned(std::log(after.value / before.value), row.better);
      pending.estimate.interval = Interval{pending.estimate.middle - width, pending.estimate.middle + width};
      pending.estimate.n = kLeastSamples;
      const double error = std::max(width / normal_quantile(0.975), 1e-12);
      const double bound = std::log1p(row.threshold), distance = std::abs(pending.estimate.middle) - bound;
      pending.p_beyond = 0.5 * std::erfc(distance / error / std::sqrt(2.0));
      row.method = "intervals of the files";
    } else {
      row.method = "one value each";
    }
    measure_floor(row, pending);
  }
  out_.rows.push_back(std::move(row));
  pending_.push_back(pending);
}

void Judge::measure_accuracy(Row& row, const Series& before, const Series& after) {
  row.threshold = rules_.accuracy_threshold;
  row.change = row.after - row.before;
  const auto right = [](const Series& s) {
    return static_cast<std::uint64_t>(std::llround(s.value * static_cast<double>(s.n)));
  };
  const bool items = !before.samples.empty() && before.samples.size() == after.samples.size();
  const bool dependent = before.dependent || after.dependent;
  if (items && evidence_.before.same_questions(evidence_.after, row.name)) {
    std::size_t lost = 0, won = 0;
    for (std::size_t i = 0; i < before.samples.size(); ++i) {
      lost += static_cast<std::size_t>(before.samples[i] > after.samples[i]);
      won += static_cast<std::size_t>(before.samples[i] < after.samples[i]);
    }
    row.method = "same questions: " + std::to_string(lost) + " lost, " + std::to_string(won) + " won";
    if (!dependent) row.p = mcnemar(lost, won);
    return;
  }
  if (dependent) {
    row.method = "one value each";
    return;
  }
  row.interval = difference_interval(right(after), after.n, right(before), before.n);
  row.p = equal_shares(right(before), before.n, right(after), after.n);
  row.method = "two binomial intervals";
}

void Judge::measure_samples(Row& row, Pending& pending) {
  pending.sampled = true;
  pending.paired = evidence_.paired && row.before_samples.size() == row.after_samples.size();
  pending.estimate = estimate(row.before_samples, row.after_samples, pending.paired, row.better, rules_.seed);
  row.p = mann_whitney(row.before_samples, row.after_samples).two_sided;
  row.method = pending.paired ? std::to_string(row.before_n) + " pairs"
                              : std::to_string(row.before_n) + " and " + std::to_string(row.after_n) + " samples";
  pending.p_beyond = p_beyond(row, pending.paired, std::log1p(row.threshold), /*improved=*/pending.estimate.middle < 0);
  row.change = change_of(pending.estimate.middle, row.better);
  if (pending.estimate.interval) {
    const double a = change_of(pending.estimate.interval->low, row.better);
    const double b = change_of(pending.estimate.interval->high, row.better);
    row.interval = Interval{std::min(a, b), std::max(a, b)};
  }
}

void Judge::measure_floor(Row& row, Pending& pending) {
  if (!evidence_.same) return;
  const Series* first = evidence_.same->first.find(row.name, row.metric);
  const Series* second = evidence_.same->second.find(row.name, row.metric);
  if (first == nullptr || second == nullptr) return;
  if (first->samples.empty() || second->samples.empty()) {
    if (row.kind == Kind::exact && first->value > 0 && second->value > 0)
      row.floor = std::expm1(std::abs(std::log(second->value / first->value)));
    return;
  }
  const Estimate same = estimate(first->samples, second->samples, evidence_.same_paired, row.better, rules_.seed);
  if (!same.interval) return;
  pending.floor_n = same.n;
  const double most = std::max(std::abs(same.interval->low), std::abs(same.interval->high));
  // As many pairs of equal programs as of different ones would show this much.
  const double n = static_cast<double>(std::max(pending.estimate.n, same.n));
  row.floor = std::expm1(most * std::sqrt(static_cast<double>(same.n) / n));
}

void Judge::correct() {
  std::vector<double> p, beyond;
  for (std::size_t i = 0; i < out_.rows.size(); ++i) {
    if (out_.rows[i].p) p.push_back(*out_.rows[i].p);
    if (pending_[i].sampled) beyond.push_back(pending_[i].p_beyond);
  }
  const std::vector<double> q = benjamini_hochberg(p), q_beyond = benjamini_hochberg(beyond);
  std::size_t at = 0, at_beyond = 0;
  for (std::size_t i = 0; i < out_.rows.size(); ++i) {
    if (out_.rows[i].p) out_.rows[i].q = q[at++];
    if (pending_[i].sampled) out_.rows[i].q_beyond = q_beyond[at_beyond++];
  }
}

void Judge::decide(Row& row, const Pending& pending) {
  if (row.verdict == Verdict::only_before || row.verdict == Verdict::only_after) return;
  if (row.kind == Kind::fact) {
    row.verdict = row.before == row.after ? Verdict::pass : Verdict::changed;
    return;
  }
  if (row.kind == Kind::accuracy) {
    const bool sure = row.q && *row.q <= rules_.false_discoveries;
    row.verdict = sure && row.change < 0        ? Verdict::regressed
                  : sure && row.change > 0      ? Verdict::improved
                  : row.change < -row.threshold ? Verdict::inconclusive
                                                : Verdict::pass;
    if (row.verdict == Verdict::inconclusive) {
      row.reason = row.q ? "fewer right answers, but too few questions to be sure"
                         : "fewer right answers, but the questions hang together, so no test can say how sure that is";
    }
    return;
  }
  if (pending.sampled) {
    decide_sampled(row, pending);
    return;
  }
  if (row.kind == Kind::sampled) {
    row.verdict = Verdict::not_judged;
    row.reason = "one measurement says nothing about noise";
    return;
  }
  if (row.before == row.after) {
    row.verdict = Verdict::pass;
  } else if (row.floor && *row.floor > row.threshold) {
    row.verdict = Verdict::inconclusive;
    row.reason = "the same program differs by " + share(*row.floor);
  } else if (row.before == 0) {
    row.verdict = Verdict::regressed;
    row.reason = "was 0";
  } else {
    const double w = row.after == 0 ? -1e9 : turned(std::log(row.after / row.before), row.better);
    const double bound = std::log1p(row.threshold);
    row.verdict = w > bound ? Verdict::regressed : w < -bound ? Verdict::improved : Verdict::pass;
  }
}

void Judge::decide_sampled(Row& row, const Pending& pending) {
  const double bound = std::log1p(row.threshold);
  const auto unsure = [&](std::string reason, double needed) {
    row.verdict = Verdict::inconclusive;
    row.reason = std::move(reason);
    const double have = static_cast<double>(pending.estimate.n);
    if (needed <= kMostPairs) row.more = static_cast<std::size_t>(std::ceil(std::max(1.0, needed - have)));
  };
  const double n = static_cast<double>(pending.estimate.n);
  if (!pending.estimate.interval) {
    unsure("too few samples: " + std::to_string(pending.estimate.n) + ", and an interval needs " +
               std::to_string(kLeastSamples),
           static_cast<double>(kLeastSamples));
    return;
  }
  if (row.floor && *row.floor > row.threshold) {
    const double ratio = std::log1p(*row.floor) / bound;
    unsure("the noise floor of " + share(*row.floor) + " exceeds the threshold of " + share(row.threshold),
           n * ratio * ratio * 1.1);
    return;
  }
  const double low = pending.estimate.interval->low, high = pending.estimate.interval->high;
  const double middle = pending.estimate.middle;
  const bool sure = row.q_beyond.value_or(1) <= rules_.false_discoveries;
  // Where the interval is wider than the threshold, chance alone puts its end there once in a while: it has to be as
  // much further away as it is too wide.
  const double too_wide = std::max(0.0, (high - low) / 2 - bound);
  if ((low > bound && low - too_wide <= bound) || (high < -bound && high + too_wide >= -bound)) {
    unsure("the samples spread so much that this may be chance", n * std::pow((high - low) / 2 / bound, 2));
  } else if (low > bound && sure) {
    row.verdict = Verdict::regressed;
  } else if (high < -bound && sure) {
    row.verdict = Verdict::improved;
  } else if (high < bound) {
    row.verdict = Verdict::pass;
  } else if (low > bound) {
    unsure("not sure after the correction for " + std::to_string(out_.rows.size()) + " benchmarks", n * 1.5);
  } else {
    const bool above = middle > bound;
    const double distance = std::abs(middle - bound), width = above ? middle - low : high - middle;
    const double needed = distance > 0 ? n * std::pow(width / distance, 2) * 1.1 : 2 * kMostPairs;
    unsure("the interval spans the threshold of " + share(row.threshold), std::max(needed, n + 1));
  }
}

void Judge::conclude() {
  double sum = 0;
  std::size_t times = 0, judged = 0;
  for (std::size_t i = 0; i < out_.rows.size(); ++i) {
    const Row& row = out_.rows[i];
    const bool decided = row.kind != Kind::fact && (row.verdict == Verdict::pass || row.verdict == Verdict::improved ||
                                                    row.verdict == Verdict::regressed);
    judged += static_cast<std::size_t>(decided);
    if (!pending_[i].sampled || row.kind != Kind::sampled) continue;
    sum += pending_[i].estimate.middle;
    ++times;
  }
  if (times > 0) out_.overall = std::expm1(sum / static_cast<double>(times));
  const auto failed = [&](bool after) {
    return std::any_of(out_.failures.begin(), out_.failures.end(), [&](const Failure& f) { return f.after == after; });
  };
  if (out_.count(Verdict::regressed) > 0 || (failed(true) && !failed(false)))
    out_.verdict = Verdict::regressed;
  else if (out_.count(Verdict::inconclusive) > 0 || judged == 0 || !out_.failures.empty())
    out_.verdict = Verdict::inconclusive;
  else
    out_.verdict = Verdict::pass;
}

}  // namespace

const char* verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::improved:
      return "improved";
    case Verdict::regressed:
      return "regressed";
    case Verdict::inconclusive:
      return "inconclusive";
    case Verdict::changed:
      return "changed";
    case Verdict::not_judged:
      return "not judged";
    case Verdict::only_before:
      return "only in old";
    case Verdict::only_after:
      return "only in new";
  }
  return "";
}

std::size_t Comparison::count(Verdict which) const {
  return static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [&](const Row& row) { return row.verdict == which; }));
}

Result<Comparison> judge(const Evidence& evidence, const Rules& rules) {
  return Judge(evidence, rules).run();
}

}  // namespace trm::reports::compare
