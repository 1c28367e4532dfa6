// The folder of a puzzle data set: reading with every promise of the layout checked, and writing.
#include <cstdio>
#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>

#include "engine/sys/files.h"
#include "tasks/puzzles/dataset.h"
#include "tasks/puzzles/dataset_json.h"
#include "tasks/puzzles/npy.h"

namespace trm::tasks {
namespace {

/// A name for each of a million copies of ARC tasks is 40 MB.
constexpr std::size_t kMaxIdentifiersBytes = std::size_t{1} << 30;
constexpr std::int64_t kMaxOffset = std::numeric_limits<std::int32_t>::max();
constexpr const char* kBuildAgain = "build the data again";

std::string join(const std::string& directory, const std::string& name) {
  return (std::filesystem::path(directory) / name).string();
}

/// The names of the files of one split.
struct SplitFiles {
  std::string metadata, inputs, labels, identifiers, puzzles, groups;
  explicit SplitFiles(const std::string& folder)
      : metadata(join(folder, "dataset.json")),
        inputs(join(folder, "all__inputs.npy")),
        labels(join(folder, "all__labels.npy")),
        identifiers(join(folder, "all__puzzle_identifiers.npy")),
        puzzles(join(folder, "all__puzzle_indices.npy")),
        groups(join(folder, "all__group_indices.npy")) {}
};

Error bad(const std::string& file, std::string field, std::string message, std::string fix = kBuildAgain) {
  return Error{ErrorCode::bad_input, file, std::move(field), std::move(message), std::move(fix)};
}

std::string shown(std::span<const std::size_t> shape) {
  std::string out = "(";
  for (const std::size_t size : shape) out += (out.size() == 1 ? "" : ", ") + std::to_string(size);
  return out + ")";
}

Status check_shape(const std::string& file, std::span<const std::size_t> shape, std::vector<std::size_t> wanted) {
  if (std::vector<std::size_t>(shape.begin(), shape.end()) == wanted) return {};
  return bad(file, "shape", "is " + shown(shape) + ", not " + shown(wanted));
}

/// Tokens of all examples, (examples, seq_len).
Result<std::vector<std::uint8_t>> read_tokens(const std::string& file, const PuzzleMetadata& metadata) {
  const NpyLimits limits{0, static_cast<std::int64_t>(metadata.vocab_size) - 1,
                         "correct vocab_size in dataset.json or build the data again"};
  Result<NpyArray<std::uint8_t>> array = read_npy<std::uint8_t>(file, limits);
  if (!array) return array.error();
  const std::size_t examples = array->shape.empty() ? 0 : array->shape[0];
  if (Status status = check_shape(file, array->shape, {examples, metadata.seq_len}); !status) return status.error();
  if (examples > static_cast<std::size_t>(kMaxOffset))
    return bad(file, "shape", "has more examples than offsets of 32 bits can count", "split it");
  return std::move(array->values);
}

Result<std::vector<std::int32_t>> read_list(const std::string& file, const NpyLimits& limits) {
  Result<NpyArray<std::int32_t>> array = read_npy<std::int32_t>(file, limits);
  if (!array) return array.error();
  if (Status status = check_shape(file, array->shape, {array->values.size()}); !status) return status.error();
  return std::move(array->values);
}

/// Offsets start at 0, grow and end where the things that they cut into pieces end.
Status check_offsets(const std::string& file, std::span<const std::int32_t> offsets, std::size_t end,
                     const std::string& what) {
  if (offsets.empty()) return bad(file, "", "holds no offsets");
  if (offsets.front() != 0) return bad(file, "row 0", "is " + std::to_string(offsets.front()) + ", not 0");
  for (std::size_t i = 1; i < offsets.size(); ++i) {
    if (offsets[i] > offsets[i - 1]) continue;
    return bad(file, "row " + std::to_string(i),
               "is " + std::to_string(offsets[i]) + ", not above " + std::to_string(offsets[i - 1]) + " before it");
  }
  if (static_cast<std::size_t>(offsets.back()) == end) return {};
  return bad(file, "row " + std::to_string(offsets.size() - 1),
             "is " + std::to_string(offsets.back()) + ", but there are " + std::to_string(end) + " " + what);
}

/// What dataset.json counts is what the arrays hold.
Status check_counts(const std::string& file, const PuzzleDataset& dataset) {
  const PuzzleMetadata& m = dataset.metadata;
  if (m.total_groups != dataset.groups()) {
    return bad(
        file, "total_groups",
        "is " + std::to_string(m.total_groups) + ", but there are " + std::to_string(dataset.groups()) + " groups");
  }
  // The published Sudoku and Maze builders count groups here, the ARC builder counts puzzles.
  if (m.total_puzzles != dataset.groups() && m.total_puzzles != dataset.puzzles()) {
    return bad(file, "total_puzzles",
               "is " + std::to_string(m.total_puzzles) + ", but there are " + std::to_string(dataset.puzzles()) +
                   " puzzles in " + std::to_string(dataset.groups()) + " groups");
  }
  return {};
}

Status check_parts(const SplitFiles& files, const PuzzleDataset& dataset) {
  const std::size_t examples = dataset.examples();
  if (dataset.labels.size() != dataset.inputs.size()) {
    const std::size_t shape[] = {dataset.labels.size() / dataset.metadata.seq_len, dataset.metadata.seq_len};
    return check_shape(files.labels, shape, {examples, dataset.metadata.seq_len});
  }
  if (Status s = check_offsets(files.puzzles, dataset.puzzle_indices, examples, "examples"); !s) return s;
  const std::size_t puzzles = dataset.puzzle_indices.size() - 1;
  const std::size_t shape[] = {dataset.puzzle_identifiers.size()};
  if (Status s = check_shape(files.identifiers, shape, {puzzles}); !s) return s;
  if (Status s = check_offsets(files.groups, dataset.group_indices, puzzles, "puzzles"); !s) return s;
  return check_counts(files.metadata, dataset);
}

}  // namespace

Status check_data_folder(const std::string& directory, bool force) {
  if (directory.empty()) return Error{ErrorCode::usage, "", "directory", "is empty", "name one"};
  std::error_code unknown;
  if (std::filesystem::exists(directory, unknown) && !std::filesystem::is_directory(directory, unknown))
    return Error{ErrorCode::io, directory, "", "is no folder", "name another folder"};
  if (force) return {};
  for (const char* name : {"identifiers.json", "train/dataset.json", "test/dataset.json"}) {
    const std::string file = join(directory, name);
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) {
      return Error{ErrorCode::bad_input, directory, "", "holds a data set already: " + file,
                   "name another folder, or use --force to replace it"};
    }
  }
  return {};
}

