#include "engine/json/json_object.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/base/closest.h"
#include "engine/json/json_number.h"
#include "engine/json/strict_json.h"

namespace trm {
// What is read and all its children share it.
struct JsonSource {
  std::string file;
  JsonValue root;
};

namespace {

constexpr const char* kInRange = "use a value in this range";

std::optional<double> number_of(const JsonValue& value) {
  if (const auto* d = value.as<double>()) return *d;
  if (const auto* u = value.as<std::uint64_t>()) return static_cast<double>(*u);
  if (const auto* i = value.as<std::int64_t>()) return static_cast<double>(*i);
  if (const auto* l = value.as<JsonLongNumber>()) return l->value;
  return std::nullopt;
}

// Not more digits than a person reads.
std::string shown(const JsonLongNumber& number) {
  constexpr std::size_t kMost = 40;
  return number.digits.size() <= kMost ? number.digits : number.digits.substr(0, kMost) + "...";
}

std::string range_text(const std::string& value, const std::string& min, const std::string& max) {
  return "must be from " + min + " to " + max + ", is " + value;
}

// An element of an array, or the field as a whole.
struct Place {
  const char* key;
  std::optional<std::size_t> element = std::nullopt;
  [[nodiscard]] std::string text() const {
    return key + (element ? "[" + std::to_string(*element) + "]" : std::string());
  }
};

}  // namespace

struct JsonObject::Impl {
  Impl(std::shared_ptr<const JsonSource> from, std::string at, const JsonValue::Object& all)
      : source(std::move(from)), path(std::move(at)), fields(all), seen(all.size(), false) {}

  std::shared_ptr<const JsonSource> source;
  std::string path;  // of this object in the file, "" at the root
  const JsonValue::Object& fields;
  std::vector<bool> seen;           // which fields something has asked for
  std::vector<std::string> absent;  // what was asked for and is not there
  std::size_t last = 0;             // fields are mostly asked for in the order of the text
  std::optional<Error> error;

  [[nodiscard]] std::string field(const std::string& key) const { return path.empty() ? key : path + "." + key; }

  void fail(const std::string& field_path, std::string message, std::string fix) {
    if (!error) error = Error{ErrorCode::bad_input, source->file, field_path, std::move(message), std::move(fix)};
  }
  void wrong_type(const Place& place, const char* wanted, const JsonValue& value) {
    fail(field(place.text()), std::string("must be ") + wanted + ", is " + value.kind(),
         std::string("write ") + wanted);
  }
  // The field, known from now on; null if absent.
  const JsonValue* get(const char* key) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const std::size_t at = last + i < fields.size() ? last + i : last + i - fields.size();
      if (fields[at].name != key) continue;
      last = at;
      seen[at] = true;
      return &fields[at].value;
    }
    absent.emplace_back(key);
    return nullptr;
  }
  // The names that are known, sorted.
  [[nodiscard]] std::vector<std::string> known() const {
    std::vector<std::string> out = absent;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (seen[i]) out.push_back(fields[i].name);
    }
    std::sort(out.begin(), out.end());
    return out;
  }
  // The elements of an array; null after fail().
  const JsonValue::Array* array(const char* key, const char* wanted) {
    const JsonValue* value = get(key);
    if (value == nullptr) return nullptr;
    const auto* elements = value->as<JsonValue::Array>();
    if (elements == nullptr) wrong_type({key}, wanted, *value);
    return elements;
  }
  [[nodiscard]] std::shared_ptr<Impl> child(const Place& place, const JsonValue::Object& all) const {
    return std::make_shared<Impl>(source, field(place.text()), all);
  }

  template <class T>
  bool read_whole(const Place& place, const JsonValue& value, T& out, T min, T max) {
    const auto refuse = [&](const std::string& text) {
      fail(field(place.text()), range_text(text, std::to_string(min), std::to_string(max)), kInRange);
      return false;
    };
    if (const auto* u = value.as<std::uint64_t>()) {
      if (!std::in_range<T>(*u) || static_cast<T>(*u) < min || static_cast<T>(*u) > max)
        return refuse(std::to_string(*u));
      out = static_cast<T>(*u);
    } else if (const auto* i = value.as<std::int64_t>()) {  // also -0
      if (!std::in_range<T>(*i) || static_cast<T>(*i) < min || static_cast<T>(*i) > max)
        return refuse(std::to_string(*i));
      out = static_cast<T>(*i);
    } else if (const auto* l = value.as<JsonLongNumber>()) {
      return refuse(shown(*l));
    } else {
      wrong_type(place, "a whole number", value);
      return false;
    }
    return true;
  }

  bool read_number(const Place& place, const JsonValue& value, double& out, double min, double max) {
    const std::optional<double> number = number_of(value);
    if (!number) {
      wrong_type(place, "a number", value);
      return false;
    }
    if (*number < min || *number > max) {
      fail(field(place.text()), range_text(json_number(*number), json_number(min), json_number(max)), kInRange);
      return false;
    }
    out = *number;
    return true;
  }

  bool read_text(const Place& place, const JsonValue& value, std::string& out) {
    const auto* text = value.as<std::string>();
    if (text == nullptr) wrong_type(place, "a string", value);
    if (text != nullptr) out = *text;
    return text != nullptr;
  }

  // Each element by read(place, element, out); `out` stays as it is if one of them is wrong.
  template <class T, class Read>
  void read_list(const char* key, const char* wanted, std::vector<T>& out, const Read& read) {
    const JsonValue::Array* elements = array(key, wanted);
    if (elements == nullptr) return;
    std::vector<T> list(elements->size());
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (!read(Place{key, i}, (*elements)[i], list[i])) return;
    }
    out = std::move(list);
  }
};

