#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "reports/format.h"

namespace test_format {

using namespace trm::reports;

namespace {

/// Spaces for no-break spaces, to keep the expected text readable.
std::string spaced(std::string text) {
  for (std::size_t at = text.find("\u00A0"); at != std::string::npos; at = text.find("\u00A0"))
    text.replace(at, 2, " ");
  return text;
}

}  // namespace

TEST_CASE("human units") {
  struct Case {
    double value;
    const char* unit;
    const char* text;
  };
  for (const Case& c : {Case{0, "ns", "0 ns"},
                        Case{999, "ns", "999 ns"},
                        Case{999.9, "ns", "1.00 µs"},
                        Case{1234, "ns", "1.23 µs"},
                        Case{52000, "ns", "52 µs"},
                        Case{1.5e9, "ns", "1.50 s"},
                        Case{1023, "bytes", "1023 B"},
                        Case{1024, "bytes", "1 KiB"},
                        Case{6.2e6, "bytes", "5.91 MiB"},
                        Case{3.3e10, "bytes", "30.7 GiB"},
                        Case{90, "s", "1.50 min"},
                        Case{0.5, "s", "500 ms"},
                        Case{7200, "s", "2 h"},
                        Case{30769, "1/s", "30,769 /s"},
                        Case{3.25, "1/s", "3.25 /s"},
                        Case{250112, "count", "250,112"},
                        Case{0.984, "ratio", "98.4 %"},
                        Case{5, "apples", "5 apples"},
                        Case{1e-7, "", "1e-07"},
                        Case{-2.5, "", "-2.50"}}) {
    CAPTURE(c.value);
    CAPTURE(c.unit);
    CHECK(spaced(human(c.value, c.unit)) == c.text);
  }
  CHECK(human(std::numeric_limits<double>::quiet_NaN(), "ns") == "n/a");
  CHECK(human(std::numeric_limits<double>::infinity(), "count") == "n/a");
  CHECK(fixed_number(std::numeric_limits<double>::max(), 0).size() == 309);
}

TEST_CASE("per cent never rounds to certainty") {
  struct Case {
    double ratio;
    const char* text;
  };
  for (const Case& c :
       {Case{0, "0 %"}, Case{1, "100 %"}, Case{0.9996, "99.96 %"}, Case{0.99999, ">99.99 %"}, Case{0.0001, "0.01 %"},
        Case{0.00001, "<0.01 %"}, Case{0.5, "50.0 %"}, Case{0.9994, "99.9 %"}}) {
    CAPTURE(c.ratio);
    CHECK(spaced(percent(c.ratio)) == c.text);
  }
  CHECK(spaced(percent_range(0.981, 1)) == "98.1–100 %");
  CHECK(spaced(human_range(900, 1100, "ns")) == "900 ns–1.10 µs");
  CHECK(spaced(human_range(1100, 1200, "ns")) == "1.10–1.20 µs");
}

TEST_CASE("grouping, titles, identifiers") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(std::numeric_limits<std::uint64_t>::max()) == "18,446,744,073,709,551,615");
  CHECK(metric_title("exact_answer_by_depth") == "Exact answer by depth");
  CHECK(metric_title("startup_ns") == "Startup");
  CHECK(metric_title("tokens_per_s") == "Tokens per s");
  CHECK(metric_title("") == "");
  CHECK(identifier("a_b\"><c") == "a-b---c");
  CHECK(exact_number(0.1) == "0.1");
}

TEST_CASE("text: bad UTF-8 and controls") {
  CHECK(clean_text("a\tb\nc") == "a\tb\nc");
  CHECK(clean_text(std::string("a\0b\x1b\x7f", 5)) == "ab");
  CHECK(clean_text("é → 𝛼") == "é → 𝛼");
  struct Case {
    const char* bytes;
    std::size_t replaced;
  };
  // Lone continuation, truncated, overlong, surrogate, above U+10FFFF.
  for (const Case& c : {Case{"\x80", 1}, Case{"\xC3", 1}, Case{"\xC0\xAF", 2}, Case{"\xED\xA0\x80", 3},
                        Case{"\xF4\x90\x80\x80", 4}, Case{"\xFF", 1}}) {
    CAPTURE(static_cast<int>(static_cast<unsigned char>(c.bytes[0])));
    std::string expected;
    for (std::size_t i = 0; i < c.replaced; ++i) expected += "\xEF\xBF\xBD";
    CHECK(clean_text(c.bytes) == expected);
  }
  CHECK(clean_text("x\xC2\x85y") == "xy");
  CHECK(escape_html("<a href='x'>\"&\"</a>") == "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;");
}

}  // namespace test_format
