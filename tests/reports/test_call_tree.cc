#include <doctest/doctest.h>

#include <string>

#include "reports/call_tree.h"
#include "reports/html.h"
#include "reports/markdown.h"
#include "tests/reports/example.h"

namespace test_call_tree {

using namespace trm::reports;

namespace {

std::size_t count(const std::string& text, const std::string& piece) {
  std::size_t out = 0;
  for (std::size_t at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1)) ++out;
  return out;
}

CallFrame frame(int parent, int depth, const std::string& prompt) {
  CallFrame out;
  out.parent = parent;
  out.depth = depth;
  out.prompt = prompt;
  return out;
}

/// "<details class="frame...> of the frame with this prompt.
std::string opening(const std::string& html, const std::string& prompt) {
  const std::size_t at = html.find("<code>" + prompt + "</code>");
  REQUIRE(at != std::string::npos);
  const std::size_t begin = html.rfind("<details", at);
  return html.substr(begin, html.find('>', begin) + 1 - begin);
}

Example deep() {
  Example out;
  for (int i = 0; i < 4; ++i) out.frames.push_back(frame(i - 1, i, "f " + std::to_string(i)));
  out.frames.push_back(frame(0, 1, "g"));
  return out;
}

}  // namespace

TEST_CASE("call tree: every frame with what is known of it, nested as it was called") {
  Example example = deep();
  example.frames[1].value = "= 7";
  example.frames[1].written = "CALL f 2 END [5 END] RET 7 END";
  example.frames[1].own_tokens = 1;
  example.frames[1].elapsed_ns = 1.28e6;
  example.frames[2].own_tokens = 1500;
  example.frames[2].note = "seen before";
  example.frames[0].hidden = 1;
  example.frames[3].hidden = 1200;
  const std::string html = call_tree_html(example);
  CHECK(count(html, "<details") == 5);
  CHECK(count(html, "</details>") == 5);
  CHECK(html.find("<code>f 1</code> <code class=\"value\">= 7</code> <small>depth 1, 1 token, 1.28\u00A0ms</small>") !=
        std::string::npos);
  CHECK(html.find("<p class=\"tokens\"><code>CALL f 2 END [5 END] RET 7 END</code></p>") != std::string::npos);
  CHECK(html.find("1,500 tokens") != std::string::npos);
  CHECK(html.find("seen before") != std::string::npos);
  CHECK(html.find("<p class=\"more\">1 more frame</p>") != std::string::npos);
  CHECK(html.find("<p class=\"more\">1,200 more frames</p>") != std::string::npos);
  // Two levels are open, the others are one key away.
  CHECK(opening(html, "f 0") == "<details class=\"frame\" open>");
  CHECK(opening(html, "g") == "<details class=\"frame\" open>");
  CHECK(opening(html, "f 2") == "<details class=\"frame\">");
  // g is called by the question, not by the deepest frame.
  CHECK(html.find("<code>g</code>") > html.find("<code>f 3</code>"));
  CHECK(count(html.substr(html.find("<code>f 3</code>"), html.find("<code>g</code>") - html.find("<code>f 3</code>")),
              "</details>") == 3);
}

TEST_CASE("call tree: the way to the first wrong token is open, and nothing else") {
  Example example = deep();
  example.frames[2].written = "RET 1";
  example.frames[2].wrong = "9";
  example.frames[2].rest = "END";
  example.frames[4].wrong = "<b>";
  const std::string html = call_tree_html(example);
  for (const char* prompt : {"f 0", "f 1"}) CHECK(opening(html, prompt) == "<details class=\"frame\" open>");
  CHECK(opening(html, "f 2") == "<details class=\"frame wrong\" open>");
  CHECK(opening(html, "f 3") == "<details class=\"frame\">");
  CHECK(opening(html, "g") == "<details class=\"frame wrong\">");
  CHECK(html.find("RET 1 <mark>9</mark> END") != std::string::npos);
  CHECK(count(html, "<b class=\"bad\">wrong</b>") == 2);  // said, not only coloured
  CHECK(html.find("<mark>&lt;b&gt;</mark>") != std::string::npos);
}

TEST_CASE("call tree: callers that were left out are counted") {
  Example example;
  example.frames = {frame(-1, 0, "top"), frame(0, 1, "next"), frame(1, 40, "deep")};
  CHECK(call_tree_html(example).find("<p class=\"more\">38 callers left out</p>") != std::string::npos);
  CHECK(call_tree_outline(example) ==
        "top   depth 0\n"
        "  next   depth 1\n"
        "    (38 callers left out)\n"
        "    deep   depth 40\n");
}

TEST_CASE("call tree: the outline") {
  Example example = deep();
  example.frames[1].value = "= 7";
  example.frames[1].wrong = "7";
  example.frames[1].hidden = 2;
  CHECK(call_tree_outline(example) ==
        "f 0   depth 0\n"
        "  f 1 = 7   depth 1   <- wrong: wrote 7\n"
        "    f 2   depth 2\n"
        "      f 3   depth 3\n"
        "    (2 more frames)\n"
        "  g   depth 1\n");
  CHECK(call_tree_html(Example{}).empty());
  CHECK(call_tree_outline(Example{}).empty());
}

TEST_CASE("call tree: on both pages, in place of a transcript") {
  RunResults run = example_results();
  Example example = deep();
  example.task = "fibonacci";
  example.model = "trm-unit";
  example.expected = "8";
  example.frames[0].prompt = "<i>f";
  run.examples.insert(run.examples.begin(), example);
  const std::string html = to_html(run);
  CHECK(html.find("<code>&lt;i&gt;f</code>") != std::string::npos);
  CHECK(count(html, "<div class=\"tree\"") == 1);
  const std::string markdown = to_markdown(run);
  CHECK(markdown.find("&lt;i&gt;f   depth 0\n  f 1   depth 1\n") != std::string::npos);
  CHECK(markdown.find("wrong; expected 8") != std::string::npos);
  CHECK(markdown.find("├─ F 2") != std::string::npos);  // the others keep theirs
}

}  // namespace test_call_tree
