// A JSON value as a tree, read strictly and written. Objects keep the order of their fields.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/status.h"

namespace trm {

struct JsonField;

/// A whole number of more than 64 bits keeps its digits.
struct JsonLongNumber {
  std::string digits;
  double value = 0;  ///< the nearest
};

class JsonValue {
 public:
  using Array = std::vector<JsonValue>;
  using Object = std::vector<JsonField>;

  /// `file` names the source in errors. Error: what parse_strict_json() refuses.
  static Result<JsonValue> parse(std::string_view text, const std::string& file);
  /// The same for a text that has to be an object. Error: it is none.
  static Result<JsonValue> parse_object(std::string_view text, const std::string& file);

  JsonValue() noexcept;  ///< null
  JsonValue(const JsonValue& other);
  JsonValue(JsonValue&& other) noexcept;
  JsonValue& operator=(const JsonValue& other);
  JsonValue& operator=(JsonValue&& other) noexcept;
  ~JsonValue();

  // NOLINTBEGIN(google-explicit-constructor): a value stands for itself in a list of fields.
  template <std::same_as<bool> T>  // no pointer turns into true
  JsonValue(T value);
  JsonValue(int value);
  JsonValue(unsigned value);
  JsonValue(std::int64_t value);
  JsonValue(std::uint64_t value);
  JsonValue(double value);  ///< JSON has no infinities and no NaN: they are written as null
  JsonValue(JsonLongNumber value);
  JsonValue(const char* value);
  JsonValue(std::string_view value);
  JsonValue(std::string value);
  template <class T>
  JsonValue(const std::vector<T>& elements);
  template <class T>
  JsonValue(const std::map<std::string, T>& fields);
  // NOLINTEND(google-explicit-constructor)

  static JsonValue array();
  static JsonValue object(std::initializer_list<JsonField> fields = {});

  /// The value as one of nullptr_t, bool, uint64_t, int64_t (written with a minus sign), double, JsonLongNumber,
  /// string, Array, Object; null if it is another.
  template <class T>
  [[nodiscard]] const T* as() const;
  template <class T>
  [[nodiscard]] T* as();
  /// "a string", "an array"...
  [[nodiscard]] const char* kind() const;

  // Of objects; null becomes one, and what is neither stays as it is.

  /// Puts a field at the end; there is none of this name.
  void add(std::string name, JsonValue value);
  /// Replaces the field, or puts it at the end.
  void set(std::string_view name, JsonValue value);
  void erase(std::string_view name);
  /// Null if there is no such field, or this is no object.
  [[nodiscard]] const JsonValue* find(std::string_view name) const;
  [[nodiscard]] JsonValue* find(std::string_view name);

  /// Of arrays; null becomes one, and what is neither stays as it is.
  void push(JsonValue element);

  /// One line without spaces, and without a line break at its end. Bytes that are not UTF-8 become U+FFFD.
  [[nodiscard]] std::string compact() const;
  /// Each value on a line of its own, indented by two spaces.
  [[nodiscard]] std::string indented() const;
  /// The text of configurations, the same for equal values: sorted fields, numbers as json_number() has them, lists of
  /// scalars on one line; all on one line without spaces if asked for.
  [[nodiscard]] std::string canonical(bool one_line) const;

 private:
  friend class JsonPrinter;
  std::variant<std::nullptr_t, bool, std::uint64_t, std::int64_t, double, JsonLongNumber, std::string, Array, Object>
      data_;
};

struct JsonField {
  std::string name;
  JsonValue value;
};

inline JsonValue::JsonValue() noexcept = default;
inline JsonValue::JsonValue(const JsonValue& other) = default;
inline JsonValue::JsonValue(JsonValue&& other) noexcept = default;
inline JsonValue& JsonValue::operator=(const JsonValue& other) = default;
inline JsonValue& JsonValue::operator=(JsonValue&& other) noexcept = default;
inline JsonValue::~JsonValue() = default;

template <std::same_as<bool> T>
JsonValue::JsonValue(T value) : data_(value) {}

template <class T>
JsonValue::JsonValue(const std::vector<T>& elements) : data_(Array(elements.begin(), elements.end())) {}

template <class T>
JsonValue::JsonValue(const std::map<std::string, T>& fields) : data_(Object()) {
  for (const auto& [name, value] : fields) add(name, value);
}

template <class T>
const T* JsonValue::as() const {
  return std::get_if<T>(&data_);
}

template <class T>
T* JsonValue::as() {
  return std::get_if<T>(&data_);
}

}  // namespace trm
