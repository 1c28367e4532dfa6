// What comes with the program: files of bench/models and bench/recipes, in the source tree or installed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace trm::cli {

/// A kind of file that ships: a folder of bench/, the ending of its files, and a variable that names another folder.
struct ShippedKind {
  std::string_view folder, extension, variable, noun;
};
inline constexpr ShippedKind shipped_models{"models", ".safetensors", "TRM_MODELS", "model"};
inline constexpr ShippedKind shipped_prolog{"baselines/prolog", ".pl", "TRM_PROLOG", "Prolog program"};
inline constexpr ShippedKind shipped_recipes{"recipes", ".json", "TRM_RECIPES", "recipe"};

/// The file of a name: `name` as a path; a bare name, with or without its ending, also as bench/FOLDER/NAME under the
/// folder in the kind's variable, the current directory, the program's directory and its parents, and in the installed
/// folder. Error: none of these exists.
Result<std::string> find_shipped(const ShippedKind& kind, const std::string& name);

/// Names (without ending) of all such files in these places, sorted.
std::vector<std::string> list_shipped(const ShippedKind& kind);

}  // namespace trm::cli
