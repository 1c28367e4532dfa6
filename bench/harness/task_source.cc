#include "bench/harness/task_source.h"

#include "bench/harness/frame_source.h"
#include "bench/harness/sequence_source.h"
#include "engine/io/json_object.h"
#include "engine/model/config.h"

namespace trm::bench {

Result<std::unique_ptr<SampleSource>> task_source(const std::string& config, const std::string& file) {
  Result<JsonObject> json = JsonObject::parse(config, file);
  if (!json.ok()) return json.error();
  constexpr std::size_t kLongest = 1 << 14;  // a gradient pass holds the activations of whole sequences
  std::string name = "frames";
  json->get("encoding", name, {"frames", "trace", "answer"});
  std::size_t max_tokens = ModelConfig{}.max_tokens;
  std::optional<JsonObject> model = json->object("model");
  const tasks::Encoding encoding = tasks::encoding_of(name).value_or(tasks::Encoding::frames);
  if (model && encoding != tasks::Encoding::frames) model->get("max_tokens", max_tokens, 2, kLongest);
  json->take_unknown();
  if (model) model->take_unknown();
  if (Status s = json->finish(); !s.ok()) return s.error();
  if (model) {
    if (Status s = model->finish(); !s.ok()) return s.error();
  }
  if (encoding == tasks::Encoding::frames) return std::unique_ptr<SampleSource>(std::make_unique<FrameSource>());
  return std::unique_ptr<SampleSource>(std::make_unique<SequenceSource>(encoding, max_tokens));
}

}  // namespace trm::bench
