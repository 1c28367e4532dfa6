// Proofs with slips that a few numbers do not show, and right ones that look odd: the frames, the algebra and the
// numbers that answers come from agree on all of them.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/base/rng.h"
#include "tasks/recursion/induction/encoder.h"
#include "tasks/recursion/induction/induction.h"
#include "tests/support/sweep.h"
#include "tests/tasks/made_item.h"
#include "tests/tasks/proof_frames.h"

namespace test_induction_slips {

using namespace trm;
using namespace trm::tasks;

namespace {

using Proof = std::vector<std::string>;

std::string text_of(const Proof& proof) {
  std::string out = "proof";
  for (std::size_t i = 0; i < proof.size(); ++i) out += (i == 0 ? " " : "; ") + proof[i];
  return out;
}

std::string answer_of(const Result<std::size_t>& line) {
  return !line ? line.error().text() : *line == 0 ? "valid" : std::to_string(*line);
}

const Proof kOddNumbers = {"Claim: S(n) = 1 + 3 + ... + (2n - 1) = n^2 for all n >= 1",
                           "Base: S(1) = 1 = 1",
                           "Hypothesis: S(k) = k^2",
                           "Step: S(k + 1) = S(k) + (2k + 1)",
                           "= k^2 + 2k + 1",
                           "= (k + 1)^2",
                           "S(2) = S(1) + 3 = 1 + 3 = 4"};
const Proof kDoubled = {"Claim: S(n) = 3 + 6 + ... + 3*2^(n - 1) = 3*2^n - 3 for all n >= 1",
                        "Base: S(1) = 3 = 3*2^1 - 3",
                        "Hypothesis: S(k) = 3*2^k - 3",
                        "Step: S(k + 1) = S(k) + 3*2^k",
                        "= 3*2^k - 3 + 3*2^k",
                        "= 6*2^k - 3",
                        "= 3*2^(k + 1) - 3"};
const Proof kDivided = {"Claim: 7 divides D(n) = 11^n - 4^n for all n >= 1",
                        "Base: D(1) = 11 - 4 = 7 = 7*1",
                        "Hypothesis: D(k) = 11^k - 4^k = 7m",
                        "Step: D(k + 1) = 11^(k + 1) - 4^(k + 1)",
                        "= 11(11^k - 4^k) + 7*4^k",
                        "= 77m + 7*4^k",
                        "= 7(11m + 4^k)",
                        "R(1) = 4, as 11 = 7*1 + 4",
                        "R(2) = 2, as 11*R(1) = 11*4 = 44 = 7*6 + 2"};
const Proof kCompared = {"Claim: 2^n > 3n + 5 for all n >= 5",
                         "Base: 2^5 = 32 > 3*5 + 5 = 20",
                         "Hypothesis: 2^k = 3k + 5 + g with g > 0",
                         "Step: 2^(k + 1) = 2*2^k",
                         "= 2(3k + 5 + g)",
                         "= 3(k + 1) + 5 + (3k + 2) + 2g",
                         "Bound: 3k + 2 >= 3*5 + 2 = 17 for k >= 5",
                         "Conclusion: 2^(k + 1) > 3(k + 1) + 5",
                         "n = 6: 2*32 = 64 > 20 + 3 = 23"};

/// With another line `number`: everybody answers this.
void check_line(Proof proof, std::size_t number, const std::string& line, const std::string& answer) {
  proof[number - 1] = line;
  CAPTURE(text_of(proof));
  const Result<Item> item = induction::task().parse(text_of(proof));
  REQUIRE(item.ok());
  CHECK(item->answer == answer);
  CHECK(answer_of(induction::first_wrong_line(proof)) == answer);
  CHECK(test::by_frames(proof) == answer);
  CHECK(induction::task().verify(*item, answer));
  CHECK_FALSE(induction::task().verify(*item, answer == "valid" ? std::to_string(number) : "valid"));
}

void check_refused(Proof proof, std::size_t number, const std::string& line, const std::string& reason) {
  proof[number - 1] = line;
  const Result<Item> item = induction::task().parse(text_of(proof));
  REQUIRE_FALSE(item.ok());
  CHECK(item.error().field == "line " + std::to_string(number));
  CHECK(item.error().message == "\"" + line + "\" " + reason);
}

// Random slips.

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

template <class Choices>
std::string one_of(Rng& rng, const Choices& choices) {
  return std::string(choices[rng.below(static_cast<std::uint32_t>(choices.size()))]);
}

/// Where an expression of a line ends.
std::vector<std::size_t> ends_of_expressions(std::string_view line) {
  std::vector<std::size_t> out;
  int depth = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    depth += line[i] == '(' ? 1 : line[i] == ')' ? -1 : 0;
    for (const std::string_view sign : {" = ", " > ", " >= ", " for ", " with "})
      if (depth == 0 && line.substr(i).starts_with(sign)) out.push_back(i);
  }
  if (line.find(" for ") == std::string_view::npos && line.find(" with ") == std::string_view::npos)
    out.push_back(line.size());
  return out;
}

/// A place in the line where this holds; npos: there is none.
template <class Holds>
std::size_t any_place(Rng& rng, std::string_view line, const Holds& holds) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < line.size(); ++i)
    if (holds(i)) places.push_back(i);
  return places.empty() ? std::string_view::npos : places[rng.below(static_cast<std::uint32_t>(places.size()))];
}

