// A page of sections with texts, plots and tables: what a report is where it has no records to be arranged by.
#pragma once

#include <string>
#include <vector>

#include "reports/figures.h"
#include "reports/html.h"
#include "reports/tables.h"

namespace trm::reports {

/// Small plots with a common title and, unless they are bars, a legend of their series' labels.
struct DocumentPlots {
  std::string title, caption;
  std::vector<Figure> figures;
};

struct DocumentSection {
  std::string id;     ///< letters, digits and hyphens; unique
  std::string title;  ///< and in the list of sections
  std::vector<std::string> paragraphs;
  std::vector<DocumentPlots> plots;
  std::vector<Table> tables;  ///< behind the plots
};

struct Document {
  std::string title;
  std::string claim;  ///< what to remember, one or two sentences
  std::string meta;   ///< a small line below it
  std::vector<DocumentSection> sections;
};

/// One file as to_html() makes them: no network, no script, light and dark, for phones and paper. Tables of many rows
/// are folded. Without gnuplot the tables stand alone, and a line says why.
std::string to_html(const Document& document, const HtmlOptions& options = {});

}  // namespace trm::reports
