// The files that trm bench writes.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/sys/output_lock.h"
#include "reports/record.h"

namespace trm::cli {

/// What a run has found.
struct Measured {
  reports::RunResults results;
  std::vector<std::pair<std::string, std::string>> files;  ///< name and text of what stands beside the reports
};

/// Makes the directory, if it is not there, and holds it, before anything is measured. Error: it cannot be written to,
/// or one of `names` in it is no file; another process writes there.
Result<OutputLock> prepare_folder(const std::string& directory, const std::vector<std::string>& names);
/// Makes the directory, tries it out before the work starts, so that a place that cannot be written to costs no
/// minutes, and holds it: reports of two runs must not mix. Error (io): it is no directory, nothing can be written
/// there or too little, something that is no file has the name of one of ours, or another process writes there.
Result<OutputLock> prepare_reports(const std::string& directory);

/// What of prepare_reports() is known without making anything, for work that comes before it. Error: as there.
Status check_reports(const std::string& directory);

/// Writes results.json, the other files, report.md and report.html, and prints the results in the `format` (json, md,
/// csv, google-benchmark) that was asked for, if any. A file that cannot be written is named and keeps none of the
/// others from being written; results go to the directory for temporary files instead. Exit status.
int write_reports(const Measured& measured, const std::string& directory, const std::string& format);

}  // namespace trm::cli
