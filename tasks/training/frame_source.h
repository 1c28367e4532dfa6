// Training sequences for the engine from the frames of the tasks: where the two meet.
#pragma once

#include "engine/train/source.h"
#include "tasks/frames/frame.h"

namespace trm::tasks {

/// Entries of a mix: relative weights of functions ("fact", "mul"; function_name), and "max_digits" (2..14).
class FrameSource final : public SampleSource {
 public:
  [[nodiscard]] std::vector<std::string> vocabulary() const override;
  [[nodiscard]] std::size_t run_tokens() const override { return 10; }
  [[nodiscard]] std::size_t max_tokens() const override { return kMaxFrameTokens; }
  [[nodiscard]] Status check(const Mix& mix) const override;
  void train_sample(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const override;
  void validation_sample(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const override;
};

}  // namespace trm::tasks
