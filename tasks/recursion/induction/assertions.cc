// Proofs as assertions that frames can check.
//
//   stream       { LINE { assertion } . }
//   assertion    = value value | ABOVE value value | DIVIDES small value | SAME small small | LESS small small
//
// "= ..." says that this is what the line before came to; S(k) is what the hypothesis says, and m or g is what it makes
// of it; S(4) and R(4) are what the row before has. What a line says for all k is asserted for as many k as decide it.
#include <algorithm>
#include <numeric>
#include <optional>

#include "tasks/base/words.h"
#include "tasks/frames/digits.h"
#include "tasks/frames/frame_writer.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/induction/encoder.h"
#include "tasks/recursion/induction/induction.h"
#include "tasks/recursion/induction/statement.h"

namespace trm::tasks::induction {
namespace {

using Kind = Statement::Kind;
using MaybeValue = std::optional<Value>;

/// What an expression is worth: at the k of the frames, where a token stands for the other symbol; and at any k.
struct Worth {
  Value here, anywhere;
};
using MaybeWorth = std::optional<Worth>;

Worth alike(const Value& value) {
  return {value, value};
}

/// Writes assertions line by line.
class Writer {
 public:
  explicit Writer(Subject subject) : subject_(subject) {
    encoder_.name_of_k = subject == Subject::sum ? 'S' : subject == Subject::divisibility ? 'D' : '\0';
    encoder_.name_of_number = subject == Subject::sum ? 'S' : subject == Subject::divisibility ? 'R' : '\0';
    encoder_.other_kind = subject == Subject::divisibility ? Tree::Kind::m : Tree::Kind::g;
  }

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
  /// Why the last line was refused; empty: it is none of such a proof.
  [[nodiscard]] std::string_view why() const { return why_.empty() ? encoder_.why() : why_; }
  [[nodiscard]] Question question() const {
    const auto digits = [](std::int64_t value) { return digits_of(static_cast<std::uint32_t>(value)); };
    return {tokens_of(token::proof, digits(1), token::comma, digits(k_), token::comma, digits(other_.value_or(0)),
                      token::comma, token::x),
            {out_}};
  }

 private:
  using Values = std::vector<Tree>;

  bool refuse(std::string_view why) {
    why_ = why;
    return false;
  }

  // Assertions.

  template <class... Parts>
  void append(const Parts&... parts) {
    const Tokens tokens = tokens_of(parts...);
    out_.insert(out_.end(), tokens.begin(), tokens.end());
  }
  void same(std::int64_t a, std::int64_t b) { append(token::same, constant_tokens(a), constant_tokens(b)); }

  /// The parts of a - b: what is added against what is taken away.
  void compare(Token assertion, const Value& a, const Value& b, std::optional<std::int64_t> k = {}) {
    Value sides = minus(a, b);
    if (k) sides = at(*k, sides);
    for (Tokens* side : {&sides.positive, &sides.negative})
      if (side->empty()) *side = constant_tokens(0);
    append(assertion, sides.positive, sides.negative);
  }
  void above(const Value& a, const Value& b) { compare(token::above, a, b); }
  /// The divisor divides the value: taking a part away is adding it d - 1 times.
  void divides(std::int64_t divisor, const Value& value) {
    const Value sum = plus({value.positive, {}, 1, {}}, scaled({value.negative, {}, 1, {}}, divisor - 1));
    append(token::divides, constant_tokens(divisor), sum.positive.empty() ? constant_tokens(0) : sum.positive);
  }

  static bool written_alike(const Value& a, const Value& b) {
    return a.positive == b.positive && a.negative == b.negative && a.den == b.den;
  }
  /// a = b for all k, whose difference is of this shape.
  bool equal(const Worth& a, const Worth& b, const Shape& shape) {
    const Value &x = a.anywhere, &y = b.anywhere;
    const std::vector<std::int64_t> points = (written_alike(x, y) ? Shape() : shape).deciding_points(k_);
    if (points.size() > kMostPoints) return refuse("has too many different powers");
    if (x.den > kMostDen || y.den > kMostDen) return refuse("has a denominator above 10^9");
    compare(token::equals, a.here, b.here);
    std::for_each(points.begin() + 1, points.end(), [&](std::int64_t k) { compare(token::equals, x, y, k); });
    return true;
  }
  bool equal(const Worth& a, const Worth& b) { return equal(a, b, a.anywhere.shape.with(b.anywhere.shape)); }

