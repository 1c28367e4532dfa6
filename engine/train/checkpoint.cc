#include "engine/train/checkpoint.h"

#include <cmath>
#include <cstring>
#include <sstream>
#include <utility>

namespace trm {

namespace {

/// First line in which two canonical texts differ, for the error. A field that has its usual value may be left out of a
/// text, so one of them may have a line that the other has not.
std::string first_difference(const std::string& a, const std::string& b) {
  std::istringstream x(a);
  std::istringstream y(b);
  std::string p;
  std::string q;
  while (std::getline(x, p)) {
    if (!std::getline(y, q) || p != q) break;
  }
  // With its indentation, which tells it from a field of the same name inside another one.
  const auto field = [](const std::string& line) { return "\n" + line.substr(0, line.find(':') + 1); };
  auto trim = [](std::string s) {
    s.erase(0, s.find_first_not_of(' '));
    if (!s.empty() && s.back() == ',') s.pop_back();
    return s;
  };
  if (p.find(':') != std::string::npos && b.find(field(p)) == std::string::npos) {
    return trim(p) + " is in the checkpoint alone";
  }
  if (q.find(':') != std::string::npos && a.find(field(q)) == std::string::npos) {
    return trim(q) + " is in the configuration alone";
  }
  return trim(p) + " in the checkpoint, " + trim(q) + " in the configuration";
}

}  // namespace

void add_optimizer(std::vector<CheckpointTensor>& tensors, const Registry& registry, Optimizer& optimizer) {
  const std::pair<const char*, float*> parts[] = {{"weights.", optimizer.weights.data()},
                                                  {"exp_avg.", optimizer.exp_avg.data()},
                                                  {"exp_avg_sq.", optimizer.exp_avg_sq.data()},
                                                  {"ema.", optimizer.shadow.data()}};
  for (const auto& [prefix, flat] : parts) {
    for (const TensorSpec& spec : registry.tensors) {
      tensors.push_back({prefix + spec.name, DType::f32, spec.shape, flat + spec.offset});
    }
  }
}

Status write_checkpoint(const std::string& path, const std::string& format, const std::string& config,
                        const JsonWriter& progress, const std::vector<CheckpointTensor>& tensors) {
  std::vector<TensorRef> refs;
  refs.reserve(tensors.size());
  for (const CheckpointTensor& t : tensors) refs.push_back({t.name, t.dtype, t.shape, t.data, {}});
  return write_safetensors(path, refs, {{"format", format}, {"config", config}, {"progress", progress.text(true)}});
}

Result<CheckpointReader> CheckpointReader::open(const std::string& path, const std::string& format,
                                                const std::string& config) {
  Result<SafetensorsFile> file = SafetensorsFile::open(path);
  if (!file.ok()) return file.error();
  auto bad = [&](std::string field, std::string message, std::string fix) {
    return Error{ErrorCode::bad_input, path, std::move(field), std::move(message), std::move(fix)};
  };
  auto text = [&](const char* key) {
    auto it = file->metadata().find(key);
    return it == file->metadata().end() ? std::string() : it->second;
  };
  if (text("format") != format) {
    return bad("__metadata__.format", "is \"" + text("format") + "\"",
               "give a checkpoint of this program (format \"" + format + "\")");
  }
  if (text("config") != config) {
    return bad("__metadata__.config",
               "the checkpoint belongs to another configuration: " + first_difference(text("config"), config),
               "resume with the configuration that started the run, or give a new output directory");
  }
  Result<JsonObject> progress = JsonObject::parse(text("progress"), path + ": __metadata__.progress");
  if (!progress.ok()) return progress.error();
  return CheckpointReader(*file, std::move(*progress));
}

Status CheckpointReader::check(const std::vector<CheckpointTensor>& tensors) const {
  auto bad = [&](const std::string& name, std::string message) {
    return Error{ErrorCode::bad_input, file_.path(), name, std::move(message), "use an older checkpoint"};
  };
  std::vector<const TensorView*> found;
  for (const CheckpointTensor& wanted : tensors) {
    const TensorView* t = file_.find(wanted.name);
    if (t == nullptr) return bad(wanted.name, "tensor is missing");
    if (t->dtype != wanted.dtype || t->shape != wanted.shape) {
      return bad(wanted.name, "has another type or shape than the configuration asks for");
    }
    found.push_back(t);
  }
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const CheckpointTensor& wanted = tensors[i];
    const Result<const TensorView*> aligned = file_.aligned(*found[i]);
    if (!aligned.ok()) return aligned.error();
    const TensorView* const t = *aligned;
    if (t->dtype == DType::i32) {
      for (std::int32_t x : t->as<std::int32_t>()) {
        if (x < wanted.low || x > wanted.high) return bad(wanted.name, "holds a value that is out of range");
      }
    }
    if (t->dtype != DType::f32) continue;
    for (float x : t->as<float>()) {
      if (!std::isfinite(x)) return bad(wanted.name, "holds a value that is not finite");
    }
  }
  Status intact = file_.verify();
  if (!intact.ok() && intact.error().code == ErrorCode::bad_input) {
    intact.error().fix = "put an older copy in its place, or start again (--restart)";
  }
  return intact;
}

Status CheckpointReader::load(const std::vector<CheckpointTensor>& tensors) const {
  for (const CheckpointTensor& wanted : tensors) {
    const TensorView* t = file_.find(wanted.name);
    std::memcpy(wanted.data, t->data.data(), t->data.size());
  }
  return file_.unchanged();
}

}  // namespace trm
