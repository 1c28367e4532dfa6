// The report as one self-contained HTML page.
#pragma once

#include <string>

#include "reports/record.h"

namespace trm::reports {

struct HtmlOptions {
  std::string gnuplot = "gnuplot";  ///< program that draws the plots (plot.h)
};

/// One file: no network, no script, light and dark by prefers-color-scheme, readable on a phone and in print. Claim and
/// exact answers first, then depth, speed, memory, puzzles step by step, examples, how it was measured, models. Every
/// plot has its table. Without gnuplot the tables stand alone and a line names the package that brings the plots. Text
/// from the records is escaped. Same input (and same gnuplot), same bytes.
std::string to_html(const RunResults& results, const HtmlOptions& options = {});

}  // namespace trm::reports
