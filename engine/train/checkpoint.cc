#include "engine/train/checkpoint.h"

#include <cmath>
#include <cstring>
#include <sstream>
#include <vector>

#include "engine/io/json_object.h"
#include "engine/io/safetensors.h"

namespace trm {

namespace {

constexpr const char* kFormat = "trm.cpp checkpoint 1";
constexpr const char* kParts[] = {"weights.", "exp_avg.", "exp_avg_sq.", "ema."};

/// First line in which two canonical texts differ, for the error.
std::string first_difference(const std::string& a, const std::string& b) {
  std::istringstream x(a);
  std::istringstream y(b);
  std::string p;
  std::string q;
  while (std::getline(x, p)) {
    if (!std::getline(y, q) || p != q) break;
  }
  auto trim = [](std::string s) {
    s.erase(0, s.find_first_not_of(' '));
    if (!s.empty() && s.back() == ',') s.pop_back();
    return s;
  };
  return trim(p) + " in the checkpoint, " + trim(q) + " in the configuration";
}

}  // namespace

Status write_checkpoint(const std::string& path, const TrainConfig& config, const Registry& registry,
                        const CheckpointArrays<std::span<const float>>& arrays, const CheckpointProgress& progress) {
  const std::span<const float> flat[] = {arrays.weights, arrays.m, arrays.v, arrays.shadow};
  std::vector<TensorRef> tensors;
  for (std::size_t p = 0; p < 4; ++p) {
    for (const TensorSpec& spec : registry.tensors) {
      tensors.push_back({kParts[p] + spec.name, DType::f32, spec.shape, flat[p].data() + spec.offset});
    }
  }
  JsonWriter where;
  where.set("step", progress.step);
  where.set("stage", progress.stage);
  where.set("stage_start", progress.stage_start);
  where.set("seconds", progress.seconds);
  return write_safetensors(path, tensors,
                           {{"format", kFormat}, {"config", config.canonical()}, {"progress", where.text(true)}});
}

Status read_checkpoint(const std::string& path, const TrainConfig& config, const Registry& registry,
                       const CheckpointArrays<std::span<float>>& arrays, CheckpointProgress& progress) {
  Result<SafetensorsFile> file = SafetensorsFile::open(path);
  if (!file.ok()) return file.error();
  auto bad = [&](std::string field, std::string message, std::string fix) {
    return Error{ErrorCode::bad_input, path, std::move(field), std::move(message), std::move(fix)};
  };
  auto text = [&](const char* key) {
    auto it = file->metadata().find(key);
    return it == file->metadata().end() ? std::string() : it->second;
  };
  if (text("format") != kFormat) {
    return bad("__metadata__.format", "is \"" + text("format") + "\"",
               std::string("give a checkpoint of this program (format \"") + kFormat + "\")");
  }
  if (text("config") != config.canonical()) {
    return bad(
        "__metadata__.config",
        "the checkpoint belongs to another configuration: " + first_difference(text("config"), config.canonical()),
        "resume with the configuration that started the run, or give a new output directory");
  }
  Result<JsonObject> where = JsonObject::parse(text("progress"), path + ": __metadata__.progress");
  if (!where.ok()) return where.error();
  CheckpointProgress read;
  for (const char* key : {"step", "stage", "stage_start", "seconds"}) where->require(key);
  where->get("step", read.step, 0, config.steps);
  where->get("stage", read.stage, 0, config.stages.size() - 1);
  where->get("stage_start", read.stage_start, 0, config.steps);
  where->get("seconds", read.seconds, 0.0, 1e12);
  if (Status s = where->finish(); !s.ok()) return s;
  const std::span<float> flat[] = {arrays.weights, arrays.m, arrays.v, arrays.shadow};
  // Everything is checked before anything is copied.
  for (std::size_t p = 0; p < 4; ++p) {
    for (const TensorSpec& spec : registry.tensors) {
      const std::string name = kParts[p] + spec.name;
      const TensorView* t = file->find(name);
      if (t == nullptr) return bad(name, "tensor is missing", "use an older checkpoint");
      if (t->dtype != DType::f32 || t->shape != spec.shape) {
        return bad(name, "has another type or shape than the configuration asks for", "use an older checkpoint");
      }
      const std::size_t n = spec.elements;
      std::vector<float> values(n);
      std::memcpy(values.data(), t->data.data(), n * sizeof(float));
      for (float x : values) {
        if (!std::isfinite(x)) return bad(name, "holds a value that is not finite", "use an older checkpoint");
      }
    }
  }
  for (std::size_t p = 0; p < 4; ++p) {
    for (const TensorSpec& spec : registry.tensors) {
      const TensorView* t = file->find(kParts[p] + spec.name);
      std::memcpy(flat[p].data() + spec.offset, t->data.data(), t->data.size());
    }
  }
  progress = read;
  return {};
}

}  // namespace trm
