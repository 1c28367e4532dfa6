#include "tasks/training/frame_source.h"

#include <utility>

#include "tasks/frames/function.h"
#include "tasks/training/function_mix.h"

namespace trm::tasks {

namespace {

const FunctionMix& frame_functions() {
  static const FunctionMix functions = [] {
    std::vector<std::string> names;
    for (const Function* function : all_functions()) names.push_back(function_name(*function));
    return FunctionMix(std::move(names), FrameMix{}.max_digits);
  }();
  return functions;
}

void give(Frame frame, Sample& out) {
  out.tokens = std::move(frame.tokens);
  out.own = std::move(frame.own);
}

}  // namespace

std::vector<std::string> FrameSource::vocabulary() const {
  const auto words = tasks::vocabulary();
  return {words.begin(), words.end()};
}

Status FrameSource::check(const Mix& mix) const {
  return frame_functions().check(mix);
}

void FrameSource::train_sample(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const {
  give(training_frame(seed, index, frame_functions().read(mix)), out);
}

void FrameSource::validation_sample(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const {
  give(validation_frame(seed, index, frame_functions().read(mix)), out);
}

}  // namespace trm::tasks