Result<OutputLock> begin_data_folder(const std::string& directory, bool force) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return Error{ErrorCode::io, directory, "", "cannot be created: " + error.message(), "name another folder"};
  Result<OutputLock> lock = OutputLock::take(directory);
  if (!lock) return lock;
  // Somebody may have written one since the folder was looked at.
  if (Status s = check_data_folder(directory, force); !s) return s.error();
  const std::string names = join(directory, "identifiers.json");
  std::filesystem::remove(names, error);
  if (error) return Error{ErrorCode::io, names, "", "cannot be removed: " + error.message(), "name another folder"};
  return lock;
}

Result<PuzzleDataset> read_puzzle_dataset(const std::string& directory, const std::string& split) {
  const SplitFiles files(join(directory, split));
  const Result<std::string> text = read_text(files.metadata);
  if (!text) return text.error();
  Result<PuzzleMetadata> metadata = parse_puzzle_metadata(*text, files.metadata);
  if (!metadata) return metadata.error();

  PuzzleDataset out;
  out.metadata = *metadata;
  const auto take = [](auto& place, auto read) -> Status {
    if (!read) return read.error();
    place = std::move(*read);
    return {};
  };
  const NpyLimits identifiers{0, static_cast<std::int64_t>(metadata->num_puzzle_identifiers) - 1,
                              "correct num_puzzle_identifiers in dataset.json or build the data again"};
  const NpyLimits offsets{0, kMaxOffset, kBuildAgain};
  // The short lists first: what is wrong with them is known before the long arrays are read.
  if (Status s = take(out.group_indices, read_list(files.groups, offsets)); !s) return s.error();
  if (Status s = take(out.puzzle_indices, read_list(files.puzzles, offsets)); !s) return s.error();
  if (Status s = take(out.puzzle_identifiers, read_list(files.identifiers, identifiers)); !s) return s.error();
  if (Status s = take(out.inputs, read_tokens(files.inputs, *metadata)); !s) return s.error();
  if (Status s = take(out.labels, read_tokens(files.labels, *metadata)); !s) return s.error();
  if (Status s = check_parts(files, out); !s) return s.error();
  return out;
}

Status write_puzzle_dataset(const std::string& directory, const std::string& split, const PuzzleDataset& dataset) {
  const std::string folder = join(directory, split);
  const SplitFiles files(folder);
  if (Status s = check_parts(files, dataset); !s) return s;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return Error{ErrorCode::io, folder, "", "cannot be created: " + error.message(), "name another folder"};
  // Without dataset.json nobody takes a mixture of old and new files for a data set.
  std::filesystem::remove(files.metadata, error);
  if (error) return Error{ErrorCode::io, files.metadata, "", "cannot be removed: " + error.message(), "remove it"};

  const std::size_t tokens[] = {dataset.examples(), dataset.metadata.seq_len};
  const auto list = [](const std::string& file, const std::vector<std::int32_t>& values) {
    const std::size_t shape[] = {values.size()};
    return write_npy<std::int32_t>(file, shape, values);
  };
  if (Status s = write_npy<std::uint8_t>(files.inputs, tokens, dataset.inputs); !s) return s;
  if (Status s = write_npy<std::uint8_t>(files.labels, tokens, dataset.labels); !s) return s;
  if (Status s = list(files.identifiers, dataset.puzzle_identifiers); !s) return s;
  if (Status s = list(files.puzzles, dataset.puzzle_indices); !s) return s;
  if (Status s = list(files.groups, dataset.group_indices); !s) return s;
  return write_atomic(files.metadata, write_puzzle_metadata(dataset.metadata));
}

Result<std::vector<std::string>> read_identifiers(const std::string& directory) {
  const std::string file = join(directory, "identifiers.json");
  const Result<std::string> text = read_text(file, kMaxIdentifiersBytes);
  if (!text) return text.error();
  return parse_identifiers(*text, file);
}

Status write_identifiers(const std::string& directory, std::span<const std::string> names) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return Error{ErrorCode::io, directory, "", "cannot be created: " + error.message(), "name another folder"};
  return write_atomic(join(directory, "identifiers.json"), write_identifier_list(names));
}

}  // namespace trm::tasks
