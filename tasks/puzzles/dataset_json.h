// The JSON files of a puzzle data set.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/puzzles/dataset.h"

namespace trm::tasks {

/// dataset.json. `file` names the source in errors. Error: a field that is missing, unknown or out of range.
Result<PuzzleMetadata> parse_puzzle_metadata(std::string_view text, const std::string& file);
std::string write_puzzle_metadata(const PuzzleMetadata& metadata);

/// identifiers.json: a list of names, each once. Error: anything else.
Result<std::vector<std::string>> parse_identifiers(std::string_view text, const std::string& file);
std::string write_identifier_list(std::span<const std::string> names);

}  // namespace trm::tasks