class Slips {
 public:
  explicit Slips(const Proof& proof) {
    const std::size_t start = proof[0].rfind(">= ");
    if (start != std::string::npos) start_ = proof[0].substr(start + 3);
    const std::size_t factor = proof[1].rfind('*'), more = proof[1].find(" > ");
    if (factor != std::string::npos) other_ = proof[1].substr(factor + 1);
    if (more != std::string::npos) {
      const auto value = [&](std::size_t sign) { return std::stoll(proof[1].substr(sign + 3)); };
      other_ = std::to_string(value(proof[1].find(" = ")) - value(proof[1].rfind(" = ")));
    }
  }

  /// Changes one line, to the worse or not. False: this kind of change does not fit.
  bool make(Rng& rng, Proof& proof) const {
    const auto lines = static_cast<std::uint32_t>(proof.size());
    std::string& line = proof[rng.below(rng.below(4) == 0 ? lines : std::min(lines, 9u))];
    switch (rng.below(10)) {
      case 0:
        return replaced(line, any_place(rng, line, [&](std::size_t i) { return is_digit(line[i]); }),
                        std::string(1, static_cast<char>('0' + rng.below(10))));
      case 1:
        return flatten(rng, line);
      case 2: {
        constexpr std::array<std::string_view, 8> parts = {"^k", "^(k + 1)", "^2",   "^3",
                                                           "^n", "^(n - 1)", " + 1", "(k + 1)"};
        const std::string part = one_of(rng, parts);
        const std::size_t place = line.find(part);
        if (place != std::string::npos) line.erase(place, part.size());
        return place != std::string::npos;
      }
      case 3:
        return replaced(line, any_place(rng, line, [&](std::size_t i) { return line[i] == 'k'; }), at_point(rng));
      case 4:
        return replaced(line, any_place(rng, line, [&](std::size_t i) { return is_digit(line[i]); }),
                        one_of(rng, std::array{"k", "m", "g"}));
      case 5:
        return replaced(line, line.find_first_of("mg"), one_of(rng, std::array{"k", "m", "g", "S(k)", "D(k)"}));
      case 6:
        return replaced(line, line.find_first_of("mg"), other_);
      case 7:
        std::swap(line, proof[rng.below(lines)]);
        return true;
      case 8:
        return append(rng, line, vanishing(rng));
      default:
        return append(rng, line, nothing(rng));
    }
  }

 private:
  /// The numbers that somebody may try.
  [[nodiscard]] std::string at_point(Rng& rng) const {
    return one_of(rng, std::array<std::string, 3>{"1", "2", start_});
  }

