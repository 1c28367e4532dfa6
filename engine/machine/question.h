// What the recursion machine, or a model without it, is asked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace trm {

/// No stream of Question::streams.
inline constexpr std::size_t kNoStream = std::numeric_limits<std::size_t>::max();

/// A prompt (without END) and the streams that it names X, Y, Z, in this order, each once. In the prompt of a question
/// O is its own output.
struct Question {
  std::vector<std::int32_t> prompt;
  std::vector<std::vector<std::int32_t>> streams;
  /// Set: the question runs a program. So many of the streams, the first ones, are those that the prompt names. In all
  /// streams the number -(i + 1) stands for streams[i] as a part; streams may be parts of each other, in cycles too.
  /// The first frame has an empty environment.
  std::optional<std::size_t> arguments = std::nullopt;
  bool memo = false;  ///< the question asks for what MachineOptions::memo says
};

}  // namespace trm
