// The tensors of a checkpoint under their published names. Programs wrap models, and each wrapping leaves its mark in
// the names: "module._orig_mod.model.inner.lm_head.weight" is "model.inner.lm_head.weight".
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/tensor_view.h"

namespace trm {

/// Every published model has this one; what stands in front of it in a checkpoint stands in front of all.
constexpr std::string_view kNamesAnchor = "embed_tokens.embedding_weight";

struct PublishedNames {
  std::vector<TensorView> tensors;  ///< with kPublishedPrefix and no other; what is no part of the model as it was
  std::string lead;                 ///< what names begin with, as the file has it: "_orig_mod.model.inner."
  bool compiled = false;            ///< kCompilePrefix was somewhere in the names
  std::vector<std::string> notes;   ///< for people: what was stripped and what was passed over
};

/// `which`: of several models side by side ("model.*" and "ema_model.*"), the one whose names begin so; empty: there is
/// one. Without a tensor of kNamesAnchor names are only stripped of wrappers. Error: several models and none named,
/// none of that name, two tensors that get the same name.
Result<PublishedNames> read_published_names(std::span<const TensorView> tensors, const std::string& file,
                                            const std::string& which = "");

/// The name among the tensors that is nearest to `wanted`, however far; empty: there are no tensors.
std::string nearest_name(std::string_view wanted, std::span<const TensorView> tensors);

}  // namespace trm
