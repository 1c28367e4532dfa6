// The rules: what has to hold of each line of a proof.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "tasks/library/proof/claim.h"
#include "tasks/library/proof/program.h"
#include "tasks/library/proof/sentence.h"
#include "tasks/library/short_form.h"

namespace trm::tasks::library::proof {

class Checker {
 public:
  /// strict: every line is one that generated proofs have, and the rules for their tables and bounds hold.
  Checker(Claim claim, bool strict, std::string place);

  Result<ShortForm> check(const std::vector<Said>& proof);

 private:
  using Kind = Claim::Kind;

  /// Where expressions of a line stand, and what they may name.
  struct Place {
    enum class Names : unsigned char { none, up_to_k, before_row, all };
    Names names = Names::all;
    std::int64_t offset = 0;             ///< LHS and RHS are those of the claim at k + offset
    std::optional<std::int64_t> number;  ///< or at this k
  };
  /// A chain of a step, as far as it goes.
  struct Run {
    Expr head, last;
    bool head_is_left = false;   ///< it begins with the left side of the claim at k + 1
    bool last_is_plain = false;  ///< its last expression holds no sum and no name
    int direction = 0;           ///< 1: it falls, -1: it rises, 0: all equal, 2: both
    bool strict = false;
    bool divides = false;  ///< it says that the divisor divides its last expression
    std::size_t line = 0;
  };

  [[nodiscard]] Error error(const Said& said);
  bool refuse(std::string why) { return writer_.refuse(std::move(why)); }
  void fault(std::string why);

  bool claim();
  void free_letter(const Expr& equation);
  bool claim_of_series();
  bool claim_of_sequence();
  bool base(const Said& said);
  bool base_chain(const Chain& chain, std::int64_t k);
  bool hypothesis(const Said& said);
  bool hypothesis_index(const Said& said);
  bool hypothesis_chain(const Chain& chain);
  bool defines_letter(const Expr& a, const Expr& b, const std::string& letter);
  bool is_claim_at_k(const Expr& first, const Expr& last, const std::vector<std::string>& relations);
  bool step(const Said& said);
  bool is_goal(const std::vector<Expr>& parts, const std::vector<std::string>& relations);
  void range(const Said& said, const Condition& condition);
  bool step_chain(const Said& said, const Chain& chain);
  bool bound(const Said& said);
  bool row(const Said& said);
  bool remainder_row(const Chain& first, const Chain& second);
  std::optional<Expr> with_remainder(const Expr& tree);
  bool finish_step();
  bool finish_equation();
  bool finish_inequality();
  bool finish_divisibility();

  /// a, then the relation, then b: for all k, or at one k.
  bool link(const Expr& a, const std::string& relation, const Expr& b, std::optional<std::int64_t> at);
  bool divides(const Expr& divisor, const Expr& of, std::optional<std::int64_t> at);
  /// The expression without names, sums and sides.
  std::optional<Expr> resolve(const Expr& tree, const Place& place);
  std::optional<Expr> resolve_series(const Expr& tree, const Place& place);
  std::optional<Expr> resolve_name(const Expr& tree, const Place& place);
  [[nodiscard]] Expr left_at(const Expr& k) const;
  [[nodiscard]] Expr right_at(const Expr& k) const;
  [[nodiscard]] bool is_equation() const {
    return claim_.kind == Kind::series || claim_.kind == Kind::sequence || claim_.kind == Kind::identity;
  }
  [[nodiscard]] bool is_at_k(const Expr& tree) const;
  std::string unknown_letter(const Expr& tree) const;

  Claim claim_;
  bool strict_;
  std::string place_;
  ProgramWriter writer_;
  std::int64_t start_ = 1;
  std::int64_t lower_ = 1;  ///< of the sum
  std::string note_;        ///< why a line is at fault, as far as reading tells

  std::optional<std::int64_t> base_;
  std::int64_t bases_ = 0;
  bool assumed_ = false, stated_ = false, stepped_ = false, finished_ = false, misses_ = false;
  std::size_t step_line_ = 0;
  std::vector<Run> runs_;
  bool works_ = false;  ///< a step has more than the claim at k + 1
  std::optional<Expr> last_;
  std::int64_t row_ = 0, remainder_ = 0;
  std::optional<Expr> row_value_;  ///< of the sum in the row before, if a number was written
  bool rows_begun_ = false, has_remainders_ = false;
};

}  // namespace trm::tasks::library::proof
