// The style sheet of the HTML report.
#pragma once

namespace trm::reports {

/// Series colours keep their order under the common kinds of colour blindness and differ in lightness too; they are
/// darker on paper and lighter on a dark ground.
inline constexpr const char* kHtmlStyle = R"css(
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1b1f24; --quiet: #5c6570; --line: #dde1e6; --grid: #e3e6ea; --soft: #f5f6f8; --link: #0060a8; --good: #1a6b3c; --bad: #b3261e; --mark: #ffd9d4;
  --series-0: #0066b3; --series-1: #c2500a; --series-2: #00805f; --series-3: #a8457f;
  --series-4: #3d94c9; --series-5: #957000; --series-6: #5b5f66; --series-7: #7a4b2a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --ink: #e4e7ea; --quiet: #9aa3ad; --line: #2e343b; --grid: #2b3138; --soft: #1b1f24; --link: #7fbcff; --good: #6fcf97; --bad: #ff8a80; --mark: #5c1f1a;
    --series-0: #66b2ff; --series-1: #ff9959; --series-2: #3ecf9f; --series-3: #e895c6;
    --series-4: #a5dbff; --series-5: #e3c04b; --series-6: #b4bac2; --series-7: #cf9d78;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 3rem 1.25rem 5rem; max-width: 70rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
a { color: var(--link); }
h1 { margin: 0 0 1.25rem; color: var(--quiet); font-size: 1rem; font-weight: 500; }
h2 { margin: 4rem 0 1rem; font-size: 1.4rem; font-weight: 600; letter-spacing: -0.01em; }
h3 { margin: 0 0 0.25rem; font-size: 0.9rem; font-weight: 600; }
.claim { margin: 0; max-width: 48rem; font-size: clamp(1.3rem, 1rem + 1.6vw, 1.85rem); line-height: 1.32; letter-spacing: -0.015em; text-wrap: pretty; overflow-wrap: anywhere; }
.meta { margin: 1rem 0 0; color: var(--quiet); font-size: 0.9rem; overflow-wrap: anywhere; }
nav { margin: 1.5rem 0 0; font-size: 0.9rem; }
nav a { display: inline-block; margin-right: 1.1rem; text-decoration: none; }
nav a:hover { text-decoration: underline; }
.scroll { margin: 1.5rem 0 2.25rem; overflow-x: auto; }
.scroll:focus-visible, .tree:focus-visible, pre:focus-visible, summary:focus-visible, a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; font-size: 0.9rem; line-height: 1.4; }
caption { padding: 0 0 0.6rem; text-align: left; color: var(--quiet); font-size: 0.85rem; }
caption b { display: block; color: var(--ink); font-size: 1rem; font-weight: 600; }
caption b, caption span { position: sticky; left: 0; width: min(44rem, 100vw - 2.5rem); }
caption span { display: block; }
th, td { padding: 0.45rem clamp(0.9rem, 1.5vw, 1.6rem) 0.45rem 0; text-align: left; vertical-align: top; font-weight: 400; }
th:last-child, td:last-child { padding-right: 0.25rem; }
thead th { border-bottom: 1px solid var(--ink); vertical-align: bottom; font-weight: 600; }
tbody tr + tr > * { border-top: 1px solid var(--line); }
tbody tr.same > * { border-top-color: transparent; }
tbody tr.same > [rowspan] { border-top-color: var(--line); }
.num { text-align: right; }
td strong { font-weight: 650; }
small { display: block; color: var(--quiet); font-size: 0.8rem; font-weight: 400; white-space: nowrap; }
.wrap, .wrap small { white-space: normal; }
th.wrap { overflow-wrap: break-word; }
td.wrap { overflow-wrap: anywhere; }
tbody th.wrap { min-width: 8rem; }
.compact tbody th.wrap { min-width: 6rem; }
td.wrap { min-width: 7rem; max-width: 34rem; }
.num { white-space: nowrap; }
tr.group > th { padding-top: 1.1rem; color: var(--quiet); font-size: 0.8rem; font-weight: 600; letter-spacing: 0.02em; }
tr.group > th > span { position: sticky; left: 0; }
tbody tr.group + tr > * { border-top-color: transparent; }
tbody + tbody > tr:first-child > * { border-top: 1px solid var(--line); }
.compact { font-size: 0.84rem; line-height: 1.3; }
.compact th, .compact td { padding-top: 0.25rem; padding-bottom: 0.25rem; }
.compact tbody th small { display: inline; margin-left: 0.5rem; white-space: nowrap; }
thead th small { max-width: 9rem; margin-left: auto; white-space: normal; }
thead th.wrap small { margin-left: 0; }
.good { color: var(--good); }
.bad { color: var(--bad); }
.none { color: var(--quiet); }
.legend { display: flex; flex-wrap: wrap; gap: 0.35rem 1.4rem; margin: 1rem 0; padding: 0; list-style: none; font-size: 0.85rem; }
.legend svg { width: 2.4rem; height: 0.8rem; margin-right: 0.5rem; vertical-align: -0.1rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); gap: 2rem 2rem; margin: 1.25rem 0; }
figure { margin: 0; min-width: 0; }
.set > figcaption { max-width: 44rem; color: var(--quiet); font-size: 0.85rem; }
.set > figcaption b { display: block; color: var(--ink); font-size: 1rem; font-weight: 600; }
.plots svg { display: block; width: 100%; max-width: 30rem; height: auto; color: var(--quiet); font-family: inherit; overflow: visible; }
.plots h3 { overflow-wrap: anywhere; }
details { margin: 0.75rem 0; }
summary { cursor: pointer; color: var(--link); font-size: 0.9rem; overflow-wrap: anywhere; }
details.example { border-top: 1px solid var(--line); margin: 0; padding: 0.6rem 0; }
details.example + h3 { margin-top: 2rem; }
details.example > summary { color: var(--ink); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1.25rem; margin: 0.9rem 0; font-size: 0.9rem; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
.tree { margin: 0.75rem 0; padding: 0.6rem 0.9rem; overflow-x: auto; background: var(--soft); border-radius: 4px; font-size: 0.82rem; }
.tree details { margin: 0; padding-left: 0.9rem; border-left: 1px solid var(--line); }
.tree > details { padding-left: 0; border-left: 0; }
.tree summary { padding: 0.2rem 0; color: var(--ink); font-size: inherit; overflow-wrap: normal; white-space: nowrap; }
.tree summary small { display: inline; margin-left: 0.5rem; }
.tree .note { font-size: inherit; }
.tree .value { margin-left: 0.4rem; color: var(--link); }
.tree .wrong > summary .value { color: var(--bad); }
.tree p { margin: 0; padding: 0.1rem 0 0.3rem 1.1rem; color: var(--quiet); }
.tree .tokens { min-width: 14rem; max-width: 50rem; line-height: 1.5; }
mark { padding: 0 0.2em; background: var(--mark); color: var(--ink); border-radius: 2px; outline: 1px solid var(--bad); }
pre { margin: 0.75rem 0; padding: 0.9rem 1rem; overflow-x: auto; background: var(--soft); border-radius: 4px; font-size: 0.82rem; line-height: 1.5; }
pre, code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.boards { margin: 1.75rem 0 3rem; }
.steps { position: relative; display: flex; flex-wrap: wrap; gap: 0.3rem; margin: 0.9rem 0; }
.step { display: contents; }
.step > input, .unseen { position: absolute; width: 1px; height: 1px; margin: 0; opacity: 0; overflow: hidden; }
.step > label { display: grid; align-content: center; min-width: 3.2rem; padding: 0.2rem 0.6rem; border: 1px solid var(--line); border-radius: 4px; font-size: 0.85rem; text-align: center; cursor: pointer; }
.step > label small { font-size: 0.72rem; }
.step > input:checked + label { border-color: var(--ink); box-shadow: inset 0 -3px 0 var(--ink); font-weight: 600; }
.step > input:focus-visible + label { outline: 2px solid var(--link); outline-offset: 2px; }
.panel { display: none; order: 1; flex: 0 0 100%; min-width: 0; overflow-x: auto; }
.step > input:checked ~ .panel { display: block; }
.panel p { margin: 0.6rem 0; font-size: 0.9rem; color: var(--quiet); }
.panel p b { margin-right: 0.4rem; color: var(--ink); font-weight: 600; }
.sprite { position: absolute; width: 0; height: 0; }
.cells { display: block; max-width: 100%; height: auto; font-size: 6.2px; text-anchor: middle; }
.legend .key { width: 1.2rem; height: 1.2rem; vertical-align: -0.3rem; display: inline-block; }
.cell-given { fill: var(--ink); font-weight: 700; }
.cell-said { fill: var(--link); }
.cell-soft { fill: var(--grid); }
.cell-wall { fill: var(--quiet); fill-opacity: 0.8; }
.cell-cover { fill: var(--paper); }
.cell-changed { fill: var(--series-5); fill-opacity: 0.4; }
.cell-line, .cell-box, .cell-wrong, .cell-dot { fill: none; stroke: var(--line); stroke-width: 0.3; }
.cell-box { stroke: var(--ink); stroke-width: 0.7; stroke-linecap: square; }
.cell-dot { stroke: var(--link); stroke-width: 4.5; stroke-linecap: round; }
.cell-wrong { stroke: var(--series-1); stroke-width: 1.1; stroke-linecap: round; }
.note { color: var(--quiet); font-size: 0.9rem; max-width: 44rem; }
@media (max-width: 40rem) {
  body { padding: 1.75rem 1rem 3rem; }
  th, td { padding-right: 1.1rem; }
  th:first-child:not([class="num"]) { position: sticky; left: 0; background: var(--paper); }
  tr.same > th:first-child { position: static; }
  caption b, caption span { width: calc(100vw - 2rem); }
  h2 { margin-top: 3rem; }
  .tree { padding: 0.5rem 0.6rem; }
  .tree details { padding-left: 0.55rem; }
  .tree summary { white-space: normal; min-width: 12rem; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 11px; }
  nav { display: none; }
  .scroll { overflow: visible; }
  figure, tr { break-inside: avoid; }
  figure.boards { break-inside: auto; }
  .boards figcaption { break-after: avoid; }
  .steps { gap: 1rem; }
  .step > label { display: none; }
  .panel, .step > input:checked ~ .panel { display: block; flex: 0 0 14rem; break-inside: avoid; }
}
)css";

}  // namespace trm::reports
