#include "bench/puzzles/tries.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <numeric>
#include <optional>
#include <type_traits>
#include <utility>

#include "engine/base/clock.h"
#include "engine/infer/canvas_stepper.h"
#include "engine/pass/canvas_loss.h"
#include "engine/sys/thread_pool.h"
#include "reports/summary.h"

namespace trm::bench {

namespace {

using reports::Record;
using tasks::TryChoice;
using tasks::TryOutcome;

std::string count_text(std::size_t tries) {
  return fmt::format("{} {}", tries, tries == 1 ? "try" : "tries");
}

struct TryTotals {
  std::size_t rows, tries;
  std::int64_t elapsed_ns;
};

template <class T>
void append(std::span<const T> values, Bytes& out) {
  static_assert(std::is_trivially_copyable_v<T>);
  const auto bytes = std::as_bytes(values);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

Bytes to_bytes(const TryPass& pass) {
  const TryTotals totals{pass.rows, pass.tries, pass.elapsed_ns};
  Bytes out;
  append(std::span(&totals, 1), out);
  append(std::span(pass.outcomes), out);
  append(std::span(pass.steps), out);
  return out;
}

TryPass tries_from_bytes(const Bytes& bytes) {
  TryTotals totals{};
  std::memcpy(&totals, bytes.data(), sizeof totals);
  TryPass out;
  out.rows = totals.rows;
  out.tries = totals.tries;
  out.elapsed_ns = totals.elapsed_ns;
  out.outcomes.resize(out.rows * out.tries);
  out.steps.resize(out.rows * out.tries);
  const std::size_t size = out.outcomes.size() * sizeof(TryOutcome);
  std::memcpy(out.outcomes.data(), bytes.data() + sizeof totals, size);
  std::memcpy(out.steps.data(), bytes.data() + sizeof totals + size, out.steps.size() * sizeof(std::uint32_t));
  return out;
}

/// Adds the records of one model and set.
class TryRecords {
 public:
  TryRecords(const tasks::PuzzleModelInfo& contestant, const PuzzleSet& set, const TryPass& pass,
             reports::RunResults& results)
      : contestant_(contestant), set_(set), pass_(pass), results_(results) {}

  void add(std::span<const std::size_t> counts) {
    std::size_t most = 0;
    for (const std::size_t count : counts) {
      if (count > pass_.tries) continue;
      most = std::max(most, count);
      for (std::size_t c = 0; c < tasks::kTryChoices; ++c) by_tries(count, static_cast<TryChoice>(c));
      time(count);
    }
    if (most == 0) return;
    until_sure(most);
    for (const std::size_t count : {std::size_t{1}, most}) {
      if (count == most || most > 1) calibration(count);
    }
    Record whole = blank(count_text(most), "exact_answer");
    ratio(std::move(whole), right_of(most, TryChoice::q_halt), pass_.rows);
  }

 private:
  [[nodiscard]] Record blank(std::string mode, const char* metric) const {
    Record out;
    out.task = set_.name;
    out.slice = "test";
    out.model = contestant_.name;
    out.mode = std::move(mode);
    out.metric = metric;
    out.unit = "ratio";
    return out;
  }
  /// Near-copies of a few puzzles are no independent questions, so their shares have no interval.
  void ratio(Record record, std::uint64_t successes, std::uint64_t n) {
    record = ratio_record(std::move(record), successes, n);
    if (set_.near_copies) record.ci_low = record.ci_high = std::nullopt;
    results_.records.push_back(std::move(record));
  }
  void value(Record record, const char* unit, double number) {
    record.unit = unit;
    record.value = number;
    record.n = pass_.rows;
    results_.records.push_back(std::move(record));
  }

  [[nodiscard]] const TryOutcome& best(std::size_t row, std::size_t count) const {
    const std::span<const TryOutcome> tries = pass_.of(row, count);
    return tries[choose_try(tries, TryChoice::q_halt)];
  }
  [[nodiscard]] std::uint64_t right_of(std::size_t count, TryChoice choice) const {
    std::uint64_t out = 0;
    for (std::size_t row = 0; row < pass_.rows; ++row) {
      const std::span<const TryOutcome> tries = pass_.of(row, count);
      out += tries[choose_try(tries, choice)].right ? 1 : 0;
    }
    return out;
  }

  void by_tries(std::size_t count, TryChoice choice) {
    const char* const oracle = choice == TryChoice::rules ? " (oracle)" : "";
    Record record = blank(fmt::format("tries, {}{}", try_choice_name(choice), oracle), "exact_answer_by_tries");
    record.depth = static_cast<int>(count);
    ratio(std::move(record), right_of(count, choice), pass_.rows);
  }

  void time(std::size_t count) {
    double some = 0, all = 0;
    for (std::size_t i = 0; i < pass_.steps.size(); ++i) {
      all += pass_.steps[i];
      some += i % pass_.tries < count ? pass_.steps[i] : 0;
    }
    Record record = blank("tries", "time_per_puzzle_ns");
    record.slice = count_text(count);
    const double each = static_cast<double>(pass_.elapsed_ns) / static_cast<double>(pass_.rows);
    value(std::move(record), "ns", all == 0 ? 0 : each * some / all);
  }

  void until_sure(std::size_t most) {
    std::uint64_t right = 0, made = 0;
    for (std::size_t row = 0; row < pass_.rows; ++row) {
      const std::span<const TryOutcome> tries = pass_.of(row, most);
      const auto sure = std::ranges::find_if(tries, [](const TryOutcome& t) { return t.q_halt > 0; });
      const std::size_t count = sure == tries.end() ? most : static_cast<std::size_t>(sure - tries.begin()) + 1;
      made += count;
      right += best(row, count).right ? 1 : 0;
    }
    ratio(blank("tries until sure", "exact_answer"), right, pass_.rows);
    value(blank("tries until sure", "mean_tries"), "tries",
          static_cast<double>(made) / static_cast<double>(pass_.rows));
  }

  void calibration(std::size_t count) {
    constexpr std::size_t tenths = 10;
    const std::string mode = count_text(count);
    std::array<std::pair<std::uint64_t, std::uint64_t>, tenths> bins{};  // right, all
    std::vector<std::pair<double, bool>> answers;                        // q_halt, right
    std::uint64_t sure_and_wrong = 0, unsure_and_right = 0;
    for (std::size_t row = 0; row < pass_.rows; ++row) {
      const TryOutcome& answer = best(row, count);
      answers.emplace_back(answer.q_halt, answer.right);
      const auto bin = std::min(static_cast<std::size_t>(sigmoid(answer.q_halt) * tenths), tenths - 1);
      bins[bin].first += answer.right ? 1 : 0;
      ++bins[bin].second;
      sure_and_wrong += answer.q_halt > 0 && !answer.right ? 1 : 0;
      unsure_and_right += answer.q_halt <= 0 && answer.right ? 1 : 0;
    }
    ratio(blank(mode, "sure_and_wrong"), sure_and_wrong, pass_.rows);
    ratio(blank(mode, "unsure_and_right"), unsure_and_right, pass_.rows);
    for (std::size_t bin = 0; bin < tenths; ++bin) {
      if (bins[bin].second == 0) continue;
      Record record = blank(mode, "right_by_sureness");
      record.depth = static_cast<int>(100 / tenths * bin + 50 / tenths);
      ratio(std::move(record), bins[bin].first, bins[bin].second);
    }
    // Equally sure answers keep their order.
    std::stable_sort(answers.begin(), answers.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    for (std::size_t tenth = 1; tenth <= tenths; ++tenth) {
      const std::size_t covered = (answers.size() * tenth + tenths - 1) / tenths;
      std::uint64_t wrong = 0;
      for (std::size_t i = 0; i < covered; ++i) wrong += answers[i].second ? 0 : 1;
      Record record = blank(mode, "wrong_by_coverage");
      record.depth = static_cast<int>(100 / tenths * tenth);
      ratio(std::move(record), wrong, covered);
    }
  }

  const tasks::PuzzleModelInfo& contestant_;
  const PuzzleSet& set_;
  const TryPass& pass_;
  reports::RunResults& results_;
};

}  // namespace

Result<TryPass> run_tries(const std::string& model, const PuzzleSet& set, std::size_t tries, std::uint64_t seed,
                          const PassOptions& options, const Progress& progress) {
  ThreadOptions thread_options;
  thread_options.threads = options.threads;
  thread_options.pin = options.pin;
  const Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::create(thread_options);
  if (!pool.ok()) return pool.error();
  const Result<tasks::PuzzleModel> loaded = tasks::PuzzleModel::load(model, *options.kernels);
  if (!loaded.ok()) return loaded.error();
  Result<CanvasStepper<float>> stepper = CanvasStepper<float>::create(loaded->network(), loaded->table(), **pool);
  if (!stepper.ok()) return stepper.error();
  std::vector<tasks::PuzzleQuestion> questions;
  for (std::size_t row = 0; row < set.puzzles.examples(); ++row) {
    tasks::PuzzleQuestion question = tasks::puzzle_question(set.puzzles, row);
    // A model without a puzzle table has no row to look up.
    if (loaded->config().puzzle_emb_ndim == 0) question.identifier = 0;
    if (std::ranges::any_of(question.label, [](std::int32_t token) { return token >= 0; }))
      questions.push_back(std::move(question));
  }
  tasks::TryOptions how;
  how.tries = std::min(tries, most_tries(set.family.get(), how.vary));
  how.seed = seed;
  how.steps.halt = true;
  TryPass out;
  out.rows = questions.size();
  out.tries = how.tries;
  const std::int64_t begin = now_ns();
  const auto on_tries = [&](std::size_t question, const tasks::PuzzleTries& made) {
    // A small board can have fewer views than its family thinks: what there is of all counts.
    out.tries = std::min(out.tries, made.tries.size());
    for (std::size_t i = 0; i < how.tries; ++i) {
      const tasks::PuzzleTry& each = made.tries[std::min(i, made.tries.size() - 1)];
      out.outcomes.push_back(outcome_of(each));
      out.steps.push_back(static_cast<std::uint32_t>(each.steps));
    }
    if (progress) progress(question + 1);
  };
  Status s = try_puzzles(loaded->network(), *stepper, set.family.get(), questions, how, on_tries);
  if (!s.ok()) {
    s.error().file = model;
    return s.error();
  }
  out.elapsed_ns = now_ns() - begin;
  if (out.tries == how.tries) return out;
  for (std::size_t row = 0; row < out.rows; ++row) {
    for (std::size_t i = 0; i < out.tries; ++i) {
      out.outcomes[row * out.tries + i] = out.outcomes[row * how.tries + i];
      out.steps[row * out.tries + i] = out.steps[row * how.tries + i];
    }
  }
  out.outcomes.resize(out.rows * out.tries);
  out.steps.resize(out.rows * out.tries);
  return out;
}

Result<TryPass> run_tries_in_child(const std::string& model, const PuzzleSet& set, std::size_t tries,
                                   std::uint64_t seed, const PassOptions& options, const Progress& progress) {
  const Result<Bytes> bytes = run_in_child(
      [&](const Progress& tell) -> Result<Bytes> {
        const Result<TryPass> pass = run_tries(model, set, tries, seed, options, tell);
        if (!pass.ok()) return pass.error();
        return to_bytes(*pass);
      },
      progress);
  if (!bytes.ok()) return bytes.error();
  return tries_from_bytes(*bytes);
}

void add_try_records(const tasks::PuzzleModelInfo& contestant, const PuzzleSet& set, const TryPass& pass,
                     std::span<const std::size_t> counts, reports::RunResults& results) {
  if (pass.rows > 0) TryRecords(contestant, set, pass, results).add(counts);
}

}  // namespace trm::bench
