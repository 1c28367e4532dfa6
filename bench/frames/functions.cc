#include "bench/frames/functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "engine/base/interval.h"
#include "engine/infer/decoder.h"
#include "engine/sys/thread_pool.h"
#include "tasks/exchange/score.h"
#include "tasks/frames/sweep.h"

namespace trm::bench {

namespace {

constexpr std::size_t kShownCells = 3;
constexpr std::size_t kBatch = 32;  ///< frames that one decoder takes at once

/// What the model writes in place of the first token that it gets wrong.
struct Wrong {
  std::size_t at = 0;
  std::int32_t written = 0;
};

class Judge {
 public:
  static Result<Judge> create(const CausalNetwork<float>& network) {
    Result<Decoder> decoder = Decoder::create(network, {kBatch, kBatch});
    if (!decoder.ok()) return decoder.error();
    return Judge(*std::move(decoder), network.config().vocab_size);
  }

  /// At most kBatch frames.
  Status judge(std::span<const tasks::SweptFrame> frames, std::span<std::optional<Wrong>> out) {
    std::vector<Decoder::Feed> feeds;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const tasks::Tokens& tokens = frames[i].frame.tokens;
      const Result<StateId> state = decoder_.acquire();
      if (!state.ok()) return state.error();
      logits_[i].resize((tokens.size() - 1) * vocabulary_);
      feeds.push_back({*state, std::span(tokens).first(tokens.size() - 1), nullptr, logits_[i].data()});
    }
    Status status = decoder_.forward(feeds);
    for (const Decoder::Feed& feed : feeds) decoder_.release(feed.state);
    if (!status.ok()) return status;
    for (std::size_t i = 0; i < frames.size(); ++i) out[i] = first_wrong(frames[i].frame, logits_[i]);
    return {};
  }

 private:
  Judge(Decoder decoder, std::size_t vocabulary)
      : decoder_(std::move(decoder)), vocabulary_(vocabulary), logits_(kBatch) {}

  std::optional<Wrong> first_wrong(const tasks::Frame& frame, std::span<const float> logits) const {
    for (std::size_t t = frame.prompt; t < frame.tokens.size(); ++t) {
      if (frame.own[t] == 0) continue;
      const std::int32_t written = argmax(logits.subspan((t - 1) * vocabulary_, vocabulary_));
      if (written != frame.tokens[t]) return Wrong{t, written};
    }
    return std::nullopt;
  }

  Decoder decoder_;
  std::size_t vocabulary_;
  std::vector<std::vector<float>> logits_;
};

std::string example_of(const tasks::Frame& frame, const Wrong& wrong) {
  const std::span<const tasks::Token> tokens = frame.tokens;
  return fmt::format("{} >>{}<< instead of {}", tasks::to_text(tokens.first(wrong.at)),
                     tasks::to_text(std::span(&wrong.written, 1)), tasks::to_text(tokens.subspan(wrong.at, 1)));
}

FunctionOutcome summary(const tasks::Function& function, std::span<const tasks::SweptFrame> frames,
                        std::span<const std::optional<Wrong>> wrong) {
  std::map<std::string, CellOutcome> cells;
  FunctionOutcome out;
  out.function = tasks::function_name(function);
  out.frames = frames.size();
  for (std::size_t i = 0; i < frames.size(); ++i) {
    CellOutcome& cell = cells[frames[i].cell];
    ++cell.frames;
    if (!wrong[i]) continue;
    if (cell.wrong++ == 0) cell.example = example_of(frames[i].frame, *wrong[i]);
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

Result<std::vector<const tasks::Function*>> functions_named(const std::vector<std::string>& names) {
  const auto all = tasks::all_functions();
  if (names.empty()) return std::vector<const tasks::Function*>(all.begin(), all.end());
  std::vector<const tasks::Function*> out;
  for (const std::string& name : names) {
    const std::optional<std::size_t> index = tasks::function_index(name);
    if (!index) {
      return Error{ErrorCode::usage, "", "function", fmt::format("\"{}\" is no function", name),
                   fmt::format("use {}", fmt::join(known_functions(), ", "))};
    }
    out.push_back(all[*index]);
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

std::vector<std::string> known_functions() {
  std::vector<std::string> out;
  for (const tasks::Function* function : tasks::all_functions()) out.push_back(tasks::function_name(*function));
  return out;
}

Result<std::vector<FunctionOutcome>> sweep_functions(
    const Contestant& model, const simd::Kernels<float>& kernels, const FunctionOptions& options,
    const std::function<void(std::size_t done, std::size_t total)>& progress) {
  const Result<std::vector<const tasks::Function*>> functions = functions_named(options.functions);
  if (!functions.ok()) return functions.error();
  const Result<tasks::CausalModel> loaded = tasks::CausalModel::load(model.path, kernels);
  if (!loaded.ok()) return loaded.error();
  if (loaded->use().encoding != tasks::Encoding::frames) {
    return Error{ErrorCode::usage, model.path, "", "writes no frames of the tasks' functions",
                 "name a model of frames, as trm-frames"};
  }
  ThreadOptions thread_options;
  thread_options.threads = options.threads;
  thread_options.pin = options.pin;
  Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::create(thread_options);
  if (!pool.ok()) return pool.error();
  std::vector<Judge> judges;
  for (std::size_t i = 0; i < (*pool)->size(); ++i) {
    Result<Judge> judge = Judge::create(loaded->network());
    if (!judge.ok()) return judge.error();
    judges.push_back(*std::move(judge));
  }
  std::vector<FunctionOutcome> out;
  for (const tasks::Function* function : *functions) {
    if (progress) progress(out.size(), functions->size());
    const std::vector<tasks::SweptFrame> frames = tasks::sweep_of(*function, options.per_cell);
    std::vector<std::optional<Wrong>> wrong(frames.size());
    const std::size_t batches = (frames.size() + kBatch - 1) / kBatch;
    std::vector<Status> statuses(batches);
    (*pool)->run(batches, [&](std::size_t batch, std::size_t worker) {
      const std::size_t first = batch * kBatch, size = std::min(kBatch, frames.size() - first);
      statuses[batch] =
          judges[worker].judge(std::span(frames).subspan(first, size), std::span(wrong).subspan(first, size));
    });
    for (const Status& status : statuses) {
      if (!status.ok()) return status.error();
    }
    out.push_back(summary(*function, frames, wrong));
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
