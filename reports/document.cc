#include "reports/document.h"

#include <map>
#include <utility>

#include "reports/format.h"
#include "reports/html_parts.h"
#include "reports/html_table.h"
#include "reports/plot.h"

namespace trm::reports {
namespace {

/// Rows from which a table is folded away.
constexpr std::size_t kFoldedRows = 24;

class DocumentPage {
 public:
  DocumentPage(const Document& document, const HtmlOptions& options) : document_(document), options_(options) {}

  std::string build() {
    out_ = html_opening(document_.title, document_.claim);
    if (!document_.meta.empty()) out_ += "<p class=\"meta\">" + escape_html(document_.meta) + "</p>\n";
    out_ += "</header>\n<main>\n<nav aria-label=\"Sections\">";
    for (const DocumentSection& s : document_.sections) {
      out_ += "<a href=\"#" + s.id + "\">" + escape_html(s.title) + "</a>";
    }
    out_ += "</nav>\n";
    for (const DocumentSection& s : document_.sections) section(s);
    return std::move(out_) + "</main>\n</body>\n</html>\n";
  }

 private:
  void section(const DocumentSection& s) {
    out_ += "<h2 id=\"" + s.id + "\">" + escape_html(s.title) + "</h2>\n";
    for (const std::string& text : s.paragraphs) out_ += "<p>" + escape_html(text) + "</p>\n";
    for (const DocumentPlots& plots : s.plots) figures(plots);
    for (const Table& each : s.tables) table(each);
  }

  void table(const Table& t) {
    if (t.rows.empty()) return;
    const std::string text = table_html(t, "table-" + t.id);
    if (t.rows.size() < kFoldedRows) {
      out_ += text;
      return;
    }
    out_ += "<details>\n<summary>Table: " + escape_html(t.title) + " (" + grouped(t.rows.size()) +
            " rows)</summary>\n" + text + "</details>\n";
  }

  void figures(const DocumentPlots& plots) {
    if (plots.figures.empty() || !missing_.empty()) return;
    std::string drawn;
    for (const Figure& figure : plots.figures) {
      Plot plot = figure.plot;
      plot.id = "plot-" + std::to_string(plots_++);
      const Result<std::string> svg = draw(plot, options_.gnuplot);
      if (!svg.ok()) {
        missing_ = svg.error().text();
        out_ += "<p class=\"note\">Here tables stand alone: the plots need gnuplot (Debian package gnuplot-nox). " +
                escape_html(missing_) + ".</p>\n";
        return;
      }
      drawn += "<figure>\n<h3>" + escape_html(figure.heading) + "</h3>\n" + *svg + "\n</figure>\n";
    }
    out_ += "<figure class=\"set\">\n<figcaption><b>" + escape_html(plots.title) + "</b>" + escape_html(plots.caption) +
            "</figcaption>\n";
    legend(plots);
    out_ += "<div class=\"plots\">\n" + drawn + "</div>\n</figure>\n";
  }

  void legend(const DocumentPlots& plots) {
    std::map<std::size_t, std::string> labels;
    for (const Figure& figure : plots.figures) {
      if (figure.plot.kind == PlotKind::bars) continue;
      for (const PlotSeries& series : figure.plot.series) labels.emplace(series.style, series.label);
    }
    if (labels.empty()) return;
    std::vector<LegendEntry> entries;
    entries.reserve(labels.size());
    for (const auto& [style, label] : labels) entries.push_back({style, label});
    out_ += html_legend(entries);
  }

  const Document& document_;
  const HtmlOptions& options_;
  std::string out_;
  std::size_t plots_ = 0;
  std::string missing_;  ///< why there are no plots; empty while drawing works
};

}  // namespace

std::string to_html(const Document& document, const HtmlOptions& options) {
  return DocumentPage(document, options).build();
}

}  // namespace trm::reports
