// trm run MODEL FILE.py --call CALL, and trm run MODEL "value f(5); def f(n): ..." or "fact 300": runs programs with a
// model.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/machine/machine.h"
#include "engine/sys/pinning.h"
#include "simd/matmul.h"

namespace trm::cli {

struct ProgramPrompt {
  std::string text;   ///< "value f(5); def f(n): ...", "fact 300"
  std::string place;  ///< where it stands, for errors
  std::string id;     ///< of predictions: of the item, or the text
};

struct ProgramRun {
  std::string model;
  std::string file;  ///< a program; empty: prompts
  std::string call;  ///< an expression; empty: what the program itself asks
  std::vector<ProgramPrompt> prompts;
  /// The next prompt, once the one before is answered; empty: there are no more than `prompts`.
  std::function<Result<std::optional<ProgramPrompt>>()> next;
  std::string html;  ///< a page that steps through the calls is written there; empty: none
  bool trace = false, json = false, predictions = false, check = false, source = false, explain = false;
  std::uint64_t threads = 0;
  std::optional<Pinning> pin;
  std::optional<simd::WeightType> dtype;
  MachineOptions machine;  ///< concurrency aside
};

/// Does the model run programs? False also where the file cannot be read.
bool is_program_model(const std::string& path);

int run_programs(const ProgramRun& run);

}  // namespace trm::cli
