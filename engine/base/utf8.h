// UTF-8, one character at a time.
#pragma once

#include <cstddef>
#include <string_view>

namespace trm {

/// Bytes of the character at the start of `text`, which is not empty; 0: no valid UTF-8. Table 3-7 of the Unicode
/// standard: no overlong forms, no surrogates, nothing above U+10FFFF.
constexpr std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;  // no surrogates
    return follows(1, low, high) && follows(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;  // up to U+10FFFF
    return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

/// The code point of a valid character.
constexpr char32_t utf8_code_point(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return byte(0);
  char32_t out = byte(0) & (0x7FU >> character.size());
  for (std::size_t i = 1; i < character.size(); ++i) out = out << 6 | (byte(i) & 0x3FU);
  return out;
}

/// What some programs write in front of UTF-8. It is no part of the text.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// True for a valid UTF-8 string; otherwise `bad_offset` (if given) is the first offending byte.
bool valid_utf8(std::string_view text, std::size_t* bad_offset = nullptr);

}  // namespace trm
