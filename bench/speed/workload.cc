#include "bench/speed/workload.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "engine/base/closest.h"
#include "engine/model/recursion.h"

namespace trm::bench {
namespace {

constexpr std::size_t kHeadSize = 64;
constexpr std::size_t kVocabulary = 12;  // of a maze or a Sudoku, about

/// Tokens of a frame, about: a state starts again after that many.
constexpr std::size_t kDecodedTokens = 96;

SpeedWorkload step(std::string name, std::size_t hidden, std::size_t positions, std::size_t batch, bool mlp = false) {
  return {std::move(name), SpeedKind::step, speed_model(hidden, positions, mlp), batch, 0, true, true};
}

SpeedWorkload large(SpeedWorkload workload) {
  workload.runs_unasked = false;
  return workload;
}

SpeedWorkload decoding(std::string name, std::size_t streams) {
  return {std::move(name), SpeedKind::decoding, {}, streams, kDecodedTokens};
}

SpeedWorkload training(std::string name, std::size_t hidden, std::size_t positions, std::size_t batch,
                       bool mlp = false) {
  return {std::move(name), SpeedKind::training, speed_model(hidden, positions, mlp), batch, 0, true, true};
}

}  // namespace

std::string SpeedWorkload::shape() const {
  if (kind == SpeedKind::decoding) return fmt::format("{} stream{}", batch, batch == 1 ? "" : "s");
  return fmt::format("D{} L{} b{}{}", model.hidden_size, model.total_len(), batch, model.mlp_t ? ", MLP" : "");
}

CanvasConfig speed_model(std::size_t hidden, std::size_t positions, bool mlp_over_positions) {
  CanvasConfig out = CanvasConfig::defaults(CanvasArch::trm);
  out.vocab_size = kVocabulary;
  out.seq_len = positions;
  out.num_puzzle_identifiers = 1;
  out.hidden_size = hidden;
  out.num_heads = std::max<std::size_t>(1, hidden / kHeadSize);
  out.expansion = 4;
  out.H_cycles = 3;
  out.L_cycles = 6;
  out.L_layers = 2;
  out.puzzle_emb_ndim = out.puzzle_emb_len = 0;
  out.mlp_t = mlp_over_positions;
  out.pos_encodings = mlp_over_positions ? PosEncodings::none : PosEncodings::rope;
  return out;
}

std::vector<SpeedWorkload> speed_workloads() {
  return {
      step("W1", 512, 97, 1),          // Sudoku at its published size
      large(step("W2", 512, 97, 32)),  // the same, a batch
      step("W3", 128, 64, 1),          // small models
      step("W4", 128, 64, 64),
      step("W5", 256, 128, 8),
      large(step("W6", 512, 916, 1)),  // mazes and ARC at their published size
      step("W1-mlp", 512, 97, 1, true),
      step("W3-mlp", 128, 64, 1, true),
      decoding("decode-1", 1),
      decoding("decode-32", 32),
      training("train-D128", 128, 64, 64),
      training("train-D256", 256, 128, 32),
      large(training("train-sudoku-mlp", 512, 97, 8, true)),  // the published network; its batch is 768
  };
}

std::vector<SpeedWorkload> shipped_workloads() {
  std::vector<SpeedWorkload> out;
  for (const char* name : {"sudoku-4x4", "sudoku-6x6", "sudoku-9x9", "maze-11x11"}) {
    SpeedWorkload& workload = out.emplace_back();
    workload.name = name;
    workload.uses_threads = workload.shipped = true;
  }
  return out;
}

Result<std::vector<SpeedWorkload>> choose_speed_workloads(const std::vector<std::string>& names) {
  std::vector<SpeedWorkload> all = speed_workloads();
  for (SpeedWorkload& shipped : shipped_workloads()) all.push_back(std::move(shipped));
  if (names.empty()) {
    std::erase_if(all, [](const SpeedWorkload& w) { return !w.runs_unasked; });
    return all;
  }
  std::vector<std::string> known;
  known.reserve(all.size());
  for (const SpeedWorkload& w : all) known.push_back(w.name);
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (std::find(known.begin(), known.end(), *name) == known.end()) {
      const std::string near = closest(*name, known);
      return Error{
          ErrorCode::usage, "", "--task", fmt::format("no workload is called \"{}\"", *name),
          near.empty() ? fmt::format("use some of {}", fmt::join(known, ", ")) : fmt::format("did you mean {}?", near)};
    }
    if (std::find(names.begin(), name, *name) != name) {
      return Error{ErrorCode::usage, "", "--task", fmt::format("names {} twice", *name), "name it once"};
    }
  }
  std::erase_if(all,
                [&](const SpeedWorkload& w) { return std::find(names.begin(), names.end(), w.name) == names.end(); });
  return all;
}

std::vector<WeightProduct> weight_products(const CanvasConfig& model, std::size_t batch) {
  const std::size_t d = model.hidden_size, positions = model.total_len(), a = model.attention_size();
  const std::size_t rows = batch * positions, inner = model.mlp_inner(d);
  std::vector<WeightProduct> out;
  if (model.mlp_t) {
    const std::size_t across = model.mlp_inner(positions);
    out = {{batch * d, positions, 2 * across}, {batch * d, across, positions}};
  } else {
    out = {{rows, d, 3 * a}, {rows, a, d}};
  }
  out.push_back({rows, d, 2 * inner});
  out.push_back({rows, inner, d});
  return out;
}

std::size_t layer_passes(const CanvasConfig& model) {
  const RecursionPlan plan = recursion_plan(model);
  std::size_t out = 0;
  for (const Evaluation& evaluation : plan.evaluations) out += plan.levels[evaluation.level].count;
  return out;
}

StepOperations step_operations(const CanvasConfig& model, std::size_t batch) {
  StepOperations out;
  const auto passes = static_cast<double>(layer_passes(model));
  for (const WeightProduct& p : weight_products(model, batch)) {
    out.weights += passes * 2.0 * static_cast<double>(p.rows) * static_cast<double>(p.in) * static_cast<double>(p.out);
  }
  if (!model.mlp_t) {
    // Scores and their products with the values.
    const auto positions = static_cast<double>(model.total_len());
    out.attention =
        passes * 4.0 * static_cast<double>(batch) * positions * positions * static_cast<double>(model.attention_size());
  }
  return out;
}

}  // namespace trm::bench
