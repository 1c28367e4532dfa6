#include "tasks/puzzles/csv_sample.h"

#include <algorithm>

#include "tasks/base/split.h"
#include "tasks/puzzles/puzzle_csv.h"
#include "tasks/task/task.h"

namespace trm::tasks {

Status read_examples(const PuzzleFamily& family, const std::string& path, const CsvRules& rules,
                     const BuildProgress& progress,
                     const std::function<void(std::size_t line, PuzzleExample example)>& on_example,
                     std::vector<std::string>& notes) {
  std::size_t rows = 0;
  const auto on_row = [&](const PuzzleRow& row) -> Status {
    Result<PuzzleExample> example = family.read(row.question, row.answer, rules.unique);
    if (!example) return example.error();
    if (rules.min_rating > 0 && !row.rating) {
      return Error{ErrorCode::bad_input, "", "rating", "is missing, and a least rating is asked for",
                   "add it, or leave --min-rating out"};
    }
    if (row.rating.value_or(0) >= rules.min_rating) on_example(row.line, *std::move(example));
    ++rows;
    if (progress) progress("rows read", rows, 0);
    return {};
  };
  return read_puzzle_csv(path, on_row, &notes);
}

std::string_view split_of_example(const PuzzleFamily& family, const PuzzleExample& example) {
  return split_of(family.canonical(example.input));
}

CsvSample::CsvSample(std::string name, std::size_t wanted, std::uint64_t seed)
    : name_(std::move(name)), wanted_(wanted), rng_(seed, stream_of(name_), 0) {}

void CsvSample::offer(std::size_t line, PuzzleExample example) {
  ++offered_;
  if (kept_.size() < wanted_) {
    kept_.emplace_back(line, std::move(example));
    return;
  }
  const std::uint32_t place = rng_.below(static_cast<std::uint32_t>(offered_));
  if (place < wanted_) kept_[place] = {line, std::move(example)};
}

Status CsvSample::check(const std::string& path) const {
  if (kept_.size() == wanted_) return {};
  return Error{ErrorCode::bad_input, path, "",
               "has " + std::to_string(kept_.size()) + " " + name_ + " of these rules, not " + std::to_string(wanted_),
               "ask for fewer"};
}

std::vector<std::size_t> CsvSample::places() const {
  std::vector<std::size_t> out;
  out.reserve(kept_.size());
  for (const auto& [line, example] : kept_) out.push_back(line);
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<PuzzleExample> CsvSample::take() {
  std::sort(kept_.begin(), kept_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<PuzzleExample> out;
  for (auto& [line, example] : kept_) out.push_back(std::move(example));
  return out;
}

}  // namespace trm::tasks
