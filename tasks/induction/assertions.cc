// Proofs as assertions that frames can check.
//
//   stream       { LINE { assertion } . }
//   assertion    = value value | ABOVE value value | DIVIDES small value | SAME small small | LESS small small
//
// "= ..." says that this is what the line before came to; S(k) is what the hypothesis says; S(4) and R(4) are what the
// row before has.
#include <algorithm>
#include <optional>

#include "tasks/digits.h"
#include "tasks/frame_writer.h"
#include "tasks/induction/encoder.h"
#include "tasks/induction/form.h"
#include "tasks/induction/induction.h"
#include "tasks/induction/statement.h"
#include "tasks/vocabulary.h"
#include "tasks/words.h"

namespace trm::tasks::induction {
namespace {

using Kind = Statement::Kind;
using MaybeTokens = std::optional<Tokens>;
using MaybeFraction = std::optional<Fraction>;

/// Writes assertions line by line.
class Writer {
 public:
  explicit Writer(Subject subject) : subject_(subject) {}

  bool line(const Statement& line) {
    out_.push_back(token::line);
    const bool ok =
        may_follow(subject_, last_, line.kind) && (subject_ == Subject::sum            ? sum_line(line)
                                                   : subject_ == Subject::divisibility ? divisibility_line(line)
                                                                                       : inequality_line(line));
    last_ = line.kind;
    out_.push_back(token::empty);
    return ok;
  }
  [[nodiscard]] bool complete() const { return last_ && may_end(subject_, *last_); }
  [[nodiscard]] Question question() const {
    const auto digits = [](std::int64_t value) { return digits_of(static_cast<std::uint32_t>(value)); };
    return {tokens_of(token::proof, digits(1), token::comma, digits(k_), token::comma, digits(other_), token::comma,
                      token::x),
            {out_}};
  }

 private:
  using Values = std::vector<Tree>;

  // Assertions.

  void same(const Tokens& a, const Tokens& b) { append(token::same, a, b); }
  void same(std::int64_t a, std::int64_t b) { same(constant_tokens(a), constant_tokens(b)); }
  void equal(const Fraction& a, const Fraction& b) {
    const bool alike = a.den == b.den;
    append(token::equals, (alike ? a : scaled(a, b.den)).natural, (alike ? b : scaled(b, a.den)).natural);
  }
  template <class... Parts>
  void append(const Parts&... parts) {
    const Tokens tokens = tokens_of(parts...);
    out_.insert(out_.end(), tokens.begin(), tokens.end());
  }

  // Values.

  MaybeFraction value(const Tree& tree) {
    MaybeFraction out = encoder_.value(tree);
    for (const auto& [index, wanted] : encoder_.indices) same(index, wanted);
    encoder_.indices.clear();
    return out;
  }

  /// Asserts that each is worth what the one before is, the first what was said last.
  bool go_on(const Values& values) {
    for (const Tree& tree : values) {
      const MaybeFraction part = value(tree);
      if (!part) return false;
      equal(said_, *part);
      said_ = *part;
    }
    return true;
  }
  bool go_on(const Fraction& from, const Values& values) {
    said_ = from;
    return go_on(values);
  }
  bool index(const Statement& line, const Tokens& wanted) {
    const MaybeTokens small = line.index ? small_tokens(*line.index) : std::nullopt;
    if (small) same(*small, wanted);
    return small.has_value();
  }
  bool index(const Statement& line, std::int64_t wanted) { return index(line, constant_tokens(wanted)); }
  static bool numbers_are_small(const Statement& line) {
    return std::all_of(line.numbers.begin(), line.numbers.end(), is_small);
  }

  // Lines.

