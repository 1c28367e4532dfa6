// A page that shows how a model solved puzzles, supervision step by supervision step.
#pragma once

#include <string>
#include <vector>

#include "reports/record.h"

namespace trm::reports {

struct PuzzlePage {
  std::string title;  ///< "sudoku-6x6: 2 puzzles"
  std::string claim;  ///< what came of it
  std::vector<StepThrough> puzzles;
};

/// One file: no network, no script; buttons choose the step of each board, print shows them all. Light and dark, for
/// phones. All texts are escaped. Same input, same bytes.
std::string puzzle_page_html(const PuzzlePage& page);

}  // namespace trm::reports
