#include "tools/train_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "tools/output.h"

namespace trm::cli {
namespace {

/// "GCD 46/50, LESS 97/100": the first few that are not exact.
std::string weakest(const std::vector<GroupAccuracy>& groups) {
  constexpr std::size_t kShown = 6;
  std::string out;
  for (std::size_t i = 0; i < std::min(groups.size(), kShown) && groups[i].right < groups[i].sequences; ++i) {
    const GroupAccuracy& g = groups[i];
    out += fmt::format("{}{} {}/{}", out.empty() ? "" : ", ", g.first_token, g.right, g.sequences);
  }
  return out;
}

}  // namespace

std::string samples_name(std::string_view encoding) {
  return std::string(encoding) + (encoding == "frames" ? "" : "s");
}

void TrainingProgress::show(const TrainingEvent& event) {
  std::visit([&](const auto& report) { show(event.step, report); }, event.report);
}

void TrainingProgress::show(std::size_t step, const CausalUpdate& u) {
  rows_ += u.rows;
  add_loss(u.loss);
  if (!bar_.due(step, plan_.steps)) return;
  const double rate = static_cast<double>(rows_) / bar_.seconds();
  bar_.draw("", step, plan_.steps, fmt::format("{}  loss {:.4f}  {:.0f} tokens/s", u.stage_name, loss_, rate));
}

void TrainingProgress::show(std::size_t step, const CausalValidation& v) {
  bar_.clear();
  note(
      fmt::format("step {}/{}  stage \"{}\"  training loss {:.4f}  validation: loss {:.4f}, tokens {:.3f} %, "
                  "{} {:.2f} % of {}  {:.0f} s",
                  step, plan_.steps, v.stage_name, loss_, v.loss, 100 * v.token_accuracy, samples_name(v.encoding),
                  100 * v.sequence_accuracy, v.sequences, bar_.seconds()));
  if (const std::string weak = weakest(v.groups); !weak.empty()) note("  weakest: " + weak);
  if (v.advanced) note(fmt::format("stage \"{}\" ends: {}", v.stage_name, v.reason));
}

void TrainingProgress::show(std::size_t step, const CanvasUpdate& u) {
  add_loss(u.report.loss / static_cast<double>(u.batch_size));
  halted_ += u.report.halted;
  if (bar_.due(step, plan_.steps)) bar_.draw("", step, plan_.steps, fmt::format("loss {:.4f}", loss_));
}

void TrainingProgress::show(std::size_t step, const CanvasValidation& v) {
  bar_.clear();
  const CanvasScores& s = v.scores;
  const double n = static_cast<double>(s.samples) / 100.0;
  const double count = static_cast<double>(std::max<std::size_t>(halted_.count, 1)) / 100.0;
  note(fmt::format(
      "step {}/{}  loss {:.4f}  training exact {:.1f} %  validation exact: step 1 {:.1f} %, step {} "
      "{:.1f} %, halting {:.1f} % after {:.2f} steps of {}  {:.0f} s",
      step, plan_.steps, loss_, halted_.exact_accuracy / count, static_cast<double>(s.exact_by_step.front()) / n,
      s.exact_by_step.size(), static_cast<double>(s.exact_by_step.back()) / n, static_cast<double>(s.halted_exact) / n,
      static_cast<double>(s.halted_steps) / static_cast<double>(s.samples), s.samples, v.seconds));
  halted_ = {};
}

}  // namespace trm::cli
