// Programs as samplers: what they are given, where their results are found, what is measured from outside.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/compare/pairs.h"
#include "engine/base/status.h"

namespace trm::bench {

struct ProgramOptions {
  std::string before, after;                ///< programs, by path or as PATH has them
  std::vector<std::string> arguments;       ///< of both; {out} stands for a fresh folder of each run
  std::int64_t timeout_ns = 0;              ///< of one run; 0: ten times the first one, at least 60 s
  const std::atomic<bool>* stop = nullptr;  ///< as of ProcessOrder
};

/// One run. Its results are, in this order: a results file in the folder {out} (trm's bench and profile get
/// `--out FOLDER` if {out} is not in the arguments and --out neither); what it printed, if that is a results file; else
/// its wall time, user time and peak memory from outside. A status other than 0, a signal or the timeout is a failure.
Sampler program_sampler(const ProgramOptions& options);

/// Adds instructions to the evidence, counted by valgrind's callgrind with TRM_ISA=avx2 on x86: the old program twice,
/// which tells the floor, and the new one once. Where that is impossible the evidence gets a note and nothing else.
void add_instructions(const ProgramOptions& options, reports::compare::Evidence& evidence);

/// Instructions of one run under callgrind, all threads. Error (unsupported): no valgrind; (io): the program failed
/// under it, or it printed no count.
Result<std::uint64_t> count_instructions(const std::vector<std::string>& words,
                                         const std::atomic<bool>* stop = nullptr);

}  // namespace trm::bench
