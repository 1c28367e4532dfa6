// Claims and how their proofs are written. The checker shares nothing with these files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "tasks/base/rng.h"
#include "tasks/recursion/induction/line.h"

namespace trm::tasks::induction {

/// A value of the table that is written wrong; the lines after go on from it.
struct Slip {
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
  std::size_t line = kNowhere;  ///< from 0
  std::int64_t by = 0;          ///< the error
  bool right_side = false;      ///< of an inequality
};

class Claim {
 public:
  virtual ~Claim() = default;
  /// Lines before the table.
  [[nodiscard]] virtual std::size_t core() const = 0;
  /// The proof with its table, `count` lines, count > core(). Empty: this slip would make a later line wrong, too.
  [[nodiscard]] virtual std::vector<Line> lines(std::size_t count, const Slip& slip) const = 0;
};

/// Most lines before the table of any claim.
inline constexpr std::size_t kLongestCore = 9;

/// 5 + 8 + ... + (3n + 2), also with squares and cubes.
std::unique_ptr<Claim> draw_polynomial_sum(Rng& rng);
/// 3 + 6 + ... + 3*2^(n - 1) = 3*2^n - 3; a table of `table` lines stays below 10^15.
std::unique_ptr<Claim> draw_geometric_sum(Rng& rng, std::size_t table);
/// d divides a^n - b^n, or a^n - b
std::unique_ptr<Claim> draw_divisibility(Rng& rng);
/// a^n > c n + e from some n on; a table of `table` lines stays below 10^15.
std::unique_ptr<Claim> draw_inequality(Rng& rng, std::size_t table);

}  // namespace trm::tasks::induction
