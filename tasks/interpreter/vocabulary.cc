#include "tasks/interpreter/vocabulary.h"

namespace trm::tasks::interpreter {

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

}  // namespace trm::tasks::interpreter
