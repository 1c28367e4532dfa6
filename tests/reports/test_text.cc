#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "reports/csv.h"
#include "reports/markdown.h"
#include "tests/reports/example.h"

namespace test_text {

using namespace trm::reports;

TEST_CASE("CSV: quoting and exact numbers") {
  RunResults run;
  run.records.push_back({"a,b", "say \"hi\"", "two\nlines", "", "x", "ns", 4, 0.1, 0.05, 0.2, 12});
  run.records.push_back({"", "", "plain", "", "y", "", -1, 3, {}, {}, 0});
  CHECK(to_csv(run) ==
        "task,slice,model,mode,metric,unit,depth,value,ci_low,ci_high,n\n"
        "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",,x,ns,4,0.1,0.05,0.2,12\n"
        ",,plain,,y,,-1,3,,,0\n");
}

TEST_CASE("CSV: no name becomes a formula, numbers stay numbers") {
  const auto name_in = [](const char* name) {
    RunResults run;
    run.records.push_back({name, "s", "m", "x", "y", "ns", -1, -1.5, {}, {}, 1});
    const std::string text = to_csv(run);
    const std::size_t begin = text.find('\n') + 1;
    CHECK(text.find(",s,m,x,y,ns,-1,-1.5,,,1\n") != std::string::npos);
    return text.substr(begin, text.find(",s,m,x") - begin);
  };
  CHECK(name_in("=1+1") == "'=1+1");
  CHECK(name_in("+cmd|' /C calc'!A0") == "'+cmd|' /C calc'!A0");
  CHECK(name_in("-2+3") == "'-2+3");
  CHECK(name_in("@SUM(A1)") == "'@SUM(A1)");
  CHECK(name_in("\t=1") == "\"'\t=1\"");
  CHECK(name_in("\r=1") == "\"'\r=1\"");
  CHECK(name_in("\n=1") == "\"'\n=1\"");
  CHECK(name_in("=HYPERLINK(\"http://x\",\"y\")") == "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"");
  CHECK(name_in("\uFF1D1") == "'\uFF1D1");
  CHECK(name_in("x;=1+1") == "\"x;=1+1\"");
  CHECK(name_in("-") == "'-");
  CHECK(name_in("-inf") == "'-inf");
  CHECK(name_in("+-1") == "'+-1");
  for (const char* plain : {"-1.5", "+3", "-2e-7", "trm-frames", "a=b", "'quoted'", " =1"})
    CHECK(name_in(plain) == plain);
}

TEST_CASE("Markdown: each table line has as many cells as its header") {
  const std::string text = to_markdown(example_results());
  CHECK(text == to_markdown(example_results()));
  std::size_t begin = 0;
  std::ptrdiff_t bars = 0;
  std::size_t lines = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    CAPTURE(line);
    if (!line.starts_with("|")) {
      bars = 0;
      continue;
    }
    const auto here = std::count(line.begin(), line.end(), '|');
    if (bars == 0) bars = here;
    CHECK(here == bars);
    CHECK(line.ends_with(" |"));
    ++lines;
  }
  CHECK(lines > 60);
  for (const char* piece :
       {"### Recursion tasks", "#### Exact answers", "#### Latency per answer", "**", "Memory and size"}) {
    CAPTURE(piece);
    CHECK(text.find(piece) != std::string::npos);
  }
}

TEST_CASE("Markdown: hostile text stays text") {
  RunResults run;
  run.title = "# x\n\n<script>alert(1)</script>";
  run.records.push_back({"a|b\nc", "**s**", "[m](http://x)", "`@all`", "exact_answer", "ratio", -1, 1, {}, {}, 5});
  const std::string text = to_markdown(run);
  for (const char* piece : {"<script", "\n\n<", "a|b", "**s**", "[m]", "`", "@all"}) {
    CAPTURE(piece);
    CHECK(text.find(piece) == std::string::npos);
  }
  CHECK(text.find("a&#124;b c") != std::string::npos);
}

TEST_CASE("Markdown: boards stay inside their block") {
  RunResults run;
  run.step_throughs = {
      {"a|b", "<script>", "`m", "@all", 2, 5, 0, 0, "</pre`````", "", true, {{"<b>&;</pre", 1}}, 1, false, false}};
  const std::string text = to_markdown(run);
  CHECK(text.find("<details><summary>a&#124;b, &lt;script&gt;: &#96;m. Halts after step 1 and is "
                  "wrong.</summary>\n\n<pre>\n") != std::string::npos);
  CHECK(text.find("\n&lt;/pre      &lt;b&gt;&amp;;\n`````      &lt;/pre\n</pre>\n\n</details>\n") != std::string::npos);
  CHECK(text.find("</pre") == text.rfind("</pre"));
}

TEST_CASE("an empty run still makes a page") {
  const std::string text = to_markdown(RunResults{});
  CHECK(text.find("no answers were scored") != std::string::npos);
  CHECK(to_csv(RunResults{}).find('\n') == to_csv(RunResults{}).size() - 1);
}

}  // namespace test_text
