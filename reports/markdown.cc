#include "reports/markdown.h"

#include "reports/ablations.h"
#include "reports/accuracy_tables.h"
#include "reports/boards.h"
#include "reports/call_tree.h"
#include "reports/claim.h"
#include "reports/format.h"
#include "reports/goals.h"
#include "reports/published.h"
#include "reports/seeds.h"
#include "reports/tables.h"

namespace trm::reports {

// Character references work in tables and in HTML blocks.
std::string markdown_text(const std::string& text) {
  std::string out;
  for (char c : escape_html(text)) {
    switch (c) {
      case '\n':
      case '\t':
        out += ' ';
        break;
      case '|':
        out += "&#124;";
        break;
      case '*':
        out += "&#42;";
        break;
      case '`':
        out += "&#96;";
        break;
      case '[':
        out += "&#91;";
        break;
      case ']':
        out += "&#93;";
        break;
      case '~':
        out += "&#126;";
        break;
      case '\\':
        out += "&#92;";
        break;
      case '@':
        out += "&#64;";
        break;  // names nobody
      default:
        out += c;
    }
  }
  // An underscore inside a word is not markup, so names stay readable; one at a border is.
  if (!out.empty() && out.front() == '_') out.replace(0, 1, "&#95;");
  if (!out.empty() && out.back() == '_') out.replace(out.size() - 1, 1, "&#95;");
  return out;
}

namespace {

std::string cell_text(const Cell& cell, std::size_t max_details) {
  if (cell.text.empty()) return "–";
  std::string out = cell.strong ? "**" + markdown_text(cell.text) + "**" : markdown_text(cell.text);
  std::string details;
  for (std::size_t i = 0; i < cell.details.size() && i < max_details; ++i) {
    details += (i == 0 ? "" : ", ") + markdown_text(cell.details[i]);
  }
  if (!details.empty()) out += " (" + details + ")";
  return out;
}

}  // namespace

std::string markdown_table(const Table& table, std::size_t max_details) {
  std::string out = "|";
  for (const Column& column : table.columns) {
    out += " " + markdown_text(column.label) +
           (column.detail.empty() ? "" : " (" + markdown_text(column.detail) + ")") + " |";
  }
  out += "\n|";
  for (const Column& column : table.columns) out += column.numeric ? " ---: |" : " :--- |";
  out += "\n";
  std::size_t group = 0;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    if (group < table.groups.size() && table.groups[group].first == r) {
      out += "| *" + markdown_text(table.groups[group++].label) + "* |";
      for (std::size_t c = 1; c < table.columns.size(); ++c) out += " |";
      out += "\n";
    }
    out += "|";
    for (const Cell& cell : table.rows[r]) out += " " + cell_text(cell, max_details) + " |";
    out += "\n";
  }
  return out;
}

namespace {

/// `caption`: what must not be read without its caption.
void add(std::string& out, const Table& table, std::size_t max_details, bool folded = false, bool caption = false) {
  if (table.rows.empty()) return;
  if (folded) {
    out += "\n<details><summary>" + markdown_text(table.title) + "</summary>\n\n" +
           (caption ? markdown_text(table.caption) + "\n\n" : "") + markdown_table(table, max_details) +
           "\n</details>\n";
  } else {
    out += "\n#### " + markdown_text(table.title) + "\n\n" + (caption ? markdown_text(table.caption) + "\n\n" : "") +
           markdown_table(table, max_details);
  }
}

/// The call trees as text; what was recorded as text stays as it is.
void add_examples(std::string& out, const std::vector<Example>& examples) {
  for (const Example& e : examples) {
    const std::string tree = e.frames.empty() ? e.transcript : call_tree_outline(e);
    std::string title = task_label(e.task) + (e.slice.empty() ? "" : ", " + e.slice) + ": " + e.prompt + " = " +
                        (e.answer.empty() ? "none" : e.answer) + ", " + column_label({e.model, e.mode});
    title += e.correct ? ", right" : ", wrong; expected " + e.expected;
    out += "\n<details><summary>" + markdown_text(title) + "</summary>\n\n";
    if (!tree.empty()) out += "<pre>\n" + escape_html(tree) + "</pre>\n\n";
    out += "</details>\n";
  }
}

}  // namespace

std::string to_markdown(const RunResults& results) {
  const RecordIndex index(results);
  std::string out = "### " + markdown_text(results.title.empty() ? "trm.cpp benchmark" : results.title) + "\n\n";
  out += markdown_text(claim(index)) + "\n";
  add(out, accuracy_table(index), 1);
  add(out, further_slices_table(index), 1, true);
  const std::string goals = goals_summary(index);
  if (!goals.empty()) out += "\n" + markdown_text(goals) + "\n";
  add(out, goals_table(index), 2, true, true);
  add(out, seeds_table(index), 1, false, true);
  add(out, ablation_table(index), 1, false, true);
  for (const Table& table : other_accuracy_tables(index)) add(out, table, 1, true);
  add(out, published_table(index), 1, true, true);
  for (const Table& table : depth_tables(index)) add(out, table, 1, true);
  add(out, latency_table(index), 3);
  for (const Table& table : speed_tables(index)) add(out, table, 0);
  add(out, memory_table(index), 1);
  for (const Table& table : memory_detail_tables(index)) add(out, table, 0, true);
  for (const Table& table : remaining_tables(index)) add(out, table, 1, true);
  add_examples(out, results.examples);
  for (const StepThrough& puzzle : results.step_throughs) {
    // Nothing in <pre> is markup, so characters of boards need no more than HTML does.
    out += "\n<details><summary>" + markdown_text(board_title(puzzle) + ". " + board_verdict(puzzle)) +
           "</summary>\n\n<pre>\n" + escape_html(board_outline(puzzle)) + "</pre>\n\n</details>\n";
  }
  add(out, environment_table(index), 0, true);
  add(out, models_table(index), 1, true);
  return out;
}

}  // namespace trm::reports
