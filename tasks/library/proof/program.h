// The program that checks a proof: functions of k, and for each line what has to hold. A reader chooses the k; the
// program calculates and compares.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tasks/library/proof/ratio.h"

namespace trm::tasks::library::proof {

class ProgramWriter {
 public:
  ProgramWriter() { meaning.powers = &powers_; }
  ProgramWriter(const ProgramWriter&) = delete;
  ProgramWriter& operator=(const ProgramWriter&) = delete;

  /// Letters, Fibonacci numbers, and numbers that stand for letters.
  Meaning meaning;
  Values values;
  std::int64_t start = 1;  ///< the claim is about k from here on

  /// A letter is what a text says it is: left / right, two expressions in k without quotients.
  bool define_letter(const std::string& letter, const Sides& worth);
  /// R(n) = base^n % divisor
  void define_remainders(std::int64_t base, std::int64_t divisor);

  /// A letter that may be any number above 1, as r of 1 + r + ... + r^n; may be empty. Only equations may hold it.
  std::string free_letter;

  // Each returns false where it cannot be decided; why() says the reason then. They hold of the line that begun last.
  void begin_line(std::size_t line);
  /// a = b for all k.
  bool equal(const Expr& a, const Expr& b);
  /// a = b at one k.
  bool equal_at(const Expr& a, const Expr& b, std::int64_t k);
  /// a > b, or a >= b, for all k from start on.
  bool above(const Expr& a, const Expr& b, bool strict);
  bool above_at(const Expr& a, const Expr& b, bool strict, std::int64_t k);
  /// The number divides the expression, for all k from start on.
  bool divides(std::int64_t divisor, const Expr& a);
  bool divides_at(std::int64_t divisor, const Expr& a, std::int64_t k);
  /// Any test in Python.
  void test(const std::string& text);
  /// A fault that needs no calculation.
  void fault() { test("False"); }

  [[nodiscard]] const std::string& why() const { return why_; }
  bool refuse(std::string why) {
    if (why_.empty()) why_ = std::move(why);
    return false;
  }
  /// Where the line was tried, as in "at k = 0, 1, 2"; may be empty.
  [[nodiscard]] std::string tried() const;
  [[nodiscard]] std::string source() const;

  /// The same for a reader: is a = b at some k, as far as that shows it?
  bool looks_equal(const Expr& a, const Expr& b);

 private:
  std::optional<Ratio> ratio(const Expr& tree);
  std::optional<Sides> sides(const Expr& a, const Expr& b);
  std::optional<Sides> compared(const Expr& a, const Expr& b);
  std::optional<Growth> growth(const Expr& tree);
  /// Calls the function once, or with as many numbers in place of the free letter as decide an equation of both.
  template <class Function>
  bool for_letter(const Expr& a, const Expr& b, const Function& function);
  bool equal_once(const Expr& a, const Expr& b);
  bool equal_once_at(const Expr& a, const Expr& b, std::int64_t k);
  bool check_denominator(const Ratio& ratio);
  /// "e3(2)", or the text of a number.
  std::string at(const Expr& tree, std::int64_t k, const std::string& factorial = "");
  std::string function(const Expr& tree, bool free_factorial);
  bool above_with_factorial(const Expr& difference, bool strict);
  struct Curve;
  bool curve_above(const Curve& curve, bool strict, bool values_too);

  std::vector<std::pair<std::size_t, std::vector<std::string>>> lines_;
  std::size_t here_ = 0;  ///< of lines_
  std::set<std::string> asserted_;
  std::map<std::string, std::string> names_;  ///< of functions, by what they return
  std::vector<std::string> functions_;
  std::set<std::int64_t> powers_;  ///< bases
  std::set<std::int64_t> tried_;
  bool tried_rising_ = false;
  bool uses_factorial_ = false, uses_fibonacci_ = false;
  std::string why_;
};

}  // namespace trm::tasks::library::proof
