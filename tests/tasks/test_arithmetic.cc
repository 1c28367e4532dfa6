#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <utility>

#include "tasks/base/rng.h"
#include "tasks/frames/digits.h"
#include "tasks/frames/draw.h"
#include "tasks/frames/natural.h"
#include "tasks/frames/prompt.h"

namespace test_arithmetic {

using namespace trm::tasks;

namespace {

__extension__ typedef unsigned __int128 U128;

std::string text_of(U128 value) {
  std::string out;
  do {
    out.insert(out.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  return out;
}

U128 value_of(const Digits& digits) {
  U128 value = 0;
  for (std::size_t i = digits.size(); i-- > 0;) value = value * 10 + static_cast<unsigned>(digits[i]);
  return value;
}

std::string text_of(const Digits& digits) {
  std::string out;
  for (std::size_t i = digits.size(); i-- > 0;) out += static_cast<char>('0' + digits[i]);
  return out;
}

}  // namespace

TEST_CASE("digit and limb arithmetic agree with machine integers up to 37 digits") {
  Rng rng(1, stream_of("arithmetic"), 0);
  for (int i = 0; i < 5000; ++i) {
    const Digits a = random_value(rng, rng.between(1, 36)), b = random_value(rng, rng.between(1, 36));
    const Token d = static_cast<Token>(rng.below(10));
    CAPTURE(text_of(a));
    CAPTURE(text_of(b));
    CAPTURE(d);
    REQUIRE(is_number(a));
    const U128 sum = value_of(a) + value_of(b), product = value_of(a) * static_cast<unsigned>(d);
    CHECK(text_of(add_digits(a, b)) == text_of(sum));
    if (!is_zero(a)) CHECK(text_of(predecessor(a)) == text_of(value_of(a) - 1));

    Natural limbs = Natural::from_tokens(a);
    CHECK(limbs.decimal() == text_of(a));
    CHECK(limbs.tokens() == a);
    limbs.add(Natural::from_tokens(b));
    CHECK(limbs.decimal() == text_of(sum));
    limbs = Natural::from_decimal(text_of(a));
    limbs.multiply(static_cast<std::uint32_t>(d));
    CHECK(limbs.decimal() == text_of(product));

    const std::uint32_t divisor = rng.between(1, 999'999'999);
    limbs = Natural::from_tokens(a);
    CHECK(limbs.divide(divisor) == static_cast<std::uint32_t>(value_of(a) % divisor));
    CHECK(limbs.decimal() == text_of(value_of(a) / divisor));
  }
}

TEST_CASE("products of naturals agree with machine integers up to 36 digits") {
  Rng rng(2, stream_of("arithmetic"), 0);
  for (int i = 0; i < 5000; ++i) {
    const Digits a = random_value(rng, rng.between(1, 18)), b = random_value(rng, rng.between(1, 18));
    CAPTURE(text_of(a));
    CAPTURE(text_of(b));
    Natural product = Natural::from_tokens(a);
    product.multiply(Natural::from_tokens(b));
    CHECK(product.decimal() == text_of(value_of(a) * value_of(b)));
    Natural square = Natural::from_tokens(a);
    square.multiply(square);
    CHECK(square.decimal() == text_of(value_of(a) * value_of(a)));
  }
}

TEST_CASE("naturals are exact beyond machine integers") {
  Natural factorial(1);
  for (std::uint32_t k = 1; k <= 50; ++k) factorial.multiply(k);
  CHECK(factorial.decimal() == "30414093201713378043612608166064768844377641568960512000000000000");
  for (std::uint32_t k = 50; k > 0; --k) CHECK(factorial.divide(k) == 0);
  CHECK(factorial == Natural(1));
  CHECK(factorial.divide(2) == 1);
  CHECK(factorial == Natural());
  CHECK(factorial.divide(7) == 0);
  // (10^40 - 1)^2 carries through every limb.
  Natural square = Natural::from_decimal(std::string(40, '9'));
  square.multiply(square);
  CHECK(square.decimal() == std::string(39, '9') + "8" + std::string(39, '0') + "1");
  square.multiply(Natural());
  CHECK(square == Natural());
  Natural doubled = Natural::from_decimal(std::string(30, '9'));
  doubled.add(doubled);
  CHECK(doubled.decimal() == "1" + std::string(29, '9') + "8");
  Natural here(0), next(1);
  for (int k = 0; k < 200; ++k) {
    here.add(next);
    std::swap(here, next);
  }
  CHECK(here.decimal() == "280571172992510140037611932413038677189525");

  CHECK(Natural().decimal() == "0");
  CHECK(Natural(0) == Natural());
  CHECK(Natural::from_decimal("000") == Natural());
  CHECK(Natural(18446744073709551615u).decimal() == "18446744073709551615");
  CHECK(Natural::from_decimal("1000000000000000000").decimal() == "1000000000000000000");
  Natural nines = Natural::from_decimal("999999999999999999");
  nines.add(Natural(1));
  CHECK(nines.decimal() == "1000000000000000000");
  nines.multiply(0);
  CHECK(nines == Natural());
  CHECK(nines.tokens() == Digits{0});
}

TEST_CASE("what is a number") {
  CHECK(is_number(Digits{0}));
  CHECK(is_number(Digits{0, 1}));
  CHECK_FALSE(is_number(Digits{}));
  CHECK_FALSE(is_number(Digits{1, 0}));
  CHECK_FALSE(is_number(Digits{0, 0}));
  CHECK_FALSE(is_number(Digits{1, 10, 1}));
  CHECK_FALSE(is_number(Digits{-1}));
  CHECK(digits_of(0) == Digits{0});
  CHECK(digits_of(90) == Digits{0, 9});
  CHECK(counter_of(Digits{0, 9}) == 90);
  CHECK(counter_of(digits_of(99'999)) == 99'999);
  CHECK(is_zero(Digits{0}));
  CHECK_FALSE(is_zero(Digits{0, 1}));
  CHECK(predecessor(Digits{0, 0, 1}) == Digits{9, 9});
  CHECK(predecessor(Digits{1}) == Digits{0});
}

}  // namespace test_arithmetic
