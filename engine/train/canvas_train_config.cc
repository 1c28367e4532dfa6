#include "engine/train/canvas_train_config.h"

#include "engine/json/json_object.h"

namespace trm {

namespace {

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

Status CanvasTrainConfig::check_name(const std::string& name) {
  if (is_plain_name(name)) return {};
  return Error{ErrorCode::bad_input, "", "name", "must be a plain file name",
               "use letters, digits, hyphens, underscores and dots"};
}

Status CanvasTrainConfig::validate() const {
  if (Status s = check_name(name); !s.ok()) return s;
  if (Status s = check_plan(*this); !s.ok()) return s;
  if (depth_warmup_steps > steps) {
    return Error{ErrorCode::bad_input, "", "depth_warmup_steps", "exceeds steps",
                 "use at most " + std::to_string(steps)};
  }
  return model.validate();
}

std::string CanvasTrainConfig::canonical() const {
  JsonWriter out = published_config_json(model);
  write_plan(out, *this, [&](JsonWriter& more) {
    more.set("puzzle_emb_lr", puzzle_emb_lr);
    more.set("puzzle_emb_weight_decay", puzzle_emb_weight_decay);
  });
  JsonWriter scales;
  scales.set("residual", init.residual);
  scales.set("state", init.state);
  out.set("init", scales);
  out.set("micro_batch", micro_batch);
  out.set("depth_warmup_steps", depth_warmup_steps);
  out.set("carried_batches", carried_batches);
  return out.text();
}

Result<CanvasTrainConfig> CanvasTrainConfig::read(JsonObject& json, const std::string& file, const CanvasSizes& sizes,
                                                  double epoch_examples) {
  CanvasTrainConfig c;
  // The published recipes: AdamATan2 without clipping, constant rate after the warm-up.
  c.optimizer.kind = OptimizerKind::adam_atan2;
  c.optimizer.lr = 1e-4;
  c.optimizer.weight_decay = 1.0;
  c.optimizer.clip = 0.0;
  c.min_lr_ratio = 1.0;
  static_cast<void>(json.object("data"));  // the source reads it
  std::vector<std::string> notes;
  json.get("notes", notes);
  const Status plan = read_plan(json, c, [&](JsonObject& more) {
    more.get("puzzle_emb_lr", c.puzzle_emb_lr, 0.0, 100.0);
    more.get("puzzle_emb_weight_decay", c.puzzle_emb_weight_decay, 0.0, 100.0);
  });
  if (!plan.ok()) return plan.error();
  read_length(json, epoch_examples, c);
  json.get("micro_batch", c.micro_batch, 0, 1 << 20);
  json.get("depth_warmup_steps", c.depth_warmup_steps, 0, kManySteps);
  json.get("carried_batches", c.carried_batches, 1, 1 << 16);
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
