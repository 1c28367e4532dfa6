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

/// Collects the frames of one question. It must outlive the observer's use.
class FrameTree {
 public:
  [[nodiscard]] MachineObserver observer();

  /// At most about `limit` frames, callers before callees: the way to the first frame that ended with a wrong token,
  /// its neighbours, then the others in the order in which they ran. Those left out are counted where they were.
  [[nodiscard]] std::vector<reports::CallFrame> shortened(std::size_t limit) const;

 private:
  reports::CallFrame& add(std::size_t parent, std::size_t depth, std::span<const std::int32_t> prompt);

  std::vector<reports::CallFrame> frames_;     // parent: place in this list
  std::map<std::size_t, std::size_t> places_;  // of the machine's ids
  std::size_t wrong_ = kNoFrame;               // the first frame that ended with a wrong token
};

}  // namespace trm::bench
