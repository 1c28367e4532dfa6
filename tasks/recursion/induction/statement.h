// Lines of proofs, taken apart into what they state, whether it is true or not.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tasks/recursion/induction/tree.h"

namespace trm::tasks::induction {

enum class Subject : unsigned char {
  sum,           ///< "Claim: S(n) = 1 + 3 + ... + (2n - 1) = n^2 for all n >= 1"
  divisibility,  ///< "Claim: 7 divides D(n) = 11^n - 4^n for all n >= 1"
  inequality     ///< "Claim: 2^n > 3n + 5 for all n >= 5"
};
/// By the text of the claim.
Subject subject_of(std::string_view claim);

struct Statement {
  enum class Kind : unsigned char {
    claim,
    base,
    hypothesis,
    step,
    next,        ///< "= ...": goes on from the line before
    bound,       ///< "Bound: 3k + 2 >= 3*5 + 2 = 17 for k >= 5"
    conclusion,  ///< "Conclusion: 2^(k + 1) > 3(k + 1) + 5"
    row          ///< of the table: "S(3) = ...", "R(2) = 2, as ...", "n = 6: ..."
  };
  Kind kind = Kind::next;
  std::optional<Tree> index;  ///< of S(...), D(...) or R(...) at the beginning, or of "n = 6:"
  std::vector<Tree> equal;    ///< "A = B = C"; a claim's term and sum
  std::vector<Tree> than;     ///< the same behind > or >=
  /// claim: the first two terms or the divisor, then the start; bound: the start; row "R(2) = 2, as ...": the remainder
  std::vector<std::int64_t> numbers;
};

/// Nothing: no proof of this subject has such a line.
std::optional<Statement> read_statement(Subject subject, std::string_view line);

/// a of "a^n" or "a^n - b", where it begins so.
std::optional<std::int64_t> leading_base(const Tree& tree);

/// May a line of this kind come behind one of the other kind (nothing: be the first)?
bool may_follow(Subject subject, std::optional<Statement::Kind> before, Statement::Kind now);
/// May a proof end with a line of this kind?
bool may_end(Subject subject, Statement::Kind last);

}  // namespace trm::tasks::induction
