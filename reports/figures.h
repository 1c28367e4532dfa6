// Which plots a report shows, made from the records and raw samples.
#pragma once

#include <string>
#include <vector>

#include "reports/index.h"
#include "reports/plot.h"

namespace trm::reports {

/// A small plot with its visible heading.
struct Figure {
  std::string heading;
  Plot plot;
};

/// Small plots that share a legend, a caption and a table.
struct FigureSet {
  std::string title;
  std::string caption;
  std::string table_id;             ///< the table with the same numbers
  std::vector<std::size_t> styles;  ///< positions in RecordIndex::columns(); also the series styles in the legend
  std::vector<Figure> figures;
};

/// A ratio metric against depth, one plot per task. No figures without records by depth.
FigureSet depth_figures(const RecordIndex& index, const std::string& metric);

/// Empirical distribution of the raw latencies, one plot per task (RecordIndex::main_rows).
FigureSet latency_figures(const RecordIndex& index);

/// State, arena and peak resident memory of each model, one plot per metric.
FigureSet memory_figures(const RecordIndex& index);

}  // namespace trm::reports
