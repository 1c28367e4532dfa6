// Puzzle models: published ones, converted or trained here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "engine/model/canvas_config.h"
#include "engine/pass/canvas.h"
#include "engine/store/canvas_model.h"
#include "simd/kernels.h"
#include "tasks/puzzles/families.h"

namespace trm::tasks {

/// What a file says before its weights are read.
struct PuzzleContestant {
  std::string name;  ///< unique in a run
  std::string path;
  CanvasConfig config;
  std::optional<PuzzleData> data;           ///< that it was trained on; empty: the file does not say
  std::map<std::string, std::string> info;  ///< other metadata
};

/// The name is that of the file. Error: no puzzle model in this program's form; a record of its data that is damaged.
Result<PuzzleContestant> open_puzzle_contestant(const std::string& path);

/// Of the whole file, puzzle table included: reads all of it.
Result<std::string> puzzle_model_hash(const std::string& path);

/// A model with its weights packed for the kernels.
class LoadedPuzzleModel {
 public:
  static Result<LoadedPuzzleModel> load(const std::string& path, const simd::Kernels<float>& kernels);

  [[nodiscard]] const CanvasNetwork<float>& network() const { return *network_; }
  [[nodiscard]] const PuzzleTable<float>& table() const { return model_->table; }
  /// CanvasModel::check_rows().
  [[nodiscard]] Status check_rows(std::span<const std::int32_t> identifiers) const {
    return model_->check_rows(identifiers);
  }
  [[nodiscard]] std::size_t parameters() const { return model_->registry.parameters; }

 private:
  LoadedPuzzleModel(std::unique_ptr<CanvasModel> model, std::unique_ptr<CanvasNetwork<float>> network)
      : model_(std::move(model)), network_(std::move(network)) {}
  std::unique_ptr<CanvasModel> model_;  // the network points into it
  std::unique_ptr<CanvasNetwork<float>> network_;
};

}  // namespace trm::tasks
