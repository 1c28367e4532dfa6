// Turns gnuplot's SVG document into an element that lives inside an HTML page.
#pragma once

#include <string>
#include <string_view>

namespace trm::reports {

/// Colours that a plot script uses in place of the theme's, which adapt_svg() replaces: #0101NN is series NN, then text
/// and axes, then the grid.
inline constexpr const char* kInkColour = "#010201";
inline constexpr const char* kGridColour = "#010301";
std::string series_colour(std::size_t style);

/// Drops the document's head, metadata, fonts, filters, empty groups and unused definitions, gives ids the prefix
/// `id` + "-", sets role and accessible title, and replaces the colours above by CSS variables and currentColor.
/// Empty if `document` holds no <svg> element.
std::string adapt_svg(std::string_view document, const std::string& id, const std::string& title);

}  // namespace trm::reports