Result<JsonObject> JsonObject::parse(std::string_view text, const std::string& file) {
  Result<JsonValue> root = JsonValue::parse_object(text, file);
  if (!root) return std::move(root.error());
  const auto source = std::make_shared<const JsonSource>(JsonSource{file, *std::move(root)});
  JsonObject object;
  object.impl_ = std::make_shared<Impl>(source, "", *source->root.as<JsonValue::Object>());
  return object;
}

void JsonObject::get(const char* key, std::size_t& out, std::size_t min, std::size_t max) {
  if (const JsonValue* value = impl_->get(key)) impl_->read_whole({key}, *value, out, min, max);
}

void JsonObject::get(const char* key, std::int64_t& out, std::int64_t min, std::int64_t max) {
  if (const JsonValue* value = impl_->get(key)) impl_->read_whole({key}, *value, out, min, max);
}

void JsonObject::get(const char* key, double& out, double min, double max) {
  if (const JsonValue* value = impl_->get(key)) impl_->read_number({key}, *value, out, min, max);
}

void JsonObject::get(const char* key, bool& out) {
  const JsonValue* value = impl_->get(key);
  if (value == nullptr) return;
  if (const bool* b = value->as<bool>())
    out = *b;
  else
    impl_->wrong_type({key}, "true or false", *value);
}

void JsonObject::get(const char* key, std::string& out) {
  if (const JsonValue* value = impl_->get(key)) impl_->read_text({key}, *value, out);
}

void JsonObject::get(const char* key, std::vector<std::string>& out) {
  impl_->read_list(key, "an array of strings", out,
                   [this](const Place& place, const JsonValue& value, std::string& to) {
                     return impl_->read_text(place, value, to);
                   });
}

void JsonObject::get(const char* key, std::vector<std::uint64_t>& out) {
  impl_->read_list(
      key, "an array of whole numbers", out, [this](const Place& place, const JsonValue& value, std::uint64_t& to) {
        return impl_->read_whole(place, value, to, std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max());
      });
}

void JsonObject::get(const char* key, std::vector<double>& out) {
  constexpr double kMost = std::numeric_limits<double>::max();
  impl_->read_list(key, "an array of numbers", out, [this](const Place& place, const JsonValue& value, double& to) {
    return impl_->read_number(place, value, to, -kMost, kMost);
  });
}

void JsonObject::get(const char* key, std::vector<std::pair<std::string, std::string>>& out) {
  const JsonValue* value = impl_->get(key);
  if (value == nullptr) return;
  const auto* fields = value->as<JsonValue::Object>();
  if (fields == nullptr) return impl_->wrong_type({key}, "an object of strings", *value);
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const JsonField& field : *fields) {
    std::string text;
    const std::string place = key + ("." + field.name);
    if (!impl_->read_text({place.c_str()}, field.value, text)) return;
    pairs.emplace_back(field.name, std::move(text));
  }
  out = std::move(pairs);
}

