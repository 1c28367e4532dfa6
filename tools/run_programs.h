// trm run MODEL FILE.py --call CALL, and trm run MODEL "value f(5); def f(n): ...": runs programs with a model.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/machine/machine.h"
#include "engine/sys/pinning.h"
#include "simd/matmul.h"

namespace trm::cli {

struct ProgramRun {
  std::string model;
  std::string file;                  ///< a program; empty: prompts
  std::string call;                  ///< an expression; empty: what the program itself asks
  std::vector<std::string> prompts;  ///< "value f(5); def f(n): ..."
  std::string html;                  ///< a page that steps through the calls is written there; empty: none
  bool trace = false, json = false, check = false, source = false;
  std::uint64_t threads = 0;
  std::optional<Pinning> pin;
  std::optional<simd::WeightType> dtype;
  MachineOptions machine;  ///< concurrency aside
};

/// Does the model run programs? False also where the file cannot be read.
bool is_program_model(const std::string& path);

int run_programs(const ProgramRun& run);

}  // namespace trm::cli