  // Values.

  /// One reading of an expression, with what it says of indices.
  MaybeValue read(const Tree& tree) {
    MaybeValue out = encoder_.value(tree);
    // What is not defined is equal to nothing, and its line wrong.
    if (out && encoder_.undefined()) same(0, 1);
    encoder_.forget_undefined();
    for (const auto& [index, wanted] : std::exchange(encoder_.indices, {}))
      if (!equal(alike(index), alike(wanted))) return std::nullopt;
    return out;
  }
  MaybeWorth worth(const Tree& tree) {
    const MaybeValue anywhere = read(tree);
    if (!anywhere) return std::nullopt;
    Worth out = alike(*anywhere);
    if (other_ && encoder_.other) {
      const MaybeValue there = std::exchange(encoder_.other, Value{{token::m}, {}, 1, {}});
      if (const MaybeValue here = encoder_.value(tree)) out.here = *here;
      encoder_.other = there;
      encoder_.indices.clear();
      encoder_.forget_undefined();
    }
    return out;
  }

  /// Asserts that each is worth what was said before: of what is worth the same, the one that is written alike, else
  /// the shortest.
  bool go_on(const Values& values) {
    for (const Tree& tree : values) {
      const MaybeWorth part = worth(tree);
      if (!part) return false;
      const auto twin = std::find_if(said_.begin(), said_.end(),
                                     [&](const Worth& said) { return written_alike(said.anywhere, part->anywhere); });
      if (!equal(twin != said_.end() ? *twin : said_.front(), *part)) return false;
      said_.push_back(*part);
      if (part->anywhere.size() < said_.front().anywhere.size()) std::swap(said_.front(), said_.back());
    }
    return true;
  }
  bool go_on(const Value& from, const Values& values) {
    said_ = {alike(from)};
    return go_on(values);
  }
  /// The shortest form of what was said last.
  [[nodiscard]] const Value& said() const { return said_.front().anywhere; }

  /// Is the expression worth start + times m whatever m (or g) is? None that the encoder reads multiplies it by itself,
  /// so 0 and 1 decide.
  bool says_with_other(const Tree& tree, const Value& start, std::int64_t times) {
    for (const bool one : {false, true}) {
      encoder_.other = one ? number_value(1) : Value();
      const MaybeValue value = read(tree);
      encoder_.other.reset();
      if (!value || !equal(alike(*value), alike(one ? plus(start, number_value(times)) : start))) return false;
    }
    return true;
  }
  bool index(const Statement& line, const Value& wanted) {
    if (!line.index) return false;
    if (line.index->is(Tree::Kind::number) && is_small(line.index->number) && wanted.shape.is_constant()) {
      append(token::same, constant_tokens(line.index->number), wanted.positive);
      return true;
    }
    const MaybeValue value = read(*line.index);
    return value && equal(alike(*value), alike(wanted));
  }
  static Value next_k() { return plus(k_value(), number_value(1)); }
  /// Is it row i? The one before is what values may name.
  bool row_index(const Statement& line, std::int64_t i) {
    return (i <= kMostCounter || refuse("is a row beyond number 99")) && index(line, number_value(i));
  }
  static bool numbers_are_small(const Statement& line) {
    return std::all_of(line.numbers.begin(), line.numbers.end(), is_small);
  }

  // Lines.

