#include "reports/puzzle_page.h"

#include <cstddef>

#include "reports/boards.h"
#include "reports/format.h"
#include "reports/html_parts.h"

namespace trm::reports {

std::string puzzle_page_html(const PuzzlePage& page) {
  std::string out = html_opening(page.title, page.claim) + "</header>\n";
  out +=
      "<p class=\"note\">Choose a step, or go through them with the arrow keys. q_halt is the model's own verdict: it "
      "stops at the first step where it is above 0. Bold cells are given, tinted ones are those that the step "
      "changed, and struck-through ones differ from the expected answer, where that is known.</p>\n";
  for (std::size_t i = 0; i < page.puzzles.size(); ++i) {
    out += board_figure(page.puzzles[i], "puzzle-" + std::to_string(i + 1)) + "\n";
  }
  return out + "</body>\n</html>\n";
}

}  // namespace trm::reports
