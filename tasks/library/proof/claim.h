// What a proof claims, found in its first sentences.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "tasks/library/proof/expression.h"
#include "tasks/library/proof/sentence.h"

namespace trm::tasks::library::proof {

struct Claim {
  enum class Kind : unsigned char {
    series,        ///< "1 + 2 + ... + n = right"; or a product
    sequence,      ///< "a(n) = right", of a sequence that is given by a recurrence
    identity,      ///< "left = right"
    divisibility,  ///< "divisor | left"
    inequality     ///< "left > right"
  };
  Kind kind = Kind::identity;
  std::size_t line = 1;  ///< of the claim itself
  std::string name;      ///< S, D or a; may be empty
  Expr left, right;      ///< of a sequence or series: right alone
  bool strict = true;    ///< > and not >=
  std::int64_t divisor = 0;

  Expr series;                      ///< as it is written
  std::vector<Expr> first_terms;    ///< as they are written
  Expr term;                        ///< of n
  std::optional<Expr> before_last;  ///< "(n - 1)" of "1 + ... + (n - 1) + n"

  std::vector<std::pair<std::int64_t, Expr>> given;  ///< a(1) = 1
  std::int64_t rule_offset = 0;                      ///< 1: a(n + 1) = rule
  Expr rule;

  std::optional<std::int64_t> start;
  std::string fibonacci;                ///< its name, where Fibonacci numbers occur
  std::map<std::string, Expr> numbers;  ///< x = 2
};

/// Error: there is no claim, or none that is decided.
Result<Claim> read_claim(const std::vector<Said>& proof, const std::string& place);

/// How far below the index of a rule its names go: 2 of a(n + 1) = a(n) + a(n - 1).
std::int64_t depth_of_rule(const Claim& claim);

}  // namespace trm::tasks::library::proof
