// Published models in this program's form: safetensors with float32 tensors under the published names, without compile
// prefix, and the configuration and origin in the metadata. Tensors stay in the mapped file.
#pragma once

#include <map>
#include <string>

#include "engine/base/status.h"
#include "engine/format/safetensors.h"
#include "engine/model/canvas_config.h"

namespace trm {

/// Value of the metadata field "format".
constexpr const char* kPublishedFormat = "trm.cpp published 1";
/// Metadata: the ids that the rows of a stripped puzzle table had, in order, as rows_text() writes them.
constexpr const char* kPuzzleRows = "puzzle_rows";

struct PublishedFile {
  SafetensorsFile file;
  CanvasConfig config;
  std::map<std::string, std::string> info;  ///< the other metadata: "source", "source_hash", "puzzle_rows", ...
};
/// Does its metadata name that format?
bool is_published(const SafetensorsFile& file);
/// Error: another format, a configuration that is not valid, or tensors that are not its own.
Result<PublishedFile> open_published(const std::string& path);
/// The same of a file that is open.
Result<PublishedFile> read_published(const SafetensorsFile& file);

/// Back to plain safetensors with the published names, with compile prefix if `compiled`. Atomic, piece by piece.
Status export_published(const std::string& path, const PublishedFile& model, bool compiled);

}  // namespace trm
