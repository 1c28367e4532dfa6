#include "bench/puzzles/published_figures.h"

#include <array>
#include <string>

#include "bench/puzzles/set.h"

namespace trm::bench {

namespace {

constexpr int kNone = -1;       ///< the table has no figure
constexpr double kUnknown = 0;  ///< parameters that the table does not tell

/// A row of tables 4 and 5 of arXiv 2510.04871v1: exact answers.
struct PublishedFigure {
  const char* method;
  double parameters;             ///< on Sudoku
  double other_parameters;       ///< on the other benchmarks
  std::array<int, 4> per_mille;  ///< Sudoku-Extreme, Maze-Hard, ARC-AGI-1, ARC-AGI-2
  bool in_hrm_paper;             ///< arXiv 2506.21734 prints the same figures
};

constexpr std::array<PublishedFigure, 10> kFigures = {{
    {"TRM-MLP", 5e6, 19e6, {874, 0, 296, 24}, false},
    {"TRM-Att", 7e6, 7e6, {747, 853, 446, 78}, false},
    {"HRM", 27e6, 27e6, {550, 745, 403, 50}, true},
    {"Direct prediction", 27e6, 27e6, {0, 0, 210, 0}, false},
    {"Deepseek R1", 671e9, 671e9, {0, 0, 158, 13}, false},
    {"Claude 3.7", kUnknown, kUnknown, {0, 0, 286, 7}, false},
    {"o3-mini-high", kUnknown, kUnknown, {0, 0, 345, 30}, false},
    {"Gemini 2.5 Pro 32K", kUnknown, kUnknown, {kNone, kNone, 370, 49}, false},
    {"Grok-4-thinking", 1.7e12, 1.7e12, {kNone, kNone, 667, 160}, false},
    {"Bespoke (Grok-4)", 1.7e12, 1.7e12, {kNone, kNone, 796, 294}, false},
}};

constexpr std::array<PaperBenchmark, 4> kBenchmarks = {PaperBenchmark::sudoku_extreme, PaperBenchmark::maze_hard,
                                                       PaperBenchmark::arc_agi_1, PaperBenchmark::arc_agi_2};

std::string source_of(const PublishedFigure& figure, std::size_t benchmark) {
  const std::string table = benchmark < 2 ? "table 4" : "table 5";
  return (figure.in_hrm_paper ? "arXiv 2506.21734; arXiv 2510.04871v1, " : "arXiv 2510.04871v1, ") + table;
}

}  // namespace

void add_published_figures(reports::RunResults& results) {
  for (std::size_t b = 0; b < kBenchmarks.size(); ++b) {
    for (const PublishedFigure& figure : kFigures) {
      if (figure.per_mille[b] == kNone) continue;
      reports::Record record;
      record.task = benchmark_name(kBenchmarks[b]);
      record.slice = source_of(figure, b);
      record.model = figure.method;
      record.mode = kPublishedMode;
      record.metric = kBenchmarkMetric;
      record.unit = "ratio";
      record.value = figure.per_mille[b] / 1000.0;
      results.records.push_back(record);
      const double parameters = b == 0 ? figure.parameters : figure.other_parameters;
      if (parameters == kUnknown) continue;
      record.metric = "published_parameters";
      record.unit = "count";
      record.value = parameters;
      results.records.push_back(record);
    }
  }
}

}  // namespace trm::bench
