// A comparison as one self-contained HTML page.
#pragma once

#include <string>
#include <vector>

#include "reports/compare/judge.h"
#include "reports/html.h"
#include "reports/plot.h"

namespace trm::reports::compare {

/// The verdict as a sentence, what moved, what stayed, the distributions of both sides, and how it was judged. The same
/// style as to_html() of a run: no network, no script, light and dark, phone and print. Texts are escaped.
std::string to_html(const Comparison& comparison, const HtmlOptions& options = {});

/// Of a list of plots: the drawn <figure>s in one grid, or a note that says why there are none.
struct PagePlot {
  std::string heading;
  Plot plot;
};
std::string plots_html(const std::vector<PagePlot>& plots, const std::string& title, const std::string& caption,
                       const std::string& legend, const HtmlOptions& options);

}  // namespace trm::reports::compare
