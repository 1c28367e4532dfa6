// Training sequences for the engine: whole questions of the tasks in one encoding.
#pragma once

#include "engine/train/source.h"
#include "tasks/task/sequence.h"

namespace trm::tasks {

/// Entries of a mix: relative weights of tasks ("factorial"), and "max_tokens", the longest sequence of the stage
/// (default: the source's). A training sample is an item of the task's slice "train" that chance picks, a validation
/// sample one of "validation"; longer ones are passed over for the next that chance picks.
class SequenceSource final : public SampleSource {
 public:
  /// encoding: trace or answer. max_tokens: of any stage.
  SequenceSource(Encoding encoding, std::size_t max_tokens) : encoding_(encoding), max_tokens_(max_tokens) {}

  [[nodiscard]] std::string encoding() const override { return std::string(encoding_name(encoding_)); }
  [[nodiscard]] std::vector<std::string> vocabulary() const override;
  [[nodiscard]] std::size_t run_tokens() const override { return 10; }
  [[nodiscard]] std::size_t max_tokens() const override { return max_tokens_; }
  [[nodiscard]] Status check(const Mix& mix) const override;
  void train_sample(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const override;
  void validation_sample(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const override;
  /// What model_use() reads.
  [[nodiscard]] std::map<std::string, std::string> record(std::span<const Mix> mixes) const override;

 private:
  void sample(std::string_view slice, std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const;

  Encoding encoding_;
  std::size_t max_tokens_;
};

}  // namespace trm::tasks
