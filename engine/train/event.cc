#include "engine/train/event.h"

#include <algorithm>

#include "engine/json/json_object.h"

namespace trm {

namespace {

void put(JsonWriter& out, const CausalUpdate& u) {
  out.set("kind", "train");
  out.set("stage", u.stage);
  out.set("loss", u.loss);
  out.set("token_accuracy", u.token_accuracy);
  out.set("sequence_accuracy", u.sequence_accuracy);
  out.set("grad_norm", u.grad_norm);
  out.set("lr", u.lr);
  out.set("rows", u.rows);
}

void put(JsonWriter& out, const CausalValidation& v) {
  out.set("kind", "validation");
  out.set("stage", v.stage);
  out.set("loss", v.loss);
  out.set("token_accuracy", v.token_accuracy);
  out.set("sequence_accuracy", v.sequence_accuracy);
  out.set("sequences", v.sequences);
  out.set("seconds", v.seconds);
  if (v.advanced) out.set("advanced", v.reason);
}

void put(JsonWriter& out, const CanvasUpdate& u) {
  const double samples = static_cast<double>(u.batch_size);
  const CanvasMetrics& halted = u.report.halted;
  const double count = static_cast<double>(std::max<std::size_t>(halted.count, 1));
  out.set("kind", "train");
  out.set("lr", u.lr);
  out.set("loss", u.report.loss / samples);
  out.set("lm_loss", u.report.lm_loss / samples);
  out.set("q_halt_loss", u.report.q_halt_loss / samples);
  out.set("grad_norm", u.report.grad_norm);
  out.set("halted", halted.count);
  out.set("cell_accuracy", halted.accuracy / count);
  out.set("exact_accuracy", halted.exact_accuracy / count);
  out.set("mean_steps", halted.steps / count);
}

void put(JsonWriter& out, const CanvasValidation& v) {
  const CanvasScores& s = v.scores;
  const double n = static_cast<double>(std::max<std::size_t>(s.samples, 1));
  out.set("kind", "validation");
  out.set("samples", s.samples);
  out.set("exact_first_step", static_cast<double>(s.exact_by_step.front()) / n);
  out.set("exact_accuracy", static_cast<double>(s.exact_by_step.back()) / n);
  out.set("exact_halting", static_cast<double>(s.halted_exact) / n);
  out.set("mean_halting_steps", static_cast<double>(s.halted_steps) / n);
  out.set("cell_accuracy",
          static_cast<double>(s.cells_by_step.back()) / static_cast<double>(std::max<std::size_t>(s.cells, 1)));
  out.set("seconds", v.seconds);
}

}  // namespace

std::string TrainingEvent::line() const {
  JsonWriter out;
  out.set("step", step);
  std::visit([&](const auto& r) { put(out, r); }, report);
  return out.text(true);
}

}  // namespace trm