void JsonObject::get_text_or_whole(const char* key, std::string& out) {
  const JsonValue* value = impl_->get(key);
  if (value == nullptr) return;
  if (const auto* text = value->as<std::string>()) {
    out = *text;
  } else if (const auto* u = value->as<std::uint64_t>()) {
    out = std::to_string(*u);
  } else if (const auto* i = value->as<std::int64_t>()) {
    out = std::to_string(*i);
  } else if (const auto* l = value->as<JsonLongNumber>()) {
    out = l->digits;
  } else {
    impl_->wrong_type({key}, "a string or a whole number", *value);
  }
}

void JsonObject::get(const char* key, std::string& out, std::initializer_list<const char*> words) {
  const JsonValue* value = impl_->get(key);
  std::string text;
  if (value == nullptr || !impl_->read_text({key}, *value, text)) return;
  std::string list;
  for (const char* word : words) {
    if (text == word) {
      out = text;
      return;
    }
    list += (list.empty() ? "" : ", ") + std::string(word);
  }
  const std::string meant = closest(text, words);
  impl_->fail(impl_->field(key), json_shown(text) + " is not one of " + list,
              meant.empty() ? "use one of these" : "did you mean \"" + meant + "\"?");
}

void JsonObject::require(const char* key) {
  if (impl_->get(key) == nullptr) impl_->fail(impl_->field(key), "is missing", "add it");
}

bool JsonObject::take_null(const char* key) {
  const JsonValue* value = impl_->get(key);
  return value != nullptr && value->as<std::nullptr_t>() != nullptr;
}

std::optional<JsonObject> JsonObject::object(const char* key) {
  const JsonValue* value = impl_->get(key);
  if (value == nullptr) return std::nullopt;
  const auto* fields = value->as<JsonValue::Object>();
  if (fields == nullptr) {
    impl_->wrong_type({key}, "an object", *value);
    return std::nullopt;
  }
  JsonObject child;
  child.impl_ = impl_->child({key}, *fields);
  return child;
}

std::vector<JsonObject> JsonObject::objects(const char* key) {
  std::vector<JsonObject> children;
  impl_->read_list(key, "an array of objects", children, [this](const Place& place, const JsonValue& value, auto& to) {
    const auto* fields = value.as<JsonValue::Object>();
    if (fields == nullptr)
      impl_->wrong_type(place, "an object", value);
    else
      to.impl_ = impl_->child(place, *fields);
    return fields != nullptr;
  });
  return children;
}

void JsonObject::each(const char* key, const std::function<void(JsonObject& child)>& read) {
  const JsonValue::Array* elements = impl_->array(key, "an array of objects");
  if (elements == nullptr) return;
  for (std::size_t i = 0; i < elements->size() && !impl_->error; ++i) {
    const auto* fields = (*elements)[i].as<JsonValue::Object>();
    if (fields == nullptr) return impl_->wrong_type({key, i}, "an object", (*elements)[i]);
    JsonObject child;
    child.impl_ = impl_->child({key, i}, *fields);
    read(child);
    if (Status s = child.finish(); !s) impl_->error = std::move(s.error());
  }
}

bool JsonObject::has(const char* key) const {
  return std::any_of(impl_->fields.begin(), impl_->fields.end(), [key](const JsonField& f) { return f.name == key; });
}

std::vector<std::string> JsonObject::keys() const {
  std::vector<std::string> out;
  for (const JsonField& field : impl_->fields) out.push_back(field.name);
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> JsonObject::take_unknown() {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < impl_->fields.size(); ++i) {
    if (!impl_->seen[i]) out.push_back(impl_->fields[i].name);
    impl_->seen[i] = true;
  }
  std::sort(out.begin(), out.end());
  return out;
}

void JsonObject::fail(const char* key, std::string message, std::string fix) {
  impl_->get(key);
  impl_->fail(impl_->field(key), std::move(message), std::move(fix));
}

bool JsonObject::failed() const {
  return impl_->error.has_value();
}

Status JsonObject::finish() {
  for (std::size_t i = 0; i < impl_->fields.size() && !impl_->error; ++i) {
    if (impl_->seen[i]) continue;
    const std::string& key = impl_->fields[i].name;
    const std::string meant = closest(key, impl_->known());
    impl_->fail(impl_->field(key), "is an unknown field",
                meant.empty() ? "remove it" : "did you mean \"" + meant + "\"?");
  }
  if (impl_->error) return *impl_->error;
  return {};
}

}  // namespace trm
