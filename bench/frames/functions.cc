#include "bench/frames/functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>

#include "engine/base/interval.h"
#include "engine/sys/thread_pool.h"
#include "tasks/ask/frame_scorer.h"
#include "tasks/exchange/score.h"
#include "tasks/frames/sweep.h"
#include "tasks/interpreter/random_frame.h"
#include "tasks/interpreter/sweep.h"
#include "tasks/registry.h"

namespace trm::bench {

namespace {

constexpr std::size_t kShownCells = 3;

/// What the model writes in place of the first token that it gets wrong.
struct Wrong {
  std::size_t at = 0;
  std::int32_t written = 0;
};

std::optional<Wrong> first_wrong(const tasks::Frame& frame, std::span<const tasks::TokenScore> scores) {
  for (const tasks::TokenScore& score : scores) {
    if (score.best != frame.tokens[score.at]) return Wrong{score.at, score.best};
  }
  return std::nullopt;
}

/// The functions of a language of frames, and its words.
struct Language {
  std::vector<std::string> names;
  std::vector<tasks::SweptFrame> (*sweep)(std::size_t function, std::size_t per_cell);
  std::string (*text)(std::span<const tasks::Token> tokens);
};

Language tasks_language() {
  Language out;
  for (const tasks::Function* function : tasks::all_functions()) out.names.push_back(tasks::function_name(*function));
  out.sweep = [](std::size_t function, std::size_t per_cell) {
    return tasks::sweep_of(*tasks::all_functions()[function], per_cell);
  };
  out.text = [](std::span<const tasks::Token> tokens) { return tasks::to_text(tokens); };
  return out;
}

Language program_language() {
  Language out;
  for (const tasks::interpreter::Function& function : tasks::interpreter::all_functions()) {
    out.names.push_back(tasks::interpreter::function_name(function));
  }
  out.sweep = [](std::size_t function, std::size_t per_cell) {
    return tasks::interpreter::sweep_of(tasks::interpreter::all_functions()[function], per_cell);
  };
  out.text = [](std::span<const tasks::Token> tokens) { return tasks::interpreter::to_text(tokens); };
  return out;
}

std::string example_of(const Language& language, const tasks::Frame& frame, const Wrong& wrong) {
  const std::span<const tasks::Token> tokens = frame.tokens;
  return fmt::format("{} >>{}<< instead of {}", language.text(tokens.first(wrong.at)),
                     language.text(std::span(&wrong.written, 1)), language.text(tokens.subspan(wrong.at, 1)));
}

FunctionOutcome summary(const Language& language, std::size_t function, std::span<const tasks::SweptFrame> frames,
                        std::span<const std::optional<Wrong>> wrong) {
  std::map<std::string, CellOutcome> cells;
  FunctionOutcome out;
  out.function = language.names[function];
  out.frames = frames.size();
  for (std::size_t i = 0; i < frames.size(); ++i) {
    CellOutcome& cell = cells[frames[i].cell];
    ++cell.frames;
    if (!wrong[i]) continue;
    if (cell.wrong++ == 0) cell.example = example_of(language, frames[i].frame, *wrong[i]);
    ++out.wrong;
  }
  for (auto& [name, cell] : cells) {
    if (cell.wrong == 0) continue;
    cell.cell = name;
    out.wrong_cells.push_back(std::move(cell));
  }
  std::stable_sort(out.wrong_cells.begin(), out.wrong_cells.end(), [](const CellOutcome& a, const CellOutcome& b) {
    const std::size_t left = a.wrong * b.frames, right = b.wrong * a.frames;
    return left != right ? left > right : a.frames > b.frames;
  });
  return out;
}

/// Indices of the named ones; all, where none is named.
Result<std::vector<std::size_t>> functions_named(const Language& language, const std::vector<std::string>& names) {
  std::vector<std::size_t> out;
  if (names.empty()) {
    out.resize(language.names.size());
    std::iota(out.begin(), out.end(), std::size_t{0});
    return out;
  }
  for (const std::string& name : names) {
    const auto at = std::find(language.names.begin(), language.names.end(), name);
    if (at == language.names.end()) {
      return Error{ErrorCode::usage, "", "function", fmt::format("\"{}\" is no function", name),
                   fmt::format("use {}", fmt::join(language.names, ", "))};
    }
    out.push_back(static_cast<std::size_t>(at - language.names.begin()));
  }
  return out;
}

reports::Record exact_record(const std::string& model, std::string slice, std::size_t frames, std::size_t wrong) {
  const Interval interval = wilson_interval(frames - wrong, frames);
  reports::Record out;
  out.slice = std::move(slice);
  out.model = model;
  out.mode = "teacher-forced";
  out.metric = "exact_frame_by_function";
  out.unit = "ratio";
  out.value = static_cast<double>(frames - wrong) / static_cast<double>(frames);
  out.ci_low = interval.low;
  out.ci_high = interval.high;
  out.n = frames;
  return out;
}

}  // namespace

Result<std::vector<FunctionOutcome>> sweep_functions(
    const Contestant& model, const simd::Kernels<float>& kernels, const FunctionOptions& options,
    const std::function<void(std::size_t done, std::size_t total)>& progress) {
  const Result<tasks::CausalModel> loaded = tasks::CausalModel::load(model.path, kernels);
  if (!loaded.ok()) return loaded.error();
  if (!loaded->use().on_machine()) {
    return Error{ErrorCode::usage, model.path, "", "writes whole sequences, and no single frames",
                 "name a model of frames, as trm-frames"};
  }
  const Language language = loaded->use().encoding == tasks::Encoding::programs ? program_language() : tasks_language();
  const Result<std::vector<std::size_t>> functions = functions_named(language, options.functions);
  if (!functions.ok()) return functions.error();
  ThreadOptions thread_options;
  thread_options.threads = options.threads;
  thread_options.pin = options.pin;
  Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::create(thread_options);
  if (!pool.ok()) return pool.error();
  std::vector<tasks::FrameScorer> scorers;  // of the workers
  for (std::size_t i = 0; i < (*pool)->size(); ++i) {
    Result<tasks::FrameScorer> scorer = tasks::FrameScorer::create(loaded->network());
    if (!scorer.ok()) return scorer.error();
    scorers.push_back(*std::move(scorer));
  }
  std::vector<FunctionOutcome> out;
  for (const std::size_t function : *functions) {
    if (progress) progress(out.size(), functions->size());
    const std::vector<tasks::SweptFrame> frames = language.sweep(function, options.per_cell);
    std::vector<std::optional<Wrong>> wrong(frames.size());
    constexpr std::size_t kBatch = tasks::FrameScorer::kBatch;
    const std::size_t batches = (frames.size() + kBatch - 1) / kBatch;
    std::vector<Status> statuses(batches);
    (*pool)->run(batches, [&](std::size_t batch, std::size_t worker) {
      const std::size_t first = batch * kBatch, last = std::min(first + kBatch, frames.size());
      std::vector<const tasks::Frame*> asked;
      for (std::size_t i = first; i < last; ++i) asked.push_back(&frames[i].frame);
      std::vector<std::vector<tasks::TokenScore>> scores;
      statuses[batch] = scorers[worker].score(asked, scores);
      if (!statuses[batch].ok()) return;
      for (std::size_t i = first; i < last; ++i) wrong[i] = first_wrong(frames[i].frame, scores[i - first]);
    });
    for (const Status& status : statuses) {
      if (!status.ok()) return status.error();
    }
    out.push_back(summary(language, function, frames, wrong));
  }
  return out;
}

std::string to_text(const std::vector<FunctionOutcome>& outcomes) {
  std::string out = fmt::format("{:8} {:>8} {:>8}  {}\n", "function", "frames", "wrong", "worst cells");
  for (const FunctionOutcome& f : outcomes) {
    out += fmt::format("{:8} {:>8} {:>8}", f.function, f.frames, f.wrong);
    // Examples stand below: the worst cells are few, and each shows another mistake.
    const std::size_t shown = std::min(f.wrong_cells.size(), kShownCells);
    for (std::size_t i = 0; i < shown; ++i) {
      const CellOutcome& cell = f.wrong_cells[i];
      if (i > 0) out += fmt::format("\n{:26}", "");
      out += fmt::format("  {}: {} of {} wrong\n{:30}{}", cell.cell, cell.wrong, cell.frames, "", cell.example);
    }
    if (f.wrong_cells.size() > shown) out += fmt::format("\n{:28}and {} cells more", "", f.wrong_cells.size() - shown);
    out += '\n';
  }
  return out;
}

std::vector<reports::Record> to_records(const std::string& model, const std::vector<FunctionOutcome>& outcomes) {
  std::vector<reports::Record> out;
  for (const FunctionOutcome& f : outcomes) {
    out.push_back(exact_record(model, f.function, f.frames, f.wrong));
    for (const CellOutcome& cell : f.wrong_cells)
      out.push_back(exact_record(model, f.function + ": " + cell.cell, cell.frames, cell.wrong));
  }
  return out;
}

}  // namespace trm::bench
