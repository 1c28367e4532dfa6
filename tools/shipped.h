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
inline constexpr ShippedKind kShippedModels{"models", ".safetensors", "TRM_MODELS", "model"};
inline constexpr ShippedKind kShippedProlog{"baselines/prolog", ".pl", "TRM_PROLOG", "Prolog program"};
inline constexpr ShippedKind kShippedPython{"peers", ".py", "TRM_PEERS", "peer in Python"};
inline constexpr ShippedKind kShippedNode{"peers", ".mjs", "TRM_PEERS", "peer for Node.js"};
inline constexpr ShippedKind kShippedRecipes{"recipes", ".json", "TRM_RECIPES", "recipe"};

/// The shipped file of a bare name, with or without its ending. Looked for where the user says, in the folder that the
/// kind's variable names (and in bench/FOLDER below it), then where the program was installed, then in the source tree
/// if the program runs where meson built it in that tree. Never in the current directory nor in other folders above the
/// program, which may be anybody's, nor in folders that belong to others. Error: none has it; the variable names no
/// folder.
Result<std::string> shipped_file(const ShippedKind& kind, const std::string& name);

/// The file that a person means by `name`: what has a slash or the kind's ending is a path, if it exists; anything else
/// a shipped_file(), or else a path. Error: as shipped_file(), where neither exists.
Result<std::string> find_shipped(const ShippedKind& kind, const std::string& name);

/// Names (without ending) of all shipped files, sorted. Error: the variable names no folder.
Result<std::vector<std::string>> list_shipped(const ShippedKind& kind);

}  // namespace trm::cli
