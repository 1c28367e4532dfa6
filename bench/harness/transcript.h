// A question answered once more while somebody writes down every frame, or the sequence: examples for the report.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "bench/harness/contestant.h"
#include "tasks/task.h"

namespace trm::bench {

/// Tokens as people would write them ("fact 12 3").
using TokenText = std::function<std::string(std::span<const std::int32_t>)>;

/// What a complete frame gave back: "= " and the tokens between its RET and END, a number or a stream's letter; "emits
/// " and the tokens that it emitted, if it returned none.
std::string outcome_text(const FrameRecord& frame, const TokenText& text);

struct Transcript {
  std::string answer;  ///< the number, or why there is none
  std::string text;    ///< one line per frame event, indented by depth; wrong tokens are pointed out: all on the
                       ///< machine, the first one of a sequence
  bool right = false;
};

/// The text ends after max_lines lines, and says so. Error: the machine cannot run.
Result<Transcript> transcribe(const LoadedModel& model, const tasks::Item& item, const TokenText& text,
                              std::size_t max_lines);

}  // namespace trm::bench
