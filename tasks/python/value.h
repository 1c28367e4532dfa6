// Values of Python programs, and how Python writes them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace trm::tasks::python {

struct Value {
  enum class Kind : unsigned char { none, boolean, integer, text, list };
  Kind kind = Kind::none;
  bool truth = false;        ///< boolean
  std::string digits;        ///< integer: decimal without leading zeros, behind a '-' if it is below 0
  std::string text;          ///< text: UTF-8
  std::vector<Value> items;  ///< list

  bool operator==(const Value&) const = default;

  static Value boolean(bool truth);
  static Value integer(std::string digits);
  static Value string(std::string text);
  static Value list(std::vector<Value> items);
};

/// Longest integer that a program may write down, in decimal digits: the limit of CPython.
inline constexpr std::size_t kMaxDigits = 4300;

/// What stands for a tuple where a value is shown: a list whose first item is this text.
inline constexpr const char* kTupleMark = "\U000F0000";

/// How CPython 3.11 prints the value inside a list: 'it' with quotes, non-printable characters escaped (Unicode 14).
std::string repr(const Value& value);
/// What print() shows: as repr(), but a text stands as it is.
std::string shown(const Value& value);
/// Reads what repr() writes. Error: `text` is no such value.
Result<Value> parse_repr(std::string_view text);
/// What bool() says.
bool truth_of(const Value& value);
/// Values in it: itself, and those in its items.
std::size_t count_of(const Value& value);

/// str.isprintable() of one character.
bool is_printable(char32_t character);
/// The character in UTF-8.
std::string utf8_of(char32_t character);

}  // namespace trm::tasks::python
