// Any text as results to compare, as a file of a history and as a baseline: an error that names the file, or
// measurements that can be judged and written.
#include <cmath>
#include <string>
#include <string_view>

#include "reports/compare/export.h"
#include "reports/compare/history.h"
#include "reports/compare/judge.h"
#include "reports/compare/read.h"
#include "reports/compare/text.h"
#include "tests/fuzz/check.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using trm::fuzz::check;
  namespace compare = trm::reports::compare;
  const std::string_view text{reinterpret_cast<const char*>(data), size};

  const auto read = compare::read_measurements(text, "input");
  if (read.ok()) {
    check(!read->series.empty(), "accepted results hold a measurement");
    std::size_t samples = 0;
    for (const compare::Series& series : read->series) {
      check(std::isfinite(series.value), "a value is finite");
      check(series.kind != compare::Kind::sampled || series.value > 0, "a time is above zero");
      samples += series.samples.size();
    }
    // The bootstrap of many samples takes long, and has no branch that few lack.
    if (samples < 200 && read->series.size() < 50) {
      compare::Evidence evidence;
      evidence.before = evidence.after = *read;
      const auto comparison = compare::judge(evidence, {});
      check(comparison.ok(), "results can be compared with themselves");
      check(comparison->count(compare::Verdict::regressed) == 0, "nothing is slower than itself");
      check(!compare::to_text(*comparison, true).empty() && !compare::to_markdown(*comparison).empty(), "it is shown");
      check(trm::JsonValue::parse(compare::to_json(*comparison, 0), "json").ok(), "the JSON is JSON");
      check(trm::JsonValue::parse(compare::to_bmf(*read), "bmf").ok(), "the BMF is JSON");
    }
  } else {
    check(!read.error().message.empty(), "an error says what is wrong");
    check(read.error().file.starts_with("input"), "an error names the file");
  }
  const auto entry = compare::read_history_entry(text, "input");
  if (entry.ok()) {
    const auto again = compare::read_history_entry(compare::history_text(*entry), "again");
    check(again.ok() && again->commit == entry->commit, "what is written is accepted");
  } else {
    check(entry.error().file.starts_with("input"), "an error names the file");
  }
  return 0;
}
