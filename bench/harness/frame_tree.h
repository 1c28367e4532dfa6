// The frames of one question as they run, for a report to show.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/machine/machine.h"
#include "reports/record.h"

namespace trm::bench {

/// Tokens as people would write them ("fact 12 3").
using TokenText = std::function<std::string(std::span<const std::int32_t>)>;

/// What a complete frame gave back: "= " and the tokens between its RET and END, a number or a stream's letter; "emits
/// " and the tokens that it emitted, if it returned none.
std::string outcome_text(const FrameRecord& frame, const TokenText& text);

/// Collects the frames of one question. It must outlive the observer's use.
class FrameTree {
 public:
  explicit FrameTree(TokenText text) : text_(std::move(text)) {}

  [[nodiscard]] MachineObserver observer();

  /// At most about `limit` frames, callers before callees: the way to the first frame that ended with a wrong token,
  /// its neighbours, then the others in the order in which they ran. Those left out are counted where they were.
  [[nodiscard]] std::vector<reports::CallFrame> shortened(std::size_t limit) const;

 private:
  reports::CallFrame& add(std::size_t parent, std::size_t depth, std::span<const std::int32_t> prompt);

  TokenText text_;
  std::vector<reports::CallFrame> frames_;     // parent: place in this list
  std::map<std::size_t, std::size_t> places_;  // of the machine's ids
  std::size_t wrong_ = kNoFrame;               // the first frame that ended with a wrong token
};

}  // namespace trm::bench
