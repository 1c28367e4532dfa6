// The offline pass: all items of a workload as fast as all threads can, judged answer by answer and frame by frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/frames/contestant.h"
#include "bench/frames/seen_frames.h"
#include "bench/frames/workload.h"
#include "bench/harness/child.h"
#include "bench/harness/measurement.h"

namespace trm::bench {

/// What became of one item. Everything but time: the same for any number of threads.
struct ItemOutcome {
  Verdict verdict = Verdict::malformed;
  bool right = false;               ///< the final answer, by the task's verifier
  bool missing = false;             ///< of predictions: there is none for this item
  std::uint32_t frames = 0;         ///< opened; of a trace: written; 0: none, the answer alone
  std::uint32_t judged_frames = 0;  ///< on the machine: opened, less those cut off before their first wrong token
  std::uint32_t right_frames = 0;   ///< every token of the model's own is the one that the task defines
  std::uint32_t seen_frames = 0;    ///< judged frames that the model's training showed, too (OfflineOptions::seen)
  std::uint32_t right_unseen_frames = 0;  ///< right frames of the others
  std::uint32_t memo_hits = 0;
  std::uint32_t own_tokens = 0;
  std::uint32_t fed_tokens = 0;
  std::uint32_t max_depth = 0;  ///< frames on the deepest stack
};

struct OfflinePass {
  std::vector<ItemOutcome> items;
  std::int64_t elapsed_ns = 0;     ///< first question to last answer; judging runs inside it
  std::size_t threads = 0;         ///< of this program; 0: the work was not done here
  std::size_t concurrency = 0;     ///< frames or sequences in flight per thread
  std::size_t rss_peak_bytes = 0;  ///< largest resident set so far of the process that answers
  /// Different judged frames, and those of them that the training showed; 0 without OfflineOptions::seen.
  std::size_t distinct_frames = 0, distinct_seen_frames = 0;
};

struct OfflineOptions : PassOptions {
  std::size_t concurrency = 16;      ///< at most; fewer when the deepest stacks would not fit into half of the memory
  const SeenFrames* seen = nullptr;  ///< of the model, if known: frames are looked up when all is answered and measured
};

/// Loads the contestant and runs all items here; prolog answers in a process of its own, one item after another.
/// progress: items answered.
/// Error: the model cannot be loaded; no memory; no threads; no swipl, or it ends before all is answered.
Result<OfflinePass> run_offline(const Contestant& contestant, const Workload& workload, const OfflineOptions& options,
                                const Progress& progress);

/// The same in a process of its own, so that the peak memory is that of this contestant and workload.
Result<OfflinePass> run_offline_in_child(const Contestant& contestant, const Workload& workload,
                                         const OfflineOptions& options, const Progress& progress);

}  // namespace trm::bench
