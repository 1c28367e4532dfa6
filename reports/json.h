// results.json: the record of a run, written and read back.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "reports/record.h"

namespace trm::reports {

/// Canonical text: fixed order of fields, one record per line, shortest numbers that read back as the same, final
/// newline; same input, same bytes. Bytes that are not UTF-8 become U+FFFD. Error: what validate() finds.
Result<std::string> to_json(const RunResults& results);

/// Strict: every field must be there (intervals excepted) with its type, unknown and repeated fields are errors,
/// nesting is limited, and validate() must pass. `file` names the source in errors, the field is a path
/// ("records[2].value").
Result<RunResults> from_json(std::string_view text, const std::string& file);

/// The raw samples and records in the JSON form of Google Benchmark ("context" and "benchmarks"). One entry of run type
/// "iteration" per time sample, with cpu_time repeating real_time because only wall time is sampled (the context says
/// so); one "aggregate" entry per (task, slice, model, mode), whose times are the median and which carries all other
/// numbers as counters. Error: what validate() finds.
Result<std::string> to_google_benchmark_json(const RunResults& results);

}  // namespace trm::reports
