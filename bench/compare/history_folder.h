// The folder of a history: one file for each commit.
#pragma once

#include <string>
#include <vector>

#include "engine/base/status.h"
#include "reports/compare/history.h"

namespace trm::bench {

/// All files NAME.json of the folder. Error: there is no such folder, or one of the files is damaged.
Result<std::vector<reports::compare::HistoryEntry>> read_history(const std::string& folder);

/// Writes the file of one commit and returns its path; an older one of the same commit is replaced. Makes the folder.
Result<std::string> add_to_history(const std::string& folder, const reports::compare::HistoryEntry& entry);

}  // namespace trm::bench
