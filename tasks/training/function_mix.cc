#include "tasks/training/function_mix.h"

#include <algorithm>
#include <cmath>

namespace trm::tasks {
namespace {

constexpr const char* kMaxDigits = "max_digits";
constexpr double kMostDigits = 14;  ///< a column of a product takes six tokens of max_frame_tokens

}  // namespace

std::string FunctionMix::known() const {
  std::string out;
  for (const std::string& name : names_) out += (out.empty() ? "" : ", ") + name;
  return out;
}

Status FunctionMix::check(const Mix& mix) const {
  double sum = 0;
  for (const auto& [key, value] : mix) {
    if (key == kMaxDigits) {
      if (value < 2 || value > kMostDigits || value != std::floor(value)) {
        return Error{ErrorCode::bad_input, "", key, "must be a whole number from 2 to 14",
                     std::to_string(usual_digits_) + " is the usual value"};
      }
    } else if (std::find(names_.begin(), names_.end(), key) != names_.end()) {
      sum += value;
    } else {
      return Error{ErrorCode::bad_input, "", key, "is no function", "use max_digits, " + known()};
    }
  }
  if (sum <= 0) {
    return Error{ErrorCode::bad_input, "", "mix", "no function has a positive weight",
                 "give one of " + known() + " a weight"};
  }
  return {};
}

const FrameMix& FunctionMix::read(const Mix& mix) const {
  struct Last {
    const FunctionMix* functions = nullptr;
    Mix mix;
    FrameMix read;
  };
  thread_local Last last;
  if (last.functions == this && last.mix == mix) return last.read;
  FrameMix out;
  out.max_digits = usual_digits_;
  for (const auto& [key, value] : mix) {
    const auto name = std::find(names_.begin(), names_.end(), key);
    if (key == kMaxDigits) {
      out.max_digits = static_cast<std::size_t>(value);
    } else if (name != names_.end()) {
      out.weights.emplace_back(static_cast<std::size_t>(name - names_.begin()), value);
    }
  }
  last = {this, mix, std::move(out)};
  return last.read;
}

}  // namespace trm::tasks
