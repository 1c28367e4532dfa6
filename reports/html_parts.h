// What all pages share: the beginning of the document with its style sheet, and legends of plots.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace trm::reports {

/// The document up to the claim below the title. Texts are escaped here. What follows belongs into the open <header>.
std::string html_opening(const std::string& title, const std::string& claim);

struct LegendEntry {
  std::size_t style = 0;  ///< of a series in plot.h
  std::string label;
};
/// A list of what the lines and markers of plots mean.
std::string html_legend(const std::vector<LegendEntry>& entries);

}  // namespace trm::reports
