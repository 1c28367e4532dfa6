// Results from paths: a file, a folder of ours, a folder of criterion.
#pragma once

#include <string>

#include "engine/base/status.h"
#include "reports/compare/series.h"

namespace trm::bench {

/// Reads `path`: a file of any format of reports/compare/read.h, a folder with results.json or profile.json, or a
/// folder that criterion left (target/criterion, or one benchmark in it). `-`: standard input. Of criterion's saved
/// baselines it takes `baseline`, else "new". Error: as open_input() and read_measurements().
Result<reports::compare::Measurements> load_measurements(const std::string& path, const std::string& baseline = "new");

}  // namespace trm::bench
