// What trm info says of published models: checkpoints of torch.save, and safetensors with the published names.
#pragma once

#include <string>

#include "engine/base/status.h"
#include "engine/import/tensor_file.h"
#include "engine/json/json_value.h"
#include "tools/arguments.h"

namespace trm::cli {

/// --state, for every command that reads checkpoints.
void add_state(Arguments& args, std::string& out);

/// False: a model that this program trained, or something unknown.
bool is_published(const TensorFile& file);

/// A line for each field, for people; empty for what is no object.
std::string fields_text(const JsonValue& object);

/// Text for people, or with `json` for programs. Error: a converted model that contradicts itself, several models in
/// one checkpoint of which none was named.
Result<std::string> published_info(const TensorFile& file, bool json);

}  // namespace trm::cli
