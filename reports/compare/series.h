// What a file or a run measured, whatever program wrote it: named series of samples and the machine that they come
// from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/interval.h"
#include "engine/base/status.h"
#include "reports/cells.h"
#include "reports/record.h"

namespace trm::reports::compare {

/// How a series is judged.
enum class Kind {
  sampled,   ///< times and rates: noisy, so that samples decide
  exact,     ///< bytes and counts: nearly the same each time, so that one value decides
  accuracy,  ///< a share of right answers
  fact,      ///< neither direction is better: a change is told and not judged
};

/// One metric of one benchmark.
struct Series {
  std::string name;    ///< of the benchmark; with `metric` the key, which occurs once
  std::string metric;  ///< "latency_ns"
  std::string unit;    ///< "ns", "1/s", "bytes", "count", "ratio" or another
  Better better = Better::neither;
  Kind kind = Kind::fact;
  std::vector<double> samples;       ///< of repetitions, or one of each run; of an accuracy 1 and 0 of each question
  double value = 0;                  ///< the middle of the samples, or what stands in their place
  std::optional<Interval> interval;  ///< of `value`, 95 %, where a file has that and no samples
  std::uint64_t n = 0;               ///< of an accuracy: questions
  bool dependent = false;            ///< of an accuracy: its questions hang together, as copies of one puzzle do
  std::string field;                 ///< where the file has it, for messages
};

struct Measurements {
  std::string file;                           ///< for messages
  std::string format;                         ///< "trm results", "Google Benchmark"...
  std::string machine;                        ///< CPU as the file names it; empty: it does not
  std::vector<EnvironmentEntry> environment;  ///< other facts
  std::vector<std::uint64_t> seeds;           ///< of the questions; empty: not known
  std::vector<Series> series;
  std::vector<std::string> notes;  ///< what a reader left out, one sentence each

  [[nodiscard]] const Series* find(std::string_view name, std::string_view metric) const;
  [[nodiscard]] std::string fact(std::string_view key) const;
  /// Did both ask the same questions for the benchmark `name`, in the same order? The fingerprint of its task decides,
  /// and where no file has one, the seeds.
  [[nodiscard]] bool same_questions(const Measurements& other, std::string_view name) const;
};

/// Better and kind of a metric from its name and unit. "1/s" and all units that end in "/s" are better higher; times,
/// bytes and counts of instructions and misses are better lower.
void set_direction(Series& series);

/// Sets `value` from the samples. Error (bad_input): a time, rate or size that is not above zero or not finite, with
/// its place ("benchmarks[3].real_time[2]").
Status complete(Series& series, const std::string& file);

/// Adds `series` if its key is new. Error: the key occurred before with another unit; samples of equal units join.
Status add_series(Measurements& to, Series series);

/// Nanoseconds in "ns", "us", "ms", "s", "min"; nullopt: no unit of time.
std::optional<double> nanoseconds_in(std::string_view unit);

/// The series as a run of our own: records and samples, which the writers of reports/ turn into other formats.
RunResults as_results(const Measurements& from);

}  // namespace trm::reports::compare
