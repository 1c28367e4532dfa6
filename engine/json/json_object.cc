#include "engine/json/json_object.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <type_traits>
#include <utility>
#include <variant>

#include "engine/base/closest.h"
#include "engine/json/json_number.h"
#include "engine/json/strict_json.h"

namespace trm {
namespace {

struct Value;
using Array = std::vector<Value>;
using Fields = std::map<std::string, Value>;
struct Value {
  std::variant<std::nullptr_t, bool, std::uint64_t, std::int64_t, double, std::string, Array, Fields> data;
};

// Builds the tree of values.
class TreeBuilder : public JsonHandler {
 public:
  TreeBuilder(const std::string& file, Value& root) : file_(file), root_(root) {}

  bool on_null() override { return add(nullptr) != nullptr; }
  bool on_bool(bool v) override { return add(v) != nullptr; }
  bool on_unsigned(std::uint64_t v) override { return add(v) != nullptr; }
  bool on_negative(std::int64_t v) override { return add(v) != nullptr; }
  bool on_double(double v) override { return add(v) != nullptr; }
  bool on_string(std::string& v) override { return add(std::move(v)) != nullptr; }
  bool on_key(std::string& key) override {
    key_ = std::move(key);
    return true;
  }
  bool on_begin_object() override { return open(add(Fields{})); }
  bool on_begin_array() override { return open(add(Array{})); }
  bool on_end_object() override { return close(); }
  bool on_end_array() override { return close(); }

 private:
  // Null after reject(): the root is not an object.
  template <class T>
  Value* add(T v) {
    Value* place = &root_;
    if (!open_.empty()) {
      Array* array = std::get_if<Array>(&open_.back()->data);
      place = array != nullptr ? &array->emplace_back() : &std::get<Fields>(open_.back()->data)[key_];
    } else if (!std::is_same_v<T, Fields>) {
      reject(Error{ErrorCode::bad_input, file_, "", "is not a JSON object", "write {...}"});
      return nullptr;
    }
    place->data.template emplace<T>(std::move(v));
    return place;
  }
  bool open(Value* value) {
    // An array grows only while no element of it is open, so these pointers stay valid.
    if (value != nullptr) open_.push_back(value);
    return value != nullptr;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  const std::string& file_;
  Value& root_;
  std::vector<Value*> open_;
  std::string key_;
};

std::string kind_of(const Value& value) {
  static constexpr const char* kNames[] = {
      "null",     "a boolean", "a whole number", "a whole number", "a fraction or beyond 64 bits",
      "a string", "an array",  "an object"};
  return kNames[value.data.index()];
}

}  // namespace

struct JsonObject::Impl {
  std::string file;
  std::string path;  // of this object in the file, "" at the root
  Fields fields;
  std::set<std::string> known;
  std::optional<Error> error;

  [[nodiscard]] std::string field(const std::string& key) const { return path.empty() ? key : path + "." + key; }

  void fail(const std::string& field_path, std::string message, std::string fix) {
    if (!error) error = Error{ErrorCode::bad_input, file, field_path, std::move(message), std::move(fix)};
  }
  void wrong_type(const std::string& key, const char* wanted, const Value& value) {
    fail(field(key), std::string("must be ") + wanted + ", is " + kind_of(value), std::string("write ") + wanted);
  }
  // The field, known from now on; null if absent.
  const Value* get(const char* key) {
    known.insert(key);
    const auto it = fields.find(key);
    return it == fields.end() ? nullptr : &it->second;
  }

