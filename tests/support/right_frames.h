// Right frames that must not fail, for tests.
#pragma once

#include <doctest/doctest.h>

#include <utility>
#include <vector>

#include "tasks/frames/right_frames.h"

namespace trm::test {

class RightFrames {
 public:
  /// The answer; every frame that was written is kept in `frames` if keep_frames is set.
  tasks::Tokens run(const trm::Question& question) {
    tasks::RightRunOptions options;
    options.keep_frames = keep_frames;
    Result<std::optional<tasks::RightRun>> run = tasks::run_right_frames(question, options);
    REQUIRE_MESSAGE(run.ok(), run.error().text());
    counts = **std::move(run);
    frames = std::move(counts.kept);
    repeated = std::move(counts.repeated);
    return counts.value;
  }

  tasks::RightRun counts;
  tasks::Tokens repeated;  ///< the prompt of the frame that ran already when it was called again; empty: none was
  std::vector<tasks::Frame> frames;
  bool keep_frames = false;
};

}  // namespace trm::test
