// A model on this machine: how long its step takes, which kernels it calls, and where their memory was used before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/profile/figure.h"
#include "bench/profile/locality.h"
#include "bench/profile/prediction.h"
#include "bench/speed/workload.h"
#include "engine/base/status.h"

namespace trm::bench {

/// What is profiled: a supervision step of puzzles with random weights, or one frame of tokens of a causal model.
struct ProfiledModel {
  std::string name;             ///< "W1", "sudoku-6x6", "trm-frames"
  SpeedWorkload workload;       ///< kind step or decoding
  std::string file;             ///< of a causal model
  std::size_t evaluations = 0;  ///< of the network in a step, or for a token
};

/// W1 to W6 and the other steps and decodings of the speed suite by name, or a model file. `causal_model`: the file of
/// the shipped model that decodes. A puzzle model runs with random weights of its shape, and its prefix as further
/// tokens: neither changes its time. Error: of the file; a workload of training.
Result<ProfiledModel> profiled_workload(const SpeedWorkload& workload, const std::string& causal_model);
Result<ProfiledModel> profiled_file(const std::string& name, const std::string& file);

struct ModelTime {
  std::string model, type;  ///< "W1", "bf16"
  std::string isa;
  std::size_t threads = 1;
  std::string shape;            ///< "D512 L97 b1"
  std::size_t evaluations = 0;  ///< in a step, or for a token
  std::size_t tokens = 0;       ///< in a step, of each stream; 0: a step of puzzles
  Figure step_s;                ///< without the recorder
  double cpu_share = 1;         ///< of that time, the share in which this process had its CPUs
  double quiet_s = 0;        ///< a step on one thread that nobody disturbs: lower quartiles of its calls and the least
                             ///< time between them, or the least time on the CPU, or the least step
  double between_s = 0;      ///< of that, between kernels
  double recorded_s = 0;     ///< of a step while it was recorded
  double recorded_part = 1;  ///< share of a step that was recorded
  std::vector<CallGroup> groups;  ///< counts and times of a whole step
  std::vector<KernelCall> calls;  ///< as they came, for the trace; empty unless asked for
  WorkShape work;

  /// Did others have the CPUs for more than three hundredths of the time?
  [[nodiscard]] bool disturbed() const { return cpu_share < 0.97; }
  /// What a prediction is compared with, since it knows of nobody who disturbs: quiet_s, and with several threads the
  /// best step.
  [[nodiscard]] double compared_s() const { return threads == 1 && quiet_s > 0 ? quiet_s : step_s.low; }
};

struct ModelRunOptions {
  std::size_t samples = 5;
  double seconds = 2;  ///< for the samples of one type and number of threads; there is one at least
  bool keep_calls = false;
};

/// With one thread, and without the recorder with each of `threads` as well. Error: no memory; of the file.
Result<std::vector<ModelTime>> run_model(const ProfiledModel& model, simd::WeightType type, const std::string& isa,
                                         const std::vector<std::size_t>& threads, const ModelRunOptions& options);

}  // namespace trm::bench
