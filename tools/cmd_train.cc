// trm train CONFIG: trains a model, with progress, checkpoints and exact resume.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <string>

#include "bench/harness/frame_source.h"
#include "engine/io/files.h"
#include "engine/train/trainer.h"
#include "tools/commands.h"
#include "tools/train_puzzles.h"

namespace trm::cli {
namespace {

struct Options {
  std::string config;
  std::string out, data;
  std::uint64_t threads = 0;
  bool restart = false;
  bool dry_run = false;
};

std::atomic<bool> g_stop{false};

void ask_to_stop(int) {
  g_stop.store(true, std::memory_order_relaxed);
}

/// A bar that redraws itself on a terminal, a line per validation elsewhere.
class Progress {
 public:
  Progress(const TrainConfig& config, std::size_t first) : config_(config), first_(first), begin_(Clock::now()) {}

  void step(const StepReport& r) {
    rows_ += r.rows;
    loss_ = loss_ == 0.0 ? r.loss : 0.95 * loss_ + 0.05 * r.loss;
    if (!terminal_) return;
    const auto now = Clock::now();
    if (now - drawn_ < std::chrono::milliseconds(100) && r.step != config_.steps) return;
    drawn_ = now;
    const double seconds = std::chrono::duration<double>(now - begin_).count();
    const double rate = static_cast<double>(r.step - first_) / seconds;
    const std::size_t width = 28;
    const std::size_t full = width * r.step / config_.steps;
    fmt::print(stderr, "\r[{}{}] {}/{}  {}  loss {:.4f}  {:.1f} steps/s  {:.0f} tokens/s  {:.0f} s left   ",
               std::string(full, '#'), std::string(width - full, '.'), r.step, config_.steps,
               config_.stages[r.stage].name, loss_, rate, static_cast<double>(rows_) / seconds,
               static_cast<double>(config_.steps - r.step) / rate);
    drew_ = true;
  }

  void validation(const ValidationReport& v) {
    if (drew_) fmt::print(stderr, "\r{:120}\r", "");
    const double seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
    note(
        fmt::format("step {}/{}  stage \"{}\"  training loss {:.4f}  validation: loss {:.4f}, tokens {:.3f} %, "
                    "frames {:.2f} % of {}  {:.0f} s",
                    v.step, config_.steps, config_.stages[v.stage].name, loss_, v.loss, 100 * v.token_accuracy,
                    100 * v.sequence_accuracy, v.sequences, seconds));
    if (v.advanced) note(fmt::format("stage \"{}\" ends: {}", config_.stages[v.stage].name, v.reason));
  }

  void finish() const {
    if (drew_) fmt::print(stderr, "\n");
  }

 private:
  using Clock = std::chrono::steady_clock;
  const TrainConfig& config_;
  std::size_t first_;
  Clock::time_point begin_, drawn_{};
  std::size_t rows_ = 0;
  double loss_ = 0;
  bool terminal_ = ::isatty(STDERR_FILENO) != 0;
  bool drew_ = false;
};

int run(const Options& o) {
  Result<std::string> text = read_text(o.config);
  if (!text.ok()) return report(text.error());
  std::signal(SIGINT, ask_to_stop);
  std::signal(SIGTERM, ask_to_stop);
  if (is_puzzle_config(*text)) {
    return train_puzzles({o.config, *text, o.out, o.data, o.threads, o.restart, o.dry_run, &g_stop});
  }
  if (!o.data.empty()) {
    return report(Error{ErrorCode::usage, "", "--data", "call frames are generated", "leave it out"});
  }
  const bench::FrameSource source;
  Result<TrainConfig> config = TrainConfig::parse(*text, o.config, source);
  if (!config.ok()) return report(config.error());
  const Result<simd::Selection> selection = select_kernels();
  if (!selection.ok()) return report(selection.error());
  const std::string directory = o.out.empty() ? "out/" + config->name : o.out;
  const Registry registry(config->model);
  note(fmt::format("{}: {} parameters, {} steps of {} frames, seed {}, {}, output in {}", config->name,
                   registry.parameters, config->steps, config->batch_size, config->seed, simd::isa_name(selection->isa),
                   directory));
  if (o.dry_run) {
    print(config->canonical());
    return kPass;
  }
  if (o.out.empty()) {
    std::error_code ignored;  // train() reports what matters: whether the directory can be used
    std::filesystem::create_directory("out", ignored);
  }
  ThreadOptions threads;
  threads.threads = o.threads;
  Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::create(threads);
  if (!pool.ok()) return report(pool.error());
  Result<Trainer> trainer = Trainer::create(*config, source, **pool, *selection->table);
  if (!trainer.ok()) return report(trainer.error());

  TrainingRun settings;
  settings.directory = directory;
  settings.resume = !o.restart;
  settings.stop = &g_stop;
  std::unique_ptr<Progress> progress;
  auto shown = [&]() -> Progress& {
    // Made with the first update, when a resumed run knows where it stands.
    if (!progress) progress = std::make_unique<Progress>(*config, trainer->step() - 1);
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
  CLI::App* app =
      program.add_subcommand("train", "Train a model on call frames or puzzles, resuming an interrupted run");
  app->add_option("config", options->config, "Training configuration (JSON)")->required()->type_name("CONFIG");
  app->add_option("--out", options->out, "Directory for checkpoint, metrics and model (default out/NAME)")
      ->type_name("DIR");
  app->add_option("--data", options->data, "Puzzle models: directory of a data set in the published layout")
      ->type_name("DIR");
  add_number(*app, "--threads", options->threads, 0, 1024,
             "Threads; 0: all usable cores. The result does not depend on it");
  app->add_flag("--restart", options->restart, "Start again even if the directory has a checkpoint");
  app->add_flag("--dry-run", options->dry_run, "Print the complete configuration and leave");
  return {app, [options] { return run(*options); }};
}

}  // namespace trm::cli
