#include "tasks/python/lexer.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>

#include "engine/base/utf8.h"
#include "tasks/base/words.h"
#include "tasks/python/whole.h"

namespace trm::tasks::python {
namespace {

constexpr std::size_t kMaxBrackets = 100;
constexpr std::size_t kMaxIndents = 60;
/// Longest first.
constexpr std::string_view kSigns[] = {"**=", "//=", ">>=", "<<=", "...", "**", "//", "==", "!=", "<=", ">=", "->",
                                       "+=",  "-=",  "*=",  "/=",  "%=",  "&=", "|=", "^=", "@=", ":=", "<<", ">>",
                                       "+",   "-",   "*",   "/",   "%",   "@",  "&",  "|",  "^",  "~",  "<",  ">",
                                       "(",   ")",   "[",   "]",   "{",   "}",  ",",  ":",  ";",  ".",  "="};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Letters of names beyond ASCII. Blocks of punctuation and symbols hold none, so that a quotation mark of a text
/// processor is seen for what it is.
bool is_wide_letter(char32_t c) {
  if (c < 0xC0) return c == 0xAA || c == 0xB5 || c == 0xBA;
  if (c == 0xD7 || c == 0xF7) return false;
  const bool symbols = (c >= 0x2000 && c < 0x2C00 && !(c >= 0x2070 && c < 0x20A0) && !(c >= 0x2100 && c < 0x2190)) ||
                       (c >= 0x3000 && c < 0x3040) || (c >= 0xFE00 && c < 0xFE70) || (c >= 0xFF00 && c < 0xFF10) ||
                       (c >= 0xFFF0 && c < 0x10000) || (c >= 0x1F000 && c < 0x20000);
  return !symbols && is_printable(c);
}

class Lexer {
 public:
  Lexer(std::string_view source, const std::string& file) : text_(source), file_(file) {}

  Result<std::vector<Lexeme>> run() {
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
    indentation();
    while (!error_ && at_ < text_.size()) step();
    if (!error_ && !open_.empty()) {
      fail(open_.back().place, in_quotes(open_.back().text) + " is never closed", "close it");
    }
    if (error_) return *error_;
    if (!out_.empty() && out_.back().kind != LexemeKind::newline && out_.back().kind != LexemeKind::dedent) {
      add(LexemeKind::newline, 0);
    }
    for (; indents_.size() > 1; indents_.pop_back()) add(LexemeKind::dedent, 0);
    add(LexemeKind::end, 0);
    return std::move(out_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == ' ' || c == '\t' || c == '\f') return advance(1);
    if (c == '#') return comment();
    if (c == '\r' || c == '\n') return line_end();
    if (c == '\\') return joined_line();
    if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) return number();
    if (c == '"' || c == '\'') return string(0);
    if (letter_at(at_) > 0) return name();
    for (const std::string_view sign : kSigns) {
      if (text_.substr(at_).starts_with(sign)) return punctuation(sign);
    }
    const std::size_t bytes = utf8_length(text_.substr(at_));
    if (bytes == 0) return fail(here(), "the source is not UTF-8 from here", "save it as UTF-8");
    fail(here(), in_quotes(text_.substr(at_, bytes)) + " means nothing in Python", "remove it");
  }

  void punctuation(std::string_view sign) {
    if (sign == "(" || sign == "[" || sign == "{") {
      if (open_.size() == kMaxBrackets) {
        return fail(here(), "brackets are nested more than " + std::to_string(kMaxBrackets) + " deep",
                    "give a part of it a name first");
      }
      open_.push_back({LexemeKind::sign, sign, {}, here()});
    } else if (sign == ")" || sign == "]" || sign == "}") {
      if (open_.empty()) return fail(here(), in_quotes(sign) + " closes nothing", "remove it");
      open_.pop_back();
    }
    add(LexemeKind::sign, sign.size());
  }

  void comment() {
    const std::size_t end = std::min(text_.find_first_of("\r\n", at_), text_.size());
    std::size_t bad = 0;
    if (!valid_utf8(text_.substr(at_, end - at_), &bad)) {
      advance(bad);
      return fail(here(), "the source is not UTF-8 from here", "save it as UTF-8");
    }
    advance(end - at_);
  }

  void joined_line() {
    const std::size_t end = at_ + 1;
    if (end == text_.size() || (text_[end] != '\n' && text_[end] != '\r')) {
      return fail(here(), "a backslash stands within a line", "end the line behind it, or remove it");
    }
    advance(1);
    line_break();
  }

  void line_end() {
    if (!open_.empty()) return line_break();
    if (!out_.empty() && out_.back().kind != LexemeKind::newline && out_.back().kind != LexemeKind::dedent &&
        out_.back().kind != LexemeKind::indent) {
      add(LexemeKind::newline, 0);
    }
    line_break();
    indentation();
  }

  void line_break() {
    at_ += text_.substr(at_).starts_with("\r\n") ? 2 : 1;
    ++line_;
    column_ = 1;
  }

