// The shortest decimal text that reads back as the same double.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace trm {

/// "1.5", "1e-05", "2.0" (a fraction keeps it apart from whole numbers); "null" for values that JSON cannot say.
inline std::string json_number(double value) {
  if (!std::isfinite(value)) return "null";
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text(buffer.data(), end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

}  // namespace trm
