#include "bench/puzzles/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "bench/puzzles/published_figures.h"
#include "engine/train/training_record.h"
#include "reports/summary.h"
#include "tasks/puzzles/arc/pass.h"

namespace trm::bench {

namespace {

using reports::Record;

/// The last rating of each bucket but the last one.
constexpr std::array<std::uint64_t, 5> kBuckets = {0, 2, 5, 10, 20};

std::size_t bucket_of(std::uint64_t rating) {
  return static_cast<std::size_t>(std::lower_bound(kBuckets.begin(), kBuckets.end(), rating) - kBuckets.begin());
}

Record blank(const tasks::PuzzleModelInfo& contestant, const PuzzleSet& set, const char* mode, const char* metric,
             const char* unit) {
  Record out;
  out.task = set.name;
  out.slice = "test";
  out.model = contestant.name;
  out.mode = mode;
  out.metric = metric;
  out.unit = unit;
  return out;
}

/// The record of a published benchmark: the slice says which rows.
Record benchmark_record(const tasks::PuzzleModelInfo& contestant, const PuzzleSet& set) {
  Record out = blank(contestant, set, kAllStepsMode, kBenchmarkMetric, "ratio");
  out.task = benchmark_name(set.benchmark);
  out.slice = set.origin;
  return out;
}

void add_ratings(const tasks::PuzzleModelInfo& contestant, const PuzzleSet& set, const PuzzlePass& pass,
                 reports::RunResults& results) {
  if (set.ratings.size() != pass.rows) return;
  std::array<std::pair<std::uint64_t, std::uint64_t>, kBuckets.size() + 1> counts{};  // right, all
  std::array<std::uint64_t, kBuckets.size() + 1> example{};
  for (std::size_t row = 0; row < pass.rows; ++row) {
    if (!pass.asked(row)) continue;
    const std::size_t bucket = bucket_of(set.ratings[row]);
    counts[bucket].first += pass.exact_after(row, pass.steps) ? 1 : 0;
    ++counts[bucket].second;
    example[bucket] = set.ratings[row];
  }
  for (std::size_t bucket = 0; bucket < counts.size(); ++bucket) {
    const auto [right, all] = counts[bucket];
    if (all == 0) continue;
    Record record = blank(contestant, set, kAllStepsMode, "exact_answer_by_rating", "ratio");
    record.slice = "rating " + rating_bucket(example[bucket]);
    record = ratio_record(record, right, all);
    if (set.near_copies) record.ci_low = record.ci_high = std::nullopt;
    results.records.push_back(std::move(record));
  }
}

/// Which question was right, so that two runs which asked the same ones are compared question by question.
void add_answers(const Record& of, std::vector<double> right, reports::RunResults& results) {
  if (right.empty()) return;
  results.samples.push_back({of.task, of.slice, of.model, of.mode, of.metric, of.unit, std::move(right)});
}

template <class T>
T number(const tasks::PuzzleModelInfo& contestant, const char* key) {
  T out{};
  if (const auto at = contestant.info.find(key); at != contestant.info.end()) {
    std::from_chars(at->second.data(), at->second.data() + at->second.size(), out);
  }
  return out;
}

}  // namespace

std::string rating_bucket(std::uint64_t rating) {
  const std::size_t bucket = bucket_of(rating);
  if (bucket == kBuckets.size()) return fmt::format("{} or more", kBuckets.back() + 1);
  const std::uint64_t first = bucket == 0 ? 0 : kBuckets[bucket - 1] + 1;
  return first == kBuckets[bucket] ? fmt::format("{}", first) : fmt::format("{}-{}", first, kBuckets[bucket]);
}

void add_puzzle_records(const tasks::PuzzleModelInfo& contestant, const PuzzleSet& set, const PuzzlePass& pass,
                        reports::RunResults& results) {
  std::vector<std::uint64_t> exact(pass.steps);
  std::vector<double> exact_at_end, exact_at_halt;
  exact_at_end.reserve(pass.rows);
  exact_at_halt.reserve(pass.rows);
  std::uint64_t asked = 0, halted_exact = 0, halted_steps = 0;
  double cells = 0;
  for (std::size_t row = 0; row < pass.rows; ++row) {
    halted_steps += pass.halting_step[row];
    if (!pass.asked(row)) continue;
    ++asked;
    for (std::size_t step = 1; step <= pass.steps; ++step) exact[step - 1] += pass.exact_after(row, step) ? 1 : 0;
    const bool at_halt = pass.exact_after(row, pass.halting_step[row]);
    halted_exact += at_halt ? 1 : 0;
    exact_at_end.push_back(pass.exact_after(row, pass.steps) ? 1 : 0);
    exact_at_halt.push_back(at_halt ? 1 : 0);
    cells += static_cast<double>(pass.right[row]) / static_cast<double>(pass.labelled[row]);
  }
  const double questions = static_cast<double>(std::max<std::uint64_t>(asked, 1));
  // The copies of an ARC task are right or wrong together: an interval over rows would be too narrow, and what counts
  // of them is the vote. Near-copies of a few puzzles are no independent questions either.
  const bool arc = set.is_arc();
  const auto add_ratio = [&](Record record, std::uint64_t successes) {
    if (arc || set.near_copies) {
      record.value = static_cast<double>(successes) / questions;
      record.n = asked;
    } else {
      record = ratio_record(std::move(record), successes, asked);
    }
    results.records.push_back(std::move(record));
  };
  const auto add = [&](const char* mode, const char* metric, const char* unit, double value, std::uint64_t n) {
    Record record = blank(contestant, set, mode, metric, unit);
    record.value = value;
    record.n = n;
    results.records.push_back(std::move(record));
  };
  if (asked > 0) {
    const char* whole = arc ? "exact_row" : "exact_answer";
    const char* by_step = arc ? "exact_row_by_step" : "exact_answer_by_step";
    add_ratio(blank(contestant, set, kAllStepsMode, whole, "ratio"), exact.back());
    add_ratio(blank(contestant, set, kHaltingMode, whole, "ratio"), halted_exact);
    // A row of ARC is one of up to a thousand copies of a task; the tasks are kept with the votes.
    if (!arc) {
      add_answers(blank(contestant, set, kAllStepsMode, whole, "ratio"), std::move(exact_at_end), results);
      add_answers(blank(contestant, set, kHaltingMode, whole, "ratio"), std::move(exact_at_halt), results);
    }
    for (std::size_t step = 1; step <= pass.steps; ++step) {
      Record record = blank(contestant, set, kAllStepsMode, by_step, "ratio");
      record.depth = static_cast<int>(step);
      add_ratio(record, exact[step - 1]);
    }
    // Cells of one puzzle are right or wrong together: an interval over cells would be too narrow.
    add(kAllStepsMode, "cell_accuracy", "ratio", cells / questions, asked);
    add_ratings(contestant, set, pass, results);
  }
  const double rows = static_cast<double>(std::max<std::size_t>(pass.rows, 1));
  add(kHaltingMode, "halting_steps", "steps", static_cast<double>(halted_steps) / rows, pass.rows);
  for (const auto& [mode, elapsed_ns] :
       {std::pair{kAllStepsMode, pass.elapsed_ns}, std::pair{kHaltingMode, pass.halting_ns}}) {
    const double seconds = static_cast<double>(std::max<std::int64_t>(elapsed_ns, 1)) * 1e-9;
    add(mode, "items_per_s", "1/s", rows / seconds, pass.rows);
  }
  add(kAllStepsMode, "rss_peak_bytes", "bytes", static_cast<double>(pass.rss_peak_bytes), 0);
  if (set.benchmark != PaperBenchmark::none && !arc && asked > 0) {
    results.records.push_back(ratio_record(benchmark_record(contestant, set), exact.back(), asked));
  }
}

void add_puzzle_latency(const tasks::PuzzleModelInfo& contestant, const PuzzleSet& set, const PuzzleLatency& latency,
                        reports::RunResults& results) {
  for (const auto& [mode, values] :
       {std::pair{kAllStepsMode, &latency.all_steps_ns}, std::pair{kHaltingMode, &latency.halting_ns}}) {
    if (values->empty()) continue;
    reports::SampleSet samples;
    samples.task = set.name;
    samples.slice = "test";
    samples.model = contestant.name;
    samples.mode = mode;
    samples.metric = "latency_ns";
    samples.unit = "ns";
    for (const std::int64_t ns : *values) samples.values.push_back(static_cast<double>(ns));
    for (Record& record : percentile_records(samples)) results.records.push_back(std::move(record));
    results.samples.push_back(std::move(samples));
  }
}

Result<tasks::arc::Poll> count_votes(const PuzzleSet& set, const PuzzlePass& pass) {
  Result<tasks::arc::Poll> poll = tasks::arc::Poll::open(set.puzzles, set.names);
  if (!poll.ok()) return poll;
  const std::size_t length = set.puzzles.metadata.seq_len;
  std::vector<std::int32_t> canvas(length);
  for (std::size_t row = 0; row < pass.rows; ++row) {
    std::copy_n(pass.answers.begin() + static_cast<std::ptrdiff_t>(row * length), length, canvas.begin());
    if (Status s = poll->add(row, canvas, static_cast<double>(pass.q_halt[row])); !s.ok()) return s.error();
  }
  return poll;
}

void add_arc_records(const tasks::PuzzleModelInfo& contestant, const PuzzleSet& set, const tasks::arc::Poll& poll,
                     reports::RunResults& results) {
  constexpr std::size_t kHeadline = 2;
  const tasks::arc::PassScore score = tasks::arc::score(poll);
  if (score.tasks == 0) return;
  for (const tasks::arc::PairPass& pass : score.trm) {
    Record record = blank(contestant, set, kAllStepsMode, "arc_pass_trm", "ratio");
    record.slice = fmt::format("pass@{}", pass.k);
    record.value = pass.rate;
    record.n = score.tasks;
    results.records.push_back(record);
    add_answers(record, pass.tasks, results);
    if (pass.k != kHeadline || set.benchmark == PaperBenchmark::none) continue;
    Record benchmark = benchmark_record(contestant, set);
    benchmark.value = pass.rate;
    benchmark.n = score.tasks;
    results.records.push_back(benchmark);
  }
  for (const tasks::arc::TaskPass& pass : score.hrm) {
    Record record = blank(contestant, set, kAllStepsMode, "arc_pass_hrm", "ratio");
    record.slice = fmt::format("pass@{}", pass.k);
    add_answers(record, {pass.solved.begin(), pass.solved.end()}, results);
    results.records.push_back(ratio_record(std::move(record), pass.tasks.right, pass.tasks.total));
  }
}

void add_puzzle_model(const tasks::PuzzleModelInfo& contestant, const tasks::PuzzleModel& model,
                      reports::RunResults& results) {
  const CanvasConfig& c = contestant.config;
  reports::ModelInfo out;
  out.name = contestant.name;
  out.family = std::string(arch_name(c.arch));
  out.parameters = model.parameters();
  out.file = contestant.path;
  out.hash = model.hash();
  out.config = c.canonical();
  out.seed = number<std::uint64_t>(contestant, "seed");
  out.training_minutes = number<double>(contestant, "training_seconds") / 60;
  const auto steps = number<std::uint64_t>(contestant, "step");
  out.description = fmt::format("width {}, {} supervision steps, {} weights, {}", c.hidden_size, c.halt_max_steps,
                                model.network().kernels().linear->name,
                                steps == 0 ? "no training record" : fmt::format("trained for {} updates", steps));
  if (const auto config = contestant.info.find("training_config"); config != contestant.info.end()) {
    out.training = training_key(config->second);
    out.training_command =
        "trm train CONFIG, where CONFIG is the training_config of the file with its data as the field data";
  }
  Record record;
  record.model = contestant.name;
  record.mode = kAllStepsMode;
  record.metric = "parameters";
  record.unit = "count";
  record.value = static_cast<double>(model.parameters());
  results.records.push_back(std::move(record));
  results.models.push_back(std::move(out));
}

}  // namespace trm::bench
