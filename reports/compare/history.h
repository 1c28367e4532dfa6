// Results over many commits, one small file for each, kept in git beside the code.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "reports/compare/change_points.h"
#include "reports/compare/judge.h"
#include "reports/html.h"

namespace trm::reports::compare {

inline constexpr int kHistoryVersion = 1;
/// Steps from commit to commit below which no threshold is learned.
inline constexpr std::size_t kLeastSteps = 8;
/// The smallest learned threshold: a series that never moved would make every change count.
inline constexpr double kLeastThreshold = 0.005;

/// The results of one commit.
struct HistoryEntry {
  std::string file;
  std::string commit;
  std::string date;  ///< ISO 8601 in UTC, as utc_date() writes it: it sorts as text
  std::string machine;
  std::vector<Series> series;  ///< values without samples
};

/// The file of one commit: {"trm_history", "commit", "date", "machine", "series"}; one series on each line. Series of
/// kind fact are left out.
std::string history_text(const HistoryEntry& entry);
/// "20261130T152007Z-7da2e05d21ab.json"
std::string history_file_name(const HistoryEntry& entry);
/// Error: damaged, another version, a field that is missing or no number.
Result<HistoryEntry> read_history_entry(std::string_view text, const std::string& file);
/// A date of ISO 8601, alone or with a time, a fraction and an offset (none: UTC), as "2026-03-01T12:00:00Z"; nullopt:
/// it is none. Years from 1970 on.
std::optional<std::string> utc_date(std::string_view text);

/// Commit and date are those of the measurements' environment unless they are given. Error: neither tells them.
Result<HistoryEntry> history_entry(const Measurements& from, const std::string& commit, const std::string& date);

/// One metric of one benchmark over the commits that have it.
struct Track {
  std::string name, metric, unit;
  Better better = Better::neither;
  Kind kind = Kind::fact;
  std::vector<std::size_t> entries;  ///< which, ascending
  std::vector<double> values;        ///< of each of them
  std::vector<ChangePoint> changes;  ///< ChangePoint::at counts in `values`
  std::optional<double> threshold;   ///< learned: the outer fence of the steps between neighbours, as a share

  /// Where the newest level begins in `values`.
  [[nodiscard]] std::size_t level_begin() const { return changes.empty() ? 0 : changes.back().at; }
  /// Median of the newest level, or of the one that a change point ended.
  [[nodiscard]] double level(std::size_t begin, std::size_t end) const;
  /// Later / earlier - 1 of the levels around a change point.
  [[nodiscard]] double change_at(std::size_t which) const;
};

struct History {
  std::string folder;
  std::vector<HistoryEntry> entries;  ///< by date
  std::vector<Track> tracks;
  std::vector<std::string> notes;
};

/// Tracks of the entries that share the machine of `machine` (empty: of the newest entry); others are left out, with a
/// note. Entries come in any order.
History follow(std::vector<HistoryEntry> entries, const std::string& folder, const std::string& machine,
               const ChangePointRules& rules);

/// Fills Rules::learned.
void learn(const History& history, Rules& rules);

/// Judges new results by the newest level of each track: beyond its threshold, they regressed or improved. A track
/// without a learned threshold takes that of the rules. A level of fewer than three commits is inconclusive.
Comparison judge_by_history(const History& history, const Measurements& now, const Rules& rules);

/// The change points and thresholds of all tracks, as text and as a page with a plot over commits.
std::string history_report(const History& history);
std::string history_html(const History& history, const HtmlOptions& options = {});
std::string history_json(const History& history);

}  // namespace trm::reports::compare
