// The tensors of a published model, derived from its configuration. A file may only confirm them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/tensor_view.h"
#include "engine/model/canvas_config.h"

namespace trm {

/// In front of every name: the loss head contributes "model.", the halting wrapper "inner.".
constexpr std::string_view kPublishedPrefix = "model.inner.";
/// And in front of that if the model was compiled when it was saved.
constexpr std::string_view kCompilePrefix = "_orig_mod.";
constexpr const char* kPuzzleTable = "model.inner.puzzle_emb.weights";

struct PublishedTensor {
  std::string name;  ///< with kPublishedPrefix, without kCompilePrefix
  std::vector<std::size_t> shape;
};
std::vector<PublishedTensor> published_tensors(const CanvasConfig& config);

/// Error: a tensor of the configuration that is missing or has another shape, or one that it does not have.
Status check_published_tensors(std::span<const TensorView> tensors, const CanvasConfig& config,
                               const std::string& file);

}  // namespace trm
