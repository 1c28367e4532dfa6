#include <utility>

#include "engine/json/json_object.h"

namespace trm {

void JsonWriter::set(const std::string& key, JsonValue value) {
  fields_.set(key, std::move(value));
}

void JsonWriter::set(const std::string& key, const JsonWriter& object) {
  fields_.set(key, object.fields_);
}

void JsonWriter::set(const std::string& key, const std::vector<JsonWriter>& objects) {
  JsonValue list = JsonValue::array();
  for (const JsonWriter& object : objects) list.push(object.fields_);
  fields_.set(key, std::move(list));
}

std::string JsonWriter::text(bool compact) const {
  return fields_.canonical(compact) + "\n";
}

}  // namespace trm
