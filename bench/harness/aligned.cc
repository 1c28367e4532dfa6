#include "bench/harness/aligned.h"

#include <fmt/format.h>

#include <algorithm>

namespace trm::bench {

std::string aligned(const std::vector<TextLine>& lines, std::size_t words) {
  std::vector<std::size_t> widths(lines.front().size());
  for (const TextLine& line : lines) {
    for (std::size_t c = 0; c < line.size(); ++c) widths[c] = std::max(widths[c], line[c].size());
  }
  std::string out;
  for (const TextLine& line : lines) {
    std::string text;
    for (std::size_t c = 0; c < line.size(); ++c) {
      const std::string gap = c == 0 ? "" : "  ";
      text += c < words ? fmt::format("{}{:<{}}", gap, line[c], widths[c])
                        : fmt::format("{}{:>{}}", gap, line[c], widths[c]);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  }
  return out;
}

}  // namespace trm::bench
