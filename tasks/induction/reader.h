// Reads the lines of a proof, expressions as exact forms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "tasks/induction/form.h"

namespace trm::tasks::induction {

/// What S(...), D(...) and R(...) stand for.
struct Names {
  std::map<char, Form> of_k;                                ///< S(k)
  std::map<std::pair<char, std::int64_t>, Form> of_number;  ///< S(3)
};

/// Moves through a line. Where a reading function returns nothing, the line cannot be read any further.
class Reader {
 public:
  Reader(std::string_view text, const Names& names) : text_(text), names_(&names) {}

  /// Moves past the literal if it is next.
  bool eat(std::string_view literal);
  /// Natural number below 10^18 without leading zeros.
  std::optional<std::int64_t> number();
  /// "3(k + 1)^2 - S(k)/2": as far as it goes. n and k are the same variable.
  MaybeForm expression();
  MaybeForm term();
  [[nodiscard]] bool done() const { return at_ == text_.size(); }

 private:
  MaybeForm factor();
  MaybeForm atom();
  [[nodiscard]] char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  std::string_view text_;
  const Names* names_;
  std::size_t at_ = 0;
  unsigned depth_ = 0;
};

/// Reads "A = B = C" and asks of each whether it is right.
template <class Right>
bool chain(Reader& reader, const Right& right) {
  do {
    const MaybeForm part = reader.expression();
    if (!part || !right(*part)) return false;
  } while (reader.eat(" = "));
  return true;
}

}  // namespace trm::tasks::induction
