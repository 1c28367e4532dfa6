// The verdict: is the later one slower, larger or more often wrong than the earlier one, and can these samples tell?
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/interval.h"
#include "engine/base/status.h"
#include "reports/compare/series.h"

namespace trm::reports::compare {

enum class Verdict {
  pass,          ///< the change is inside the threshold, and the samples show it
  improved,      ///< better by more than the threshold
  regressed,     ///< worse by more than the threshold
  inconclusive,  ///< the samples cannot tell
  changed,       ///< a fact that has no better direction
  not_judged,    ///< one value on a side, of a metric that needs samples
  only_before,
  only_after,
};
/// "regressed"...
const char* verdict_name(Verdict verdict);

struct Rules {
  double threshold = 0.05;           ///< a change beyond it counts, as a share: 0.05 is 5 %
  double accuracy_threshold = 0.01;  ///< of right answers, as a share of the questions
  double false_discoveries = 0.05;   ///< level of Benjamini and Hochberg's correction
  std::uint64_t seed = 0;            ///< of the bootstrap
  bool across_machines = false;      ///< compare although the CPUs differ
  /// Thresholds learned from a history, by (name, metric); they replace `threshold`.
  std::map<std::pair<std::string, std::string>, double> learned = {};
};

/// A run that gave no result.
struct Failure {
  bool after = false;      ///< whose: that of the later program
  std::string run;         ///< "pair 3"
  std::string reason;      ///< "was killed by signal 11"
  std::string last_words;  ///< end of its standard error
};

struct Evidence {
  Measurements before, after;
  bool paired = false;  ///< sample i of both was taken in pair i
  /// Two runs, or sets of runs, of the earlier program: what this machine shows where nothing differs.
  std::optional<std::pair<Measurements, Measurements>> same;
  bool same_paired = false;
  std::vector<Failure> failures = {};
};

/// One metric of one benchmark, on both sides. Changes are later / earlier - 1: 0.1 is 10 % more.
struct Row {
  std::string name, metric, unit;
  Better better = Better::neither;
  Kind kind = Kind::fact;
  Verdict verdict = Verdict::not_judged;
  double before = 0, after = 0;                       ///< medians, values or shares
  double change = 0;                                  ///< of an accuracy the difference of the shares
  std::optional<Interval> interval;                   ///< of `change`, 95 %
  std::optional<double> p;                            ///< any difference: Mann-Whitney, or McNemar of answers
  std::optional<double> q;                            ///< `p` after Benjamini and Hochberg
  std::optional<double> q_beyond;                     ///< adjusted p that the change is inside the threshold
  std::optional<double> floor;                        ///< of this machine, as a share
  double threshold = 0;                               ///< as a share
  bool learned = false;                               ///< the threshold is from the history
  std::size_t before_n = 0, after_n = 0;              ///< samples, or questions
  std::string method;                                 ///< "20 pairs"
  std::string reason;                                 ///< why, one clause
  std::optional<std::size_t> more;                    ///< further pairs or samples that would decide, about
  std::vector<double> before_samples, after_samples;  ///< for plots and files
};

struct Comparison {
  std::string before_name, after_name;
  Verdict verdict = Verdict::inconclusive;  ///< regressed, inconclusive or pass
  std::vector<Row> rows;
  std::vector<Failure> failures;
  std::vector<std::string> notes;  ///< what a reader of the verdict should know, one sentence each
  Rules rules;
  bool floor_known = false;
  std::optional<double> overall;  ///< geometric mean of later / earlier over all times and rates, as slowness, minus 1
  Measurements after;             ///< for files that tell the newest values

  [[nodiscard]] std::size_t count(Verdict which) const;
};

/// Judges. For times and rates w = log(later / earlier), turned so that larger is worse; t = log(1 + threshold):
///   w is the median over pairs with its bootstrap interval; without pairs, the difference of the medians of the logs
///   the floor is the largest end of the interval of w between equal programs, scaled to as many pairs
///   floor > t             inconclusive
///   interval above t      regressed, if its sign test (unpaired: Mann-Whitney of the shifted samples) holds after
///                         Benjamini and Hochberg over all benchmarks; an interval of a half width h > t has to lie
///                         h - t further away, or else it is inconclusive
///   interval below t      pass, or improved where it is below -t
///   otherwise             inconclusive
/// Bytes and counts with one value on each side are compared as they are. Accuracies are compared question by question
/// by McNemar's test where both sides answered the same ones, else by Newcombe's interval: significantly worse is
/// regressed, worse by more than the accuracy threshold but not significantly is inconclusive.
/// Error (bad_input): other CPUs without across_machines, a benchmark in two units, or none that both sides have.
Result<Comparison> judge(const Evidence& evidence, const Rules& rules);

}  // namespace trm::reports::compare
