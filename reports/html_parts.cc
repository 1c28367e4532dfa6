#include "reports/html_parts.h"

#include "reports/format.h"
#include "reports/html_style.h"
#include "reports/plot.h"

namespace trm::reports {

std::string html_opening(const std::string& title, const std::string& claim) {
  const std::string shown = escape_html(title);
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta name=\"generator\" content=\"trm.cpp\">\n<title>" +
         shown + "</title>\n<style>" + kHtmlStyle + "</style>\n</head>\n<body>\n<header>\n<h1>" + shown +
         "</h1>\n<p class=\"claim\">" + escape_html(claim) + "</p>\n";
}

std::string html_legend(const std::vector<LegendEntry>& entries) {
  std::string out = "<ul class=\"legend\">\n";
  for (const LegendEntry& entry : entries) {
    const std::string colour = "var(--series-" + std::to_string(entry.style % kPlotStyles) + ")";
    const std::string dash = plot_dash(entry.style);
    out += "<li><svg viewBox=\"0 0 48 16\" aria-hidden=\"true\" fill=\"none\" stroke=\"" + colour +
           "\"><path d=\"M1,8H47\" stroke-width=\"2.5\"" +
           (dash.empty() ? "" : " stroke-dasharray=\"" + dash + "\" pathLength=\"48\"") +
           "/><path transform=\"translate(24,8)\" stroke-width=\"1.5\" fill=\"" + colour + "\" d=\"" +
           plot_marker(entry.style) + "\"/></svg>" + escape_html(entry.label) + "</li>\n";
  }
  return out + "</ul>\n";
}

}  // namespace trm::reports
