#include "engine/train/config.h"

#include <algorithm>
#include <cmath>

#include "engine/json/json_object.h"

namespace trm {

namespace {

const char* optimizer_name(OptimizerKind kind) {
  return kind == OptimizerKind::adamw ? "adamw" : "adam_atan2";
}

Error wrong(std::string field, std::string message, std::string fix) {
  return Error{ErrorCode::bad_input, "", std::move(field), std::move(message), std::move(fix)};
}

constexpr std::size_t kManySteps = std::size_t{1} << 40;

}  // namespace

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

Status TrainConfig::validate() const {
  if (Status s = model.validate(); !s.ok()) {
    s.error().field = "model." + s.error().field;
    return s;
  }
  if (stages.empty()) return wrong("stages", "is empty", "give at least one stage with a mix");
  if (warmup_steps > steps) return wrong("warmup_steps", "exceeds steps", "use at most " + std::to_string(steps));
  if (micro_batch > batch_size) {
    return wrong("micro_batch", "exceeds batch_size", "use at most " + std::to_string(batch_size));
  }
  return {};
}

std::string TrainConfig::canonical() const {
  JsonWriter out;
  out.set("name", name);
  // Files that are older than this field have frames.
  if (encoding != "frames") out.set("encoding", encoding);
  out.set("seed", static_cast<std::size_t>(seed));
  out.set("optimizer", optimizer_json(optimizer));
  out.set("steps", steps);
  out.set("warmup_steps", warmup_steps);
  out.set("min_lr_ratio", min_lr_ratio);
  out.set("batch_size", batch_size);
  out.set("micro_batch", micro_batch);
  out.set("ema", optimizer.ema);
  out.set("validate_every", validate_every);
  out.set("validation_samples", validation_samples);
  out.set("checkpoint_every", checkpoint_every);
  std::vector<JsonWriter> list;
  for (const Stage& s : stages) {
    JsonWriter one;
    one.set("name", s.name);
    one.set("advance_at", s.advance_at);
    one.set("max_steps", s.max_steps);
    JsonWriter mix;
    for (const auto& [key, value] : s.mix) mix.set(key, value);
    one.set("mix", mix);
    list.push_back(one);
  }
  out.set("stages", list);
  out.set("model", model_config_json(model));
  return out.text();
}

Result<TrainConfig> TrainConfig::parse(std::string_view text, const std::string& file, const SampleSource& source) {
  Result<JsonObject> json = JsonObject::parse(text, file);
  if (!json.ok()) return json.error();
  TrainConfig c;
  std::size_t seed = c.seed;
  json->get("name", c.name);
  json->get("encoding", c.encoding);
  if (c.encoding != source.encoding()) {
    json->fail("encoding", "is \"" + c.encoding + "\", the samples are \"" + source.encoding() + "\"",
               "make them equal");
  }
  json->get("seed", seed, 0, static_cast<std::size_t>(-1) >> 1);
  c.seed = seed;
  json->require("steps");
  json->get("steps", c.steps, 1, kManySteps);
  json->get("warmup_steps", c.warmup_steps, 0, kManySteps);
  json->get("min_lr_ratio", c.min_lr_ratio, 0.0, 1.0);
  json->get("batch_size", c.batch_size, 1, 1 << 20);
  json->get("micro_batch", c.micro_batch, 1, 1 << 20);
  json->get("ema", c.optimizer.ema, 0.0, 0.9999999);
  json->get("validate_every", c.validate_every, 1, kManySteps);
  json->get("validation_samples", c.validation_samples, 1, 1 << 24);
  json->get("checkpoint_every", c.checkpoint_every, 1, kManySteps);
  json->require("model");
  json->require("stages");
  if (std::optional<JsonObject> opt = json->object("optimizer")) {
    read_optimizer(*opt, c.optimizer);
    if (Status s = opt->finish(); !s.ok()) return s.error();
  }
  if (std::optional<JsonObject> model = json->object("model")) {
    ModelConfig defaults;
    defaults.vocab_size = source.vocabulary().size();
    defaults.run_tokens = source.run_tokens();
    Result<ModelConfig> m = read_model_config(*model, file, defaults);
    if (!m.ok()) return m.error();
    c.model = *m;
  }
  for (JsonObject& one : json->objects("stages")) {
    Stage s;
    one.require("name");
    one.require("mix");
    one.get("name", s.name);
    one.get("advance_at", s.advance_at, 0.0, 1.0);
    one.get("max_steps", s.max_steps, 0, kManySteps);
    if (std::optional<JsonObject> mix = one.object("mix")) {
      for (const std::string& key : mix->keys()) {
        double value = 0;
        mix->get(key.c_str(), value, 0.0, 1e9);
        s.mix[key] = value;
      }
      if (Status st = mix->finish(); !st.ok()) return st.error();
      if (Status st = source.check(s.mix); !st.ok()) {
        st.error().file = file;
        st.error().field = "stages." + s.name + ".mix." + st.error().field;
        return st.error();
      }
    }
    if (Status st = one.finish(); !st.ok()) return st.error();
    c.stages.push_back(std::move(s));
  }
  if (Status s = json->finish(); !s.ok()) return s.error();
  if (Status s = c.validate(); !s.ok()) {
    s.error().file = file;
    return s.error();
  }
  if (c.model.vocab_size != source.vocabulary().size()) {
    return Error{ErrorCode::bad_input, file, "model.vocab_size",
                 "is " + std::to_string(c.model.vocab_size) + ", the tasks have " +
                     std::to_string(source.vocabulary().size()) + " tokens",
                 "leave the field out"};
  }
  return c;
}

}  // namespace trm
