// trm train CONFIG|RECIPE: trains a model, with progress, checkpoints and exact resume.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/sys/standard_input.h"
#include "engine/train/trainer.h"
#include "tasks/training/task_source.h"
#include "tools/commands.h"
#include "tools/output_directory.h"
#include "tools/pin_option.h"
#include "tools/progress.h"
#include "tools/recipe.h"
#include "tools/signals.h"
#include "tools/train_puzzles.h"

namespace trm::cli {
namespace {

struct Options {
  std::string config;
  std::string out, data;
  std::vector<std::string> settings;
  bool list = false;
  std::uint64_t threads = 0;
  std::optional<Pinning> pin;
  bool restart = false;
  bool dry_run = false;
};

std::string samples_name(const TrainConfig& config) {
  return config.encoding == "frames" ? config.encoding : config.encoding + "s";
}

/// A bar that redraws itself on a terminal, a line per validation elsewhere.
class Progress {
 public:
  Progress(const TrainConfig& config, std::vector<std::string> vocabulary, std::size_t first)
      : config_(config), vocabulary_(std::move(vocabulary)), bar_("steps", first) {}

  void step(const StepReport& r) {
    rows_ += r.rows;
    loss_ = loss_ == 0.0 ? r.loss : 0.95 * loss_ + 0.05 * r.loss;
    if (!bar_.due(r.step, config_.steps)) return;
    bar_.draw("", r.step, config_.steps,
              fmt::format("{}  loss {:.4f}  {:.0f} tokens/s", config_.stages[r.stage].name, loss_,
                          static_cast<double>(rows_) / bar_.seconds()));
  }

  void validation(const ValidationReport& v) {
    bar_.clear();
    note(
        fmt::format("step {}/{}  stage \"{}\"  training loss {:.4f}  validation: loss {:.4f}, tokens {:.3f} %, "
                    "{} {:.2f} % of {}  {:.0f} s",
                    v.step, config_.steps, config_.stages[v.stage].name, loss_, v.loss, 100 * v.token_accuracy,
                    samples_name(config_), 100 * v.sequence_accuracy, v.sequences, bar_.seconds()));
    if (const std::string weak = weakest(v.groups); !weak.empty()) note("  weakest: " + weak);
    if (v.advanced) note(fmt::format("stage \"{}\" ends: {}", config_.stages[v.stage].name, v.reason));
  }

  void finish() { bar_.finish(); }

 private:
  /// "GCD 46/50, LESS 97/100": the first few that are not exact.
  [[nodiscard]] std::string weakest(const std::vector<GroupAccuracy>& groups) const {
    constexpr std::size_t shown = 6;
    std::string out;
    for (std::size_t i = 0; i < std::min(groups.size(), shown) && groups[i].right < groups[i].sequences; ++i) {
      const std::string& name = vocabulary_[static_cast<std::size_t>(groups[i].first_token)];
      out += fmt::format("{}{} {}/{}", out.empty() ? "" : ", ", name, groups[i].right, groups[i].sequences);
    }
    return out;
  }