  /// With a sign for the product, where a digit would run into the one before.
  static bool replaced(std::string& line, std::size_t place, const std::string& text) {
    if (place >= line.size()) return false;
    const bool runs_in = place > 0 && is_digit(line[place - 1]) && !is_digit(line[place]);
    line.replace(place, 1, (runs_in ? "*" : "") + text);
    return true;
  }

  /// k^3 becomes 4k, which it is at 2.
  bool flatten(Rng& rng, std::string& line) const {
    const std::size_t place = any_place(rng, line, [&](std::size_t i) {
      return i + 2 < line.size() && (line[i] == 'k' || line[i] == 'n') && line[i + 1] == '^' && is_digit(line[i + 2]);
    });
    if (place >= line.size()) return false;
    const std::int64_t point = std::stoll(at_point(rng));
    std::int64_t factor = 1;
    for (char power = line[place + 2]; power > '1'; --power) factor *= point;
    const std::string text = std::to_string(factor) + line[place];
    line.erase(place + 1, 2);
    return replaced(line, place, text);
  }

  static bool append(Rng& rng, std::string& line, const std::string& what) {
    const std::vector<std::size_t> ends = ends_of_expressions(line);
    if (ends.empty()) return false;
    line.insert(ends[rng.below(static_cast<std::uint32_t>(ends.size()))], (rng.below(2) == 0 ? " + " : " - ") + what);
    return true;
  }
  /// 0 for some k, one of which may be the one that is tried.
  [[nodiscard]] std::string vanishing(Rng& rng) const {
    const std::array<std::string, 20> choices = {"k - 1",
                                                 "k - 2",
                                                 "(k - 1)(k - 2)",
                                                 "(k - 1)(k - 2)(k - 3)",
                                                 "(k - 1)(k - 2)(k - 3)(k - 4)(k - 5)",
                                                 "k^3 - 6k^2 + 11k - 6",
                                                 "k^2 - k",
                                                 "k^4 - k^2",
                                                 "2^k - 2",
                                                 "2^k - 4",
                                                 "(2^k - 2)(2^k - 4)",
                                                 "2^k - 2k",
                                                 "2^k - k^2",
                                                 "(k - 1)(2^k - 4)",
                                                 "3^k - 2^k - 1",
                                                 "(k - " + start_ + ")",
                                                 "k(k - " + start_ + ")",
                                                 "(m - " + other_ + ")",
                                                 "(g - " + other_ + ")",
                                                 "(m - " + other_ + ")(k - 1)"};
    return one_of(rng, choices);
  }
  /// 0 for all k, with numbers below zero between; undefined in some proofs.
  static std::string nothing(Rng& rng) {
    constexpr std::array<std::string_view, 21> choices = {"((k - 3) - k + 3)",
                                                          "((k - 3)(k - 2) - k^2 + 5k - 6)",
                                                          "(2(k - 9) + 18 - 2k)",
                                                          "(2^(k + 1) - 2*2^k)",
                                                          "(2*2^(k - 1) - 2^k)",
                                                          "(4^k - 2^(2k))",
                                                          "((2^k - 3)(2^k + 3) - 4^k + 9)",
                                                          "(k/2 - 2k/4)",
                                                          "((1 - k)(k - 1) + (k - 1)^2)",
                                                          "((k - 4)^3 - k^3 + 12k^2 - 48k + 64)",
                                                          "((3 - k)^2 - (k - 3)^2)",
                                                          "0*k",
                                                          "((2 - 5) + 3)",
                                                          "(1/3 - 2/6)",
                                                          "(m - m)",
                                                          "(g - g)",
                                                          "(S(k) - S(k))",
                                                          "(S(1) - S(1))",
                                                          "(D(k) - D(k))",
                                                          "(R(1) - R(1))",
                                                          "k/0"};
    return one_of(rng, choices);
  }

  std::string start_ = "1";
  std::string other_ = "1";  ///< what m or g is where the claim starts
};

}  // namespace

