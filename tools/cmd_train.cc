// trm train CONFIG|RECIPE: trains a model, with progress, checkpoints and exact resume.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/json/json_object.h"
#include "engine/sys/standard_input.h"
#include "engine/train/canvas_trainer.h"
#include "engine/train/run.h"
#include "engine/train/trainer.h"
#include "tasks/training/puzzle_source.h"
#include "tasks/training/task_source.h"
#include "tools/commands.h"
#include "tools/machine_options.h"
#include "tools/output_directory.h"
#include "tools/recipe.h"
#include "tools/signals.h"
#include "tools/train_progress.h"

namespace trm::cli {
namespace {

struct TrainOptions {
  std::string config;
  std::string out, data;
  std::vector<std::string> settings;
  std::string dtype;
  bool list = false;
  std::uint64_t threads = 0;
  std::optional<Pinning> pin;
  bool restart = false;
  bool dry_run = false;
};

/// A configuration with the settings of the command line in it.
struct ConfigText {
  std::string text, path;
  bool puzzles = false;  ///< of a puzzle model: it has the field "arch"
};

/// The error with the option as its file that gave the field which it names.
Error blame_option(Error error, const TrainOptions& o) {
  if (!o.dtype.empty() && error.field == "dtype") {
    error.file = "--dtype";
    error.field.clear();
    return error;
  }
  return blame_setting(std::move(error), o.settings);
}

/// A training with its data, before anything of it is made.
struct Job {
  TrainingPlan plan;
  std::string what;       ///< "trm, 1234 parameters, 800 updates of 64 puzzles"
  std::string canonical;  ///< the complete configuration
  /// What it makes must not outlive this object, which holds the data.
  std::function<Result<std::unique_ptr<TrainingJob>>(ThreadPool&, const simd::Kernels<float>&)> make;
};

Result<ConfigText> read_config(const TrainOptions& o) {
  if (o.config.empty()) {
    return Error{ErrorCode::usage, "", "config", "is missing",
                 "name a training configuration or a recipe of trm train --list"};
  }
  const Result<std::string> found = is_standard_input(o.config) ? o.config : find_recipe(o.config);
  if (!found.ok()) return found.error();
  const Result<std::string> file = read_input(*found);
  if (!file.ok()) return file.error();
  const Result<std::string> path = input_name(*found);
  std::vector<std::string> settings = o.settings;
  if (!o.dtype.empty()) settings.push_back("dtype=" + o.dtype);
  const Result<std::string> text = with_settings(*file, *path, settings);
  if (!text.ok()) return text.error();
  const Result<JsonObject> json = JsonObject::parse(*text, *path);
  if (!json.ok()) return json.error();
  const std::vector<std::string> keys = json->keys();
  const bool puzzles = std::find(keys.begin(), keys.end(), "arch") != keys.end();
  if (!puzzles && !o.data.empty()) {
    return Error{ErrorCode::usage, "", "--data", "questions are generated", "leave it out"};
  }
  return ConfigText{*text, *path, puzzles};
}

/// Where the training writes, which is known before its data are.
Result<std::string> output_of(const TrainOptions& o, const ConfigText& config) {
  const Result<std::string> name = training_name(config.text, config.path);
  if (!name.ok()) return name.error();
  if (config.puzzles) {
    if (Status s = CanvasTrainConfig::check_name(*name); !s.ok()) {
      s.error().file = config.path;
      return s.error();
    }
  }
  return output_directory(o.out, *name, config.path);
}

Result<Job> make_causal_job(const TrainOptions& o, const ConfigText& text) {
  Result<std::unique_ptr<SampleSource>> made = tasks::task_source(text.text, text.path);
  if (!made.ok()) return blame_option(made.error(), o);
  const std::shared_ptr<const SampleSource> source = std::move(*made);
  const Result<TrainConfig> config = TrainConfig::parse(text.text, text.path, *source);
  if (!config.ok()) return blame_option(config.error(), o);
  Job job;
  job.plan = *config;
  job.what = fmt::format("{} parameters, {} steps of {} {}", Registry(config->model).parameters, config->steps,
                         config->batch_size, samples_name(config->encoding));
  job.canonical = config->canonical();
  job.make = [source, config = *config](ThreadPool& pool, const simd::Kernels<float>& kernels) {
    using Made = Result<std::unique_ptr<TrainingJob>>;
    Result<Trainer> trainer = Trainer::create(config, *source, pool, kernels);
    return trainer.ok() ? Made(std::make_unique<Trainer>(std::move(*trainer))) : Made(trainer.error());
  };
  return job;
}

Result<tasks::PuzzleData> read_data(JsonObject& json, const TrainOptions& o, const ConfigText& text) {
  if (std::optional<JsonObject> object = json.object("data")) return tasks::PuzzleData::read(*object, o.data);
  if (o.data.empty()) {
    return Error{ErrorCode::bad_input, text.path, "data", "is missing",
                 "name a data set with --data DIR, or a family and size"};
  }
  tasks::PuzzleData data;
  data.directory = o.data;
  return data;
}

Result<Job> make_puzzle_job(const TrainOptions& o, const ConfigText& text) {
  Result<JsonObject> json = JsonObject::parse(text.text, text.path);
  if (!json.ok()) return json.error();
  const Result<tasks::PuzzleData> data = read_data(*json, o, text);
  if (!data.ok()) return blame_option(data.error(), o);
  Result<std::unique_ptr<tasks::PuzzleSource>> made = tasks::PuzzleSource::create(*data);
  if (!made.ok()) return made.error();
  const std::shared_ptr<tasks::PuzzleSource> source = std::move(*made);
  const Result<CanvasTrainConfig> config =
      CanvasTrainConfig::read(*json, text.path, source->sizes(), source->epoch_examples());
  if (!config.ok()) return blame_option(config.error(), o);
  Job job;
  job.plan = *config;
  job.what = fmt::format("{}, {} parameters, {} updates of {} puzzles", arch_name(config->model.arch),
                         Registry(config->model).parameters, config->steps, config->batch_size);
  job.canonical = config->canonical();
  job.make = [source, config = *config](ThreadPool& pool, const simd::Kernels<float>& kernels) {
    using Made = Result<std::unique_ptr<TrainingJob>>;
    Result<std::unique_ptr<CanvasTrainer>> trainer = CanvasTrainer::create(config, *source, pool, kernels);
    return trainer.ok() ? Made(std::move(*trainer)) : Made(trainer.error());
  };
  return job;
}

/// The job that the configuration describes. Reads or makes its data, which may take minutes.
Result<Job> make_job(const TrainOptions& o, const ConfigText& config) {
  return config.puzzles ? make_puzzle_job(o, config) : make_causal_job(o, config);
}

int run_job(const TrainOptions& o, const Job& job, const std::string& directory, const TrainingDirectory& held,
            const simd::Kernels<float>& kernels) {
  ThreadOptions threads;
  threads.threads = o.threads;
  threads.pin = o.pin;
  const Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::create(threads);
  if (!pool.ok()) return report(pool.error());
  const Result<std::unique_ptr<TrainingJob>> training = job.make(**pool, kernels);
  if (!training.ok()) return report(training.error());

  RunOptions options;
  options.resume = !o.restart;
  options.stop = &stop_on_signals();
  std::optional<TrainingProgress> progress;
  options.on_event = [&](const TrainingEvent& event) {
    // Made with the first update, when a resumed run knows where it stands.
    if (!progress) progress.emplace(job.plan, event.step - 1);
    progress->show(event);
  };
  const Result<bool> done = run_training(**training, held, options);
  if (progress) progress->finish();
  if (!done.ok()) return report(done.error());
  if (!*done) {
    note(fmt::format("stopped at step {}; the same command resumes", (*training)->step()));
    return kFailed;
  }
  print(fmt::format("{}/model.safetensors\n", directory));
  return kPass;
}

int run(const TrainOptions& o) {
  if (o.list) {
    if (!o.config.empty()) {
      return report(Error{ErrorCode::usage, "", "--list", "and a configuration were both given", "give one of them"});
    }
    const Result<std::string> list = recipe_list();
    if (!list.ok()) return report(list.error());
    print(*list);
    return kPass;
  }
  const Result<ConfigText> config = read_config(o);
  if (!config.ok()) return report(config.error());
  const Result<std::string> directory = output_of(o, *config);
  if (!directory.ok()) return report(blame_option(directory.error(), o));
  std::optional<TrainingDirectory> held;
  if (!o.dry_run) {
    Result<TrainingDirectory> taken = TrainingDirectory::take(*directory, /*parent=*/o.out.empty());
    if (!taken.ok()) return report(taken.error());
    held.emplace(std::move(*taken));
  }
  const Result<Job> job = make_job(o, *config);
  if (!job.ok()) return report(job.error());
  const Result<simd::Selection> selection = select_kernels(simd::WeightType::fp32);
  if (!selection.ok()) return report(selection.error());
  note(fmt::format("{}: {}, seed {}, {}, {}, output in {}", job->plan.name, job->what, job->plan.seed,
                   simd::weight_type_name(job->plan.dtype), simd::isa_name(selection->isa), *directory));
  if (!held) {
    print(job->canonical);
    return kPass;
  }
  return run_job(o, *job, *directory, *held, *selection->table);
}

}  // namespace

Command add_train(Arguments& program) {
  auto options = std::make_shared<TrainOptions>();
  Arguments args =
      program.command("train", "Train a model on call frames, whole questions or puzzles, resuming an interrupted run");
  args.option("config", options->config, "Training configuration (JSON; - is standard input), or the name of a recipe")
      .type("CONFIG");
  args.flag("--list", options->list, "List the recipes: configurations of published runs");
  args.list("--set", options->settings,
            "Change a field of the configuration, such as batch_size=64 or optimizer.lr=2e-4; may be repeated")
      .type("FIELD=VALUE")
      .one_word();
  args.option("--dtype", options->dtype,
              "Products of linear layers, forward and backward: fp32 or bf16; the field dtype of the configuration "
              "(default: what it says, or fp32)")
      .type("TYPE");
  args.option("--out", options->out, "Directory for checkpoint, metrics and model (default out/NAME)").type("DIR");
  args.option("--data", options->data, "Puzzle models: directory of a data set in the published layout").type("DIR");
  args.number("--threads", options->threads, 0, 1024, "Threads; 0: all usable cores. The result does not depend on it");
  add_pin(args, options->pin);
  args.flag("--restart", options->restart, "Start again even if the directory has a checkpoint");
  args.flag("--dry-run", options->dry_run, "Print the complete configuration and leave");
  return {args, [options] { return run(*options); }};
}

}  // namespace trm::cli
