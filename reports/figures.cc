#include "reports/figures.h"

#include <algorithm>
#include <array>
#include <utility>

#include "reports/cells.h"
#include "reports/format.h"
#include "reports/stats.h"
#include "reports/tables.h"

namespace trm::reports {
namespace {

/// Distribution function at no more than 200 of its steps; `last` is where all curves of the plot end.
PlotSeries distribution(std::vector<double> samples, double scale, double first, double last) {
  std::sort(samples.begin(), samples.end());
  const std::size_t n = samples.size();
  const std::size_t points = std::min<std::size_t>(n, 200);
  PlotSeries out;
  out.x.push_back(first / scale);
  out.y.push_back(0);
  for (std::size_t i = 1; i <= points; ++i) {
    const std::size_t rank = (i * n + points - 1) / points;  // i = points gives n, the largest
    out.x.push_back(samples[rank - 1] / scale);
    out.y.push_back(100.0 * static_cast<double>(rank) / static_cast<double>(n));
  }
  out.x.push_back(last / scale);
  out.y.push_back(100);
  return out;
}

std::pair<double, std::string> time_scale(double nanoseconds) {
  if (nanoseconds >= 1e9) return {1e9, "s"};
  if (nanoseconds >= 1e6) return {1e6, "ms"};
  if (nanoseconds >= 1e3) return {1e3, "µs"};
  return {1, "ns"};
}

/// Points of one plot whose intervals can still be told apart.
constexpr std::size_t kMostIntervals = 48;

void drop_crowded_intervals(Plot& plot) {
  std::size_t points = 0;
  for (const PlotSeries& s : plot.series) points += s.x.size();
  if (points <= kMostIntervals) return;
  for (PlotSeries& s : plot.series) {
    s.low.clear();
    s.high.clear();
  }
}

}  // namespace

FigureSet depth_figures(const RecordIndex& index, const std::string& metric) {
  FigureSet set;
  set.title = metric_title(metric);
  set.caption =
      "One plot per task, all its slices pooled; bars are 95 % intervals, left to the table where they would hide one "
      "another.";
  set.table_id = identifier(metric) + "-depth";
  set.styles = index.columns_with(metric);
  for (const std::string& task : index.tasks_with(metric)) {
    Figure figure;
    figure.heading = task_label(task);
    Plot& plot = figure.plot;
    plot.id = "plot-" + identifier(metric) + "-" + std::to_string(set.figures.size());
    plot.title = metric_title(metric) + ", " + task_label(task);
    plot.x_label = depth_label(metric);
    plot.percent = true;
    int low = 0;
    int high = 0;
    for (std::size_t i : set.styles) {
      PlotSeries series;
      series.style = i;
      for (const auto& [depth, sum] : index.by_depth(task, index.columns()[i], metric)) {
        const Measured share = measured(sum);
        low = series.x.empty() && plot.series.empty() ? depth : std::min(low, depth);
        high = std::max(high, depth);
        series.x.push_back(depth);
        series.y.push_back(100 * share.value);
        series.low.push_back(100 * share.low);
        series.high.push_back(100 * share.high);
      }
      if (!series.x.empty()) plot.series.push_back(std::move(series));
    }
    plot.log_x = low > 0 && high >= 32 * low;
    drop_crowded_intervals(plot);
    // Equal curves hide one another: the first model is drawn last, on top.
    std::reverse(plot.series.begin(), plot.series.end());
    if (!plot.series.empty()) set.figures.push_back(std::move(figure));
  }
  return set;
}

FigureSet latency_figures(const RecordIndex& index) {
  FigureSet set;
  set.title = "Latency distribution";
  set.caption =
      "Share of answers that took at most so long, from the raw samples; further left is faster. One slice of each "
      "task.";
  set.table_id = "latency";
  for (const TaskSlice& row : index.main_rows("latency_ns")) {
    std::vector<std::pair<std::size_t, const SampleSet*>> sets;
    std::vector<double> all;
    for (std::size_t i = 0; i < index.columns().size(); ++i) {
      const SampleSet* samples = index.samples(row, index.columns()[i], "latency_ns");
      if (samples == nullptr || samples->values.empty()) continue;
      sets.emplace_back(i, samples);
      all.insert(all.end(), samples->values.begin(), samples->values.end());
      if (std::find(set.styles.begin(), set.styles.end(), i) == set.styles.end()) set.styles.push_back(i);
    }
    const std::optional<double> middle = median(all);
    if (!middle) continue;
    const auto [low, high] = std::minmax_element(all.begin(), all.end());
    const auto [scale, unit] = time_scale(*middle);
    Figure figure;
    figure.heading = task_label(row.task) + ", " + slice_label(row.slice);
    Plot& plot = figure.plot;
    plot.id = "plot-latency-" + std::to_string(set.figures.size());
    plot.title = "Distribution of latency, " + figure.heading;
    plot.kind = PlotKind::steps;
    plot.percent = true;
    plot.log_x = *low > 0 && *high >= 8 * *low;
    plot.x_label = "latency, " + unit;
    for (const auto& [i, samples] : sets) {
      PlotSeries series = distribution(samples->values, scale, *low, *high);
      series.style = i;
      plot.series.push_back(std::move(series));
    }
    set.figures.push_back(std::move(figure));
  }
  std::sort(set.styles.begin(), set.styles.end());
  return set;
}

FigureSet memory_figures(const RecordIndex& index) {
  constexpr std::array<std::pair<const char*, const char*>, 3> metrics = {
      {{"state_bytes", "State per frame"}, {"arena_bytes", "Arena"}, {"rss_peak_bytes", "Peak resident memory"}}};
  FigureSet set;
  set.title = "Memory of each model";
  set.caption = "The largest value over all tasks and slices; bars start at zero.";
  set.table_id = "memory";
  for (const auto& [metric, heading] : metrics) {
    Figure figure;
    figure.heading = heading;
    figure.plot.id = "plot-" + identifier(metric);
    figure.plot.title = heading;
    figure.plot.kind = PlotKind::bars;
    for (std::size_t i = 0; i < index.columns().size(); ++i) {
      const Record* record = index.largest(index.columns()[i], metric);
      if (record == nullptr || record->value < 0) continue;
      PlotSeries series;
      series.style = i;
      series.label = column_label(index.columns()[i]);
      series.value_label = human(record->value, record->unit);
      series.x = {record->value};
      figure.plot.series.push_back(std::move(series));
    }
    if (!figure.plot.series.empty()) set.figures.push_back(std::move(figure));
  }
  return set;
}

}  // namespace trm::reports
