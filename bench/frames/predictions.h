// Anyone's predictions as a contestant: answers that were made elsewhere, joined with a run's items by their ids.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bench/frames/accuracy.h"
#include "bench/frames/workload.h"
#include "tasks/exchange/score.h"

namespace trm::bench {

struct Predictions {
  std::map<std::string, tasks::Prediction> by_id;
  tasks::Reading reading = tasks::Reading::strict;
};

/// From the file's lines (tasks/exchange/jsonl.h); `notes` receives what a reader of the result should know. Error: it
/// cannot be read; a line is malformed (names the line); a log of several filters.
Result<std::shared_ptr<const Predictions>> read_predictions(const std::string& file, tasks::Reading reading,
                                                            const tasks::LogChoice& choice = {},
                                                            std::vector<std::string>* notes = nullptr);

/// How many of them are for no item of the workloads.
std::size_t count_unasked(const Predictions& predictions, const std::vector<Workload>& workloads);

/// Outcomes alone: nothing was run, so there is no time and no memory.
OfflinePass judge_predictions(const Predictions& predictions, const Workload& workload);

}  // namespace trm::bench
