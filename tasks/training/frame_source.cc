#include "tasks/training/frame_source.h"

#include <cmath>
#include <utility>

#include "tasks/frames/function.h"

namespace trm::tasks {

namespace {

constexpr const char* kMaxDigits = "max_digits";
constexpr double kMostDigits = 14;  ///< a column of a product takes six tokens of max_frame_tokens

FrameMix read_mix(const Mix& mix) {
  FrameMix out;
  for (const auto& [key, value] : mix) {
    if (key == kMaxDigits) {
      out.max_digits = static_cast<std::size_t>(value);
    } else if (const auto index = function_index(key)) {
      out.weights.emplace_back(*index, value);
    }
  }
  return out;
}

/// One sample after another takes the same mix: to read it would take as long as to draw a frame.
const FrameMix& to_frame_mix(const Mix& mix) {
  thread_local Mix last;
  thread_local FrameMix read;
  if (last != mix) {
    read = read_mix(mix);
    last = mix;
  }
  return read;
}

void give(Frame frame, Sample& out) {
  out.tokens = std::move(frame.tokens);
  out.own = std::move(frame.own);
}

std::string known_functions() {
  std::string out;
  for (const Function* function : all_functions()) {
    out += (out.empty() ? "" : ", ") + function_name(*function);
  }
  return out;
}

}  // namespace

std::vector<std::string> FrameSource::vocabulary() const {
  const auto words = tasks::vocabulary();
  return {words.begin(), words.end()};
}

Status FrameSource::check(const Mix& mix) const {
  double sum = 0;
  for (const auto& [key, value] : mix) {
    if (key == kMaxDigits) {
      if (value < 2 || value > kMostDigits || value != std::floor(value)) {
        return Error{ErrorCode::bad_input, "", key, "must be a whole number from 2 to 14", "12 is the usual value"};
      }
    } else if (function_index(key)) {
      sum += value;
    } else {
      return Error{ErrorCode::bad_input, "", key, "is no function", "use max_digits, " + known_functions()};
    }
  }
  if (sum <= 0) {
    return Error{ErrorCode::bad_input, "", "mix", "no function has a positive weight",
                 "give one of " + known_functions() + " a weight"};
  }
  return {};
}

void FrameSource::train_sample(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const {
  give(training_frame(seed, index, to_frame_mix(mix)), out);
}

void FrameSource::validation_sample(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const {
  give(validation_frame(seed, index, to_frame_mix(mix)), out);
}

}  // namespace trm::tasks