TEST_CASE("a slip that one number does not show is found") {
  // At 2, 1, and 1 and 2.
  check_line(kOddNumbers, 3, "Hypothesis: S(k) = 2k", "3");
  check_line(kOddNumbers, 3, "Hypothesis: S(k) = k", "3");
  check_line(kOddNumbers, 3, "Hypothesis: S(k) = 3k - 2", "3");
  check_line(kOddNumbers, 4, "Step: S(k + 1) = S(k) + 5", "4");
  check_line(kOddNumbers, 4, "Step: S(3) = S(k) + (2k + 1)", "4");
  check_line(kOddNumbers, 4, "Step: S(2k) = S(k) + (2k + 1)", "4");
  check_line(kOddNumbers, 5, "= 2k + 2k + 1", "5");
  check_line(kOddNumbers, 6, "= (k + 1)^2 + (k - 1)(k - 2)", "6");
  check_line(kOddNumbers, 6, "= (k + 1)^2 + (k - 1)(k - 2)(k - 3)(k - 4)", "6");
  check_line(kOddNumbers, 6, "= 3^2", "6");
  check_line(kOddNumbers, 7, "S(2) = S(1) + 3 = 2^k", "7");
  check_line(kOddNumbers, 1, "Claim: S(n) = 1 + 3 + ... + (2n - 1) = 3n - 2 for all n >= 1", "1");
  check_line(kDoubled, 3, "Hypothesis: S(k) = 3*2 - 3", "3");
  check_line(kDoubled, 3, "Hypothesis: S(k) = 3*2^1 - 3", "3");
  check_line(kDoubled, 4, "Step: S(k + 1) = S(k) + 12", "4");
  check_line(kDoubled, 5, "= 3*2k - 3 + 3*2^k", "5");
  check_line(kDoubled, 6, "= 6*2^k - 3 + (2^k - 2)(2^k - 4)", "6");
  check_line(kDoubled, 7, "= 3*2^2 - 3", "7");
  check_line(kDivided, 3, "Hypothesis: D(k) = 11 - 4 = 7m", "3");
  check_line(kDivided, 3, "Hypothesis: D(k) = 11^k - 4^k = 7", "3");
  check_line(kDivided, 5, "= 11(11^k - 4^k) + 28", "5");
  check_line(kDivided, 6, "= 77 + 7*4^k", "6");
  check_line(kDivided, 6, "= 77m + 28", "6");
  check_line(kDivided, 7, "= 7(11k + 4^k)", "7");
  check_line(kDivided, 7, "= 7(11m + 4^k) + (m - 1)", "7");
  check_line(kCompared, 3, "Hypothesis: 2^k = 3*5 + 5 + g with g > 0", "3");
  check_line(kCompared, 3, "Hypothesis: 2^k = 3k + 5 + 12 with g > 0", "3");
  check_line(kCompared, 3, "Hypothesis: 2^k = 3k + 5 - g with g > 0", "3");
  check_line(kCompared, 4, "Step: 2^(k + 1) = 2*32", "4");
  check_line(kCompared, 5, "= 2(3k + 5 + 12)", "5");
  check_line(kCompared, 6, "= 3(5 + 1) + 5 + (3k + 2) + 2g", "6");
  check_line(kCompared, 7, "Bound: 17 >= 3*5 + 2 = 17 for k >= 5", "7");
  check_line(kCompared, 8, "Conclusion: 2^6 > 3(k + 1) + 5", "8");
  check_line(kCompared, 8, "Conclusion: 2^(k + 1) > 23", "8");
}

