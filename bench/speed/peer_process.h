// A peer that is a program: it does the same work as ours in a process of its own, and is asked line by line
// (bench/peers/README.md).
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "bench/speed/random_puzzles.h"
#include "bench/speed/runner.h"
#include "engine/base/status.h"
#include "engine/json/json_object.h"
#include "engine/sys/helper.h"
#include "simd/matmul.h"

namespace trm::bench {

/// How a peer is started.
struct PeerProgram {
  std::string name;                                ///< "PyTorch"
  std::vector<std::vector<std::string>> commands;  ///< the first one that finds its library serves
  std::string fix;                                 ///< of its absence: "./tools/peers --only pytorch installs it"
  std::chrono::milliseconds limit = std::chrono::minutes(5);  ///< for an answer; then it counts as hung
};

/// What a peer shall do again and again.
struct PeerCase {
  std::string file;  ///< of write_peer_case()
  SpeedKind kind = SpeedKind::step;
  simd::WeightType type = simd::WeightType::fp32;
  std::size_t threads = 1;
};

/// What a peer computed first, from the states that every puzzle starts with.
struct PeerAnswer {
  std::vector<float> logits;       ///< (puzzles, positions, vocabulary), of the first step
  double loss = 0, grad_norm = 0;  ///< of the first update: summed over the puzzles; of loss / puzzles
};

/// Weights under their published names, `inputs` and `labels` (puzzles, positions), and the configuration in the
/// metadata (config). Error: the system's.
Status write_peer_case(const std::string& path, const RandomModel& model, const CanvasBatch& puzzles);

class PeerProcess {
 public:
  /// Error: the program or its library is not there (unsupported); it says something else than its name and version,
  /// or nothing (io).
  static Result<std::shared_ptr<PeerProcess>> start(const PeerProgram& program);

  [[nodiscard]] const std::string& name() const { return program_.name; }
  /// "PyTorch 1.13.1, OpenBLAS SkylakeX".
  [[nodiscard]] const std::string& description() const { return description_; }
  /// It ended, hung, or did not keep to the protocol: it answers no more.
  [[nodiscard]] bool is_lost() const { return lost_; }
  /// Does it know work of this kind and type?
  [[nodiscard]] bool does(SpeedKind kind, simd::WeightType type) const;
  /// Bytes; 0: the system does not say.
  [[nodiscard]] std::size_t rss_peak_bytes() const;

  /// Makes a case ready and does its work once or more. Returns what is to be timed, which must not outlive `self`.
  /// answer: what it computed first, unless null. Error: the peer does not compute such a
  /// model (unsupported); it failed at it, or is lost (io).
  static Result<std::unique_ptr<Runner>> prepare(const std::shared_ptr<PeerProcess>& self, const PeerCase& work,
                                                 PeerAnswer* answer);

 private:
  friend class PeerRunner;
  PeerProcess(const PeerProgram& program, Helper helper) : program_(program), helper_(std::move(helper)) {}
  Status greet();
  Result<double> time(std::size_t number);
  /// The answer to a request, if it is none of the words that say why not.
  Result<JsonObject> ask(const JsonValue& request);
  Error lose(const std::string& how);

  PeerProgram program_;
  Helper helper_;
  std::string description_;
  std::vector<std::string> step_types_, training_types_;
  std::size_t cases_ = 0;
  bool lost_ = false;
};

/// How far from ours a peer may be: the norm of the difference of the logits, divided by the norm of ours. In fp32 both
/// compute the same. Weights of fewer bits are rounded in different places, and untrained networks amplify that: from
/// half on, both have little in common. 0: no bound, since an untrained MLP over positions amplifies it to noise.
double peer_tolerance(const CanvasConfig& model, simd::WeightType type);

/// ||a - b|| / ||a||; infinity where their sizes differ or something is not finite.
double relative_difference(const std::vector<float>& a, const std::vector<float>& b);

}  // namespace trm::bench
