#include "reports/program_page.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <utility>

#include "engine/json/json_value.h"
#include "reports/format.h"
#include "reports/html_parts.h"

namespace trm::reports {
namespace {

constexpr const char* kPageStyle = R"css(
.walk { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 0.4rem; align-items: center; margin: 1.5rem 0 1rem; padding: 0.5rem 0; background: var(--paper); border-bottom: 1px solid var(--line); }
.walk button { min-height: 2.6rem; padding: 0.2rem 0.8rem; border: 1px solid var(--line); border-radius: 4px; background: var(--soft); color: var(--ink); font: inherit; cursor: pointer; }
.walk button:disabled { opacity: 0.45; cursor: default; }
.walk button:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.walk output { flex: 1 1 12rem; color: var(--quiet); font-size: 0.9rem; }
.halves { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1.5rem; }
.halves > section { min-width: 0; }
.code, .calls { margin: 0; padding: 0; list-style: none; font: 0.88rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; overflow-x: auto; }
.code li { padding: 0 0.4rem; white-space: pre; }
.code li::before { content: attr(data-n); display: inline-block; width: 2.2rem; color: var(--quiet); }
.code li.here { background: var(--soft); box-shadow: inset 3px 0 0 var(--link); }
.calls li { padding: 0 0.4rem; white-space: pre; }
.calls li.here { background: var(--soft); box-shadow: inset 3px 0 0 var(--link); font-weight: 600; }
.calls li.later { display: none; }
.calls .value { color: var(--good); }
.tokens p { margin: 0 0 0.5rem; font: 0.82rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; color: var(--quiet); overflow-wrap: anywhere; }
.tokens b { color: var(--ink); font-weight: 600; }
.tokens sup { color: var(--bad); }
.stack { margin: 0; padding-left: 1.4rem; font: 0.88rem/1.6 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
)css";

/// Steps are beginnings and returns of calls. b[i], r[i]: those of call i.
constexpr const char* kScript = R"js(
(() => {
  const $ = (id) => document.getElementById(id);
  const items = [...document.querySelectorAll('#tree li')];
  const frames = JSON.parse($('frames').textContent);
  const calls = items.map((li) => ({ li, parent: +li.dataset.parent, last: +li.dataset.last, line: +li.dataset.line,
    text: li.dataset.text, value: li.dataset.value, note: li.dataset.note }));
  const steps = [];
  const open = [];
  const leave = (until) => { while (open.length && calls[open[open.length - 1]].last < until) { const at = open.pop(); calls[at].r = steps.length; steps.push([at, true]); } };
  calls.forEach((call, i) => { leave(i); call.b = steps.length; steps.push([i, false]); open.push(i); });
  leave(Infinity);
  let now = 0, timer = 0, told = -1;
  const code = [...document.querySelectorAll('#code li')];
  const show = () => {
    const [at, returned] = steps[now];
    items.forEach((li, i) => {
      li.classList.toggle('later', calls[i].b > now);
      li.classList.toggle('here', i === at);
      li.querySelector('.value').hidden = !(calls[i].r <= now);
    });
    code.forEach((li) => li.classList.toggle('here', +li.dataset.n === calls[at].line));
    const stack = [];
    for (let i = at; i >= 0; i = calls[i].parent) stack.unshift(i);
    $('stack').replaceChildren(...stack.map((i) => { const li = document.createElement('li'); li.textContent = calls[i].text; return li; }));
    if (told !== at) {
      told = at;
      $('written').replaceChildren(...frames.filter(([call]) => call === at).map(([, tokens]) => {
        const p = document.createElement('p');
        for (const [text, sure] of tokens) {
          const own = sure !== undefined, e = document.createElement(own ? 'b' : 'span');
          e.textContent = text + ' ';
          p.append(e);
          if (own && sure < 99.95) { const s = document.createElement('sup'); s.textContent = sure.toFixed(1) + ' % '; p.append(s); }
        }
        return p;
      }));
    }
    $('said').textContent = `step ${now + 1} of ${steps.length}: ${calls[at].text} ` + (returned ? (calls[at].value ? 'returns ' + calls[at].value : calls[at].note || 'ends without a value') : 'begins');
    $('back').disabled = $('first').disabled = now === 0;
    $('into').disabled = $('over').disabled = $('out').disabled = $('play').disabled = now === steps.length - 1;
    items[at].scrollIntoView({ block: 'nearest' });
  };
  const go = (to) => { now = Math.max(0, Math.min(steps.length - 1, to)); show(); };
  const stop = () => { clearInterval(timer); timer = 0; $('play').textContent = 'Play'; };
  const over = () => { const [at, returned] = steps[now]; go(returned ? now + 1 : calls[at].r); };
  const out = () => { const [at, returned] = steps[now]; const parent = calls[at].parent; go(parent < 0 ? (returned ? now : calls[at].r) : calls[parent].r); };
  const act = { first: () => go(0), back: () => go(now - 1), into: () => go(now + 1), over, out };
  for (const name in act) $(name).onclick = () => { stop(); act[name](); };
  $('play').onclick = () => {
    if (timer) return stop();
    $('play').textContent = 'Stop';
    timer = setInterval(() => { go(now + 1); if (now === steps.length - 1) stop(); }, 700);
  };
  document.addEventListener('keydown', (event) => {
    const name = { ArrowRight: 'into', ArrowLeft: 'back', ArrowDown: 'over', ArrowUp: 'out', Home: 'first' }[event.key];
    if (name && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); stop(); act[name](); }
  });
  items.forEach((li, i) => { li.onclick = () => { stop(); go(calls[i].b); }; });
  if (steps.length) { $('walk').hidden = $('waiting').hidden = $('model').hidden = false; show(); }
})();
)js";