  bool sum_line(const Statement& line) {
    switch (line.kind) {
      case Kind::claim: {
        const MaybeValue term = read(line.equal[0]), closed = read(line.equal[1]);
        if (!term || !closed || !is_small(line.numbers[2])) return false;
        term_ = *term;
        closed_ = *closed;
        first_ = number_value(line.numbers[0]);
        start_ = line.numbers[2];
        const Value next_term = at_next(term_), next = at_next(closed_);
        return equal(alike(at(1, term_)), alike(first_)) &&
               equal(alike(at(2, term_)), alike(number_value(line.numbers[1]))) &&
               equal(alike(at(1, closed_)), alike(first_)) &&
               equal(alike(plus(closed_, next_term)), alike(next), closed_.shape.grown().with(next_term.shape));
      }
      case Kind::base:
        same(start_, 1);
        if (!index(line, number_value(1)) || !go_on(at(1, term_), line.equal)) return false;
        encoder_.of_number = first_;
        encoder_.last_index = 1;
        return true;
      case Kind::hypothesis:
        if (!index(line, k_value()) || !go_on(closed_, line.equal)) return false;
        encoder_.of_k = closed_;
        return true;
      case Kind::step:
        return index(line, next_k()) && go_on(at_next(closed_), line.equal);
      case Kind::next:
        return go_on(line.equal);
      case Kind::row: {
        const std::int64_t i = encoder_.last_index + 1;
        if (!row_index(line, i) || !go_on(plus(*encoder_.of_number, at(i, term_)), line.equal)) return false;
        encoder_.of_number = said();
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
      case Kind::claim:
        return divisibility_claim(line);
      case Kind::base: {
        same(start_, 1);
        const std::optional<std::int64_t> factor = multiple(line.equal.back());
        if (!factor || !index(line, number_value(1)) || !go_on(at(1, difference_), line.equal)) return false;
        if (is_small(*factor)) other_ = *factor;
        return true;
      }
      case Kind::hypothesis: {
        if (line.equal.size() != 2 || !index(line, k_value()) || !go_on(difference_, {line.equal[0]})) return false;
        if (!says_with_other(line.equal[1], {}, divisor_)) return false;
        encoder_.of_k = encoder_.other = difference_;
        encoder_.other->den = divisor_;
        return true;
      }
      case Kind::step:
        return index(line, next_k()) && go_on(at_next(difference_), line.equal);
      case Kind::next:
        return go_on(line.equal);
      case Kind::row:
        return remainder_row(line);
      default:
        return false;
    }
  }

  bool divisibility_claim(const Statement& line) {
    const MaybeValue difference = read(line.equal[0]);
    const std::optional<std::int64_t> base = leading_base(line.equal[0]);
    if (!difference) return false;
    if (difference->den != 1) return refuse("is about a quotient");
    if (!base || *base < 2 || *base > kMostCounter) return refuse("is not about D(n) = a^n ... with a from 2 to 99");
    if (line.numbers[0] < 1 || line.numbers[0] > kMostCounter) return refuse("has no divisor from 1 to 99");
    difference_ = *difference;
    base_ = *base;
    divisor_ = line.numbers[0];
    start_ = line.numbers[1];
    const std::int64_t values = difference_.shape.deciding_in_a_row();
    if (start_ + values > kMostCounter) return refuse("starts above 90");
    for (std::int64_t n = start_; n < start_ + values; ++n) divides(divisor_, at(n, difference_));
    return true;
  }

  /// "R(2) = 2, as 11*R(1) = 11*4 = 44 = 7*6 + 2"
  bool remainder_row(const Statement& line) {
    const std::int64_t remainder = line.numbers[0];
    const Tree& last = line.equal.back();
    if (!last.is(Tree::Kind::sum) || last.parts.size() != 2 || !multiple(last.parts[0]) ||
        !last.parts[1].is(Tree::Kind::number) || !is_small(last.parts[1].number))
      return false;
    const std::int64_t i = encoder_.last_index + 1;
    if (!row_index(line, i)) return false;
    const Value written = number_value(last.parts[1].number);
    compare(token::equals, number_value(remainder), last.flipped[1] ? minus({}, written) : written);
    append(token::less, constant_tokens(remainder), constant_tokens(divisor_));
    const MaybeValue& before = encoder_.of_number;
    if (!go_on(before ? scaled(*before, base_) : number_value(base_), line.equal)) return false;
    encoder_.of_number = number_value(remainder);
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

  bool inequality_line(const Statement& line) {
    if (!numbers_are_small(line)) return false;
    switch (line.kind) {
      case Kind::claim:
        return inequality_claim(line);
      case Kind::base:
        if (!go_on(at(start_, left_), line.equal)) return false;
        left_number_ = said();
        return go_on(at(start_, right_), line.than);
      case Kind::hypothesis: {
        if (!go_on(left_, {line.equal[0]}) || !says_with_other(line.equal[1], right_, 1)) return false;
        encoder_.other = minus(left_, right_);
        return true;
      }
      case Kind::step:
        return line.equal.size() > 1 && go_on(at_next(left_), line.equal);
      case Kind::next:
        return go_on(line.equal);
      case Kind::bound: {
        const MaybeWorth more = worth(line.equal[0]);
        if (!more || !equal(alike(minus(scaled(right_, base_), at_next(right_))), *more)) return false;
        const Value least = at(start_, more->anywhere);
        above(plus(least, number_value(1)), {});
        if (!go_on(least, line.than)) return false;
        same(line.numbers[0], start_);
        return true;
      }
      case Kind::conclusion:
        return go_on(at_next(left_), line.equal) && go_on(at_next(right_), line.than);
      case Kind::row: {
        const std::int64_t i = ++encoder_.last_index;
        if (!row_index(line, i) || !go_on(scaled(left_number_, base_), line.equal)) return false;
        left_number_ = said();
        if (!go_on(at(i, right_), line.than)) return false;
        above(left_number_, said());
        return true;
      }
    }
    return false;
  }

  /// "Claim: a^n > c n + e for all n >= s"
  bool inequality_claim(const Statement& line) {
    const MaybeValue left = read(line.equal[0]), right = read(line.than[0]);
    const std::optional<std::int64_t> base = leading_base(line.equal[0]);
    if (!left || !right) return false;
    if (!base || !line.equal[0].is(Tree::Kind::power) || *base < 2 || *base > kMostCounter)
      return refuse("does not say that a^n, a from 2 to 99, is more than something");
    const std::optional<std::int64_t> first = integer_at(line.than[0], 0), second = integer_at(line.than[0], 1);
    if (!right->shape.is_linear() || right->den != 1 || !first || !second || *second <= *first)
      return refuse("does not say that a^n is more than c n + e with c > 0");
    left_ = *left;
    right_ = *right;
    base_ = *base;
    k_ = start_ = encoder_.last_index = line.numbers[0];
    if (start_ > kMostCounter) return refuse("starts above 99");
    // The left side grows by (a - 1) a^n, and so faster than the right one from some n on: the n before decide.
    for (std::int64_t n = start_;; ++n) {
      const std::optional<std::int64_t> power = integer_at(line.equal[0], n), less = integer_at(line.than[0], n);
      if (!power || !less) return refuse("starts where a side is above 10^18");
      above(at(n, left_), at(n, right_));
      if (n == start_ && is_small(*power - *less)) other_ = *power - *less;
      if (*power >= *second - *first) return true;
    }
  }

  Subject subject_;
  std::optional<Kind> last_;
  Tokens out_;
  Encoder encoder_;
  std::string_view why_;
  std::vector<Worth> said_;      ///< what the next "= ..." has to be worth, the shortest form first
  Value term_, closed_, first_;  ///< of a sum
  Value difference_, left_, right_;
  Value left_number_;  ///< of an inequality, in the row before
  std::int64_t start_ = 0, base_ = 0, divisor_ = 0;
  std::int64_t k_ = 1;
  std::optional<std::int64_t> other_;  ///< m or g at k_, if it is a small number
};

}  // namespace

Result<Question> encode_proof(const std::vector<std::string>& proof) {
  const Subject subject = subject_of(proof[0]);
  Writer writer(subject);
  for (std::size_t i = 0; i < proof.size(); ++i) {
    const std::optional<Statement> line = read_statement(subject, proof[i]);
    if (line && writer.line(*line)) continue;
    const std::string why(line ? writer.why() : "");
    return bad_text(
        "line " + std::to_string(i + 1),
        in_quotes(proof[i]) + (why.empty() ? " is no line of a proof that frames can calculate" : " " + why),
        "write it as in tasks/README.md, with coefficients below 10000, and powers and divisors below 100");
  }
  if (!writer.complete()) return bad_text("proof", "ends before the step is done", "write all of it");
  if (proof.size() > kMostCounter)
    return bad_text("proof", "has " + std::to_string(proof.size()) + " lines", "write at most 99");
  return writer.question();
}

}  // namespace trm::tasks::induction
