#include "tasks/vocabulary.h"

#include <array>

namespace trm::tasks {
namespace {

constexpr std::array<std::string_view, 17> names = {"0", "1",    "2",   "3",   "4", "5",    "6",   "7",  "8",
                                                    "9", "FACT", "FIB", "MUL", ",", "CALL", "END", "RET"};

}  // namespace

std::span<const std::string_view> vocabulary() {
  return names;
}

Token token_of(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<Token>(i);
  return -1;
}

std::string to_text(std::span<const Token> tokens) {
  std::string out;
  for (const Token token : tokens) {
    if (!out.empty()) out += ' ';
    if (token >= 0 && static_cast<std::size_t>(token) < names.size()) {
      out += names[static_cast<std::size_t>(token)];
    } else {
      out += '?';  // not in the vocabulary
    }
  }
  return out;
}

}  // namespace trm::tasks
