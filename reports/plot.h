// Draws one small plot with gnuplot (Debian package gnuplot-nox), as a piece of SVG for an HTML page.
#pragma once

#include <string>
#include <vector>

#include "engine/base/status.h"

namespace trm::reports {

/// Styles 0 to 7 differ by colour, dash and marker; higher ones repeat them.
inline constexpr std::size_t kPlotStyles = 8;

enum class PlotKind {
  lines,  ///< markers joined by lines, with error bars
  steps,  ///< a distribution function
  bars,   ///< one horizontal bar for each series, from zero, labelled with its name and value
};

struct PlotSeries {
  std::size_t style = 0;
  std::string label;              ///< bars: name at the left
  std::string value_label;        ///< bars: text at the end of the bar
  std::vector<double> x, y;       ///< equally long and finite; bars: x[0] is the length, y stays empty
  std::vector<double> low, high;  ///< lines: interval of each y; empty or as long as y
};

struct Plot {
  std::string id;     ///< letters, digits and hyphens, unique in the page
  std::string title;  ///< for readers who cannot see the plot
  std::string x_label, y_label;
  PlotKind kind = PlotKind::lines;
  bool log_x = false;    ///< needs all x > 0
  bool log_y = false;    ///< needs all y > 0; not with percent
  bool percent = false;  ///< y runs from 0 to 100
  std::vector<PlotSeries> series;
};

/// Runs `gnuplot` (a path, or a name looked up in PATH) without shell or start-up files, for at most 20 seconds and
/// 16 MiB of output, and returns an <svg> element that follows the theme of its page: text and axes in currentColor,
/// series in the CSS variables --series-0 to --series-7, grid in --grid; ids begin with the plot's id; no font, script
/// or link in it. Same plot, same bytes. Errors: no series or unequal lengths (bad_input), gnuplot absent
/// (unsupported), gnuplot failed, too slow or without end (io).
Result<std::string> draw(const Plot& plot, const std::string& gnuplot = "gnuplot");

/// Dash pattern of a style for a legend, as stroke-dasharray; empty for a full line.
const char* plot_dash(std::size_t style);
/// Marker of a style for a legend: SVG path data centred on the origin, about 8 units wide.
const char* plot_marker(std::size_t style);

}  // namespace trm::reports
