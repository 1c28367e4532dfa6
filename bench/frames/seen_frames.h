// Which call frames a model's training showed it. Nothing is stored for that: frames are a function of the seed and of
// the ends of the curriculum's stages, which the model's file tells, so they are made again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/status.h"
#include "engine/store/model_file.h"
#include "engine/train/source.h"

namespace trm::bench {

/// What a model's file tells of its training frames: all that decides them, and a digest to prove them by.
struct FrameHistory {
  std::uint64_t seed = 0, digest = 0;
  std::size_t batch_size = 0;
  struct Part {
    std::size_t end = 0;  ///< updates before it, and behind the part before, had the mix
    Mix mix;
    bool operator==(const Part&) const = default;
  };
  std::vector<Part> parts;
  bool operator==(const FrameHistory&) const = default;
};
/// Error (unsupported, with the reason): the file does not tell, or tells of what this program does not make.
Result<FrameHistory> frame_history(const Model& model);

/// A set of fingerprints (engine/train/source.h) in memory that children share without counting it as theirs until they
/// look something up.
class SeenFrames {
 public:
  /// Makes all training frames in a process of its own, some seconds for a million of them. This process must have no
  /// other thread. Error (unsupported, with the reason): this program makes other frames than those were; they would
  /// take more than a quarter of the memory that is left. Other errors: as run_in_child().
  static Result<SeenFrames> create(FrameHistory history);
  SeenFrames(SeenFrames&& other) noexcept;
  SeenFrames& operator=(SeenFrames&& other) noexcept;
  SeenFrames(const SeenFrames&) = delete;
  SeenFrames& operator=(const SeenFrames&) = delete;
  ~SeenFrames();

  [[nodiscard]] const FrameHistory& history() const { return history_; }
  [[nodiscard]] bool contains(std::uint64_t fingerprint) const;
  [[nodiscard]] std::size_t shown() const { return shown_; }        ///< training frames, repetitions included
  [[nodiscard]] std::size_t distinct() const { return distinct_; }  ///< of them

 private:
  SeenFrames() = default;
  [[nodiscard]] std::span<std::uint64_t> all() const { return {fingerprints_, shown_}; }

  FrameHistory history_;
  std::uint64_t* fingerprints_ = nullptr;  ///< sorted; the first distinct_ count
  std::size_t shown_ = 0, distinct_ = 0;
};

}  // namespace trm::bench
