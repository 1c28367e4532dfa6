#include "bench/puzzles/step_through.h"

#include <algorithm>
#include <string>

#include "tasks/puzzles/arc/canvas.h"

namespace trm::bench {

namespace {

/// Is every cell that the labels ask for right? The published data mark cells that are not asked for by 0.
bool answers(std::span<const std::uint8_t> predictions, std::span<const std::uint8_t> labels) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] != 0 && labels[i] != predictions[i]) return false;
  }
  return true;
}

}  // namespace

reports::StepThrough step_through(const tasks::PuzzleFamily& family, std::span<const std::uint8_t> input,
                                  std::span<const std::uint8_t> labels, const tasks::PuzzleTrace& trace) {
  const tasks::BoardShape shape = family.shape();
  reports::StepThrough out;
  out.task = family.name();
  out.rows = shape.rows;
  out.columns = shape.columns;
  out.box_rows = shape.box_rows;
  out.box_columns = shape.box_columns;
  out.question = family.glyphs(input);
  out.expected = family.glyphs(labels);
  for (const tasks::PuzzleStep& step : trace.steps) out.steps.push_back({family.glyphs(step.predictions), step.q_halt});
  out.halting_step = trace.halting_step;
  const auto right = [&](const tasks::PuzzleStep& step) {
    return labels.empty() ? family.verify(input, step.predictions) : answers(step.predictions, labels);
  };
  out.correct = right(trace.answer());
  out.correct_at_end = right(trace.steps.back());
  return out;
}

reports::StepThrough arc_step_through(std::span<const std::uint8_t> input, std::span<const std::uint8_t> labels,
                                      const tasks::PuzzleTrace& trace) {
  namespace arc = tasks::arc;
  std::size_t rows = 1, columns = 1;
  const auto measure = [&](std::span<const std::uint8_t> canvas) {
    for (std::size_t i = 0; i < canvas.size(); ++i) {
      if (canvas[i] == arc::kPaddingToken) continue;
      rows = std::max(rows, i / arc::kCanvasSide + 1);
      columns = std::max(columns, i % arc::kCanvasSide + 1);
    }
  };
  measure(input);
  measure(labels);
  for (const tasks::PuzzleStep& step : trace.steps) measure(step.predictions);
  const auto cut = [&](std::span<const std::uint8_t> canvas) {
    std::string out;
    for (std::size_t i = 0; i < rows * columns && !canvas.empty(); ++i)
      out += arc::glyph(canvas[i / columns * arc::kCanvasSide + i % columns]);
    return out;
  };
  const auto right = [&](const tasks::PuzzleStep& step) {
    return !labels.empty() && answers(step.predictions, labels);
  };
  reports::StepThrough out;
  out.task = "arc";
  out.rows = rows;
  out.columns = columns;
  out.question = cut(input);
  out.expected = cut(labels);
  out.keeps_givens = false;
  for (const tasks::PuzzleStep& step : trace.steps) out.steps.push_back({cut(step.predictions), step.q_halt});
  out.halting_step = trace.halting_step;
  out.correct = right(trace.answer());
  out.correct_at_end = right(trace.steps.back());
  return out;
}

}  // namespace trm::bench
