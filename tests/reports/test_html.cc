#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "reports/html.h"
#include "reports/summary.h"
#include "tests/engine/support.h"
#include "tests/reports/example.h"

namespace test_html {

using namespace trm::reports;

namespace {

struct Checked {
  std::string problem;  ///< empty: well-formed
  std::vector<std::string> elements;
  std::multiset<std::string> ids;
  std::set<std::string> references;  ///< targets of href="#..." and aria-labelledby
};

/// Balanced tags, quoted attributes, no bare '<': a small strict reader of the HTML that we write.
Checked check_html(const std::string& html) {
  static const std::set<std::string> empty_elements = {"meta", "br"};
  Checked out;
  std::vector<std::string> open;
  std::size_t at = html.find('>') + 1;
  if (!html.starts_with("<!DOCTYPE html>")) out.problem = "no doctype";
  while (out.problem.empty()) {
    const std::size_t begin = html.find('<', at);
    if (begin == std::string::npos) break;
    std::size_t i = begin + 1;
    const bool closing = html[i] == '/';
    if (closing) ++i;
    std::string name;
    while (i < html.size() && (isalnum(static_cast<unsigned char>(html[i])) != 0)) name += html[i++];
    if (name.empty()) {
      out.problem = "bare < at " + html.substr(begin, 40);
      break;
    }
    std::string attribute;
    bool self_closing = false;
    for (; i < html.size() && html[i] != '>'; ++i) {
      if (html[i] == '"' || html[i] == '\'') {
        const std::size_t stop = html.find(html[i], i + 1);
        if (stop == std::string::npos) break;
        const std::string value = html.substr(i + 1, stop - i - 1);
        if (attribute == "id=") out.ids.insert(value);
        if (attribute == "href=" && value.starts_with("#")) out.references.insert(value.substr(1));
        if (attribute == "href=" && !value.starts_with("#")) out.problem = "link to " + value;
        if (attribute == "aria-labelledby=" || attribute == "for=") out.references.insert(value);
        if (attribute.starts_with("on") || attribute == "src=") out.problem = "attribute " + attribute;
        if (value.find('<') != std::string::npos) out.problem = "< in an attribute: " + value;
        attribute.clear();
        i = stop;
      } else if (html[i] == ' ' || html[i] == '\n') {
        attribute.clear();
      } else {
        self_closing = html[i] == '/';
        attribute += html[i];
      }
    }
    at = i + 1;
    if (closing) {
      if (open.empty() || open.back() != name)
        out.problem = "</" + name + "> closes " + (open.empty() ? "" : open.back());
      else
        open.pop_back();
      continue;
    }
    out.elements.push_back(name);
    if (name == "style") {  // raw text
      at = html.find("</style>", at);
      if (at == std::string::npos) out.problem = "style without end";
    }
    if (!self_closing && !empty_elements.contains(name)) open.push_back(name);
  }
  if (out.problem.empty() && !open.empty()) out.problem = "<" + open.back() + "> is left open";
  return out;
}

std::size_t count_of(const Checked& checked, const std::string& element) {
  return static_cast<std::size_t>(std::count(checked.elements.begin(), checked.elements.end(), element));
}

bool contains(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

}  // namespace

TEST_CASE("the checker finds what it is for") {
  CHECK(check_html("<!DOCTYPE html><p>a</p>").problem.empty());
  for (const char* bad :
       {"<p></p>", "<!DOCTYPE html><p>", "<!DOCTYPE html><p><b></p></b>", "<!DOCTYPE html><p>1 < 2</p>",
        "<!DOCTYPE html><a href=\"http://x\"></a>", "<!DOCTYPE html><p onclick=\"x\"></p>"}) {
    CAPTURE(bad);
    CHECK_FALSE(check_html(bad).problem.empty());
  }
}

TEST_CASE("HTML: well-formed, self-contained, labelled, the same every time") {
  const std::string html = to_html(example_results());
  const Checked checked = check_html(html);
  CHECK(checked.problem == "");
  CHECK(html == to_html(example_results()));
  for (const std::string& id : checked.ids) {
    CAPTURE(id);
    CHECK(checked.ids.count(id) == 1);
  }
  for (const std::string& target : checked.references) {
    CAPTURE(target);
    CHECK(checked.ids.contains(target));
  }
  CHECK(count_of(checked, "table") >= 8);
  CHECK(count_of(checked, "caption") == count_of(checked, "table"));
  CHECK(count_of(checked, "script") == 0);
  CHECK(count_of(checked, "link") == 0);
  CHECK(count_of(checked, "img") == 0);
  CHECK_FALSE(contains(html, "@import"));
  CHECK_FALSE(contains(html, "url(http"));
  CHECK(contains(html, "prefers-color-scheme: dark"));
  CHECK(contains(html, "<meta name=\"viewport\""));
  // Claim and exact answers come before everything else.
  CHECK(html.find("class=\"claim\"") < html.find("<table"));
  CHECK(html.find("Exact answers") < html.find("<h2"));
}

TEST_CASE("HTML: hostile text stays text everywhere") {
  const std::string evil = "<script>alert('x')</script>\"><img src=x onerror=y>&amp;\x01\xFF";
  RunResults run;
  run.title = evil;
  run.environment = {{evil, evil}, {"machine", evil}};
  run.models.push_back({evil, evil, evil, 1, evil, evil, evil, evil, 1, 1});
  for (const char* metric : {"exact_answer", "state_bytes", "rss_peak_bytes", "latency_p50_ns", "tokens_per_s"}) {
    run.records.push_back({evil, evil, evil, evil, metric, "ratio", -1, 0.5, 0.4, 0.6, 100});
  }
  run.records.push_back({evil, evil, evil, evil, evil, evil, -1, 0.5, {}, {}, 1});
  run.records.push_back({evil, evil, evil, evil, evil + "d", "ratio", 3, 0.5, {}, {}, 10});
  run.samples.push_back({evil, evil, evil, evil, "latency_ns", "ns", {1, 2, 3}});
  for (bool right : {true, false}) run.examples.push_back({evil, evil, evil, evil, evil, evil, evil, evil, right});
  StepThrough board{evil, evil, evil, evil, 1, 5, 0, 0, "<&>\"'", "<b>&;", true, {{"</g>&", 1}}, 1, false, false};
  for (int i = 0; i < 6; ++i) run.step_throughs.push_back(board);
  const std::string html = to_html(run);
  const Checked checked = check_html(html);
  CHECK(checked.problem == "");
  CHECK(count_of(checked, "script") == 0);
  CHECK(count_of(checked, "img") == 0);
  CHECK(contains(html, "&lt;script&gt;"));
  for (const std::string& id : checked.ids) CHECK(checked.ids.count(id) == 1);
}

TEST_CASE("HTML: without gnuplot the tables stand and one line says what is missing") {
  RunResults run = example_results();
  run.step_throughs.clear();  // boards are drawn without gnuplot
  const std::string html = to_html(run, {.gnuplot = "/nonexistent/gnuplot"});
  const Checked checked = check_html(html);
  CHECK(checked.problem == "");
  CHECK(count_of(checked, "svg") == 0);
  const std::size_t note = html.find("gnuplot-nox");
  REQUIRE(note != std::string::npos);
  CHECK(html.find("This report has tables only") == html.rfind("This report has tables only"));
  CHECK(contains(html, "Latency per answer"));
  CHECK(contains(html, "Exact answer by depth"));
}

TEST_CASE("HTML: where gnuplot fails in the middle, what was drawn stays and the reason stands in place of the rest") {
  const trm::test::TempDir folder;
  const std::string program = folder / "gnuplot", count = folder / "count";
  trm::test::spill(program, "#!/bin/sh\necho >> " + count + "\n[ $(wc -l < " + count +
                                ") -le 8 ] || exit 9\necho '<svg viewBox=\"0 0 1 1\"></svg>'\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const std::string html = to_html(example_results(), {.gnuplot = program});
  CHECK(check_html(html).problem == "");
  CHECK(contains(html, "id=\"plot-0-title\""));
  CHECK(contains(html,
                 "From here on this report has tables only: the plots need gnuplot (Debian package gnuplot-nox). "
                 "gnuplot ended with status 9; fix: "));
  CHECK_FALSE(contains(html, "This report has tables only"));
  // It is not asked again.
  const std::string starts = trm::test::slurp(count);
  CHECK(std::count(starts.begin(), starts.end(), '\n') == 9);
}

TEST_CASE("HTML: nothing measured, one thing measured, many models") {
  CHECK(check_html(to_html(RunResults{})).problem == "");
  RunResults run;
  run.records.push_back({"", "", "m", "", "rss_peak_bytes", "bytes", -1, 0, {}, {}, 0});
  CHECK(check_html(to_html(run)).problem == "");
  for (int i = 0; i < 12; ++i) {
    Record r{"t", "s", "model-" + std::to_string(i), "", "exact_answer_by_depth", "", 1 + i, 0, {}, {}, 0};
    run.records.push_back(ratio_record(r, static_cast<std::uint64_t>(i), 12));
  }
  CHECK(check_html(to_html(run)).problem == "");
}

}  // namespace test_html
