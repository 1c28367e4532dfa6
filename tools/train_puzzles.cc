#include "tools/train_puzzles.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "engine/train/canvas_trainer.h"
#include "tasks/training/puzzle_source.h"
#include "tools/cli.h"
#include "tools/output_directory.h"
#include "tools/progress.h"
#include "tools/recipe.h"
#include "tools/signals.h"

namespace trm::cli {
namespace {

/// A bar that redraws itself on a terminal, a line per validation elsewhere.
class Progress {
 public:
  Progress(const CanvasTrainConfig& config, std::size_t first) : config_(config), bar_("steps", first) {}

  void step(const CanvasProgress& p) {
    const double loss = p.report.loss / static_cast<double>(config_.batch_size);
    loss_ = loss_ == 0.0 ? loss : 0.95 * loss_ + 0.05 * loss;
    halted_ += p.report.halted;
    if (bar_.due(p.step, config_.steps)) bar_.draw("", p.step, config_.steps, fmt::format("loss {:.4f}", loss_));
  }

  void validation(const CanvasValidation& v) {
    bar_.clear();
    const CanvasScores& s = v.scores;
    const double n = static_cast<double>(s.samples) / 100.0;
    const double count = static_cast<double>(std::max<std::size_t>(halted_.count, 1)) / 100.0;
    note(
        fmt::format("step {}/{}  loss {:.4f}  training exact {:.1f} %  validation exact: step 1 {:.1f} %, step {} "
                    "{:.1f} %, halting {:.1f} % after {:.2f} steps of {}  {:.0f} s",
                    v.step, config_.steps, loss_, halted_.exact_accuracy / count,
                    static_cast<double>(s.exact_by_step.front()) / n, s.exact_by_step.size(),
                    static_cast<double>(s.exact_by_step.back()) / n, static_cast<double>(s.halted_exact) / n,
                    static_cast<double>(s.halted_steps) / static_cast<double>(s.samples), s.samples, v.seconds));
    halted_ = {};
  }

  void finish() { bar_.finish(); }

 private:
  const CanvasTrainConfig& config_;
  ProgressBar bar_;
  double loss_ = 0;
  CanvasMetrics halted_;  ///< since the last validation
};

Result<tasks::PuzzleData> read_data(JsonObject& json, const PuzzleTraining& training) {
  if (std::optional<JsonObject> object = json.object("data")) {
    return tasks::PuzzleData::read(*object, training.data);
  }
  if (training.data.empty()) {
    return Error{ErrorCode::bad_input, training.config_path, "data", "is missing",
                 "name a data set with --data DIR, or a family and size"};
  }
  tasks::PuzzleData data;
  data.directory = training.data;
  return data;
}

}  // namespace

bool is_puzzle_config(const std::string& text) {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  return json.is_object() && json.contains("arch");
}

int train_puzzles(const PuzzleTraining& training) {
  Result<JsonObject> json = JsonObject::parse(training.config_text, training.config_path);
  if (!json.ok()) return report(json.error());
  const Result<tasks::PuzzleData> data = read_data(*json, training);
  if (!data.ok()) return report(blame_setting(data.error(), training.settings));
  Result<std::unique_ptr<tasks::PuzzleSource>> source = tasks::PuzzleSource::create(*data);
  if (!source.ok()) return report(source.error());
  const Result<CanvasTrainConfig> config =
      CanvasTrainConfig::read(*json, training.config_path, (*source)->sizes(), (*source)->epoch_examples());
  if (!config.ok()) return report(blame_setting(config.error(), training.settings));
  const Result<simd::Selection> selection = select_kernels();
  if (!selection.ok()) return report(selection.error());
  const Result<std::string> output =
      output_directory(training.out, config->name, training.config_path, !training.dry_run);
  if (!output.ok()) return report(blame_setting(output.error(), training.settings));
  const std::string& directory = *output;
  note(fmt::format("{}: {}, {} parameters, {} updates of {} puzzles, seed {}, {}, output in {}", config->name,
                   arch_name(config->model.arch), Registry(config->model).parameters, config->steps, config->batch_size,
                   config->seed, simd::isa_name(selection->isa), directory));
  if (training.dry_run) {
    print(config->canonical());
    return kPass;
  }
  ThreadOptions threads;
  threads.threads = training.threads;
  threads.pin = training.pin;
  const Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::create(threads);
  if (!pool.ok()) return report(pool.error());
  Result<std::unique_ptr<CanvasTrainer>> trainer = CanvasTrainer::create(*config, **source, **pool, *selection->table);
  if (!trainer.ok()) return report(trainer.error());
  std::unique_ptr<Progress> progress;
  auto shown = [&]() -> Progress& {
    // Made with the first update, when a resumed run knows where it stands.
    if (!progress) progress = std::make_unique<Progress>(*config, (*trainer)->step() - 1);
    return *progress;
  };
  (*trainer)->on_step = [&](const CanvasProgress& p) { shown().step(p); };
  (*trainer)->on_validation = [&](const CanvasValidation& v) { shown().validation(v); };
  const Result<bool> done = run_training(**trainer, {directory, !training.restart, &stop_on_signals()});
  if (progress) progress->finish();
  if (!done.ok()) return report(done.error());
  if (!*done) {
    note(fmt::format("stopped at step {}; the same command resumes", (*trainer)->step()));
    return kFailed;
  }
  print(fmt::format("{}/model.safetensors\n", directory));
  return kPass;
}

}  // namespace trm::cli
