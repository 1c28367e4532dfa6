#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "engine/json/json_object.h"

namespace test_json_object {

using trm::JsonObject;
using trm::JsonWriter;

namespace {

constexpr std::size_t kMax = std::numeric_limits<std::size_t>::max();

std::string parse_error(std::string_view text) {
  auto object = JsonObject::parse(text, "c.json");
  return object.ok() ? "parsed" : object.error().text();
}

std::string nested(std::size_t depth) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += "{\"a\":";
  return text + "1" + std::string(depth, '}');
}

}  // namespace

TEST_CASE("json object: every kind of field") {
  auto json = JsonObject::parse(
      R"({"n": 7, "i": -3, "d": 0.5, "whole": 2, "b": true, "s": "\u00e4\n", "list": ["a", "b"], "word": "beta",
          "child": {"x": 1}, "many": [{"k": 1}, {"k": 2}]})",
      "c.json");
  REQUIRE(json.ok());
  std::size_t n = 0;
  std::int64_t i = 0;
  double d = 0, whole = 0;
  bool b = false;
  std::string s, word;
  std::vector<std::string> list{"before"};
  json->get("n", n, 1, 10);
  json->get("i", i, -5, 5);
  json->get("d", d, 0, 1);
  json->get("whole", whole, 0, 10);
  json->get("b", b);
  json->get("s", s);
  json->get("list", list);
  json->get("word", word, {"alpha", "beta"});
  auto child = json->object("child");
  REQUIRE(child.has_value());
  std::size_t x = 0;
  child->get("x", x, 0, 1);
  CHECK(child->finish().ok());
  auto many = json->objects("many");
  REQUIRE(many.size() == 2);
  std::size_t k = 0;
  many[1].get("k", k, 0, 9);
  CHECK(many[1].finish().ok());
  CHECK(json->finish().ok());
  CHECK(n == 7);
  CHECK(i == -3);
  CHECK(d == 0.5);
  CHECK(whole == 2.0);
  CHECK(b);
  CHECK(s == "\xC3\xA4\n");
  CHECK(list == std::vector<std::string>{"a", "b"});
  CHECK(word == "beta");
  CHECK(x == 1);
  CHECK(k == 2);
  CHECK(json->keys() == std::vector<std::string>{"b", "child", "d", "i", "list", "many", "n", "s", "whole", "word"});
}

TEST_CASE("json object: absent fields keep their defaults") {
  auto json = JsonObject::parse("{}", "c.json");
  REQUIRE(json.ok());
  std::size_t n = 3;
  std::string s = "s";
  std::vector<std::string> list{"l"};
  json->get("n", n, 10, 20);
  json->get("s", s, {"x"});
  json->get("list", list);
  CHECK(!json->object("o").has_value());
  CHECK(json->objects("os").empty());
  CHECK(json->finish().ok());
  CHECK(n == 3);
  CHECK(s == "s");
  CHECK(list == std::vector<std::string>{"l"});
  json->require("n");
  CHECK(json->finish().error().text() == "c.json: n: is missing; fix: add it");
}

TEST_CASE("json object: numbers at the borders of their types") {
  auto json = JsonObject::parse(
      R"({"u": 18446744073709551615, "lo": -9223372036854775808, "hi": 9223372036854775807, "zero": -0, "z": -0.0,
          "tiny": 5e-324, "big": 18446744073709551616})",
      "c.json");
  REQUIRE(json.ok());
  std::size_t u = 0, zero = 1;
  std::int64_t lo = 0, hi = 0;
  double z = 1, tiny = 0, big = 0;
  json->get("u", u, 0, kMax);
  json->get("zero", zero, 0, 0);
  json->get("lo", lo, std::numeric_limits<std::int64_t>::min(), 0);
  json->get("hi", hi, 0, std::numeric_limits<std::int64_t>::max());
  json->get("z", z, -1, 1);
  json->get("tiny", tiny, 0, 1);
  json->get("big", big, 0, 1e30);
  CHECK(json->finish().ok());
  CHECK(u == kMax);
  CHECK(zero == 0);
  CHECK(lo == std::numeric_limits<std::int64_t>::min());
  CHECK(hi == std::numeric_limits<std::int64_t>::max());
  CHECK(std::signbit(z));
  CHECK(tiny == std::numeric_limits<double>::denorm_min());
  CHECK(big == 0x1p64);
}

