// The scalars of one section of a YAML file, such as "arch" of the all_config.yaml beside a checkpoint. Nothing is
// resolved, expanded or built: aliases and tags inside the section are errors, the rest of the file is passed over. A
// section as wandb's config.yaml has it, {desc: ..., value: {...}}, reads as its value.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace trm {

struct YamlScalar {
  std::string text;
  bool quoted = false;   ///< a text even if it looks like a number
  std::size_t line = 0;  ///< from 1
};
/// Names of nested mappings are joined: "loss.name". Lists are left out.
using YamlSection = std::map<std::string, YamlScalar>;

/// `file` names the source in errors. Error: not YAML, larger than 1 MiB, deeper than 32 levels, more than 100,000
/// items, no mapping called `section`, a key that is given twice in it, or a build without YAML.
Result<YamlSection> read_yaml_section(std::string_view text, const std::string& file, const std::string& section);

/// False: this build has no YAML, and read_yaml_section always fails.
bool have_yaml();

}  // namespace trm
