// A puzzle's supervision steps for a report to show.
#pragma once

#include <cstdint>
#include <span>

#include "reports/record.h"
#include "tasks/ask/puzzle_trace.h"
#include "tasks/puzzles/family.h"

namespace trm::bench {

/// The trace as reports show it. `labels`: empty if not known. task: the family's name; slice, model and mode are the
/// caller's. An answer is correct if it agrees with the labels, as everywhere in a run; without labels, if the family's
/// verifier accepts it.
reports::StepThrough step_through(const tasks::PuzzleFamily& family, std::span<const std::uint8_t> input,
                                  std::span<const std::uint8_t> labels, const tasks::PuzzleTrace& trace);

/// The same of an ARC canvas (tasks/puzzles/arc/canvas.h), cut to the rows and columns that question, answers and
/// labels use. Right is what shows the labels' grid; without labels nothing is.
reports::StepThrough arc_step_through(std::span<const std::uint8_t> input, std::span<const std::uint8_t> labels,
                                      const tasks::PuzzleTrace& trace);

}  // namespace trm::bench
