#include "tasks/python/value.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "engine/base/utf8.h"
#include "tasks/base/words.h"

namespace trm::tasks::python {
namespace {

constexpr std::size_t kMaxNesting = 1000;  ///< of lists in a text that is read
constexpr std::string_view kHex = "0123456789abcdef";

void append_escaped(std::string& out, std::string_view character, char quote) {
  const char32_t point = utf8_code_point(character);
  const auto hex = [&](char letter, int digits) {
    out += '\\';
    out += letter;
    for (int i = digits - 1; i >= 0; --i) out += kHex[(point >> (4 * i)) & 15];
  };
  if (point == static_cast<char32_t>(quote) || point == '\\') {
    out += '\\';
    out += character;
  } else if (point == '\n') {
    out += "\\n";
  } else if (point == '\r') {
    out += "\\r";
  } else if (point == '\t') {
    out += "\\t";
  } else if (is_printable(point)) {
    out += character;
  } else if (point < 0x100) {
    hex('x', 2);
  } else if (point < 0x10000) {
    hex('u', 4);
  } else {
    hex('U', 8);
  }
}

std::string quoted(std::string_view text) {
  const bool doubled = text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos;
  const char quote = doubled ? '"' : '\'';
  std::string out(1, quote);
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(utf8_length(text), 1);
    append_escaped(out, text.substr(0, length), quote);
    text.remove_prefix(length);
  }
  return out + quote;
}

void append_repr(std::string& out, const Value& value) {
  switch (value.kind) {
    case Value::Kind::none:
      out += "None";
      return;
    case Value::Kind::boolean:
      out += value.truth ? "True" : "False";
      return;
    case Value::Kind::integer:
      out += value.digits;
      return;
    case Value::Kind::text:
      out += quoted(value.text);
      return;
    case Value::Kind::list:
      break;
  }
  const bool tuple =
      !value.items.empty() && value.items[0].kind == Value::Kind::text && value.items[0].text == kTupleMark;
  const std::size_t first = tuple ? 1 : 0;
  out += tuple ? '(' : '[';
  for (std::size_t i = first; i < value.items.size(); ++i) {
    if (i > first) out += ", ";
    append_repr(out, value.items[i]);
  }
  if (tuple && value.items.size() == 2) out += ',';
  out += tuple ? ')' : ']';
}

/// Recursive descent over the text of a value. Nothing: it is none.
class ReprReader {
 public:
  explicit ReprReader(std::string_view text) : text_(text) {}

  std::optional<Value> read() {
    std::optional<Value> out = value();
    blanks();
    return at_ == text_.size() ? std::move(out) : std::nullopt;
  }

 private:
  std::optional<Value> value() {
    blanks();
    if (take("None")) return Value{};
    if (take("True")) return Value::boolean(true);
    if (take("False")) return Value::boolean(false);
    if (at_ == text_.size()) return {};
    if (text_[at_] == '[') return list();
    if (text_[at_] == '\'' || text_[at_] == '"') return text();
    return integer();
  }

  std::optional<Value> integer() {
    const bool negative = take("-");
    const std::size_t end = std::min(text_.find_first_not_of("0123456789", at_), text_.size());
    const std::string_view digits = text_.substr(at_, end - at_);
    if (!is_decimal(digits) || (negative && digits == "0")) return {};
    at_ = end;
    return Value::integer((negative ? "-" : "") + std::string(digits));
  }

  std::optional<Value> list() {
    if (++nesting_ > kMaxNesting) return {};
    Value out = Value::list({});
    ++at_;
    blanks();
    while (!take("]")) {
      if (!out.items.empty() && !take(",")) return {};
      std::optional<Value> item = value();
      if (!item) return {};
      out.items.push_back(*std::move(item));
      blanks();
    }
    --nesting_;
    return out;
  }

  std::optional<Value> text() {
    const char quote = text_[at_++];
    std::string out;
    for (;;) {
      if (at_ == text_.size()) return {};
      const char c = text_[at_++];
      if (c == quote) return Value::string(std::move(out));
      if (c != '\\') {
        out += c;
        continue;
      }
      if (at_ == text_.size()) return {};
      const char escape = text_[at_++];
      const std::size_t simple = std::string_view("nrt\\'\"").find(escape);
      if (simple != std::string_view::npos) {
        out += "\n\r\t\\'\""[simple];
        continue;
      }
      const std::size_t digits = escape == 'x' ? 2 : escape == 'u' ? 4 : escape == 'U' ? 8 : 0;
      std::uint32_t point = 0;
      for (std::size_t i = 0; i < digits; ++i) {
        const std::size_t digit = at_ < text_.size() ? kHex.find(text_[at_++]) : std::string_view::npos;
        if (digit == std::string_view::npos) return {};
        point = point << 4 | static_cast<std::uint32_t>(digit);
      }
      if (digits == 0 || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return {};
      out += utf8_of(point);
    }
  }

  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  void blanks() { at_ = std::min(text_.find_first_not_of(' ', at_), text_.size()); }

  std::string_view text_;
  std::size_t at_ = 0, nesting_ = 0;
};

}  // namespace

Value Value::boolean(bool truth) {
  Value out;
  out.kind = Kind::boolean;
  out.truth = truth;
  return out;
}

Value Value::integer(std::string digits) {
  Value out;
  out.kind = Kind::integer;
  out.digits = std::move(digits);
  return out;
}

Value Value::string(std::string text) {
  Value out;
  out.kind = Kind::text;
  out.text = std::move(text);
  return out;
}

Value Value::list(std::vector<Value> items) {
  Value out;
  out.kind = Kind::list;
  out.items = std::move(items);
  return out;
}

std::string repr(const Value& value) {
  std::string out;
  append_repr(out, value);
  return out;
}

std::string shown(const Value& value) {
  return value.kind == Value::Kind::text ? value.text : repr(value);
}

Result<Value> parse_repr(std::string_view text) {
  if (!valid_utf8(text)) return bad_text("value", "is not UTF-8", "write it as Python's repr() does");
  std::optional<Value> out = ReprReader(text).read();
  if (!out) {
    return bad_text("value", in_quotes(text) + " is no value of this language",
                    "write None, True, an integer, a text in quotes, or a list of such values");
  }
  return *std::move(out);
}

bool truth_of(const Value& value) {
  switch (value.kind) {
    case Value::Kind::none:
      return false;
    case Value::Kind::boolean:
      return value.truth;
    case Value::Kind::integer:
      return value.digits != "0";
    case Value::Kind::text:
      return !value.text.empty();
    case Value::Kind::list:
      return !value.items.empty();
  }
  return false;
}

std::size_t count_of(const Value& value) {
  std::size_t out = 1;
  for (const Value& item : value.items) out += count_of(item);
  return out;
}

std::string utf8_of(char32_t character) {
  const auto byte = [](char32_t bits) { return static_cast<char>(static_cast<unsigned char>(bits)); };
  std::string out;
  if (character < 0x80) {
    out += byte(character);
  } else if (character < 0x800) {
    out += byte(0xC0 | character >> 6);
    out += byte(0x80 | (character & 0x3F));
  } else if (character < 0x10000) {
    out += byte(0xE0 | character >> 12);
    out += byte(0x80 | (character >> 6 & 0x3F));
    out += byte(0x80 | (character & 0x3F));
  } else {
    out += byte(0xF0 | character >> 18);
    out += byte(0x80 | (character >> 12 & 0x3F));
    out += byte(0x80 | (character >> 6 & 0x3F));
    out += byte(0x80 | (character & 0x3F));
  }
  return out;
}

}  // namespace trm::tasks::python