std::string attribute(const char* name, const std::string& value) {
  return std::string(" data-") + name + "=\"" + escape_html(value) + "\"";
}

std::string code_lines(const std::string& source) {
  std::string out = "<ol class=\"code\" id=\"code\">";
  std::istringstream lines(source);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    out += "<li" + attribute("n", std::to_string(++number)) + ">" + escape_html(line) + "</li>";
  }
  return out + "</ol>";
}

/// As JSON that may stand in a page: [[call, [["READ"], ["A", 99.98], ...]], ...]; own tokens have a percentage.
std::string frames_json(const ProgramPage& page) {
  JsonValue out = JsonValue::array();
  for (const ProgramPageFrame& frame : page.frames) {
    JsonValue tokens = JsonValue::array();
    for (const ProgramPageFrame::Token& token : frame.tokens) {
      JsonValue each = JsonValue::array();
      each.push(token.text);
      if (token.own) each.push(std::round(token.probability * 1e4) / 100);
      tokens.push(std::move(each));
    }
    JsonValue entry = JsonValue::array();
    entry.push(frame.call);
    entry.push(std::move(tokens));
    out.push(std::move(entry));
  }
  std::string text = out.compact();
  for (std::size_t at = 0; (at = text.find('<', at)) != std::string::npos;) text.replace(at, 1, "\\u003c");
  return text;
}

const char* note_of(const ProgramPageCall& call) {
  if (call.remembered) return "is remembered";
  return call.goes_on ? "goes on as the next call" : "";
}

std::string call_lines(const ProgramPage& page) {
  std::string out = "<ul class=\"calls\" id=\"tree\">";
  std::vector<std::size_t> depth(page.calls.size());
  for (std::size_t i = 0; i < page.calls.size(); ++i) {
    const ProgramPageCall& call = page.calls[i];
    const bool inner = call.parent != ProgramPageCall::kNone;
    depth[i] = inner ? depth[call.parent] + 1 : 0;
    out += "<li" + attribute("parent", inner ? std::to_string(call.parent) : "-1") +
           attribute("last", std::to_string(call.last)) + attribute("line", std::to_string(call.line)) +
           attribute("text", call.text) + attribute("value", call.value) + attribute("note", note_of(call)) + ">";
    out +=
        std::string(2 * std::min<std::size_t>(depth[i], 40), ' ') + escape_html(call.text) + "<span class=\"value\">";
    if (!call.value.empty()) out += " = " + escape_html(call.value);
    if (*note_of(call) != 0) out += std::string("  (") + note_of(call) + ")";
    out += "</span></li>\n";
  }
  return out + "</ul>";
}

}  // namespace

std::string program_page_html(const ProgramPage& page) {
  std::string out = html_opening(page.title, page.title + " → " + page.answer);
  out += "<p class=\"meta\">" + escape_html(page.how) + "</p>\n</header>\n<style>" + kPageStyle + "</style>\n";
  out +=
      "<div class=\"walk\" id=\"walk\" hidden role=\"group\" aria-label=\"Steps\">"
      "<button id=\"first\">First</button><button id=\"back\">Back</button><button id=\"into\">Into</button>"
      "<button id=\"over\">Over</button><button id=\"out\">Out</button><button id=\"play\">Play</button>"
      "<output id=\"said\"></output></div>\n";
  if (!page.reading.empty()) {
    out += "<section><h3>How the text was read</h3>\n<ol class=\"code\">";
    for (std::size_t i = 0; i < page.reading.size(); ++i) {
      out += "<li" + attribute("n", std::to_string(i + 1)) + ">" + escape_html(page.reading[i]) + "</li>";
    }
    out += "</ol></section>\n";
  }
  out += "<div class=\"halves\">\n<section><h3>Program</h3>\n" + code_lines(page.source) + "</section>\n";
  out += "<section><h3>Calls</h3>\n" + call_lines(page);
  if (page.left_out > 0) out += "<p class=\"meta\">" + std::to_string(page.left_out) + " more calls are left out.</p>";
  out +=
      "</section>\n<section id=\"waiting\" hidden><h3>The call, below those that wait for it</h3>\n<ol class=\"stack\" "
      "id=\"stack\"></ol></section>\n";
  out +=
      "<section id=\"model\" hidden><h3>What the model wrote for this call</h3>\n<p class=\"meta\">A line for each "
      "frame. "
      "Bold tokens are the model's own. A number behind one says how sure it was, where that is less than 99.95 %.";
  if (!page.all_frames) out += " Only the first " + grouped(page.frames.size()) + " frames are kept.";
  out += "</p>\n<div class=\"tokens\" id=\"written\"></div></section>\n";
  if (!page.printed.empty()) {
    out += "<section><h3>Printed</h3>\n<pre>";
    for (const std::string& line : page.printed) out += escape_html(line) + "\n";
    out += "</pre></section>\n";
  }
  out += "</div>\n<script type=\"application/json\" id=\"frames\">" + frames_json(page) + "</script>\n<script>" +
         std::string(kScript) + "</script>\n</body>\n</html>\n";
  return out;
}

}  // namespace trm::reports