  bool sum_line(const Statement& line) {
    switch (line.kind) {
      case Kind::claim: {
        const MaybeFraction term = value(line.equal[0]), closed = value(line.equal[1]);
        if (!term || !closed || !is_small(line.numbers[2])) return false;
        term_ = *term;
        closed_ = *closed;
        first_ = {constant_tokens(line.numbers[0])};
        start_ = line.numbers[2];
        k_ = 2;  // where no two powers of k are equal
        equal(at(1, term_), first_);
        equal(at(2, term_), {constant_tokens(line.numbers[1])});
        equal(at(1, closed_), first_);
        equal(plus(closed_, at(next_n(), term_)), at(next_n(), closed_));
        return true;
      }
      case Kind::base:
        same(start_, 1);
        if (!index(line, 1) || !go_on(at(1, term_), line.equal)) return false;
        encoder_.of_number = first_;
        encoder_.last_index = 1;
        return true;
      case Kind::hypothesis:
        if (!index(line, Tokens{token::n}) || !go_on(closed_, line.equal)) return false;
        encoder_.of_k = closed_;
        return true;
      case Kind::step:
        return index(line, next_n()) && go_on(plus(encoder_.of_k, at(next_n(), term_)), line.equal);
      case Kind::next:
        return go_on(line.equal);
      case Kind::row: {
        const std::int64_t i = encoder_.last_index + 1;
        if (!index(line, i) || !go_on(plus(encoder_.of_number, at(i, term_)), line.equal)) return false;
        encoder_.of_number = said_;
        encoder_.last_index = i;
        return true;
      }
      default:
        return false;
    }
  }

  bool divisibility_line(const Statement& line) {
    if (!numbers_are_small(line)) return false;
    switch (line.kind) {
      case Kind::claim: {
        const MaybeFraction difference = value(line.equal[0]);
        const std::optional<std::int64_t> base = leading_base(line.equal[0]);
        if (!difference || difference->den != 1 || !base || line.numbers[0] > most_divisor || line.numbers[0] == 0)
          return false;
        difference_ = *difference;
        base_ = *base;
        divisor_ = line.numbers[0];
        start_ = line.numbers[1];
        // What is less than nothing would be 0 here, which everything divides.
        append(token::above, at(start_, difference_).natural, constant_tokens(0));
        for (const std::int64_t n : {start_, start_ + 1})
          append(token::divides, constant_tokens(divisor_), at(n, difference_).natural);
        return true;
      }
      case Kind::base: {
        same(start_, 1);
        const std::optional<std::int64_t> factor = multiple(line.equal.back());
        if (!factor || !is_small(*factor) || !index(line, 1) || !go_on(at(1, difference_), line.equal)) return false;
        other_ = *factor;
        return true;
      }
      case Kind::hypothesis:
        if (line.equal.size() != 2 || !index(line, Tokens{token::n})) return false;
        if (!go_on(difference_, line.equal)) return false;
        equal(said_, {tokens_of(token::times, constant_tokens(divisor_), token::m)});
        return true;
      case Kind::step:
        return index(line, next_n()) && go_on(at(next_n(), difference_), line.equal);
      case Kind::next:
        return go_on(line.equal);
      case Kind::row:
        return remainder_row(line);
      default:
        return false;
    }
  }

  /// "R(2) = 2, as 11*R(1) = 11*4 = 44 = 7*6 + 2"
  bool remainder_row(const Statement& line) {
    const std::int64_t i = encoder_.last_index + 1, remainder = line.numbers[0];
    const Tree& last = line.equal.back();
    if (!last.is(Tree::Kind::sum) || last.parts.size() != 2 || !multiple(last.parts[0]) ||
        !last.parts[1].is(Tree::Kind::number) || !is_small(last.parts[1].number) || !index(line, i))
      return false;
    const Fraction base = {constant_tokens(base_)};
    same(remainder, last.parts[1].number);
    append(token::less, constant_tokens(remainder), constant_tokens(divisor_));
    if (!go_on(i == 1 ? base : scaled(encoder_.of_number, base_), line.equal)) return false;
    encoder_.of_number = {constant_tokens(remainder)};
    encoder_.last_index = i;
    return true;
  }

  /// b of "7*b"; asserts that 7 is the divisor.
  std::optional<std::int64_t> multiple(const Tree& tree) {
    const bool form = tree.is(Tree::Kind::product) && tree.parts.size() == 2 && !tree.flipped[1] &&
                      tree.parts[0].is(Tree::Kind::number) && is_small(tree.parts[0].number) &&
                      tree.parts[1].is(Tree::Kind::number);
    if (!form) return std::nullopt;
    same(tree.parts[0].number, divisor_);
    return tree.parts[1].number;
  }