TEST_CASE("what is below zero on the way is no slip") {
  check_line(kOddNumbers, 1, "Claim: S(n) = 1 + 3 + ... + (n + (n - 1)) = 4(n - 2) + (n - 2)^2 + 4 for all n >= 1",
             "valid");
  check_line(kOddNumbers, 2, "Base: S(1) = 3 - 5 + 3 = 1", "valid");
  check_line(kOddNumbers, 4, "Step: S(k + 1) = S(k) + 2(k - 9) + 19", "valid");
  check_line(kOddNumbers, 5, "= (k - 3)(k + 5) + 16", "valid");
  check_line(kOddNumbers, 5, "= 16 + (k - 3)(k + 5)", "valid");
  check_line(kOddNumbers, 6, "= (-k - 1)^2", "valid");
  check_line(kOddNumbers, 6, "= (k - 5)^2 + 12k - 24", "valid");
  check_line(kOddNumbers, 6, "= (k - 3)(k - 4) + 9k - 11", "valid");
  check_line(kOddNumbers, 6, "= (k - 3)(k - 4) + 9k - 10", "6");
  check_line(kOddNumbers, 7, "S(2) = S(1) + 3 = 1 - 7 + 10 = 4", "valid");
  check_line(kDoubled, 5, "= 3(2^k - 9) + 24 + 3*2^k", "valid");
  check_line(kDoubled, 6, "= 12*2^(k - 1) - 3", "valid");
  check_line(kDivided, 1, "Claim: 7 divides D(n) = 11^n - 18^n for all n >= 1", "2");
  check_line(kDivided, 6, "= 11D(k) - 7(1 - 4^k) + 7", "valid");
  check_line(kDivided, 7, "= 7(11(m - 99) + 1089 + 4^k)", "valid");
  check_line(kCompared, 5, "= 2(3(k - 50) + 155 + g)", "valid");
  check_line(kCompared, 7, "Bound: 3(k - 50) + 152 >= 3*5 + 2 = 17 for k >= 5", "valid");
}

TEST_CASE("claims are tried at as many numbers as decide") {
  check_line(kDivided, 1, "Claim: 3 divides D(n) = 4^n - 3n - 1 for all n >= 1", "2");
  check_line(kDivided, 1, "Claim: 7 divides D(n) = 11^n - 4^n + (n - 1)(n - 2) for all n >= 1", "1");
  check_line(kDivided, 1, "Claim: 9 divides D(n) = 10^n + 17 + (n - 1)(n - 2)(n - 3) for all n >= 1", "1");
  // Holds at 1, fails later.
  check_line(kCompared, 1, "Claim: 2^n > 60n - 59 for all n >= 1", "1");
  check_line(kCompared, 1, "Claim: 9^n > 9999n - 9998 for all n >= 1", "1");
  check_line(kCompared, 1, "Claim: 2^n > 3n - 9999 for all n >= 5", "2");
}

TEST_CASE("what frames cannot decide is refused with the reason") {
  check_refused(kOddNumbers, 5, "= k^k", "has a power with k, but not of a number from 1 to 99 to a power like k + 1");
  check_refused(kOddNumbers, 5, "= 2^(k^2)", "has a power that is neither a number nor like k + 1");
  check_refused(kOddNumbers, 5, "= 100^k",
                "has a power with k, but not of a number from 1 to 99 to a power like k + 1");
  check_refused(kOddNumbers, 5, "= k^9", "has too high a power of k");
  check_refused(kOddNumbers, 5, "= (k + 2^k - 3)^9", "is too long when its brackets are multiplied out");
  check_refused(kOddNumbers, 5, "= (k^3 + k^2)/k", "divides by more than a number");
  check_refused(kOddNumbers, 5, "= S(k)S(k)", "multiplies numbers above 9999, or names");
  check_refused(kOddNumbers, 5, "= S(k^2)", "names something by more than a number or k");
  check_refused(kOddNumbers, 5, "= k^2 +", "is no line of a proof that frames can calculate");
  check_refused(kOddNumbers, 5, "= 999999999999999999*999999999999999999", "multiplies numbers above 9999, or names");
  check_refused(kDivided, 1, "Claim: 7 divides D(n) = 11^n/2 - 4^n for all n >= 1", "is about a quotient");
  check_refused(kDivided, 1, "Claim: 700 divides D(n) = 11^n - 4^n for all n >= 1", "has no divisor from 1 to 99");
  check_refused(kCompared, 1, "Claim: 2^n > n^2 for all n >= 5",
                "does not say that a^n is more than c n + e with c > 0");
  check_refused(kCompared, 1, "Claim: 2^n > 3n + 5 for all n >= 61", "starts where a side is above 10^18");
}

