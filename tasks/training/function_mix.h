// What a stage's mix says of functions: their weights, and how long numbers are.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/train/source.h"
#include "tasks/frames/frame.h"

namespace trm::tasks {

/// The functions of a language of frames, by the names that mixes give them, and the entry "max_digits" (2..14).
class FunctionMix {
 public:
  /// usual_digits: max_digits of a mix that does not say it.
  FunctionMix(std::vector<std::string> names, std::size_t usual_digits)
      : names_(std::move(names)), usual_digits_(usual_digits) {}

  /// Error: names the entry that is unknown or out of range; no function has a positive weight.
  [[nodiscard]] Status check(const Mix& mix) const;
  /// Weights by index in the names. Valid until this thread reads another mix: one sample after another takes the same,
  /// and to read it would take as long as to draw a frame. This object must live as long as the program.
  [[nodiscard]] const FrameMix& read(const Mix& mix) const;

 private:
  [[nodiscard]] std::string known() const;

  std::vector<std::string> names_;
  std::size_t usual_digits_;
};

}  // namespace trm::tasks
