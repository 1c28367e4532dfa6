#include "engine/train/plan.h"

#include <optional>

#include "engine/json/json_object.h"
#include "simd/cpu.h"

namespace trm {

namespace {

const char* optimizer_name(OptimizerKind kind) {
  return kind == OptimizerKind::adamw ? "adamw" : "adam_atan2";
}

void read_optimizer(JsonObject& json, OptimizerConfig& c) {
  std::string name = optimizer_name(c.kind);
  json.get("name", name, {"adamw", "adam_atan2"});
  c.kind = name == "adamw" ? OptimizerKind::adamw : OptimizerKind::adam_atan2;
  json.get("lr", c.lr, 0.0, 100.0);
  json.get("beta1", c.beta1, 0.0, 0.9999999);
  json.get("beta2", c.beta2, 0.0, 0.9999999);
  json.get("eps", c.eps, 0.0, 1.0);
  json.get("weight_decay", c.weight_decay, 0.0, 100.0);
  json.get("clip", c.clip, 0.0, 1e12);
}

JsonWriter optimizer_json(const OptimizerConfig& c) {
  JsonWriter out;
  out.set("name", optimizer_name(c.kind));
  out.set("lr", c.lr);
  out.set("beta1", c.beta1);
  out.set("beta2", c.beta2);
  out.set("eps", c.eps);
  out.set("weight_decay", c.weight_decay);
  out.set("clip", c.clip);
  return out;
}

Error no_gradient(simd::WeightType dtype) {
  return Error{ErrorCode::bad_input, "", "dtype",
               "is " + std::string(simd::weight_type_name(dtype)) + ", whose products have no gradient",
               "train in fp32 or bf16; a trained model runs with weights of every type"};
}

}  // namespace

Status read_plan(JsonObject& json, TrainingPlan& plan, const std::function<void(JsonObject&)>& more) {
  std::size_t seed = plan.seed;
  json.get("name", plan.name);
  json.get("seed", seed, 0, static_cast<std::size_t>(-1) >> 1);
  plan.seed = seed;
  std::string dtype(simd::weight_type_name(plan.dtype));
  json.get("dtype", dtype);
  const std::optional<simd::WeightType> type = simd::parse_weight_type(dtype);
  if (type && *type != simd::WeightType::automatic) {
    plan.dtype = *type;  // check_plan() says why one of them is refused
  } else {
    json.fail("dtype", "\"" + dtype + "\" is no type to train in", "use fp32 or bf16");
  }
  json.get("warmup_steps", plan.warmup_steps, 0, kManySteps);
  json.get("min_lr_ratio", plan.min_lr_ratio, 0.0, 1.0);
  json.get("batch_size", plan.batch_size, 1, 1 << 20);
  json.get("ema", plan.optimizer.ema, 0.0, 0.9999999);
  json.get("validate_every", plan.validate_every, 1, kManySteps);
  json.get("validation_samples", plan.validation_samples, 1, 1 << 24);
  json.get("checkpoint_every", plan.checkpoint_every, 1, kManySteps);
  std::optional<JsonObject> optimizer = json.object("optimizer");
  if (!optimizer) return {};
  read_optimizer(*optimizer, plan.optimizer);
  if (more) more(*optimizer);
  return optimizer->finish();
}

void write_plan(JsonWriter& json, const TrainingPlan& plan, const std::function<void(JsonWriter&)>& more) {
  JsonWriter optimizer = optimizer_json(plan.optimizer);
  if (more) more(optimizer);
  json.set("name", plan.name);
  json.set("seed", static_cast<std::size_t>(plan.seed));
  // Files that are older than this field are of fp32.
  if (plan.dtype != simd::WeightType::fp32) json.set("dtype", std::string(simd::weight_type_name(plan.dtype)));
  json.set("optimizer", optimizer);
  json.set("ema", plan.optimizer.ema);
  json.set("steps", plan.steps);
  json.set("warmup_steps", plan.warmup_steps);
  json.set("min_lr_ratio", plan.min_lr_ratio);
  json.set("batch_size", plan.batch_size);
  json.set("validate_every", plan.validate_every);
  json.set("validation_samples", plan.validation_samples);
  json.set("checkpoint_every", plan.checkpoint_every);
}

Status check_plan(const TrainingPlan& plan) {
  if (plan.dtype != simd::WeightType::fp32 && plan.dtype != simd::WeightType::bf16) return no_gradient(plan.dtype);
  if (plan.warmup_steps <= plan.steps) return {};
  return Error{ErrorCode::bad_input, "", "warmup_steps", "exceeds steps", "use at most " + std::to_string(plan.steps)};
}

Result<const simd::Kernels<float>*> training_kernels(const simd::Kernels<float>& kernels, simd::WeightType dtype) {
  const simd::Kernels<float>& out = simd::with_weights(kernels, dtype);
  if (out.linear->weight_gradient == nullptr) return no_gradient(dtype);
  if (out.linear != &out.family(dtype)) {
    return Error{ErrorCode::unsupported, "", "dtype",
                 std::string(kernels.isa) + " has no products of " + std::string(simd::weight_type_name(dtype)),
                 "train in fp32"};
  }
  return &out;
}

Result<std::string> training_name(std::string_view config, const std::string& file) {
  Result<JsonObject> json = JsonObject::parse(config, file);
  if (!json.ok()) return json.error();
  std::string name = TrainingPlan{}.name;
  json->get("name", name);
  json->take_unknown();
  if (Status s = json->finish(); !s.ok()) return s.error();
  return name;
}

}  // namespace trm