  template <class T, class Shown>
  void ranged(const char* key, T& out, T value, T min, T max, Shown&& text) {
    if (value < min || value > max) {
      return out_of_range(key, text(value), text(min), text(max));
    }
    out = value;
  }
  void out_of_range(const char* key, const std::string& value, const std::string& min, const std::string& max) {
    fail(field(key), "must be from " + min + " to " + max + ", is " + value, "use a value in this range");
  }
};

Result<JsonObject> JsonObject::parse(std::string_view text, const std::string& file) {
  Value root;
  TreeBuilder builder(file, root);
  if (Status s = parse_strict_json(text, file, builder); !s) return std::move(s.error());
  JsonObject object;
  object.impl_ = std::make_shared<Impl>();
  object.impl_->file = file;
  object.impl_->fields = std::get<Fields>(std::move(root.data));
  return object;
}

void JsonObject::get(const char* key, std::size_t& out, std::size_t min, std::size_t max) {
  const Value* value = impl_->get(key);
  if (value == nullptr) return;
  const auto text = [](std::size_t v) { return std::to_string(v); };
  if (const auto* u = std::get_if<std::uint64_t>(&value->data)) {
    impl_->ranged<std::size_t>(key, out, *u, min, max, text);
  } else if (const auto* i = std::get_if<std::int64_t>(&value->data)) {
    if (*i == 0) return impl_->ranged<std::size_t>(key, out, 0, min, max, text);  // written -0
    impl_->out_of_range(key, std::to_string(*i), text(min), text(max));
  } else {
    impl_->wrong_type(key, "a whole number", *value);
  }
}

void JsonObject::get(const char* key, std::int64_t& out, std::int64_t min, std::int64_t max) {
  const Value* value = impl_->get(key);
  if (value == nullptr) return;
  const auto text = [](std::int64_t v) { return std::to_string(v); };
  if (const auto* i = std::get_if<std::int64_t>(&value->data)) {
    impl_->ranged(key, out, *i, min, max, text);
  } else if (const auto* u = std::get_if<std::uint64_t>(&value->data)) {
    if (*u > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return impl_->out_of_range(key, std::to_string(*u), text(min), text(max));
    }
    impl_->ranged(key, out, static_cast<std::int64_t>(*u), min, max, text);
  } else {
    impl_->wrong_type(key, "a whole number", *value);
  }
}

void JsonObject::get(const char* key, double& out, double min, double max) {
  const Value* value = impl_->get(key);
  if (value == nullptr) return;
  double number = 0;
  if (const auto* u = std::get_if<std::uint64_t>(&value->data)) {
    number = static_cast<double>(*u);
  } else if (const auto* i = std::get_if<std::int64_t>(&value->data)) {
    number = static_cast<double>(*i);
  } else if (const auto* d = std::get_if<double>(&value->data)) {
    number = *d;
  } else {
    return impl_->wrong_type(key, "a number", *value);
  }
  impl_->ranged(key, out, number, min, max, json_number);
}

void JsonObject::get(const char* key, bool& out) {
  const Value* value = impl_->get(key);
  if (value == nullptr) return;
  if (const bool* b = std::get_if<bool>(&value->data)) {
    out = *b;
  } else {
    impl_->wrong_type(key, "true or false", *value);
  }
}

void JsonObject::get(const char* key, std::string& out) {
  const Value* value = impl_->get(key);
  if (value == nullptr) return;
  if (const auto* s = std::get_if<std::string>(&value->data)) {
    out = *s;
  } else {
    impl_->wrong_type(key, "a string", *value);
  }
}

void JsonObject::get(const char* key, std::vector<std::string>& out) {
  const Value* value = impl_->get(key);
  if (value == nullptr) return;
  const auto* array = std::get_if<Array>(&value->data);
  if (array == nullptr) return impl_->wrong_type(key, "an array of strings", *value);
  std::vector<std::string> words;
  for (const Value& element : *array) {
    const auto* s = std::get_if<std::string>(&element.data);
    if (s == nullptr) {
      return impl_->wrong_type(std::string(key) + "[" + std::to_string(words.size()) + "]", "a string", element);
    }
    words.push_back(*s);
  }
  out = std::move(words);
}

void JsonObject::get(const char* key, std::string& out, std::initializer_list<const char*> words) {
  const Value* value = impl_->get(key);
  if (value == nullptr) return;
  const auto* s = std::get_if<std::string>(&value->data);
  if (s == nullptr) return impl_->wrong_type(key, "a string", *value);
  std::string list;
  for (const char* word : words) {
    if (*s == word) {
      out = *s;
      return;
    }
    list += (list.empty() ? "" : ", ") + std::string(word);
  }
  const std::string meant = closest(*s, words);
  impl_->fail(impl_->field(key), json_shown(*s) + " is not one of " + list,
              meant.empty() ? "use one of these" : "did you mean \"" + meant + "\"?");
}

void JsonObject::require(const char* key) {
  if (impl_->get(key) == nullptr) impl_->fail(impl_->field(key), "is missing", "add it");
}

bool JsonObject::take_null(const char* key) {
  const Value* value = impl_->get(key);
  return value != nullptr && value->data.index() == 0;
}

std::optional<JsonObject> JsonObject::object(const char* key) {
  const Value* value = impl_->get(key);
  if (value == nullptr) return std::nullopt;
  const auto* fields = std::get_if<Fields>(&value->data);
  if (fields == nullptr) {
    impl_->wrong_type(key, "an object", *value);
    return std::nullopt;
  }
  JsonObject child;
  child.impl_ = std::make_shared<Impl>();
  child.impl_->file = impl_->file;
  child.impl_->path = impl_->field(key);
  child.impl_->fields = *fields;
  return child;
}

std::vector<JsonObject> JsonObject::objects(const char* key) {
  const Value* value = impl_->get(key);
  if (value == nullptr) return {};
  const auto* array = std::get_if<Array>(&value->data);
  if (array == nullptr) {
    impl_->wrong_type(key, "an array of objects", *value);
    return {};
  }
  std::vector<JsonObject> children;
  for (const Value& element : *array) {
    const std::string name = std::string(key) + "[" + std::to_string(children.size()) + "]";
    const auto* fields = std::get_if<Fields>(&element.data);
    if (fields == nullptr) {
      impl_->wrong_type(name, "an object", element);
      return {};
    }
    JsonObject& child = children.emplace_back();
    child.impl_ = std::make_shared<Impl>();
    child.impl_->file = impl_->file;
    child.impl_->path = impl_->field(name);
    child.impl_->fields = *fields;
  }
  return children;
}

std::vector<std::string> JsonObject::keys() const {
  std::vector<std::string> out;
  for (const auto& [key, value] : impl_->fields) out.push_back(key);
  return out;
}

std::vector<std::string> JsonObject::take_unknown() {
  std::vector<std::string> out;
  for (const auto& [key, value] : impl_->fields) {
    if (impl_->known.insert(key).second) out.push_back(key);
  }
  return out;
}

void JsonObject::fail(const char* key, std::string message, std::string fix) {
  impl_->known.insert(key);
  impl_->fail(impl_->field(key), std::move(message), std::move(fix));
}

Status JsonObject::finish() {
  for (const auto& [key, value] : impl_->fields) {
    if (impl_->error) break;
    if (impl_->known.contains(key)) continue;
    const std::string meant = closest(key, impl_->known);
    impl_->fail(impl_->field(key), "is an unknown field",
                meant.empty() ? "remove it" : "did you mean \"" + meant + "\"?");
  }
  if (impl_->error) return *impl_->error;
  return {};
}

}  // namespace trm
