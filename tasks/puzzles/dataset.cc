#include "tasks/puzzles/dataset.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace trm::tasks {

void PuzzleDataset::add_example(std::span<const std::uint8_t> input, std::span<const std::uint8_t> label) {
  assert(input.size() == metadata.seq_len && label.size() == metadata.seq_len);
  inputs.insert(inputs.end(), input.begin(), input.end());
  labels.insert(labels.end(), label.begin(), label.end());
}

void PuzzleDataset::end_puzzle(std::int32_t identifier) {
  puzzle_identifiers.push_back(identifier);
  puzzle_indices.push_back(static_cast<std::int32_t>(examples()));
}

void PuzzleDataset::end_group() {
  group_indices.push_back(static_cast<std::int32_t>(puzzles()));
}

void PuzzleDataset::count() {
  metadata.total_groups = groups();
  metadata.total_puzzles = puzzles();
  metadata.mean_puzzle_examples = puzzles() == 0 ? 1 : static_cast<double>(examples()) / static_cast<double>(puzzles());
}

void PuzzleDataset::example(std::size_t row, std::span<std::int32_t> input, std::span<std::int32_t> label) const {
  const std::size_t start = row * metadata.seq_len;
  widen(std::span(inputs).subspan(start, metadata.seq_len), std::span(labels).subspan(start, metadata.seq_len), input,
        label);
}

void PuzzleDataset::widen(std::span<const std::uint8_t> stored_input, std::span<const std::uint8_t> stored_label,
                          std::span<std::int32_t> input, std::span<std::int32_t> label) const {
  std::copy(stored_input.begin(), stored_input.end(), input.begin());
  std::transform(
      stored_label.begin(), stored_label.end(), label.begin(),
      [ignored = metadata.ignore_label_id](std::int32_t token) { return token == ignored ? kIgnoredLabel : token; });
}

std::size_t PuzzleDataset::puzzle_of(std::size_t row) const {
  const auto after = std::upper_bound(puzzle_indices.begin(), puzzle_indices.end(), static_cast<std::int32_t>(row));
  return static_cast<std::size_t>(after - puzzle_indices.begin()) - 1;
}

}  // namespace trm::tasks
