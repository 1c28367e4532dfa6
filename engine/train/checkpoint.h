// Training checkpoints: everything that a run needs to go on with the same bits, under tensor names, and where it
// stands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/safetensors.h"
#include "engine/json/json_object.h"
#include "engine/model/tensors.h"
#include "engine/train/optimizer.h"

namespace trm {

/// An array of a running training.
struct CheckpointTensor {
  std::string name;
  DType dtype;
  std::vector<std::size_t> shape;
  void* data;
  std::int32_t low = std::numeric_limits<std::int32_t>::min();  ///< least and largest legal value of an I32 array
  std::int32_t high = std::numeric_limits<std::int32_t>::max();
};
/// Adds weights, moments and averages: "weights.", "exp_avg.", "exp_avg_sq." and "ema." before the tensors' names.
void add_optimizer(std::vector<CheckpointTensor>& tensors, const Registry& registry, Optimizer& optimizer);

/// Atomic: after any failure the old checkpoint is still there, whole. `config` is canonical text.
Status write_checkpoint(const std::string& path, const std::string& format, const std::string& config,
                        const JsonWriter& progress, const std::vector<CheckpointTensor>& tensors);

class CheckpointReader {
 public:
  /// Error: the file is damaged, of another format, or was written under another configuration (names the first
  /// differing field).
  static Result<CheckpointReader> open(const std::string& path, const std::string& format, const std::string& config);

  [[nodiscard]] JsonObject& progress() { return progress_; }
  /// Error: one of the arrays is missing, has another type or shape, is damaged, not finite or out of range.
  [[nodiscard]] Status check(const std::vector<CheckpointTensor>& tensors) const;
  /// Fills the arrays, which must have passed check(). Error: the file was changed since; what the arrays hold is of no
  /// use then.
  [[nodiscard]] Status load(const std::vector<CheckpointTensor>& tensors) const;

 private:
  CheckpointReader(SafetensorsFile file, JsonObject progress)
      : file_(std::move(file)), progress_(std::move(progress)) {}
  SafetensorsFile file_;
  JsonObject progress_;
};

}  // namespace trm
