#include "tasks/frames/digits.h"

#include <algorithm>

#include "tasks/frames/vocabulary.h"

namespace trm::tasks {
namespace {

void drop_leading_zeros(Digits& digits) {
  while (digits.size() > 1 && digits.back() == 0) digits.pop_back();
}

}  // namespace

bool is_number(std::span<const Token> tokens) {
  if (tokens.empty() || !std::all_of(tokens.begin(), tokens.end(), token::is_digit)) return false;
  return tokens.size() == 1 || tokens.back() != 0;
}

Digits add_digits(std::span<const Token> a, std::span<const Token> b) {
  Digits sum;
  sum.reserve(std::max(a.size(), b.size()) + 1);
  Token carry = 0;
  for (std::size_t i = 0; i < a.size() || i < b.size(); ++i) {
    const Token column = carry + (i < a.size() ? a[i] : 0) + (i < b.size() ? b[i] : 0);
    sum.push_back(column % 10);
    carry = column / 10;
  }
  if (carry != 0) sum.push_back(carry);
  return sum;
}

Digits predecessor(std::span<const Token> x) {
  Digits less(x.begin(), x.end());
  for (Token& place : less) {
    if (place > 0) {
      --place;
      break;
    }
    place = 9;  // borrow from the next place
  }
  drop_leading_zeros(less);
  return less;
}

bool is_zero(std::span<const Token> x) {
  return x.size() == 1 && x[0] == 0;
}

Digits digits_of(std::uint32_t value) {
  Digits digits;
  do {
    digits.push_back(static_cast<Token>(value % 10));
    value /= 10;
  } while (value != 0);
  return digits;
}

}  // namespace trm::tasks
