#include "reports/html.h"

#include <algorithm>
#include <set>
#include <vector>

#include "reports/ablations.h"
#include "reports/accuracy_tables.h"
#include "reports/boards.h"
#include "reports/call_tree.h"
#include "reports/claim.h"
#include "reports/figures.h"
#include "reports/format.h"
#include "reports/goals.h"
#include "reports/html_parts.h"
#include "reports/html_table.h"
#include "reports/plot.h"
#include "reports/published.h"
#include "reports/seeds.h"
#include "reports/tables.h"

namespace trm::reports {
namespace {

/// Rows from which a table that is not the first thing to see is folded away.
constexpr std::size_t kLongTable = 16;
/// Plots of one set that are shown before the rest is folded away.
constexpr std::size_t kShownPlots = 12;
/// The same of puzzles.
constexpr std::size_t kShownPuzzles = 4;

class Page {
 public:
  Page(const RunResults& results, const HtmlOptions& options) : index_(results), options_(options) {}

  std::string build() {
    head();
    accuracy();
    goals();
    seeds();
    ablations();
    depth();
    speed();
    memory();
    remaining();
    puzzles();
    examples();
    measurement();
    models();
    out_ += "</main>\n</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  void head();
  void accuracy();
  void goals();
  void seeds();
  void ablations();
  void depth();
  void speed();
  void memory();
  void remaining();
  void puzzles();
  void examples();
  void measurement();
  void models();

  /// Are the depths of this run steps and tries of puzzles, not depths of recursion?
  [[nodiscard]] bool by_step() const {
    const auto& metrics = index_.metrics();
    return std::all_of(metrics.begin(), metrics.end(),
                       [&](const std::string& m) { return !index_.has_depths(m) || depth_label(m) != "depth"; });
  }
  [[nodiscard]] const char* curves_title() const {
    const auto& metrics = index_.metrics();
    const bool only_steps = std::all_of(metrics.begin(), metrics.end(), [&](const std::string& m) {
      return !index_.has_depths(m) || depth_label(m) == "step";
    });
    return only_steps ? "Accuracy after each step" : "Accuracy against steps and tries";
  }
  void section(const char* id, const char* title) { out_ += std::string("<h2 id=\"") + id + "\">" + title + "</h2>\n"; }
  /// A line that names the models for which a metric is absent.
  void lack(const std::string& metric, const std::string& what) {
    const std::string text = lacking(index_, metric, what);
    if (!text.empty()) out_ += "<p class=\"note\">" + escape_html(text) + "</p>\n";
  }
  void table(const Table& table, bool fold);
  /// Returns false, and leaves the reason for the reader, if there is nothing to draw or to draw with.
  bool figures(const FigureSet& set);
  void legend(const std::vector<std::size_t>& styles);
  /// An id that no element has yet.
  std::string fresh_id(const std::string& wanted);

  RecordIndex index_;
  const HtmlOptions& options_;
  std::string out_;
  std::set<std::string> ids_;
  std::size_t plots_ = 0;
  std::string missing_;  ///< why there are no plots; empty while drawing works
};

std::string Page::fresh_id(const std::string& wanted) {
  std::string id = "table-" + wanted;
  for (int i = 2; !ids_.insert(id).second; ++i) id = "table-" + wanted + "-" + std::to_string(i);
  return id;
}

void Page::head() {
  const std::string& own = index_.results().title;
  const std::string title = own.empty() ? "trm.cpp benchmark" : own;
  out_ = html_opening(title, claim(index_));
  std::string meta;
  for (const char* key : {"machine", "isa", "threads", "commit"}) {
    const std::string value = index_.environment(key);
    if (value.empty()) continue;
    meta += (meta.empty() ? "" : " · ") + escape_html(value);
    if (std::string(key) == "threads") meta += value == "1" ? " thread" : " threads";
  }
  if (!meta.empty()) out_ += "<p class=\"meta\">" + meta + "</p>\n";
  out_ += "</header>\n<main>\n";
}

void Page::table(const Table& table, bool fold) {
  if (table.rows.empty()) return;
  const std::string text = table_html(table, fresh_id(table.id));
  if (!fold) {
    out_ += text;
    return;
  }
  out_ += "<details>\n<summary>Table: " + escape_html(table.title) + " (" + grouped(table.rows.size()) +
          (table.rows.size() == 1 ? " row" : " rows") + ")</summary>\n";
  out_ += text + "</details>\n";
}

void Page::legend(const std::vector<std::size_t>& styles) {
  std::vector<LegendEntry> entries;
  entries.reserve(styles.size());
  for (const std::size_t i : styles) entries.push_back({i, column_label(index_.columns()[i])});
  out_ += html_legend(entries);
}

bool Page::figures(const FigureSet& set) {
  if (set.figures.empty() || !missing_.empty()) return false;
  std::vector<std::string> drawn;
  for (const Figure& figure : set.figures) {
    Plot plot = figure.plot;
    plot.id = "plot-" + std::to_string(plots_++);
    const Result<std::string> svg = draw(plot, options_.gnuplot);
    if (!svg) {
      missing_ = svg.error().text();
      out_ += "<p class=\"note\">" +
              std::string(plots_ == 1 ? "This report has tables only" : "From here on this report has tables only") +
              ": the plots need gnuplot (Debian package gnuplot-nox). " + escape_html(missing_) + ".</p>\n";
      return false;
    }
    drawn.push_back("<figure>\n<h3>" + escape_html(figure.heading) + "</h3>\n" + *svg + "\n</figure>\n");
  }
  out_ += "<figure class=\"set\">\n<figcaption><b>" + escape_html(set.title) + "</b>" + escape_html(set.caption) +
          "</figcaption>\n";
  // Bars carry their names.
  if (!set.styles.empty()) legend(set.styles);
  out_ += "<div class=\"plots\">\n";
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    if (i == kShownPlots) {
      out_ += "</div>\n<details>\n<summary>" + grouped(drawn.size() - kShownPlots) +
              " more plots</summary>\n<div class=\"plots\">\n";
    }
    out_ += drawn[i];
  }
  out_ += drawn.size() > kShownPlots ? "</div>\n</details>\n</figure>\n" : "</div>\n</figure>\n";
  return true;
}

void Page::accuracy() {
  table(accuracy_table(index_), false);
  out_ += "<nav aria-label=\"Sections\">";
  const auto link = [&](bool there, const char* id, const char* title) {
    if (there) out_ += std::string("<a href=\"#") + id + "\">" + title + "</a>";
  };
  const bool depths = !depth_tables(index_).empty();
  link(!goals_table(index_).rows.empty(), "goals", "Goals");
  link(!seeds_table(index_).rows.empty(), "seeds", "Seeds");
  link(!ablation_table(index_).rows.empty(), "ablations", "Ablations");
  link(depths, "depth", by_step() ? "Steps" : "Depth");
  link(!latency_table(index_).rows.empty() || !speed_tables(index_).empty(), "speed", "Speed");
  link(!memory_table(index_).rows.empty(), "memory", "Memory");
  link(!index_.results().step_throughs.empty(), "puzzles", "Puzzles");
  link(!index_.results().examples.empty(), "examples", "Examples");
  link(true, "measurement", "How it was measured");
  link(!index_.results().models.empty(), "models", "Models");
  out_ += "</nav>\n";
  const Table further = further_slices_table(index_);
  table(further, further.rows.size() >= 3 * kLongTable);
  for (const Table& other : other_accuracy_tables(index_)) table(other, other.rows.size() >= kLongTable);
  table(published_table(index_), !measured_published(index_));
}

void Page::goals() {
  const Table goals = goals_table(index_);
  if (goals.rows.empty()) return;
  section("goals", "Goals");
  out_ += "<p>" + escape_html(goals_summary(index_)) + "</p>\n";
  table(goals, false);
}

void Page::seeds() {
  const Table seeds = seeds_table(index_);
  if (seeds.rows.empty()) return;
  section("seeds", "Seeds");
  table(seeds, false);
}

void Page::ablations() {
  const Table ablations = ablation_table(index_);
  if (ablations.rows.empty()) return;
  section("ablations", "Ablations");
  table(ablations, false);
}

void Page::depth() {
  const std::vector<Table> tables = depth_tables(index_);
  if (tables.empty()) return;
  section("depth", by_step() ? curves_title() : "Accuracy against depth");
  for (const std::string& metric : index_.metrics()) {
    const auto at = std::find_if(tables.begin(), tables.end(),
                                 [&](const Table& t) { return t.id == identifier(metric) + "-depth"; });
    if (at == tables.end() || !index_.has_depths(metric)) continue;
    const bool drawn = figures(depth_figures(index_, metric));
    table(*at, drawn || at->rows.size() >= kLongTable);
  }
}

void Page::speed() {
  const Table latency = latency_table(index_);
  const std::vector<Table> tables = speed_tables(index_);
  if (latency.rows.empty() && tables.empty()) return;
  section("speed", "Speed");
  lack("latency_p50_ns", "Not timed here");
  figures(latency_figures(index_));
  table(latency, latency.rows.size() >= 3 * kLongTable);
  for (const Table& each : tables) table(each, each.rows.size() >= kLongTable);
}

void Page::memory() {
  const Table sizes = memory_table(index_);
  if (sizes.rows.empty()) return;
  section("memory", "Memory");
  lack("rss_peak_bytes", "Memory not measured here");
  figures(memory_figures(index_));
  table(sizes, false);
  for (const Table& each : memory_detail_tables(index_)) table(each, true);
}

void Page::remaining() {
  const std::vector<Table> tables = remaining_tables(index_);
  if (tables.empty()) return;
  section("other", "Other measurements");
  for (const Table& each : tables) table(each, each.rows.size() >= kLongTable);
}

void Page::puzzles() {
  const std::vector<StepThrough>& puzzles = index_.results().step_throughs;
  if (puzzles.empty()) return;
  section("puzzles", "Puzzles, step by step");
  out_ += std::string("<p class=\"note\">") + kBoardsCaption + "</p>\n";
  for (std::size_t i = 0; i < puzzles.size(); ++i) {
    if (i == kShownPuzzles)
      out_ += "<details>\n<summary>" + grouped(puzzles.size() - kShownPuzzles) +
              (i + 1 == puzzles.size() ? " more puzzle" : " more puzzles") + "</summary>\n";
    out_ += board_figure(puzzles[i], "puzzle-" + std::to_string(i));
  }
  if (puzzles.size() > kShownPuzzles) out_ += "</details>\n";
}

void Page::examples() {
  const std::vector<Example>& examples = index_.results().examples;
  if (examples.empty()) return;
  section("examples", "What the models were thinking");
  for (bool right : {true, false}) {
    bool open = true;  // the first of each kind
    for (const Example& e : examples) {
      if (e.correct != right) continue;
      if (open) out_ += right ? "<h3>Right answers</h3>\n" : "<h3>Wrong answers</h3>\n";
      out_ += std::string("<details class=\"example\"") + (open ? " open" : "") + ">\n<summary>" +
              escape_html(task_label(e.task)) + (e.slice.empty() ? "" : ", " + escape_html(e.slice)) + ": <code>" +
              escape_html(e.prompt) + "</code></summary>\n<dl>\n";
      open = false;
      const auto item = [&](const char* name, const std::string& text) {
        if (!text.empty()) out_ += std::string("<dt>") + name + "</dt><dd>" + escape_html(text) + "</dd>\n";
      };
      item("Model", column_label({e.model, e.mode}));
      item("Answer", e.answer.empty() ? "none" : e.answer);
      if (!right) item("Expected", e.expected);
      out_ += "</dl>\n";
      out_ += call_tree_html(e);
      if (!e.transcript.empty()) out_ += "<pre tabindex=\"0\">" + escape_html(e.transcript) + "</pre>\n";
      out_ += "</details>\n";
    }
  }
}

void Page::measurement() {
  section("measurement", "How it was measured");
  out_ +=
      "<p class=\"note\">Intervals are 95 %: Wilson's for shares, order statistics for percentiles. Percentiles are "
      "nearest-rank values that were really seen. All raw samples are in the results file beside this page.</p>\n";
  table(environment_table(index_), false);
}

void Page::models() {
  const std::vector<ModelInfo>& models = index_.results().models;
  if (models.empty()) return;
  section("models", "Models and training");
  table(models_table(index_), false);
  for (const ModelInfo& model : models) {
    if (model.config.empty() && model.training_command.empty()) continue;
    out_ += "<details>\n<summary>" + escape_html(model.name) + ": command and configuration</summary>\n";
    if (!model.training_command.empty())
      out_ += "<pre tabindex=\"0\">" + escape_html(model.training_command) + "</pre>\n";
    if (!model.config.empty()) out_ += "<pre tabindex=\"0\">" + escape_html(model.config) + "</pre>\n";
    out_ += "</details>\n";
  }
}

}  // namespace

std::string to_html(const RunResults& results, const HtmlOptions& options) {
  return Page(results, options).build();
}

}  // namespace trm::reports
