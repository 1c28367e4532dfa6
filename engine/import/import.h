// From a published checkpoint to its configuration. Tensors tell the architecture and most sizes; the all_config.yaml
// beside them, and options, tell the rest. What contradicts the tensors is an error, what is missing is asked for.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/tensor_view.h"
#include "engine/import/yaml_config.h"
#include "engine/model/canvas_config.h"

namespace trm {

/// A field of the configuration that an option can give.
struct ImportOption {
  const char* field;
  const char* help;
};
std::span<const ImportOption> import_options();
/// "--seq-len" of "seq_len", "--h-cycles" of "H_cycles".
std::string import_flag(std::string_view field);

struct ImportSources {
  const YamlSection* yaml = nullptr;  ///< the section "arch"; null: there is no such file
  std::string yaml_file;
  std::map<std::string, std::string> options;  ///< text by field; they come before the file
  std::string state = {};                      ///< of several models side by side, as read_published_names() takes it
};

struct PublishedImport {
  CanvasConfig config;
  std::vector<TensorView> tensors;    ///< under their published names
  bool compiled = false;              ///< names in the checkpoint carry kCompilePrefix
  std::vector<std::string> warnings;  ///< what was passed over or assumed
};

/// `file` names the checkpoint in errors. The result is valid and fits all tensors.
Result<PublishedImport> import_published(std::span<const TensorView> tensors, const std::string& file,
                                         const ImportSources& sources);

}  // namespace trm
