#include "reports/plot.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>

#include "engine/sys/helper.h"
#include "reports/format.h"
#include "reports/svg.h"

namespace trm::reports {
namespace {

struct Style {
  const char* gnuplot_dash;
  const char* svg_dash;
  int gnuplot_point;
  const char* marker;
};

// Colour is never the only difference: dash and marker tell the series apart in grey as well.
constexpr std::array<Style, kPlotStyles> kStyles = {{
    {"solid", "", 7, "M-4,0a4,4 0 1 0 8,0a4,4 0 1 0 -8,0z"},
    {"(10,5)", "5 2.5", 5, "M-3.5,-3.5h7v7h-7z"},
    {"(3,4)", "1.5 2", 9, "M0,-5L4.3,3H-4.3z"},
    {"(14,4,3,4)", "7 2 1.5 2", 13, "M0,-5L5,0L0,5L-5,0z"},
    {"(18,6)", "9 3", 11, "M0,5L4.3,-3H-4.3z"},
    {"(6,3)", "3 1.5", 15, "M0,-4.5L4.3,-1.4L2.6,3.6H-2.6L-4.3,-1.4z"},
    {"(10,3,3,3,3,3)", "5 1.5 1.5 1.5 1.5 1.5", 2, "M-4,-4L4,4M4,-4L-4,4"},
    {"(2,2)", "1 1", 1, "M-4.5,0H4.5M0,-4.5V4.5"},
}};

/// A gnuplot string. Single quotes are read literally; doubling an inner quote is no safe escape (gnuplot 5.4 ends the
/// string at one that comes first), so a quote becomes an apostrophe, and nothing else that might mean something is let
/// through.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (char c : clean_text(text)) {
    if (c == '\'') {
      out += "\u2019";
    } else if (c == '`' || c == '\\' || c == '\n' || c == '\t' || c == '@') {
      out += ' ';
    } else {
      out += c;
    }
  }
  return out + "'";
}

/// At most `limit` characters (not bytes).
std::string shortened(const std::string& text, std::size_t limit) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) continue;
    if (++characters > limit) return text.substr(0, i) + "…";
  }
  return text;
}

std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Status check(const Plot& plot) {
  const auto wrong = [&](std::string message) {
    return Error{ErrorCode::bad_input, {}, "plot " + plot.id, std::move(message), "pass finite data of equal length"};
  };
  if (plot.series.empty()) return wrong("has no series");
  for (const PlotSeries& s : plot.series) {
    if (s.x.empty()) return wrong("has a series without points");
    if (plot.kind != PlotKind::bars && s.y.size() != s.x.size()) return wrong("has unequal numbers of x and y");
    if (!s.low.empty() && (s.low.size() != s.y.size() || s.high.size() != s.y.size())) {
      return wrong("has intervals for some points only");
    }
    for (const auto* list : {&s.x, &s.y, &s.low, &s.high}) {
      if (!std::all_of(list->begin(), list->end(), [](double v) { return std::isfinite(v); })) {
        return wrong("has a point that is not finite");
      }
    }
    if (plot.log_x && *std::min_element(s.x.begin(), s.x.end()) <= 0) return wrong("has x <= 0 on a logarithmic axis");
    if (plot.log_y && *std::min_element(s.y.begin(), s.y.end()) <= 0) return wrong("has y <= 0 on a logarithmic axis");
  }
  return {};
}

std::string common_script(std::size_t height) {
  const std::string ink = std::string(" rgb '") + kInkColour + "'";
  return "set encoding utf8\n"
         "set terminal svg size 380," +
         std::to_string(height) +
         " dynamic noenhanced font ',12' rounded\n"
         "unset key\n"
         "set border 0 lc" +
         ink +
         "\n"
         "set tics nomirror scale 0 tc" +
         ink + "\n";
}

std::string data_block(const std::string& name, const PlotSeries& s) {
  std::string out = name + " << EOD\n";
  for (std::size_t i = 0; i < s.x.size(); ++i) {
    out += exact_number(s.x[i]) + " " + exact_number(s.y[i]);
    if (!s.low.empty()) out += " " + exact_number(s.low[i]) + " " + exact_number(s.high[i]);
    out += "\n";
  }
  return out + "EOD\n";
}

