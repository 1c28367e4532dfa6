// What a history shows.
#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/json/json_value.h"
#include "reports/compare/history.h"
#include "reports/compare/page.h"
#include "reports/compare/text.h"
#include "reports/format.h"
#include "reports/html_parts.h"
#include "reports/html_table.h"

namespace trm::reports::compare {
namespace {

constexpr std::size_t kMostTrackPlots = 36;

std::string when(const History& history, const Track& track, std::size_t which) {
  const HistoryEntry& entry = history.entries[track.entries[which]];
  return entry.commit.substr(0, 12) + " (" + entry.date.substr(0, 10) + ")";
}

/// "slower", "larger", "better"...
const char* direction(const Track& track, double change) {
  const bool worse = track.better == Better::higher ? change < 0 : change > 0;
  return worse ? "worse" : "better";
}

std::string signed_share(double change) {
  const std::string text = fixed_number(100 * change, std::abs(change) < 0.0995 ? 1 : 0);
  return (change > 0 ? "+" : "") + text + " %";
}

Table changes_table(const History& history) {
  Table table;
  table.id = "changes";
  table.title = "Change points";
  table.caption =
      "Where a benchmark got a new level: E-divisive means with a permutation test. The change is that of the medians "
      "of both levels.";
  table.columns = {{"benchmark", "", false},
                   {"metric", "", false},
                   {"commit", "", false},
                   {"before", ""},
                   {"after", ""},
                   {"change", ""},
                   {"p", ""},
                   {"", "", false}};
  table.header_columns = 2;
  for (const Track& track : history.tracks) {
    for (std::size_t i = 0; i < track.changes.size(); ++i) {
      const std::size_t begin = i == 0 ? 0 : track.changes[i - 1].at;
      const std::size_t end = i + 1 < track.changes.size() ? track.changes[i + 1].at : track.values.size();
      const double change = track.change_at(i);
      table.rows.push_back({{track.name, {}},
                            {track.metric, {}},
                            {when(history, track, track.changes[i].at), {}},
                            {human(track.level(begin, track.changes[i].at), track.unit), {}},
                            {human(track.level(track.changes[i].at, end), track.unit), {}},
                            {signed_share(change), {}},
                            {fixed_number(track.changes[i].p, 3), {}},
                            {direction(track, change), {}}});
    }
  }
  return table;
}

Table levels_table(const History& history) {
  Table table;
  table.id = "levels";
  table.title = "Newest levels";
  table.caption =
      "The median since the last change point, and the threshold that the steps between neighbouring commits teach: "
      "their third quartile and three interquartile ranges. –: too few commits.";
  table.columns = {{"benchmark", "", false}, {"metric", "", false}, {"level", ""},
                   {"commits", ""},          {"newest", ""},        {"threshold", ""}};
  table.header_columns = 2;
  for (const Track& track : history.tracks) {
    const std::size_t begin = track.level_begin();
    table.rows.push_back({{track.name, {}},
                          {track.metric, {}},
                          {human(track.level(begin, track.values.size()), track.unit), {}},
                          {grouped(track.values.size() - begin), {}},
                          {human(track.values.back(), track.unit), {}},
                          {track.threshold ? fixed_number(100 * *track.threshold, 1) + " %" : "", {}}});
  }
  return table;
}

std::string sentence(const History& history) {
  std::size_t changes = 0;
  for (const Track& track : history.tracks) changes += track.changes.size();
  if (history.entries.empty()) return "The history holds no commit.";
  return grouped(history.entries.size()) + (history.entries.size() == 1 ? " commit" : " commits") + " from " +
         history.entries.front().date.substr(0, 10) + " to " + history.entries.back().date.substr(0, 10) + ", " +
         grouped(history.tracks.size()) + " series" + ", " +
         (changes == 0 ? "no change point" : grouped(changes) + (changes == 1 ? " change point" : " change points")) +
         ".";
}

PagePlot plot_of(const Track& track) {
  PagePlot out;
  out.heading = track.name + ", " + track.metric;
  out.plot.title = "Values of " + track.metric + " of " + track.name + " over the commits";
  out.plot.x_label = "commit";
  const auto factor = nanoseconds_in(track.unit);
  const double size = track.values.back() * factor.value_or(1);
  const bool time = factor.has_value();
  const double divisor = !time ? 1 : (size < 1e3 ? 1 : size < 1e6 ? 1e3 : size < 1e9 ? 1e6 : 1e9) / *factor;
  out.plot.y_label = !time ? track.unit : size < 1e3 ? "ns" : size < 1e6 ? "µs" : size < 1e9 ? "ms" : "s";
  PlotSeries values, levels;
  levels.style = 1;
  std::size_t level = 0;
  for (std::size_t i = 0; i < track.values.size(); ++i) {
    const double x = static_cast<double>(track.entries[i] + 1);
    values.x.push_back(x);
    values.y.push_back(track.values[i] / divisor);
    if (level < track.changes.size() && track.changes[level].at == i) ++level;
    const std::size_t begin = level == 0 ? 0 : track.changes[level - 1].at;
    const std::size_t end = level < track.changes.size() ? track.changes[level].at : track.values.size();
    levels.x.push_back(x);
    levels.y.push_back(track.level(begin, end) / divisor);
  }
  out.plot.series = {std::move(values), std::move(levels)};
  return out;
}

}  // namespace

std::string history_report(const History& history) {
  std::string out = "history  " + history.folder + "\n\n";
  const Table changes = changes_table(history), levels = levels_table(history);
  if (!changes.rows.empty()) out += aligned(changes) + "\n";
  if (!levels.rows.empty()) out += aligned(levels) + "\n";
  for (const std::string& note : history.notes) out += note + "\n";
  return out + sentence(history) + "\n";
}

std::string history_html(const History& history, const HtmlOptions& options) {
  std::string out = html_opening("trm compare: history", sentence(history));
  out += "<p class=\"meta\">" + escape_html(history.folder) + "</p>\n</header>\n<main>\n";
  const Table changes = changes_table(history), levels = levels_table(history);
  if (!changes.rows.empty()) out += table_html(changes, "table-changes");
  std::vector<const Track*> tracks;
  for (const Track& track : history.tracks) {
    if (track.values.size() >= 2) tracks.push_back(&track);
  }
  std::stable_sort(tracks.begin(), tracks.end(),
                   [](const Track* a, const Track* b) { return a->changes.size() > b->changes.size(); });
  if (tracks.size() > kMostTrackPlots) tracks.resize(kMostTrackPlots);
  std::vector<PagePlot> plots;
  plots.reserve(tracks.size());
  for (const Track* track : tracks) plots.push_back(plot_of(*track));
  out += plots_html(plots, "Over the commits", "Each point is a commit, the oldest at the left.",
                    html_legend({{0, "measured"}, {1, "level"}}), options);
  if (!levels.rows.empty()) out += table_html(levels, "table-levels");
  for (const std::string& note : history.notes) out += "<p class=\"note\">" + escape_html(note) + "</p>\n";
  return out + "</main>\n</body>\n</html>\n";
}

std::string history_json(const History& history) {
  JsonValue tracks = JsonValue::array(), commits = JsonValue::array();
  for (const HistoryEntry& entry : history.entries)
    commits.push(JsonValue::object({{"commit", entry.commit}, {"date", entry.date}}));
  for (const Track& track : history.tracks) {
    JsonValue changes = JsonValue::array();
    for (std::size_t i = 0; i < track.changes.size(); ++i) {
      const HistoryEntry& entry = history.entries[track.entries[track.changes[i].at]];
      changes.push(JsonValue::object(
          {{"commit", entry.commit}, {"date", entry.date}, {"change", track.change_at(i)}, {"p", track.changes[i].p}}));
    }
    JsonValue row = JsonValue::object({{"benchmark", track.name},
                                       {"metric", track.metric},
                                       {"unit", track.unit},
                                       {"values", track.values},
                                       {"change_points", std::move(changes)}});
    if (track.threshold) row.add("threshold", *track.threshold);
    tracks.push(std::move(row));
  }
  return JsonValue::object({{"trm_compare_version", 1},
                            {"folder", history.folder},
                            {"commits", std::move(commits)},
                            {"tracks", std::move(tracks)},
                            {"notes", history.notes}})
             .indented() +
         "\n";
}

}  // namespace trm::reports::compare
