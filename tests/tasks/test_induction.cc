#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tasks/base/rng.h"
#include "tasks/recursion/induction/form.h"
#include "tasks/recursion/induction/induction.h"
#include "tests/support/surface.h"
#include "tests/support/sweep.h"
#include "tests/tasks/made_item.h"
#include "tests/tasks/proof_frames.h"
#include "tests/tasks/split_checks.h"

namespace test_induction {

using namespace trm;
using namespace trm::tasks;

namespace {

Item made(std::string_view slice, std::uint64_t seed, std::uint64_t index) {
  return test::made(induction::task(), slice, seed, index);
}

/// Line number of a proof, or -1 where the text is none.
long wrong_line(std::string_view text) {
  const Result<std::vector<std::string>> proof = induction::read_proof(text);
  const Result<std::size_t> line = proof ? induction::first_wrong_line(*proof) : proof.error();
  return line ? static_cast<long>(*line) : -1;
}

/// The text of an item's proof.
std::string_view proof_of(const Item& item) {
  return std::string_view(item.prompt).substr(6);
}

const std::vector<std::string> kOddNumbers = {"Claim: S(n) = 1 + 3 + ... + (2n - 1) = n^2 for all n >= 1",
                                              "Base: S(1) = 1 = 1",
                                              "Hypothesis: S(k) = k^2",
                                              "Step: S(k + 1) = S(k) + (2k + 1)",
                                              "= k^2 + 2k + 1",
                                              "= (k + 1)^2",
                                              "S(2) = S(1) + 3 = 1 + 3 = 4",
                                              "S(3) = S(2) + 5 = 4 + 5 = 9"};
const std::vector<std::string> kDivided = {"Claim: 7 divides D(n) = 11^n - 4^n for all n >= 1",
                                           "Base: D(1) = 11 - 4 = 7 = 7*1",
                                           "Hypothesis: D(k) = 11^k - 4^k = 7m",
                                           "Step: D(k + 1) = 11^(k + 1) - 4^(k + 1)",
                                           "= 11*11^k - 4*4^k",
                                           "= 11(11^k - 4^k) + 7*4^k",
                                           "= 77m + 7*4^k",
                                           "= 7(11m + 4^k)",
                                           "R(1) = 4, as 11 = 7*1 + 4",
                                           "R(2) = 2, as 11*R(1) = 11*4 = 44 = 7*6 + 2"};
const std::vector<std::string> kCompared = {"Claim: 2^n > 3n + 5 for all n >= 5",
                                            "Base: 2^5 = 32 > 3*5 + 5 = 20",
                                            "Hypothesis: 2^k = 3k + 5 + g with g > 0",
                                            "Step: 2^(k + 1) = 2*2^k",
                                            "= 2(3k + 5 + g)",
                                            "= 3(k + 1) + 5 + (3k + 2) + 2g",
                                            "Bound: 3k + 2 >= 3*5 + 2 = 17 for k >= 5",
                                            "Conclusion: 2^(k + 1) > 3(k + 1) + 5",
                                            "n = 6: 2*32 = 64 > 20 + 3 = 23"};

std::string numbered(const std::vector<std::string>& lines) {
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) out += (i == 0 ? "" : "\n") + std::to_string(i + 1) + ". " + lines[i];
  return out;
}

/// The checker's verdict when one line is another.
long with_line(std::vector<std::string> proof, std::size_t number, const std::string& line) {
  proof[number - 1] = line;
  return wrong_line(numbered(proof));
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

TEST_CASE("proofs by hand are valid") {
  CHECK(wrong_line(numbered(kOddNumbers)) == 0);
  CHECK(wrong_line(numbered(kDivided)) == 0);
  CHECK(wrong_line(numbered(kCompared)) == 0);
  CHECK(wrong_line("1. Claim: S(n) = 1 + 2 + ... + n = n(n + 1)/2 for all n >= 1\n2. Base: S(1) = 1 = 2/2\n"
                   "3. Hypothesis: S(k) = (k^2 + k)/2\n4. Step: S(k + 1) = S(k) + (k + 1)\n"
                   "5. = k(k + 1)/2 + (k + 1)\n6. = (k + 1)(k + 2)/2") == 0);
  CHECK(
      wrong_line("1. Claim: S(n) = 3 + 6 + ... + 3*2^(n - 1) = 3*2^n - 3 for all n >= 1\n2. Base: S(1) = 3 = 3*2 - 3\n"
                 "3. Hypothesis: S(k) = 3*2^k - 3\n4. Step: S(k + 1) = S(k) + 3*2^k\n5. = 6*2^k - 3") == 0);
}

TEST_CASE("typical errors are found where they are") {
  CHECK(with_line(kOddNumbers, 1, "Claim: S(n) = 1 + 3 + ... + (2n - 1) = n^2 + n for all n >= 1") == 1);
  CHECK(with_line(kOddNumbers, 1, "Claim: S(n) = 1 + 4 + ... + (2n - 1) = n^2 for all n >= 1") == 1);
  CHECK(with_line(kOddNumbers, 1, "Claim: S(n) = 1 + 3 + ... + (2n - 1) = n^2 for all n >= 2") == 2);
  CHECK(with_line(kOddNumbers, 2, "Base: S(1) = 2 = 2") == 2);
  CHECK(with_line(kOddNumbers, 2, "Base: S(1) = S(1)") == 2);
  CHECK(with_line(kOddNumbers, 3, "Hypothesis: S(k) = S(k)") == 3);
  CHECK(with_line(kOddNumbers, 4, "Step: S(k + 1) = S(k) + (2k + 3)") == 4);
  CHECK(with_line(kOddNumbers, 4, "Step: S(k + 2) = S(k) + (2k + 1)") == 4);
  CHECK(with_line(kOddNumbers, 5, "= k^2 + k + 1") == 5);
  CHECK(with_line(kOddNumbers, 6, "= (k + 2)^2") == 6);
  CHECK(with_line(kOddNumbers, 7, "S(2) = S(1) + 4 = 1 + 4 = 5") == 7);
  CHECK(with_line(kOddNumbers, 8, "S(4) = S(2) + 5 = 4 + 5 = 9") == 8);
  CHECK(with_line(kOddNumbers, 8, "S(3) = S(1) + 8 = 4 + 5 = 9") == 8);
  CHECK(with_line(kOddNumbers, 5, "= k^2 + ") == 5);
  CHECK(with_line(kOddNumbers, 5, "= k^2/0") == 5);
  CHECK(with_line(kDivided, 1, "Claim: 5 divides D(n) = 11^n - 4^n for all n >= 1") == 1);
  CHECK(with_line(kDivided, 2, "Base: D(1) = 11 - 4 = 7 = 1*7") == 2);
  CHECK(with_line(kDivided, 3, "Hypothesis: D(k) = 11^k - 4^k = 8m") == 3);
  CHECK(with_line(kDivided, 6, "= 11(11^k - 4^k) + 8*4^k") == 6);
  CHECK(with_line(kDivided, 10, "R(2) = 9, as 11*R(1) = 11*4 = 44 = 7*5 + 9") == 10);
  CHECK(with_line(kCompared, 1, "Claim: 2^n > 3n + 5 for all n >= 4") == 1);
  CHECK(with_line(kCompared, 1, "Claim: 2^n > 3n + 5 for all n >= 6") == 2);
  CHECK(with_line(kCompared, 3, "Hypothesis: 2^k = 3k + 5 + g with g > 1") == 3);
  CHECK(with_line(kCompared, 7, "Bound: 3k + 2 >= 3*4 + 2 = 14 for k >= 5") == 7);
  CHECK(with_line(kCompared, 8, "Conclusion: 2^(k + 1) > 3(k + 2) + 5") == 8);
  CHECK(with_line(kCompared, 9, "n = 6: 2*32 = 64 > 20 + 5 = 25") == 9);
}

TEST_CASE("texts that are no proofs are errors, and none is too hard") {
  CHECK(wrong_line("") == -1);
  CHECK(wrong_line("2. Claim: S(n) = 1 + 3 + ... + (2n - 1) = n^2 for all n >= 1") == -1);
  CHECK(wrong_line("1. " + kOddNumbers[0]) == -1);
  CHECK(wrong_line(std::string(70000, 'x')) == -1);
  CHECK(wrong_line("1. " + std::string(30000, '(')) == 1);
  CHECK(with_line(kOddNumbers, 5, "= " + std::string(30000, '(')) == 5);
  CHECK(with_line(kOddNumbers, 5, "= 999999999999999999*999999999999999999") == -1);
  CHECK(with_line(kOddNumbers, 5, "= ((k + 1)^9)^9") == -1);
  CHECK(with_line(kOddNumbers, 5, "= 2^999") == -1);
  CHECK(with_line(kOddNumbers, 5, "= k^k") == -1);
  CHECK(with_line(kCompared, 1, "Claim: 2^n > n^2 for all n >= 5") == -1);
  CHECK(with_line(kCompared, 1, "Claim: 2^n > 3n - 99999999999 for all n >= 5") == 2);
}

TEST_CASE("forms agree with machine arithmetic") {
  using namespace trm::tasks::induction;
  const Form k = {{Monomial{1, 1}, Rational{1, 1}}};
  const MaybeForm square = power(*sum(k, constant(3)), constant(2));  // (k + 3)^2
  const MaybeForm exponential = power(constant(5), *difference(k, constant(2)));
  REQUIRE((square && exponential));
  const MaybeForm both = product(*square, *exponential);
  REQUIRE(both);
  for (std::int64_t n = 2; n < 12; ++n) {
    const std::int64_t expected = (n + 3) * (n + 3) * static_cast<std::int64_t>(std::llround(std::pow(5.0, n - 2)));
    CHECK(at(*both, n) == constant(expected));
    CHECK(at(*shifted(*both), n - 1) == constant(expected));
  }
  CHECK_FALSE(rational(1, 0));
  CHECK(rational(6, -4) == Rational{-3, 2});
  CHECK_FALSE(rational(Int{1} << 62, 1));
}

TEST_CASE("the checker finds the error where the generator put it") {
  for (const std::string_view slice : induction::task().info().slices) {
    std::size_t valid = 0;
    const std::uint64_t items = test::swept(2000);
    for (std::uint64_t i = 0; i < items; ++i) {
      const Item item = made(slice, 7, i);
      CAPTURE(item.prompt);
      // Numbers gave the answer, algebra judges it; frames agree with both.
      CHECK(induction::task().verify(item, item.answer));
      const std::vector<std::string> proof = *induction::read_proof(proof_of(item));
      if (i % 8 == 0) CHECK(test::by_frames(proof) == item.answer);
      const std::size_t lines = proof.size();
      CHECK(item.depth == lines);
      CHECK(lines >= (slice == "steps_2x" ? 20 : 10));
      CHECK(lines <= (slice == "steps_2x" ? 36 : 18));
      valid += item.answer == "valid" ? 1 : 0;
    }
    // Six standard deviations of a fair coin.
    CHECK(std::abs(static_cast<double>(valid) - 0.5 * static_cast<double>(items)) <
          3 * std::sqrt(static_cast<double>(items)));
  }
}

TEST_CASE("errors are as likely in any line") {
  std::map<std::size_t, std::map<std::string, double>> wrong;  // lines -> answer -> items
  std::map<std::size_t, double> all;
  for (std::uint64_t i = 0; i < test::swept(20'000, 2000); ++i) {
    const Item item = made("train", 9, i);
    if (item.answer == "valid") continue;
    ++wrong[item.depth][item.answer];
    ++all[item.depth];
  }
  CHECK(all.size() == 9);
  for (const auto& entry : wrong) {
    const auto lines = static_cast<double>(entry.first);
    CAPTURE(lines);
    const double expected = all[entry.first] / lines;
    CHECK(entry.second.size() == entry.first);
    double chi_squared = 0;
    for (const auto& count : entry.second)
      chi_squared += (count.second - expected) * (count.second - expected) / expected;
    const double freedom = lines - 1;
    CHECK(chi_squared < freedom + 5 * std::sqrt(2 * freedom));
  }
}

TEST_CASE("any other number in a valid proof makes it wrong") {
  Rng rng(3, stream_of("numbers"), 0);
  std::size_t tried = 0;
  for (std::uint64_t i = 0; i < test::swept(1000); ++i) {
    const Item item = made(i % 5 == 0 ? "steps_2x" : "train", 11, i);
    if (item.answer != "valid") continue;
    const std::string text(proof_of(item));
    for (std::size_t begin = 0; begin < text.size(); ++begin) {
      if (!is_digit(text[begin])) continue;
      std::size_t end = begin;
      while (end < text.size() && is_digit(text[end])) ++end;
      const std::string old = text.substr(begin, end - begin);
      const std::int64_t value = std::stoll(old);
      for (const std::int64_t fresh : {value + 1, value - 1, std::int64_t{rng.below(100)}}) {
        if (fresh < 0 || std::to_string(fresh) == old) continue;
        std::string changed = text;
        changed.replace(begin, end - begin, std::to_string(fresh));
        ++tried;
        if (wrong_line(changed) == 0) FAIL_CHECK(changed);
      }
      begin = end - 1;
    }
  }
  CHECK(tried > test::swept(100'000));
}

TEST_CASE("any other answer is wrong") {
  for (std::uint64_t i = 0; i < test::swept(60); ++i) {
    const Item item = made("test", 8, i);
    CAPTURE(item.prompt);
    for (std::size_t line = 0; line <= item.depth + 1; ++line)
      CHECK(induction::task().verify(item, std::to_string(line)) == (std::to_string(line) == item.answer));
    CHECK(induction::task().verify(item, "valid") == (item.answer == "valid"));
    for (std::size_t at = 0; at <= item.answer.size(); ++at) {
      for (const char c : {'0', '7', ' ', 'v', '\n', '\0'}) {
        std::string other = item.answer;
        CHECK_FALSE(induction::task().verify(item, other.insert(at, 1, c)));
        if (at == item.answer.size() || item.answer[at] == c) continue;
        other = item.answer;
        other[at] = c;
        CHECK_FALSE(induction::task().verify(item, other));
      }
    }
    CHECK_FALSE(induction::task().verify(item, ""));
  }
  Item item = made("test", 8, 0);
  item.prompt = "something else";
  CHECK_FALSE(induction::task().verify(item, "valid"));
}

TEST_CASE("the surface of a proof does not tell whether it is valid") {
  std::map<std::string, std::vector<std::pair<double, bool>>> rows;
  const std::uint64_t items = test::swept(20'000);
  for (std::uint64_t i = 0; i < items; ++i) {
    const Item item = made("train", 10, i);
    const bool valid = item.answer == "valid";
    rows["bytes"].emplace_back(static_cast<double>(item.prompt.size()), valid);
    rows["lines"].emplace_back(static_cast<double>(item.depth), valid);
    for (const char c : std::string("+-*/^()0123456789k="))
      rows[std::string(1, c)].emplace_back(static_cast<double>(std::count(item.prompt.begin(), item.prompt.end(), c)),
                                           valid);
  }
  for (const auto& entry : rows) {
    CAPTURE(entry.first);
    const double share = test::best_threshold(entry.second);
    CHECK(share >= 0.5);
    // Of 20,000 items, chance alone reaches about 0.51.
    CHECK(share < 0.5 + 4.2 / std::sqrt(static_cast<double>(items)));
  }
}

TEST_CASE("splits of proofs share no claim") {
  test::check_splits(made, "steps_2x");
}

TEST_CASE("proofs depend on slice, seed and index alone") {
  test::check_seeds(made);
  const Result<Item> none = induction::task().item("plain", 0, 0);
  REQUIRE_FALSE(none.ok());
  CHECK(none.error().text() ==
        "slice: \"plain\" is not a slice of induction; fix: choose train, validation, test, steps_2x");
}

}  // namespace test_induction
