// Training sequences for the engine from the frames that run programs.
#pragma once

#include "engine/train/source.h"
#include "tasks/interpreter/random_frame.h"

namespace trm::tasks {

/// Entries of a mix: relative weights of functions ("eval", "add"; interpreter::function_name), and "max_digits"
/// (2..14).
class ProgramSource final : public SampleSource {
 public:
  static constexpr const char* kEncoding = "programs";

  [[nodiscard]] std::string encoding() const override { return kEncoding; }
  [[nodiscard]] std::vector<std::string> vocabulary() const override;
  [[nodiscard]] std::size_t run_tokens() const override { return 10; }
  [[nodiscard]] std::size_t max_tokens() const override { return interpreter::kMaxFrameTokens; }
  [[nodiscard]] Status check(const Mix& mix) const override;
  void train_sample(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const override;
  void validation_sample(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const override;
  /// What says how the model is used.
  [[nodiscard]] std::map<std::string, std::string> record(std::span<const Mix> mixes) const override;
};

}  // namespace trm::tasks
