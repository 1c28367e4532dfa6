// What the recursion machine, or a model without it, is asked.
#pragma once

#include <cstdint>
#include <vector>

namespace trm {

/// A prompt (without END) and the streams that it names X, Y, Z, in this order, each once. In the prompt of a question
/// O is its own output.
struct Question {
  std::vector<std::int32_t> prompt;
  std::vector<std::vector<std::int32_t>> streams;
};

}  // namespace trm