  /// At the start of a line outside of brackets. A line without words has no indentation.
  void indentation() {
    std::size_t width = 0, narrow = 0;  // with tabs to the next eight, and tabs as one
    for (; at_ < text_.size(); advance(1)) {
      const char c = text_[at_];
      if (c == ' ') {
        ++width, ++narrow;
      } else if (c == '\t') {
        width = (width / 8 + 1) * 8, ++narrow;
      } else if (c == '\f') {
        width = narrow = 0;
      } else {
        break;
      }
    }
    if (at_ == text_.size() || text_[at_] == '#' || text_[at_] == '\r' || text_[at_] == '\n') return;
    const auto deeper = [](const Indent& a, const Indent& b) { return a.width > b.width && a.narrow > b.narrow; };
    const Indent now{width, narrow};
    if (deeper(now, indents_.back())) {
      if (indents_.size() == kMaxIndents) {
        return fail(here(), "blocks are nested more than " + std::to_string(kMaxIndents - 1) + " deep",
                    "move a part of it into a function");
      }
      indents_.push_back(now);
      return add(LexemeKind::indent, 0);
    }
    while (deeper(indents_.back(), now)) {
      indents_.pop_back();
      add(LexemeKind::dedent, 0);
    }
    if (indents_.back().width != width || indents_.back().narrow != narrow) {
      fail(here(), "the line is indented like no line before it", "indent with four blanks for each block");
    }
  }

  /// Bytes of a letter of a name at byte `at`; 0: none.
  [[nodiscard]] std::size_t letter_at(std::size_t at) const {
    if (at >= text_.size()) return 0;
    if (is_ascii_letter(text_[at])) return 1;
    const std::size_t bytes = utf8_length(text_.substr(at));
    return bytes > 1 && is_wide_letter(utf8_code_point(text_.substr(at, bytes))) ? bytes : 0;
  }

  void name() {
    std::size_t end = at_;
    for (;;) {
      const std::size_t bytes = end < text_.size() && is_digit(text_[end]) ? 1 : letter_at(end);
      if (bytes == 0) break;
      end += bytes;
    }
    const bool quoted = end < text_.size() && (text_[end] == '"' || text_[end] == '\'');
    if (quoted && end - at_ <= 2) {
      const std::string_view prefix = text_.substr(at_, end - at_);
      if (prefix.find_first_not_of("rRbBuUfF") == std::string_view::npos) return string(prefix.size());
    }
    add(LexemeKind::name, end - at_);
  }

  void number() {
    const std::size_t start = at_;
    const auto digits_from = [&](std::size_t from, std::string_view allowed) {
      std::size_t end = from;
      while (end < text_.size() && (allowed.find(lower(text_[end])) != std::string_view::npos ||
                                    (text_[end] == '_' && end > from && text_[end - 1] != '_'))) {
        ++end;
      }
      return end > from && text_[end - 1] == '_' ? end - 1 : end;
    };
    const char mark = start + 1 < text_.size() ? lower(text_[start + 1]) : ' ';
    const unsigned radix = text_[start] != '0' ? 10 : mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
    const std::size_t from = radix == 10 ? start : start + 2;
    std::size_t end = digits_from(from, std::string_view("0123456789abcdef").substr(0, radix));
    bool real = false;
    if (radix == 10) {
      if (end < text_.size() && text_[end] == '.') real = true, end = digits_from(end + 1, "0123456789");
      if (end < text_.size() && lower(text_[end]) == 'e') {
        const bool sign = end + 1 < text_.size() && (text_[end + 1] == '+' || text_[end + 1] == '-');
        const std::size_t power = digits_from(end + (sign ? 2 : 1), "0123456789");
        if (power > end + (sign ? 2 : 1)) real = true, end = power;
      }
      if (end < text_.size() && lower(text_[end]) == 'j') real = true, ++end;
    }
    if (end == from || letter_at(end) > 0 || (end < text_.size() && (is_digit(text_[end]) || text_[end] == '_'))) {
      return fail(here(), "a number ends in the middle of a word", "write it with digits alone");
    }
    if (real) return add(LexemeKind::real, end - start);
    std::string digits(text_.substr(from, end - from));
    std::erase(digits, '_');
    const std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.size() - 1);
    if (radix == 10 && zeros > 0 && digits.back() != '0') {
      return fail(here(), "a number begins with 0", "leave the zeros before it out");
    }
    digits.erase(0, zeros);
    if (digits.size() <= kMaxDigits) digits = Whole::from_digits(digits, radix).decimal();
    if (digits.size() > kMaxDigits) {
      return fail(here(), "a number has more than " + std::to_string(kMaxDigits) + " digits",
                  "calculate it, as in 10 ** 5000");
    }
    Value value = Value::integer(std::move(digits));
    add(LexemeKind::number, end - start);
    out_.back().value = std::move(value);
  }

