// Passes into records: names of metrics, units, intervals.
#pragma once

#include <string>

#include "bench/frames/accuracy.h"
#include "bench/frames/latency.h"
#include "bench/frames/workload.h"
#include "reports/record.h"
#include "tasks/ask/answerer.h"

namespace trm::bench {

/// Adds, for one task, slice and contestant: exact_answer, with a sample of 1 or 0 for each item,
/// exact_answer_by_depth; of predictions items_not_predicted, and nothing that would have to be measured; of all others
/// items_per_s, rss_peak_bytes; of a model also tokens_per_s (own tokens) and own_tokens_per_item, exact_frame on the
/// machine and, where the training frames are known, exact_unseen_frame, share_of_frames_seen_in_training, the same of
/// distinct frames, and share_of_items_of_seen_frames_alone, frames_per_item and stack_depth_max if it writes frames,
/// memo_hits_per_item if there were any, and one items_* count for each verdict other than an answer that occurred.
void add_offline_records(const Contestant& contestant, const Workload& workload, const OfflinePass& pass,
                         reports::RunResults& results);

/// Adds latency_p50/p90/p99_ns and ttft_p50/p90/p99_ns as far as the sample supports them, single_stream_tokens_per_s,
/// and the raw samples latency_ns and ttft_ns.
void add_latency_records(const Contestant& contestant, const Workload& workload, const LatencySamples& samples,
                         reports::RunResults& results);

/// Adds the model to the list and, as records of no task, its parameters, state_bytes (of one frame or sequence) and
/// arena_bytes (activations of one thread). training_frames ends its description: which frames its training showed, or
/// why that is not known; empty: it was trained on none.
void add_model(const Contestant& contestant, const tasks::CausalModel& model, const tasks::Answerer& answerer,
               const std::string& training_frames, reports::RunResults& results);
/// Adds one that is no model file to the list: it has none of these.
void add_contestant(const Contestant& contestant, const char* family, std::string description,
                    reports::RunResults& results);

}  // namespace trm::bench