TEST_CASE("points of a shape decide functions of that shape") {
  using induction::Shape;
  const Shape k = Shape::of_k(), constant, square = *k.times(k), power = Shape::of_power(3);
  CHECK(constant.deciding_points(1) == std::vector<std::int64_t>{1});
  CHECK(square.deciding_points(1) == std::vector<std::int64_t>{1});
  CHECK(square.with(k).deciding_points(1) == std::vector<std::int64_t>{1, 2});
  CHECK(square.with(constant).deciding_points(1) == std::vector<std::int64_t>{1, 0});
  CHECK(square.with(k).with(constant).deciding_points(5) == std::vector<std::int64_t>{5, 0, 1});
  CHECK(square.moved().deciding_points(1) == std::vector<std::int64_t>{1, 0, 2});
  CHECK(square.grown().deciding_points(1) == std::vector<std::int64_t>{1, 0});
  CHECK(power.deciding_points(1) == std::vector<std::int64_t>{1});
  CHECK(power.with(constant).deciding_points(1) == std::vector<std::int64_t>{1, 0});
  CHECK(power.times(square)->with(constant).deciding_points(2) == std::vector<std::int64_t>{2, 0, 1, 3});
  CHECK(power.times(square)->deciding_in_a_row() == 3);
  Shape high = k;
  for (int i = 1; i < 8; ++i) high = *high.times(k);
  CHECK_FALSE(high.times(k));
}

TEST_CASE("frames, algebra and numbers agree on random slips") {
  std::map<std::string, std::size_t> verdicts;
  std::size_t refused = 0;
  const std::uint64_t items = test::swept(1000);
  for (std::uint64_t i = 0; i < items; ++i) {
    Rng rng(6, stream_of("slips"), i);
    const Item item = test::made(induction::task(), i % 8 == 0 ? "steps_2x" : "train", 13, i);
    Proof proof = *induction::read_proof(std::string_view(item.prompt).substr(6));
    // What is said for all k comes first: a few rows of the table will do.
    proof.resize(std::min<std::size_t>(proof.size(), 11));
    const Slips slips(proof);
    for (std::size_t made = 0; made == 0 || rng.below(4) == 0;) made += slips.make(rng, proof) ? 1 : 0;
    const std::string algebra = answer_of(induction::first_wrong_line(proof));
    const std::string numbers = answer_of(induction::first_wrong_line_by_numbers(proof));
    const std::string frames = test::by_frames(proof);
    if (frames.starts_with("refused")) {
      ++refused;
      continue;
    }
    ++verdicts[algebra == "valid" ? algebra : "wrong"];
    if (frames != algebra || numbers != algebra)
      FAIL_CHECK(text_of(proof), "\n  frames ", frames, ", algebra ", algebra, ", numbers ", numbers);
  }
  CHECK(verdicts["valid"] > items / 40);
  CHECK(verdicts["wrong"] > items / 2);
  CHECK(refused < items / 2);
}

TEST_CASE("frames find the line that algebra finds in proofs with another number") {
  Rng rng(4, stream_of("changed numbers"), 0);
  std::map<bool, std::size_t> agreed;
  std::size_t refused = 0;
  const std::uint64_t items = test::swept(600, 60);
  for (std::uint64_t i = 0; i < items; ++i) {
    const Item item = test::made(induction::task(), i % 5 == 0 ? "steps_2x" : "validation", 12, i);
    std::string text = item.prompt.substr(6);
    const std::size_t place = any_place(rng, text, [&](std::size_t at) { return is_digit(text[at]); });
    text[place] = static_cast<char>('0' + rng.below(10));
    const Proof proof = *induction::read_proof(text);
    const std::string frames = test::by_frames(proof);
    if (frames.starts_with("refused")) {
      ++refused;
    } else {
      CAPTURE(text);
      CHECK(frames == answer_of(induction::first_wrong_line(proof)));
      ++agreed[frames == "valid"];
    }
  }
  CHECK(agreed[true] > 0);
  CHECK(agreed[false] > items * 8 / 10);
  CHECK(refused < items / 12);
}

}  // namespace test_induction_slips
