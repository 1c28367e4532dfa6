#include "tasks/training/program_source.h"

#include <cmath>
#include <optional>
#include <utility>

#include "tasks/ask/model_use.h"

namespace trm::tasks {
namespace {

constexpr const char* kDigitsKey = "max_digits";
constexpr double kMostProgramDigits = 14;

std::optional<std::size_t> program_function_index(const std::string& name) {
  const auto all = interpreter::all_functions();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (interpreter::function_name(all[i]) == name) return i;
  }
  return std::nullopt;
}

std::string known_program_functions() {
  std::string out;
  for (const interpreter::Function& function : interpreter::all_functions()) {
    out += (out.empty() ? "" : ", ") + interpreter::function_name(function);
  }
  return out;
}

void draw_frame(const char* split, std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) {
  interpreter::FrameMix frames;
  for (const auto& [key, value] : mix) {
    if (key == kDigitsKey) {
      frames.max_digits = static_cast<std::size_t>(value);
    } else if (const auto function = program_function_index(key)) {
      frames.weights.emplace_back(*function, value);
    }
  }
  interpreter::Frame frame = interpreter::random_frame(split, seed, index, frames);
  out.tokens = std::move(frame.tokens);
  out.own = std::move(frame.own);
}

}  // namespace

std::vector<std::string> ProgramSource::vocabulary() const {
  const auto words = interpreter::vocabulary();
  return {words.begin(), words.end()};
}

Status ProgramSource::check(const Mix& mix) const {
  double sum = 0;
  for (const auto& [key, value] : mix) {
    if (key == kDigitsKey) {
      if (value < 2 || value > kMostProgramDigits || value != std::floor(value)) {
        return Error{ErrorCode::bad_input, "", key, "must be a whole number from 2 to 14", "14 is the usual value"};
      }
    } else if (program_function_index(key)) {
      sum += value;
    } else {
      return Error{ErrorCode::bad_input, "", key, "is no function", "use max_digits, " + known_program_functions()};
    }
  }
  if (sum <= 0) {
    return Error{ErrorCode::bad_input, "", "mix", "no function has a positive weight",
                 "give one of " + known_program_functions() + " a weight"};
  }
  return {};
}

void ProgramSource::train_sample(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const {
  draw_frame("train", seed, mix, index, out);
}

void ProgramSource::validation_sample(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const {
  draw_frame("validation", seed, mix, index, out);
}

std::map<std::string, std::string> ProgramSource::record(std::span<const Mix> /*mixes*/) const {
  return {{kEncodingKey, kEncoding}};
}

}  // namespace trm::tasks
