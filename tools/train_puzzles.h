// The part of trm train that trains puzzle models.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/sys/pinning.h"

namespace trm::cli {

struct PuzzleTraining {
  std::string config_path, config_text;
  std::vector<std::string> settings;  ///< that were put into it: errors name them
  std::string out;                    ///< empty: out/NAME
  std::string data;  ///< directory of a data set that replaces the one of the configuration; empty: that one
  std::uint64_t threads = 0;
  std::optional<Pinning> pin;
  bool restart = false, dry_run = false;
};

/// Does the text look like the configuration of a puzzle model (it has the field "arch")?
bool is_puzzle_config(const std::string& text);
/// Exit status.
int train_puzzles(const PuzzleTraining& training);

}  // namespace trm::cli
