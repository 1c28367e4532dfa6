// Training configurations by path or by the name of a recipe, and the changes to them that a command line asks for.
#pragma once

#include <string>
#include <vector>

#include "engine/base/status.h"

namespace trm::cli {

/// The file of a configuration: a path, or the name of a recipe in bench/recipes. Error: none of these; where a recipe
/// has nearly that name, that is wrong usage.
Result<std::string> find_recipe(const std::string& name);

/// "NAME  its first note", a line for each recipe. Error: there is none.
Result<std::string> recipe_list();

/// The configuration's text with each "field=value" of `settings` put into it: "batch_size=64", "optimizer.lr=2e-4".
/// A value is JSON, or else a plain word. "steps" and "epochs" replace each other. Error: `text` is no JSON object; a
/// setting without "=", with an empty field, or inside a field that is no object. Types and names are left to the
/// reader of the configuration.
Result<std::string> with_settings(const std::string& text, const std::string& file,
                                  const std::vector<std::string>& settings);

/// The error with "--set" as its file if one of the settings gave the field that it names.
Error blame_setting(Error error, const std::vector<std::string>& settings);

}  // namespace trm::cli
