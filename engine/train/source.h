// Where training sequences come from. The engine knows no task: it asks for sample `index` of a stage.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/base/status.h"

namespace trm {

struct Sample {
  std::vector<std::int32_t> tokens;
  std::vector<std::uint8_t> own;  ///< 1: the model is trained to write this token
};

/// What a sequence gives, as one number: its tokens that the model does not write, with their places. Sequences of one
/// source that give the same have the same fingerprint; others may share it with a chance of 2^-64. `own` as in Sample.
std::uint64_t fingerprint(std::span<const std::int32_t> tokens, std::span<const std::uint8_t> own);

/// What a curriculum stage holds: names and weights that only the source understands.
using Mix = std::map<std::string, double>;

class SampleSource {
 public:
  virtual ~SampleSource() = default;
  /// What "encoding" is in a training configuration of this source.
  [[nodiscard]] virtual std::string encoding() const { return "frames"; }
  [[nodiscard]] virtual std::vector<std::string> vocabulary() const = 0;
  /// How many leading tokens of the vocabulary form runs (digits).
  [[nodiscard]] virtual std::size_t run_tokens() const = 0;
  /// Longest sequence that a sample may have.
  [[nodiscard]] virtual std::size_t max_tokens() const = 0;
  /// Error: names the entry of the mix that is unknown or out of range.
  [[nodiscard]] virtual Status check(const Mix& mix) const = 0;
  /// Functions of (seed, mix, index) alone; called from many threads.
  virtual void train_sample(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const = 0;
  virtual void validation_sample(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const = 0;
  /// What the model's file shall say of these mixes, those of all stages: entries of its metadata.
  [[nodiscard]] virtual std::map<std::string, std::string> record(std::span<const Mix> /*mixes*/) const { return {}; }
};

}  // namespace trm
