#include "tools/recipe.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "engine/base/closest.h"
#include "engine/base/utf8.h"
#include "engine/json/json_object.h"
#include "engine/sys/files.h"
#include "tools/shipped.h"

namespace trm::cli {
namespace {

Error wrong_setting(const std::string& setting, std::string message, std::string fix) {
  return Error{ErrorCode::usage, "", "--set " + setting, std::move(message), std::move(fix)};
}

/// Longer ones are mistakes, and could nest deeply enough to exhaust the stack.
constexpr std::size_t kLongestSetting = 1000;

std::string field_of(const std::string& setting) {
  return setting.substr(0, setting.find('='));
}

/// The value of a setting: JSON such as 64, 2e-4, true or "text"; a word that is none stands for itself.
JsonValue value_of(const std::string& setting) {
  const std::string text = setting.substr(setting.find('=') + 1);
  Result<JsonValue> value = JsonValue::parse(text, "");
  return value.ok() ? *std::move(value) : JsonValue(text);
}

Status apply(JsonValue& config, const std::string& setting) {
  const std::string field = field_of(setting);
  if (!valid_utf8(setting)) return Error{ErrorCode::usage, "", "--set", "is no UTF-8 text", "write FIELD=VALUE"};
  if (setting.size() > kLongestSetting) {
    return wrong_setting(field, "is longer than " + std::to_string(kLongestSetting) + " bytes", "write a file instead");
  }
  if (setting.find('=') == std::string::npos || field.empty() || field.front() == '.' || field.back() == '.' ||
      field.find("..") != std::string::npos) {
    return wrong_setting(setting, "is not of the form FIELD=VALUE", "write batch_size=64 or optimizer.lr=2e-4");
  }
  JsonValue* at = &config;
  std::size_t begin = 0;
  for (std::size_t dot = field.find('.'); dot != std::string::npos; begin = dot + 1, dot = field.find('.', begin)) {
    const std::string name = field.substr(begin, dot - begin);
    if (at->find(name) == nullptr || at->find(name)->as<std::nullptr_t>() != nullptr)
      at->set(name, JsonValue::object());
    at = at->find(name);
    if (at->as<JsonValue::Object>() == nullptr) {
      return wrong_setting(setting, field.substr(0, dot) + " is no object of fields", "name a field of the file");
    }
  }
  const std::string last = field.substr(begin);
  // A run has one length.
  if (at == &config && last == "steps") config.erase("epochs");
  if (at == &config && last == "epochs") config.erase("steps");
  at->set(last, value_of(setting));
  return {};
}

}  // namespace

Result<std::string> find_recipe(const std::string& name) {
  Result<std::string> path = find_shipped(kShippedRecipes, name);
  if (path.ok()) return path;
  const Result<std::vector<std::string>> known = list_shipped(kShippedRecipes);
  if (!known.ok()) return known.error();
  Error error = path.error();
  if (const std::string near = closest(name, *known); !near.empty()) {
    return Error{ErrorCode::bad_input, "", "CONFIG", fmt::format("unknown recipe \"{}\"", name),
                 fmt::format("did you mean {}?", near)};
  }
  error.message = "no such file, and no recipe of that name";
  error.fix = known->empty() ? "give the path of a configuration"
                             : fmt::format("give the path of a configuration, or one of {}", fmt::join(*known, ", "));
  return error;
}

Result<std::string> recipe_list() {
  const Result<std::vector<std::string>> names = list_shipped(kShippedRecipes);
  if (!names.ok()) return names.error();
  std::string out;
  for (const std::string& name : *names) {
    std::vector<std::string> notes;
    if (const Result<std::string> path = shipped_file(kShippedRecipes, name); path.ok()) {
      if (const Result<std::string> text = read_text(*path); text.ok()) {
        if (Result<JsonObject> json = JsonObject::parse(*text, *path); json.ok()) json->get("notes", notes);
      }
    }
    out += fmt::format("{:<20}{}\n", name, notes.empty() ? "" : notes.front());
  }
  if (!out.empty()) return out;
  return Error{ErrorCode::bad_input, "bench/recipes", "", "is not found, so there are no recipes",
               "set TRM_RECIPES to the directory that holds them"};
}

Result<std::string> with_settings(const std::string& text, const std::string& file,
                                  const std::vector<std::string>& settings) {
  if (settings.empty()) return text;
  Result<JsonValue> config = JsonValue::parse_object(text, file);
  if (!config.ok()) return config.error();
  for (const std::string& setting : settings) {
    if (Status s = apply(*config, setting); !s.ok()) return s.error();
  }
  return config->compact();
}

Error blame_setting(Error error, const std::vector<std::string>& settings) {
  // A setting may also have made the objects around its field.
  const auto gave = [&](const std::string& setting) {
    const std::string field = field_of(setting);
    return field == error.field || field.starts_with(error.field + ".");
  };
  if (!error.field.empty() && std::any_of(settings.begin(), settings.end(), gave)) error.file = "--set";
  return error;
}

}  // namespace trm::cli
