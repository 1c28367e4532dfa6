#include "bench/harness/frame_source.h"

#include <cmath>

namespace trm::bench {

namespace {

tasks::FrameMix to_frame_mix(const Mix& mix) {
  auto value = [&](const char* key, double absent) {
    auto it = mix.find(key);
    return it == mix.end() ? absent : it->second;
  };
  tasks::FrameMix out;
  out.factorial = value("factorial", 0.0);
  out.fibonacci = value("fibonacci", 0.0);
  out.product = value("product", 0.0);
  out.max_digits = static_cast<std::size_t>(value("max_digits", 20.0));
  return out;
}

void give(tasks::Frame frame, Sample& out) {
  out.tokens = std::move(frame.tokens);
  out.own = std::move(frame.own);
}

}  // namespace

std::vector<std::string> FrameSource::vocabulary() const {
  const auto words = tasks::vocabulary();
  return {words.begin(), words.end()};
}

Status FrameSource::check(const Mix& mix) const {
  double sum = 0;
  for (const auto& [key, value] : mix) {
    if (key == "max_digits") {
      if (value < 1 || value > 20 || value != std::floor(value)) {
        return Error{ErrorCode::bad_input, "", key, "must be a whole number from 1 to 20", "20 is the full range"};
      }
    } else if (key == "factorial" || key == "fibonacci" || key == "product") {
      sum += value;
    } else {
      return Error{ErrorCode::bad_input, "", key, "is no kind of frame",
                   "use factorial, fibonacci, product, max_digits"};
    }
  }
  if (sum <= 0) {
    return Error{ErrorCode::bad_input, "", "factorial", "no kind of frame has a positive weight",
                 "give factorial, fibonacci or product a weight"};
  }
  return {};
}

void FrameSource::train_sample(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const {
  give(tasks::training_frame(seed, index, to_frame_mix(mix)), out);
}

void FrameSource::validation_sample(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const {
  give(tasks::validation_frame(seed, index, to_frame_mix(mix)), out);
}

}  // namespace trm::bench