  /// With a prefix of so many bytes before the quote.
  void string(std::size_t prefix) {
    const Place start = here();
    const std::size_t from = at_;
    bool raw = false, format = false, bytes = false;
    for (const char c : text_.substr(at_, prefix)) {
      raw |= lower(c) == 'r';
      format |= lower(c) == 'f';
      bytes |= lower(c) == 'b';
    }
    const char quote = text_[at_ + prefix];
    const std::string three(3, quote);
    const std::string_view end =
        text_.substr(at_ + prefix).starts_with(three) ? std::string_view(three) : std::string_view(three).substr(0, 1);
    const bool plain = raw || bytes;  // escapes are not looked at
    advance(prefix + end.size());
    std::string value;
    for (;;) {
      if (at_ >= text_.size()) return fail(start, "a text is never closed", "close it with " + std::string(end));
      if (text_.substr(at_).starts_with(end)) break;
      const char c = text_[at_];
      if (c == '\n' || c == '\r') {
        if (end.size() == 1) return fail(start, "a text is never closed", "close it on its line");
        line_break();
        value += '\n';
      } else if (c == '\\' && at_ + 1 < text_.size()) {
        if (plain) value += c;
        advance(1);
        if (text_[at_] == '\n' || text_[at_] == '\r') {
          line_break();
          if (plain) value += '\n';
        } else if (plain) {
          if (!character(value)) return;
        } else {
          escape(value);
          if (error_) return;
        }
      } else if (!character(value)) {
        return;
      }
    }
    advance(end.size());
    Lexeme out{format  ? LexemeKind::format_text
               : bytes ? LexemeKind::bytes
                       : LexemeKind::text,
               text_.substr(from, at_ - from), Value::string(std::move(value)), start};
    out_.push_back(std::move(out));
  }

  bool character(std::string& value) {
    const std::size_t length = utf8_length(text_.substr(at_));
    if (length == 0) {
      fail(here(), "the source is not UTF-8 from here", "save it as UTF-8");
      return false;
    }
    value += text_.substr(at_, length);
    advance(length);
    return true;
  }

  /// Behind the backslash.
  void escape(std::string& value) {
    const char c = text_[at_];
    const std::size_t simple = std::string_view("\\'\"abfnrtv").find(c);
    if (simple != std::string_view::npos) {
      value += "\\'\"\a\b\f\n\r\t\v"[simple];
      return advance(1);
    }
    if (c >= '0' && c <= '7') {
      char32_t point = 0;
      for (int i = 0; i < 3 && at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '7'; ++i, advance(1)) {
        point = point * 8 + static_cast<char32_t>(text_[at_] - '0');
      }
      value += utf8_of(point);
      return;
    }
    if (c == 'N') return fail(here(), "\\N{...} is outside the language", "write the character itself, or \\uNNNN");
    const int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits == 0) {  // Python keeps a backslash that begins no escape
      value += '\\';
      character(value);
      return;
    }
    const Place start = here();
    advance(1);
    std::uint32_t point = 0;
    for (int i = 0; i < digits; ++i, advance(1)) {
      const std::size_t digit =
          at_ < text_.size() ? std::string_view("0123456789abcdef").find(lower(text_[at_])) : std::string_view::npos;
      if (digit == std::string_view::npos)
        return fail(start, "an escape has too few digits", "write " + std::to_string(digits));
      point = point << 4 | static_cast<std::uint32_t>(digit);
    }
    if (point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) {
      return fail(start, "an escape stands for no character",
                  "write one from \\u0000 to \\U0010ffff, without surrogates");
    }
    value += utf8_of(point);
  }

  void add(LexemeKind kind, std::size_t bytes) {
    out_.push_back({kind, text_.substr(at_, bytes), {}, here()});
    advance(bytes);
  }
  void advance(std::size_t bytes) {
    for (const char c : text_.substr(at_, bytes)) column_ += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
    at_ += bytes;
  }
  [[nodiscard]] Place here() const { return {line_, column_}; }
  void fail(Place place, const std::string& message, const std::string& fix) {
    if (!error_) error_ = error_at(file_, place, message, fix);
    at_ = text_.size();
  }

  struct Indent {
    std::size_t width = 0, narrow = 0;
  };
  std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0, line_ = 1, column_ = 1;
  std::vector<Indent> indents_ = {{}};
  std::vector<Lexeme> open_;  ///< brackets
  std::vector<Lexeme> out_;
  std::optional<Error> error_;
};

}  // namespace

Error error_at(const std::string& file, Place place, std::string message, std::string fix) {
  return {ErrorCode::bad_input, file, "line " + std::to_string(place.line) + ", column " + std::to_string(place.column),
          std::move(message), std::move(fix)};
}

Result<std::vector<Lexeme>> lex(std::string_view source, const std::string& file) {
  if (source.size() > kMaxSourceBytes) {
    return Error{ErrorCode::bad_input, file, "source",
                 "has " + std::to_string(source.size()) + " bytes, more than " + std::to_string(kMaxSourceBytes),
                 "keep only the functions that the question needs"};
  }
  return Lexer(source, file).run();
}

}  // namespace trm::tasks::python
