// Puzzle data in the published on-disk layout (TinyRecursiveModels and HRM, `dataset/common.py`):
//   DIR/identifiers.json                       names by puzzle identifier, "<blank>" first
//   DIR/{train,test}/dataset.json              the fields of PuzzleMetadata
//   DIR/{train,test}/all__inputs.npy, all__labels.npy          (examples, seq_len)
//   DIR/{train,test}/all__puzzle_identifiers.npy               (puzzles)
//   DIR/{train,test}/all__puzzle_indices.npy                   (puzzles+1) offsets of examples
//   DIR/{train,test}/all__group_indices.npy                    (groups+1) offsets of puzzles
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/sys/output_lock.h"

namespace trm::tasks {

/// The label of a cell that is not part of the question.
inline constexpr std::int32_t kIgnoredLabel = -100;

struct PuzzleMetadata {
  std::int32_t pad_id = 0;
  std::int32_t ignore_label_id = 0;  ///< label value that reads as ignored_label; -1: none
  std::int32_t blank_identifier_id = 0;
  std::size_t vocab_size = 0;
  std::size_t seq_len = 0;
  std::size_t num_puzzle_identifiers = 1;
  std::size_t total_groups = 0;
  std::size_t total_puzzles = 0;  ///< absent in files of the HRM repository: read as total_groups
  double mean_puzzle_examples = 1;
  bool operator==(const PuzzleMetadata&) const = default;
};

/// One split. A group holds the copies (puzzles) of one original; a puzzle holds its examples.
struct PuzzleDataset {
  PuzzleMetadata metadata;
  std::vector<std::uint8_t> inputs, labels;  ///< (examples, seq_len), as stored
  std::vector<std::int32_t> puzzle_identifiers;
  std::vector<std::int32_t> puzzle_indices{0};
  std::vector<std::int32_t> group_indices{0};

  [[nodiscard]] std::size_t examples() const { return metadata.seq_len == 0 ? 0 : inputs.size() / metadata.seq_len; }
  [[nodiscard]] std::size_t puzzles() const { return puzzle_identifiers.size(); }
  [[nodiscard]] std::size_t groups() const { return group_indices.size() - 1; }

  /// Opens the next example of the puzzle being built.
  void add_example(std::span<const std::uint8_t> input, std::span<const std::uint8_t> label);
  /// Closes a puzzle, and a group.
  void end_puzzle(std::int32_t identifier);
  void end_group();
  /// Sets total_groups, total_puzzles and mean_puzzle_examples to what was added.
  void count();

  /// Tokens and labels (ignored_label where nothing is asked) of example `row`, seq_len each.
  void example(std::size_t row, std::span<std::int32_t> input, std::span<std::int32_t> label) const;
  /// The same for stored tokens that were changed on their way.
  void widen(std::span<const std::uint8_t> stored_input, std::span<const std::uint8_t> stored_label,
             std::span<std::int32_t> input, std::span<std::int32_t> label) const;
  /// Puzzle that holds example `row`.
  [[nodiscard]] std::size_t puzzle_of(std::size_t row) const;
};

/// May a data set be written here? Error: one is there, unless `force` lets it be replaced; no folder; no name.
Status check_data_folder(const std::string& directory, bool force);
/// Makes and holds the folder while its data set is written. Removes identifiers.json, which is to be written last:
/// so no reader takes a mixture of old and new files for data. Error: as check_data_folder(); another process writes
/// there; what the system refused.
Result<OutputLock> begin_data_folder(const std::string& directory, bool force);
/// Reads DIR/split. Integers of any width are accepted. Error: names file, row and column (from 0) of what is missing,
/// out of range (token >= vocab_size, identifier >= num_puzzle_identifiers) or contradicts the metadata.
Result<PuzzleDataset> read_puzzle_dataset(const std::string& directory, const std::string& split);
/// Writes DIR/split, which need not exist: every file beside its target, dataset.json last, so a directory that has it
/// is complete. Error: the parts contradict each other or the metadata (see count()); what the system refused.
Status write_puzzle_dataset(const std::string& directory, const std::string& split, const PuzzleDataset& dataset);
/// DIR/identifiers.json.
Result<std::vector<std::string>> read_identifiers(const std::string& directory);
Status write_identifiers(const std::string& directory, std::span<const std::string> names);

}  // namespace trm::tasks
