// Results of benchmark programs, read from their texts: ours and those of others.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/json/json_value.h"
#include "reports/compare/series.h"
#include "reports/record.h"

namespace trm::reports::compare {

/// Reads a text of any format below, told by its fields. Error (bad_input): none of them, damaged, another version of
/// our schema, a time that is not above zero, one benchmark with two units, or no benchmark at all.
///   trm results       results.json and profile.json: records and samples
///   Google Benchmark  --benchmark_format=json: repetitions, or aggregates where there are no others; real time
///   hyperfine         --export-json: times; memory_usage_byte where it is there
///   llama-bench       -o json: samples_ts, or avg_ts with stddev_ts
Result<Measurements> read_measurements(std::string_view text, const std::string& file);

/// Our records, already read.
Result<Measurements> from_results(const RunResults& results, const std::string& file);

/// One folder that criterion left: target/criterion/GROUP/new. Texts are empty where there is no such file.
struct CriterionFolder {
  std::string name;  ///< of the benchmark where benchmark.json does not say it
  std::string path;  ///< for messages
  std::string benchmark, sample, estimates;
};
/// Times of one iteration from sample.json, or the median with its interval from estimates.json.
Result<Measurements> read_criterion(const std::vector<CriterionFolder>& folders, const std::string& file);

// One function for each foreign format; `root` has the fields that tell it.
Result<Measurements> read_google_benchmark(const JsonValue& root, const std::string& file);
Result<Measurements> read_hyperfine(const JsonValue& root, const std::string& file);
Result<Measurements> read_llama_bench(const JsonValue& root, const std::string& file);

/// A JSON number as a double; nullopt: it is none.
std::optional<double> number_in(const JsonValue* value);
/// A text; empty: it is none.
std::string text_in(const JsonValue* value);

}  // namespace trm::reports::compare
