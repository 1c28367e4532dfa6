#include <doctest/doctest.h>

#include <string>

#include "tasks/python/program.h"
#include "tasks/python/value.h"
#include "tasks/python/whole.h"

using namespace trm;
using namespace trm::tasks::python;

namespace {

Value value_of(const std::string& source) {
  const Result<Program> program = read_program("X = " + source, "constants");
  REQUIRE_MESSAGE(program.ok(), program.error().text());
  REQUIRE(program->constants.size() == 1);
  return program->constants[0].value;
}

}  // namespace

TEST_CASE("python: values are written as CPython writes them") {
  CHECK(repr(Value{}) == "None");
  CHECK(repr(Value::boolean(true)) == "True");
  CHECK(repr(Value::integer("-12")) == "-12");
  CHECK(repr(Value::string("it")) == "'it'");
  CHECK(repr(Value::string("it's")) == "\"it's\"");
  CHECK(repr(Value::string("it's \"it\"")) == "'it\\'s \"it\"'");
  CHECK(repr(Value::string("a\n\t\r\\\x07\x7f")) == "'a\\n\\t\\r\\\\\\x07\\x7f'");
  CHECK(repr(Value::string("\u00e9\u00a0\u2028\U0001f600\U000e0001")) == "'\u00e9\\xa0\\u2028\U0001f600\\U000e0001'");
  CHECK(repr(Value::list({Value::list({}), Value::string("a"), Value{}})) == "[[], 'a', None]");
  CHECK(shown(Value::string("it's")) == "it's");
  CHECK(shown(Value::list({Value::string("a")})) == "['a']");
}

TEST_CASE("python: what repr writes can be read") {
  for (const char* text : {"None", "True", "[]", "[1, -2, [False, 'a\\'b\\x00\\u2028\\U0001f600']]", "\"it's\"", "0",
                           "123456789012345678901234567890"}) {
    CAPTURE(text);
    const Result<Value> value = parse_repr(text);
    REQUIRE(value.ok());
    CHECK(*parse_repr(repr(*value)) == *value);
  }
  CHECK(repr(*parse_repr("[ 1,2 ]")) == "[1, 2]");
  for (const char* text : {"", "none", "01", "-0", "-", "[1", "[1 2]", "[,]", "'a", "'\\q'", "'\\x1'", "'\\ud800'",
                           "1 2", "1.5", "(1)", "\xff"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_repr(text).ok());
  }
  CHECK_FALSE(parse_repr(std::string(100'000, '[')).ok());
}

TEST_CASE("python: constants of a module are calculated as Python calculates") {
  CHECK(repr(value_of("10 ** 9 + 7")) == "1000000007");
  CHECK(repr(value_of("-7 // 2")) == "-4");
  CHECK(repr(value_of("-7 % 3")) == "2");
  CHECK(repr(value_of("7 % -3")) == "-2");
  CHECK(repr(value_of("7 // -3")) == "-3");
  CHECK(repr(value_of("-6 // 3 * 2 - 5")) == "-9");
  CHECK(repr(value_of("2 ** 100")) == "1267650600228229401496703205376");
  CHECK(repr(value_of("2 ** 100 // 3 ** 40")) == "104267600099");
  CHECK(repr(value_of("-2 ** 100 % (10 ** 20 + 1)")) == repr(value_of("10 ** 20 + 1 - 2 ** 100 % (10 ** 20 + 1)")));
  CHECK(repr(value_of("10 ** 30 - 10 ** 30")) == "0");
  CHECK(repr(value_of("0xFf + 0b11 + 0o17 + 1_000")) == "1273");
  CHECK(repr(value_of("[1] * 3 + [\"a\" + 'b']")) == "[1, 1, 1, 'ab']");
  // What has no value is no constant.
  for (const char* source :
       {"X = 1 // 0", "X = 2 ** -1", "X = 2 ** 10 ** 10", "X = [1] * 99999", "X = 1; X = 2", "X = f()"}) {
    CAPTURE(source);
    const Result<Program> program = read_program(source, "constants");
    REQUIRE(program.ok());
    CHECK(program->constants.empty());
  }
}

TEST_CASE("python: whole numbers of any size divide into what multiplies to them") {
  Whole a(1), b(1);
  for (int i = 1; i < 60; ++i) {
    a = a * Whole(i % 3 == 0 ? -1'000'003 : 999'999'937) + Whole(i);
    if (i % 3 != 1) b = b * Whole(i % 2 == 0 ? -77 : 1'999'999'973) + Whole(5);
    const Whole::Division division = Whole::divide(a, b);
    CAPTURE(i);
    CHECK(division.quotient * b + division.remainder == a);
    CHECK((division.remainder.zero() || division.remainder.negative() == b.negative()));
    const Whole size = b.negative() ? -b : b;
    const Whole rest = division.remainder.negative() ? -division.remainder : division.remainder;
    CHECK((rest - size).negative());
    CHECK(Whole::from_decimal(a.decimal()) == a);
  }
}
