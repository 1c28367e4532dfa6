// A question answered once more while somebody writes down every frame, or the sequence: examples for the report.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bench/frames/contestant.h"
#include "bench/frames/frame_tree.h"
#include "reports/record.h"
#include "tasks/task/task.h"

namespace trm::bench {

struct Transcript {
  std::string answer;                      ///< the number, or why there is none
  std::vector<reports::CallFrame> frames;  ///< on the machine
  std::string text;  ///< of a sequence: its frames, two lines each, or the answer alone, and its first wrong token
  bool right = false;
};

/// At most about max_frames frames are kept (frame_tree.h). Error: the machine cannot run.
Result<Transcript> transcribe(const tasks::CausalModel& model, const tasks::Item& item, std::size_t max_frames);

}  // namespace trm::bench
