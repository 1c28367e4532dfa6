#include "engine/json/strict_json.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <vector>

#include "engine/base/utf8.h"

namespace trm {
namespace {

constexpr const char* kFix = "write plain JSON (RFC 8259)";

// Not inside a character.
std::string_view cut(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

// The part of the library's message that says what is wrong, without its codes and positions. It quotes what it read
// last, which can be the whole file.
std::string reason_of(const std::exception& e) {
  std::string text = e.what();
  for (const std::string_view lead : {" - ", "] "}) {
    if (const std::size_t at = text.find(lead); at != std::string::npos) {
      text.erase(0, at + lead.size());
      break;
    }
  }
  const std::string_view shown = cut(text, 160);
  return std::string(shown) + (shown.size() < text.size() ? "..." : "");
}

// Most objects have few keys, which are compared one by one.
class KeySet {
 public:
  bool insert(const std::string& key) {
    if (few_.size() < kFew) {
      if (std::find(few_.begin(), few_.end(), key) != few_.end()) return false;
      if (few_.empty()) few_.reserve(kFew);
      few_.push_back(key);
      return true;
    }
    if (many_.empty()) many_.insert(few_.begin(), few_.end());
    return many_.insert(key).second;
  }

 private:
  static constexpr std::size_t kFew = 16;
  std::vector<std::string> few_;
  std::set<std::string> many_;
};

// Follows the path, the keys and the depth, and passes everything on to the handler.
class Events {
 public:
  Events(std::string_view text, const std::string& file, JsonHandler& handler)
      : text_(text), file_(file), handler_(handler) {}

  bool null() { return value() && handler_.on_null(); }
  bool boolean(bool v) { return value() && handler_.on_bool(v); }
  bool number_integer(std::int64_t v) { return value() && handler_.on_negative(v); }
  bool number_unsigned(std::uint64_t v) { return value() && handler_.on_unsigned(v); }
  bool number_float(double v, const std::string& text) {
    const bool whole = text.find_first_not_of("0123456789", text.starts_with('-') ? 1 : 0) == std::string::npos;
    return value() && (whole ? handler_.on_long_number(v, text) : handler_.on_double(v));
  }
  bool string(std::string& v) { return value() && handler_.on_string(v); }
  bool binary(std::vector<std::uint8_t>&) { return false; }  // does not occur in text

  bool start_object(std::size_t) { return open(false) && handler_.on_begin_object(); }
  bool start_array(std::size_t) { return open(true) && handler_.on_begin_array(); }
  bool end_object() { return close() && handler_.on_end_object(); }
  bool end_array() { return close() && handler_.on_end_array(); }

  bool key(std::string& k) {
    Level& level = levels_.back();
    if (k.size() > kJsonMaxKey) {
      return wrong(parent_path(), "has a key of " + std::to_string(k.size()) + " bytes",
                   "use at most " + std::to_string(kJsonMaxKey));
    }
    if (std::any_of(k.begin(), k.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; })) {
      return wrong(parent_path(), "has a key with a control character: " + json_shown(k), "use printable keys");
    }
    level.key = k;
    if (!level.keys.insert(k)) return wrong(path(), "appears twice", "keep one of the two");
    return handler_.on_key(k);
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& e) {
    // `position` counts the characters read, the offending one included.
    const std::size_t offset = std::min(position == 0 ? 0 : position - 1, text_.size());
    const std::string_view before = text_.substr(0, offset);
    const std::size_t line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return wrong("",
                 "is not JSON at line " + std::to_string(line) + ", column " + std::to_string(offset - line_start + 1) +
                     ": " + reason_of(e),
                 kFix);
  }

  [[nodiscard]] Error error() const { return own_ ? *own_ : handler_.rejection(); }

 private:
  struct Level {
    bool array;
    std::size_t index = 0;  // of the next element
    std::string key;
    KeySet keys;
  };

  [[nodiscard]] std::string path() const { return path_of(levels_.size()); }
  [[nodiscard]] std::string parent_path() const { return path_of(levels_.size() - 1); }

  [[nodiscard]] std::string path_of(std::size_t depth) const {
    std::string out;
    for (std::size_t i = 0; i < depth; ++i) {
      const Level& level = levels_[i];
      if (level.array) {
        out += "[" + std::to_string(level.index == 0 ? 0 : level.index - 1) + "]";
      } else {
        out += (out.empty() ? "" : ".") + level.key;
      }
    }
    return out;
  }

  bool wrong(std::string field, std::string message, std::string fix) {
    own_ = Error{ErrorCode::bad_input, file_, std::move(field), std::move(message), std::move(fix)};
    return false;
  }

  bool value() {
    if (!levels_.empty() && levels_.back().array) ++levels_.back().index;
    return true;
  }

  bool open(bool array) {
    value();
    if (levels_.size() == kJsonMaxDepth) {
      return wrong(path(), "is nested deeper than " + std::to_string(kJsonMaxDepth) + " levels", "flatten it");
    }
    levels_.push_back(Level{array, 0, {}, {}});
    return true;
  }

  bool close() {
    levels_.pop_back();
    return true;
  }

  std::string_view text_;
  const std::string& file_;
  JsonHandler& handler_;
  std::vector<Level> levels_;
  std::optional<Error> own_;
};

}  // namespace

Status parse_strict_json(std::string_view text, const std::string& file, JsonHandler& handler) {
  const auto wrong = [&file](std::string message, const char* fix) {
    return Error{ErrorCode::bad_input, file, "", std::move(message), fix};
  };
  if (std::size_t bad = 0; !valid_utf8(text, &bad)) {
    return wrong("is not UTF-8 at byte " + std::to_string(bad), "save it as UTF-8");
  }
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return wrong("is empty", kFix);
  // The library would skip the mark and take a NUL for the end of the text.
  if (text.starts_with("\xEF\xBB\xBF")) return wrong("starts with a byte order mark", "save it as UTF-8 without one");
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    return wrong("holds a NUL byte at byte " + std::to_string(nul), kFix);
  }
  try {
    Events events(text, file, handler);
    if (nlohmann::json::sax_parse(text.begin(), text.end(), &events)) return {};
    return events.error();
  } catch (const std::exception& e) {  // no memory, mostly
    return wrong(std::string("cannot be parsed: ") + e.what(), kFix);
  }
}

std::string json_quoted(std::string_view text) {
  std::string out;
  append_json_quoted(out, text);
  return out;
}

void append_json_quoted(std::string& out, std::string_view text) {
  if (!valid_utf8(text)) {
    out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return;
  }
  out += '"';
  while (!text.empty()) {
    const auto special = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; };
    const auto at = std::find_if(text.begin(), text.end(), special);
    out.append(text.begin(), at);
    if (at == text.end()) break;
    constexpr std::string_view kShort = "\b\t\n\f\r\"\\", kLetters = "btnfr\"\\";
    if (const std::size_t which = kShort.find(*at); which != std::string_view::npos) {
      out += '\\';
      out += kLetters[which];
    } else {
      constexpr const char* kDigits = "0123456789abcdef";
      out += "\\u00";
      out += kDigits[*at >> 4];
      out += kDigits[*at & 15];
    }
    text.remove_prefix(static_cast<std::size_t>(at - text.begin()) + 1);
  }
  out += '"';
}

void append_json_decimal(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  std::array<char, 64> buffer{};
  out.append(buffer.data(), nlohmann::detail::to_chars(buffer.data(), buffer.data() + buffer.size(), value));
}

std::string json_shown(std::string_view text) {
  const std::string_view part = cut(text, 60);
  return json_quoted(part) + (part.size() < text.size() ? "..." : "");
}

}  // namespace trm
