// Whole numbers of any size, for the constants of a program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trm::tasks::python {

class Whole {
 public:
  Whole() = default;
  explicit Whole(std::int64_t number);

  /// `digits` are valid in this radix (2..16), lower or upper case, without a sign.
  static Whole from_digits(std::string_view digits, unsigned radix);
  /// Decimal digits, with '-' before them if the number is below 0.
  static Whole from_decimal(std::string_view text);
  [[nodiscard]] std::string decimal() const;

  [[nodiscard]] bool negative() const { return negative_; }
  [[nodiscard]] bool zero() const { return limbs_.empty(); }
  [[nodiscard]] bool odd() const { return !limbs_.empty() && limbs_[0] % 2 == 1; }
  /// How much memory and time it takes: 9 decimal digits each.
  [[nodiscard]] std::size_t limbs() const { return limbs_.size(); }

  [[nodiscard]] Whole operator-() const;
  friend Whole operator+(const Whole& a, const Whole& b);
  friend Whole operator-(const Whole& a, const Whole& b) { return a + -b; }
  friend Whole operator*(const Whole& a, const Whole& b);
  bool operator==(const Whole&) const = default;

  struct Division;
  /// Rounded down, as Python's // and %. `b` is not zero.
  static Division divide(const Whole& a, const Whole& b);

 private:
  static int compare(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b);
  static std::vector<std::uint32_t> sum(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b);
  /// `a` is not smaller.
  static std::vector<std::uint32_t> difference(const std::vector<std::uint32_t>& a,
                                               const std::vector<std::uint32_t>& b);
  static void trim(std::vector<std::uint32_t>& limbs);
  static void scale(std::vector<std::uint32_t>& limbs, std::uint32_t factor, std::uint32_t carry);

  bool negative_ = false;             ///< never of zero
  std::vector<std::uint32_t> limbs_;  ///< base 10^9, the lowest first, no zeros on top
};

struct Whole::Division {
  Whole quotient, remainder;
};

}  // namespace trm::tasks::python