std::string curves_script(const Plot& plot) {
  const std::string ink = std::string(" rgb '") + kInkColour + "'";
  const std::string grid = std::string(" rgb '") + kGridColour + "'";
  std::string out = common_script(250);
  out += "set border 1 back lc" + grid + "\n";
  out += "set grid ytics lt 1 lw 0.6 lc" + grid + "\n";
  out += "set lmargin 7\nset rmargin 2\nset tmargin 1\n";
  out += "set xlabel " + quoted(plot.x_label) + " tc" + ink + "\n";
  if (!plot.y_label.empty()) out += "set ylabel " + quoted(plot.y_label) + " offset 0.5,0 tc" + ink + "\n";
  if (plot.percent) out += "set yrange [-1:103]\nset ytics 0,25,100\nset format y '%g %%'\n";
  if (plot.log_y) out += "set logscale y\nset format y '%g'\n";
  double low = plot.series[0].x[0];
  double high = low;
  for (const PlotSeries& s : plot.series) {
    low = std::min(low, *std::min_element(s.x.begin(), s.x.end()));
    high = std::max(high, *std::max_element(s.x.begin(), s.x.end()));
  }
  if (plot.log_x) {
    const double factor = std::pow(high / low, 0.04) * 1.02;
    out += "set logscale x\nset format x '%g'\n";
    // Ticks 1, 2, 5 only where powers of ten alone would be too few.
    if (high / low < 300) out += "set xtics add (0.02,0.05,0.2,0.5,2,5,20,50,200,500,2000,5000)\n";
    out += "set xrange [" + exact_number(low / factor) + ":" + exact_number(high * factor) + "]\n";
  } else {
    const double room = high > low ? (high - low) * 0.04 : std::max(1.0, std::abs(high)) * 0.5;
    const double begin = plot.kind == PlotKind::steps ? std::max(0.0, low - room) : low - room;
    out += "set xrange [" + exact_number(begin) + ":" + exact_number(high + room) + "]\n";
    // Depths are whole numbers: no tick in between.
    if (plot.kind == PlotKind::lines && high - low < 8)
      out += "set xtics 1\n";
    else
      out += "set xtics autofreq\nset format x '%g'\n";
  }
  std::string draws;
  for (std::size_t i = 0; i < plot.series.size(); ++i) {
    const PlotSeries& s = plot.series[i];
    const Style& style = kStyles[s.style % kPlotStyles];
    const std::string block = "$d" + std::to_string(i);
    out += data_block(block, s);
    const std::string colour = " lc rgb '" + series_colour(s.style) + "'";
    const auto add = [&](const std::string& text) {
      draws += (draws.empty() ? "plot " : ", ") + block + text + colour;
    };
    if (plot.kind == PlotKind::steps) {
      add(std::string(" using 1:2 with steps lw 1.8 dt ") + style.gnuplot_dash);
    } else {
      if (!s.low.empty()) add(" using 1:2:3:4 with yerrorbars lw 1 pt -1 ps 0");
      add(std::string(" using 1:2 with lines lw 1.8 dt ") + style.gnuplot_dash);
      add(" using 1:2 with points lw 1.5 ps 0.62 pt " + std::to_string(style.gnuplot_point));
    }
  }
  return out + "set bars 0\n" + draws + "\n";
}

std::string bars_script(const Plot& plot) {
  const std::size_t count = plot.series.size();
  const std::string ink = std::string(" rgb '") + kInkColour + "'";
  std::string out = common_script(34 + 30 * count);
  double longest = 0;
  std::size_t name_width = 4;
  std::size_t value_width = 4;
  for (const PlotSeries& s : plot.series) {
    longest = std::max(longest, s.x[0]);
    name_width = std::max(name_width, width_of(shortened(s.label, 22)));
    value_width = std::max(value_width, width_of(shortened(s.value_label, 14)));
  }
  if (!(longest > 0)) longest = 1;
  out += "set lmargin " + std::to_string(name_width + 1) + "\nset rmargin " + std::to_string(value_width + 2) +
         "\nset tmargin 0.5\nset bmargin 0.5\n";
  out += "set xrange [0:" + exact_number(longest) + "]\nset yrange [" + fixed_number(-0.6, 1) + ":" +
         fixed_number(static_cast<double>(count) - 0.4, 1) + "]\nunset xtics\n";
  std::string ticks;
  std::string draws;
  for (std::size_t i = 0; i < count; ++i) {
    const PlotSeries& s = plot.series[i];
    const std::string y = std::to_string(count - 1 - i);  // the first on top
    ticks += (ticks.empty() ? "" : ", ") + quoted(shortened(s.label, 22)) + " " + y;
    out += "set label " + std::to_string(i + 1) + " " + quoted(shortened(s.value_label, 14)) + " at first " +
           exact_number(s.x[0]) + "," + y + " left offset 0.7,0 tc" + ink + "\n";
    const double middle = static_cast<double>(count - 1 - i);
    out += "$d" + std::to_string(i) + " << EOD\n0 " + y + " 0 " + exact_number(s.x[0]) + " " +
           fixed_number(middle - 0.3, 1) + " " + fixed_number(middle + 0.3, 1) + "\nEOD\n";
    draws += (draws.empty() ? "plot $d" : ", $d") + std::to_string(i) +
             " using 1:2:3:4:5:6 with boxxyerror fs solid 1.0 noborder lc rgb '" + series_colour(s.style) + "'";
  }
  return out + "set ytics (" + ticks + ")\n" + draws + "\n";
}

constexpr HelperLimits kLimits{std::chrono::seconds(20), std::size_t{16} << 20};

/// Output of the program with `script` as its standard input.
Result<std::string> run(const std::string& program, const std::string& script) {
  constexpr const char* kPackage = "Debian's package gnuplot-nox";
  // Nothing of the user's settings may change the picture.
  const char* path = std::getenv("PATH");
  Result<Helper> gnuplot = Helper::start(
      {{program, "-d"}, {std::string("PATH=") + (path != nullptr ? path : "/usr/bin:/bin"), "LC_ALL=C.UTF-8"}});
  if (!gnuplot) {
    Error error = gnuplot.error();
    if (error.fix.empty()) error.fix = std::string("install ") + kPackage;
    return error;
  }
  Result<std::string> output = gnuplot->finish(script, kLimits);
  if (!output) output.error().fix = std::string("check the installation of ") + kPackage;
  return output;
}

}  // namespace

const char* plot_dash(std::size_t style) {
  return kStyles[style % kPlotStyles].svg_dash;
}
const char* plot_marker(std::size_t style) {
  return kStyles[style % kPlotStyles].marker;
}

Result<std::string> draw(const Plot& plot, const std::string& gnuplot) {
  if (Status status = check(plot); !status) return status.error();
  const std::string script = plot.kind == PlotKind::bars ? bars_script(plot) : curves_script(plot);
  Result<std::string> document = run(gnuplot, script);
  if (!document) return document.error();
  std::string svg = adapt_svg(*document, plot.id, plot.title);
  if (svg.empty()) {
    return Error{
        ErrorCode::io, {}, {}, gnuplot + " drew nothing", "check the installation of Debian's package gnuplot-nox"};
  }
  return svg;
}

}  // namespace trm::reports
