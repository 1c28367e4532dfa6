// Puzzle models: published ones that were converted, and those trained here.
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
struct PuzzleModelInfo {
  std::string name;  ///< that of the file; unique in a run
  std::string path;
  CanvasConfig config;
  std::optional<PuzzleData> data;           ///< that it was trained on; empty: the file does not say
  std::map<std::string, std::string> info;  ///< other metadata
};
/// Error: no puzzle model in this program's form; a record of its data that is damaged.
Result<PuzzleModelInfo> read_puzzle_model_info(const std::string& path);

/// Is this the file of a puzzle model in this program's form?
bool is_puzzle_model(const std::string& path);

/// The file, and its weights packed for the kernels.
class PuzzleModel {
 public:
  /// Error: no puzzle model in this program's form; as read_canvas_weights().
  static Result<PuzzleModel> load(const std::string& path, const simd::Kernels<float>& kernels);

  [[nodiscard]] const std::string& path() const { return model_->file.path(); }
  [[nodiscard]] const CanvasConfig& config() const { return model_->config; }
  [[nodiscard]] const CanvasNetwork<float>& network() const { return *network_; }
  [[nodiscard]] const PuzzleTable<float>& table() const { return model_->table; }
  /// CanvasModel::check_rows().
  [[nodiscard]] Status check_rows(std::span<const std::int32_t> identifiers) const {
    return model_->check_rows(identifiers);
  }
  /// The row of the puzzle table that stands for puzzle `identifier` of the data that the model was trained on. A table
  /// that was stripped keeps the names of its rows. Error: there is no such row.
  [[nodiscard]] Result<std::int32_t> row_of(std::size_t identifier) const;
  [[nodiscard]] std::size_t parameters() const { return model_->registry.parameters; }
  /// hash_hex() of the whole file, puzzle table included: reads all of it.
  [[nodiscard]] std::string hash() const;

 private:
  PuzzleModel(std::unique_ptr<CanvasModel> model, std::unique_ptr<CanvasNetwork<float>> network,
              std::map<std::string, std::string> info)
      : model_(std::move(model)), network_(std::move(network)), info_(std::move(info)) {}
  std::unique_ptr<CanvasModel> model_;  // the network points into it
  std::unique_ptr<CanvasNetwork<float>> network_;
  std::map<std::string, std::string> info_;
};

}  // namespace trm::tasks
