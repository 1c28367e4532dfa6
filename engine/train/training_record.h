// What a training run has shown its model, short enough for the model's file: with the configuration, whoever has the
// program can make every sample again and prove that it is the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trm {

struct TrainingRecord {
  /// Keys of a model file's metadata and of a checkpoint's progress.
  static constexpr const char* kDigestKey = "samples_digest";
  static constexpr const char* kStageEndsKey = "stage_ends";

  std::uint64_t digest = 0;             ///< sum of the fingerprints of all samples, modulo 2^64
  std::vector<std::size_t> stage_ends;  ///< updates after which a stage of the curriculum ended, in their order

  /// digest as 16 hexadecimal digits, stage_ends as decimal numbers with blanks between them.
  [[nodiscard]] std::map<std::string, std::string> entries() const;
  /// From a map that holds them among others. Nothing: one is missing or is none.
  static std::optional<TrainingRecord> read(const std::map<std::string, std::string>& entries);
};

/// Of the canonical text of a training configuration: a hash that trainings share which differ in seed and name alone.
/// Empty for empty text.
std::string training_key(std::string_view config);

}  // namespace trm
