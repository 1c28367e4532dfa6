#include "engine/train/canvas_train_config.h"

#include "engine/json/json_object.h"
#include "engine/train/config.h"

namespace trm {

namespace {

constexpr std::size_t kManySteps = std::size_t{1} << 40;

/// "steps" or, instead of it, "epochs".
void read_length(JsonObject& json, double epoch_examples, CanvasTrainConfig& c) {
  std::size_t steps = 0, epochs = 0;
  json.get("steps", steps, 1, kManySteps);
  json.get("epochs", epochs, 1, kManySteps);
  if (steps != 0 && epochs != 0) return json.fail("epochs", "and steps are both given", "give one of them");
  if (steps == 0 && epochs == 0) return json.fail("steps", "is missing, and so is epochs", "add one of them");
  if (steps != 0) {
    c.steps = steps;
    return;
  }
  const double wanted = static_cast<double>(epochs) * epoch_examples / static_cast<double>(c.batch_size);
  if (wanted >= 1 && wanted <= static_cast<double>(kManySteps)) {
    c.steps = static_cast<std::size_t>(wanted);
  } else {
    json.fail("epochs", "give " + std::string(wanted < 1 ? "not one batch" : "too many batches") + " of these data",
              "use another number, or steps");
  }
}

}  // namespace

Status CanvasTrainConfig::validate() const {
  auto wrong = [](const char* field, std::string message, std::string fix) {
    return Error{ErrorCode::bad_input, "", field, std::move(message), std::move(fix)};
  };
  if (!is_plain_name(name)) {
    return wrong("name", "must be a plain file name", "use letters, digits, hyphens, underscores and dots");
  }
  if (warmup_steps > steps) return wrong("warmup_steps", "exceeds steps", "use at most " + std::to_string(steps));
  if (depth_warmup_steps > steps) {
    return wrong("depth_warmup_steps", "exceeds steps", "use at most " + std::to_string(steps));
  }
  return model.validate();
}

std::string CanvasTrainConfig::canonical() const {
  JsonWriter out = published_config_json(model);
  out.set("name", name);
  out.set("seed", static_cast<std::size_t>(seed));
  JsonWriter opt = optimizer_json(optimizer.network);
  opt.set("puzzle_emb_lr", optimizer.puzzle_emb_lr);
  opt.set("puzzle_emb_weight_decay", optimizer.puzzle_emb_weight_decay);
  out.set("optimizer", opt);
  out.set("ema", optimizer.network.ema);
  JsonWriter scales;
  scales.set("residual", init.residual);
  scales.set("state", init.state);
  out.set("init", scales);
  out.set("steps", steps);
  out.set("warmup_steps", warmup_steps);
  out.set("min_lr_ratio", min_lr_ratio);
  out.set("batch_size", batch_size);
  out.set("micro_batch", micro_batch);
  out.set("depth_warmup_steps", depth_warmup_steps);
  out.set("carried_batches", carried_batches);
  out.set("validate_every", validate_every);
  out.set("validation_samples", validation_samples);
  out.set("checkpoint_every", checkpoint_every);
  return out.text();
}

Result<CanvasTrainConfig> CanvasTrainConfig::read(JsonObject& json, const std::string& file, const CanvasSizes& sizes,
                                                  double epoch_examples) {
  CanvasTrainConfig c;
  // The published recipes: AdamATan2 without clipping, constant rate after the warm-up.
  c.optimizer.network.kind = OptimizerKind::adam_atan2;
  c.optimizer.network.lr = 1e-4;
  c.optimizer.network.weight_decay = 1.0;
  c.optimizer.network.clip = 0.0;
  c.min_lr_ratio = 1.0;
  std::size_t seed = c.seed;
  static_cast<void>(json.object("data"));  // the source reads it
  std::vector<std::string> notes;
  json.get("notes", notes);
  json.get("name", c.name);
  json.get("seed", seed, 0, static_cast<std::size_t>(-1) >> 1);
  c.seed = seed;
  json.get("warmup_steps", c.warmup_steps, 0, kManySteps);
  json.get("min_lr_ratio", c.min_lr_ratio, 0.0, 1.0);
  json.get("batch_size", c.batch_size, 1, 1 << 20);
  read_length(json, epoch_examples, c);
  json.get("micro_batch", c.micro_batch, 0, 1 << 20);
  json.get("depth_warmup_steps", c.depth_warmup_steps, 0, kManySteps);
  json.get("carried_batches", c.carried_batches, 1, 1 << 16);
  json.get("ema", c.optimizer.network.ema, 0.0, 0.9999999);
  json.get("validate_every", c.validate_every, 1, kManySteps);
  json.get("validation_samples", c.validation_samples, 1, 1 << 24);
  json.get("checkpoint_every", c.checkpoint_every, 1, kManySteps);
  if (std::optional<JsonObject> opt = json.object("optimizer")) {
    read_optimizer(*opt, c.optimizer.network);
    opt->get("puzzle_emb_lr", c.optimizer.puzzle_emb_lr, 0.0, 100.0);
    opt->get("puzzle_emb_weight_decay", c.optimizer.puzzle_emb_weight_decay, 0.0, 100.0);
    if (Status s = opt->finish(); !s.ok()) return s.error();
  }
  if (std::optional<JsonObject> init = json.object("init")) {
    init->get("residual", c.init.residual, 0.0, 100.0);
    init->get("state", c.init.state, 0.0, 100.0);
    if (Status s = init->finish(); !s.ok()) return s.error();
  }
  Result<CanvasConfig> model = read_published_config(json, file, &sizes);
  if (!model.ok()) return model.error();
  c.model = *model;
  if (Status s = json.finish(); !s.ok()) return s.error();
  if (Status s = c.validate(); !s.ok()) {
    s.error().file = file;
    return s.error();
  }
  return c;
}

}  // namespace trm
