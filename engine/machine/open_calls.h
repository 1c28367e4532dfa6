// The function calls of one question that have not returned: a tree, in which each call stands below the one that it
// was made in. A call that another one ended with (TAIL) stands below it too, for the first has not returned either.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace trm {

class OpenCalls {
 public:
  using Id = std::uint32_t;
  /// Below which the first calls stand.
  static constexpr Id kNone = 0;

  struct Call {
    std::size_t frame = 0;     ///< id of the frame that began it
    std::size_t shown = 0;     ///< what the question had printed when it began
    std::uint32_t number = 0;  ///< equal calls have equal numbers
    Id outer = kNone;
    std::uint32_t references = 0;
    bool may_be_saved = false;  ///< its value is what the memo table may give to an equal call
  };

  /// Opens a call below `call.outer`, whose reference it takes over. The caller gets one reference.
  Id open(const Call& call);
  [[nodiscard]] const Call& at(Id id) const { return calls_[id - 1]; }
  /// One more reference; kNone needs none.
  Id hold(Id id) {
    if (id != kNone) ++calls_[id - 1].references;
    return id;
  }
  /// Gives a reference back. A call without references is gone, and so is its own reference to its outer one.
  void drop(Id id);
  /// Does the call stand below an equal one?
  [[nodiscard]] bool repeats(Id id) const;
  /// Calls that are there.
  [[nodiscard]] std::size_t size() const { return calls_.size() - free_.size(); }

 private:
  std::vector<Call> calls_;
  std::vector<Id> free_;
  std::vector<std::uint32_t> open_;  // by number: calls that are there
};

}  // namespace trm
