// Expressions of proofs as trees: how a line is written, without its value.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace trm::tasks::induction {

struct Tree {
  enum class Kind : unsigned char {
    number,
    k,        ///< n is the same variable
    m,        ///< of "D(k) = 7m"
    g,        ///< of "2^k = 3k + 5 + g"
    name,     ///< S, D or R of parts[0]
    sum,      ///< parts that are flipped are subtracted
    product,  ///< by parts that are flipped it is divided
    power,    ///< parts[0] ^ parts[1]
  };
  Kind kind = Kind::number;
  std::int64_t number = 0;
  char name = '\0';
  std::vector<Tree> parts;
  std::vector<bool> flipped;  ///< of a sum or product: one for each part

  [[nodiscard]] bool is(Kind other) const { return kind == other; }
};

Tree number_tree(std::int64_t value);

/// Moves through a line. Where a reading function returns nothing, the line cannot be read any further.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  /// Moves past the literal if it is next.
  bool eat(std::string_view literal);
  /// Natural number below 10^18 without leading zeros.
  std::optional<std::int64_t> number();
  /// "3(k + 1)^2 - S(k)/2": as far as it goes.
  std::optional<Tree> expression();
  std::optional<Tree> term();
  [[nodiscard]] bool done() const { return at_ == text_.size(); }

 private:
  std::optional<Tree> factor();
  std::optional<Tree> atom();
  [[nodiscard]] char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  std::string_view text_;
  std::size_t at_ = 0;
  unsigned depth_ = 0;
};

}  // namespace trm::tasks::induction
