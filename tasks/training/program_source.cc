#include "tasks/training/program_source.h"

#include <utility>

#include "tasks/ask/model_use.h"
#include "tasks/training/function_mix.h"

namespace trm::tasks {
namespace {

constexpr std::size_t kUsualDigits = 14;

const FunctionMix& program_functions() {
  static const FunctionMix functions = [] {
    std::vector<std::string> names;
    for (const interpreter::Function& function : interpreter::all_functions()) {
      names.push_back(interpreter::function_name(function));
    }
    return FunctionMix(std::move(names), kUsualDigits);
  }();
  return functions;
}

void draw_frame(const char* split, std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) {
  Frame frame = interpreter::random_frame(split, seed, index, program_functions().read(mix));
  out.tokens = std::move(frame.tokens);
  out.own = std::move(frame.own);
}

}  // namespace

std::vector<std::string> ProgramSource::vocabulary() const {
  const auto words = interpreter::vocabulary();
  return {words.begin(), words.end()};
}

Status ProgramSource::check(const Mix& mix) const {
  return program_functions().check(mix);
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
