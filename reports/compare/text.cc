#include "reports/compare/text.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "reports/format.h"
#include "reports/markdown.h"

namespace trm::reports::compare {
namespace {

/// "+10.1", "-0.03": as many decimals as tell it from nothing.
std::string signed_percent(double share) {
  const double x = 100 * share;
  const int decimals = std::abs(x) >= 100 ? 0 : std::abs(x) >= 0.095 || x == 0 ? 1 : 2;
  std::string out = fixed_number(x, decimals);
  if (out.find_first_not_of("-0.") == std::string::npos) return "0";
  return x > 0 ? "+" + out : out;
}

std::string plain_percent(double share) {
  return fixed_number(100 * share, std::abs(share) < 0.0995 ? 1 : 0) + " %";
}

std::string p_text(const Row& row) {
  if (!row.q) return "";
  return *row.q < 0.001 ? "<0.001" : fixed_number(*row.q, 3);
}

const char* unit_of_change(const Row& row) {
  return row.kind == Kind::accuracy ? " points" : " %";
}

/// Worse by how much, for the order of rows.
double badness(const Row& row) {
  const double toward = row.better == Better::higher ? -row.change : row.change;
  switch (row.verdict) {
    case Verdict::regressed:
      return 4e6 + toward;
    case Verdict::inconclusive:
      return 3e6 + toward;
    case Verdict::improved:
      return 2e6 - std::abs(toward);
    case Verdict::changed:
      return 1e6;
    default:
      return 0;
  }
}

std::string value_text(double value, const Row& row, bool there) {
  return there ? human(value, row.unit) : std::string();
}

std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string counted(std::size_t n, const char* what) {
  return std::to_string(n) + " " + what;
}

}  // namespace

std::string change_text(const Row& row) {
  if (row.verdict == Verdict::only_before || row.verdict == Verdict::only_after) return "";
  if (row.before == 0 && row.kind != Kind::accuracy) return row.after == 0 ? "0 %" : "";
  return signed_percent(row.change) + unit_of_change(row);
}

std::string interval_text(const Row& row) {
  if (!row.interval) return "";
  return signed_percent(row.interval->low) + " to " + signed_percent(row.interval->high) + unit_of_change(row);
}

std::string reason_text(const Row& row) {
  std::string out = row.reason;
  if (row.more) {
    const bool pairs = row.method.ends_with("pairs");
    out += std::string(out.empty() ? "" : "; ") + "about " + grouped(*row.more) + " more " +
           (pairs ? "pairs" : "samples on each side") + " would decide";
  } else if (row.verdict == Verdict::inconclusive && row.interval) {
    out += "; the change is too close to the threshold to be decided";
  }
  return out;
}

std::string headline(const Comparison& comparison) {
  const std::size_t regressed = comparison.count(Verdict::regressed), unsure = comparison.count(Verdict::inconclusive);
  const std::size_t better = comparison.count(Verdict::improved);
  const auto pass =
      static_cast<std::size_t>(std::count_if(comparison.rows.begin(), comparison.rows.end(), [](const Row& row) {
        return row.verdict == Verdict::pass && row.kind != Kind::fact;
      }));
  const std::size_t judged = regressed + unsure + better + pass;
  std::string out;
  if (comparison.verdict == Verdict::regressed) {
    out = regressed > 0 ? "Regressed: " + std::to_string(regressed) + " of " + counted(judged, "measurements") +
                              (regressed == 1 ? " is" : " are") + " worse"
                        : std::string("Regressed: the new program failed");
  } else if (comparison.verdict == Verdict::inconclusive) {
    out = judged == 0 ? std::string("Inconclusive: nothing could be judged")
                      : "Inconclusive: of " + std::to_string(unsure) + " of " + counted(judged, "measurements") +
                            " these samples cannot tell";
    if (judged > 0 && unsure == 0) out = "Inconclusive: runs failed";
  } else {
    out = "Pass: none of " + counted(judged, "measurements") + " is worse";
  }
  if (regressed > 0 || comparison.verdict == Verdict::pass) {
    const bool learned =
        std::any_of(comparison.rows.begin(), comparison.rows.end(), [](const Row& r) { return r.learned; });
    out += learned ? " by more than its threshold" : " by more than " + plain_percent(comparison.rules.threshold);
  }
  if (better > 0) out += ", " + std::to_string(better) + (better == 1 ? " is better" : " are better");
  if (comparison.verdict == Verdict::regressed && unsure > 0)
    out += ", of " + std::to_string(unsure) + " nobody can tell";
  return out + ".";
}

std::string floor_sentence(const Comparison& comparison) {
  double most = 0;
  bool any = false;
  for (const Row& row : comparison.rows) {
    if (!row.floor || row.kind != Kind::sampled) continue;
    any = true;
    most = std::max(most, *row.floor);
  }
  const bool noisy = std::any_of(comparison.rows.begin(), comparison.rows.end(), [](const Row& row) {
    return row.kind == Kind::sampled && row.verdict != Verdict::only_before && row.verdict != Verdict::only_after;
  });
  if (!noisy) return "";
  if (any) return "Noise floor of this machine, from the same program twice: up to " + plain_percent(most) + ".";
  if (comparison.floor_known) return "The noise floor could not be told: there were too few runs of the same program.";
  return "The noise floor was not measured: --aa takes a second run of the old program, and --run measures it.";
}

bool moved(const Row& row) {
  return row.verdict != Verdict::pass && row.verdict != Verdict::not_judged;
}

Table verdict_table(const Comparison& comparison, bool moved_rows) {
  Table table;
  table.id = moved_rows ? "moved" : "rest";
  table.title = moved_rows ? "What moved" : "What stayed";
  table.caption =
      "Change is new against old, with its 95 % interval. p is adjusted for the number of benchmarks (Benjamini and "
      "Hochberg): of Mann and Whitney's test for samples, of McNemar's for answers. Floor is what the same program "
      "twice shows. –: does not apply.";
  table.columns = {{"benchmark", "", false}, {"metric", "", false}, {"old", ""}, {"new", ""},
                   {"change", ""},           {"95 % interval", ""}, {"p", ""},   {"floor", ""},
                   {"verdict", "", false}};
  table.header_columns = 2;
  std::vector<const Row*> rows;
  for (const Row& row : comparison.rows) {
    if (moved(row) == moved_rows) rows.push_back(&row);
  }
  if (moved_rows)
    std::stable_sort(rows.begin(), rows.end(), [](const Row* a, const Row* b) { return badness(*a) > badness(*b); });
  for (const Row* row : rows) {
    const bool early = row->verdict != Verdict::only_after, late = row->verdict != Verdict::only_before;
    Cell verdict{verdict_name(row->verdict), {}};
    verdict.strong = row->verdict == Verdict::regressed;
    if (const std::string reason = reason_text(*row); !reason.empty()) verdict.details.push_back(reason);
    if (!row->method.empty()) verdict.details.push_back(row->method);
    if (row->learned) verdict.details.push_back("threshold " + plain_percent(row->threshold) + ", learned");
    verdict.tone = row->verdict == Verdict::regressed  ? Tone::bad
                   : row->verdict == Verdict::improved ? Tone::good
                                                       : Tone::none;
    table.rows.push_back({{row->name, {}},
                          {row->metric, {}},
                          {value_text(row->before, *row, early), {}},
                          {value_text(row->after, *row, late), {}},
                          {change_text(*row), {}},
                          {interval_text(*row), {}},
                          {p_text(*row), {}},
                          {row->floor ? plain_percent(*row->floor) : "", {}},
                          verdict});
  }
  return table;
}

std::string aligned(const Table& table) {
  std::vector<std::size_t> widths;
  for (const Column& column : table.columns) widths.push_back(width_of(column.label));
  for (const std::vector<Cell>& row : table.rows) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width_of(row[c].text));
  }
  const auto line = [&](const auto& text_of) {
    std::string out;
    for (std::size_t c = 0; c < widths.size(); ++c) {
      const std::string text = text_of(c);
      const std::string room(widths[c] - width_of(text), ' ');
      out += (c == 0 ? "" : "  ") + (table.columns[c].numeric ? room + text : text + room);
    }
    return out.substr(0, out.find_last_not_of(' ') + 1) + "\n";
  };
  std::string out = line([&](std::size_t c) { return table.columns[c].label; });
  for (const std::vector<Cell>& row : table.rows) out += line([&](std::size_t c) { return row[c].text; });
  return out;
}

