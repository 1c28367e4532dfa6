// Instruction counts that are kept beside the code: counted again, they tell a slower program where times are too
// noisy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "reports/compare/judge.h"

namespace trm::bench {

inline constexpr int kBaselineVersion = 1;

/// One command and what it took.
struct BaselineCommand {
  std::string name;
  std::vector<std::string> arguments;  ///< {here} stands for the folder of the baseline
  std::uint64_t instructions = 0;      ///< 0: not counted yet
};

/// {"trm_baseline", "built", "commands"}: counts hold for one compiler, build type and set of libraries.
struct Baseline {
  std::string file;
  std::vector<reports::EnvironmentEntry> built;  ///< compiler, build type, architecture, libc
  std::vector<BaselineCommand> commands;
};

/// Error: damaged, another version, no commands.
Result<Baseline> read_baseline(std::string_view text, const std::string& file);
std::string baseline_text(const Baseline& baseline);

/// What the counts of `program` depend on besides its source: what it says with --version, and this system.
Result<std::vector<reports::EnvironmentEntry>> build_of(const std::string& program);

/// Why counts of the two cannot be compared, one clause; empty: they can.
std::string difference(const std::vector<reports::EnvironmentEntry>& then,
                       const std::vector<reports::EnvironmentEntry>& now);

/// Counts all commands with `program`. Error: as count_instructions().
Result<Baseline> count_baseline(const Baseline& baseline, const std::string& program,
                                const std::function<void(const std::string&, std::size_t, std::size_t)>& progress);

/// Both as measurements of metric "instructions".
reports::compare::Measurements as_measurements(const Baseline& baseline, const std::string& name);

}  // namespace trm::bench
