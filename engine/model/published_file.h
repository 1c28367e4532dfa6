// Published models in this program's form: safetensors with float32 tensors under the published names, without compile
// prefix, and the configuration and origin in the metadata. Tensors stay in the mapped file.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/io/safetensors.h"
#include "engine/io/tensor_file.h"
#include "engine/model/published_config.h"

namespace trm {

/// Value of the metadata field "format".
constexpr const char* kPublishedFormat = "trm.cpp published 1";
/// Metadata: the ids that the rows of a stripped puzzle table had, in order, as rows_text() writes them.
constexpr const char* kPuzzleRows = "puzzle_rows";

struct PublishedFile {
  SafetensorsFile file;
  PublishedConfig config;
  std::map<std::string, std::string> info;  ///< the other metadata: "source", "source_hash", "puzzle_rows", ...
};
/// Error: another format, a configuration that is not valid, or tensors that are not its own.
Result<PublishedFile> open_published(const std::string& path);
/// The same of a file that is open.
Result<PublishedFile> read_published(const SafetensorsFile& file);

struct PublishedSave {
  bool keep_dtype = false;                       ///< as in the source instead of float32
  std::optional<std::vector<std::size_t>> rows;  ///< keep these rows of the puzzle table, in this order
  std::map<std::string, std::string> info;
};
/// Atomic. Writes what it reads piece by piece: memory does not grow with the tensors. `tensors` are those of `source`
/// under their published names, and `config` is theirs. Error: a tensor of another type than F32, F16 or BF16 (unless
/// they are kept), or the system's.
Status save_published(const std::string& path, const TensorFile& source, std::span<const TensorView> tensors,
                      const PublishedConfig& config, const PublishedSave& save);

/// Back to plain safetensors with the published names, with compile prefix if `compiled`. Atomic, piece by piece.
Status export_published(const std::string& path, const PublishedFile& model, bool compiled);

}  // namespace trm
