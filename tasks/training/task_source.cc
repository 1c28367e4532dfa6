#include "tasks/training/task_source.h"

#include "engine/json/json_object.h"
#include "engine/model/config.h"
#include "tasks/training/frame_source.h"
#include "tasks/training/program_source.h"
#include "tasks/training/sequence_source.h"

namespace trm::tasks {

Result<std::unique_ptr<SampleSource>> task_source(const std::string& config, const std::string& file) {
  Result<JsonObject> json = JsonObject::parse(config, file);
  if (!json.ok()) return json.error();
  constexpr std::size_t kLongest = 1 << 14;  // a gradient pass holds the activations of whole sequences
  std::string name = "frames";
  json->get("encoding", name, {"frames", "trace", "answer", ProgramSource::kEncoding});
  std::size_t max_tokens = ModelConfig{}.max_tokens;
  std::optional<JsonObject> model = json->object("model");
  const bool programs = name == ProgramSource::kEncoding;
  const Encoding encoding = encoding_of(name).value_or(Encoding::frames);
  if (model && encoding != Encoding::frames) model->get("max_tokens", max_tokens, 2, kLongest);
  json->take_unknown();
  if (model) model->take_unknown();
  if (Status s = json->finish(); !s.ok()) return s.error();
  if (model) {
    if (Status s = model->finish(); !s.ok()) return s.error();
  }
  if (programs) return std::unique_ptr<SampleSource>(std::make_unique<ProgramSource>());
  if (encoding == Encoding::frames) return std::unique_ptr<SampleSource>(std::make_unique<FrameSource>());
  return std::unique_ptr<SampleSource>(std::make_unique<SequenceSource>(encoding, max_tokens));
}

}  // namespace trm::tasks
