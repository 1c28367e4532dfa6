// What trm compare prints and writes.
#pragma once

#include <string>

#include "engine/base/status.h"
#include "reports/compare/history.h"
#include "reports/compare/judge.h"

namespace trm::cli {

/// Formats of --format.
inline constexpr const char* kCompareFormats[] = {"text", "json", "markdown", "csv", "google-benchmark", "bmf"};

/// 0, 1 or 3.
int compare_status(reports::compare::Verdict verdict);

/// The comparison in one of the formats.
Result<std::string> comparison_text(const reports::compare::Comparison& comparison, const std::string& format,
                                    bool all);

/// Is `path` of -o a file that one format fits, by its ending? Otherwise it is a folder.
bool is_output_file(const std::string& path);

/// Writes compare.html, compare.json and compare.md into the folder `path`, or the file `path` in the format of its
/// ending (.html, .json, .md, .csv, .txt). Error: it cannot be written.
Status write_comparison(const reports::compare::Comparison& comparison, const std::string& path);

/// The same for a history: history.html and history.json, or one file (.html, .json, anything else as text).
Status write_history(const reports::compare::History& history, const std::string& path);

}  // namespace trm::cli
