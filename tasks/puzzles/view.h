// A way to look at a board: its cells in another order, its tokens under other names. What is right stays right.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace trm::tasks {

struct PuzzleView {
  std::vector<std::uint32_t> sources;  ///< (seq_len): cell i of the view shows cell sources[i]; a permutation
  std::vector<std::uint8_t> names;     ///< (vocab_size): token t is shown as names[t]; a permutation

  /// The board as it is seen: (seq_len) tokens below vocab_size.
  [[nodiscard]] std::vector<std::uint8_t> show(std::span<const std::uint8_t> board) const;
  /// The board that is seen so: undoes show().
  [[nodiscard]] std::vector<std::uint8_t> undo(std::span<const std::uint8_t> seen) const;
  bool operator==(const PuzzleView&) const = default;
};

}  // namespace trm::tasks
