// What the tensors of a checkpoint say of its model before anything else is known: which one it is, and its sizes.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "engine/base/status.h"
#include "engine/format/tensor_view.h"
#include "engine/model/canvas_config.h"

namespace trm {

struct PublishedShapes {
  CanvasArch arch = CanvasArch::trm;
  std::size_t vocab_size = 0, hidden_size = 0;
  std::size_t num_puzzle_identifiers = 0, puzzle_emb_ndim = 0;  ///< 0: no puzzle table
  std::size_t H_layers = 0, L_layers = 0;
  std::size_t conv_kernel = 0;  ///< side of the convolution over the canvas, which no published model has
  bool mlp_t = false, learned_positions = false;
  std::size_t attention_size = 0;        ///< num_heads * head_dim; 0 with mlp_t
  std::size_t mlp_inner = 0;             ///< of the SwiGLU over D
  std::optional<std::size_t> total_len;  ///< T, where a shape tells it: mlp_t or learned positions
  std::size_t parameters = 0;            ///< elements of all trained tensors; the papers leave the puzzle table out
  std::size_t table_elements = 0;        ///< of the puzzle table
};

/// Names as read_published_names() gives them; `file` names the source in errors. Error: no tensors of a published
/// puzzle model, or some that miss or contradict one another.
Result<PublishedShapes> read_published_shapes(std::span<const TensorView> tensors, const std::string& file);

}  // namespace trm
