#include "reports/compare/history.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "engine/json/json_value.h"
#include "reports/compare/read.h"
#include "reports/compare/statistics.h"
#include "reports/format.h"
#include "reports/stats.h"

namespace trm::reports::compare {
namespace {

/// Characters of a commit that tell it from others.
constexpr std::size_t kShortCommit = 12;

std::vector<double> logs_of(const Track& track) {
  std::vector<double> out;
  // Counts may be zero, which has no logarithm: half a unit stands for it.
  for (const double x : track.values) out.push_back(std::log(std::max(x, 0.5)));
  return out;
}

std::optional<double> learned_threshold(const Track& track) {
  if (track.kind == Kind::accuracy || track.values.size() <= kLeastSteps) return std::nullopt;
  const std::vector<double> x = logs_of(track);
  std::vector<double> steps;
  for (std::size_t i = 1; i < x.size(); ++i) steps.push_back(std::abs(x[i] - x[i - 1]));
  const std::optional<double> fence = outer_fence(steps);
  if (!fence) return std::nullopt;
  return std::max(kLeastThreshold, std::expm1(*fence));
}

Error wrong_file(const std::string& file, const std::string& field, const std::string& message) {
  return {ErrorCode::bad_input, file, field, message, "take the file from git again, or remove it"};
}

}  // namespace

std::optional<std::string> utc_date(std::string_view text) {
  using namespace std::chrono;
  const auto digits = [&](std::size_t count, int least, int most) -> std::optional<int> {
    int out = 0;
    if (text.size() < count) return std::nullopt;
    for (std::size_t i = 0; i < count; ++i) {
      if (text[i] < '0' || text[i] > '9') return std::nullopt;
      out = 10 * out + (text[i] - '0');
    }
    text.remove_prefix(count);
    return out < least || out > most ? std::nullopt : std::optional(out);
  };
  const auto mark = [&](char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
  };
  const std::optional<int> year = digits(4, 1970, 9999), month = mark('-') ? digits(2, 1, 12) : std::nullopt;
  const std::optional<int> day = mark('-') ? digits(2, 1, 31) : std::nullopt;
  if (!year || !month || !day) return std::nullopt;
  const year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                            std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  sys_seconds at = sys_days(date);
  if (!text.empty()) {
    if (!mark('T') && !mark(' ')) return std::nullopt;
    const std::optional<int> hour = digits(2, 0, 23), minute = mark(':') ? digits(2, 0, 59) : std::nullopt;
    const std::optional<int> second = mark(':') ? digits(2, 0, 60) : std::optional(0);
    if (!hour || !minute || !second) return std::nullopt;
    at += hours(*hour) + minutes(*minute) + seconds(*second);
    if (mark('.')) {
      while (!text.empty() && text.front() >= '0' && text.front() <= '9') text.remove_prefix(1);
    }
    const bool east = !text.empty() && text.front() == '+', west = !text.empty() && text.front() == '-';
    if (east || west) {
      text.remove_prefix(1);
      const std::optional<int> off = digits(2, 0, 23);
      mark(':');
      const std::optional<int> more = digits(2, 0, 59);
      if (!off || !more) return std::nullopt;
      const minutes away = hours(*off) + minutes(*more);
      at += east ? -away : away;
    } else {
      mark('Z');
    }
  }
  if (!text.empty()) return std::nullopt;
  const sys_days midnight = floor<days>(at);
  const year_month_day utc{midnight};
  const hh_mm_ss time{at - midnight};
  const auto two = [](auto n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return std::to_string(static_cast<int>(utc.year())) + "-" + two(static_cast<unsigned>(utc.month())) + "-" +
         two(static_cast<unsigned>(utc.day())) + "T" + two(time.hours().count()) + ":" + two(time.minutes().count()) +
         ":" + two(time.seconds().count()) + "Z";
}

double Track::level(std::size_t begin, std::size_t end) const {
  return median(std::vector<double>(values.begin() + static_cast<std::ptrdiff_t>(begin),
                                    values.begin() + static_cast<std::ptrdiff_t>(end)))
      .value_or(0);
}

double Track::change_at(std::size_t which) const {
  const std::size_t begin = which == 0 ? 0 : changes[which - 1].at;
  const std::size_t end = which + 1 < changes.size() ? changes[which + 1].at : values.size();
  const double before = level(begin, changes[which].at), after = level(changes[which].at, end);
  return before == 0 ? 0 : after / before - 1;
}

std::string history_text(const HistoryEntry& entry) {
  std::string out = "{\n  \"trm_history\": " + std::to_string(kHistoryVersion) +
                    ",\n  \"commit\": " + JsonValue(entry.commit).compact() +
                    ",\n  \"date\": " + JsonValue(entry.date).compact() +
                    ",\n  \"machine\": " + JsonValue(entry.machine).compact() + ",\n  \"series\": [";
  bool first = true;
  for (const Series& series : entry.series) {
    if (series.kind == Kind::fact) continue;
    JsonValue row = JsonValue::object(
        {{"name", series.name}, {"metric", series.metric}, {"unit", series.unit}, {"value", series.value}});
    const std::uint64_t n = series.samples.empty() ? series.n : series.samples.size();
    if (n > 0) row.add("n", n);
    out += (std::exchange(first, false) ? "\n    " : ",\n    ") + row.compact();
  }
  return out + "\n  ]\n}\n";
}

std::string history_file_name(const HistoryEntry& entry) {
  std::string out;
  for (const char c : entry.date) {
    if (c != '-' && c != ':') out += c;
  }
  return identifier(out) + "-" + identifier(entry.commit.substr(0, kShortCommit)) + ".json";
}

Result<HistoryEntry> read_history_entry(std::string_view text, const std::string& file) {
  const Result<JsonValue> root = JsonValue::parse_object(text, file);
  if (!root.ok()) return root.error();
  const std::optional<double> version = number_in(root->find("trm_history"));
  if (!version) return wrong_file(file, "trm_history", "is missing, so this is no file of a history");
  if (*version != kHistoryVersion)
    return wrong_file(file, "trm_history", "is version " + exact_number(*version) + ", not 1");
  HistoryEntry out;
  out.file = file;
  out.commit = text_in(root->find("commit"));
  out.date = text_in(root->find("date"));
  out.machine = text_in(root->find("machine"));
  if (out.commit.empty()) return wrong_file(file, "commit", "is missing");
  if (out.date.empty()) return wrong_file(file, "date", "is missing");
  const std::optional<std::string> utc = utc_date(out.date);
  if (!utc) return wrong_file(file, "date", "\"" + out.date + "\" is no date, such as 2026-03-01T12:00:00Z");
  out.date = *utc;
  const JsonValue* list = root->find("series");
  const auto* rows = list == nullptr ? nullptr : list->as<JsonValue::Array>();
  if (rows == nullptr) return wrong_file(file, "series", "is missing");
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const JsonValue& row = (*rows)[i];
    const std::string field = "series[" + std::to_string(i) + "]";
    Series series;
    series.name = text_in(row.find("name"));
    series.metric = text_in(row.find("metric"));
    series.unit = text_in(row.find("unit"));
    series.field = field + ".value";
    const std::optional<double> value = number_in(row.find("value"));
    if (!value || series.metric.empty()) return wrong_file(file, field, "lacks a metric or a value");
    series.value = *value;
    series.n = static_cast<std::uint64_t>(std::max(0.0, number_in(row.find("n")).value_or(0)));
    set_direction(series);
    if (Status s = complete(series, file); !s.ok()) return s.error();
    out.series.push_back(std::move(series));
  }
  return out;
}

Result<HistoryEntry> history_entry(const Measurements& from, const std::string& commit, const std::string& date) {
  HistoryEntry out;
  out.commit = commit.empty() ? from.fact("commit") : commit;
  out.date = date.empty() ? from.fact("date") : date;
  if (out.commit.empty() || out.commit == "unknown") {
    return Error{ErrorCode::usage, "", "--commit", from.file + " does not say which commit it measured",
                 "give --commit \"$(git rev-parse HEAD)\""};
  }
  if (const std::optional<std::string> utc = utc_date(out.date)) {
    out.date = *utc;
  } else if (!out.date.empty()) {
    return Error{ErrorCode::usage, "", "--date", "\"" + out.date + "\" is no date",
                 "give --date \"$(git log -1 --format=%cI)\", such as 2026-03-01T12:00:00+01:00"};
  }
  if (out.date.empty()) {
    return Error{ErrorCode::usage, "", "--date", from.file + " does not say when the commit was made",
                 "give --date \"$(git log -1 --format=%cI)\""};
  }
  out.machine = from.machine;
  out.series = from.series;
  return out;
}

History follow(std::vector<HistoryEntry> entries, const std::string& folder, const std::string& machine,
               const ChangePointRules& rules) {
  History out;
  out.folder = folder;
  std::stable_sort(entries.begin(), entries.end(), [](const HistoryEntry& a, const HistoryEntry& b) {
    return std::pair(a.date, a.file) < std::pair(b.date, b.file);
  });
  const std::string here = !machine.empty() || entries.empty() ? machine : entries.back().machine;
  const std::size_t all = entries.size();
  std::erase_if(entries,
                [&](const HistoryEntry& e) { return !e.machine.empty() && !here.empty() && e.machine != here; });
  if (entries.size() < all) {
    out.notes.push_back(std::to_string(all - entries.size()) + " of " + std::to_string(all) +
                        " commits were measured on another CPU than \"" + here + "\", and are left out.");
  }
  out.entries = std::move(entries);
  for (std::size_t i = 0; i < out.entries.size(); ++i) {
    for (const Series& series : out.entries[i].series) {
      auto at = std::find_if(out.tracks.begin(), out.tracks.end(), [&](const Track& t) {
        return t.name == series.name && t.metric == series.metric && t.unit == series.unit;
      });
      if (at == out.tracks.end()) {
        Track track;
        track.name = series.name, track.metric = series.metric, track.unit = series.unit;
        track.better = series.better, track.kind = series.kind;
        at = out.tracks.insert(out.tracks.end(), std::move(track));
      }
      at->entries.push_back(i);
      at->values.push_back(series.value);
    }
  }
  for (Track& track : out.tracks) {
    track.changes = change_points(track.kind == Kind::accuracy ? track.values : logs_of(track), rules);
    track.threshold = learned_threshold(track);
  }
  return out;
}

void learn(const History& history, Rules& rules) {
  for (const Track& track : history.tracks) {
    if (track.threshold) rules.learned[{track.name, track.metric}] = *track.threshold;
  }
}

Comparison judge_by_history(const History& history, const Measurements& now, const Rules& rules) {
  constexpr std::size_t kLeastLevel = 3;
  Comparison out;
  out.before_name = history.folder;
  out.after_name = now.file;
  out.rules = rules;
  out.floor_known = true;
  out.notes = history.notes;
  out.after = now;
  double sum = 0;
  std::size_t times = 0;
  for (const Series& series : now.series) {
    Row row;
    row.name = series.name, row.metric = series.metric, row.unit = series.unit;
    row.better = series.better, row.kind = series.kind, row.after = series.value;
    const auto at = std::find_if(history.tracks.begin(), history.tracks.end(), [&](const Track& t) {
      return t.name == series.name && t.metric == series.metric && t.unit == series.unit;
    });
    if (series.kind == Kind::fact) continue;
    if (at == history.tracks.end()) {
      row.verdict = Verdict::only_after;
      out.rows.push_back(std::move(row));
      continue;
    }
    const std::size_t begin = at->level_begin(), n = at->values.size() - begin;
    row.before = at->level(begin, at->values.size());
    row.before_samples.assign(at->values.begin() + static_cast<std::ptrdiff_t>(begin), at->values.end());
    row.before_n = n;
    row.learned = at->threshold.has_value() && series.kind != Kind::accuracy;
    row.threshold =
        row.learned ? *at->threshold : (series.kind == Kind::accuracy ? rules.accuracy_threshold : rules.threshold);
    row.method = "median of " + std::to_string(n) + (n == 1 ? " commit" : " commits");
    const double ratio = row.before == 0 ? 0 : row.after / row.before;
    row.change = series.kind == Kind::accuracy ? row.after - row.before : ratio - 1;
    const double limit = series.kind == Kind::accuracy ? row.threshold : std::log1p(row.threshold);
    double worse = series.kind == Kind::accuracy ? row.change : ratio > 0 ? std::log(ratio) : 0;
    if (series.better == Better::higher) worse = -worse;
    if (n < kLeastLevel) {
      row.verdict = Verdict::inconclusive;
      row.reason = "the newest level of the history has " + std::to_string(n) + (n == 1 ? " commit" : " commits");
    } else {
      row.verdict = worse > limit ? Verdict::regressed : worse < -limit ? Verdict::improved : Verdict::pass;
    }
    if (series.kind == Kind::sampled && ratio > 0) {
      sum += worse;
      ++times;
    }
    out.rows.push_back(std::move(row));
  }
  for (const Track& track : history.tracks) {
    if (now.find(track.name, track.metric) != nullptr) continue;
    Row row;
    row.name = track.name, row.metric = track.metric, row.unit = track.unit;
    row.before = track.level(track.level_begin(), track.values.size());
    row.verdict = Verdict::only_before;
    out.rows.push_back(std::move(row));
  }
  if (times > 0) out.overall = std::expm1(sum / static_cast<double>(times));
  const bool judged = out.count(Verdict::pass) + out.count(Verdict::improved) > 0;
  out.verdict = out.count(Verdict::regressed) > 0                 ? Verdict::regressed
                : out.count(Verdict::inconclusive) > 0 || !judged ? Verdict::inconclusive
                                                                  : Verdict::pass;
  return out;
}

}  // namespace trm::reports::compare
