// Checks proofs line by line, one checker for each kind of claim.
#pragma once

#include <memory>
#include <string_view>

namespace trm::tasks::induction {

class Checker {
 public:
  virtual ~Checker() = default;
  /// Does the next line follow from the lines before? Not to be asked again after a wrong one.
  virtual bool follows(std::string_view line) = 0;
  /// Have all lines that a proof needs been read?
  [[nodiscard]] virtual bool complete() const = 0;
};

/// "Claim: S(n) = ..."
std::unique_ptr<Checker> sum_checker();
/// "Claim: 7 divides D(n) = ..."
std::unique_ptr<Checker> divisibility_checker();
/// "Claim: 2^n > ..."
std::unique_ptr<Checker> inequality_checker();

}  // namespace trm::tasks::induction
