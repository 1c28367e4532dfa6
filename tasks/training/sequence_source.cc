#include "tasks/training/sequence_source.h"

#include <cmath>
#include <utility>

#include "tasks/ask/model_use.h"
#include "tasks/base/rng.h"
#include "tasks/frames/draw.h"
#include "tasks/registry.h"
#include "tasks/task/task.h"

namespace trm::tasks {

namespace {

constexpr const char* kMaxTokens = "max_tokens";

/// Tasks of which none of so many items fits are refused.
constexpr std::size_t kTries = 256;

struct TaskMix {
  std::vector<const Task*> tasks;
  std::vector<double> weights;
  std::size_t max_tokens = 0;
};

TaskMix to_task_mix(const Mix& mix, std::size_t max_tokens) {
  TaskMix out;
  out.max_tokens = max_tokens;
  for (const auto& [key, value] : mix) {
    if (key == kMaxTokens) {
      out.max_tokens = static_cast<std::size_t>(value);
    } else if (const Task* task = find_task(key)) {
      out.tasks.push_back(task);
      out.weights.push_back(value);
    }
  }
  return out;
}

/// The sequence of an item that chance picks; nothing: it is too long.
std::optional<Frame> draw(Rng& rng, Encoding encoding, const Task& task, std::string_view slice, std::uint64_t seed,
                          std::size_t max_tokens) {
  std::uint64_t number = rng.next();
  number = number << 32 | rng.next();
  const Result<Item> item = task.sample(slice, seed, number);
  if (!item.ok()) return std::nullopt;
  Result<std::optional<Frame>> sequence = right_sequence(encoding, task, *item, max_tokens);
  if (!sequence.ok()) return std::nullopt;
  return *std::move(sequence);
}

std::string known_task_names() {
  std::string out;
  for (const Task* task : all_tasks()) out += (out.empty() ? "" : ", ") + std::string(task->name());
  return out;
}

/// Error: (almost) no item of this slice is short enough.
Status check_fits(const Task& task, Encoding encoding, std::string_view slice, std::size_t max_tokens) {
  Rng rng(0, stream_of("sequence/1/check"), 0);
  for (std::size_t i = 0; i < kTries; ++i) {
    if (draw(rng, encoding, task, slice, 0, max_tokens)) return {};
  }
  return Error{ErrorCode::bad_input, "", std::string(task.name()),
               "no " + std::string(encoding_name(encoding)) + " of " + std::to_string(kTries) + " items of its " +
                   std::string(slice) + " slice has at most " + std::to_string(max_tokens) + " tokens",
               "raise max_tokens, or leave the task out"};
}

}  // namespace

std::vector<std::string> SequenceSource::vocabulary() const {
  const auto words = tasks::vocabulary();
  return {words.begin(), words.end()};
}

Status SequenceSource::check(const Mix& mix) const {
  double sum = 0;
  for (const auto& [key, value] : mix) {
    if (key == kMaxTokens) {
      if (value < 2 || value > static_cast<double>(max_tokens_) || value != std::floor(value)) {
        return Error{ErrorCode::bad_input, "", key,
                     "must be a whole number from 2 to model.max_tokens, " + std::to_string(max_tokens_),
                     "leave it out, or raise model.max_tokens"};
      }
    } else if (find_task(key) != nullptr) {
      sum += value;
    } else {
      return Error{ErrorCode::bad_input, "", key, "is no task", "use max_tokens, " + known_task_names()};
    }
  }
  if (sum <= 0) {
    return Error{ErrorCode::bad_input, "", "mix", "no task has a positive weight",
                 "give one of " + known_task_names() + " a weight"};
  }
  const TaskMix chosen = to_task_mix(mix, max_tokens_);
  for (std::size_t i = 0; i < chosen.tasks.size(); ++i) {
    if (chosen.weights[i] <= 0) continue;
    for (const char* slice : {"train", "validation"}) {
      if (Status s = check_fits(*chosen.tasks[i], encoding_, slice, chosen.max_tokens); !s.ok()) return s;
    }
  }
  return {};
}

void SequenceSource::sample(std::string_view slice, std::uint64_t seed, const Mix& mix, std::uint64_t index,
                            Sample& out) const {
  const TaskMix chosen = to_task_mix(mix, max_tokens_);
  Rng rng(seed, stream_of("sequence/1/" + std::string(slice)), index);
  const Task& task = *chosen.tasks[choose(rng, chosen.weights)];
  for (;;) {
    std::optional<Frame> sequence = draw(rng, encoding_, task, slice, seed, chosen.max_tokens);
    if (!sequence) continue;
    out.tokens = std::move(sequence->tokens);
    out.own = std::move(sequence->own);
    return;
  }
}

void SequenceSource::train_sample(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const {
  sample("train", seed, mix, index, out);
}

void SequenceSource::validation_sample(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const {
  sample("validation", seed, mix, index, out);
}

std::map<std::string, std::string> SequenceSource::record(std::span<const Mix> mixes) const {
  std::string names;
  for (const Task* task : all_tasks()) {
    const std::string name(task->name());
    for (const Mix& mix : mixes) {
      const auto weight = mix.find(name);
      if (weight == mix.end() || weight->second <= 0) continue;
      names += (names.empty() ? "" : " ") + name;
      break;
    }
  }
  return {{kEncodingKey, encoding()}, {kTasksKey, names}};
}

}  // namespace trm::tasks
