// A checkpoint that was read becomes a model in this program's form (store/published_file.h).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/import/tensor_file.h"
#include "engine/model/canvas_config.h"
#include "simd/matmul.h"

namespace trm {

struct PublishedSave {
  bool keep_dtype = false;  ///< as in the source instead of float32
  /// Of the matrices that rows are multiplied with (stored_weights.h), unless types are kept.
  simd::WeightType weights = simd::WeightType::fp32;
  std::optional<std::vector<std::size_t>> rows;  ///< keep these rows of the puzzle table, in this order
  std::map<std::string, std::string> info;
};
/// Atomic. Writes what it reads piece by piece: memory does not grow with the tensors that are not narrowed. `tensors`
/// are those of `source` under their published names, and `config` is theirs. Error: a tensor of another type than F32,
/// F16 or BF16 (unless they are kept), or the system's.
Status save_published(const std::string& path, const TensorFile& source, std::span<const TensorView> tensors,
                      const CanvasConfig& config, const PublishedSave& save);

}  // namespace trm
