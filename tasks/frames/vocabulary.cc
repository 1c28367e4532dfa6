#include "tasks/frames/vocabulary.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string>

namespace trm::tasks {

std::span<const std::string_view> vocabulary() {
  return token::names;
}

Token token_of(std::string_view name) {
  const auto at = std::find(token::names.begin(), token::names.end(), name);
  return at == token::names.end() ? -1 : static_cast<Token>(at - token::names.begin());
}

std::string to_text(std::span<const Token> tokens) {
  std::string out;
  for (const Token token : tokens) {
    if (!out.empty()) out += ' ';
    const bool known = token >= 0 && static_cast<std::size_t>(token) < token::names.size();
    out += known ? token::names[static_cast<std::size_t>(token)] : std::string_view("?");
  }
  return out;
}

std::string readable(std::span<const Token> tokens) {
  const auto words = vocabulary();
  std::string out;
  for (std::size_t i = 0; i < tokens.size();) {
    std::size_t end = i;
    // Numbers are written least significant digit first.
    while (end < tokens.size() && tokens[end] >= 0 && tokens[end] < 10) ++end;
    std::string part;
    for (std::size_t j = end; j > i; --j) part += static_cast<char>('0' + tokens[j - 1]);
    if (end == i) {
      const auto id = static_cast<std::size_t>(tokens[i]);
      part = id < words.size() ? std::string(words[id]) : "?";
      std::transform(part.begin(), part.end(), part.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      ++end;
    }
    i = end;
    if (part == ",") continue;
    if (!out.empty()) out += ' ';
    out += part;
  }
  return out;
}

}  // namespace trm::tasks
