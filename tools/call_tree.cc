#include "tools/call_tree.h"

#include <fmt/format.h>

#include <string>

#include "tasks/ask/answer_text.h"
#include "tasks/frames/frame.h"
#include "tools/cli.h"

namespace trm::cli {
namespace {

void line(std::size_t depth, const std::string& text) {
  print(std::string(2 * depth, ' ') + text + "\n", Flush::now);  // the tree grows before the reader's eyes
}

}  // namespace

MachineObserver call_tree_printer() {
  MachineObserver observer;
  observer.opened = [](const OpenedFrame& frame) { line(frame.depth, tasks::readable(frame.prompt)); };
  observer.memo_hit = [](const MemoHit& hit) {
    line(hit.depth, fmt::format("{} = {}   {}", tasks::readable(hit.prompt), tasks::readable(hit.value),
                                coloured(Stream::out, "2", "memo")));
  };
  observer.closed = [](const FrameRecord& frame) {
    std::size_t own = 0;
    for (const std::uint8_t by_model : frame.own) own += by_model;
    std::string cost = fmt::format("{} tokens", own);
    if (frame.elapsed_ns > 0) cost += ", " + duration_text(frame.elapsed_ns);
    if (frame.complete) {
      line(frame.depth, fmt::format("{}   {}", tasks::outcome_text(frame), coloured(Stream::out, "2", cost)));
    } else {
      line(frame.depth, fmt::format("{} {}   {}", coloured(Stream::out, "31", "cut off after:"),
                                    tasks::to_text(frame.tokens.subspan(frame.prompt)), cost));
    }
  };
  return observer;
}

}  // namespace trm::cli