  /// a of "a^n ..."
  static std::optional<std::int64_t> leading_base(const Tree& tree) {
    const Tree& first = tree.is(Tree::Kind::sum) ? tree.parts[0] : tree;
    const bool form = first.is(Tree::Kind::power) && first.parts[0].is(Tree::Kind::number) &&
                      is_small(first.parts[0].number) && first.parts[1].is(Tree::Kind::k);
    return form ? std::optional(first.parts[0].number) : std::nullopt;
  }

  bool inequality_line(const Statement& line) {
    if (!numbers_are_small(line)) return false;
    switch (line.kind) {
      case Kind::claim: {
        const MaybeFraction left = value(line.equal[0]), right = value(line.than[0]);
        const std::optional<std::int64_t> base = leading_base(line.equal[0]);
        if (!left || !right || !base || right->den != 1 || line.numbers[0] > most_divisor) return false;
        left_ = *left;
        right_ = *right;
        base_ = *base;
        k_ = start_ = encoder_.last_index = line.numbers[0];
        // Where it holds at first and not much later, the next numbers tell.
        for (const std::int64_t n : {start_, start_ + 1, start_ + 2})
          append(token::above, at(n, left_).natural, at(n, right_).natural);
        return set_difference(line);
      }
      case Kind::base:
        return go_on(left_, line.equal) && go_on(right_, line.than);
      case Kind::hypothesis:
        return go_on(left_, {line.equal[0]}) && go_on(plus(right_, {{token::m}}), {line.equal[1]});
      case Kind::step:
        return line.equal.size() > 1 && go_on(at(next_n(), left_), line.equal);
      case Kind::next:
        return go_on(line.equal);
      case Kind::bound: {
        const MaybeFraction more = value(line.equal[0]);
        if (!more) return false;
        equal(at(next_n(), left_), plus(at(next_n(), right_), plus(*more, scaled({{token::m}}, base_))));
        if (!go_on(*more, line.than)) return false;
        same(line.numbers[0], start_);
        return true;
      }
      case Kind::conclusion:
        return go_on(at(next_n(), left_), line.equal) && go_on(at(next_n(), right_), line.than);
      case Kind::row: {
        const std::int64_t i = ++encoder_.last_index;
        if (!index(line, i) || !go_on(at(i, left_), line.equal)) return false;
        const Fraction more = said_;
        if (!go_on(at(i, right_), line.than) || more.den != 1 || said_.den != 1) return false;
        append(token::above, more.natural, said_.natural);
        return true;
      }
    }
    return false;
  }

  /// g of "2^k = 3k + 5 + g" at the start.
  bool set_difference(const Statement& claim) {
    const MaybeForm left = form_of(claim.equal[0], {}), right = form_of(claim.than[0], {});
    const MaybeForm more = left && right ? difference(*left, *right) : std::nullopt;
    const MaybeForm first = more ? at(*more, start_) : std::nullopt;
    const std::optional<std::int64_t> number = first ? integer_of(*first) : std::nullopt;
    if (!number || *number > most_small) return false;
    other_ = std::max<std::int64_t>(*number, 0);
    return true;
  }

  Subject subject_;
  std::optional<Kind> last_;
  Tokens out_;
  Encoder encoder_;
  Fraction said_;                   ///< what the next "= ..." has to be worth
  Fraction term_, closed_, first_;  ///< of a sum
  Fraction difference_, left_, right_;
  std::int64_t start_ = 0, base_ = 0, divisor_ = 0;
  std::int64_t k_ = 1, other_ = 0;
};

}  // namespace

Result<Question> question_of(const std::vector<std::string>& proof) {
  const Subject subject = subject_of(proof[0]);
  Writer writer(subject);
  for (std::size_t i = 0; i < proof.size(); ++i) {
    const std::optional<Statement> line = read_statement(subject, proof[i]);
    if (line && writer.line(*line)) continue;
    return bad_text("line " + std::to_string(i + 1),
                    in_quotes(proof[i]) + " is no line of a proof that frames can calculate",
                    "write it as in tasks/README.md, with coefficients, starts and differences below 10000");
  }
  if (!writer.complete()) return bad_text("proof", "ends before the step is done", "write all of it");
  return writer.question();
}

}  // namespace trm::tasks::induction
