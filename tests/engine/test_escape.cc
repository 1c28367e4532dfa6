#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "engine/base/escape.h"
#include "engine/base/utf8.h"

namespace test_escape {

using trm::escaped;
using trm::LineBreaks;

TEST_CASE("escape: what a terminal obeys or hides becomes visible") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"plain text, \"quoted\" \\ ~", "plain text, \"quoted\" \\ ~"},
      {"\u00e4 \u03bb \u6f22 \U0001f600 \u00a0", "\u00e4 \u03bb \u6f22 \U0001f600 \u00a0"},
      {"\x1b[31m\x07\r", "\\x1b[31m\\x07\\x0d"},
      {std::string("a\0b", 3), "a\\x00b"},
      {"a\nb\tc", "a\\x0ab\\x09c"},
      {"\x7f", "\\u007f"},
      {"\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0", "\\u0080\\u009b\\u009f\u00a0"},
      {"\u061c\u200d\u200e\u200f", "\\u061c\u200d\\u200e\\u200f"},
      {"\u2027\u2028\u2029\u202a\u202e\u202f", "\u2027\\u2028\\u2029\\u202a\\u202e\u202f"},
      {"\u2065\u2066\u2069\u206a", "\u2065\\u2066\\u2069\u206a"},
      {"\ufeffx", "\\ufeffx"},
      // No UTF-8: a lone continuation, cut sequences, an overlong form, a surrogate, beyond U+10FFFF.
      {"\x9b", "\\x9b"},
      {"caf\xe9", "caf\\xe9"},
      {"\xe2\x80", "\\xe2\\x80"},
      {"\xc0\x9b", "\\xc0\\x9b"},
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
      {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
  };
  for (const auto& each : cases) {
    const std::string shown(each.second);
    CAPTURE(shown);
    CHECK(escaped(each.first) == shown);
    CHECK(escaped(shown) == shown);
  }
  CHECK(escaped("a\nb\tc\r\x1b", LineBreaks::kept) == "a\nb\tc\\x0d\\x1b");
}

TEST_CASE("escape: every byte and every pair of bytes gives text without control characters") {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text{static_cast<char>(first), static_cast<char>(second)};
      const std::string shown = escaped(text);
      bool safe = true;
      for (std::size_t at = 0; at < shown.size();) {
        const std::size_t length = trm::utf8_length(std::string_view(shown).substr(at));
        if (length == 0) {
          safe = false;
          break;
        }
        const char32_t c = trm::utf8_code_point(std::string_view(shown).substr(at, length));
        safe = safe && c >= U' ' && (c < 0x7F || c > 0x9F);
        at += length;
      }
      if (!safe) CAPTURE(first);
      CHECK(safe);
    }
  }
}

}  // namespace test_escape
