#include "tasks/exchange/python_json.h"

#include <cstddef>
#include <optional>

namespace trm::tasks {
namespace {

constexpr std::size_t kEscapeBytes = 6;  // \ud83d

/// The unit of UTF-16 that an escape at the beginning of the text says.
std::optional<unsigned> escaped_unit(std::string_view text) {
  if (text.size() < kEscapeBytes || text[0] != '\\' || text[1] != 'u') return std::nullopt;
  unsigned unit = 0;
  for (const char c : text.substr(2, 4)) {
    const bool digit = c >= '0' && c <= '9';
    const char lower = static_cast<char>(c | 0x20);
    if (!digit && (lower < 'a' || lower > 'f')) return std::nullopt;
    unit = unit << 4 | static_cast<unsigned>(digit ? c - '0' : lower - 'a' + 10);
  }
  return unit;
}

bool is_high(unsigned unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low(unsigned unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

}  // namespace

std::string plain_json(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  bool quoted = false;
  while (!text.empty()) {
    std::size_t taken = 1;
    if (quoted && text[0] == '\\') {
      const std::optional<unsigned> unit = escaped_unit(text);
      taken = unit ? kEscapeBytes : 2;
      const std::string_view behind = text.substr(text.size() < taken ? text.size() : taken);
      const std::optional<unsigned> next = unit && is_high(*unit) ? escaped_unit(behind) : std::nullopt;
      if (next && is_low(*next)) {
        taken = 2 * kEscapeBytes;
      } else if (unit && (is_high(*unit) || is_low(*unit))) {
        out += "\\ufffd";
        text.remove_prefix(taken);
        continue;
      }
    } else if (text[0] == '"') {
      quoted = !quoted;
    } else if (!quoted) {
      bool replaced = false;
      for (const std::string_view word : {"NaN", "-Infinity", "Infinity"}) {
        if (!text.starts_with(word)) continue;
        out += "null";
        text.remove_prefix(word.size());
        replaced = true;
        break;
      }
      if (replaced) continue;
    }
    out += text.substr(0, taken);
    text.remove_prefix(taken < text.size() ? taken : text.size());
  }
  return out;
}

}  // namespace trm::tasks
