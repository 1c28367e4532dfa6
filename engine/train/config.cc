#include "engine/train/config.h"

#include <optional>
#include <utility>

#include "engine/json/json_object.h"

namespace trm {

namespace {

Error wrong(std::string field, std::string message, std::string fix) {
  return Error{ErrorCode::bad_input, "", std::move(field), std::move(message), std::move(fix)};
}

}  // namespace

Status TrainConfig::validate() const {
  if (Status s = model.validate(); !s.ok()) {
    s.error().field = "model." + s.error().field;
    return s;
  }
  if (stages.empty()) return wrong("stages", "is empty", "give at least one stage with a mix");
  if (Status s = check_plan(*this); !s.ok()) return s;
  if (micro_batch > batch_size) {
    return wrong("micro_batch", "exceeds batch_size", "use at most " + std::to_string(batch_size));
  }
  return {};
}

std::string TrainConfig::canonical() const {
  JsonWriter out;
  write_plan(out, *this);
  // Files that are older than this field have frames.
  if (encoding != "frames") out.set("encoding", encoding);
  out.set("micro_batch", micro_batch);
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
  json->get("encoding", c.encoding);
  if (c.encoding != source.encoding()) {
    json->fail("encoding", "is \"" + c.encoding + "\", the samples are \"" + source.encoding() + "\"",
               "make them equal");
  }
  json->require("steps");
  json->get("steps", c.steps, 1, kManySteps);
  json->get("micro_batch", c.micro_batch, 1, 1 << 20);
  json->require("model");
  json->require("stages");
  if (Status s = read_plan(*json, c); !s.ok()) return s.error();
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
