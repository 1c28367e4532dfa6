// JSON without its liberties: valid UTF-8 and no byte order mark, no NUL bytes, no duplicate keys, bounded nesting.
// The parser calls a handler for each value; the JSON library stays behind this border, its exceptions too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace trm {

/// Receives the values of a text in order. Each call returns false to stop, after reject().
class JsonHandler {
 public:
  virtual ~JsonHandler() = default;
  virtual bool on_null() = 0;
  virtual bool on_bool(bool value) = 0;
  virtual bool on_unsigned(std::uint64_t value) = 0;
  /// A whole number written with a minus sign.
  virtual bool on_negative(std::int64_t value) = 0;
  /// A number with a fraction or an exponent.
  virtual bool on_double(double value) = 0;
  /// A whole number of more than 64 bits: the nearest double, and its digits for those who want them.
  virtual bool on_long_number(double value, const std::string& /*digits*/) { return on_double(value); }
  virtual bool on_string(std::string& value) = 0;
  virtual bool on_key(std::string& key) = 0;
  virtual bool on_begin_object() = 0;
  virtual bool on_end_object() = 0;
  virtual bool on_begin_array() = 0;
  virtual bool on_end_array() = 0;

  [[nodiscard]] const Error& rejection() const { return rejection_; }

 protected:
  bool reject(Error error) {
    rejection_ = std::move(error);
    return false;
  }

 private:
  Error rejection_;
};

constexpr std::size_t kJsonMaxDepth = 64;
/// Keys end up in messages, so they are bounded and hold no control characters.
constexpr std::size_t kJsonMaxKey = 1024;

/// Parses the whole text. Errors name `file`, the path of the field where there is one ("a.b[3]"), line and column.
Status parse_strict_json(std::string_view text, const std::string& file, JsonHandler& handler);

/// A JSON string literal, quotes included. Bytes that are not UTF-8 become U+FFFD.
std::string json_quoted(std::string_view text);
void append_json_quoted(std::string& out, std::string_view text);
/// Text that reads back as the same double, with a fraction: "0.0001", "100000.0", "1e-05". What people and other
/// programs read; configurations have json_number(), on whose bytes hashes depend.
void append_json_decimal(std::string& out, double value);
/// The same for messages: cut after about 60 bytes.
std::string json_shown(std::string_view text);

}  // namespace trm
