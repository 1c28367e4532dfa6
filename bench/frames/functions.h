// Every function by itself, case by case: the worst of what a model does with single frames, not the mean.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/frames/contestant.h"
#include "engine/sys/pinning.h"
#include "reports/record.h"

namespace trm::bench {

/// Frames of tasks/frames/sweep.h or tasks/interpreter/sweep.h that decide one thing.
struct CellOutcome {
  std::string cell;
  std::size_t frames = 0, wrong = 0;
  std::string example;  ///< the first wrong frame, with what the model writes in place of its first wrong token
  [[nodiscard]] double error_rate() const { return static_cast<double>(wrong) / static_cast<double>(frames); }
};

struct FunctionOutcome {
  std::string function;  ///< "equal"
  std::size_t frames = 0, wrong = 0;
  std::vector<CellOutcome> wrong_cells;  ///< the worst first, of equal ones the largest
};

struct FunctionOptions {
  std::vector<std::string> functions;  ///< empty: all
  std::size_t per_cell = 1;            ///< frames of each cell
  std::size_t threads = 0;             ///< 0: as many as the machine allows
  std::optional<Pinning> pin;          ///< none: TRM_PIN decides, or else auto
};

/// Asks a model of frames for every token that a right frame has of its own, given what stands before it: the frame is
/// right if greedy generation would write it. done: functions so far, out of how many.
/// Error: an unknown function (usage); the model cannot be loaded or writes whole sequences; no memory; no threads.
Result<std::vector<FunctionOutcome>> sweep_functions(
    const Contestant& model, const simd::Kernels<float>& kernels, const FunctionOptions& options,
    const std::function<void(std::size_t done, std::size_t total)>& progress);

/// A line for each function: frames, wrong ones, the worst cells with their wrong frames, an example of each below it.
std::string to_text(const std::vector<FunctionOutcome>& outcomes);

/// The same as records: exact_frame of every function (the slice), and of every wrong cell as "FUNCTION: CELL".
std::vector<reports::Record> to_records(const std::string& model, const std::vector<FunctionOutcome>& outcomes);

}  // namespace trm::bench
