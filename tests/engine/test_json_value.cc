#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "engine/json/json_object.h"
#include "engine/json/json_value.h"

namespace test_json_value {

using trm::JsonField;
using trm::JsonObject;
using trm::JsonValue;

namespace {

JsonValue parsed(std::string_view text) {
  auto value = JsonValue::parse(text, "v.json");
  REQUIRE_MESSAGE(value.ok(), (value.ok() ? "" : value.error().text()));
  return *value;
}

}  // namespace

TEST_CASE("json value: what is parsed is written as it was, fields in their order") {
  for (const char* text :
       {"null", "true", "17", "-17", "18446744073709551615", "-9223372036854775808", "51090942171709440000", "0.5",
        "\"a\"", "[]", "{}", R"({"z":1,"a":[1,[],{"b":null}],"m":{"x":"\n\"\\\u0001"}})"}) {
    CAPTURE(text);
    CHECK(parsed(text).compact() == text);
  }
  CHECK_FALSE(JsonValue::parse("{", "v.json").ok());
  CHECK_FALSE(JsonValue::parse(R"({"a":1,"a":2})", "v.json").ok());
  const auto list = JsonValue::parse_object("[1]", "v.json");
  REQUIRE_FALSE(list.ok());
  CHECK(list.error().text() == "v.json: is not a JSON object; fix: write {...}");
}

TEST_CASE("json value: text for people, and canonical text") {
  const JsonValue value =
      JsonValue::object({{"word", "w"},
                         {"list", std::vector<std::size_t>{1, 2}},
                         {"objects", std::vector<JsonValue>{JsonValue::object({{"b", true}, {"a", 1e-4}})}},
                         {"map", std::map<std::string, int>{{"y", -1}, {"x", 2}}},
                         {"empty", JsonValue::object()},
                         {"none", JsonValue::array()}});
  CHECK(value.compact() ==
        R"({"word":"w","list":[1,2],"objects":[{"b":true,"a":0.0001}],"map":{"x":2,"y":-1},"empty":{},"none":[]})");
  CHECK(value.indented() ==
        "{\n"
        "  \"word\": \"w\",\n"
        "  \"list\": [\n"
        "    1,\n"
        "    2\n"
        "  ],\n"
        "  \"objects\": [\n"
        "    {\n"
        "      \"b\": true,\n"
        "      \"a\": 0.0001\n"
        "    }\n"
        "  ],\n"
        "  \"map\": {\n"
        "    \"x\": 2,\n"
        "    \"y\": -1\n"
        "  },\n"
        "  \"empty\": {},\n"
        "  \"none\": []\n"
        "}");
  CHECK(value.canonical(true) ==
        R"({"empty":{},"list":[1,2],"map":{"x":2,"y":-1},"none":[],"objects":[{"a":1e-04,"b":true}],"word":"w"})");
  CHECK(value.canonical(false).find("\"list\": [1, 2],") != std::string::npos);
}

TEST_CASE("json value: numbers for people") {
  struct Case {
    double value;
    const char* text;
  };
  for (const Case& c : {Case{0, "0.0"}, Case{-0.0, "-0.0"}, Case{1, "1.0"}, Case{1e-4, "0.0001"}, Case{1e-5, "1e-05"},
                        Case{1e5, "100000.0"}, Case{1e22, "1e+22"}, Case{1.0 / 3, "0.3333333333333333"},
                        Case{5e-324, "5e-324"}, Case{HUGE_VAL, "null"}, Case{std::nan(""), "null"}}) {
    CHECK(JsonValue(c.value).compact() == c.text);
  }
}

TEST_CASE("json value: bytes that are no text are replaced one by one") {
  CHECK(JsonValue("a\xFF\xC3(\xE2\x82").compact() == "\"a\xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\"");
  CHECK(JsonValue("\x7F\b\t\f\r/").compact() == "\"\x7F\\b\\t\\f\\r/\"");
}

TEST_CASE("json value: fields are set, found and erased") {
  JsonValue value;
  value.set("b", 1);
  value.set("a", 2U);
  value.set("b", "new");
  CHECK(value.compact() == R"({"b":"new","a":2})");
  REQUIRE(value.find("a") != nullptr);
  CHECK(value.find("c") == nullptr);
  CHECK(value.find("b")->find("b") == nullptr);
  value.find("a")->push(1);  // no array: stays what it is
  CHECK(value.compact() == R"({"b":"new","a":2})");
  value.erase("b");
  CHECK(value.compact() == R"({"a":2})");
  JsonValue list;
  list.push(value);
  list.push(JsonValue());
  CHECK(list.compact() == R"([{"a":2},null])");
}

