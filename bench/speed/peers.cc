#include "bench/speed/peers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "bench/harness/child.h"
#include "engine/sys/memory.h"

namespace trm::bench {
namespace {

/// Loss and gradient are sums over everything, in which single roundings vanish.
double update_tolerance(simd::WeightType type) {
  return type == simd::WeightType::fp32 ? 1e-3 : 0.1;
}

double apart(double a, double b) {
  return std::abs(a - b) / std::max(std::abs(a), 1e-30);
}

}  // namespace

bool has_peers(const SpeedWorkload& workload) {
  return workload.kind != SpeedKind::decoding;
}

Peers::Peers(const std::vector<PeerProgram>& programs, LeaveOut leave_out) : leave_out_(std::move(leave_out)) {
  processes_.reserve(programs.size());
  for (const PeerProgram& program : programs) {
    Result<std::shared_ptr<PeerProcess>> process = PeerProcess::start(program);
    if (process.ok()) {
      processes_.push_back({program, *std::move(process)});
    } else {
      leave_out_(program.name, process.error());
    }
  }
}

std::vector<PeerDescription> Peers::descriptions() const {
  std::vector<PeerDescription> out;
  out.reserve(processes_.size());
  for (const Member& member : processes_) out.push_back({member.program.name, member.process->description()});
  return out;
}

Peers::Member* Peers::find(const std::string& peer) {
  const auto at = std::find_if(processes_.begin(), processes_.end(),
                               [&](const Member& member) { return member.program.name == peer; });
  return at == processes_.end() ? nullptr : &*at;
}

Result<std::string> Peers::case_file(const SpeedWorkload& workload, const RandomModel& model, std::uint64_t seed) {
  if (const auto known = files_.find(workload.name); known != files_.end()) return known->second;
  if (!folder_) {
    Result<ScratchFolder> made = ScratchFolder::make("trm-speed");
    if (!made.ok()) return made.error();
    folder_.emplace(*std::move(made));
  }
  std::string path = folder_->path() + "/" + workload.name + ".safetensors";
  const Status written = write_peer_case(path, model, random_puzzles(model.config, workload.batch, seed));
  if (!written.ok()) return written.error();
  return files_.emplace(workload.name, std::move(path)).first->second;
}

std::optional<Error> Peers::difference(const std::string& peer, const BoutOutcome& bout, const PeerAnswer& answer,
                                       const FirstAnswer& first) {
  auto ours = answers_.find(bout.workload.name);
  if (ours == answers_.end()) {
    Result<PeerAnswer> made = first(bout.workload);
    if (!made.ok()) return made.error();
    ours = answers_.emplace(bout.workload.name, *std::move(made)).first;
  }
  const auto differs = [&](const char* what, double by, double at_most) -> std::optional<Error> {
    if (by <= at_most) return std::nullopt;
    return Error{ErrorCode::unsupported, "", peer,
                 fmt::format("computes something else: its {} differ by {:.2g} of ours, and no more than {} is due to "
                             "rounding",
                             what, by, at_most),
                 "report this as a fault of trm.cpp"};
  };
  if (bout.workload.kind == SpeedKind::training) {
    const double most = update_tolerance(bout.type);
    if (auto error = differs("losses", apart(ours->second.loss, answer.loss), most)) return error;
    return differs("gradients", apart(ours->second.grad_norm, answer.grad_norm), most);
  }
  const double most = peer_tolerance(bout.workload.model, bout.type);
  return most == 0 ? std::nullopt : differs("logits", relative_difference(ours->second.logits, answer.logits), most);
}

std::unique_ptr<Runner> Peers::make_runner(const std::string& peer, const BoutOutcome& bout, const RandomModel& model,
                                           std::uint64_t seed, const FirstAnswer& first) {
  Member* member = find(peer);
  if (member == nullptr || member->process->is_lost()) return nullptr;
  if (!member->process->does(bout.workload.kind, bout.type)) return nullptr;
  const std::string task = fmt::format("{}, {}", peer, bout.workload.name);
  if (foreign_.contains(task)) return nullptr;
  const std::string work = fmt::format("{}, {}", bout.workload.name, bout.mode());
  const Result<std::string> file = case_file(bout.workload, model, seed);
  if (!file.ok()) {
    leave_out_(fmt::format("{}, {}", peer, work), file.error());
    return nullptr;
  }
  PeerAnswer answer;
  const bool checks = bout.threads == 1;  // the others have the same numbers
  Result<std::unique_ptr<Runner>> runner = PeerProcess::prepare(
      member->process, {*file, bout.workload.kind, bout.type, bout.threads}, checks ? &answer : nullptr);
  if (!runner.ok() && runner.error().code == ErrorCode::unsupported) {
    foreign_.insert(task);
    leave_out_(task, runner.error());
    return nullptr;
  }
  if (!runner.ok()) {
    dropped(peer, work, runner.error());
    return nullptr;
  }
  if (checks) {
    if (const std::optional<Error> other = difference(peer, bout, answer, first)) {
      foreign_.insert(task);
      leave_out_(fmt::format("{}, {}", peer, work), *other);
      return nullptr;
    }
  }
  return *std::move(runner);
}

std::vector<std::pair<std::string, std::size_t>> Peers::memory(const SpeedWorkload& workload, simd::WeightType type) {
  std::vector<std::pair<std::string, std::size_t>> out;
  const auto file = files_.find(workload.name);
  if (file == files_.end()) return out;
  for (const Member& member : processes_) {
    if (member.process->is_lost() || !member.process->does(workload.kind, type)) continue;
    if (foreign_.contains(fmt::format("{}, {}", member.program.name, workload.name))) continue;
    const Result<std::shared_ptr<PeerProcess>> fresh = PeerProcess::start(member.program);
    if (!fresh.ok()) continue;
    const auto runner = PeerProcess::prepare(*fresh, {file->second, workload.kind, type, 1}, nullptr);
    if (!runner.ok() || !(*runner)->run().ok()) continue;
    if (const std::size_t bytes = (*fresh)->rss_peak_bytes(); bytes > 0) out.emplace_back(member.program.name, bytes);
  }
  return out;
}

bool Peers::dropped(const std::string& peer, const std::string& work, const Error& reason) {
  Member* member = find(peer);
  if (member == nullptr || !member->process->is_lost()) {
    leave_out_(fmt::format("{}, {}", peer, work), reason);
    return false;
  }
  if (!std::exchange(member->told, true)) leave_out_(fmt::format("{} from {} on", peer, work), reason);
  return true;
}

Result<std::size_t> our_peak_bytes(const SpeedWorkload& workload, const simd::Kernels<float>& kernels,
                                   std::uint64_t seed) {
  const auto work = [&](const Progress&) -> Result<Bytes> {
    ThreadOptions alone;
    alone.threads = 1;
    const Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::create(alone);
    if (!pool.ok()) return pool.error();
    const auto model = std::make_shared<const RandomModel>(workload.model, seed);
    Result<std::unique_ptr<Runner>> runner = workload.kind == SpeedKind::training
                                                 ? make_training_runner(*model, workload.batch, seed, kernels, **pool)
                                                 : make_step_runner(model, workload.batch, seed, kernels, **pool);
    if (!runner.ok()) return runner.error();
    if (Status s = (*runner)->run(); !s.ok()) return s.error();
    const std::size_t bytes = rss_peak_bytes();
    Bytes out(sizeof bytes);
    std::memcpy(out.data(), &bytes, sizeof bytes);
    return out;
  };
  const Result<Bytes> made = run_in_child(work, {});
  if (!made.ok()) return made.error();
  std::size_t bytes = 0;
  std::memcpy(&bytes, made->data(), std::min(sizeof bytes, made->size()));
  return bytes;
}

}  // namespace trm::bench
