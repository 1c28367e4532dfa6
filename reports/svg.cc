#include "reports/svg.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <string_view>

#include "reports/format.h"
#include "reports/plot.h"

namespace trm::reports {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

/// Removes everything from `begin` to the end of the next `end`, wherever it occurs.
void cut_all(std::string& text, std::string_view begin, std::string_view end) {
  for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
    const std::size_t stop = text.find(end, at + begin.size());
    if (stop == std::string::npos) return;
    text.erase(at, stop + end.size() - at);
  }
}

/// gnuplot writes a colour as "rgb(  1,   2,   1)" or "rgb(1,2,1)".
void replace_colour(std::string& text, int red, int green, int blue, std::string_view by) {
  char padded[32];
  std::snprintf(padded, sizeof padded, "rgb(%3d, %3d, %3d)", red, green, blue);
  replace_all(text, padded, by);
  std::snprintf(padded, sizeof padded, "rgb(%d,%d,%d)", red, green, blue);
  replace_all(text, padded, by);
}

/// Removes groups without content, innermost first.
void drop_empty_groups(std::string& text) {
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t close = text.find("</g>"); close != std::string::npos; close = text.find("</g>", close + 1)) {
      std::size_t end = close;
      while (end > 0 && std::string_view(" \t\n").find(text[end - 1]) != std::string_view::npos) --end;
      if (end == 0 || text[end - 1] != '>') continue;
      const std::size_t open = text.rfind('<', end - 1);
      if (open == std::string::npos || text.compare(open, 2, "<g") != 0 || text[end - 2] == '/') continue;
      text.erase(open, close + 4 - open);
      changed = true;
      close = open == 0 ? 0 : open - 1;
    }
  }
}

constexpr std::string_view kBlank = " \t\n\v\f\r";

/// The identifier of the marker definition (`<path ... id='x' .../>` and the like) that is `element`; empty: it is
/// none.
std::string_view defined_id(std::string_view element) {
  constexpr std::string_view kTags[] = {"<path", "<circle", "<rect", "<use"};
  constexpr std::string_view kId = " id='";
  if (std::none_of(std::begin(kTags), std::end(kTags),
                   [&](std::string_view tag) { return element.starts_with(tag); }) ||
      !element.ends_with("/>")) {
    return {};
  }
  const std::size_t id = element.find(kId);
  if (id == std::string_view::npos) return {};
  element.remove_prefix(id + kId.size());
  return element.substr(0, element.find('\''));
}

/// Removes the marker definitions that nothing refers to, following references between definitions.
void drop_unused_definitions(std::string& text) {
  for (bool changed = true; changed;) {
    changed = false;
    std::size_t at = 0;
    while ((at = text.find('\n', at)) != std::string::npos) {
      const std::size_t begin = text.find_first_not_of(kBlank, at);
      const std::size_t end = text.find('>', at);
      if (begin == std::string::npos || end == std::string::npos) return;
      const std::string_view id =
          end < begin ? std::string_view() : defined_id(std::string_view(text).substr(begin, end + 1 - begin));
      if (id.empty() || text.find("#" + std::string(id) + "'") != std::string::npos) {
        ++at;
      } else {
        text.erase(at, end + 1 - at);
        changed = true;
      }
    }
  }
}

/// Line ends with the blanks around them become one line end.
void squeeze_lines(std::string& text) {
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1)) {
    std::size_t begin = at;
    while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\t')) --begin;
    const std::size_t end = std::min(text.find_first_not_of(kBlank, at), text.size());
    text.replace(begin, end - begin, "\n");
    at = begin;
  }
}

}  // namespace

std::string series_colour(std::size_t style) {
  char text[16];
  std::snprintf(text, sizeof text, "#0101%02x", static_cast<unsigned>(style % kPlotStyles));
  return text;
}

std::string adapt_svg(std::string_view document, const std::string& id, const std::string& title) {
  const std::size_t begin = document.find("<svg");
  const std::size_t end = document.rfind("</svg>");
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return {};
  std::string svg(document.substr(begin, end + 6 - begin));
  cut_all(svg, "<title>", "</title>");
  cut_all(svg, "<desc>", "</desc>");
  cut_all(svg, "<filter", "</filter>");
  cut_all(svg, " font-family=\"", "\"");
  cut_all(svg, " xmlns:xlink=\"", "\"");
  replace_all(svg, "xlink:href", "href");
  // currentColor must come from the page, not from gnuplot's groups.
  replace_all(svg, " color=\"black\"", "");
  replace_all(svg, " color=\"white\"", "");
  replace_all(svg, "\"black\"", "\"currentColor\"");
  replace_all(svg, "color='white'", "color='var(--paper)'");
  for (std::size_t style = 0; style < kPlotStyles; ++style) {
    replace_colour(svg, 1, 1, static_cast<int>(style), "var(--series-" + std::to_string(style) + ")");
  }
  replace_colour(svg, 1, 2, 1, "currentColor");
  replace_colour(svg, 1, 3, 1, "var(--grid)");
  drop_empty_groups(svg);
  drop_unused_definitions(svg);
  for (const char quote : {'\'', '"'}) {
    replace_all(svg, std::string(" id=") + quote, std::string(" data-old-id=") + quote);
    replace_all(svg, std::string(" data-old-id=") + quote, std::string(" id=") + quote + id + "-");
    replace_all(svg, std::string("href=") + quote + "#", std::string("href=") + quote + "#" + id + "-");
  }
  replace_all(svg, "url(#", "url(#" + id + "-");
  const std::size_t head = svg.find('>');
  svg.insert(head, " role=\"img\" aria-labelledby=\"" + id + "-title\"");
  svg.insert(svg.find('>') + 1, "<title id=\"" + id + "-title\">" + escape_html(title) + "</title>");
  // Blank lines and line ends inside the head carry nothing.
  squeeze_lines(svg);
  replace_all(svg, "<svg\n", "<svg ");
  return svg;
}

}  // namespace trm::reports