  const TrainConfig& config_;
  std::vector<std::string> vocabulary_;
  ProgressBar bar_;
  std::size_t rows_ = 0;
  double loss_ = 0;
};

int run(const Options& o) {
  if (o.list) {
    if (!o.config.empty()) {
      return report(Error{ErrorCode::usage, "", "--list", "and a configuration were both given", "give one of them"});
    }
    const Result<std::string> list = recipe_list();
    if (!list.ok()) return report(list.error());
    print(*list);
    return kPass;
  }
  if (o.config.empty()) {
    return report(Error{ErrorCode::usage, "", "config", "is missing",
                        "name a training configuration or a recipe of trm train --list"});
  }
  const Result<std::string> found = is_standard_input(o.config) ? o.config : find_recipe(o.config);
  if (!found.ok()) return report(found.error());
  const Result<std::string> file = read_input(*found);
  if (!file.ok()) return report(file.error());
  const Result<std::string> path = input_name(*found);
  const Result<std::string> text = with_settings(*file, *path, o.settings);
  if (!text.ok()) return report(text.error());
  if (is_puzzle_config(*text)) {
    return train_puzzles({*path, *text, o.settings, o.out, o.data, o.threads, o.pin, o.restart, o.dry_run});
  }
  if (!o.data.empty()) {
    return report(Error{ErrorCode::usage, "", "--data", "questions are generated", "leave it out"});
  }
  const Result<std::unique_ptr<SampleSource>> source = tasks::task_source(*text, *path);
  if (!source.ok()) return report(blame_setting(source.error(), o.settings));
  Result<TrainConfig> config = TrainConfig::parse(*text, *path, **source);
  if (!config.ok()) return report(blame_setting(config.error(), o.settings));
  const Result<simd::Selection> selection = select_kernels();
  if (!selection.ok()) return report(selection.error());
  const Result<std::string> output = output_directory(o.out, config->name, *path, !o.dry_run);
  if (!output.ok()) return report(blame_setting(output.error(), o.settings));
  const std::string& directory = *output;
  const Registry registry(config->model);
  note(fmt::format("{}: {} parameters, {} steps of {} {}, seed {}, {}, output in {}", config->name, registry.parameters,
                   config->steps, config->batch_size, samples_name(*config), config->seed,
                   simd::isa_name(selection->isa), directory));
  if (o.dry_run) {
    print(config->canonical());
    return kPass;
  }
  ThreadOptions threads;
  threads.threads = o.threads;
  threads.pin = o.pin;
  Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::create(threads);
  if (!pool.ok()) return report(pool.error());
  Result<Trainer> trainer = Trainer::create(*config, **source, **pool, *selection->table);
  if (!trainer.ok()) return report(trainer.error());

  TrainingRun settings;
  settings.directory = directory;
  settings.resume = !o.restart;
  settings.stop = &stop_on_signals();
  std::unique_ptr<Progress> progress;
  auto shown = [&]() -> Progress& {
    // Made with the first update, when a resumed run knows where it stands.
    if (!progress) progress = std::make_unique<Progress>(*config, (*source)->vocabulary(), trainer->step() - 1);
    return *progress;
  };
  settings.on_step = [&](const StepReport& r) { shown().step(r); };
  settings.on_validation = [&](const ValidationReport& v) { shown().validation(v); };
  const Result<bool> done = train(*trainer, *config, settings);
  if (progress) progress->finish();
  if (!done.ok()) return report(done.error());
  if (!*done) {
    note(fmt::format("stopped at step {}; the same command resumes", trainer->step()));
    return kFailed;
  }
  print(fmt::format("{}/model.safetensors\n", directory));
  return kPass;
}

}  // namespace

Command add_train(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand(
      "train", "Train a model on call frames, whole questions or puzzles, resuming an interrupted run");
  app->add_option("config", options->config,
                  "Training configuration (JSON; - is standard input), or the name of a recipe")
      ->type_name("CONFIG");
  app->add_flag("--list", options->list, "List the recipes: configurations of published runs");
  app->add_option("--set", options->settings,
                  "Change a field of the configuration, such as batch_size=64 or optimizer.lr=2e-4; may be repeated")
      ->type_name("FIELD=VALUE")
      ->allow_extra_args(false);
  app->add_option("--out", options->out, "Directory for checkpoint, metrics and model (default out/NAME)")
      ->type_name("DIR");
  app->add_option("--data", options->data, "Puzzle models: directory of a data set in the published layout")
      ->type_name("DIR");
  add_number(*app, "--threads", options->threads, 0, 1024,
             "Threads; 0: all usable cores. The result does not depend on it");
  add_pin(*app, options->pin);
  app->add_flag("--restart", options->restart, "Start again even if the directory has a checkpoint");
  app->add_flag("--dry-run", options->dry_run, "Print the complete configuration and leave");
  return {app, [options] { return run(*options); }};
}

}  // namespace trm::cli
