// Reads one JSON object strictly: each field has a type and a range, unknown fields are errors with the closest known
// name. The first error wins and is reported by finish().
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "engine/json/json_value.h"

namespace trm {

class JsonObject {
 public:
  /// `file` names the source in errors. Error: not UTF-8, not JSON (with line and column), not an object, duplicate
  /// keys, nested deeper than 64.
  static Result<JsonObject> parse(std::string_view text, const std::string& file);

  /// Each reads a field into `out`; an absent field leaves `out` as it is (its default) unless require() was called for
  /// it.
  void get(const char* key, std::size_t& out, std::size_t min, std::size_t max);
  void get(const char* key, std::int64_t& out, std::int64_t min, std::int64_t max);
  void get(const char* key, double& out, double min, double max);
  void get(const char* key, bool& out);
  void get(const char* key, std::string& out);
  void get(const char* key, std::vector<std::string>& out);
  void get(const char* key, std::vector<std::uint64_t>& out);
  void get(const char* key, std::vector<double>& out);
  /// An object of strings, in the order of the text.
  void get(const char* key, std::vector<std::pair<std::string, std::string>>& out);
  /// One of the given words.
  void get(const char* key, std::string& out, std::initializer_list<const char*> words);
  /// A string, or a whole number of any size as its digits.
  void get_text_or_whole(const char* key, std::string& out);
  void require(const char* key);
  /// The field is there and null; it needs no get() then.
  bool take_null(const char* key);

  /// A nested object ("" path prefix is kept for errors: "model.hidden_size"); nullopt if absent.
  /// The child's errors must be collected with its own finish().
  std::optional<JsonObject> object(const char* key);
  /// An array of objects; empty if absent. Field paths read "stages[1].steps".
  std::vector<JsonObject> objects(const char* key);
  /// The same for long arrays, and it collects the children's errors: calls `read` for one object after the other.
  void each(const char* key, const std::function<void(JsonObject& child)>& read);
  [[nodiscard]] bool has(const char* key) const;
  /// Keys that are present, sorted.
  [[nodiscard]] std::vector<std::string> keys() const;

  /// The keys that nothing has asked for; finish() no longer minds them.
  std::vector<std::string> take_unknown();

  /// Reports a problem of meaning (not of type) with a field, unless an earlier error stands.
  void fail(const char* key, std::string message, std::string fix);
  /// Has there been an error?
  [[nodiscard]] bool failed() const;
  /// The first error, or an error about a field that nothing asked for.
  Status finish();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

/// Canonical JSON text of a flat or nested object is made with this: sorted keys, two-space indent, shortest numbers
/// that round-trip, final newline. JSON has no infinities and no NaN: they become null. Copies are independent.
class JsonWriter {
 public:
  void set(const std::string& key, JsonValue value);
  void set(const std::string& key, const JsonWriter& object);
  void set(const std::string& key, const std::vector<JsonWriter>& objects);
  /// Indented; with `compact` one line without spaces (JSON Lines).
  [[nodiscard]] std::string text(bool compact = false) const;

 private:
  JsonValue fields_ = JsonValue::object();
};

}  // namespace trm
