#include "engine/base/escape.h"

#include <algorithm>
#include <cstddef>

#include "engine/base/utf8.h"

namespace trm {
namespace {

/// Characters behind ASCII that a terminal obeys or does not show.
bool unseen(char32_t c) {
  return (c >= 0x7F && c <= 0x9F) ||      // DEL, C1
         c == 0x61C ||                    // Arabic letter mark
         c == 0x200E || c == 0x200F ||    // marks of direction
         (c >= 0x2028 && c <= 0x202E) ||  // separators of lines and paragraphs, embeddings, overrides
         (c >= 0x2066 && c <= 0x2069) ||  // isolates
         c == 0xFEFF;                     // byte order mark
}

void put_hex(std::string& out, char kind, unsigned value, int digits) {
  out += {'\\', kind};
  for (int i = digits - 1; i >= 0; --i) out += "0123456789abcdef"[value >> (4 * i) & 15U];
}

}  // namespace

std::string escaped(std::string_view text, LineBreaks breaks) {
  const auto plain = [&](char c) {
    return (c >= ' ' && c < 0x7F) || (breaks == LineBreaks::kept && (c == '\n' || c == '\t'));
  };
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto* const stop = std::find_if_not(text.begin() + at, text.end(), plain);
    const std::size_t end = static_cast<std::size_t>(stop - text.begin());
    out += text.substr(at, end - at);
    at = end;
    if (at == text.size()) break;
    const std::size_t length = utf8_length(text.substr(at));
    const auto byte = static_cast<unsigned char>(text[at]);
    if (length == 0 || byte < ' ') {
      put_hex(out, 'x', byte, 2);
      ++at;
      continue;
    }
    const std::string_view character = text.substr(at, length);
    if (const char32_t c = utf8_code_point(character); unseen(c)) {
      put_hex(out, 'u', static_cast<unsigned>(c), 4);
    } else {
      out += character;
    }
    at += length;
  }
  return out;
}

}  // namespace trm
