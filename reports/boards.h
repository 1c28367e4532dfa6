// Puzzles step by step: a figure for HTML that works without scripts, and an outline in plain text.
#pragma once

#include <string>

#include "reports/record.h"

namespace trm::reports {

/// A <figure> whose boards are chosen by radio buttons (arrow keys too); print shows them all. Cells that a step
/// changed are tinted, cells that differ from the expected answer are struck through, what the question fills is bold.
/// `id`: of the figure, and the beginning of every id in it.
std::string board_figure(const StepThrough& steps, const std::string& id);

/// Lines of text, not escaped: what each step did, then question, answer at the halting step and expected answer side
/// by side.
std::string board_outline(const StepThrough& steps);

/// "Sudoku 4x4, test: model", not escaped.
std::string board_title(const StepThrough& steps);

/// "Halts after step 2 and is right.", and after the last step if that differs.
std::string board_verdict(const StepThrough& steps);

/// Which puzzles are shown.
inline constexpr const char* kBoardsCaption =
    "Of each model and set of puzzles one answer that was right when the model halted and one that was wrong, if there "
    "are any: those that it thought about longest. All steps are shown, also those after the halt.";

}  // namespace trm::reports