TEST_CASE("json object: lists of numbers, objects of strings, text or digits") {
  auto json = JsonObject::parse(
      R"({"u": [0, 18446744073709551615], "d": [1, -0.5], "pairs": {"z": "1", "a": "2"}, "t": "x", "n": -7,
          "long": 51090942171709440000})",
      "c.json");
  REQUIRE(json.ok());
  std::vector<std::uint64_t> u;
  std::vector<double> d;
  std::vector<std::pair<std::string, std::string>> pairs;
  std::string t, n, digits;
  json->get("u", u);
  json->get("d", d);
  json->get("pairs", pairs);
  json->get_text_or_whole("t", t);
  json->get_text_or_whole("n", n);
  json->get_text_or_whole("long", digits);
  CHECK(json->finish().ok());
  CHECK(u == std::vector<std::uint64_t>{0, std::numeric_limits<std::uint64_t>::max()});
  CHECK(d == std::vector<double>{1, -0.5});
  REQUIRE(pairs.size() == 2);
  CHECK(pairs[0].first == "z");
  CHECK(pairs[1].second == "2");
  CHECK(t == "x");
  CHECK(n == "-7");
  CHECK(digits == "51090942171709440000");
  CHECK(json->has("u"));
  CHECK_FALSE(json->has("v"));

  struct Case {
    const char *value, *error;
    void (*read)(JsonObject& json);
  };
  const auto whole = [](JsonObject& object) {
    std::vector<std::uint64_t> out{5};
    object.get("f", out);
    CHECK(out == std::vector<std::uint64_t>{5});
  };
  const auto numbers = [](JsonObject& object) {
    std::vector<double> out;
    object.get("f", out);
    CHECK(out.empty());
  };
  const auto texts = [](JsonObject& object) {
    std::vector<std::pair<std::string, std::string>> out;
    object.get("f", out);
    CHECK(out.empty());
  };
  for (const Case& c :
       {Case{"[1,-1]", "f[1]: must be from 0 to 18446744073709551615, is -1; fix: use a value in this range", whole},
        Case{"7", "f: must be an array of whole numbers, is a whole number; fix: write an array of whole numbers",
             whole},
        Case{"[0,null]", "f[1]: must be a number, is null; fix: write a number", numbers},
        Case{"{\"a\":\"b\",\"c\":1}", "f.c: must be a string, is a whole number; fix: write a string", texts},
        Case{"[]", "f: must be an object of strings, is an array; fix: write an object of strings", texts}}) {
    CAPTURE(c.value);
    auto one = JsonObject::parse(std::string("{\"f\":") + c.value + "}", "c.json");
    REQUIRE(one.ok());
    c.read(*one);
    CHECK(one->failed());
    CHECK(one->finish().error().text() == std::string("c.json: ") + c.error);
  }
}

TEST_CASE("json object: each object of an array, whose errors are the array's") {
  const auto read = [](const char* text, std::vector<std::size_t>& out) {
    auto json = JsonObject::parse(text, "c.json");
    REQUIRE(json.ok());
    json->each("list", [&](JsonObject& one) {
      std::size_t n = 0;
      one.require("n");
      one.get("n", n, 0, 9);
      one.each("inner", [](JsonObject& inner) { inner.require("x"); });
      out.push_back(n);
    });
    const trm::Status status = json->finish();
    return status.ok() ? std::string() : status.error().text();
  };
  std::vector<std::size_t> out;
  CHECK(read(R"({"list": [{"n": 1}, {"n": 2, "inner": []}]})", out).empty());
  CHECK(out == std::vector<std::size_t>{1, 2});
  CHECK(read("{}", out).empty());
  out.clear();
  CHECK(read(R"({"list": [{"n": 1}, {}, {"n": 3}]})", out) == "c.json: list[1].n: is missing; fix: add it");
  CHECK(out.size() == 2);
  CHECK(read(R"({"list": [{"n": 1, "m": 2}]})", out) ==
        "c.json: list[0].m: is an unknown field; fix: did you mean \"n\"?");
  CHECK(read(R"({"list": [{"n": 1, "inner": [{"x": 0}, {"y": 0}]}]})", out) ==
        "c.json: list[0].inner[1].x: is missing; fix: add it");
  CHECK(read(R"({"list": [3]})", out) == "c.json: list[0]: must be an object, is a whole number; fix: write an object");
  CHECK(read(R"({"list": {}})", out) ==
        "c.json: list: must be an array of objects, is an object; fix: write an array of objects");
}

}  // namespace test_json_value