std::string to_text(const Comparison& comparison, bool all) {
  std::string out = "old  " + comparison.before_name + "\nnew  " + comparison.after_name + "\n";
  for (const Failure& failure : comparison.failures) {
    out += "\n" + std::string(failure.after ? "new" : "old") + ", " + failure.run + ": " + failure.reason + "\n";
    if (!failure.last_words.empty()) out += "  its last words: " + failure.last_words + "\n";
  }
  const Table news = verdict_table(comparison, true), rest = verdict_table(comparison, false);
  if (!news.rows.empty()) out += "\n" + aligned(news);
  for (const std::vector<Cell>& row : news.rows) {
    const Cell& verdict = row.back();
    if (verdict.text == verdict_name(Verdict::inconclusive) && !verdict.details.empty())
      out += "  " + row[0].text + ", " + row[1].text + ": " + verdict.details.front() + "\n";
  }
  if (!rest.rows.empty() && (all || news.rows.empty())) out += "\n" + aligned(rest);
  if (!rest.rows.empty() && !all && !news.rows.empty())
    out += "\n" + std::to_string(rest.rows.size()) +
           (rest.rows.size() == 1 ? " measurement stayed as it was or was not judged (--all shows it).\n"
                                  : " measurements stayed as they were or were not judged (--all shows them).\n");
  const std::string floor = floor_sentence(comparison);
  out += floor.empty() ? "\n" : "\n" + floor + "\n";
  for (const std::string& note : comparison.notes) out += note + "\n";
  if (comparison.overall) {
    out += "Geometric mean of all times and rates: " + signed_percent(*comparison.overall) + " % " +
           (*comparison.overall > 0   ? "(slower)"
            : *comparison.overall < 0 ? "(faster)"
                                      : "(the same)") +
           ".\n";
  }
  return out + headline(comparison) + "\n";
}

