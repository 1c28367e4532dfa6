// All peers of a run that are programs: started once, given each workload, checked against ours, and dropped when they
// fail.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bench/harness/scratch_folder.h"
#include "bench/speed/outcome.h"
#include "bench/speed/peer_process.h"

namespace trm::bench {

/// Does a peer get such work at all? There is none for decoding.
bool has_peers(const SpeedWorkload& workload);

/// What ours computes first of a workload, in fp32: the yardstick of what peers answer.
using FirstAnswer = std::function<Result<PeerAnswer>(const SpeedWorkload& workload)>;

class Peers {
 public:
  /// Who is told that a peer, or a case of one, is left out, and why.
  using LeaveOut = std::function<void(const std::string& who, const Error& reason)>;

  /// Starts those that are there.
  Peers(const std::vector<PeerProgram>& programs, LeaveOut leave_out);
  [[nodiscard]] bool empty() const { return processes_.empty(); }
  [[nodiscard]] std::vector<PeerDescription> descriptions() const;

  /// Gives a workload to a peer, unless it does not do such work or computes something else than `first` says; then
  /// null, and whoever is told knows why. Must not outlive this.
  std::unique_ptr<Runner> make_runner(const std::string& peer, const BoutOutcome& bout, const RandomModel& model,
                                      std::uint64_t seed, const FirstAnswer& first);

  /// Largest resident set of a process of each peer that gets one workload on one thread and does it once or more. Only
  /// of workloads that make_runner() gave to it.
  std::vector<std::pair<std::string, std::size_t>> memory(const SpeedWorkload& workload, simd::WeightType type);

  /// A run of `peer` failed. Says so once, and returns whether it is lost with all its cases.
  bool dropped(const std::string& peer, const std::string& work, const Error& reason);

 private:
  struct Member {
    PeerProgram program;
    std::shared_ptr<PeerProcess> process;
    bool told = false;  ///< that it is lost
  };
  Member* find(const std::string& peer);
  /// The file of a workload, which is written once. Error: the system's.
  Result<std::string> case_file(const SpeedWorkload& workload, const RandomModel& model, std::uint64_t seed);
  /// Null where the peer answers as ours does.
  std::optional<Error> difference(const std::string& peer, const BoutOutcome& bout, const PeerAnswer& answer,
                                  const FirstAnswer& first);

  LeaveOut leave_out_;
  std::vector<Member> processes_;
  std::optional<ScratchFolder> folder_;
  std::map<std::string, std::string> files_;   ///< by workload
  std::map<std::string, PeerAnswer> answers_;  ///< ours, by workload
  std::set<std::string> foreign_;  ///< "PyTorch, maze-11x11": what a peer does not compute, or otherwise than ours
};

/// Largest resident set of a process of ours that does one workload once, on one thread. The process that asks must
/// have no other thread. Error: as the runners; the system refuses a process.
Result<std::size_t> our_peak_bytes(const SpeedWorkload& workload, const simd::Kernels<float>& kernels,
                                   std::uint64_t seed);

}  // namespace trm::bench
