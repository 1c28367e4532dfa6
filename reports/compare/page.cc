#include "reports/compare/page.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "reports/compare/text.h"
#include "reports/format.h"
#include "reports/html_parts.h"
#include "reports/html_table.h"

namespace trm::reports::compare {
namespace {

/// Plots of one page.
constexpr std::size_t kMostPlots = 24;
/// Rows from which a table is folded away.
constexpr std::size_t kFoldedRows = 16;
/// Points of a line that is a few hundred pixels wide.
constexpr std::size_t kMostPoints = 400;

/// Divisor and name of the unit in which samples of this size read well.
std::pair<double, std::string> readable(double value, const std::string& unit) {
  if (const auto factor = nanoseconds_in(unit)) {
    const double ns = value * *factor;
    if (ns < 1e3) return {1 / *factor, "ns"};
    if (ns < 1e6) return {1e3 / *factor, "µs"};
    if (ns < 1e9) return {1e6 / *factor, "ms"};
    return {1e9 / *factor, "s"};
  }
  if (unit == "bytes")
    return value < 1048576 ? std::pair(1024.0, std::string("KiB")) : std::pair(1048576.0, std::string("MiB"));
  return {1, unit == "1/s" ? "per second" : unit};
}

/// Share of samples up to each value, in per cent.
PlotSeries distribution(std::vector<double> samples, double divisor, std::size_t style) {
  std::sort(samples.begin(), samples.end());
  PlotSeries out;
  out.style = style;
  const std::size_t step = std::max<std::size_t>(1, samples.size() / kMostPoints);
  for (std::size_t i = 0; i < samples.size(); i += step) {
    out.x.push_back(samples[i] / divisor);
    out.y.push_back(100 * static_cast<double>(i) / static_cast<double>(samples.size()));
  }
  out.x.push_back(samples.back() / divisor);
  out.y.push_back(100);
  return out;
}

std::vector<PagePlot> distributions(const Comparison& comparison) {
  std::vector<const Row*> rows;
  for (const Row& row : comparison.rows) {
    if (row.kind != Kind::accuracy && row.before_samples.size() > 2 && row.after_samples.size() > 2)
      rows.push_back(&row);
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row* a, const Row* b) {
    return std::pair(moved(*a), std::abs(a->change)) > std::pair(moved(*b), std::abs(b->change));
  });
  if (rows.size() > kMostPlots) rows.resize(kMostPlots);
  std::vector<PagePlot> out;
  for (const Row* row : rows) {
    PagePlot plot;
    plot.heading = row->name + ", " + row->metric + ": " + change_text(*row) + ", " + verdict_name(row->verdict);
    const auto [divisor, unit] = readable(row->before, row->unit);
    plot.plot.title = "Distribution of " + row->metric + " of " + row->name + ", old and new";
    plot.plot.x_label = unit;
    plot.plot.y_label = "";
    plot.plot.kind = PlotKind::steps;
    plot.plot.percent = true;
    plot.plot.series = {distribution(row->before_samples, divisor, 0), distribution(row->after_samples, divisor, 1)};
    out.push_back(std::move(plot));
  }
  return out;
}

std::string table_block(const Table& table) {
  if (table.rows.empty()) return "";
  std::string text = table_html(table, "table-" + table.id);
  if (table.rows.size() < kFoldedRows || table.id == "moved") return text;
  return "<details>\n<summary>Table: " + escape_html(table.title) + " (" + grouped(table.rows.size()) +
         " rows)</summary>\n" + text + "</details>\n";
}

std::string how(const Comparison& comparison) {
  std::string out = "<h2 id=\"judged\">How it was judged</h2>\n<ul class=\"note\">\n";
  const auto item = [&](const std::string& text) { out += "<li>" + escape_html(text) + "</li>\n"; };
  if (const std::string floor = floor_sentence(comparison); !floor.empty()) item(floor);
  item("A time or rate regressed if the 95 % bootstrap interval of its log ratio lies beyond the threshold of " +
       fixed_number(100 * comparison.rules.threshold, 1) +
       " % and a rank test says so after the correction for many benchmarks. It is inconclusive if the interval spans "
       "the threshold, or if the same program twice differs by more than the threshold.");
  for (const std::string& note : comparison.notes) item(note);
  return out + "</ul>\n";
}

}  // namespace

std::string plots_html(const std::vector<PagePlot>& plots, const std::string& title, const std::string& caption,
                       const std::string& legend, const HtmlOptions& options) {
  if (plots.empty()) return "";
  std::string figures;
  for (std::size_t i = 0; i < plots.size(); ++i) {
    Plot plot = plots[i].plot;
    plot.id = "plot-" + std::to_string(i);
    const Result<std::string> svg = draw(plot, options.gnuplot);
    if (!svg.ok()) {
      return "<p class=\"note\">This page has tables only: the plots need gnuplot (Debian package gnuplot-nox). " +
             escape_html(svg.error().text()) + ".</p>\n";
    }
    figures += "<figure>\n<h3>" + escape_html(plots[i].heading) + "</h3>\n" + *svg + "\n</figure>\n";
  }
  return "<figure class=\"set\">\n<figcaption><b>" + escape_html(title) + "</b>" + escape_html(caption) +
         "</figcaption>\n" + legend + "<div class=\"plots\">\n" + figures + "</div>\n</figure>\n";
}

std::string to_html(const Comparison& comparison, const HtmlOptions& options) {
  std::string out = html_opening("trm compare", headline(comparison));
  out += "<p class=\"meta\">old: " + escape_html(comparison.before_name) +
         " · new: " + escape_html(comparison.after_name) + "</p>\n</header>\n<main>\n";
  for (const Failure& failure : comparison.failures) {
    out += "<h3>" + std::string(failure.after ? "New" : "Old") + " program, " + escape_html(failure.run) + ": " +
           escape_html(failure.reason) + "</h3>\n";
    if (!failure.last_words.empty()) out += "<pre tabindex=\"0\">" + escape_html(failure.last_words) + "</pre>\n";
  }
  out += table_block(verdict_table(comparison, true)) + table_block(verdict_table(comparison, false));
  const std::string plots = plots_html(distributions(comparison), "Distributions",
                                       "Share of samples up to each value. Further left is faster or smaller.",
                                       html_legend({{0, "old"}, {1, "new"}}), options);
  if (!plots.empty()) out += "<h2 id=\"distributions\">Distributions</h2>\n" + plots;
  return out + how(comparison) + "</main>\n</body>\n</html>\n";
}

}  // namespace trm::reports::compare