std::string to_markdown(const Comparison& comparison) {
  std::string out = "### Benchmarks: " + markdown_text(verdict_name(comparison.verdict)) + "\n\n" +
                    markdown_text(headline(comparison)) + "\n";
  for (const Failure& failure : comparison.failures) {
    out += "\n**" + std::string(failure.after ? "New" : "Old") + " program, " + markdown_text(failure.run) + ": " +
           markdown_text(failure.reason) + ".**\n";
    if (!failure.last_words.empty()) out += "\n<pre>" + markdown_text(failure.last_words) + "</pre>\n";
  }
  const Table news = verdict_table(comparison, true), rest = verdict_table(comparison, false);
  if (!news.rows.empty()) out += "\n" + markdown_table(news, 1);
  if (!rest.rows.empty()) {
    out += "\n<details><summary>" + counted(rest.rows.size(), "more") + "</summary>\n\n" + markdown_table(rest, 0) +
           "\n</details>\n";
  }
  out += "\n<details><summary>How it was judged</summary>\n\n";
  if (const std::string floor = floor_sentence(comparison); !floor.empty()) out += "* " + markdown_text(floor) + "\n";
  out += "* old: " + markdown_text(comparison.before_name) + ", new: " + markdown_text(comparison.after_name) + "\n";
  for (const std::string& note : comparison.notes) out += "* " + markdown_text(note) + "\n";
  return out + "\n</details>\n";
}

}  // namespace trm::reports::compare