TEST_CASE("json object: texts that are no JSON object") {
  struct Case {
    std::string text, error;
  };
  const std::vector<Case> cases{
      {"", "c.json: is empty; fix: write plain JSON (RFC 8259)"},
      {" \r\n", "c.json: is empty; fix: write plain JSON (RFC 8259)"},
      {"[]", "c.json: is not a JSON object; fix: write {...}"},
      {"12", "c.json: is not a JSON object; fix: write {...}"},
      {"null", "c.json: is not a JSON object; fix: write {...}"},
      {"{",
       "c.json: is not JSON at line 1, column 2: unexpected end of input; expected string literal; fix: write "
       "plain JSON (RFC 8259)"},
      {"{} {}",
       "c.json: is not JSON at line 1, column 4: unexpected '{'; expected end of input; fix: write plain JSON "
       "(RFC 8259)"},
      {"{\"a\": 1,\n \"b\": 01}",
       "c.json: is not JSON at line 2, column 8: unexpected number literal; expected '}'; "
       "fix: write plain JSON (RFC 8259)"},
      {"{\"a\": 1,}",
       "c.json: is not JSON at line 1, column 9: unexpected '}'; expected string literal; fix: write "
       "plain JSON (RFC 8259)"},
      {"{\"a\": nan}",
       "c.json: is not JSON at line 1, column 8: invalid literal; last read: '\"a\": na'; fix: write "
       "plain JSON (RFC 8259)"},
      {"{\"a\": 1e999}",
       "c.json: is not JSON at line 1, column 11: number overflow parsing '1e999'; fix: write plain "
       "JSON (RFC 8259)"},
      {"{\"a\": 1} // no",
       "c.json: is not JSON at line 1, column 10: invalid literal; last read: '1} /'; expected end of input; fix: "
       "write "
       "plain JSON (RFC 8259)"},
      {"\xEF\xBB\xBF{}", "c.json: starts with a byte order mark; fix: save it as UTF-8 without one"},
      {"{\"a\": \"\xFF\"}", "c.json: is not UTF-8 at byte 7; fix: save it as UTF-8"},
      {std::string("{}\0garbage", 10), "c.json: holds a NUL byte at byte 2; fix: write plain JSON (RFC 8259)"},
      {"{\"a\": 1, \"a\": 2}", "c.json: a: appears twice; fix: keep one of the two"},
      {"{\"a\": 1, \"\\u0061\": 2}", "c.json: a: appears twice; fix: keep one of the two"},
      {R"({"a": [{"b": {}}, {"b": {"c": 1, "d": 2, "c": 3}}]})",
       "c.json: a[1].b.c: appears twice; fix: keep one of the two"},
      {R"({"a": {"\u001b[31m": 1}})",
       "c.json: a: has a key with a control character: \"\\u001b[31m\"; fix: use printable keys"},
      {"{\"a\": {\"" + std::string(1025, 'k') + "\": 1}}", "c.json: a: has a key of 1025 bytes; fix: use at most 1024"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(parse_error(c.text) == c.error);
  }
}

TEST_CASE("json object: nesting is bounded") {
  CHECK(parse_error(nested(64)) == "parsed");
  std::string path = "a";
  for (int i = 1; i < 64; ++i) path += ".a";
  CHECK(parse_error(nested(65)) == "c.json: " + path + ": is nested deeper than 64 levels; fix: flatten it");
  CHECK(parse_error("{\"a\":" + std::string(10'000'000, '[')).find("is nested deeper than 64 levels") !=
        std::string::npos);
}

TEST_CASE("json object: an error text never repeats a long file") {
  CHECK(parse_error("{\"a\": \"" + std::string(1'000'000, 'x')).size() < 400);
}

TEST_CASE("json object: fields of a wrong type or range") {
  struct Case {
    const char* value;
    int kind;  // 0 size_t in [1, 9], 1 int64 in [-9, 9], 2 double in [0.5, 1], 3 bool, 4 string, 5 strings, 6 word,
               // 7 object, 8 objects
    const char* error;
  };
  const std::vector<Case> cases{
      {"0", 0, "must be from 1 to 9, is 0; fix: use a value in this range"},
      {"10", 0, "must be from 1 to 9, is 10; fix: use a value in this range"},
      {"-1", 0, "must be from 1 to 9, is -1; fix: use a value in this range"},
      {"-0", 0, "must be from 1 to 9, is 0; fix: use a value in this range"},
      {"1.0", 0, "must be a whole number, is a fraction; fix: write a whole number"},
      {"18446744073709551616", 0, "must be from 1 to 9, is 18446744073709551616; fix: use a value in this range"},
      {"-9223372036854775809", 1, "must be from -9 to 9, is -9223372036854775809; fix: use a value in this range"},
      {"100000000000000000000000000000000000000000000000000", 1,
       "must be from -9 to 9, is 1000000000000000000000000000000000000000...; fix: use a value in this range"},
      {"\"1\"", 0, "must be a whole number, is a string; fix: write a whole number"},
      {"null", 0, "must be a whole number, is null; fix: write a whole number"},
      {"-10", 1, "must be from -9 to 9, is -10; fix: use a value in this range"},
      {"18446744073709551615", 1, "must be from -9 to 9, is 18446744073709551615; fix: use a value in this range"},
      {"true", 1, "must be a whole number, is a boolean; fix: write a whole number"},
      {"0.25", 2, "must be from 0.5 to 1.0, is 0.25; fix: use a value in this range"},
      {"2", 2, "must be from 0.5 to 1.0, is 2.0; fix: use a value in this range"},
      {"[]", 2, "must be a number, is an array; fix: write a number"},
      {"1", 3, "must be true or false, is a whole number; fix: write true or false"},
      {"{}", 4, "must be a string, is an object; fix: write a string"},
      {"\"a\"", 5, "must be an array of strings, is a string; fix: write an array of strings"},
      {"\"gama\"", 6, "\"gama\" is not one of alpha, gamma; fix: did you mean \"gamma\"?"},
      {"\"other\"", 6, "\"other\" is not one of alpha, gamma; fix: use one of these"},
      {"3", 6, "must be a string, is a whole number; fix: write a string"},
      {"[]", 7, "must be an object, is an array; fix: write an object"},
      {"{}", 8, "must be an array of objects, is an object; fix: write an array of objects"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.value);
    CAPTURE(c.kind);
    auto json = JsonObject::parse(std::string("{\"f\": ") + c.value + "}", "c.json");
    REQUIRE(json.ok());
    std::size_t n = 77;
    std::int64_t i = 77;
    double d = 77;
    bool b = false;
    std::string s = "before";
    std::vector<std::string> list;
    switch (c.kind) {
      case 0:
        json->get("f", n, 1, 9);
        break;
      case 1:
        json->get("f", i, -9, 9);
        break;
      case 2:
        json->get("f", d, 0.5, 1);
        break;
      case 3:
        json->get("f", b);
        break;
      case 4:
        json->get("f", s);
        break;
      case 5:
        json->get("f", list);
        break;
      case 6:
        json->get("f", s, {"alpha", "gamma"});
        break;
      case 7:
        CHECK(!json->object("f").has_value());
        break;
      default:
        CHECK(json->objects("f").empty());
    }
    const auto status = json->finish();
    REQUIRE(!status.ok());
    CHECK(status.error().text() == std::string("c.json: f: ") + c.error);
    CHECK(status.error().code == trm::ErrorCode::bad_input);
    // What is wrong is not stored.
    CHECK(n == 77);
    CHECK(i == 77);
    CHECK(d == 77);
    CHECK(s == "before");
  }
}

TEST_CASE("json object: paths of nested fields") {
  auto json = JsonObject::parse(R"({"stages": [{}, {"steps": "x"}], "list": ["a", 3], "mixed": [{}, 1]})", "c.json");
  REQUIRE(json.ok());
  auto stages = json->objects("stages");
  REQUIRE(stages.size() == 2);
  std::size_t n = 0;
  stages[1].get("steps", n, 0, 9);
  CHECK(stages[1].finish().error().text() ==
        "c.json: stages[1].steps: must be a whole number, is a string; fix: write a whole number");
  std::vector<std::string> list{"kept"};
  json->get("list", list);
  CHECK(list == std::vector<std::string>{"kept"});
  CHECK(json->finish().error().text() == "c.json: list[1]: must be a string, is a whole number; fix: write a string");
  auto again = JsonObject::parse(R"({"mixed": [{}, 1]})", "c.json");
  REQUIRE(again.ok());
  CHECK(again->objects("mixed").empty());
  CHECK(again->finish().error().text() ==
        "c.json: mixed[1]: must be an object, is a whole number; fix: write an object");
}

TEST_CASE("json object: unknown fields, with the closest known name") {
  struct Case {
    const char* text;
    const char* error;
  };
  for (const Case& c : {Case{R"({"hiden_size": 1})",
                             "c.json: hiden_size: is an unknown field; fix: did you mean "
                             "\"hidden_size\"?"},
                        Case{R"({"Layers": 1})", "c.json: Layers: is an unknown field; fix: did you mean \"layers\"?"},
                        Case{R"({"colour": 1})", "c.json: colour: is an unknown field; fix: remove it"},
                        Case{R"({"": 1})", "c.json: is an unknown field; fix: remove it"}}) {
    CAPTURE(c.text);
    auto json = JsonObject::parse(c.text, "c.json");
    REQUIRE(json.ok());
    std::size_t n = 0;
    json->get("hidden_size", n, 0, 9);
    json->get("layers", n, 0, 9);
    CHECK(json->finish().error().text() == c.error);
  }
}

TEST_CASE("json object: the first error wins") {
  auto json = JsonObject::parse(R"({"a": "x", "unknown": 1})", "c.json");
  REQUIRE(json.ok());
  std::size_t n = 0;
  json->require("b");
  json->get("a", n, 0, 9);
  json->fail("a", "is odd", "use an even one");
  CHECK(json->finish().error().text() == "c.json: b: is missing; fix: add it");
  auto other = JsonObject::parse(R"({"a": 3})", "c.json");
  REQUIRE(other.ok());
  other->get("a", n, 0, 9);
  other->fail("a", "is odd", "use an even one");
  CHECK(other->finish().error().text() == "c.json: a: is odd; fix: use an even one");
}

TEST_CASE("json writer: canonical text, indented and compact") {
  JsonWriter child;
  child.set("x", std::size_t{1});
  JsonWriter json;
  json.set("z", std::size_t{3});
  json.set("a", "text \"q\" \xC3\xA4\n");
  json.set("b", true);
  json.set("d", 0.1);
  json.set("i", std::int64_t{-5});
  json.set("list", std::vector<std::string>{"p", "q"});
  json.set("none", std::vector<std::string>{});
  json.set("child", child);
  json.set("empty", JsonWriter());
  json.set("many", std::vector<JsonWriter>{child, JsonWriter()});
  json.set("nobody", std::vector<JsonWriter>{});
  json.set("z", std::size_t{4});
  CHECK(json.text() ==
        "{\n"
        "  \"a\": \"text \\\"q\\\" \xC3\xA4\\n\",\n"
        "  \"b\": true,\n"
        "  \"child\": {\n"
        "    \"x\": 1\n"
        "  },\n"
        "  \"d\": 0.1,\n"
        "  \"empty\": {},\n"
        "  \"i\": -5,\n"
        "  \"list\": [\"p\", \"q\"],\n"
        "  \"many\": [\n"
        "    {\n"
        "      \"x\": 1\n"
        "    },\n"
        "    {}\n"
        "  ],\n"
        "  \"nobody\": [],\n"
        "  \"none\": [],\n"
        "  \"z\": 4\n"
        "}\n");
  CHECK(json.text(true) ==
        "{\"a\":\"text \\\"q\\\" \xC3\xA4\\n\",\"b\":true,\"child\":{\"x\":1},\"d\":0.1,\"empty\":{},\"i\":-5,"
        "\"list\":[\"p\",\"q\"],\"many\":[{\"x\":1},{}],\"nobody\":[],\"none\":[],\"z\":4}\n");
  CHECK(JsonWriter().text() == "{}\n");
}

TEST_CASE("json writer: copies are independent, and an object may hold its own copy") {
  JsonWriter a;
  a.set("x", std::size_t{1});
  JsonWriter b = a;
  JsonWriter holder;
  holder.set("a", a);
  a.set("x", std::size_t{2});
  a.set("self", a);
  CHECK(b.text(true) == "{\"x\":1}\n");
  CHECK(holder.text(true) == "{\"a\":{\"x\":1}}\n");
  CHECK(a.text(true) == "{\"self\":{\"x\":2},\"x\":2}\n");
}

TEST_CASE("json writer: numbers") {
  struct Case {
    double value;
    const char* text;
  };
  for (const Case& c : {Case{0, "0.0"}, Case{-0.0, "-0.0"}, Case{1, "1.0"}, Case{1e-5, "1e-05"}, Case{1e22, "1e+22"},
                        Case{1.0 / 3, "0.3333333333333333"}, Case{5e-324, "5e-324"}, Case{HUGE_VAL, "null"},
                        Case{-HUGE_VAL, "null"}, Case{std::nan(""), "null"}}) {
    JsonWriter json;
    json.set("v", c.value);
    CHECK(json.text(true) == std::string("{\"v\":") + c.text + "}\n");
  }
}

TEST_CASE("json writer: any finite double comes back with the same bits") {
  std::mt19937_64 random(11);
  std::size_t tried = 0;
  for (int i = 0; i < 20000; ++i) {
    const auto value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    JsonWriter json;
    json.set("v", value);
    auto back = JsonObject::parse(json.text(), "v");
    REQUIRE(back.ok());
    double got = 0;
    back->get("v", got, std::numeric_limits<double>::lowest(), std::numeric_limits<double>::max());
    REQUIRE(back->finish().ok());
    REQUIRE(std::bit_cast<std::uint64_t>(got) == std::bit_cast<std::uint64_t>(value));
    ++tried;
  }
  CHECK(tried > 19000);
}

TEST_CASE("json writer: any string comes back, and bytes that are no text are replaced") {
  std::string all;
  for (int c = 0; c < 127; ++c) all += static_cast<char>(c);  // char has no sign on every machine
  all += "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80";
  JsonWriter json;
  json.set("s", all);
  auto back = JsonObject::parse(json.text(), "s");
  REQUIRE(back.ok());
  std::string got;
  back->get("s", got);
  CHECK(got == all);
  JsonWriter broken;
  broken.set("s", "a\xFFz");
  CHECK(broken.text(true) == "{\"s\":\"a\xEF\xBF\xBDz\"}\n");
}

}  // namespace test_json_object
