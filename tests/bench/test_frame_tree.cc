#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "bench/frames/frame_tree.h"
#include "tasks/frames/frame.h"

namespace test_frame_tree {

namespace {

using namespace trm::bench;
using trm::FrameRecord;
using trm::MachineObserver;
using trm::reports::CallFrame;

/// A machine that runs frames of MCCARTHY-like shape: what matters here is who called whom, and who was wrong.
class Script {
 public:
  Script() : observer_(tree_.observer()) {}

  std::size_t open(std::size_t parent, std::size_t depth) {
    trm::OpenedFrame frame;
    frame.id = next_;
    frame.parent = parent;
    frame.depth = depth;
    frame.prompt = prompt_;
    observer_.opened(frame);
    return next_++;
  }
  /// A frame "ODD 0 END" is right with NO, and wrong with YES.
  void close(std::size_t id, std::size_t parent, std::size_t depth, bool right) {
    std::vector<std::int32_t> tokens = prompt_;
    for (const char* name : {"END", "RET", right ? "NO" : "YES", "END"}) tokens.push_back(trm::tasks::token_of(name));
    std::vector<std::uint8_t> own(tokens.size(), 1);
    std::fill(own.begin(), own.begin() + static_cast<std::ptrdiff_t>(prompt_.size()) + 1, std::uint8_t{0});
    FrameRecord record;
    record.id = id;
    record.parent = parent;
    record.depth = depth;
    record.tokens = tokens;
    record.own = own;
    record.prompt = prompt_.size() + 1;
    record.complete = true;
    record.elapsed_ns = 10;
    observer_.closed(record);
  }
  /// Frames first.. one below the other, the deepest one wrong or not.
  void chain(std::size_t parent, std::size_t depth, std::size_t length, bool right) {
    std::vector<std::size_t> ids;
    for (std::size_t i = 0; i < length; ++i) ids.push_back(open(i == 0 ? parent : ids.back(), depth + i));
    for (std::size_t i = length; i-- > 0;)
      close(ids[i], i == 0 ? parent : ids[i - 1], depth + i, right || i + 1 < length);
  }
  [[nodiscard]] std::vector<CallFrame> shortened(std::size_t limit) const { return tree_.shortened(limit); }

 private:
  FrameTree tree_;
  MachineObserver observer_;
  std::vector<std::int32_t> prompt_ = {trm::tasks::token_of("ODD"), trm::tasks::token_of("0")};
  std::size_t next_ = 0;
};

std::uint64_t counted(const std::vector<CallFrame>& frames) {
  std::uint64_t all = frames.size();
  for (const CallFrame& frame : frames) all += frame.hidden;
  return all;
}

}  // namespace

TEST_CASE("frame tree: small ones are kept whole, callers before callees") {
  Script script;
  const std::size_t top = script.open(trm::kNoFrame, 0);
  script.chain(top, 1, 3, true);
  script.chain(top, 1, 2, true);
  script.close(top, trm::kNoFrame, 0, true);
  const std::vector<CallFrame> frames = script.shortened(10);
  REQUIRE(frames.size() == 6);
  const std::vector<int> parents = {-1, 0, 1, 2, 0, 4}, depths = {0, 1, 2, 3, 1, 2};
  for (std::size_t i = 0; i < frames.size(); ++i) {
    CAPTURE(i);
    CHECK(frames[i].parent == parents[i]);
    CHECK(frames[i].depth == depths[i]);
    CHECK(frames[i].value == "= no");
    CHECK(frames[i].written == "RET NO END");
    CHECK(frames[i].own_tokens == 3);
    CHECK(frames[i].hidden == 0);
  }
}

TEST_CASE("frame tree: of a large one the limit is kept, and the rest counted where it was") {
  Script script;
  const std::size_t top = script.open(trm::kNoFrame, 0);
  for (int i = 0; i < 50; ++i) script.chain(top, 1, 4, true);
  script.close(top, trm::kNoFrame, 0, true);
  const std::vector<CallFrame> frames = script.shortened(20);
  CHECK(frames.size() == 20);
  CHECK(counted(frames) == 201);
  CHECK(frames[0].hidden > 100);
}

TEST_CASE("frame tree: the first wrong frame is always there, with its callers") {
  Script script;
  const std::size_t top = script.open(trm::kNoFrame, 0);
  for (int i = 0; i < 50; ++i) script.chain(top, 1, 4, i != 40);
  script.close(top, trm::kNoFrame, 0, true);
  const std::vector<CallFrame> frames = script.shortened(20);
  CHECK(frames.size() == 20);
  CHECK(counted(frames) == 201);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (frames[i].wrong.empty()) continue;
    ++wrong;
    CHECK(frames[i].wrong == "YES");
    CHECK(frames[i].written == "RET");
    CHECK(frames[i].rest == "END");
    CHECK(frames[i].depth == 4);
    std::size_t up = 0;
    for (int at = static_cast<int>(i); at > 0; at = frames[static_cast<std::size_t>(at)].parent) ++up;
    CHECK(up == 4);
  }
  CHECK(wrong == 1);
}

TEST_CASE("frame tree: of a long way the two ends are shown; depths say how much is missing") {
  Script script;
  script.chain(trm::kNoFrame, 0, 500, false);
  const std::vector<CallFrame> frames = script.shortened(48);
  CHECK(frames.size() < 48);
  CHECK(frames.back().depth == 499);
  CHECK(frames.back().wrong == "YES");
  std::uint64_t missing = 0;
  for (std::size_t i = 1; i < frames.size(); ++i) {
    CHECK(frames[i].hidden == 0);
    missing +=
        static_cast<std::uint64_t>(frames[i].depth - frames[static_cast<std::size_t>(frames[i].parent)].depth - 1);
  }
  CHECK(missing + frames.size() == 500);
}

}  // namespace test_frame_tree
