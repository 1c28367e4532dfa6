#include "bench/verify/golden_case.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "engine/json/json_object.h"
#include "engine/sys/files.h"

namespace trm::bench {

namespace {

constexpr std::size_t kLargestConfig = std::size_t{1} << 20;

template <class T>
Result<std::vector<double>> widened(const SafetensorsFile& file, const TensorView& tensor) {
  const Result<const TensorView*> aligned = file.aligned(tensor);
  if (!aligned.ok()) return aligned.error();
  const std::span<const T> from = (*aligned)->as<T>();
  std::vector<double> values(from.begin(), from.end());
  if (Status s = file.unchanged(); !s.ok()) return s.error();
  return values;
}

std::size_t batch_rows(const SafetensorsFile& inputs, const std::string& prefix) {
  const TensorView* ids = inputs.find(prefix + "puzzle_identifiers");
  return ids == nullptr ? 0 : ids->elements();
}

}  // namespace

Result<std::vector<double>> GoldenCase::values(const SafetensorsFile& file, const std::string& name,
                                               std::size_t elements) const {
  auto bad = [&](std::string message, std::string fix) {
    return Error{ErrorCode::bad_input, file.path(), name, std::move(message), std::move(fix)};
  };
  const TensorView* t = file.find(name);
  if (t == nullptr) return bad("tensor is missing", "record the case again");
  if (t->elements() != elements) {
    return bad("has " + std::to_string(t->elements()) + " elements",
               std::to_string(elements) + " follow from the configuration");
  }
  switch (t->dtype) {
    case DType::f32:
      return widened<float>(file, *t);
    case DType::f64:
      return widened<double>(file, *t);
    case DType::i32:
      return widened<std::int32_t>(file, *t);
    case DType::boolean:
      return widened<std::uint8_t>(file, *t);
    default:
      return bad("has type " + std::string(dtype_name(t->dtype)), "F32, F64, I32 or BOOL is expected");
  }
}

Result<CanvasBatch> GoldenCase::batch(const std::string& prefix) const {
  const CanvasConfig& c = model.config;
  CanvasBatch out(batch_rows(inputs, prefix), c.seq_len);
  struct Part {
    const char* name;
    std::vector<std::int32_t>* to;
    std::int64_t low, high;
  };
  const auto vocab = static_cast<std::int64_t>(c.vocab_size);
  const auto ids = static_cast<std::int64_t>(std::max<std::size_t>(c.num_puzzle_identifiers, 1));
  for (const Part& part : {Part{"inputs", &out.inputs, 0, vocab}, Part{"labels", &out.labels, -100, vocab},
                           Part{"puzzle_identifiers", &out.identifiers, 0, ids}}) {
    Result<std::vector<double>> read = values(inputs, prefix + part.name, part.to->size());
    if (!read.ok()) return read.error();
    for (std::size_t i = 0; i < read->size(); ++i) {
      const double v = (*read)[i];
      if (v < static_cast<double>(part.low) || v >= static_cast<double>(part.high)) {
        return Error{ErrorCode::bad_input, inputs.path(), prefix + part.name,
                     "element " + std::to_string(i) + " is out of range",
                     "values from " + std::to_string(part.low) + " to " + std::to_string(part.high - 1) + " are legal"};
      }
      (*part.to)[i] = static_cast<std::int32_t>(v);
    }
  }
  if (Status s = model.check_rows(out.identifiers); !s.ok()) return s.error();
  return out;
}

Result<GoldenCase> read_golden_case(const std::string& directory) {
  const std::string path = directory + "/config.json";
  Result<std::string> text = read_text(path, kLargestConfig);
  if (!text.ok()) return text.error();
  Result<JsonObject> json = JsonObject::parse(*text, path);
  if (!json.ok()) return json.error();
  Result<CanvasConfig> config = read_published_config(*json, path);
  if (!config.ok()) return config.error();
  GoldenTolerance tolerance;
  if (std::optional<JsonObject> limits = json->object("tolerance")) {
    limits->get("logits", tolerance.logits, 0.0, 1.0);
    limits->get("q_logits", tolerance.q_logits, 0.0, 1.0);
    limits->get("states", tolerance.states, 0.0, 1.0);
    limits->get("losses_rel", tolerance.losses_rel, 0.0, 1.0);
    limits->get("grad_rel_to_tensor_max", tolerance.grad_rel_to_tensor_max, 0.0, 1.0);
    limits->get("params_after", tolerance.params_after, 0.0, 1.0);
    if (Status s = limits->finish(); !s.ok()) return s.error();
  }
  CanvasOptimizerConfig optimizer;
  optimizer.network.kind = OptimizerKind::adam_atan2;
  optimizer.network.clip = 0.0;
  std::optional<JsonObject> training = json->object("optimizer");
  if (training) {
    std::string kind = "adam_atan2";
    training->get("kind", kind, {"adam_atan2"});
    for (const char* key : {"lr", "beta1", "beta2", "weight_decay", "puzzle_emb_lr", "puzzle_emb_weight_decay"}) {
      training->require(key);
    }
    training->get("lr", optimizer.network.lr, 0.0, 100.0);
    training->get("beta1", optimizer.network.beta1, 0.0, 0.9999999);
    training->get("beta2", optimizer.network.beta2, 0.0, 0.9999999);
    training->get("weight_decay", optimizer.network.weight_decay, 0.0, 100.0);
    training->get("ema_rate", optimizer.network.ema, 0.0, 0.9999999);
    training->get("puzzle_emb_lr", optimizer.puzzle_emb_lr, 0.0, 100.0);
    training->get("puzzle_emb_weight_decay", optimizer.puzzle_emb_weight_decay, 0.0, 100.0);
    training->take_unknown();
    if (Status s = training->finish(); !s.ok()) return s.error();
  }
  json->take_unknown();
  if (Status s = json->finish(); !s.ok()) return s.error();

  Result<SafetensorsFile> weights = SafetensorsFile::open(directory + "/weights.safetensors");
  if (!weights.ok()) return weights.error();
  Result<CanvasModel> model = read_canvas_weights(*config, *weights);
  if (!model.ok()) return model.error();
  Result<SafetensorsFile> inputs = SafetensorsFile::open(directory + "/inputs.safetensors");
  if (!inputs.ok()) return inputs.error();
  Result<SafetensorsFile> expected = SafetensorsFile::open(directory + "/expected.safetensors");
  if (!expected.ok()) return expected.error();
  GoldenCase out{directory, std::move(*model), *inputs, *expected, {}, tolerance, training.has_value(), optimizer, 0};
  const std::string wide = directory + "/expected_f64.safetensors";
  if (std::filesystem::exists(wide)) {
    Result<SafetensorsFile> file = SafetensorsFile::open(wide);
    if (!file.ok()) return file.error();
    out.expected_f64 = *file;
  }
  const char* prefix = out.training ? "train" : "step";
  while (out.expected.find(prefix + std::to_string(out.steps) + ".logits") != nullptr) ++out.steps;
  if (out.steps == 0) {
    return Error{ErrorCode::bad_input, out.expected.path(), std::string(prefix) + "0.logits", "tensor is missing",
                 "a case has at least one step"};
  }
  return out;
}

}  // namespace trm::bench
