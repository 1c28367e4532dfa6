// What every training has: a name and a seed, how long it is, how it learns, when it is looked at and saved.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "engine/train/optimizer.h"
#include "engine/train/schedule.h"
#include "simd/kernels.h"

namespace trm {

class JsonObject;
class JsonWriter;

struct TrainingPlan : Schedule {
  std::string name = "model";
  std::uint64_t seed = 1;
  /// Of the products of linear layers, forward and backward: fp32 or bf16. Everything else is float: the weights that
  /// the optimizer changes, norms, attention, losses. The model's file asks to run with this type, too.
  simd::WeightType dtype = simd::WeightType::fp32;
  OptimizerConfig optimizer;
  std::size_t batch_size = 64;
  std::size_t validate_every = 250, validation_samples = 512;
  std::size_t checkpoint_every = 250;
};

/// No configuration asks for more updates.
inline constexpr std::size_t kManySteps = std::size_t{1} << 40;

/// Reads every field but "steps", for which each configuration has a rule of its own. The average's rate is a field
/// beside "optimizer", "ema". `more` reads what this configuration alone has in the object "optimizer". Error: in that
/// object; mistakes in the other fields wait in `json` for its finish().
Status read_plan(JsonObject& json, TrainingPlan& plan, const std::function<void(JsonObject&)>& more = {});
/// Sets every field as read_plan() reads it, and "steps". `more` sets fields of the object "optimizer".
void write_plan(JsonWriter& json, const TrainingPlan& plan, const std::function<void(JsonWriter&)>& more = {});
/// Error: the warm-up is longer than the training; a type of weights that has no gradient.
Status check_plan(const TrainingPlan& plan);

/// The same kernels with linear layers of the type. Error: it has no gradient, or these kernels have no such products.
Result<const simd::Kernels<float>*> training_kernels(const simd::Kernels<float>& kernels, simd::WeightType dtype);

/// The field "name" of a training configuration. It decides where a training writes, and is read before everything
/// else, which may need data. Error: no JSON object, or no text in this field.
Result<std::string> training_name(std::string_view config, const std::string& file);

}  // namespace trm
